"""The AWS IoT Device SDK v2's fleet provisioning clients, and boto3 as whoever prepares for them."""
import concurrent.futures
import json
import subprocess
import uuid
from types import SimpleNamespace

import pytest
from awscrt import mqtt
from awscrt.mqtt_request_response import ClientOptions
from awsiot import iotidentity

from account import DOCUMENT, account_endpoint, client_of, new_name
from connections import Mqtt5, Mqtt311
from inbox import WAIT_SECONDS

ROLE = "arn:aws:iam::000000000000:role/provisioning"
TEMPLATE = {
    "Parameters": {"SerialNumber": {"Type": "String"},
                   "AWS::IoT::Certificate::Id": {"Type": "String"}},
    "Resources": {
        "thing": {"Type": "AWS::IoT::Thing",
                  "Properties": {
                      "ThingName": {"Fn::Join": ["", ["sdk-", {"Ref": "SerialNumber"}]]}}},
        "certificate": {"Type": "AWS::IoT::Certificate",
                        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                                       "Status": "Active"}},
        "policy": {"Type": "AWS::IoT::Policy",
                   "Properties": {"PolicyDocument": json.loads(DOCUMENT)}}},
    "DeviceConfiguration": {"serial": {"Ref": "SerialNumber"}}}


@pytest.fixture(scope="module")
def endpoint():
    with account_endpoint() as running:
        yield running


@pytest.fixture(scope="module")
def iot(endpoint):
    return client_of(endpoint)


@pytest.fixture(scope="module")
def template(iot):
    name = new_name()
    made = iot.create_provisioning_template(
        templateName=name, templateBody=json.dumps(TEMPLATE), enabled=True,
        provisioningRoleArn=ROLE)
    assert made["defaultVersionId"] == 1
    return name


@pytest.fixture
def claim(endpoint, iot, template, tmp_path):
    """F5: a trusted user's, so each test has its own."""
    made = iot.create_provisioning_claim(templateName=template)
    return as_endpoint(endpoint, tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])


def as_endpoint(endpoint, folder, certificate, key):
    """The endpoint, to be come to with this certificate."""
    name = uuid.uuid4().hex[:8]
    paths = {"cert": folder / f"{name}.pem", "key": folder / f"{name}.key"}
    paths["cert"].write_text(certificate)
    paths["key"].write_text(key)
    return SimpleNamespace(host=endpoint.host, mqtts_port=endpoint.mqtts_port, ca=endpoint.ca,
                           **{which: str(path) for which, path in paths.items()})


def new_key_and_csr(folder):
    key = folder / f"{uuid.uuid4().hex[:8]}.key"
    csr = subprocess.run(["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj",
                          "/CN=device", "-keyout", key], capture_output=True, check=True).stdout
    return key.read_text(), csr.decode()


class First:
    """The SDK's first service client, as its fleet provisioning sample uses it."""

    def __init__(self, device):
        self._client = iotidentity.IotIdentityClient(device.protocol)

    def _ask(self, name, request, subscription):
        answer = concurrent.futures.Future()

        def refuse(told):
            answer.set_exception(RuntimeError(told.error_code))

        for kind, take in (("accepted", answer.set_result), ("rejected", refuse)):
            subscribe = getattr(self._client, f"subscribe_to_{name}_{kind}")
            subscribe(subscription, mqtt.QoS.AT_LEAST_ONCE, take)[0].result(WAIT_SECONDS)
        publish = getattr(self._client, f"publish_{name}")
        publish(request, mqtt.QoS.AT_LEAST_ONCE).result(WAIT_SECONDS)
        return answer.result(WAIT_SECONDS)

    def create_keys(self):
        return self._ask("create_keys_and_certificate",
                         iotidentity.CreateKeysAndCertificateRequest(),
                         iotidentity.CreateKeysAndCertificateSubscriptionRequest())

    def create_from_csr(self, csr):
        return self._ask(
            "create_certificate_from_csr",
            iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request=csr),
            iotidentity.CreateCertificateFromCsrSubscriptionRequest())

    def register(self, template, token, parameters):
        return self._ask(
            "register_thing",
            iotidentity.RegisterThingRequest(template_name=template,
                                             certificate_ownership_token=token,
                                             parameters=parameters),
            iotidentity.RegisterThingSubscriptionRequest(template_name=template))


class Second:
    """Its request-response client."""

    def __init__(self, device):
        options = ClientOptions(max_request_response_subscriptions=4,
                                max_streaming_subscriptions=2,
                                operation_timeout_in_seconds=WAIT_SECONDS)
        self._client = iotidentity.IotIdentityClientV2(device.protocol, options)
        device.held.append(self._client)

    def create_keys(self):
        return self._client.create_keys_and_certificate(
            iotidentity.CreateKeysAndCertificateRequest()).result(WAIT_SECONDS)

    def create_from_csr(self, csr):
        return self._client.create_certificate_from_csr(
            iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request=csr)).result(
                WAIT_SECONDS)

    def register(self, template, token, parameters):
        return self._client.register_thing(iotidentity.RegisterThingRequest(
            template_name=template, certificate_ownership_token=token,
            parameters=parameters)).result(WAIT_SECONDS)


@pytest.mark.parametrize("own_key", [False, True], ids=["keys", "csr"])
@pytest.mark.parametrize("connection, client",
                         [(Mqtt311, First), (Mqtt311, Second), (Mqtt5, Second)],
                         ids=["mqtt311-v1", "mqtt311-v2", "mqtt5-v2"])
def test_fleet_provisioning(endpoint, iot, template, claim, tmp_path, connection, client, own_key):
    serial = uuid.uuid4().hex[:8]
    device = connection(claim)
    device.connect()
    identity = client(device)
    if own_key:
        key, csr = new_key_and_csr(tmp_path)
        made = identity.create_from_csr(csr)
    else:
        made = identity.create_keys()
        key = made.private_key
    registered = identity.register(template, made.certificate_ownership_token,
                                   {"SerialNumber": serial})
    assert registered.thing_name == f"sdk-{serial}"
    assert registered.device_configuration == {"serial": serial}
    device.disconnect()
    own = connection(as_endpoint(endpoint, tmp_path, made.certificate_pem, key),
                     registered.thing_name)
    own.connect()
    own.disconnect()
    assert iot.list_thing_principals(thingName=registered.thing_name)["principals"] == [
        f"arn:aws:iot:us-east-1:000000000000:cert/{made.certificate_id}"]


def test_what_is_refused_is_told_to_the_sdk(claim, template):
    device = Mqtt311(claim)
    device.connect()
    with pytest.raises(RuntimeError, match="InvalidCertificateOwnershipToken"):
        First(device).register(template, "", {})
    device.disconnect()


def test_register_thing(iot, tmp_path):
    _, csr = new_key_and_csr(tmp_path)
    body = {**TEMPLATE, "Parameters": {"SerialNumber": {"Type": "String"},
                                       "CSR": {"Type": "String"}}}
    body = json.loads(json.dumps(body))
    del body["DeviceConfiguration"]
    body["Resources"]["certificate"]["Properties"] = {
        "CertificateSigningRequest": {"Ref": "CSR"}, "Status": "ACTIVE"}
    serial = uuid.uuid4().hex[:8]
    made = iot.register_thing(templateBody=json.dumps(body),
                              parameters={"SerialNumber": serial, "CSR": csr})
    assert made["resourceArns"]["thing"].endswith(f":thing/sdk-{serial}")
    assert made["certificatePem"].startswith("-----BEGIN CERTIFICATE-----")


def test_terraforms_template(iot):
    """What aws_iot_provisioning_template calls, in its order."""
    name = new_name()
    iot.create_provisioning_template(
        templateName=name, templateBody=json.dumps(TEMPLATE), provisioningRoleArn=ROLE,
        description="made by Terraform", enabled=True, tags=[{"Key": "a", "Value": "b"}])
    told = iot.describe_provisioning_template(templateName=name)
    assert json.loads(told["templateBody"]) == TEMPLATE
    assert told["type"] == "FLEET_PROVISIONING" and "preProvisioningHook" not in told
    tags = iot.list_tags_for_resource(resourceArn=told["templateArn"])["tags"]
    assert tags == [{"Key": "a", "Value": "b"}]
    iot.create_provisioning_template_version(
        templateName=name, templateBody=json.dumps({**TEMPLATE, "Mappings": {}}), setAsDefault=True)
    iot.update_provisioning_template(templateName=name, description="changed", enabled=False,
                                     provisioningRoleArn=ROLE, defaultVersionId=2)
    iot.delete_provisioning_template_version(templateName=name, versionId=1)
    iot.delete_provisioning_template(templateName=name)
