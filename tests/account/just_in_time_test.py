"""Just-in-time registration (CE7), and that TLS lets devices of a registered authority in (CE4)."""
import json
import ssl
import uuid
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from account import ALLOW, Account
from certificates import Authority, Certificate
from harness import wait_until
from wire import Wire

NOT_AUTHORIZED = 5  # CONNACK of MQTT 3.1.1


@pytest.fixture
def watcher(account, tmp_path):
    """A device that hears of certificates that are registered, and of its own fence."""
    made = account.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}).json
    file, key_file = tmp_path / "watcher.pem", tmp_path / "watcher.key"
    file.write_text(made["certificatePem"])
    key_file.write_text(made["keyPair"]["PrivateKey"])
    allow(account, made["certificateArn"])
    with account.wire(SimpleNamespace(file=file, key_file=key_file)) as wire:
        assert wire.connect("watcher") == 0
        wire.subscribe("$aws/events/certificates/registered/+", "fence")
        yield wire


@pytest.fixture
def factory(account, tmp_path):
    """An authority with auto-registration; `factory.ca_id` is the account's name for it."""
    authority = Authority(tmp_path, f"factory {uuid.uuid4()}")
    authority.ca_id = register(account, authority)
    return authority


def allow(account, arn):
    account.ask("POST", "/policies/anything", {"policyDocument": ALLOW})
    assert account.ask("PUT", "/target-policies/anything", {"target": arn}).status == 200


def register(account, authority, active="true", by_itself="true") -> str:
    answer = account.ask("POST", "/cacertificate",
                         {"caCertificate": authority.own.file.read_text(),
                          "certificateMode": "SNI_ONLY"},
                         {"setAsActive": active, "allowAutoRegistration": by_itself})
    assert answer.status == 200, answer
    return answer.json["certificateId"]


def connect(account, certificate, client_id="lamp") -> int:
    """The CONNACK's code; the connection is at its end, whatever it is."""
    with account.wire(certificate) as wire:
        code = wire.connect(client_id)
        if code:
            wire.ignore_until_gone()
        return code


def ends_in_tls(account, certificate) -> bool:
    """In a thread of its own: OpenSSL keeps the error of a connection that was cut for the thread, and
    Python takes it for that of the next connection that waits for something."""
    def is_cut():
        try:
            connect(account, certificate)
        except (ssl.SSLError, ConnectionError, Wire.Gone):
            return True
        return False

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(is_cut).result()


def next_event(wire) -> tuple:
    one = wire.read_published()
    return one.topic, json.loads(one.payload)


def self_signed(folder) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "its own")])
    return Certificate(folder, Authority._sign(
        name, key.public_key(), name, key, [(x509.BasicConstraints(False, None), True)]), key)


def describe(account, certificate):
    return account.ask("GET", f"/certificates/{certificate.id}")


def set_status(account, certificate, word):
    answer = account.ask("PUT", f"/certificates/{certificate.id}", query={"newStatus": word})
    assert answer.status == 200, answer


def expect_nothing(account, wire, factory, certificate):
    """Neither an event nor an entry: one that comes later is told of, and is the first that is."""
    later = factory.issue()
    assert connect(account, later, "later") == NOT_AUTHORIZED
    _, event = next_event(wire)
    assert event["certificateId"] == later.id
    assert describe(account, certificate).status == 404


def test_from_the_first_connection_to_an_active_device(account, watcher, factory):
    device = factory.issue()
    assert connect(account, device) == NOT_AUTHORIZED
    topic, event = next_event(watcher)
    assert topic == f"$aws/events/certificates/registered/{factory.ca_id}"
    assert event.pop("timestamp") > 1_600_000_000_000
    assert event == {"certificateId": device.id, "caCertificateId": factory.ca_id,
                     "certificateStatus": "PENDING_ACTIVATION", "awsAccountId": "000000000000",
                     "certificateRegistrationTimestamp": None}
    described = describe(account, device).json["certificateDescription"]
    assert (described["status"], described["caCertificateId"]) == (
        "PENDING_ACTIVATION", factory.ca_id)
    assert described["certificatePem"] == device.x509.public_bytes(
        serialization.Encoding.PEM).decode()
    allow(account, described["certificateArn"])
    assert connect(account, device) == NOT_AUTHORIZED
    set_status(account, device, "ACTIVE")
    assert connect(account, device) == 0


def test_each_connection_tells_again_while_nobody_has_decided(account, watcher, factory):
    device = factory.issue()
    times = []
    for _ in range(3):
        assert connect(account, device) == NOT_AUTHORIZED
        _, event = next_event(watcher)
        assert (event["certificateId"], event["certificateStatus"]) == (
            device.id, "PENDING_ACTIVATION")
        times.append(event["timestamp"])
    assert times == sorted(times)
    set_status(account, device, "INACTIVE")
    assert connect(account, device) == NOT_AUTHORIZED
    watcher.publish("fence", b"")
    assert watcher.read_published().topic == "fence"


@pytest.mark.parametrize("active, by_itself", [("true", "false"), ("false", "true")])
def test_an_authority_that_does_not_register_registers_nothing(account, watcher, factory, tmp_path,
                                                               active, by_itself):
    """While another one does."""
    other = Authority(tmp_path, f"quiet {active} {by_itself}")
    register(account, other, active, by_itself)
    device = other.issue()
    assert connect(account, device) == NOT_AUTHORIZED
    expect_nothing(account, watcher, factory, device)


def test_an_authority_that_is_not_registered_registers_nothing(account, watcher, factory):
    """The broker's own, which TLS knows."""
    device = account.authority.issue()
    assert connect(account, device) == NOT_AUTHORIZED
    expect_nothing(account, watcher, factory, device)


def test_an_unknown_authority_ends_in_tls(account, watcher, factory, tmp_path):
    name = factory.own.x509.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    device = Authority(tmp_path, name).issue()  # of the same name
    assert ends_in_tls(account, device)
    expect_nothing(account, watcher, factory, device)


def test_authorities_of_one_name_are_told_apart(account, watcher, tmp_path):
    authorities = [Authority(tmp_path, "twins") for _ in range(2)]
    for authority in authorities:
        authority.ca_id = register(account, authority)
    for authority in authorities:
        device = authority.issue()
        assert connect(account, device) == NOT_AUTHORIZED
        topic, _ = next_event(watcher)
        assert topic.endswith(authority.ca_id)
        assert describe(account, device).json["certificateDescription"][
            "caCertificateId"] == authority.ca_id


def test_auto_registration_can_be_taken_back(account, watcher, factory, tmp_path):
    other = Authority(tmp_path, "other")
    register(account, other)
    pending, later = factory.issue(), factory.issue()
    assert connect(account, pending) == NOT_AUTHORIZED
    next_event(watcher)
    answer = account.ask("PUT", f"/cacertificate/{factory.ca_id}",
                         query={"newAutoRegistrationStatus": "DISABLE"})
    assert answer.status == 200
    for device in (pending, later):
        assert connect(account, device) == NOT_AUTHORIZED
    expect_nothing(account, watcher, other, later)
    set_status(account, pending, "ACTIVE")
    allow(account, describe(account, pending).json["certificateDescription"]["certificateArn"])
    assert connect(account, pending) == 0


def test_a_certificate_that_aws_would_not_take_is_told_in_the_log(account, watcher, factory):
    """TLS lets it in, but its names are larger than what is told of."""
    device = factory.issue(alternatives=[x509.DNSName(f"{n}.{'x' * 60}.example")
                                         for n in range(200)])
    mark = account.broker.mark()
    assert connect(account, device, "large") == NOT_AUTHORIZED
    account.broker.wait_for_line("it is too large to be registered when it comes", mark)
    expect_nothing(account, watcher, factory, device)


def test_without_the_service_nothing_is_half_done(account, watcher, factory):
    device = factory.issue()
    account.service.kill()
    try:
        assert connect(account, device) == NOT_AUTHORIZED
    finally:
        account.start_service()
    expect_nothing(account, watcher, factory, device)
    assert connect(account, device) == NOT_AUTHORIZED
    _, event = next_event(watcher)
    assert event["certificateId"] == device.id


def test_a_flood_holds_nobody_up(account, watcher, factory):
    """One device in a loop, and a hundred others: others' requests are answered meanwhile."""
    looping = factory.issue()
    for number in range(60):
        connect(account, looping)
        if number % 20 == 0:
            assert account.ask("POST", f"/things/flooded-{number}", {}).status == 200
    last = factory.issue()
    wait_until(lambda: connect(account, last) == NOT_AUTHORIZED
               and describe(account, last).status == 200, "the last one's registration")


class TestTls:
    """CE4: what is registered is let in by TLS at once, without a restart of the broker."""

    def test_a_device_of_an_authority_that_is_registered(self, account, tmp_path):
        authority = Authority(tmp_path, "workshop")
        register(account, authority, by_itself="false")
        device = authority.issue()
        answer = account.ask("POST", "/certificate/register",
                             {"certificatePem": device.file.read_text(), "status": "ACTIVE"})
        assert answer.status == 200, answer
        allow(account, answer.json["certificateArn"])
        assert connect(account, device) == 0

    def test_a_certificate_that_signed_itself(self, account, tmp_path):
        own = self_signed(tmp_path)
        assert ends_in_tls(account, own)
        answer = account.ask("POST", "/certificate/register-no-ca",
                             {"certificatePem": own.file.read_text(), "status": "ACTIVE"})
        assert answer.status == 200, answer
        allow(account, answer.json["certificateArn"])
        assert connect(account, own) == 0

    def test_a_second_authority_of_a_name_counts_after_a_restart_and_the_log_says_so(
            self, tmp_path):
        with Account() as running:
            for again in range(2):
                authority = Authority(tmp_path, "one name")
                ca_id = register(running, authority)
                if again:
                    running.service.wait_for_line(f"authority_not_trusted.*{ca_id}.*restart")
                    running.stop_broker()
                    running.start_broker()
                    running.service.wait_for_line("link_up", count=2)
                assert connect(running, authority.issue()) == NOT_AUTHORIZED

    def test_of_what_tls_does_not_know_the_log_tells(self, account, tmp_path):
        device = Authority(tmp_path, "nobody").issue()
        mark = account.service.mark()
        answer = account.ask("POST", "/certificate/register-no-ca",
                             {"certificatePem": device.file.read_text()})
        assert answer.status == 200, answer
        account.service.wait_for_line("certificate_not_trusted", mark)

    def test_without_a_folder_the_log_tells_what_to_do(self, tmp_path):
        with Account(service_flags=["--broker_capath="]) as running:
            authority = Authority(tmp_path, "distrusted")
            ca_id = register(running, authority)
            running.service.wait_for_line(f"ca-certificates/{ca_id}.pem to the cafile")
            assert ends_in_tls(running, authority.issue())
