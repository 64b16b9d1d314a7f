"""Active and standby shadowds, database servers and brokers are killed at random instants under load, and
nothing is lost or done twice, nor told twice at any broker.

Of three brokers the last one is never killed: there nothing may be missed either. SHADOW_KILLS=1000
makes it the long form; SHADOW_SEED repeats one.
"""
import os
import random
import time

from load import Load
from machines import Machines

KILLS = int(os.environ.get("SHADOW_KILLS", "20"))
# Nothing here reaches them: every answer must be the shadow's own.
PATIENT = {"link_timeout_ms": 120_000, "window_requests": 100_000, "skip_unheard": "true"}


class Killer:
    """Kills one of the machines, at an instant that may well be in the middle of the change that the
    kill before has caused, and starts it again."""

    VICTIMS = {"active": 4, "standby": 2, "primary": 2, "database_standby": 1, "broker": 3}

    def __init__(self, machines: Machines, seed: int):
        self.machines = machines
        self.kills = dict.fromkeys(self.VICTIMS, 0)
        self._random = random.Random(seed)

    def strike(self):
        time.sleep(self._random.uniform(0, 0.3))  # the random instant itself; nothing is awaited
        victim = self._random.choices(list(self.VICTIMS), list(self.VICTIMS.values()))[0]
        getattr(self, victim)()
        self.kills[victim] += 1

    def active(self):
        service = self.machines.active() or self._random.choice(self.machines.services)
        service.kill()
        service.start()

    def standby(self):
        service = self._random.choice(self.machines.standbys() or self.machines.services)
        service.kill()
        service.start()

    def primary(self):
        self.machines.database.fail_over()
        self.machines.database.renew_standby()

    def database_standby(self):
        self.machines.database.standby.kill()
        self.machines.database.renew_standby()

    def broker(self):
        if len(self.machines.brokers) == 1: return
        broker = self._random.choice(self.machines.brokers[:-1])
        broker.kill()
        broker.start()


def test_killed_at_random_instants_nothing_is_lost_or_done_twice(seed, capfd):
    with Machines(brokers=3, plugin_options=PATIENT, service_flags=["--store_wait_ms=100000"],
                  broker_lines=["max_queued_messages 0"]) as machines:
        killer, load = Killer(machines, seed), Load(machines, seed)
        started = time.monotonic()
        with load:
            for kill in range(1, KILLS + 1):
                killer.strike()
                load.check()
                if kill % 3 == 0:  # more in a row, and nobody would ever be answered
                    load.await_progress()
                if kill % 50 == 0 and KILLS > 50:
                    with capfd.disabled():
                        print(f"{kill}/{KILLS} kills, {time.monotonic() - started:.0f} s, "
                              f"{load.counts()}", flush=True)
        counts = load.counts()
        with capfd.disabled():
            print(f"SHADOW_SEED={seed} kills={killer.kills} {counts}", flush=True)
        assert counts["unanswered"] == 0
        assert load.watchers[-1].connections == 1
        assert machines.database.sql("SELECT count(*) FROM journal") != ""
