"""Fixtures that the tests of the account share."""
import sys
from pathlib import Path

for folder in ("broker", "security"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

import pytest

from account import Account
from harness import Stack


@pytest.fixture(scope="module")
def account():
    """Broker and service with an account that is empty at first."""
    with Account() as running:
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
