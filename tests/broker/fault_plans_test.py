"""Fault plans as a whole: when they do nothing, how they end, that they repeat (docs/faults.md)."""
import contextlib
import json
import time

from client import Client
from faults import Device, Faulty, device, mqtt5, stack  # noqa: F401  (fixtures)
from harness import wait_until
from wire import Wire

MESSAGES = 20


def test_with_probability_0_or_no_match_all_is_as_without(stack, mqtt5, thing):
    def run(name):
        with Device(stack, mqtt5, name, listen=["update/accepted"]) as device:
            seen = []
            for turn in range(10):
                device.update(turn=turn)
                seen.append(device.wire.read_published())
        return [(one.topic.replace(name, ""), one.qos, one.retain,
                 {key: value for key, value in json.loads(one.payload).items()
                  if key in ("state", "version")}) for one in seen]

    wanted = run(f"{thing}-1")
    every = [{"on": on, "probability": 0, "do": do, **more} for on, do, more in [
        ("connect", "close", {}), ("subscribe", "refuse", {}), ("request", "swallow", {}),
        ("answer", "drop", {}), ("deliver", "drop", {}), ("session", "away", {})]]
    with stack.faults(*every):
        assert run(f"{thing}-2") == wanted
    with stack.faults({"on": "request", "where": {"thing": "another"}, "do": "swallow"}):
        assert run(f"{thing}-3") == wanted


def test_a_plan_ends_by_itself_and_what_it_holds_comes_then(stack, mqtt5, device):
    with stack.faults({"on": "answer", "where": {"thing": device.name}, "do": "delay",
                       "ms": 3_600_000}, last="500ms"):
        began = time.monotonic()
        device.update(on=True)
        assert device.answer("update/accepted")["version"] == 1
        assert time.monotonic() - began < 10
        assert stack.ask("GET")[1]["plans"] == []


def test_a_plan_ends_with_shadowd_and_nothing_that_was_accepted_is_lost(thing):
    with Faulty() as stack, Device(stack, False, thing, listen=["update/accepted"]) as device:
        with stack.faults({"on": "answer", "where": {"topic": "update/accepted"}, "do": "delay",
                           "ms": 3_600_000}) as plan:
            for turn in range(MESSAGES):
                device.update(turn=turn)
            wait_until(lambda: plan.fired()["r0"] == MESSAGES, "the answers' being held")
            stack.service.kill()
            assert [device.answer("update/accepted")["version"] for _ in range(MESSAGES)] == list(
                range(1, MESSAGES + 1))
            stack.start_service()
            assert stack.ask("GET")[1]["plans"] == []
            assert stack.version(thing) == MESSAGES


def test_stop_works_while_ten_thousand_messages_are_held(stack, thing):
    with Client(stack.port) as app, Wire(stack.port) as wire:
        assert wire.connect(thing) == 0
        wire.subscribe(f"t/{thing}", qos=0)
        with stack.faults({"on": "deliver", "where": {"client": thing}, "do": "delay",
                           "ms": 3_600_000}) as plan:
            for turn in range(10_000):
                app.publish_soon(f"t/{thing}", b"%d" % turn, qos=0)
            wait_until(lambda: plan.fired()["r0"] == 10_000, "the messages' being held")
            plan.stop()
            assert [wire.read_published().payload for _ in range(10_000)] == [
                b"%d" % turn for turn in range(10_000)]


def test_the_same_seed_does_the_same_to_each_device_and_a_record_repeats_it(stack, thing):
    rules = [{"on": "request", "probability": 0.3, "do": "reject", "code": 429},
             {"on": "request", "skip": 2, "every": 5, "do": "reject", "code": 500}]

    def run(names):
        """The codes that each device gets for its requests, which go by the order of `names`."""
        codes = {name: [] for name in set(names)}
        with contextlib.ExitStack() as devices:
            connected = {name: devices.enter_context(
                Device(stack, False, name, listen=["get/accepted", "get/rejected"]))
                for name in codes}
            for name in names:
                connected[name].wire.publish(connected[name].topic("get"), b"")
                answer = json.loads(connected[name].wire.read_published().payload)
                codes[name].append(answer["code"])
        return codes

    names = [f"{thing}-{number}"[-100:] for number in range(5)]
    with stack.faults(*rules, seed=7) as plan:
        first = run(names * 20)
        record = plan.record()
    with stack.faults(*rules, seed=7):
        assert run(sorted(names * 20)) == first
    with stack.faults(*rules, seed=8):
        assert run(names * 20) != first
    status, answer = stack.ask("POST", body=json.dumps(record))
    assert status in (200, 201), answer
    assert run(names * 20) == first
    stack.ask("DELETE", f"/{record['name']}")


def test_without_the_plugins_setting_faults_are_refused_by_its_name(thing):
    with Faulty(plugin_options={"faults": "false"}) as stack:
        status, answer = stack.ask("POST", body=json.dumps(
            {"name": "p", "for": "1m",
             "rules": [{"id": "r", "on": "request", "do": "swallow"}]}))
        assert status == 403 and "plugin_opt_faults" in json.dumps(answer)
