"""The cases of tests/cases/*.json: vectors.json is a copy of the contract's, the rest is ours."""
import base64
import json
from pathlib import Path

CASES = Path(__file__).resolve().parent.parent / "cases"

GIVEN_TIME = 1000  # timestamps of given documents
NOW = 2000         # timestamps that the request makes


def load(kind: str, transport: str = "mqtt"):
    """All entries of all files for a transport: kind is "vectors", "sequences" or another."""
    entries = []
    for file in sorted(CASES.glob("*.json")):
        content = json.loads(file.read_text())
        entries += [one for one in content.get(kind, []) if one.get("transport", "mqtt") == transport]
    assert len({one["id"] for one in entries}) == len(entries), "an id stands twice"
    return [filled(one) for one in entries]


def filled(entry):
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


def payload_of(entry) -> bytes:
    if "payload_base64" in entry:
        return base64.b64decode(entry["payload_base64"])
    return (entry.get("payload") or "").encode()


def with_labelled_times(message, label):
    """`message` with every timestamp that is one replaced by label(timestamp).

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

    def document(value):
        if not isinstance(value, dict):
            return value
        result = {}
        for key, inner in value.items():
            if key == "metadata":
                inner = metadata(value.get("state"), inner)
            elif key == "timestamp":
                inner = label(inner)
            elif key in ("previous", "current"):
                inner = document(inner)
            result[key] = inner
        return result

    return document(message)
