"""The contract's REST cases through a real HTTPS connection, with the MQTT messages they cause.

As tests/broker/vectors_test.py does it: exact to the byte but for the time and the request id.
"""
import re
import time

import pytest

import cases
from client import Client, Exchange, Shadow
from model import compact
from vectors_test import Clock, check_messages, check_stored, expected_payload, install, thing_of

VECTORS = cases.load("vectors", "rest")
ROUTING = {one["id"]: one for one in cases.load("http_routing")}
METHODS = {"get": "GET", "update": "POST", "delete": "DELETE"}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def clock(endpoint):
    begin = int(time.time())
    with Client(endpoint.port, "installer") as installer:
        for entry in VECTORS:
            install(installer, entry)
        last = Shadow(installer, "last-installed")
        last.exchange("update", '{"state":{}}')
        end = int(time.time())
        while last.fence()[1]["timestamp"] <= end:
            pass
    return Clock(begin, end)


def check_error(answer, status: int, exception: str):
    """AWS's form of an error (J9), whatever its message."""
    assert (answer.status, answer.error) == (status, f"{exception}:"), answer
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json) == ["message", "traceId"]
    assert UUID.fullmatch(answer.json["traceId"])
    assert answer.json["traceId"] == answer.headers["x-amzn-requestid"]


def check_answer(entry, answer, clock):
    want = entry["expect"]["http"]
    assert answer.status == want["status"]
    for name, value in want["headers"].items():
        assert answer.headers[name.lower()] == value
        assert name in answer.spelling, "header names are spelt as AWS spells them"
    body = want["body"]
    if want["status"] != 200:
        assert answer.json["traceId"] == answer.headers["x-amzn-requestid"]
        body = {**body, "traceId": answer.json["traceId"]}
    want_body = compact(expected_payload(entry, body))
    got_body = cases.with_labelled_times(answer.json, clock.label)
    assert compact(answer.json) == answer.body.decode(), "not compact"
    assert compact(got_body) == want_body


@pytest.mark.parametrize("entry", VECTORS, ids=lambda entry: entry["id"])
def test_vector(endpoint, clock, client, entry):
    shadow = Shadow(client, thing_of(entry), entry["shadow"])
    answer = endpoint.ask(METHODS[entry["op"]], f"/things/{thing_of(entry)}/shadow",
                          cases.payload_of(entry) or None)
    check_answer(entry, answer, clock)
    exchange = Exchange(*shadow.fence())
    if entry["expect"]["messages"]:
        check_messages(entry, exchange, entry["expect"]["messages"], clock)
    assert len(exchange.messages) == len(entry["expect"]["messages"])
    check_stored(entry, shadow, exchange.after, entry["expect"]["stored"], clock)


class TestRouting:
    """http_routing, one by one."""

    def ask(self, endpoint, case: str, thing: str, **more):
        method, target = ROUTING[case]["request"].split(" ", 1)
        return endpoint.ask(method, target.replace("T1", thing), **more)

    @pytest.mark.parametrize("case, name", [("H01", None), ("H02", "S1"), ("H05", "$package")])
    def test_get(self, endpoint, client, case, name):
        Shadow(client, case, name).exchange("update", '{"state":{"reported":{"a":1}}}')
        answer = self.ask(endpoint, case, case)
        assert (answer.status, answer.json["state"]) == (200, {"reported": {"a": 1}})

    def test_update_named(self, endpoint, client):
        answer = self.ask(endpoint, "H03", "H03", body='{"state":{"reported":{"a":1}}}')
        assert (answer.status, answer.json["version"]) == (200, 1)
        _, after = Shadow(client, "H03", "S1").fence()
        assert after["state"] == {"reported": {"a": 1}}

    def test_delete_classic(self, endpoint, client):
        Shadow(client, "H04").exchange("update", '{"state":{}}')
        answer = self.ask(endpoint, "H04", "H04")
        assert (answer.status, answer.json["version"]) == (200, 1)

    def test_empty_name(self, endpoint):
        check_error(self.ask(endpoint, "H06", "T1"), 400, "InvalidRequestException")

    def test_put(self, endpoint):
        answer = self.ask(endpoint, "H07", "T1", body="{}")
        check_error(answer, 405, "MethodNotAllowedException")
        assert answer.headers["allow"] == "GET, HEAD, POST, DELETE"

    def named(self, client, thing: str, names):
        Shadow(client, thing).exchange("update", '{"state":{}}')  # classic: never listed
        for name in [*names, "deleted"]:
            Shadow(client, thing, name).exchange("update", '{"state":{}}')
        Shadow(client, thing, "deleted").exchange("delete")

    @pytest.mark.parametrize("case", ["H08", "H09", "H10"])
    def test_list(self, endpoint, client, case):
        entry = ROUTING[case]
        self.named(client, case, entry.get("given_named", []))
        answer = self.ask(endpoint, case, case)
        want = {**entry["body"], "timestamp": answer.json["timestamp"]}
        if "nextToken" in want:
            want["nextToken"] = answer.json["nextToken"]
            assert want["nextToken"]
        assert answer.status == 200
        assert answer.body.decode() == compact(want)
        assert abs(want["timestamp"] - time.time()) < 60

    @pytest.mark.parametrize("case", ["H11", "H12"])
    def test_page_size(self, endpoint, case):
        check_error(self.ask(endpoint, case, "T1"), 400, "InvalidRequestException")

    def test_without_valid_credentials(self, endpoint):
        for target in ("/things/T1/shadow", "/no/such/path"):
            answer = endpoint.ask("GET", target, certificate="stranger")
            check_error(answer, 403, "ForbiddenException")
            assert answer.json["message"] is None
        answer = endpoint.ask("GET", "/things/T1/shadow", certificate=None)
        check_error(answer, 403, "ForbiddenException")
        assert answer.json["message"] == "Missing Authentication Token"

    def test_a_list_is_walked_to_its_end(self, endpoint, client):
        names = sorted(f"s{number}" for number in range(7))
        self.named(client, "walked", names)
        target = "/api/things/shadow/ListNamedShadowsForThing/walked?pageSize=3"
        seen, token = [], ""
        while token is not None:
            page = endpoint.ask("GET", target + token).json
            seen += page["results"]
            token = f"&nextToken={page['nextToken']}" if "nextToken" in page else None
        assert seen == names
        for token in ("x", "../", "MS8uLg", "MS9i=", "%00"):
            answer = endpoint.ask("GET", f"{target}&nextToken={token}")
            check_error(answer, 400, "InvalidRequestException")
