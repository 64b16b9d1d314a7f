#!/usr/bin/env python3
"""Holds the arrows of docs/architecture.md: reads the includes and names each one that is forbidden.

    includes.py ROOT
"""
import pathlib
import re
import sys

# Room: the rooms it may include from, beside itself. Each names only rooms above it, so that there
# is no circle. A room is a folder; of a folder within another only what stands here.
ARROWS = {
    "measure": "",
    "shadow": "",
    "policy": "shadow",
    "identity": "policy",
    "proto": "measure shadow",
    "faults": "proto policy shadow",
    "advise": "faults proto policy shadow",
    "rest": "proto shadow policy",
    "provisioning": "policy",
    "control": "provisioning rest identity policy shadow",
    "control/fleet": "control policy",
    "control/provisioning": "control control/fleet provisioning identity rest policy shadow",
    "storage": "measure shadow",
    "storage/postgres": "storage measure shadow",
    "storage/rocksdb": "storage measure shadow",
    "history": "storage shadow",
    "desk": "control proto storage shadow",
    "commands": "desk control rest proto storage policy shadow",
    "jobs": "desk control control/fleet rest proto storage policy shadow",

    "plugin/faults": "faults proto shadow",
    "plugin/others": "proto",
    "plugin/principal": "policy identity proto",
    "plugin": "faults proto measure shadow policy identity plugin/faults plugin/others plugin/principal",

    "service/watch": "storage measure shadow",
    "service/http": "rest identity policy service/watch",
    "service/websocket": "proto rest shadow service/watch service/http",
    "service/link": "proto storage shadow service/watch",
    "service/account": "control control/provisioning identity rest proto policy shadow service/link service/watch",
    "service/commit": "proto history storage shadow service/watch",
    "service/console": "identity rest proto policy storage shadow service/watch service/http service/account"
                       " service/commit",
    "service/devices": "commands jobs desk control control/provisioning proto storage policy shadow"
                       " service/watch service/account service/link service/commit",
    "service/faults": "faults proto policy shadow service/watch service/link service/commit",
    "service/history": "rest proto history storage shadow service/watch",
    "service/live": "control faults rest proto storage identity policy shadow service/watch service/http service/websocket"
                    " service/account service/link service/commit service/faults service/console",
    "service/api": "desk control faults rest proto storage identity policy shadow"
                   " service/live service/watch service/account service/http service/websocket service/link service/commit service/console service/devices"
                   " service/faults service/history",
    "service/admin": "storage storage/rocksdb policy shadow service/watch service/account service/link service/commit service/history",
    "service/metrics": "faults rest proto storage measure shadow"
                       " service/watch service/http service/link service/commit service/admin",
    "service": "control desk rest history proto storage storage/postgres storage/rocksdb measure shadow identity service/watch service/account service/http service/link"
               " service/websocket service/commit service/console service/devices service/faults service/history service/live service/api service/admin service/metrics",

    "cli/frame": "policy shadow",
    "cli/console": "storage policy identity cli/frame",
    "cli/service": "policy cli/frame",
    "cli/registry": "control rest storage policy identity cli/frame cli/service",
    "cli/policy": "policy identity cli/frame cli/registry",
    "cli/certificate": "storage policy identity cli/frame cli/registry cli/policy",
    "cli/thing": "policy shadow cli/frame cli/registry cli/policy cli/certificate",
    "cli/policy_version": "policy cli/frame cli/registry cli/policy",
    "cli/thing_type": "control policy cli/frame cli/registry",
    "cli/thing_group": "control policy cli/frame cli/registry",
    "cli/template": "provisioning policy cli/frame cli/registry",
    "cli/tag": "policy cli/frame cli/registry",
    "cli/credentials": "storage policy cli/frame cli/registry",
    "cli/store": "commands jobs desk storage storage/postgres storage/rocksdb cli/frame cli/service",
    "cli/shadow": "history storage policy shadow cli/frame cli/service cli/store",
    "cli/command": "policy shadow cli/frame cli/shadow",
    "cli/job": "policy cli/frame cli/shadow cli/command",
    "cli/history": "shadow cli/frame cli/service cli/shadow",
    "cli/bench": "shadow cli/frame cli/shadow cli/history",
    "cli/world": "policy identity cli/frame cli/certificate cli/shadow cli/history",
    "cli/fault": "faults policy shadow cli/frame cli/shadow",
    "cli/advise": "advise policy shadow cli/frame cli/service cli/registry cli/shadow cli/bench cli/world",
    "cli": "policy shadow cli/frame",
}
ARROWS = {room: set(others.split()) for room, others in ARROWS.items()}
FREE = {"bench", "tests"}  # may include anything

# What all commands stand on lies beside the program that holds them.
FRAME = re.compile(r"cli/(command|exit_code|flags|json_text|listing|progress|settings|text_file)\.(cc|h)$")

# Outside header: the files that may know it. Everything else of the folders above may not.
RIMS = {
    r"libpq": re.compile(r"storage/postgres/libpq\.h$"),
    r"rocksdb/": re.compile(r"storage/rocksdb/\w+\.(cc|h)$"),
    r"mosquitto(_broker|_plugin)?\.h":
        re.compile(r"(service/(link/(link_session|session_ender)|live/broker_client)|plugin/(border|mosquitto)|cli/shadow/live)\.cc$"),
    r"rapidjson/": re.compile(r"(shadow|policy)/\w+\.(cc|h)$"),
    r"nlohmann/": re.compile(r"proto/cbor\.cc$"),
    r"prometheus/": re.compile(r"service/metrics/families\.(cc|h)$"),
    r"systemd/": re.compile(r"service/watch/supervisor\.cc$"),
    r"openssl/": re.compile(r"(identity/\w+\.(cc|h)|rest/digest\.cc|service/http/(connection|server)\.cc)$"),
    r"curl/": re.compile(r"cli/shadow/https_client\.cc$"),
    r"boost/": re.compile(r"service/(http/(connection|exchange|loop|loop_state|server|stream)\.(cc|h)|websocket/(text_socket|tunnel)\.cc|live/conversation\.(cc|h))$"),
    r"zlib\.h": re.compile(r"service/console/bundle\.cc$"),
    r"spdlog/": re.compile(r"service/watch/log\.cc$"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(name):
    """Of a file, by its path from the root; nothing if it lies in no room."""
    if FRAME.match(name):
        return "cli/frame"
    folder = name.rpartition("/")[0]
    if folder.split("/")[0] in FREE:
        return folder.split("/")[0]
    return folder if folder in ARROWS else None


def faults(root):
    for folder in sorted({room.split("/")[0] for room in ARROWS} | FREE):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".cc", ".h"}:
                continue
            name = path.relative_to(root).as_posix()
            for bracket, header in INCLUDE.findall(path.read_text()):
                yield from (f"{name}: {fault}" for fault in judge(root, name, bracket, header))


def judge(root, name, bracket, header):
    room = room_of(name)
    if room is None:
        yield "it lies in no room"
        return
    if bracket == '"' and not (root / header).is_file() and not header.startswith("absl/"):
        yield f'"{header}" does not start at the repository root'
    if room in FREE:
        return
    other = room_of(header)
    if bracket == '"' and other is not None and other not in ARROWS[room] | {room}:
        yield f"{room} may not include {header}"
    for pattern, allowed in RIMS.items():
        if re.match(pattern, header) and not allowed.search(name):
            yield f"only {allowed.pattern} may include {header}"


def circles():
    above = set()
    for room, others in ARROWS.items():
        yield from (f"{room} names {other}, which is not above it" for other in others - above)
        above.add(room)


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(circles()) + list(faults(root))
    print("\n".join(found) or "every include follows the arrows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
