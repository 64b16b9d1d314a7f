"""Which message is whose: the shadows that are watched, and what has arrived for each."""
from __future__ import annotations

import threading
import time

from .names import prefix_of

_LOOK_SECONDS = 0.25


class Watch:
    """One shadow's messages, in their order."""

    def __init__(self, prefix: str):
        self.prefix = prefix
        self.arrivals = []

    @property
    def filter(self) -> str:
        return f"{self.prefix}/+/+"


class Board:
    """Thread-safe. `note` is for the session's thread."""

    def __init__(self):
        self._changed = threading.Condition()
        self._watches = {}
        self._news = time.monotonic()

    def watch(self, thing: str, shadow) -> Watch:
        return self.watch_prefix(prefix_of(thing, shadow))

    def watch_prefix(self, prefix: str) -> Watch:
        """A new watch, in place of one that was there."""
        with self._changed:
            one = self._watches[prefix] = Watch(prefix)
        return one

    def note(self, topic: str, arrival) -> None:
        prefix, _, end = topic.rpartition("/")
        prefix, _, operation = prefix.rpartition("/")
        with self._changed:
            watch = self._watches.get(prefix)
            if watch is not None:
                watch.arrivals.append(arrival._replace(topic=f"{operation}/{end}"))
                self._news = time.monotonic()
                self._changed.notify_all()

    def wait(self, done, patience: float) -> bool:
        """Until done(), or until there has been no news for so long; whether it is done."""
        with self._changed:
            self._news = time.monotonic()
            while not done():
                left = self._news + patience - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, _LOOK_SECONDS))
            return True

    def settle(self, quiet: float) -> None:
        """Until there has been no news for so long: what must not come has had its time."""
        self.wait(lambda: False, quiet)
