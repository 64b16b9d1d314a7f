"""Fixtures that the tests of the HTTPS data plane share."""
import sys
from pathlib import Path

for folder in ("broker", "security"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

import pytest

from client import Client
from endpoint import Endpoint
from harness import Stack


@pytest.fixture(scope="module")
def endpoint():
    """Broker and service, with the HTTPS port that wants certificates or signatures."""
    with Endpoint() as running:
        yield running


@pytest.fixture
def client(endpoint):
    with Client(endpoint.port) as connected:
        yield connected


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
