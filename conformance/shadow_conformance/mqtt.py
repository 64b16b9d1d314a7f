"""A connection to the broker: paho-mqtt 1.6 and 2.x."""
from __future__ import annotations

import socket
import ssl
import threading
import time

from .names import PREFIX
from .observation import Arrival
from .trouble import CannotRun

_CONNECT_SECONDS = 15
_ACK_SECONDS = 30
_FILTERS_A_PACKET = 8  # AWS's limit

_REFUSED = {1: "it does not speak MQTT 3.1.1", 2: "it refuses the client id", 3: "it is unavailable",
            4: "it refuses user name or password", 5: "not authorized", 7: "not authorized"}


def _code(reason) -> int:
    return int(getattr(reason, "value", reason))


def _paho(client_id: str, transport: str):
    try:
        import paho.mqtt.client as paho
    except ImportError as error:
        raise CannotRun("paho-mqtt is missing: pip install 'paho-mqtt>=1.6'") from error
    options = {"client_id": client_id, "protocol": paho.MQTTv311, "clean_session": True,
               "transport": transport}
    if hasattr(paho, "CallbackAPIVersion"):
        return paho.Client(paho.CallbackAPIVersion.VERSION2, **options)
    return paho.Client(**options)


def _send_at_once(_client, _user, opened) -> None:
    """A small packet does not wait for the one before to be acknowledged; WebSockets hide theirs."""
    if hasattr(opened, "setsockopt"):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Address:
    """Where MQTT is; `tls`: an ssl.SSLContext or None."""

    def __init__(self, host: str, port: int, tls=None, websocket_host: str = ""):
        self.host = host
        self.port = port
        self.tls = tls
        self.websocket_host = websocket_host

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Session:
    """Connected until close(). Each message goes to `on_arrival(topic, Arrival)`, on paho's thread. A
    connection that is lost comes back by itself, with its subscriptions."""

    def __init__(self, address: Address, client_id: str, on_arrival=None):
        self._on_arrival = on_arrival
        self._changed = threading.Condition()
        self._granted = {}
        self._taken = set()
        self._filters = []
        self._connack = None
        self.losses = 0
        self._closing = False
        client = self._client = _paho(client_id, "websockets" if address.websocket_host else "tcp")
        if address.websocket_host:
            client.ws_set_options("/mqtt", {"Host": address.websocket_host})
        if address.tls is not None:
            client.tls_set_context(address.tls)
        client.reconnect_delay_set(1, 2)
        client.max_inflight_messages_set(80)  # AWS takes 100
        client.on_socket_open = _send_at_once
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_subscribe = lambda _c, _u, mid, codes, *_: self._note(
            lambda: self._granted.__setitem__(mid, [_code(one) for one in codes]))
        client.on_publish = lambda _c, _u, mid, *_: self._note(lambda: self._taken.add(mid))
        client.on_message = self._message
        try:
            self._connect(address, client_id)
        except BaseException:
            self.close()
            raise

    def _connect(self, address: Address, client_id: str) -> None:
        try:
            self._client.connect(address.host, address.port, keepalive=60)
        except ssl.SSLError as error:
            raise CannotRun(f"TLS with {address} fails: {_tls_words(error)}") from error
        except socket.gaierror as error:
            raise CannotRun(f"there is no host {address.host}: {error.strerror}") from error
        except (OSError, ValueError) as error:  # paho's WebsocketConnectionError is a ValueError
            raise CannotRun(f"MQTT at {address} cannot be reached: {error}") from error
        self._client.loop_start()
        if not self._wait(lambda: self._connack is not None, _CONNECT_SECONDS):
            what = ("without TLS" if address.tls is None else
                    f"and may this certificate connect, as client/{PREFIX}-*")
            raise CannotRun(f"{address} takes the connection but sends no CONNACK within "
                            f"{_CONNECT_SECONDS} s: is it MQTT that listens there, {what}?")
        if self._connack != 0:
            raise CannotRun(f"{address} refuses the connection: "
                            f"{_REFUSED.get(self._connack, f'code {self._connack}')} as the client "
                            f"{client_id}; another certificate, or a policy for "
                            f"client/{PREFIX}-*, may help")

    def close(self) -> None:
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def subscribe(self, filters: list) -> list:
        """Those that were refused."""
        refused = []
        for begin in range(0, len(filters), _FILTERS_A_PACKET):
            part = filters[begin:begin + _FILTERS_A_PACKET]
            self._filters += part
            _, mid = self._client.subscribe([(one, 1) for one in part])
            if mid is None or not self._wait(lambda mid=mid: mid in self._granted, _ACK_SECONDS):
                raise CannotRun(f"no SUBACK for {part[0]}: it may be forbidden to subscribe to it")
            refused += [one for one, code in zip(part, self._granted[mid]) if code >= 128]
        return refused

    def publish(self, topic: str, payload: bytes = b"") -> int:
        """At QoS 1, without waiting for its PUBACK."""
        return self._client.publish(topic, payload, 1).mid

    def taken(self, mid: int, timeout: float) -> bool:
        """Whether the PUBACK has come."""
        return self._wait(lambda: mid in self._taken or not self._client.is_connected(), timeout)

    def _wait(self, condition, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    # --- paho's thread

    def _note(self, change) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _connected(self, client, _user, _flags, reason, *_):
        if _code(reason) == 0 and self._filters and self._connack == 0:
            for one in self._filters:
                client.subscribe(one, 1)
        first = self._connack
        self._note(lambda: setattr(self, "_connack", _code(reason) if first is None else first))

    def _disconnected(self, *_):
        if not self._closing:
            self.losses += 1
        self._note(lambda: None)

    def _message(self, _client, _user, message):
        if self._on_arrival is not None:
            self._on_arrival(message.topic, Arrival("", bytes(message.payload), message.qos,
                                                    bool(message.retain), time.time()))


def _tls_words(error: ssl.SSLError) -> str:
    reason = getattr(error, "verify_message", "") or error.reason or str(error)
    hint = ""
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "; name the authority of its certificate with --ca"
    elif "WRONG_VERSION" in str(error):
        hint = "; this port does not speak TLS"
    elif "ALERT" in str(error).upper() or "EOF" in str(error):
        hint = "; it does not take the certificate of --cert, or asks for one"
    return f"{reason}{hint}"
