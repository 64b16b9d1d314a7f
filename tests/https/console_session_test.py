"""The session that shadowd opens with the broker for a page of the console, by hand: who is let in,
what it hears and may say, and that nobody counts it as a client."""
import itertools
import json
import secrets

import pytest

from client import Client, Shadow
from endpoint import Endpoint
from past import Past
from wire import NOT_AUTHORIZED, Wire

HELLO = b"SL\x0d\x01" + bytes(12) + b"\x05" + bytes(8)
USER = "console-ann"

_numbers = itertools.count()


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(["--history=on", "--log_level=debug"]) as running:
        yield running


def page_id() -> str:
    return "$shadow/console/" + secrets.token_hex(8)


@pytest.fixture
def page(endpoint):
    with Wire(endpoint.port, mqtt5=True) as wire:
        assert wire.connect(page_id(), USER, endpoint.secret_file.read_text().strip()) == 0
        yield wire


@pytest.fixture
def thing():
    return f"paged-{next(_numbers)}"


def update(client, thing, state='{"state":{"desired":{"on":true}}}'):
    return Shadow(client, thing).exchange("update", state)


def heard(page, *topics):
    """The messages until each of these topics had one."""
    messages = []
    while not {*topics} <= {message.topic for message in messages}:
        messages.append(page.read_published())
    return messages


@pytest.mark.parametrize("username, password", [
    (USER, "guess"), (USER, ""), (USER, None), ("shadowd", True), ("console-", True), (None, None)])
def test_who_has_no_secret_or_no_user_is_refused(endpoint, username, password):
    if password is True:
        password = endpoint.secret_file.read_text().strip()
    with Wire(endpoint.port, mqtt5=True) as wire:
        assert wire.connect(page_id(), username, password) == NOT_AUTHORIZED


def test_a_page_hears_what_passes_but_not_what_plugin_and_service_say(endpoint, page, thing):
    assert page.subscribe("#", "$aws/#", "$SYS/broker/uptime") == [1, 1, 1]
    assert page.subscribe("$shadow/#", "$shadow/link/requests", "$share/g/a", "$share/g/$shadow/#",
                          "$shadow") == [NOT_AUTHORIZED] * 5
    with Client(endpoint.port, thing) as client:
        client.publish("a/b", b"x")
        update(client, thing)
    messages = heard(
        page, "a/b", "$SYS/broker/uptime", f"$aws/events/presence/connected/{thing}",
        f"$aws/events/presence/disconnected/{thing}", f"$aws/things/{thing}/shadow/update",
        *(f"$aws/things/{thing}/shadow/update/{one}" for one in ("accepted", "documents", "delta")))
    assert not [one for one in messages if one.topic.startswith("$shadow")]


def test_what_only_the_service_says_a_page_does_not_and_it_stays(endpoint, page, thing):
    mark = endpoint.service.mark()
    for topic in ("$shadow/link/answers", "$shadow/link/pieces", "$shadow/x", "$shadow",
                  f"$aws/things/{thing}/shadow/update/accepted",
                  f"$aws/things/{thing}/jobs/notify", "$aws/events/presence/connected/x"):
        for qos in (0, 1):
            assert page.publish(topic, HELLO, qos=qos) in (NOT_AUTHORIZED, None), topic
    assert page.publish(f"$aws/things/{thing}/shadow/get", b"", retain=True) == NOT_AUTHORIZED
    page.ping()
    assert not endpoint.service.lines_since(mark, "link_up|link_down|envelope_refused")


def test_what_a_page_asks_is_answered_and_history_knows_its_user(endpoint, page, thing):
    page.subscribe(f"$aws/things/{thing}/shadow/#")
    page.publish(f"$aws/things/{thing}/shadow/update", b'{"state":{"desired":{"on":true}}}')
    heard(page, f"$aws/things/{thing}/shadow/update/accepted")
    newest = Past(endpoint, thing).entries(limit=1, lane="w")[0]
    assert (newest["way"], newest["principal"]) == ("console", "ann")
    assert "clientId" not in newest and "address" not in newest


def test_the_answer_that_is_the_askers_alone_comes_to_the_page(page, thing):
    page.publish(f"$aws/things/{thing}/jobs/get", b'{"clientToken":"t"}')
    (message,) = heard(page, f"$aws/things/{thing}/jobs/get/rejected")  # no such thing is registered
    assert json.loads(message.payload)["clientToken"] == "t"


def test_nobody_counts_a_page_as_a_client(endpoint, page, thing):
    with Client(endpoint.port, "watch") as watch:
        watch.subscribe("$aws/events/#")
        with Wire(endpoint.port, mqtt5=True) as other:
            assert other.connect(page_id(), USER, endpoint.secret_file.read_text().strip()) == 0
            assert other.subscribe("a") == [1]
            mark = endpoint.service.mark()
            endpoint.service.wait_for_line("plugin_status connected_clients=1 ", mark)
        with Client(endpoint.port, thing):
            pass
        events = watch.take_until(
            lambda message: message.topic == f"$aws/events/presence/disconnected/{thing}")
    assert not [one for one in events if b"console" in one.payload or "console" in one.topic]


def test_pages_and_the_link_do_not_know_of_each_other(endpoint, page, thing):
    page.subscribe("$aws/#")
    with Wire(endpoint.port, mqtt5=True) as other:  # which is lost
        assert other.connect(page_id(), USER, endpoint.secret_file.read_text().strip()) == 0
    endpoint.stop_service()
    endpoint.start_service()
    with Client(endpoint.port, thing) as client:
        update(client, thing)
    heard(page, f"$aws/things/{thing}/shadow/update/accepted")
