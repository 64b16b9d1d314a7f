"""The shadow commands over real HTTPS: with a certificate, and with an access key that signs."""

import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from endpoint import Endpoint  # noqa: E402
from harness import wait_until  # noqa: E402
from shadowctl import Shadowctl, make_authority  # noqa: E402


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    made = Endpoint(tmp_path_factory.mktemp("endpoint"))
    with made.stack:
        yield made


@pytest.fixture(params=["certificate", "access key"])
def shadowctl(request, endpoint):
    ctl = endpoint.with_certificate() if request.param == "certificate" else (
        endpoint.with_access_key())
    ctl.run("shadow", "delete", "lamp")
    yield ctl


def test_a_shadow_is_updated_shown_and_deleted(shadowctl):
    shadowctl.done("shadow", "update", "lamp", "--desired", "power=on", "--desired",
                   "light.level=70", "--reported", "light.level=20")
    shown = shadowctl.done("shadow", "get", "lamp").splitlines()
    assert shown[0].startswith("lamp  version ")
    assert shown[1:] == ["  NAME         DESIRED  REPORTED", '! power        "on"     ',
                         "! light.level  70       20"]
    document = shadowctl.json("shadow", "get", "lamp")
    assert document["state"]["delta"] == {"power": "on", "light": {"level": 70}}
    shadowctl.done("shadow", "delete", "lamp")
    assert "404 No shadow exists with name: 'lamp'" in shadowctl.refused(3, "shadow", "get", "lamp")


def test_a_document_is_taken_from_the_line_a_file_or_standard_input(shadowctl, tmp_path):
    def body(value):
        return json.dumps({"state": {"desired": {"a": value}}})
    (tmp_path / "body.json").write_text(body(2))
    for number, (word, given) in enumerate([(body(1), None), (tmp_path / "body.json", None),
                                            ("-", body(3))], 1):
        shadowctl.done("shadow", "update", "lamp", word, given=given)
        assert shadowctl.json("shadow", "get", "lamp")["state"]["desired"] == {"a": number}


def test_named_shadows_are_listed_page_by_page(shadowctl):
    names = [f"s{number}" for number in range(5)]
    for name in names:
        shadowctl.done("shadow", "update", "lamp", "--name", name, "--desired", "a=1")
    assert shadowctl.json("shadow", "list", "lamp", "--page-size", "2") == {"results": names}
    assert shadowctl.done("shadow", "list", "lamp").split() == names
    for name in names:
        shadowctl.done("shadow", "delete", "lamp", "--name", name)


def test_a_version_that_has_moved_on_is_a_conflict(shadowctl):
    shadowctl.done("shadow", "update", "lamp", "--desired", "a=1")
    assert "409 Version conflict" in shadowctl.refused(
        4, "shadow", "update", "lamp", "--desired", "a=2", "--version", "999")


def editor(folder, script):
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"EDITOR": str(path)}


def test_what_is_edited_is_sent_as_the_difference(shadowctl, tmp_path):
    shadowctl.done("shadow", "update", "lamp", "--desired", "a=1", "--desired", "b.c=2",
                   "--reported", "d=3")
    told = shadowctl.done("shadow", "edit", "lamp", environment=editor(
        tmp_path, """sed -i 's/"a": 1/"a": 7/; s/"d": 3//' "$1" """))
    assert told == "  desired.a: 1 -> 7\n  reported.d: 3 -> (none)\n"
    assert shadowctl.json("shadow", "get", "lamp")["state"] == {
        "desired": {"a": 7, "b": {"c": 2}}, "delta": {"a": 7, "b": {"c": 2}}}
    code, _, said = shadowctl.run("shadow", "edit", "lamp", environment=editor(tmp_path, "true"))
    assert code == 0 and "Nothing was changed" in said


def test_an_edit_of_what_has_changed_meanwhile_is_refused_and_kept(shadowctl, tmp_path):
    shadowctl.done("shadow", "update", "lamp", "--desired", "a=1")
    said = shadowctl.refused(4, "shadow", "edit", "lamp", environment={
        **editor(tmp_path, f"""sed -i 's/"a": 1/"a": 2/' "$1"
{shadowctl_line(shadowctl)} shadow update lamp --desired b=1 >/dev/null 2>&1"""), "TMPDIR": str(tmp_path)})
    assert "409 Version conflict; your text is kept in " in said
    assert '"a": 2' in Path(said.split()[-1]).read_text()


def shadowctl_line(ctl):
    settings = " ".join(f"{name}={value}" for name, value in ctl.environment.items()
                        if name.startswith("SHADOWCTL_"))
    return f"env {settings} {build_program()}"


def build_program():
    return Path(os.environ["SHADOW_BUILD_DIR"]).resolve() / "cli/shadowctl"


def test_an_editor_that_fails_or_writes_nonsense_changes_nothing(shadowctl, tmp_path):
    before = shadowctl.run("shadow", "get", "lamp", "--json")
    assert "did not end well" in shadowctl.refused(1, "shadow", "edit", "lamp",
                                                   environment=editor(tmp_path, "exit 3"))
    assert "your text is kept" in shadowctl.refused(
        2, "shadow", "edit", "lamp", environment={**editor(tmp_path, 'echo "{" >"$1"'),
                                                  "TMPDIR": str(tmp_path)})
    assert shadowctl.run("shadow", "get", "lamp", "--json") == before


def test_watch_tells_what_each_version_changed(shadowctl):
    shadowctl.done("shadow", "update", "lamp", "--desired", "a=1")
    child = shadowctl.start("shadow", "watch", "lamp", "--interval", "0.05", "--count", "2")
    assert child.stdout.readline().startswith("lamp  version ")
    assert child.stdout.readline() == "  desired.a: (none) -> 1\n"
    shadowctl.done("shadow", "update", "lamp", "--desired", "a=2", "--reported", "b=3")
    out, said = child.communicate(timeout=60)
    assert child.returncode == 0, said
    assert out.splitlines()[1:] == ["  desired.a: 1 -> 2", "  reported.b: (none) -> 3"]


def versions_in(out):
    return [int(line.split()[2]) for line in out.splitlines() if "  version " in line]


def test_watch_is_told_of_every_version_even_over_a_restart_of_the_broker(endpoint):
    stack = endpoint.stack
    ctl = endpoint.with_certificate()
    ctl.done("shadow", "update", "lamp", "--name", "live", "--desired", "n=0")
    child = ctl.start("shadow", "watch", "lamp", "--name", "live", "--broker",
                      f"mqtt://127.0.0.1:{stack.port}", "--count", "43")
    assert child.stdout.readline().startswith("lamp/live  version 1  ")
    assert child.stdout.readline() == "  desired.n: (none) -> 0\n"
    for number in range(1, 21):
        ctl.done("shadow", "update", "lamp", "--name", "live", "--desired", f"n={number}")
    mark = stack.service.mark()
    stack.stop_broker()
    for number in range(21, 31):  # told once the broker is back
        ctl.done("shadow", "update", "lamp", "--name", "live", "--desired", f"n={number}")
    stack.start_broker()
    stack.service.wait_for_line("link_up", mark)
    for number in range(31, 41):
        ctl.done("shadow", "update", "lamp", "--name", "live", "--desired", f"n={number}")
    ctl.done("shadow", "delete", "lamp", "--name", "live")
    ctl.done("shadow", "update", "lamp", "--name", "live", "--reported", "n=41")
    out, said = child.communicate(timeout=60)
    assert child.returncode == 0, said
    assert "was not reached" in said and "between" not in out
    assert versions_in(out) == [*range(2, 42), 43]
    assert [line for line in out.splitlines() if line.startswith("  desired.n")] == [
        f"  desired.n: {number} -> {number + 1}" for number in range(40)]
    assert out.splitlines()[-3:] == ["lamp/live  there is none", out.splitlines()[-2],
                                     "  reported.n: (none) -> 41"]


def test_watch_live_prints_documents_for_programs(endpoint):
    ctl = endpoint.with_certificate()
    child = ctl.start("shadow", "watch", "lamp", "--name", "json", "--json", "--count", "2",
                      "--broker", f"mqtt://127.0.0.1:{endpoint.stack.port}")
    assert child.stdout.readline() == "null\n"
    ctl.done("shadow", "update", "lamp", "--name", "json", "--desired", "a=1")
    document = json.loads(child.communicate(timeout=60)[0])
    assert (document["version"], document["state"]) == (1, {"desired": {"a": 1}})
    assert document["timestamp"] == document["metadata"]["desired"]["a"]["timestamp"]


def test_what_is_not_allowed_is_denied(shadowctl, endpoint):
    assert shadowctl.refused(5, "shadow", "get", "other").startswith("shadowctl: 403 ")
    nobody = Shadowctl(**endpoint.where)
    assert nobody.refused(5, "shadow", "get", "lamp").startswith("shadowctl: 403 ")


def test_a_deactivated_access_key_signs_no_more(endpoint):
    folder = Path(endpoint.lamp["ca"]).parents[1]
    provision = Shadowctl(registry=folder / "registry", credentials_dir=folder / "credentials")
    made = provision.json("credentials", "create", "--policy", "lamp", "--description", "mine")
    listed = provision.json("credentials", "list")["credentials"]
    assert {"accessKeyId": made["accessKeyId"], "status": "ACTIVE", "policies": ["lamp"],
            "description": "mine"} in listed
    assert made["secretAccessKey"] not in json.dumps(listed)
    ctl = Shadowctl(**endpoint.where, access_key_id=made["accessKeyId"],
                    secret_access_key=made["secretAccessKey"])

    def reload():
        endpoint.stack.service.signal(1)

    reload()
    wait_until(lambda: ctl.run("shadow", "get", "lamp")[0] in (0, 3), "the new key's being known")
    provision.done("credentials", "deactivate", made["accessKeyId"])
    reload()
    wait_until(lambda: ctl.run("shadow", "get", "lamp")[0] == 5, "the key's counting no more")
    for _ in range(2):
        provision.done("credentials", "delete", made["accessKeyId"])


def test_a_key_may_stand_for_an_identity_of_cognito(endpoint):
    folder = Path(endpoint.lamp["ca"]).parents[1]
    provision = Shadowctl(registry=folder / "registry", credentials_dir=folder / "credentials")
    identity = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"
    create = ("credentials", "create", "--policy", "lamp")
    made = [provision.json(*create, "--identity", identity, *more)["accessKeyId"]
            for more in ([], ["--unauthenticated"])]
    listed = {one["accessKeyId"]: one for one in provision.json("credentials", "list")["credentials"]}
    assert [(listed[key]["identityId"], listed[key]["authenticated"]) for key in made] == [
        (identity, True), (identity, False)]
    assert f"{identity} (unauthenticated)" in provision.done("credentials", "list")
    assert "no identity of Cognito" in provision.refused(2, *create, "--identity", identity.upper())
    assert "give --identity" in provision.refused(2, *create, "--unauthenticated")
    for key in made:
        provision.done("credentials", "deactivate", key)
    kept = json.loads((folder / "credentials" / f"{made[1]}.json").read_text())
    assert (kept["identityId"], kept["authenticated"]) == (identity, False)
    for key in made:
        provision.done("credentials", "delete", key)


@pytest.mark.parametrize("code, words, named", [
    (2, ["shadow", "get", "a/b"], '"a/b" cannot name a thing'),
    (2, ["shadow", "get", "a", "--name", "b c"], '"b c" cannot name a shadow'),
    (2, ["shadow", "update", "a"], "what is to be updated?"),
    (2, ["shadow", "update", "a", "--desired", "x"], '"x" is not NAME=VALUE'),
    (2, ["shadow", "update", "a", "{}", "--desired", "x=1"], "do not go with a document"),
    (3, ["shadow", "update", "a", "/nowhere.json"], "/nowhere.json cannot be read"),
    (2, ["shadow", "get", "a", "--endpoint", "ftp://x"], "does not begin with https://"),
    (2, ["shadow", "get", "a", "--cert", "x"], "--cert and --key belong together"),
    (2, ["shadow", "watch", "a", "--interval", "0"], "--interval: 0.05 to 3600"),
    (2, ["shadow", "watch", "a", "--broker", "127.0.0.1:1883"], "is not mqtt://HOST:PORT"),
    (6, ["shadow", "watch", "a", "--broker", "mqtt://127.0.0.1:1"], "was not reached"),
    (6, ["shadow", "get", "a", "--endpoint", "https://127.0.0.1:1"], "was not reached"),
    (2, ["credentials", "delete", "../x"], '"../x" is no access key id'),
])
def test_what_cannot_be_is_named(code, words, named):
    ctl = Shadowctl(endpoint="https://localhost:1", credentials_dir="/nowhere")
    assert named in ctl.refused(code, *words)


def test_an_endpoint_of_another_authority_is_not_talked_to(endpoint, tmp_path):
    make_authority(tmp_path / "ca")
    other = Shadowctl(**{**endpoint.where, "cafile": tmp_path / "ca/ca.pem"})
    assert "was not reached: " in other.refused(6, "shadow", "get", "lamp")
