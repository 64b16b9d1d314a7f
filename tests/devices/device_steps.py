"""The cases of tests/cases/devices, step by step over the real programs: README.md there tells the form."""
import base64
import json
import time
from pathlib import Path

import cbor
import steps
from fleet import SERVICE_TOPICS, Fleet
from matcher import Mismatch, match

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "devices"
LOOK_AGAIN_SECONDS = 15  # for what is done because time has passed, of which nobody is told when
PROVISIONING = ("$aws/certificates/", "$aws/provisioning-templates/")
FENCE = "$aws/things/fence/shadow/get"


def load(name: str) -> list:
    """The cases of one file; `id` is unique."""
    cases = json.loads((FOLDER / f"{name}.json").read_text())["cases"]
    found = [{**case, "id": f"{name}: {case['rule']} {case['name']}"} for case in cases]
    assert len({case["id"] for case in found}) == len(found), "a case stands twice"
    return found


def with_bytes(value):
    """{"$bytes": BASE64} as bytes."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {name: with_bytes(one) for name, one in value.items()}
    return [with_bytes(one) for one in value] if isinstance(value, list) else value


class DeviceRun(steps.Run):
    """A case on a fleet of nothing. `watcher` hears what the service publishes."""

    def __init__(self, fleet: Fleet):
        super().__init__(self._ask_fleet)
        self._fleet = fleet
        self._scope = "iot"
        self._look_again = False
        self._told, self._may_repeat = set(), set()
        self._watcher = fleet.device("watcher", mqtt5=True)
        self._device = fleet.device("device")
        self._watcher.subscribe(*SERVICE_TOPICS, f"{FENCE}/+")

    def close(self):
        self._watcher.close()
        self._device.close()

    def _ask_fleet(self, **request):
        return self._fleet.ask(**request, service=self._scope)

    def _step(self, step):
        if "pass_s" in step:
            self._fleet.pass_time(step["pass_s"])
            self._look_again = "published" not in step
        elif "restart" in step:
            self._fleet.restart_service()
            self._look_again = True
            self._may_repeat = set(self._told)
        elif "publish" in step:
            self._publish(step)
        else:
            self._exchange(step)
        self._check_published(step)

    def _exchange(self, step):
        self._scope = step.get("scope", "iot")
        is_look = step["method"] == "GET" or step["path"] == "/command-executions"
        is_look = is_look and self._scope == "iot"
        deadline = time.monotonic() + LOOK_AGAIN_SECONDS
        while True:
            try:
                super()._step(step)
                return
            except Mismatch:
                if not (is_look and self._look_again) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _publish(self, step):
        topic = self._filler(step["publish"])
        is_cbor = topic.endswith("/cbor")
        if "hex" in step:
            payload = bytes.fromhex(step["hex"])
        elif "text" in step:
            payload = self._filler(step["text"]).encode()
        else:
            value = with_bytes(self._filler.all(step.get("payload", {})))
            payload = cbor.dumps(value) if is_cbor else json.dumps(value).encode()
        if topic.startswith(PROVISIONING):  # whose answers only subscribers get
            self._device.subscribe(f"{topic}/accepted", f"{topic}/rejected")
        self._device.publish(topic, payload)
        answer = self._device.read_published()
        word = "accepted" if "accepted" in step else "rejected"
        want = self._answer_topic(topic, word)
        if answer.topic != want:
            raise Mismatch(f"{answer.topic} comes and not {want}: {answer.payload!r}")
        content = cbor.loads(answer.payload) if is_cbor else json.loads(answer.payload)
        saved = dict(self._filler.saved)
        match(step[word], content, saved, "the answer", self._filler)
        self._filler.saved.update(saved)

    @staticmethod
    def _answer_topic(topic: str, word: str) -> str:
        """The format of a command's answer comes last, that of others stays where it is."""
        head, slash, form = topic.rpartition("/")
        if topic.startswith("$aws/commands/") and form in ("json", "cbor"):
            return f"{head}/{word}/{form}"
        return f"{topic}/{word}"

    def _heard(self, count: int) -> list:
        """So many messages of the service, and whatever else came before the next answer to a get
        of a shadow does. Of those of before a restart one may come again: they are told at least
        once."""
        found = []
        deadline = time.monotonic() + LOOK_AGAIN_SECONDS
        while True:
            self._watcher.publish(FENCE, b"")
            while not (one := self._watcher.read_published()).topic.startswith(FENCE):
                if (one.topic, one.payload) not in self._may_repeat:
                    found.append(one)
                self._told.add((one.topic, one.payload))
            if len(found) >= count or time.monotonic() > deadline:
                return found

    def _check_published(self, step):
        wanted = step.get("published")
        heard = self._heard(len(wanted or []))
        if wanted is None:
            return
        if len(heard) != len(wanted):
            raise Mismatch(f"published are {[one.topic for one in heard]} and not {len(wanted)}")
        for want, one in zip(wanted, heard):
            self._check_message(want, one)

    def _check_message(self, want, one):
        fill = self._filler
        where = f"the message to {one.topic}"
        if one.topic != fill(want["topic"]) or one.retain or one.qos != 1:
            raise Mismatch(f"{one} comes and not that to {fill(want['topic'])}")
        if one.content_type != fill(want.get("content_type", "")):
            raise Mismatch(f"{where} has the content type {one.content_type!r}")
        expires = want.get("expires_in_s", 0)
        if one.expires_in_s not in (expires, max(expires - 1, 0)):
            raise Mismatch(f"{where} expires in {one.expires_in_s} s")
        if "text" in want and one.payload != fill(want["text"]).encode():
            raise Mismatch(f"{where} is {one.payload!r}")
        if "payload" in want:
            match(want["payload"], json.loads(one.payload), fill.saved, where, fill)
