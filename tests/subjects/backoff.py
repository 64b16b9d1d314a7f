"""Pauses that double each time, by chance: AWS's exponential backoff with full jitter."""
import random


class Backoff:
    def __init__(self, base, cap):
        self._base, self._cap, self._failures = base, cap, 0

    def next(self):
        """Seconds: up to a bound that doubles, so that devices that fell together rise apart."""
        longest = min(self._cap, self._base * 2 ** self._failures)
        self._failures += 1
        return random.uniform(0, longest)

    def reset(self):
        self._failures = 0
