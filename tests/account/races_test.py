"""Calls at once: each is done as a whole, one after the other, in some order."""
import json
import threading
from collections import Counter

import pytest

from account import ALLOW, read

CALLERS = 12


@pytest.fixture
def at_once(account):
    """Does all calls at the same time, each over a connection of its own; gives their answers."""
    def do(calls):
        connections = [account.connection() for _ in calls]
        gate = threading.Barrier(len(calls))
        answers = [None] * len(calls)

        def call(number, method, path, body=None, headers=None):
            signed = account.sign(method, path, body or b"", headers)
            connections[number].connect()
            gate.wait(30)
            connections[number].request(method, path, body, signed)
            answers[number] = read(connections[number])

        threads = [threading.Thread(target=call, args=(number, *one))
                   for number, one in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for connection in connections:
            connection.close()
        assert None not in answers
        return answers
    return do


def counts(answers):
    return Counter(answer.error or answer.status for answer in answers)


def body(**members) -> bytes:
    return json.dumps(members).encode()


def test_the_same_thing_is_made_once(account, at_once):
    answers = at_once([("POST", "/things/same", b"{}")] * CALLERS)
    assert counts(answers) == {200: CALLERS}
    assert len({answer.json["thingId"] for answer in answers}) == 1
    assert account.ask("GET", "/things/same").json["version"] == 1


def test_of_different_things_with_one_name_one_is_made(account, at_once):
    answers = at_once([("POST", "/things/other", body(
        attributePayload={"attributes": {"n": str(number)}})) for number in range(CALLERS)])
    assert counts(answers) == {200: 1, "ResourceAlreadyExistsException": CALLERS - 1}
    winner = next(number for number, answer in enumerate(answers) if answer.status == 200)
    assert account.ask("GET", "/things/other").json["attributes"] == {"n": str(winner)}


def test_many_things_are_all_made(account, at_once):
    answers = at_once([("POST", f"/things/many-{number}", b"{}") for number in range(CALLERS)])
    assert counts(answers) == {200: CALLERS}
    assert len({answer.json["thingId"] for answer in answers}) == CALLERS


def test_a_policys_name_is_taken_once(account, at_once):
    answers = at_once([("POST", "/policies/once", body(policyDocument=ALLOW))] * CALLERS)
    assert counts(answers) == {200: 1, "ResourceAlreadyExistsException": CALLERS - 1}


def test_versions_are_numbered_one_by_one(account, at_once):
    account.ask("POST", "/policies/versions", {"policyDocument": ALLOW})
    answers = at_once([("POST", "/policies/versions/version", body(policyDocument=ALLOW))] * CALLERS)
    assert counts(answers) == {200: 4, "VersionsLimitExceededException": CALLERS - 4}
    assert sorted(answer.json["policyVersionId"] for answer in answers if answer.status == 200) == (
        ["2", "3", "4", "5"])


def test_a_limit_holds(account, at_once):
    arn = account.ask("POST", "/keys-and-certificate", {}).json["certificateArn"]
    for number in range(CALLERS):
        account.ask("POST", f"/policies/limit-{number}", {"policyDocument": ALLOW})
    answers = at_once([("PUT", f"/target-policies/limit-{number}", body(target=arn))
                       for number in range(CALLERS)])
    assert counts(answers) == {200: 10, "LimitExceededException": CALLERS - 10}


def test_an_expected_version_is_met_once(account, at_once):
    account.ask("POST", "/things/version", {})
    answers = at_once([("PATCH", "/things/version", body(expectedVersion=1))] * CALLERS)
    assert counts(answers) == {200: 1, "VersionConflictException": CALLERS - 1}
    assert account.ask("GET", "/things/version").json["version"] == 2


def test_updates_are_all_counted(account, at_once):
    account.ask("POST", "/things/counted", {})
    assert counts(at_once([("PATCH", "/things/counted", b"{}")] * CALLERS)) == {200: CALLERS}
    assert account.ask("GET", "/things/counted").json["version"] == 1 + CALLERS


def test_a_certificate_has_one_exclusive_thing(account, at_once):
    arn = account.ask("POST", "/keys-and-certificate", {}).json["certificateArn"]
    for number in range(CALLERS):
        account.ask("POST", f"/things/only-{number}", {})
    answers = at_once([("PUT", f"/things/only-{number}/principals?thingPrincipalType=EXCLUSIVE_THING",
                        None, {"x-amzn-principal": arn}) for number in range(CALLERS)])
    assert counts(answers) == {200: 1, "InvalidRequestException": CALLERS - 1}


def test_a_policy_is_not_deleted_while_it_is_attached(account, at_once):
    """Whichever comes first: a policy that is gone is attached nowhere."""
    for turn in range(8):
        arn = account.ask("POST", "/keys-and-certificate", {}).json["certificateArn"]
        account.ask("POST", f"/policies/fleeting-{turn}", {"policyDocument": ALLOW})
        attached, deleted = at_once([
            ("PUT", f"/target-policies/fleeting-{turn}", body(target=arn)),
            ("DELETE", f"/policies/fleeting-{turn}")])
        assert (attached.status, deleted.error) in (
            (200, "DeleteConflictException"), (404, "")), (attached, deleted)
        is_there = account.ask("GET", f"/policies/fleeting-{turn}").status == 200
        assert is_there == (attached.status == 200)
