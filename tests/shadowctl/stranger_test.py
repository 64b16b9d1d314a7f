"""What root does in another user's folder it does as that user: his links lead no further than he may
go, and what is made is his."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from shadowctl import Shadowctl, make_authority

OTHER = 54321  # has no name
SHADOW = json.dumps({"thing": "T", "state": {"desired": {"a": 1}}, "version": 7,
                     "timestamp": 1767225600})
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}]})


def give(path):
    """The path and all in it, links themselves, to the other user."""
    for entry in (path, *path.rglob("*")):
        os.chown(entry, OTHER, OTHER, follow_symlinks=False)
    return path


def owners(folder):
    return {entry.lstat().st_uid for entry in folder.rglob("*")}


@pytest.fixture
def place():
    """A folder of root's that everybody may enter, with `his`, a folder of the other user's, and
    `ours`, with a secret that only root may touch."""
    assert os.geteuid() == 0, "run it as root: it makes folders of another user"
    folder = Path(tempfile.mkdtemp(prefix="shadowctl-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "his").mkdir()
    (folder / "ours").mkdir()
    (folder / "ours/secret").write_text("root's")
    (folder / "ours/secret").chmod(0o640)
    give(folder / "his")
    yield folder
    secret = folder / "ours/secret"
    assert (secret.read_text(), secret.stat().st_mode & 0o777, secret.stat().st_uid) == ("root's", 0o640, 0)
    shutil.rmtree(folder)


def test_a_registry_is_written_as_its_owner(place):
    shadowctl = Shadowctl(registry=place / "his/registry")
    shadowctl.done("policy", "put", "mine", "-", given=ALLOW)
    assert owners(place / "his/registry") == {OTHER}
    shutil.rmtree(place / "his/registry/policies")
    give(place / "his").joinpath("registry/policies").symlink_to(place / "ours")
    assert "Permission denied" in shadowctl.refused(1, "policy", "put", "secret", "-", given=ALLOW)
    assert [file.name for file in (place / "ours").iterdir()] == ["secret"]


def test_keys_are_made_as_the_owner_of_their_folder(place):
    make_authority(place / "ca")
    shadowctl = Shadowctl(registry=place / "registry", ca=place / "ca", things=place / "his/things")
    made = shadowctl.json("thing", "create", "lamp1", "--key-kind", "ec")
    assert owners(place / "his/things") == {OTHER}
    # A good pair's key is given its mode; this one leads elsewhere, once it has been looked at.
    key = Path(made["key"])
    (place / "ours/secret").write_bytes(key.read_bytes())
    key.unlink()
    key.symlink_to(place / "ours/secret")
    shadowctl.done("thing", "create", "lamp1")
    (place / "ours/secret").write_text("root's")
    shadowctl.done("thing", "delete", "lamp1")
    assert not (place / "his/things/lamp1").exists()


def test_access_keys_are_made_and_removed_as_the_owner_of_their_folder(place):
    folder = place / "his/credentials"
    shadowctl = Shadowctl(registry=place / "registry", credentials_dir=folder)
    shadowctl.done("policy", "put", "mine", "-", given=ALLOW)
    key = shadowctl.json("credentials", "create", "--policy", "mine")["accessKeyId"]
    assert owners(place / "his") == {OTHER}
    shutil.move(folder, place / "ours/credentials")
    folder.symlink_to(place / "ours/credentials")
    os.chown(place / "ours/credentials", 0, 0)
    give(place / "his")
    assert "Permission denied" in shadowctl.refused(1, "credentials", "delete", key)
    assert (place / f"ours/credentials/{key}.json").exists()


def test_a_store_is_worked_on_as_its_owner(place):
    store = place / "his/store"
    shadowctl = Shadowctl(data_dir=store)
    assert shadowctl.json("shadow", "import", "-", given=SHADOW) == {"imported": 1, "kept": 0}
    shadowctl.done("store", "compact", store)
    shadowctl.done("store", "check", store)
    assert owners(place / "his") == {OTHER}
    assert json.loads(shadowctl.done("shadow", "export"))["version"] == 7


@pytest.fixture
def backup(place):
    """As a backup that shadowd made: another user's, like the store."""
    Shadowctl(data_dir=place / "his/backup").done("shadow", "import", "-", given=SHADOW)
    return place / "his/backup"


def test_a_restored_store_is_its_folders_owners(place, backup):
    (place / "shadows").mkdir()
    give(place / "shadows")
    shadowctl = Shadowctl(data_dir=place / "shadows")
    shadowctl.done("restore", backup)
    shadowctl.done("restore", backup, "--replace")
    assert owners(place / "shadows") == {OTHER} == {(place / "shadows").stat().st_uid}
    shutil.copytree(backup, place / "ours/brought")  # root's, as from another machine
    (place / "ours").chmod(0o700)
    shadowctl.done("restore", place / "ours/brought", "--replace")
    assert owners(place / "shadows") == {OTHER}
    assert json.loads(shadowctl.done("shadow", "export"))["version"] == 7


def test_a_link_in_a_backup_brings_nothing_along(place, backup):
    (backup / "000099.sst").symlink_to(place / "ours/secret")
    give(backup)
    said = Shadowctl(data_dir=place / "shadows").refused(4, "restore", backup)
    assert f"{backup}/000099.sst is no regular file" in said


def test_a_folder_that_others_may_write_to_is_refused(place):
    (place / "open").mkdir()
    (place / "open").chmod(0o775)
    for words, given in ((("policy", "put", "mine", "-"), ALLOW), (("shadow", "import", "-"), SHADOW)):
        shadowctl = Shadowctl(registry=place / "open/registry", data_dir=place / "open/store")
        said = shadowctl.refused(4, *words, given=given)
        assert f"{place}/open may be written to by others" in said and "chmod go-w" in said
    assert list((place / "open").iterdir()) == []
