"""Service and broker are killed at random instants under load, and nothing is lost or done twice,
nor told twice or not at all in the shadows' history.

The ledger of every shadow says what each answer must be (ledger.py), and which changes its history
has to tell (history_check.py). SHADOW_KILLS=1000 makes it the long form; SHADOW_SEED repeats one.
"""
import os
import random
import time

from fleet import Fleet
from harness import Stack
from history_check import check_history, store_folder, stored_history

KILLS = int(os.environ.get("SHADOW_KILLS", "50"))
DEVICES = 5
# So that nothing of it goes away.
ALL_HISTORY = ["--history_wishes=1000000", "--history_reports=1000000",
               "--history_shadow_bytes=1073741824"]


class Killer:
    """Kills the service, the broker or both, at an instant that may well be in the middle of their
    start, and starts them again."""

    def __init__(self, stack, seed: int):
        self.stack = stack
        self.kills = {"service": 0, "broker": 0, "both": 0}
        self._random = random.Random(seed)

    def strike(self):
        time.sleep(self._random.uniform(0, 0.15))  # the random instant itself; nothing is awaited
        victim = self._random.choices(["service", "broker", "both"], [6, 2, 2])[0]
        self.kills[victim] += 1
        if victim != "broker":
            self.stack.service.kill()
        if victim != "service":
            self.stack.broker.kill()
            self.stack.start_broker()
        if victim != "broker":
            self.stack.start_service(wait_for_link=self._random.random() < 0.7)


def test_killed_at_random_instants_nothing_is_lost_or_done_twice(seed, capfd):
    # A window and a wait that nothing here reaches: every answer must be the shadow's own.
    stack = Stack(plugin_options={"link_timeout_ms": 120_000, "window_requests": 100_000},
                  broker_lines=["max_queued_messages 0"], log_types=("error", "warning"),
                  service_flags=ALL_HISTORY)
    with stack:
        fleet, killer = Fleet(stack, DEVICES, seed), Killer(stack, seed)
        fleet.start()
        started = time.monotonic()
        for kill in range(1, KILLS + 1):
            killer.strike()
            fleet.check()
            if kill % 50 == 0 and KILLS > 50:
                with capfd.disabled():
                    print(f"{kill}/{KILLS} kills, {time.monotonic() - started:.0f} s, "
                          f"{fleet.counts()}", flush=True)
        fleet.finish()
        stack.stop_service()
        entries = check_history(*stored_history(store_folder(stack)), fleet.ledgers)
        stack.start_service()
        counts = fleet.counts()
        unanswered = (counts["sent"] - counts["accepted"] - counts["rejected"]
                      - counts["unknown_as_the_broker_died"])
        with capfd.disabled():
            print(f"SHADOW_SEED={seed} kills={killer.kills} {counts} lost=0 applied_twice=0 "
                  f"unanswered={unanswered} entries={entries}", flush=True)
        assert unanswered == 0
