#!/usr/bin/env python3
"""Holds the arrows of docs/architecture.md: reads the includes and names each one that is forbidden.

    includes.py ROOT
"""
import pathlib
import re
import sys

# Folder: the folders of ours it may include from, beside itself.
ARROWS = {
    "shadow": set(),
    "policy": {"shadow"},
    "identity": {"policy"},
    "proto": {"shadow"},
    "rest": {"shadow", "policy"},
    "storage": {"shadow"},
    "service": {"proto", "rest", "storage", "shadow", "policy", "identity"},
    "plugin": {"proto", "shadow", "policy", "identity"},
    "cli": {"proto", "storage", "shadow", "policy", "identity"},
}
FREE = {"bench", "tests"}  # may include anything

# Outside header: the files that may know it. Everything else of the folders above may not.
RIMS = {
    r"rocksdb/": re.compile(r"storage/rocksdb_\w+\.(cc|h)$"),
    r"mosquitto(_broker|_plugin)?\.h":
        re.compile(r"(service/link|plugin/border|cli/shadow_live)\.cc$"),
    r"rapidjson/": re.compile(r"(shadow|policy)/\w+\.(cc|h)$"),
    r"CivetServer\.h": re.compile(r"service/health_server\.cc$"),
    r"prometheus/": re.compile(r"service/metrics\w*\.(cc|h)$"),
    r"systemd/": re.compile(r"service/supervisor\.cc$"),
    r"curl/": re.compile(r"cli/https_client\.cc$"),
    r"boost/": re.compile(r"service/http_(connection|server)\.(cc|h)$"),
    r"spdlog/": re.compile(r"service/log\.cc$"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def faults(root):
    for folder in sorted(set(ARROWS) | FREE):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".cc", ".h"}:
                continue
            name = path.relative_to(root).as_posix()
            for bracket, header in INCLUDE.findall(path.read_text()):
                yield from (f"{name}: {fault}" for fault in judge(root, folder, name, bracket, header))


def judge(root, folder, name, bracket, header):
    if bracket == '"' and not (root / header).is_file() and not header.startswith("absl/"):
        yield f'"{header}" does not start at the repository root'
    if folder in FREE:
        return
    other = header.split("/")[0]
    if bracket == '"' and other in set(ARROWS) | FREE and other not in ARROWS[folder] | {folder}:
        yield f"{folder} may not include {header}"
    for pattern, allowed in RIMS.items():
        if re.match(pattern, header) and not allowed.search(name):
            yield f"only {allowed.pattern} may include {header}"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(faults(root))
    print("\n".join(found) or "every include follows the arrows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
