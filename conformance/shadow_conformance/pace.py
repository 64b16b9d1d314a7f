"""A pace that all requests of a run pass, whatever they are about."""
from __future__ import annotations

import threading
import time


class Pace:
    """At most `rate` a second, each 1/rate after the one before; None: as fast as it goes."""

    def __init__(self, rate, clock=time.monotonic, sleep=time.sleep):
        self._gap = 1 / rate if rate else 0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0
        self.passed = 0

    def step(self) -> None:
        """Returns when the next request may leave."""
        with self._lock:
            self.passed += 1
            if not self._gap:
                return
            now = self._clock()
            at = max(self._next, now)
            self._next = at + self._gap
        if at > now:
            self._sleep(at - now)
