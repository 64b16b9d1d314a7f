"""What Prometheus reads says what happened, is what docs/metrics.md says, and names nobody."""
import json
import re
import subprocess
from pathlib import Path

import pytest

from client import Client, Shadow
from harness import Stack, free_port, wait_until
from health import ask
from metrics import scrape

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
ROW = re.compile(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\| [^|]+ \|$", re.M)
LISTED = re.compile(r"`([a-z_]+)`((?: [a-z0-9_]+,?)*)")


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def stack(port):
    with Stack(service_flags=[f"--metrics_port={port}"]) as running:
        yield running


def counted(port):
    """The page once the census, which runs beside the work, has ended, and the plugin has spoken."""
    def page():
        found = scrape(port)
        awaited = {"shadow_documents", "shadow_broker_clients"}
        return found if awaited <= set(found.types) else None

    return wait_until(page, "the census")


# Of a store in a database, and of several brokers: tests/many looks at those.
PAST_ONE_MACHINE = re.compile(
    r"shadow_(database_.*|store_(moved|resent|reconnects)_total|news_.*|broker_link_.*)$")


def documented():
    return {name: (kind, {label: set(re.findall(r"[a-z0-9_]+", values))
                          for label, values in LISTED.findall(labels)})
            for name, kind, labels in ROW.findall(DOCUMENT.read_text())}


def test_page_and_document_agree(stack, port):
    page, rows = counted(port), documented()
    here = {name: row for name, row in rows.items() if not PAST_ONE_MACHINE.match(name)}
    assert set(page.types) == set(here)
    for name, (kind, labels) in here.items():
        assert page.types[name] == kind, name
        has = page.labels(name)
        has.pop("le", None)
        assert set(has) == set(labels), name
        for label, values in labels.items():
            if values:
                assert has[label] <= values, f"{name}{{{label}}}"


def test_promtool_finds_nothing_to_complain_of(stack, port):
    checked = subprocess.run(["promtool", "check", "metrics"], input=counted(port).text, text=True,
                             capture_output=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_requests_are_counted(stack, port):
    before = counted(port)
    with Client(stack.port) as client:
        shadow = Shadow(client, "no-label-holds-this-name")
        shadow.exchange("get", "")
        shadow.exchange("update", json.dumps({"state": {"desired": {"a": 1}}}))
        shadow.exchange("update", json.dumps({"state": {"desired": {"a": 2}}, "version": 7}))
        shadow.exchange("delete", "")
    after = scrape(port)

    def more(name, **labels):
        return after.value(name, **labels) - before.value(name, **labels)

    requests = "shadow_requests_total"
    # Each exchange ends with a get of the client's own: four of them, two where no shadow was.
    assert more(requests, operation="get", code="404", result="rejected", protocol="mqtt") == 3
    assert more(requests, operation="get", code="200", result="accepted") == 2
    assert more(requests, operation="update", code="200", result="accepted") == 1
    assert more(requests, operation="update", code="409", result="rejected") == 1
    assert more(requests, operation="delete", code="200") == 1
    answered = more(requests)
    assert answered == 8
    assert more("shadow_request_duration_seconds_count") == answered
    assert more("shadow_batch_requests_sum") == answered
    assert more("shadow_deltas_published_total") == 1
    assert more("shadow_commit_duration_seconds_count") == 2
    assert more("shadow_fsync_duration_seconds_count") == 2
    assert more("shadow_fsync_duration_seconds_sum") > 0
    assert more("shadow_store_committed_bytes_total") > 0
    assert more("shadow_store_written_bytes_total", writer="log") > 0
    assert more("shadow_documents") == 0 and more("shadow_tombstones") == 1
    assert "no-label-holds-this-name" not in after.text


def test_history_is_counted_by_lane(stack, port):
    before = counted(port)
    with Client(stack.port) as client:
        shadow = Shadow(client, "looked-back-at")
        for section in ("desired", "reported", "reported"):
            shadow.exchange("update", json.dumps({"state": {section: {"a": 1}}}))
        shadow.exchange("delete", "")
    after = scrape(port)

    def more(lane):
        name = "shadow_history_entries_total"
        return after.value(name, lane=lane) - before.value(name, lane=lane)

    assert (more("wishes"), more("reports")) == (2, 2)
    assert after.value("shadow_history_dropped_total") == 0
    assert after.value("shadow_history_bytes") >= 0


def test_a_restart_counts_what_is_there_and_what_is_changed_meanwhile():
    port = free_port()
    with Stack(service_flags=[f"--metrics_port={port}"]) as stack:
        with Client(stack.port) as client:
            for thing in ("a", "b", "c"):
                Shadow(client, thing).exchange("update", '{"state":{"reported":{"x":1}}}')
            Shadow(client, "b").exchange("delete", "")
            stack.stop_service()
            stack.start_service()
            Shadow(client, "d").exchange("update", '{"state":{}}')
            Shadow(client, "b").exchange("update", '{"state":{}}')
            Shadow(client, "c").exchange("delete", "")
        page = counted(port)
        assert page.value("shadow_documents") == 3
        assert page.value("shadow_tombstones") == 1


def test_the_plugins_numbers_are_told(stack, port):
    before = counted(port)
    with Client(stack.port) as client:
        Shadow(client, "lamp").exchange("get", "")

        def told():
            page = counted(port)
            taken = page.value("shadow_plugin_requests_taken_total")
            clients = page.value("shadow_broker_clients")
            return taken >= before.value("shadow_plugin_requests_taken_total") + 2 and clients >= 1

        wait_until(told, "the plugin's telling")

        def times_add_up():
            page = counted(port)
            answered = page.value("shadow_plugin_requests_answered_total")
            times = "shadow_plugin_request_duration_seconds"
            return (answered >= before.value("shadow_plugin_requests_answered_total") + 2
                    and page.value(f"{times}_count") == answered
                    and page.value(f"{times}_bucket", le="5") == answered
                    and 0 < page.value(f"{times}_sum") < 5 * answered)

        wait_until(times_add_up, "the time of each answer")
    assert counted(port).value("shadow_plugin_refusals_total", code="429") == 0


def test_a_lost_link_shows(stack, port):
    assert scrape(port).value("shadow_link_up") == 1
    sessions = scrape(port).value("shadow_link_sessions_total")
    mark = stack.service.mark()
    stack.broker.kill()
    stack.service.wait_for_line("link_down", since=mark)
    assert scrape(port).value("shadow_link_up") == 0
    mark = stack.service.mark()
    stack.start_broker()
    stack.service.wait_for_line("link_up", since=mark)
    assert scrape(port).value("shadow_link_up") == 1
    assert scrape(port).value("shadow_link_sessions_total") == sessions + 1


def test_health_stands_beside_the_metrics(stack, port):
    assert ask(port, "/healthz") == (200, "ok\n")
    assert ask(port, "/readyz") == (200, "ok\n")
    assert ask(port, "/metrics", "DELETE")[0] == 405


@pytest.mark.parametrize("flag, said", [
    ("--metrics_address=localhost", "--metrics_address: 'localhost' is not an IP address"),
    ("--metrics_port=70000", "--metrics_port: '70000' is not between 0 and 65535"),
    ("--history=yes", "--history: 'yes' is not one of: on, off"),
    ("--history_wishes=0", "--history_wishes: '0' is not between 1 and 1000000"),
    ("--history_wishes_days=0", "--history_wishes_days: '0' is not between 1 and 36500"),
    ("--history_reports=-1", "--history_reports: '-1' is not between 1 and 1000000"),
    ("--history_reports_days=36501", "--history_reports_days: '36501' is not between 1 and 36500"),
    ("--history_shadow_bytes=1023", "--history_shadow_bytes: '1023' is not between 1024 and"),
    ("--history_bytes=1048575", "--history_bytes: '1048575' is not between 1048576 and"),
    ("--history_addresses=some", "flag 'history_addresses'"),
    ("--broker=unix:/run/" + 103 * "x", " is not short enough: a socket's path has at most 107 bytes"),
    ("--link_secret_file=/dev/null", "--link_secret_file: '/dev/null' is not a regular file: a file is"),
])
def test_a_bad_setting_is_named(stack, flag, said):
    ended = subprocess.run([*stack._service_command(), flag], capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == 1
    assert said in ended.stderr


def test_a_port_in_use_is_named(stack, port):
    command = [*stack._service_command(), f"--data_dir={stack.folder / 'other'}"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert f"--metrics_port: 127.0.0.1:{port} cannot be listened on" in ended.stderr
