"""What is wrong on purpose is found wrong, in the section that it belongs to, and nowhere else.

Most of a run is waiting for what does not come, so all are made at once, each in a process of its own, for a model is
mutated where it is.
"""
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor

import pytest

from mosquitto_shadow_testing import begin
from model_service import MUTANTS, ModelService, mutated
from shadowctl import PROGRAM
from suite import by_verdict, ids, judged

AT_ONCE = 6


def observed(folder, port, *words):
    """The exit code, and (section to cases) for each verdict that is not exact."""
    code, report = judged(folder, "--profile", "ours", "--endpoint", f"mqtt://127.0.0.1:{port}",
                          "--https", "none", *words)
    found = {}
    for verdict, cases in by_verdict(report).items():
        if verdict.removeprefix("disputed ") != "exact":
            for one in cases:
                found.setdefault(verdict, {}).setdefault(one["section"], set()).add(one["id"])
    return code, found, report


# --- of meaning: the model, with one rule broken

def model_observed(folder, name):
    with mutated(name), ModelService() as service:
        return observed(folder, service.port)


def test_the_model_itself_is_right(runs):
    code, found, report = runs["model"].result()
    assert (code, found, report["asides"]) == (0, {}, {})


# The verdict; the sections that are told, the right one first, for some cases of others need the same rule
# (an old version that is refused is in B20's order of checks); and cases that must be among them.
EXPECTED = {
    "arrays are merged": ("wrong", "CD", {"C4_1", "V028"}),
    "null is kept": ("wrong", "CDEFI", {"V014", "C2_1"}),
    "equal members are in the delta": ("wrong", "ED", {"V037", "E6_1"}),
    "arrays are one leaf": ("wrong", "DE", {"V029", "D2_1"}),
    "numbers differ by their kind": ("wrong", "E", {"V045"}),
    "a version is not looked at": ("wrong", "GBH", {"V054", "G3_2"}),
    "a delete forgets the version": ("wrong", "GF", {"V060", "G6_1"}),
    "a get has metadata of its delta": ("wrong", "F", {"F4_3"}),
    "other words": ("text", "HABFGI", {"B9_1", "V054", "V093"}),
}


def check_sections(found, sections):
    """All of these, and no other: there everything is as before."""
    assert sorted(found) == sorted(sections)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_rule_that_is_broken_is_found_in_its_section(runs, name):
    verdict, sections, some = EXPECTED[name]
    code, found, _ = runs[name].result()
    check_sections(found.get(verdict, {}), sections)
    assert some <= set().union(*found[verdict].values())
    assert set(found) <= {verdict, f"disputed {verdict}"}
    assert code == (0 if verdict == "text" else 1)


# --- of messages: the real endpoint, with a fault on purpose

FAULTS = {
    "documents are lost": (
        {"on": "answer", "where": {"topic": "update/documents"}, "do": "drop"}, "wrong", "FG",
        {"V001", "F3_1"}),
    "accepted comes twice": (
        {"on": "answer", "where": {"topic": "update/accepted"}, "do": "duplicate"}, "wrong", "F",
        {"F1_1"}),
    "a delta is cut off": (
        {"on": "answer", "where": {"topic": "update/delta"}, "do": "truncate", "bytes": 10},
        "wrong", "E", {"V037"}),
    "tokens are missing": (
        {"on": "answer", "where": {"topic": "accepted"}, "do": "token", "token": "missing"},
        "wrong", "FABE", {"F5_1", "F1_1"}),
    "deltas bear another time": (
        {"on": "answer", "where": {"topic": "update/delta"}, "do": "skew", "seconds": 3600},
        "wrong", "FDE", {"F2_1"}),
    "deletes are swallowed": (
        {"on": "request", "where": {"operation": "delete"}, "do": "swallow"}, "silent", "GABFH",
        {"V099"}),
}


def endpoint_observed(folder, name):
    """In a world with that fault; None: with none."""
    bench = begin(str(PROGRAM))
    with bench.world() as world:
        if name is None:
            return observed(folder, world.mqtt_port)
        with world.fault(**FAULTS[name][0]) as fault:
            seen = observed(folder, world.mqtt_port)
            assert fault.fired > 0
        return seen


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_in_its_section(runs, name):
    _, verdict, sections, some = FAULTS[name]
    code, found, _ = runs[name].result()
    assert code == 1
    check_sections(found[verdict], sections)
    assert some <= set().union(*found[verdict].values())


def test_without_a_fault_the_same_endpoint_is_right(runs):
    code, found, report = runs["endpoint"].result()
    assert (code, found, report["asides"]) == (0, {}, {})
    assert re.fullmatch("[0-9a-f]{6}", report["run"])
    assert len(ids(report["cases"])) == len(report["cases"]) > 400


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Name to a future of what was observed; those that take longest begin first."""
    wanted = [(endpoint_observed, name) for name in sorted(FAULTS, key="deletes are swallowed".__ne__)]
    wanted += [(model_observed, name) for name in MUTANTS]
    wanted += [(endpoint_observed, None), (model_observed, None)]
    names = {(endpoint_observed, None): "endpoint", (model_observed, None): "model"}
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("fork")) as pool:
        yield {names.get((observe, name), name): pool.submit(observe, tmp_path_factory.mktemp("run"), name)
               for observe, name in wanted}
