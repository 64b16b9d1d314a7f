"""What a measurement was made on, and of what."""

import os
import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def machine() -> dict:
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), "unknown")
    commit = subprocess.run(["git", "-C", str(_ROOT), "describe", "--always", "--dirty"],
                            capture_output=True, text=True, check=False).stdout.strip()
    return {"cpu": model, "cores": os.cpu_count(), "kernel": os.uname().release, "commit": commit}
