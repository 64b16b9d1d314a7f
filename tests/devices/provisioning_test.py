"""Fleet provisioning as devices and their users do it, over the real broker and HTTPS."""
import datetime
import json
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import cbor as cbor_form
from account import ALLOW
from certificates import Authority
from fleet import Fleet
from harness import wait_until
from wire import Wire

ROLE = "arn:aws:iam::000000000000:role/provisioning"
NOT_AUTHORIZED = 5  # CONNACK of MQTT 3.1.1
TEMPLATE = {
    "Parameters": {"Serial": {"Type": "String"}, "Room": {"Type": "String", "Default": "hall"}},
    "Resources": {
        "thing": {"Type": "AWS::IoT::Thing",
                  "Properties": {"ThingName": {"Fn::Sub": "lamp-${Serial}"},
                                 "AttributePayload": {"room": {"Ref": "Room"}}}},
        "certificate": {"Type": "AWS::IoT::Certificate",
                        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                                       "Status": "Active"}},
        "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "iot:Connect",
                 "Resource": "arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}"},
                {"Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"],
                 "Resource": "arn:aws:iot:*:*:topic/$aws/things/"
                             "${iot:Connection.Thing.ThingName}/*"},
                {"Effect": "Allow", "Action": "iot:Subscribe",
                 "Resource": "arn:aws:iot:*:*:topicfilter/$aws/things/"
                             "${iot:Connection.Thing.ThingName}/*"}]}}}},
    "DeviceConfiguration": {"room": {"Ref": "Room"}}}


def claim_document(template):
    """F4, to the letter."""
    topics = ("certificates/create/*", "certificates/create-from-csr/*",
              f"provisioning-templates/{template}/provision/*")

    def arns(kind):
        return [f"arn:aws:iot:us-east-1:000000000000:{kind}/$aws/{topic}" for topic in topics]

    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"},
        {"Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"], "Resource": arns("topic")},
        {"Effect": "Allow", "Action": "iot:Subscribe", "Resource": arns("topicfilter")}]}


def done(answer):
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture
def template(fleet):
    """One of its own for each test, enabled."""
    name = f"lamps-{uuid.uuid4().hex[:8]}"
    make_template(fleet, name)
    return name


def make_template(fleet, name, body=TEMPLATE, **more):
    return fleet.ask("POST", "/provisioning-templates", {
        "templateName": name, "templateBody": json.dumps(body), "enabled": True,
        "provisioningRoleArn": ROLE, **more})


def in_files(folder, certificate, key):
    name = uuid.uuid4().hex[:8]
    file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_text(certificate)
    key_file.write_text(key)
    return SimpleNamespace(file=file, key_file=key_file)


@pytest.fixture
def claim(fleet, template, tmp_path):
    """A certificate that may do nothing but provision with the template."""
    made = done(fleet.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}))
    done(fleet.ask("POST", f"/policies/{template}",
                     {"policyDocument": json.dumps(claim_document(template))}))
    done(fleet.ask("PUT", f"/target-policies/{template}", {"target": made["certificateArn"]}))
    return in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])


class Device:
    """A connection that asks and waits for the answer, as the SDKs' fleet provisioning client."""

    def __init__(self, fleet, files, cbor=False, mqtt5=False):
        self._form = "cbor" if cbor else "json"
        self.wire = Wire(fleet.tls_port, mqtt5=mqtt5, tls=fleet.tls(files))
        self.client_id = f"new-{uuid.uuid4().hex[:8]}"

    def __enter__(self):
        assert self.wire.connect(self.client_id) == 0
        return self

    def __exit__(self, *_):
        self.wire.close()

    def ask(self, path, content):
        """(whether it was accepted, the payload)"""
        topic = f"$aws/{path}/{self._form}"
        answers = (f"{topic}/accepted", f"{topic}/rejected")
        assert self.wire.subscribe(*answers) == [1, 1]
        payload = cbor_form.dumps(content) if self._form == "cbor" else json.dumps(content).encode()
        self.wire.publish(topic, payload)
        got = self.wire.read_published()
        assert got.topic in answers and not got.retain
        read = cbor_form.loads if self._form == "cbor" else json.loads
        return got.topic.endswith("accepted"), read(got.payload)

    def create(self, csr=None):
        accepted, answer = (self.ask("certificates/create", {}) if csr is None else self.ask(
            "certificates/create-from-csr", {"certificateSigningRequest": csr}))
        assert accepted, answer
        return answer

    def provision(self, template, token, **parameters):
        return self.ask(f"provisioning-templates/{template}/provision",
                        {"certificateOwnershipToken": token, "parameters": parameters})


def new_key_and_csr():
    key = ec.generate_private_key(ec.SECP256R1())
    csr = (x509.CertificateSigningRequestBuilder()
           .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lamp")]))
           .sign(key, hashes.SHA256()))
    return (key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                              serialization.NoEncryption()).decode(),
            csr.public_bytes(serialization.Encoding.PEM).decode())


def connects(fleet, files, client_id) -> int:
    with fleet.wire(files) as wire:
        code = wire.connect(client_id)
        if code:
            wire.ignore_until_gone()
        return code


def uses_its_shadow(fleet, files, thing, mqtt5=False):
    with Wire(fleet.tls_port, mqtt5=mqtt5, tls=fleet.tls(files)) as wire:
        assert wire.connect(thing) == 0
        topic = f"$aws/things/{thing}/shadow/update"
        wire.subscribe(f"{topic}/accepted")
        wire.publish(topic, b'{"state": {"reported": {"on": true}}}')
        assert json.loads(wire.read_published().payload)["state"] == {"reported": {"on": True}}


def status_of(fleet, number):
    answer = fleet.ask("GET", f"/certificates/{number}")
    return answer.json["certificateDescription"]["status"] if answer.status == 200 else None


@pytest.mark.parametrize("mqtt5", [False, True], ids=["mqtt311", "mqtt5"])
@pytest.mark.parametrize("cbor", [False, True], ids=["json", "cbor"])
@pytest.mark.parametrize("own_key", [False, True], ids=["keys", "csr"])
def test_from_claim_to_shadow(fleet, template, claim, tmp_path, own_key, cbor, mqtt5):
    serial = uuid.uuid4().hex[:8]
    key, csr = new_key_and_csr() if own_key else (None, None)
    with Device(fleet, claim, cbor, mqtt5) as device:
        made = device.create(csr)
        assert ("privateKey" in made) is not own_key
        files = in_files(tmp_path, made["certificatePem"], made.get("privateKey", key))
        # F2: it cannot connect yet.
        assert status_of(fleet, made["certificateId"]) == "PENDING_ACTIVATION"
        assert connects(fleet, files, f"lamp-{serial}") == NOT_AUTHORIZED
        accepted, answer = device.provision(
            template, made["certificateOwnershipToken"], Serial=serial, Room="attic", More="x")
    assert accepted, answer
    assert answer == {"deviceConfiguration": {"room": "attic"}, "thingName": f"lamp-{serial}"}
    uses_its_shadow(fleet, files, f"lamp-{serial}", mqtt5)
    thing = done(fleet.ask("GET", f"/things/lamp-{serial}"))
    assert thing["attributes"] == {"room": "attic"}


def test_nobody_else_hears_an_answer(fleet, template, claim):
    """0.3: it may carry a private key."""
    with Device(fleet, claim) as device, Device(fleet, claim) as listener:
        topics = ("$aws/certificates/create/json/accepted", "$aws/certificates/create/json")
        listener.wire.subscribe(topics[0])
        device.create()
        listener.wire.ping()
        assert not listener.wire.has_published()


def test_without_a_subscription_there_is_no_answer(fleet, claim):
    """0.3: a device that does not listen has no use for a key."""
    with Device(fleet, claim) as device:
        device.wire.publish("$aws/certificates/create-from-csr/json", b"{}")
        accepted, answer = device.ask("certificates/create", {})
        assert accepted and answer["privateKey"]
        device.wire.ping()
        assert not device.wire.has_published()


def test_a_claim_may_do_nothing_else(fleet, template, claim):
    other = f"other-{template}"
    make_template(fleet, other)
    with Device(fleet, claim) as device:
        assert device.wire.subscribe("a") == [128]
        made = device.create()
    with Device(fleet, claim) as device:
        topic = f"$aws/provisioning-templates/{other}/provision/json"
        payload = {"certificateOwnershipToken": made["certificateOwnershipToken"],
                   "parameters": {"Serial": "1"}}
        try:
            device.wire.publish(topic, json.dumps(payload).encode())
            device.wire.ping()
        except Wire.Gone:
            pass
    assert fleet.ask("GET", "/things/lamp-1").status == 404
    assert status_of(fleet, made["certificateId"]) == "PENDING_ACTIVATION"


def test_a_token_is_for_its_claim_alone_and_once(fleet, template, claim, tmp_path):
    serial = uuid.uuid4().hex[:8]
    with Device(fleet, claim) as device:
        token = device.create()["certificateOwnershipToken"]
        made = done(fleet.ask("POST",
                                f"/provisioning-templates/{template}/provisioning-claim", {}))
        other = in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])
        with Device(fleet, other) as stranger:
            accepted, answer = stranger.provision(template, token, Serial=serial)
            assert not accepted and answer["errorCode"] == "InvalidCertificateOwnershipToken"
        accepted, answer = device.provision(template, token)
        assert (accepted, answer["statusCode"], answer["errorCode"]) == (
            False, 400, "InvalidParameters")
        assert device.provision(template, token, Serial=serial)[0]
        accepted, answer = device.provision(template, token, Serial=serial)
        assert not accepted and answer["errorCode"] == "InvalidCertificateOwnershipToken"
        accepted, answer = device.provision(template, "", Serial=serial)
        assert not accepted and answer == {
            "statusCode": 400, "errorCode": "InvalidCertificateOwnershipToken",
            "errorMessage": "Certificate ownership token cannot be empty."}


def test_cbor_that_cannot_be_read_is_rejected_in_cbor(fleet, claim):
    with Device(fleet, claim, cbor=True) as device:
        topic = "$aws/certificates/create-from-csr/cbor"
        device.wire.subscribe(f"{topic}/rejected")
        device.wire.publish(topic, b"\x9f\xff")
        answer = cbor_form.loads(device.wire.read_published().payload)
        assert answer["statusCode"] == 400
        assert "indefinite" in answer["errorMessage"]


def test_a_device_asks_again_after_each_interruption(fleet, template, claim, tmp_path):
    """Whatever answer is lost with the connection, nothing is half done, and it can begin again."""
    serial = uuid.uuid4().hex[:8]
    lost = Device(fleet, claim)
    with lost as device:
        device.wire.send(device.wire.publish_bytes("$aws/certificates/create/json", b""))
    with Device(fleet, claim) as device:
        made = device.create()
    with Device(fleet, claim) as device:  # the token lives on
        topic = f"$aws/provisioning-templates/{template}/provision/json"
        payload = {"certificateOwnershipToken": made["certificateOwnershipToken"],
                   "parameters": {"Serial": serial}}
        device.wire.send(device.wire.publish_bytes(topic, json.dumps(payload).encode()))
    files = in_files(tmp_path, made["certificatePem"], made["privateKey"])
    # The request was taken, though nobody heard the answer: all of it holds.
    wait_until(lambda: status_of(fleet, made["certificateId"]) == "ACTIVE",
               "the certificate becomes active")
    uses_its_shadow(fleet, files, f"lamp-{serial}")


def test_a_trusted_users_claim(fleet, template, tmp_path):
    serial = uuid.uuid4().hex[:8]
    made = done(fleet.ask("POST", f"/provisioning-templates/{template}/provisioning-claim", {}))
    assert 290 < made["expiration"] - time.time() - fleet.ahead_s < 310
    listed = done(fleet.ask("GET", "/certificates", query={"pageSize": "250"}))["certificates"]
    assert made["certificateId"] not in [one["certificateId"] for one in listed]
    files = in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])
    with Device(fleet, files) as device:
        assert device.wire.subscribe("a") == [128]
        token = device.create()["certificateOwnershipToken"]
        assert device.provision(template, token, Serial=serial)[0]
        fleet.pass_time(301)
        device.wire.read_until_gone()  # F5: its session, too
    assert status_of(fleet, made["certificateId"]) is None
    assert connects(fleet, files, "late") == NOT_AUTHORIZED


def test_a_certificate_that_nobody_came_back_for_goes(fleet, template, claim):
    with Device(fleet, claim) as device:
        made = device.create()
        described = entry_of(fleet, made["certificateId"])
        left = datetime.datetime.fromisoformat(described["expirationDate"].replace("Z", "+00:00"))
        hour = left.timestamp() - time.time() - fleet.ahead_s
        assert 3590 < hour < 3610
        fleet.pass_time(3601)
        wait_until(lambda: status_of(fleet, made["certificateId"]) is None,
                   "the certificate goes")
        accepted, answer = device.provision(template, made["certificateOwnershipToken"], Serial="1")
        assert not accepted and answer["errorCode"] == "InvalidCertificateOwnershipToken"


def entry_of(fleet, number):
    return json.loads((fleet.registry_folder / f"certificates/{number}.json").read_text())


def test_a_disabled_template_refuses(fleet, template, claim):
    done(fleet.ask("PATCH", f"/provisioning-templates/{template}", {"enabled": False}))
    with Device(fleet, claim) as device:
        token = device.create()["certificateOwnershipToken"]
        accepted, answer = device.provision(template, token, Serial="1")
        assert (accepted, answer["statusCode"], answer["errorCode"]) == (False, 403, "AccessDenied")
        done(fleet.ask("PATCH", f"/provisioning-templates/{template}", {"enabled": True}))
        assert device.provision(template, token, Serial=uuid.uuid4().hex[:8])[0]


def test_key_making_is_limited(fleet, claim):
    """F15: neither one device nor all together hold up the others."""
    with Device(fleet, claim) as device:
        _, csr = new_key_and_csr()
        topic = "$aws/certificates/create-from-csr/json"
        device.wire.subscribe(f"{topic}/accepted", f"{topic}/rejected")
        codes = []
        for _ in range(12):
            accepted, answer = device.ask("certificates/create-from-csr",
                                          {"certificateSigningRequest": csr})
            codes.append(200 if accepted else answer["statusCode"])
        assert codes[:5] == [200] * 5
        assert 429 in codes


def test_private_keys_are_kept_nowhere(fleet, template, claim):
    with Device(fleet, claim) as device:
        secret = device.create()["privateKey"].splitlines()[5]
    claimed = done(fleet.ask("POST",
                               f"/provisioning-templates/{template}/provisioning-claim", {}))
    for text in (secret, claimed["keyPair"]["PrivateKey"].splitlines()[5]):
        assert len(text) == 64
        assert text not in fleet.logs(100_000)
        for folder in (fleet.home, Path(fleet.folder)):
            for file in folder.rglob("*"):
                if file.is_file():
                    assert text.encode() not in file.read_bytes(), file


def test_a_restart_keeps_a_token(tmp_path):
    with Fleet() as own:
        name = "lamps"
        make_template(own, name)
        made = done(own.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}))
        done(own.ask("POST", "/policies/all", {"policyDocument": ALLOW}))
        done(own.ask("PUT", "/target-policies/all", {"target": made["certificateArn"]}))
        files = in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])
        with Device(own, files) as device:
            created = device.create()
        own.restart_service()
        with Device(own, files) as device:
            accepted, answer = device.provision(name, created["certificateOwnershipToken"],
                                                Serial="1")
        assert accepted, answer


def test_a_hook_decides(tmp_path):
    said = tmp_path / "question"
    hook = tmp_path / "hook"
    hook.write_text(f"""#!/bin/sh
cat > {said}
grep -q '"Serial":"good' {said} &&
  echo '{{"allowProvisioning": true, "parameterOverrides": {{"Room": "cellar"}}}}' ||
  echo '{{"allowProvisioning": false}}'
""")
    hook.chmod(0o755)
    tmp_path.chmod(0o755)
    with Fleet(service_flags=[f"--provisioning_hook_command={hook}"]) as own:
        done(make_template(own, "lamps", preProvisioningHook={"targetArn": "arn:aws:lambda:f"}))
        made = done(own.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}))
        done(own.ask("POST", "/policies/all", {"policyDocument": ALLOW}))
        done(own.ask("PUT", "/target-policies/all", {"target": made["certificateArn"]}))
        files = in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])
        with Device(own, files) as device:
            token = device.create()["certificateOwnershipToken"]
            accepted, answer = device.provision("lamps", token, Serial="bad")
            assert (accepted, answer["errorCode"]) == (False, "AccessDenied")
            accepted, answer = device.provision("lamps", token, Serial="good")
            assert accepted, answer
            assert answer["deviceConfiguration"] == {"room": "cellar"}
        question = json.loads(said.read_text())
        assert question["parameters"] == {"Serial": "good"}
        assert question["claimCertificateId"] == made["certificateId"]
        assert question["clientId"] == device.client_id


def test_just_in_time_provisioning(fleet, tmp_path):
    """An authority's template makes a device of whoever comes with its certificate."""
    name = f"factory-{uuid.uuid4().hex[:8]}"
    body = {"Resources": {
        "thing": {"Type": "AWS::IoT::Thing",
                  "Properties": {"ThingName": {"Ref": "AWS::IoT::Certificate::CommonName"}}},
        "certificate": {"Type": "AWS::IoT::Certificate",
                        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}},
        "policy": TEMPLATE["Resources"]["policy"]}}
    done(make_template(fleet, name, body, type="JITP"))
    factory = Authority(tmp_path, f"factory {uuid.uuid4()}")
    done(fleet.ask("POST", "/cacertificate",
                     {"caCertificate": factory.own.file.read_text(), "certificateMode": "SNI_ONLY",
                      "registrationConfig": {"templateName": name, "roleArn": ROLE}},
                     {"setAsActive": "true", "allowAutoRegistration": "true"}))
    common_name = f"bulb-{uuid.uuid4().hex[:8]}"
    device = factory.issue(((NameOID.COMMON_NAME, common_name),))
    assert connects(fleet, device, common_name) == NOT_AUTHORIZED
    wait_until(lambda: status_of(fleet, device.id) == "ACTIVE", "the device is registered")
    uses_its_shadow(fleet, device, common_name)
