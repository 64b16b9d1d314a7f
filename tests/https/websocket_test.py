"""MQTT over WebSocket with signed URLs (docs/websocket.md): who gets in and as whom, and what passes."""
import json
import signal
import socket
import struct
import time

import pytest

from endpoint import KEY, Endpoint
from guarded import allow, deny
from harness import wait_until
from signature_test import ask
from tunnel import (BINARY, CLOSE, CONTINUATION, FINAL, PING, TEXT, Frames, TunnelEndpoint,
                    TunnelWire, Upgraded, signed_target)
from wire import CONNACK, CONNECT, PINGREQ, PINGRESP, Wire, packet

NOTHING = packet(CONNECT, 0, b"\0\4MQTT\4\2\0\x3c\0\1x")  # a CONNECT
DELTA = "$aws/things/{}/shadow/update/delta"
DESIRED = b'{"state":{"desired":{"colour":"red"}}}'


@pytest.fixture(scope="module")
def endpoint():
    with TunnelEndpoint() as running:
        yield running


def close_code(frames: Frames) -> int:
    """Of the close that comes next, past any data; 0 if the connection just ends."""
    while frames.recv(0):
        pass
    return frames.close_code or 0


# --- the signed URL


@pytest.mark.parametrize("service", ["iotdevicegateway", "iotdata"])
@pytest.mark.parametrize("expires", [None, 86400])
def test_a_signed_url_lets_in_and_gets_its_delta(endpoint, service, expires):
    thing = f"lamp-{service}-{expires}"
    upgrade = dict(target=endpoint.target(service=service, expires=expires))
    with endpoint.connect(thing, upgrade=upgrade) as wire:
        assert wire.subscribe(DELTA.format(thing)) == [1]
        assert wire.publish(f"$aws/things/{thing}/shadow/update", DESIRED) == 0
        got = wire.read_published()
        assert got.topic == DELTA.format(thing)
        assert json.loads(got.payload)["state"] == {"colour": "red"}


def test_the_port_of_the_host_may_be_signed_or_not(endpoint):
    for host in ("localhost", f"localhost:{endpoint.https_port}"):
        assert endpoint.upgrade(signed_target(host)).status == 101
    # As the CRT does: the port is nowhere.
    assert endpoint.upgrade(signed_target("localhost"), headers={"Host": "localhost"}).status == 101


def test_any_region_and_no_tls(endpoint):
    assert endpoint.upgrade(endpoint.target(region="us-west-2")).status == 101
    assert endpoint.upgrade(signed_target(f"localhost:{endpoint.http_port}"), tls=False).status == 101


REFUSED = {
    "no signature": (dict(target="/mqtt"), "Missing Authentication Token"),
    "another secret": (dict(secret="x" * 40), "does not match"),
    "an unknown key": (dict(key="AKIAAAAAAAAAAAAAAAAA"), "token included"),
    "a session token that nobody has given": (dict(token="any"), "token included"),
    "another service": (dict(service="iot"), "correct service"),
    "too old": (dict(shift=-16 * 60), "expired"),
    "too old, by its own word": (dict(shift=-61, expires=60), "expired"),
    "from the future": (dict(shift=16 * 60), "not yet current"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_is_not_known_is_refused_in_http(endpoint, case):
    more, word = REFUSED[case]
    refused = endpoint.upgrade(more["target"] if "target" in more else endpoint.target(**more))
    assert refused.status == 403 and word in refused.error, refused.rest
    assert refused.headers["x-amzn-errortype"] == "ForbiddenException:"
    assert refused.headers["x-amzn-requestid"] == json.loads(refused.rest)["traceId"]
    assert refused.headers["content-type"] == "application/json"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "x-amzn-ErrorType" in refused.headers["access-control-expose-headers"]
    assert refused.headers["connection"] == "keep-alive"


def test_a_key_with_a_session_token_wants_it_signed_or_not(endpoint):
    key, token = "AKIATOKENTOKENTOKENT", "IQoJb3JpZ2luX2Vj//+=="
    endpoint.put_key(key, "everything", sessionToken=token)
    reload_all(endpoint)
    with endpoint.connect("temporary", upgrade=dict(
            target=endpoint.target(key=key, token=token))) as wire:
        wire.ping()
    for wrong in (None, "", token[:-1]):
        refused = endpoint.upgrade(endpoint.target(key=key, token=wrong))
        assert refused.status == 403 and "token included" in refused.error
    assert ask(endpoint, "GET", "/things/x/shadow", key=key).status == 403
    assert ask(endpoint, "GET", "/things/x/shadow", key=key,
               headers={"x-amz-security-token": token}).status == 404


def test_a_signature_of_another_host_or_path_does_not_hold(endpoint):
    for target in (signed_target("other.example"), endpoint.target(path="/mqtt2").replace(
            "/mqtt2", "/mqtt")):
        refused = endpoint.upgrade(target)
        assert refused.status == 403 and "does not match" in refused.error


def test_a_refused_upgrade_leaves_the_connection_for_another(endpoint):
    first = endpoint.upgrade("/mqtt")
    assert first.status == 403
    second = Upgraded(first.socket, endpoint.target(), host=f"localhost:{endpoint.https_port}")
    with TunnelWire(second.granted()) as wire:
        assert wire.connect("again") == 0


def test_a_certificate_is_nothing_here(endpoint):
    refused = endpoint.upgrade("/mqtt", certificate=endpoint.admin)
    assert refused.status == 403 and refused.error == "Missing Authentication Token"


def test_a_signed_upgrade_may_come_from_any_page_and_an_unsigned_one_not(endpoint):
    page = {"Origin": "https://pages.example", "Sec-Fetch-Site": "cross-site"}
    assert endpoint.upgrade(headers=page).status == 101
    refused = endpoint.upgrade("/mqtt", headers=page)
    assert refused.status == 403 and "not from here" in refused.error


# --- the handshake


def test_the_path_is_mqtt_and_nothing_else(endpoint):
    for path in ("/mqtt/", "/MQTT", "/mqtt2", "/"):
        assert endpoint.upgrade(endpoint.target(path=path)).status in (403, 404), path
    for method in ("POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
        refused = endpoint.upgrade(method=method)
        assert refused.status == 405 and refused.headers["allow"] == "GET"
    assert endpoint.upgrade(headers={"Upgrade": None}).status == 400
    assert endpoint.upgrade("/mqtt", headers={"Upgrade": None}).status == 403
    assert endpoint.upgrade(headers={"Content-Length": "5"}).status == 400


def test_the_protocol_is_one_that_was_offered(endpoint):
    for offered, taken in (("mqttv3.1", "mqttv3.1"), ("mqttv3.1, mqtt", "mqtt"), ("x,mqtt", "mqtt")):
        answer = endpoint.upgrade(headers={"Sec-WebSocket-Protocol": offered})
        assert answer.headers["sec-websocket-protocol"] == taken
    for offered in (None, "chat"):
        refused = endpoint.upgrade(headers={"Sec-WebSocket-Protocol": offered})
        assert refused.status == 400 and "mqtt or mqttv3.1" in refused.error


def test_compression_is_never_taken(endpoint):
    answer = endpoint.upgrade(headers={"Sec-WebSocket-Extensions": "permessage-deflate"})
    assert answer.status == 101 and "sec-websocket-extensions" not in answer.headers


def test_a_key_of_172_characters_is_answered_as_awss_first_sdk_reads_it(endpoint):
    key = "A" * 171 + "="
    answer = endpoint.upgrade(headers={"Sec-WebSocket-Key": key})
    answer.granted()
    said = answer.head.lower()
    assert len(said) < 1024 and b"101 switching protocols" in said
    assert b"upgrade: websocket" in said and b"connection: upgrade" in said
    assert endpoint.upgrade(headers={"Sec-WebSocket-Key": "A" * 257}).status == 400


def test_each_packet_of_the_broker_is_a_frame(endpoint):
    with endpoint.connect("a-frame-each") as wire:
        wire.frames.sendall(b"\xc0\x00" * 50)  # PINGREQ
        for _ in range(50):
            assert wire.frames.read_frame() == (BINARY, b"\xd0\x00")


def test_frames_may_come_right_behind_the_request(endpoint):
    frame = bytes([FINAL | BINARY, 0x80 | len(NOTHING), 0, 0, 0, 0]) + NOTHING
    wire = TunnelWire(endpoint.upgrade(behind=frame).granted())
    assert wire.read() == (CONNACK, 0, b"\0\0")


# --- frames


@pytest.mark.parametrize("frame_bytes", [1, 3, 100])
def test_packets_may_be_split_over_frames(endpoint, frame_bytes):
    wire = endpoint.wire()
    wire.frames.frame_bytes = frame_bytes
    with wire:
        assert wire.connect(f"split-{frame_bytes}") == 0
        assert wire.subscribe("split") == [1]
        wire.publish("split", b"x" * 500)
        assert wire.read_published().payload == b"x" * 500


def test_a_frame_may_hold_several_packets_and_parts_of_a_message_frames_between(endpoint):
    with endpoint.wire() as wire:
        data = NOTHING + packet(PINGREQ, 0, b"")
        wire.frames.send_frame(BINARY, data[:5])
        wire.frames.send_frame(FINAL | PING, b"between")
        wire.frames.send_frame(CONTINUATION, data[5:9])
        wire.frames.send_frame(FINAL | CONTINUATION, data[9:])
        assert wire.read().kind == CONNACK
        assert wire.read().kind == PINGRESP
        assert wire.frames.pongs == [b"between"]


def test_a_large_message_passes_both_ways(endpoint):
    payload = bytes(range(256)) * 400
    with endpoint.connect("large") as wire:
        assert wire.subscribe("large") == [1]
        wire.publish("large", payload)
        assert wire.read_published().payload == payload


def test_a_text_frame_ends_it_with_1003(endpoint):
    frames = endpoint.upgrade().granted()
    frames.send_frame(FINAL | TEXT, b"hello")
    assert close_code(frames) == 1003


@pytest.mark.parametrize("first, payload", [(0xC2, b"compressed"), (0x83, b""), (FINAL, b"goes on"),
                                            (PING, b"in parts"), (FINAL | PING, b"x" * 126)])
def test_a_frame_that_is_none_ends_it_with_1002(endpoint, first, payload):
    with endpoint.connect("frames") as wire:
        wire.frames.send_frame(first, payload)
        assert close_code(wire.frames) == 1002


def test_a_frame_without_a_mask_ends_it_with_1002(endpoint):
    frames = endpoint.upgrade().granted()
    frames.socket.sendall(bytes([FINAL | BINARY, len(NOTHING)]) + NOTHING)
    assert close_code(frames) == 1002


def test_a_short_frame_without_a_mask_ends_it_at_once(endpoint):
    with endpoint.connect("frames") as wire:
        wire.frames.socket.sendall(bytes([FINAL | BINARY, 2]) + packet(12, 0, b""))  # PINGREQ
        assert close_code(wire.frames) == 1002


@pytest.mark.parametrize("payload", [b"\x03", struct.pack("!H", 1005)])
def test_a_close_whose_code_cannot_be_said_is_answered_with_1002(endpoint, payload):
    with endpoint.connect("frames") as wire:
        wire.frames.send_frame(FINAL | CLOSE, payload)
        assert close_code(wire.frames) == 1002


def test_a_close_is_answered_and_what_came_before_it_is_handed_on(endpoint):
    with endpoint.connect("watcher") as watcher:
        watcher.subscribe("last/words")
        wire = endpoint.connect("leaver", will=("last/words", b"will", False))
        wire.frames.sendall(wire.publish_bytes("last/words", b"goodbye", qos=0) +
                            packet(14, 0, b""))  # DISCONNECT
        wire.frames.send_frame(FINAL | CLOSE, struct.pack("!H", 1000) + b"done")
        assert close_code(wire.frames) == 1000
        assert wire.frames.read_frame() is None
        assert watcher.read_published().payload == b"goodbye"
        watcher.publish("last/words", b"end")
        assert watcher.read_published().payload == b"end"  # and no will


def test_a_connection_that_is_cut_leaves_its_will(endpoint):
    with endpoint.connect("will-watcher") as watcher:
        watcher.subscribe("wills")
        endpoint.connect("cut-off", will=("wills", b"gone", False)).close()
        assert watcher.read_published().payload == b"gone"


# --- the CONNECT


@pytest.mark.parametrize("mqtt5", [False, True])
def test_a_login_is_nothing_here(endpoint, mqtt5):
    with endpoint.connect("metrics", mqtt5=mqtt5, username="?SDK=Python&Version=1") as wire:
        wire.ping()
    with endpoint.connect("login", mqtt5=mqtt5, username="shadowd", password="x") as wire:
        wire.ping()


def test_mqtt_3_1_gets_in(endpoint):
    with endpoint.wire(headers={"Sec-WebSocket-Protocol": "mqttv3.1"}) as wire:
        wire.send(packet(CONNECT, 0, b"\0\6MQIsdp\3\2\0\x3c\0\3old"))
        assert wire.read() == (CONNACK, 0, b"\0\0")


def test_the_reserved_user_name_is_refused_by_the_front(endpoint):
    wire = endpoint.wire()
    wire.send(packet(CONNECT, 0, b"\0\4MQTT\4\x82\0\x3c\0\1x\0\x11$shadow/websocket"))
    assert close_code(wire.frames) == 1008


@pytest.mark.parametrize("first", [packet(PINGREQ, 0, b""), b"GET / HTTP/1.1\r\n\r\n",
                                   packet(CONNECT, 0, b"\0\4MQTT\6\2\0\x3c\0\1x"),
                                   packet(CONNECT, 0, b"\0\4MQTT\5\2\0\x3c\4\x15\0\1a\0\1x"),
                                   b"\x10\xff\xff\xff\x7f"])
def test_what_does_not_begin_with_a_connect_ends_with_1002(endpoint, first):
    wire = endpoint.wire()
    wire.send(first)
    assert close_code(wire.frames) == 1002


def test_who_says_nothing_is_cut(endpoint):
    assert close_code(endpoint.upgrade().granted()) == 0
    half = endpoint.wire()
    half.send(NOTHING[:-1])
    assert close_code(half.frames) == 0


# --- who it is, and what it may


def test_policies_of_the_key_decide(endpoint):
    endpoint.registry.policy("narrow", allow("iot:Connect", "client/narrow"),
                             allow("iot:Publish", "topic/mine"),
                             allow("iot:Subscribe", "topicfilter/*"),
                             allow("iot:Receive", "topic/mine"))
    key = "AKIANARROWNARROWNARR"
    endpoint.put_key(key, "narrow")
    reload_all(endpoint)
    upgrade = dict(target=endpoint.target(key=key))
    with endpoint.wire(**upgrade) as wire:
        assert wire.connect("other") == 5
        assert close_code(wire.frames) == 1000
    with endpoint.wire(mqtt5=True, **upgrade) as wire:
        assert wire.connect("other") == 135
    with endpoint.connect("narrow", mqtt5=True, upgrade=upgrade) as wire:
        assert wire.subscribe("mine", "theirs") == [1, 1]
        assert wire.publish("mine", b"1") == 0
        assert wire.read_published().payload == b"1"
        assert wire.publish("theirs", b"2") == 135
        with endpoint.connect("everything") as other:
            other.publish("theirs", b"3")
            other.publish("mine", b"4")
        assert wire.read_published().payload == b"4"
    endpoint.broker.wait_for_line(f"refused client other with access key {key}: iot:Connect")


def reload_all(endpoint):
    mark = endpoint.service.mark()
    endpoint.service.signal(signal.SIGHUP)
    endpoint.service.wait_for_line("principals_loaded", mark)
    endpoint.reload_broker()


def test_shadowd_tells_the_registry_of_keys_but_not_their_secrets(endpoint):
    key = "AKIATOLDTOLDTOLDTOLD"
    told = endpoint.registry.folder / "keys" / f"{key}.json"
    Endpoint.put_key(endpoint, key, "everything")
    reload_all(endpoint)
    assert json.loads(told.read_text()) == {"status": "ACTIVE", "policies": ["everything"]}
    with endpoint.connect("told-of", upgrade=dict(target=endpoint.target(key=key))) as wire:
        wire.ping()
        Endpoint.put_key(endpoint, key, "everything", "INACTIVE")
        reload_all(endpoint)
        assert close_code(wire.frames) == 1000
    assert endpoint.upgrade(endpoint.target(key=key)).status == 403
    (endpoint.credentials / f"{key}.json").unlink()
    reload_all(endpoint)
    assert not told.exists()


def test_variables_of_things_and_certificates_have_no_value_and_those_of_the_connection_do(endpoint):
    endpoint.registry.policy(
        "variables", allow("iot:Connect", "client/${iot:ClientId}"),
        allow("iot:Publish", "topic/thing/${iot:Connection.Thing.ThingName}",
              "topic/certificate/${iot:CertificateId}"),
        allow("iot:Publish", "topic/here", Condition={
            "IpAddress": {"aws:SourceIp": "127.0.0.1"},
            "StringEquals": {"iot:DomainName": "localhost"}}),
        allow("iot:Publish", "topic/there", Condition={
            "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    key = "AKIAVARIABLESVARIABL"
    endpoint.put_key(key, "variables")
    endpoint.registry.thing("variable")
    reload_all(endpoint)
    with endpoint.connect("variable", mqtt5=True,
                          upgrade=dict(target=endpoint.target(key=key))) as wire:
        assert wire.publish("here", b"") == 16  # nobody is subscribed
        for topic in ("there", "thing/variable", "thing/", "certificate/"):
            assert wire.publish(topic, b"") == 135, topic


def test_lifecycle_events_tell_of_the_key_and_its_address(endpoint):
    with endpoint.connect("observer") as observer:
        observer.subscribe("$aws/events/presence/+/watched")
        endpoint.connect("watched").close()
        connected = json.loads(observer.read_published().payload)
        assert connected["eventType"] == "connected"
        assert connected["principalIdentifier"] == KEY
        assert connected["ipAddress"] == "127.0.0.1"
        assert json.loads(observer.read_published().payload)["principalIdentifier"] == KEY


def test_history_tells_of_the_key_and_the_way(endpoint):
    thing = "told"
    with endpoint.connect(thing) as wire:
        wire.publish(f"$aws/things/{thing}/shadow/update", DESIRED)
        wait_until(lambda: endpoint.ask("GET", f"/things/{thing}/shadow").status == 200, "the update")
    entries = ask(endpoint, "GET", f"/_shadow/v1/things/{thing}/history").json["entries"]
    made = next(entry for entry in entries if entry["kind"] == "create")
    assert (made["principal"], made["way"], made["address"]) == (KEY, "websocket", "127.0.0.1")


# --- the reserved user name elsewhere


def ticket_of(endpoint) -> bytes:
    """A ticket as shadowd writes it, of now."""
    import hashlib
    import hmac
    import secrets
    text = f"ticket1,{KEY},127.0.0.1,,tls,{int(time.time())},{secrets.token_hex(16)}"
    secret = endpoint.secret_file.read_text().strip().encode()
    return f"{text},{hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()}".encode()


def test_a_ticket_lets_in_once_and_only_where_shadowd_comes(endpoint):
    ticket = ticket_of(endpoint)
    name = "$shadow/websocket"
    with Wire(endpoint.port) as wire:
        assert wire.connect("by-hand", name, ticket) == 0
        wire.ping()
    with Wire(endpoint.port) as wire:
        assert wire.connect("by-hand", name, ticket) == 5
    for password in (None, b"", b"x", ticket_of(endpoint)[:-1] + b"g",
                     endpoint.secret_file.read_text().strip()):
        with Wire(endpoint.port) as wire:
            assert wire.connect("by-hand", name, password) == 5
    # With a certificate that may do everything, and over the broker's own WebSockets.
    with Wire(endpoint.tls_port, tls=endpoint.tls(endpoint.admin), host="localhost") as wire:
        assert wire.connect("by-hand", name, ticket_of(endpoint)) == 5
    with broker_websocket(endpoint) as wire:
        assert wire.connect("by-hand", name, ticket_of(endpoint)) == 5
    endpoint.broker.wait_for_line("without a ticket of shadowd")


def broker_websocket(endpoint) -> TunnelWire:
    """At the broker's own listener, which looks at no URL."""
    connection = socket.create_connection(("127.0.0.1", endpoint.websocket_port), 30)
    return TunnelWire(Upgraded(connection, endpoint.target(),
                               host=f"localhost:{endpoint.websocket_port}").granted())


def test_the_brokers_own_websockets_are_no_way_around(endpoint):
    with broker_websocket(endpoint) as wire:
        assert wire.connect("around") == 5


def test_a_client_of_the_tunnel_is_not_the_service(endpoint):
    for client_id in ("$shadow/link/x", "$shadow/y"):
        with endpoint.wire() as wire:
            assert wire.connect(client_id, "shadowd", endpoint.secret_file.read_text().strip()) == 5


# --- what becomes of connections


def test_who_takes_over_a_client_id_ends_the_other_connection(endpoint):
    first = endpoint.connect("twice")
    with endpoint.connect("twice") as second:
        assert close_code(first.frames) == 1000
        second.ping()


def test_a_reload_leaves_connections_however_old_their_ticket(endpoint):
    with endpoint.connect("standing") as wire, \
            endpoint.connect("waiting", mqtt5=True, clean=False, expiry=600) as away:
        assert away.subscribe("queue") == [1]
        away.close()
        endpoint.broker.wait_for_line("Client waiting closed its connection")
        for _ in range(2):
            endpoint.reload_broker()
            wire.ping()
        wire.publish("queue", b"kept")
        with endpoint.connect("waiting", mqtt5=True, clean=False, expiry=600) as back:
            assert back.session_present
            assert back.read_published().payload == b"kept"


@pytest.mark.parametrize("how", ["inactive", "removed", "not allowed"])
def test_a_key_that_may_not_connect_any_more_cuts_its_sessions(endpoint, how):
    key, policy = f"AKIACUTCUTCUTCUTCUT{'ABC'[len(how) % 3]}", f"cut-{len(how)}"
    endpoint.registry.policy(policy, allow("iot:*", "*"))
    endpoint.put_key(key, policy)
    reload_all(endpoint)
    with endpoint.connect(f"cut-{len(how)}", upgrade=dict(target=endpoint.target(key=key))) as wire, \
            endpoint.connect("bystander") as bystander:
        if how == "inactive":
            endpoint.project(key, policy, "INACTIVE")
        elif how == "removed":
            (endpoint.registry.folder / "keys" / f"{key}.json").unlink()
        else:
            endpoint.registry.policy(policy, allow("iot:*", "*"), deny("iot:Connect", "*"))
        endpoint.reload_broker()
        assert close_code(wire.frames) == 1000
        bystander.ping()


def test_api_cuts_it_as_any_other(endpoint):
    wire = endpoint.connect("to-be-cut")
    assert endpoint.ask("DELETE", "/connections/to-be-cut").status == 200
    assert close_code(wire.frames) == 1000


def test_http_goes_on_while_tunnels_do(endpoint):
    with endpoint.connect("flood") as flood, endpoint.connect("reader") as reader:
        reader.subscribe("flood")
        for _ in range(50):
            flood.send(flood.publish_bytes("flood", b"x" * 20000, qos=0))
            assert endpoint.ask("GET", "/things/none/shadow").status == 404
        for _ in range(50):
            assert len(reader.read_published().payload) == 20000
