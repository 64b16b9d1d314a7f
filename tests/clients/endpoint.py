"""The endpoint under test: the project's own ./run, started as a user starts it."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# ./run may have to build first when no SHADOW_BUILD_DIR is given.
START_SECONDS = 900
STOP_SECONDS = 30

_ANNOUNCED = ("ca", "cert", "key", "thing", "shadowctl", "config")
_LOADED = "the registry was loaded"


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
        self._allowed = False
        self.output = []

    def start(self):
        command = [str(ROOT / "run"), "--state-dir", self._state_dir, "--metrics-port", "0"]
        for name in ("mqtt", "mqtts", "ws", "aws"):
            command += [f"--{name}-port", str(getattr(self, f"{name}_port"))]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout, lines),
                         daemon=True).start()
        self._await_ready(lines)
        if not self._allowed:  # the registry outlives a restart
            self._allow_all_things()
            self._allowed = True

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
        """The name of a thing that has no shadow yet; shadows need no registration."""
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

    def _allow_all_things(self):
        """As docs/use-cases.md has it: the sample's certificate speaks for the tests' things too."""
        log = Path(self._state_dir) / "log" / "broker.log"
        policy = ROOT / "examples" / "policy.json"
        self._shadowctl("policy", "put", "examples", policy, "--reload=")
        self._shadowctl("policy", "attach", "examples", self.cert)
        deadline = time.monotonic() + STOP_SECONDS
        while _LOADED not in log.read_text():
            assert time.monotonic() < deadline, self._told("the registry was not loaded")
            time.sleep(0.01)

    def _shadowctl(self, *command):
        subprocess.run([self.shadowctl, "--config", self.config, *command], check=True)

    def _told(self, what):
        return f"{what}; it said:\n" + "".join(self.output[-40:])
