"""Fixtures that the tests of devices' topics share."""
import sys
from pathlib import Path

for folder in ("broker", "security", "account"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

import pytest

from fleet import Fleet
from harness import Stack
from seeds import seed  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def fleet():
    """Broker and service with an account that is empty at first, and a clock that can be moved."""
    with Fleet() as running:
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
