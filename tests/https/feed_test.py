"""The changes of the whole store, followed while shadowd is killed again and again: each accepted
change is told once, in the order of the commits."""
import json
import threading
from collections import defaultdict

from client import Client, Shadow
from endpoint import Endpoint
from harness import WAIT_SECONDS, wait_until
from past import Past, ask
from rest_vectors_test import check_error

KILLS = 20
THINGS = 5
CHANGES_BETWEEN_KILLS = 15


class Writer(threading.Thread):
    """Changes one shadow, one update after the other, until it is told to end."""

    def __init__(self, port: int, number: int):
        super().__init__(daemon=True)
        self.accepted: list[str] = []  # tokens
        self.sent = 0
        self.ending = threading.Event()
        self._thing = f"followed-{number}"
        self._port = port

    def run(self):
        with Client(self._port, f"writer-{self._thing}") as client:
            shadow = Shadow(client, self._thing)
            while not self.ending.is_set():
                self.sent += 1
                token = f"{self._thing}:{self.sent}"
                section = "desired" if self.sent % 3 == 0 else "reported"
                shadow.request("update", json.dumps(
                    {"state": {section: {"n": self.sent}}, "clientToken": token}))
                answer = client.take_until(
                    lambda one: one.topic.rsplit("/", 1)[1] in ("accepted", "rejected") and
                    one.payload.endswith(f'"clientToken":"{token}"}}'.encode()), token)[-1]
                if answer.topic.endswith("/accepted"):
                    self.accepted.append(token)


class Follower(threading.Thread):
    """Reads on from where it was, whatever becomes of shadowd."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.changes: list[dict] = []
        self.next = 0
        self.ending = threading.Event()
        self._endpoint = endpoint

    def run(self):
        while not self.ending.is_set():
            try:
                answer = ask(self._endpoint, "GET", f"/_shadow/v1/changes?after={self.next}&limit=7")
            except OSError:
                continue  # it was killed, or is not there yet
            assert answer.status == 200, answer
            page = answer.json
            assert page["from"] == 1, page  # nothing was missed
            self.changes += page["changes"]
            self.next = page["next"]


def test_each_accepted_change_is_followed_once_and_in_order_through_kills():
    with Endpoint() as endpoint:
        writers = [Writer(endpoint.port, number) for number in range(THINGS)]
        follower = Follower(endpoint)
        for thread in (*writers, follower):
            thread.start()

        def accepted():
            return sum(len(writer.accepted) for writer in writers)

        for _ in range(KILLS):
            before = accepted()
            wait_until(lambda: accepted() >= before + CHANGES_BETWEEN_KILLS, "more changes")
            endpoint.service.kill()
            endpoint.start_service()
        for writer in writers:
            writer.ending.set()
        for writer in writers:
            writer.join(WAIT_SECONDS)
            assert not writer.is_alive()
        tokens = {token for writer in writers for token in writer.accepted}
        wait_until(lambda: tokens <= {one.get("clientToken") for one in follower.changes},
                   "all changes in the feed")
        follower.ending.set()
        follower.join(WAIT_SECONDS)
        check(follower.changes, tokens)
        again = read_all(endpoint)
        assert again == follower.changes


def check(changes, tokens):
    numbers = [one["change"] for one in changes]
    assert numbers == sorted(set(numbers))
    made = [one for one in changes if one["lane"] != "e"]
    told = [one["clientToken"] for one in made]
    assert len(told) == len(set(told)) and set(told) >= tokens
    versions = defaultdict(list)
    for one in made:
        versions[one["thing"]].append(one["version"])
        assert one["kind"] == ("create" if one["version"] == 1 else "update")
    assert len(versions) == THINGS
    for thing, seen in versions.items():
        assert seen == list(range(1, len(seen) + 1)), thing


def read_all(endpoint):
    """From the beginning, in large pages."""
    changes, after = [], 0
    while True:
        page = ask(endpoint, "GET", f"/_shadow/v1/changes?after={after}&limit=1000").json
        if not page["changes"]:
            return changes
        changes += page["changes"]
        after = page["next"]


def test_a_number_that_no_change_has_is_refused():
    with Endpoint() as endpoint:
        answer = ask(endpoint, "GET", "/_shadow/v1/changes?after=1000000000000")
        check_error(answer, 400, "InvalidRequestException")
        assert answer.json["message"] == "after is beyond all changes that there were"


def test_changes_that_were_made_with_history_off_are_told_to_be_missing():
    def restart(endpoint, *flags):
        endpoint.stop_service()
        command = endpoint.service.command
        command[:] = [word for word in command if word != "--history=off"] + list(flags)
        endpoint.start_service()

    with Endpoint() as endpoint:
        def page(after):
            return ask(endpoint, "GET", f"/_shadow/v1/changes?after={after}").json
        past = Past(endpoint, "seen")
        past.update(desired={"a": 1})
        last = page(0)["next"]
        restart(endpoint)
        assert page(last) == {"changes": [], "next": last, "from": 1}  # nothing is missing
        restart(endpoint, "--history=off")
        past.update(desired={"a": 2})
        missing_from = page(last)["from"]
        assert missing_from > last + 1
        restart(endpoint, "--history=off")
        assert page(last)["from"] == missing_from
        restart(endpoint)
        past.update(desired={"a": 3})
        told = page(last)
        (change,) = told["changes"]
        assert change["version"] == 3 and change["change"] >= told["from"] >= missing_from
        assert page(told["next"]) == {"changes": [], "next": told["next"], "from": told["from"]}
        restart(endpoint, "--history=off")
        assert page(told["next"])["from"] > told["next"] + 1
