"""Export and import on a store that shadowd wrote and will read again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from client import Client, Shadow  # noqa: E402
from harness import Stack  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402

LINE = {"thing": "T", "name": "S", "state": {"desired": {"a": [1, {"b": 2}]}},
        "metadata": {"desired": {"a": [{"timestamp": 5}, {"b": {"timestamp": 6}}]}},
        "version": 7, "timestamp": 1767225600}


@pytest.fixture
def shadowctl():
    return Shadowctl()


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_exported_is_imported_with_versions_and_metadata(shadowctl, tmp_path):
    archive = json.dumps(LINE) + "\n" + json.dumps(
        {"thing": "U", "deleted": True, "version": 3, "timestamp": 4000000000}) + "\n"
    told = shadowctl.json("shadow", "import", "-", "--data-dir", tmp_path / "store", given=archive)
    assert told == {"imported": 2, "kept": 0}
    exported = shadowctl.done("shadow", "export", "--data-dir", tmp_path / "store")
    assert lines_of(exported) == lines_of(archive)
    code, _, said = shadowctl.run("shadow", "import", "-", "--data-dir", tmp_path / "store",
                                  given=json.dumps({**LINE, "version": 99}))
    assert code == 0 and "1 were there already" in said
    assert shadowctl.done("shadow", "export", "--data-dir", tmp_path / "store") == exported
    shadowctl.done("shadow", "import", "-", "--data-dir", tmp_path / "store", "--replace",
                   given=json.dumps({**LINE, "version": 99}))
    assert lines_of(shadowctl.done("shadow", "export", "--data-dir", tmp_path / "store"))[0][
        "version"] == 99


def test_what_aws_printed_is_taken_for_a_thing(shadowctl, tmp_path):
    document = json.dumps({key: LINE[key] for key in ("state", "metadata", "version", "timestamp")},
                          indent=4)
    shadowctl.done("shadow", "import", "-", "--thing", "T", "--name", "S", "--data-dir",
                   tmp_path / "store", given=document)
    assert lines_of(shadowctl.done("shadow", "export", "--data-dir", tmp_path / "store")) == [LINE]


@pytest.fixture(scope="module")
def running():
    """A running shadowd, and a shadowctl that knows its admin socket."""
    stack = Stack()
    socket = stack.folder / "admin.sock"
    stack.service.command.append(f"--admin-socket={socket}")
    with stack:
        yield stack, Shadowctl(admin_socket=socket)


def test_a_running_service_gives_and_takes_shadows_while_it_serves(running, tmp_path):
    stack, shadowctl = running
    archive = "".join(json.dumps({**LINE, "thing": f"many-{number:04}"}) + "\n"
                      for number in range(2500)) + json.dumps(
        {"thing": "many-gone", "deleted": True, "version": 3, "timestamp": 4000000000}) + "\n"
    (tmp_path / "archive").write_text(archive)
    with Client(stack.port) as client:
        first = Shadow(client, "many-0007", "S")
        first.exchange("update", '{"state":{"desired":{"mine":true}}}')
        told = shadowctl.json("shadow", "import", tmp_path / "archive")
        assert told == {"imported": 2500, "kept": 1}
        assert first.fence()[1]["version"] == 1  # was there, and is as it was
        _, after = Shadow(client, "many-0008", "S").exchange(
            "update", '{"state":{"desired":{"b":1}},"version":7}')
        assert after["version"] == 8 and after["state"]["desired"] == {**LINE["state"]["desired"],
                                                                       "b": 1}
        again = Shadow(client, "many-gone").exchange("update", '{"state":{}}').after
        assert again["version"] == 4  # goes on
    told = shadowctl.json("shadow", "import", tmp_path / "archive", "--replace")
    assert told == {"imported": 2501, "kept": 0}
    assert lines_of(shadowctl.done("shadow", "export")) == lines_of(archive)


def test_what_was_imported_into_a_running_service_is_on_the_disk(running, tmp_path):
    stack, shadowctl = running
    shadowctl.done("shadow", "import", "-", "--thing", "kept", given=json.dumps(LINE))
    stack.service.kill()
    stack.start_service()
    assert '{"thing":"T","name":"S"' in shadowctl.done("shadow", "export")


def test_a_file_with_a_fault_is_not_begun(running, tmp_path):
    _, shadowctl = running
    good = json.dumps({**LINE, "thing": "half"}) + "\n"
    (tmp_path / "archive").write_text(good * 1500 + '{"thing":"half","version":0}\n')
    assert f'{tmp_path}/archive:1501: "version"' in shadowctl.refused(
        2, "shadow", "import", tmp_path / "archive")
    assert '"half"' not in shadowctl.done("shadow", "export")


def test_a_folder_on_the_command_line_goes_before_the_service_of_the_settings(running, tmp_path):
    _, shadowctl = running
    shadowctl.done("shadow", "import", "-", "--data-dir", tmp_path / "store",
                   given=json.dumps({**LINE, "thing": "elsewhere"}))
    assert "elsewhere" not in shadowctl.done("shadow", "export")
    assert "elsewhere" in shadowctl.done("shadow", "export", "--data-dir", tmp_path / "store")


def test_nobody_listens(tmp_path):
    gone = Shadowctl(admin_socket=tmp_path / "none.sock")
    assert "no shadowd answers" in gone.refused(6, "shadow", "export")
    stopped = Shadowctl(admin_socket=tmp_path / "none.sock", data_dir=tmp_path / "store")
    stopped.done("shadow", "import", "-", given=json.dumps(LINE))
    assert lines_of(stopped.done("shadow", "export")) == [LINE]


def test_a_running_service_keeps_its_store_to_itself_and_serves_what_was_imported(shadowctl):
    with Stack() as stack:
        store = stack.folder / "data"
        code, _, said = shadowctl.run("shadow", "export", "--data-dir", store)
        assert code == 6 and str(store) in said
        stack.stop_service()
        shadowctl.done("shadow", "import", "-", "--data-dir", store, given=json.dumps(LINE))
        stack.start_service()
        topic = "$aws/things/T/shadow/name/S/get"
        answer = subprocess.run(
            ["mosquitto_rr", "-V", "311", "-p", str(stack.port), "-q", "1", "-W", "30", "-n",
             "-t", topic, "-e", f"{topic}/accepted"], check=True, capture_output=True)
        document = json.loads(answer.stdout)
        assert (document["version"], document["state"]["desired"], document["metadata"]) == (
            7, LINE["state"]["desired"], {**LINE["metadata"]})


@pytest.mark.parametrize("code, given, named", [
    (2, "{", "-:1: it is not one JSON object"),
    (2, '{"thing":"T","state":{},"version":1,"timestamp":1}\n\n{"version":1}', '-:3: "timestamp"'),
    (2, '{"state":{},"version":1,"timestamp":1}', "give --thing"),
])
def test_a_fault_is_named_with_its_line(shadowctl, tmp_path, code, given, named):
    found, _, said = shadowctl.run("shadow", "import", "-", "--data-dir", tmp_path / "store",
                                   given=given)
    assert found == code and named in said


def test_a_store_that_is_not_there_is_not_made_by_an_export(shadowctl, tmp_path):
    assert "there is no store" in shadowctl.refused(
        3, "shadow", "export", "--data-dir", tmp_path / "store")
    assert not (tmp_path / "store").exists()
    assert "/nowhere cannot be read" in shadowctl.refused(
        3, "shadow", "import", "/nowhere", "--data-dir", tmp_path / "store")
