"""Fixtures of the tests of several machines, and the logs of a failed one."""
import sys
from pathlib import Path

import pytest

for folder in ("broker", "durability", "run"):
    sys.path.append(str(Path(__file__).resolve().parent.parent / folder))

from machines import Machines  # noqa: E402  (found through the lines above)
from seeds import seed  # noqa: E402, F401  (a fixture)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Machines.running:
            report.sections.append(("the machines", running.logs()))
