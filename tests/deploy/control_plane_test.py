"""`aws iot …` and MQTT over WebSocket in compose, at the HTTPS port and at the one for all: as the manual
has it, with real clients, and with volumes of an earlier version."""
import json
import os
import re
import subprocess
import sys

import pytest

from composition import ROOT, Composition, run

sys.path.append(str(ROOT / "tests" / "run"))

from signed import shadow_over_websocket  # noqa: E402

PAGE = (ROOT / "docs/aws-cli.md").read_text()
FOLDER = "/etc/mosquitto-shadow"


class Shell:
    """Commands as the manual has them; the ports, and compose's name, are ours."""

    def __init__(self, composition, folder, https="HTTPS"):
        port = composition.port
        self.folder = folder
        self.environment = {**composition.environment, "HOME": str(folder),
                            "XDG_CONFIG_HOME": str(folder), "PATH": f"/usr/bin:{os.environ['PATH']}"}
        self.replaced = {
            "docker compose -f deploy/": f"docker-compose -p {composition.name} -f {ROOT}/deploy/",
            ":8443": f":{port[https]}",
            "-p 8883": f"-p {port['MQTTS']}" if https == "HTTPS" else
                       f"-p {port['AWS']} --tls-alpn x-amzn-mqtt-ca"}

    def do(self, text: str) -> str:
        for printed, ours in self.replaced.items():
            text = text.replace(printed, ours)
        return run("bash", "-e", "-o", "pipefail", "-c", text, cwd=self.folder, env=self.environment)

    def key(self) -> list:
        lines = (self.folder / "administrator.env").read_text().split()
        return [line.split("=", 1)[1] for line in lines if line.startswith("AWS_")]


def blocks() -> list:
    return re.findall(r"^```sh compose\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def shell(composition, tmp_path_factory):
    """With the administrator's key in it."""
    made = Shell(composition, tmp_path_factory.mktemp("control"))
    made.do(blocks()[0])
    return made


@pytest.mark.parametrize("port, thing", [("HTTPS", "lamp"), ("AWS", "lantern")])
def test_the_commands_of_the_page_make_a_device_that_connects(composition, shell, port, thing):
    there = Shell(composition, shell.folder, port)
    there.do(blocks()[1].replace("lamp", thing))
    shadow = json.loads((shell.folder / f"{thing}.shadow").read_text())
    assert shadow["state"] == {"reported": {"led": "on"}}


def test_a_device_of_an_authority_that_is_registered_registers_itself(composition, shell):
    """TLS lets it through without a restart of the broker."""
    steps = [text for text in re.findall(r"^```sh do\n(.*?)^```$", PAGE, re.M | re.S)
             if "factory" in text or "bulb" in text]
    assert len(steps) == 4
    text = "\n".join(blocks()[1].splitlines()[:2] + steps)
    shell.do(text.replace("state/certificates/ca/ca.pem", "ca.pem")
             .replace("-p 1883", f"-p {composition.port['MQTT']}"))
    assert "authority_trusted" in composition.compose("logs", "--no-color", "shadowd")


@pytest.mark.parametrize("port", ["HTTPS", "AWS"])
def test_mqtt_over_websocket_with_a_signed_url(composition, shell, port):
    topic, payload = shadow_over_websocket(composition.port[port], str(shell.folder / "ca.pem"),
                                           *shell.key(), f"page-{port}")
    assert topic == f"$aws/things/page-{port}/shadow/update/accepted"
    assert json.loads(payload)["state"] == {"reported": {"by": "websocket"}}


def test_shadowctl_goes_on_in_what_calls_have_made(composition, shell):
    assert "lamp " in composition.shadowctl("thing", "list")
    composition.shadowctl("thing", "create", "beside")
    assert "beside" in shell.do(blocks()[1].splitlines()[0] + "\naws iot list-things --endpoint-url "
                                "https://localhost:8443 --query 'things[].thingName'")
    owners = composition.exec("shadowd", "sh", "-c", f"find {FOLDER}/registry ! -user shadowd")
    assert owners == ""


def test_the_key_that_certificates_are_made_with_is_shadowds_alone(composition):
    assert composition.exec("shadowd", "stat", "-c", "%U %a", f"{FOLDER}/issuer/ca.key") == \
        "shadowd 600\n"
    for part in ("broker", "front"):
        done = subprocess.run(["docker", "exec", composition.container(part), "cat",
                               f"{FOLDER}/issuer/ca.key"], capture_output=True)
        assert done.returncode != 0


def test_nothing_is_missing_at_the_start(composition):
    said = composition.compose("logs", "--no-color", "shadowd")
    assert not re.search("registry_read_only|keys_not_told|authority_refused|websocket_off", said)


def test_the_volumes_of_an_earlier_version_go_on(images):
    """Whose registry was root's, and which had no issuer."""
    here = Composition("shadow-earlier")
    here.down("--volumes", "--remove-orphans")
    try:
        here.compose("run", "--rm", "-T", "setup")
        here.compose("run", "--rm", "-T", "--entrypoint", "sh", "setup", "-c",
                     f"chown -R root: {FOLDER}/registry && "
                     f"echo '{{}}' >{FOLDER}/registry/things/old.json")
        here.down()
        run("docker", "volume", "rm", f"{here.name}_issuer")
        here.up()
        assert "old" in here.shadowctl("thing", "list")
        for path in ("registry", "registry/things/old.json", "issuer/ca.key"):
            assert here.exec("shadowd", "stat", "-c", "%U", f"{FOLDER}/{path}") == "shadowd\n"
    finally:
        here.down("--volumes", "--remove-orphans")


def test_a_registry_that_is_read_only_is_told_and_refused(images, tmp_path):
    """As a person could mount it, or this file did before."""
    here = Composition("shadow-readonly")
    override = tmp_path / "override.yml"
    override.write_text("services:\n  shadowd:\n    volumes:\n"
                        f"      - registry:{FOLDER}/registry:ro\n")
    here.files.append(override)
    here.down("--volumes", "--remove-orphans")
    try:
        here.up()
        shell = Shell(here, tmp_path)
        shell.do(blocks()[0])
        said = here.compose("logs", "--no-color", "shadowd")
        assert re.search(rf"warning registry_read_only .*{FOLDER}/registry is mounted read-only here: "
                         "mount it writable", said)
        with pytest.raises(AssertionError, match="shadowd may not write to its registry"):
            shell.do("\n".join(blocks()[1].splitlines()[:3]))
        assert "registry_not_written" in here.compose("logs", "--no-color", "shadowd")
    finally:
        here.down("--volumes", "--remove-orphans")
