"""Faults over HTTPS: plans put in force, listed, stopped and recorded; and what they do to shadow
requests that come over HTTPS."""
import json
import threading
import time

import pytest

from bench import Bench
from endpoint import READER, Endpoint
from harness import free_port, wait_until
from metrics import scrape
from rest_vectors_test import check_error

METRICS = free_port()


def plan(name="p", *, on="https", length="5m", **rule):
    return {"name": name, "seed": 7, "for": length,
            "rules": [{"id": "a", "on": on, "do": "reject", "code": 409, **rule}]}


def delay(name="p", ms=60_000, **rule):
    rule = {"id": "late", "on": "https", "do": "delay", "ms": ms, **rule}
    return {"name": name, "for": "5m", "rules": [rule]}


@pytest.fixture(scope="module")
def endpoint():
    made = Endpoint(["--faults", f"--metrics_port={METRICS}"])
    made.plugin_options["faults"] = "true"
    with made:
        yield made


@pytest.fixture
def bench(endpoint):
    made = Bench(endpoint)
    yield made
    made.do("DELETE", "faults")


def get(endpoint, thing="lamp"):
    return endpoint.ask("GET", f"/things/{thing}/shadow")


def test_without_the_switch_each_is_refused_by_name():
    with Endpoint() as running:
        for method, what, body in [("GET", "faults", None), ("POST", "faults", plan()),
                                   ("DELETE", "faults", None), ("DELETE", "faults/p", None),
                                   ("GET", "faults/p/record", None)]:
            answer = Bench(running).ask(method, what, body)
            check_error(answer, 403, "ForbiddenException")
            assert "without --faults" in answer.json["message"]


def test_a_plugin_that_may_not_names_its_setting():
    with Endpoint(["--faults"]) as running:
        for method, what, body in [("GET", "faults", None), ("POST", "faults", plan())]:
            answer = Bench(running).ask(method, what, body)
            check_error(answer, 403, "ForbiddenException")
            assert "plugin_opt_faults true" in answer.json["message"]
        assert get(running).status == 404  # nothing is in force


def test_a_certificate_may_not_and_a_key_needs_the_permission(endpoint, bench):
    answer = endpoint.ask("POST", "/_shadow/v1/faults", json.dumps(plan()))
    check_error(answer, 403, "ForbiddenException")
    assert "signed with an access key" in answer.json["message"]
    assert bench.ask("GET", "faults", key=READER).status == 200
    assert bench.ask("POST", "faults", plan(), key=READER).status == 403
    assert bench.do("GET", "faults") == {"plans": []}


def test_a_plan_that_is_wrong_is_told_where(bench):
    answer = bench.ask("POST", "faults", '{"name":"x","for":"5m","rules":[\n {"id":"a","on":"moon"}]}')
    check_error(answer, 400, "InvalidRequestException")
    assert answer.json["message"].startswith('2:17: rule "a": "on" is "moon"'), answer
    assert bench.do("GET", "faults") == {"plans": []}


def test_a_request_is_rejected_once_for_one_thing(endpoint, bench):
    begun = bench.do("POST", "faults", plan(where={"thing": "lamp", "operation": "get"}, count=1))
    assert begun == {"name": "p", "seed": 7, "endsInMs": 300_000}
    assert get(endpoint, "other").status == 404
    answer = get(endpoint)
    check_error(answer, 409, "ConflictException")
    assert answer.json["message"] == "Version conflict"
    assert get(endpoint).status == 404
    [listed] = bench.do("GET", "faults")["plans"]
    assert 0 < listed.pop("endsInMs") <= 300_000
    assert listed == {"name": "p", "seed": 7, "rules": [
        {"id": "a", "on": "https", "do": "reject", "matched": 2, "fired": 1}]}


@pytest.mark.parametrize("code, error", [
    (400, "InvalidRequestException"), (401, "UnauthorizedException"), (403, "ForbiddenException"),
    (404, "ResourceNotFoundException"), (409, "ConflictException"),
    (413, "RequestEntityTooLargeException"), (429, "ThrottlingException"),
    (500, "InternalFailureException")])
def test_each_code_is_worded_as_aws_does_and_changes_nothing(endpoint, bench, code, error):
    bench.do("POST", "faults", plan(code=code, where={"operation": "update"}))
    answer = endpoint.ask("POST", f"/things/code-{code}/shadow", '{"state":{"desired":{"a":1}}}')
    check_error(answer, code, error)
    assert get(endpoint, f"code-{code}").status == 404


def test_a_name_is_in_force_once_and_what_is_not_is_not_stopped(bench):
    bench.do("POST", "faults", plan())
    answer = bench.ask("POST", "faults", plan())
    check_error(answer, 409, "ConflictException")
    assert "p is in force" in answer.json["message"]
    bench.do("POST", "faults", plan("q"))
    assert bench.do("DELETE", "faults/p") == {"stopped": ["p"]}
    check_error(bench.ask("DELETE", "faults/p"), 404, "ResourceNotFoundException")
    check_error(bench.ask("GET", "faults/other/record"), 404, "ResourceNotFoundException")
    assert bench.do("DELETE", "faults") == {"stopped": ["q"]}
    assert bench.do("DELETE", "faults") == {"stopped": []}


def test_a_record_repeats_what_was_done(endpoint, bench):
    bench.do("POST", "faults", plan(probability=0.5))
    first = [get(endpoint).status for _ in range(20)]
    assert {404, 409} == set(first)
    record = bench.do("GET", "faults/p/record")
    bench.do("DELETE", "faults/p")
    assert bench.do("GET", "faults/p/record") == record  # also once it has ended
    del record["seed"]
    bench.do("POST", "faults", record)
    assert [get(endpoint).status for _ in range(20)] == first


def test_a_late_answer_holds_up_nobody_and_comes_when_its_plan_stops(endpoint, bench):
    bench.do("POST", "faults", delay(where={"thing": "slow"}))
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(endpoint.ask("POST", "/things/slow/shadow",
                                                   '{"state":{"desired":{"a":1}}}')))
    asking.start()
    wait_until(lambda: bench.do("GET", "faults")["plans"][0]["rules"][0]["fired"] == 1, "the delay")
    assert endpoint.ask("POST", "/things/quick/shadow", '{"state":{"desired":{"a":1}}}').status == 200
    assert not answers
    bench.do("DELETE", "faults/p")
    asking.join(30)
    assert [answer.status for answer in answers] == [200]


def test_a_late_answer_comes_when_it_is_due(endpoint, bench):
    bench.do("POST", "faults", delay(ms=[300, 400], where={"operation": "get"}))
    began = time.monotonic()
    assert get(endpoint).status == 404
    assert time.monotonic() - began >= 0.3


def test_a_reset_of_all_stops_all_plans(endpoint, bench):
    bench.do("POST", "faults", plan())
    bench.do("POST", "reset", {"things": "nothing-*"})
    assert get(endpoint).status == 409
    bench.do("POST", "reset")
    assert get(endpoint).status == 404
    assert bench.do("GET", "faults") == {"plans": []}


def test_a_plan_ends_by_itself(endpoint, bench):
    mark = endpoint.service.mark()
    bench.do("POST", "faults", plan("short", length="400ms"))
    endpoint.service.wait_for_line("fault_plan_ended name=short", mark)
    assert get(endpoint).status == 404
    assert bench.do("GET", "faults") == {"plans": []}
    [line] = endpoint.service.lines_since(mark, "fault_plan_started")
    assert "name=short" in line and "seed=7" in line and "for=400ms" in line


def test_what_fires_is_counted(endpoint, bench):
    def fired():
        return wait_until(lambda: scrape(METRICS), "the page").value(
            "shadow_faults_fired_total", do="reject")

    wait_until(lambda: "shadow_faults_fired_total" in scrape(METRICS).types, "the plugin's status")
    before = fired()
    bench.do("POST", "faults", plan())
    get(endpoint)
    assert fired() == before + 1
    wait_until(lambda: scrape(METRICS).value("shadow_faults_active") == 1, "the plan's being counted")


def test_probability_nought_changes_no_byte(endpoint, bench):
    def answer():
        found = get(endpoint, "none")
        return found.status, sorted(found.headers), json.loads(found.body)["message"]

    before = answer()
    bench.do("POST", "faults", plan(probability=0))
    assert [answer() for _ in range(5)] == [before] * 5


def test_with_the_broker_all_ends():
    made = Endpoint(["--faults"])
    made.plugin_options["faults"] = "true"
    with made as running:
        bench = Bench(running)
        bench.do("POST", "faults", plan())
        mark = running.service.mark()
        assert get(running).status == 409
        running.stop_broker()
        running.service.wait_for_line("fault_plan_ended name=p.*broker", mark)
        assert get(running).status == 404
        for method, body in [("GET", None), ("POST", plan()), ("DELETE", None)]:
            check_error(bench.ask(method, "faults", body), 503, "ServiceUnavailableException")
        running.start_broker()
        running.service.wait_for_line("link_up", mark)
        assert bench.do("GET", "faults") == {"plans": []}
