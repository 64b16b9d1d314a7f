"""Whoever watches shadowd is told whether it lives and whether it serves."""
import contextlib
import socket
import subprocess
import time

import pytest

from harness import Stack, free_port
from health import ask


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def stack(port):
    with Stack(service_flags=[f"--health-port={port}"]) as running:
        yield running


def test_it_is_ready_while_the_link_is_up(stack, port):
    assert ask(port, "/healthz") == (200, "ok\n")
    assert ask(port, "/readyz") == (200, "ok\n")

    mark = stack.service.mark()
    stack.broker.kill()
    stack.service.wait_for_line("link_down", since=mark)
    assert ask(port, "/healthz") == (200, "ok\n")
    assert ask(port, "/readyz") == (503, "there is no link to the broker's plugin\n")

    mark = stack.service.mark()
    stack.start_broker()
    stack.service.wait_for_line("link_up", since=mark)
    assert ask(port, "/readyz") == (200, "ok\n")


def test_it_knows_two_paths_and_two_methods(stack, port):
    assert ask(port, "/healthz", "HEAD") == (200, "")
    assert ask(port, "/nothing")[0] == 404
    assert ask(port, "/healthz/more")[0] == 404
    assert ask(port, "/readyz", "DELETE")[0] == 405


def test_silent_connections_hold_up_nobody(stack, port):
    """Half of them have begun to say something."""
    with contextlib.ExitStack() as crowd:
        for number in range(40):
            silent = crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            silent.sendall(b"GET /healthz HTTP/1.1\r\nHo" if number % 2 else b"")
        begin = time.monotonic()
        for path in ("/healthz", "/readyz") * 5:
            assert ask(port, path) == (200, "ok\n")
        assert time.monotonic() - begin < 5  # each would have been waited for, or timed out


def test_what_is_not_answered_is_said(stack, port):
    """For people: what was wrong and what would be right."""
    assert ask(port, "/nothing") == (
        404, "There is nothing at this path, but at /healthz, /readyz\n")
    assert ask(port, "/metrics")[0] == 404
    assert ask(port, "/healthz?verbose") == (200, "ok\n")
    for request, status, said in (
            (b"POST /readyz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n", 405,
             b"Method not allowed\n"),
            (b"GET /readyz HTTP/1.1\r\n\r\n", 400, b"There must be one Host header\n"),
            (b"GET /readyz HTTP/1.0\r\n\r\n", 200, b"ok\n")):  # the containers' probe
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(request)
            head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
        assert (int(head.split()[1]), body) == (status, said)
        assert b"\r\ncontent-type: text/plain; charset=utf-8\r\n" in head
        assert b"x-amzn" not in head


def test_garbage_does_not_end_it(stack, port):
    for garbage in (b"\0" * 100_000, b"GET " + b"/" * 100_000, b"GET /healthz HTTP/9.9\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            try:
                client.sendall(garbage)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except OSError:  # it had enough
                pass
    assert ask(port, "/readyz") == (200, "ok\n")


def test_a_port_in_use_is_named(stack, port):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        command = [*stack._service_command(), f"--health-port={number}",
                   f"--data_dir={stack.folder / 'other'}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert (f"--health_port: 127.0.0.1:{number} cannot be listened on: Address already in use"
            in ended.stderr)
