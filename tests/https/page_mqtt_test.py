"""MQTT on a page of the console: what it follows, publishes and is told not to, and that whatever is
too much is counted."""
import base64
import itertools
import signal
from pathlib import Path

import pytest

from client import Client
from console import ConsoleEndpoint
from harness import resident_bytes, sanitizers
from page import Page
from wire import Wire

_numbers = itertools.count()


@pytest.fixture(scope="module")
def console():
    endpoint = ConsoleEndpoint(["--history=on"])
    endpoint.log_types = ("error", "warning", "notice")  # and not each of many thousand messages
    with endpoint as running:
        yield running


@pytest.fixture
def page(console):
    with Page(console, console.ann()) as opened:
        opened.hello()
        yield opened


@pytest.fixture
def device(console):
    with Client(console.port, f"device-{next(_numbers)}", mqtt5=True) as client:
        yield client


@pytest.fixture
def topic():
    return f"page/{next(_numbers)}"


def messages_of(page, number, count=1):
    messages = []
    while len(messages) < count:
        frame = page.hear(number)
        assert "messages" in frame, frame
        messages += frame["messages"]
    return messages


def follow(page, number, topic_filter, qos=0):
    """Returns once it is followed: what is published then is heard."""
    page.follow(number, "mqtt", filter=topic_filter, qos=qos)
    assert publish(page, 99, "fence", payload="").get("done") is True  # behind the subscription


def error_of(page, number):
    return page.hear(number, lambda frame: "error" in frame)["error"]


def publish(page, number, topic, **more):
    page.say({"id": number, "do": "publish", "topic": topic, "qos": 1, **more})
    return page.hear(number)


def test_a_message_comes_as_it_was_published(console, page, device, topic):
    follow(page, 1, f"{topic}/#", qos=1)
    device.publish(f"{topic}/a", b"hello", qos=1)
    device.publish(f"{topic}/b", b"\xff\x00", qos=0)
    device.publish(f"{topic}/c", b"x" * 70_000, qos=1)
    one, two, three = messages_of(page, 1, 3)
    assert one.pop("at") > 1_700_000_000_000
    assert one == {"topic": f"{topic}/a", "qos": 1, "retain": False, "size": 5, "payload": "hello"}
    assert base64.b64decode(two["payload64"]) == b"\xff\x00" and two["qos"] == 0
    assert "payload" not in two and "truncated" not in two
    assert (three["size"], len(three["payload"]), three["truncated"]) == (70_000, 65_536, True)


def test_what_is_retained_comes_first_and_says_so(page, device, topic):
    device.publish(topic, b"kept", retain=True)
    follow(page, 1, topic)
    (message,) = messages_of(page, 1)
    assert (message["payload"], message["retain"]) == ("kept", True)
    device.publish(topic, b"", retain=True)


def test_each_filter_that_matches_is_told(page, device, topic):
    follow(page, 1, topic)
    follow(page, 2, f"{topic}/#")
    device.publish(topic, b"x")
    assert messages_of(page, 1)[0]["topic"] == messages_of(page, 2)[0]["topic"] == topic


def test_what_is_left_is_heard_no_more_and_an_id_can_be_used_again(page, device, topic):
    follow(page, 1, f"{topic}/a")
    follow(page, 1, f"{topic}/b")
    device.publish(f"{topic}/a", b"")
    device.publish(f"{topic}/b", b"")
    assert [one["topic"] for one in messages_of(page, 1)] == [f"{topic}/b"]
    page.say({"id": 1, "do": "leave"})
    follow(page, 2, topic)
    device.publish(f"{topic}/b", b"")
    device.publish(topic, b"")
    assert [one["topic"] for one in messages_of(page, 2)] == [topic]


@pytest.mark.parametrize("topic_filter, said", [
    ("", "no topic filter"), ("a#", "no topic filter"), ("#/a", "no topic filter"),
    ("$shadow/#", "Nobody hears"), ("$share/group/a", "shared")])
def test_what_cannot_be_followed_is_said(page, topic_filter, said):
    page.follow(1, "mqtt", filter=topic_filter, qos=0)
    assert said in error_of(page, 1)


def test_a_page_follows_twenty_filters_each_once(page, topic):
    for number in range(1, 21):
        page.follow(number, "mqtt", filter=f"{topic}/{number}", qos=0)
    page.follow(21, "mqtt", filter=topic, qos=0)
    assert "20" in error_of(page, 21)
    page.say({"id": 20, "do": "leave"})
    page.follow(22, "mqtt", filter=f"{topic}/1", qos=0)
    assert "already" in error_of(page, 22)


@pytest.mark.parametrize("qos", [0, 1])
def test_what_a_page_publishes_is_heard_and_acknowledged(page, device, topic, qos):
    device.subscribe(topic)
    assert publish(page, 5, topic, payload="said", qos=qos, retain=False).get("done") is True
    heard = device.take_until(lambda message: message.topic == topic)[-1]
    assert (heard.payload, heard.qos) == (b"said", qos)
    assert publish(page, 6, topic, payload64=base64.b64encode(b"\xff").decode()).get("done") is True
    assert device.take_until(lambda message: message.topic == topic)[-1].payload == b"\xff"


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("where, said", [
    ("$shadow/link/answers", "Only the service"), ("$aws/things/T/shadow/update/accepted", "Only"),
    ("$aws/events/presence/connected/T", "Only the service"), ("a/#", "no topic"), ("", "topic")])
def test_what_nobody_may_publish_is_said(page, qos, where, said):
    assert said in publish(page, 5, where, payload="x", qos=qos)["error"]
    assert "never retained" in publish(page, 6, "$aws/things/T/shadow/get", payload="", qos=qos,
                                       retain=True)["error"]


def test_a_page_publishes_twenty_times_a_second(page, topic):
    for number in range(1, 102):
        page.say({"id": number, "do": "publish", "topic": topic, "payload": "", "qos": 0})
    answers = [page.hear(number) for number in range(1, 102)]
    done = [answer for answer in answers if answer.get("done")]
    assert len(done) >= 20
    assert all("at most 20" in answer["error"] for answer in answers if answer not in done)
    assert len(done) < 101


def test_policies_decide_what_a_user_hears(console, device):
    """Also of what the user subscribes to."""
    console.registry.policy(
        "one-room", {"Effect": "Allow", "Action": "iot:Subscribe",
                     "Resource": "arn:aws:iot:us-east-1:000000000000:topicfilter/rooms/#"},
        {"Effect": "Allow", "Action": ["iot:Receive", "iot:Publish"], "Resource":
         "arn:aws:iot:us-east-1:000000000000:topic/rooms/one"})
    mark = console.service.mark()
    console.service.signal(signal.SIGHUP)
    console.service.wait_for_line("principals_loaded", mark)
    console.add_user("hugo", "some secret", "--role", "admin", "--policy", "one-room")
    hugo = console.log_in(name="hugo", password="some secret")
    with Page(console, hugo) as page:
        page.hello()
        page.follow(1, "mqtt", filter="elsewhere/#", qos=0)
        assert "may not" in error_of(page, 1)
        page.follow(2, "trace", thing="lamp")
        assert "may not" in error_of(page, 2)
        page.follow(3, "mqtt", filter="rooms/#", qos=0)
        assert publish(page, 4, "rooms/one", payload="mine").get("done") is True
        assert "may not" in publish(page, 5, "rooms/two", payload="no").get("error")
        device.publish("rooms/two", "hidden", qos=1)
        device.publish("rooms/one", "seen", qos=1)
        assert [one["payload"] for one in messages_of(page, 3, 2)] == ["mine", "seen"]


def test_a_viewer_hears_and_says_nothing(console, device, topic):
    device.publish(topic, b"x", retain=True)
    with Page(console, console.bob()) as page:
        page.hello()
        page.follow(1, "mqtt", filter=topic, qos=0)
        assert messages_of(page, 1)[0]["payload"] == "x"
        assert "error" in publish(page, 5, topic, payload="y")
    device.publish(topic, b"", retain=True)


def test_a_shadow_can_be_asked_for_and_history_knows_who(console, page):
    thing = f"paged-{next(_numbers)}"
    follow(page, 1, f"$aws/things/{thing}/shadow/#")
    publish(page, 5, f"$aws/things/{thing}/shadow/update", payload='{"state":{"desired":{"a":1}}}')
    topics = {one["topic"] for one in messages_of(page, 1, 4)}
    assert f"$aws/things/{thing}/shadow/update/accepted" in topics
    page.follow(2, "shadow", thing=thing, name="")
    assert page.hear(2)["document"]["state"] == {"desired": {"a": 1}, "delta": {"a": 1}}


def flood(console, topic, rounds, each):
    """So many messages of 200 bytes, as fast as the broker takes them."""
    with Wire(console.port) as publisher:
        publisher.connect(f"flood-{topic}")
        for _ in range(rounds):
            publisher.send(b"".join(publisher.publish_bytes(f"{topic}/x", b"x" * 200, qos=0)
                                    for _ in range(each)))
            publisher.ping()


def count(page, number, whole):
    """How many of these were shown, and how many lost, once they are all that were published."""
    shown = lost = 0
    while shown + lost < whole:
        frame = page.hear(number)
        assert "error" not in frame, frame
        shown += len(frame.get("messages", []))
        lost += frame.get("lost", 0)
    assert shown + lost == whole
    return shown, lost


def test_whatever_is_too_much_is_counted_and_takes_no_memory(console, page, topic):
    follow(page, 1, f"{topic}/#")
    Path(f"/proc/{console.service.pid}/clear_refs").write_text("5")  # a password took more
    before = resident_bytes(console.service, "VmHWM")
    flood(console, topic, rounds=100, each=200)
    shown, lost = count(page, 1, 20_000)
    assert shown >= 500 and lost > 0
    if not sanitizers():
        assert resident_bytes(console.service, "VmHWM") - before < 8 << 20


def test_what_the_broker_drops_is_counted_as_well(console, page, topic):
    follow(page, 1, f"{topic}/#")
    mark = console.broker.mark()
    console.service.pause()
    try:
        flood(console, topic, rounds=100, each=200)
    finally:
        console.service.resume()
    count(page, 1, 20_000)
    assert console.broker.lines_since(mark, r"dropped for client \$shadow/console/")


def test_a_page_goes_on_when_the_broker_is_back(console, page, topic):
    follow(page, 1, topic)
    console.stop_broker()
    away = page.hear(1, lambda frame: "error" in frame)
    assert away["stays"] is True and "away" in away["error"]
    mark = console.service.mark()
    console.start_broker()
    console.service.wait_for_line("link_up", mark)
    assert page.hear(1, lambda frame: "back" in frame)["back"] is True
    assert publish(page, 5, topic, payload="again").get("done") is True
    assert messages_of(page, 1)[0]["payload"] == "again"


def test_who_is_refused_is_told_to_pages():
    class Guarded(ConsoleEndpoint):
        def __init__(self):
            super().__init__()
            self.plugin_options.update(auth="certificate", registry=f"{self.home}/registry")

    with Guarded() as guarded, Page(guarded, guarded.bob()) as page:
        page.hello()
        page.follow(1, "refusals")
        assert page.hear(1)["refusals"] == []
        with Wire(guarded.port) as stranger:
            assert stranger.connect("stranger") == 5
        (told,) = page.hear(1)["refusals"]
        at, reason = told.pop("at"), told.pop("reason")
        assert at > 1_700_000_000_000 and "without a client certificate" in reason
        assert told == {"clientId": "stranger", "address": "127.0.0.1", "thing": "stranger",
                        "action": "iot:Connect", "resource": "client/stranger"}
        listed = guarded.request("GET", "/_shadow/v1/refusals", session=guarded.bob()).json
        assert [one["clientId"] for one in listed["refusals"]] == ["stranger"]
        page.follow(2, "mqtt", filter="#", qos=0)  # needs no certificate
        page.follow(2, "mqtt", filter="$shadow", qos=0)
        assert "Nobody" in error_of(page, 2)
