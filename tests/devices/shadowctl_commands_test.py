"""shadowctl command and command-execution, as a person types them."""
import json
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "shadowctl"))

from account import ARN, KEY, SECRET
from fleet import Fleet, command_topic, packed
from shadowctl import Shadowctl


@pytest.fixture(scope="module")
def ctl(fleet):
    fleet.ask("POST", "/things/door", {})
    return Shadowctl(endpoint=fleet.url, cafile=fleet.ca_file, access_key_id=KEY,
                     secret_access_key=SECRET)


@pytest.fixture
def unlock(ctl, tmp_path):
    """The command of that name."""
    file = tmp_path / "unlock.json"
    file.write_text('{"open":true}')
    assert ctl.done("command", "create", "unlock", file) == f"{ARN}:command/unlock\n"
    return "unlock"


def answering(fleet, update) -> threading.Thread:
    """A device that answers its next request so."""
    wire = fleet.device("door")
    wire.subscribe("$aws/commands/things/door/executions/+/request/json")

    def answer():
        with wire:
            execution = wire.read_published().topic.split("/")[5]
            wire.publish(command_topic(execution, "door", "response/json"), packed(update))

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_a_command_is_made_shown_listed_and_deleted(ctl, tmp_path):
    file = tmp_path / "ring"
    file.write_text("ring twice\n")
    for _ in range(2):
        assert ctl.done("command", "create", "ring", file, "--content-type", "text/plain",
                        "--display-name", "Ring", "--about", "the bell") == f"{ARN}:command/ring\n"
    shown = ctl.done("command", "show", "ring").splitlines()
    assert shown[:3] == [f"{ARN}:command/ring", "  name  Ring", "  about  the bell"]
    assert shown[4:] == ["  payload  11 bytes of text/plain", "ring twice"]
    assert "ring  Ring" in ctl.done("command", "list").splitlines()
    assert ctl.json("command", "show", "ring")["payload"]["contentType"] == "text/plain"
    assert "ring" in [one["commandId"] for one in ctl.json("command", "list")["commands"]]
    assert "409" in ctl.refused(4, "command", "create", "ring", file)
    ctl.done("command", "deprecate", "ring")
    assert "ring  deprecated  Ring" in ctl.done("command", "list").splitlines()
    assert "deprecated" in ctl.refused(2, "command", "start", "ring", "--to-thing", "door")
    ctl.done("command", "deprecate", "ring", "--undo")
    ctl.done("command", "delete", "ring")
    assert "404" in ctl.refused(3, "command", "show", "ring")


def test_a_payload_comes_from_standard_input_too(ctl):
    ctl.done("command", "create", "typed", "-", given="\x01\x02")
    assert ctl.done("command", "show", "typed").splitlines()[-1] == "  payload  2 bytes"
    ctl.done("command", "delete", "typed")


def test_a_command_is_started_and_waited_for(fleet, ctl, unlock):
    device = answering(fleet, {"status": "SUCCEEDED", "result": {"bolt": {"s": "open"}}})
    told = ctl.done("command", "start", unlock, "--to-thing", "door", "--wait").splitlines()
    device.join()
    assert told[0].split("  ")[1:4] == ["SUCCEEDED", "unlock", "thing/door"]
    assert told[1:] == ["  bolt  open"]
    device = answering(fleet, {"status": "FAILED", "statusReason": {
        "reasonCode": "STUCK", "reasonDescription": "the bolt is stuck"}})
    code, told, err = ctl.run("command", "start", unlock, "--to-thing", "door", "--wait")
    device.join()
    assert (code, err) == (1, "") and told.endswith("\n  reason  STUCK: the bolt is stuck\n")


def test_what_nobody_does_times_out(ctl, unlock):
    code, told, err = ctl.run("command", "start", unlock, "--to-client", "nobody", "--within", "1",
                              "--wait", "--json")
    assert (code, err, json.loads(told)["status"]) == (6, "", "TIMED_OUT")


def test_executions_are_listed_shown_and_forgotten(fleet, ctl, unlock):
    execution = ctl.done("command", "start", unlock, "--to-thing", "door").strip()
    for filtered in (["--to-thing", "door"], ["--of-command", unlock, "--status", "CREATED"]):
        lines = ctl.done("command-execution", "list", *filtered).splitlines()
        assert lines[0].split("  ")[:4] == [execution, "CREATED", "unlock", "thing/door"]
    where = [execution, "--to-thing", "door"]
    assert ctl.json("command-execution", "show", *where)["status"] == "CREATED"
    assert "409" in ctl.refused(4, "command-execution", "delete", *where)
    with fleet.device("door") as wire:
        wire.publish(command_topic(execution, "door", "response/json"),
                     packed({"status": "REJECTED", "statusReason": {"reasonCode": "BUSY"}}))
        wire.read_published()
    shown = ctl.done("command-execution", "show", *where).splitlines()
    assert shown[0].split("  ")[1] == "REJECTED" and shown[1] == "  reason  BUSY"
    ctl.done("command-execution", "delete", *where)
    assert "404" in ctl.refused(3, "command-execution", "show", *where)


def test_wrong_use_is_told(ctl, unlock):
    for words in (["command", "start", unlock], ["command-execution", "list"],
                  ["command", "start", unlock, "--to-thing", "a", "--to-client", "b"],
                  ["command-execution", "list", "--of-command", "a", "--to-thing", "b"],
                  ["command", "start", unlock, "--to-thing", "door", "--within", "50000"]):
        ctl.refused(2, *words)
    ctl.refused(3, "command", "start", "none", "--to-thing", "door")
    ctl.refused(3, "command", "start", unlock, "--to-thing", "nobody")
    ctl.refused(3, "command", "create", "a", "/nowhere")


def test_who_is_not_known_is_denied():
    """Without a key, too, unless the endpoint is open to all."""
    with Fleet() as closed:
        nobody = Shadowctl(endpoint=closed.url, cafile=closed.ca_file)
        assert "403" in nobody.refused(5, "command", "list")
    with Fleet(["--http_auth=open"]) as open_to_all:
        anybody = Shadowctl(endpoint=open_to_all.url, cafile=open_to_all.ca_file)
        assert anybody.json("command", "list") == {"commands": []}
        anybody.done("command", "create", "a", "-", given="x")
        anybody.done("command", "start", "a", "--to-client", "b")
