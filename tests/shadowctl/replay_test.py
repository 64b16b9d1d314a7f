"""shadow replay: an incident file is played against a running service, change by change."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from client import Client  # noqa: E402
from endpoint import OpenEndpoint  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402

BEGUN = 1764000000


@pytest.fixture(scope="module")
def endpoint():
    made = OpenEndpoint()
    with made.stack:
        yield made


def entry(change, path, new, *, old=None, seconds=0, **members):
    changed = {"path": path.split(".")}
    changed.update({"old": old} if old is not None else {})
    changed.update({"new": new} if new is not None else {})
    lane = "w" if path.startswith("desired") else "r"
    return {"change": change, "kind": "update", "version": change, "timestamp": BEGUN + seconds,
            "thing": "lamp", "lane": lane, "way": "mqtt", "changes": [changed], **members}


def incident(folder, entries):
    """As history prints it: newest first."""
    path = folder / "incident.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in reversed(entries)))
    return path


# What may happen to a lamp: named shadows, reports, a delete, a connection, an object for a value.
ENTRIES = [
    entry(1, "desired.fw", "1.0", kind="create", clientToken="t-1"),
    {"change": 2, "kind": "connected", "timestamp": BEGUN, "thing": "lamp", "lane": "e"},
    entry(3, "reported.fw", "1.0"),
    entry(4, "desired.light", {"level": 7}, name="config"),
    entry(5, "desired.fw", "2.0", old="1.0"),
    {**entry(6, "desired.fw", None, old="2.0"), "kind": "delete"},
    entry(7, "desired.fw", "3.0", kind="create"),
]


def followed(endpoint, thing, play):
    """What is accepted for the thing's shadows while `play` runs: topics and states."""
    with Client(endpoint.stack.port, f"follower-{thing}") as client:
        client.subscribe(f"$aws/things/{thing}/shadow/+/accepted",
                         f"$aws/things/{thing}/shadow/name/+/+/accepted")
        play()
        end = f"$aws/things/{thing}/shadow/get/accepted"
        client.publish(f"$aws/things/{thing}/shadow/get")
        messages = client.take_until(lambda message: message.topic == end)[:-1]
    told = [(message.topic.replace(thing, "THING"), json.loads(message.payload))
            for message in messages]
    return [(topic, payload.get("state"), payload.get("clientToken")) for topic, payload in told]


def test_the_same_file_makes_the_same_requests_every_time(endpoint, tmp_path):
    ctl = endpoint.shadowctl()
    file = incident(tmp_path, ENTRIES)

    def play(thing):
        return followed(endpoint, thing, lambda: ctl.done(
            "shadow", "replay", file, "--thing", thing, "--speed", "0", "--side", "both"))

    first = play("bench1")
    classic, named = "$aws/things/THING/shadow/", "$aws/things/THING/shadow/name/config/"
    assert first == [
        (classic + "update/accepted", {"desired": {"fw": "1.0"}}, "t-1"),
        (classic + "update/accepted", {"reported": {"fw": "1.0"}}, None),
        (named + "update/accepted", {"desired": {"light": {"level": 7}}}, None),
        (classic + "update/accepted", {"desired": {"fw": "2.0"}}, None),
        (classic + "delete/accepted", None, None),
        (classic + "update/accepted", {"desired": {"fw": "3.0"}}, None)]
    assert play("bench2") == first
    assert ctl.json("shadow", "get", "bench1")["state"]["desired"] == {"fw": "3.0"}


def test_a_dry_run_shows_the_requests_and_makes_none(tmp_path):
    ctl = Shadowctl()  # it needs no endpoint
    file = incident(tmp_path, [entry(1, "desired.a", 1), entry(2, "desired.a", 2, seconds=5),
                               {**entry(3, "desired.a", None, seconds=9), "kind": "delete"}])
    words = ("shadow", "replay", file, "--thing", "bench", "--speed", "2", "--dry-run")
    assert ctl.done(*words) == (
        '+0.000s  bench  {"state":{"desired":{"a":1}}}\n'
        '+2.500s  bench  {"state":{"desired":{"a":2}}}\n'
        '+4.500s  bench  delete\n')
    assert [json.loads(line) for line in ctl.done(*words, "--json").splitlines()] == [
        {"after": 0, "request": "update", "thing": "bench", "body": {"state": {"desired": {"a": 1}}}},
        {"after": 2.5, "request": "update", "thing": "bench",
         "body": {"state": {"desired": {"a": 2}}}},
        {"after": 4.5, "request": "delete", "thing": "bench"}]


def test_a_file_that_is_wrong_changes_nothing(endpoint, tmp_path):
    ctl = endpoint.shadowctl()
    file = incident(tmp_path, ENTRIES)
    good = file.read_text()
    for bad, named in (("{}\n", ':8: "change" is missing'),
                       ("nonsense\n", ":8: it is not a JSON object"),
                       (good.splitlines()[0] + "\n", '"change" 7 stands in line 1 already')):
        file.write_text(good + bad)
        said = ctl.refused(2, "shadow", "replay", file, "--thing", "untouched", "--speed", "0")
        assert named in said
        assert "404" in ctl.refused(3, "shadow", "get", "untouched")


def test_it_comes_from_standard_input_too(endpoint, tmp_path):
    ctl = endpoint.shadowctl()
    ctl.done("shadow", "replay", "-", "--thing", "piped", "--speed", "0",
             given=incident(tmp_path, ENTRIES).read_text())
    assert ctl.json("shadow", "get", "piped")["state"]["desired"] == {"fw": "3.0"}


def test_it_ends_at_the_first_change_that_is_refused(endpoint, tmp_path):
    ctl = endpoint.shadowctl()
    file = incident(tmp_path, [entry(1, "desired.a", 1), entry(2, "desired.a", "x" * 9000),
                               entry(3, "desired.a", 3)])
    code, out, said = ctl.run("shadow", "replay", file, "--thing", "stopped", "--speed", "0")
    assert (code, out) == (2, "")
    assert said.splitlines()[-1].startswith("shadowctl: the change that made @2: 413 ")
    assert ctl.json("shadow", "get", "stopped")["state"]["desired"] == {"a": 1}


@pytest.mark.parametrize("code, words, named", [
    (2, [], "on which thing? Give --thing OTHER, or --same-thing"),
    (2, ["--thing", "b", "--same-thing"], "on which thing?"),
    (2, ["--thing", "a/b"], '"a/b" cannot name a thing'),
    (2, ["--thing", "lamp"], "it happened to lamp itself: to change that again, say --same-thing"),
    (2, ["--thing", "b", "--speed", "-1"], "--speed: 0 to 1000000"),
    (2, ["--thing", "b", "--speed", "nan"], "--speed: 0 to 1000000"),
    (2, ["--thing", "b", "--side", "left"], '"left" is none of cloud, device and both'),
    (2, ["--thing", "b", "--from", "3"], '--from: "3" is no version'),
    (2, ["--thing", "b", "--name", "config"], "--name does not go with a file"),
    (3, ["--thing", "b", "--from", "@99"], "there is nothing to be played again"),
])
def test_what_cannot_be_is_named(code, words, named, tmp_path):
    ctl = Shadowctl(endpoint="http://127.0.0.1:1")
    assert named in ctl.refused(code, "shadow", "replay", incident(tmp_path, ENTRIES), *words)


def test_what_names_neither_a_thing_nor_a_file_is_named():
    said = Shadowctl().refused(3, "shadow", "replay", "./nowhere.ndjson", "--thing", "b")
    assert "./nowhere.ndjson cannot be read" in said
