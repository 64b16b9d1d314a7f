"""deploy/many: two brokers, two shadowds and a PostgreSQL pair up for real. Whoever is killed, the others
go on with what was accepted."""
import json
import os
import signal

import pytest

from client import Client, Shadow
from composition import ROOT, Composition, run
from harness import wait_until

MANY = ROOT / "deploy/many"
PORTS = ("MQTT", "MQTT_2", "MQTTS", "MQTTS_2", "HTTPS", "HTTPS_2", "METRICS", "METRICS_2")
PARTS = ("database-1", "database-2", "broker-1", "broker-2")
COMPOSE_V2 = os.environ["SHADOW_COMPOSE_V2"]


def made(name: str, **options) -> Composition:
    return Composition(name, folder=MANY, ports=PORTS, parts=PARTS, **options)


@pytest.fixture(scope="module")
def many(images):
    del images  # those that others use, too, are made
    running = made("shadow-many")
    running.compose("build", "database-1")
    running.down("--volumes", "--remove-orphans")
    try:
        running.up()
        yield running
    except BaseException:
        print(running.compose("logs", "--no-color", "--tail=60"))
        raise
    finally:
        running.down("--volumes", "--remove-orphans")


def role(many, service: str) -> str:
    said = json.loads(many.exec(service, "shadowctl", "service", "status", "--json"))
    return said["role"]


def active(many) -> tuple[str, str]:
    """The one that is, and the one that stands by."""
    names = ["shadowd-1", "shadowd-2"]

    def settled():
        roles = [role(many, name) for name in names]
        return sorted(roles) == ["active", "standby"] and roles
    roles = wait_until(settled, "one's being active and one's standing by")
    return tuple(names if roles[0] == "active" else reversed(names))


def update(many, port: str, **desired) -> dict:
    with Client(many.port[port]) as client:
        said = Shadow(client, "lamp").exchange("update", json.dumps({"state": {"desired": desired}}))
        assert "update/accepted" in said.topics, said
        return said.after["state"]["desired"]


@pytest.mark.parametrize("program", ["docker-compose", COMPOSE_V2], ids=["v1", "v2"])
def test_the_file_is_taken_without_a_complaint(program):
    said = made("any", program=program).compose("config")
    assert "shadowd-2" in said


def test_what_is_accepted_at_one_broker_is_told_at_the_other(many):
    with Client(many.port["MQTT_2"]) as other:
        other.subscribe("$aws/things/lamp/shadow/update/documents")
        update(many, "MQTT", led="on")
        other.take_until(lambda one: b'"on"' in one.payload)


def test_handed_over_the_other_one_serves(many):
    first, second = active(many)
    many.exec(first, "shadowctl", "service", "hand-over")
    assert active(many) == (second, first)
    assert update(many, "MQTT_2", hue=1) == {"led": "on", "hue": 1}


def test_killed_one_of_the_two_serves_and_the_other_stands_by(many):
    first, second = active(many)
    os.kill(many.state(first)["Pid"], signal.SIGKILL)
    assert update(many, "MQTT", hue=2) == {"led": "on", "hue": 2}
    assert set(active(many)) == {first, second}  # the engine starts it again at once


def test_without_its_primary_the_database_goes_on_once_the_other_is_promoted(many):
    many.compose("kill", "database-1")
    many.exec("database-2", "/usr/lib/mosquitto-shadow/database", "promote")
    with Client(many.port["MQTT"]) as client:
        shadow = Shadow(client, "lamp")  # refused for as long as it has waited for too long
        wait_until(lambda: "update/accepted" in shadow.exchange(
            "update", '{"state":{"desired":{"hue":3}}}').topics, "an update's being accepted", 120)
        assert shadow.exchange("get").after["state"]["desired"] == {"led": "on", "hue": 3}


def test_the_password_is_in_no_process_list_and_in_no_log(many):
    password = many.exec("database-2", "cut", "-d:", "-f5",
                         "/etc/mosquitto-shadow/database/postgres").strip()
    assert len(password) > 20
    assert password not in many.compose("logs", "--no-color")
    assert password not in run("ps", "-eo", "args")
