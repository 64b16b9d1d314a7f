"""POST /topics and DELETE /connections: what the plugin does for HTTPS clients."""
import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import paho.mqtt.client as paho
import pytest

from client import Client, Shadow
from harness import WAIT_SECONDS
from rest_vectors_test import check_error


def publish(endpoint, target: str, body="hello", **more):
    answer = endpoint.ask("POST", f"/topics/{target}", body, **more)
    assert answer.status == 200, answer
    assert answer.json == {"message": "OK", "traceId": answer.headers["x-amzn-requestid"]}


def test_a_message_reaches_subscribers(endpoint, client):
    client.subscribe("a/b")
    for target, qos in (("a%2Fb?qos=1", 1), ("a/b", 0)):
        publish(endpoint, target)
        message = client.take_until(lambda one: True)[0]
        assert message == ("a/b", b"hello", qos, False)


def test_a_retained_message_is_kept(endpoint, client):
    publish(endpoint, "kept?retain=true&qos=1")
    client.subscribe("kept")
    assert client.take_until(lambda one: True)[0] == ("kept", b"hello", 1, True)
    publish(endpoint, "kept?retain=true", None)


def test_retained_messages_are_told(endpoint):
    """J7, as the broker keeps them: over its restart, replaced, and taken away."""
    kept = {"retained/b/1": (b"first\0\xff", 1), "retained/a": (b"x" * 3000, 0),
            "retained/c": (b"c", 1)}
    for topic, (payload, qos) in kept.items():
        publish(endpoint, f"{topic}?retain=true&qos={qos}", payload)
    publish(endpoint, "retained/b/1?qos=1", "not retained")
    mark = endpoint.service.mark()
    endpoint.stop_broker()
    endpoint.start_broker()
    endpoint.service.wait_for_line("link_up", mark)
    for topic, (payload, qos) in kept.items():
        answer = endpoint.ask("GET", f"/retainedMessage/{topic.replace('/', '%2F')}")
        assert answer.status == 200, answer
        assert answer.json == {"topic": topic, "qos": qos,
                               "payload": base64.b64encode(payload).decode()}
    listed = endpoint.ask("GET", "/retainedMessage").json
    assert listed == {"retainedTopics": [
        {"topic": topic, "payloadSize": len(kept[topic][0]), "qos": kept[topic][1]}
        for topic in sorted(kept)]}
    publish(endpoint, "retained/a?retain=true", None)
    check_error(endpoint.ask("GET", "/retainedMessage/retained%2Fa"), 404,
                "ResourceNotFoundException")
    first = endpoint.ask("GET", "/retainedMessage?maxResults=1").json
    assert [one["topic"] for one in first["retainedTopics"]] == ["retained/b/1"]
    second = endpoint.ask("GET", f"/retainedMessage?maxResults=1&nextToken={first['nextToken']}").json
    assert [one["topic"] for one in second["retainedTopics"]] == ["retained/c"]
    assert "nextToken" not in second
    for topic in ("retained/b/1", "retained/c"):
        publish(endpoint, f"{topic}?retain=true", None)
    assert endpoint.ask("GET", "/retainedMessage").json == {"retainedTopics": []}


@pytest.mark.parametrize("target", [
    "nothing", "retained", "%24SYS/broker/uptime", "%24SYS%2Fbroker%2Flog%2FN", "%24share/g/retained"])
def test_where_nothing_is_retained(endpoint, target):
    check_error(endpoint.ask("GET", f"/retainedMessage/{target}"), 404, "ResourceNotFoundException")


def test_retained_messages_need_their_permissions(endpoint):
    for target in ("/retainedMessage", "/retainedMessage/a"):
        check_error(endpoint.ask("GET", target, certificate="reader"), 403, "ForbiddenException")


def test_a_look_at_what_is_retained_leaves_the_service_subscribed_to_nothing(endpoint, client):
    """Messages that come meanwhile are neither lost nor taken for retained ones."""
    publish(endpoint, "looked/at?retain=true", "old")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: endpoint.ask("GET", "/retainedMessage/looked/at"),
                                range(40)))
    assert {answer.json["payload"] for answer in answers} == {base64.b64encode(b"old").decode()}
    assert Shadow(client, "looked").exchange("update", '{"state":{}}').after["version"] == 1
    publish(endpoint, "looked/at?retain=true", None)


def test_the_properties_of_mqtt_5(endpoint):
    arrived, subscribed = [], threading.Event()
    came = threading.Event()
    client = paho.Client(client_id="properties", protocol=paho.MQTTv5)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda _c, _u, message: (arrived.append(message), came.set())
    client.connect("127.0.0.1", endpoint.port)
    client.subscribe("properties")
    client.loop_start()
    assert subscribed.wait(WAIT_SECONDS)
    publish(endpoint, "properties?contentType=text%2Fplain&responseTopic=r%2F1&messageExpiry=60",
            headers={"x-amz-mqtt5-user-properties":
                         base64.b64encode(json.dumps([{"k": "v"}, {"k": "w"}]).encode()).decode(),
                     "x-amz-mqtt5-payload-format-indicator": "UTF8_DATA",
                     "x-amz-mqtt5-correlation-data": base64.b64encode(b"c\0d").decode()})
    assert came.wait(WAIT_SECONDS)
    client.disconnect()
    client.loop_stop()
    properties = arrived[0].properties
    assert (properties.ContentType, properties.ResponseTopic) == ("text/plain", "r/1")
    assert properties.CorrelationData == b"c\0d" and properties.PayloadFormatIndicator == 1
    assert properties.UserProperty == [("k", "v"), ("k", "w")]
    assert 0 < properties.MessageExpiryInterval <= 60


@pytest.mark.parametrize("target, properties", [
    ("bad%0Atopic", None), ("bad%EF%BF%BF", None), ("bad?contentType=%1B%5B2J", None),
    ("bad?responseTopic=r%C2%80", None), ("bad", [{"k\u0007": "v"}]), ("bad", [{"k": "\ufdd0"}])])
def test_what_mqtt_lets_stand_in_no_text_is_refused(endpoint, client, target, properties):
    """A strict client would be cut by it again and again, if it is retained."""
    client.subscribe("#")
    headers = {} if properties is None else {
        "x-amz-mqtt5-user-properties": base64.b64encode(json.dumps(properties).encode()).decode()}
    check_error(endpoint.ask("POST", f"/topics/{target}{'&' if '?' in target else '?'}retain=true",
                             "x", headers=headers), 400, "InvalidRequestException")
    publish(endpoint, "good")
    assert client.take_until(lambda _: True)[0].topic == "good"


def test_a_shadow_request_is_handled(endpoint, client):
    """H14: exactly like an MQTT publish."""
    shadow = Shadow(client, "H14")
    client.subscribe("$aws/things/H14/shadow/update")
    publish(endpoint, "%24aws%2Fthings%2FH14%2Fshadow%2Fupdate?qos=1",
            '{"state":{"desired":{"a":1}}}')
    messages, after = shadow.fence()
    assert [one.topic for one in messages] == [
        "update", "update/accepted", "update/documents", "update/delta"]
    assert after["version"] == 1


@pytest.mark.parametrize("target", [
    "%24aws%2Fthings%2FT%2Fshadow%2Fupdate%2Faccepted", "%24shadow%2Flink%2Fanswers",
    "%24aws%2Fevents%2Fpresence%2Fconnected%2Fx",
    "%24aws%2Fthings%2FT%2Fshadow%2Fupdate?retain=true"])
def test_reserved_topics_are_refused(endpoint, target):
    check_error(endpoint.ask("POST", f"/topics/{target}", "x"), 403, "ForbiddenException")


def test_policies_decide(endpoint):
    answer = endpoint.ask("POST", "/topics/a", "x", certificate="reader")
    check_error(answer, 403, "ForbiddenException")


def test_a_client_is_cut(endpoint, client):
    client.subscribe("$aws/events/presence/disconnected/victim%2F1".replace("%2F", "/"))
    ended = threading.Event()
    victim = paho.Client(client_id="victim/1", protocol=paho.MQTTv311)
    victim.on_disconnect = lambda *_: ended.set()
    connected = threading.Event()
    victim.on_connect = lambda *_: connected.set()
    victim.connect("127.0.0.1", endpoint.port)
    victim.loop_start()
    assert connected.wait(WAIT_SECONDS)
    check_error(endpoint.ask("DELETE", "/connections/victim%2F1", certificate="reader"), 403,
                "ForbiddenException")
    answer = endpoint.ask("DELETE", "/connections/victim%2F1")
    assert (answer.status, answer.body) == (200, b"")
    assert ended.wait(WAIT_SECONDS)
    victim.loop_stop()
    event = json.loads(client.take_until(lambda one: True)[0].payload)
    assert event["disconnectReason"] == "API_INITIATED_DISCONNECT"
    check_error(endpoint.ask("DELETE", "/connections/nobody"), 404, "ResourceNotFoundException")


@pytest.mark.parametrize("query, comes", [("", True), ("?preventWillMessage=true", False)])
def test_a_client_that_is_cut_has_its_will_unless_that_is_prevented(endpoint, client, query, comes):
    client.subscribe("will/#")
    victim = paho.Client(client_id="victim", protocol=paho.MQTTv311)
    connected = threading.Event()
    victim.on_connect = lambda *_: connected.set()
    ended = threading.Event()
    victim.on_disconnect = lambda *_: (ended.set(), victim.loop_stop())
    victim.will_set("will/victim", "gone")
    victim.connect("127.0.0.1", endpoint.port)
    victim.loop_start()
    assert connected.wait(WAIT_SECONDS)
    assert endpoint.ask("DELETE", f"/connections/victim{query}").status == 200
    assert ended.wait(WAIT_SECONDS)
    endpoint.ask("POST", "/topics/will/after")
    told = [one.topic for one in client.take_until(lambda one: one.topic == "will/after")]
    assert told == (["will/victim"] if comes else []) + ["will/after"]


def test_without_the_broker(endpoint):
    """Changes are kept and told later; what only the broker can do is refused."""
    mark = endpoint.service.mark()
    endpoint.stop_broker()
    endpoint.service.wait_for_line("link_down", mark)
    for method, target in (("POST", "/topics/a"), ("GET", "/retainedMessage/a"),
                           ("GET", "/retainedMessage")):
        check_error(endpoint.ask(method, target), 503, "ServiceUnavailableException")
    answer = endpoint.ask("POST", "/things/alone/shadow", '{"state":{"desired":{"a":1}}}')
    assert (answer.status, answer.json["version"]) == (200, 1)
    assert endpoint.ask("GET", "/things/alone/shadow").json["version"] == 1
    mark = endpoint.service.mark()
    endpoint.start_broker()
    endpoint.service.wait_for_line("link_up", mark)
    with Client(endpoint.port) as client:
        assert Shadow(client, "alone").fence()[1]["version"] == 1
