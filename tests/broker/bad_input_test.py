"""Payloads, topics and clients that nobody should send: answered or ignored as the rules say, and
the broker and the service serve on.
"""
import json
import struct

import pytest

from client import Client, Shadow
from harness import Stack
from wire import CONNACK, NOT_AUTHORIZED, PUBLISH, Wire, packet

INVALID_JSON = (400, "Payload contains invalid json")
MISSING_STATE = (400, "Missing required node: state")
TOO_DEEP = (400, "JSON contains too many levels of nesting; maximum is 8")
ENCODING = (415, "Unsupported documented encoding; supported encoding is UTF-8")
NULL_IN_ARRAY = (400, "State contains an invalid node")
REFUSED_BY_MQTT_3 = 5  # CONNACK: not authorised
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def serves_on(stack):
    """After each test a new client is served, and both processes are the ones that were started."""
    before = (stack.broker.pid, stack.service.pid)
    yield
    assert stack.broker.running and stack.service.running
    assert (stack.broker.pid, stack.service.pid) == before
    with Client(stack.port) as well_behaved:
        accepted = Shadow(well_behaved, "survivor").exchange(
            "update", '{"state":{"reported":{"alive":true}}}')
        assert accepted.topics == ["update/accepted", "update/documents"]


# --- payloads

@pytest.mark.parametrize("payload, refusal", [
    pytest.param(b"[" * 131072, INVALID_JSON, id="128-KiB-of-brackets"),
    pytest.param(b'{"state":' * 100000, INVALID_JSON, id="objects-without-end"),
    pytest.param(b"[" * 500000 + b"]" * 500000, MISSING_STATE, id="a-million-deep-and-closed"),
    pytest.param(b'{"state":{"desired":' + b'{"a":' * 100000 + b"1" + b"}" * 100002, TOO_DEEP,
                 id="a-state-100000-deep"),
    pytest.param(b'{"state":{"desired":{"a":' + b"[" * 100000 + b"]" * 100000 + b"}}}", TOO_DEEP,
                 id="arrays-100000-deep"),
    pytest.param(b'{"state":{"desired":{"a":' + b"[" * 100000 + b"null" + b"]" * 100000 + b"}}}",
                 NULL_IN_ARRAY, id="a-null-100000-deep"),
    pytest.param(b" " * MEGABYTE, INVALID_JSON, id="a-megabyte-of-blanks"),
    pytest.param(b"\0" * 1000, INVALID_JSON, id="nul-bytes"),
    pytest.param(b"\xff" * 1000, ENCODING, id="no-utf-8"),
    pytest.param(bytes(range(256)), ENCODING, id="all-bytes"),
    pytest.param(b'{"state":{"reported":{"a":"' + b"\xc3\x28" + b'"}}}', ENCODING, id="bad-utf-8"),
    pytest.param(b'{"state":{"reported":{"a":"' + b"x" * MEGABYTE, INVALID_JSON,
                 id="a-megabyte-cut-off"),
    pytest.param(b'{"state":{"reported":{"a":' + b"9" * MEGABYTE + b"}}}",
                 (413, f"Json document too large.  Size is {MEGABYTE + 6}, max allowed: 8192"),
                 id="a-megabyte-of-digits"),
    pytest.param(b'{"state":{"reported":{"a":"' + b"x" * MEGABYTE + b'"}}}',
                 (413, f"Json document too large.  Size is {MEGABYTE + 8}, max allowed: 8192"),
                 id="a-megabyte-valid"),
    pytest.param(b'{"state":{"reported":{"a":[' + b"null," * 100000 + b"null]}}}", NULL_IN_ARRAY,
                 id="100000-nulls"),
    pytest.param(b'{"state":{"reported":{"a":1e' + b"9" * 1000 + b"}}}", INVALID_JSON,
                 id="an-absurd-exponent"),
    pytest.param(b'{"state":{"desired":{' + b",".join(b'"%d":%d' % (n, n) for n in range(60000)) +
                 b"}}}", (413, "Json document too large.  Size is 817781, max allowed: 8192"),
                 id="60000-members"),
])
def test_payload(client, thing, payload, refusal):
    exchange = Shadow(client, thing).exchange("update", payload)
    assert exchange.topics == ["update/rejected"]
    answer = exchange.payload("update/rejected")
    assert (answer["code"], answer["message"]) == refusal
    assert list(answer) == ["code", "message"]
    assert exchange.after["code"] == 404, "a refused update creates nothing (H10)"


def test_an_invalid_node_with_a_name_of_a_megabyte(client, thing):
    name = "n" * MEGABYTE
    answer = Shadow(client, thing).exchange("update", json.dumps({"state": {name: 1}}))
    assert answer.payload("update/rejected")["message"] == (
        f"State contains an invalid node: '{name}'")


def test_a_megabyte_around_a_small_state_is_accepted(client, thing):
    payload = json.dumps({"extra": "x" * MEGABYTE, "state": {"reported": {"a": 1}}})
    exchange = Shadow(client, thing).exchange("update", payload)
    assert exchange.topics == ["update/accepted", "update/documents"]


def test_a_payload_beyond_the_setting_is_refused_by_size(client, thing):
    size = (2 << 20) + 1
    exchange = Shadow(client, thing).exchange("update", b" " * size)
    assert exchange.payload("update/rejected")["code"] == 413


@pytest.mark.parametrize("operation", ["get", "delete"])
@pytest.mark.parametrize("payload", [b"[" * 131072, b"\xff" * 100, b"\0", b" " * MEGABYTE],
                         ids=["brackets", "no-utf-8", "nul", "megabyte"])
def test_payload_of_get_and_delete_counts_as_empty(client, thing, operation, payload):
    """B21"""
    shadow = Shadow(client, thing)
    shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
    assert shadow.exchange(operation, payload).topics == [f"{operation}/accepted"]


# --- topics

NEAR_MISSES = [
    "$aws/things/{t}/shadow/updat", "$aws/things/{t}/shadow/updatee",
    "$aws/things/{t}/shadow/UPDATE", "$aws/things/{t}/shadow/Update",
    "$aws/things/{t}/shadow/update/", "$aws/things/{t}/shadow//update",
    "$aws/things/{t}//shadow/update", "$aws/things/{t}/shadows/update",
    "$aws/thing/{t}/shadow/update", "$aws/things/{t}/Shadow/update",
    "$AWS/things/{t}/shadow/update", "aws/things/{t}/shadow/update",
    "/$aws/things/{t}/shadow/update", "$aws//things/{t}/shadow/update",
    "$aws/things//shadow/update", "$aws/things/{t}/shadow", "$aws/things/{t}/shadow/",
    "$aws/things/{t}/shadow/list", "$aws/things/{t}/shadow/name/update",
    "$aws/things/{t}/shadow/name//update", "$aws/things/{t}/shadow/name/n/update/",
    "$aws/things/{t}/shadow/name/n/m/update", "$aws/things/{t}/shadow/names/n/update",
    "$aws/things/{t}/shadow/Name/n/update", "$aws/things/{t}/shadow/name/n m/update",
    "$aws/things/{t}/shadow/name/n.m/update", "$aws/things/{t} /shadow/update",
    "$aws/things/{t}.x/shadow/update", "$aws/things/$t/shadow/update",
    "$aws/things/{t}ä/shadow/update", "$aws/things/{t}/update", "$aws/things/{t}/shadow/update ",
    "$aws/things/{t}/shadow/update/more", "$aws/things/{t}/shadow/get/delta",
]


@pytest.mark.parametrize("topic", NEAR_MISSES)
def test_a_topic_one_character_off_is_no_request(stack, client, topic):
    """A6: it is an ordinary publication, delivered to who subscribed, and nothing answers."""
    topic = topic.format(t="near")
    with Client(stack.port) as observer:
        observer.subscribe("$aws/#", "$AWS/#", "#")
        client.publish(topic, '{"state":{"reported":{"a":1}},"clientToken":"near"}')
        Shadow(client, "near").fence()
        Shadow(client, "near", "n").fence()
        observer.publish("end-of-list", "")
        seen = observer.take_until(lambda one: one.topic == "end-of-list")
        assert [one.topic for one in seen if b'"near"' in one.payload] == [topic]
    assert Shadow(client, "near").fence()[1]["code"] == 404


def pass_fence(stack, client):
    """Ends `client`'s messages with one on "end-of-list", after all answers to what it asked."""
    with Client(stack.port) as other:
        Shadow(other, "fence").fence()
    client.publish("end-of-list", "")


@pytest.mark.parametrize("name, is_name", [("n" * 128, True), ("n" * 129, False)],
                         ids=["at", "over"])
def test_thing_names_at_and_over_their_limit(stack, client, name, is_name):
    """A3"""
    client.subscribe(f"$aws/things/{name}/shadow/get/+", "end-of-list")
    client.publish(f"$aws/things/{name}/shadow/get")
    pass_fence(stack, client)
    seen = client.take_until(lambda one: one.topic == "end-of-list")[:-1]
    assert len([one for one in seen if name in one.topic]) == is_name


@pytest.mark.parametrize("name, is_name", [("n" * 64, True), ("n" * 65, False)],
                         ids=["at", "over"])
def test_shadow_names_at_and_over_their_limit(stack, client, thing, name, is_name):
    """A4"""
    client.subscribe(f"$aws/things/{thing}/shadow/name/{name}/get/+", "end-of-list")
    client.publish(f"$aws/things/{thing}/shadow/name/{name}/get")
    pass_fence(stack, client)
    seen = client.take_until(lambda one: one.topic == "end-of-list")[:-1]
    assert len([one for one in seen if name in one.topic]) == is_name


def test_topics_of_60_kilobytes(client):
    client.publish("$aws/things/" + "t" * 60000 + "/shadow/update", "{}")
    client.publish("$aws/things/t/shadow/name/" + "n" * 60000 + "/update", "{}")
    client.publish("$aws/things/t/shadow/update/" + "u" * 60000, "{}")


# --- clients that must not

ANSWERS = ["update/accepted", "update/rejected", "update/delta", "update/documents",
           "get/accepted", "get/rejected", "delete/accepted", "delete/rejected"]


def assert_not_delivered(stack, topic, publish):
    """`publish` runs while somebody listens to `topic`, who hears nothing of it."""
    with Client(stack.port) as listener:
        listener.subscribe(topic, "end-of-list")
        publish()
        listener.publish("end-of-list", "")
        seen = listener.take_until(lambda one: one.topic == "end-of-list")
        heard = [one.topic for one in seen if not one.topic.startswith("$aws/events/")]
        assert heard == ["end-of-list"]


@pytest.mark.parametrize("name", ["", "name/n/"], ids=["classic", "named"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_publishing_an_answer_disconnects_an_mqtt_3_client(stack, answer, name):
    """A11, K6"""
    topic = f"$aws/things/t/shadow/{name}{answer}"

    def publish():
        with Wire(stack.port) as hostile:
            hostile.connect("hostile")
            hostile.send(hostile.publish_bytes(topic, b'{"version":9}'))
            hostile.read_until_gone()

    assert_not_delivered(stack, topic, publish)


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("topic", [
    "$aws/things/t/shadow/update/delta", "$aws/things/t/shadow/name/n/get/accepted",
    "$shadow/link/answers", "$shadow/link/requests", "$shadow", "$shadow/x"])
def test_mqtt_5_clients_are_told_that_they_may_not(stack, topic, qos):
    """K6: PUBACK 135, and the connection stands."""
    def publish():
        with Wire(stack.port, mqtt5=True) as hostile:
            hostile.connect("hostile-5")
            assert hostile.publish(topic, b"{}", qos) == (NOT_AUTHORIZED if qos else None)
            hostile.ping()

    assert_not_delivered(stack, "$aws/#", publish)


def test_a_topic_alias_is_no_way_around(stack):
    topic = "$aws/things/t/shadow/update/delta"

    def publish():
        with Wire(stack.port, mqtt5=True) as hostile:
            hostile.connect("hostile-alias")
            assert hostile.publish(topic, b"{}", alias=1) == NOT_AUTHORIZED
            assert hostile.publish("", b"{}", alias=1) == NOT_AUTHORIZED

    assert_not_delivered(stack, topic, publish)


def test_forbidden_publications_can_be_ignored_instead():
    with Stack(plugin_options={"on_forbidden": "ignore"}) as stack:
        topic = "$aws/things/t/shadow/update/delta"

        def publish():
            with Wire(stack.port) as hostile:
                hostile.connect("hostile")
                assert hostile.publish(topic, b"{}") == 0
                hostile.ping()

        assert_not_delivered(stack, topic, publish)


@pytest.mark.parametrize("operation", ["update", "get", "delete"])
def test_retain_on_a_request_is_refused(stack, client, thing, operation):
    """A13: neither processed nor kept."""
    shadow = Shadow(client, thing)
    shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
    topic = f"{shadow.prefix}/{operation}"
    body = b'{"state":{"reported":{"a":2}},"clientToken":"retained"}'
    with Wire(stack.port, mqtt5=True) as five:
        five.connect("retains-5")
        assert five.publish(topic, body, retain=True) == NOT_AUTHORIZED
        five.ping()
    with Wire(stack.port) as three:
        three.connect("retains-3")
        three.send(three.publish_bytes(topic, body, retain=True))
        three.read_until_gone()
    messages, after = shadow.fence()
    assert messages == []
    assert (after["version"], after["state"]) == (1, {"reported": {"a": 1}})
    with Client(stack.port) as late:
        late.subscribe(topic, "end-of-list")
        late.publish("end-of-list", "")
        seen = late.take_until(lambda one: one.topic == "end-of-list")
        assert [one.topic for one in seen] == ["end-of-list"]


def test_retain_elsewhere_is_an_ordinary_thing(stack, client):
    client.publish("plain/retained", "kept", retain=True)
    with Client(stack.port) as late:
        late.subscribe("plain/retained")
        assert late.take_until(lambda one: one.retain)[0].payload == b"kept"


@pytest.mark.parametrize("topic_filter", [
    "$shadow/#", "$shadow", "$shadow/link/requests", "$shadow/+/requests", "$shadow/link/#",
    "$share/x/$shadow/#", "$share/x/$shadow/link/requests", "$share/x/$shadow/+/+"])
def test_nobody_may_subscribe_to_the_link(stack, topic_filter):
    with Wire(stack.port) as three:
        three.connect("listens-3")
        assert three.subscribe(topic_filter) == [0x80]
        three.ping()
    with Wire(stack.port, mqtt5=True) as five:
        five.connect("listens-5")
        assert five.subscribe(topic_filter) == [NOT_AUTHORIZED]
        five.ping()


@pytest.mark.parametrize("topic", ["$shadow/link/answers", "$shadow/link/requests", "$shadow/any"])
def test_publishing_to_the_link_disconnects_an_mqtt_3_client(stack, topic):
    for payload in (b"", b"garbage", b"\x01" + b"\xff" * 100, b"\0" * 1000):
        with Wire(stack.port) as hostile:
            hostile.connect("hostile")
            hostile.send(hostile.publish_bytes(topic, payload))
            hostile.read_until_gone()


@pytest.mark.parametrize("topic", ["$shadow/link/answers", "$aws/things/t/shadow/update/accepted"])
def test_a_will_cannot_say_what_its_client_may_not(stack, topic):
    def die():
        mark = stack.broker.mark()
        with Wire(stack.port) as hostile:
            hostile.connect("hostile-will", will=(topic, "{}", False))
        stack.broker.wait_for_line("Client hostile-will .*(closed|disconnected)", mark)

    assert_not_delivered(stack, "$aws/#", die)


# --- the service's identity

@pytest.mark.parametrize("client_id", ["$shadow/link/1", "$shadow/link/", "$shadow/", "$shadow",
                                       "$shadow/other"])
@pytest.mark.parametrize("username, password", [
    (None, None), ("shadowd", None), ("shadowd", ""), ("shadowd", "wrong"), ("", "x"),
    ("somebody", "wrong")])
def test_the_service_cannot_be_impersonated(stack, client_id, username, password):
    for mqtt5, refused in ((False, REFUSED_BY_MQTT_3), (True, NOT_AUTHORIZED)):
        with Wire(stack.port, mqtt5=mqtt5) as impostor:
            assert impostor.connect(client_id, username, password) == refused


def test_the_secret_opens_nothing_under_another_client_id(stack):
    secret = stack.secret_file.read_text().strip()
    with Wire(stack.port) as impostor:
        impostor.connect("not-the-service", "shadowd", secret)
        assert impostor.subscribe("$shadow/#") == [0x80]
        impostor.send(impostor.publish_bytes("$shadow/link/answers", b"x"))
        impostor.read_until_gone()


@pytest.mark.parametrize("payload", [
    b"", b"\0", b"\x01", b"\xff" * 10, b"\x01\x00" * 5000, b"garbage" * 100000])
def test_garbage_from_who_knows_the_secret_has_no_effect(stack, client, thing, payload):
    secret = stack.secret_file.read_text().strip()
    shadow = Shadow(client, thing)
    with Wire(stack.port) as broken:
        assert broken.connect("$shadow/link/broken", "shadowd", secret) == 0
        broken.publish("$shadow/link/answers", payload)
        broken.ping()
        exchange = shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
        assert exchange.topics == ["update/accepted", "update/documents"]


def test_the_service_s_identity_is_for_the_link_alone(stack, client, thing):
    secret = stack.secret_file.read_text().strip()
    shadow = Shadow(client, thing)
    with Wire(stack.port) as curious:
        curious.connect("$shadow/link/curious", "shadowd", secret)
        curious.send(curious.publish_bytes(f"{shadow.prefix}/update/delta", b"{}", qos=0))
        curious.send(curious.publish_bytes(f"{shadow.prefix}/update", b'{"state":{}}', qos=0))
        curious.ping()  # both have been looked at
    messages, after = shadow.fence()
    assert messages == []
    assert after["code"] == 404


# --- packets

def publish_packet(topic: bytes, flags: int = 0x02) -> bytes:
    return packet(PUBLISH, flags, struct.pack("!H", len(topic)) + topic + b"\x00\x01{}")


@pytest.mark.parametrize("data", [
    pytest.param(publish_packet(b"plain/topic", flags=0x06), id="qos-3"),
    pytest.param(packet(PUBLISH, 0x02, b"\xff\xff$aws/things"), id="topic-longer-than-packet"),
    pytest.param(publish_packet(b""), id="no-topic"),
    pytest.param(publish_packet(b"$aws/things/+/shadow/update"), id="wildcard-in-a-topic"),
    pytest.param(publish_packet(b"$aws/things/t\0/shadow/update"), id="nul-in-a-topic"),
    pytest.param(publish_packet(b"$aws/things/\xc3\x28/shadow/update"), id="topic-no-utf-8"),
    pytest.param(packet(CONNACK, 0, b"\0\0"), id="a-packet-of-the-broker"),
    pytest.param(b"\x30\xff\xff\xff\xff\xff", id="length-of-five-bytes"),
    pytest.param(b"\x00" * 100, id="zeros"),
])
def test_malformed_packets_end_only_their_connection(stack, data):
    with Wire(stack.port) as hostile:
        hostile.connect("malformed")
        hostile.send(data)
        hostile.read_until_gone()


def test_requests_of_a_client_that_is_gone_are_still_answered(stack, client, thing):
    shadow = Shadow(client, thing)
    with Wire(stack.port) as hasty:
        hasty.connect("hasty")
        hasty.send(hasty.publish_bytes(f"{shadow.prefix}/update",
                                       b'{"state":{"reported":{"last":"words"}}}', qos=0))
    client.take_until(lambda one: one.topic == f"{shadow.prefix}/update/documents")
    assert shadow.fence()[1]["state"] == {"reported": {"last": "words"}}
