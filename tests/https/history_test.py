"""Earlier versions over HTTPS: what is listed, shown, compared, put back and forgotten, and what
is told to whom."""
import itertools
import json
import time

import pytest

from admin import Admin
from client import Client, Shadow
from endpoint import KEY, Endpoint
from harness import store_is_postgresql, wait_until
from past import Past, ask
from rest_vectors_test import check_error


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(["--history=on"]) as running:
        yield running


_numbers = itertools.count()


@pytest.fixture
def lamp(endpoint):
    """A shadow of this test's own: made, wished for, reported, wished for again."""
    past = Past(endpoint, f"lamp-{next(_numbers)}")
    past.update(desired={"fw": "1.9", "color": {"r": 1, "g": 2}}, reported={"fw": "1.9"})
    past.update(desired={"fw": "2.0"})
    past.update(reported={"fw": "2.0", "temp": [20, 21]})
    past.update(desired={"fw": "2.1", "color": {"g": None}})
    return past


def versions(entries):
    return [entry["version"] for entry in entries]


def check_not_kept(answer, said, oldest=1):
    """404, with the oldest version that is kept."""
    assert answer.status == 404 and answer.error == "ResourceNotFoundException:", answer
    assert list(answer.json) == ["message", "traceId", "kept_from"]
    assert said in answer.json["message"]
    assert answer.json["kept_from"]["version"] == oldest


# --- the list

def test_the_list_tells_each_change_newest_first(endpoint, lamp):
    before = time.time()
    answer = lamp.get("history")
    assert answer["end"] == "begin"
    entries = answer["entries"]
    assert versions(entries) == [4, 3, 2, 1]
    assert [entry["kind"] for entry in entries] == ["update", "update", "update", "create"]
    assert [entry["lane"] for entry in entries] == ["w", "r", "w", "w"]
    assert [entry["changes"] for entry in entries] == [
        [{"path": ["desired", "fw"], "old": "2.0", "new": "2.1"},
         {"path": ["desired", "color", "g"], "old": 2}],
        [{"path": ["reported", "fw"], "old": "1.9", "new": "2.0"},
         {"path": ["reported", "temp"], "new": [20, 21]}],
        [{"path": ["desired", "fw"], "old": "1.9", "new": "2.0"}],
        [{"path": ["desired", "fw"], "new": "1.9"},
         {"path": ["desired", "color", "r"], "new": 1},
         {"path": ["desired", "color", "g"], "new": 2},
         {"path": ["reported", "fw"], "new": "1.9"}]]
    numbers = [entry["change"] for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    for entry in entries:
        assert entry["way"] == "https" and entry["principal"] == endpoint.admin.id
        assert entry["address"] == "127.0.0.1"
        assert before - 60 < entry["timestamp"] < before + 2
    assert answer["kept_from"] == {"version": 1, "timestamp": entries[-1]["timestamp"]}


def test_a_list_goes_on_page_by_page(lamp):
    seen, token = [], {}
    while True:
        page = lamp.get("history", limit=1, lane="w,r", **token)
        seen += versions(page["entries"])
        if "nextToken" not in page:
            break
        assert "end" not in page and len(page["entries"]) == 1
        token = {"after": page["nextToken"]}
    assert seen == [4, 3, 2, 1]
    assert page["end"] == "begin"


@pytest.mark.parametrize("conditions, wanted", [
    ({"path": "desired.fw"}, [4, 2, 1]),
    ({"path": '["desired","color","g"]'}, [4, 1]),
    ({"path": "reported"}, [3, 1]),
    ({"path": "desired.fw.major"}, [4, 2, 1]),
    ({"lane": "r"}, [3]),
    ({"lane": "w", "path": "reported"}, [1]),
    ({"since": 1000}, [4, 3, 2, 1]),
    ({"until": 1000}, []),
    ({"by": "nobody"}, []),
])
def test_a_list_holds_its_conditions(lamp, conditions, wanted):
    assert versions(lamp.entries(**{"lane": "w,r", **conditions})) == wanted


def test_by_means_a_client_or_a_principal(endpoint, client, lamp):
    with Client(endpoint.port, "fleet-app") as fleet:
        thing = lamp.thing
        Shadow(fleet, thing).exchange("update", '{"state":{"desired":{"fw":"3"}},"clientToken":"t"}')
    assert versions(lamp.entries(by="fleet-app", lane="w,r")) == [5]
    assert versions(lamp.entries(by=endpoint.admin.id)) == [4, 3, 2, 1]
    newest = lamp.entries(limit=1, lane="w")[0]
    assert (newest["way"], newest["clientId"], newest["clientToken"]) == ("mqtt", "fleet-app", "t")


# --- versions

def test_each_version_is_shown_as_get_gave_it(endpoint, request):
    past = Past(endpoint, request.node.name, "config")
    given = []
    for state in ({"desired": {"a": 1, "b": {"c": [1]}}}, {"reported": {"a": 1.0}},
                  {"desired": {"a": None}}, {"desired": {"b": {"c": {}}}}):
        past.update(**state)
        given.append(endpoint.ask("GET", past.shadow))
    for number, got in enumerate(given, 1):
        for name in (str(number), str(number - 4)) if number < 4 else ("4",):
            answer = past.ask("GET", f"versions/{name}")
            assert answer.status == 200, answer
            assert document_text(answer.body) == without_time(got.body)
            assert (answer.json["version"], answer.json["entry"]["version"]) == (number, number)


def document_text(body: bytes) -> str:
    """The document of an answer as it stands there, but for its time."""
    text = body.decode()
    begin = text.index('"document":') + len('"document":')
    _, length = json.JSONDecoder().raw_decode(text[begin:])
    return without_time(text[begin:begin + length])


def without_time(document) -> str:
    text = document if isinstance(document, str) else document.decode()
    return text[:text.rindex(',"timestamp":')]


def test_what_was_at_a_time_is_shown(endpoint, lamp):
    newest = lamp.entries(limit=1)[0]
    shown = lamp.get("versions", at=newest["timestamp"] + 5)
    assert shown["version"] == 4 and shown["document"]["timestamp"] == newest["timestamp"] + 5
    answer = lamp.ask("GET", "versions", at=newest["timestamp"] - 1000)
    check_not_kept(answer, "The shadow was not there at this time")


def test_a_deletion_is_a_version_without_a_document(lamp):
    lamp.delete()
    assert lamp.get("versions/5")["document"] is None
    assert lamp.get("versions/4")["document"]["version"] == 4
    assert lamp.get("versions/-1")["version"] == 4
    newest = lamp.entries(lane="w", limit=1)[0]
    assert newest["kind"] == "delete"
    assert {"path": ["desired", "fw"], "old": "2.1"} in newest["changes"]
    lamp.update(desired={"again": True})
    assert lamp.entries(lane="w", limit=1)[0]["kind"] == "create"
    assert versions(lamp.entries(lane="w,r")) == [6, 5, 4, 3, 2, 1]


def test_versions_that_are_not_there_are_named(endpoint, lamp):
    check_not_kept(lamp.ask("GET", "versions/12"), "no version 12 yet: the current one is 4")
    check_not_kept(lamp.ask("GET", "versions/-4"), "There is no version 4 before the current one")
    nobody = Past(endpoint, "nobody-was-called-so")
    for what in ("history", "versions/1", "versions/-1", "diff?from=1", "blame"):
        answer = nobody.ask("GET", *what.split("?from=1"), **({"from": 1} if "?" in what else {}))
        check_error(answer, 404, "ResourceNotFoundException")
        assert answer.json["message"] == "No shadow exists with name: 'nobody-was-called-so'"


# --- diff and blame

def test_two_versions_are_compared(lamp):
    assert lamp.get("diff", **{"from": 1, "to": 3}) == {"from": 1, "to": 3, "changes": [
        {"path": ["desired", "fw"], "old": "1.9", "new": "2.0"},
        {"path": ["reported", "fw"], "old": "1.9", "new": "2.0"},
        {"path": ["reported", "temp"], "new": [20, 21]}]}
    back = lamp.get("diff", **{"from": -1, "to": 2})
    assert back == {"from": 3, "to": 2, "changes": [
        {"path": ["reported", "fw"], "old": "2.0", "new": "1.9"},
        {"path": ["reported", "temp"], "old": [20, 21]}]}
    assert lamp.get("diff", **{"from": 3}) == {"from": 3, "to": 4, "changes": [
        {"path": ["desired", "fw"], "old": "2.0", "new": "2.1"},
        {"path": ["desired", "color", "g"], "old": 2}]}
    assert lamp.get("diff", **{"from": 4}) == {"from": 4, "to": 4, "changes": []}
    check_not_kept(lamp.ask("GET", "diff", **{"from": 9}), "The version that is named by from")


def test_each_leaf_is_led_to_who_wrote_it(lamp):
    blamed = lamp.get("blame")
    assert blamed["version"] == 4 and "end" not in blamed
    assert [(leaf["path"], leaf["value"], leaf["version"]) for leaf in blamed["leaves"]] == [
        (["desired", "fw"], "2.1", 4), (["desired", "color", "r"], 1, 1),
        (["reported", "fw"], "2.0", 3), (["reported", "temp"], [20, 21], 3)]
    entries = {entry["version"]: entry for entry in lamp.entries(lane="w,r")}
    for leaf in blamed["leaves"]:
        entry = entries[leaf["version"]]
        for name in ("change", "timestamp", "way", "principal", "address"):
            assert leaf[name] == entry[name]


# --- restore

def test_a_device_gets_the_delta_that_was_shown(endpoint, client, lamp):
    device = Shadow(client, lamp.thing)
    shown = lamp.restore(1, dryRun=True)
    assert shown.status == 200, shown
    assert shown.json["version"] == 4
    assert shown.json["state"] == {"desired": {"fw": "1.9", "color": {"g": 2}}}
    assert device.fence() is not None and lamp.entries(limit=1, lane="w")[0]["version"] == 4
    done = lamp.restore(1, expect=4)
    assert done.status == 200, done
    assert (done.json["version"], done.json["state"]) == (5, shown.json["state"])
    messages, after = device.fence()
    assert [one.topic for one in messages] == ["update/accepted", "update/documents",
                                               "update/delta"]
    assert json.loads(messages[2].payload)["state"] == shown.json["delta"]
    assert after["state"]["desired"] == {"fw": "1.9", "color": {"r": 1, "g": 2}}
    assert after["state"]["reported"] == {"fw": "2.0", "temp": [20, 21]}  # as it was
    newest = lamp.entries(limit=1, lane="w")[0]
    assert (newest["kind"], newest["version"], newest["principal"]) == ("restore", 5, KEY)


def test_the_section_that_is_named_is_restored(lamp):
    assert lamp.restore(1, section="reported").json["state"] == {
        "reported": {"fw": "1.9", "temp": None}}
    assert lamp.restore(2, section="both").json["state"] == {
        "desired": {"fw": "2.0", "color": {"g": 2}}}
    assert lamp.get("versions/6")["document"]["state"]["reported"] == {"fw": "1.9"}


def test_nothing_is_changed_if_the_shadow_moved_on(lamp):
    answer = lamp.restore(1, expect=3)
    check_error(answer, 409, "ConflictException")
    check_error(lamp.restore(1, expect=3, dryRun=True), 409, "ConflictException")
    assert versions(lamp.entries(lane="w", limit=1)) == [4]


def test_what_is_as_it_was_makes_no_version(lamp):
    assert lamp.restore(4).json == {"state": {}, "version": 4}
    assert lamp.restore(4, dryRun=True).json == {"version": 4, "state": {}, "delta": {}}
    check_not_kept(lamp.restore(9), "The version to restore is not kept")


def test_a_deleted_shadow_is_made_again_as_it_was(lamp):
    state = lamp.get("versions/4")["document"]["state"]
    lamp.delete()
    check_error(lamp.restore(5), 400, "InvalidRequestException")
    done = lamp.restore(4, section="both")
    assert done.status == 200, done
    assert lamp.get("versions/6")["document"]["state"] == state


# --- who is told what

def test_a_certificate_is_not_told_who(endpoint, lamp):
    reader = Past(endpoint, lamp.thing, certificate="reader")
    admin = Past(endpoint, lamp.thing, certificate="admin")
    told = json.dumps([lamp.entries(), lamp.get("blame"), lamp.get("versions/2")])
    for name in ("principal", "address"):
        assert f'"{name}"' in told
    for past in (reader, admin):
        told = json.dumps([past.entries(), past.get("blame"), past.get("versions/2"),
                           past.get("diff", **{"from": 1})])
        assert '"way": "https"' in told
        for hidden in ("principal", "clientId", "address", endpoint.admin.id, "127.0.0.1"):
            assert hidden not in told, hidden
        check_error(past.ask("GET", "history", by=endpoint.admin.id), 403, "ForbiddenException")
        check_error(past.ask("DELETE", "history"), 403, "ForbiddenException")
    told = ask(endpoint, "GET", "/_shadow/v1/changes", certificate="admin").body.decode()
    assert '"way":"https"' in told and "principal" not in told and "127.0.0.1" not in told


def test_policies_decide(endpoint, lamp):
    thing = lamp.thing
    reader = Past(endpoint, thing, certificate="reader")  # may get, of all things
    assert reader.ask("GET", "history").status == 200
    check_error(reader.restore(1), 403, "ForbiddenException")
    stranger = Past(endpoint, thing, certificate="stranger")
    for method, what in (("GET", "history"), ("GET", "versions/1"), ("GET", "blame"),
                         ("GET", "nothing"), ("DELETE", "history")):
        check_error(stranger.ask(method, what), 403, "ForbiddenException")
    assert versions(lamp.entries(lane="w", limit=1)) == [4]


@pytest.mark.parametrize("method, what, parameters, said", [
    ("GET", "history", {"nmae": "x"}, "'nmae' is not known here"),
    ("GET", "history", {"since": "yesterday"}, "since is a time in seconds since 1970"),
    ("GET", "history", {"lane": "d"}, "lane is one or more of w"),
    ("GET", "history", {"path": "fw"}, "path begins with desired or reported"),
    ("GET", "history", {"limit": "1001"}, "limit must be a number from 1 to 1000"),
    ("GET", "history", {"after": "x"}, "after is not a nextToken that a history gave"),
    ("GET", "versions/0", {}, "a version is a number from 1"),
    ("GET", "versions", {}, "at is missing"),
    ("GET", "diff", {}, "from: a version"),
    ("DELETE", "history", {"name": "x"}, "'name' is not known here; there is none"),
])
def test_bad_queries_are_named(lamp, method, what, parameters, said):
    answer = lamp.ask(method, what, **parameters)
    check_error(answer, 400, "InvalidRequestException")
    assert said in answer.json["message"]


@pytest.mark.parametrize("body, said", [
    ("", "The body is a JSON object"),
    ('{"version":"x"}', "version: a version is a number"),
    ('{"version":1,"section":"delta"}', "section is desired, reported or both"),
    ('{"version":1,"dryrun":true}', "is not known here; there are version, section"),
])
def test_bad_restores_are_named(lamp, body, said):
    answer = lamp.ask("POST", "restore", body)
    check_error(answer, 400, "InvalidRequestException")
    assert said in answer.json["message"]
    assert versions(lamp.entries(lane="w", limit=1)) == [4]


# --- bounds

NOISY_REPORTS = 10_000


def test_a_device_that_reports_without_end_pushes_out_its_own_reports_alone():
    with Endpoint() as endpoint:
        noisy, other = Past(endpoint, "noisy"), Past(endpoint, "other")
        noisy.update(desired={"fw": "1.0"})
        noisy.update(desired={"fw": "2.0"})
        for number in range(3):
            other.update(reported={"n": number})
        with Client(endpoint.port, "noisy-device") as client:
            shadow = Shadow(client, "noisy", watch=False)
            client.subscribe(f"{shadow.prefix}/get/+")
            for number in range(NOISY_REPORTS):
                shadow.request("update", json.dumps({"state": {"reported": {"n": number}}}))
            last = shadow.fence()[1]["version"]
        assert last == 2 + NOISY_REPORTS
        assert versions(noisy.entries(path="desired.fw")) == [2, 1]
        assert versions(noisy.entries(lane="w")) == [2, 1]
        assert noisy.get("versions/1")["document"]["state"] == {"desired": {"fw": "1.0"}}
        reports = noisy.entries(lane="r")
        assert versions(reports) == list(range(last, last - 1000, -1))
        assert versions(other.entries(lane="r,w")) == [3, 2, 1]


# --- forget

@pytest.mark.skipif(store_is_postgresql(), reason="of a store in a folder")
def test_what_is_forgotten_is_gone_from_the_disk():
    marks = ["forgotten-client-0815", "forgotten-value-4711", "forgotten-token-1234"]
    client_id, value, token = marks
    with Endpoint() as endpoint:
        def left():
            """Marks that a file of the store holds. The keeper looks every ten seconds."""
            texts = [file.read_bytes() for file in (endpoint.folder / "data").iterdir()
                     if file.is_file()]
            return [mark for mark in marks if any(mark.encode() in text for text in texts)]

        past = Past(endpoint, "forgetful")
        with Client(endpoint.port, client_id) as client:
            shadow = Shadow(client, "forgetful")
            for number in range(20):
                shadow.exchange("update", json.dumps(
                    {"state": {"desired": {"a": value if number == 3 else number}},
                     "clientToken": token}))
        other = Past(endpoint, "other")
        other.update(desired={"a": 1})
        assert versions(past.entries(by=client_id, limit=1)) == [20]
        assert left() == marks
        answer = past.ask("DELETE", "history")
        assert (answer.status, answer.body) == (200, b"{}")
        gone = past.get("history")
        assert (gone["entries"], gone["end"], gone["kept_from"]["version"]) == ([], "not_kept", 20)
        assert past.get("versions/20")["document"]["state"]["desired"] == {"a": 19}
        check_not_kept(past.ask("GET", "versions/19"), "Version 19 is not kept", oldest=20)
        assert versions(other.entries(lane="w")) == [1]
        past.update(desired={"a": 20})
        assert versions(past.entries(lane="w")) == [21]
        wait_until(lambda: not left(), "the marks' going from the disk", 60)


# --- off

def test_with_history_off_what_is_there_is_told_and_nothing_is_added():
    with Endpoint() as endpoint:
        kept = Past(endpoint, "kept")
        kept.update(desired={"a": 1})
        kept.update(desired={"a": 2})
        endpoint.stop_service()
        endpoint.service.command.append("--history=off")
        endpoint.start_service()
        assert versions(kept.entries(lane="w")) == [2, 1]
        assert kept.get("versions/1")["document"]["state"]["desired"] == {"a": 1}
        new = Past(endpoint, "new")
        new.update(desired={"a": 1})
        new.update(desired={"a": 2})
        for what in ("history", "blame", "versions/1"):
            answer = new.ask("GET", what)
            check_not_kept(answer, "shadowd runs with --history=off", oldest=2)
        assert new.get("versions/2")["document"]["state"]["desired"] == {"a": 2}
