"""Provisioning by the real program in a real registry: one step, repeatable, never half done."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import ssl
import stat
import subprocess

import pytest

from shadowctl import Shadowctl, make_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority") / "ca"
    make_authority(folder)
    return folder


@pytest.fixture
def place(tmp_path, authority):
    shutil.copytree(authority, tmp_path / "ca")
    return tmp_path


@pytest.fixture
def shadowctl(place):
    return Shadowctl(registry=place / "registry", ca=place / "ca")


def entry(place, certificate):
    """What the entry says, but for dates and generation; the certificate lies beside it."""
    folder = place / "registry/certificates"
    assert (folder / f"{certificate}.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
    found = json.loads((folder / f"{certificate}.json").read_text())
    assert found["creationDate"] <= found["lastModifiedDate"] and found["generationId"]
    return {name: found[name] for name in ("status", "things", "policies")}


def test_one_step_makes_a_thing_with_all_it_needs(shadowctl, place):
    made = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    assert made["made"] is True and made["status"] == "ACTIVE" and made["policies"] == ["lamp1"]
    der = ssl.PEM_cert_to_DER_cert(pathlib.Path(made["certificate"]).read_text())
    assert (place / "things/lamp1/certificate_id").read_text() == f"{made['certificateId']}\n"
    assert made["certificateId"] == hashlib.sha256(der).hexdigest()
    assert stat.S_IMODE(os.stat(made["key"]).st_mode) == 0o600
    subprocess.run(["openssl", "verify", "-CAfile", made["ca"], made["certificate"]], check=True,
                   capture_output=True)
    assert entry(place, made["certificateId"]) == {
        "status": "ACTIVE", "things": ["lamp1"], "policies": ["lamp1"]}
    assert shadowctl.json("thing", "list")["things"] == [
        {"thing": "lamp1", "thingTypeName": "", "attributes": {},
         "certificates": [made["certificateId"]]}]


def test_it_can_be_repeated(shadowctl):
    first = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    assert shadowctl.json("thing", "create", "lamp1") == {**first, "made": False}
    assert shadowctl.done("thing", "delete", "lamp1") == ""
    assert shadowctl.json("thing", "delete", "lamp1") == {"thing": "lamp1", "deleted": False}


def test_a_deactivated_certificate_stays_so_when_it_is_repeated(shadowctl):
    made = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    shadowctl.done("certificate", "deactivate", made["certificateId"])
    assert shadowctl.json("thing", "create", "lamp1")["status"] == "INACTIVE"
    shadowctl.done("certificate", "activate", made["certificateId"][:8])
    assert shadowctl.json("thing", "create", "lamp1")["status"] == "ACTIVE"


def test_a_lost_key_is_replaced_and_its_certificate_counts_no_more(shadowctl, place):
    policy = place / "mine.json"
    policy.write_text(shadowctl_policy("iot:Connect", "*"))
    shadowctl.done("policy", "put", "mine", policy)
    old = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec", "--policy", "mine")
    os.remove(old["key"])
    new = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    assert new["certificateId"] != old["certificateId"]
    assert entry(place, old["certificateId"])["status"] == "INACTIVE"
    assert entry(place, new["certificateId"]) == {
        "status": "ACTIVE", "things": ["lamp1"], "policies": ["mine"]}
    assert sorted(os.listdir(place / "things")) == ["lamp1"]


def test_a_loose_key_is_made_private(shadowctl):
    key = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")["key"]
    os.chmod(key, 0o644)
    shadowctl.done("thing", "create", "lamp1")
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600


def test_deleting_a_thing_leaves_what_others_use(shadowctl, place):
    first = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    second = shadowctl.json("thing", "create", "lamp2", "--key-kind", "ec", "--policy", "lamp1")
    shadowctl.done("thing", "attach", "lamp1", second["certificateId"])
    shadowctl.done("thing", "delete", "lamp1")
    assert not (place / "registry/certificates" / f"{first['certificateId']}.json").exists()
    assert entry(place, second["certificateId"]) == {
        "status": "ACTIVE", "things": ["lamp2"], "policies": ["lamp1"]}
    assert not (place / "things/lamp1").exists() and (place / "things/lamp2").exists()
    shadowctl.done("thing", "delete", "lamp2")
    assert os.listdir(place / "registry/certificates") == []


def shadowctl_policy(action, resource):
    return json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": action, "Resource": resource}})


def test_a_policy_of_the_things_name_is_not_taken_for_its_default(shadowctl, place):
    shadowctl.done("policy", "put", "lamp1", "-", given=shadowctl_policy("iot:*", "*"))
    said = shadowctl.refused(4, "thing", "create", "lamp1", "--key-kind", "ec")
    assert "say --policy lamp1 if it is meant" in said
    assert shadowctl.json("thing", "create", "lamp1", "--policy", "lamp1")["policies"] == ["lamp1"]
    changed = shadowctl_policy("iot:Connect", "*")
    shadowctl.done("policy", "put", "lamp1", "-", given=changed)
    shadowctl.done("thing", "create", "lamp1")
    assert shadowctl.done("policy", "get", "lamp1").strip() == changed


def test_a_certificate_made_elsewhere_can_be_registered(shadowctl, place):
    made = shadowctl.json("certificate", "create", place / "application", "--key-kind", "ec")
    assert made["thing"] is None and made["policies"] == []
    shadowctl.done("certificate", "delete", place / "application/certificate.pem")
    der = place / "application.der"
    subprocess.run(["openssl", "x509", "-in", made["certificate"], "-outform", "DER", "-out", der],
                   check=True)
    answer = shadowctl.json("certificate", "register", der, "--inactive")
    assert answer == {"certificateId": made["certificateId"], "status": "INACTIVE"}
    shadowctl.done("thing", "create", "lamp1", "--key-kind", "ec")
    shadowctl.done("certificate", "register", der, "--thing", "lamp1", "--policy", "lamp1")
    assert entry(place, made["certificateId"]) == {
        "status": "INACTIVE", "things": ["lamp1"], "policies": ["lamp1"]}


def test_policies_are_attached_and_detached(shadowctl, place):
    made = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    shadowctl.done("policy", "put", "p", "-", given=shadowctl_policy("iot:Publish", "*"))
    for _ in range(2):
        shadowctl.done("policy", "attach", "p", made["certificateId"])
    assert entry(place, made["certificateId"])["policies"] == ["lamp1", "p"]
    assert "is attached to certificate" in shadowctl.refused(4, "policy", "delete", "p")
    for _ in range(2):
        shadowctl.done("policy", "detach", "p", made["certificateId"])
    for _ in range(2):
        shadowctl.done("policy", "delete", "p")
    assert [row["policy"] for row in shadowctl.json("policy", "list")["policies"]] == ["lamp1"]


def test_what_is_attached_to_an_identity_of_cognito_is_not_lost_sight_of(shadowctl, place):
    for thing in ("lamp1", "lamp2"):
        shadowctl.done("thing", "create", thing, "--key-kind", "ec")
    shadowctl.done("policy", "put", "p", "-", given=shadowctl_policy("iot:Publish", "*"))
    identities = place / "registry/identities"
    identities.mkdir()
    user, guest = (identities / f"us-east-1:0a1b2c3d-1111-4222-8333-44445555666{digit}.json"
                   for digit in "67")
    user.write_text('{"things": ["lamp1", "lamp2"], "policies": ["p"]}')
    guest.write_text('{"things": ["lamp1"]}')
    assert f"to the identity {user.stem}" in shadowctl.refused(4, "policy", "delete", "p")
    shadowctl.done("thing", "delete", "lamp1")
    assert json.loads(user.read_text()) == {"things": ["lamp2"], "policies": ["p"]}
    assert not guest.exists()
    assert shadowctl.json("thing", "list")["things"][0]["thing"] == "lamp2"


def test_decisions_are_explained(shadowctl):
    made = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    ask = ("policy", "explain", "--thing", "lamp1", "--action", "iot:Publish", "--resource")
    told = shadowctl.done(*ask, "topic/cmd/lamp1/resp")
    assert told.startswith('allowed by statement 2 of policy "lamp1" at 17:5\n')
    code, told, _ = shadowctl.run(*ask, "topic/cmd/lamp2/resp")
    assert code == 5 and told.startswith('denied: no statement of policy "lamp1" allows it\n')
    shadowctl.done("certificate", "deactivate", made["certificate"])
    code, told, _ = shadowctl.run(*ask, "topic/cmd/lamp1/resp", "--json")
    assert code == 5 and json.loads(told)["reason"] == "denied: the certificate is not active"


@pytest.mark.parametrize("code, words, named", [
    (2, ["thing", "create", "a/b"], '"a/b" cannot name a thing'),
    (2, ["thing", "create", "x" * 129], "cannot name a thing"),
    (2, ["thing", "create", "x", "--key-kind", "dsa"], '"dsa" is not one of: rsa, ec'),
    (3, ["thing", "create", "x", "--policy", "../p"], 'no policy "../p" is registered'),
    (3, ["thing", "create", "x", "--ca", "/nowhere"], "/nowhere/ca.pem cannot be opened"),
    (3, ["certificate", "deactivate", "0" * 64], "no certificate"),
    (3, ["certificate", "register", "/nowhere.pem"], "/nowhere.pem cannot be read"),
    (2, ["certificate", "register", "/etc/hostname"], "/etc/hostname: "),
    (2, ["certificate", "register", "/tmp"], "is a folder"),
    (2, ["policy", "get", "../../etc/passwd"], "cannot name a policy"),
    (3, ["policy", "get", "none"], 'no policy "none"'),
    (3, ["policy", "attach", "none", "0" * 64], 'no policy "none"'),
    (2, ["policy", "put", "p", "/dev/null"], "/dev/null:1:1: "),
    (2, ["policy", "explain", "--action", "iot:Publsh"], '"iot:Publsh" is not one of: iot:Connect'),
    (2, ["policy", "explain", "--thing", "t", "--action", "iot:Publish", "--resource", "thing/a"],
     "is not what iot:Publish is asked for: topic/NAME"),
])
def test_what_cannot_be_is_named(shadowctl, place, code, words, named):
    shadowctl.json("thing", "create", "here", "--key-kind", "ec")
    before = sorted(path for path in place.rglob("*"))
    assert named in shadowctl.refused(code, *words)
    assert sorted(path for path in place.rglob("*")) == before


def test_a_registry_with_faults_is_not_changed(shadowctl, place):
    shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    (place / "registry/policies/bad.json").write_text("{")
    said = shadowctl.refused(4, "thing", "create", "lamp2", "--key-kind", "ec")
    assert "policies/bad.json:1:2" in said
    assert not (place / "registry/things/lamp2.json").exists()


def test_a_loose_authority_key_is_refused(shadowctl, place):
    (place / "ca/ca.key").chmod(0o640)
    assert "set it right with chmod 600" in shadowctl.refused(4, "thing", "create", "lamp1")


def test_a_broker_that_is_not_there_is_not_signalled(shadowctl, place):
    pid_file = place / "pid"
    pid_file.write_text(f"{os.getpid()}\n")
    code, _, said = shadowctl.run("thing", "create", "l", "--key-kind", "ec", "--reload", pid_file)
    assert code == 4 and "is no running mosquitto" in said
    for text in ("", "x", "-1", "0", "99999999999999999999"):
        pid_file.write_text(text)
        code, _, said = shadowctl.run("thing", "create", f"n{len(text)}{text[:1].strip('-')}",
                                      "--key-kind", "ec", "--reload", pid_file)
        assert code == 4 and "holds no process id" in said


def test_two_at_once_do_not_undo_each_other(shadowctl):
    made = shadowctl.json("thing", "create", "lamp", "--key-kind", "ec")
    for number in range(8):
        shadowctl.done("policy", "put", f"p{number}", "-", given=shadowctl_policy("iot:Publish", "*"))
    running = [shadowctl.start("policy", "attach", f"p{number}", made["certificateId"])
               for number in range(8)]
    for child in running:
        _, said = child.communicate(timeout=60)
        assert child.returncode == 0, said
    assert len(shadowctl.json("certificate", "list")["certificates"][0]["policies"]) == 9


def test_killed_at_any_time_it_leaves_the_old_state_or_the_new_one(shadowctl, place):
    """Killed after ever longer times, until it gets through: the registry is always whole, no
    thing can connect that is not complete, and the same call again completes it."""
    shadowctl.json("thing", "create", "first", "--key-kind", "ec")
    delay, killed = 0.0005, 0
    for number in range(100):
        name = f"lamp{number}"
        child = shadowctl.start("thing", "create", name, "--key-kind", "ec")
        try:
            child.communicate(timeout=delay)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            killed += 1
        things = {row["thing"]: row["certificates"] for row in shadowctl.json("thing", "list")["things"]}
        for thing, certificates in things.items():
            for certificate in certificates:
                assert (place / "things" / thing / "certificate_id").read_text() == f"{certificate}\n"
                assert (place / "things" / thing / "private.key").stat().st_mode & 0o077 == 0
        if child.returncode == 0:
            break
        delay *= 1.25
    assert child.returncode == 0 and killed > 5
    made = shadowctl.json("thing", "create", "lamp0", "--key-kind", "ec")
    assert made["status"] == "ACTIVE"
    assert not [name for name in os.listdir(place / "things") if name.startswith(".new.")]
