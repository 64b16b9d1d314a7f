"""What the account has is on the disk when it is answered, and the same after a crash."""
import json
from urllib.parse import quote

import pytest

from account import ALLOW, ARN, Account
from guarded import ALLOW_ALL


@pytest.fixture
def account():
    with Account() as running:
        yield running


def fill(account) -> list:
    """Something of each kind; gives the questions whose answers must stay."""
    text = '{ "Version": "2012-10-17",\n "Statement": [] }'.replace(
        "[]", '[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]')
    made = account.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}).json
    arn, number = made["certificateArn"], made["certificateId"]
    for method, path, more in (
            ("POST", "/thing-types/bulb", dict(body={"thingTypeProperties": {
                "thingTypeDescription": "lights", "searchableAttributes": ["room"]}})),
            ("POST", "/things/lamp", dict(body={"thingTypeName": "bulb", "attributePayload": {
                "attributes": {"room": "hall"}}})),
            ("PATCH", "/things/lamp", dict(body={})),
            ("POST", "/thing-groups/home", dict(body={})),
            ("POST", "/thing-groups/floor", dict(body={"parentGroupName": "home"})),
            ("PUT", "/thing-groups/addThingToThingGroup",
             dict(body={"thingGroupName": "floor", "thingName": "lamp"})),
            ("POST", "/policies/p", dict(body={"policyDocument": text})),
            ("POST", "/policies/p/version", dict(body={"policyDocument": ALLOW},
                                                 query={"setAsDefault": "true"})),
            ("PUT", "/target-policies/p", dict(body={"target": arn})),
            ("PUT", "/target-policies/p", dict(body={"target": f"{ARN}:thinggroup/home"})),
            ("PUT", "/things/lamp/principals", dict(headers={"x-amzn-principal": arn},
                                                    query={"thingPrincipalType":
                                                           "EXCLUSIVE_THING"})),
            ("POST", "/tags", dict(body={"resourceArn": f"{ARN}:policy/p",
                                         "tags": [{"Key": "a", "Value": "b"}]})),
            ("PATCH", "/event-configurations",
             dict(body={"eventConfigurations": {"THING": {"Enabled": True}}}))):
        answer = account.ask(method, path, **more)
        assert answer.status == 200, (path, answer)
    return [("GET", "/things/lamp"), ("GET", "/things"), ("GET", "/things/lamp/principals-v2"),
            ("GET", "/thing-types/bulb"), ("GET", "/thing-groups/floor"), ("GET", "/thing-groups"),
            ("GET", "/thing-groups/floor/things"), ("GET", "/policies/p"),
            ("GET", "/policies/p/version"), ("GET", "/policies/p/version/1"),
            ("POST", "/policy-targets/p"), ("GET", f"/certificates/{number}"),
            ("GET", "/certificates"), ("GET", "/tags?resourceArn=" + quote(f"{ARN}:policy/p", safe="")),
            ("GET", "/registrationcode"), ("GET", "/event-configurations")]


def answers(account, questions):
    told = {path: account.ask(method, path) for method, path in questions}
    assert {answer.status for answer in told.values()} == {200}, told
    return {path: json.dumps(answer.json, sort_keys=True) for path, answer in told.items()}


def test_a_crash_takes_nothing(account):
    questions = fill(account)
    before = answers(account, questions)
    account.service.kill()
    account.start_service()
    assert answers(account, questions) == before
    assert account.ask("POST", "/policies/p/version", {"policyDocument": ALLOW}).json[
        "policyVersionId"] == "3"


def test_the_last_change_before_a_crash_is_there(account):
    for turn in range(5):
        made = account.ask("POST", f"/things/t{turn}", {}).json
        account.service.kill()
        account.start_service()
        assert account.ask("GET", f"/things/t{turn}").json["thingId"] == made["thingId"]


def test_entries_made_by_hand_are_given_an_id_that_stays(account):
    """They have none: it is given at first sight, and kept."""
    device = account.authority.issue()
    account.registry.thing("by-hand", attributes={"a": "1"})
    account.registry.policy("by-hand", {"Effect": "Allow", "Action": "iot:Connect",
                                        "Resource": "*"})
    account.registry.certificate(device, ["by-hand"], ["by-hand"])
    account.service.kill()
    account.stop_broker()
    account.start_broker()
    account.start_service()
    questions = [("GET", "/things/by-hand"), ("GET", "/policies/by-hand"),
                 ("GET", f"/certificates/{device.id}"), ("GET", "/things/by-hand/principals")]
    before = answers(account, questions)
    thing = json.loads(before["/things/by-hand"])
    assert thing["thingId"] and thing["version"] >= 1 and thing["attributes"] == {"a": "1"}
    assert json.loads(before["/things/by-hand/principals"]) == {
        "principals": [f"{ARN}:cert/{device.id}"]}
    account.stop_service()
    account.start_service()
    assert answers(account, questions) == before


def test_what_was_kept_but_not_told_before_a_crash_is_in_force_after_it(account):
    """The broker runs on, and hears of it from the shadowd that is started again."""
    device = account.authority.issue()
    account.registry.thing("t")
    account.registry.policy("everything", ALLOW_ALL)
    account.registry.certificate(device, ["everything"], ["t"])
    account.service.kill()
    account.stop_broker()
    account.start_broker()
    account.start_service()
    with account.wire(device) as wire:
        assert wire.connect("t") == 0
        account.service.kill()  # and as it had kept this:
        account.registry.certificate(device, ["everything"], ["t"], status="INACTIVE")
        account.start_service()
        assert account.ask("PUT", f"/certificates/{device.id}",
                           query={"newStatus": "INACTIVE"}).status == 200
        wire.ignore_until_gone()
