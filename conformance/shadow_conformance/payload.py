"""Payloads as texts: how AWS writes JSON, and where a message has times."""
from __future__ import annotations

import base64
import json

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def compact(value) -> str:
    """JSON without blanks, and with the escapes that must be."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(k)}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(one) for one in value) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, f"\\u{ord(c):04X}" if c < " " else c) for c in text) + '"'


def ordered(value):
    """The same value, with its members by name."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [ordered(one) for one in value]
    return value


def with_times(message, label):
    """`message` with label(x) for every x that is a time of it.

    A user's attribute may be called "timestamp" too (C15), so metadata is walked beside its state.
    """
    def metadata(state, tree):
        if isinstance(state, dict) and isinstance(tree, dict):
            return {key: metadata(state.get(key), inner) for key, inner in tree.items()}
        if isinstance(state, list) and isinstance(tree, list) and len(state) == len(tree):
            return [metadata(*pair) for pair in zip(state, tree)]
        if isinstance(tree, dict) and list(tree) == ["timestamp"]:
            return {"timestamp": label(tree["timestamp"])}
        return tree

    if not isinstance(message, dict):
        return message
    result = {}
    for key, inner in message.items():
        if key == "metadata":
            inner = metadata(message.get("state"), inner)
        elif key == "timestamp":
            inner = label(inner)
        elif key in ("previous", "current"):
            inner = with_times(inner, label)
        result[key] = inner
    return result


def to_record(data: bytes) -> dict:
    """Bytes as a member of a record: text where it is UTF-8."""
    try:
        return {"payload": data.decode()}
    except UnicodeDecodeError:
        return {"payload_base64": base64.b64encode(data).decode()}


def from_record(record: dict) -> bytes:
    if "payload_base64" in record:
        return base64.b64decode(record["payload_base64"])
    return (record.get("payload") or "").encode()
