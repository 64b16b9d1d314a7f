"""Long random sequences over the real broker, each answer compared with the model's (model.py).

SHADOW_MODEL_SEED repeats a run (it is printed), SHADOW_MODEL_STEPS makes it longer.
"""
import json
import os
import random
import time

import pytest

import cases
from model import Leaf, ModelShadow, compact
from wire import PUBLISH, Wire

SEED = int(os.environ.get("SHADOW_MODEL_SEED", random.SystemRandom().randrange(1 << 32)))
STEPS = int(os.environ.get("SHADOW_MODEL_STEPS", 6000))
AT_ONCE = 40  # requests under way, so that the broker's queues never overflow
ANSWER_ORDER = ["accepted", "rejected", "documents", "delta"]


# --- what is asked

class Requests:
    """Random requests: mostly sensible, on few names, so that they meet each other."""

    KEYS = ["a", "b", "c", "d", "state", "timestamp", "metadata", "delta", "desired", "", "ä b"]
    SCALARS = [0, 1, -1, 1.0, 1.5, -0.0, 1e-7, 1e16, 100.0, 2**53, 2**53 + 1, 2**64, True, False,
               "", "x", "1", "é", "\u2028\"\\\n\x1f", "😀"]

    def __init__(self, seed):
        self._random = random.Random(seed)

    def next(self, version: int):
        """(operation, payload); `version` is the shadow's current one."""
        kind = self._random.random()
        if kind < 0.08:
            return "get", self._random.choice([b"", b"{}", b'{"clientToken":"g"}', b"no json"])
        if kind < 0.11:
            return "delete", self._random.choice([b"", b'{"clientToken":"d"}', b'{"version":1}'])
        if kind < 0.15:
            return "update", self._broken()
        return "update", self._update(version)

    def _update(self, version):
        body = {"state": self._state()}
        if self._random.random() < 0.3:
            body["clientToken"] = self._random.choice(["t", "", "é" * 32, "x" * 65, None, 5])
        if self._random.random() < 0.25:
            body["version"] = self._random.choice(
                [version] * 6 + [version + 1, 0, -1, "1", 1.5, None])
        if self._random.random() < 0.05:
            body["extra"] = self._value(3)
        members = list(body.items())
        self._random.shuffle(members)
        text = compact(dict(members))
        return (text + self._random.choice(["", "", "", "\0", " ", "}", "{}"])).encode()

    def _state(self):
        if self._random.random() < 0.03:
            return self._random.choice([None, {}, [], 1, {"foo": {}}, {"delta": {}}])
        sections = self._random.choice([["desired"], ["reported"], ["desired", "reported"],
                                        ["reported", "desired"]])
        return {name: self._section() for name in sections}

    def _section(self):
        if self._random.random() < 0.04:
            return self._random.choice([None, None, {}, [], "x"])
        if self._random.random() < 0.01:
            return {"big": "x" * self._random.choice([3000, 5000, 8180, 8190, 9000])}
        return self._object(self._random.choice([1, 2, 2, 3, 3, 4, 9]))

    def _object(self, depth):
        count = self._random.choice([0, 1, 1, 2, 2, 3])
        return {self._random.choice(self.KEYS): self._value(depth - 1) for _ in range(count)}

    def _value(self, depth):
        kind = self._random.random()
        if kind < 0.2:
            return None
        if depth > 0 and kind < 0.55:
            return self._object(depth)
        if depth > 0 and kind < 0.65:
            items = [self._value(depth - 1) for _ in range(self._random.randrange(4))]
            if self._random.random() < 0.9:  # mostly without the nulls that refuse all of it
                items = [item for item in items if item is not None]
            return items
        return self._random.choice(self.SCALARS)

    def _broken(self):
        return self._random.choice([
            b"", b"{", b"[]", b"66", b"null", b'{"state":', b'{"state":{"desired":{"a":tru}}}',
            b'{"state":{"desired":{"a":1,}}}', b"\xff", b'{"state":{}}\xff', b'{"clientToken":"c"}',
            b'{"state":{"reported":{"a":1,"b":2,"a":{"c":3}}}}',
            b'{"state":{"reported":{"a":01}}}', b'\xef\xbb\xbf{"state":{}}',
            b'{"state":{"reported":{"a":1.10,"b":1E5,"c":-0}}}', b"{'state':{}}"])


# --- what is expected

class Watched:
    """A shadow, its model, and the answers that are still to come."""

    def __init__(self, thing, name):
        self.prefix = f"$aws/things/{thing}/shadow" + (f"/name/{name}" if name else "")
        self.model = ModelShadow(thing, name)
        self.expected: list[tuple[str, str, bytes]] = []  # topic, payload, the request behind

    def ask(self, operation, payload):
        messages = self.model.handle(operation, payload, 0)
        ordered = sorted(messages.items(),
                         key=lambda item: ANSWER_ORDER.index(item[0].split("/")[1]))
        for topic, message in ordered:
            self.expected.append((topic, without_times(message), payload))


def without_times(message) -> str:
    return compact(cases.with_labelled_times(message, lambda _: 0))


class Run:
    def __init__(self, port, watched):
        self.watched = {one.prefix: one for one in watched}
        self.wire = Wire(port)
        self.wire.connect("random-sequences")
        for one in watched:
            self.wire.subscribe(f"{one.prefix}/+/+")
        self.unanswered = 0  # messages

    def send(self, one, operation, payload):
        before = len(one.expected)
        one.ask(operation, payload)
        self.unanswered += len(one.expected) - before
        self.wire.send(self.wire.publish_bytes(f"{one.prefix}/{operation}", payload))

    def receive_until(self, unanswered):
        while self.unanswered > unanswered:
            got = self.wire.read()
            if got.kind == PUBLISH:
                self.check(self.wire.published(got))

    def check(self, message):
        prefix, operation, kind = message.topic.rsplit("/", 2)
        topic, payload, request = self.watched[prefix].expected.pop(0)
        text = message.payload.decode()
        parsed = json.loads(text)
        assert compact(parsed) == text
        now = time.time()
        stamp = parsed.get("timestamp", now)
        assert now - 60 < stamp < now + 2
        assert (f"{operation}/{kind}", without_times(parsed)) == (topic, payload), (
            f"seed {SEED}, after {request!r} on {prefix}")
        self.unanswered -= 1


def test_random_sequences_agree_with_the_model(stack):
    print(f"SHADOW_MODEL_SEED={SEED}")
    requests = Requests(SEED)
    chooser = random.Random(SEED + 1)
    watched = [Watched(f"thing-{n}", name) for n in range(4) for name in (None, "named")]
    run = Run(stack.port, watched)
    for _ in range(STEPS):
        one = chooser.choice(watched)
        run.send(one, *requests.next(one.model.version))
        run.receive_until(AT_ONCE)
    run.receive_until(0)
    assert not any(one.expected for one in watched)


# --- the model itself

def tree_of(state, metadata):
    """State and metadata of a given document as the model's one tree."""
    if isinstance(state, dict):
        return {key: tree_of(value, metadata[key]) for key, value in state.items()}
    if isinstance(state, list):
        return [tree_of(*pair) for pair in zip(state, metadata)]
    return Leaf(state, metadata["timestamp"])


def install(model, given):
    if given is None:
        return
    if "tombstone" in given:
        model.install(None, given["tombstone"]["version"])
        return
    model.install({name: tree_of(section, given["metadata"][name])
                   for name, section in given["state"].items()}, given["version"])


@pytest.mark.parametrize("entry", cases.load("vectors"), ids=lambda entry: entry["id"])
def test_the_model_agrees_with_the_contract(entry):
    """Whatever is compared with the model is worth as much as this."""
    model = ModelShadow(entry["thing"], entry["shadow"])
    install(model, entry["given"])
    got = model.handle(entry["op"], cases.payload_of(entry), cases.NOW)
    want = {one["topic"]: one["payload"] for one in entry["expect"]["messages"]}
    assert {topic: compact(one) for topic, one in got.items()} == {
        topic: compact(one) for topic, one in want.items()}
