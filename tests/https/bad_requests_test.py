"""Hostile input: each is answered in AWS's form or cut off, and MQTT is served meanwhile."""
import base64
import contextlib
import json
import resource
import socket
import ssl
import subprocess
import time

import pytest

from certificates import Authority
from client import Client, Shadow
from endpoint import Endpoint, read_all
from harness import WAIT_SECONDS, wait_until
from rest_vectors_test import check_error

HOST = b"Host: localhost\r\n"
CONNECTIONS_MAX = 4000  # docs/https.md


@pytest.fixture(scope="module")
def open_endpoint():
    """Lets anybody in, and all from one address, so that what comes after the door is tried."""
    with Endpoint(["--http_auth=open",
                   f"--http_connections_per_address_max={CONNECTIONS_MAX}"]) as running:
        yield running


@pytest.fixture
def many_files():
    """Room for as many connections as there may be."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


MALFORMED = {
    "two lengths": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST +
                    b"Content-Length: 12\r\nContent-Length: 13\r\n\r\n" + b"x" * 13),
    "a length and chunks": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n"
                            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunks and a length": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST +
                            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    "two encodings": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST +
                      b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "an unknown encoding": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST +
                            b"Transfer-Encoding: identity\r\n\r\n"),
    "a negative length": b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                             b"Content-Length: +1\r\n\r\nx"),
    "a length beyond numbers": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                                b"Content-Length: 99999999999999999999999\r\n\r\n"),
    "a bare line feed": b"GET /things/a/shadow HTTP/1.1\nHost: localhost\n\n",
    "a bare line feed in a header": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                                     b"X: a\nContent-Length: 5\r\n\r\n"),
    "a bare carriage return": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n"),
    "a NUL in a header": b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    "a header on two lines": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
    "a header on three lines": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                                b"X:\r\n\t\r\n b\r\n\r\n"),
    "a blank before the colon": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                                 b"Content-Length : 5\r\n\r\n"),
    "a blank in the target": b"GET /things/a b/shadow HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET /things/a/shadow HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "another version": b"GET /things/a/shadow HTTP/2.0\r\n" + HOST + b"\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a header without an end": b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
    "too many headers": (b"GET /things/a/shadow HTTP/1.1\r\n" + HOST +
                         b"".join(b"x%d: 1\r\n" % i for i in range(100)) + b"\r\n"),
    "another expectation": (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST +
                            b"Expect: more\r\nContent-Length: 2\r\n\r\n{}"),
    "a proxy's form": b"GET http://localhost/things/a/shadow HTTP/1.1\r\n" + HOST + b"\r\n",
    "an asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_requests(open_endpoint, case):
    """One answer, 400, and never a second one: what follows is not taken for a request."""
    smuggled = b"DELETE /things/a/shadow HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = open_endpoint.plain(MALFORMED[case] + smuggled)
    assert status_of(answer) == 400, answer
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"x-amzn-ErrorType: InvalidRequestException:" in head
    assert answer.count(b"HTTP/1.1") == 1 and b"connection: close" in head
    assert json.loads(body)["message"]


BAD_TARGETS = ["/things/a%2Fb/shadow", "/things/a%00b/shadow", "/things/a%/shadow",
               "/things/%zz/shadow", "/things/a%2/shadow", "/things//shadow", "/things/a%20/shadow",
               "/things/" + "a" * 129 + "/shadow", "/things/a/shadow?name=a%2Fb",
               "/things/a/shadow?name=a&name=b", "/things/a/shadow?name=" + "a" * 65,
               "/things/%C3%A4/shadow", "/things/%2e%2e/shadow",
               "/things/a/shadow?" + "&".join(["x=1"] * 65)]


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_targets_that_name_no_shadow(open_endpoint, target):
    check_error(open_endpoint.ask("GET", target, certificate=None), 400, "InvalidRequestException")


@pytest.mark.parametrize("target", ["/", "/thing", "/things/a/b", "/things/a/shadow/",
                                    "/things/../things/a/shadow", "/THINGS/a/shadow",
                                    "//things/a/shadow", "/things/a/shadow/name/b"])
def test_other_paths(open_endpoint, target):
    answer = open_endpoint.ask("GET", target, certificate=None)
    check_error(answer, 404, "ResourceNotFoundException")


def test_names_are_decoded_after_the_split(open_endpoint):
    for target in ("/things/%61%3A%62/shadow?name=%24x", "/things/a:b/shadow?name=$x&other=1"):
        answer = open_endpoint.ask("POST", target, '{"state":{}}', certificate=None)
        assert answer.status == 200
    assert answer.json["version"] == 2


def test_head_and_options(open_endpoint):
    open_endpoint.ask("POST", "/things/head/shadow", '{"state":{}}', certificate=None)
    answer = open_endpoint.ask("HEAD", "/things/head/shadow", certificate=None)
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 10
    check_error(open_endpoint.ask("OPTIONS", "/things/head/shadow", certificate=None), 405,
                "MethodNotAllowedException")


def test_bodies_beyond_the_bound(open_endpoint):
    big = b"x" * (128 * 1024 + 1)
    answer = open_endpoint.ask("POST", "/things/a/shadow", big, certificate=None)
    check_error(answer, 413, "RequestEntityTooLargeException")
    chunked = (b"POST /things/a/shadow HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
               + b"20001\r\n" + big + b"\r\n0\r\n\r\n")
    assert status_of(open_endpoint.plain(chunked)) == 413
    answer = open_endpoint.ask("POST", "/things/a/shadow", certificate=None, body=json.dumps(
        {"state": {"desired": {"a": "x" * 9000}}}))
    check_error(answer, 413, "RequestEntityTooLargeException")
    assert answer.json["message"] == (
        "Json document too large.  Size is 9008, max allowed: 8192")


def test_trailers_are_no_headers(open_endpoint):
    """They come too late to say who asks or what for. One more of a header counts for nothing."""
    properties = base64.b64encode(b"{}")  # not what the header must hold
    chunked = (b"POST /topics/trailers HTTP/1.1\r\n" + HOST +
               b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n%s\r\n")
    trailers = (b"x-amz-mqtt5-user-properties: " + properties + b"\r\nConnection: close\r\n"
                b"Authorization: x\r\n")
    assert status_of(open_endpoint.plain(chunked.replace(
        b"Transfer", b"x-amz-mqtt5-user-properties: " + properties + b"\r\nTransfer") % b"")) == 400
    answer = open_endpoint.plain(chunked % trailers * 2)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    endless = b"".join(b"x%d: %s\r\n" % (i, b"y" * 900) for i in range(40))
    assert status_of(open_endpoint.plain(chunked % endless)) == 400
    for framing in (b"Content-Length: 2\r\n", b"Transfer-Encoding: chunked\r\n"):
        assert status_of(open_endpoint.plain(chunked % framing)) == 400


def test_truncated_requests_change_nothing(open_endpoint):
    request = (b"POST /things/truncated/shadow HTTP/1.1\r\n" + HOST +
               b'Content-Length: 12\r\n\r\n{"state":{}}')
    for end in range(0, len(request), 7):
        assert open_endpoint.plain(request[:end]) == b""
    answer = open_endpoint.ask("GET", "/things/truncated/shadow", certificate=None)
    assert answer.status == 404


def test_expect_continue_and_pipelining(open_endpoint):
    """Two requests at once are answered in their order, and a body that waits is asked for."""
    get = b"GET /things/%s/shadow HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = open_endpoint.plain(get % b"p1" + get % b"p2")
    assert answer.index(b"'p1'") < answer.index(b"'p2'")
    with socket.create_connection(("127.0.0.1", open_endpoint.http_port), WAIT_SECONDS) as one:
        one.sendall(b"POST /things/p3/shadow HTTP/1.1\r\n" + HOST +
                    b"Expect: 100-continue\r\nContent-Length: 12\r\nConnection: close\r\n\r\n")
        assert one.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(b'{"state":{}}')
        assert status_of(read_all(one)) == 200


def test_tls_of_strangers(endpoint):
    """A certificate of another authority ends the handshake; old TLS and plain HTTP do too."""
    other = Authority(endpoint.home, "another CA").issue()
    with pytest.raises((ssl.SSLError, OSError)):
        with socket.create_connection(("127.0.0.1", endpoint.https_port), WAIT_SECONDS) as raw:
            with endpoint.tls(other).wrap_socket(raw, server_hostname="localhost") as tls:
                tls.sendall(b"GET /things/a/shadow HTTP/1.1\r\n" + HOST + b"\r\n")
                if not tls.recv(1000):
                    raise OSError("closed")
    with socket.create_connection(("127.0.0.1", endpoint.https_port), WAIT_SECONDS) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        assert b"200" not in read_all(raw)
    assert endpoint.ask("GET", "/things/a/shadow").status == 404


def test_a_crowd_of_slow_clients_does_not_hold_up_the_rest(open_endpoint, many_files):
    """As many connections as there may be, none of which says a whole request."""
    with contextlib.ExitStack() as stack, Client(open_endpoint.port) as device:
        crowd = [stack.enter_context(socket.create_connection(
            ("127.0.0.1", open_endpoint.http_port), WAIT_SECONDS)) for _ in range(CONNECTIONS_MAX - 100)]
        for one in crowd:
            one.sendall(b"POST /things/slow/shadow HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        begin = time.monotonic()
        assert Shadow(device, "meanwhile").exchange("update", '{"state":{}}').after["version"] == 1
        answer = open_endpoint.ask("GET", "/things/meanwhile/shadow", certificate=None)
        assert answer.json["version"] == 1
        assert time.monotonic() - begin < WAIT_SECONDS
        # Beyond the bound the newest are closed, and the log says so.
        more = [stack.enter_context(socket.create_connection(
            ("127.0.0.1", open_endpoint.http_port), WAIT_SECONDS)) for _ in range(200)]
        open_endpoint.service.wait_for_line("http_connections_refused")
        assert more[-1].recv(10) == b""
        status = open(f"/proc/{open_endpoint.service.pid}/status").read()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        assert int(resident.split()[1]) < 600 * 1024, resident
    # Once they have gone there is room again.
    def served():
        with contextlib.suppress(OSError):
            return open_endpoint.ask("GET", "/things/meanwhile/shadow", certificate=None).status
    wait_until(lambda: served() == 200, "an answer after the crowd")


@pytest.mark.parametrize("flags, word", [
    (["--http_auth=open", "--https_address=0.0.0.0"], "--http_open_beyond_loopback"),
    (["--https_cert="], "--https_cert"), (["--https_key=/none"], "--https_key"),
    (["--registry=/none"], "not a folder"), (["--http_auth=maybe"], "one of: required, open")])
def test_settings_that_cannot_be(endpoint, flags, word):
    done = subprocess.run([*endpoint.service.command, f"--data_dir={endpoint.home}/other", *flags],
                          capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.returncode == 1 and word in done.stderr, done.stderr
