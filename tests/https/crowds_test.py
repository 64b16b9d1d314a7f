"""What many connections at a time may hold, and that the others are served meanwhile."""
import contextlib
import select
import socket

import pytest

from endpoint import Endpoint, read_all
from harness import WAIT_SECONDS, free_port, wait_until
from health import ask
from rest_vectors_test import check_error

ANNOUNCED = 128 * 1024  # the largest body
CROWD = 520  # of these are beyond the 64 MiB that all bodies may have
PER_ADDRESS = 256  # docs/https.md


def announcing(more: bytes = b"") -> bytes:
    """A request without its body."""
    return (b"POST /things/crowd/shadow HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n%s\r\n" % (ANNOUNCED, more))


@contextlib.contextmanager
def connections(endpoint, count: int):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(
            ("127.0.0.1", endpoint.http_port), WAIT_SECONDS)) for _ in range(count)]


@pytest.fixture(scope="module")
def open_endpoint():
    with Endpoint(["--http_auth=open", f"--http_connections_per_address_max={2 * CROWD}"]) as running:
        yield running


def update(endpoint, **more):
    return endpoint.ask("POST", "/things/meanwhile/shadow", '{"state":{}}', **more)


def test_bodies_that_were_announced_hold_nothing(open_endpoint):
    """What counts is what has arrived: 64 MiB were announced, and next to nothing came."""
    with connections(open_endpoint, CROWD) as crowd:
        for one in crowd:
            one.sendall(announcing(b"Expect: 100-continue\r\n"))
        for one in crowd:  # so that each is known to be waited for
            assert one.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            one.sendall(b"{")
        assert update(open_endpoint, certificate=None).status == 200


def test_bodies_that_have_arrived_are_bounded(open_endpoint):
    """Those that do not fit are told at once, and once there is room all is served again."""
    with connections(open_endpoint, CROWD) as crowd:
        answers = select.poll()
        for one in crowd:
            answers.register(one, select.POLLIN)
            one.sendall(announcing() + b" " * (ANNOUNCED - 1))
        told = {number for number, _ in answers.poll(WAIT_SECONDS * 1000)}
        assert told, "nobody was told while all bodies lacked their last byte"
        for one in crowd:
            if one.fileno() in told:
                assert read_all(one).startswith(b"HTTP/1.1 503 ")
    wait_until(lambda: update(open_endpoint, certificate=None).status == 200, "room for bodies")


UNIDENTIFIED = {
    "nobody": (b"", b"Missing Authentication Token"),
    "an unknown key": (
        b"X-Amz-Date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20150830/"
        b"us-east-1/iotdata/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + b"0" * 64 +
        b"\r\n", b"token included in the request is invalid"),
    "a known key of long ago": (
        b"X-Amz-Date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150830/"
        b"us-east-1/iotdata/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + b"0" * 64 +
        b"\r\n", b"Signature expired"),
    "half a signature": (b"Authorization: AWS4-HMAC-SHA256\r\n", b"incomplete or malformed"),
}


@pytest.mark.parametrize("case", UNIDENTIFIED)
@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_who_is_not_known_is_refused_before_the_body(endpoint, case, expect):
    headers, said = UNIDENTIFIED[case]
    with connections(endpoint, 1) as [one]:
        one.sendall(announcing(headers + expect))
        answer = read_all(one)
    assert answer.startswith(b"HTTP/1.1 403 ") and said in answer
    assert b"\r\nconnection: close\r\n" in answer


def test_a_stranger_is_refused_before_the_body(endpoint):
    raw = socket.create_connection(("127.0.0.1", endpoint.https_port), WAIT_SECONDS)
    with raw, endpoint.tls(endpoint.stranger).wrap_socket(raw, server_hostname="localhost") as tls:
        tls.sendall(announcing())
        answer = read_all(tls)
    assert answer.startswith(b"HTTP/1.1 403 ") and b'"message":null' in answer


def test_health_is_told_whatever_the_crowd():
    port = free_port()
    with Endpoint([f"--health_port={port}", "--http_connections_max=20"]) as endpoint:
        with connections(endpoint, 21) as crowd:
            assert crowd[-1].recv(1) == b""
            assert ask(port, "/healthz") == (200, "ok\n")
            assert ask(port, "/readyz") == (200, "ok\n")


def test_one_address_has_so_many_connections(endpoint):
    """Beyond them its newest are closed; who hung up makes room."""
    mark = endpoint.service.mark()
    with connections(endpoint, PER_ADDRESS) as crowd:
        with connections(endpoint, 1) as [one]:
            assert one.recv(1) == b""
        endpoint.service.wait_for_line(
            "http_connections_refused .*from=127.0.0.1 connections_from=256", mark)
        crowd[0].sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(crowd[0]).startswith(b"HTTP/1.1 403 ")
        crowd[0].close()
        with socket.create_connection(("127.0.0.1", endpoint.http_port), WAIT_SECONDS,
                                      source_address=("127.0.0.2", 0)) as other:
            other.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert read_all(other).startswith(b"HTTP/1.1 403 ")
        check_error(update(endpoint, certificate=None), 403, "ForbiddenException")
