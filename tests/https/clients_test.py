"""Debian's AWS CLI, boto3 and curl, unmodified, with created keys or a client certificate."""
import json
import os
import socket
import ssl
import subprocess

import boto3
import pytest
from botocore.exceptions import ClientError

from client import Client, Shadow
from endpoint import KEY, SECRET, read_all
from harness import WAIT_SECONDS

STATE = '{"state":{"desired":{"led":"on"}}}'
# Paths are encoded, made canonical and encoded once more for a signature.
TOPICS = ["a/b/c", "a b/c", "50%/%2F%61", "a//b/", "a/../b/.", "mine/~$a:b=c,d;e@f", "ä/€", "(a)*!'"]


def boto(endpoint, **more):
    return boto3.client("iot-data", region_name="us-east-1", endpoint_url=endpoint.url,
                        verify=endpoint.ca_file, aws_access_key_id=KEY,
                        aws_secret_access_key=SECRET, **more)


def test_the_end_of_a_connection_is_said_over_tls(endpoint):
    """Without a close_notify strict clients take it for an attacker's cut."""
    context = endpoint.tls(endpoint.admin)
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    with socket.create_connection(("127.0.0.1", endpoint.https_port), WAIT_SECONDS) as raw:
        with context.wrap_socket(raw, server_hostname="localhost",
                                 suppress_ragged_eofs=False) as tls:
            tls.sendall(b"GET /things/none/shadow HTTP/1.1\r\nHost: localhost\r\n"
                        b"Connection: close\r\n\r\n")
            assert read_all(tls).startswith(b"HTTP/1.1 404 ")


class TestCommandLine:
    def aws(self, endpoint, *arguments, ok=True):
        environment = {"PATH": os.environ["PATH"], "HOME": str(endpoint.home),
                       "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
                       "AWS_DEFAULT_REGION": "us-east-1", "AWS_CA_BUNDLE": endpoint.ca_file}
        done = subprocess.run(
            ["/usr/bin/aws", "iot-data", *arguments, "--endpoint-url", endpoint.url,
             "--cli-binary-format", "raw-in-base64-out"],
            env=environment, capture_output=True, text=True, timeout=120)
        assert (done.returncode == 0) == ok, done.stderr
        return done.stdout if ok else done.stderr

    def test_the_life_of_a_shadow(self, endpoint, tmp_path):
        file = str(tmp_path / "out")
        with Client(endpoint.port) as watcher:
            shadow = Shadow(watcher, "cli")
            self.aws(endpoint, "update-thing-shadow", "--thing-name", "cli", "--payload", STATE,
                     file)
            assert json.loads(open(file).read())["version"] == 1
            messages, _ = shadow.fence()
            assert [one.topic for one in messages] == [
                "update/accepted", "update/documents", "update/delta"]
        self.aws(endpoint, "update-thing-shadow", "--thing-name", "cli", "--shadow-name", "a:b",
                 "--payload", STATE, file)
        self.aws(endpoint, "get-thing-shadow", "--thing-name", "cli", file)
        assert json.loads(open(file).read())["state"]["delta"] == {"led": "on"}
        listed = json.loads(self.aws(endpoint, "list-named-shadows-for-thing", "--thing-name",
                                     "cli"))
        assert listed["results"] == ["a:b"]
        self.aws(endpoint, "delete-thing-shadow", "--thing-name", "cli", file)
        said = self.aws(endpoint, "get-thing-shadow", "--thing-name", "cli", file, ok=False)
        assert "ResourceNotFoundException" in said and "No shadow exists with name: 'cli'" in said

    def test_publish(self, endpoint):
        with Client(endpoint.port) as watcher:
            watcher.subscribe("from/cli")
            self.aws(endpoint, "publish", "--topic", "from/cli", "--qos", "1", "--payload", "hello")
            assert watcher.take_until(lambda one: True)[0].payload == b"hello"

    def test_retained_messages(self, endpoint, tmp_path):
        self.aws(endpoint, "publish", "--topic", "kept/cli", "--qos", "1", "--retain",
                 "--payload", "hello")
        told = json.loads(self.aws(endpoint, "get-retained-message", "--topic", "kept/cli"))
        assert told == {"topic": "kept/cli", "payload": "aGVsbG8=", "qos": 1}
        listed = json.loads(self.aws(endpoint, "list-retained-messages"))
        assert {"topic": "kept/cli", "payloadSize": "5", "qos": 1} in [
            {**one, "payloadSize": str(one["payloadSize"])} for one in listed["retainedTopics"]]


class TestBoto:
    def test_topics_of_all_kinds(self, endpoint):
        client = boto(endpoint)
        for topic in TOPICS:
            client.publish(topic=topic, qos=1, retain=True, payload=topic)
            assert client.get_retained_message(topic=topic)["payload"] == topic.encode()
            client.publish(topic=topic, qos=1, retain=True, payload=b"")

    def test_retained_messages_in_pages(self, endpoint):
        client = boto(endpoint)
        for number in range(5):
            client.publish(topic=f"kept/boto/{number}", qos=1, retain=True, payload=b"x" * number
                           or b"-")
        pages = client.get_paginator("list_retained_messages").paginate(
            PaginationConfig={"PageSize": 2})
        topics = [one["topic"] for page in pages for one in page["retainedTopics"]]
        assert [topic for topic in topics if topic.startswith("kept/boto/")] == [
            f"kept/boto/{number}" for number in range(5)]
        assert client.get_retained_message(topic="kept/boto/3")["payload"] == b"xxx"

    def test_the_life_of_a_shadow(self, endpoint):
        client = boto(endpoint)
        answer = client.update_thing_shadow(thingName="boto", payload=STATE)
        assert json.loads(answer["payload"].read())["version"] == 1
        client.update_thing_shadow(thingName="boto", shadowName="$package", payload=STATE)
        answer = client.get_thing_shadow(thingName="boto", shadowName="$package")
        assert json.loads(answer["payload"].read())["state"]["desired"] == {"led": "on"}
        assert client.list_named_shadows_for_thing(thingName="boto")["results"] == ["$package"]
        answer = client.delete_thing_shadow(thingName="boto")
        assert json.loads(answer["payload"].read())["version"] == 1

    def test_errors_have_their_types(self, endpoint):
        client = boto(endpoint)
        client.update_thing_shadow(thingName="errors", payload=STATE)
        for exception, call in (
                (client.exceptions.ResourceNotFoundException,
                 lambda: client.get_thing_shadow(thingName="nobody")),
                (client.exceptions.ConflictException,
                 lambda: client.update_thing_shadow(thingName="errors",
                                                    payload='{"state":{},"version":7}')),
                (client.exceptions.InvalidRequestException,
                 lambda: client.update_thing_shadow(thingName="errors", payload="{"))):
            with pytest.raises(exception):
                call()

    def test_a_wrong_secret(self, endpoint):
        client = boto3.client("iot-data", region_name="us-east-1", endpoint_url=endpoint.url,
                              verify=endpoint.ca_file, aws_access_key_id=KEY,
                              aws_secret_access_key="wrong")
        with pytest.raises(ClientError, match="does not match"):
            client.get_thing_shadow(thingName="x")


class TestCurl:
    def curl(self, endpoint, *arguments):
        done = subprocess.run(
            ["curl", "-sS", "--cacert", endpoint.ca_file, "-w", "\n%{http_code}", *arguments],
            capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), json.loads(body)

    def test_a_client_certificate(self, endpoint):
        url = f"{endpoint.url}/things/curl/shadow"
        device = ["--cert", str(endpoint.admin.file), "--key", str(endpoint.admin.key_file)]
        assert self.curl(endpoint, url)[0] == 403
        status, answer = self.curl(endpoint, *device, "-d", STATE, url)
        assert (status, answer["version"]) == (200, 1)
        # A body in chunks, and two requests over one connection.
        status, answer = self.curl(endpoint, *device, "-H", "Transfer-Encoding: chunked", "-d",
                                   STATE, url)
        assert (status, answer["version"]) == (200, 2)
        for version in ("1.2", "1.3"):
            status, _ = self.curl(endpoint, *device, "--tls-max", version, f"--tlsv{version}", url)
            assert status == 200

    def test_curls_own_signature(self, endpoint):
        status, _ = self.curl(endpoint, "--aws-sigv4", "aws:amz:us-east-1:iotdata", "--user",
                              f"{KEY}:{SECRET}", f"{endpoint.url}/things/curl-signed/shadow")
        assert status == 404
        # This curl signs the path as it stands: no percent-encodings, parameters in order.
        status, answer = self.curl(
            endpoint, "--aws-sigv4", "aws:amz:us-east-1:iotdata", "--user", f"{KEY}:{SECRET}",
            "-d", "hello", f"{endpoint.url}/topics/curl/a-b/~c.d_e/?contentType=text&qos=1")
        assert (status, answer["message"]) == (200, "OK")
