"""The AWS IoT Device SDK v2 for Python, unmodified, over mutual TLS: both of its shadow
clients, on MQTT 3.1.1 and on MQTT 5, for the classic shadow and for a named one."""

import pytest

from connections import Mqtt5, Mqtt311
from shadow_clients import ClassicClientShadow, Refused, V2ClientShadow

CLIENTS = {
    "IotShadowClient-mqtt311": (Mqtt311, ClassicClientShadow),
    "IotShadowClient-mqtt5": (Mqtt5, ClassicClientShadow),
    "IotShadowClientV2-mqtt311": (Mqtt311, V2ClientShadow),
    "IotShadowClientV2-mqtt5": (Mqtt5, V2ClientShadow),
}


@pytest.fixture(params=CLIENTS)
def open_shadow(request, endpoint):
    """Opens a thing's shadow with the client of the test's parameter, each on a connection
    of its own, as two programs would."""
    connect, shadow_class = CLIENTS[request.param]
    opened = []

    def opener(thing, name=None):
        connection = connect(endpoint)
        connection.connect()
        opened.append((connection, shadow_class(connection.protocol, thing, name)))
        return opened[-1][1]

    yield opener
    for connection, shadow in opened:
        shadow.close()
        connection.disconnect()


@pytest.fixture(params=[None, "config"], ids=["classic", "named"])
def name(request):
    return request.param


@pytest.fixture
def thing(endpoint):
    return endpoint.new_thing()


@pytest.fixture
def shadow(open_shadow, thing, name):
    return open_shadow(thing, name)


def refusal_of(request, *arguments, **options):
    with pytest.raises(Refused) as refused:
        request(*arguments, **options)
    return refused.value


def test_get_and_delete_of_a_missing_shadow_are_rejected_with_404(shadow, thing, name):
    for request in (shadow.get, shadow.delete):
        refusal = refusal_of(request)
        assert refusal.code == 404
        full_name = f"{thing}~{name}" if name else thing
        assert refusal.message == f"No shadow exists with name: '{full_name}'"


def test_a_desired_update_is_accepted_and_brings_delta_and_documents(shadow):
    accepted = shadow.update(desired={"light": "on", "level": 7})
    assert accepted.version == 1
    assert accepted.state.desired == {"light": "on", "level": 7}
    assert accepted.state.reported is None
    assert set(accepted.metadata.desired) == {"light", "level"}

    delta = shadow.deltas.take(what="the delta")
    assert (delta.version, delta.state) == (1, {"light": "on", "level": 7})
    assert delta.client_token == accepted.client_token

    documents = shadow.documents.take(what="the documents")
    assert documents.previous is None
    assert documents.current.version == 1
    assert documents.current.state.desired == {"light": "on", "level": 7}


def test_a_reported_update_settles_the_delta(shadow):
    shadow.update(desired={"light": "on", "level": 7})
    shadow.update(reported={"light": "on", "level": 3})
    partly = shadow.deltas.take(lambda delta: delta.version == 2, "the delta of version 2")
    assert partly.state == {"level": 7}

    assert shadow.update(reported={"level": 7}).version == 3
    settled = shadow.documents.take(lambda event: event.current.version == 3, "version 3")
    assert settled.previous.version == 2
    assert settled.current.state.reported == {"light": "on", "level": 7}

    got = shadow.get()
    assert got.version == 3
    assert got.state.desired == got.state.reported == {"light": "on", "level": 7}
    assert got.state.delta is None
    assert set(got.metadata.reported) == {"light", "level"}
    assert all(delta.version < 3 for delta in shadow.deltas.all())


def test_a_stale_version_is_rejected_with_409_and_changes_nothing(shadow):
    shadow.update(desired={"level": 1})
    shadow.update(desired={"level": 2}, version=1)

    refusal = refusal_of(shadow.update, desired={"level": 3}, version=1)
    assert (refusal.code, refusal.message) == (409, "Version conflict")
    got = shadow.get()
    assert (got.version, got.state.desired) == (2, {"level": 2})


def test_named_and_classic_shadows_of_a_thing_are_separate_documents(open_shadow, thing):
    classic, config = open_shadow(thing), open_shadow(thing, "config")
    classic.update(desired={"light": "on"})
    assert refusal_of(config.get).code == 404

    config.update(desired={"unit": "celsius"})
    config.update(desired={"unit": "kelvin"})
    assert classic.get().version == 1
    assert classic.get().state.desired == {"light": "on"}
    assert config.get().version == 2

    classic.delete()
    assert config.get().state.desired == {"unit": "kelvin"}
    assert all("unit" not in delta.state for delta in classic.deltas.all())


def test_delete_answers_with_the_version_and_the_shadow_is_gone(shadow):
    shadow.update(reported={"light": "on"})
    shadow.update(reported={"light": "off"})
    assert shadow.delete().version == 2
    assert refusal_of(shadow.get).code == 404
    assert refusal_of(shadow.update, reported={}, version=2).code == 409
    # The deletion has used up version 3 (rule G6).
    assert shadow.update(reported={"light": "on"}).version == 4


def test_each_request_gets_the_answer_with_its_own_client_token(open_shadow, thing, name):
    ours, theirs = open_shadow(thing, name), open_shadow(thing, name)
    accepted = [ours.update(desired={"turn": 1}), theirs.update(desired={"turn": 2})]
    assert [answer.state.desired for answer in accepted] == [{"turn": 1}, {"turn": 2}]
    assert accepted[0].client_token != accepted[1].client_token

    refusals = [refusal_of(ours.update, desired={}, version=1),
                refusal_of(theirs.update, desired={}, version=1)]
    assert all(refusal.token for refusal in refusals)
    assert refusals[0].token != refusals[1].token

    # Both see the events of both (rule F14), each with the token of its cause.
    for shadow in (ours, theirs):
        seen = [shadow.deltas.take(what="a delta").client_token for _ in accepted]
        assert seen == [answer.client_token for answer in accepted]


def test_requests_in_flight_together_are_told_apart(shadow):
    shadow.update(reported={"light": "on"})
    answers = [future.result(30) for future in [shadow.begin("get") for _ in range(20)]]
    assert {answer.version for answer in answers} == {1}
    assert len({answer.client_token for answer in answers}) == 20
