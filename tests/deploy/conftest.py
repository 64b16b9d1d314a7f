import pytest

from composition import Composition


@pytest.fixture(scope="session")
def images():
    """The images, built as a person would."""
    composition = Composition("shadow-build", profiles=("aws",))
    composition.compose("build")
    return lambda name: f"mosquitto-shadow/{name}"


@pytest.fixture(scope="module")
def composition(images):
    """Everything up on new volumes, with a device called lamp1."""
    running = Composition("shadow-test", profiles=("aws",))
    running.down("--volumes", "--remove-orphans")
    try:
        running.up()
        running.shadowctl("thing", "create", "lamp1")
        yield running
    finally:
        running.down("--volumes", "--remove-orphans")


def pytest_runtest_makereport(item, call):
    running = item.funcargs.get("composition") if call.excinfo else None
    if running is not None:
        print(running.compose("logs", "--no-color", "--tail=60"))
