"""What shadowctl changes is written as the control plane writes it, and in force when it returns."""
import json
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "shadowctl"))

from account import ALLOW, ARN, Account, is_let_in  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402

DENY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Action": "*", "Resource": "*"}]})


@pytest.fixture(scope="module")
def sockets():
    with tempfile.TemporaryDirectory(prefix="admin-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def account(sockets):
    with Account([f"--admin_socket={sockets / 'admin.sock'}"]) as running:
        yield running


@pytest.fixture(scope="module")
def shadowctl(account, sockets):
    return Shadowctl(registry=account.registry_folder, ca=account.ca_dir,
                     admin_socket=sockets / "admin.sock")


@pytest.fixture(scope="module")
def document(account):
    file = account.home / "document.json"
    file.write_text(ALLOW)
    return file


@pytest.fixture
def ask(sockets):
    """Sends one line to the admin socket, and gives the last line of the answer."""
    def send(request):
        line = request if isinstance(request, bytes) else json.dumps(request).encode()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(sockets / "admin.sock"))
            connection.sendall(line + b"\n")
            return json.loads(connection.makefile().readline())
    return send


def get(account, path, **query):
    answer = account.ask("GET", path, query=query)
    assert answer.status == 200, answer
    return answer.json


def as_said(shadowctl, *words, **options):
    """Runs a command that must be in force when it returns, so that it has nothing to remark."""
    code, out, err = shadowctl.run(*words, **options)
    assert (code, err) == (0, ""), (words, code, err)
    return out


def test_a_thing_type_is_what_the_control_plane_tells(account, shadowctl):
    as_said(shadowctl, "thing-type", "create", "bulb", "--description", "shines",
            "--searchable", "watts", "--searchable", "color", "--tag", "maker=ours")
    told = get(account, "/thing-types/bulb")
    assert told["thingTypeProperties"] == {"thingTypeDescription": "shines",
                                           "searchableAttributes": ["watts", "color"]}
    assert told["thingTypeMetadata"]["deprecated"] is False
    assert get(account, "/tags", resourceArn=f"{ARN}:thingtype/bulb")["tags"] == [
        {"Key": "maker", "Value": "ours"}]
    shown = shadowctl.json("thing-type", "show", "bulb")
    assert shown == {"thingType": "bulb", "description": "shines", "deprecated": None,
                     "searchableAttributes": ["watts", "color"], "things": 0,
                     "tags": {"maker": "ours"}}
    assert shadowctl.json("thing-type", "list")["thingTypes"] == [shown]
    as_said(shadowctl, "thing-type", "create", "bulb", "--description", "shines",
            "--searchable", "watts", "--searchable", "color", "--tag", "maker=ours")
    assert "is not deprecated" in shadowctl.refused(2, "thing-type", "delete", "bulb")
    as_said(shadowctl, "thing-type", "deprecate", "bulb")
    assert get(account, "/thing-types/bulb")["thingTypeMetadata"]["deprecated"] is True
    as_said(shadowctl, "thing-type", "deprecate", "bulb", "--undo")
    assert get(account, "/thing-types/bulb")["thingTypeMetadata"]["deprecated"] is False
    as_said(shadowctl, "thing-type", "deprecate", "bulb")
    for _ in range(2):
        as_said(shadowctl, "thing-type", "delete", "bulb")
    assert account.ask("GET", "/thing-types/bulb").status == 404


def test_a_thing_group_is_what_the_control_plane_tells(account, shadowctl, document):
    as_said(shadowctl, "thing-group", "create", "house")
    as_said(shadowctl, "thing-group", "create", "attic", "--parent", "house", "--description",
            "up", "--attribute", "floor=3", "--tag", "a=b=c")
    as_said(shadowctl, "thing", "create", "roof", "--key-kind", "ec")
    as_said(shadowctl, "policy", "put", "grouped", document)
    for _ in range(2):
        as_said(shadowctl, "thing-group", "add", "attic", "roof")
        as_said(shadowctl, "thing-group", "attach", "attic", "grouped")
    told = get(account, "/thing-groups/attic")
    assert told["thingGroupProperties"] == {
        "thingGroupDescription": "up", "attributePayload": {"attributes": {"floor": "3"}}}
    assert told["thingGroupMetadata"]["parentGroupName"] == "house"
    assert get(account, "/thing-groups/attic/things")["things"] == ["roof"]
    shown = shadowctl.json("thing-group", "show", "attic")
    assert shown == {"thingGroup": "attic", "parent": "house", "description": "up",
                     "attributes": {"floor": "3"}, "policies": ["grouped"], "things": ["roof"],
                     "groups": [], "tags": {"a": "b=c"}}
    assert shown in shadowctl.json("thing-group", "list")["thingGroups"]
    assert "groups       attic" in shadowctl.done("thing-group", "show", "house")
    assert "child groups" in shadowctl.refused(2, "thing-group", "delete", "house")
    assert "attached" in shadowctl.refused(4, "policy", "delete", "grouped")
    for _ in range(2):
        as_said(shadowctl, "thing-group", "detach", "attic", "grouped")
    as_said(shadowctl, "policy", "delete", "grouped")
    as_said(shadowctl, "thing-group", "remove", "attic", "roof")
    for name in ("attic", "attic", "house"):
        as_said(shadowctl, "thing-group", "delete", name)
    assert account.ask("GET", "/thing-groups/attic").status == 404
    as_said(shadowctl, "thing", "delete", "roof")


def test_a_policy_has_five_versions_of_which_one_is_in_force(account, shadowctl, document):
    as_said(shadowctl, "policy", "put", "many", document)
    other = DENY
    for number in range(2, 6):
        given = {"given": other} if number == 3 else {}
        made = shadowctl.json("policy-version", "create", "many", "-" if given else document,
                              **given)
        assert made == {"policy": "many", "version": number, "default": False}
    assert "maximum number of versions" in shadowctl.refused(
        4, "policy-version", "create", "many", document)
    as_said(shadowctl, "policy-version", "set-default", "many", 3)
    assert get(account, "/policies/many")["policyDocument"] == other
    assert shadowctl.done("policy-version", "show", "many", 3).strip() == other
    assert shadowctl.done("policy-version", "show", "many", 1).strip() == ALLOW
    told = get(account, "/policies/many/version")["policyVersions"]
    listed = shadowctl.json("policy-version", "list", "many")["versions"]
    assert [(one["versionId"], one["isDefaultVersion"]) for one in told] == [
        (str(one["version"]), one["default"]) for one in listed]
    assert "default version" in shadowctl.refused(4, "policy-version", "delete", "many", 3)
    assert "versions other than" in shadowctl.refused(4, "policy", "delete", "many")
    for number in (1, 2, 2, 4, 5):
        as_said(shadowctl, "policy-version", "delete", "many", number)
    assert shadowctl.json("policy-version", "create", "many", document, "--set-as-default") == {
        "policy": "many", "version": 6, "default": True}
    assert get(account, "/policies/many")["policyDocument"] == ALLOW
    as_said(shadowctl, "policy-version", "delete", "many", 3)
    as_said(shadowctl, "policy", "delete", "many")
    assert not (account.registry_folder / "policy-versions/many.json").exists()


def test_a_provisioning_template_is_what_the_control_plane_tells(account, shadowctl):
    body = {"Resources": {"c": {
        "Type": "AWS::IoT::Certificate",
        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}}
    file = account.home / "template.json"
    file.write_text(json.dumps(body))
    as_said(shadowctl, "template", "check", file)
    as_said(shadowctl, "template", "put", "lamps", file, "--description", "of the hall")
    told = get(account, "/provisioning-templates/lamps")
    assert (told["templateBody"], told["enabled"], told["description"]) == (
        file.read_text(), True, "of the hall")
    for _ in range(5):  # the oldest of five makes room
        as_said(shadowctl, "template", "put", "lamps", file, "--disabled")
    versions = get(account, "/provisioning-templates/lamps/versions")["versions"]
    assert [(one["versionId"], one["isDefaultVersion"]) for one in versions] == [
        (number, number == 6) for number in range(2, 7)]
    assert shadowctl.json("template", "list") == {"templates": [
        {"template": "lamps", "version": 6, "versions": 5, "justInTime": False, "enabled": False,
         "description": "of the hall"}]}
    assert json.loads(shadowctl.done("template", "show", "lamps")) == body
    assert "just in time" in shadowctl.refused(4, "template", "put", "lamps", file,
                                               "--just-in-time")
    file.write_text('{"Resources": {}}')
    assert "1:15" in shadowctl.refused(2, "template", "put", "lamps", file)
    shadowctl.refused(3, "template", "show", "none")
    for _ in range(2):
        as_said(shadowctl, "template", "delete", "lamps")
    assert account.ask("GET", "/provisioning-templates/lamps").status == 404


def test_tags_are_those_of_the_control_plane(account, shadowctl, document):
    as_said(shadowctl, "policy", "put", "tagged", document)
    as_said(shadowctl, "tag", "set", "policy/tagged", "a=1", "b=2")
    as_said(shadowctl, "tag", "set", "policy/tagged", "b=3")
    assert get(account, "/tags", resourceArn=f"{ARN}:policy/tagged")["tags"] == [
        {"Key": "a", "Value": "1"}, {"Key": "b", "Value": "3"}]
    assert shadowctl.done("tag", "list", "policy/tagged") == "a=1\nb=3\n"
    as_said(shadowctl, "tag", "remove", "policy/tagged", "a", "none")
    assert shadowctl.json("tag", "list", "policy/tagged") == {
        "tags": [{"key": "b", "value": "3"}]}


def test_a_registered_certificate_is_described_with_its_pem(account, shadowctl):
    device = account.authority.issue()
    der = account.home / "device.der"
    subprocess.run(["openssl", "x509", "-in", device.file, "-outform", "DER", "-out", der],
                   check=True)
    made = shadowctl.json("certificate", "register", der)
    told = get(account, f"/certificates/{made['certificateId']}")["certificateDescription"]
    assert told["certificatePem"] == Path(device.file).read_text()
    assert told["status"] == "ACTIVE" and told["creationDate"] > 1.7e9
    new = shadowctl.json("certificate", "create", account.home / "application", "--key-kind", "ec")
    told = get(account, f"/certificates/{new['certificateId']}")["certificateDescription"]
    assert told["certificatePem"] == Path(new["certificate"]).read_text()
    assert {"notBefore", "notAfter"} == set(told["validity"])
    as_said(shadowctl, "certificate", "delete", new["certificateId"])
    assert not list(account.registry_folder.glob(f"certificates/{new['certificateId']}*"))


def test_a_change_is_in_force_at_the_broker_when_the_command_returns(account, shadowctl, document):
    device = account.authority.issue()
    as_said(shadowctl, "policy", "put", "open", document)
    as_said(shadowctl, "certificate", "register", device.file, "--policy", "open")
    assert is_let_in(account, device, "there")
    with account.wire(device) as wire:
        assert wire.connect("there") == 0
        as_said(shadowctl, "certificate", "deactivate", device.file)
        wire.ignore_until_gone()
    assert not is_let_in(account, device, "there")
    as_said(shadowctl, "certificate", "activate", device.file)
    assert is_let_in(account, device, "there")
    as_said(shadowctl, "policy", "detach", "open", device.file)
    assert not is_let_in(account, device, "there")


def test_a_groups_policy_holds_at_once_for_its_things(account, shadowctl, document):
    device = account.authority.issue()
    as_said(shadowctl, "policy", "put", "of-group", document)
    as_said(shadowctl, "thing-group", "create", "rooms")
    assert account.ask("POST", "/things/member", {}).status == 200
    as_said(shadowctl, "certificate", "register", device.file, "--thing", "member")
    as_said(shadowctl, "thing-group", "attach", "rooms", "of-group")
    assert not is_let_in(account, device, "member")
    as_said(shadowctl, "thing-group", "add", "rooms", "member")
    assert is_let_in(account, device, "member")
    as_said(shadowctl, "policy-version", "create", "of-group", "-", "--set-as-default",
            given=DENY)
    assert not is_let_in(account, device, "member")


def test_beside_calls_of_the_control_plane_nothing_is_lost(account, shadowctl, document):
    device = account.authority.issue()
    made = shadowctl.json("certificate", "register", device.file)
    arn, names = f"{ARN}:cert/{made['certificateId']}", [f"both{number}" for number in range(8)]
    for name in names:
        as_said(shadowctl, "policy", "put", name, document)
    running = [shadowctl.start("policy", "attach", name, device.file) for name in names[:4]]
    for name in names[4:]:
        assert account.ask("PUT", f"/target-policies/{name}", {"target": arn}).status == 200
    for child in running:
        _, said = child.communicate(timeout=60)
        assert (child.returncode, said) == (0, "")
    attached = account.ask("POST", f"/attached-policies/{arn}").json["policies"]
    assert sorted(one["policyName"] for one in attached) == names
    entry = json.loads((account.registry_folder / "certificates" /
                        f"{made['certificateId']}.json").read_text())
    assert sorted(entry["policies"]) == names


@pytest.mark.parametrize("code, words, named", [
    (2, ["thing-type", "create", "a b"], "thingTypeName"),
    (2, ["thing-type", "create", "x", "--tag", "novalue"], '--tag: "novalue" is not KEY=VALUE'),
    (2, ["thing-type", "create", "x", "--tag", "a=1", "--tag", "a=2"], '"a" is given twice'),
    (2, ["thing-type", "create", "x", *(f"--searchable={at}" for at in "abcd")], "at most 3 searchable"),
    (3, ["thing-type", "show", "none"], 'no thing type "none" is registered'),
    (3, ["thing-type", "deprecate", "none"], "Thing type none does not exist"),
    (3, ["thing-group", "create", "x", "--parent", "none"], "Thing group none does not exist"),
    (2, ["thing-group", "create", "x", "--attribute", "=v"], '--attribute: "=v" is not KEY=VALUE'),
    (3, ["thing-group", "show", "none"], 'no thing group "none" is registered'),
    (3, ["thing-group", "add", "none", "t"], "Thing t does not exist"),
    (3, ["thing-group", "attach", "none", "administration"], "The target thinggroup/none does not"),
    (3, ["thing-group", "attach", "none", "nothing"], 'no policy "nothing" is registered'),
    (3, ["policy-version", "list", "none"], 'no policy "none" is registered'),
    (3, ["policy-version", "show", "administration", "9"], 'policy "administration" has no version 9'),
    (2, ["policy-version", "show", "administration", "x"], '"x" is no version'),
    (2, ["policy-version", "create", "administration", "/dev/null"], "Malformed"),
    (3, ["policy-version", "set-default", "administration", "9"], "version not found"),
    (2, ["policy-version", "set-default", "administration", "x"], "policyVersionId"),
    (2, ["tag", "set", "thing/lamp", "a=b"], '"thing/lamp" cannot have tags'),
    (3, ["tag", "set", "policy/none", "a=b"], "policy/none does not exist"),
    (2, ["tag", "set", "policy/administration", "a"], '"a" is not KEY=VALUE'),
    (3, ["tag", "list", "cacert/none"], "cacert/none does not exist"),
])
def test_what_cannot_be_is_named_and_changes_nothing(account, shadowctl, code, words, named):
    before = {file: file.read_bytes() for file in account.registry_folder.rglob("*.*")}
    assert named in shadowctl.refused(code, *words)
    assert {file: file.read_bytes() for file in account.registry_folder.rglob("*.*")} == before


@pytest.mark.parametrize("members, named", [
    ({}, "'entries': 1 to 200 files"),
    ({"entries": []}, "'entries': 1 to 200 files"),
    ({"entries": "things/a.json"}, "'entries': 1 to 200 files"),
    ({"entries": ["things/a.json"] * 201}, "'entries': 1 to 200 files"),
    ({"entries": [7]}, "is no file of a registry"),
    ({"entries": ["things/../../etc/passwd"]}, "is no file of a registry"),
    ({"entries": ["things/a.txt"]}, "is no file of a registry"),
    ({"entries": ["things/a.json"], "folder": "/etc"}, "and not '/etc'"),
    ({"entries": ["things/a.json"], "more": 1}, "'more' is not known here"),
])
def test_a_message_that_is_not_right_is_refused_by_name(ask, members, named):
    answer = ask({"command": "registry", **members})
    assert answer["ok"] is False and named in answer["error"], answer


def test_a_stale_message_changes_nothing(account, ask):
    assert account.ask("POST", "/things/stale", {}).status == 200
    told = ask({"command": "registry", "entries": ["things/stale.json", "things/never.json",
                                                   "certificates/" + "0" * 64 + ".pem"]})
    assert told == {"ok": True, "entries": 3, "broker": True}
    assert get(account, "/things/stale")["version"] == 1
    assert account.ask("GET", "/things/never").status == 404


def test_an_entry_that_is_not_right_leaves_what_was(account, ask):
    good, bad = (account.registry_folder / "things" / f"{name}.json" for name in ("good", "bad"))
    good.write_text("{}\n")
    bad.write_text("{")
    answer = ask({"command": "registry", "entries": ["things/good.json", "things/bad.json"]})
    assert answer["ok"] is False and "things/bad.json:1:" in answer["error"]
    assert account.ask("GET", "/things/good").status == 404
    bad.unlink()
    assert ask({"command": "registry", "entries": ["things/good.json"]})["ok"] is True
    assert get(account, "/things/good")["version"] == 1


def test_without_shadowd_it_says_what_is_to_be_done(account, shadowctl, document, tmp_path):
    code, _, said = shadowctl.run("policy", "put", "later", document, "--admin-socket",
                                  tmp_path / "none.sock")
    assert code == 0 and "shadowd was not told" in said and "kill -HUP" in said
    assert account.ask("GET", "/policies/later").status == 404


def test_another_registry_than_shadowds_is_not_taken_for_it(shadowctl, document, tmp_path):
    code, _, said = shadowctl.run("policy", "put", "elsewhere", document, "--registry", tmp_path)
    assert code == 0 and "shadowd did not take it up" in said and str(tmp_path) in said


def test_events_are_told_of_what_it_changes(account, shadowctl, document):
    device = account.authority.issue()
    as_said(shadowctl, "policy", "put", "hearing", document)
    as_said(shadowctl, "certificate", "register", device.file, "--policy", "hearing")
    kinds = {"eventConfigurations": {"THING_GROUP": {"Enabled": True}}}
    assert account.ask("PATCH", "/event-configurations", kinds).status == 200
    with account.wire(device) as wire:
        assert wire.connect("listener") == 0
        wire.subscribe("$aws/events/thingGroup/#")
        as_said(shadowctl, "thing-group", "create", "told")
        as_said(shadowctl, "thing-group", "delete", "told")
        for word in ("created", "deleted"):
            assert wire.read_published().topic == f"$aws/events/thingGroup/told/{word}"
