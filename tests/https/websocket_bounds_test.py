"""MQTT over WebSocket where signatures are not looked at, where the broker is away, and at its bounds."""
import contextlib
import signal
import socket

import pytest

from harness import free_port, wait_until
from metrics import scrape
from tunnel import TunnelEndpoint, signed_target
from websocket_test import close_code
from wire import Wire

OPEN = "--http_auth=open"


def test_open_lets_in_whoever_is_on_this_machine_and_no_page_of_elsewhere():
    with TunnelEndpoint([OPEN], auth="certificate_or_local") as endpoint:
        with endpoint.connect("anybody", upgrade=dict(target="/mqtt")) as wire:
            assert wire.subscribe("any/thing", "$aws/things/x/shadow/#") == [1, 1]
            wire.publish("any/thing", b"1")
            assert wire.read_published().payload == b"1"
        # A signature, and a session token, are not looked at.
        wrong = signed_target("elsewhere", secret="x" * 40, token="any")
        with endpoint.connect("signer", upgrade=dict(target=wrong)) as wire:
            wire.ping()
        refused = endpoint.upgrade("/mqtt", headers={"Origin": "https://pages.example"})
        assert refused.status == 403 and "not from here" in refused.error
        refused = endpoint.upgrade("/mqtt", headers={"Host": "pages.example"})
        assert refused.status == 421
        with endpoint.connect("own-page", upgrade=dict(
                target="/mqtt", headers={"Origin": "http://localhost:3000"})) as wire:
            wire.ping()


def test_open_does_not_open_a_plugin_that_wants_certificates():
    with TunnelEndpoint([OPEN], auth="certificate") as endpoint:
        with endpoint.wire(target="/mqtt") as wire:
            assert wire.connect("anybody") == 5


def test_an_upgrade_waits_for_no_broker_and_connections_end_with_it():
    with TunnelEndpoint() as endpoint:
        wire = endpoint.connect("before")
        mark = endpoint.service.mark()
        endpoint.stop_broker()
        assert close_code(wire.frames) == 1000
        endpoint.service.wait_for_line("link_down", mark)
        refused = endpoint.upgrade()
        assert refused.status == 503 and "no broker" in refused.error
        mark = endpoint.service.mark()
        endpoint.start_broker()
        endpoint.service.wait_for_line("link_up", mark)
        with endpoint.connect("after") as again:
            again.ping()


def test_connections_end_with_shadowd():
    with TunnelEndpoint() as endpoint:
        wire = endpoint.connect("standing")
        mark = endpoint.broker.mark()
        endpoint.stop_service()
        assert close_code(wire.frames) in (0, 1001)
        endpoint.broker.wait_for_line("Client standing closed its connection", mark)
        endpoint.start_service()
        with endpoint.connect("standing") as again:
            again.ping()


def test_there_are_so_many_at_a_time_and_no_more():
    port = free_port()
    with TunnelEndpoint(["--websocket_connections_max=2", f"--metrics_port={port}"]) as endpoint:
        first, second = endpoint.connect("first"), endpoint.connect("second")
        refused = endpoint.upgrade()
        assert refused.status == 503 and "Too many" in refused.error
        page = scrape(port)
        assert page.value("shadow_websocket_clients") == 2
        assert page.value("shadow_websocket_requests_total", result="accepted") == 2
        assert page.value("shadow_websocket_requests_total", result="rejected") == 1
        first.close()
        wait_until(lambda: endpoint.upgrade().status == 101, "a place that is free again")
        second.ping()


def test_of_one_address_there_are_no_more_than_of_http():
    with TunnelEndpoint(["--http_connections_per_address_max=3"]) as endpoint:
        wires = [endpoint.connect(f"client-{i}") for i in range(3)]
        assert endpoint.upgrade().status == 503  # but HTTP has its own count
        for wire in wires:
            wire.ping()


def test_none_means_that_there_is_no_such_path():
    with TunnelEndpoint(["--websocket_connections_max=0"]) as endpoint:
        assert endpoint.upgrade().status in (403, 404)
        assert endpoint.ask("GET", "/mqtt").status == 404


def test_a_client_that_reads_nothing_holds_up_nobody():
    with TunnelEndpoint() as endpoint:
        with endpoint.connect("deaf") as deaf, endpoint.connect("loud") as loud:
            deaf.subscribe("flood", qos=0)
            for _ in range(400):
                loud.send(loud.publish_bytes("flood", b"x" * 60000, qos=0))
            loud.ping()
            assert endpoint.ask("GET", "/things/none/shadow").status == 404
            memory = int(next(line for line in open(f"/proc/{endpoint.service.pid}/status")
                              if line.startswith("VmRSS")).split()[1])
            assert memory < 1 << 20  # KiB: what floods is in no buffer of shadowd
