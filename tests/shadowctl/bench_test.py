"""The test bench by the real shadowctl."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from endpoint import OpenEndpoint  # noqa: E402


@pytest.fixture(scope="module")
def endpoint():
    made = OpenEndpoint(["--faults"])
    with made.stack:
        yield made


@pytest.fixture
def ctl(endpoint):
    made = endpoint.shadowctl()
    yield made
    made.done("bench", "clock", "reset")


def test_the_clock_is_shown_and_moved(ctl):
    assert ctl.done("bench", "clock").endswith("Z  the machine's\n")
    assert ctl.done("bench", "clock", "+48h").endswith("Z  48h ahead of the machine's\n")
    assert ctl.done("bench", "clock", "-5m").endswith("Z  5m behind the machine's\n")
    stands = "2026-01-01T00:00:00Z  it stands\n"
    assert ctl.done("bench", "clock", "freeze", "2026-01-01T00:00:00Z") == stands
    assert ctl.done("bench", "clock", "freeze", "1767225600") == stands
    assert ctl.json("bench", "clock")["now"] == 1767225600
    ctl.done("shadow", "update", "lamp", "--desired", "a=1")
    assert ctl.done("shadow", "get", "lamp").startswith("lamp  version 1  2026-01-01T00:00:00Z\n")
    assert ctl.done("bench", "clock", "reset").endswith("the machine's\n")


def test_what_is_no_clock_is_told(ctl):
    assert "the clock is set by +48h" in ctl.refused(2, "bench", "clock", "48h")
    assert "is no time" in ctl.refused(2, "bench", "clock", "freeze", "soon")
    assert "1970 to 9999" in ctl.refused(2, "bench", "clock", "freeze", "999999999999999")


def test_shadows_are_reset(ctl):
    for thing in ("lift-1", "lift-2", "lamp"):
        ctl.done("shadow", "update", thing, "--desired", "a=1")
    assert ctl.done("reset", "--thing", "lift-*", "--yes") == "2 shadows removed\n"
    ctl.done("shadow", "get", "lamp")
    ctl.done("shadow", "delete", "lamp")
    assert ctl.done("reset") == "0 shadows, 1 deleted removed\n"
    assert ctl.json("reset", "--yes") == {"shadows": 0, "tombstones": 0}
    assert "one at a time" in ctl.refused(2, "reset", "--thing", "a", "--thing", "b")
    assert "a thing's name" in ctl.refused(2, "reset", "--thing", "a b")


def test_snapshots_are_kept_and_brought_back(ctl):
    ctl.done("reset", "--yes")
    assert ctl.done("snapshot", "list") == ""
    ctl.done("shadow", "update", "lamp", "--desired", "a=1")
    assert ctl.done("snapshot", "base") == "base  1 shadow\n"
    ctl.done("shadow", "update", "lamp", "--desired", "a=2")
    ctl.done("shadow", "update", "more", "--desired", "a=2")
    assert ctl.done("snapshot", "restore", "base") == "base  1 shadow\n"
    assert ctl.json("shadow", "get", "lamp")["version"] == 1
    ctl.refused(3, "shadow", "get", "more")
    assert ctl.done("snapshot", "list").startswith("base  1 shadow  ")
    assert ctl.json("snapshot", "list")["snapshots"][0]["name"] == "base"
    assert ctl.done("snapshot", "delete", "base") == ""
    ctl.refused(3, "snapshot", "restore", "base")
    assert "A snapshot's name has" in ctl.refused(2, "snapshot", "a b")
    assert "which one?" in ctl.refused(2, "snapshot", "restore")
    assert "nothing that can be done" in ctl.refused(2, "snapshot", "take", "base")


def test_without_the_switch_it_says_which():
    made = OpenEndpoint()
    with made.stack:
        assert "without --faults" in made.shadowctl().refused(5, "bench", "clock")
