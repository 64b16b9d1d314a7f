"""A house with a light and a door: what the commands act upon."""

import time

UNLOCK_SECONDS_MAX = 60


class House:
    """`state` is how things stand; perform() does one command at a time."""

    def __init__(self):
        self.state = {"light": "off", "door": "locked"}

    def perform(self, command):
        """Does the command, however long it takes; ValueError says why it cannot be."""
        words = command.split()
        if words in (["light", "on"], ["light", "off"]):
            self.state["light"] = words[1]
        elif len(words) == 2 and words[0] == "unlock" and words[1].isdecimal():
            self._unlock(int(words[1]))
        else:
            raise ValueError(
                f"unknown command {command!r}; there are: light on, light off, unlock SECONDS")

    def _unlock(self, seconds):
        if seconds > UNLOCK_SECONDS_MAX:
            raise ValueError(f"the door stays unlocked for {UNLOCK_SECONDS_MAX} s at most")
        self.state["door"] = "unlocked"
        time.sleep(seconds)  # Stands for the visitor walking in.
        self.state["door"] = "locked"
