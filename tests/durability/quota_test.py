"""AWS's quotas, switched on: beyond them 429 with the request's token, and no request is lost."""
import json
from collections import Counter

from client import Client
from harness import Stack
from wire import Wire


def burst(stack, count: int, thing=lambda n: "T"):
    """Sends updates side by side; gives their answers' codes, by token."""
    with Wire(stack.port) as device:
        device.connect("bursts")
        device.subscribe("$aws/things/+/shadow/update/accepted",
                         "$aws/things/+/shadow/update/rejected")
        device.send(b"".join(
            device.publish_bytes(f"$aws/things/{thing(n)}/shadow/update", json.dumps(
                {"state": {"reported": {"n": n}}, "clientToken": str(n)}).encode())
            for n in range(count)))
        codes = {}
        while len(codes) < count:
            answer = json.loads(device.read_published().payload)
            assert answer["clientToken"] not in codes
            codes[answer["clientToken"]] = answer.get("code", 200)
        return codes


def test_quotas_are_off_by_default():
    with Stack() as stack:
        assert Counter(burst(stack, 200).values()) == {200: 200}


def test_a_thing_has_20_requests_a_second():
    with Stack(plugin_options={"quota_thing_rate": 20}) as stack:
        codes = burst(stack, 60)
        assert [codes[str(n)] for n in range(20)] == [200] * 20
        assert Counter(codes.values())[429] >= 30  # the burst may take some tenths of a second
        assert Counter(burst(stack, 60, lambda n: f"T-{n}").values()) == {200: 60}


def test_a_connection_has_10_unanswered_requests():
    with Stack(plugin_options={"aws_quotas": "true", "quota_thing_rate": 0}) as stack:
        with Client(stack.port) as client, Client(stack.port) as other:
            for one in (client, other):
                one.subscribe("$aws/things/T/shadow/update/accepted",
                              "$aws/things/T/shadow/update/rejected")
            stack.service.pause()
            for n in range(11):
                client.publish("$aws/things/T/shadow/update",
                               json.dumps({"state": {}, "clientToken": str(n)}))
            refused = client.take_until(lambda one: True)[0]
            assert json.loads(refused.payload) == {
                "code": 429, "message": "TOO_MANY_REQUESTS", "clientToken": "10"}
            other.publish("$aws/things/T/shadow/update", '{"state":{},"clientToken":"other"}')
            stack.service.resume()
            taken = client.take_until(lambda one: b'"clientToken":"other"' in one.payload)
            assert [one.topic.rsplit("/", 1)[1] for one in taken] == ["accepted"] * 11
            client.publish("$aws/things/T/shadow/update", '{"state":{},"clientToken":"again"}')
            client.take_until(lambda one: one.topic.endswith("/accepted")
                              and b'"clientToken":"again"' in one.payload)
