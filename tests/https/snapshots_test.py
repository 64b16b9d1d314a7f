"""All shadows removed, kept aside and brought back, while devices go on."""
import json
import threading
import time

import pytest

from bench import Bench
from client import Client, Shadow
from endpoint import Endpoint
from past import Past, ask
from rest_vectors_test import check_error

NAME_FORM = "A snapshot's name has 1 to 64 of the characters a-z A-Z 0-9 _ -"


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(["--faults"]) as running:
        yield running


@pytest.fixture
def bench(endpoint):
    made = Bench(endpoint)
    made.do("POST", "reset")
    yield made
    for one in made.do("GET", "snapshots")["snapshots"]:
        made.do("DELETE", f"snapshots/{one['name']}")


def test_a_reset_tells_how_many_and_leaves_nothing(endpoint, bench):
    bench.update("lamp", desired={"a": 1})
    bench.update("lamp", "config", desired={"a": 1})
    bench.update("gone", desired={"a": 1})
    bench.delete("gone")
    assert bench.do("POST", "reset") == {"shadows": 2, "tombstones": 1}
    assert bench.do("POST", "reset") == {"shadows": 0, "tombstones": 0}
    assert bench.get("lamp") is None and bench.get("lamp", "config") is None
    assert Past(endpoint, "lamp").ask("GET", "history").status == 404
    assert bench.update("lamp", desired={"a": 1})["version"] == 1
    assert bench.update("gone", desired={"a": 1})["version"] == 1
    assert [one["version"] for one in Past(endpoint, "gone").entries(lane="w")] == [1]


def test_a_reset_of_some_leaves_others_and_the_clock(bench):
    bench.clock(freeze=1_764_000_000)
    for thing in ("lift-1", "lift-22", "lift", "lamp"):
        bench.update(thing, desired={"a": 1})
    assert bench.do("POST", "reset", {"things": "lift-?"}) == {"shadows": 1, "tombstones": 0}
    assert bench.do("POST", "reset", {"things": "l*-*"}) == {"shadows": 1, "tombstones": 0}
    assert bench.get("lift")["version"] == bench.get("lamp")["version"] == 1
    assert bench.clock()["frozen"]
    assert bench.do("POST", "reset", {"things": "*"}) == {"shadows": 2, "tombstones": 0}
    assert not bench.clock()["frozen"]


def test_what_is_no_reset_is_told_the_form(bench):
    bench.update("lamp", desired={"a": 1})
    for body in ("nonsense", "[]", {"things": ""}, {"things": 5}, {"things": "a/b"},
                 {"thing": "lamp"}, {"things": "x" * 129}, {"things": "ä*"}):
        answer = bench.ask("POST", "reset", body)
        check_error(answer, 400, "InvalidRequestException")
        assert answer.json["message"].startswith("The body is empty, or {\"things\":"), answer
    assert bench.get("lamp")


def test_a_restore_brings_documents_and_history_back(endpoint, bench):
    bench.update("lamp", desired={"a": 1}, reported={"a": 0})
    bench.update("lamp", desired={"a": 2})
    bench.update("other", "config", desired={"b": 1})
    document, history = bench.get("lamp"), Past(endpoint, "lamp").entries()
    taken = bench.do("PUT", "snapshots/base")
    assert (taken["name"], taken["shadows"], taken["tombstones"]) == ("base", 2, 0)
    assert taken["bytes"] > 100 and abs(taken["takenAt"] - time.time()) < 60

    bench.update("lamp", desired={"a": 3})
    bench.delete("other", "config")
    bench.update("new", desired={"c": 1})
    restored = bench.do("POST", "snapshots/base/restore")
    assert restored == taken
    again = bench.get("lamp")
    document.pop("timestamp"), again.pop("timestamp")
    assert again == document
    assert Past(endpoint, "lamp").entries() == history
    assert bench.get("other", "config")["version"] == 1
    assert bench.get("new") is None
    assert bench.update("lamp", desired={"a": 4})["version"] == 3
    bench.do("POST", "reset")
    bench.do("POST", "snapshots/base/restore")
    assert bench.get("lamp")["version"] == 2
    assert Past(endpoint, "lamp").entries() == history


def test_who_follows_the_changes_finds_a_gap(endpoint, bench):
    bench.update("lamp", desired={"a": 1})
    def changes(after=0):
        return ask(endpoint, "GET", f"/_shadow/v1/changes?after={after}").json

    seen = changes()["next"]
    bench.do("POST", "reset")
    bench.update("lamp", desired={"a": 2})
    page = changes(seen)
    assert page["from"] > seen + 1
    assert [one["version"] for one in page["changes"]] == [1]


def test_snapshots_have_names_and_an_end(bench):
    assert bench.do("GET", "snapshots") == {"snapshots": []}
    for name in ("a.b", "%20", "x" * 65, "%C3%A4"):
        for method, what in (("PUT", f"snapshots/{name}"), ("DELETE", f"snapshots/{name}"),
                             ("POST", f"snapshots/{name}/restore")):
            answer = bench.ask(method, what)
            check_error(answer, 400, "InvalidRequestException")
            assert answer.json["message"] == NAME_FORM
    for method, what in (("DELETE", "snapshots/none"), ("POST", "snapshots/none/restore")):
        check_error(bench.ask(method, what), 404, "ResourceNotFoundException")
    names = [f"s{number:02}" for number in range(16)]
    for name in names:
        bench.do("PUT", f"snapshots/{name}")
    answer = bench.ask("PUT", "snapshots/more")
    check_error(answer, 400, "InvalidRequestException")
    assert "16 snapshots" in answer.json["message"]
    assert [one["name"] for one in bench.do("GET", "snapshots")["snapshots"]] == names


def test_snapshots_end_with_shadowd_and_shadows_do_not(endpoint, bench):
    bench.update("lamp", desired={"a": 1})
    bench.do("PUT", "snapshots/base")
    bench.update("lamp", desired={"a": 2})
    bench.do("POST", "snapshots/base/restore")
    endpoint.service.kill()
    endpoint.start_service()
    assert bench.do("GET", "snapshots") == {"snapshots": []}
    document = bench.get("lamp")
    assert (document["version"], document["state"]["desired"]) == (1, {"a": 1})


def test_a_reset_survives_a_kill(endpoint, bench):
    bench.update("lamp", desired={"a": 1})
    assert bench.do("POST", "reset")["shadows"] == 1
    endpoint.service.kill()
    endpoint.start_service()
    assert bench.get("lamp") is None


def test_devices_go_on_through_it_and_each_request_sees_before_or_after(endpoint, bench):
    """One device counts up; the versions that it is given never lie."""
    bench.update("counter", desired={"n": 0})
    bench.do("PUT", "snapshots/base")
    ending = threading.Event()
    versions = []

    def count():
        with Client(endpoint.port, "counter") as client:
            shadow = Shadow(client, "counter")
            number = 0
            while not ending.is_set():
                number += 1
                exchange = shadow.exchange("update", json.dumps(
                    {"state": {"reported": {"n": number}}}))
                versions.append(exchange.payload("update/accepted")["version"])

    device = threading.Thread(target=count)
    device.start()
    for _ in range(20):
        bench.do("POST", "snapshots/base/restore")
    bench.do("POST", "reset")
    ending.set()
    device.join()
    assert versions
    for before, after in zip(versions, versions[1:]):
        assert after in (before + 1, 2, 1), versions
    assert bench.do("GET", "snapshots")["snapshots"][0]["shadows"] == 1
