"""Wills of clients that were let in without a certificate: the broker asks about them when the
connection has gone already."""
import contextlib

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from client import Client, Shadow
from guarded import Guarded
from harness import WAIT_SECONDS, free_port


@pytest.fixture(scope="module")
def guarded(authority):
    port = free_port()
    with Guarded(authority, {"auth": "certificate_or_local", "open_to_websocket": "true"},
                 broker_lines=[f"listener {port} 127.0.0.1", "protocol websockets"]) as stack:
        stack.websockets_port = port
        yield stack


@pytest.fixture
def witness(guarded):
    with Client(guarded.port) as client:
        yield client


def take(client, what: str):
    return client.take_until(lambda _: True, what)[0]


def die(guarded, topic: str, payload=b"gone", *, websockets=False, mqtt5=False, qos=1, retain=False,
        delay=0):
    """A local client with a will connects, and its connection is lost."""
    properties = None
    if mqtt5:
        properties = Properties(PacketTypes.WILLMESSAGE)
        properties.WillDelayInterval = delay
    device = paho.Client(client_id="testator", protocol=paho.MQTTv5 if mqtt5 else paho.MQTTv311,
                         transport="websockets" if websockets else "tcp")
    device.will_set(topic, payload, qos, retain, properties)
    options = {}
    if mqtt5:  # a session, or the delay ends with the connection
        options["properties"] = Properties(PacketTypes.CONNECT)
        options["properties"].SessionExpiryInterval = delay and 60
    device.connect("127.0.0.1", guarded.websockets_port if websockets else guarded.port, **options)
    while not device.is_connected():
        assert device.loop(WAIT_SECONDS) == paho.MQTT_ERR_SUCCESS
    with contextlib.suppress(OSError):
        device.socket().close()


@pytest.mark.parametrize("websockets", [False, True], ids=["tcp", "websockets"])
@pytest.mark.parametrize("mqtt5", [False, True], ids=["mqtt311", "mqtt5"])
@pytest.mark.parametrize("qos", [0, 1])
def test_it_is_sent(guarded, witness, websockets, mqtt5, qos):
    witness.subscribe("last/#")
    die(guarded, "last/words", websockets=websockets, mqtt5=mqtt5, qos=qos)
    message = take(witness, "the will")
    assert (message.topic, message.payload, message.qos) == ("last/words", b"gone", qos)


def test_it_is_retained(guarded):
    with Client(guarded.port) as early:
        early.subscribe("kept/#")
        die(guarded, "kept/words", retain=True)
        take(early, "the will")
    with Client(guarded.port) as late:
        late.subscribe("kept/#")
        message = take(late, "the retained will")
        assert (message.payload, message.retain) == (b"gone", True)


def test_it_is_sent_after_its_delay(guarded, witness):
    witness.subscribe("late/#")
    die(guarded, "late/words", mqtt5=True, delay=1)
    assert take(witness, "the will").payload == b"gone"


def test_to_a_shadow_it_is_delivered_and_not_processed(guarded, witness):
    """A14."""
    shadow = Shadow(witness, "testators-thing", watch=False)
    witness.subscribe(f"{shadow.prefix}/#")
    die(guarded, f"{shadow.prefix}/update", b'{"state":{"reported":{"alive":false}}}')
    assert take(witness, "the will").topic == f"{shadow.prefix}/update"
    witness.publish(f"{shadow.prefix}/get", b"")
    topics = [take(witness, "an answer").topic for _ in range(2)]
    assert topics == [f"{shadow.prefix}/get", f"{shadow.prefix}/get/rejected"]
