"""Faults by the real shadowctl: checked, started, listed, stopped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from endpoint import OpenEndpoint  # noqa: E402
from harness import wait_until  # noqa: E402
from faulty import endpoint  # noqa: E402,F401
from shadowctl import Shadowctl  # noqa: E402

PLAN = """{"name":"hard","seed":42,"for":"10m","rules":[
 {"id":"late","on":"answer","where":{"thing":"lift-*","topic":"update/delta"},"do":"delay","ms":[200,1500]},
 {"id":"second","on":"https","skip":1,"count":1,"do":"reject","code":409}]}
"""


@pytest.fixture
def ctl(endpoint):
    made = endpoint.shadowctl()
    yield made
    made.done("fault", "stop")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "hard.json"
    path.write_text(PLAN)
    return path


# --- without a service

def test_check_says_what_a_plan_does(file):
    assert Shadowctl().done("fault", "check", file) == (
        "hard  for 10m, seed 42\n"
        "  late    answers of lift-*, update/delta: held for 200 to 1500 ms\n"
        "  second  requests over HTTPS of every thing: rejected with 409; not the first 1; 1 for each\n")
    assert Shadowctl().done("fault", "check", "-", given=PLAN).startswith("hard  for 10m")
    assert json.loads(Shadowctl().done("fault", "check", file, "--json"))["rules"][1]["code"] == 409


def test_check_names_file_line_and_column(file):
    file.write_text(PLAN.replace('"code":409', '"code":418'))
    assert Shadowctl().refused(2, "fault", "check", file) == (
        f'shadowctl: {file}:3:70: rule "second": "code" is 418; it must be '
        "400, 401, 403, 404, 409, 413, 429 or 500\n")
    assert "standard input:1:2: " in Shadowctl().refused(2, "fault", "check", "-", given="no")
    assert "cannot be read" in Shadowctl().refused(3, "fault", "check", "/nowhere")


def test_what_is_ready_can_be_seen_and_checked():
    listed = Shadowctl().json("fault", "ready")["plans"]
    names = [plan["name"] for plan in listed]
    assert {"slow-cloud", "lost-deltas", "hard-week"} <= set(names)
    help_text = Shadowctl().done("fault", "start", "--help")
    lines = Shadowctl().done("fault", "ready").splitlines()
    for name, line in zip(names, lines, strict=True):
        assert name in help_text and line.startswith(f"{name} ")
        text = Shadowctl().done("fault", "ready", name)
        assert Shadowctl().done("fault", "check", "-", given=text).startswith(f"{name}  for ")
    assert "is ready" in Shadowctl().refused(3, "fault", "ready", "nothing")


def test_what_is_no_plan_is_told_before_anybody_is_asked(file):
    ctl = Shadowctl(endpoint="http://127.0.0.1:1")
    assert "neither a file nor a ready plan; ready are slow-cloud, " in ctl.refused(
        3, "fault", "start", "slow")
    assert 'rule "late" is about lift-*, and lamp is none of it' in ctl.refused(
        2, "fault", "start", file, "--thing", "lamp")
    assert "lift-? is none of it" in ctl.refused(2, "fault", "start", file, "--thing", "lift-?")
    assert '"5" is no time' in ctl.refused(2, "fault", "start", file, "--for", "5")
    assert "reject needs a code, such as 409" in ctl.refused(2, "fault", "once", "lamp", "reject")
    assert "cannot name a thing" in ctl.refused(2, "fault", "once", "l*", "drop")
    assert "was not reached" in ctl.refused(6, "fault", "start", file)


# --- with one

def test_without_the_switch_it_says_which():
    made = OpenEndpoint()
    with made.stack:
        assert "without --faults" in made.shadowctl().refused(5, "fault", "list")


def test_a_plan_is_started_listed_recorded_and_stopped(ctl, file):
    assert ctl.done("fault", "list") == "no plan is in force\n"
    begun = ctl.done("fault", "start", file, "--thing", "lift-7", "--seed", "5", "--for", "5m")
    assert begun == (
        "hard  in force for 5m, seed 5\n"
        "  late    answers of lift-7, update/delta: held for 200 to 1500 ms\n"
        "  second  requests over HTTPS of lift-7: rejected with 409; not the first 1; 1 for each\n")
    assert "409 a plan called hard is in force" in ctl.refused(4, "fault", "start", file)
    ctl.refused(3, "shadow", "get", "lift-7")
    assert "409 Version conflict" in ctl.refused(4, "shadow", "get", "lift-7")
    [first, *rules] = ctl.done("fault", "list").splitlines()
    assert first.startswith("hard  ends in ") and first.endswith(", seed 5")
    assert rules == ["  late  answer delay  fired 0 of 0", "  second  https reject  fired 1 of 2"]
    record = json.loads(ctl.done("fault", "record", "hard"))
    assert [rule["at"] for rule in record["rules"]] == [{"lift-7": [1]}]
    assert ctl.done("fault", "stop", "hard") == "hard  stopped\n"
    ctl.refused(3, "fault", "stop", "hard")
    assert ctl.done("fault", "stop") == "no plan was in force\n"


def test_a_ready_plan_is_started_by_its_name(ctl):
    begun = ctl.json("fault", "start", "quota", "--thing", "lift-*")
    assert (begun["name"], begun["endsInMs"]) == ("quota", 300_000)


def test_once_finds_a_free_name_and_fires_once(ctl):
    assert ctl.done("fault", "once", "lamp", "reject", "429", "--on", "https") == (
        "once-1  in force for 5m\n"
        "  once  requests over HTTPS of lamp: rejected with 429; 1 for each\n")
    assert ctl.done("fault", "once", "other", "drop", "update/delta").startswith("once-2  in force")
    assert "429 TOO_MANY_REQUESTS" in ctl.refused(6, "shadow", "get", "lamp")
    ctl.refused(3, "shadow", "get", "lamp")
    assert ctl.done("fault", "stop") == "once-1  stopped\nonce-2  stopped\n"


def test_trace_tells_of_faults(ctl):
    follower = ctl.start("trace", "lamp", "--count", "1", "--json")
    try:
        assert follower.poll() is None
        ctl.done("fault", "once", "lamp", "reject", "409", "--on", "https")
        wait_until(lambda: "following" in follows(ctl, follower), "the trace's beginning")
    finally:
        out, _ = follower.communicate(timeout=60)
    line = json.loads(out)
    assert line["faults"] == ["once#0:reject:409"]
    assert (line["thing"], line["way"]) == ("lamp", "https")


def follows(ctl, follower):
    """Something goes wrong again and again until the follower has seen it."""
    ctl.run("shadow", "get", "lamp")
    if follower.poll() is not None:
        return "following"
    ctl.run("fault", "stop")
    ctl.done("fault", "once", "lamp", "reject", "409", "--on", "https")
    return ""
