"""What the broker says of its own memory, and a bound on packets that the link must live with."""
import contextlib
import json

import pytest

from client import Client, Shadow
from harness import Stack, mosquitto_version
from wire import PUBLISH, Wire, packet

HEAP, UPTIME = "$SYS/broker/heap/current", "$SYS/broker/uptime"
MANY_BYTES = 32 << 20  # far more than such a broker needs, and far less than below nothing
PACKET = 149_504  # AWS's, and that of every mosquitto.conf that we ship


def heap_of(stack) -> int:
    """What the broker says after a whole round of its statistics."""
    with Client(stack.port) as watch:
        watch.subscribe(UPTIME)
        for _ in range(3):  # the first is of a round before
            watch.take_until(lambda one: one.topic == UPTIME)
        watch.subscribe(HEAP)
        return int(watch.take_until(lambda one: one.topic == HEAP)[-1].payload)


def test_the_brokers_count_of_its_memory_stays_true():
    """It counts what it allocates and frees; what the plugin publishes is freed by it, too."""
    with Stack(broker_lines=["sys_interval 1"], log_types=("error",)) as stack:
        with Client(stack.port) as device:
            shadow = Shadow(device, "counted")
            for number in range(200):
                shadow.exchange("update", json.dumps({"state": {"reported": {"n": number,
                                                                             "x": "x" * 4000}}}))
        assert heap_of(stack) < MANY_BYTES


def test_mosquitto_counts_what_it_has_freed():
    """Each MQTT 5 property, before 2.0.21. That is why no mosquitto.conf of ours has a memory_limit
    (decision 0015). Later it counts right, and so must what the plugin reads of properties."""
    properties = b"\x26\0\1a\0\1b" * 100
    with Stack(broker_lines=["sys_interval 1"], log_types=("error",)) as stack:
        before = heap_of(stack)
        with Wire(stack.port, mqtt5=True) as device:
            device.connect("wordy")
            publish = packet(PUBLISH, 0, b"\0\1t" + b"\xbc\x05" + properties)
            for _ in range(100):
                device.send(publish * 10)
            device.ping()
        grown = heap_of(stack) - before  # and nothing is kept of all that
    if mosquitto_version() < (2, 0, 21):
        assert grown > 100 * 10 * 100 * 40
    else:
        assert grown < 100 * 10 * 100


@pytest.fixture(scope="module")
def bounded():
    with Stack(broker_lines=[f"max_packet_size {PACKET}"],
               service_flags=["--state_bytes_max=120000"]) as running:
        yield running


def costly(leaves: int) -> str:
    """A document that metadata make many times as long."""
    return json.dumps({"state": {"reported": {f"k{n}": n for n in range(leaves)}}},
                      separators=(",", ":"))


@pytest.mark.parametrize("leaves", [1500, 9000])
def test_answers_larger_than_a_packet_cross_the_link(bounded, leaves, thing):
    mark = bounded.service.mark()
    request = costly(leaves)
    assert len(request) < 130_000
    with Client(bounded.port) as client:
        shadow = Shadow(client, thing)
        for _ in range(2):
            exchange = shadow.exchange("update", request)
            assert exchange.topics == ["update/accepted", "update/documents"]
            assert len(exchange.after["state"]["reported"]) == leaves
        assert sum(len(one.payload) for one in exchange.messages) > PACKET
    assert not bounded.service.lines_since(mark, "link_down")


def test_a_group_of_answers_larger_than_a_packet_crosses_the_link(bounded, thing):
    mark = bounded.service.mark()
    with Client(bounded.port) as client:
        shadows = [Shadow(client, f"{thing}-{n}") for n in range(40)]
        for shadow in shadows:
            shadow.request("update", costly(700))
        for shadow in shadows:
            _, after = shadow.fence()
            assert len(after["state"]["reported"]) == 700
    assert not bounded.service.lines_since(mark, "link_down")


@pytest.mark.parametrize("mqtt5", [False, True])
def test_a_packet_beyond_the_bound_ends_the_connection(bounded, mqtt5):
    with Wire(bounded.port, mqtt5=mqtt5) as wire:
        assert wire.connect("large") == 0
        wire.publish("t", b"x" * 131_072)
        with contextlib.suppress(Wire.Gone):
            wire.send(wire.publish_bytes("t", b"x" * PACKET))
        wire.read_until_gone()
