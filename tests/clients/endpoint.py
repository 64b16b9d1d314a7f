"""The endpoint under test: the project's own ./run, started as a user starts it."""

import json
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

# What the tests' own connections may do: the SDKs are tested here, not what policies forbid.
_EVERYTHING = """{"Version": "2012-10-17",
 "Statement": {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}}
"""


def free_port():
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Endpoint:
    """One ./run with a state folder and ports of its own.

    After start(), `ca`, `cert` and `key` are the paths of an identity's files that may do
    everything; `things` is the folder of all things' own. A restart keeps ports, certificates
    and data.
    """

    host = "localhost"

    def __init__(self, aws_port=0, https=False):
        """`https`: with the HTTPS port, which then checks who asks."""
        self.mqtt_port, self.mqtts_port = free_port(), free_port()
        self.aws_port, self.https_port = aws_port, free_port() if https else 0
        # Not pytest's tmp_path: Mosquitto drops root and must still reach the folder.
        self._state_dir = tempfile.mkdtemp(prefix="shadow-clients-")
        os.chmod(self._state_dir, 0o755)
        self._process = None
        self.output = []

    def start(self):
        command = [str(ROOT / "run"), "--state-dir", self._state_dir, "--metrics-port", "0",
                   "--http-port", "0"]
        for name in ("mqtt", "mqtts", "aws", "https"):
            command += [f"--{name}-port", str(getattr(self, f"{name}_port"))]
        command += ["--http-auth", "required"] if self.https_port else []
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout, lines),
                         daemon=True).start()
        self._await_ready(lines)
        self.things = Path(self._state_dir) / "certificates" / "things"
        self.cert, self.key = self.provide("tests", everything=_EVERYTHING)

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
        """The name of a thing that has no shadow yet; things need no registration for that."""
        return f"thing-{uuid.uuid4().hex[:12]}"

    def ctl(self, *words, text=None):
        """Runs shadowctl; what it changes, the broker is told."""
        done = subprocess.run([self.shadowctl, "--config", self.config, *words], input=text,
                              capture_output=True, text=True, check=False, timeout=STOP_SECONDS)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def new_access_key(self):
        """The id and secret of a key that may do everything."""
        made = json.loads(self.ctl("credentials", "create", "--policy", "everything", "--json"))
        return made["accessKeyId"], made["secretAccessKey"]

    def provide(self, name, also=(), **policies):
        """Makes the thing's key and certificate, for the policies given by name or else for the
        default one, and for those that are there `also`; gives the paths of both once the broker
        lets them in."""
        options = []
        for policy, text in policies.items():
            self.ctl("policy", "put", policy, "-", text=text)
            options += ["--policy", policy]
        paths = [str(self.things / name / file) for file in ("certificate.pem", "private.key")]
        # The broker is told once, of all of it.
        self.ctl("thing", "create", name, "--key-kind", "ec", "--reload", "", *options)
        for policy in also:
            self.ctl("policy", "attach", policy, paths[0], "--reload", "")
        self.ctl("reload")
        self.await_entry(*paths)
        return paths

    def await_entry(self, cert, key):
        """Waits until the broker knows a certificate."""
        knock = ["mosquitto_pub", "-h", self.host, "-p", str(self.mqtts_port), "--cafile", self.ca,
                 "--cert", cert, "--key", key, "-t", f"cmd/{Path(cert).parent.name}/knock", "-n"]
        deadline = time.monotonic() + STOP_SECONDS
        while subprocess.run(knock, capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < deadline, f"the broker does not let {cert} in"
            time.sleep(0.02)

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
