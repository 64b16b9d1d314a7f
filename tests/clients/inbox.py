"""Where a client's callbacks leave what they were told, for the test to wait on."""

import threading
import time

WAIT_SECONDS = 30


class Inbox:
    """Messages in order of arrival. Safe to fill from any thread."""

    def __init__(self):
        self._messages = []
        self._changed = threading.Condition()

    def put(self, message):
        with self._changed:
            self._messages.append(message)
            self._changed.notify_all()

    def take(self, wanted=lambda message: True, what="a message"):
        """Removes and returns the first message that is wanted; waits for it."""
        deadline = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while True:
                for at, message in enumerate(self._messages):
                    if wanted(message):
                        return self._messages.pop(at)
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{what} did not come; here are: {self._messages}")

    def all(self):
        """What lies here now."""
        with self._changed:
            return list(self._messages)
