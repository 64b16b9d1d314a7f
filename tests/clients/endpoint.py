"""The endpoint under test: the project's own ./run, started as a user starts it."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# ./run may have to build first when no SHADOW_BUILD_DIR is given.
START_SECONDS = 900
STOP_SECONDS = 30

_ANNOUNCED = ("ca", "cert", "key", "thing")


def free_port():
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Endpoint:
    """One ./run with a state folder and ports of its own.

    After start(), `ca`, `cert` and `key` are the paths of the sample device's
    files and `thing` is its name. A restart keeps ports, certificates and data.
    """

    host = "localhost"

    def __init__(self, aws_port=0):
        self.mqtt_port, self.mqtts_port, self.ws_port = free_port(), free_port(), free_port()
        self.aws_port = aws_port
        # Not pytest's tmp_path: Mosquitto drops root and must still reach the folder.
        self._state_dir = tempfile.mkdtemp(prefix="shadow-clients-")
        os.chmod(self._state_dir, 0o755)
        self._process = None
        self.output = []

    def start(self):
        command = [str(ROOT / "run"), "--state-dir", self._state_dir]
        for name in ("mqtt", "mqtts", "ws", "aws"):
            command += [f"--{name}-port", str(getattr(self, f"{name}_port"))]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout, lines),
                         daemon=True).start()
        self._await_ready(lines)

    def stop(self):
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(STOP_SECONDS)
        self._process = None
        assert status == 0, self._told(f"./run ended with status {status} on SIGTERM")

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        """Stops, and removes the state folder."""
        try:
            self.stop()
        finally:
            if self._process is not None:
                self._process.kill()
            shutil.rmtree(self._state_dir, ignore_errors=True)

    def new_thing(self):
        """The name of a thing that has no shadow yet; things need no registration."""
        return f"thing-{uuid.uuid4().hex[:12]}"

    def _read(self, stream, lines):
        for line in stream:
            self.output.append(line)
            lines.put(line.rstrip("\n"))
        lines.put(None)

    def _await_ready(self, lines):
        ready, missing = False, set(_ANNOUNCED)
        while not ready or missing:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                raise AssertionError(self._told("./run did not become ready")) from None
            if line is None:
                raise AssertionError(self._told("./run ended before it was ready"))
            ready = ready or line.startswith("ready")
            name, _, value = line.partition("=")
            if ready and name in missing:
                setattr(self, name, value)
                missing.discard(name)

    def _told(self, what):
        return f"{what}; it said:\n" + "".join(self.output[-40:])
