"""A device with a kept session (clean_session=False, keep-alive 6 s) outlives a restart of
the broker and receives the deltas of its absence."""

import json

import pytest
from awsiot import iotshadow

from connections import Mqtt5, Mqtt311
from inbox import WAIT_SECONDS, Inbox
from shadow_clients import AT_LEAST_ONCE, ClassicClientShadow

KEPT = {
    "mqtt311": (Mqtt311, {"clean_session": False, "keep_alive_secs": 6}),
    "mqtt5": (Mqtt5, {"keep_alive_interval_sec": 6, **Mqtt5.kept_session()}),
}


@pytest.fixture(params=KEPT)
def device_connection(request, endpoint):
    """Makes connections of the device: always the same client id, so one session."""
    connect, options = KEPT[request.param]
    client_id = f"device-{endpoint.new_thing()}"
    return lambda: connect(endpoint, client_id=client_id, **options)


def follow_deltas(connection, thing):
    deltas = Inbox()
    client = iotshadow.IotShadowClient(connection.protocol)
    connection.held.append(client)
    client.subscribe_to_shadow_delta_updated_events(
        iotshadow.ShadowDeltaUpdatedSubscriptionRequest(thing_name=thing), AT_LEAST_ONCE,
        deltas.put)[0].result(WAIT_SECONDS)
    return deltas


def set_desired(endpoint, thing, levels):
    application = Mqtt311(endpoint)
    application.connect()
    shadow = ClassicClientShadow(application.protocol, thing)
    for level in levels:
        shadow.update(desired={"level": level})
    application.disconnect()


def test_a_device_away_during_updates_and_a_restart_gets_its_deltas(endpoint, device_connection):
    thing = endpoint.new_thing()
    device = device_connection()
    assert device.connect() is False
    follow_deltas(device, thing)
    device.disconnect()

    set_desired(endpoint, thing, [1, 2])
    endpoint.restart()
    set_desired(endpoint, thing, [3])

    # What the session holds comes before anything could be subscribed again.
    device = device_connection()
    assert device.connect() is True
    kept = [device.messages.take(what="a delta") for _ in range(3)]
    assert {topic for topic, _ in kept} == {f"$aws/things/{thing}/shadow/update/delta"}
    assert [json.loads(payload)["state"]["level"] for _, payload in kept] == [1, 2, 3]
    device.disconnect()


def test_a_connected_device_comes_back_by_itself_after_a_restart(endpoint, device_connection):
    thing = endpoint.new_thing()
    device = device_connection()
    device.connect()
    deltas = follow_deltas(device, thing)
    set_desired(endpoint, thing, [1])
    assert deltas.take(what="a delta").state == {"level": 1}

    endpoint.restart()
    set_desired(endpoint, thing, [2, 3])

    assert device.await_return() is True
    assert [deltas.take(what="a delta").state["level"] for _ in range(2)] == [2, 3]
    device.disconnect()
