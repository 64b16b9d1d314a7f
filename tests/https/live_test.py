"""The console's WebSocket: who is let in, what is told, and its bounds (docs/console-api.md)."""
import contextlib
import json
import signal
import socket
import time

import pytest

from client import Client
from console import ConsoleEndpoint
from harness import resident_bytes, sanitizers, wait_until
from page import PATH, Page
from tunnel import BINARY, FINAL, PONG

FLOOD, FOLLOWED = 2000, 50  # lines of a trace: far more than may wait for a page


@pytest.fixture(scope="module")
def console():
    with ConsoleEndpoint() as running:
        yield running


@pytest.fixture(scope="module")
def ann(console):
    return console.ann()


@pytest.fixture
def page(console, ann):
    with Page(console, ann) as opened:
        opened.hello()
        yield opened


@pytest.fixture
def lamp(console):
    with Client(console.port, "lamp") as connected:
        yield connected


def update(client, thing, state, name=None):
    level = f"{thing}/shadow/name/{name}" if name else f"{thing}/shadow"
    client.publish(f"$aws/things/{level}/update", json.dumps({"state": state}))


def closed_with(page):
    while page.read() is not None:
        pass
    return page.closed and page.closed[0]


# Who is let in.

def test_hello_is_answered_with_who_one_is(console, ann):
    with Page(console, ann) as page:
        hello = page.hello()
    assert hello["name"] == "ann" and hello["role"] == "admin" and hello["bytesMax"] == 8192
    assert hello["bench"] is False and hello["version"] and hello["at"] > 0
    with Page(console, console.bob()) as page:
        assert page.hello()["role"] == "viewer"


@pytest.mark.parametrize("first", [
    {"id": 1, "do": "follow", "what": "things"}, {"do": "hello"}, {"do": "hello", "csrf": 7},
    {"do": "hello", "csrf": "wrong"}, b"no JSON", b"[]", b"{}", b"null"])
def test_another_first_frame_than_hello_closes(console, ann, first):
    with Page(console, ann, hello=None) as page:
        page.say(first)
        assert closed_with(page) == 4401


def test_hello_without_the_cookie_closes(console, ann):
    with Page(console, None, hello=None) as page:
        page.say({"do": "hello", "csrf": ann.csrf})
        assert closed_with(page) == 4401


def test_who_says_nothing_is_closed(console, ann):
    with Page(console, ann, hello=None) as page:
        assert closed_with(page) == 4401
    assert "no hello" in page.closed[1]


def test_a_session_that_ends_closes_its_pages(console):
    session = console.bob()
    with Page(console, session) as page:
        page.hello()
        assert console.request("DELETE", "/_shadow/v1/session", session=session).status in (200, 204)
        assert closed_with(page) == 4401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost",
                                    "http://localhost:1", "file://", "localhost"])
def test_a_page_of_another_origin_is_refused(console, ann, origin):
    page = Page(console, ann, headers={"Origin": origin})
    assert page.status == 403 and page.error


def test_without_an_origin_it_is_no_browser_and_has_to_say_hello_all_the_same(console, ann):
    with Page(console, ann, headers={"Origin": None}) as page:
        page.hello()


@pytest.mark.parametrize("headers, status", [
    ({"Sec-WebSocket-Key": None}, 400), ({"Upgrade": None}, 400),
    ({"Sec-WebSocket-Version": "8"}, 400), ({"Host": "evil.example", "Origin": None}, 421)])
def test_what_is_no_handshake_is_refused(console, ann, headers, status):
    assert Page(console, ann, headers=headers).status == status


def test_a_request_that_is_no_upgrade_is_refused(console, ann):
    assert console.request("GET", PATH, session=ann).status == 400
    answer = console.request("POST", PATH, session=ann)
    assert answer.status == 405 and answer.headers["allow"] == "GET"


def test_one_page_too_many_is_refused_until_another_goes(console, ann):
    with contextlib.ExitStack() as stack:
        for _ in range(32):
            opened = stack.enter_context(Page(console, ann))
            opened.hello()
        refused = Page(console, ann)
        assert refused.status == 503 and "pages" in refused.error
    wait_until(lambda: Page(console, ann).status == 101, "a page's place is free again")


# Frames.

def test_a_binary_message_closes(page):
    page.frames.send_frame(FINAL | BINARY, b"{}")
    assert closed_with(page) == 1003


def test_a_message_that_is_too_large_closes(page):
    page.say(b" " * (256 * 1024 + 1))
    assert closed_with(page) == 1009


def test_a_message_in_pieces_that_is_too_large_closes(page):
    page.frames.send_frame(1, b" " * 200_000)
    page.frames.send_frame(FINAL, b" " * 200_000)
    assert closed_with(page) == 1009


def test_a_message_may_come_in_pieces(page):
    page.frames.send_frame(1, b'{"id":7,"do":"fol')
    page.frames.send_frame(FINAL, b'low","what":"faults"}')
    assert page.hear(7)["plans"] == []


def test_what_is_no_utf8_closes(page):
    page.say(b'{"id":1,"do":"\xff"}')
    assert closed_with(page) == 1007


def test_a_close_is_answered(page):
    page.frames.send_frame(0x88, b"\x03\xe8")
    assert closed_with(page) == 1000


@pytest.mark.parametrize("frame, id", [
    (b"no JSON", None), (b"[1]", None), ({"do": "follow", "what": "things"}, None),
    ({"id": 0, "do": "leave"}, None), ({"id": -1, "do": "leave"}, None),
    ({"id": 1.5, "do": "leave"}, None), ({"id": 2**53 + 1, "do": "leave"}, None),
    ({"id": "1", "do": "leave"}, None), (b"[" * 2000, None),
    ({"id": 5}, 5), ({"id": 5, "do": 5}, 5), ({"id": 5, "do": "dance"}, 5),
    ({"id": 5, "do": "follow"}, 5), ({"id": 5, "do": "follow", "what": "dreams"}, 5),
    ({"id": 5, "do": "follow", "what": "things", "from": 0, "to": 201}, 5),
    ({"id": 5, "do": "follow", "what": "things", "from": 9, "to": 8}, 5),
    ({"id": 5, "do": "follow", "what": "things", "from": -1, "to": 8}, 5),
    ({"id": 5, "do": "follow", "what": "things", "from": "0", "to": 8}, 5),
    ({"id": 5, "do": "follow", "what": "things", "q": 7}, 5),
    ({"id": 5, "do": "follow", "what": "things", "q": "connected:maybe"}, 5),
    ({"id": 5, "do": "follow", "what": "things", "q": "a " * 600}, 5),
    ({"id": 5, "do": "follow", "what": "things", "sort": "colour"}, 5),
    ({"id": 5, "do": "follow", "what": "shadow"}, 5),
    ({"id": 5, "do": "follow", "what": "shadow", "thing": "a b"}, 5),
    ({"id": 5, "do": "follow", "what": "shadow", "thing": "lamp", "name": "a/b"}, 5),
    ({"id": 5, "do": "follow", "what": "trace", "thing": ""}, 5),
    ({"id": 5, "do": "follow", "what": "mqtt"}, 5),
    ({"id": 5, "do": "follow", "what": "mqtt", "filter": "", "qos": 0}, 5),
    ({"id": 5, "do": "follow", "what": "mqtt", "filter": "a", "qos": 2}, 5),
    ({"id": 5, "do": "publish", "topic": "a/+", "payload": ""}, 5),
    ({"id": 5, "do": "publish", "topic": "a", "payload64": "*"}, 5),
    ({"id": 5, "do": "publish", "topic": "a", "payload": "x", "payload64": "eA=="}, 5),
    ({"do": "hello", "csrf": "again"}, None)])
def test_a_wrong_frame_is_answered_with_what_is_wrong_and_nothing_else_changes(page, frame, id):
    page.say(frame)
    answer = page.read()
    assert answer.get("id") == id and answer["error"]
    page.follow(6, "faults")
    assert page.hear(6)["bench"] is False


def test_a_page_follows_so_many_things_at_most(page):
    for number in range(1, 66):
        page.follow(number, "trace", thing="lamp")
    assert "64" in page.hear(65)["error"]
    page.say({"id": 1, "do": "leave"})
    page.follow(65, "faults")
    assert page.hear(65)["plans"] == []


def test_a_page_follows_so_many_lists_at_most(page):
    for number in range(1, 6):
        page.follow(number, "things", to=1)
    assert "lists" in page.hear(5)["error"]


# What is told.

def test_a_shadow_is_told_as_a_get_words_it_and_who_wrote_it(console, ann, page, lamp):
    page.follow(2, "shadow", thing="torch", name="beam")
    assert page.hear(2) == {"id": 2, "at": pytest.approx(time.time() * 1000, abs=60_000),
                            "document": None}
    update(lamp, "torch", {"desired": {"on": True}}, name="beam")
    told = page.hear(2)
    got = console.request("GET", "/things/torch/shadow?name=beam", session=ann).json
    assert {**told["document"], "timestamp": 0} == {**got, "timestamp": 0}
    assert told["by"]["way"] == "mqtt" and told["by"]["clientId"] == "lamp"
    assert console.request("DELETE", "/things/torch/shadow?name=beam", session=ann).status == 200
    gone = page.hear(2)
    assert gone["document"] is None and gone["by"]["principal"] == "ann"


def test_of_a_shadow_that_changes_fast_the_newest_is_told(page, lamp):
    page.follow(2, "shadow", thing="pulse")
    page.hear(2)
    begun = time.monotonic()
    for count in range(300):
        update(lamp, "pulse", {"reported": {"count": count}})
    frames = []
    while not frames or frames[-1]["document"]["state"]["reported"]["count"] < 299:
        frames.append(page.hear(2))
    assert len(frames) <= 2 + (time.monotonic() - begun) * 10
    assert len(frames) + sum(frame.get("skipped", 0) for frame in frames) == 300


def test_rows_change_in_place_and_what_would_move_is_counted(page, lamp):
    update(lamp, "row-a", {"desired": {"on": 1}})
    update(lamp, "row-b", {"desired": {"on": 1}, "reported": {"on": 1}})
    wait_until(lambda: rows_of(page, "row-*")["total"] == 2, "both are there")
    first = rows_of(page, "row-*", number=1)
    assert [row["thing"] for row in first["rows"]] == ["row-a", "row-b"]
    assert first["differing"] == 1 and first["connected"] == 0
    assert first["rows"][0]["differing"] == 1 and first["rows"][0]["shadows"] == 1
    update(lamp, "row-a", {"reported": {"on": 1}})
    changed = page.hear(1)
    assert [row["thing"] for row in changed["rows"]] == ["row-a"]
    assert changed["rows"][0]["differing"] == 0 and changed["moved"] == 0
    update(lamp, "row-c", {"desired": {"on": 1}})
    assert page.hear(1)["moved"] == 1
    assert rows_of(page, "row-*", number=1, anew=True)["total"] == 3


def rows_of(page, words, number=9, **more):
    page.follow(number, "things", **{"q": words, "from": 0, "to": 60, "anew": True, **more})
    return page.hear(number, lambda frame: "total" in frame)


def test_who_connects_and_goes_is_told(console, page):
    with Client(console.port, "comer"):
        wait_until(lambda: rows_of(page, "comer")["connected"] == 1, "it is connected")
        row = rows_of(page, "thingName:comer", number=1)["rows"][0]
        assert row["connected"] and row["since"] and row["lastSeen"] and not row["registered"]
    assert page.hear(1, lambda frame: frame["moved"] == 1)["rows"][0]["connected"] is False
    assert rows_of(page, "comer")["total"] == 0, "nothing else is known of it"


def test_a_window_keeps_its_places(page, lamp):
    for number in range(5):
        update(lamp, f"place-{number}", {"desired": {"on": 1}})
    wait_until(lambda: rows_of(page, "place-*")["total"] == 5, "all are there")
    rows_of(page, "place-*", number=1, sort="-updated")
    update(lamp, "place-4", {"desired": {"on": 2}})
    kept = rows_of(page, "place-*", number=1, sort="-updated", anew=False, **{"from": 1, "to": 3})
    assert kept["from"] == 1 and len(kept["rows"]) == 2
    beyond = rows_of(page, "place-*", number=1, sort="-updated", anew=False,
                     **{"from": 100, "to": 200})
    assert beyond["total"] == 5 and beyond["rows"] == []


def test_a_thing_that_is_registered_is_told(console, ann, page):
    assert rows_of(page, "newly-made", number=1)["total"] == 0
    console.registry.thing("newly-made")
    console.service.signal(signal.SIGHUP)
    assert page.hear(1)["moved"] == 1
    assert rows_of(page, "newly-made", number=1)["rows"] == [
        {"thing": "newly-made", "connected": False, "shadows": 0, "differing": 0, "registered": True}]
    one = console.request("GET", "/_shadow/v1/things/newly-made", session=ann).json
    assert one["registered"] and one["shadows"] == []


def test_each_request_of_a_thing_is_traced(page, lamp):
    page.follow(3, "trace", thing="traced")
    page.follow(4, "faults")
    page.hear(4)
    update(lamp, "traced", {"desired": {"on": 1}})
    line = page.hear(3)["line"]
    assert line["thing"] == "traced" and line["code"] == 200 and line["client_id"] == "lamp"


def test_health_has_a_sample_each_second(console, ann, page, lamp):
    page.follow(6, "health")
    first = page.hear(6)
    assert first["ready"] and first["words"] == "serves"
    update(lamp, "healthy", {"desired": {"on": 1}})
    sample = page.hear(6, lambda frame: frame["samples"][-1]["accepted"] >= 1)["samples"][0]
    assert sample["link"] and sample["p50us"] > 0 and sample["storeBytes"] > 0
    page.hear(6, lambda frame: frame["samples"][-1].get("clients", 0) >= 1)
    answer = console.request("GET", "/_shadow/v1/health", session=ann).json
    assert 1 <= len(answer["samples"]) <= 600 and answer["ready"]


def test_what_is_left_is_not_told_any_more(page, lamp):
    page.follow(2, "shadow", thing="left")
    page.hear(2)
    page.say({"id": 2, "do": "leave"})
    update(lamp, "left", {"desired": {"on": 1}})
    page.follow(3, "shadow", thing="left")
    page.hear(3, lambda frame: frame["document"] is not None)
    assert not [frame for frame in page._kept if frame.get("id") == 2]


def test_who_reads_slowly_is_told_what_was_lost_and_shadowd_does_not_grow(console, ann, lamp):
    before = resident_bytes(console.service, "VmHWM")
    with Page(console, ann, receives_bytes=4096) as page:
        page.hello()
        for number in range(10, 10 + FOLLOWED):
            page.follow(number, "trace", thing="flood")
        page.follow(4, "faults")
        page.hear(4)
        for count in range(FLOOD):
            update(lamp, "flood", {"reported": {"count": count % 7}})
            if count % 500 == 0:  # it is there, and only reads nothing
                page.frames.send_frame(FINAL | PONG)
        update(lamp, "flood-ends", {"reported": {"over": True}})
        wait_until(lambda: console.request("GET", "/things/flood-ends/shadow",
                                           session=ann).status == 200, "all is committed", 60)
        if not sanitizers():
            assert resident_bytes(console.service, "VmHWM") - before < 16 << 20
        # Those beyond the quotas never reach shadowd.
        handled = console.request("GET", "/things/flood/shadow", session=ann).json["version"]
        lost = lines = 0
        while lines + lost < handled * FOLLOWED:
            frame = page.read()
            assert frame, page.closed
            lost += frame.get("lost", 0)
            lines += "line" in frame
        assert lost > 0 and lines > 0 and lines + lost == handled * FOLLOWED
        page.follow(4, "faults")
        assert page.hear(4)["plans"] == []


# Over HTTPS.

def test_things_are_listed_page_by_page(console, ann, lamp):
    for number in range(5):
        update(lamp, f"paged-{number}", {"desired": {"on": 1}})
    things = "/_shadow/v1/things?q=paged-*&limit=2"
    wait_until(lambda: console.request("GET", things, session=ann).json["total"] == 5, "all are there")
    for sort in ("name", "-name", "updated", "-updated", "differing", "lastSeen"):
        names, after = [], ""
        while after is not None:
            answer = console.request("GET", f"{things}&sort={sort}{after}", session=ann).json
            names += [row["thing"] for row in answer["things"]]
            after = f"&after={answer['next']}" if "next" in answer else None
        assert sorted(names) == [f"paged-{number}" for number in range(5)], sort
        assert sort not in ("name", "-name") or names == sorted(names, reverse=sort == "-name")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "sort=colour", "q=hasDelta:yes",
                                   "q=attributes.x:1", "sort=updated&after=x", "what=that"])
def test_what_is_no_question_for_things_is_400(console, ann, query):
    answer = console.request("GET", f"/_shadow/v1/things?{query}", session=ann)
    assert answer.status == 400 and answer.json["message"]


def test_all_that_is_known_of_a_thing(console, ann, lamp):
    update(lamp, "whole", {"desired": {"on": 1}})
    update(lamp, "whole", {"reported": {"on": 1}}, name="part")
    path = "/_shadow/v1/things/whole"
    wait_until(lambda: len(console.request("GET", path, session=ann).json.get("shadows", [])) == 2,
               "both are there")
    whole = console.request("GET", path, session=ann).json
    assert [(one["name"], one["differs"], one["version"], one["bytes"]) for one in whole["shadows"]] == [
        ("", True, 1, 8), ("part", False, 1, 8)]
    assert whole["registered"] is False and whole["certificates"] == [] and whole["policies"] == []
    assert console.request("GET", "/_shadow/v1/things/nobody", session=ann).status == 404
    assert console.request("GET", "/_shadow/v1/things/a%20b", session=ann).status == 400


def test_without_a_console_there_is_no_such_path():
    from endpoint import Endpoint
    with Endpoint(["--http_auth=open"]) as plain:
        connection = socket.create_connection(("127.0.0.1", plain.http_port), 10)
        with connection:
            connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost:{plain.http_port}\r\n"
                               "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode())
            assert connection.recv(64).split()[1] == b"404"
