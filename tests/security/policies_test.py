"""What a client may do: the policies of its certificate, at each of the broker's doors."""
import json

import pytest

from guarded import Guarded, allow, deny
from wire import NOT_AUTHORIZED, Wire

CONNECT = allow("iot:Connect", "*")
SHADOW = "$aws/things/{}/shadow"
FORBIDDEN_FILTER = {False: 0x80, True: NOT_AUTHORIZED}
TAKEN = {False: (0,), True: (0, 16)}  # 16: nobody listens
PROTOCOLS = pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])


def own_shadow(thing: str):
    """The policy of docs/policies.md for one thing."""
    return [CONNECT,
            allow(["iot:Publish", "iot:Receive"], f"topic/$aws/things/{thing}/shadow/*"),
            allow("iot:Subscribe", f"topicfilter/$aws/things/{thing}/shadow/*")]


def expect_forbidden_publish(wire, topic: str, retain: bool = False):
    """K6: MQTT 5 is told, MQTT 3.1.1 is cut."""
    if wire.mqtt5:
        assert wire.publish(topic, b"{}", retain=retain) == NOT_AUTHORIZED
        wire.ping()
    else:
        wire.send(wire.publish_bytes(topic, b"{}", retain=retain))
        wire.read_until_gone()


def expect_nothing_came(wire, tell, topic: str):
    """`tell` publishes; `topic`, which the client hears, comes next."""
    tell()
    assert wire.read_published().topic == topic


@PROTOCOLS
def test_a_device_works_with_its_own_shadow(guarded, mqtt5):
    device = guarded.device(*own_shadow("lamp1"))
    prefix = SHADOW.format("lamp1")
    with guarded.connect(device, mqtt5=mqtt5) as wire:
        assert wire.subscribe(f"{prefix}/update/accepted") == [1]
        assert wire.publish(f"{prefix}/update",
                            b'{"state":{"reported":{"on":true}}}') in TAKEN[mqtt5]
        got = wire.read_published()
        assert json.loads(got.payload)["state"] == {"reported": {"on": True}}


@PROTOCOLS
@pytest.mark.parametrize("topic", [
    "$aws/things/lamp2/shadow/update", "$aws/things/lamp10/shadow/get", "anything",
    "$aws/things/lamp1/jobs/get", "$aws/things/lamp1"])
def test_others_topics_are_closed(guarded, mqtt5, topic):
    device = guarded.device(*own_shadow("lamp1"))
    with guarded.connect(device, mqtt5=mqtt5) as wire:
        expect_forbidden_publish(wire, topic)


@PROTOCOLS
@pytest.mark.parametrize("topic_filter", [
    "#", "+/#", "$aws/#", "$aws/things/#", "$aws/things/+/shadow/#", "$aws/things/+/shadow/update",
    "$aws/things/lamp2/shadow/#", "$share/g/$aws/things/lamp2/shadow/#", "$share/g/#",
    "$share/$aws/things/lamp1/shadow/#"])
def test_filters_that_reach_further_are_refused(guarded, mqtt5, topic_filter):
    device = guarded.device(*own_shadow("lamp1"))
    own = "$aws/things/lamp1/shadow/#"
    with guarded.connect(device, mqtt5=mqtt5) as wire:
        assert wire.subscribe(topic_filter, own) == [FORBIDDEN_FILTER[mqtt5], 1]
        assert wire.subscribe(f"$share/g/{own}") == [1]


@PROTOCOLS
def test_one_named_shadow_can_be_denied(guarded, mqtt5):
    device = guarded.device(
        *own_shadow("lamp1"), deny("iot:*", "topic/$aws/things/lamp1/shadow/name/secret/*",
                                   "topicfilter/$aws/things/lamp1/shadow/name/secret/*"))
    prefix = SHADOW.format("lamp1")
    with guarded.connect(device, mqtt5=mqtt5) as wire, guarded.connect(guarded.admin) as admin:
        assert wire.subscribe(f"{prefix}/name/secret/update/delta") == [FORBIDDEN_FILTER[mqtt5]]
        assert wire.subscribe(f"{prefix}/name/+/update/accepted") == [1]  # as on AWS: M2
        update = b'{"state":{"desired":{"a":1}}}'

        def tell():
            admin.publish(f"{prefix}/name/secret/update", update)
            admin.publish(f"{prefix}/name/open/update", update)

        expect_nothing_came(wire, tell, f"{prefix}/name/open/update/accepted")
        expect_forbidden_publish(wire, f"{prefix}/name/secret/get")


def test_variables_stand_for_the_connection(guarded):
    thing = "${iot:Connection.Thing.ThingName}"
    statements = [
        allow("iot:Connect", "*"),
        allow("iot:Publish", f"topic/thing/{thing}/x", "topic/client/${iot:ClientId}/x",
              "topic/certificate/${iot:CertificateId}", "topic/ip/${aws:SourceIp}",
              "topic/cn/${iot:Certificate.Subject.CommonName}")]
    device = guarded.device(*statements, things=["pump1", "pump2"])
    with guarded.connect(device, "pump2", mqtt5=True) as wire:
        for topic in ("thing/pump2/x", "client/pump2/x", f"certificate/{device.id}",
                      "ip/127.0.0.1", "cn/AWS IoT Certificate"):
            assert wire.publish(topic) in TAKEN[True], topic
        for topic in ("thing/pump1/x", "thing//x", "client/pump1/x", f"certificate/{'0' * 64}",
                      "ip/127.0.0.2", "cn/other"):
            expect_forbidden_publish(wire, topic)


def test_a_client_id_that_is_no_thing_s_has_no_thing_name(guarded):
    device = guarded.device(
        CONNECT, allow("iot:Publish", "topic/${iot:Connection.Thing.ThingName}/x"),
        deny("iot:Publish", "topic/detached", Condition={
            "Bool": {"iot:Connection.Thing.IsAttached": "false"}}),
        allow("iot:Publish", "topic/detached"), things=["pump3"])
    with guarded.connect(device, "random-client", mqtt5=True) as wire:
        for topic in ("pump3/x", "random-client/x", "${iot:Connection.Thing.ThingName}/x", "/x",
                      "detached"):
            expect_forbidden_publish(wire, topic)


def test_connect_is_by_client_id(guarded):
    device = guarded.device(
        allow("iot:Connect", "client/${iot:Connection.Thing.ThingName}"), things=["valve1"])
    with guarded.connect(device, "valve1") as wire:
        wire.ping()
    with guarded.wire(device) as wire:
        assert wire.connect("valve2") == 5


def test_persistent_sessions_can_be_denied(guarded):
    device = guarded.device(CONNECT, deny("iot:Connect", "*", Condition={
        "ForAnyValue:StringEquals": {"iot:ConnectAttributes": ["PersistentConnect"]}}))
    with guarded.wire(device) as wire:
        assert wire.connect("stays", clean=False) == 5
    with guarded.connect(device, "passes"):
        pass


@PROTOCOLS
def test_what_may_not_be_received_is_not_delivered(guarded, mqtt5):
    device = guarded.device(CONNECT, allow(["iot:Subscribe", "iot:Receive"], "*"),
                            deny("iot:Receive", "topic/news/secret"))
    with guarded.connect(device, "reader", mqtt5=mqtt5) as wire, \
            guarded.connect(guarded.admin) as admin:
        assert wire.subscribe("news/#") == [1]

        def tell():
            admin.publish("news/secret", b"1")
            admin.publish("news/open", b"2")

        mark = guarded.broker.mark()
        expect_nothing_came(wire, tell, "news/open")
        if not mqtt5:  # told once in ten seconds
            guarded.broker.wait_for_line("refused client reader .*iot:Receive on topic/news/secret: "
                                         "denied by statement 3 of policy", mark)


def test_retained_messages_are_received_by_policy_too(guarded):
    device = guarded.device(CONNECT, allow(["iot:Subscribe", "iot:Receive"], "*"),
                            deny("iot:Receive", "topic/kept/secret"))
    with guarded.connect(guarded.admin) as admin, guarded.connect(device) as wire:
        admin.publish("kept/secret", b"1", retain=True)
        admin.publish("kept/open", b"2", retain=True)
        assert wire.subscribe("kept/#") == [1]
        expect_nothing_came(wire, lambda: None, "kept/open")


def test_what_waited_is_judged_when_it_is_delivered(guarded):
    """Also by a policy that came meanwhile."""
    statements = [CONNECT, allow(["iot:Subscribe", "iot:Receive"], "*")]
    device = guarded.device(*statements)
    with guarded.connect(device, "sleeper", clean=False) as wire:
        assert wire.subscribe("mail/#") == [1]
    with guarded.connect(guarded.admin) as admin:
        admin.publish("mail/secret", b"1")
        admin.publish("mail/open", b"2")
    policy = json.loads((guarded.registry.folder / "certificates" / f"{device.id}.json").read_text())
    guarded.registry.policy(policy["policies"][0], *statements,
                            deny("iot:Receive", "topic/mail/secret"))
    guarded.reload_broker()
    with guarded.connect(device, "sleeper", clean=False) as wire:
        assert wire.session_present
        expect_nothing_came(wire, lambda: None, "mail/open")


@PROTOCOLS
def test_retaining_needs_a_permission_of_its_own(guarded, mqtt5):
    device = guarded.device(CONNECT, allow("iot:Publish", "topic/r/*"),
                            allow("iot:RetainPublish", "topic/r/kept", "topic/other"))
    with guarded.connect(device, mqtt5=mqtt5) as wire:
        wire.publish("r/kept", b"1", retain=True)
        wire.publish("r/passing", b"1")
        expect_forbidden_publish(wire, "r/passing", retain=True)
    with guarded.connect(device, mqtt5=mqtt5) as wire:
        expect_forbidden_publish(wire, "other", retain=True)


def test_the_brokers_log_is_for_who_may_receive_it(guarded):
    """Though the plugin looks at it while it is delivered."""
    subscribe = allow("iot:Subscribe", "*")
    hearing = guarded.device(CONNECT, subscribe, allow("iot:Receive", "*"))
    denied = guarded.device(CONNECT, subscribe, allow("iot:Receive", "*"),
                            deny("iot:Receive", "topic/$SYS/broker/log/*"))
    nothing = guarded.device(CONNECT, subscribe, allow("iot:Receive", "topic/end"))
    for device, hears in ((hearing, True), (denied, False), (nothing, False)):
        with guarded.connect(device) as wire, guarded.connect(guarded.admin) as admin:
            wire.subscribe("$SYS/broker/log/N", "end")
            guarded.connect(guarded.admin, "told-of").close()
            admin.publish("end")
            assert (wire.read_published().topic == "$SYS/broker/log/N") == hears


def test_a_client_id_cannot_turn_a_line_of_the_log_round(authority):
    with Guarded(authority) as guarded:  # where few refusals are to be told
        with guarded.wire(authority.issue()) as wire:
            assert wire.connect("lamp\u202e1") != 0
        guarded.broker.wait_for_line(r"shadow: refused client lamp\\u202e1 ")


def expect_will(guarded, device, topic: str, comes: bool, client_id="testator", end=Wire.close):
    """The device dies with a will to `topic`; a witness hears it, or only what follows it."""
    with guarded.connect(guarded.admin) as witness:
        assert witness.subscribe("will/#", "after") == [1, 1]
        wire = guarded.connect(device, client_id, will=(topic, "gone", False))
        mark = guarded.broker.mark()
        end(wire)
        guarded.broker.wait_for_line(f"Client {client_id} .*(closed|disconnected)|already connected",
                                     mark)
        witness.send(witness.publish_bytes("after", b"", qos=0))
        heard = [witness.read_published().topic]
        while heard[-1] != "after":
            heard.append(witness.read_published().topic)
        assert (topic in heard) == comes
        wire.close()


def test_a_will_needs_what_a_publish_needs(guarded):
    device = guarded.device(CONNECT, allow("iot:Publish", "topic/will/mine"))
    expect_will(guarded, device, "will/mine", comes=True)
    expect_will(guarded, device, "will/theirs", comes=False)


def test_a_will_that_connect_denies_is_never_sent(guarded):
    device = guarded.device(
        CONNECT, allow("iot:Publish", "*"), deny("iot:Connect", "*", Condition={
            "ArnEquals": {"iot:LastWillTopic": "arn:aws:iot:us-east-1:123456789012:topic/will/no"}}))
    expect_will(guarded, device, "will/yes", comes=True)
    expect_will(guarded, device, "will/no", comes=False)

    def be_replaced(_):
        guarded.connect(device, "testator").close()

    expect_will(guarded, device, "will/yes", comes=True, end=be_replaced)
    expect_will(guarded, device, "will/no", comes=False, end=be_replaced)


@PROTOCOLS
def test_unsubscribing_is_always_allowed(guarded, mqtt5):
    device = guarded.device(CONNECT, allow(["iot:Subscribe", "iot:Receive"],
                                           "topicfilter/a", "topic/a", "topic/end",
                                           "topicfilter/end"))
    with guarded.connect(device, mqtt5=mqtt5) as wire, guarded.connect(guarded.admin) as admin:
        wire.unsubscribe("never/allowed")
        assert wire.subscribe("a", "end") == [1, 1]
        wire.unsubscribe("a")

        def tell():
            admin.publish("a", b"1")
            admin.publish("end", b"2")

        expect_nothing_came(wire, tell, "end")


def test_refused_publishes_can_be_ignored_instead(authority):
    with Guarded(authority, {"on_forbidden": "ignore"}) as lenient:
        device = lenient.device(CONNECT)
        with lenient.connect(device) as wire:
            wire.publish("forbidden", b"1")
            wire.ping()
