"""Export and import on a store that shadowd wrote and will read again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

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
    (2, "{", "-:1: it is not a JSON object"),
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
