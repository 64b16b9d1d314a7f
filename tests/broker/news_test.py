"""Several brokers, as one of them sees it: a shadowd by hand says that there are others, and what has
happened there."""
import itertools
import json
import secrets
import struct

import pytest

from client import Client
from harness import Stack
from wire import Wire

HEAD = b"SL\x0d"
HELLO, REQUESTS, ANSWERS, STATUS, COMMAND, NEWS, EVENTS, TAKEN, HEARINGS = \
    1, 2, 3, 4, 5, 12, 13, 14, 15
ACCEPTED, DELTA, FOR_THE_ASKER = 0, 2, 8  # topics of messages
UNREADABLE, STRAY, PUBLISHED, REPEATED = 11, 12, 13, 14  # places in a status
ORIGIN = 99

_numbers = itertools.count()


def envelope(kind: int, count: int, epoch: int, body: bytes) -> bytes:
    return HEAD + struct.pack("<BIQ", kind, count, epoch) + body


def messages(*told) -> bytes:
    return b"".join(struct.pack("<II", topic, len(text)) + text.encode() for topic, text in told)


def item(sequence: int, thing: str, *told, replayed: int = 0) -> bytes:
    head = struct.pack("<QBBBH", sequence, replayed, len(thing), 0, len(told))
    return head + thing.encode() + messages(*told)


class Shadowd:
    """One connection of a shadowd, from its hello on."""

    def __init__(self, stack: Stack, life: int, has_others: bool = True):
        self.life = life
        self._wire = Wire(stack.port)
        assert self._wire.connect("$shadow/link/" + secrets.token_hex(16), username="shadowd",
                                  password=stack.secret_file.read_text().strip()) == 0
        self.say(envelope(HELLO, 0, 0, struct.pack("<QB", life, has_others)))

    def say(self, said: bytes):
        self._wire.send(self._wire.publish_bytes("$shadow/link/answers", said, qos=0))

    def news(self, number: int, *items: bytes, life: int = 0, origin: int = ORIGIN):
        self.say(envelope(NEWS, len(items), origin,
                          struct.pack("<QQ", life or self.life, number) + b"".join(items)))

    def publish(self, topic: str, payload: str):
        """By a command, as shadowd's own."""
        body = struct.pack("<QBBI", 1, 0, 16, 0)
        for text in (topic, "", "", "", "", ""):
            body += struct.pack("<H", len(text)) + text.encode()
        self.say(envelope(COMMAND, 0, 0, body + struct.pack("<HI", 0, len(payload)) + payload.encode()))

    def answer(self, epoch: int, sequence: int, *told):
        self.say(envelope(ANSWERS, 1, epoch,
                          struct.pack("<QBBH", sequence, 0, 0, len(told)) + messages(*told)))

    def hear(self, kind: int) -> bytes:
        while True:
            heard = self._wire.read_published().payload
            if heard[3] == kind:
                return heard

    def kinds(self) -> set:
        """What comes, up to a status."""
        kinds = set()
        while STATUS not in kinds:
            kinds.add(self._wire.read_published().payload[3])
        return kinds

    def taken(self) -> tuple:
        return struct.unpack_from("<QQ", self.hear(TAKEN), 16)

    def taken_up_to(self, number: int):
        while self.taken() != (self.life, number):
            pass

    def events(self) -> list:
        """Of one turn: (topic, payload)."""
        heard = self.hear(EVENTS)
        told, at = [], 16
        for _ in range(struct.unpack_from("<I", heard, 4)[0]):
            size, = struct.unpack_from("<H", heard, at)
            topic = heard[at + 2:at + 2 + size].decode()
            at += 2 + size
            size, = struct.unpack_from("<I", heard, at)
            told.append((topic, json.loads(heard[at + 4:at + 4 + size])))
            at += 4 + size
        assert at == len(heard)
        return told

    def hearings(self, count: int) -> list:
        """The next: (flags, thing)."""
        told = []
        while len(told) < count:
            heard, at = self.hear(HEARINGS), 16
            for _ in range(struct.unpack_from("<I", heard, 4)[0]):
                flags, size, name = struct.unpack_from("<BBB", heard, at)
                told.append((flags, heard[at + 3:at + 3 + size].decode()))
                at += 3 + size + name
            assert at == len(heard)
        return told

    def request(self) -> tuple:
        """Epoch and sequence of the first of the next batch that has some."""
        while True:
            heard = self.hear(REQUESTS)
            if struct.unpack_from("<I", heard, 4)[0] > 0:
                return struct.unpack_from("<Q", heard, 8)[0], struct.unpack_from("<Q", heard, 24)[0]

    def status(self) -> tuple:
        heard = self.hear(STATUS)
        return struct.unpack_from(f"<{(len(heard) - 16) // 8}Q", heard, 16)

    def counts_since(self, before: tuple, **wanted):
        """Waits until the status has grown by just that."""
        places = {"unreadable": UNREADABLE, "stray": STRAY, "published": PUBLISHED,
                  "repeated": REPEATED}
        while True:
            now = self.status()
            grown = {name: now[place] - before[place] for name, place in places.items()}
            if all(grown[name] >= wanted.get(name, 0) for name in places):
                assert {name: count for name, count in grown.items() if count} == wanted
                return

    def close(self):
        self._wire.close()


@pytest.fixture(scope="module")
def stack():
    with Stack(log_types=("error", "warning", "notice")) as running:
        running.stop_service()
        yield running
        running.start_service()


@pytest.fixture
def connect(stack):
    """Opens connections of shadowd that end with the test."""
    opened = []

    def one(*args, **kwargs) -> Shadowd:
        opened.append(Shadowd(stack, *args, **kwargs))
        return opened[-1]

    yield one
    for each in opened:
        each.close()


@pytest.fixture
def life():
    return secrets.randbits(63) + 1


@pytest.fixture
def thing():
    return f"elsewhere-{next(_numbers)}"


@pytest.fixture
def subscriber(stack, thing):
    with Client(stack.port) as client:
        client.subscribe(f"$aws/things/{thing}/shadow/#")
        yield client


def heard(client: Client, count: int) -> list:
    """The texts of the next messages."""
    return [client.take_until(lambda _: True)[0].payload.decode() for _ in range(count)]


def test_news_reach_who_is_subscribed_here_in_order(connect, life, thing, subscriber):
    shadowd = connect(life)
    assert shadowd.taken() == (life, 0)
    for number in range(1, 51):
        shadowd.news(number, item(2 * number, thing, (ACCEPTED, f"a{number}"), (DELTA, f"d{number}")),
                     item(2 * number + 1, "heard-by-nobody", (DELTA, "x")), origin=life)
    assert heard(subscriber, 100) == [f"{kind}{number}" for number in range(1, 51) for kind in "ad"]
    shadowd.taken_up_to(50)


def test_what_comes_again_is_published_once(connect, life, thing, subscriber):
    first = connect(life)
    before = first.status()
    first.news(1, item(1, thing, (DELTA, "one")), origin=life)
    first.news(2, item(0, thing, (DELTA, "two")), origin=0)
    first.taken_up_to(2)

    again = connect(life)  # it did not hear that they were taken
    assert again.taken() == (life, 2)
    again.news(1, item(1, thing, (DELTA, "one")), origin=life)
    again.news(2, item(0, thing, (DELTA, "two")), origin=0)
    again.news(3, item(2, thing, (DELTA, "three")), origin=life)

    later = connect(life + 1)  # another shadowd, which was asked again
    assert later.taken() == (life + 1, 0)
    later.news(1, item(2, thing, (DELTA, "three")), item(3, thing, (DELTA, "four")), origin=life)
    assert heard(subscriber, 4) == ["one", "two", "three", "four"]
    later.counts_since(before, published=4, repeated=3)


def test_what_was_applied_before_the_broker_started_is_not_replayed_to_it(stack, connect, life, thing):
    stack.broker.kill()
    stack.start_broker()
    first = connect(life)
    before = first.status()
    with Client(stack.port) as subscriber:
        subscriber.subscribe(f"$aws/things/{thing}/shadow/#")
        first.news(1, item(1, thing, (DELTA, "from before"), replayed=1),
                   item(2, thing, (DELTA, "new")), origin=life)
        first.taken_up_to(1)
        first.counts_since(before, published=1, repeated=1)
        later = connect(life + 1)
        later.news(1, item(2, thing, (DELTA, "new"), replayed=1),
                   item(3, thing, (DELTA, "it was not told"), replayed=1), origin=life)
        assert heard(subscriber, 2) == ["new", "it was not told"]


def test_what_an_old_connection_says_has_no_effect(stack, connect, life, thing, subscriber):
    old = connect(life)
    before = old.status()
    with Client(stack.port) as device:
        device.publish(f"$aws/things/{thing}/shadow/get", b"")
        epoch, sequence = old.request()
        new = connect(life + 1)
        assert new.request() == (epoch, sequence)
        mark = stack.broker.mark()
        old.answer(epoch, sequence, (4, "old"))
        old.news(1, item(0, thing, (DELTA, "old")), origin=0)
        old.publish("$aws/events/presence/connected/old", "{}")
        stack.broker.wait_for_line("has not the link", mark)
        new.counts_since(before, stray=3)
        new.answer(epoch, sequence, (4, "new"))
        assert heard(subscriber, 2) == ["", "new"]  # the request itself
        assert len(stack.broker.lines_since(mark, "has not the link")) == 1


def test_news_of_another_life_are_dropped(connect, life, thing, subscriber):
    shadowd = connect(life)
    before = shadowd.status()
    shadowd.news(9, item(0, thing, (DELTA, "of another")), life=life + 1, origin=0)
    shadowd.news(1, item(0, thing, (DELTA, "of this")), origin=0)
    assert heard(subscriber, 1) == ["of this"]
    shadowd.taken_up_to(1)
    shadowd.counts_since(before, published=1, stray=1)


def test_what_nobody_hears_here_is_told_until_somebody_subscribes(stack, connect, life, thing):
    shadowd = connect(life)
    messages = (ACCEPTED, "{}"), (3, "{}"), (DELTA, "{}")
    with Client(stack.port) as client:
        client.subscribe(f"$aws/things/{thing}/shadow/update/accepted")
        shadowd.news(1, item(0, thing, *messages), origin=0)
        heard(client, 1)  # so the broker has asked who hears the others, too
        shadowd.taken_up_to(1)
        shadowd.news(2, item(0, thing, *messages), origin=0)
        assert shadowd.hearings(1) == [(4 | 8, thing)]
        client.subscribe(f"$aws/things/{thing}/shadow/update/delta")
        assert shadowd.hearings(1) == [(1 | 8, thing)]
        shadowd.news(3, item(0, thing, (DELTA, "three")), origin=0)
        assert heard(client, 2) == ["{}", "three"]
        client.subscribe("$aws/things/+/shadow/update/documents")
        assert shadowd.hearings(1) == [(1 | 4, "")]


@pytest.mark.parametrize("bad", [
    item(0, "a/b", (DELTA, "x")), item(0, "", (DELTA, "x")), item(5, "T", (DELTA, "x")),
    item(0, "T", (FOR_THE_ASKER, "x")), item(0, "T", (DELTA, "x"), replayed=2),
    item(0, "T", (DELTA, "x"))[:-1], item(0, "T", (DELTA, "x")) + b"x"])
def test_hostile_news_are_refused_whole(connect, life, thing, subscriber, bad):
    shadowd = connect(life)
    before = shadowd.status()
    good = item(0, thing, (DELTA, "beside it"))
    shadowd.news(1, good, bad, origin=0)
    shadowd.say(envelope(NEWS, 2**32 - 1, 0, struct.pack("<QQ", life, 2) + good))
    shadowd.news(1, item(0, thing, (DELTA, "after it")), origin=0)
    assert heard(subscriber, 1) == ["after it"]
    shadowd.counts_since(before, published=1, unreadable=2)


def test_events_of_clients_here_are_told_and_those_of_others_are_not(stack, connect, life):
    shadowd = connect(life)
    with Client(stack.port, "watcher") as watcher:
        watcher.subscribe("$aws/events/presence/#")
        with Client(stack.port, "here"):
            pass
        told = {}
        while "$aws/events/presence/disconnected/here" not in told:
            told.update(shadowd.events())
        published = watcher.take_until(
            lambda one: one.topic == "$aws/events/presence/disconnected/here")
        for event in published:
            if event.topic.endswith("/here"):
                assert told[event.topic] == json.loads(event.payload)
        shadowd.publish("$aws/events/presence/connected/there", '{"clientId":"there"}')
        watcher.take_until(lambda one: one.topic == "$aws/events/presence/connected/there")
        with Client(stack.port, "here-too"):
            pass
        while "$aws/events/presence/disconnected/here-too" not in told:
            told.update(shadowd.events())
        assert "$aws/events/presence/connected/there" not in told


def test_where_there_are_no_others_nothing_is_told(stack, connect, life):
    shadowd = connect(life, has_others=False)
    with Client(stack.port, "alone"):
        pass
    # Events leave with their turn, and a second passes between two statuses.
    assert not (shadowd.kinds() | shadowd.kinds()) & {EVENTS, TAKEN}
