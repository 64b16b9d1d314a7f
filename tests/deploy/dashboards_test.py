"""Dashboard and rules against Prometheus and a service under load: every query finds something, and
every metric that they name exists."""
import json
import re
import threading

import pytest

from client import Shadow
from composition import ROOT
from harness import wait_until

DASHBOARD = json.loads((ROOT / "deploy/grafana/mosquitto_shadow.json").read_text())
RATE_SECONDS = 60
METRIC = re.compile(r"\b(?:instance\w*:)?(?:shadow|process)_\w+(?::\w+)?\b")


# Of these there is something to be seen with several machines only: tests/many/metrics_test.py.
MANY_MACHINES_ROW = "Past one machine"
MANY_MACHINES_METRIC = re.compile(r"shadow_(active|owner_\w+|database_\w+|news_\w+|broker_link_up|"
                                  r"stepped_down_total|store_(moved|reconnects|lost_commits)_total)")


def panels():
    rows = [panel["title"] for panel in DASHBOARD["panels"]]
    return [panel for panel in DASHBOARD["panels"][:rows.index(MANY_MACHINES_ROW)]
            if panel["type"] != "row"]


def as_asked(expression: str) -> str:
    """With Grafana's variables filled in."""
    return expression.replace("$__rate_interval", f"{RATE_SECONDS}s").replace("$instance", ".*")


@pytest.fixture(scope="module")
def loaded(composition):
    """The composition while a client wants, reports, gets, deletes and errs without pause."""
    stop = threading.Event()
    payloads = ['{"state":{"desired":{"n":%d}}}', '{"state":{"reported":{"n":%d}}}', 'no JSON %d']

    def work():
        with composition.plain() as client:
            shadow, turn = Shadow(client, "busy"), 0
            while not stop.wait(0.01):
                turn += 1
                shadow.exchange("update", payloads[turn % 3] % turn)
                if turn % 50 == 0:
                    shadow.exchange("delete")

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield composition
    finally:
        stop.set()
        worker.join()


def test_prometheus_scrapes_the_service_and_took_the_rules(loaded):
    wait_until(lambda: loaded.query('up{job="shadowd"} == 1'), "a scrape", 60)
    rules = [rule for group in loaded.ask_prometheus("rules")["groups"] for rule in group["rules"]]
    assert len(rules) >= 20
    wait_until(lambda: all(rule["health"] == "ok" for group in
                           loaded.ask_prometheus("rules")["groups"] for rule in group["rules"]),
               "the rules' good health", 60)


@pytest.mark.parametrize("title", [panel["title"] for panel in panels()])
def test_no_panel_is_empty_under_load(loaded, title):
    panel = next(one for one in panels() if one["title"] == title)
    for target in panel["targets"]:
        def has_numbers():
            found = loaded.query(as_asked(target["expr"]))
            return found and all(value["value"][1] != "NaN" for value in found)
        wait_until(has_numbers, f"{title}: an answer to {target['expr']}", 120)


def test_every_metric_that_is_named_exists(loaded):
    text = json.dumps([panel["targets"] for panel in panels()]) + "".join(
        (ROOT / "deploy/prometheus" / name).read_text()
        for name in ("recording.rules.yml", "alert.rules.yml"))
    expressions = re.sub(r"summary:.*", "", text)
    known = set(loaded.ask_prometheus("label/__name__/values"))
    unknown = set(METRIC.findall(expressions)) - known
    assert not [name for name in unknown if not MANY_MACHINES_METRIC.fullmatch(name)]


def test_nothing_alarms_while_all_is_well(loaded):
    firing = [one["metric"]["alertname"] for one in loaded.query('ALERTS{alertstate="firing"}')]
    assert set(firing) <= {"ShadowDiskNearlyFull", "ShadowDiskFull"}, "but for this machine's disk"
