"""One endpoint for all tests of a program; each test takes things of its own."""

import pytest

from endpoint import Endpoint


@pytest.fixture(scope="module")
def endpoint():
    running = Endpoint()
    try:
        running.start()
        yield running
    finally:
        running.close()
