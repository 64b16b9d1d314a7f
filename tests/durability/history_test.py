"""What the settings and the ways in have to do with history, in the store that shadowd leaves."""
import json
import subprocess

from client import Client, Shadow
from harness import Stack, build_dir
from history_check import IMPORT, stored_history

SHADOW = "lamp", ""


def entries_left_by(*flags) -> list[dict]:
    """Of a service with these flags that took one update."""
    with Stack(service_flags=flags, log_types=("error",)) as stack:
        with Client(stack.port) as client:
            Shadow(client, SHADOW[0]).exchange(
                "update", '{"state":{"desired":{"on":true}},"clientToken":"t-1"}')
        stack.stop_service()
        records, entries = stored_history(stack.folder / "data")
        assert records[SHADOW]["differs"]
        stack.start_service()
        return entries.get(SHADOW, [])


def test_history_is_kept_unless_told_otherwise():
    (entry,) = entries_left_by()
    assert (entry["lane"], entry["version"], entry["token"]) == ("w", 1, "t-1")
    assert entry["address"] == "127.0.0.1"


def test_history_off_keeps_none():
    assert entries_left_by("--history=off") == []


def test_addresses_can_be_left_out():
    (entry,) = entries_left_by("--history_addresses=false")
    assert entry["address"] == "" and entry["client"] != ""


def shadowctl_import(*place, given: str):
    subprocess.run([build_dir() / "cli" / "shadowctl", "shadow", "import", "-", *place],
                   input=given, text=True, check=True, timeout=120)


ARCHIVE = json.dumps({"thing": "lamp", "version": 7, "timestamp": 1700000000,
                      "state": {"desired": {"on": True}},
                      "metadata": {"desired": {"on": {"timestamp": 1700000000}}}}) + "\n"


def check_import(folder):
    records, entries = stored_history(folder)
    (entry,) = entries[SHADOW]
    assert (entry["lane"], entry["kind"], entry["version"], entry["principal"]) == (
        "w", IMPORT, 7, "admin")
    assert records[SHADOW]["last_change"] == records[SHADOW]["last_wish"] == entry["change"]
    assert records[SHADOW]["differs"]


def test_an_import_into_a_stopped_store_is_told(tmp_path):
    shadowctl_import("--data-dir", tmp_path / "store", given=ARCHIVE)
    check_import(tmp_path / "store")


def test_an_import_into_a_running_service_is_told():
    stack = Stack(log_types=("error",))
    stack.service.command.append(f"--admin-socket={stack.folder}/admin.sock")
    with stack:
        shadowctl_import("--admin-socket", stack.folder / "admin.sock", given=ARCHIVE)
        stack.stop_service()
        check_import(stack.folder / "data")
        stack.start_service()
