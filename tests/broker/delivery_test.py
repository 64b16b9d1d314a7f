"""Who is handed which message, how and in what order (A, F10, F11, F14)."""
import contextlib
import ctypes
import json
import os
import socket
from pathlib import Path

from client import Client, Shadow
from wire import PUBACK, PUBLISH, Wire


def test_answers_come_at_qos_1_unretained_after_the_puback_in_order(stack, thing):
    """F10, F11: accepted, documents, delta, all after the request's acknowledgement."""
    prefix = f"$aws/things/{thing}/shadow"
    with Wire(stack.port) as device:
        device.connect(thing)
        device.subscribe(f"{prefix}/update/+")
        device.send(device.publish_bytes(f"{prefix}/update", b'{"state":{"desired":{"a":1}}}'))
        first = device.read()
        assert first.kind == PUBACK
        topics = []
        for _ in range(3):
            packet = device.read()
            assert packet.kind == PUBLISH
            message = device.published(packet)
            assert (message.qos, message.retain) == (1, False)
            topics.append(message.topic[len(prefix) + 1:])
        assert topics == ["update/accepted", "update/documents", "update/delta"]


def test_answers_are_not_retained(stack, client, thing):
    shadow = Shadow(client, thing)
    shadow.exchange("update", '{"state":{"desired":{"a":1}}}')
    with Client(stack.port) as late:
        messages, _ = Shadow(late, thing).fence()
        assert messages == []


def test_answers_reach_everybody(stack, client, thing):
    """F14: they are not private to the requester."""
    asking = Shadow(client, thing)
    with Client(stack.port) as other:
        watching = Shadow(other, thing)
        asking.exchange("update", '{"state":{"desired":{"a":1}},"clientToken":"mine"}')
        messages, _ = watching.fence()
    seen = [one.topic for one in messages if b'"mine"' in one.payload]
    assert seen == ["update/accepted", "update/documents", "update/delta"]


def test_requests_are_handled_whoever_else_subscribes(stack, client, thing):
    """A request is an ordinary publication too (A12); an observer changes nothing."""
    shadow = Shadow(client, thing)
    with Client(stack.port) as observer:
        observer.subscribe(f"{shadow.prefix}/#")
        exchange = shadow.exchange("update", '{"state":{"reported":{"a":1}}}')
        assert exchange.topics == ["update/accepted", "update/documents"]
        seen = observer.take_until(lambda one: one.topic.endswith("/update/documents"))
        topics = [one.topic[len(shadow.prefix) + 1:] for one in seen]
        assert [one for one in topics if one != "get"] == [  # which is the fence's
            "update", "update/accepted", "update/documents"]


def test_wildcards_as_sdks_use_them(stack, client, thing):
    """A12: get/+, delete/+ and single update topics."""
    prefix = f"$aws/things/{thing}/shadow"
    client.subscribe(f"{prefix}/get/+", f"{prefix}/delete/+", f"{prefix}/update/accepted",
                     f"{prefix}/update/rejected")
    shadow = Shadow(client, thing, watch=False)
    assert shadow.exchange("update", '{"state":{"desired":{"a":1}}}').topics == ["update/accepted"]
    assert shadow.exchange("update", "{").topics == ["update/rejected"]
    assert shadow.exchange("delete").topics == ["delete/accepted"]
    assert shadow.exchange("delete").topics == ["delete/rejected"]


def test_a_bare_hash_does_not_match_shadow_topics(stack, client, thing):
    """A12, and nobody sees the link's topics that way."""
    with Client(stack.port) as curious:
        curious.subscribe("#", "+/#", "+/things/+/shadow/#", "+/link/requests")
        Shadow(client, thing).exchange("update", '{"state":{"desired":{"a":1}}}')
        client.publish("plain/topic", "end")
        seen = curious.take_until(lambda one: one.topic == "plain/topic")
        assert {one.topic for one in seen} == {"plain/topic"}


def test_classic_and_named_shadows_are_independent(client, thing):
    """A15"""
    classic = Shadow(client, thing)
    config, mode = Shadow(client, thing, "config"), Shadow(client, thing, "mode")
    for shadow, updates in ((classic, 3), (config, 2), (mode, 1)):
        for n in range(updates):
            body = json.dumps({"state": {"reported": {"n": n}}})
            exchange = shadow.exchange("update", body)
            assert exchange.payload("update/accepted")["version"] == n + 1
    assert config.exchange("delete").payload("delete/accepted")["version"] == 2
    assert config.fence()[1]["message"] == f"No shadow exists with name: '{thing}~config'"
    assert classic.fence()[1]["version"] == 3
    assert mode.fence()[1]["state"] == {"reported": {"n": 0}}
    assert classic.exchange("delete").payload("delete/accepted")["version"] == 3
    assert mode.fence()[1]["version"] == 1


def test_mqtt_5_clients(stack, thing):
    with Client(stack.port, mqtt5=True) as device:
        exchange = Shadow(device, thing, "five").exchange(
            "update", '{"state":{"desired":{"a":1}},"clientToken":"v5"}')
        assert exchange.topics == ["update/accepted", "update/documents", "update/delta"]
        assert exchange.payload("update/delta")["clientToken"] == "v5"


def test_mqtt_5_topic_aliases(stack, client, thing):
    shadow = Shadow(client, thing)
    body = b'{"state":{"reported":{"a":1}}}'
    with Wire(stack.port, mqtt5=True) as device:
        device.connect(thing)
        assert device.publish(f"{shadow.prefix}/update", body, alias=1) < 128
        assert device.publish("", body, alias=1) < 128
    assert shadow.fence()[1]["version"] == 2


def test_a_qos_2_request_is_handled_once(client, thing):
    """AWS has no QoS 2; a client that uses it all the same is served."""
    exchange = Shadow(client, thing).exchange("update", '{"state":{"reported":{"a":1}}}', qos=2)
    if not exchange.messages:  # its handshake may end after the fence's
        exchange = exchange._replace(messages=Shadow(client, thing, watch=False).fence()[0])
    assert exchange.topics == ["update/accepted", "update/documents"]


def test_two_shadows_of_different_things_do_not_mix(client, thing):
    one, other = Shadow(client, f"{thing}-1"), Shadow(client, f"{thing}-2")
    one.request("update", '{"state":{"reported":{"a":1}}}')
    other.request("update", '{"state":{"reported":{"b":2}}}')
    assert one.fence()[1]["state"] == {"reported": {"a": 1}}
    assert other.fence()[1]["state"] == {"reported": {"b": 2}}


def test_a_hundred_requests_at_once_are_answered_in_order(client, thing):
    shadow = Shadow(client, thing)
    for n in range(100):
        body = {"state": {"reported": {"n": n}}, "clientToken": f"{n}"}
        shadow.request("update", json.dumps(body))
    messages, after = shadow.fence()
    accepted = [json.loads(one.payload) for one in messages if one.topic == "update/accepted"]
    assert [(one["clientToken"], one["version"]) for one in accepted] == [
        (f"{n}", n + 1) for n in range(100)]
    assert after["version"] == 100


def test_under_load_a_subscriber_gets_every_document_and_nothing_else(stack, thing):
    """Whether anybody would hear of an update is found out by an empty message; nobody is handed
    that, and nobody who is subscribed goes without the real one."""
    devices, shadows = 4, 200
    prefix = f"$aws/things/{thing}/shadow/name"
    with Client(stack.port) as watching:
        watching.subscribe(f"{prefix}/+/update/documents", f"{prefix}/+/update/delta", qos=0)
        wires = [Wire(stack.port) for _ in range(devices)]
        for device, wire in enumerate(wires):
            wire.connect(f"{thing}-{device}")
        for device, wire in enumerate(wires):
            wire.send(b"".join(
                wire.publish_bytes(f"{prefix}/s-{device}-{shadow}/update",
                                   b'{"state":{"desired":{"a":1},"reported":{"a":2}}}', qos=0)
                for shadow in range(shadows)))
        seen = []
        for _ in range(2 * devices * shadows):
            seen += watching.take_until(lambda one: True)
        for wire in wires:
            wire.close()
    assert all(one.payload for one in seen)
    assert sorted(one.topic for one in seen) == sorted(
        f"{prefix}/s-{device}-{shadow}/update/{answer}" for device in range(devices)
        for shadow in range(shadows) for answer in ("documents", "delta"))


def _send_buffers(pid: int, peer: str):
    """Of the sockets of a process that are connected to the unix socket `peer`: bytes of each."""
    pidfd_getfd = 438
    holder = os.pidfd_open(pid)
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            if not os.readlink(entry).startswith("socket:"):
                continue
            copy = socket.socket(
                fileno=ctypes.CDLL(None).syscall(pidfd_getfd, holder, int(entry.name), 0))
            with copy, contextlib.suppress(OSError):  # one that listens has no peer
                if copy.family == socket.AF_UNIX and copy.getpeername() == peer:
                    yield copy.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    finally:
        os.close(holder)


def test_a_groups_answers_fit_the_links_socket(stack):
    """A rest would leave after the next group only, and the broker wait for it meanwhile."""
    most = int(Path("/proc/sys/net/core/wmem_max").read_text())
    assert list(_send_buffers(stack.service.pid, f"{stack.folder}/link.sock")) == [
        2 * min(1 << 20, most)]  # the kernel doubles what it is asked for
