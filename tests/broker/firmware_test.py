"""What real devices do (client-facts of embedded clients and SDKs), each as it was seen."""
import json

import pytest

from client import Client, Shadow
from harness import Stack
from wire import Wire

NETWORK_BUFFER_BYTES = 1024  # of the embedded C SDK, for a whole PUBLISH


def test_trailing_nul_byte(client, thing):
    """The embedded C demo publishes its terminator too (B3)."""
    exchange = Shadow(client, thing).exchange("update", b'{"state":{"desired":{"on":1}}}\0')
    assert exchange.topics == ["update/accepted", "update/documents", "update/delta"]


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"clientToken":"c"}',
                                     b'{"clientToken":"c","version":1}', b"{}\0"])
def test_payloads_of_get_and_delete(client, thing, payload):
    shadow = Shadow(client, thing)
    shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
    shadow.exchange("update", '{"state":{"reported":{"a":2}}}')  # version 1 is stale now
    assert shadow.exchange("get", payload).topics == ["get/accepted"]
    assert shadow.exchange("delete", payload).topics == ["delete/accepted"]


def test_qos_0_requests(client, thing):
    shadow = Shadow(client, thing)
    update = shadow.exchange("update", '{"state":{"reported":{"a":1}}}', qos=0)
    assert update.topics == ["update/accepted", "update/documents"]
    assert shadow.exchange("get", qos=0).topics == ["get/accepted"]
    assert shadow.exchange("delete", qos=0).topics == ["delete/accepted"]


def test_qos_0_subscriptions(stack, thing):
    with Wire(stack.port) as device:
        device.connect(thing)
        assert device.subscribe(f"$aws/things/{thing}/shadow/get/+", qos=0) == [0]
        device.publish(f"$aws/things/{thing}/shadow/get", b'{"clientToken":"q"}')
        answer = device.read_published()
        assert (answer.topic.split("/")[-1], answer.qos, answer.retain) == ("rejected", 0, False)


def test_username_without_password(stack, thing):
    """Every AWS SDK sends its name as a user name: it is no login."""
    with Wire(stack.port) as device:
        assert device.connect(thing, username="?SDK=IoTDeviceSDK/JS&Version=1.20") == 0
        device.subscribe(f"$aws/things/{thing}/shadow/get/+")
        device.publish(f"$aws/things/{thing}/shadow/get")
        assert device.read_published().topic.endswith("/get/rejected")


@pytest.mark.parametrize("client_id", ["", "iotconsole-1734", "Hello World/äöü", "$aws"])
def test_client_id_is_not_the_thing(stack, thing, client_id):
    with Wire(stack.port) as device:
        assert device.connect(client_id) == 0
        device.subscribe(f"$aws/things/{thing}/shadow/update/accepted")
        device.publish(f"$aws/things/{thing}/shadow/update", b'{"state":{"reported":{"a":1}}}')
        assert device.read_published().topic.endswith("/update/accepted")


def test_messages_fit_small_network_buffers(stack):
    """Compact to the byte: no blank, no member more than the contract names."""
    thing, token = "t", "c"
    prefix = f"$aws/things/{thing}/shadow"
    state = json.dumps({f"k{i:02}": i for i in range(10, 34)}, separators=(",", ":"))
    with Wire(stack.port) as device:
        device.connect("small-buffers")
        device.subscribe(f"{prefix}/update/accepted", f"{prefix}/update/delta",
                         f"{prefix}/get/accepted")
        device.publish(f"{prefix}/update",
                       f'{{"state":{{"desired":{state}}},"clientToken":"{token}"}}'.encode())
        accepted = device.read_published().payload
        delta = device.read_published().payload
        stamp = json.loads(accepted)["timestamp"]
        written = json.loads(delta)["metadata"]["k10"]["timestamp"]
        metadata = json.dumps({key: {"timestamp": written} for key in json.loads(state)},
                              separators=(",", ":"))
        assert accepted.decode() == (
            f'{{"state":{{"desired":{state}}},"metadata":{{"desired":{metadata}}},'
            f'"version":1,"timestamp":{stamp},"clientToken":"{token}"}}')
        assert delta.decode() == (
            f'{{"version":1,"timestamp":{stamp},"state":{state},"metadata":{metadata},'
            f'"clientToken":"{token}"}}')
        device.publish(f"{prefix}/get")
        got = device.read_published()
        later = json.loads(got.payload)["timestamp"]
        assert got.payload.decode() == (
            f'{{"state":{{"desired":{state},"delta":{state}}},'
            f'"metadata":{{"desired":{metadata}}},"version":1,"timestamp":{later}}}')
        largest = max(len(accepted), len(delta))
        assert largest + len(f"{prefix}/update/accepted") + 7 <= 2 * NETWORK_BUFFER_BYTES


def test_small_update_fits_one_network_buffer(stack, thing):
    prefix = f"$aws/things/{thing}/shadow"
    with Wire(stack.port) as device:
        device.connect(thing)
        device.subscribe(f"{prefix}/update/+")
        device.publish(f"{prefix}/update", b'{"state":{"desired":{"powerOn":1},"reported":'
                                           b'{"powerOn":0}},"clientToken":"021909"}')
        for _ in range(3):
            packet = device.read()
            assert len(packet.body) + 3 <= NETWORK_BUFFER_BYTES


# --- sessions

def test_deltas_wait_for_a_device_that_was_away(stack, client, thing):
    prefix = f"$aws/things/{thing}/shadow"
    device_id = f"device-{thing}"
    with Client(stack.port, device_id, clean=False) as device:
        device.subscribe(f"{prefix}/update/delta")
    shadow = Shadow(client, thing)
    for value in (1, 2, 3):
        shadow.exchange("update", json.dumps({"state": {"desired": {"a": value}}}))
    with Client(stack.port, device_id, clean=False) as device:
        assert device.session_present
        deltas = device.take_until(lambda one: json.loads(one.payload)["state"] == {"a": 3})
        assert [json.loads(one.payload)["version"] for one in deltas] == [1, 2, 3]


def test_deltas_wait_through_a_broker_restart():
    with Stack() as stack:
        prefix = "$aws/things/lamp/shadow"
        with Client(stack.port, "lamp-device", clean=False) as device:
            device.subscribe(f"{prefix}/update/delta")
        with Client(stack.port, "app") as app:
            Shadow(app, "lamp").exchange("update", '{"state":{"desired":{"on":true}}}')
        mark = stack.service.mark()
        stack.stop_broker()
        stack.start_broker()
        stack.service.wait_for_line("link_up", mark)
        with Client(stack.port, "app") as app:
            Shadow(app, "lamp").exchange("update", '{"state":{"desired":{"on":false}}}')
        with Client(stack.port, "lamp-device", clean=False) as device:
            assert device.session_present
            deltas = device.take_until(
                lambda one: json.loads(one.payload)["state"] == {"on": False})
            assert [json.loads(one.payload)["version"] for one in deltas] == [1, 2]


# --- K8: `x/#` does not match `x`

def watched_topics(device, shadow, own: bool):
    """What a device with its subscriptions is handed while a get goes by, its own or another's."""
    if own:
        device.publish(f"{shadow.prefix}/get", '{"clientToken":"mine"}')
    else:
        shadow.client.publish(f"{shadow.prefix}/get", '{"clientToken":"mine"}')
    shadow.fence()  # all of it has gone out
    device.subscribe("$aws/things/end-of-list/shadow/get/+")
    device.publish("$aws/things/end-of-list/shadow/get")
    taken = device.take_until(lambda one: "end-of-list" in one.topic)[:-1]
    return [one.topic[len(shadow.prefix) + 1:] for one in taken
            if b"mine" in one.payload]


@pytest.mark.parametrize("own", [True, False], ids=["own", "others"])
@pytest.mark.parametrize("filters, gets_request", [
    (["{p}/get/#"], False),
    (["$aws/things/+/shadow/get/#"], False),
    (["{p}/get/+"], False),
    (["{p}/#"], True),
    (["{p}/+"], True),
    (["{p}/get", "{p}/get/#"], True),
    (["$aws/#"], True),
], ids=lambda value: "+".join(value) if isinstance(value, list) else None)
def test_hash_excludes_parent(stack, client, thing, filters, gets_request, own):
    shadow = Shadow(client, thing)
    with Client(stack.port) as device:
        device.subscribe(*[one.format(p=shadow.prefix) for one in filters])
        topics = watched_topics(device, shadow, own)
    assert ("get" in topics) == gets_request
    answered = filters != ["{p}/+"]
    assert ("get/rejected" in topics) == answered


@pytest.mark.parametrize("topic_filter", ["$share/group/{p}/get/#", "$share/group/{p}/get"])
def test_a_shared_subscription_opens_no_way_around(stack, client, thing, topic_filter):
    """Mosquitto 2.0.11 hands no topic that begins with '$' to a shared subscription."""
    shadow = Shadow(client, thing)
    with Client(stack.port) as device:
        device.subscribe(topic_filter.format(p=shadow.prefix))
        assert watched_topics(device, shadow, own=False) == []


def test_hash_excludes_parent_after_unsubscribing_the_exact_filter(stack, client, thing):
    shadow = Shadow(client, thing)
    with Client(stack.port) as device:
        device.subscribe(f"{shadow.prefix}/get", f"{shadow.prefix}/get/#")
        device.unsubscribe(f"{shadow.prefix}/get")
        assert watched_topics(device, shadow, own=True) == ["get/rejected"]


@pytest.mark.parametrize("clean", [True, False], ids=["clean", "session"])
def test_hash_excludes_parent_for_a_client_that_took_its_own_id_over(stack, client, thing, clean):
    """Devices reconnect before the broker has noticed that their old connection is dead."""
    shadow = Shadow(client, thing)
    with Wire(stack.port) as old:
        old.connect(f"id-{thing}", clean=clean)
        with Client(stack.port, f"id-{thing}", clean=clean) as device:
            old.read_until_gone()
            device.subscribe(f"{shadow.prefix}/get/#")
            assert watched_topics(device, shadow, own=False) == ["get/rejected"]
            device.subscribe(f"{shadow.prefix}/get")
            assert "get" in watched_topics(device, shadow, own=True)


def test_hash_excludes_parent_in_a_session_that_is_resumed(stack, client, thing):
    shadow = Shadow(client, thing)
    with Client(stack.port, f"id-{thing}", clean=False) as device:
        device.subscribe(f"{shadow.prefix}/get/#")
    with Client(stack.port, f"id-{thing}", clean=False) as device:
        assert device.session_present
        assert watched_topics(device, shadow, own=True) == ["get/rejected"]


def test_hash_excludes_parent_while_the_device_is_away(stack, client, thing):
    shadow = Shadow(client, thing)
    with Client(stack.port, f"id-{thing}", clean=False) as device:
        device.subscribe(f"{shadow.prefix}/get/#")
    client.publish(f"{shadow.prefix}/get", '{"clientToken":"mine"}')
    shadow.fence()
    with Client(stack.port, f"id-{thing}", clean=False) as device:
        waited = device.take_until(lambda one: b'"mine"' in one.payload)
        assert [one.topic for one in waited] == [f"{shadow.prefix}/get/rejected"]


def test_hash_excludes_parent_after_a_broker_restart():
    """Mosquitto does not tell which filters a session of its former life holds; the device that
    asked is spared its own request all the same.
    """
    with Stack() as stack:
        prefix = "$aws/things/lamp/shadow"
        with Client(stack.port, "lamp-device", clean=False) as device:
            device.subscribe(f"{prefix}/get/#")
        mark = stack.service.mark()
        stack.stop_broker()
        stack.start_broker()
        stack.service.wait_for_line("link_up", mark)
        with Client(stack.port) as client, Client(stack.port, "lamp-device", clean=False) as device:
            assert device.session_present
            assert watched_topics(device, Shadow(client, "lamp"), own=True) == ["get/rejected"]


def test_hash_excludes_parent_can_be_switched_off():
    with Stack(plugin_options={"hash_excludes_parent": "false"}) as stack:
        with Client(stack.port) as client, Client(stack.port) as device:
            shadow = Shadow(client, "standard-mqtt")
            device.subscribe(f"{shadow.prefix}/get/#")
            assert watched_topics(device, shadow, own=True) == ["get", "get/rejected"]


# --- wills

def test_last_will_on_a_request_topic_is_delivered_but_not_processed(stack, client, thing):
    """A14"""
    shadow = Shadow(client, thing)
    client.subscribe(f"{shadow.prefix}/update")
    with Wire(stack.port) as device:
        device.connect(f"id-{thing}", will=(f"{shadow.prefix}/update",
                                            '{"state":{"reported":{"connected":false}}}', False))
    client.take_until(lambda one: one.topic == f"{shadow.prefix}/update", "the will")
    messages, after = shadow.fence()
    assert messages == []
    assert after["code"] == 404
