"""What a case's thing is called in a run: nothing else on the endpoint is ever touched."""
from __future__ import annotations

import secrets

PREFIX = "shadowconf"
THING_BYTES_MAX = 128
_LONG = 100  # a name from here up is itself what the case is about


def new_run() -> str:
    return secrets.token_hex(3)


def thing_name(run: str, number: int, wanted: str) -> str:
    """shadowconf-RUN-n; and what the case's own name was, where that says something."""
    name = f"{PREFIX}-{run}-{number}"
    if len(wanted) >= _LONG:
        return (name + "-" + wanted)[:len(wanted)]
    return name if len(wanted) <= 2 else f"{name}-{wanted}"


def prefix_of(thing: str, shadow) -> str:
    return f"$aws/things/{thing}/shadow" + (f"/name/{shadow}" if shadow else "")


def in_text(message: str, wanted: str, thing: str) -> str:
    """A 404's words, of the thing as it is called here (H2)."""
    if message.startswith("No shadow exists"):
        return message.replace(f"'{wanted}", f"'{thing}")
    return message
