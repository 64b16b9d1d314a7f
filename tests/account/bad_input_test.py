"""Hostile input to the account's operations: each is answered with what was wrong, and nothing changes.

What a case can say is in tests/cases/account; here is what is too large for one, or no request.
"""
import json

import pytest

from account import ALLOW, ARN

BODIES = {
    "a thousand levels": b'{"attributePayload":' * 1000 + b"{}" + b"}" * 1000,
    "a hundred thousand brackets": b"[" * 100_000,
    "levels in a member that is not known": b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a megabyte of a name": b'{"thingTypeName":"' + b"a" * 1_000_000 + b'"}',
    "a megabyte of blanks": b" " * 1_000_000 + b"[]",
    "a megabyte of zeros": bytes(1_000_000),
    "a hundred thousand attributes": json.dumps(
        {"attributePayload": {"attributes": {f"a{i}": "" for i in range(100_000)}}}).encode(),
    "no UTF-8": b'{"thingTypeName":"\xff\xfe"}',
    "half a surrogate": b'{"thingTypeName":"\\ud800"}',
    "a NUL in a name": b'{"thingTypeName":"a\\u0000b"}',
    "a number beyond numbers": b'{"thingTypeName":' + b"9" * 10_000 + b"}",
    "no end": b'{"attributePayload":{"attributes":{"a":"',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_request(account, body):
    answer = account.ask("POST", "/things/lamp", body)
    assert answer.status in (400, 413), answer
    assert answer.error and answer.json["message"]
    assert account.ask("GET", "/things").json == {"things": []}


@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_a_document_that_is_too_long(account, size):
    for text in ("x" * size, ALLOW + " " * size, ALLOW.replace("iot:*", "iot:" + "a" * size)):
        answer = account.ask("POST", "/policies/long", {"policyDocument": text})
        if answer.status == 200:  # white space does not count, up to the model's hard limit
            assert text.startswith(ALLOW) and size < 404_600
            assert account.ask("GET", "/policies/long").json["policyDocument"] == text
            assert account.ask("DELETE", "/policies/long").status == 200
        else:
            assert answer.status in (400, 413), answer
            assert answer.error in ("MalformedPolicyException", "InvalidRequestException",
                                    "RequestEntityTooLargeException"), answer


OTHERS = {
    "of another account": "arn:aws:iot:us-east-1:123456789012:",
    "of another region": "arn:aws:iot:eu-west-1:000000000000:",
    "of another partition": "arn:aws-cn:iot:us-east-1:000000000000:",
    "of another service": "arn:aws:s3:us-east-1:000000000000:",
    "without an account": "arn:aws:iot:us-east-1::",
    "with a blank": "arn:aws:iot:us-east-1: 000000000000:",
    "without a kind": "",
}


@pytest.mark.parametrize("prefix", OTHERS.values(), ids=OTHERS)
def test_an_arn_that_is_not_the_accounts_is_never_taken(account, prefix):
    made = account.ask("POST", "/keys-and-certificate", {}).json
    cert = f"{prefix}cert/{made['certificateId']}"
    account.ask("POST", "/things/mine", {})
    account.ask("POST", "/policies/mine", {"policyDocument": ALLOW})
    account.ask("POST", "/thing-groups/mine", {})
    header = {"x-amzn-principal": cert}
    for method, path, more in (
            ("PUT", "/things/mine/principals", dict(headers=header)),
            ("DELETE", "/things/mine/principals", dict(headers=header)),
            ("GET", "/principals/things", dict(headers=header)),
            ("GET", "/principals/things-v2", dict(headers=header)),
            ("PUT", "/target-policies/mine", dict(body={"target": cert})),
            ("PUT", "/target-policies/mine", dict(body={"target": f"{prefix}thinggroup/mine"})),
            ("PUT", "/principal-policies/mine", dict(headers={"x-amzn-iot-principal": cert})),
            ("POST", "/tags", dict(body={"resourceArn": f"{prefix}policy/mine",
                                         "tags": [{"Key": "a", "Value": "b"}]})),
            ("GET", "/tags", dict(query={"resourceArn": f"{prefix}policy/mine"})),
            ("POST", "/effective-policies", dict(body={"principal": cert})),
            ("PUT", "/thing-groups/addThingToThingGroup",
             dict(body={"thingGroupArn": f"{prefix}thinggroup/mine", "thingName": "mine"}))):
        answer = account.ask(method, path, **more)
        assert (answer.status, answer.error) in (
            (400, "InvalidRequestException"), (404, "ResourceNotFoundException")), (path, answer)
    assert account.ask("GET", "/things/mine/principals").json == {"principals": []}
    assert account.ask("POST", "/policy-targets/mine").json == {"targets": []}
    assert account.ask("GET", "/things/mine/thing-groups").json == {"thingGroups": []}
    for path in ("/things/mine", "/policies/mine", "/thing-groups/mine",
                 f"/certificates/{made['certificateId']}"):
        assert account.ask("DELETE", path).status == 200


@pytest.mark.parametrize("path", ["/things", "/thing-types", "/thing-groups", "/certificates",
                                  "/policies", "/cacertificates"])
def test_tokens_that_nobody_gave(account, path):
    name = "marker" if path in ("/certificates", "/policies", "/cacertificates") else "nextToken"
    for token in ("x", "AAAA", "A" * 1024, "A" * 5000, "../../etc/passwd", "%00", "\x00", "ä", "=",
                  "e30=", "bnVsbA=="):
        answer = account.ask("GET", path, query={name: token})
        assert (answer.status, answer.error) == (400, "InvalidRequestException"), (token, answer)


def test_tokens_of_another_list(account):
    """Of things for types and so on: never a crash, never what is not there."""
    for name in "abc":
        account.ask("POST", f"/things/{name}", {})
    token = account.ask("GET", "/things", query={"maxResults": "1"}).json["nextToken"]
    for path in ("/thing-types", "/thing-groups"):
        answer = account.ask("GET", path, query={"nextToken": token})
        assert answer.status in (200, 400), answer
    for name in "abc":
        account.ask("DELETE", f"/things/{name}")


PATHS = ["/things/", "/things//", "/things/a/", "//things", "/things/a/principals/", "/policies/",
         "/policies/p/version/", "/certificates/", "/thing-groups/", "/tags/", "/things/%", "/%00",
         "/things/%zz", "/things/..", "/things/a%2f..%2fb", "/things/" + "a" * 8000,
         "/attached-policies/", "/attached-policies/" + "a" * 5000]


@pytest.mark.parametrize("path", PATHS)
def test_paths_that_are_none(account, path):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = account.ask(method, path, b"" if method == "GET" else b"{}")
        # Some that end with a slash are taken for the path without it, as SDKs would never ask.
        assert answer.status in (400, 403, 404, 405, 414, 431) or (
            method == "GET" and answer.status == 200), (method, answer)
    assert account.ask("GET", "/things").json == {"things": []}


@pytest.mark.parametrize("method, path, headers", [
    ("GET", "/tags?resourceArn=%FF", {}), ("GET", f"/tags?resourceArn={ARN}:policy/%80", {}),
    ("POST", "/attached-policies/%C3%28", {}), ("GET", "/things/%FE", {}),
    ("GET", "/things?nextToken=%FF", {}), ("GET", "/things?attributeName=%FF", {}),
    ("GET", "/endpoint?endpointType=%FF", {}), ("GET", "/nothing/%FF", {}),
    ("GET", "/principals/things", {"x-amzn-principal": f"{ARN}:cert/\xff"})])
def test_bytes_that_are_no_text_are_refused_in_one(account, method, path, headers):
    answer = account.ask(method, path, headers=headers)
    assert answer.status in (400, 403, 404), answer
    assert json.loads(answer.body.decode("utf-8"))["message"]


def test_a_header_that_is_no_principal(account):
    account.ask("POST", "/things/mine", {})
    for text in ("", " ", "a" * 5000, f"{ARN}:cert/", f"{ARN}:cert/{'g' * 64}", "us-east-1:",
                 "us-east-1:nonsense", f"{ARN}:cert/{'0' * 64}/x", "arn:", ":" * 100):
        answer = account.ask("PUT", "/things/mine/principals", headers={"x-amzn-principal": text})
        assert (answer.status, answer.error) == (400, "InvalidRequestException"), (text, answer)
    account.ask("DELETE", "/things/mine")


def test_a_parameter_given_twice(account):
    answer = account.ask("GET", "/things?maxResults=1&maxResults=2")
    assert (answer.status, answer.error) == (400, "InvalidRequestException"), answer


def test_the_broker_and_the_service_are_there_after_all(account):
    assert account.broker.running and account.service.running
    assert account.ask("GET", "/things").json == {"things": []}
