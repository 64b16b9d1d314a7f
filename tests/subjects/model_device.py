"""A device as it should be: a switch that does what its shadow desires, whatever goes wrong.

    model_device.py THING [--certificates DIR] [--folder DIR] [--seed N] [--wrong SCENARIO]

`shadowctl world` says in the environment where it lives. It holds `power`, "on" or "off", and begins
with "off". It keeps nothing but a lock file in its folder. `--wrong` makes it a device that has one
known fault of firmware (mutants.py).
"""
import argparse
import random
import signal
import sys
from pathlib import Path

from connection import Connection
from place import Place
from shadow import Shadow

VALUES = "on", "off"


class Device:
    """What it is and does; its shadow (shadow.py) tells it what is desired."""

    connection_type = Connection
    shadow_type = Shadow

    @staticmethod
    def begins(lock):
        """Before anything else."""

    def __init__(self, place, thing):
        self.power = "off"
        self.connection = self.connection_type(place, thing, self)
        self.shadow = self.shadow_type(self.connection, thing, self)
        self._has_subscribed = False

    def run(self):
        try:
            self.connection.run()
        finally:
            self.connection.leave()

    # --- what the connection tells

    def connected(self, session_present):
        if not self._has_subscribed or not session_present:
            self.subscribe()
            self._has_subscribed = True
        self.look(session_present)

    def subscribe(self):
        self.connection.subscribe(self.shadow.topics())

    def look(self, session_present):
        """What was desired meanwhile, and what is so now."""
        del session_present  # it says nothing of deltas that were lost
        self.shadow.connected()

    def disconnected(self):
        self.shadow.disconnected()

    def received(self, topic, payload):
        self.shadow.received(topic, payload)

    # --- what the shadow tells and asks

    def state(self):
        return {"power": self.power}

    def obey(self, desired, is_delta=False):
        """Members that it does not know, or that it cannot do, are nothing to it. A delta of what it
        is already says that its shadow does not know."""
        if desired.get("power") not in VALUES:
            return
        if desired["power"] != self.power:
            self.switch(desired["power"])
        elif is_delta:
            self.shadow.changed()

    def switch(self, power):
        self.power = power
        self.shadow.changed()


class Lock:
    """That nobody else is this device. One that is there is of a device that lost its power."""

    def __init__(self, folder):
        self._file = Path(folder) / "lock" if folder else None

    def take(self):
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()

    def is_taken(self):
        return bool(self._file) and self._file.exists()

    def leave(self):
        if self._file:
            self._file.unlink(missing_ok=True)


def run(device_type, options):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    random.seed(options.seed)
    lock = Lock(options.folder)
    device_type.begins(lock)
    try:
        lock.take()
        device = device_type(Place.from_environment(options.certificates), options.thing)
        device.run()
    except SystemExit:
        lock.leave()
        raise


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("thing")
    parser.add_argument("--certificates", help="the folder of its certificate and key")
    parser.add_argument("--folder", help="where it keeps its lock")
    parser.add_argument("--seed", type=int, help="what its chance goes by")
    parser.add_argument("--wrong", metavar="SCENARIO", help="the one that it does not pass")
    options = parser.parse_args()
    if options.wrong:
        from mutants import MUTANTS
        device_type = MUTANTS[options.wrong]
    else:
        device_type = Device
    run(device_type, options)


if __name__ == "__main__":
    main()
