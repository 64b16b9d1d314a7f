"""What Prometheus is told by those that stand by and by the one that is active: every metric that the
alerts and the dashboard's part on several machines ask for is there."""
import json
import re
from pathlib import Path

import pytest

from client import Client, Shadow
from harness import wait_until
from machines import Machines
from metrics import scrape

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "deploy/prometheus/alert.rules.yml").read_text()
DASHBOARD = json.loads((ROOT / "deploy/grafana/mosquitto_shadow.json").read_text())


@pytest.fixture(scope="module")
def machines():
    with Machines(brokers=2) as running:
        with Client(running.brokers[0].port) as client:
            Shadow(client, "seen").exchange("update", '{"state":{"desired":{"a":1}}}')
        yield running


def asked_for() -> set:
    many = RULES.split("mosquitto_shadow_many_machines_alerts")[1]
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    panels = DASHBOARD["panels"][titles.index("Past one machine") + 1:]
    expressions = re.sub(r"summary:.*", "", many) + json.dumps([one["targets"] for one in panels])
    return set(re.findall(r"\bshadow_\w+", expressions))


def test_every_metric_that_is_asked_for_is_there(machines):
    assert len(asked_for()) > 8
    page = scrape(machines.await_active().metrics_port)
    assert asked_for() - {name for name, _ in page.series} == set()


def test_one_is_active_and_the_other_is_not(machines):
    active = machines.await_active()
    standby = next(one for one in machines.services if one is not active)
    wait_until(lambda: standby.stands_by, "the other's standing by")
    assert scrape(active.metrics_port).value("shadow_active") == 1
    assert scrape(standby.metrics_port).value("shadow_active") == 0


def test_of_the_database_its_standbys_are_told(machines):
    def value(name):
        return scrape(machines.await_active().metrics_port).value(name)
    assert value("shadow_database_up") == 1
    assert value("shadow_database_synchronous_standbys") == 1
    assert value("shadow_store_lost_commits_total") == 0


def test_each_broker_has_its_link(machines):
    page = scrape(machines.await_active().metrics_port)
    assert page.value("shadow_broker_link_up") == 2
    assert len(page.labels("shadow_broker_link_up")["broker"]) == 2
    assert page.labels("shadow_news_waiting_bytes") == page.labels("shadow_broker_link_up")
