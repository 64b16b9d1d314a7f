"""What the cases of tests/cases/account say an answer is, held against what came.

Texts are equal, but for matchers: $any, $uuid, $time, $seconds and $milliseconds (whole ones),
$hex64, $host, $pem (or $pem:LABEL), and $save:NAME:MATCHER, which keeps what came under that name.
Objects have these members and no other: "name?" may be absent, "...": true lets others be.
{"any_of": […]}, {"unordered": […]}, {"contains": text} and {"not": text} are what they say.
"""
import base64
import re

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----\n")


class Mismatch(Exception):
    """Where an answer is another than the case says."""


def _is_pem(value, label):
    found = isinstance(value, str) and _PEM.fullmatch(value)
    if not found or (label and found[1] != label):
        return False
    return base64.b64decode(found[2].replace("\n", ""), validate=True) != b""


def _is_time(value):
    """Seconds since 1970: of a certificate's life as well, which may be long."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e10


def _is(kind, value):
    kind, _, label = kind.partition(":")
    if kind == "any":
        return True
    if kind == "time":
        return _is_time(value)
    if kind in ("seconds", "milliseconds"):
        return type(value) is int and len(str(value)) == (10 if kind == "seconds" else 13)
    if kind == "pem":
        return _is_pem(value, label)
    pattern = {"uuid": _UUID, "hex64": _HEX64, "host": _HOST}[kind]
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def match(want, value, saved, where="answer", expand=lambda text: text):
    """Raises Mismatch; what is to be saved goes into `saved`. `expand` fills the case's texts."""
    if isinstance(want, dict):
        _match_object(want, value, saved, where, expand)
    elif isinstance(want, list):
        if not isinstance(value, list) or len(value) != len(want):
            raise Mismatch(f"{where} is {value!r} and not {len(want)} elements")
        for number, (one, other) in enumerate(zip(want, value)):
            match(one, other, saved, f"{where}[{number}]", expand)
    elif isinstance(want, str):
        _match_text(want, value, saved, where, expand)
    elif type(want) is not type(value) or want != value:
        raise Mismatch(f"{where} is {value!r} and not {want!r}")


def _match_text(want, value, saved, where, expand):
    if re.match(r"\$[a-z]", want):
        name, kind = None, want[1:]
        if kind.startswith("save:"):
            _, name, kind = kind.split(":", 2)
        if not _is(kind, value):
            raise Mismatch(f"{where} is {value!r} and not a {kind}")
        if name:
            saved[name] = value
        return
    want = expand(want)
    if value != want:
        raise Mismatch(f"{where} is {value!r} and not {want!r}")


def _match_object(want, value, saved, where, expand):
    special = next(iter(want)) if len(want) == 1 else None
    if special == "any_of":
        _match_any(want["any_of"], value, saved, where, expand)
    elif special == "unordered":
        _match_unordered(want["unordered"], value, saved, where, expand)
    elif special == "contains":
        if not isinstance(value, str) or expand(want["contains"]) not in value:
            raise Mismatch(f"{where} is {value!r}, without {expand(want['contains'])!r}")
    elif special == "not":
        if value == expand(want["not"]):
            raise Mismatch(f"{where} is {value!r}, too")
    else:
        _match_members(want, value, saved, where, expand)


def _match_members(want, value, saved, where, expand):
    if not isinstance(value, dict):
        raise Mismatch(f"{where} is {value!r} and no object")
    others = set(value)
    for name, one in want.items():
        if name == "...":
            continue
        plain = expand(name.removesuffix("?"))
        others.discard(plain)
        if plain in value:
            match(one, value[plain], saved, f"{where}.{plain}", expand)
        elif not name.endswith("?"):
            raise Mismatch(f"{where} has no {plain}: {value!r}")
    if others and "..." not in want:
        raise Mismatch(f"{where} has {', '.join(sorted(others))}, too: {value!r}")


def _match_any(wants, value, saved, where, expand):
    reasons = []
    for one in wants:
        attempt = dict(saved)
        try:
            match(one, value, attempt, where, expand)
        except Mismatch as reason:
            reasons.append(str(reason))
        else:
            saved.update(attempt)
            return
    raise Mismatch("; ".join(reasons))


def _match_unordered(wants, value, saved, where, expand):
    if not isinstance(value, list) or len(value) != len(wants):
        raise Mismatch(f"{where} is {value!r} and not {len(wants)} elements")
    left = list(value)
    for one in wants:
        for number, other in enumerate(left):
            attempt = dict(saved)
            try:
                match(one, other, attempt, where, expand)
            except Mismatch:
                continue
            saved.update(attempt)
            del left[number]
            break
        else:
            raise Mismatch(f"{where} has nothing like {one!r}: {left!r}")
