"""The broker tests' harness, and the logs of a failed test."""
import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "broker"))

from harness import Stack  # noqa: E402  (found through the line above)


@pytest.fixture
def seed():
    """SHADOW_SEED, or a new one; always printed, to run the same choices again."""
    chosen = int(os.environ.get("SHADOW_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SHADOW_SEED={chosen}", flush=True)
    return chosen


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
