"""A device's one connection: paho-mqtt with a kept session, a backoff, and timers, on one thread."""
import contextlib
import heapq
import itertools
import random
import time

import paho.mqtt.client as mqtt

from backoff import Backoff

KEEP_ALIVE_SECONDS = 60
PAUSE_SECONDS = 0.2, 4  # between failed attempts: the first is below, none is above
GOOD_PAUSE_SECONDS = 0.06, 0.25  # after a connection that was good
LOOP_SECONDS = 1


class Connection:
    """Its owner is told `connected(session_present)`, `disconnected()` and `received(topic, payload)`."""

    connect_options = {}

    def __init__(self, place, client_id, owner):
        self._place, self._owner = place, owner
        self._backoff = Backoff(*PAUSE_SECONDS)
        self._timers, self._numbers = [], itertools.count()
        self.is_up = False
        self.client = self.make_client(client_id)
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda _client, _data, message: owner.received(
            message.topic, message.payload)
        if place.tls is not None:
            self.client.tls_set_context(place.tls)

    def make_client(self, client_id):
        return mqtt.Client(client_id=client_id, clean_session=False)

    def pause(self, was_up):
        """Seconds until the next attempt."""
        return random.uniform(*GOOD_PAUSE_SECONDS) if was_up else self._backoff.next()

    def refused(self, code):
        """A CONNACK that is none."""

    def subscribe(self, topics):
        self.client.subscribe([(topic, 1) for topic in topics])

    def publish(self, topic, payload):
        self.client.publish(topic, payload, qos=1)

    def after(self, seconds, call):
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._numbers), call))

    def run(self):
        """Ends with an exception only."""
        while True:
            if self._connect():
                while self._loop():
                    self._run_timers()
            was_up, self.is_up = self.is_up, False
            if was_up:
                self._owner.disconnected()
            self._rest(self.pause(was_up))

    def leave(self):
        with contextlib.suppress(OSError):
            self.client.disconnect()

    def drop(self):
        """As if the network were gone."""
        self.client.socket().shutdown(2)

    def _connect(self):
        try:
            self.client.connect(self._place.host, self._place.port, KEEP_ALIVE_SECONDS,
                                **self.connect_options)
            return True
        except OSError:
            return False

    def _loop(self):
        """False: the connection is over. paho-mqtt 1.6 does not catch what TLS says of that."""
        try:
            return self.client.loop(self._wait_seconds()) == mqtt.MQTT_ERR_SUCCESS
        except OSError:
            return False

    def _on_connect(self, _client, _data, flags, code, *_properties):
        if code != 0:
            self.refused(code)
            return
        self._backoff.reset()
        self.is_up = True
        self._owner.connected(bool(flags["session present"]))

    def _rest(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self._wait_seconds()))
            self._run_timers()

    def _wait_seconds(self):
        if not self._timers:
            return LOOP_SECONDS
        return min(LOOP_SECONDS, max(0, self._timers[0][0] - time.monotonic()))

    def _run_timers(self):
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()
