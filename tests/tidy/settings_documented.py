#!/usr/bin/env python3
"""Holds docs/operations.md to the settings: each of shadowd and of the plugin has its row there, of
shadowd also its default, and no other name has one. No page speaks of a plugin_opt_ that there is
not. The first argument is shadowd."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def settings_of_shadowd(program: str) -> dict[str, str]:
    """Defaults by name."""
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout
    return dict(re.findall(r'^    --(\w+) \(.*?\);\s+default: "?([^";]*)"?;$', said, re.M | re.S))


def settings_of_plugin() -> set[str]:
    table = (ROOT / "plugin/options.cc").read_text().split(" kSettings[] = {")[1].split("};")[0]
    return set(re.findall(r'\{"(\w+)",', table))


def documented(begin: str, end: str) -> dict[str, str]:
    """The second column by each name in the first, of the tables between two headings."""
    page = (ROOT / "docs/operations.md").read_text()
    section = page.split(f"\n{begin}\n")[1].split(f"\n{end}")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section, re.M)
    return {name: second for first, second in rows for name in re.findall(r"`(\w+)`", first)}


def faults(shadowd: str):
    service, plugin = settings_of_shadowd(shadowd), settings_of_plugin()
    service_told = documented("## The service: shadowd", "## ")
    plugin_told = documented("### Settings of the plugin", "## ")
    for owner, known, told in (("shadowd", set(service), set(service_told)),
                               ("the plugin", plugin, set(plugin_told))):
        for name in sorted(known - told):
            yield f"{name}, a setting of {owner}, has no row in docs/operations.md"
        for name in sorted(told - known):
            yield f"docs/operations.md has a row for {name}, which is no setting of {owner}"
    for name in sorted(service.keys() & service_told.keys()):
        default = re.match(r"`(.*?)`|", service_told[name])[1] or ""
        if default != service[name]:
            yield f"docs/operations.md gives {name} the default '{default}', not '{service[name]}'"
    for page in sorted(ROOT.glob("docs/*.md")):
        spoken_of = set(re.findall(r"plugin_opt_([a-z]\w*[a-z\d])\b", page.read_text()))
        for name in sorted(spoken_of - plugin):
            yield f"docs/{page.name} speaks of plugin_opt_{name}, which is no setting"


def main() -> int:
    found = list(faults(sys.argv[1]))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
