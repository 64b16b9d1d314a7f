"""What `shadowctl trace` tells of a thing's requests, while a test runs."""
from __future__ import annotations

import subprocess
import threading


class Trace:
    """Has begun when it is made."""

    def __init__(self, command: list[str], environment: dict[str, str]):
        self.thing = command[-1]
        self._lines: list[str] = []
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, env=environment)
        first = self._process.stderr.readline()
        if not first.startswith("following"):
            self._process.kill()
            raise RuntimeError(first.strip() or "shadowctl trace ended at once")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.append(line.rstrip("\n"))

    def lines(self) -> list[str]:
        """A line a request that has been answered."""
        return list(self._lines)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            self._process.stdout.close()
            self._process.stderr.close()
