"""How many filters one session has, and what that costs the others: nothing."""
import itertools

import pytest

from client import Client, Shadow
from harness import Stack
from wire import NOT_AUTHORIZED, SUBACK, SUBSCRIBE, Wire, packet

FILTERS_MAX = 100
GRANTED = 1
REFUSED = {False: 128, True: NOT_AUTHORIZED}  # by whether it is MQTT 5
numbers = itertools.count()


@pytest.fixture(scope="module")
def tight():
    with Stack({"manner_session_filters_max": FILTERS_MAX}) as running:
        yield running


def several(count: int, prefix: str = "t") -> list:
    return [f"{prefix}/{number}" for number in range(count)]


def subscribe_bytes(wire, filters) -> bytes:
    """A SUBSCRIBE, not sent."""
    return packet(SUBSCRIBE, 2, b"\0\1" + (b"\0" if wire.mqtt5 else b"") + b"".join(
        len(one).to_bytes(2, "big") + one.encode() + b"\1" for one in filters))


def expect_cut(stack, wire, filters, granted: int):
    """So many of the filters are granted, the others refused, and the connection ends."""
    mark = stack.broker.mark()
    wire.send(subscribe_bytes(wire, filters))
    answer = wire.read()
    assert answer.kind == SUBACK
    assert list(answer.body[3 if wire.mqtt5 else 2:]) == (
        [GRANTED] * granted + [REFUSED[wire.mqtt5]] * (len(filters) - granted))
    wire.read_until_gone()
    assert len(stack.broker.lines_since(mark, "shadow: manner_session_filters_max")) <= 1


def test_one_subscribe_with_24000_filters_stops_nobody(stack, client, thing):
    mark = stack.broker.mark()
    shadow = Shadow(client, thing)
    with Wire(stack.port) as greedy:
        greedy.connect("greedy")
        expect_cut(stack, greedy, several(24_000, f"{shadow.prefix}/name"), granted=10_001)
    assert "update/accepted" in shadow.exchange("update", '{"state":{}}').topics
    stack.broker.wait_for_line("shadow: manner_session_filters_max: a client was cut: greedy: "
                               "a subscription beyond 10000 of its session", mark)


@pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])
def test_a_session_has_so_many_filters(tight, mqtt5):
    with Wire(tight.port, mqtt5=mqtt5) as wire:
        wire.connect(f"filters-{next(numbers)}")
        filters = ["a/#", "$share/g/b", "$aws/things/T/shadow/#", *several(FILTERS_MAX - 3)]
        assert wire.subscribe(*filters) == [GRANTED] * FILTERS_MAX
        assert wire.subscribe(*filters) == [GRANTED] * FILTERS_MAX, "it has them"
        wire.unsubscribe("$share/g/b", "nothing/it/has")
        expect_cut(tight, wire, several(4, "more"), granted=2)


def test_subscribing_and_unsubscribing_goes_on_for_ever(tight):
    with Wire(tight.port) as wire:
        wire.connect(f"filters-{next(numbers)}")
        for round_ in range(10):
            filters = several(FILTERS_MAX, f"round/{round_}")
            assert wire.subscribe(*filters) == [GRANTED] * FILTERS_MAX
            wire.unsubscribe(*filters)


def test_another_connection_brings_a_session_no_more_filters(tight):
    client_id = f"filters-{next(numbers)}"
    with Wire(tight.port) as wire:
        wire.connect(client_id, clean=False)
        assert wire.subscribe(*several(FILTERS_MAX)) == [GRANTED] * FILTERS_MAX
    with Wire(tight.port) as wire:
        wire.connect(client_id, clean=False)
        assert wire.session_present
        expect_cut(tight, wire, ["t/0", *several(3, "more")], granted=2)
    with Wire(tight.port) as wire:
        wire.connect(client_id, clean=True)
        assert wire.subscribe(*several(FILTERS_MAX, "new")) == [GRANTED] * FILTERS_MAX


def test_a_restart_of_the_broker_brings_a_session_no_more_filters():
    with Stack({"manner_session_filters_max": FILTERS_MAX}) as stack:
        with Wire(stack.port) as wire:
            wire.connect("older", clean=False)
            assert wire.subscribe(*several(FILTERS_MAX)) == [GRANTED] * FILTERS_MAX
        mark = stack.service.mark()
        stack.stop_broker()
        stack.start_broker()
        stack.service.wait_for_line("link_up", mark)
        with Wire(stack.port) as wire:
            wire.connect("older", clean=False)
            assert wire.session_present
            again = wire.subscribe(*several(FILTERS_MAX))
            assert again == [GRANTED] * FILTERS_MAX, "as a device does that comes back"
            expect_cut(stack, wire, several(3, "more"), granted=1)


def test_a_session_that_mqtt_5_lets_end_is_not_held_against_the_next(tight, client, thing):
    """Clean Start 0 and no expiry: the broker tells no plugin that the session has ended."""
    prefix = f"$aws/things/{thing}/shadow"
    for request in ("get", "update"):
        with Wire(tight.port, mqtt5=True) as wire:
            wire.connect(f"id-{thing}", clean=False)
            assert not wire.session_present
            wire.subscribe(f"{prefix}/{request}", f"{prefix}/get/#")
            wire.publish(f"{prefix}/get")
            heard = wire.read_published().topic
            assert heard == f"{prefix}/" + ("get" if request == "get" else "get/rejected")


def test_a_gateway_is_handed_no_requests_of_its_thousand_things(stack, client):  # K8
    with Client(stack.port) as gateway:
        for begin in range(0, 1000, 100):
            gateway.subscribe(*[f"$aws/things/gateway-{number}/shadow/update/#"
                                for number in range(begin, begin + 100)])
        gateway.subscribe("$aws/things/gateway-500/shadow/+")
        for number, request in ((999, []), (500, ["update"])):
            prefix = f"$aws/things/gateway-{number}/shadow"
            client.publish(f"{prefix}/update", '{"state":{"desired":{"a":1}}}')
            heard = gateway.take_until(lambda one: one.topic.endswith("/delta"))
            assert sorted(one.topic for one in heard) == [f"{prefix}/{one}" for one in (
                *request, "update/accepted", "update/delta", "update/documents")]


def test_a_filter_stands_when_the_same_for_a_group_is_gone(stack, thing):
    shadow_get = f"$aws/things/{thing}/shadow/get"
    with Client(stack.port) as device:
        device.subscribe(shadow_get, f"$share/g/{shadow_get}")
        device.unsubscribe(f"$share/g/{shadow_get}")
        device.publish(shadow_get)
        device.take_until(lambda one: one.topic == shadow_get)
