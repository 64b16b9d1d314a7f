"""An ordinary MQTT client (paho) that waits for what it expects, and a shadow as it sees it."""
import itertools
import json
import threading
from typing import NamedTuple

import paho.mqtt.client as paho

from harness import WAIT_SECONDS


class Message(NamedTuple):
    topic: str
    payload: bytes
    qos: int
    retain: bool


class Client:
    """Collects messages; `take_until` hands them out."""

    def __init__(self, port: int, client_id: str = "", *, clean: bool = True, mqtt5: bool = False,
                 username=None, tls=None):
        self._changed = threading.Condition()
        self._messages: list[Message] = []
        self._granted: dict[int, list[int]] = {}
        self._acknowledged: set[int] = set()
        self._unsubscribed: set[int] = set()
        self.connected = False
        self.session_present = False
        protocol = paho.MQTTv5 if mqtt5 else paho.MQTTv311
        arguments = {} if mqtt5 else {"clean_session": clean}
        self._paho = paho.Client(client_id=client_id, protocol=protocol, **arguments)
        if tls is not None:  # an ssl.SSLContext
            self._paho.tls_set_context(tls)
        self._paho.max_inflight_messages_set(1000)
        self._paho.reconnect_delay_set(1, 1)
        self._paho.on_connect = self._on_connect
        self._paho.on_disconnect = self._on_disconnect
        self._paho.on_subscribe = self._on_subscribe
        self._paho.on_unsubscribe = self._on_unsubscribe
        self._paho.on_publish = self._on_publish
        self._paho.on_message = self._on_message
        if username is not None:
            self._paho.username_pw_set(username)
        self._paho.connect("127.0.0.1" if tls is None else "localhost", port, keepalive=60)
        self._paho.loop_start()
        self._wait(lambda: self.connected, "the connection")

    def close(self):
        self._paho.disconnect()
        self._paho.loop_stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def subscribe(self, *filters: str, qos: int = 1):
        """The granted codes, once the broker has answered."""
        _, packet_id = self._paho.subscribe([(one, qos) for one in filters])
        self._wait(lambda: packet_id in self._granted, f"SUBACK for {filters}")
        return self._granted[packet_id]

    def unsubscribe(self, topic_filter: str):
        _, packet_id = self._paho.unsubscribe(topic_filter)
        self._wait(lambda: packet_id in self._unsubscribed, f"UNSUBACK for {topic_filter}")

    def publish(self, topic: str, payload=b"", qos: int = 1, retain: bool = False):
        """At QoS 1 returns once the broker has taken it."""
        packet_id = self.publish_soon(topic, payload, qos, retain)
        self._wait(lambda: packet_id in self._acknowledged, f"PUBACK for {topic}")

    def publish_soon(self, topic: str, payload=b"", qos: int = 1, retain: bool = False) -> int:
        return self._paho.publish(topic, payload, qos, retain).mid

    def take_until(self, is_last, what: str = "the expected message"):
        """Removes and returns all messages up to the first for which `is_last` is true."""
        def place():
            return next((i for i, one in enumerate(self._messages) if is_last(one)), None)

        with self._changed:
            if not self._changed.wait_for(lambda: place() is not None, WAIT_SECONDS):
                raise AssertionError(f"{what} did not come; there is: {self._messages}")
            end = place() + 1
            taken, self._messages = self._messages[:end], self._messages[end:]
            return taken

    def wait_for_connection(self, connected: bool = True):
        self._wait(lambda: self.connected == connected, "the connection's change")

    def _wait(self, condition, what):
        with self._changed:
            assert self._changed.wait_for(condition, WAIT_SECONDS), f"{what} did not come"

    # --- paho's thread

    def _note(self, change):
        with self._changed:
            change()
            self._changed.notify_all()

    def _on_connect(self, _client, _user, flags, code, *_):
        assert int(getattr(code, "value", code)) == 0, f"CONNACK {code}"
        self.session_present = bool(flags["session present"])
        self._note(lambda: setattr(self, "connected", True))

    def _on_disconnect(self, *_):
        self._note(lambda: setattr(self, "connected", False))

    def _on_subscribe(self, _client, _user, packet_id, granted, *_):
        codes = [getattr(code, "value", code) for code in granted]
        self._note(lambda: self._granted.__setitem__(packet_id, codes))

    def _on_unsubscribe(self, _client, _user, packet_id, *_):
        self._note(lambda: self._unsubscribed.add(packet_id))

    def _on_publish(self, _client, _user, packet_id):
        self._note(lambda: self._acknowledged.add(packet_id))

    def _on_message(self, _client, _user, message):
        got = Message(message.topic, message.payload, message.qos, message.retain)
        self._note(lambda: self._messages.append(got))


class Exchange(NamedTuple):
    """What one request caused: every message about the shadow, and what a get shows after it."""
    messages: list[Message]  # topics are those after the shadow's prefix
    after: dict              # the payload of the get's answer, accepted or rejected

    def payload(self, topic: str) -> dict:
        return next(json.loads(one.payload) for one in self.messages if one.topic == topic)

    @property
    def topics(self) -> list[str]:
        return [one.topic for one in self.messages]


class Shadow:
    """One shadow, watched and asked through one client."""

    _tokens = itertools.count(1)

    def __init__(self, client: Client, thing: str, name=None, watch: bool = True):
        self.client = client
        self.prefix = f"$aws/things/{thing}/shadow" + (f"/name/{name}" if name else "")
        if watch:  # the answers, not the requests
            client.subscribe(f"{self.prefix}/+/+")

    def request(self, operation: str, payload=b"", qos: int = 1):
        self.client.publish_soon(f"{self.prefix}/{operation}", payload, qos)

    def fence(self):
        """All messages about this shadow until now, and the answer of the get that proves it."""
        token = f"fence-{next(Shadow._tokens)}"
        self.request("get", json.dumps({"clientToken": token}))
        topics = (f"{self.prefix}/get/accepted", f"{self.prefix}/get/rejected")
        ending = f',"clientToken":"{token}"}}'.encode()
        taken = self.client.take_until(
            lambda one: one.topic in topics and one.payload.endswith(ending), f"answer to {token}")
        messages = [one._replace(topic=one.topic[len(self.prefix) + 1:])
                    for one in taken[:-1] if one.topic.startswith(self.prefix + "/")]
        after = json.loads(taken[-1].payload)
        del after["clientToken"]
        return messages, after

    def exchange(self, operation: str, payload=b"", qos: int = 1) -> Exchange:
        self.request(operation, payload, qos)
        return Exchange(*self.fence())
