"""Where the programs are: SHADOW_HOME, else PATH."""
from __future__ import annotations

import os
import shutil
from pathlib import Path


class NoEndpoint(RuntimeError):
    """There is neither a shadowctl that could make a world nor an endpoint that is named."""


def find_shadowctl() -> str | None:
    """None: there is none on PATH, and SHADOW_HOME is not set."""
    home = os.environ.get("SHADOW_HOME")
    if not home:
        return shutil.which("shadowctl")
    places = [Path(home).resolve() / place for place in ("cli/shadowctl", "bin/shadowctl")]
    for place in places:
        if os.access(place, os.X_OK):
            return str(place)
    raise NoEndpoint(f"SHADOW_HOME is {home}, but there is no {places[0]} and no {places[1]}")


def environment() -> dict[str, str]:
    """Ours, without settings that would lead shadowctl elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SHADOWCTL_")}
