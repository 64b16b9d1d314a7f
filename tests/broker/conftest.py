"""Fixtures that all tests over the broker share."""
import pytest

from client import Client
from harness import Stack


@pytest.fixture(scope="module")
def stack():
    """Broker and service with default settings, for tests that leave them as they were."""
    with Stack() as running:
        yield running


@pytest.fixture
def client(stack):
    with Client(stack.port) as connected:
        yield connected


@pytest.fixture
def thing(request):
    """A thing of the test's own, so that tests can share a stack."""
    safe = "".join(c if c.isalnum() or c in "_-" else "-" for c in request.node.name)
    return safe[-100:]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for running in Stack.running:
            report.sections.append(("broker and service", running.logs()))
