"""What is done to the database beside shadowd: rows edited, an old state brought back under it, a standby
promoted that had not had everything."""
import json
import os
import signal
import subprocess

import pytest

from client import Client, Shadow
from harness import wait_until
from machines import Machines


def update(shadow, **desired) -> dict:
    return shadow.exchange("update", json.dumps({"state": {"desired": desired}})).payload(
        "update/accepted")


@pytest.fixture(scope="module")
def machines():
    with Machines(brokers=1) as running:
        yield running


def test_a_row_that_somebody_edits_is_what_the_next_update_goes_on_from(machines):
    """An operator who puts a shadow back to what he had kept of it."""
    with Client(machines.brokers[0].port) as client:
        shadow = Shadow(client, "edited")
        update(shadow, a=1)
        machines.database.sql("CREATE TABLE kept AS SELECT * FROM shadow WHERE thing = 'edited'")
        update(shadow, a=2, b=2)
        update(shadow, a=3)
        machines.database.sql("UPDATE shadow SET version = kept.version, at = kept.at, "
                              "record = kept.record FROM kept WHERE shadow.thing = kept.thing")
        accepted = update(shadow, c=4)
        assert accepted["version"] == 2
        assert shadow.exchange("get").after["state"]["desired"] == {"a": 1, "c": 4}


def test_a_row_that_somebody_removes_is_a_shadow_that_is_not_there(machines):
    with Client(machines.brokers[0].port) as client:
        shadow = Shadow(client, "removed")
        update(shadow, a=1)
        machines.database.sql("DELETE FROM shadow WHERE thing = 'removed'")
        assert update(shadow, b=1)["version"] == 1
        assert shadow.exchange("get").after["state"]["desired"] == {"b": 1}


def test_an_older_state_that_is_brought_back_is_served_from_then_on(machines):
    """pg_restore under a shadowd that runs: it notices, steps down, and the next one reads anew."""
    primary = machines.database.primary
    dump, url = primary.folder + "/dump", primary.url("shadow")
    with Client(machines.brokers[0].port) as client:
        shadow = Shadow(client, "restored")
        version = update(shadow, a=1)["version"]
        subprocess.run([primary._program("pg_dump"), "-Fc", "-f", dump, url], check=True, timeout=60)
        update(shadow, a=2)
        update(shadow, a=3)
        active = machines.await_active()
        mark = active.mark()
        subprocess.run([primary._program("pg_restore"), "--clean", "--single-transaction", "-d", url,
                        dump], check=True, timeout=60)
        assert update(shadow, b=1)["version"] == version + 1
        active.wait_for_line("stepped_down", mark)
        assert shadow.exchange("get").after["state"]["desired"] == {"a": 1, "b": 1}


def test_a_standby_that_had_not_had_everything_is_told_to_have_lost_it():
    with Machines(brokers=1, synchronous=False) as machines, Client(machines.brokers[0].port) as client:
        shadow, pair = Shadow(client, "late"), machines.database
        kept = update(shadow, a=1)["version"]
        position = pair.primary.sql("SELECT pg_current_wal_lsn()")
        wait_until(lambda: pair.standby.sql(
            f"SELECT pg_last_wal_replay_lsn() >= '{position}'") == "t", "the standby's having it")
        # What it would send on its way; paused, the standby would find it in its socket later.
        os.kill(int(pair.primary.sql("SELECT pid FROM pg_stat_replication")), signal.SIGSTOP)
        update(shadow, a=2)
        update(shadow, a=3)
        marks = {service: service.mark() for service in machines.services}
        pair.fail_over()
        accepted = update(shadow, b=1)
        assert accepted["version"] == kept + 1
        assert shadow.exchange("get").after["state"]["desired"] == {"a": 1, "b": 1}
        told = [line for service in machines.services
                for line in service.lines_since(marks[service], "store_lost_commits")]
        assert told, "the active one says that commits were lost"
        pair.renew_standby()


def test_without_a_database_it_is_said_and_with_it_all_goes_on():
    with Machines(brokers=1, plugin_options={"link_timeout_ms": 2000},
                  service_flags=["--store_wait_ms=1000"]) as machines:
        with Client(machines.brokers[0].port) as client:
            shadow = Shadow(client, "waiting")
            update(shadow, a=1)
            pair = machines.database
            pair.standby.kill()
            pair.primary.kill()
            client.publish(f"{shadow.prefix}/update", '{"state":{"desired":{"a":2}}}')
            said = client.take_until(lambda one: one.topic.endswith("/update/rejected"), "the 500")
            assert json.loads(said[-1].payload)["code"] == 500
            wait_until(lambda: machines.active() is None, "nobody's being active")
            pair.primary.start()
            pair.primary.synchronize("")  # the standby's machine is gone for good
            machines.await_active()
            pair.renew_standby()
            wait_until(lambda: "update/accepted" in shadow.exchange(
                "update", '{"state":{"desired":{"a":3}}}').topics, "an update's being accepted")
