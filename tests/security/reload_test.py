"""SIGHUP: the registry changes under the clients."""
import json
import signal
import time

import pytest

from client import Client, Shadow
from guarded import ALLOW_ALL, Guarded, allow, deny, lines_of_refused_start
from harness import Stack
from wire import NOT_AUTHORIZED, Wire

CONNECT = allow("iot:Connect", "*")
ENDS_WITHIN_SECONDS = 2


@pytest.fixture
def changing(authority):
    """One whose registry the test may change as it likes."""
    with Guarded(authority) as running:
        yield running


def policy_of(guarded, certificate) -> str:
    file = guarded.registry.folder / "certificates" / f"{certificate.id}.json"
    return json.loads(file.read_text())["policies"][0]


def expect_end(guarded, wire, change):
    change()
    since = time.monotonic()
    guarded.reload_broker()
    wire.read_until_gone()
    assert time.monotonic() - since < ENDS_WITHIN_SECONDS


@pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])
def test_who_loses_the_right_to_be_here_is_cut(guarded, mqtt5):
    def deactivated(device):
        guarded.registry.certificate(device, [policy_of(guarded, device)], status="INACTIVE")

    def removed(device):
        guarded.registry.remove(device)

    def detached(device):
        guarded.registry.certificate(device)

    def denied(device):
        guarded.registry.policy(policy_of(guarded, device), deny("iot:Connect", "*"))

    for change in (deactivated, removed, detached, denied):
        device = guarded.device(ALLOW_ALL)
        with guarded.connect(device, mqtt5=mqtt5) as wire, \
                guarded.connect(guarded.admin) as bystander:
            expect_end(guarded, wire, lambda: change(device))
            bystander.ping()
        with guarded.wire(device, mqtt5) as wire:
            assert wire.connect("again") in (5, NOT_AUTHORIZED)


def test_a_changed_policy_is_in_force_at_once(guarded):
    device = guarded.device(CONNECT, allow(["iot:Publish"], "topic/old"),
                            allow(["iot:Subscribe", "iot:Receive"], "*"))
    with guarded.connect(device, mqtt5=True) as wire, guarded.connect(guarded.admin) as admin:
        assert wire.subscribe("a", "b") == [1, 1]
        assert wire.publish("old") in (0, 16)
        assert wire.publish("new") == NOT_AUTHORIZED
        guarded.registry.policy(policy_of(guarded, device), CONNECT,
                                allow("iot:Publish", "topic/new"),
                                allow(["iot:Subscribe", "iot:Receive"], "topicfilter/b", "topic/b"))
        guarded.reload_broker()
        assert wire.publish("new") in (0, 16)
        assert wire.publish("old") == NOT_AUTHORIZED
        assert wire.subscribe("a") == [NOT_AUTHORIZED]
        admin.publish("a", b"1")  # the subscription stands, and delivers nothing
        admin.publish("b", b"2")
        assert wire.read_published().topic == "b"


def test_who_may_receive_only_later_gets_what_is_said_from_then_on(guarded):
    """That nobody was allowed to hear of a shadow does not mean that nobody listens."""
    update = "$aws/things/quiet/shadow/update"
    device = guarded.device(CONNECT, allow("iot:Subscribe", "*"))
    with guarded.connect(device) as wire, guarded.connect(guarded.admin) as admin:
        assert wire.subscribe(f"{update}/documents") == [1]
        assert admin.subscribe(f"{update}/accepted") == [1]
        for _ in range(3):
            admin.publish(update, b'{"state":{"reported":{"a":1}}}')
            assert admin.read_published().topic == f"{update}/accepted"
        guarded.registry.policy(policy_of(guarded, device), CONNECT,
                                allow(["iot:Subscribe", "iot:Receive"], "*"))
        guarded.reload_broker()
        admin.publish(update, b'{"state":{"reported":{"a":2}}}')
        message = wire.read_published()
        assert message.topic == f"{update}/documents"
        assert json.loads(message.payload)["current"]["state"]["reported"] == {"a": 2}


@pytest.mark.parametrize("part, name, text, fault", [
    ("policies", "bad", '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Alow"}]}',
     r"""policies/bad\.json:2:\d+: "Effect" must be "Allow" or "Deny\""""),
    ("certificates", "bad", "{}", r"certificates/bad\.json: .*not a certificate id"),
    ("things", "bad", "{", r"things/bad\.json:1:2: ")])
def test_a_bad_registry_is_refused_and_the_last_good_one_stays(changing, part, name, text, fault):
    device = changing.device(CONNECT, allow("iot:Publish", "topic/old"))
    with changing.connect(device, mqtt5=True) as wire:
        changing.registry.certificate(device, status="INACTIVE")  # good, but not alone
        bad = changing.registry.folder / part / f"{name}.json"
        bad.write_text(text)
        mark = changing.broker.mark()
        changing.reload_broker("the registry was not taken; the last good one stays in force")
        changing.broker.wait_for_line(f"shadow: registry: {fault}", mark)
        assert wire.publish("old") in (0, 16)
        bad.unlink()
        changing.reload_broker()
        wire.read_until_gone()


def test_a_bad_registry_refuses_the_start(authority):
    def damage(registry):
        (registry.folder / "things" / "lamp.json").write_text("[]")

    said = lines_of_refused_start(Guarded(authority, setup=damage))
    assert any("shadow: things/lamp.json:1:1: " in line for line in said)


def test_sessions_stand_through_a_reload(changing):
    """Mosquitto asks for every session again when it reloads, those of absent clients too."""
    device = changing.device(ALLOW_ALL)
    with changing.connect(device, "absent", clean=False) as wire:
        assert wire.subscribe("mail") == [1]
    with changing.connect(device, "absent-without-filters", clean=False):
        pass
    with changing.connect(device, "present") as present:
        assert present.subscribe("$aws/things/t/shadow/update/#") == [1]
        changing.reload_broker()
        changing.reload_broker()
        present.publish("mail", b"1")
        present.publish("$aws/things/t/shadow/update", b'{"state":{"reported":{"a":1}}}')
        assert present.read_published().topic == "$aws/things/t/shadow/update/accepted"
    for client_id in ("absent", "absent-without-filters"):
        with changing.connect(device, client_id, clean=False) as wire:
            assert wire.session_present
            if client_id == "absent":
                assert wire.read_published().topic == "mail"


def test_a_reload_changes_nothing_where_all_is_open():
    with Stack() as stack, Client(stack.port, "stays") as client:
        shadow = Shadow(client, "t", watch=False)
        client.subscribe(f"{shadow.prefix}/update/#")
        with Wire(stack.port) as away:
            away.connect("away", clean=False)
            away.subscribe("mail")
        mark = stack.broker.mark()
        stack.broker.signal(signal.SIGHUP)
        stack.broker.wait_for_line("Reloading config", mark)
        client.publish("mail", b"1")
        client.publish(f"{shadow.prefix}/update", b'{"state":{"reported":{"a":1}}}')
        got = client.take_until(lambda one: one.topic.startswith(shadow.prefix))
        assert [one.topic for one in got] == [f"{shadow.prefix}/update/accepted"]  # K8
        with Wire(stack.port) as back:
            back.connect("away", clean=False)
            assert back.read_published().topic == "mail"
