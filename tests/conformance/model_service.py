"""Rules B to G as tests/broker/model.py has them, speaking on a plain Mosquitto: an endpoint that can be
given one fault of meaning at a time, which the real one cannot."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

import paho.mqtt.client as paho

import model
from client import Client
from harness import WAIT_SECONDS, free_port, mosquitto, wait_until
from model import Leaf, compact

_TOPIC = re.compile(r"\$aws/things/([a-zA-Z0-9:_-]{1,128})/shadow(?:/name/([$a-zA-Z0-9:_-]{1,64}))?"
                    r"/(get|update|delete)")


class ModelService:
    """A broker and, in this process, a model shadow for each that is asked for."""

    def __init__(self):
        self._shadows = {}
        self._folder = Path(tempfile.mkdtemp(prefix="model-"))
        self.port = free_port()
        (self._folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
            + ("user root\n" if os.geteuid() == 0 else ""))
        self._broker = subprocess.Popen([*mosquitto(), "-c", self._folder / "mosquitto.conf"],
                                        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self._client = None

    def __enter__(self):
        def listens():
            with contextlib.suppress(OSError, AssertionError):
                return Client(self.port, "probe").close() or True

        wait_until(listens, "mosquitto's listening")
        subscribed = threading.Event()
        self._client = paho.Client("service", protocol=paho.MQTTv311)
        self._client.max_inflight_messages_set(1000)
        self._client.on_message = self._answer
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", self.port)
        self._client.subscribe("$aws/things/#", 1)
        self._client.loop_start()
        assert subscribed.wait(WAIT_SECONDS)
        return self

    def __exit__(self, *_):
        self._client.disconnect()
        self._client.loop_stop()
        self._broker.terminate()
        self._broker.wait(WAIT_SECONDS)
        shutil.rmtree(self._folder)

    def _answer(self, _client, _user, message):
        found = _TOPIC.fullmatch(message.topic)
        if not found:
            return
        thing, name, operation = found.groups()
        shadow = self._shadows.setdefault((thing, name), model.ModelShadow(thing, name))
        answers = shadow.handle(operation, message.payload, int(time.time()))
        prefix = message.topic.rpartition("/")[0]
        for topic, payload in answers.items():
            self._client.publish(f"{prefix}/{topic}", compact(payload), 1)


# --- what each mutant does that the rules do not have

_merged, _delta_of, _metadata_of = model.merged, model.delta_of, model.metadata_of
_Refused, _update = model.Refused, model.ModelShadow._update
_delete, _get = model.ModelShadow._delete, model.ModelShadow._get


def arrays_are_merged(old, new):
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    return _merged(old, new)


def null_is_kept(old, new):
    if isinstance(new, Leaf) and new.value is None and isinstance(old, Leaf):
        return new
    return _merged(old, new)


def equal_members_are_in_the_delta(desired, reported):
    return desired if _delta_of(desired, reported) else {}


def arrays_are_one_leaf(tree):
    if isinstance(tree, dict):
        return {key: arrays_are_one_leaf(inner) for key, inner in tree.items()}
    if isinstance(tree, list):
        return {"timestamp": max(_times(tree), default=0)}
    return {"timestamp": tree.time}


def _times(tree):
    if isinstance(tree, Leaf):
        yield tree.time
    else:
        for inner in (tree.values() if isinstance(tree, dict) else tree):
            yield from _times(inner)


def numbers_differ_by_their_kind(a, b):
    return type(a) is type(b) and a == b


def a_version_is_not_looked_at(self, update, now):
    return _update(self, update._replace(version=None), now)


def a_delete_forgets_the_version(self, now):
    answer = _delete(self, now)
    self._version = 0
    return answer


def a_get_has_metadata_of_its_delta(self, now):
    messages = _get(self, now)
    if delta := self._delta():
        messages["get/accepted"]["metadata"]["delta"] = _metadata_of(delta)
    return messages


class OtherWords(_Refused):
    def __init__(self, code, message):
        super().__init__(code, f"Sorry: {message}")


MUTANTS = {
    "arrays are merged": (model, "merged", arrays_are_merged),
    "null is kept": (model, "merged", null_is_kept),
    "equal members are in the delta": (model, "delta_of", equal_members_are_in_the_delta),
    "arrays are one leaf": (model, "metadata_of", arrays_are_one_leaf),
    "numbers differ by their kind": (model, "same", numbers_differ_by_their_kind),
    "a version is not looked at": (model.ModelShadow, "_update", a_version_is_not_looked_at),
    "a delete forgets the version": (model.ModelShadow, "_delete", a_delete_forgets_the_version),
    "a get has metadata of its delta": (model.ModelShadow, "_get", a_get_has_metadata_of_its_delta),
    "other words": (model, "Refused", OtherWords),
}


def mutated(name):
    """While this lasts the model does one thing otherwise; None: nothing."""
    return mock.patch.object(*MUTANTS[name]) if name else contextlib.nullcontext()
