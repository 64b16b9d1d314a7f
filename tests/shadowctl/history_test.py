"""Looking back at a shadow with the real shadowctl: who changed it, what it was, and back again."""

import json
import re
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from client import Client, Shadow  # noqa: E402
from endpoint import OpenEndpoint  # noqa: E402
from harness import wait_until  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402

UTC = {"TZ": "UTC"}
WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@pytest.fixture(scope="module")
def endpoint():
    made = OpenEndpoint()
    with made.stack:
        yield made


@pytest.fixture
def ctl(endpoint):
    return endpoint.shadowctl()


@pytest.fixture
def thing(request):
    """A thing of its own for each test."""
    return re.sub(r"\W", "-", request.node.name)[-60:]


def update(endpoint, client_id, thing, *, name=None, **sections):
    with Client(endpoint.stack.port, client_id) as client:
        sent = Shadow(client, thing, name).exchange("update", json.dumps({"state": sections}))
        return sent.payload("update/accepted")["version"]


def lines_of(ctl, *words, **options):
    return ctl.done("shadow", *words, environment=UTC, **options).splitlines()


def entries_of(ctl, *words):
    return [json.loads(line) for line in ctl.done("shadow", "history", *words, "--json").splitlines()]


def test_history_tells_when_who_and_what(endpoint, ctl, thing):
    update(endpoint, "fleet-app", thing, desired={"fw": "2.0", "blink": {"ms": 500}})
    update(endpoint, "night-shift", thing, desired={"fw": "2.1", "blink": None})
    update(endpoint, f"{thing}-2", thing, reported={"fw": "2.1"})
    changes = [line for line in lines_of(ctl, "history", thing) if "connected" not in line]
    assert [re.sub(f"{WHEN}| +", lambda found: "T" if found[0].strip() else " ", line)
            for line in changes if not re.search(r"  got @\d+$", line)] == [
        f'@3 T client {thing}-2 (127.0.0.1) reported.fw: (none) -> "2.1"',
        '@2 T client night-shift (127.0.0.1) desired.fw: "2.0" -> "2.1"',
        ' desired.blink: {"ms":500} -> (none)',
        '@1 T client fleet-app (127.0.0.1) created',
        ' desired.fw: (none) -> "2.0"',
        ' desired.blink.ms: (none) -> 500']
    columns = {line.rindex("desired.") for line in changes if "desired." in line}
    assert len(columns) == 1, changes  # they stand below each other


def test_history_is_of_what_is_wished(endpoint, ctl, thing):
    update(endpoint, "fleet-app", thing, desired={"fw": "2.0", "a.b": 1})
    update(endpoint, "night-shift", thing, desired={"light": {"level": 1}})
    update(endpoint, "night-shift", thing, reported={"fw": "2.0"})

    def versions(*words):
        return [entry["version"] for entry in entries_of(ctl, thing, *words)
                if entry["lane"] != "e"]
    assert versions() == [3, 2, 1]
    assert versions("--wishes") == [2, 1]
    assert versions("--by", "night-shift") == [3, 2]
    assert versions("--path", "desired.light.level") == [2]
    assert versions("--path", "desired.light") == versions("--path", "desired.light.level.x") == [2]
    assert versions("--path", "desired.a\\.b") == [1]
    assert versions("--since", "-1h") == [3, 2, 1] and versions("--until", "-1h") == []
    shown = lines_of(ctl, "history", thing, "--path", "desired.fw")
    assert len(shown) == 2 and shown[0].endswith("created") and "a\\.b" not in shown[1]
    code, out, said = ctl.run("shadow", "history", thing, "--wishes", "--limit", "1")
    assert (code, out.split()[0], said) == (0, "@2", "there may be older ones: --limit\n")


def test_a_long_history_is_read_page_by_page(ctl, thing, tmp_path):
    file = tmp_path / "many.ndjson"
    file.write_text("".join(json.dumps({
        "change": number, "kind": "update", "version": number, "timestamp": 5, "thing": "lamp",
        "lane": "w", "changes": [{"path": ["reported", "n"], "new": number}]}) + "\n"
        for number in range(1, 1002)))
    ctl.done("shadow", "update", thing, "--desired", "a=1")
    ctl.done("shadow", "replay", file, "--thing", thing, "--speed", "0", "--side", "device")
    versions = [entry["version"] for entry in entries_of(ctl, thing, "--limit", "5000")]
    assert versions == [*range(1002, 2, -1), 1]  # 1000 reports are kept, and each wish
    assert len(lines_of(ctl, "history", thing, "--limit", "1000")) == 1000


def test_a_named_shadow_has_a_history_of_its_own(endpoint, ctl, thing):
    update(endpoint, "app", thing, name="config", desired={"a": 1})
    entries = entries_of(ctl, thing, "--name", "config", "--wishes")
    assert [(entry["thing"], entry["name"], entry["version"]) for entry in entries] == [
        (thing, "config", 1)]
    assert "404" in ctl.refused(3, "shadow", "history", thing)


def test_connections_of_the_thing_stand_between(endpoint, ctl, thing):
    update(endpoint, "app", thing, desired={"a": 1})
    with Client(endpoint.stack.port, thing) as device:
        Shadow(device, thing).fence()

    def told():
        lines = lines_of(ctl, "history", thing)
        return [re.sub(rf"^ +{WHEN}  client \S+ \(127\.0\.0\.1\) +", "", line)
                for line in lines if re.match(rf" +{WHEN}", line)]
    wait_until(lambda: told() == [
        "disconnected: CLIENT_INITIATED_DISCONNECT", "got @1", "connected"],
        "the events' being told")
    assert lines_of(ctl, "history", thing)[3].startswith("@1  ")


def test_times_are_of_the_zone_that_is_set(endpoint, ctl, thing):
    update(endpoint, "app", thing, desired={"a": 1})
    (entry,) = entries_of(ctl, thing, "--wishes")
    for zone, hours in (("UTC", 0), ("Asia/Tokyo", 9)):
        made = datetime.fromtimestamp(entry["timestamp"] + hours * 3600, timezone.utc)
        shown = ctl.done("shadow", "history", thing, "--wishes", environment={"TZ": zone})
        assert f"  {made:%Y-%m-%d %H:%M:%S}  " in shown


def without_time(document):
    """A get's own time is that of the get; all else is the version's."""
    return re.sub(r',"timestamp":\d+}$', "}", document.strip())


def test_what_is_shown_is_to_the_byte_what_get_gave(ctl, thing):
    given = {}
    for number, words in enumerate((
            ["--desired", "a=1", "--desired", "z.y=2", "--desired", "z.x=[1.50,{\"b\":true}]"],
            ["--reported", "a=2", "--reported", "name=é\"\\u0007"],
            ["--desired", "z.y=null", "--desired", "a={\"n\":{}}"],
            ["--desired", "a=null", "--reported", "big=123456789012345678901234567890"]), 1):
        ctl.done("shadow", "update", thing, *words)
        given[number] = ctl.done("shadow", "get", thing, "--json")
    for number, document in given.items():
        assert without_time(ctl.done("shadow", "show", thing, f"@{number}")) == (
            without_time(document))
    assert ctl.done("shadow", "show", thing, "@-1") == ctl.done("shadow", "show", thing, "@3")
    whole = ctl.json("shadow", "show", thing, "@2")
    assert (whole["version"], whole["entry"]["kind"]) == (2, "update")
    _, _, said = ctl.run("shadow", "show", thing, "@2", environment=UTC)
    assert re.fullmatch(rf"{thing}  @2  {WHEN}  over HTTPS \(127.0.0.1\)\n", said)


def await_next_second():
    """And a little more: time(2), by which broker and service stamp, is behind by up to a tick of the kernel's."""
    now = int(time.time())
    wait_until(lambda: time.time() >= now + 1.05, "the next second")


def test_show_says_what_the_device_can_have_known(endpoint, ctl, thing):
    def known():
        code, document, said = ctl.run("shadow", "show", thing, "--at", "-0s", environment=UTC)
        assert code == 0, said
        return json.loads(document)["version"], re.sub(r"\d\d:\d\d:\d\d", "T",
                                                       said.splitlines()[-1])

    def await_known(*wanted):
        wait_until(lambda: known() == wanted, f"{wanted} being told")

    update(endpoint, "app", thing, desired={"a": 1})
    assert known() == (1, "whether the device was connected is not kept")
    await_next_second()
    with Client(endpoint.stack.port, thing) as device:
        await_known(1, "connected since T: whether it knew @1 is not known")
        Shadow(device, thing).fence()
        await_known(1, "connected since T: it got @1")
        await_next_second()
        update(endpoint, "app", thing, desired={"a": 2})
        await_known(2, "connected since T: @2 was published to it")
    await_known(2, "away since T: at most @2")
    await_next_second()
    update(endpoint, "app", thing, desired={"a": 3})
    await_known(3, "away since T: at most @2")


def test_diff_tells_what_differs(endpoint, ctl, thing):
    for number in (1, 2, 3):
        ctl.done("shadow", "update", thing, "--desired", f"n={number}")
    assert lines_of(ctl, "diff", thing, "@1", "@3") == [f"{thing}  @1 -> @3", "  desired.n: 1 -> 3"]
    assert lines_of(ctl, "diff", thing, "@-1") == [f"{thing}  @2 -> @3", "  desired.n: 2 -> 3"]
    assert ctl.json("shadow", "diff", thing, "@3", "@1")["changes"] == [
        {"path": ["desired", "n"], "old": 3, "new": 1}]


def test_blame_tells_who_wrote_each_value(endpoint, ctl, thing):
    update(endpoint, "fleet-app", thing, desired={"fw": "2.0", "led": "on"})
    update(endpoint, "night-shift", thing, desired={"fw": "2.1"}, reported={"x": [1]})
    assert [re.split("  +", line)[:3] + re.split("  +", line)[4:]
            for line in lines_of(ctl, "blame", thing)] == [
        ["desired.fw", '"2.1"', "@2", "client night-shift (127.0.0.1)"],
        ["desired.led", '"on"', "@1", "client fleet-app (127.0.0.1)"],
        ["reported.x", "[1]", "@2", "client night-shift (127.0.0.1)"]]


def test_a_restore_gives_devices_the_delta_that_a_dry_run_shows(endpoint, ctl, thing):
    ctl.done("shadow", "update", thing, "--desired", "fw=v2", "--desired", "light.level=7",
             "--reported", "fw=v1")
    ctl.done("shadow", "update", thing, "--desired", "fw=v3", "--desired", "light=null",
             "--desired", "new=1")
    shown = ctl.json("shadow", "restore", thing, "@1", "--dry-run")
    assert shown["state"] == {"desired": {"fw": "v2", "light": {"level": 7}, "new": None}}
    assert lines_of(ctl, "restore", thing, "@1", "--dry-run")[0] == (
        f"{thing}  @2 would become desired of @1")
    assert ctl.json("shadow", "get", thing)["version"] == 2
    with Client(endpoint.stack.port, f"{thing}-bystander") as client:
        seen = Shadow(client, thing)
        told = lines_of(ctl, "restore", thing, "@1")
        assert told[0] == f"{thing}  version 3" and told[1].startswith('  state: {"desired":')
        messages, after = seen.fence()
    (delta,) = [json.loads(one.payload) for one in messages if one.topic == "update/delta"]
    assert delta["state"] == shown["delta"] == {"fw": "v2", "light": {"level": 7}}
    assert after["state"]["desired"] == {"fw": "v2", "light": {"level": 7}}
    assert entries_of(ctl, thing)[0]["kind"] == "restore"
    assert lines_of(ctl, "restore", thing, "@1") == [f"{thing}  @3 is so already"]


def test_a_restore_of_what_has_moved_on_is_a_conflict(ctl, thing):
    for number in (1, 2, 3):
        ctl.done("shadow", "update", thing, "--desired", f"n={number}")
    assert "409 " in ctl.refused(4, "shadow", "restore", thing, "@1", "--version", "2")
    assert ctl.json("shadow", "get", thing)["state"]["desired"] == {"n": 3}
    ctl.done("shadow", "restore", thing, "@1", "--version", "3", "--section", "both")
    assert ctl.json("shadow", "get", thing)["state"]["desired"] == {"n": 1}


def test_what_happened_is_played_again_on_another_thing(endpoint, ctl, thing, tmp_path):
    bench = f"{thing}-bench"
    for number in range(1, 6):
        update(endpoint, "app", thing, desired={"n": number, "deep": {"m": number}},
               reported={"n": number})
    ctl.done("shadow", "replay", thing, "--thing", bench, "--speed", "0", "--from", "@2", "--to",
             "@-1")
    assert ctl.json("shadow", "get", bench)["state"] == {
        "desired": {"n": 4, "deep": {"m": 4}}, "delta": {"n": 4, "deep": {"m": 4}}}
    file = tmp_path / "incident.ndjson"
    file.write_text(ctl.done("shadow", "history", thing, "--json"))
    ctl.done("shadow", "replay", file, "--thing", f"{bench}2", "--speed", "0", "--side", "both")
    assert ctl.json("shadow", "get", f"{bench}2")["state"] == (
        ctl.json("shadow", "get", thing)["state"])
    ctl.done("shadow", "replay", file, "--same-thing", "--speed", "0")
    assert ctl.json("shadow", "get", thing)["version"] == 10
    (_, *plan) = ctl.done("shadow", "replay", file, "--thing", bench, "--dry-run").splitlines()
    assert plan == ctl.done("shadow", "replay", thing, "--thing", bench, "--dry-run", "--to",
                            "@5").splitlines()[1:]


def test_objects_that_went_and_ones_that_were_emptied_are_played_as_they_were(endpoint, ctl, thing):
    for desired in ({"gone": {"x": 1}, "emptied": {"x": 1}, "a": 1}, {"gone": None},
                    {"emptied": {"x": None}}, {"a": {"b": {}}}, {"a": {"b": {"c": 2}}}):
        update(endpoint, "app", thing, desired=desired)
    ctl.done("shadow", "replay", thing, "--thing", f"{thing}-bench", "--speed", "0")
    desired = ctl.json("shadow", "get", f"{thing}-bench")["state"]["desired"]
    assert desired == ctl.json("shadow", "get", thing)["state"]["desired"] == {
        "emptied": {}, "a": {"b": {"c": 2}}}


def test_what_is_forgotten_is_gone_and_the_shadow_is_not(endpoint, ctl, thing):
    update(endpoint, "app", thing, desired={"a": 1})
    update(endpoint, "app", thing, name="config", desired={"a": 1})
    assert ctl.done("shadow", "forget", thing) == f"{thing}  its history is forgotten\n"
    for name in ([], ["--name", "config"]):
        code, out, said = ctl.run("shadow", "history", thing, *name)
        assert (code, out) == (0, "") and "not kept" in said
    assert ctl.json("shadow", "get", thing)["state"]["desired"] == {"a": 1}
    assert "is not kept" in ctl.refused(3, "shadow", "show", thing, "@-1")


def test_a_deleted_shadow_tells_who_deleted_it(endpoint, ctl, thing):
    update(endpoint, "app", thing, desired={"a": 1})
    ctl.done("shadow", "delete", thing)
    shown = lines_of(ctl, "history", thing, "--wishes")
    assert re.fullmatch(rf"@2  {WHEN}  over HTTPS \(127.0.0.1\)  deleted", shown[0])
    assert shown[1].endswith("desired.a: 1 -> (none)")
    code, document, said = ctl.run("shadow", "show", thing, "--at", "-0s")
    assert (code, document) == (0, "null\n") and "  deleted\n" in said


def test_beyond_its_bounds_it_says_what_is_kept():
    endpoint = OpenEndpoint(service_flags=["--history_wishes=3", "--history_reports=2"])
    with endpoint.stack:
        ctl = endpoint.shadowctl()
        for number in range(1, 7):
            ctl.done("shadow", "update", "lamp", "--desired", f"n={number}")
        assert [entry["version"] for entry in entries_of(ctl, "lamp")] == [6, 5, 4]
        code, _, said = ctl.run("shadow", "history", "lamp", environment=UTC)
        assert code == 0 and re.fullmatch(rf"what is older than @3 of {WHEN} is not kept\n", said)
        said = ctl.refused(3, "shadow", "show", "lamp", "@1")
        assert "404 " in said and said.endswith("; the oldest that is kept is @3\n")
        for number in range(7, 12):
            ctl.done("shadow", "update", "lamp", "--reported", f"n={number}")
        _, document, said = ctl.run("shadow", "show", "lamp", "@6")
        assert json.loads(document)["state"] == {"desired": {"n": 6}}
        assert "reported: not kept before version 9 of " in said


def test_without_history_it_says_so():
    endpoint = OpenEndpoint(service_flags=["--history=off"])
    with endpoint.stack:
        ctl = endpoint.shadowctl()
        ctl.done("shadow", "update", "lamp", "--desired", "n=1")
        ctl.done("shadow", "update", "lamp", "--desired", "n=2")
        assert "--history=off" in ctl.refused(3, "shadow", "show", "lamp", "@1")


@pytest.mark.parametrize("code, words, named", [
    (2, ["history", "a/b"], '"a/b" cannot name a thing'),
    (2, ["history", "a", "--since", "soon"], '--since: "soon" is no time'),
    (2, ["history", "a", "--path", "fw"], "begins neither with desired nor with reported"),
    (2, ["history", "a", "--limit", "0"], "--limit: 1 to 1000000"),
    (2, ["show", "a"], "which version? Give one, such as @12 or @-1, or --at TIME"),
    (2, ["show", "a", "@1", "--at", "14:03"], "which version?"),
    (2, ["show", "a", "12"], '"12" is no version: they are written @12'),
    (2, ["diff", "a", "x"], '"x" is no version'),
    (2, ["restore", "a", "@1", "--section", "all"], '"all" is none of desired, reported and both'),
    (6, ["blame", "a"], "was not reached"),
    (2, ["forget", "a/b"], '"a/b" cannot name a thing'),
    (2, ["forget", "a"], "where is shadowd's admin socket?"),
])
def test_what_cannot_be_is_named(code, words, named):
    assert named in Shadowctl(endpoint="http://127.0.0.1:1").refused(code, "shadow", *words)
