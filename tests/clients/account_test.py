"""boto3 as it is against the account's operations: the sequences that people's scripts and tools run.

They are the scripts of the AWS IoT SDKs' own tests, FreeRTOS's SetupAWS, Greengrass's installer and
CDK's custom resources (docs/contract-account.md). What Terraform calls is in terraform_test.py.
"""
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from account import DOCUMENT, account_endpoint, client_of, error_of, new_name
from connections import Mqtt311


@pytest.fixture(scope="module")
def endpoint():
    with account_endpoint() as running:
        yield running


@pytest.fixture(scope="module")
def iot(endpoint):
    return client_of(endpoint)


@pytest.fixture
def name():
    return new_name()


def connects(endpoint, made, folder, client_id) -> bool:
    """Whether the SDK connects with the files as a script writes them."""
    paths = {"cert": folder / "device.pem.crt", "key": folder / "private.pem.key"}
    paths["cert"].write_text(made["certificatePem"])
    paths["key"].write_text(made["keyPair"]["PrivateKey"])
    device = Mqtt311(SimpleNamespace(
        host=endpoint.host, mqtts_port=endpoint.mqtts_port, ca=endpoint.ca,
        **{which: str(path) for which, path in paths.items()}), client_id)
    device.connect()
    device.disconnect()
    return True


def let_go(iot, arn, *policies):
    """Of a certificate: everything, as a careful script does it."""
    for policy in policies:
        iot.detach_policy(policyName=policy, target=arn)
    number = arn.rpartition("/")[2]
    iot.update_certificate(certificateId=number, newStatus="INACTIVE")
    iot.delete_certificate(certificateId=number)


def test_the_scripts_of_the_sdks_tests(endpoint, iot, name, tmp_path):
    iot.create_thing(thingName=name)
    made = iot.create_keys_and_certificate(setAsActive=True)
    arn, number = made["certificateArn"], made["certificateId"]
    iot.create_policy(policyName=name, policyDocument=DOCUMENT)
    iot.attach_policy(policyName=name, target=arn)
    iot.attach_thing_principal(thingName=name, principal=arn)
    assert iot.describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
    assert connects(endpoint, made, tmp_path, name)
    # And away again: each principal of the thing, then the thing; the policies go by force.
    for principal in iot.list_thing_principals(thingName=name)["principals"]:
        iot.detach_thing_principal(thingName=name, principal=principal)
    iot.delete_thing(thingName=name)
    iot.update_certificate(certificateId=number, newStatus="INACTIVE")
    assert error_of(iot.delete_certificate, certificateId=number) == "DeleteConflictException"
    iot.delete_certificate(certificateId=number, forceDelete=True)
    iot.delete_policy(policyName=name)
    assert error_of(iot.describe_thing, thingName=name) == "ResourceNotFoundException"


def test_setup_aws_of_freertos(iot, name):
    """Prerequisites, setup and cleanup, with the old operations that it still uses."""
    made = iot.create_keys_and_certificate(setAsActive=True)
    arn, number = made["certificateArn"], made["certificateId"]
    iot.create_thing(thingName=name)
    iot.create_policy(policyName=name, policyDocument=DOCUMENT)
    iot.attach_principal_policy(policyName=name, principal=arn)
    iot.attach_thing_principal(thingName=name, principal=arn)
    assert name in [one["thingName"] for one in iot.list_things()["things"]]
    assert name in [one["policyName"] for one in iot.list_policies()["policies"]]
    assert number in [one["certificateId"] for one in iot.list_certificates()["certificates"]]
    assert iot.describe_endpoint()["endpointAddress"]
    assert iot.describe_certificate(certificateId=number)["certificateDescription"][
        "status"] == "ACTIVE"
    assert iot.list_principal_things(principal=arn)["things"] == [name]
    assert [one["policyName"] for one in iot.list_principal_policies(principal=arn)["policies"]
            ] == [name]
    iot.detach_thing_principal(thingName=name, principal=arn)
    iot.delete_thing(thingName=name)
    iot.detach_principal_policy(policyName=name, principal=arn)
    iot.update_certificate(certificateId=number, newStatus="INACTIVE")
    iot.delete_certificate(certificateId=number)
    iot.delete_policy(policyName=name)


def test_the_installer_of_greengrass(endpoint, iot, name, tmp_path):
    """What it does before it comes to roles, which are not offered: that must be said clearly."""
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Resource": "*", "Action": [
            "iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive", "greengrass:*"]}]})
    assert error_of(iot.get_policy, policyName=name) == "ResourceNotFoundException"
    iot.create_policy(policyName=name, policyDocument=document)
    for kind in ("iot:Data-ATS", "iot:CredentialProvider"):
        assert iot.describe_endpoint(endpointType=kind)["endpointAddress"]
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=name, target=made["certificateArn"])
    iot.create_thing(thingName=name)
    iot.create_thing(thingName=name)  # it does not look before
    iot.attach_thing_principal(thingName=name, principal=made["certificateArn"])
    assert iot.get_policy(policyName=name)["policyDocument"] == document
    assert connects(endpoint, made, tmp_path, name)
    assert error_of(iot.describe_role_alias, roleAlias=name) == "UnknownOperationException"
    iot.detach_thing_principal(thingName=name, principal=made["certificateArn"])
    iot.delete_thing(thingName=name)
    let_go(iot, made["certificateArn"], name)
    iot.delete_policy(policyName=name)


def test_custom_resources_of_cdk(iot, name):
    """A handler may be called twice, for making and for deleting alike."""
    iot.create_thing(thingName=name)
    iot.create_policy(policyName=name, policyDocument=DOCUMENT)
    made = iot.create_keys_and_certificate(setAsActive=True)
    arn, number = made["certificateArn"], made["certificateId"]
    for _ in range(2):
        iot.attach_policy(policyName=name, target=arn)
        iot.attach_thing_principal(thingName=name, principal=arn)
    gone = {"ResourceNotFoundException"}
    for turn in range(2):
        for call, arguments in (
                (iot.update_certificate, dict(certificateId=number, newStatus="INACTIVE")),
                (iot.detach_policy, dict(policyName=name, target=arn)),
                (iot.detach_thing_principal, dict(thingName=name, principal=arn)),
                (iot.delete_certificate, dict(certificateId=number))):
            try:
                call(**arguments)
            except ClientError as error:
                assert turn == 1 and error.response["Error"]["Code"] in gone, (call, error)
    iot.delete_policy(policyName=name)
    iot.delete_thing(thingName=name)
    iot.delete_thing(thingName=name)


def test_pages_are_followed(iot, name):
    for number in range(5):
        iot.create_thing(thingName=f"{name}-{number}", attributePayload={
            "attributes": {"of": name}})
    pages = iot.get_paginator("list_things").paginate(
        attributeName="of", attributeValue=name, PaginationConfig={"PageSize": 2})
    found = [one["thingName"] for page in pages for one in page["things"]]
    assert sorted(found) == [f"{name}-{number}" for number in range(5)]
    for thing in found:
        iot.delete_thing(thingName=thing)
    for number in range(3):
        iot.create_policy(policyName=f"{name}-{number}", policyDocument=DOCUMENT)
    pages = iot.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 1})
    found = [one["policyName"] for page in pages for one in page["policies"]]
    assert {f"{name}-{number}" for number in range(3)} <= set(found)
    assert len(found) == len(set(found))
    for number in range(3):
        iot.delete_policy(policyName=f"{name}-{number}")


def test_exceptions_have_their_classes(iot, name):
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_thing(thingName=name)
    iot.create_thing(thingName=name)
    with pytest.raises(iot.exceptions.ResourceAlreadyExistsException) as raised:
        iot.create_thing(thingName=name, attributePayload={"attributes": {"a": "1"}})
    assert raised.value.response["resourceArn"].endswith(f":thing/{name}")
    with pytest.raises(iot.exceptions.VersionConflictException):
        iot.update_thing(thingName=name, expectedVersion=7)
    with pytest.raises(iot.exceptions.MalformedPolicyException):
        iot.create_policy(policyName=name, policyDocument="{}")
    with pytest.raises(iot.exceptions.InvalidRequestException):
        iot.create_thing(thingName="no name!")
    iot.delete_thing(thingName=name)
