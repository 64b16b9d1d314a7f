"""DELETE /connections/CLIENT?cleanSession=true, seen by raw clients of the real broker."""
import itertools
import threading

import pytest

from client import Client
from endpoint import Endpoint
from rest_vectors_test import check_error
from wire import Wire

NOT_AUTHORIZED = {False: 5, True: 135}  # by mqtt5


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint() as running:
        yield running


_numbers = itertools.count()


@pytest.fixture(params=[False, True], ids=["mqtt 3.1.1", "mqtt 5"])
def device(request, endpoint):
    return Device(endpoint, request.param)


class Device:
    """A client whose session the broker keeps."""

    def __init__(self, endpoint, mqtt5: bool):
        self.endpoint = endpoint
        self.mqtt5 = mqtt5
        self.id = f"device-{next(_numbers)}"
        self.topic = f"to/{self.id}"

    def connect(self) -> Wire:
        wire = Wire(self.endpoint.port, mqtt5=self.mqtt5)
        code = wire.connect(self.id, clean=False, expiry=3600 if self.mqtt5 else None)
        assert code == 0
        return wire

    def subscribed(self) -> Wire:
        wire = self.connect()
        assert wire.subscribe(self.topic) == [1]
        return wire

    def go_away(self, wire: Wire):
        """The broker has noticed it, and keeps the session."""
        since = self.endpoint.broker.mark()
        wire.close()
        self.endpoint.broker.wait_for_line(f"{self.id}.*(closed its connection|disconnected)", since)

    def send_to_it(self, *payloads: bytes):
        with Client(self.endpoint.port) as sender:
            for payload in payloads:
                sender.publish(self.topic, payload)

    def end_session(self, parameters="cleanSession=true"):
        return self.endpoint.ask("DELETE", f"/connections/{self.id}?{parameters}")

    def check_nothing_is_left(self):
        with self.connect() as wire:
            assert not wire.session_present
            self.send_to_it(b"after")
            wire.ping()
            wire.subscribe("fence")
            assert not wire.has_published()


def test_a_session_is_kept_without_it(device):
    device.go_away(device.subscribed())
    device.send_to_it(b"waits")
    assert device.end_session("cleanSession=false").status == 404
    with device.connect() as wire:
        assert wire.session_present
        assert wire.read_published().payload == b"waits"


def test_the_session_of_who_is_connected_ends_with_the_connection(device):
    with device.subscribed() as wire:
        answer = device.end_session()
        assert (answer.status, answer.body) == (200, b"")
        wire.read_until_gone()
    device.check_nothing_is_left()


def test_the_session_of_who_is_away_ends_with_what_waited_in_it(device):
    device.go_away(device.subscribed())
    device.send_to_it(b"waits", b"waits, too")
    assert device.end_session().status == 200
    device.check_nothing_is_left()


def test_a_session_from_before_the_brokers_start_ends(device):
    device.go_away(device.subscribed())
    device.send_to_it(b"waits")
    device.endpoint.stop_broker()
    since = device.endpoint.service.mark()
    device.endpoint.start_broker()
    device.endpoint.service.wait_for_line("link_up", since)
    assert device.end_session().status == 200
    device.check_nothing_is_left()


def test_other_sessions_stand(device):
    other = Device(device.endpoint, device.mqtt5)
    other.go_away(other.subscribed())
    device.go_away(device.subscribed())
    assert device.end_session().status == 200
    with other.connect() as wire:
        assert wire.session_present


def test_who_is_not_there_and_has_no_session_is_not_found(device):
    for _ in range(2):
        answer = device.end_session()
        check_error(answer, 404, "ResourceNotFoundException")
        assert answer.json["message"] == "No client of that id is connected or has a session"
    with device.connect() as wire:
        assert not wire.session_present


def test_a_session_that_is_clean_ends_as_well(device):
    with Wire(device.endpoint.port, mqtt5=device.mqtt5) as wire:
        assert wire.connect(device.id) == 0
        assert device.end_session().status == 200
        wire.read_until_gone()
    assert device.end_session().status == 404


def test_the_will_is_sent_unless_it_is_prevented(device):
    with Client(device.endpoint.port) as mourner:
        mourner.subscribe(f"will/{device.id}")
        for parameters, payload in (("cleanSession=true&preventWillMessage=true", b"first"),
                                    ("cleanSession=true", b"second")):
            with Wire(device.endpoint.port, mqtt5=device.mqtt5) as wire:
                assert wire.connect(device.id, will=(f"will/{device.id}", payload, False)) == 0
                assert device.end_session(parameters).status == 200
        assert mourner.take_until(lambda one: True)[-1].payload == b"second"


# --- who comes under a client's id

def secret_of(device) -> str:
    return device.endpoint.secret_file.read_text().strip()


@pytest.mark.parametrize("password", ["wrong", "0" * 64])
def test_nobody_ends_a_session_without_the_secret(device, password):
    device.go_away(device.subscribed())
    with Wire(device.endpoint.port, mqtt5=device.mqtt5) as impostor:
        assert impostor.connect(device.id, "shadowd", password) == NOT_AUTHORIZED[device.mqtt5]
    with device.connect() as wire:
        assert wire.session_present


def test_who_stands_is_never_kicked_out(device):
    with device.subscribed() as wire:
        with Wire(device.endpoint.port, mqtt5=device.mqtt5) as ender:
            code = ender.connect(device.id, "shadowd", secret_of(device))
            assert code == NOT_AUTHORIZED[device.mqtt5]
        device.send_to_it(b"still here")
        assert wire.read_published().payload == b"still here"


def test_a_device_that_comes_meanwhile_takes_over_and_finds_no_session(device):
    device.go_away(device.subscribed())
    device.send_to_it(b"waits")
    with Wire(device.endpoint.port, mqtt5=True) as ender:
        assert ender.connect(device.id, "shadowd", secret_of(device), clean=False) == 0
        with device.connect() as wire:
            assert not wire.session_present
            ender.read_until_gone()
            wire.subscribe(device.topic)
            device.send_to_it(b"new")
            assert wire.read_published().payload == b"new"


def test_who_comes_with_the_secret_does_and_gets_nothing(device):
    device.go_away(device.subscribed())
    with Wire(device.endpoint.port, mqtt5=True) as ender:
        assert ender.connect(device.id, "shadowd", secret_of(device), clean=False) == 0
        assert ender.subscribe("#") == [NOT_AUTHORIZED[True]]
        assert ender.publish("anything", b"x") == NOT_AUTHORIZED[True]
        device.send_to_it(b"not for it")
        ender.ping()
        assert not ender.has_published()


def test_it_is_no_connection_to_lifecycle_events_and_history(device):
    with Client(device.endpoint.port) as watcher:
        watcher.subscribe("$aws/events/presence/+/+")
        for _ in range(2):
            device.go_away(device.connect())
            assert device.end_session().status == 200
            told = watcher.take_until(
                lambda one: one.topic == f"$aws/events/presence/disconnected/{device.id}")
            assert [one.topic.split("/")[3] for one in told if one.topic.endswith(device.id)] == [
                "connected", "disconnected"]


def test_many_at_once_are_each_answered(endpoint):
    devices = [Device(endpoint, number % 2 == 0) for number in range(16)]
    for device in devices:
        device.go_away(device.subscribed())
    answers = []
    threads = [threading.Thread(target=lambda one=one: answers.append(one.end_session().status))
               for one in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * len(devices)
    for device in devices:
        device.check_nothing_is_left()


def test_without_a_broker_it_is_unavailable(device):
    device.endpoint.stop_broker()
    try:
        check_error(device.end_session(), 503, "ServiceUnavailableException")
    finally:
        since = device.endpoint.service.mark()
        device.endpoint.start_broker()
        device.endpoint.service.wait_for_line("link_up", since)
