"""Cores that do not rest: what a request takes where waking up is cheap."""

import os
import subprocess
import sys
from contextlib import contextmanager

# Gives way to whatever else wants the core, and so only keeps it from being halted.
_TURN = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while os.getppid() == int(sys.argv[2]):
    for _ in range(1_000_000):
        pass
"""


@contextmanager
def cores_kept_awake():
    turning = [subprocess.Popen([sys.executable, "-c", _TURN, str(core), str(os.getpid())])
               for core in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for process in turning:
            process.kill()
            process.wait()
