"""With the plan hard-week in force and shadowd killed at random instants: what was accepted is stored,
and nothing that was asked once is stored twice (docs/faults.md).

Devices do as devices should: what is not acknowledged they send again when they are back. A request
that was carried out though its PUBACK did not come is so asked for twice. SHADOW_SEED repeats a run.
"""
import json
import random
import subprocess
import threading
import time
from collections import Counter

from client import Client
from faults import Faulty
from harness import build_dir, wait_until
from history_check import stored_history
from wire import Wire

DEVICES, REQUESTS, KILLS = 6, 150, 12
ALL_HISTORY = ["--history_wishes=1000000", "--history_reports=1000000",
               "--history_shadow_bytes=1073741824"]


class Device(threading.Thread):
    """Reports numbers to a thing of its own, each with a token of its own."""

    def __init__(self, stack, name: str):
        super().__init__(daemon=True)
        self.sent = Counter()  # how often each token
        self.cuts = 0
        self.fault = None
        self._stack, self.name = stack, name

    def run(self):
        try:
            wire = None
            for number in range(REQUESTS):
                wire = self._send(wire, f"{self.name}-{number}", number)
            wire.close()
        except Exception as fault:  # the test's own thread tells of it
            self.fault = fault

    def _send(self, wire, token: str, number: int):
        payload = json.dumps({"state": {"reported": {"number": number}}, "clientToken": token})
        while True:
            try:
                if wire is None:
                    wire = Wire(self._stack.port)
                    assert wire.connect(self.name) == 0
                self.sent[token] += 1
                wire.publish(f"$aws/things/{self.name}/shadow/update", payload.encode())
                return wire
            except Wire.Gone:
                self.cuts += 1
                wire.close()
                wire = None


def hard_week(seed: int) -> str:
    """The plan as shadowctl has it, for longer."""
    text = subprocess.run([build_dir() / "cli" / "shadowctl", "fault", "ready", "hard-week"],
                          capture_output=True, text=True, check=True).stdout
    return json.dumps({**json.loads(text), "seed": seed, "for": "1h"})


def test_in_a_hard_week_what_was_accepted_is_stored_and_nothing_twice(seed, capfd):
    random_instant = random.Random(seed)
    with Faulty(plugin_options={"link_timeout_ms": 120_000, "window_requests": 100_000},
                broker_lines=["max_queued_messages 0"], log_types=("error", "warning"),
                service_flags=ALL_HISTORY) as stack:
        with Client(stack.port, "observer", clean=False) as observer:
            observer.subscribe(*(f"$aws/things/device-{number}/shadow/update/+"
                                 for number in range(DEVICES)))
            plan = hard_week(seed)
            assert stack.ask("POST", body=plan)[0] in (200, 201)
            devices = [Device(stack, f"device-{number}") for number in range(DEVICES)]
            for device in devices:
                device.start()
            for _ in range(KILLS):
                time.sleep(random_instant.uniform(0, 0.2))  # the instant itself
                stack.service.kill()
                stack.start_service()
                assert stack.ask("POST", body=plan)[0] in (200, 201)
            for device in devices:
                device.join(timeout=300)
                assert not device.is_alive() and device.fault is None, device.fault
            stack.ask("DELETE")  # what is held comes now
            last = {device.name: f"last of {device.name}" for device in devices}
            for name, token in last.items():
                observer.publish(f"$aws/things/{name}/shadow/update",
                                 json.dumps({"state": {"reported": {}}, "clientToken": token}))
            seen = []

            def all_are_seen():
                seen.extend(observer.take_until(
                    lambda message: message.topic.endswith("/accepted")))
                told = {json.loads(message.payload).get("clientToken") for message in seen
                        if message.topic.endswith("/accepted")}
                return told >= set(last.values())

            wait_until(all_are_seen, "the last answers")
        stack.stop_service()
        _, entries = stored_history(stack.folder / "data")
        stack.start_service()

    sent = Counter(last.values()) + sum((device.sent for device in devices), Counter())
    accepted = {}
    for message in seen:
        if message.topic.endswith("/accepted"):
            answer = json.loads(message.payload)
            accepted.setdefault((message.topic.split("/")[2], answer["version"]),
                                set()).add(answer["clientToken"])
    stored = {(thing, entry["version"]): entry["token"]
              for (thing, _), changes in entries.items() for entry in changes if entry.get("token")}
    for change, tokens in accepted.items():
        assert tokens == {stored.get(change)}, f"{change} was accepted to {tokens}"
    times = Counter(stored.values())
    twice = {token: times[token] for token in times if times[token] > sent[token]}
    assert not twice, f"stored more often than they were sent: {twice}"
    cuts = sum(device.cuts for device in devices)
    with capfd.disabled():
        print(f"SHADOW_SEED={seed} kills={KILLS} sent={sum(sent.values())} cuts={cuts} "
              f"stored={len(stored)} accepted={len(accepted)} lost=0 twice=0", flush=True)
    assert cuts > 0 and len(accepted) > DEVICES * REQUESTS // 2
