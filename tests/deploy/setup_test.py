"""setup as root runs it before each start: what is made is whose it should be, and what others had in
their hands before is not followed."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICE, GROUP = "nobody", "nogroup"  # in the place of shadowd and the broker's group
OTHER = 65534
KEEPER = 1  # a person to whom root gave the registry


@pytest.fixture
def place():
    assert os.geteuid() == 0, "run it as root: it makes files of other users"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="setup-", dir="/tmp"))
    for part in ("setup/setup", "dev/console.sh", "dev/ownership.sh", "dev/certificates.sh",
                 "dev/openssl.cnf"):
        shutil.copy(ROOT / "deploy" / part, folder)  # as it is installed
    yield folder
    shutil.rmtree(folder)


def set_up(place):
    """Gives (exit code, standard error)."""
    settings = {"AUTHORITY": "authority", "TLS": "tls", "LINK_SECRET": "link.secret",
                "REGISTRY": "registry", "CREDENTIALS": "credentials", "FLAGS": "shadowd.flags",
                "ISSUER": "issuer"}
    done = subprocess.run(
        [place / "setup"], capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "SHADOW_GROUP": GROUP, "SHADOW_SERVICE_USER": SERVICE,
             **{f"SHADOW_{name}": str(place / "etc" / file) for name, file in settings.items()}})
    return done.returncode, done.stderr


def facts(file):
    found = file.stat()
    return found.st_uid, found.st_gid, found.st_mode & 0o777


def test_what_it_makes_is_for_who_needs_it_and_stays(place):
    assert set_up(place)[0] == 0
    expected = {"authority/ca/ca.key": (0, 0, 0o600), "tls/server.key": (0, OTHER, 0o640),
                "tls/server.pem": (0, OTHER, 0o644), "link.secret": (0, OTHER, 0o640),
                "registry": (OTHER, OTHER, 0o755), "registry/things": (OTHER, OTHER, 0o755),
                "credentials": (OTHER, OTHER, 0o700)}
    assert {name: facts(place / "etc" / name) for name in expected} == expected
    files = {file: file.read_bytes() for file in (place / "etc").rglob("*") if file.is_file()}
    assert set_up(place)[0] == 0
    assert files == {file: file.read_bytes() for file in (place / "etc").rglob("*") if file.is_file()}


def test_what_the_service_put_into_its_folder_is_not_given_to_it(place):
    secret = place / "secret"
    secret.write_text("root's")
    assert set_up(place)[0] == 0
    os.link(secret, place / "etc/credentials/AKIA.json")
    assert set_up(place)[0] == 0
    assert secret.stat().st_uid == 0


@pytest.mark.parametrize("name, user, called", [
    ("authority", OTHER, "nobody"), ("tls", OTHER, "nobody"), ("registry", KEEPER, "daemon")])
def test_a_folder_that_another_user_made_is_refused(place, name, user, called):
    (place / "etc").mkdir()
    (place / "etc" / name).mkdir()
    os.chown(place / "etc" / name, user, user)
    code, said = set_up(place)
    assert code == 1 and f"setup: {place}/etc/{name} belongs to the user {called}" in said
    assert list((place / "etc" / name).iterdir()) == []


def test_a_link_in_the_place_of_the_services_folder_is_refused(place):
    (place / "ours").mkdir()
    (place / "etc").mkdir()
    (place / "etc/credentials").symlink_to(place / "ours")
    code, said = set_up(place)
    assert code == 1 and f"setup: {place}/etc/credentials is a link" in said
    assert facts(place / "ours") == (0, 0, 0o755)


def registry_of_an_earlier_version(place) -> pathlib.Path:
    """All of it root's."""
    registry = place / "etc/registry"
    for part in ("things", "policies", "certificates"):
        (registry / part).mkdir(parents=True)
    (registry / "things/lamp1.json").write_text("{}")
    return registry


def test_the_registry_of_an_earlier_version_is_given_to_the_service(place):
    registry = registry_of_an_earlier_version(place)
    assert set_up(place)[0] == 0
    assert {one.stat().st_uid for one in (registry, *registry.rglob("*"))} == {OTHER}
    assert (registry / "things/lamp1.json").read_text() == "{}"


def test_a_registry_that_was_given_to_who_keeps_it_is_left_to_him(place):
    registry = registry_of_an_earlier_version(place)
    for one in (registry, *registry.rglob("*")):
        os.chown(one, KEEPER, KEEPER)
    code, said = set_up(place)
    assert code == 0 and f"{registry} is not given to {SERVICE}, for {registry} is not root's" in said
    assert {one.stat().st_uid for one in (registry, *registry.rglob("*"))} == {KEEPER}


def give_to_keeper(entry):
    os.chown(entry, KEEPER, KEEPER)


def link_elsewhere(entry):
    entry.unlink()
    entry.symlink_to(entry.parents[3] / "secret")


def link_hard(entry):
    entry.unlink()
    os.link(entry.parents[3] / "secret", entry)


def open_its_folder(entry):
    entry.parent.chmod(0o775)


@pytest.mark.parametrize("change", [give_to_keeper, link_elsewhere, link_hard, open_its_folder])
def test_what_in_the_registry_may_be_somebody_elses_keeps_root_from_giving_it(place, change):
    (place / "secret").write_text("root's")
    registry = registry_of_an_earlier_version(place)
    change(registry / "things/lamp1.json")
    code, said = set_up(place)
    assert code == 0 and f"{registry} is not given to {SERVICE}, for {registry}/things" in said
    assert registry.stat().st_uid == (place / "secret").stat().st_uid == 0


def want_issuer(place, folder):
    (place / "etc").mkdir(exist_ok=True)
    (place / "etc/shadowd.flags").write_text(f"# certificates\n--ca_dir={folder}\n")


def test_the_service_gets_the_authoritys_key_if_it_is_to_make_certificates(place):
    want_issuer(place, place / "etc/issuer")
    assert set_up(place)[0] == 0
    assert facts(place / "etc/issuer") == (0, 0, 0o755)
    assert facts(place / "etc/issuer/ca.key") == (OTHER, OTHER, 0o600)
    for name in ("ca.key", "ca.pem"):
        assert (place / "etc/issuer" / name).read_bytes() == \
            (place / "etc/authority/ca" / name).read_bytes()
    assert (place / "etc/tls/ca.pem").read_bytes() == (place / "etc/issuer/ca.pem").read_bytes()


def test_a_key_that_others_could_read_is_the_services_alone_again(place):
    want_issuer(place, place / "etc/issuer")
    assert set_up(place)[0] == 0
    (place / "etc/issuer/ca.key").chmod(0o644)
    assert set_up(place)[0] == 0
    assert facts(place / "etc/issuer/ca.key") == (OTHER, OTHER, 0o600)


@pytest.mark.parametrize("folder", ["", "/elsewhere"])
def test_a_service_that_makes_no_certificates_does_not_keep_the_key(place, folder):
    want_issuer(place, place / "etc/issuer")
    assert set_up(place)[0] == 0
    want_issuer(place, folder)
    assert set_up(place)[0] == 0
    assert not (place / "etc/issuer/ca.key").exists()
    assert (place / "etc/authority/ca/ca.key").exists()


def test_without_the_setting_there_is_no_issuer(place):
    assert set_up(place)[0] == 0
    assert not (place / "etc/issuer").exists()
