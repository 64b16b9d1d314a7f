"""What Terraform's AWS provider calls for each of its resources of AWS IoT, by boto3: apply, the plan
after it, which must find no difference, a change, and destroy. The calls and their order are those of
the provider's source; so are the texts on which it retries.
"""
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from account import DOCUMENT, account_endpoint, client_of, error_of, new_name

PEM = Path(__file__).resolve().parent.parent / "cases" / "account" / "pem"
TAGS = [{"Key": "env", "Value": "test"}]
OTHER = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}]})


@pytest.fixture(scope="module")
def iot():
    with account_endpoint() as endpoint:
        yield client_of(endpoint)


@pytest.fixture
def name():
    return new_name()


def told(call, **arguments):
    """An answer without what differs from one request to the next."""
    answer = call(**arguments)
    del answer["ResponseMetadata"]
    return answer


def plan_is_empty(*reads):
    """Reads it twice, as apply and the plan after it do."""
    first, second = ([told(call, **arguments) for call, arguments in reads] for _ in range(2))
    assert first == second
    return first


def tags_of(iot, arn):
    return iot.list_tags_for_resource(resourceArn=arn)["tags"]


def test_thing(iot, name):
    iot.create_thing(thingName=name, attributePayload={"attributes": {"a": "1"}})
    (thing,) = plan_is_empty((iot.describe_thing, dict(thingName=name)))
    assert (thing["attributes"], thing["defaultClientId"], thing["version"]) == (
        {"a": "1"}, name, 1)
    iot.update_thing(thingName=name, attributePayload={"attributes": {}})  # the last one goes
    assert not iot.describe_thing(thingName=name).get("attributes")
    iot.delete_thing(thingName=name)
    assert error_of(iot.describe_thing, thingName=name) == "ResourceNotFoundException"


def test_thing_with_a_type(iot, name):
    iot.create_thing_type(thingTypeName=name, thingTypeProperties={
        "thingTypeDescription": "lights", "searchableAttributes": ["room"]}, tags=TAGS)
    kind, _ = plan_is_empty((iot.describe_thing_type, dict(thingTypeName=name)),
                            (iot.list_tags_for_resource, dict(
                                resourceArn=iot.describe_thing_type(thingTypeName=name)[
                                    "thingTypeArn"])))
    assert kind["thingTypeMetadata"]["deprecated"] is False
    assert tags_of(iot, kind["thingTypeArn"]) == TAGS
    iot.create_thing(thingName=name, thingTypeName=name)
    iot.update_thing(thingName=name, removeThingType=True, attributePayload={"attributes": {}})
    assert "thingTypeName" not in iot.describe_thing(thingName=name)
    iot.update_thing(thingName=name, thingTypeName=name)
    iot.delete_thing(thingName=name)
    iot.deprecate_thing_type(thingTypeName=name)
    iot.delete_thing_type(thingTypeName=name)
    assert error_of(iot.describe_thing_type, thingTypeName=name) == "ResourceNotFoundException"


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("way", ["keys", "request", "registered"])
def test_certificate(iot, way, active):
    if way == "keys":
        made = iot.create_keys_and_certificate(setAsActive=active)
        assert made["keyPair"]["PublicKey"] and made["keyPair"]["PrivateKey"]
    elif way == "request":
        made = iot.create_certificate_from_csr(
            certificateSigningRequest=(PEM / "p-256.csr").read_text(), setAsActive=active)
    else:
        made = iot.register_certificate_without_ca(
            certificatePem=(PEM / "self.pem").read_text(),
            status="ACTIVE" if active else "INACTIVE")
    number = made["certificateId"]
    (read,) = plan_is_empty((iot.describe_certificate, dict(certificateId=number)))
    assert read["certificateDescription"]["status"] == ("ACTIVE" if active else "INACTIVE")
    iot.update_certificate(certificateId=number, newStatus="INACTIVE" if active else "ACTIVE")
    iot.update_certificate(certificateId=number, newStatus="INACTIVE")
    iot.delete_certificate(certificateId=number, forceDelete=False)
    assert error_of(iot.describe_certificate, certificateId=number) == (
        "ResourceNotFoundException")


def update_policy(iot, name, document):
    """A version more; if there are too many, the oldest that is not the default one goes first."""
    arguments = dict(policyName=name, policyDocument=document, setAsDefault=True)
    try:
        iot.create_policy_version(**arguments)
        return False
    except iot.exceptions.VersionsLimitExceededException:
        versions = iot.list_policy_versions(policyName=name)["policyVersions"]
        oldest = min((one for one in versions if not one["isDefaultVersion"]),
                     key=lambda one: (one["createDate"], int(one["versionId"])))
        iot.delete_policy_version(policyName=name, policyVersionId=oldest["versionId"])
        iot.create_policy_version(**arguments)
        return True


def destroy_policy(iot, name):
    for version in iot.list_policy_versions(policyName=name)["policyVersions"]:
        if not version["isDefaultVersion"]:
            iot.delete_policy_version(policyName=name, policyVersionId=version["versionId"])
    iot.delete_policy(policyName=name)


def test_policy(iot, name):
    arn = iot.create_policy(policyName=name, policyDocument=DOCUMENT, tags=TAGS)["policyArn"]
    policy, _ = plan_is_empty((iot.get_policy, dict(policyName=name)),
                              (iot.list_tags_for_resource, dict(resourceArn=arn)))
    assert (policy["policyDocument"], policy["defaultVersionId"]) == (DOCUMENT, "1")
    assert tags_of(iot, arn) == TAGS
    documents = [OTHER, DOCUMENT] * 4
    made_room = [update_policy(iot, name, document) for document in documents]
    assert made_room == [False] * 4 + [True] * 4
    policy = iot.get_policy(policyName=name)
    assert (policy["policyDocument"], policy["defaultVersionId"]) == (documents[-1], "9")
    iot.untag_resource(resourceArn=arn, tagKeys=["env"])
    iot.tag_resource(resourceArn=arn, tags=[{"Key": "owner", "Value": "me"}])
    assert tags_of(iot, arn) == [{"Key": "owner", "Value": "me"}]
    assert error_of(iot.delete_policy, policyName=name) == "DeleteConflictException"
    destroy_policy(iot, name)
    assert error_of(iot.get_policy, policyName=name) == "ResourceNotFoundException"


def attached(iot, target):
    """As the provider reads it: all pages."""
    found, marker = [], {}
    while True:
        page = iot.list_attached_policies(target=target, recursive=False, pageSize=250, **marker)
        found += [one["policyName"] for one in page["policies"]]
        if not page.get("nextMarker"):
            return found
        marker = {"marker": page["nextMarker"]}


def test_policy_attachment(iot, name):
    arn = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    iot.create_policy(policyName=name, policyDocument=DOCUMENT)
    iot.attach_policy(policyName=name, target=arn)
    assert attached(iot, arn) == attached(iot, arn) == [name]
    assert error_of(iot.delete_policy, policyName=name) == "DeleteConflictException"
    iot.detach_policy(policyName=name, target=arn)
    assert attached(iot, arn) == []
    iot.detach_policy(policyName=name, target=arn)
    destroy_policy(iot, name)


@pytest.mark.parametrize("kind", ["EXCLUSIVE_THING", "NON_EXCLUSIVE_THING"])
def test_thing_principal_attachment(iot, name, kind):
    arn = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    iot.create_thing(thingName=name)
    iot.attach_thing_principal(thingName=name, principal=arn, thingPrincipalType=kind)
    (read,) = plan_is_empty((iot.list_thing_principals_v2, dict(thingName=name)))
    assert read["thingPrincipalObjects"] == [{"principal": arn, "thingPrincipalType": kind}]
    assert error_of(iot.delete_thing, thingName=name) == "InvalidRequestException"
    iot.detach_thing_principal(thingName=name, principal=arn)
    assert iot.list_thing_principals_v2(thingName=name)["thingPrincipalObjects"] == []
    iot.delete_thing(thingName=name)
    assert error_of(iot.list_thing_principals_v2, thingName=name) == "ResourceNotFoundException"


def test_thing_group(iot, name):
    child = f"{name}-child"
    arn = iot.create_thing_group(thingGroupName=name, tags=TAGS, thingGroupProperties={
        "thingGroupDescription": "all", "attributePayload": {"attributes": {"a": "1"}}})[
            "thingGroupArn"]
    iot.create_thing_group(thingGroupName=child, parentGroupName=name)
    group, _, below = plan_is_empty((iot.describe_thing_group, dict(thingGroupName=name)),
                                    (iot.list_tags_for_resource, dict(resourceArn=arn)),
                                    (iot.describe_thing_group, dict(thingGroupName=child)))
    assert tags_of(iot, arn) == TAGS
    assert below["thingGroupMetadata"]["rootToParentThingGroups"] == [
        {"groupName": name, "groupArn": arn}]
    iot.update_thing_group(thingGroupName=name, expectedVersion=group["version"],
                           thingGroupProperties={"thingGroupDescription": "",
                                                 "attributePayload": {"attributes": {}}})
    group = iot.describe_thing_group(thingGroupName=name)
    assert group["version"] == 2
    assert not group["thingGroupProperties"].get("attributePayload", {}).get("attributes")
    with pytest.raises(ClientError, match="there are still child groups attached"):
        iot.delete_thing_group(thingGroupName=name)
    iot.delete_thing_group(thingGroupName=child)
    iot.delete_thing_group(thingGroupName=name)
    assert error_of(iot.describe_thing_group, thingGroupName=name) == "ResourceNotFoundException"


def test_thing_group_membership(iot, name):
    iot.create_thing(thingName=name)
    iot.create_thing_group(thingGroupName=name)
    iot.add_thing_to_thing_group(thingName=name, thingGroupName=name, overrideDynamicGroups=True)
    pages = iot.get_paginator("list_thing_groups_for_thing").paginate(thingName=name)
    assert [one["groupName"] for page in pages for one in page["thingGroups"]] == [name]
    iot.remove_thing_from_thing_group(thingName=name, thingGroupName=name)
    iot.delete_thing_group(thingGroupName=name)
    iot.delete_thing(thingName=name)


def test_ca_certificate(iot):
    assert len(iot.get_registration_code()["registrationCode"]) == 64
    made = iot.register_ca_certificate(
        caCertificate=(PEM / "authority.pem").read_text(), setAsActive=True,
        allowAutoRegistration=True, certificateMode="SNI_ONLY", tags=TAGS)
    number, arn = made["certificateId"], made["certificateArn"]
    read, _ = plan_is_empty((iot.describe_ca_certificate, dict(certificateId=number)),
                            (iot.list_tags_for_resource, dict(resourceArn=arn)))
    description = read["certificateDescription"]
    assert (description["status"], description["autoRegistrationStatus"]) == ("ACTIVE", "ENABLE")
    assert tags_of(iot, arn) == TAGS
    iot.update_ca_certificate(certificateId=number, newAutoRegistrationStatus="DISABLE",
                              newStatus="ACTIVE")
    iot.update_ca_certificate(certificateId=number, newStatus="INACTIVE")
    iot.delete_ca_certificate(certificateId=number)
    assert error_of(iot.describe_ca_certificate, certificateId=number) == (
        "ResourceNotFoundException")


def test_event_configurations(iot):
    iot.update_event_configurations(eventConfigurations={"THING": {"Enabled": True}})
    (read,) = plan_is_empty((iot.describe_event_configurations, {}))
    assert [kind for kind, one in read["eventConfigurations"].items() if one["Enabled"]] == [
        "THING"]
    iot.update_event_configurations(eventConfigurations={"THING": {"Enabled": False}})


def test_endpoint_data_source(iot):
    for kind in ("iot:CredentialProvider", "iot:Data", "iot:Data-ATS", "iot:Jobs"):
        address = iot.describe_endpoint(endpointType=kind)["endpointAddress"]
        assert "/" not in address and ":" not in address
