"""How a case's beginning is made by requests: documents by updates, tombstones by a delete."""
from __future__ import annotations

from .payload import compact

_NOTHING = b'{"state":{}}'


def requests(given) -> list:
    """(operation, payload), to be sent one after the other; the last one sets all times."""
    if given is None:
        return []
    if "tombstone" in given:
        return [("update", _NOTHING)] * (given["tombstone"]["version"] - 1) + [("delete", b"")]
    return ([("update", _NOTHING)] * (given["version"] - 1)
            + [("update", compact({"state": given["state"]}).encode())])


def wants_birth(case) -> bool:
    """Whether an update behind the case shows where the version line stands."""
    stored = case.entry.get("expect", {}).get("stored") if case.kind in ("vector", "twin") else None
    return stored is not None and "tombstone" in stored


def count(case) -> int:
    """The requests that a case takes, with the one that removes its shadow."""
    if case.kind == "delivery":
        return 0
    if case.kind == "topic":
        return 3
    if case.kind == "route":
        return 1 + 2 * (1 + len(case.entry.get("given_named", ())))
    looks = 1 if case.kind in ("vector", "twin") else 0
    return len(requests(case.given)) + len(case.steps) + looks + wants_birth(case) + 1
