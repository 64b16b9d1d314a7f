"""The decisions of tests/cases/policy, over the broker: what is allowed happens, the rest does not.

Left out is what this broker cannot be brought to: shadow actions (HTTPS), a given time, server name,
certificate id or serial number, other addresses than 127.0.0.1, wills (they are refused when they
are sent: policies_test.py), and topics that the broker keeps for itself.
"""
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from guarded import Guarded, allow
from wire import NOT_AUTHORIZED

CASES = Path(__file__).resolve().parent.parent / "cases" / "policy"
LEAST = 90  # of the cases; fewer means that they are no longer found
SUBJECT = {"CommonName": NameOID.COMMON_NAME, "Organization": NameOID.ORGANIZATION_NAME}
KEPT = re.compile("^[$](SYS|shadow)|/shadow/.*/(accepted|rejected|delta|documents)$")
OPENS = {"iot:Connect": [], "iot:Publish": ["iot:Connect"], "iot:Subscribe": ["iot:Connect"],
         "iot:RetainPublish": ["iot:Connect", "iot:Publish"],
         "iot:Receive": ["iot:Connect", "iot:Subscribe"]}  # what must be allowed to come that far


class Case(NamedTuple):
    id: str
    title: str
    action: str
    name: str
    expect: str
    policies: list
    connection: dict


def is_feasible(case: Case) -> bool:
    connection = case.connection
    certificate = connection.get("certificate") or {}
    text = json.dumps(case.policies)
    if case.action not in OPENS or not case.name or '"now"' in text:
        return False
    if set(connection) - {"client_id", "thing", "certificate", "persistent", "source_ip"}:
        return False
    if connection.get("source_ip", "127.0.0.1") != "127.0.0.1":
        return False
    if "certificate" in connection and connection["certificate"] is None:
        return False
    if set(certificate) - {"id", "subject", "subject_alternative"} or "CertificateId" in text:
        return False
    if case.action == "iot:Connect" and connection.get("client_id", case.name) != case.name:
        return False
    if any(word in text for word in ("SourceIp", "DomainName", "SerialNumber", "SecureTransport")):
        return False
    if case.action != "iot:Subscribe" and set("+#") & set(case.name) and \
            case.action != "iot:Connect":
        return False
    return case.action == "iot:Subscribe" or not KEPT.search(case.name)


def cases():
    for file in sorted(CASES.glob("*.json")):
        for group in json.loads(file.read_text())["groups"]:
            for one in group["decisions"]:
                if "now" in one:
                    continue
                connection = {**group.get("connection", {}), **one.get("connection", {})}
                case = Case(one["id"], one["title"], one["action"], one["name"], one["expect"],
                            group["policies"], connection)
                if is_feasible(case):
                    yield case


def certificate_of(case: Case, authority):
    facts = case.connection.get("certificate") or {}
    subject = [(SUBJECT[kind], value) for kind, values in facts.get("subject", {}).items()
               for value in values]
    names = [x509.DNSName(name) for name in facts.get("subject_alternative", {}).get("DNSName", [])]
    if subject:
        return authority.issue(subject=subject, alternatives=names)
    return authority.issue(alternatives=names)


@pytest.fixture(scope="module")
def house(authority):
    """A certificate for each case, with its policies and what leads up to the question."""
    certificates = {}

    def setup(registry):
        for case in cases():
            certificate = certificates[case.id] = certificate_of(case, authority)
            names = []
            for number, policy in enumerate(case.policies):
                names.append(f"{case.id}-{number}")
                (registry.folder / "policies" / f"{names[-1]}.json").write_text(json.dumps(policy))
            if OPENS[case.action]:
                names.append(f"{case.id}-opens")
                registry.policy(names[-1], allow(OPENS[case.action], "*"))
            things = [thing["name"]] if (thing := case.connection.get("thing")) else []
            for thing in things:
                registry.thing(thing)
            registry.certificate(certificate, names, things)

    with Guarded(authority, setup=setup) as running:
        running.certificates = certificates
        running.things = {}
        yield running


def register_thing(house, thing: dict):
    """Cases have things of one name and different attributes."""
    content = {"attributes": thing.get("attributes", {})}
    if "type" in thing:
        content["thingTypeName"] = thing["type"]
    if house.things.get(thing["name"], {"attributes": {}}) != content:
        house.registry.thing(thing["name"], **content)
        house.reload_broker()
    house.things[thing["name"]] = content


def outcome(house, case: Case) -> bool:
    """Whether what the case asks for happens."""
    thing = case.connection.get("thing")
    if thing:
        register_thing(house, thing)
    client_id = case.connection.get("client_id") or (
        case.name if case.action == "iot:Connect" else thing["name"] if thing else case.id)
    certificate = house.certificates[case.id]
    with house.wire(certificate, mqtt5=True) as wire:
        code = wire.connect(client_id, clean=not case.connection.get("persistent"))
        if case.action == "iot:Connect":
            return code == 0
        assert code == 0, "the case must come as far as its question"
        if case.action in ("iot:Publish", "iot:RetainPublish"):
            code = wire.publish(case.name, b"", retain=case.action == "iot:RetainPublish")
            return code != NOT_AUTHORIZED
        code = wire.subscribe(case.name)
        if case.action == "iot:Subscribe":
            return code == [1]
        assert wire.subscribe(case.name) == [1]
        with house.connect(house.admin) as admin:
            admin.publish(case.name, b"?")
        wire.ping()
        return wire.has_published()


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.id)
def test_decision(house, case):
    assert outcome(house, case) == (case.expect == "allow"), case.title


def test_the_cases_are_there():
    assert len(list(cases())) >= LEAST
