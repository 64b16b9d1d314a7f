"""What came, kept as files and read again; and what is no record."""
import json

import conftest  # noqa: F401
import pytest
from shadow_conformance import cases, recorder
from shadow_conformance.observation import Arrival, Exchange, HttpAnswer, Observation
from shadow_conformance.trouble import CannotRun
from suite import run

V001 = next(one for one in cases.load() if one.key == "mqtt-V001")
SEEN = Observation(
    "shadowconf-abcdef-1", given=[1, 2], now=[5, 6],
    steps=[Exchange("update", b"\xff\x00", 4.5, [
        Arrival("update/accepted", b'{"a":"\xc3\xa4"}', 1, False, 4.6),
        Arrival("update/delta", b"\xfe", 0, True, 4.7)])],
    after=Exchange("GET /x", http=HttpAnswer(404, {"x": "y"}, b"{}")))


def test_all_of_it_comes_back(tmp_path):
    recorder.Recorder(tmp_path / "new" / "record").keep({"label": "L"}, [V001], {V001.key: SEEN})
    about, seen = recorder.load(tmp_path / "new" / "record")
    assert (about, seen) == ({"label": "L"}, {V001.key: SEEN})
    text = (tmp_path / "new/record/cases/mqtt-V001.json").read_text()
    assert json.loads(text)["title"] == V001.title and "ä" in text


def test_a_record_is_not_written_over(tmp_path):
    recorder.Recorder(tmp_path).keep({}, [V001], {V001.key: SEEN})
    with pytest.raises(CannotRun, match="there is a record already"):
        recorder.Recorder(tmp_path)


@pytest.mark.parametrize("name, text, word", [
    ("run.json", None, "No such file"), ("run.json", "{", "is no record"),
    ("run.json", "[]", "is no record"), ("run.json", '{"format":9}', "another format"),
    ("cases/mqtt-V001.json", '{"x":1}', "is no record"), ("cases/mqtt-V001.json", "", "is no record")])
def test_what_is_no_record_is_told(tmp_path, name, text, word):
    recorder.Recorder(tmp_path).keep(
        {"label": "L", "untested": {"mqtt": "", "https": ""}, "date": "2026-11-29T00:00:00Z"}, [V001],
        {V001.key: SEEN})
    (tmp_path / name).unlink()
    if text is not None:
        (tmp_path / name).write_text(text)
    code, out, err = run("--replay", tmp_path)
    assert (code, out) == (2, "")
    assert word in err and err.count("\n") == 1
