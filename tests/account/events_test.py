"""Events of the registry, on the topics where AWS has them, once they are switched on (EV1)."""
import json
from types import SimpleNamespace

import pytest

from account import ALLOW


@pytest.fixture
def watcher(account, tmp_path):
    """A device that hears all events."""
    made = account.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}).json
    file, key_file = tmp_path / "certificate.pem", tmp_path / "private.key"
    file.write_text(made["certificatePem"])
    key_file.write_text(made["keyPair"]["PrivateKey"])
    account.ask("POST", "/policies/watching", {"policyDocument": ALLOW})
    account.ask("PUT", "/target-policies/watching", {"target": made["certificateArn"]})
    with account.wire(SimpleNamespace(file=file, key_file=key_file)) as wire:
        assert wire.connect("watcher") == 0
        wire.subscribe("$aws/events/thing/#", "fence")
        yield wire


def switch(account, on: bool):
    answer = account.ask("PATCH", "/event-configurations",
                         {"eventConfigurations": {"THING": {"Enabled": on}}})
    assert answer.status == 200, answer


def heard(wire) -> list:
    """All that came before the wire's own message comes back."""
    wire.publish("fence", b"")
    found = []
    while (one := wire.read_published()).topic != "fence":
        found.append((one.topic, json.loads(one.payload)))
    return found


def test_a_thing_is_made_changed_and_deleted(account, watcher):
    switch(account, True)
    made = account.ask("POST", "/things/lamp", {}).json
    account.ask("PATCH", "/things/lamp", {"attributePayload": {"attributes": {"a": "1"}}})
    account.ask("DELETE", "/things/lamp")
    events = heard(watcher)
    assert [topic for topic, _ in events] == [
        f"$aws/events/thing/lamp/{word}" for word in ("created", "updated", "deleted")]
    for (_, event), word, version in zip(events, ("CREATED", "UPDATED", "DELETED"), (1, 2, 2)):
        assert (event["eventType"], event["operation"], event["thingName"]) == (
            "THING_EVENT", word, "lamp")
        assert (event["thingId"], event["accountId"]) == (made["thingId"], "000000000000")
        assert event["versionNumber"] == version and event["timestamp"] > 1_600_000_000_000
    switch(account, False)


def test_nothing_is_told_while_they_are_off(account, watcher):
    account.ask("POST", "/things/quiet", {})
    account.ask("DELETE", "/things/quiet")
    assert heard(watcher) == []


def test_what_changes_nothing_is_no_event(account, watcher):
    account.ask("POST", "/things/same", {})
    switch(account, True)
    account.ask("POST", "/things/same", {})
    account.ask("POST", "/things/same", {"attributePayload": {"attributes": {"a": "1"}}})
    account.ask("DELETE", "/things/never-was")
    assert heard(watcher) == []
    switch(account, False)
    account.ask("DELETE", "/things/same")


def test_a_thing_group_tells_of_what_is_in_it(account, watcher):
    watcher.subscribe("$aws/events/thingGroupMembership/#", "$aws/events/thingGroup/#")
    kinds = ("THING_GROUP", "THING_GROUP_MEMBERSHIP")
    account.ask("PATCH", "/event-configurations",
                {"eventConfigurations": {kind: {"Enabled": True} for kind in kinds}})
    both = {"thingName": "lamp", "thingGroupName": "lamps"}
    lamp = account.ask("POST", "/things/lamp", {}).json
    lamps = account.ask("POST", "/thing-groups/lamps", {}).json
    account.ask("PUT", "/thing-groups/addThingToThingGroup", both)
    account.ask("PUT", "/target-policies/watching", {"target": lamps["thingGroupArn"]})
    account.ask("DELETE", "/thing-groups/lamps")
    events = heard(watcher)
    membership = "$aws/events/thingGroupMembership/thingGroup/lamps/thing/lamp"
    assert [topic for topic, _ in events] == [
        "$aws/events/thingGroup/lamps/created", f"{membership}/added", f"{membership}/removed",
        "$aws/events/thingGroup/lamps/deleted"]
    for _, event in events[1:3]:
        assert (event["thingArn"], event["thingId"]) == (lamp["thingArn"], lamp["thingId"])
        assert (event["groupArn"], event["groupId"]) == (
            lamps["thingGroupArn"], lamps["thingGroupId"])
    account.ask("PATCH", "/event-configurations",
                {"eventConfigurations": {kind: {"Enabled": False} for kind in kinds}})
    account.ask("DELETE", "/things/lamp")
