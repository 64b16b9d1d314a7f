"""AWS's lifecycle events, as a watching client hears them."""
import itertools
import json
import re
import time

import paho.mqtt.client as paho
import pytest

from client import Client
from harness import Stack, free_port, mosquitto_version
from wire import CONNACK, NOT_AUTHORIZED, Wire, packet

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PRESENCE = "$aws/events/presence"
SUBSCRIPTIONS = "$aws/events/subscriptions"
numbers = itertools.count()
# Mosquitto 2.1 tells the plugin why a connection ended, 2.0 does not.
of_20 = pytest.mark.skipif(mosquitto_version() >= (2, 1), reason="this Mosquitto tells why")
of_21 = pytest.mark.skipif(mosquitto_version() < (2, 1), reason="this Mosquitto does not tell why")


class Watcher(Client):
    """Hears all events; `next` gives those of one client in their order."""

    def __init__(self, port):
        super().__init__(port, f"watcher-{next(numbers)}")
        assert self.subscribe(f"{PRESENCE}/#", f"{SUBSCRIPTIONS}/#") == [1, 1]

    def next(self, topic: str) -> dict:
        found = self.take_until(lambda one: one.topic == topic, topic)[-1]
        assert (found.qos, found.retain) == (1, False)
        assert b" " not in found.payload
        event = json.loads(found.payload)
        assert event["clientId"] == topic.rpartition("/")[2]
        assert abs(event["timestamp"] / 1000 - time.time()) < 60
        assert UUID.fullmatch(event["sessionIdentifier"])
        assert event["principalIdentifier"] == ""
        return event

    def end_of(self, client_id: str):
        event = self.next(f"{PRESENCE}/disconnected/{client_id}")
        assert event["clientInitiatedDisconnect"] == (
            event["disconnectReason"] == "CLIENT_INITIATED_DISCONNECT")
        return event["disconnectReason"]


@pytest.fixture(scope="module")
def watcher(stack):
    with Watcher(stack.port) as connected:
        yield connected


@pytest.fixture(params=[False, True], ids=["3.1.1", "5"])
def mqtt5(request):
    return request.param


@pytest.fixture
def client_id():
    return f"device-{next(numbers)}"


def connected(port, client_id, mqtt5=False, **arguments):
    wire = Wire(port, mqtt5=mqtt5)
    assert wire.connect(client_id, **arguments) == 0
    return wire


def test_a_client_that_is_cut_does_not_subscribe_to_what_its_session_keeps(stack, watcher, client_id):
    """Mosquitto asks again for each subscription of a session that stays."""
    device = connected(stack.port, client_id, clean=False)
    device.subscribe("a/b")
    assert watcher.next(f"{SUBSCRIPTIONS}/subscribed/{client_id}")["topics"] == ["a/b"]
    device.publish("$aws/things/t/shadow/update/accepted", b"")
    of_device = watcher.take_until(lambda one: one.topic == f"{PRESENCE}/disconnected/{client_id}")
    assert f"{SUBSCRIPTIONS}/subscribed/{client_id}" not in {one.topic for one in of_device}
    with connected(stack.port, client_id, clean=False) as again:
        watcher.next(f"{PRESENCE}/connected/{client_id}")
        again.publish("a/b", b"kept")
        assert again.read_published().payload == b"kept", "the session has its subscription"


def test_a_connection_from_begin_to_end(stack, watcher, client_id, mqtt5):
    with Client(stack.port, client_id, mqtt5=mqtt5) as device:
        assert device.subscribe("a/b", "c/#") == [1, 1]
        device.unsubscribe("c/#")
    begun = watcher.next(f"{PRESENCE}/connected/{client_id}")
    assert list(begun) == ["clientId", "timestamp", "eventType", "sessionIdentifier",
                           "principalIdentifier", "ipAddress", "versionNumber"]
    assert (begun["eventType"], begun["ipAddress"]) == ("connected", "127.0.0.1")
    assert begun["versionNumber"] == 0
    subscribed = watcher.next(f"{SUBSCRIPTIONS}/subscribed/{client_id}")
    assert list(subscribed) == ["clientId", "timestamp", "eventType", "sessionIdentifier",
                                "principalIdentifier", "topics"]
    assert (subscribed["eventType"], subscribed["topics"]) == ("subscribed", ["a/b", "c/#"])
    unsubscribed = watcher.next(f"{SUBSCRIPTIONS}/unsubscribed/{client_id}")
    assert (unsubscribed["eventType"], unsubscribed["topics"]) == ("unsubscribed", ["c/#"])
    ended = watcher.next(f"{PRESENCE}/disconnected/{client_id}")
    assert list(ended) == ["clientId", "timestamp", "eventType", "sessionIdentifier",
                           "principalIdentifier", "clientInitiatedDisconnect", "disconnectReason",
                           "versionNumber"]
    assert ended["eventType"] == "disconnected"
    assert ended["clientInitiatedDisconnect"] is True
    assert ended["disconnectReason"] == "CLIENT_INITIATED_DISCONNECT"
    assert ended["versionNumber"] == 0
    assert {one["sessionIdentifier"] for one in (begun, subscribed, unsubscribed, ended)} == {
        begun["sessionIdentifier"]}


def test_each_connection_has_the_next_version(stack, watcher, client_id):
    for version in range(3):
        with Client(stack.port, client_id):
            pass
        for kind in ("connected", "disconnected"):
            assert watcher.next(f"{PRESENCE}/{kind}/{client_id}")["versionNumber"] == version


def test_a_lost_connection(stack, watcher, client_id, mqtt5):
    connected(stack.port, client_id, mqtt5).close()
    assert watcher.end_of(client_id) == "CONNECTION_LOST"


def test_a_second_connection_ends_the_first(stack, watcher, client_id, mqtt5):
    with connected(stack.port, client_id, mqtt5), connected(stack.port, client_id, mqtt5):
        ended = watcher.next(f"{PRESENCE}/disconnected/{client_id}")
        assert ended["disconnectReason"] == "DUPLICATE_CLIENTID"
        assert ended["versionNumber"] == 0


def test_a_forbidden_publish(stack, watcher, client_id):
    with connected(stack.port, client_id) as wire:
        wire.send(wire.publish_bytes("$aws/things/T/shadow/update/accepted", b"{}"))
        assert watcher.end_of(client_id) == "FORBIDDEN_ACCESS"


def test_a_packet_that_is_none(stack, watcher, client_id, mqtt5):
    with connected(stack.port, client_id, mqtt5) as wire:
        wire.send(packet(8, 2, b"\0\0"))  # a SUBSCRIBE with packet id 0
        assert watcher.end_of(client_id) == "CLIENT_ERROR"


def test_silence_beyond_the_keep_alive(stack, watcher, client_id):
    with Wire(stack.port) as wire:
        name = client_id.encode()
        wire.send(packet(1, 0, b"\0\4MQTT\4\2\0\1" + len(name).to_bytes(2, "big") + name))
        assert wire.read().kind == CONNACK
        assert watcher.end_of(client_id) == "MQTT_KEEP_ALIVE_TIMEOUT"


def test_client_ids_with_wildcards_have_no_events(stack, watcher, client_id):
    strange = ("a+b", "a#b", "c" * 129)  # the last one is refused, which is no event either
    for one in strange:
        with Wire(stack.port) as wire:
            wire.connect(one)
    connected(stack.port, client_id).close()
    heard = watcher.take_until(lambda one: one.topic == f"{PRESENCE}/disconnected/{client_id}")
    assert not [one.topic for one in heard if one.topic.endswith(strange)]


def test_client_ids_are_escaped(stack, watcher):
    strange = f'"quoted\\-{next(numbers)}'
    connected(stack.port, strange).close()
    assert watcher.next(f"{PRESENCE}/connected/{strange}")["clientId"] == strange


def test_nobody_else_publishes_events(stack, watcher, client_id):
    topic = f"{PRESENCE}/connected/{client_id}"
    with connected(stack.port, f"{client_id}-5", mqtt5=True) as wire:
        assert wire.publish(topic, b"{}") == NOT_AUTHORIZED
    with connected(stack.port, f"{client_id}-3") as wire, pytest.raises(Wire.Gone):
        wire.publish(topic, b"{}")
        wire.ping()
    with Client(stack.port, client_id):
        assert watcher.next(topic)["versionNumber"] == 0


def test_a_refused_connection_is_told_of():
    with Stack({"manner_client_id_bytes_max": "20"}) as stack, Watcher(stack.port) as watcher:
        too_long = "c" * 21
        with Wire(stack.port) as wire:
            assert wire.connect(too_long) == 5
        failed = watcher.next(f"{PRESENCE}/connect_failed/{too_long}")
        assert list(failed) == ["clientId", "timestamp", "eventType", "connectFailureReason",
                                "sessionIdentifier", "principalIdentifier", "ipAddress"]
        assert failed["eventType"] == "connect_failed"
        assert failed["connectFailureReason"] == "AUTHORIZATION_FAILED"
        assert failed["ipAddress"] == "127.0.0.1"


def test_bad_manners_are_a_clients_error():
    with Stack({"aws_manners": "true"}) as stack, Watcher(stack.port) as watcher:
        with connected(stack.port, "rude") as wire:
            wire.send(wire.publish_bytes("t", b"", qos=2))
            assert watcher.end_of("rude") == "CLIENT_ERROR"


@of_20
def test_without_the_service_a_will_tells_what_else_is_unknown():
    """The broker's log reaches the plugin over the service's session."""
    with Stack() as stack, Watcher(stack.port) as watcher:
        stack.stop_service()
        connected(stack.port, "without-will").close()
        assert watcher.end_of("without-will") == "UNKNOWN"
        connected(stack.port, "with-will", will=("last/words", b"", False)).close()
        assert watcher.end_of("with-will") == "CONNECTION_LOST"
        stack.start_service()
        connected(stack.port, "without-will").close()
        assert watcher.end_of("without-will") == "CONNECTION_LOST"


@pytest.fixture(scope="module")
def untold():
    """The plugin hears nothing of the broker's log."""
    port = free_port()
    with Stack({"open_to_websocket": "true"}, log_types=("error",), broker_lines=[
            f"listener {port} 127.0.0.1", "protocol websockets"]) as stack:
        stack.websockets_port = port
        stack.stop_service()
        with Watcher(stack.port) as watcher:
            yield stack, watcher
        stack.start_service()


@of_21
@pytest.mark.parametrize("clean", [True, False], ids=["ends", "stays"])
def test_the_broker_tells_why_without_its_log(untold, client_id, mqtt5, clean):
    """Of a session that ends with its connection by one event, of one that stays by another."""
    stack, watcher = untold
    connected(stack.port, client_id, mqtt5, clean=clean).close()
    assert watcher.end_of(client_id) == "CONNECTION_LOST"
    with connected(stack.port, client_id, mqtt5, clean=clean) as device:
        device.send(packet(14, 0, b""))
        assert watcher.end_of(client_id) == "CLIENT_INITIATED_DISCONNECT"
    with connected(stack.port, client_id, mqtt5, clean=clean) as device:
        device.send(packet(8, 2, b"\0\0"))
        assert watcher.end_of(client_id) == "CLIENT_ERROR"


@of_21
def test_the_broker_tells_why_over_websocket(untold, client_id):
    stack, watcher = untold
    page = paho.Client(client_id=client_id, transport="websockets")
    page.connect("127.0.0.1", stack.websockets_port)
    page.loop_start()
    watcher.next(f"{PRESENCE}/connected/{client_id}")
    page.disconnect()
    assert watcher.end_of(client_id) == "CLIENT_INITIATED_DISCONNECT"
    page.loop_stop()


def test_the_events_can_be_switched_off():
    with Stack({"lifecycle_events": "false"}) as stack, Client(stack.port) as client:
        client.subscribe("$aws/events/#", "marker")
        connected(stack.port, "unseen").close()
        client.publish("marker")
        assert len(client.take_until(lambda one: one.topic == "marker")) == 1


def test_nobody_is_handed_the_brokers_log_who_has_not_asked(stack, watcher, client_id):
    """The service's subscription is the plugin's ear; a client's own works as ever."""
    with Client(stack.port) as curious:
        curious.subscribe("$SYS/broker/log/N")
        connected(stack.port, client_id).close()
        ended = re.compile(rf"Client {client_id} .*closed".encode())
        curious.take_until(lambda one: ended.search(one.payload))
    assert watcher.end_of(client_id) == "CONNECTION_LOST"
    assert not stack.service.lines_since(0, "envelope_refused")
