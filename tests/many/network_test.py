"""The network between the machines is cut: between the active shadowd and the database, and between it and
one of the brokers. Nobody is told that it is cut; it is noticed by what does not come."""
import json
import socket

import pytest

from client import Client, Shadow
from harness import wait_until
from load import Load
from machines import Machines, Service


@pytest.fixture(scope="module")
def machines():
    with Machines(brokers=2, cables=True) as running:
        yield running


def cables_to_the_database(machines, service):
    return [cable for (one, _), cable in machines.line.items() if one == machines.number(service)]


def test_cut_off_from_the_database_it_steps_down_and_the_other_takes_over(machines, seed):
    with Load(machines, seed) as load:
        active = machines.await_active()
        mark, others = active.mark(), [one for one in machines.services if one is not active]
        for cable in cables_to_the_database(machines, active):
            cable.cut()
        machines.await_active(others)
        load.await_progress()
        active.wait_for_line("stepped_down", mark)
        wait_until(lambda: active.stands_by, "its standing by without a database")
        for cable in cables_to_the_database(machines, active):
            cable.mend()
        wait_until(lambda: active.stands_by, "its standing by")
        load.await_progress()
    assert load.failed == []


def test_a_standby_that_is_cut_off_is_no_harm_and_comes_back(machines, seed):
    active = machines.await_active()
    standby = next(one for one in machines.services if one is not active)
    wait_until(lambda: standby.stands_by, "the other's standing by")
    with Load(machines, seed + 1) as load:
        for cable in cables_to_the_database(machines, standby):
            cable.cut()
        load.await_progress()
        for cable in cables_to_the_database(machines, standby):
            cable.mend()
        load.await_progress()
        active.shadowctl("service", "hand-over")
        machines.await_active([standby])
    assert load.failed == []


def test_cut_off_from_a_broker_the_others_are_served_and_it_is_told_all_later(machines, seed):
    """The clients of that one are refused after link_timeout_ms, and nobody else notices."""
    active = machines.await_active()
    cable = machines.link[machines.number(active), 0]
    near, far = machines.brokers
    with Client(near.port) as at_the_cut, Load(machines, seed + 2, brokers=[far]) as load:
        shadow = Shadow(at_the_cut, "cut-off")
        at_the_cut.subscribe("$aws/things/+/shadow/update/documents")
        machines.await_link(near)
        cable.cut()
        shadow.request("update", '{"state":{"desired":{"n":1}},"clientToken":"cut"}')
        load.await_progress()
        said = at_the_cut.take_until(lambda one: one.topic.endswith("/update/rejected"), "the 500")
        assert json.loads(said[-1].payload)["code"] == 500
        with Client(far.port) as other:
            beyond = Shadow(other, "beyond").exchange("update", '{"state":{"desired":{"n":1}}}')
            assert "update/accepted" in beyond.topics
        load.await_progress()
        cable.mend()
        at_the_cut.take_until(lambda one: one.topic == "$aws/things/beyond/shadow/update/documents",
                              "what was published at the other broker meanwhile")
        machines.await_link(near)
        assert shadow.exchange("update", '{"state":{"desired":{"n":2}}}').payload("update/accepted")
    assert load.failed == []


def test_a_database_server_whose_machine_is_off_is_passed_over_for_its_standby():
    """It stands first in the URL, and whoever connects to it waits."""
    with Machines(brokers=1, cables=True) as machines:
        pair = machines.database
        first = pair.ports.index(pair.primary.port)
        with Client(machines.brokers[0].port) as client:
            shadow = Shadow(client, "patient")

            def is_accepted():
                said = shadow.exchange("update", '{"state":{"desired":{"a":1}}}')
                return "update/accepted" in said.topics
            assert is_accepted()
            for (_, server), cable in machines.line.items():
                if server == first:
                    cable.cut()
            pair.fail_over()
            wait_until(is_accepted, "an update's being accepted", 60)
            machines.await_active().shadowctl("service", "hand-over")
            wait_until(is_accepted, "an update's being accepted by the other one", 60)


class Off:
    """A port of a machine that is off: its queue of connections is full, and the kernel answers no more."""

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.port = self._listener.getsockname()[1]
        self._waiting = []
        while True:
            waiting = socket.socket()
            waiting.settimeout(0.5)
            self._waiting.append(waiting)
            try:
                waiting.connect(("127.0.0.1", self.port))
            except (TimeoutError, socket.timeout):
                return self

    def __exit__(self, *_):
        for waiting in self._waiting:
            waiting.close()
        self._listener.close()


def test_a_broker_whose_machine_is_off_stops_nobody(seed):
    """Its packets are lost without an answer, so that who connects there waits."""
    with Machines(brokers=2) as machines, Off() as off:
        lone = machines.brokers[0]
        near = Service("shadowd-9", machines.folder, [lone.link_port, off.port],
                       machines.database.url(), machines.secret_file, [])
        for service in machines.services:
            assert service.stop() == 0
        machines.services[:] = [near]
        near.start()
        # Not await_active: of two brokers one is not there, and /readyz says so.
        with Load(machines, seed + 3, brokers=[lone]) as load:
            for _ in range(5):
                load.await_progress()
        assert load.failed == []
        assert near.lines_since(0, "stepped_down") == []
