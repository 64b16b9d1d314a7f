"""The manners that AWS expects of its clients, as the broker holds them when it is asked to."""
import itertools

import pytest

from client import Client
from harness import Stack
from wire import CONNACK, NOT_AUTHORIZED, SUBSCRIBE, Wire, packet

REFUSED = {False: 5, True: 135}  # CONNACK, by whether it is MQTT 5
numbers = itertools.count()


@pytest.fixture(scope="module")
def polite():
    with Stack({"aws_manners": "true"}) as running:
        yield running


@pytest.fixture(params=[False, True], ids=["3.1.1", "5"])
def wire(polite, request):
    with Wire(polite.port, mqtt5=request.param) as connected:
        assert connected.connect(f"manners-{next(numbers)}") == 0
        yield connected


def expect_cut(stack, wire, rule: str, act):
    """The act ends the connection, and the log names the rule or has named it just before."""
    act()
    with pytest.raises(Wire.Gone):
        while True:
            wire.read()
    stack.broker.wait_for_line(f"shadow: manner_{rule}: a client was cut: manners-")


def publish(wire, topic, payload=b"", qos=1, retain=False):
    return lambda: wire.send(wire.publish_bytes(topic, payload, qos, retain))


def subscribe(wire, *filters, qos=1):
    properties = b"\0" if wire.mqtt5 else b""
    body = b"\0\1" + properties
    for one in filters:
        body += len(one).to_bytes(2, "big") + one.encode() + bytes([qos])
    return lambda: wire.send(packet(SUBSCRIBE, 2, body))


def test_qos_2_ends_the_connection(polite, wire):
    expect_cut(polite, wire, "no_qos_2", publish(wire, "t", qos=2))


def test_a_qos_2_subscription_ends_the_connection(polite, wire):
    expect_cut(polite, wire, "no_qos_2", subscribe(wire, "t", qos=2))


def test_payloads_at_and_over_128_kib(polite, wire):
    wire.publish("t", b"x" * 131072)
    expect_cut(polite, wire, "payload_bytes_max", publish(wire, "t", b"x" * 131073))


def test_topics_at_and_over_256_bytes(polite, wire):
    wire.publish("t" * 256)
    expect_cut(polite, wire, "topic_bytes_max", publish(wire, "t" * 257))


def test_topics_at_and_over_7_slashes(polite, wire):
    wire.publish("1/2/3/4/5/6/7/8")
    expect_cut(polite, wire, "topic_slashes_max", publish(wire, "1/2/3/4/5/6/7/8/9"))


def test_filters_at_and_over_7_slashes(polite, wire):
    assert wire.subscribe("1/2/3/4/5/6/7/#") == [1]
    expect_cut(polite, wire, "topic_slashes_max", subscribe(wire, "1/2/3/4/5/6/7/8/#"))


def test_a_subscribe_with_8_and_with_9_filters(polite, wire):
    assert wire.subscribe(*(f"a/{i}" for i in range(8))) == [1] * 8
    expect_cut(polite, wire, "filters_max", subscribe(wire, *(f"b/{i}" for i in range(9))))


def test_50_and_51_subscriptions(polite, wire):
    for i in range(50):
        assert wire.subscribe(f"s/{i}") == [1]
    assert wire.subscribe("s/0") == [1]  # one that there is already
    expect_cut(polite, wire, "subscriptions_max", subscribe(wire, "s/50"))


@pytest.mark.parametrize("topic", ["$mine/t", "$aws/things/T/unknown", "$aws/rules",
                                   "$SYS/broker/connection/B/state"])
def test_publishing_to_an_unsupported_reserved_topic_ends_the_connection(polite, wire, topic):
    expect_cut(polite, wire, "no_unsupported_topic", publish(wire, topic))


@pytest.mark.parametrize("topic", ["$SYS/mine", "$SYS", "$share/g/t", "$share"])
def test_what_mosquitto_answers_without_asking_ends_no_connection(stack, wire, topic):
    """No plugin is asked: told to MQTT 5, acknowledged to others, and dropped."""
    assert wire.publish(topic, b"x") == (NOT_AUTHORIZED if wire.mqtt5 else 0)
    wire.ping()
    with Wire(stack.port) as anybody:
        anybody.connect(f"manners-{next(numbers)}")
        assert anybody.subscribe("$SYS/mine", "$SYS") == [1, 1]
        assert anybody.publish(topic, b"x") == 0
        anybody.ping()
        assert not anybody.has_published()


def test_a_retained_publish_to_a_reserved_topic_ends_the_connection(polite, wire):
    expect_cut(polite, wire, "no_unsupported_topic",
               publish(wire, "$aws/things/T/defender/metrics/json", retain=True))


@pytest.mark.parametrize("topic_filter", ["$SYS/#", "$mine/#", "$aws/things/T/unknown"])
def test_subscribing_to_unsupported_reserved_topics_ends_the_connection(polite, wire,
                                                                        topic_filter):
    expect_cut(polite, wire, "no_unsupported_topic", subscribe(wire, topic_filter))


def test_supported_reserved_topics_are_let_through(wire):
    assert wire.subscribe("$aws/things/T/jobs/notify-next", "$aws/events/#") == [1, 1]
    wire.publish("$aws/things/T/jobs/start-next", b"{}")
    wire.ping()


@pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])
@pytest.mark.parametrize("client_id,refused", [("c" * 128, False), ("c" * 129, True),
                                               ("$mine", True)])
def test_client_ids(polite, mqtt5, client_id, refused):
    with Wire(polite.port, mqtt5=mqtt5) as wire:
        assert wire.connect(client_id) == (REFUSED[mqtt5] if refused else 0)


@pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])
def test_long_client_ids_are_refused_unasked(stack, mqtt5):
    for client_id, refused in (("c" * 128, False), ("c" * 129, True), ("c" * 60_000, True),
                               ("$mine", False)):
        with Wire(stack.port, mqtt5=mqtt5) as wire:
            assert wire.connect(client_id) == (REFUSED[mqtt5] if refused else 0)
    stack.broker.wait_for_line("shadow: manner_client_id_bytes_max: a client was refused: c+: a "
                               "client id of 129 bytes; at most 128")


def test_client_ids_may_be_longer_where_a_setting_says_so():
    with Stack({"manner_client_id_bytes_max": "1024"}) as running:
        for bytes_, code in ((1024, 0), (1025, REFUSED[False])):
            with Wire(running.port) as wire:
                assert wire.connect("c" * bytes_) == code


def test_a_keep_alive_that_aws_would_change_is_told(polite):
    with Wire(polite.port) as wire:
        wire.send(packet(1, 0, b"\0\4MQTT\4\2\0\0\0\6sleepy"))
        assert wire.read().kind == CONNACK
        wire.ping()
    polite.broker.wait_for_line("shadow: manner_keep_alive: a client was let in: sleepy: "
                                "a keep-alive of 0 s; AWS would take it as 1200 s")


def test_the_others_go_on(polite, thing):
    """One client's bad manners are felt by nobody else, and shadows work as ever."""
    prefix = f"$aws/things/{thing}/shadow"
    with Client(polite.port) as well_mannered, Wire(polite.port) as other:
        assert well_mannered.subscribe(f"{prefix}/update/+") == [1]
        other.connect(f"manners-{next(numbers)}")
        expect_cut(polite, other, "no_unsupported_topic", publish(other, "$mine/t"))
        well_mannered.publish(f"{prefix}/update", b'{"state":{"desired":{"a":1}}}')
        well_mannered.take_until(lambda one: one.topic == f"{prefix}/update/delta")


def test_a_single_manner(polite):
    """One by one: only what was asked for."""
    with Stack({"manner_payload_bytes_max": "10"}) as running, Wire(running.port) as wire:
        wire.connect(f"manners-{next(numbers)}")
        assert wire.subscribe(*(f"$mine/{i}" for i in range(60)), qos=2) == [2] * 60
        wire.publish("1/2/3/4/5/6/7/8/9/10", b"0123456789")
        expect_cut(running, wire, "payload_bytes_max", publish(wire, "t", b"0123456789a"))


PROPERTIES = {  # of a CONNACK: name, bytes; None: a text
    0x12: ("assigned client id", None), 0x13: ("server keep-alive", 2),
    0x21: ("receive maximum", 2), 0x22: ("topic alias maximum", 2), 0x24: ("maximum QoS", 1),
    0x25: ("retain available", 1), 0x27: ("maximum packet size", 4),
    0x28: ("wildcard subscriptions available", 1),
    0x29: ("subscription identifiers available", 1),
    0x2A: ("shared subscriptions available", 1),
}


def properties(data: bytes) -> dict:
    told = {}
    while data:
        name, size = PROPERTIES[data[0]]
        begin = 1 if size else 3
        end = begin + (size or int.from_bytes(data[1:3], "big"))
        value = data[begin:end]
        told[name] = int.from_bytes(value, "big") if size else value.decode()
        data = data[end:]
    return told


def test_what_mosquitto_can_do_by_itself():
    """The lines of docs/operations.md that belong to the profile."""
    lines = ("max_qos 1", "max_topic_alias 8", "max_keepalive 1200", "max_inflight_messages 100",
             "max_packet_size 149504")
    with Stack({"aws_manners": "true"}, broker_lines=lines) as running:
        with Wire(running.port, mqtt5=True) as wire:
            wire.send(packet(1, 0, b"\0\4MQTT\5\2\x0f\xff\0\0\0"))
            body = wire.read().body
            assert body[1] == 0
            told = properties(body[3:])
            assert told.pop("assigned client id")
            assert told == {"maximum QoS": 1, "server keep-alive": 1200, "topic alias maximum": 8,
                            "receive maximum": 100, "maximum packet size": 149504}
        with Client(running.port) as client:
            assert client.subscribe("t", qos=2) == [1]


def test_subscription_identifiers_are_taken():
    """K9 but for this: AWS has none, and nothing keeps Mosquitto 2.0 from having them."""
    with Stack({"aws_manners": "true"}) as running, Wire(running.port, mqtt5=True) as wire:
        wire.connect(f"manners-{next(numbers)}")
        wire.send(packet(SUBSCRIBE, 2, b"\0\1" + b"\2\x0b\5" + b"\0\1t\0"))
        assert wire.read().body == b"\0\1\0\0"
        wire.send(wire.publish_bytes("t", b"x", qos=0))
        assert wire.read().body == b"\0\1t" + b"\2\x0b\5" + b"x"
