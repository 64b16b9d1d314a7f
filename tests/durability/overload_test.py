"""More than the service can take: bounded memory, one answer each, and a broker that goes on."""
import json
import time
from collections import Counter

from client import Client
from harness import Stack, resident_bytes, sanitizers, wait_until
from wire import PUBLISH, Wire

WINDOW = 2000
REQUESTS = 20_000
PAYLOAD = "x" * 2000
# What a process may grow by while REQUESTS with a window of WINDOW are thrown at it: a window of
# requests is 4 MB here, all of them are 40.
GROWTH_BYTES = 24 << 20
SANITIZERS_HOLD_BYTES = 512 << 20  # of freed memory, to catch its use


class Flood:
    """Publishes as fast as the broker reads, and counts the answers by token."""

    def __init__(self, stack):
        self.wire = Wire(stack.port)
        self.wire.connect("flood")
        self.wire.subscribe("$aws/things/flooded/shadow/update/accepted",
                            "$aws/things/flooded/shadow/update/rejected")
        self.codes = Counter()
        self.answers = Counter()

    def publish(self, first: int, last: int):
        for start in range(first, last, 100):
            self.wire.send(b"".join(
                self.wire.publish_bytes("$aws/things/flooded/shadow/update", json.dumps(
                    {"state": {"reported": {"x": PAYLOAD}}, "clientToken": str(n)}).encode(), qos=0)
                for n in range(start, start + 100)))
            self.read_what_is_there()

    def read_what_is_there(self):
        """As far as the pings' answers: what the broker had to say until now."""
        self.wire.ping()
        while self.wire.has_published():
            self._count(self.wire.read_published())

    def read_until_answered(self, count: int):
        while self.answers.total() < count:
            self._count(self.wire.read_published())

    def _count(self, message):
        answer = json.loads(message.payload)
        self.answers[answer["clientToken"]] += 1
        self.codes[answer.get("code", 200)] += 1


def test_a_stopped_service_and_a_flood_stay_within_their_bounds():
    options = {"window_requests": WINDOW, "link_timeout_ms": 60_000}
    # A device may have as many answers under way as it has requests.
    lines = ["max_queued_messages 0", "max_inflight_messages 0"]
    with Stack(plugin_options=options, broker_lines=lines, log_types=("error", "warning")) as stack:
        started = time.monotonic()
        flood = Flood(stack)
        flood.publish(0, 1000)
        flood.read_until_answered(1000)
        before = {process.name: resident_bytes(process, "VmRSS")
                  for process in (stack.broker, stack.service)}
        stack.service.pause()
        flood.publish(1000, REQUESTS)
        check_other_topics(stack)
        stack.service.resume()
        flood.read_until_answered(REQUESTS)
        check_other_topics(stack)
        bound = GROWTH_BYTES + (SANITIZERS_HOLD_BYTES if sanitizers() else 0)
        for process in (stack.broker, stack.service):
            grown = resident_bytes(process, "VmHWM") - before[process.name]
            print(f"{process.name} grew by {grown} bytes")
            assert grown < bound, f"{process.name} grew by {grown} bytes"
        assert set(flood.answers) == {str(n) for n in range(REQUESTS)}
        assert set(flood.answers.values()) == {1}
        assert flood.codes == {200: 1000 + WINDOW, 429: REQUESTS - 1000 - WINDOW}
        warnings = stack.broker.lines_since(0, "window of unanswered requests is full")
        assert 1 <= len(warnings) <= 2 + (time.monotonic() - started) / 10


def check_other_topics(stack):
    with Client(stack.port) as other:
        other.subscribe("plain/#")
        other.publish("plain/topic", "1")
        other.take_until(lambda one: one.topic == "plain/topic")


def test_a_service_that_is_stopped_for_long_is_answered_for_and_comes_back():
    with Stack(plugin_options={"link_timeout_ms": 500}) as stack:
        flood = Flood(stack)
        stack.service.pause()
        flood.publish(0, 100)
        flood.read_until_answered(100)  # each has waited for its own 500
        assert flood.codes == {500: 100}
        flood.publish(100, 200)  # one of them asks whether the service is back
        asked = time.monotonic()
        flood.read_until_answered(199)
        assert flood.codes == {500: 199}
        flood.read_until_answered(200)
        assert time.monotonic() - asked > 0.4, "the one that asked has waited"
        stack.service.resume()
        wait_until(lambda: answered_200(stack), "the service's return")
        assert set(flood.answers.values()) == {1}


def answered_200(stack) -> bool:
    with Wire(stack.port) as device:
        device.connect("asks")
        device.subscribe("$aws/things/asked/shadow/update/+")
        device.publish("$aws/things/asked/shadow/update", b'{"state":{}}')
        return device.read_published().topic.endswith("/accepted")
