#!/usr/bin/env python3
"""Holds docs/shadowctl.md and the man page to shadowctl's commands: each is named there, and no other
is. The argument is shadowctl."""
import itertools
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = "docs/shadowctl.md"
MAN = "deploy/debian/shadowctl.1"


def commands_of(program: str) -> set[str]:
    """What the lines of --help begin with, up to the arguments."""
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    heads = re.findall(r"^  (\S+(?: \S+)*)  ", said, re.M)
    return {" ".join(itertools.takewhile(re.compile("[a-z-]+$").match, head.split()))
            for head in heads}


def named_in_page(commands: set[str]) -> set[str]:
    """The commands that the first cells of the tables of commands name, or else what stands there."""
    named = set()
    for table in re.findall(r"^\| command \| what \|\n\|---\|---\|\n((?:\|.*\n)+)",
                            (ROOT / PAGE).read_text(), re.M):
        for row in table.splitlines():
            for code in re.findall(r"`([^`]+)`", row.split(" | ")[0]):
                named.add(max((command for command in commands
                               if f"{code} ".startswith(f"{command} ")), key=len, default=code))
    return named


def named_in_man() -> set[str]:
    section = (ROOT / MAN).read_text().split(".SH COMMANDS\n")[1].split(".SH ")[0]
    text = ",".join(line for line in section.splitlines() if not line.startswith("."))
    return {name.strip() for name in text.replace(r"\-", "-").split(",") if name.strip()}


def main() -> int:
    commands = commands_of(sys.argv[1])
    found = [f"{page} {fault}: {name}"
             for page, named in ((PAGE, named_in_page(commands)), (MAN, named_in_man()))
             for fault, names in (("lacks a command", commands - named),
                                  ("names what is no command", named - commands))
             for name in sorted(names)]
    print("\n".join(found) or f"{len(commands)} commands, each documented")
    return 1 if found or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
