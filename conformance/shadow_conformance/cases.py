"""The cases: tests/cases/*.json of mosquitto-shadow, as things that can be asked of any endpoint."""
from __future__ import annotations

import json
import pkgutil
from pathlib import Path
from typing import NamedTuple

from . import payload
from .trouble import CannotRun

GIVEN_TIME = 1000  # the time of what is given, in the cases
NOW = 2000         # and of what the request makes

MQTT, HTTPS = "mqtt", "https"

SECTIONS = {"A": "topics and names", "B": "requests", "C": "merging", "D": "metadata", "E": "delta",
            "F": "messages", "G": "versions and deletion", "H": "refusals", "I": "limits",
            "J": "HTTPS data plane", "K": "broker", "L": "lifecycle events"}

_FILES = ("delta", "errors", "limits", "merge", "messages", "metadata", "requests", "topics",
          "vectors", "versions")


class Step(NamedTuple):
    operation: str
    payload: bytes
    messages: list  # {"topic", "payload"}, the topic behind the shadow's prefix
    alternatives: tuple = ()  # other texts that are known of AWS


class Case(NamedTuple):
    """`kind`: "vector" (one step, and what is stored after it), "sequence", "twin" (a vector's request
    over HTTPS), "topic" (what a topic means), "route" (what a path means) or "delivery"."""
    id: str
    kind: str
    transport: str
    title: str
    rules: list
    confidence: str  # "": the contract's text alone
    disputed: bool
    thing: str
    shadow: str  # None: the classic one
    given: dict
    steps: list
    entry: dict  # as the file has it

    @property
    def section(self) -> str:
        return self.rules[0][0]

    @property
    def key(self) -> str:
        return f"{self.transport}-{self.id}"


def _read(name: str) -> dict:
    """From the package, else from the repository that it lies in."""
    text = None
    try:
        text = pkgutil.get_data(__package__, f"data/{name}.json")
    except OSError:
        file = Path(__file__).resolve().parents[2] / "tests" / "cases" / f"{name}.json"
        if file.is_file():
            text = file.read_bytes()
    if text is None:
        raise CannotRun(f"the cases are missing: this package has no data/{name}.json, and does not "
                        "lie in mosquitto-shadow's repository; pack it with conformance/packing.py")
    return json.loads(text)


def _filled(entry: dict) -> dict:
    """With $FILL replaced, wherever it stands."""
    fill = entry.get("fill")
    if not fill:
        return entry
    text = fill["char"] * fill["count"]

    def replaced(value):
        if isinstance(value, str):
            return value.replace(fill["placeholder"], text)
        if isinstance(value, dict):
            return {replaced(key): replaced(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner) for inner in value]
        return value

    return {key: value if key == "fill" else replaced(value) for key, value in entry.items()}


def _disputed_rules(entries: list) -> set:
    """Those that a case is about of which the contract says that its sources differ."""
    return {entry["rules"][0] for entry in entries
            if entry.get("confidence") == "disputed" and entry.get("rules")}


def _is_disputed(entry: dict, rules: list, disputed_rules: set) -> bool:
    said = f"{entry.get('note', '')} {entry.get('maps_to', '')}"
    return (entry.get("confidence") == "disputed" or rules[0] in disputed_rules
            or "choice" in said)


def _steps_of(entry: dict) -> list:
    if "steps" in entry:
        return [Step(step["op"], payload.from_record(step), step["messages"])
                for step in entry["steps"]]
    expect = entry["expect"]
    return [Step(entry["op"], payload.from_record(entry), expect["messages"],
                 tuple(expect.get("message_alternatives", ())))]


def _shadow_case(entry: dict, kind: str, transport: str, disputed_rules: set) -> Case:
    rules = entry.get("rules") or ["F1"]  # a sequence without is about messages
    return Case(entry["id"], kind, transport, entry.get("title") or entry.get("name", ""), rules,
                entry.get("confidence", ""), _is_disputed(entry, rules, disputed_rules),
                entry["thing"], entry["shadow"], entry.get("given"), _steps_of(entry), entry)


def _topic_case(number: int, entry: dict) -> Case:
    expect = entry["expect"]
    what = (f"is {expect['op']}" if "op" in expect else "is an answer, no request"
            if "response" in expect else "is no shadow topic")
    return Case(f"T{number:02}", "topic", MQTT, f"{entry['topic']} {what}", ["A6"], "", False,
                "T1", None, None, [], entry)


def _delivery_case() -> Case:
    """The only one that no file has: it is about all messages of a run, and takes no request."""
    return Case("F10", "delivery", MQTT, "messages come at QoS 1, and are not retained", ["F10"], "",
                False, "", None, None, [], {})


def _route_case(entry: dict) -> Case:
    rule = ("J5" if "List" in entry["request"] else "J6" if "/topics/" in entry["request"] else
            "J9" if entry["id"] == "H15" else "J2")
    return Case(f"{entry['id']}-route", "route", HTTPS, entry["request"], [rule], "",
                _is_disputed(entry, [rule], set()), "T1", None, None, [], entry)


def _sayable_over_https(entry: dict) -> bool:
    """A get and a delete have no body there."""
    return entry["op"] == "update" or not (entry.get("payload") or entry.get("payload_base64"))


def load() -> list:
    """All cases, in an order that does not change."""
    files = [_read(name) for name in _FILES]
    vectors = [_filled(entry) for file in files for entry in file.get("vectors", [])]
    sequences = [entry for file in files for entry in file.get("sequences", [])]
    disputed = _disputed_rules(vectors)
    found = []
    for entry in vectors:
        if entry["transport"] == "rest":
            found.append(_shadow_case(entry, "vector", HTTPS, disputed))
            continue
        found.append(_shadow_case(entry, "vector", MQTT, disputed))
        if _sayable_over_https(entry):
            found.append(_shadow_case(entry, "twin", HTTPS, disputed))
    found += [_shadow_case(entry, "sequence", MQTT, disputed) for entry in sequences]
    contract = next(file for file in files if "topic_parsing" in file)
    found += [_topic_case(number, entry) for number, entry in enumerate(contract["topic_parsing"], 1)]
    found += [_route_case(entry) for entry in contract["http_routing"]]
    return found + [_delivery_case()]


def chosen(cases: list, only: str) -> list:
    """Of these sections ("C,D"), rules ("E7") and cases ("V001"); all if `only` is empty."""
    if not only:
        return cases
    words = [word.strip() for word in only.split(",") if word.strip()]
    for word in words:
        if not any(_is_meant(case, word) for case in cases):
            raise CannotRun(f"--only {word}: there is no such section (A to L), rule (as E7) or case "
                            "(as V001), or no case is about it")
    return [case for case in cases if any(_is_meant(case, word) for word in words)]


def _is_meant(case: Case, word: str) -> bool:
    return word in (case.section, case.rules[0], case.id)
