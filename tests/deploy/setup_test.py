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
                "REGISTRY": "registry", "CREDENTIALS": "credentials"}
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
                "registry/things": (0, 0, 0o755), "credentials": (OTHER, OTHER, 0o700)}
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


@pytest.mark.parametrize("name", ["authority", "tls", "registry"])
def test_a_folder_that_another_user_made_is_refused(place, name):
    (place / "etc").mkdir()
    (place / "etc" / name).mkdir()
    os.chown(place / "etc" / name, OTHER, OTHER)
    code, said = set_up(place)
    assert code == 1 and f"setup: {place}/etc/{name} belongs to the user nobody" in said
    assert list((place / "etc" / name).iterdir()) == []


def test_a_link_in_the_place_of_the_services_folder_is_refused(place):
    (place / "ours").mkdir()
    (place / "etc").mkdir()
    (place / "etc/credentials").symlink_to(place / "ours")
    code, said = set_up(place)
    assert code == 1 and f"setup: {place}/etc/credentials is a link" in said
    assert facts(place / "ours") == (0, 0, 0o755)


def test_a_registry_that_was_given_to_who_keeps_it_is_left_to_him(place):
    assert set_up(place)[0] == 0
    for folder in (place / "etc/registry", *(place / "etc/registry").iterdir()):
        os.chown(folder, OTHER, OTHER)
    assert set_up(place)[0] == 0
