"""http_routing: what paths mean over HTTPS; what is done before, and what must come back."""
from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import quote

from .comparison import Compared, Level

UPDATE = b'{"state":{"reported":{"a":1}}}'


class Plan(NamedTuple):
    """`made`: shadows that have an update before; `deleted`: those that are gone again; `makes`: what
    the request itself may make."""
    method: str
    target: str
    body: bytes = b""
    made: tuple = ()
    deleted: tuple = ()
    makes: tuple = ()
    credentials: bool = True


def plan(entry: dict, thing: str) -> Plan:
    """The request of a route, for a thing of the run's own."""
    if entry["id"] == "H15":
        return Plan("GET", f"/things/{thing}/shadow", credentials=False)
    method, target = entry["request"].split(" ", 1)
    if target.startswith("/topics/a%2Fb"):
        target = target.replace("a%2Fb", quote(f"{thing}/b", safe=""))
    target = target.replace("T1", thing).replace("Unknown", thing)
    named = tuple(entry.get("given_named", ()))
    if "List" in target:
        return Plan(method, target, made=(None, *named, "gone") if named else (),
                    deleted=("gone",) if named else ())
    maps_to = entry.get("maps_to", "")
    body = UPDATE if method == "POST" else b"{}" if method == "PUT" else b""
    about = None if not maps_to or maps_to.endswith("classic") else maps_to.rsplit(" ", 1)[1]
    if maps_to.startswith(("get", "delete")):
        return Plan(method, target, body, made=(about,))
    return Plan(method, target, body, makes=(about,) if method == "POST" else ())


def judge_route(case, seen):
    entry, answer = case.entry, seen.steps[0].http
    if answer is None:
        yield _wrong(f"no answer to {seen.steps[0].request}")
        return
    status, exception = _wanted_status(entry)
    said = answer.body.decode(errors="replace")
    if answer.status != status:
        yield _wrong(f"status {answer.status}, not {status}: {said[:120]}")
        return
    if exception:
        came = answer.headers.get("x-amzn-errortype", "")
        if came.split(":")[0] != exception:
            yield _wrong(f"header x-amzn-ErrorType is {came!r}, not {exception + ':'!r}")
    try:
        body = json.loads(answer.body)
    except ValueError:
        yield _wrong(f"body is no JSON: {said[:120]}")
        return
    yield from _body(entry, body, answer, seen)


def _wanted_status(entry: dict):
    maps_to = entry.get("maps_to", "")
    if maps_to[:3].isdigit():
        words = maps_to.split()
        return int(words[0]), words[1]
    if entry.get("status") == 400:
        return 400, "InvalidRequestException"
    exception = entry.get("headers", {}).get("x-amzn-ErrorType", "")
    return entry.get("status", 200), exception.rstrip(":")


def _body(entry, body, answer, seen):
    maps_to = entry.get("maps_to", "")
    if maps_to.startswith("get") and body.get("state") != {"reported": {"a": 1}}:
        yield _wrong(f"another shadow: {json.dumps(body)[:120]}")
    if maps_to.startswith(("update", "delete")) and body.get("version") != 1:
        yield _wrong(f"version is {body.get('version')!r}, not 1")
    if entry["id"] == "H15":
        if body.get("message", "") not in (None, "Missing Authentication Token"):
            yield _wrong(f"message is {body.get('message')!r}, not null or "
                         "'Missing Authentication Token'")
    elif "body" in entry:
        yield from _members(entry["body"], body, answer)
    if entry["id"] == "H14" and not _has_shadow(seen.after):
        yield _wrong("the message published there made no shadow")


def _has_shadow(after) -> bool:
    return after is not None and after.http is not None and after.http.status == 200


def _members(want: dict, body: dict, answer):
    for name, value in want.items():
        came = body.get(name)
        if name == "timestamp":
            right = type(came) is int
        elif value == "$OPAQUE":
            right = isinstance(came, str) and came != ""
        elif value == "$REQUEST_ID":
            right = bool(came) and came == answer.headers.get("x-amzn-requestid")
        else:
            right = came == value
        if not right:
            yield _wrong(f"{name} is {came!r}, not {value!r}")
    extra = [name for name in body if name not in want and body[name] is not None]
    if extra:
        yield _wrong(f"{extra[0]} should not be there")


def _wrong(why: str) -> Compared:
    return Compared(Level.WRONG, why)
