"""Who is active changes, by a death, by a hang and on purpose; nobody who asks is refused for it."""
import contextlib
import json
import os
import socket

import pytest

from harness import WAIT_SECONDS, wait_until
from health import ask
from load import Load
from machines import Machines

HANGS = int(os.environ.get("SHADOW_HANGS", "2"))
SLOWEST_S = 6  # what is promised of every change


@pytest.fixture(scope="module")
def machines():
    with Machines(brokers=2) as running:
        yield running


def other_than(machines, service):
    return next(one for one in machines.services if one is not service)


def test_the_active_one_says_so_and_the_other_stands_by(machines):
    active = machines.await_active()
    standby = other_than(machines, active)
    wait_until(lambda: standby.stands_by, "the other's standing by")
    assert active.ready()[0] == 200
    status, text = standby.ready()
    assert (status, "standby" in text) == (503, True)
    assert ask(standby.http_port, "/things/any/shadow")[0] == 503
    assert "active" in active.shadowctl("service", "status")
    assert "standby" in standby.shadowctl("service", "status")


def test_killed_the_other_takes_over_within_the_promised_time(machines, seed):
    with Load(machines, seed) as load:
        for _ in range(2):
            active = machines.await_active()
            active.kill()
            machines.await_active([other_than(machines, active)])
            active.start()
            load.await_progress()
    print(load.counts())
    assert load.failed == []
    assert load.slowest_s < SLOWEST_S


def test_handed_over_on_purpose_nobody_is_refused(machines, seed):
    with Load(machines, seed) as load:
        for _ in range(3):
            active = machines.await_active()
            marks = {one: one.mark() for one in machines.services}
            standby = other_than(machines, active)
            wait_until(lambda: standby.stands_by, "the other's standing by")
            active.shadowctl("service", "hand-over")
            assert machines.await_active([standby]) is standby
            standby.wait_for_line("event=active|active", marks[standby])
            wait_until(lambda: active.stands_by, "its standing by")
            load.await_progress()
    print(load.counts())
    assert load.failed == []
    assert load.slowest_s < SLOWEST_S


# --- a hang

AUDIT = """
CREATE TABLE audit (id bigserial, part text, transaction xid8, life int8);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO audit (part, transaction, life)
    SELECT TG_TABLE_NAME, pg_current_xact_id(), life FROM owner;
  RETURN NULL; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON shadow EXECUTE FUNCTION audit();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON owner EXECUTE FUNCTION audit();
"""
# A commit of records that was not its owner's, by the owner's row in the same transaction.
UNOWNED = """SELECT count(*) FROM audit AS change WHERE part = 'shadow' AND NOT EXISTS
  (SELECT FROM audit AS owned WHERE part = 'owner' AND owned.transaction = change.transaction)"""
# A life that comes after a later one: somebody committed who had been taken over.
BACKWARDS = """SELECT count(*) FROM (SELECT life - lag(life) OVER (ORDER BY id) AS step FROM audit
  WHERE part = 'owner') AS steps WHERE step < 0"""


def pending_get(port: int, thing: str) -> socket.socket:
    """A request that lies there for whoever wakes up."""
    connection = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
    connection.sendall(f"GET /things/{thing}/shadow HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    return connection


def answer_to(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body; 0: it was closed without an answer."""
    with connection:
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                said += part
    head, _, body = said.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body


def update_over_http(machines, thing: str, n: int):
    def is_done():
        status, _ = ask_with(machines.await_active().http_port, thing, n)
        return status == 200
    wait_until(is_done, "an update over HTTP")


def ask_with(port: int, thing: str, n: int):
    with socket.create_connection(("127.0.0.1", port), WAIT_SECONDS) as connection:
        body = json.dumps({"state": {"desired": {"n": n}}})
        connection.sendall(f"POST /things/{thing}/shadow HTTP/1.0\r\nHost: localhost\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        return answer_to(connection.dup())


def test_one_that_hangs_is_taken_over_and_does_nothing_when_it_wakes(machines, seed, capfd):
    machines.database.sql(AUDIT)
    with Load(machines, seed) as load:
        for hang in range(1, HANGS + 1):
            active = machines.await_active()
            other, mark = other_than(machines, active), active.mark()
            wait_until(lambda: other.stands_by, "the other's standing by")
            update_over_http(machines, "stale", 2 * hang)
            active.pause()
            waiting = [pending_get(active.http_port, "stale") for _ in range(3)]
            machines.await_active([other])
            update_over_http(machines, "stale", 2 * hang + 1)
            load.await_progress()
            active.resume()
            for connection in waiting:
                status, body = answer_to(connection)
                assert status in (0, 503) or json.loads(body)["state"]["desired"]["n"] == 2 * hang + 1
            active.wait_for_line("stepped_down", mark)
            wait_until(lambda: active.stands_by, "its standing by")
            load.await_progress()
            if HANGS > 10 and hang % 10 == 0:
                with capfd.disabled():
                    print(f"{hang}/{HANGS} hangs, {load.counts()}", flush=True)
    assert load.failed == []
    assert int(machines.database.sql("SELECT count(*) FROM audit WHERE part = 'shadow'")) > 0
    assert machines.database.sql(UNOWNED) == "0"
    assert machines.database.sql(BACKWARDS) == "0"
