"""Real clients, unmodified, with MQTT over WebSocket: each signs in its own way, and gets its delta."""
import json
from pathlib import Path

import pytest

from endpoint import AS_ON_AWS, KEY, SECRET
from harness import Process
from signature_test import ask
from tunnel import TunnelEndpoint

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "clients" / "websocket"
INSTALLED = ROOT / "build" / "clients"
CLIENT_SECONDS = 60


@pytest.fixture(scope="module")
def endpoint():
    with TunnelEndpoint() as running:
        yield running


class Program(Process):
    """One of the programs; what it says is its log."""

    def __init__(self, *command, **environment):
        super().__init__(Path(command[1]).name, ["sh", "-c", 'exec "$@" 1>&2', "sh", *command], {
            "NODE_PATH": str(INSTALLED / "node_modules"), "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true", **environment})

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.running:
            self.kill()

    def says(self, word: str, since: int = 0) -> str:
        try:
            self.wait_for_line(f"^{word}", since, timeout=CLIENT_SECONDS)
        except AssertionError as failed:
            raise AssertionError("\n".join([str(failed), *self.lines])) from None
        return self.lines_since(since, f"^{word}")[0]


def desire(endpoint, thing: str, colour: str):
    body = json.dumps({"state": {"desired": {"colour": colour}}})
    assert ask(endpoint, "POST", f"/things/{thing}/shadow", body.encode()).status == 200


def colour_in(line: str) -> str:
    return json.loads(line.partition(" ")[2])["state"]["colour"]


def node(name):
    return ["node", str(PROGRAMS / name)]


CLIENTS = {
    "sdk-v2-python-mqtt311": [str(INSTALLED / "venv/bin/python"), str(PROGRAMS / "sdk_v2.py"), "3"],
    "sdk-v2-python-mqtt5": [str(INSTALLED / "venv/bin/python"), str(PROGRAMS / "sdk_v2.py"), "5"],
    "sdk-v2-javascript-mqtt311": [*node("sdk_v2.js"), "3"],
    "sdk-v2-javascript-mqtt5": [*node("sdk_v2.js"), "5"],
    "sdk-v1-javascript": node("sdk_v1.js"),
}


SDK_V1_PYTHON = [str(INSTALLED / "venv/bin/python"), str(PROGRAMS / "sdk_v1.py")]


@pytest.mark.parametrize("way", ["websocket", "certificate"])
def test_the_first_sdk_for_python_gets_updates_and_hears_of_deltas(endpoint, way):
    """Over WebSocket it takes hosts of AWS alone, so the server has such a name."""
    thing = f"sdk-v1-python-{way}"
    if way == "websocket":
        words = [AS_ON_AWS, endpoint.https_port, endpoint.ca_file, thing]
    else:
        words = ["localhost", endpoint.tls_port, endpoint.ca_file, thing, endpoint.admin.file,
                 endpoint.admin.key_file]
    with Program(*SDK_V1_PYTHON, way, *map(str, words)) as program:
        program.says("get rejected")
        program.says("update accepted")
        assert json.loads(program.says("get accepted").partition("accepted ")[2])["state"] == {
            "reported": {"colour": "green"}}
        program.says("subscribed")
        desire(endpoint, thing, "red")
        assert colour_in(program.says("delta")) == "red"
        program.says("delete accepted")
        assert program.wait(CLIENT_SECONDS) == 0, program.lines


def test_debians_crt_connects_where_no_certificate_is_asked_for():
    """Its TLS, of 2022, ends the handshake where a server asks for one and it has none."""
    with TunnelEndpoint(asks_for_certificates=False) as endpoint:
        connects(endpoint, "debians-crt", ["/usr/bin/python3", str(PROGRAMS / "crt.py")])


@pytest.mark.parametrize("client", CLIENTS)
def test_it_connects_and_gets_its_delta(endpoint, client):
    connects(endpoint, client, CLIENTS[client])


def connects(endpoint, client, command):
    with Program(*command, "localhost", str(endpoint.https_port), endpoint.ca_file,
                 client) as program:
        program.says("subscribed")
        desire(endpoint, client, "red")
        assert colour_in(program.says("delta")) == "red"
        assert program.wait(CLIENT_SECONDS) == 0, program.lines


@pytest.mark.parametrize("level", ["3", "4", "5"])
def test_mqtt_js_signs_anew_when_it_comes_back(endpoint, level):
    thing = f"mqttjs-{level}"
    with Program(*node("mqttjs.js"), level, "localhost", str(endpoint.https_port),
                 endpoint.ca_file, thing) as program:
        program.says("subscribed 1")
        desire(endpoint, thing, "red")
        assert colour_in(program.says("delta")) == "red"
        mark = program.mark()
        assert endpoint.ask("DELETE", f"/connections/{thing}").status == 200
        program.says("subscribed 2", mark)
        desire(endpoint, thing, "blue")
        assert colour_in(program.says("delta", mark)) == "blue"
        assert program.wait(CLIENT_SECONDS) == 0, program.lines


def test_a_page_in_a_browser_connects_with_a_url_that_was_signed_for_it(endpoint):
    url = f"wss://localhost:{endpoint.https_port}"
    with Program(*node("browser.js"), url + endpoint.target(), "browser") as program:
        program.says("subscribed")
        desire(endpoint, "browser", "red")
        assert colour_in(program.says("delta")) == "red"
        assert program.wait(CLIENT_SECONDS) == 0, program.lines


def test_a_page_with_a_url_that_is_not_signed_does_not(endpoint):
    with Program(*node("browser.js"), f"wss://localhost:{endpoint.https_port}/mqtt",
                 "stranger") as program:
        program.says("closed")
        assert program.wait(CLIENT_SECONDS) == 1, program.lines
