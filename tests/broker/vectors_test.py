"""Every case of tests/cases over the real broker: exact to the byte but for the time.

Timestamps are checked as old or new: given documents are installed first, through real updates, and
no case runs before the clock has moved on by a second. A topic that a case does not list must stay
silent, and what is stored is what a get shows.
"""
import json
import time
from pathlib import Path

import pytest

import cases
from client import Client, Shadow
from model import compact

VECTORS = cases.load("vectors")
SEQUENCES = cases.load("sequences")

LONG_NAME = 100  # a thing's name from here up is itself the case, and unique


def thing_of(entry) -> str:
    """A thing of the case's own, for all share one broker."""
    name = entry["thing"]
    return name if len(name) >= LONG_NAME else f"{entry['id']}-{name}"


def expected_payload(entry, payload: dict) -> dict:
    message = payload.get("message", "")
    if message.startswith("No shadow exists"):
        message = message.replace(f"'{entry['thing']}", f"'{thing_of(entry)}")
        payload = {**payload, "message": message}
    return cases.with_labelled_times(
        payload, {cases.GIVEN_TIME: "given", cases.NOW: "now"}.__getitem__)


def install(client: Client, entry):
    """Makes the given document (or tombstone), version and all. Returns without waiting."""
    given = entry["given"]
    if given is None:
        return
    shadow = Shadow(client, thing_of(entry), entry["shadow"], watch=False)
    if "tombstone" in given:
        for _ in range(given["tombstone"]["version"] - 1):
            shadow.request("update", '{"state":{}}')
        shadow.request("delete")
        return
    for _ in range(given["version"] - 1):
        shadow.request("update", '{"state":{}}')
    shadow.request("update", compact({"state": given["state"]}))


class Clock:
    """Tells given documents' timestamps from later ones."""

    def __init__(self, installed_from: int, installed_until: int):
        self._installed = range(installed_from, installed_until + 1)

    def label(self, timestamp):
        assert type(timestamp) is int, f"a timestamp is whole seconds, not {timestamp!r}"
        if timestamp in self._installed:
            return "given"
        assert self._installed[-1] < timestamp <= int(time.time()) + 1, f"{timestamp} is not now"
        return "now"


@pytest.fixture(scope="module")
def clock(stack):
    begin = int(time.time())
    with Client(stack.port, "installer") as installer:
        for entry in VECTORS:
            install(installer, entry)
        last = Shadow(installer, "last-installed")
        last.exchange("update", '{"state":{}}')
        end = int(time.time())
        while last.fence()[1]["timestamp"] <= end:
            pass
    return Clock(begin, end)


def checked(message, clock):
    """The parsed payload with labelled times, once its bytes have been seen to be compact JSON."""
    text = message.payload.decode()
    parsed = json.loads(text)
    assert compact(parsed) == text, "not compact, or a number or string in another form"
    assert message.qos == 1 and not message.retain, "F10"
    return cases.with_labelled_times(parsed, clock.label)


def check_messages(entry, exchange, expected, clock):
    got = {one.topic: compact(checked(one, clock)) for one in exchange.messages}
    want = {one["topic"]: compact(expected_payload(entry, one["payload"])) for one in expected}
    assert got == want
    assert len(exchange.messages) == len(expected), f"published twice: {exchange.topics}"
    versions = {json.loads(text).get("version", json.loads(text).get("current", {}).get("version"))
                for text in got.values()}
    assert len(versions) == 1, "the messages of one update carry one version"


def check_stored(entry, shadow, after, stored, clock):
    if stored is None or "tombstone" in stored:
        assert after["code"] == 404
        if stored is not None:  # the next life shows where the version line stands (G6)
            born = shadow.exchange("update", '{"state":{}}').payload("update/accepted")
            assert born["version"] == stored["tombstone"]["version"] + 1
        return
    want = cases.with_labelled_times(
        stored, {cases.GIVEN_TIME: "given", cases.NOW: "now"}.__getitem__)
    got = cases.with_labelled_times(after, clock.label)
    got["state"].pop("delta", None)
    assert got.pop("timestamp") == "now"
    assert compact(got) == compact(want)


@pytest.mark.parametrize("entry", VECTORS, ids=lambda entry: entry["id"])
def test_vector(stack, clock, client, entry):
    shadow = Shadow(client, thing_of(entry), entry["shadow"])
    exchange = shadow.exchange(entry["op"], cases.payload_of(entry))
    expect = entry["expect"]
    check_messages(entry, exchange, expect["messages"], clock)
    assert not set(exchange.topics) & set(expect["not_published"])
    deltas = [one["payload"]["state"] for one in expect["messages"]
              if one["topic"] == "update/delta"]
    if expect["result"] == "accepted" and entry["op"] == "update":
        shown = exchange.after["state"].get("delta")
        assert compact(shown) == compact(deltas[0] if deltas else None), "get shows the same delta"
    check_stored(entry, shadow, exchange.after, expect["stored"], clock)


@pytest.mark.parametrize("entry", SEQUENCES, ids=lambda entry: entry["id"])
def test_sequence(stack, clock, client, entry):
    shadow = Shadow(client, thing_of(entry), entry["shadow"])
    for step in entry["steps"]:
        exchange = shadow.exchange(step["op"], cases.payload_of(step))
        check_messages(entry, exchange, step["messages"], clock)


def test_every_rule_has_a_case():
    """Each rule of sections B to E is named by a case, and every file is read."""
    named = {rule for entry in VECTORS + SEQUENCES for rule in entry.get("rules", [])}
    wanted = [f"{section}{number}" for section, last in
              {"B": 21, "C": 15, "D": 10, "E": 13}.items() for number in range(1, last + 1)]
    assert [rule for rule in wanted if rule not in named] == []
    assert len(list(Path(cases.CASES).glob("*.json"))) >= 10
