"""Two messages: the one that a case wants, and the one that came."""
from __future__ import annotations

import json
from enum import IntEnum
from typing import NamedTuple

from .payload import compact, ordered, with_times


class Level(IntEnum):
    """How far apart they are, the worst last."""
    EXACT = 0
    FORM = 1   # equal, but for the order of members or white space
    TEXT = 2   # the right code in other words
    WRONG = 3


class Compared(NamedTuple):
    """`rules`: whose matter it is, the first before others; none: that of the case. A case about
    merging does not fail for documents that have a member too many: cases about documents do."""
    level: Level
    why: str = ""
    note: str = ""
    rules: tuple = ()


class Times:
    """Tells when a time is: of what was given, of the request, or neither. All are whole seconds of
    the endpoint's clock, in intervals that do not meet."""

    def __init__(self, given, now):
        self._given = given
        self._now = now

    def label(self, time) -> str:
        if type(time) is int:  # a bool is none, and neither is 1.0 (F9)
            for name, span in (("given", self._given), ("now", self._now)):
                if span is not None and span[0] <= time <= span[1]:
                    return name
        return f"another time: {json.dumps(time)}"


# What a part of a message is about, whatever the case is about. Delta and documents are messages of
# their own (E, F3), and so is what only a get shows (F4, F7).
_PARTS = {"metadata": ("D1",), "timestamp": ("F9", "D10"), "clientToken": ("F8", "B14", "B21", "H7")}
_OF_TOPIC = {"update/documents": {None: ("F3",)},
             "update/delta": {None: ("E1",), "metadata": ("D1", "E11"), "timestamp": ("F9",),
                              "clientToken": ("F8",)}}
FORM_RULES = {"update/delta": ("F2",), "update/documents": ("F3",)}


def rules_of(topic: str, member: str) -> tuple:
    """Whose matter a member of this message is; () that of the case."""
    of_topic = _OF_TOPIC.get(topic)
    if of_topic:
        return of_topic.get(member, of_topic[None])
    return _PARTS.get(member, ())


def compare(topic: str, want: dict, got: bytes, times: Times, alternatives=()) -> list:
    """What is to be said of it, nothing if it is as it should be. `want` has its times labelled:
    "given" or "now"."""
    try:
        text = got.decode()
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return [Compared(Level.WRONG, f"is no JSON object: {got[:80]!r}", rules=rules_of(topic, ""))]
    came = with_times(parsed, times.label)
    found = []
    if "message" in want and came.get("message") != want["message"]:
        found.append(_words(want["message"], came.get("message"), alternatives))
        came["message"] = want["message"]
    found += _members(topic, want, came)
    if not any(one.level == Level.WRONG for one in found):
        found += _form(topic, want, came, parsed, text)
    return found


def _words(want: str, came, alternatives) -> Compared:
    if came in alternatives:
        return Compared(Level.EXACT, note=f"in words that are known too: {came!r}")
    if isinstance(came, str):
        return Compared(Level.TEXT, f"says {came!r}, not {want!r}")
    return Compared(Level.WRONG, f"has no words, not {want!r}")


def words(want: str, body: bytes, alternatives=()) -> list:
    """The same of nothing but an error's words."""
    try:
        came = json.loads(body).get("message")
    except (ValueError, AttributeError):
        return [Compared(Level.WRONG, f"is no JSON object: {body[:80]!r}")]
    return [] if came == want else [_words(want, came, alternatives)]


def _members(topic: str, want: dict, came: dict):
    for name in [*want, *(one for one in came if one not in want)]:
        rules = rules_of(topic, name)
        if name not in want:
            rules = rules if "code" not in want or name == "clientToken" else ("H6",)
            yield Compared(Level.WRONG, f"{name} should not be there", rules=rules)
        elif name not in came:
            yield Compared(Level.WRONG, f"{name} is missing, not {_short(want[name])}", rules=rules)
        elif topic == "get/accepted" and name in ("state", "metadata"):
            yield from _shown(name, want[name], came[name], rules)
        elif not _same(want[name], came[name]):
            yield Compared(Level.WRONG, difference(want[name], came[name], name), rules=rules)


def _shown(name: str, want, came, rules):
    """A get also shows what no message of an update has."""
    if not isinstance(came, dict):
        yield Compared(Level.WRONG, difference(want, came, name), rules=rules)
        return
    if not _same(want.get("delta"), came.get("delta")):
        yield Compared(Level.WRONG, difference({"delta": want.get("delta")},
                                               {"delta": came.get("delta")}, name),
                       rules=("F7",) if name == "metadata" else ("E1",))
    want, came = without(want, "delta"), without(came, "delta")
    if _same(want, without_empty(came)):
        if not _same(want, came):
            yield Compared(Level.WRONG, f"{name} shows a section that is not there", rules=("F4", "C9"))
    elif not _same(want, came):
        yield Compared(Level.WRONG, difference(want, came, name), rules=rules)


def without(tree, name: str):
    return {key: value for key, value in tree.items() if key != name}


def without_empty(sections):
    """Without the sections that have no members (C9)."""
    if not isinstance(sections, dict):
        return sections
    return {name: value for name, value in sections.items() if value != {}}


def _form(topic: str, want: dict, came: dict, parsed, text: str):
    rules = FORM_RULES.get(topic, ("F1",))
    if compact(came) != compact(want):
        yield Compared(Level.FORM, "members in another order", rules=rules)
    elif compact(parsed) != text:
        yield Compared(Level.FORM, "equal, but written in another form (white space, escapes or "
                       "numbers)", rules=rules)


def _same(a, b) -> bool:
    return compact(ordered(a)) == compact(ordered(b))


def difference(want, got, path: str = "") -> str:
    """The first place where they differ, in words."""
    here = path or "the message"
    if isinstance(want, dict) and isinstance(got, dict):
        for key in want:
            inner = f"{path}.{key}" if path else key
            if key not in got:
                return f"{inner} is missing, not {_short(want[key])}"
            if compact(ordered(want[key])) != compact(ordered(got[key])):
                return difference(want[key], got[key], inner)
        extra = [key for key in got if key not in want]
        if extra:
            return f"{path}.{extra[0]} should not be there" if path else (
                f"{extra[0]} should not be there")
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for index, pair in enumerate(zip(want, got)):
            if compact(ordered(pair[0])) != compact(ordered(pair[1])):
                return difference(*pair, f"{here}[{index}]")
    return f"{here} is {_short(got)}, not {_short(want)}"


def _short(value) -> str:
    text = compact(value)
    return text if len(text) <= 120 else text[:117] + "..."
