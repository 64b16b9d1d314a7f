"""Connections of the AWS IoT Device SDK v2 for Python to an endpoint, by mutual TLS."""

import uuid

from awscrt import mqtt, mqtt5
from awsiot import mqtt5_client_builder, mqtt_connection_builder

from inbox import WAIT_SECONDS, Inbox


class Mqtt311:
    """MQTT 3.1.1. `protocol` is what the SDK's service clients take.

    `messages` receives (topic, payload) of all that arrives, also of what a kept
    session delivers before anything is subscribed again. `held` keeps service
    clients alive: on MQTT 5 the SDK unsubscribes what a collected one had subscribed.
    """

    def __init__(self, endpoint, client_id=None, **options):
        self.held = []
        self.messages, self.resumed = Inbox(), Inbox()
        self.protocol = mqtt_connection_builder.mtls_from_path(
            endpoint=endpoint.host, port=endpoint.mqtts_port, ca_filepath=endpoint.ca,
            cert_filepath=endpoint.cert, pri_key_filepath=endpoint.key,
            client_id=client_id or f"client-{uuid.uuid4().hex[:8]}",
            on_connection_resumed=self._on_resumed,
            **{"clean_session": True, "keep_alive_secs": 30, **options})
        self.protocol.on_message(lambda topic, payload, **_: self.messages.put((topic, payload)))

    def connect(self):
        """Returns whether the broker had kept a session."""
        return self.protocol.connect().result(WAIT_SECONDS)["session_present"]

    def disconnect(self):
        self.protocol.disconnect().result(WAIT_SECONDS)

    def subscribe(self, topic, inbox):
        """Each message's payload goes to the inbox."""
        self.protocol.subscribe(topic, mqtt.QoS.AT_LEAST_ONCE,
                                lambda topic, payload, **_: inbox.put(payload)
                                )[0].result(WAIT_SECONDS)

    def publish(self, topic, payload):
        self.protocol.publish(topic, payload, mqtt.QoS.AT_LEAST_ONCE)[0].result(WAIT_SECONDS)

    def await_return(self):
        """Waits until a lost connection is back; returns whether the session was kept."""
        return self.resumed.take(what="the connection's return")

    def _on_resumed(self, connection, return_code, session_present, **_):
        self.resumed.put(session_present)


class Mqtt5:
    """MQTT 5, with the same face."""

    def __init__(self, endpoint, client_id=None, **options):
        self.held = []
        self.messages, self.succeeded, self.stopped = Inbox(), Inbox(), Inbox()
        self.protocol = mqtt5_client_builder.mtls_from_path(
            endpoint=endpoint.host, port=endpoint.mqtts_port, ca_filepath=endpoint.ca,
            cert_filepath=endpoint.cert, pri_key_filepath=endpoint.key,
            client_id=client_id or f"client-{uuid.uuid4().hex[:8]}",
            on_publish_received=self._on_publish,
            on_lifecycle_connection_success=self.succeeded.put,
            on_lifecycle_stopped=self.stopped.put, **options)

    def connect(self):
        """Returns whether the broker had kept a session."""
        self.protocol.start()
        return self.await_return()

    def disconnect(self):
        self.protocol.stop()
        self.stopped.take(what="the end of the connection")

    def await_return(self):
        """Waits until a lost connection is back; returns whether the session was kept."""
        return self.succeeded.take(what="a connection").connack_packet.session_present

    def _on_publish(self, data):
        packet = data.publish_packet
        self.messages.put((packet.topic, packet.payload))

    @staticmethod
    def kept_session():
        """Options for a session that outlives its connections."""
        return {"session_behavior": mqtt5.ClientSessionBehaviorType.REJOIN_ALWAYS,
                "session_expiry_interval_sec": 3600}
