"""The broker tests' harness, certificates made for the test, and a broker that asks for them."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "broker"))

from harness import Stack  # noqa: E402  (found through the line above)
from certificates import Authority  # noqa: E402
from guarded import Guarded  # noqa: E402


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Whose certificates the broker takes."""
    return Authority(tmp_path_factory.mktemp("authority"), "the test's own CA")


@pytest.fixture(scope="module")
def guarded(authority):
    """A broker with `auth certificate`, for tests that leave it and its registry's others alone."""
    with Guarded(authority) as running:
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
