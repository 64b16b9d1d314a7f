"""Fixtures that the tests of the account share."""
import sys
from pathlib import Path

for folder in ("broker", "security"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

import pytest

from account import Account
from harness import Stack
from seeds import seed  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def account():
    """Broker and service with an account that is empty at first."""
    with Account() as running:
        yield running


NOT_YET = Path(__file__).with_name("not_yet.txt").read_text().splitlines()


def pytest_collection_modifyitems(items):
    """What not_yet.txt names is known to fail; what holds must leave it."""
    for item in items:
        if item.nodeid in NOT_YET:
            item.add_marker(pytest.mark.xfail(strict=True))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
