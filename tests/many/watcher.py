"""An application at one broker that hears all shadows of all brokers' devices, in the order in which it
is told: the versions of each shadow must rise, and none may come twice.
"""
import json
import socket
import threading
import time
from collections import defaultdict

from harness import WAIT_SECONDS
from ledger import Violation
from wire import PUBLISH, Wire

FILTERS = [f"$aws/things/+/shadow/{name}{what}" for name in ("", "name/+/")
           for what in ("update/accepted", "delete/accepted", "update/documents")]


class Watcher(threading.Thread):
    """It connects again for as long as its broker is killed, and then has missed what was published
    meanwhile; `connections` tells how often."""

    def __init__(self, broker):
        super().__init__(name=f"watcher of {broker.name}", daemon=True)
        self.broker = broker
        # prefix to the versions that were left, in the order in which they came
        self.changes: dict[str, list[int]] = defaultdict(list)
        self.documents: dict[str, list[int]] = defaultdict(list)
        self.failure = None
        self.connections = 0
        self._ended = threading.Event()
        self._subscribed = threading.Event()

    def start(self):
        super().start()
        assert self._subscribed.wait(WAIT_SECONDS), f"{self.name} is not subscribed"

    def run(self):
        try:
            while not self._ended.is_set():
                self._watch()
        except BaseException as failure:  # pylint: disable=broad-except  (check raises it)
            self.failure = failure

    def _watch(self):
        try:
            with Wire(self.broker.port, timeout=0.2) as wire:
                wire.connect(self.name.replace(" ", "-"))
                assert set(wire.subscribe(*FILTERS)) == {1}
                self.connections += 1
                self._subscribed.set()
                while not self._ended.is_set():
                    try:
                        got = wire.read()
                    except (socket.timeout, TimeoutError):
                        continue
                    if got.kind == PUBLISH:
                        self._hear(wire.published(got))
        except (OSError, Wire.Gone):
            time.sleep(0.02)  # the broker is being started again; nothing tells when

    def _hear(self, message):
        prefix, operation, kind = message.topic.rsplit("/", 2)
        said = json.loads(message.payload)
        if kind == "documents":
            self._note(self.documents[prefix], said["current"]["version"], message.topic)
        else:
            version = said["version"] + (operation == "delete")
            self._note(self.changes[prefix], version, message.topic)

    def _note(self, versions: list[int], version: int, topic: str):
        if versions and version <= versions[-1]:
            raise Violation(f"{self.name}: {topic} has version {version} after {versions[-5:]}")
        versions.append(version)

    def check(self):
        if self.failure is not None:
            raise self.failure

    def has_heard(self, ledgers) -> list:
        """What it has not: of the changes that were accepted, those that it was not told of."""
        missing = []
        for ledger in ledgers:
            versions = set(self.changes[ledger.prefix])
            missing += [(ledger.prefix, version) for version, _ in ledger.changes.values()
                        if version not in versions]
        return missing

    def end(self):
        self._ended.set()
        self.join(WAIT_SECONDS)
        self.check()
