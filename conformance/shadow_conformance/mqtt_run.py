"""Cases over MQTT. All of a group go at once, each on a thing of its own; what does not come, and
what must not come, is waited for once."""
from __future__ import annotations

import json
import time

from . import given
from .board import Board
from .clock import EndpointClock
from .mqtt import Session
from .names import PREFIX, thing_name
from .observation import Exchange, Observation
from .trouble import CannotRun

_TAKEN_SECONDS = 5  # for a PUBACK of what may be refused


class _Item:
    """A case, its shadow's messages, and what has been seen."""

    def __init__(self, case, thing: str, watch):
        self.case = case
        self.watch = watch
        self.seen = Observation(thing)
        self.mark = 0
        self.plan = given.requests(case.given) if case else []

    @property
    def alive(self) -> bool:
        return not self.seen.failed

    def since(self, *topics):
        """What has arrived on these since the last request."""
        return [one for one in self.watch.arrivals[self.mark:] if one.topic in topics]

    def answers(self, operation: str):
        return self.since(f"{operation}/accepted", f"{operation}/rejected")

    def complete(self, step) -> bool:
        answers = self.answers(step.operation)
        wanted = [one["topic"] for one in step.messages]
        if answers and answers[0].topic not in wanted:
            return True  # refused where it should be accepted, or the other way
        return all(self.since(topic) for topic in wanted)


class MqttRun:
    """`observe` gives what came for each case, by its key; `remove` takes away what was made."""

    def __init__(self, address, profile, run: str, pace, progress):
        self._address = address
        self._profile = profile
        self._run = run
        self._pace = pace
        self._progress = progress
        self._made = []
        self._session = None
        self.clock = None

    # --- one group after the other

    def observe(self, cases: list, first_number: int) -> dict:
        numbered = list(enumerate(cases, first_number))
        shadows = [pair for pair in numbered if pair[1].kind in ("vector", "sequence")]
        topics = [pair for pair in numbered if pair[1].kind == "topic"]
        found = {}
        size = self._profile.group
        for begin in range(0, len(shadows), size):
            found.update(self._group(shadows[begin:begin + size], self._shadows))
        for begin in range(0, len(topics), size // 2):
            found.update(self._group(topics[begin:begin + size // 2], self._topics))
        return found

    def _group(self, numbered, work) -> dict:
        self._board = Board()
        name = f"{PREFIX}-{self._run}-m{numbered[0][0]}"
        with Session(self._address, name, self._board.note) as session:
            self._session = session
            try:
                self._set_clock()
                items = work(numbered)
            finally:
                self._remove_made()
                if session.losses:
                    self._progress.warn(f"the connection to {self._address} was lost "
                                        f"{session.losses} times: what came meanwhile is missing")
                self._session = None
        return {item.case.key: item.seen for item in items}

    def _set_clock(self) -> None:
        """By an accepted update of a thing that no case is about."""
        item = self._watched(None, f"{PREFIX}-{self._run}-clock", None)
        self._subscribe([item.watch.filter])
        sent = self._send(item, "update", b'{"state":{}}').sent
        if not self._board.wait(lambda: item.answers("update"), self._profile.patience):
            raise CannotRun(
                f"{self._address} takes the connection, but an update of {item.seen.thing} was not "
                f"answered within {self._profile.patience:g} s: no shadow service is there, or it "
                "may not be published to")
        answer = item.answers("update")[0]
        try:
            stamp = json.loads(answer.payload)["timestamp"]
            self.clock = EndpointClock(int(stamp), sent, answer.at)
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRun(f"an empty update of {item.seen.thing} was answered on {answer.topic} with "
                            f"{answer.payload[:200]!r}, which has no timestamp: is this a shadow "
                            "service?") from error

    def _watched(self, case, thing: str, shadow) -> _Item:
        self._made.append((thing, shadow))
        return _Item(case, thing, self._board.watch(thing, shadow))

    def _subscribe(self, filters: list) -> None:
        refused = self._session.subscribe(filters)
        if refused:
            raise CannotRun(f"{self._address} does not let us subscribe to {refused[0]}: a policy must "
                            f"allow things that begin with {PREFIX}-")

    def _send(self, item: _Item, operation: str, payload: bytes) -> Exchange:
        self._pace.step()
        item.mark = len(item.watch.arrivals)
        exchange = Exchange(operation, payload, time.time())
        self._session.publish(f"{item.watch.prefix}/{operation}", payload)
        return exchange

    # --- vectors and sequences

    def _shadows(self, numbered) -> list:
        items = [self._watched(case, thing_name(self._run, number, case.thing), case.shadow)
                 for number, case in numbered]
        self._subscribe([item.watch.filter for item in items])
        begin = time.time()
        self._install(items)
        span = self.clock.span(begin, time.time())
        self.clock.wait_beyond(span[1])
        begin = time.time()
        for number in range(max((len(item.case.steps) for item in items), default=0)):
            self._step([item for item in items
                        if item.alive and number < len(item.case.steps)], number)
        self._look([item for item in items if item.alive and item.case.kind == "vector"])
        for item in items:
            if item.alive and item.case.kind == "sequence":  # with what came late
                item.seen.steps[-1].messages = item.watch.arrivals[item.mark:]
        now = self.clock.span(begin, time.time())
        for item in items:
            item.seen.given, item.seen.now = span, now
        self._births([item for item in items if item.alive and given.wants_birth(item.case)])
        return items

    def _install(self, items: list) -> None:
        """In rounds: nothing is promised about the order of two requests under way."""
        left = [item for item in items if item.plan]
        while left:
            operations = {}
            for item in left:
                operation, payload = item.plan.pop(0)
                operations[item] = operation
                self._send(item, operation, payload)
            self._board.wait(lambda ops=operations: all(i.answers(op) for i, op in ops.items()),
                             self._profile.patience)
            for item, operation in operations.items():
                self._note_install(item, operation)
            self._progress(f"making what is given: {len(left)} to go")
            left = [item for item in left if item.plan and item.alive]

    @staticmethod
    def _note_install(item: _Item, operation: str) -> None:
        answers = item.answers(operation)
        if not answers:
            item.seen.failed = f"no answer to the {operation} that makes what is given"
        elif answers[0].topic.endswith("/rejected"):
            item.seen.failed = (f"what is given cannot be made: {operation} is refused with "
                                f"{answers[0].payload[:120].decode(errors='replace')}")

    def _step(self, items: list, number: int) -> None:
        for item in items:
            step = item.case.steps[number]
            item.seen.steps.append(self._send(item, step.operation, step.payload))
        self._progress(f"step {number + 1} of {len(items)} cases")
        self._board.wait(lambda: all(item.complete(item.case.steps[number]) for item in items),
                         self._profile.patience)
        for item in items:
            item.seen.steps[number].messages = item.watch.arrivals[item.mark:]

    def _look(self, items: list) -> None:
        """A get behind each request, known by its token; all else that comes is the request's."""
        for item in items:
            token = f"look-{self._run}"
            item.seen.after = self._send(item, "get", b'{"clientToken":"%s"}' % token.encode())
        self._board.wait(lambda: all(item.answers("get") for item in items), self._profile.patience)
        self._progress("listening for what must not come")
        self._board.settle(self._profile.quiet)
        for item in items:
            rest = item.watch.arrivals[item.mark:]
            answers = [one for one in rest if one.topic in ("get/accepted", "get/rejected")]
            ours = next((one for one in answers if f'"look-{self._run}"'.encode() in one.payload),
                        answers[0] if answers else None)
            if ours is not None:
                item.seen.after.messages = [ours]
            item.seen.steps[0].messages += [one for one in rest if one is not ours]

    def _births(self, items: list) -> None:
        for item in items:
            item.seen.born = self._send(item, "update", b'{"state":{}}')
        self._board.wait(lambda: all(item.answers("update") for item in items),
                         self._profile.patience)
        for item in items:
            item.seen.born.messages = item.answers("update")[:1]

    # --- topics

    def _topics(self, numbered) -> list:
        items, published = [], {}
        for number, case in numbered:
            expect = case.entry["expect"]
            thing = thing_name(self._run, number, expect.get("thing", "T1"))
            item = self._watched(case, thing, expect.get("shadow"))
            topic = case.entry["topic"].replace(f"/{expect.get('thing', 'T1')}/", f"/{thing}/")
            published[item] = topic.replace("/T 1/", f"/{thing} 1/")
            items.append(item)
        requests = [item for item in items if "op" in item.case.entry["expect"]]
        others = [item for item in items if item not in requests]
        self._subscribe([item.watch.filter for item in items])
        aside = self._watch_aside({item: published[item] for item in others})
        for item in requests:
            payload = b'{"state":{}}' if published[item].endswith("/update") else b""
            self._pace.step()
            item.seen.steps.append(Exchange(published[item], payload, time.time()))
            self._session.publish(published[item], payload)
        self._board.wait(lambda: all(item.watch.arrivals for item in requests),
                         self._profile.patience)
        for item in others:
            self._publish_aside(item, published[item])
        self._board.settle(self._profile.quiet)
        for item in items:
            own = published[item][len(item.watch.prefix) + 1:]
            came = item.watch.arrivals + (aside[item].arrivals if item in aside else [])
            item.seen.steps[0].messages = [one for one in came if one.topic != own]
        self._look_behind(others)
        return items

    def _watch_aside(self, published: dict) -> dict:
        """Where an answer would be if a topic were taken for a request."""
        prefixes = {item: topic.rpartition("/")[0] for item, topic in published.items()}
        watches = {item: self._board.watch_prefix(prefix) for item, prefix in prefixes.items()
                   if prefix != item.watch.prefix}
        self._session.subscribe([watch.filter for watch in watches.values()])
        return watches  # of a filter that is refused nothing can come

    def _publish_aside(self, item: _Item, topic: str) -> None:
        """From a connection of its own: an endpoint may end it for that."""
        self._pace.step()
        item.seen.steps.append(Exchange(topic, b'{"state":{}}', time.time()))
        with Session(self._address, f"{PREFIX}-{self._run}-t-{item.case.id}") as stranger:
            stranger.taken(stranger.publish(topic, b'{"state":{}}'), _TAKEN_SECONDS)

    def _look_behind(self, items: list) -> None:
        for item in items:
            item.seen.after = self._send(item, "get", b"")
        self._board.wait(lambda: all(item.answers("get") for item in items), self._profile.patience)
        for item in items:
            item.seen.after.messages = item.answers("get")[:1]

    # --- what was made is removed, whatever happened

    def _remove_made(self) -> None:
        self._progress("removing what was made")
        made, self._made = self._made, []
        watches = [self._board.watch(thing, shadow) for thing, shadow in made]
        try:
            for watch in watches:
                self._pace.step()
                self._session.publish(f"{watch.prefix}/delete")
            self._board.wait(lambda: all(_is_gone(watch) for watch in watches),
                             self._profile.patience)
        finally:
            left = [watch for watch in watches if not _is_gone(watch)]
            if left:
                self._progress.warn(f"{len(left)} deletes were not answered, the first that of "
                                    f"{left[0].prefix}: those shadows may be left")


def _is_gone(watch) -> bool:
    return any(one.topic.startswith("delete/") for one in watch.arrivals)
