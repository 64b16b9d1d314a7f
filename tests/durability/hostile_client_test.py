"""A client that wants to be the service, or to drown it: refused, counted in the log, no effect."""
import json

import pytest

from client import Client, Shadow
from harness import Stack, wait_until
from wire import Wire

LINK_TOPICS = ("$shadow/link/requests", "$shadow/link/answers", "$shadow/link/pieces", "$shadow",
               "$shadow/x")
HELLO = b"SL\x0d\x01" + bytes(12) + b"\x05" + bytes(8)


@pytest.fixture
def stack():
    with Stack(log_types=("error", "warning", "notice")) as running:
        yield running


def check_served(stack):
    with Client(stack.port) as client:
        assert Shadow(client, "served").exchange(
            "update", '{"state":{}}').topics == ["update/accepted", "update/documents"]


@pytest.mark.parametrize("mqtt5", [False, True])
def test_the_links_topics_are_closed(stack, mqtt5):
    mark = stack.service.mark()
    for topic in LINK_TOPICS:
        with Wire(stack.port, mqtt5=mqtt5) as hostile:
            hostile.connect("hostile")
            assert hostile.subscribe(topic, "$shadow/#", f"$share/g/{topic}")[0] >= 128
            hostile.send(hostile.publish_bytes(topic, HELLO))
            if mqtt5:
                hostile.ping()
            else:
                hostile.read_until_gone()
    check_served(stack)
    assert not stack.service.lines_since(mark, "link_up|link_down|envelope_refused")


def test_the_services_client_id_needs_the_secret(stack):
    for client_id in ("$shadow/link/", "$shadow/link/0", "$shadow", "$shadow/other"):
        for username, password in ((None, None), ("shadowd", "guess"), ("shadowd", "")):
            with Wire(stack.port) as hostile:
                assert hostile.connect(client_id, username=username, password=password) == 5
    check_served(stack)


def test_a_flood_of_forbidden_publishes_costs_one_line_in_the_log():
    with Stack(plugin_options={"on_forbidden": "ignore"}) as stack:
        mark = stack.broker.mark()
        with Wire(stack.port) as hostile:
            hostile.connect("hostile")
            for _ in range(200):
                hostile.send(b"".join(
                    hostile.publish_bytes("$shadow/link/answers", HELLO, qos=0)
                    for _ in range(50)))
            hostile.ping()
        stack.broker.wait_for_line("published where it may not: hostile", mark)
        assert len(stack.broker.lines_since(mark, "published where it may not")) <= 3
        check_served(stack)


def test_a_flood_of_connections_as_the_service_does_not_disturb_it(stack):
    mark = stack.service.mark()
    for _ in range(300):
        with Wire(stack.port) as hostile:
            assert hostile.connect("$shadow/link/x", username="shadowd", password="x" * 64) == 5
    check_served(stack)
    assert not stack.service.lines_since(mark, "link_down")


def test_garbage_as_requests_is_answered_request_by_request(stack):
    with Client(stack.port) as client:
        shadow = Shadow(client, "garbage")
        for payload in (b"\xff\xfe", b"[" * 5000, b'{"state":' * 500, b"\0", HELLO):
            messages = shadow.exchange("update", payload).messages
            assert [one.topic for one in messages] == ["update/rejected"]
            assert json.loads(messages[0].payload)["code"] in (400, 413, 415)
    wait_until(lambda: stack.service.running, "the service's life")
    check_served(stack)
