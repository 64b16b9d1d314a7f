"""Devices at all brokers that write all the time, and who watches them at each."""
import itertools
import time

from fleet import Device, Fleet
from harness import wait_until
from ledger import Ledger, Violation
from watcher import Watcher


class TimedLedger(Ledger):
    """Remembers what waited longest for its answer."""

    def __init__(self, prefix: str):
        super().__init__(prefix)
        self.slowest_s = 0.0
        self.failed: list[dict] = []  # with 500
        self._sent: dict[str, float] = {}

    def _expect(self, token, topics, version, after):
        self._sent[token] = time.monotonic()
        super()._expect(token, topics, version, after)

    def answer(self, topic: str, payload: dict, again: bool):
        sent = self._sent.pop(payload.get("clientToken"), None)
        if sent is not None:
            self.slowest_s = max(self.slowest_s, time.monotonic() - sent)
        # Of a delete it may be an answer that was lost, and what came since (ledger.py).
        if payload.get("code") == 500 and topic != "delete/rejected":
            self.failed.append(payload)
        super().answer(topic, payload, again)


class PacedDevice(Device):
    """Leaves the machine to the others in between: what is looked for is in the changes, not in the
    number of requests."""

    ledger = TimedLedger
    # Who has killed a database's synchronous standby waits until there is another one.
    patience_s = 120
    PACE_S = 0.003  # a packet

    def _turn(self):
        self._resting.wait(self.PACE_S)
        super()._turn()


class Load:
    """`devices` at each broker, with shadows of their own. It runs with the block; at its end all is
    answered and right."""

    _numbers = itertools.count(1)

    def __init__(self, machines, seed: int, devices: int = 2, brokers=None):
        self.machines = machines
        self.brokers = brokers or machines.brokers
        number = next(Load._numbers)
        self.fleet = Fleet(None, [PacedDevice(broker, f"device-{number}-{b}-{k}", seed)
                                  for b, broker in enumerate(self.brokers) for k in range(devices)],
                           seed)
        self.watchers = [Watcher(broker) for broker in self.brokers]

    def __enter__(self):
        for watcher in self.watchers:
            watcher.start()
        self.fleet.start()
        self.await_progress()
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.finish()
        for watcher in self.watchers:
            watcher.end()

    def check(self):
        self.fleet.check()
        for watcher in self.watchers:
            watcher.check()

    def await_progress(self, devices=None):
        """Until each of these devices, or all, has got some answer to what it asked from now on."""
        devices = devices or self.fleet.devices
        before = [self._answers(device) for device in devices]
        pending = [sum(len(one.pending) for one in device.ledgers.values()) for device in devices]

        def has_gone_on():
            self.check()
            return all(self._answers(device) > had + waited
                       for device, had, waited in zip(devices, before, pending))
        wait_until(has_gone_on, "progress", 90)

    @staticmethod
    def _answers(device) -> int:
        return sum(len(one.answered) for one in device.ledgers.values())

    def finish(self):
        self.fleet.finish()
        for watcher in self.watchers:
            if watcher.connections == 1:  # it has missed nothing
                self._await_all_heard(watcher)
        self.check()

    def _await_all_heard(self, watcher):
        """What another broker's devices changed may still be on its way."""
        try:
            wait_until(lambda: not watcher.has_heard(self.fleet.ledgers), "hearing of all changes")
        except AssertionError:
            missing = watcher.has_heard(self.fleet.ledgers)
            raise Violation(f"{watcher.name} was not told of {len(missing)}: {missing[:10]}") from None

    def counts(self) -> dict:
        counts = self.fleet.counts()
        unanswered = (counts["sent"] - counts["accepted"] - counts["rejected"]
                      - counts["unknown_as_the_broker_died"])
        return {**counts, "heard": [sum(map(len, one.changes.values())) for one in self.watchers],
                "lost": 0, "applied_twice": 0, "unanswered": unanswered,
                "slowest_s": round(self.slowest_s, 2)}

    @property
    def slowest_s(self) -> float:
        return max(ledger.slowest_s for ledger in self.fleet.ledgers)

    @property
    def failed(self) -> list:
        return [one for ledger in self.fleet.ledgers for one in ledger.failed]
