"""One shadowd and several brokers: what is changed at one is heard at all, in order and once."""
import http.client
import json
import threading

import pytest

from brokers import Brokers, hangs
from client import Client, Shadow
from harness import Process, free_port, wait_until
from wire import Wire

THING = "lamp"
DOCUMENTS = f"$aws/things/{THING}/shadow/update/documents"
UPDATE = f"$aws/things/{THING}/shadow/update"


@pytest.fixture
def brokers():
    with Brokers() as running:
        yield running


def body(n, size=0) -> bytes:
    return json.dumps({"state": {"reported": {"n": n, "pad": "x" * size}}}).encode()


class Watcher(Client):
    """Hears the versions of THING."""

    def __init__(self, port):
        super().__init__(port)
        self.subscribe(DOCUMENTS)

    def versions_up_to(self, last) -> list:
        def version(one):
            return json.loads(one.payload)["current"]["version"]

        return [version(one) for one in self.take_until(
            lambda one: one.topic == DOCUMENTS and version(one) >= last, f"version {last}")]


class Writer:
    """Updates THING at one broker, without waiting for answers."""

    def __init__(self, port, count, size=0):
        self._client, self._count, self._size = Client(port), count, size
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def _write(self):
        for n in range(self._count):
            self._client.publish(UPDATE, body(n, self._size))

    def join(self):
        self._thread.join()
        self._client.close()


def https(port, method, path, payload=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body=payload)
    response = connection.getresponse()
    return response.status, response.read()


def test_versions_come_everywhere_in_order_and_once():
    with Brokers(3) as brokers:
        watchers = [Watcher(port) for port in brokers.ports]
        writers = [Writer(port, 100) for port in brokers.ports]
        for writer in writers:
            writer.join()
        for watcher in watchers:
            assert watcher.versions_up_to(300) == list(range(1, 301))
            watcher.close()


def test_all_messages_of_an_update_are_heard_elsewhere(brokers):
    here, there = (Client(port) for port in brokers.ports)
    there.subscribe(f"$aws/things/{THING}/shadow/#")
    here.publish(UPDATE, b'{"state":{"desired":{"a":1}},"clientToken":"t"}')
    got = there.take_until(lambda one: one.topic.endswith("delta"))
    got += there.take_until(lambda one: True) if len(got) < 3 else []
    assert {one.topic.rpartition("/")[2] for one in got} == {"accepted", "documents", "delta"}
    here.publish(f"$aws/things/{THING}/shadow/get", b'{"clientToken":"g"}')
    assert b'"g"' in there.take_until(lambda one: one.topic.endswith("get/accepted"))[-1].payload
    here.publish(UPDATE, b'{"state":7}')
    assert b'"code":400' in there.take_until(
        lambda one: one.topic.endswith("update/rejected"))[-1].payload
    for client in (here, there):
        client.close()


def test_a_killed_shadowd_loses_no_version_of_any_brokers_subscribers(brokers):
    watchers = [Watcher(port) for port in brokers.ports]
    writers = [Writer(port, 400) for port in brokers.ports]
    for part in (100, 300, 500):
        watchers[0].take_until(
            lambda one, part=part: json.loads(one.payload)["current"]["version"] >= part)
        brokers.service.kill()
        brokers.start_service()
    for writer in writers:
        writer.join()
    assert watchers[1].versions_up_to(800) == list(range(1, 801))
    watchers[0].versions_up_to(800)
    for watcher in watchers:
        watcher.close()


def test_a_killed_broker_takes_nothing_from_the_other(brokers):
    with Client(brokers.ports[1]) as client:
        shadow = Shadow(client, THING)
        shadow.exchange("update", body(0).decode())
        mark = brokers.service.mark()
        brokers.stacks[0].broker.kill()
        brokers.service.wait_for_line("link_down", mark)
        for n in range(20):
            assert "update/accepted" in shadow.exchange("update", body(n).decode()).topics
        mark = brokers.service.mark()
        brokers.stacks[0].start_broker()
        brokers.service.wait_for_line("link_up", mark)
        watcher = Watcher(brokers.ports[0])
        shadow.exchange("update", body(99).decode())
        assert watcher.versions_up_to(22) == [22]
        watcher.close()


@pytest.mark.parametrize("writers", [[600], [300, 300]], ids=["one-writes", "both-write"])
def test_what_a_link_that_is_cut_had_to_carry_is_sent_again_in_order(writers):
    with Brokers(cuttable=True) as brokers:
        watchers = [Watcher(port) for port in brokers.ports]
        writing = [Writer(port, count) for port, count in zip(brokers.ports, writers)]
        for part in (100, 200, 300):
            watchers[0].take_until(
                lambda one, part=part: json.loads(one.payload)["current"]["version"] >= part)
            mark = brokers.service.mark()
            brokers.cuts[1].cut()
            brokers.service.wait_for_line("link_down", mark)
            brokers.cuts[1].mend()
            brokers.service.wait_for_line("link_up", mark)
        for writer in writing:
            writer.join()
        assert watchers[1].versions_up_to(600) == list(range(1, 601))
        for watcher in watchers:
            watcher.close()


def test_a_broker_that_takes_nothing_any_more_is_cut_and_the_others_go_on():
    with Brokers() as brokers:
        watcher = Watcher(brokers.ports[1])
        mark = brokers.service.mark()
        brokers.stacks[1].broker.pause()
        writer = Writer(brokers.ports[0], 500, size=3000)
        writer.join()
        brokers.service.wait_for_line("link_cut.*took nothing", mark)
        with Client(brokers.ports[0]) as client:
            assert Shadow(client, THING).fence()[1]["version"] == 500
        brokers.stacks[1].broker.resume()
        brokers.service.wait_for_line("link_up", mark)
        assert watcher.versions_up_to(500) == list(range(1, 501))
        watcher.close()


def test_too_much_news_for_a_broker_that_is_away_is_dropped_and_said():
    with Brokers(service_flags=["--state_bytes_max=100000"]) as brokers:
        mark = brokers.service.mark()
        brokers.stacks[1].broker.pause()
        with Client(brokers.ports[0]) as client:
            shadow = Shadow(client, THING)
            for n in range(120):  # one after the other: all at once would fill the window
                shadow.exchange("update", body(n, 80_000))
            assert shadow.fence()[1]["version"] == 120
        brokers.service.wait_for_line("news_dropped", mark)
        brokers.stacks[1].broker.resume()
        brokers.service.wait_for_line("link_up", mark)
        watcher = Watcher(brokers.ports[1])
        with Client(brokers.ports[0]) as client:
            client.publish(UPDATE, body(0))
        assert watcher.versions_up_to(121) == [121]
        watcher.close()


def test_a_broker_that_does_not_answer_holds_nobody_up():
    port, kept = hangs()
    with Brokers(1, more_brokers=[f"127.0.0.1:{port}"]) as brokers, \
            Client(brokers.ports[0]) as client:
        assert "update/accepted" in Shadow(client, THING).exchange("update", body(1).decode()).topics
    for one in kept:
        one.close()


def test_a_client_that_comes_elsewhere_is_gone_where_it_was(brokers):
    """Of one second the larger epoch stays, so it may have to come twice, as clients do."""
    with Wire(brokers.ports[0]) as elder:
        elder.connect("robot")
        with Client(brokers.ports[1], "robot") as later:
            elder.ignore_until_gone()
            later.wait_for_connection()
            later.subscribe("robots")


def test_lifecycle_events_are_heard_at_all_brokers(brokers):
    with Client(brokers.ports[0]) as near, Client(brokers.ports[1]) as far:
        for watcher in (near, far):
            watcher.subscribe("$aws/events/presence/+/robot")
        with Client(brokers.ports[0], "robot"):
            pass
        told = [[json.loads(one.payload)["eventType"] for one in watcher.take_until(
            lambda one: one.topic.startswith("$aws/events/presence/disconnected"))]
            for watcher in (near, far)]
        assert told == [["connected", "disconnected"]] * 2


def test_https_is_heard_at_all_brokers_and_asks_all():
    port = free_port()
    with Brokers(service_flags=[f"--http_port={port}", "--http_auth=open"]) as brokers:
        watchers = [Watcher(one) for one in brokers.ports]
        status, _ = https(port, "POST", f"/things/{THING}/shadow", body(1))
        assert status == 200
        for n, watcher in enumerate(watchers):
            assert watcher.versions_up_to(1) == [1]
            watcher.publish(f"kept/{n}", b"here", retain=True)
        status, said = https(port, "GET", "/retainedMessage")
        assert [one["topic"] for one in json.loads(said)["retainedTopics"]] == ["kept/0", "kept/1"]
        status, said = https(port, "GET", "/retainedMessage/kept%2F1")
        assert status == 200
        for watcher in watchers:
            watcher.subscribe("news")
        assert https(port, "POST", "/topics/news", b"hello")[0] == 200
        for watcher in watchers:
            assert watcher.take_until(lambda one: one.topic == "news")[-1].payload == b"hello"
        with Wire(brokers.ports[1]) as robot:
            robot.connect("robot")
            assert https(port, "DELETE", "/connections/robot")[0] == 200
            robot.ignore_until_gone()
        for watcher in watchers:
            watcher.close()


def test_metrics_tell_of_each_broker():
    port = free_port()
    with Brokers(service_flags=[f"--metrics_port={port}"]) as brokers:
        ways = [f"unix:{stack.folder}/link.sock" for stack in brokers.stacks]

        def shown(name):
            lines = https(port, "GET", "/metrics")[1].decode().splitlines()
            return [next(float(line.split()[-1]) for line in lines
                         if line.startswith(f'{name}{{broker="{way}"')) for way in ways]

        assert shown("shadow_broker_link_up") == [1, 1]
        with Client(brokers.ports[0]) as client:
            Shadow(client, THING).exchange("update", body(1).decode())
        there, here = shown("shadow_news_sent_total")
        assert (there, here > 0) == (0, True)
        wait_until(lambda: shown("shadow_news_waiting_bytes") == [0, 0], "what was taken")
        brokers.stacks[1].stop_broker()
        wait_until(lambda: shown("shadow_broker_link_up") == [1, 0], "the loss")
        with Client(brokers.ports[0]) as client:
            Shadow(client, THING).exchange("update", body(2).decode())
        assert shown("shadow_news_waiting_bytes")[1] > 0
        assert https(port, "GET", "/readyz")[0] == 200
        brokers.stacks[1].start_broker()


def test_the_same_broker_is_refused_twice(brokers):
    way = f"unix:{brokers.stacks[0].folder}/link.sock"
    twice = Process("shadowd", [*brokers.service.command, f"--broker={way}"])
    twice.start()
    assert twice.wait() != 0
    assert twice.lines_since(0, "is not another one than those before")


def test_order_holds_while_a_broker_comes_and_goes(brokers):
    watcher = Watcher(brokers.ports[0])
    writer = Writer(brokers.ports[0], 300)
    for _ in range(2):
        mark = brokers.service.mark()
        brokers.stacks[1].broker.kill()
        brokers.service.wait_for_line("link_down", mark)
        brokers.stacks[1].start_broker()
        brokers.service.wait_for_line("link_up", mark)
    writer.join()
    assert watcher.versions_up_to(300) == list(range(1, 301))
    watcher.close()
