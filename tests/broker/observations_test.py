"""What a device does is told on the admin socket while somebody observes it (docs/admin-socket.md):
each kind of observation, MQTT 3.1.1 and 5, in its order, of that thing alone."""
import base64
import contextlib
import json
import socket

import pytest

from admin import Admin
from client import Client
from faults import Faulty, mqtt5  # noqa: F401  (a fixture)
from harness import wait_until
from wire import Wire

LOST = "CONNECTION_LOST"


class Watched(Faulty):
    """Faults and an admin socket. Of a client that has gone without a word the broker's log tells."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.admin = self.folder / "admin.sock"
        self.service.command.append(f"--admin_socket={self.admin}")


class Observer:
    """Observes from its making on."""

    def __init__(self, stack, **what):
        self._admin = Admin(stack.admin)
        begun = self._admin.ask("observe", **what)
        assert begun.pop("us", 0) > 0 and begun == {"observing": True}, begun

    def line(self):
        return self._admin.line()

    def lines(self, count):
        """The next ones, without their times, which never go back."""
        lines = [self._admin.line() for _ in range(count)]
        times = [line.pop("us") for line in lines]
        assert times == sorted(times), times
        return lines

    def until(self, is_last):
        lines = []
        while not lines or not is_last(lines[-1]):
            lines += self.lines(1)
        return lines

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._admin.close()


@pytest.fixture(scope="module")
def stack():
    with Watched() as running:
        yield running


@pytest.fixture
def observer(stack, thing):
    with Observer(stack, thing=thing) as observing:
        yield observing


def connected(client, mqtt5, result="accepted", clean=True):
    return {"what": "connect", "client": client, "clean": clean, "keep_alive": 60,
            "mqtt": 5 if mqtt5 else 4, "way": "mqtt", "certificate": "", "result": result}


def published(client, topic, payload, allowed=True, qos=1, retain=False):
    return {"what": "publish", "client": client, "topic": topic, "qos": qos, "retain": retain,
            "allowed": allowed, "bytes": len(payload), "payload": payload}


def delivered(client, topic, payload, qos=1, retain=False):
    return {"what": "deliver", "client": client, "topic": topic, "qos": qos, "retain": retain,
            "bytes": len(payload), "payload": payload}


def subscribed(client, topic, allowed=True, qos=1):
    return {"what": "subscribe", "client": client, "topic": topic, "qos": qos, "allowed": allowed}


def gone(client, reason):
    return {"what": "disconnect", "client": client, "reason": reason}


def of(lines, what):
    return [line for line in lines if line["what"] == what]


# --- each kind

def test_a_device_is_followed_from_its_coming_to_its_going(stack, observer, mqtt5, thing):
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0
        wire.subscribe(f"{thing}/in", qos=0)
        wire.publish(f"{thing}/out", b'{"a":1}', qos=0, retain=True)
        wire.unsubscribe(f"{thing}/in")
    assert observer.lines(5) == [
        connected(thing, mqtt5), subscribed(thing, f"{thing}/in", qos=0),
        published(thing, f"{thing}/out", '{"a":1}', qos=0, retain=True),
        {"what": "unsubscribe", "client": thing, "topic": f"{thing}/in"}, gone(thing, LOST)]


def test_what_a_device_is_handed_is_told(stack, observer, mqtt5, thing):
    with Wire(stack.port, mqtt5=mqtt5) as wire, Client(stack.port) as other:
        assert wire.connect(thing) == 0
        wire.subscribe(f"{thing}/in")
        other.publish(f"{thing}/in", "hello")
        assert wire.read_published().payload == b"hello"
        other.publish(f"{thing}/elsewhere", "hello")
        wire.subscribe(f"{thing}/again")
    assert observer.lines(5) == [
        connected(thing, mqtt5), subscribed(thing, f"{thing}/in"),
        delivered(thing, f"{thing}/in", "hello"), subscribed(thing, f"{thing}/again"),
        gone(thing, LOST)]


def test_a_shadow_request_and_its_answer_come_in_their_order(stack, observer, mqtt5, thing):
    prefix = f"$aws/things/{thing}/shadow/update"
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0
        wire.subscribe(f"{prefix}/accepted")
        wire.publish(prefix, b'{"state":{"reported":{"on":true}}}')
        accepted = wire.read_published().payload.decode()
    lines = observer.lines(5)
    assert lines[2] == published(thing, prefix, '{"state":{"reported":{"on":true}}}')
    assert lines[3] == delivered(thing, f"{prefix}/accepted", accepted)


def test_what_is_forbidden_is_told_as_forbidden(stack, observer, mqtt5, thing):
    forbidden = f"$aws/things/{thing}/shadow/update/accepted"
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0
        wire.subscribe("$shadow/#", f"{thing}/in")
        with contextlib.suppress(Wire.Gone):
            wire.publish(forbidden, b"{}")
    lines = observer.lines(5)
    assert lines[1:4] == [subscribed(thing, "$shadow/#", allowed=False),
                          subscribed(thing, f"{thing}/in"),
                          published(thing, forbidden, "{}", allowed=False)]
    assert lines[4]["reason"] in (LOST, "FORBIDDEN_ACCESS")


def test_payloads_are_bytes_up_to_their_bounds(stack, observer, mqtt5, thing):
    most = 128 << 10
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing) == 0
        for payload in (b"", b"\xff\0", b"x" * most, b"x" * (most + 1), "\0ü".encode()):
            wire.publish(f"{thing}/out", payload)
        wire.subscribe(f"{thing}/in", qos=0)
        for size in (8 << 10, (8 << 10) + 1):
            wire.publish(f"{thing}/in", b"y" * size, qos=0)
            wire.read_published()
    lines = observer.until(lambda line: line["what"] == "disconnect")
    told = [(line["bytes"], line.get("payload"), line.get("payload_base64"))
            for line in of(lines, "publish")]
    assert told[:5] == [(0, "", None), (2, None, base64.b64encode(b"\xff\0").decode()),
                        (most, "x" * most, None), (most + 1, None, None), (3, "\0ü", None)]
    assert [(line["bytes"], len(line.get("payload", ""))) for line in of(lines, "deliver")] == [
        (8 << 10, 8 << 10), ((8 << 10) + 1, 0)]


@pytest.mark.parametrize("clean", [True, False])
def test_the_session_that_a_device_asks_for_is_told(stack, observer, mqtt5, thing, clean):
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        assert wire.connect(thing, clean=clean) == 0
    assert observer.lines(2) == [connected(thing, mqtt5, clean=clean), gone(thing, LOST)]
    with Wire(stack.port, mqtt5=mqtt5) as wire:  # nothing stays of it
        assert wire.connect(thing) == 0


@pytest.mark.parametrize("polite", [True, False])
def test_why_a_device_has_gone_is_told(stack, observer, thing, polite):
    client = Client(stack.port, thing)
    if polite:
        client.close()
    else:
        with Client(stack.port, thing):
            assert [line["what"] for line in observer.lines(2)] == ["connect", "connect"]
            assert observer.lines(1) == [gone(thing, "DUPLICATE_CLIENTID")]
        client._paho.loop_stop()  # it would come again
        return
    assert observer.lines(2)[1] == gone(thing, "CLIENT_INITIATED_DISCONNECT")


def test_what_waited_for_a_device_is_handed_over_when_it_comes(stack, observer, thing):
    with Wire(stack.port) as wire:
        wire.connect(thing, clean=False)
        wire.subscribe(f"{thing}/in")
    with Client(stack.port) as other:
        assert observer.lines(3)[2] == gone(thing, LOST)
        other.publish(f"{thing}/in", "while away")
    with Wire(stack.port) as wire:
        wire.connect(thing, clean=False)
        assert wire.read_published().payload == b"while away"
    assert observer.lines(3) == [connected(thing, False, clean=False),
                                 delivered(thing, f"{thing}/in", "while away"), gone(thing, LOST)]


# --- who is observed, and by whom

def test_of_others_nothing_is_told(stack, observer, thing):
    with Client(stack.port, f"{thing}-2") as other, Wire(stack.port) as wire:
        other.subscribe(f"{thing}/#")
        other.publish(f"$aws/things/{thing}/shadow/get")
        wire.connect(thing)
        wire.publish(f"{thing}/out")
        other.take_until(lambda message: message.topic == f"{thing}/out")
    assert observer.lines(3) == [connected(thing, False), published(thing, f"{thing}/out", ""),
                                 gone(thing, LOST)]


def test_a_client_is_observed_by_an_id_that_is_no_things(stack, thing):
    client = f"{thing}/ü"
    with Observer(stack, client=client) as one, Observer(stack, thing=thing,
                                                         client=client) as both:
        for name in (client, thing):
            with Wire(stack.port) as wire:
                wire.connect(name)
            both.lines(2)
        assert one.lines(2) == [connected(client, False), gone(client, LOST)]


def test_each_of_two_observers_is_told_and_one_goes_on_when_the_other_leaves(stack, thing):
    with Observer(stack, thing=thing) as stays:
        with Observer(stack, thing=thing) as leaves, Wire(stack.port) as wire:
            wire.connect(thing)
            assert stays.lines(1) == leaves.lines(1) == [connected(thing, False)]
            wire.publish(f"{thing}/out")
            leaves.lines(1)
        with Wire(stack.port) as wire:
            wire.connect(thing)
        assert [line["what"] for line in stays.lines(4)] == ["publish", "disconnect", "connect",
                                                             "disconnect"]


def test_nothing_is_told_of_before_or_after(stack, thing):
    def pass_by():
        with Wire(stack.port) as wire:
            wire.connect(thing)
            wire.ping()

    pass_by()
    for _ in range(3):
        with Observer(stack, thing=thing) as observer:
            with Wire(stack.port) as wire:
                wire.connect(thing)
                assert observer.lines(1) == [connected(thing, False)]
        pass_by()


@pytest.mark.parametrize("members, said", [
    ({}, "'thing' or 'client' must be there"),
    ({"thing": "a/b"}, "'a/b' is not a thing's name"),
    ({"thing": ""}, "'thing' is empty"),
    ({"thing": 7}, "'thing' must be there, a string"),
    ({"client": ["x"]}, "'client' must be there, a string"),
    ({"client": ""}, "'client' is empty"),
    ({"client": "a\n"}, "is not a client's id"),
    ({"client": "$shadow/link/1"}, "is not a client's id"),
    ({"thing": "lamp", "shadow": "x"}, "'shadow' is not known here"),
])
def test_what_is_wrong_with_it_is_said(stack, members, said):
    with Admin(stack.admin) as admin:
        answer = admin.ask("observe", **members)
        assert answer["ok"] is False and answer["code"] == "INVALID_ARGUMENT"
        assert said in answer["error"]
        assert admin.ask("stats")["ok"]


# --- faults: what the device did is told all the same

@pytest.mark.parametrize("do, result", [("close", "closed"), ("refuse", "refused")])
def test_a_connection_that_a_fault_turns_away_was_tried(stack, observer, mqtt5, thing, do, result):
    with stack.faults({"on": "connect", "where": {"client": thing}, "do": do}):
        with Wire(stack.port, mqtt5=mqtt5) as wire, contextlib.suppress(Wire.Gone):
            wire.connect(thing)
            wire.read_until_gone()
    with Wire(stack.port, mqtt5=mqtt5) as wire:
        wire.connect(thing)
    assert observer.lines(3) == [connected(thing, mqtt5, result), connected(thing, mqtt5),
                                 gone(thing, LOST)]


@pytest.mark.parametrize("do, rest", [("swallow", []), ("cut_before_puback", [LOST]),
                                      ("reject", [])])
def test_a_request_that_meets_a_fault_was_published(stack, observer, mqtt5, thing, do, rest):
    topic = f"$aws/things/{thing}/shadow/update"
    rule = {"on": "request", "where": {"thing": thing}, "do": do}
    with stack.faults({**rule, "code": 409} if do == "reject" else rule):
        with Wire(stack.port, mqtt5=mqtt5) as wire, contextlib.suppress(Wire.Gone):
            wire.connect(thing)
            wire.publish(topic, b"{}")
            wire.ping()
    lines = observer.until(lambda line: line["what"] == "disconnect")
    assert lines == [connected(thing, mqtt5), published(thing, topic, "{}"), gone(thing, LOST)]


@pytest.mark.parametrize("do", ["refuse", "cut_before_suback"])
def test_a_subscription_that_a_fault_refuses_was_tried(stack, observer, mqtt5, thing, do):
    with stack.faults({"on": "subscribe", "where": {"client": thing}, "do": do}):
        with Wire(stack.port, mqtt5=mqtt5) as wire, contextlib.suppress(Wire.Gone):
            wire.connect(thing)
            wire.subscribe("a/b")
    assert observer.lines(3) == [connected(thing, mqtt5), subscribed(thing, "a/b", allowed=False),
                                 gone(thing, LOST)]


@pytest.mark.parametrize("rule, wanted", [({"do": "drop"}, ["b"]),
                                          ({"do": "delay", "ms": 50}, ["b", "a"]),
                                          ({"do": "duplicate"}, ["a", "a", "b"])])
def test_a_delivery_is_told_when_it_is_one(stack, observer, mqtt5, thing, rule, wanted):
    with Wire(stack.port, mqtt5=mqtt5) as wire, Client(stack.port) as other:
        wire.connect(thing)
        wire.subscribe(f"{thing}/in")
        with stack.faults({"on": "deliver", "where": {"client": thing}, "count": 1, **rule}):
            other.publish(f"{thing}/in", "a")
            if rule["do"] == "duplicate":
                wire.read_published()
                wire.read_published()
            other.publish(f"{thing}/in", "b")
            while wire.read_published().payload.decode() != wanted[-1]:
                pass
    lines = observer.until(lambda line: line["what"] == "disconnect")
    assert of(lines, "deliver") == [delivered(thing, f"{thing}/in", one) for one in wanted]


# --- bounds and ends

def test_a_reader_that_is_too_slow_is_told_how_much_it_has_lost(stack, thing):
    """What it reads has six times the bytes of what was published: each is escaped."""
    messages, size, other = 60, 128 << 10, f"{thing}-2"
    with Observer(stack, thing=thing) as slow, Observer(stack, client=other) as witness:
        with Wire(stack.port) as wire:
            wire.connect(thing)
            for number in range(messages):
                wire.publish(f"{thing}/out", b"%06d" % number + b"\1" * (size - 6))
        with Wire(stack.port) as wire:
            wire.connect(other)
            witness.lines(1)  # and with it all before it is told
        lines = [slow.line()]
        while "lost" not in lines[-1]:
            lines.append(slow.line())
        lost = lines.pop()["lost"]
        told = [int(line["payload"][:6]) for line in of(lines, "publish")]
        assert told == list(range(len(told)))
        assert 0 < lost
        with Wire(stack.port) as wire:
            wire.connect(thing)
            rest = [slow.line()]
            while rest[-1]["what"] != "connect":
                rest.append(slow.line())
        assert len(lines) + lost + len(rest) == 1 + messages + 2


def test_it_ends_with_the_link_and_can_be_begun_again(thing):
    with Watched() as stack, Admin(stack.admin) as admin:
        assert admin.ask("observe", thing=thing)["observing"]
        stack.stop_broker()
        assert admin.line() == {"ended": "the broker is gone"}
        refused = admin.ask("observe", thing=thing)
        assert (refused["ok"], refused["code"]) == (False, "UNAVAILABLE")
        mark = stack.service.mark()
        stack.start_broker()
        stack.service.wait_for_line("link_up", mark)
        assert admin.ask("observe", thing=thing)["observing"]
        with Wire(stack.port) as wire:
            wire.connect(thing)
            assert admin.line()["what"] == "connect"


def test_it_ends_with_shadowd_and_nothing_is_told_to_the_next(thing):
    with Watched() as stack:
        with Wire(stack.port) as wire:
            with Admin(stack.admin) as admin:
                assert admin.ask("observe", thing=thing)["observing"]
                wire.connect(thing)
                assert admin.line()["what"] == "connect"
                stack.stop_service()
                assert admin.line() == {"ended": "shadowd ends"}
                assert admin.line() is None
            stack.start_service()
            with Observer(stack, client="other") as observer, Wire(stack.port) as other:
                wire.publish(f"{thing}/out")
                other.connect("other")
                assert observer.lines(1) == [connected("other", False)]


def test_a_shadowd_that_is_killed_leaves_nobody_who_observes(thing):
    with Watched() as stack, Wire(stack.port) as wire:
        with Observer(stack, thing=thing) as observer:
            wire.connect(thing)
            observer.lines(1)
            stack.service.kill()
        wait_until(lambda: stack.broker.lines_since(0, "the service is gone"), "the link's end")
        wire.publish(f"{thing}/out")
        stack.start_service()
        with Observer(stack, thing=thing) as observer:
            wire.publish(f"{thing}/later")
            assert observer.lines(1) == [published(thing, f"{thing}/later", "")]
