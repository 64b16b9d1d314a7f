"""shadowctl advise as a person meets it: what it lists, refuses and is interrupted in, and what docs/advise.md
says of it. What it says of devices is tests/subjects'."""

import json
import re
import signal
import sys
from pathlib import Path

import paho.mqtt.client as paho
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/broker"))

from client import Client  # noqa: E402
from endpoint import OpenEndpoint  # noqa: E402
from harness import wait_until  # noqa: E402
from faulty import endpoint  # noqa: E402,F401
from shadowctl import WAIT_SECONDS, Shadowctl  # noqa: E402

PAGE = (ROOT / "docs/advise.md").read_text()
SCENARIOS = [json.loads(path.read_text()) for path in (ROOT / "advise/scenarios").glob("*.json")]
OWN = re.search(r"^```json\n(.*?)^```$", PAGE, re.M | re.S)[1]


@pytest.fixture
def ctl(endpoint):
    return endpoint.shadowctl()


class Lift:
    """Connected already; closes its door, then moves."""

    def __init__(self, port):
        self.update = "$aws/things/lift/shadow/update"
        self.client = paho.Client("lift", clean_session=False)
        self.client.on_connect = lambda *_: self.client.subscribe(f"{self.update}/delta", 1)
        self.client.on_message = lambda _client, _user, message: self.obey(json.loads(message.payload))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def obey(self, delta):
        for reported in {"door": "closed"}, delta["state"]:
            self.client.publish(self.update, json.dumps({"state": {"reported": reported}}), 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()


# --- without a service

def test_list_says_what_there_is():
    listed = Shadowctl().json("advise", "--list")
    assert {one["scenario"] for one in listed} == {one["name"] for one in SCENARIOS}
    assert "obey-delta             shadow  does what" in Shadowctl().done("advise", "--list")


def test_the_page_has_every_scenario_in_its_order():
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \| `?(\w*)`? \|$", PAGE, re.M)
    listed = Shadowctl().json("advise", "--list")
    wire = {one["name"] for one in SCENARIOS if "wire" in one.get("needs", [])}
    wanted = [(one["scenario"], one["about"] + " (needs the wire)" * (one["scenario"] in wire),
               one["deviceAdvisor"]) for one in listed]
    assert [row for row in rows if row[0] in {one[0] for one in wanted}] == wanted


@pytest.mark.parametrize("words, code, said", [
    ([], 2, "whose device? Give --thing"),
    (["--thing", "a b"], 2, "whose device? Give --thing"),
    (["--thing", "lamp", "--thing", "lift"], 2, "whose device? Give --thing"),
    (["--thing", "lamp", "--name", "a b"], 2, '--name: "a b" must be'),
    (["--thing", "lamp", "--state", "on"], 2, '--state: "on" is no JSON object'),
    (["--thing", "lamp", "--state", '{"a":1}'], 2, "must have the same members"),
    (["--thing", "lamp", "--other", '{"power":"on"}'], 2, '"power" is the same in both'),
    (["--thing", "lamp", "--patience", "0"], 2, "--patience: 1 to 60"),
    (["--thing", "lamp", "--scenario", "obey"], 3, '"obey" is neither a scenario, which --list'),
    (["--thing", "lamp"], 2, "where is the endpoint?"),
])
def test_wrong_words_are_named(words, code, said):
    assert said in Shadowctl().refused(code, "advise", *words)


def test_a_scenario_file_is_read_before_anything_is_done(tmp_path):
    file = tmp_path / "own.json"
    file.write_text('{"name":"own","steps":[\n {"expect":{"conect":{}},"within":"1s"}]}')
    said = Shadowctl().refused(2, "advise", "--thing", "lamp", "--scenario", file)
    assert f'{file}:2:13: step 1: expect: "conect" is nothing that can be seen' in said


# --- with one

def test_it_needs_the_admin_socket_and_faults(endpoint):
    said = Shadowctl(endpoint=f"http://127.0.0.1:{endpoint.port}").refused(2, "advise", "--thing", "lamp")
    assert "admin socket" in said
    off = OpenEndpoint()
    with off.stack:
        code, out, _ = off.shadowctl().run("advise", "--thing", "lamp", "--scenario", "away-30s")
        assert code == 1
        assert "error" in out and "faults" in out, out


def test_a_device_that_is_connected_already_is_cut_and_judged(ctl, endpoint, tmp_path):
    """The scenario of docs/advise.md, on a device that `--run` did not start."""
    file = tmp_path / "own.json"
    file.write_text(OWN)
    with Lift(endpoint.stack.port):
        said = ctl.json("advise", "--thing", "lift", "--scenario", file, "--seed", 3)
    verdict, = said["verdicts"]
    assert verdict["verdict"] == "pass", json.dumps(verdict, indent=1)
    assert (said["seed"], verdict["group"], said["counts"]["pass"]) == (3, "own", 1)
    assert verdict["repeat"] == f"shadowctl advise --thing lift --scenario '{file}' --seed 3"


def test_the_shadow_that_is_meant_is_the_named_one(ctl, endpoint, tmp_path):
    """A deed and what is awaited are about --name; the same update of the classic shadow is not it."""
    file = tmp_path / "own.json"
    file.write_text('{"name":"own","steps":[{"cloud":{"desired":{"a":1}}},'
                    '{"expect":{"update":{"reported":{"a":1}}},"within":"2s"}]}')
    with Client(endpoint.stack.port, "dial") as device:
        delta = "$aws/things/dial/shadow/name/mode/update/delta"
        device.subscribe(delta)
        child = ctl.start("advise", "--thing", "dial", "--name", "mode", "--scenario", file)
        device.take_until(lambda message: message.topic == delta)
        device.publish("$aws/things/dial/shadow/update", '{"state":{"reported":{"a":1}}}')
        out, _ = child.communicate(timeout=WAIT_SECONDS)
        assert child.returncode == 1 and "did not come within 2s" in out, out


def test_an_interrupt_ends_it_and_what_it_started(ctl, endpoint, tmp_path):
    file = tmp_path / "own.json"
    file.write_text('{"name":"own","steps":[{"cloud":{"start":true}},{"cloud":{"away":"1h"}},'
                    '{"expect":{"connect":{}},"within":"1h"}]}')
    marker = tmp_path / "device"
    child = ctl.start("advise", "--thing", "lamp", "--scenario", file, "--run",
                      f"echo $SHADOW_THING > {marker}; trap 'echo ended >> {marker}; exit' TERM; "
                      "while :; do sleep 0.05; done")
    wait_until(lambda: marker.exists() and ctl.json("fault", "list")["plans"], "the fault plan")
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=WAIT_SECONDS)
    assert child.returncode == 1 and "interrupted" in out
    assert marker.read_text() == "lamp\nended\n"
    assert ctl.json("fault", "list")["plans"] == []


def test_a_device_whose_command_ends_by_itself_fails(ctl, tmp_path):
    code, out, _ = ctl.run("advise", "--thing", "lamp", "--scenario", "connect", "--run", "exit 7",
                           "--junit", tmp_path / "verdicts.xml")
    assert code == 1 and "the device's command ended with exit code 7" in out
    assert "again: shadowctl advise --thing lamp --scenario 'connect' --seed " in out
    assert "exit code 7" in (tmp_path / "verdicts.xml").read_text()


def test_a_power_command_that_fails_is_an_error_of_the_bench(ctl, tmp_path):
    file = tmp_path / "own.json"
    file.write_text('{"name":"own","needs":["power"],"steps":[{"cloud":{"power":true}}]}')
    words = ["advise", "--thing", "lamp", "--scenario", file]
    assert "needs --power, or --run" in ctl.done(*words)
    code, out, _ = ctl.run(*words, "--power", "exit 4")
    assert code == 1 and "--power: exit 4 ended with exit code 4" in out, out
