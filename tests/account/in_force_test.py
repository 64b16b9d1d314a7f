"""A 200 means: durable, seen by the next request, and in force at the broker before the answer (T10)."""
import json
import time
from types import SimpleNamespace

import pytest

from account import ALLOW, ARN, is_let_in


@pytest.fixture
def device(account, tmp_path):
    """A certificate of the account, active and allowed everything, with its files."""
    made = account.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}).json
    file, key_file = tmp_path / "certificate.pem", tmp_path / "private.key"
    file.write_text(made["certificatePem"])
    key_file.write_text(made["keyPair"]["PrivateKey"])
    assert account.ask("POST", "/policies/everything", {"policyDocument": ALLOW}).status in (
        200, 409)
    attach(account, made["certificateArn"])
    return SimpleNamespace(file=file, key_file=key_file, arn=made["certificateArn"],
                           id=made["certificateId"])


def attach(account, arn, policy="everything"):
    assert account.ask("PUT", f"/target-policies/{policy}", {"target": arn}).status == 200


def detach(account, arn, policy="everything"):
    assert account.ask("POST", f"/target-policies/{policy}", {"target": arn}).status == 200


def status(account, device, word):
    answer = account.ask("PUT", f"/certificates/{device.id}", query={"newStatus": word})
    assert answer.status == 200


def test_a_new_certificate_connects_at_once(account, device):
    assert is_let_in(account, device)


@pytest.mark.parametrize("word", ["INACTIVE", "REVOKED"])
def test_a_certificate_that_is_not_active_is_cut_and_kept_out(account, device, word):
    with account.wire(device) as wire:
        assert wire.connect("x") == 0
        status(account, device, word)
        wire.ignore_until_gone()
    assert not is_let_in(account, device)
    status(account, device, "ACTIVE")
    assert is_let_in(account, device)


def test_without_its_policy_a_device_is_cut_and_kept_out(account, device):
    with account.wire(device) as wire:
        assert wire.connect("x") == 0
        detach(account, device.arn)
        wire.ignore_until_gone()
    assert not is_let_in(account, device)
    attach(account, device.arn)
    assert is_let_in(account, device)


def test_another_default_version_holds_at_once(account, device):
    detach(account, device.arn)
    narrow = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iot:Connect", "Resource": f"{ARN}:client/narrow"}]})
    account.ask("POST", "/policies/changing", {"policyDocument": ALLOW})
    attach(account, device.arn, "changing")
    assert is_let_in(account, device, "wide")
    made = account.ask("POST", "/policies/changing/version", {"policyDocument": narrow},
                       {"setAsDefault": "true"})
    assert made.status == 200
    assert not is_let_in(account, device, "wide") and is_let_in(account, device, "narrow")
    assert account.ask("PATCH", "/policies/changing/version/1").status == 200
    assert is_let_in(account, device, "wide")


def test_a_policy_of_a_things_group_holds_when_the_client_has_the_things_name(account, device):
    """GR6, and for things of the groups below."""
    detach(account, device.arn)
    for path, body in (("/thing-groups/home", {}),
                       ("/thing-groups/room", {"parentGroupName": "home"}), ("/things/lamp", {})):
        assert account.ask("POST", path, body).status == 200
    attach(account, f"{ARN}:thinggroup/home")
    member = {"thingGroupName": "room", "thingName": "lamp"}
    assert account.ask("PUT", "/thing-groups/addThingToThingGroup", member).status == 200
    assert not is_let_in(account, device, "lamp")
    header = {"x-amzn-principal": device.arn}
    assert account.ask("PUT", "/things/lamp/principals", headers=header).status == 200
    assert is_let_in(account, device, "lamp") and not is_let_in(account, device, "other")
    assert account.ask("PUT", "/thing-groups/removeThingFromThingGroup", member).status == 200
    assert not is_let_in(account, device, "lamp")


def test_a_thing_that_is_attached_counts_at_the_next_connection(account, device):
    detach(account, device.arn)
    attached = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*",
         "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}}]})
    account.ask("POST", "/policies/attached", {"policyDocument": attached})
    attach(account, device.arn, "attached")
    account.ask("POST", "/things/own", {})
    assert not is_let_in(account, device, "own")
    header = {"x-amzn-principal": device.arn}
    assert account.ask("PUT", "/things/own/principals", headers=header).status == 200
    assert is_let_in(account, device, "own")
    assert account.ask("DELETE", "/things/own/principals", headers=header).status == 200
    assert not is_let_in(account, device, "own")


def test_a_deleted_certificate_is_kept_out(account, device):
    status(account, device, "INACTIVE")
    assert account.ask("DELETE", f"/certificates/{device.id}",
                       query={"forceDelete": "true"}).status == 200
    assert not is_let_in(account, device)


def test_only_the_default_version_is_in_force(account, device):
    detach(account, device.arn)
    nothing = ALLOW.replace("Allow", "Deny")
    account.ask("POST", "/policies/versions", {"policyDocument": nothing})
    attach(account, device.arn, "versions")
    assert account.ask("POST", "/policies/versions/version", {"policyDocument": ALLOW}).status == 200
    assert not is_let_in(account, device)


class TestConnectivity:
    def ask(self, account, thing):
        answer = account.ask("POST", f"/things/{thing}/connectivity-data",
                             {"includeSocketInformation": True})
        assert answer.status == 200, answer
        return answer.json

    def once(self, account, connected: bool):
        """shadowd hears of a client a little later than the client of its CONNACK."""
        deadline = time.monotonic() + 30
        while (told := self.ask(account, "online"))["connected"] is not connected:
            assert time.monotonic() < deadline, told
        return told

    def test_a_thing_is_connected_while_its_client_is(self, account, device):
        account.ask("POST", "/things/online", {})
        header = {"x-amzn-principal": device.arn}
        account.ask("PUT", "/things/online/principals", headers=header)
        assert self.ask(account, "online")["connected"] is False
        with account.wire(device) as wire:
            assert wire.connect("online") == 0
            told = self.once(account, connected=True)
            assert told["thingName"] == "online"
            assert told["sourceIp"] == "127.0.0.1" and told["clientId"] == "online"
            assert abs(told["timestamp"] - time.time()) < 600  # seconds, as T8 has them
            without = account.ask("POST", "/things/online/connectivity-data", {}).json
            assert "sourceIp" not in without
            status(account, device, "INACTIVE")
            wire.ignore_until_gone()
        assert self.once(account, connected=False)["disconnectReason"]
