"""Rules B to G of docs/contract.md a second time, in Python, as plainly as they can be written.

It shares nothing with the service but the contract. Give it a request and it names the messages
that AWS publishes. Time is handed in.
"""
import codecs
import json
import math
from typing import NamedTuple

DEPTH_MAX = 8
STATE_BYTES_MAX = 8192
TOKEN_BYTES_MAX = 64

SECTIONS = ("desired", "reported")


# --- JSON as AWS reads and writes it

class NotJson(Exception):
    pass


def compact(value) -> str:
    """Compact JSON as Jackson and its like print it: no blanks, only the escapes that must be."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(k)}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(v) for v in value) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
               "\t": "\\t"}
    return '"' + "".join(escapes.get(c, f"\\u{ord(c):04X}" if c < " " else c) for c in text) + '"'


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJson("beyond the range of a double")
    return number


def _no_constant(text: str):
    raise NotJson(f"{text} is no JSON")


# dict() keeps the first's place and the last's value of equal keys (Q22).
_DECODER = json.JSONDecoder(parse_float=_float, parse_constant=_no_constant)


def parse(text: str):
    """The first JSON value; what follows it is ignored (B3)."""
    try:
        value, _ = _DECODER.raw_decode(text.lstrip(" \t\r\n"))
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no character
        return value
    except ValueError as error:
        raise NotJson(str(error)) from error


# --- Trees whose leaves know their time: state and metadata in one (D1)

class Leaf(NamedTuple):
    value: object
    time: int


def stamped(value, time: int):
    if isinstance(value, dict):
        return {key: stamped(inner, time) for key, inner in value.items()}
    if isinstance(value, list):
        return [stamped(inner, time) for inner in value]
    return Leaf(value, time)


def state_of(tree):
    if isinstance(tree, dict):
        return {key: state_of(inner) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [state_of(inner) for inner in tree]
    return tree.value


def metadata_of(tree):
    if isinstance(tree, dict):
        return {key: metadata_of(inner) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [metadata_of(inner) for inner in tree]
    return {"timestamp": tree.time}


def _is_null(tree) -> bool:
    return isinstance(tree, Leaf) and tree.value is None


def depth_of(value) -> int:
    """Non-empty containers inside one another (B18)."""
    if isinstance(value, (dict, list)) and value:
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(depth_of(one) for one in inner)
    return 0


def has_null_in_array(value, inside: bool = False) -> bool:
    if isinstance(value, dict):
        return any(has_null_in_array(one, inside) for one in value.values())
    if isinstance(value, list):
        return any(has_null_in_array(one, True) for one in value)
    return inside and value is None


# --- C: merging

_NOTHING = object()


def merged(old, new):
    """`old` (or _NOTHING) after the tree `new` was put there; _NOTHING if there is nothing left."""
    if _is_null(new):
        return _NOTHING  # C2, C3
    if not isinstance(new, dict):
        return new  # C4, C5
    if isinstance(old, dict):
        result = dict(old)  # C1, C7, C12
        for key, value in new.items():
            after = merged(result.get(key, _NOTHING), value)
            if after is _NOTHING:
                result.pop(key, None)
            else:
                result[key] = after
        return result  # may be empty: C10
    kept = {key: after for key, value in new.items()
            if (after := merged(_NOTHING, value)) is not _NOTHING}
    if not kept and new and old is _NOTHING:
        return _NOTHING  # C11
    return kept  # C6, C8, Q16


# --- E: delta

def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(a, b) -> bool:
    if _is_number(a) and _is_number(b):
        return a == b if isinstance(a, int) and isinstance(b, int) else float(a) == float(b)  # E9
    if type(a) is not type(b):
        return False  # E8
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))  # E7
    return a == b


def delta_of(desired: dict, reported: dict) -> dict:
    result = {}
    for key, want in desired.items():
        have = reported.get(key, _NOTHING)
        if have is _NOTHING:
            result[key] = want  # E4, E10
        elif isinstance(want, dict) and isinstance(have, dict):
            if inner := delta_of(want, have):
                result[key] = inner  # E6
        elif not same(state_of(want), state_of(have)):
            result[key] = want
    return result


# --- B: requests

class Refused(Exception):
    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


class Update(NamedTuple):
    state: object
    version: object


def token_of(root: dict):
    token = root.get("clientToken")
    if token is None:
        return None
    if not isinstance(token, str) or len(token.encode()) > TOKEN_BYTES_MAX:
        raise Refused(400, "Invalid clientToken")
    return token


def _text_of(payload: bytes) -> str:
    try:
        return payload.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(
            415, "Unsupported documented encoding; supported encoding is UTF-8") from error


def root_of_update(payload: bytes) -> dict:
    try:
        root = parse(_text_of(payload))
    except NotJson as error:
        raise Refused(400, "Payload contains invalid json") from error
    if not isinstance(root, dict):
        raise Refused(400, "Missing required node: state")
    return root


def checked_update(root: dict) -> Update:
    """In the order of B20, up to what needs the current document."""
    if "state" not in root:
        raise Refused(400, "Missing required node: state")
    state = root["state"]
    if state is not None and not isinstance(state, dict):
        raise Refused(400, "State node must be an object")
    for name in state or {}:
        if name not in SECTIONS:
            raise Refused(400, f"State contains an invalid node: '{name}'")
    for name in SECTIONS:
        section = (state or {}).get(name)
        if section is not None and not isinstance(section, dict):
            raise Refused(400, f"{name.capitalize()} node must be an object")
    version = root.get("version")
    if version is not None and (type(version) is not int or version < 0):
        raise Refused(400, "Invalid version")
    if has_null_in_array(state):
        raise Refused(400, "State contains an invalid node")
    if any(depth_of(section) > DEPTH_MAX for section in (state or {}).values()):
        raise Refused(400, "JSON contains too many levels of nesting; maximum is "
                           f"{DEPTH_MAX}")
    return Update(state, version)


# --- The shadow

class ModelShadow:
    """One shadow. `handle` gives the messages that a request causes: topic to payload."""

    def __init__(self, thing: str, name=None):
        self._display = f"{thing}~{name}" if name else thing  # H2
        self._sections = None  # name to tree, empty ones left out (C9); None: no document
        self._version = 0      # the document's or the tombstone's (G6)

    def handle(self, operation: str, payload: bytes, now: int) -> dict[str, dict]:
        token = None
        try:
            if operation == "update":
                root = root_of_update(payload)
                token = token_of(root)
                messages = self._update(checked_update(root), now)
            else:
                token = self._token_of_get_or_delete(payload)
                messages = self._get(now) if operation == "get" else self._delete(now)
        except Refused as refused:
            messages = {f"{operation}/rejected": {"code": refused.code,
                                                  "message": refused.message}}
        for message in messages.values():
            if token is not None:
                message["clientToken"] = token  # F8, always last
        return messages

    @staticmethod
    def _token_of_get_or_delete(payload: bytes):
        try:
            root = parse(_text_of(payload))
        except (NotJson, Refused):
            return None  # B21: counts as empty
        return token_of(root) if isinstance(root, dict) else None

    def _update(self, update: Update, now: int):
        if update.version not in (None, self._version):
            raise Refused(409, "Version conflict")
        after = self._merged_sections(update.state, now)
        size = sum(len(compact(state_of(tree)).encode()) for tree in after.values())
        if size > STATE_BYTES_MAX:
            raise Refused(413, f"Json document too large.  Size is {size}, max allowed: "
                               f"{STATE_BYTES_MAX}")
        previous = self._document() if self._sections is not None else None
        self._sections = after
        self._version += 1

        echo = stamped(update.state, now)
        messages = {
            "update/accepted": {"state": update.state, "metadata": metadata_of(echo),
                                "version": self._version, "timestamp": now},
            "update/documents": {"previous": previous, "current": self._document(),
                                 "timestamp": now}}
        if delta := self._delta():
            messages["update/delta"] = {"version": self._version, "timestamp": now,
                                        "state": state_of(delta), "metadata": metadata_of(delta)}
        return messages

    def _merged_sections(self, state, now: int) -> dict:
        if state is None:
            return {}  # B7
        old = self._sections or {}
        after = {}
        for name in SECTIONS:  # F15
            tree = old.get(name, {})
            if name in state:
                tree = merged(tree, stamped(state[name], now))
            if tree is not _NOTHING and tree:
                after[name] = tree
        return after

    def _delta(self) -> dict:
        return delta_of(self._sections.get("desired", {}), self._sections.get("reported", {}))

    def _document(self) -> dict:
        return {"state": {name: state_of(tree) for name, tree in self._sections.items()},
                "metadata": {name: metadata_of(tree) for name, tree in self._sections.items()},
                "version": self._version}

    def _require_document(self):
        if self._sections is None:
            raise Refused(404, f"No shadow exists with name: '{self._display}'")

    def _get(self, now: int):
        self._require_document()
        document = self._document()
        if delta := self._delta():
            document["state"]["delta"] = state_of(delta)
        return {"get/accepted": {**document, "timestamp": now}}

    def _delete(self, now: int):
        self._require_document()
        answer = {"version": self._version, "timestamp": now}
        self._sections = None
        self._version += 1
        return {"delete/accepted": answer}

    @property
    def version(self) -> int:
        """What an update that names one must name."""
        return self._version

    def install(self, sections, version: int):
        """Begins with this: name to tree, or None for a tombstone."""
        self._sections = sections
        self._version = version
