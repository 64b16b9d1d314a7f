"""Signed requests: botocore's own signer against the real port, and signatures that do not hold."""
import datetime
import hashlib
import signal
import urllib.parse

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
import botocore.auth

from endpoint import KEY, READER, SECRET
from rest_vectors_test import check_error


class Clock(datetime.datetime):
    """What botocore takes for the time."""
    shift = datetime.timedelta()

    @classmethod
    def utcnow(cls):
        return datetime.datetime.utcnow() + cls.shift


@pytest.fixture
def shifted(monkeypatch):
    """Sets botocore's clock off by so many seconds."""
    class Module:
        datetime = Clock

    monkeypatch.setattr(botocore.auth, "datetime", Module)

    def shift(seconds: int):
        monkeypatch.setattr(Clock, "shift", datetime.timedelta(seconds=seconds))

    return shift


def sign(endpoint, method, target, body=b"", *, key=KEY, secret=SECRET, service="iotdata",
         headers=None, presigned=False):
    """The headers and the target of a signed request."""
    request = AWSRequest(method, endpoint.url + target, data=body, headers=headers or {})
    auth = SigV4QueryAuth if presigned else SigV4Auth
    auth(Credentials(key, secret), service, "us-east-1").add_auth(request)
    parts = urllib.parse.urlsplit(request.url)
    return dict(request.headers), parts.path + (f"?{parts.query}" if parts.query else "")


def ask(endpoint, method, target, body=b"", change=lambda headers: None, sent=None, **more):
    headers, signed_target = sign(endpoint, method, target, body, **more)
    change(headers)
    return endpoint.ask(method, signed_target, sent if sent is not None else body or None,
                        certificate=None, headers=headers)


@pytest.mark.parametrize("service", ["iotdata", "iotdevicegateway"])
@pytest.mark.parametrize("presigned", [False, True])
def test_signed_requests_are_served(endpoint, service, presigned):
    thing = f"signed-{service}-{presigned}"
    for target in (f"/things/{thing}/shadow", f"/things/{thing}%3Ax/shadow?name=%24package"):
        body = b'{"state":{"reported":{"a":1}}}'
        # botocore presigns an empty body only.
        if not presigned:
            assert ask(endpoint, "POST", target, body, service=service).status == 200
        answer = ask(endpoint, "GET", target, service=service, presigned=presigned)
        assert answer.status == (404 if presigned else 200), answer


@pytest.mark.parametrize("signed, sent, word", [
    ("/things/lamp1/shadow", "/topics/alarm/../../../things/lamp1/shadow", "'..'"),
    ("/topics/alarm/a", "/topics/alarm//a", "an empty segment"),
    ("/topics/a", "/topics/./a", "'.'"),
    ("/topics/%2e%2e/a", "/topics/%2e%2e/a", "'%2e'"),
    ("/topics/a%2fb", "/topics/a%2fb", "'%2F'"),
    ("/things/%61/shadow", "/things/%61/shadow", "'%61'")])
def test_a_signature_holds_for_one_path_alone(endpoint, signed, sent, word):
    """Signers make the path of both the same; what is asked for is not."""
    headers, _ = sign(endpoint, "POST", signed, b"{}")
    answer = endpoint.ask("POST", sent, b"{}", certificate=None, headers=headers)
    check_error(answer, 403, "ForbiddenException")
    assert "canonical form" in answer.json["message"] and word in answer.json["message"]
    assert endpoint.ask("POST", sent, b'{"state":{}}').status == 200  # as it is, unsigned


def test_policies_decide(endpoint):
    assert ask(endpoint, "GET", "/things/x/shadow", key=READER).status == 404
    answer = ask(endpoint, "DELETE", "/things/x/shadow", key=READER)
    check_error(answer, 403, "ForbiddenException")
    assert answer.json["message"] is None
    assert endpoint.ask("GET", "/things/x/shadow", certificate="reader").status == 404
    assert endpoint.ask("DELETE", "/things/x/shadow", certificate="reader").status == 403


REFUSED = {
    "another service": (dict(service="iotwireless"), "correct service"),
    "another secret": (dict(secret="x" * 40), "does not match"),
    "an unknown key": (dict(key="AKIAAAAAAAAAAAAAAAAA"), "token included"),
    "another body": (dict(sent=b'{"state":1}'), "does not match"),
    "another host": (dict(change=lambda h: h.update({"Host": "example.com"})), "does not match"),
    "another header": (dict(change=lambda h: h.update({"x-amz-extra": "1"})), "must be signed"),
    "a streamed body": (
        dict(headers={"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}), "STREAMING"),
    "an unsigned body": (dict(headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}), "UNSIGNED"),
    "another hash": (dict(headers={"x-amz-content-sha256": hashlib.sha256(b"x").hexdigest()}),
                     "does not match"),
    "no date": (dict(change=lambda h: h.pop("X-Amz-Date")), "X-Amz-Date"),
    "another scheme": (dict(change=lambda h: h.update({"Authorization": "Basic eDp5"})),
                       "algorithm"),
    "nothing but the scheme": (
        dict(change=lambda h: h.update({"Authorization": "AWS4-HMAC-SHA256"})), "Credential"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_signature_that_does_not_hold(endpoint, case):
    more, word = REFUSED[case]
    answer = ask(endpoint, "POST", "/things/x/shadow", b'{"state":{}}', **more)
    check_error(answer, 403, "ForbiddenException")
    assert word in answer.json["message"]


@pytest.mark.parametrize("seconds, word", [(-16 * 60, "expired"), (16 * 60, "not yet current")])
def test_a_clock_that_is_off(endpoint, shifted, seconds, word):
    shifted(seconds)
    answer = ask(endpoint, "GET", "/things/x/shadow")
    check_error(answer, 403, "ForbiddenException")
    assert word in answer.json["message"]
    shifted(seconds // 16 * 14)
    assert ask(endpoint, "GET", "/things/x/shadow").status == 404


def test_keys_are_read_again_at_a_hangup(endpoint):
    key = "AKIANEWNEWNEWNEWNEW2"
    assert ask(endpoint, "GET", "/things/x/shadow", key=key).status == 403
    for status, expected in (("ACTIVE", 404), ("INACTIVE", 403)):
        endpoint.put_key(key, "everything", status)
        mark = endpoint.service.mark()
        endpoint.service.signal(signal.SIGHUP)
        endpoint.service.wait_for_line("principals_loaded", mark)
        assert ask(endpoint, "GET", "/things/x/shadow", key=key).status == expected
    # What cannot be read leaves what was.
    (endpoint.credentials / f"{key}.json").write_text("{")
    mark = endpoint.service.mark()
    endpoint.service.signal(signal.SIGHUP)
    endpoint.service.wait_for_line("credentials_refused", mark)
    assert SECRET not in "\n".join(endpoint.service.lines)
    assert ask(endpoint, "GET", "/things/x/shadow").status == 404
    (endpoint.credentials / f"{key}.json").unlink()
