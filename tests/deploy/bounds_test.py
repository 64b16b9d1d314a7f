"""What one client can make the broker keep, with the mosquitto.conf that we ship: no more than
docs/operations.md adds up. Every file has the same bounds, and none opens a WebSocket."""
import contextlib
import re
from pathlib import Path

import pytest

from composition import ROOT
from harness import Stack, resident_bytes
from wire import PUBLISH, Wire, packet

BOUNDS = ("max_packet_size", "max_inflight_messages", "max_queued_messages", "max_queued_bytes",
          "persistent_client_expiration")
DOCUMENTED = ROOT / "docs/operations.md"
SHIPPED = sorted(path for path in (ROOT / "deploy").rglob("*mosquitto*.conf*"))


def settings(path: Path) -> dict:
    """The lines of a mosquitto.conf; of a page, those of its first block that is one."""
    text = path.read_text()
    if path.suffix == ".md":
        text = re.search(r"^```\n(per_listener_settings.*?)^```$", text, re.M | re.S).group(1)
    return dict(line.partition(" ")[::2] for line in text.splitlines())


SETTINGS = settings(ROOT / "deploy/systemd/mosquitto.conf")
PACKET, QUEUE = int(SETTINGS["max_packet_size"]), int(SETTINGS["max_queued_bytes"])
PAYLOAD = 131_072

# As docs/operations.md adds it up.
SESSION, FILTER = 4096, 1024
SLACK = 16 << 20  # what an allocator needs beside, and a broker that has just been started

ABSENT, HALF_PACKETS, SESSIONS, FILTERS = 3, 20, 1000, 10_000
SUM = (ABSENT * (QUEUE + PACKET) + HALF_PACKETS * PACKET + SESSIONS * SESSION + FILTERS * FILTER +
       SLACK)


def test_there_are_files_to_hold():
    assert {path.parent.name for path in SHIPPED} >= {"dev", "docker", "systemd"}


@pytest.mark.parametrize("path", [*SHIPPED, DOCUMENTED], ids=lambda path: path.parent.name)
def test_every_shipped_file_has_all_bounds(path):
    shipped = settings(path)
    assert {name: shipped.get(name) for name in BOUNDS} == {name: SETTINGS[name] for name in BOUNDS}
    assert "memory_limit" not in shipped  # docs/decisions/0015-what-one-client-can-hold.md
    assert shipped.get("protocol") != "websockets"


@pytest.fixture
def stack():
    lines = [f"{name} {SETTINGS[name]}" for name in BOUNDS]
    with Stack(broker_lines=lines, log_types=("error", "warning")) as running:
        yield running


def leave_session(stack, client_id, *filters):
    with Wire(stack.port) as device:
        assert device.connect(client_id, clean=False) == 0
        assert device.subscribe(*filters) == [1] * len(filters)


def begin_large_packets(stack, open_connections):
    """Of 8 MiB, and all but their last byte."""
    for number in range(HALF_PACKETS):
        wire = open_connections.enter_context(Wire(stack.port))
        assert wire.connect(f"large-{number}") == 0
        with contextlib.suppress(Wire.Gone):
            wire.send(wire.publish_bytes("t", bytes(8 << 20))[:-1])
        wire.read_until_gone()


def begin_packets(stack, open_connections):
    """As large as they may be, and all but their last byte."""
    for number in range(HALF_PACKETS):
        wire = open_connections.enter_context(Wire(stack.port))
        assert wire.connect(f"half-{number}") == 0
        wire.send(wire.publish_bytes("t", bytes(PAYLOAD))[:-1])


def fill_queues(stack):
    """Of clients that are away, each with messages of its own, three times what is kept."""
    for number in range(ABSENT):
        leave_session(stack, f"absent-{number}", f"absent/{number}", "wordy/#")
    with Wire(stack.port) as device:
        device.connect("filler")
        for number in range(ABSENT):
            for _ in range(3 * QUEUE // PAYLOAD):
                device.publish(f"absent/{number}", bytes(PAYLOAD))


def publish_what_is_not_payload(stack):
    """A thousand properties of nothing, which take five bytes on the wire and a hundred here; and a
    topic without end. Neither counts as what is queued."""
    properties = b"\x26\0\0\0\0" * 1000
    for _ in range(50):
        with Wire(stack.port, mqtt5=True) as device:
            device.connect("wordy")
            topic, packet_id, length = b"\0\x08absent/0", b"\0\1", b"\x88\x27"
            device.send(packet(PUBLISH, 2, topic + packet_id + length + properties))
            device.read_until_gone()
        with Wire(stack.port) as device:
            device.connect("wordy")
            device.send(device.publish_bytes("wordy/".ljust(60_000, "x"), b"1"))
            device.read_until_gone()


def connect_with_long_ids(stack):
    for number in range(SESSIONS):
        with Wire(stack.port) as device:
            assert device.connect(f"{number}-".ljust(60_000, "x"), clean=False) == 5


def leave_many_sessions(stack):
    for number in range(SESSIONS):
        leave_session(stack, f"{number}-".ljust(128, "x"), f"many/{number}")


def subscribe_without_end(stack):
    with Wire(stack.port) as device:
        assert device.connect("subscriber", clean=False) == 0
        with contextlib.suppress(Wire.Gone):
            for start in range(0, 2 * FILTERS, 100):
                device.subscribe(*(f"some/filter/of/some/length/{n}" for n in
                                   range(start, start + 100)))
        assert start in (FILTERS, FILTERS + 100)


def test_a_hostile_device_stays_within_the_documented_sum(stack):
    before = resident_bytes(stack.broker, "VmRSS")
    with contextlib.ExitStack() as open_connections:
        begin_large_packets(stack, open_connections)
        begin_packets(stack, open_connections)
        fill_queues(stack)
        publish_what_is_not_payload(stack)
        connect_with_long_ids(stack)
        leave_many_sessions(stack)
        subscribe_without_end(stack)
        grown = resident_bytes(stack.broker, "VmHWM") - before
    print(f"the broker grew by {grown >> 20} MiB; at most {SUM >> 20}")
    assert grown < SUM
