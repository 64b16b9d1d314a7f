"""The switch of the test bench, who may use it, and its clock."""
import json
import time

import pytest

from bench import Bench
from endpoint import READER, Endpoint
from past import Past
from rest_vectors_test import check_error

EPOCH = 1_764_000_000
ROUTES = [("GET", "clock", None), ("PUT", "clock", {"reset": True}),
          ("POST", "reset", {"things": "nothing"}), ("GET", "snapshots", None),
          ("PUT", "snapshots/s", None), ("POST", "snapshots/s/restore", None),
          ("DELETE", "snapshots/s", None)]
READERS_ROUTES = [("GET", "clock"), ("GET", "snapshots"), ("PUT", "snapshots/s"),
                  ("DELETE", "snapshots/s")]


def check_refused(answer, message):
    check_error(answer, 403, "ForbiddenException")
    assert answer.json["message"] == message


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(["--faults"]) as running:
        yield running


@pytest.fixture
def bench(endpoint):
    made = Bench(endpoint)
    yield made
    made.clock(reset=True)


def test_without_the_switch_each_is_refused_by_name():
    with Endpoint() as running:
        for method, what, body in ROUTES:
            answer = Bench(running).ask(method, what, body)
            check_refused(answer, "This is for test benches, and shadowd was started without "
                                  "--faults")


def test_a_certificate_may_not_and_a_key_needs_the_permission(endpoint, bench):
    for method, what, body in ROUTES:
        answer = endpoint.ask(method, f"/_shadow/v1/{what}", body and json.dumps(body))
        check_refused(answer, "This is for requests that are signed with an access key")
        answer = bench.ask(method, what, body, key=READER)
        assert answer.status == (200 if (method, what) in READERS_ROUTES else 403), answer
    answer = endpoint.ask("GET", "/_shadow/v1/clock", certificate=None)
    check_refused(answer, "Missing Authentication Token")


def test_the_clock_is_the_machines_until_it_is_moved(bench):
    before = int(time.time())
    clock = bench.clock()
    assert list(clock) == ["now", "offset_seconds", "frozen"]
    assert before <= clock["now"] <= time.time()
    assert (clock["offset_seconds"], clock["frozen"]) == (0, False)

    moved = bench.clock(offset_seconds=3600)
    assert moved["offset_seconds"] == 3600 and not moved["frozen"]
    assert before + 3600 <= moved["now"] <= time.time() + 3600
    stands = bench.clock(freeze=EPOCH)
    assert (stands["now"], stands["frozen"]) == (EPOCH, True)
    assert bench.clock(reset=True)["offset_seconds"] == 0


def test_what_is_no_clock_changes_nothing(bench):
    bench.clock(freeze=EPOCH)
    for body in ("", "{}", "nonsense", {"freeze": -1}, {"freeze": 253402300800},
                 {"offset_seconds": -10 ** 18}, {"offset_seconds": 1, "freeze": 1}):
        answer = bench.ask("PUT", "clock", body)
        assert answer.status == 400 and ("body is one of" in answer.json["message"] or
                                         "1970 to 9999" in answer.json["message"]), answer
    assert bench.clock()["now"] == EPOCH


def test_timestamps_and_history_are_of_the_clock(endpoint, bench):
    bench.clock(freeze=EPOCH)
    assert bench.update("stamped", desired={"a": 1})["timestamp"] == EPOCH
    bench.clock(freeze=EPOCH + 7)
    document = bench.get("stamped")
    assert document["timestamp"] == EPOCH + 7
    assert document["metadata"]["desired"]["a"] == {"timestamp": EPOCH}
    [entry] = Past(endpoint, "stamped").entries(lane="w")
    assert entry["timestamp"] == EPOCH


def test_a_deleted_shadows_version_goes_on_for_48_hours_of_the_clock(bench):
    bench.clock(freeze=EPOCH)
    bench.update("buried", desired={"a": 1})
    bench.delete("buried")
    bench.clock(freeze=EPOCH + 48 * 3600 - 1)
    assert bench.update("buried", desired={"a": 2})["version"] == 3
    bench.delete("buried")
    bench.clock(offset_seconds=0)
    bench.clock(freeze=EPOCH + 2 * 48 * 3600)
    assert bench.update("buried", desired={"a": 3})["version"] == 1


def test_signatures_are_checked_by_the_machines_clock(bench):
    bench.clock(offset_seconds=10 * 365 * 24 * 3600)
    assert bench.clock()["offset_seconds"] > 0  # signed with the machine's time


def test_a_restart_brings_the_machines_clock_back(endpoint, bench):
    bench.clock(freeze=EPOCH)
    endpoint.stop_service()
    endpoint.start_service()
    assert bench.clock()["offset_seconds"] == 0
