"""What a store holds of history, held against the ledgers of its shadows: one entry for each change
that was accepted, none for what was refused or only asked, none twice, each knowing the one before.
"""
import json
import subprocess
from collections import defaultdict

from harness import build_dir
from ledger import Ledger, Violation

WISHES, REPORTS = "w", "r"
CREATE, UPDATE, DELETE, IMPORT = 1, 2, 3, 4


def store_folder(stack):
    """Of a stack whose shadowd is stopped; of a store in PostgreSQL a copy."""
    folder = stack.folder / "data"
    if stack.database:
        subprocess.run([build_dir() / "cli" / "shadowctl", "store", "copy", stack.database.url,
                        folder], check=True, capture_output=True, timeout=60)
    return folder


def stored_history(folder) -> tuple[dict, dict]:
    """Of the store of a shadowd that is stopped: records, and entries in the order of their changes,
    by thing and name."""
    told = subprocess.run([build_dir() / "tests" / "durability" / "stored_history", folder],
                          capture_output=True, text=True, check=True).stdout
    records, entries = {}, defaultdict(list)
    for line in told.splitlines():
        one = json.loads(line)
        shadow = one["thing"], one["name"]
        assert "damaged" not in one, one
        if "lane" in one:
            entries[shadow].append(one)
        else:
            records[shadow] = one
    for of_shadow in entries.values():
        of_shadow.sort(key=lambda entry: entry["change"])
    return records, entries


def shadow_of(prefix: str) -> tuple[str, str]:
    levels = prefix.split("/")
    return levels[2], levels[5] if len(levels) > 5 else ""


def check_history(records: dict, entries: dict, ledgers: list[Ledger]) -> int:
    """Gives how many entries there are."""
    unaccounted = set(entries) - {shadow_of(ledger.prefix) for ledger in ledgers}
    if unaccounted:
        raise Violation(f"there is history of {unaccounted}")
    for ledger in ledgers:
        shadow = shadow_of(ledger.prefix)
        changes = [one for one in entries.get(shadow, []) if one["lane"] in (WISHES, REPORTS)]
        _check_shadow(ledger, records.get(shadow), changes)
    return sum(map(len, entries.values()))


def _check_shadow(ledger: Ledger, record: dict | None, changes: list[dict]):
    def fail(what: str):
        raise Violation(f"{ledger.prefix}: {what}")

    versions = [one["version"] for one in changes]
    if versions != list(range(1, ledger.state.version + 1)):
        fail(f"its history has the versions {versions}, it is at {ledger.state.version}")
    _check_chain(changes, record, fail)
    by_token = {one["token"]: one for one in changes}
    if len(by_token) != len(changes):
        fail("a request has two entries")
    for token, change in ledger.changes.items():
        entry = by_token.pop(token, None)
        if entry is None:
            fail(f"{token} was accepted as {change} and has no entry")
        if (entry["version"], entry["kind"] == DELETE) != change:
            fail(f"{token} was accepted as {change} and told as {entry}")
    for token in by_token:
        if token not in ledger.unknown:
            fail(f"{token} has an entry and changed nothing: {ledger.answered.get(token)}")


def _check_chain(changes: list[dict], record: dict | None, fail):
    exists = False
    last_change = last_wish = version = 0
    for one in changes:
        if (one["before"], one["previous_change"], one["previous_wish"]) != (version, last_change,
                                                                             last_wish):
            fail(f"{one} does not follow on version {version}, change {last_change}, wish {last_wish}")
        right = {CREATE: not exists, UPDATE: exists, DELETE: exists}
        if not right.get(one["kind"]):
            fail(f"{one} where the shadow {'exists' if exists else 'does not exist'}")
        exists = one["kind"] != DELETE
        if (one["lane"] == REPORTS) != (one["kind"] == UPDATE):  # the load writes reported alone
            fail(f"{one} is in the wrong lane")
        last_change, version = one["change"], one["version"]
        last_wish = one["change"] if one["lane"] == WISHES else last_wish
    head = (record["version"], record["last_change"], record["last_wish"]) if record else (0, 0, 0)
    if head != (version, last_change, last_wish):
        fail(f"its record is {record} and its newest entry {changes[-1:]}")
