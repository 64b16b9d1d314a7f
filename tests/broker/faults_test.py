"""Each fault as a client sees it on the wire, MQTT 3.1.1 and 5, twenty times of twenty
(docs/faults.md); what is held, and how plans end."""
import contextlib
import json
import time

import pytest

from client import Client
from faults import Device, device, mqtt5, stack  # noqa: F401  (fixtures)
from harness import wait_until
from wire import NOT_AUTHORIZED, PUBLISH, Wire

TIMES = 20
DELTA = "update/delta"
DUP = 8  # of a PUBLISH
TAKEN = (0, 16)  # MQTT 5 tells who has published that nobody is subscribed to the request itself


def gone_at(action) -> bool:
    with contextlib.suppress(Wire.Gone):
        action()
        return False
    return True


# --- connections

def test_close_ends_a_connection_without_connack(stack, mqtt5, thing):
    with stack.faults({"on": "connect", "where": {"client": thing}, "do": "close"}):
        for _ in range(TIMES):
            with Wire(stack.port, mqtt5=mqtt5) as wire:
                assert gone_at(lambda: wire.connect(thing))
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0


@pytest.mark.parametrize("do", ["refuse", "inactive"])
def test_a_refused_connection_is_told(stack, mqtt5, thing, do):
    with stack.faults({"on": "connect", "where": {"client": thing}, "do": do}):
        for _ in range(TIMES):
            with Wire(stack.port, mqtt5=mqtt5) as wire:
                assert wire.connect(thing) == (NOT_AUTHORIZED if mqtt5 else 5)


@pytest.mark.parametrize("rule, later", [({"on": "connect", "do": "inactive"}, "refused"),
                                         ({"on": "session", "do": "away"}, "closed")])
def test_who_is_connected_is_cut_when_the_plan_begins(stack, mqtt5, thing, rule, later):
    for _ in range(TIMES):
        with Wire(stack.port, mqtt5=mqtt5) as wire, Wire(stack.port) as other:
            assert wire.connect(thing) == 0 and other.connect(f"{thing}-2") == 0
            with stack.faults({**rule, "where": {"client": thing}}):
                wire.read_until_gone()
                with Wire(stack.port, mqtt5=mqtt5) as again:
                    if later == "closed":
                        assert gone_at(lambda: again.connect(thing))
                    else:
                        assert again.connect(thing) != 0
                other.ping()


# --- subscriptions

def test_subscribe_is_refused(stack, mqtt5, device):
    with stack.faults({"on": "subscribe", "where": {"client": device.name}, "do": "refuse"}):
        for _ in range(TIMES):
            assert device.wire.subscribe("a/b") == [NOT_AUTHORIZED if mqtt5 else 128]


@pytest.mark.parametrize("do", ["cut_before_suback", "cut_after_suback"])
def test_subscribe_is_cut(stack, mqtt5, thing, do):
    with stack.faults({"on": "subscribe", "where": {"client": thing}, "do": do}):
        for _ in range(TIMES):
            with Wire(stack.port, mqtt5=mqtt5) as wire:
                assert wire.connect(thing) == 0
                assert gone_at(lambda: wire.subscribe("a/b")) == (do == "cut_before_suback")
                wire.read_until_gone()


# --- requests

@pytest.mark.parametrize("taken", [False, True])
def test_a_request_is_cut_before_its_puback(stack, mqtt5, thing, taken):
    with stack.faults({"on": "request", "where": {"client": thing},
                       "do": "cut_before_puback", "taken": taken}):
        for turn in range(TIMES):
            with Device(stack, mqtt5, thing, listen=()) as device:
                assert gone_at(lambda: device.update(turn=turn))
            if taken:
                wait_until(lambda: stack.version(thing) == turn + 1, "the request's being taken")
        assert stack.version(thing) == (TIMES if taken else 0)


def test_a_request_is_cut_after_its_puback_and_taken(stack, mqtt5, thing):
    with stack.faults({"on": "request", "where": {"client": thing}, "do": "cut_after_puback"}):
        for turn in range(TIMES):
            with Device(stack, mqtt5, thing, listen=()) as device:
                assert device.update(turn=turn) in TAKEN
                device.wire.read_until_gone()
            wait_until(lambda: stack.version(thing) == turn + 1, "the request's being taken")


def test_a_swallowed_request_is_acknowledged_and_nobody_gets_it(stack, mqtt5, device):
    with Client(stack.port) as listener:
        listener.subscribe(device.topic("#"))
        with stack.faults({"on": "request", "where": {"thing": device.name}, "do": "swallow"}):
            for turn in range(TIMES):
                assert device.update(turn=turn) in TAKEN
        device.update(turn="last")
        assert device.answer("update/accepted")["state"]["reported"] == {"turn": "last"}
        assert device.wire.has_published() is False
        seen = listener.take_until(lambda message: message.topic.endswith("accepted"))
        assert [message for message in seen if b"turn" in message.payload and b"last" not in
                message.payload] == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 413, 429, 500])
def test_a_rejected_request_is_told_and_changes_nothing(stack, mqtt5, device, code):
    with stack.faults({"on": "request", "where": {"thing": device.name}, "do": "reject",
                       "code": code}):
        for turn in range(TIMES):
            assert device.wire.publish(
                device.topic("update"),
                json.dumps({"state": {}, "clientToken": f"t{turn}"}).encode()) in TAKEN
            answer = device.answer("update/rejected")
            assert answer["code"] == code and answer["clientToken"] == f"t{turn}"
    assert stack.version(device.name) == 0


def test_a_delayed_request_is_taken_later(stack, mqtt5, device):
    with stack.faults({"on": "request", "where": {"thing": device.name}, "do": "delay",
                       "ms": 100}):
        for turn in range(TIMES):
            began = time.monotonic()
            device.update(turn=turn)
            assert device.answer("update/accepted")["version"] == turn + 1
            assert time.monotonic() - began >= 0.1


def test_a_doubled_request_is_taken_twice(stack, mqtt5, device):
    with stack.faults({"on": "request", "where": {"thing": device.name}, "do": "duplicate"}):
        for turn in range(TIMES):
            device.update(turn=turn)
            assert [device.answer("update/accepted")["version"] for _ in range(2)] == [
                2 * turn + 1, 2 * turn + 2]


# --- answers

def deltas(stack, mqtt5, thing, rule, changes=TIMES):
    """The versions of the deltas that come of so many changes, and the plan that did it."""
    with Device(stack, mqtt5, thing, listen=[DELTA]) as device, Client(stack.port) as app:
        with stack.faults({"on": "answer", "where": {"thing": thing, "topic": DELTA}, **rule}):
            for turn in range(1, changes + 1):
                app.publish(device.topic("update"),
                            json.dumps({"state": {"desired": {"turn": turn}}}))
            yield device


def test_a_dropped_delta_does_not_come(stack, mqtt5, thing):
    for device in deltas(stack, mqtt5, thing, {"every": 2, "do": "drop"}):
        assert [device.answer(DELTA)["version"] for _ in range(TIMES // 2)] == list(
            range(2, TIMES + 1, 2))


def test_a_doubled_delta_comes_twice(stack, mqtt5, thing):
    for device in deltas(stack, mqtt5, thing, {"do": "duplicate"}):
        assert [device.answer(DELTA)["version"] for _ in range(2 * TIMES)] == [
            turn for turn in range(1, TIMES + 1) for _ in range(2)]


def test_reordered_deltas_come_in_swapped_pairs(stack, mqtt5, thing):
    for device in deltas(stack, mqtt5, thing, {"every": 2, "do": "reorder", "ms": 60000}):
        assert [device.answer(DELTA)["version"] for _ in range(TIMES)] == [
            turn for first in range(1, TIMES + 1, 2) for turn in (first + 1, first)]


def test_delayed_deltas_come_all(stack, mqtt5, thing):
    for device in deltas(stack, mqtt5, thing, {"do": "delay", "ms": [50, 300]}):
        assert sorted(device.answer(DELTA)["version"] for _ in range(TIMES)) == list(
            range(1, TIMES + 1))


def test_answers_are_altered(stack, mqtt5, device):
    where = {"thing": device.name, "topic": "update/accepted"}
    rules = [{"on": "answer", "where": where, "skip": number, "every": 4, **what}
             for number, what in enumerate([{"do": "token", "token": "missing"},
                                            {"do": "token", "token": "other"},
                                            {"do": "skew", "seconds": -86400},
                                            {"do": "truncate", "bytes": 10}])]
    with stack.faults(*rules):
        for turn in range(TIMES):
            answers = []
            for _ in rules:
                began = int(time.time())
                device.wire.publish(device.topic("update"), json.dumps(
                    {"state": {"reported": {"timestamp": turn}}, "clientToken": "mine"}).encode())
                answers.append(device.wire.read_published().payload)
            assert "clientToken" not in json.loads(answers[0])
            assert json.loads(answers[1])["clientToken"] == "another-client"
            skewed = json.loads(answers[2])
            assert -1 <= skewed["timestamp"] - (began - 86400) <= 5
            assert skewed["metadata"]["reported"]["timestamp"] == {"timestamp": skewed["timestamp"]}
            assert skewed["state"]["reported"]["timestamp"] == turn
            assert answers[3] == b'{"state":{'


# --- deliveries

def test_deliveries_to_one_client_are_dropped_doubled_delayed_and_cut(stack, mqtt5, thing):
    with Client(stack.port) as app, Wire(stack.port) as other:
        assert other.connect(f"{thing}-other") == 0
        other.subscribe(f"t/{thing}")
        for turn in range(TIMES):
            with Wire(stack.port, mqtt5=mqtt5) as wire:
                assert wire.connect(thing) == 0
                wire.subscribe(f"t/{thing}")
                where = {"client": thing, "topic": "t/#"}
                with stack.faults(*({"on": "deliver", "where": where, "skip": skip, "count": 1, **do}
                                    for skip, do in enumerate([
                                        {"do": "drop"}, {"do": "duplicate"},
                                        {"do": "delay", "ms": 50}, {"do": "cut"}]))):
                    for payload in (b"dropped", b"doubled", b"late"):
                        app.publish(f"t/{thing}", payload)
                    assert [wire.read_published().payload for _ in range(3)] == [
                        b"doubled", b"doubled", b"late"]
                    app.publish(f"t/{thing}", b"last")
                    assert wire.read_published().payload == b"last"
                    wire.read_until_gone()
                assert [other.read_published().payload for _ in range(4)] == [
                    b"dropped", b"doubled", b"late", b"last"]


def test_deliveries_to_one_client_are_throttled(stack, mqtt5, thing):
    with Client(stack.port) as app, Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0
        wire.subscribe(f"t/{thing}")
        with stack.faults({"on": "deliver", "where": {"client": thing}, "do": "throttle",
                           "per_second": 20}):
            began = time.monotonic()
            for turn in range(TIMES):
                app.publish(f"t/{thing}", b"%d" % turn)
            assert [wire.read_published().payload for _ in range(TIMES)] == [
                b"%d" % turn for turn in range(TIMES)]
            assert time.monotonic() - began >= (TIMES - 1) / 20


def test_what_was_cut_comes_again_to_a_kept_session(stack, thing):
    with Client(stack.port) as app:
        for turn in range(TIMES):
            with Wire(stack.port) as wire:
                assert wire.connect(thing, clean=False) == 0
                wire.subscribe(f"t/{thing}")
                with stack.faults({"on": "deliver", "where": {"client": thing}, "count": 1,
                                   "do": "cut"}):
                    app.publish(f"t/{thing}", b"%d" % turn)
                    wire.ignore_until_gone()
            with Wire(stack.port) as again:
                assert again.connect(thing, clean=False) == 0 and again.session_present
                got = again.read()
                assert got.kind == PUBLISH and got.flags & DUP
                assert again.published(got).payload == b"%d" % turn


# --- sessions

def test_a_lost_session_is_gone_when_its_client_comes_back(stack, mqtt5, thing):
    # The service comes under that name, and leaves.
    def wait_for_the_end(times):
        stack.broker.wait_for_line(f"Received DISCONNECT from {thing}$", count=times)

    with stack.faults({"on": "session", "where": {"client": thing}, "do": "lose"}) as plan:
        wait_for_the_end(1)  # one whose name the plan knows was away when it began
        for turn in range(1, TIMES + 1):
            with Wire(stack.port, mqtt5=mqtt5) as wire:
                assert wire.connect(thing, clean=False, expiry=3600 if mqtt5 else None) == 0
                assert not wire.session_present, f"turn {turn}"
                wire.subscribe("t/x")
            wait_until(lambda: plan.fired()["r0"] == turn + 1, "the fault")
            wait_for_the_end(turn + 1)
