"""deploy/docker/docker-compose.yml, brought up under a name and on ports of its own."""
import json
import os
import pathlib
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKER = ROOT / "deploy" / "docker"
sys.path.insert(0, str(ROOT / "tests" / "broker"))

from client import Client  # noqa: E402
from harness import free_port, wait_until  # noqa: E402

WAIT_SECONDS = 120
PORTS = ("MQTT", "MQTTS", "HTTPS", "METRICS", "AWS", "PROMETHEUS")
PARTS = ("broker", "shadowd", "prometheus")


def run(*command, **options) -> str:
    """Standard output; a command that fails tells all it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return done.stdout


class Composition:
    """`folder` has the compose file. `parts` are those whose health is waited for."""

    def __init__(self, name: str, profiles=(), program="docker-compose", folder=DOCKER, ports=PORTS,
                 parts=PARTS):
        self.name = name
        self.program = program
        self.parts = parts
        self.files = [folder / "docker-compose.yml", folder / "docker-compose.ci.yml"]
        self.port = {one: free_port() for one in ports}
        self.environment = {**os.environ, "COMPOSE_PROFILES": ",".join(profiles),
                            **{f"SHADOW_{one}_PORT": str(at) for one, at in self.port.items()}}

    def compose(self, *words, **options) -> str:
        files = [word for file in self.files for word in ("-f", file)]
        return run(self.program, "-p", self.name, *files, *words, env=self.environment, **options)

    def container(self, part: str) -> str:
        return self.compose("ps", "-q", part).strip()

    def state(self, part: str) -> dict:
        return json.loads(run("docker", "inspect", self.container(part)))[0]["State"]

    def up(self):
        self.compose("up", "-d")
        self.await_health()

    def await_health(self, *parts):
        for part in parts or self.parts:
            try:
                wait_until(lambda: self._is_well(part), f"{part}'s good health", WAIT_SECONDS)
            except AssertionError as reason:
                raise AssertionError(self.compose("logs", "--no-color", "--tail=40")) from reason

    def _is_well(self, part: str) -> bool:
        state = self.state(part)
        health = state.get("Health", {}).get("Status", "healthy")
        time.sleep(0.1)  # each look starts three processes
        return state["Running"] and health == "healthy"

    def down(self, *words):
        self.compose("down", *words)

    def exec(self, part: str, *words) -> str:
        return run("docker", "exec", self.container(part), *words)

    def shadowctl(self, *words, **options) -> str:
        return self.compose("run", "--rm", "-T", "shadowctl", *words, **options)

    def read(self, path: str) -> str:
        """A file of the setup's volumes."""
        return self.compose("run", "--rm", "-T", "--entrypoint", "cat", "setup", path)

    # --- its ways in

    def plain(self) -> Client:
        return Client(self.port["MQTT"])

    def secure(self, folder, thing: str, port="MQTTS", alpn=()) -> Client:
        """With the certificate of a thing, which is put into `folder`."""
        return Client(self.port[port], tls=self.tls(folder, thing, alpn))

    def tls(self, folder, thing: str, alpn=()) -> ssl.SSLContext:
        at = "/etc/mosquitto-shadow/authority"
        names = {"ca.pem": f"{at}/ca/ca.pem",
                 "certificate.pem": f"{at}/things/{thing}/certificate.pem",
                 "private.key": f"{at}/things/{thing}/private.key"}
        for name, path in names.items():
            if not (folder / name).exists():
                (folder / name).write_text(self.read(path))
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        context.load_cert_chain(folder / "certificate.pem", folder / "private.key")
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def ask_prometheus(self, path: str, **query) -> dict:
        url = f"http://127.0.0.1:{self.port['PROMETHEUS']}/api/v1/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=30) as answer:
            said = json.load(answer)
        assert said["status"] == "success", said
        return said["data"]

    def query(self, expression: str) -> list:
        return self.ask_prometheus("query", query=expression)["result"]
