"""IoT Commands as devices and applications use them: both MQTT versions, JSON and CBOR, restarts."""
import json
import signal

import pytest

import cbor
from account import ARN
from fleet import Device, command_topic, packed

UNLOCK = "eyJvcGVuIjp0cnVlfQ=="  # {"open":true}
DOOR = f"{ARN}:thing/door"


def make(fleet, name="unlock", content=UNLOCK, content_type="application/json"):
    payload = {"content": content, "contentType": content_type}
    answer = fleet.ask("PUT", f"/commands/{name}", {"payload": payload})
    assert answer.status == 200, answer
    fleet.ask("POST", "/things/door", {})
    return answer.json["commandArn"]


def start(fleet, name="unlock", target=DOOR, **more) -> str:
    answer = fleet.data("POST", "/command-executions",
                        {"commandArn": f"{ARN}:command/{name}", "targetArn": target, **more})
    assert answer.status == 200, answer
    return answer.json["executionId"]


def look(fleet, execution, target=DOOR) -> dict:
    answer = fleet.ask("GET", f"/command-executions/{execution}",
                       query={"targetArn": target, "includeResult": "true"})
    assert answer.status == 200, answer
    return answer.json


def say(wire, execution, update, name="door", kind="things"):
    """What the device is answered."""
    return Device(wire).ask(command_topic(execution, name, "response/json", kind), packed(update))


def timed_out(fleet, execution) -> dict:
    return fleet.eventually(lambda: look(fleet, execution),
                            lambda one: one["status"] == "TIMED_OUT", "the timeout")


@pytest.mark.parametrize("mqtt5", [False, True])
def test_a_device_does_what_it_is_told(fleet, mqtt5):
    make(fleet)
    with fleet.device("door", mqtt5=mqtt5) as wire:
        wire.subscribe("$aws/commands/things/door/executions/+/request/#")
        execution = start(fleet)
        request = wire.read_published()
        assert request[:4] == (command_topic(execution, "door", "request/json"),
                               b'{"open":true}', 1, False)
        if mqtt5:
            assert request.content_type == "application/json" and request.expires_in_s in (9, 10)
        answer = say(wire, execution, {"status": "SUCCEEDED", "result": {"bolt": {"s": "open"}}})
        assert answer.topic == command_topic(execution, "door", "response/accepted/json")
        assert json.loads(answer.payload) == {"executionId": execution}
    told = look(fleet, execution)
    assert (told["status"], told["result"]) == ("SUCCEEDED", {"bolt": {"S": "open"}})


def test_in_cbor_bytes_are_bytes(fleet):
    make(fleet, "flash", "oWJvbvU=", "application/cbor")
    with fleet.device("door") as wire:
        wire.subscribe("$aws/commands/things/door/executions/+/request/cbor")
        execution = start(fleet, "flash")
        assert cbor.loads(wire.read_published().payload) == {"on": True}
        device = Device(wire)
        topic = command_topic(execution, "door", "response/cbor")
        for payload, word in ((b"\xbf\xff", "InvalidJson"), (b"\xc0\x00", "InvalidJson"),
                              (b"\xfb" + b"\0" * 8, "InvalidJson"), (b"\x81" * 100, "InvalidJson"),
                              (b"\xa1", "InvalidJson"), (b"\xa0", "InvalidRequest"),
                              (b"", "InvalidRequest")):
            answer = device.ask(topic, payload)
            assert answer.topic == command_topic(execution, "door", "response/rejected/cbor")
            told = cbor.loads(answer.payload)
            assert (told["error"], told["executionId"]) == (word, execution), (payload, told)
        answer = device.ask(topic, cbor.dumps(
            {"status": "SUCCEEDED", "result": {"raw": {"bin": b"\0\1\xff"}}}))
        assert cbor.loads(answer.payload) == {"executionId": execution}
    assert look(fleet, execution)["result"] == {"raw": {"BIN": "AAH/"}}


def test_answers_are_for_whoever_asked_alone(fleet):
    make(fleet)
    execution = start(fleet)
    with fleet.device("door") as wire, fleet.device("curious") as other:
        other.subscribe("$aws/commands/#", "$aws/commands/+/+/executions/+/response/#",
                        "$aws/commands/+/+/executions/+/response/accepted/json")
        assert say(wire, execution, {"status": "IN_PROGRESS"}).topic.endswith("/accepted/json")
        assert say(wire, execution, {"status": "x"}).topic.endswith("/rejected/json")
        assert Device(other).quiet() == []


@pytest.mark.parametrize("what", ["request/json", "request", "response/accepted/json",
                                  "response/rejected/cbor", "response/xml", "anything"])
def test_nobody_speaks_for_the_service(fleet, what):
    with fleet.device("door") as wire, fleet.device("curious", mqtt5=True) as other:
        wire.subscribe("$aws/commands/things/door/executions/+/request/#")
        try:
            assert other.publish(command_topic("e", "door", what), b"{}") != 0
        except other.Gone:
            pass
        assert Device(wire).quiet() == []


def test_a_device_that_was_away_gets_its_request_while_it_counts(fleet):
    make(fleet)
    with fleet.device("door", mqtt5=True, clean=False, expiry=600) as wire:
        wire.subscribe("$aws/commands/things/door/executions/+/request/#")
    execution = start(fleet, executionTimeoutSeconds=600)
    with fleet.device("door", mqtt5=True, clean=False, expiry=600) as wire:
        assert wire.read_published().topic == command_topic(execution, "door", "request/json")
    with fleet.device("door") as wire:
        wire.subscribe("$aws/commands/things/door/executions/+/request/#")
        assert Device(wire).quiet() == [], "it was retained"


def test_a_client_is_told_as_a_thing_is(fleet):
    make(fleet)
    target = f"{ARN}:client/tablet-7"
    with fleet.device("tablet-7") as wire:
        wire.subscribe("$aws/commands/clients/tablet-7/executions/+/request/json")
        execution = start(fleet, target=target)
        assert wire.read_published().payload == b'{"open":true}'
        say(wire, execution, {"status": "FAILED", "statusReason": {"reasonCode": "NO_DOOR"}},
            "tablet-7", "clients")
    assert look(fleet, execution, target)["statusReason"] == {"reasonCode": "NO_DOOR"}


def test_time_runs_out(fleet):
    make(fleet)
    execution = start(fleet, executionTimeoutSeconds=1)
    told = timed_out(fleet, execution)
    assert told["statusReason"] == {"reasonCode": "$NO_RESPONSE_FROM_DEVICE"}
    with fleet.device("door") as wire:
        say(wire, execution, {"status": "SUCCEEDED"})
    assert look(fleet, execution)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("kill", [False, True])
def test_a_restart_forgets_nothing(fleet, kill):
    make(fleet)
    running = start(fleet, executionTimeoutSeconds=600)
    waiting = start(fleet, executionTimeoutSeconds=2)
    with fleet.device("door") as wire:
        say(wire, running, {"status": "IN_PROGRESS"})
        fleet.restart_service(kill)
        assert look(fleet, running)["status"] == "IN_PROGRESS"
        timed_out(fleet, waiting)
        answer = say(wire, running, {"status": "SUCCEEDED"})
        assert json.loads(answer.payload) == {"executionId": running}
    assert look(fleet, running)["status"] == "SUCCEEDED"


def test_starting_needs_the_command_and_the_target(fleet):
    body = {"commandArn": make(fleet), "targetArn": DOOR}
    for name, resources in (("NEITHER", ["thing/other"]), ("COMMAND", ["command/unlock"]),
                            ("TARGET", ["thing/door"]), ("BOTH", ["command/unlock", "thing/door"])):
        fleet.registry.policy(f"start-{name}", {
            "Effect": "Allow", "Action": "iot:StartCommandExecution",
            "Resource": [f"{ARN}:{one}" for one in resources]})
        fleet.put_key(f"AKIA{name:A<16}", [f"start-{name}"])
    fleet.service.signal(signal.SIGHUP)
    for name, error in (("BOTH", ""), ("NEITHER", "AccessDeniedException"),
                        ("COMMAND", "AccessDeniedException"), ("TARGET", "AccessDeniedException")):
        fleet.eventually(
            lambda: fleet.data("POST", "/command-executions", body, key=f"AKIA{name:A<16}"),
            lambda one: one.error == error, f"{name}: {error}")
