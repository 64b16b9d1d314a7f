"""A program run as a user runs it: what it says is waited for, what it reads is typed."""

import re
import signal
import subprocess
import sys
import threading
import time

from inbox import WAIT_SECONDS


class Program:
    """A Python program of the clients' environment, started at once."""

    def __init__(self, path, *arguments):
        self._command = [str(path), *map(str, arguments)]
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-B", *self._command], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._lines, self._read = [], 0
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def expect(self, *texts):
        """Waits for a line with all the texts, after the line of the last expectation."""
        return self._await(lambda line: all(text in line for text in texts), texts)

    def expect_match(self, pattern):
        """Waits for a line that is the pattern, after the line of the last expectation."""
        return self._await(lambda line: re.fullmatch(pattern, line.rstrip("\n")), pattern)

    def type(self, line):
        self._process.stdin.write(line + "\n")

    def exit_code(self):
        """Waits until the program ends by itself."""
        try:
            code = self._process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._told("did not end")) from None
        self._reader.join(WAIT_SECONDS)
        return code

    def interrupt(self):
        """Ctrl-C; the program has to end well."""
        self._process.send_signal(signal.SIGINT)
        assert self.exit_code() == 0, self._told("did not end with code 0 on Ctrl-C")

    def kill(self):
        """The power fails. Also the way out for programs that still run after a test."""
        self._process.kill()
        self._process.wait()

    def output(self):
        with self._changed:
            return "".join(self._lines)

    def _await(self, wanted, what):
        deadline = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while True:
                while self._read < len(self._lines):
                    line = self._lines[self._read]
                    self._read += 1
                    if wanted(line):
                        return line
                left = deadline - time.monotonic()
                if not self._reader.is_alive() or not self._changed.wait(left):
                    raise AssertionError(self._told(f"did not say {what}"))

    def _collect(self):
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _told(self, what):
        return f"{' '.join(self._command)} {what}; it said:\n{self.output()}"
