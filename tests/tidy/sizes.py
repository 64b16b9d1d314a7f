#!/usr/bin/env python3
"""No file of the product is so long, and no room so full, that a noun is missing.

    sizes.py ROOT
"""
import pathlib
import sys

LINES_MAX = 400
SOURCES_MAX = 24  # of a folder

FOLDERS = ("shadow", "measure", "policy", "identity", "proto", "faults", "advise", "rest", "provisioning", "control", "storage", "history", "desk", "commands", "jobs", "plugin",
           "service", "cli", "console/src", "console/unit", "testing", "conformance", "bench", "deploy", "examples")
KINDS = {".cc", ".h", ".py", ".sh", ".pl", ".ts", ".tsx", ".css", ".mjs"}


def faults(root):
    for folder in FOLDERS:
        for path in [root / folder, *sorted((root / folder).rglob("*"))]:
            name = path.relative_to(root)
            if path.is_dir():
                sources = len(list(path.glob("*.cc")))
                if sources > SOURCES_MAX:
                    yield f"{name}/ has {sources} sources, at most {SOURCES_MAX}: which room is missing?"
            elif path.suffix in KINDS:
                lines = len(path.read_text().splitlines())
                if lines > LINES_MAX:
                    yield f"{name} has {lines} lines, at most {LINES_MAX}: which noun is missing?"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every file and room has its size")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
