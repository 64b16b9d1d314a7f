"""The two use cases of examples/, run as programs against the endpoint."""

import json

import pytest

from connections import Mqtt311
from endpoint import ROOT, Endpoint, free_port
from inbox import Inbox
from program import Program

EXAMPLES = ROOT / "examples"


POLICIES = EXAMPLES / "policies"


@pytest.fixture(scope="module")
def endpoint():
    """With HTTPS, for IoT Commands."""
    running = Endpoint(https=True)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module", autouse=True)
def application(endpoint):
    """The applications' own identity, as docs/use-cases.md makes it."""
    endpoint.provide("application", application=(POLICIES / "application.json").read_text())
    endpoint.ctl("policy", "put", "group", str(POLICIES / "group.json"))
    endpoint.ctl("policy", "put", "iot-commands", str(POLICIES / "iot-commands.json"))


def new_device(endpoint):
    """A thing with a certificate of its own: the default policy, that of the group, and that of
    IoT Commands."""
    name = endpoint.new_thing()
    endpoint.provide(name, also=["group", "iot-commands"])
    return name


@pytest.fixture
def thing(endpoint):
    return new_device(endpoint)


@pytest.fixture
def start(endpoint, monkeypatch):
    """Starts an example against the endpoint; what still runs after the test is killed."""
    started = []
    where = ["--endpoint", endpoint.host, "--port", endpoint.mqtts_port, "--ca", endpoint.ca]
    monkeypatch.setenv("SHADOW_THINGS", str(endpoint.things))

    def starter(name, *arguments, where=where):
        started.append(Program(EXAMPLES / name, *where, *arguments))
        return started[-1]

    yield starter
    for program in started:
        program.kill()


@pytest.fixture
def bystander(endpoint):
    """A connection of the test itself, to see what passes and to say what no example says."""
    connection = Mqtt311(endpoint)
    connection.connect()
    yield connection
    connection.disconnect()


def followed(connection, topic):
    inbox = Inbox()
    connection.subscribe(topic, inbox)
    return inbox


def next_of(inbox):
    return json.loads(inbox.take())


# Use case 1: device state through the classic shadow.


def start_heater(start, thing):
    return start("shadow_device.py", "--thing", thing)


def shadow_of(start, thing):
    getter = start("shadow_application.py", "--thing", thing, "get")
    assert getter.exit_code() == 0, getter.output()
    return json.loads(getter.output().split("\n", 1)[1])


def test_the_device_creates_its_shadow_and_follows_what_is_desired(start, thing, bystander):
    prefix = f"$aws/things/{thing}/shadow/update"
    accepted = followed(bystander, f"{prefix}/accepted")
    deltas = followed(bystander, f"{prefix}/delta")
    device = start_heater(start, thing)
    device.expect(f"{thing} has no shadow yet: creating it")
    device.expect("reported {'power': 'off', 'target': 19}, version 1")

    setter = start("shadow_application.py", "--thing", thing, "set", "power=on", "target=21.5")
    assert setter.exit_code() == 0, setter.output()
    setter.expect("accepted: desired {'power': 'on', 'target': 21.5}, version 2")
    setter.expect(f"{thing} reported {{'power': 'on', 'target': 21.5}}")
    device.expect("power is now on")
    device.expect("target is now 21.5")

    wanted = {"power": "on", "target": 21.5}
    assert shadow_of(start, thing) == {
        "state": {"desired": wanted, "reported": wanted}, "version": 3}
    assert [next_of(accepted)["version"] for _ in range(3)] == [1, 2, 3]
    assert next_of(deltas)["state"] == wanted
    assert deltas.all() == []
    device.interrupt()
    assert "disconnected" in device.output()


def test_a_wish_made_while_the_device_is_away_is_met_on_its_return(start, thing):
    device = start_heater(start, thing)
    device.expect("reported", "version 1")
    device.interrupt()

    setter = start("shadow_application.py", "--thing", thing, "set", "target=23", "--wait", "0.2")
    assert setter.exit_code() == 3
    setter.expect(f"{thing} has not reported {{'target': 23}} yet")

    device = start_heater(start, thing)
    device.expect("got the shadow, version 2")
    device.expect("target is now 23")
    device.expect("reported {'power': 'off', 'target': 23}, version 3")
    assert "delta" not in shadow_of(start, thing)["state"]


def test_what_the_heater_cannot_do_is_reported_and_taken_out_of_desired(start, thing):
    device = start_heater(start, thing)
    device.expect("reported", "version 1")

    setter = start("shadow_application.py", "--thing", thing, "set", "power=on", "target=90")
    assert setter.exit_code() == 1
    setter.expect(f"{thing} refused: target cannot be 90: it is a number from 5 to 30")
    device.expect("reported", "version 3")
    state = shadow_of(start, thing)["state"]
    assert state["desired"] == {"power": "on"}
    assert state["reported"]["power"] == "on"
    assert "delta" not in state

    setter = start("shadow_application.py", "--thing", thing, "set", "target=20")
    assert setter.exit_code() == 0
    assert shadow_of(start, thing)["state"]["reported"] == {"power": "on", "target": 20}


def test_the_application_sees_what_is_accepted_and_what_is_rejected(start, thing):
    watcher = start("shadow_application.py", "--thing", thing, "watch")
    watcher.expect("watching")
    missing = start("shadow_application.py", "--thing", thing, "get")
    assert missing.exit_code() == 1
    missing.expect(f"rejected: 404 No shadow exists with name: '{thing}'")

    device = start_heater(start, thing)
    watcher.expect("accepted: reported {'power': 'off', 'target': 19}, version 1")
    stale = start("shadow_application.py", "--thing", thing, "set", "power=on", "--version", "7")
    assert stale.exit_code() == 1
    stale.expect("rejected: 409 Version conflict")
    watcher.expect("rejected: 409 Version conflict")
    assert "power is now on" not in device.output()
    watcher.interrupt()


# Use case 2: commands with a transaction id.


def start_house(start, device, *arguments):
    program = start("command_device.py", "--device", device, *arguments)
    program.expect(f"waiting for commands on cmd/{device}/req")
    return program


def start_caller(start, device, *arguments):
    return start("command_application.py", "--device", device, "--client-id", f"app-{device}",
                 *arguments)


def ask(connection, device, responses, **request):
    connection.publish(f"cmd/{device}/req", json.dumps(request))
    return next_of(responses)


def test_a_command_is_done_and_its_answer_carries_its_id(start, thing, bystander):
    requests = followed(bystander, f"cmd/{thing}/req")
    responses = followed(bystander, f"cmd/{thing}/resp")
    device = start_house(start, thing)
    caller = start_caller(start, thing, "light on", "dance")
    assert caller.exit_code() == 1
    caller.expect(f"{thing}: success", "'light': 'on'")
    caller.expect(f"{thing}: failure", "unknown command 'dance'")
    device.expect("doing 'light on'")

    sent, answered = next_of(requests), next_of(responses)
    assert sent["command"] == "light on"
    assert answered == {"id": sent["id"], "status": "success", "last_id": sent["id"],
                        "state": {"light": "on", "door": "locked"}}
    assert next_of(requests)["after"] == sent["id"]


def test_a_duplicate_is_answered_from_memory_and_not_done_again(start, thing, bystander):
    responses = followed(bystander, f"cmd/{thing}/resp")
    device = start_house(start, thing)
    first = ask(bystander, thing, responses, id=1111, command="light on")
    again = ask(bystander, thing, responses, id=1111, command="light on")
    assert first == again
    assert first["status"] == "success"
    assert device.output().count("doing 'light on'") == 1


def test_what_is_out_of_order_is_refused_with_the_devices_state(start, thing, bystander):
    responses = followed(bystander, f"cmd/{thing}/resp")
    device = start_house(start, thing)
    ask(bystander, thing, responses, id=20, command="light on")
    state = {"light": "on", "door": "locked"}
    for request in ({"id": 10}, {"id": 30, "after": 25}):
        refusal = ask(bystander, thing, responses, command="light off", **request)
        assert refusal["status"] == "refused"
        assert "out of order" in refusal["reason"]
        assert (refusal["last_id"], refusal["state"]) == (20, state)
    assert ask(bystander, thing, responses, id=30, after=20, command="light off")["state"][
        "light"] == "off"
    assert device.output().count("doing") == 2


def test_what_is_not_a_command_is_refused(start, thing, bystander):
    responses = followed(bystander, f"cmd/{thing}/resp")
    start_house(start, thing)
    for payload, reason in ((b"\xff", "not a command"), ("[]", "not a JSON object"),
                            ('{"command":"light on"}', "id is missing"),
                            ('{"id":1}', "command is missing"),
                            ('{"id":1,"command":"light on","expires":"x"}', "expires")):
        bystander.publish(f"cmd/{thing}/req", payload)
        refusal = next_of(responses)
        assert (refusal["id"], refusal["status"]) == (None, "refused")
        assert reason in refusal["reason"]


def test_a_device_that_stays_away_is_reported_after_a_bounded_number_of_attempts(
        start, thing, bystander):
    requests = followed(bystander, f"cmd/{thing}/req")
    caller = start_caller(start, thing, "light on", "--attempts", "3", "--first-wait", "0.1")
    assert caller.exit_code() == 1
    caller.expect(f"{thing} does not answer: 3 attempts in")
    ids = [next_of(requests)["id"] for _ in range(3)]
    assert len(set(ids)) == 1
    assert requests.all() == []


def test_an_attempt_that_was_lost_is_repeated_until_the_device_answers(start, thing):
    caller = start_caller(start, thing, "light on", "--attempts", "8", "--first-wait", "0.5")
    caller.expect("attempt 1")
    device = start_house(start, thing)
    assert caller.exit_code() == 0, caller.output()
    caller.expect(f"{thing}: success")
    assert device.output().count("doing 'light on'") == 1


def test_a_device_that_was_away_during_a_command_says_so_on_return(start, thing):
    start_house(start, thing).interrupt()
    caller = start_caller(start, thing, "--attempts", "2", "--first-wait", "0.1")
    caller.expect("connected")
    caller.type("unlock 1")
    caller.expect(f"{thing} does not answer")

    device = start_house(start, thing)
    device.expect("answered missed")
    caller.expect(f"{thing} is back: missed", "away until the command had expired")
    assert "doing" not in device.output()


def test_a_device_that_stopped_during_a_command_says_so_on_return(start, thing, tmp_path):
    memory = ("--memory", tmp_path / "memory")
    device = start_house(start, thing, *memory)
    caller = start_caller(start, thing, "unlock 60", "--attempts", "1", "--first-wait", "30")
    device.expect("doing 'unlock 60'")
    device.kill()

    device = start_house(start, thing, *memory)
    assert "answered interrupted" in device.output()
    assert caller.exit_code() == 1
    caller.expect(f"{thing}: interrupted", "the device stopped while it did this")


def test_a_device_that_was_cut_off_during_a_command_says_so_on_return(start, endpoint, thing):
    device = start_house(start, thing)
    caller = start_caller(start, thing, "unlock 5", "--attempts", "1", "--first-wait", "30")
    device.expect("doing 'unlock 5'")
    endpoint.restart()
    assert caller.exit_code() == 0, caller.output()
    caller.expect(f"{thing}: success", "the device was disconnected while it did this")


def test_one_request_reaches_a_group_and_each_device_answers(start, endpoint):
    names = [new_device(endpoint) for _ in range(3)]
    devices = [start_house(start, name) for name in names]
    expected = ",".join(names)
    group = start("group_application.py", "--expect", expected, "--within", "30")
    assert group.exit_code() == 0, group.output()
    for name in names:
        assert f"{name}: {{'light': 'off', 'door': 'locked'}}" in group.output()

    devices[2].interrupt()
    group = start("group_application.py", "--expect", expected, "--within", "2")
    assert group.exit_code() == 1
    group.expect(f"{names[2]} did not answer within 2 s")
    assert "did not answer" not in group.output().replace(f"{names[2]} did not answer", "")


# Use case 2 on IoT Commands.


@pytest.fixture
def order(start, endpoint, monkeypatch):
    """Starts the application for a device."""
    key, secret = endpoint.new_access_key()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    where = ["--url", f"https://{endpoint.host}:{endpoint.https_port}", "--ca", endpoint.ca]
    return lambda device, *arguments: start("iot_command_application.py", "--device", device,
                                            *arguments, where=where)


def start_iot_house(start, device):
    program = start("iot_command_device.py", "--device", device)
    program.expect(f"waiting for commands on $aws/commands/things/{device}/executions/+/request")
    return program


def test_an_iot_command_is_done_and_its_result_told(start, order, thing):
    device = start_iot_house(start, thing)
    caller = order(thing, "light on", "dance")
    assert caller.exit_code() == 1, caller.output()
    caller.expect(f"{thing}: SUCCEEDED; its state is", "'light': 'on'")
    caller.expect(f"{thing}: FAILED (unknown command 'dance'")
    device.expect("doing 'light on'")
    device.expect("answered SUCCEEDED")
    assert device.output().count("doing 'light on'") == 1


def test_an_iot_command_that_nobody_does_ends_by_itself(start, order, thing):
    caller = order(thing, "--within", "1", "light off")
    assert caller.exit_code() == 1, caller.output()
    caller.expect(f"{thing}: TIMED_OUT ($NO_RESPONSE_FROM_DEVICE)")


def test_an_iot_command_is_started_while_the_device_is_away_and_done_in_time(start, order, thing):
    start_iot_house(start, thing).interrupt()
    caller = order(thing, "--within", "60", "light on")
    caller.expect("sending 'light on'")
    device = start_iot_house(start, thing)
    assert caller.exit_code() == 0, caller.output()
    assert device.output().count("doing 'light on'") == 1


def test_errors_say_what_to_do(start, endpoint):
    no_file = start("shadow_application.py", "--ca", "/nowhere/ca.pem", "get")
    assert no_file.exit_code() == 2
    no_file.expect("there is no file /nowhere/ca.pem; ./run prints its path")

    nobody = start("command_application.py", "--port", free_port(), "light on")
    assert nobody.exit_code() == 2
    nobody.expect("cannot connect to localhost:")
    nobody.expect("Is ./run running")

    no_value = start("shadow_application.py", "set", "power")
    assert no_value.exit_code() == 2
    no_value.expect("'power' is not NAME=VALUE")
