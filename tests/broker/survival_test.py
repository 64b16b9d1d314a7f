"""Accepted means kept: through stops, crashes and restarts of the service and of the broker."""
import json
import socket

import pytest

from client import Client, Shadow
from harness import Process, Stack, WAIT_SECONDS, store_is_postgresql
from wire import Wire

THINGS = 12
of_a_folder = pytest.mark.skipif(store_is_postgresql(), reason="of a store in a folder")


@pytest.fixture
def stack():
    with Stack() as running:
        yield running


def write_some(stack, round_number: int):
    """Updates things; returns what accepted has promised: thing to (version, state)."""
    promised = {}
    with Client(stack.port) as client:
        for n in range(THINGS):
            shadow = Shadow(client, f"thing-{n}", "named" if n % 2 else None)
            body = {"state": {"reported": {"round": round_number, "n": n}}}
            accepted = shadow.exchange("update", json.dumps(body)).payload("update/accepted")
            promised[n] = (accepted["version"], body["state"])
    return promised


def check_kept(stack, promised):
    with Client(stack.port) as client:
        for n, (version, state) in promised.items():
            _, after = Shadow(client, f"thing-{n}", "named" if n % 2 else None).fence()
            assert (after["version"], after["state"]) == (version, state)


def restart_service(stack, end):
    end()
    stack.start_service()


def restart_broker(stack, end):
    """The service is not touched: it must find its way back alone."""
    mark, pid = stack.service.mark(), stack.service.pid
    end()
    stack.start_broker()
    stack.service.wait_for_line("link_up", mark)
    assert stack.service.running and stack.service.pid == pid


def restart_both(stack, end_service, end_broker):
    end_service()
    end_broker()
    stack.start_broker()
    stack.start_service()


@pytest.mark.parametrize("restart", [
    pytest.param(lambda s: restart_service(s, s.stop_service), id="service-stopped"),
    pytest.param(lambda s: restart_service(s, s.service.kill), id="service-killed"),
    pytest.param(lambda s: restart_broker(s, s.stop_broker), id="broker-stopped"),
    pytest.param(lambda s: restart_broker(s, s.broker.kill), id="broker-killed"),
    pytest.param(lambda s: restart_both(s, s.stop_service, s.stop_broker), id="both-stopped"),
    pytest.param(lambda s: restart_both(s, s.service.kill, s.broker.kill), id="both-killed"),
])
def test_every_accepted_update_is_there_with_its_version(stack, restart):
    for round_number in (1, 2, 3):
        promised = write_some(stack, round_number)
        assert {version for version, _ in promised.values()} == {round_number}
        restart(stack)
        check_kept(stack, promised)


def test_the_version_line_of_a_deleted_shadow_survives(stack):
    with Client(stack.port) as client:
        shadow = Shadow(client, "deleted")
        shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
        assert shadow.exchange("delete").topics == ["delete/accepted"]
    restart_service(stack, stack.service.kill)
    with Client(stack.port) as client:
        shadow = Shadow(client, "deleted")
        assert shadow.fence()[1]["code"] == 404
        born = shadow.exchange("update", '{"state":{}}').payload("update/accepted")
        assert born["version"] == 3  # G6


def test_the_whole_document_survives_to_the_byte(stack):
    state = ('{"desired":{"z":1,"a":{"é":[1,[2,{"x":"\\n"}]],"e":{}},"big":9223372036854775807,'
             '"d":1e-07,"one":1.0},"reported":{"m":[],"a":true}}')
    with Wire(stack.port) as device:
        device.connect("precise")
        device.subscribe("$aws/things/precise/shadow/get/accepted",
                         "$aws/things/precise/shadow/update/documents")
        device.publish("$aws/things/precise/shadow/update", f'{{"state":{state}}}'.encode())
        device.read_published()
        device.publish("$aws/things/precise/shadow/get")
        before = device.read_published().payload.rsplit(b',"timestamp":', 1)[0]
        restart_service(stack, stack.service.kill)
        device.publish("$aws/things/precise/shadow/get")
        after = device.read_published().payload.rsplit(b',"timestamp":', 1)[0]
    assert before == after
    assert before.startswith(f'{{"state":{state[:-1]},"delta":'.encode())


def test_requests_wait_for_a_service_that_is_away(stack):
    """The broker took them while nobody was there to answer; the service answers on its return."""
    with Client(stack.port) as client:
        shadow = Shadow(client, "patient")
        shadow.exchange("update", '{"state":{"reported":{"n":0}}}')
        stack.service.kill()
        for n in (1, 2, 3):
            client.publish(f"{shadow.prefix}/update", json.dumps({"state": {"reported": {"n": n}}}))
        stack.start_service()
        messages, after = shadow.fence()
        assert [one.topic for one in messages].count("update/accepted") == 3
        assert after["version"] == 4


def test_requests_of_a_paused_service_are_answered_later(stack):
    with Client(stack.port) as client:
        shadow = Shadow(client, "slow")
        stack.service.pause()
        client.publish(f"{shadow.prefix}/update", '{"state":{"reported":{"a":1}}}')
        with Client(stack.port) as other:  # the broker serves everything else meanwhile
            other.subscribe("plain/#")
            other.publish("plain/topic", "1")
            other.take_until(lambda one: one.topic == "plain/topic")
        stack.service.resume()
        messages, _ = shadow.fence()
        assert [one.topic for one in messages] == ["update/accepted", "update/documents"]


def test_a_service_that_stays_away_is_answered_for():
    with Stack(plugin_options={"link_timeout_ms": 300}) as stack:
        with Client(stack.port) as client:
            shadow = Shadow(client, "lonely")
            shadow.exchange("update", '{"state":{}}')
            stack.service.kill()
            client.publish(f"{shadow.prefix}/update", '{"state":{},"clientToken":"away"}')
            taken = client.take_until(lambda one: one.topic.endswith("/update/rejected"))
            assert json.loads(taken[-1].payload) == {
                "code": 500, "message": "Internal service failure", "clientToken": "away"}
            stack.start_service()
            assert shadow.exchange("update", '{"state":{}}').topics == [
                "update/accepted", "update/documents"]


def test_a_full_window_refuses_at_once():
    with Stack(plugin_options={"window_requests": 5}) as stack:
        with Client(stack.port) as client:
            shadow = Shadow(client, "crowded")
            shadow.exchange("update", '{"state":{}}')
            stack.service.pause()
            for n in range(6):
                client.publish(f"{shadow.prefix}/update", f'{{"state":{{}},"clientToken":"{n}"}}')
            taken = client.take_until(lambda one: one.topic.endswith("/update/rejected"))
            assert json.loads(taken[-1].payload) == {
                "code": 429, "message": "TOO_MANY_REQUESTS", "clientToken": "5"}
            stack.service.resume()
            accepted = client.take_until(
                lambda one: one.topic.endswith("/accepted") and b'"clientToken":"4"' in one.payload)
            assert json.loads(accepted[-1].payload)["version"] == 6


# --- starting and stopping

def test_a_broker_that_is_not_there_yet_is_waited_for(stack):
    """With one line in the log, not one a try, and no crash."""
    stack.stop_service()
    stack.stop_broker()
    mark = stack.service.mark()
    stack.start_service(wait_for_link=False)
    stack.service.wait_for_line("broker", mark)
    refuse_connections(stack.folder / "link.sock", tries=4)
    complaints = [line for line in stack.service.lines_since(mark, "broker|link_")
                  if "event=start" not in line]
    assert len(complaints) == 1, complaints
    stack.start_broker()
    stack.service.wait_for_line("link_up", mark)
    check_kept(stack, write_some(stack, 1))


def refuse_connections(path, tries: int):
    """Stands in the broker's place until the service has knocked so often."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(WAIT_SECONDS)
        for _ in range(tries):
            listener.accept()[0].close()
    path.unlink()


def test_a_service_with_the_wrong_secret_names_the_cause_and_does_not_flood(stack):
    stack.stop_service()
    secret = stack.secret_file.read_text()
    stack.secret_file.write_text("wrong" * 10)
    tries, mark = stack.broker.mark(), stack.service.mark()
    stack.start_service(wait_for_link=False)
    stack.service.wait_for_line("not authorised.*secret", mark)
    stack.broker.wait_for_line(r"Sending CONNACK .*\(0, 5\)", tries, count=5)
    assert len(stack.service.lines_since(mark, "broker_|link_")) == 1
    stack.stop_service()
    stack.secret_file.write_text(secret)
    stack.start_service()


def test_the_service_stops_cleanly_while_it_waits_for_the_broker(stack):
    stack.stop_service()
    stack.stop_broker()
    mark = stack.service.mark()
    stack.start_service(wait_for_link=False)
    stack.service.wait_for_line(".", mark)
    stack.stop_service()
    stack.start_broker()
    stack.start_service()


def test_the_service_stops_cleanly_under_load(stack):
    with Client(stack.port) as client:
        shadow = Shadow(client, "busy", watch=False)
        client.subscribe(f"{shadow.prefix}/update/accepted")
        for _ in range(500):
            shadow.request("update", '{"state":{"reported":{"a":1}}}')
        client.take_until(lambda one: b'"version":1,' in one.payload)
        stack.stop_service()
        stack.start_service()
        client.take_until(lambda one: b'"version":500,' in one.payload)


@of_a_folder
def test_a_second_service_on_the_same_data_refuses_to_start(stack):
    second = Process("second shadowd", stack.service.command)
    second.start()
    assert second.wait(WAIT_SECONDS) not in (0, None)
    assert second.lines, "it says why"
    write_some(stack, 1)


def test_the_service_is_found_again_by_a_broker_that_restarts_many_times(stack):
    for round_number in range(1, 6):
        restart_broker(stack, stack.broker.kill)
        check_kept(stack, write_some(stack, round_number))


@of_a_folder
def test_relaxed_durability_survives_a_killed_process():
    """What the process wrote is in the page cache; only a power cut could take it."""
    with Stack(service_flags=["--durability=relaxed"]) as stack:
        promised = write_some(stack, 1)
        restart_service(stack, stack.service.kill)
        check_kept(stack, promised)
