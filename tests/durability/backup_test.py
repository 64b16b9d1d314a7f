"""A backup is made while requests are served, holds what was accepted before it, and can be put in
the place of a store; nothing that is there is ever overwritten. An older version's store goes the
same ways.
"""
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from client import Client, Shadow
from harness import Stack, build_dir
from history_check import stored_history

OLD_STORE = Path(__file__).resolve().parents[1] / "fixtures" / "store-v1"


def shadowctl(*arguments, code=0):
    done = subprocess.run([build_dir() / "cli" / "shadowctl", *map(str, arguments)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0x10
    path.write_bytes(content)


def update(client, thing, n):
    messages = Shadow(client, thing).exchange(
        "update", json.dumps({"state": {"reported": {"n": n}}})).messages
    return json.loads(messages[0].payload)["version"]


def get(client, thing):
    return json.loads(Shadow(client, thing).exchange("get", "").messages[0].payload)


def new_stack():
    stack = Stack(log_types=("error",))
    stack.admin = stack.folder / "admin.sock"
    stack.service.command.append(f"--admin-socket={stack.admin}")
    return stack


@pytest.fixture(scope="module")
def stack():
    with new_stack() as running:
        yield running


@pytest.fixture(scope="module")
def backup(stack, tmp_path_factory):
    """Made of a service that is being written to; `accepted` is what it must hold at least."""
    folder = tmp_path_factory.mktemp("backups") / "first"
    accepted, ended, failures = {}, threading.Event(), []

    def write():
        try:
            with Client(stack.port) as client:
                n = 0
                while not ended.is_set():
                    n += 1
                    accepted[f"thing-{n % 7}"] = update(client, f"thing-{n % 7}", n)
        except Exception as failure:  # told by the test that waits for it
            failures.append(failure)

    with Client(stack.port) as client:
        update(client, "settled", 1)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(accepted) < 7 and not failures:
            writer.join(0.01)
        before = dict(accepted)
        assert shadowctl("backup", folder, "--admin-socket", stack.admin) == f"{folder}\n"
    finally:
        ended.set()
        writer.join()
    assert not failures
    return folder, before


def test_a_backup_holds_all_that_was_accepted_before_it(backup, tmp_path):
    folder, accepted = backup
    assert " is good: " in shadowctl("store", "check", folder)
    stats = json.loads(shadowctl("store", "stats", folder, "--json"))
    assert (stats["documents"], stats["damaged"]) == (8, 0)

    restored = new_stack()
    said = shadowctl("restore", folder, "--data-dir", restored.folder / "data")
    assert "is restored: 8 documents" in said
    _, history = kept = stored_history(folder)
    assert all(len(history[thing, ""]) >= version for thing, version in accepted.items())
    assert stored_history(restored.folder / "data") == kept
    with restored, Client(restored.port) as client:
        assert get(client, "settled")["state"] == {"reported": {"n": 1}}
        for thing, version in accepted.items():
            assert get(client, thing)["version"] >= version
        assert update(client, "settled", 2) == 2


def test_a_store_and_its_backup_are_shadowds_alone(stack, backup):
    for folder in (backup[0], stack.folder / "data"):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert [file for file in folder.iterdir() if file.stat().st_mode & 0o077] == []


def test_a_store_that_is_there_is_not_overwritten(backup):
    folder, _ = backup
    other = new_stack()
    data = other.folder / "data"
    with other:
        with Client(other.port) as client:
            update(client, "mine", 1)
        assert "not empty" in shadowctl("restore", folder, "--data-dir", data, code=4)
        refused = shadowctl("restore", folder, "--data-dir", data, "--replace", code=6)
        assert "open in another process" in refused
        assert "open in another process" in shadowctl("store", "compact", data, code=6)
        assert "open in another process" in shadowctl("store", "check", data, code=6)
        other.stop_service()

        data.chmod(0o710)
        said = shadowctl("restore", folder, "--data-dir", f"{data}/", "--replace", "--json")
        aside = json.loads(said)["setAside"]
        new, old = os.stat(data), os.stat(aside)
        assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)
        assert json.loads(shadowctl("store", "stats", aside, "--json"))["documents"] == 1
        other.start_service()
        with Client(other.port) as client:
            assert get(client, "mine")["code"] == 404
            assert get(client, "settled")["version"] == 1


def test_a_damaged_backup_is_named_and_touches_nothing(backup, tmp_path):
    folder, _ = backup
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    flip(max(damaged.glob("*.log"), key=lambda one: one.stat().st_size), 1 / 3)
    assert_it_is_refused(damaged, tmp_path / "data")


def assert_it_is_refused(damaged, data):
    for words in (("store", "check", damaged), ("store", "stats", damaged),
                  ("restore", damaged, "--data-dir", data)):
        assert "damaged" in shadowctl(*words, code=1)
    assert not data.exists()


def test_a_damaged_table_is_named_whether_of_records_or_of_history(backup, tmp_path):
    folder, _ = backup
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    shadowctl("store", "compact", whole)
    tables = sorted(whole.glob("*.sst"))
    assert len(tables) == 2
    for table in tables:
        damaged = tmp_path / f"damaged-{table.stem}"
        shutil.copytree(whole, damaged)
        flip(damaged / table.name, 0.1)
        assert_it_is_refused(damaged, tmp_path / "data")


def test_what_is_no_store_is_named(tmp_path):
    assert "there is no store" in shadowctl("store", "check", tmp_path / "nothing", code=3)
    (tmp_path / "file").write_text("")
    assert "holds files that are no store" in shadowctl("store", "stats", tmp_path, code=4)
    assert "--data-dir" in shadowctl("restore", OLD_STORE, code=2)
    assert "--admin-socket" in shadowctl("backup", tmp_path / "x", code=2)
    assert "no shadowd answers" in shadowctl("backup", tmp_path / "x", "--admin-socket",
                                             tmp_path / "none", code=6)


def test_a_compacted_store_holds_the_same(backup, tmp_path):
    folder, _ = backup
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = json.loads(shadowctl("store", "stats", copy, "--json"))
    sizes = json.loads(shadowctl("store", "compact", copy, "--json"))
    assert sizes["bytes_before"] == before["disk_bytes"]
    after = json.loads(shadowctl("store", "stats", copy, "--json"))
    assert after["disk_bytes"] == sizes["bytes"]
    assert (after["documents"], after["content_bytes"]) == (8, before["content_bytes"])
    assert list(copy.glob("*.sst"))


def test_an_older_versions_store_is_upgraded_by_serving_it_and_rolled_back_from_its_backup(tmp_path):
    """As docs/operations.md says: back up, upgrade; to go back, restore the backup."""
    stack = new_stack()
    shadowctl("restore", OLD_STORE, "--data-dir", stack.folder / "data")
    with stack:
        shadowctl("backup", tmp_path / "before", "--admin-socket", stack.admin)
        with Client(stack.port) as client:
            assert get(client, "lamp")["version"] == 1
            assert update(client, "lamp", 7) == 2
        stack.stop_service()
        shadowctl("restore", tmp_path / "before", "--data-dir", stack.folder / "data", "--replace")
        stack.start_service()
        with Client(stack.port) as client:
            assert get(client, "lamp")["version"] == 1

        # A version from the future wrote here: this one refuses it, and its backup serves again.
        stack.stop_service()
        data = stack.folder / "data"
        subprocess.run([build_dir() / "tests" / "durability" / "set_format", data, "3"], check=True)
        assert "format 3" in shadowctl("store", "check", data, code=4)
        shadowctl("restore", tmp_path / "before", "--data-dir", data, "--replace", code=0)
        stack.start_service()
