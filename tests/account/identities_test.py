"""Identities of Amazon Cognito: what is attached to them holds for the keys that stand for them, with
what the key itself may (W16, W19), and changes are in force when they are answered."""
import contextlib
import json
import signal
import socket
import ssl
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "https"))

from account import ADMINISTRATION, ALLOW, ARN, SECRET
from harness import WAIT_SECONDS
from tunnel import CLOSE, TunnelWire, Upgraded, signed_target

IDENTITY = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"
USER, GUEST = "AKIACOGNITOCOGNITOUS", "AKIACOGNITOCOGNITOGU"


def document(*statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource}
        for action, resource in statements]})


def policy(account, name: str, text: str):
    assert account.ask("POST", f"/policies/{name}", {"policyDocument": text}).status in (200, 409)


def attach(account, name: str, **signing):
    answer = account.ask("PUT", f"/target-policies/{name}", {"target": IDENTITY}, **signing)
    assert answer.status == 200, answer


def detach(account, name: str):
    assert account.ask("POST", f"/target-policies/{name}", {"target": IDENTITY}).status == 200


@pytest.fixture
def keys(account):
    """Two keys of a role that may nearly everything: of IDENTITY when it has logged in, and of a
    guest who has the same id. Nothing is attached to it before or after."""
    policy(account, "role", document(
        ("iot:Connect", f"{ARN}:client/*"), ("iot:Publish", f"{ARN}:topic/role/*"),
        ("iot:Publish", f"{ARN}:topic/${{cognito-identity.amazonaws.com:sub}}/*"),
        ("iot:GetThingShadow", f"{ARN}:thing/*"), ("iot:AttachPolicy", "*")))
    policy(account, "identity", ALLOW)
    account.put_key(USER, ["role"], identityId=IDENTITY)
    account.put_key(GUEST, ["role"], identityId=IDENTITY, authenticated=False)
    account.service.signal(signal.SIGHUP)
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_known(account, GUEST):
        assert time.monotonic() < deadline, "the broker does not know the keys"
        time.sleep(0.05)
    yield
    for name in attached(account):
        detach(account, name)


def is_known(account, key: str) -> bool:
    """Whether shadowd knows it, and has told the broker."""
    upgraded = upgrade(account, key)
    with contextlib.closing(upgraded.socket):
        return upgraded.status == 101 and TunnelWire(upgraded.granted()).connect("known") == 0


def attached(account):
    answer = account.ask("POST", f"/attached-policies/{IDENTITY}")
    return [one["policyName"] for one in answer.json["policies"]]


def upgrade(account, key: str) -> Upgraded:
    plain = socket.create_connection(("127.0.0.1", account.https_port), WAIT_SECONDS)
    host = f"localhost:{account.https_port}"
    context = ssl.create_default_context(cafile=account.ca_file)
    return Upgraded(context.wrap_socket(plain, server_hostname="localhost"),
                    signed_target(host, key=key, secret=SECRET), host=host)


def wire(account, key: str) -> TunnelWire:
    return TunnelWire(upgrade(account, key).granted())


def code(account, key: str, client_id="x") -> int:
    """Of the CONNACK."""
    with wire(account, key) as connection:
        return connection.connect(client_id)


def is_cut(connection) -> bool:
    while (frame := connection.frames.read_frame()) is not None:
        if frame[0] == CLOSE:
            return True
    return True


def shadow_status(account, key: str) -> int:
    return account.ask("GET", "/things/lamp/shadow", key=key, service="iotdata").status


def test_one_that_has_logged_in_connects_when_its_own_policies_allow_as_well(account, keys):
    assert code(account, USER) == 5
    attach(account, "identity")
    assert code(account, USER) == 0
    detach(account, "identity")
    assert code(account, USER) == 5


def test_detaching_cuts_it_at_once_and_nobody_else(account, keys):
    attach(account, "identity")
    with wire(account, USER) as user, wire(account, GUEST) as guest:
        assert user.connect("user") == 0 and guest.connect("guest") == 0
        detach(account, "identity")
        assert is_cut(user)
        guest.ping()


def test_the_policies_of_the_key_hold_as_well(account, keys):
    attach(account, "identity")
    with wire(account, USER) as user:
        assert user.connect("user") == 0
        for topic in ("role/a", f"{IDENTITY}/a"):
            user.publish(topic, b"1")
        user.ping()
        mark = account.broker.mark()
        user.publish("elsewhere", b"1")
        account.broker.wait_for_line("refused client user .*topic/elsewhere", mark)


def test_over_https_both_decide_on_shadows(account, keys):
    assert shadow_status(account, USER) == 403
    attach(account, "identity")
    assert shadow_status(account, USER) == 404
    detach(account, "identity")
    assert shadow_status(account, USER) == 403


def test_the_operations_of_the_account_are_a_matter_of_the_key_alone(account, keys):
    """Pages attach a policy to the identity that they have just got."""
    assert attached(account) == []
    attach(account, "identity", key=USER)
    assert attached(account) == ["identity"]
    assert code(account, USER) == 0
    answer = account.ask("POST", "/things/lamp", {}, key=USER)
    assert (answer.status, answer.error) == (403, "AccessDeniedException")


def test_a_guest_needs_nothing_but_the_policies_of_the_key(account, keys):
    assert code(account, GUEST) == 0
    assert shadow_status(account, GUEST) == 404


def test_its_thing_fills_the_variables_of_its_policies(account, keys):
    policy(account, "thing", document(
        ("iot:*", f"{ARN}:client/${{iot:Connection.Thing.ThingName}}")))
    attach(account, "thing")
    account.ask("POST", "/things/porch", {})
    assert code(account, USER, "porch") == 5
    principal = {"x-amzn-principal": IDENTITY}
    assert account.ask("PUT", "/things/porch/principals", headers=principal).status == 200
    assert code(account, USER, "cellar") == 5
    with wire(account, USER) as user:
        assert user.connect("porch") == 0
        assert account.ask("DELETE", "/things/porch/principals", headers=principal).status == 200
        assert is_cut(user)


def test_it_has_a_file_while_something_is_attached_to_it(account, keys):
    file = account.registry_folder / "identities" / f"{IDENTITY}.json"
    assert not file.exists()
    attach(account, "identity")
    assert json.loads(file.read_text()) == {"things": [], "policies": ["identity"]}
    detach(account, "identity")
    assert not file.exists()


def test_another_identity_of_a_key_is_in_force_when_the_keys_are_read(account, keys):
    attach(account, "identity")
    with wire(account, USER) as user:
        assert user.connect("user") == 0
        account.put_key(USER, [ADMINISTRATION], identityId=IDENTITY[:-1] + "7")
        account.service.signal(signal.SIGHUP)
        assert is_cut(user)
