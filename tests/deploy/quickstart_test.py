"""docs/quickstart.md, each command as printed. Only the ports, and compose's name, are ours."""
import json
import os
import re

from composition import ROOT, Composition, run
from harness import wait_until

TEXT = (ROOT / "docs/quickstart.md").read_text()


def commands():
    return [line for block in re.findall(r"^```sh do\n(.*?)^```$", TEXT, re.M | re.S)
            for line in block.splitlines()]


def test_every_command_works_as_printed(images, tmp_path):
    start, *rest, stop = commands()
    here = Composition("shadow-quickstart")
    compose = f"docker-compose -p {here.name} -f"
    environment = {**here.environment, "XDG_CONFIG_HOME": str(tmp_path)}
    for client in ("mosquitto_pub", "mosquitto_rr"):
        (tmp_path / client).write_text(f"-p {here.port['MQTT']}\n")

    def do(line):
        line = line.replace("docker compose -f deploy/", f"{compose} {ROOT}/deploy/")
        line = line.replace("-p 8883", f"-p {here.port['MQTTS']}")
        return run("bash", "-o", "pipefail", "-c", line, cwd=tmp_path, env=environment)

    here.down("--volumes", "--remove-orphans")
    try:
        do(start)
        here.await_health()
        said = [do(line) for line in rest]
        document = json.loads(said[-1])
        assert document["state"]["delta"] == {"led": "on"}
        assert os.stat(tmp_path / "things/lamp1/private.key").st_mode & 0o077 == 0
        do(stop)
        wait_until(lambda: not here.compose("ps", "-q"), "the end", 60)
    finally:
        here.down("--volumes", "--remove-orphans")
