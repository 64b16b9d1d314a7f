#!/usr/bin/env python3
"""Holds docs/operations.md to the alerts: each has its paragraph, under its name, and no other does."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main() -> int:
    rules = (ROOT / "deploy/prometheus/alert.rules.yml").read_text()
    page = (ROOT / "docs/operations.md").read_text()
    alerts = set(re.findall(r"- alert: (\w+)", rules))
    told = set(re.findall(r"\*\*(Shadow\w+)\*\*", page))
    for name in sorted(alerts ^ told):
        print(f"{name}: {'has no paragraph' if name in alerts else 'is no alert'}")
    return 1 if alerts ^ told or not alerts else 0


if __name__ == "__main__":
    sys.exit(main())
