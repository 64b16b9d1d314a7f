"""What shadowd tells systemd, over a notification socket of ours."""
import socket

import pytest

from harness import WAIT_SECONDS, Stack


@pytest.fixture
def supervised():
    """A stack that is not started, and the socket that its service tells things to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ears:
        ears.bind("")  # to an abstract name of the system's choice
        ears.settimeout(WAIT_SECONDS)
        name = ears.getsockname().decode().replace("\0", "@")
        stack = Stack(service_environment={"NOTIFY_SOCKET": name})
        yield stack, lambda: ears.recv(4096).decode()


def test_the_start_the_link_and_the_end_are_told(supervised):
    stack, told = supervised
    with stack:
        assert [told(), told()] == ["READY=1", "STATUS=serves"]
        stack.stop_broker()
        assert told() == "STATUS=the broker is lost"
        assert told() == "STATUS=awaits the broker: nobody answers there"
        stack.start_broker()
        assert told() == "STATUS=serves"
        stack.stop_service()
        assert told() == "STOPPING=1"
        stack.start_service()


def test_a_broker_that_is_not_there_delays_nothing(supervised):
    stack, told = supervised
    try:
        stack.start_service(wait_for_link=False)
        assert [told(), told()] == ["READY=1", "STATUS=awaits the broker: nobody answers there"]
        stack.stop_service()
    finally:
        stack.start_broker()
        stack.start_service()
        stack.close()


def test_nothing_is_told_when_the_store_cannot_be_opened(supervised):
    stack, _ = supervised
    (stack.folder / "data").write_text("not a folder")
    stack.service.start()
    try:
        assert stack.service.wait() == 1
    finally:
        (stack.folder / "data").unlink()
        stack.start()
        stack.close()
