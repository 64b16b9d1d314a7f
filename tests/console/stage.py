"""What the pages are tried on, and the programs that drive a browser there."""
import json
import os
import subprocess
from pathlib import Path

from console import ANN, BOB, ConsoleEndpoint
from guarded import allow
from harness import build_dir, free_port

HERE = Path(__file__).resolve().parent
DRIVE_SECONDS = 240


class Stage(ConsoleEndpoint):
    """A test bench, with two users, and a listener at which devices are held to their policies.

    The device is called lamp: it may connect as itself and publish below lamp/, and no more.
    """

    def __init__(self, service_flags=("--faults=true",), faults=True):
        super().__init__(service_flags)
        self.log_types = ("error", "warning", "notice")
        self.device_port = free_port()
        self.lamp = self.authority.issue()
        self.registry.policy("lamp", allow("iot:Connect", "client/lamp"),
                             allow("iot:Publish", "topic/lamp/*"))
        self.registry.thing("lamp", thingTypeName="bulb")
        self.registry.certificate(self.lamp, ["lamp"], ["lamp"])
        self.plugin_options.update({
            "auth": "certificate_or_local", "registry": self.registry.folder,
            "faults": "true" if faults else "false"})
        self.broker_lines += [
            f"listener {self.device_port} 127.0.0.1", f"cafile {self.ca_file}",
            f"certfile {self.server.file}", f"keyfile {self.server.key_file}",
            "require_certificate true"]

    @property
    def facts(self) -> dict:
        """What the programs of e2e/ know of it."""
        return {
            "origin": self.origin, "secure": self.url, "token": self.token, "mqtt": self.port,
            "users": {"ann": ANN[1], "bob": BOB[1]},
            "lamp": {"port": self.device_port, "ca": self.ca_file, "cert": str(self.lamp.file),
                     "key": str(self.lamp.key_file), "certificate": self.lamp.id},
            "shadowctl": str(build_dir() / "cli/shadowctl")}


def drive(name: str, facts: dict):
    """Runs e2e/NAME.mjs with a browser of its own; what it says is shown if it fails."""
    done = subprocess.run(
        ["node", str(HERE / "e2e" / f"{name}.mjs")], timeout=DRIVE_SECONDS, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "SHADOW_STAGE": json.dumps(facts)})
    assert done.returncode == 0, done.stdout
