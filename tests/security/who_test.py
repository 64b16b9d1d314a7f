"""Who made a request: right for each way in, also for a request that is sent again after a crash."""
import contextlib
import http.client
import ipaddress
import json
import shutil
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509

from admin import Admin
from client import Client, Shadow
from guarded import ALLOW_ALL, Guarded
from harness import WAIT_SECONDS, build_dir, free_port, wait_until

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HERE = "127.0.0.1"


class EachWay(Guarded):
    """A broker and a service with every way in: MQTT with and without a certificate, WebSocket,
    HTTPS with certificate and signature, and the admin socket."""

    def __init__(self, authority):
        self.home = Path(tempfile.mkdtemp(prefix="who-"))
        credentials = self.home / "credentials"
        credentials.mkdir(mode=0o700)
        (credentials / f"{KEY}.json").touch(mode=0o600)
        (credentials / f"{KEY}.json").write_text(json.dumps(
            {"secretAccessKey": SECRET, "status": "ACTIVE", "policies": ["everything"]}))
        self.websockets_port, self.https_port = free_port(), free_port()
        self.admin_socket = self.home / "admin.sock"
        server = authority.issue(alternatives=(
            x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HERE))))
        super().__init__(
            authority,
            {"auth": "certificate_or_local", "open_to_websocket": "true",
             "link_timeout_ms": WAIT_SECONDS * 1000},
            broker_lines=[f"listener {self.websockets_port} {HERE}", "protocol websockets",
                          "socket_domain ipv4"],
            service_flags=[f"--https_port={self.https_port}", f"--https_cert={server.file}",
                           f"--https_key={server.key_file}",
                           f"--https_client_ca={authority.own.file}",
                           f"--credentials_dir={credentials}", f"--admin_socket={self.admin_socket}"])
        self.service.command.append(f"--registry={self.registry_folder}")

    def close(self):
        try:
            super().close()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def post(self, path: str, body: str, certificate=None, signed: bool = False):
        context = ssl.create_default_context(cafile=self.authority.own.file)
        headers = {}
        if certificate:
            context.load_cert_chain(certificate.file, certificate.key_file)
        if signed:
            request = AWSRequest("POST", f"https://localhost:{self.https_port}{path}", data=body)
            SigV4Auth(Credentials(KEY, SECRET), "iotdata", "us-east-1").add_auth(request)
            headers = dict(request.headers)
        connection = http.client.HTTPSConnection("localhost", self.https_port, context=context,
                                                 timeout=WAIT_SECONDS)
        with contextlib.closing(connection):
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()


@pytest.fixture(scope="module")
def stack(authority):
    with EachWay(authority) as running:
        yield running


@pytest.fixture
def following(stack):
    """Follows what is asked of a thing; the function it gives tells who asked next, and what."""
    with contextlib.ExitStack() as open_connections:
        def follow(thing: str):
            admin = open_connections.enter_context(Admin(stack.admin_socket))
            assert admin.ask("trace", thing=thing) == {"following": True}
            return lambda: of(admin.line())

        yield follow


def of(line: dict) -> dict:
    return {name: line[name] for name in ("way", "client_id", "principal", "address")}


def by(way: str, client_id: str = "", principal: str = "", address: str = HERE) -> dict:
    return {"way": way, "client_id": client_id, "principal": principal, "address": address}


def history(stack, thing: str) -> list[dict]:
    """What the store holds of the thing's past, oldest first. shadowd is stopped meanwhile."""
    stack.stop_service()
    told = subprocess.run([build_dir() / "tests" / "durability" / "stored_history",
                           stack.folder / "data"], capture_output=True, text=True, check=True)
    stack.start_service()
    entries = [json.loads(line) for line in told.stdout.splitlines()]
    return sorted((one for one in entries if one["thing"] == thing and "lane" in one),
                  key=lambda one: one["change"])


def settle(stack, line: str):
    """The broker has logged this, and shadowd knows what came of it."""
    stack.broker.wait_for_line(line)
    with Client(stack.port, "settles") as client:
        Shadow(client, "settles").fence()  # what a turn changes is told before its requests


def told_author(entry: dict) -> dict:
    return {**{name: entry[name] for name in ("way", "principal", "address")},
            "client_id": entry["client"]}


def events(entries: list[dict]) -> list[str]:
    kinds = {6: "connected", 7: "ended", 8: "get"}
    return [" ".join(filter(None, [
        kinds[one["kind"]], one["detail"], f"@{one['version']}" if one["kind"] == 8 else ""]))
        for one in entries if one["lane"] == "e"]


def update(thing: str) -> str:
    return f"$aws/things/{thing}/shadow/update"


BODY = '{"state":{"desired":{"a":1}}}'


def test_mqtt_with_a_certificate(stack, following):
    next_who = following("certified")
    device = stack.device(ALLOW_ALL)
    with stack.connect(device, "one") as one, stack.connect(stack.admin, "two") as two:
        one.publish(update("certified"), BODY.encode())
        assert next_who() == by("mqtt", "one", device.id)
        two.publish(update("certified"), BODY.encode())
        assert next_who() == by("mqtt", "two", stack.admin.id)
        one.publish(update("certified"), BODY.encode())
        assert next_who() == by("mqtt", "one", device.id)


def test_a_client_id_that_somebody_else_takes_over(stack, following):
    next_who = following("taken-over")
    device = stack.device(ALLOW_ALL)
    with stack.connect(device, "shared-id") as before:
        before.publish(update("taken-over"), BODY.encode())
        with stack.connect(stack.admin, "shared-id") as after:
            after.publish(update("taken-over"), BODY.encode())
            assert next_who() == by("mqtt", "shared-id", device.id)
            assert next_who() == by("mqtt", "shared-id", stack.admin.id)


def test_mqtt_without_a_certificate(stack, following):
    next_who = following("open")
    with Client(stack.port, "local") as local:
        local.publish(update("open"), BODY)
        assert next_who() == by("mqtt", "local")


def test_a_client_that_gave_no_id(stack, following):
    next_who = following("nameless")
    with Client(stack.port) as local:
        local.publish(update("nameless"), BODY)
        who = next_who()
        assert who == by("mqtt", who["client_id"])
        stack.broker.wait_for_line(f"New client connected from .* as {who['client_id']} ")


def test_websocket(stack, following):
    next_who = following("page")
    page = paho.Client(client_id="the-page", transport="websockets")
    page.connect(HERE, stack.websockets_port)
    page.loop_start()
    try:
        page.publish(update("page"), BODY, qos=1)
        assert next_who() == by("websocket", "the-page")
    finally:
        page.disconnect()
        page.loop_stop()


def test_who_connects_is_seen_by_whoever_observes_the_thing(stack):
    device = stack.device(ALLOW_ALL, things=["cellar"])
    stranger = stack.device({**ALLOW_ALL, "Effect": "Deny"})
    with Admin(stack.admin_socket) as cellar, Admin(stack.admin_socket) as ids:
        assert cellar.ask("observe", thing="cellar")["observing"]
        assert ids.ask("observe", client="the-page", thing="attic")["observing"]
        with stack.connect(device, "by-any-name"), stack.wire(stranger) as refused:
            line = cellar.line()
            assert (line["client"], line["certificate"], line["result"], line["way"]) == (
                "by-any-name", device.id, "accepted", "mqtt")
            assert refused.connect("attic") == 5
            line = ids.line()
            assert (line["client"], line["certificate"], line["result"]) == (
                "attic", stranger.id, "refused")
        page = paho.Client(client_id="the-page", transport="websockets")
        page.connect(HERE, stack.websockets_port)
        page.loop_start()
        try:
            line = ids.line()
            assert (line["client"], line["certificate"], line["way"]) == (
                "the-page", "", "websocket")
        finally:
            page.disconnect()
            page.loop_stop()


def test_https_with_a_certificate(stack, following):
    next_who = following("https-certified")
    stack.post("/things/https-certified/shadow", BODY, certificate=stack.admin)
    assert next_who() == by("https", principal=stack.admin.id)


def test_https_with_a_signature(stack, following):
    next_who = following("https-signed")
    stack.post("/things/https-signed/shadow", BODY, signed=True)
    assert next_who() == by("https", principal=KEY)
    # A request that is signed goes by its signature, whatever certificate comes with it.
    stack.post("/things/https-signed/shadow", BODY, signed=True, certificate=stack.admin)
    assert next_who() == by("https", principal=KEY)


def test_a_request_that_is_published_over_https(stack, following):
    next_who = following("published")
    topic = "/topics/$aws/things/published/shadow/update?qos=1".replace("$", "%24")
    stack.post(topic, BODY, certificate=stack.admin)
    assert next_who() == by("https", principal=stack.admin.id)


def restart_and_follow(stack, thing: str) -> Admin:
    """Starts shadowd and follows the thing before the broker says a word."""
    stack.broker.pause()
    stack.start_service(wait_for_link=False)
    admin = wait_until(lambda: connected(stack.admin_socket), "the admin socket")
    assert admin.ask("trace", thing=thing) == {"following": True}
    stack.broker.resume()
    return admin


def connected(path):
    with contextlib.suppress(OSError):
        return Admin(path)
    return None


@pytest.mark.parametrize("sent", [True, False], ids=["sent-before", "not-sent-yet"])
def test_a_request_that_waits_for_shadowd_while_its_connection_ends(stack, sent):
    """What was under way when shadowd was killed is sent again, and what came since is sent."""
    thing = f"waits-{sent}"
    device = stack.device(ALLOW_ALL)
    with stack.connect(stack.admin, "who-stays") as stays:
        if sent:
            stack.service.pause()  # it takes what comes, and does nothing with it
        else:
            stack.service.kill()
        with stack.connect(device, "who-goes") as goes:
            goes.publish(update(thing), BODY.encode())
        with Client(stack.port, "who-goes", clean=True) as again:  # somebody else
            again.publish(update(thing), BODY)
        stays.publish(update(thing), BODY.encode())
        if sent:
            stack.service.kill()
        with restart_and_follow(stack, thing) as admin:
            lines = [admin.line() for _ in range(3)]
    assert [of(line) for line in lines] == [by("mqtt", "who-goes", device.id),
                                            by("mqtt", "who-goes"),
                                            by("mqtt", "who-stays", stack.admin.id)]
    assert all(line["resent"] == sent for line in lines)
    assert all(line["code"] == 200 for line in lines)
    assert [told_author(one) for one in history(stack, thing) if one["lane"] != "e"] == [
        of(line) for line in lines]


def test_after_a_restart_of_the_broker_numbers_are_of_others(stack, following):
    next_who = following("restarted")
    with Client(stack.port, "first") as first:
        first.publish(update("restarted"), BODY)
        assert next_who() == by("mqtt", "first")
    mark = stack.service.mark()
    stack.stop_broker()
    stack.start_broker()
    stack.service.wait_for_line("link_up", mark)
    for name in ("second", "third"):
        with Client(stack.port, name) as client:
            client.publish(update("restarted"), BODY)
            assert next_who() == by("mqtt", name)


def test_each_change_is_kept_with_who_made_it(stack):
    body = '{"state":{"desired":{"a":%d}},"clientToken":"token %d"}'
    device = stack.device(ALLOW_ALL)
    shadow = "/things/kept/shadow"
    with stack.connect(device, "one") as one, Client(stack.port, "local") as local:
        one.publish(update("kept"), (body % (1, 1)).encode())
        local.publish(update("kept"), body % (2, 2))
        Shadow(local, "kept").fence()
    stack.post(shadow, body % (3, 3), certificate=stack.admin)
    stack.post(shadow, body % (4, 4), signed=True)
    stack.post("/topics/%24aws/things/kept/shadow/update?qos=1", body % (5, 5), signed=True)
    with Client(stack.port, "local") as local:
        Shadow(local, "kept").fence()
    with Admin(stack.admin_socket) as admin:
        admin.send(b'{"command":"import","lines":1,"replace":true}\n'
                   b'{"thing":"kept","state":{"desired":{"a":6}},"version":9,"timestamp":1}\n')
        assert admin.line()["ok"]
    changes = [one for one in history(stack, "kept") if one["lane"] != "e"]
    assert [told_author(one) for one in changes] == [
        by("mqtt", "one", device.id), by("mqtt", "local"), by("https", principal=stack.admin.id),
        by("https", principal=KEY), by("https", principal=KEY),
        by("admin", principal="admin", address="")]
    assert [one["token"] for one in changes] == [*(f"token {n}" for n in range(1, 6)), ""]


def test_the_connections_of_a_thing_are_events_of_it(stack):
    """By its certificate's only thing, else by its client id; with the first get and the end."""
    before = int(time.time())
    device = stack.device(ALLOW_ALL, things=["seen"])
    with stack.connect(device, "whatever") as wire:
        wire.publish(update("seen"), BODY.encode())
        for _ in range(2):
            wire.publish("$aws/things/seen/shadow/get")
        with Client(stack.port, "seen") as another:
            Shadow(another, "seen").fence()
            Shadow(another, "seen", "named").fence()
            stack.registry.thing("not-seen")
            stack.registry.certificate(device, ["everything"], ["not-seen"])
            stack.reload_broker()
    settle(stack, "Client seen .*disconnected")
    told = history(stack, "seen")
    of_device = [one for one in told if one["lane"] == "e" and one["client"] == "whatever"]
    assert events(of_device) == ["connected", "get @1", "ended THING_CHANGED"]
    assert all(told_author(one) == by("mqtt", "whatever", device.id) for one in of_device)
    of_another = [one for one in told if one["lane"] == "e" and one["client"] == "seen"]
    assert events(of_another) == ["connected", "get @1", "ended CLIENT_INITIATED_DISCONNECT"]
    assert all(before <= one["time"] <= time.time() for one in of_another)
    assert events(history(stack, "not-seen")) == []  # it has no shadow


def test_no_connection_is_told_twice_and_each_has_an_end(stack):
    """Over restarts of shadowd, with and without notice, and of the broker."""
    def changes(thing: str) -> int:
        return len([one for one in history(stack, thing) if one["lane"] == "e"])

    with Client(stack.port, "stays") as stays:
        with Client(stack.port, "goes") as goes:
            for client, thing in ((stays, "stays"), (goes, "goes")):
                client.publish(update(thing), BODY)
                Shadow(client, thing).fence()
            assert events(history(stack, "stays")) == ["connected", "get @1"]
            stack.service.kill()
            stack.start_service()
            Shadow(stays, "stays").fence()
            assert events(history(stack, "stays")) == ["connected", "get @1"]
            stack.service.kill()
        stack.start_service()
        assert events(history(stack, "goes")) == ["connected", "get @1", "ended UNKNOWN"]
        assert changes("stays") == 2
        mark = stack.service.mark()
        stack.stop_broker()
        stack.start_broker()
        stack.service.wait_for_line("link_up", mark)
        assert events(history(stack, "stays"))[:3] == ["connected", "get @1",
                                                       "ended BROKER_RESTARTED"]
