"""The stack of tests in which things go wrong on purpose: a fixture to import."""
import pytest

from endpoint import OpenEndpoint


@pytest.fixture(scope="module")
def endpoint():
    """One that lets anybody in, with faults on both sides."""
    made = OpenEndpoint(["--faults"], plugin_options={"faults": "true"})
    with made.stack:
        yield made
