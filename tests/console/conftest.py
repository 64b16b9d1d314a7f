"""One stage for all tests: real broker, plugin and shadowd, users, a device with policies."""
import sys
from pathlib import Path

for folder in ("broker", "security", "https", "run"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

import pytest  # noqa: E402  (what is imported below is found through the lines above)

from harness import Stack  # noqa: E402
from stage import Stage  # noqa: E402


@pytest.fixture(scope="session")
def stage():
    with Stage() as running:
        yield running


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
