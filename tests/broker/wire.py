"""MQTT by hand over a socket: what polite clients would never send, and order to the byte."""
import socket
import ssl
import struct
from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
UNSUBSCRIBE, UNSUBACK = 10, 11
PINGREQ, PINGRESP = 12, 13

NOT_AUTHORIZED = 135  # MQTT 5, in PUBACK, SUBACK and CONNACK


class Packet(NamedTuple):
    kind: int
    flags: int
    body: bytes


class Published(NamedTuple):
    topic: str
    payload: bytes
    qos: int
    retain: bool


def _text(text) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("!H", len(data)) + data


def _length(value: int) -> bytes:
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | (0x80 if value else 0))
        if not value:
            return bytes(out)


def packet(kind: int, flags: int, body: bytes) -> bytes:
    return bytes([kind << 4 | flags]) + _length(len(body)) + body


class Wire:
    """One connection. Every read has a bound; a connection that the broker ends reads as Gone."""

    class Gone(Exception):
        pass

    def __init__(self, port: int, mqtt5: bool = False, timeout: float = 30, tls=None,
                 host: str = "127.0.0.1"):
        """`tls`: an ssl.SSLContext; its handshake may fail, with an ssl.SSLError."""
        self.mqtt5 = mqtt5
        self.session_present = False
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self._socket = tls.wrap_socket(self._socket, server_hostname=host)
        self._buffer = bytearray()
        self._packet_id = 0
        self._held: list[Packet] = []  # publishes that came while something else was awaited

    def close(self):
        """As a device that loses its power: no DISCONNECT."""
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- sending

    def send(self, data: bytes):
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError) as gone:
            raise Wire.Gone from gone

    def connect(self, client_id: str, username=None, password=None, clean=True, will=None,
                expiry=None) -> int:
        """The CONNACK's code. `will`: (topic, payload, retain). `expiry`: seconds for which MQTT 5
        keeps the session."""
        flags = 0x02 if clean else 0
        tail = _text(client_id)
        if will is not None:
            topic, payload, retain = will
            flags |= 0x04 | 0x08 | (0x20 if retain else 0)  # at QoS 1
            tail += (b"\0" if self.mqtt5 else b"") + _text(topic) + _text(payload)
        if username is not None:
            flags |= 0x80
            tail += _text(username)
        if password is not None:
            flags |= 0x40
            tail += _text(password)
        properties = b"\0" if self.mqtt5 else b""
        if expiry is not None:
            properties = b"\x05\x11" + struct.pack("!I", expiry)
        self.send(packet(CONNECT, 0, _text("MQTT") + bytes([5 if self.mqtt5 else 4, flags]) +
                         struct.pack("!H", 60) + properties + tail))
        acknowledged = self._await(CONNACK).body
        self.session_present = bool(acknowledged[0] & 1)
        return acknowledged[1]

    def publish_bytes(self, topic, payload: bytes, qos: int = 1, retain: bool = False,
                      alias=None) -> bytes:
        """A PUBLISH packet, not sent. `alias`: MQTT 5's number for the topic, which may be empty."""
        body = _text(topic)
        if qos:
            body += struct.pack("!H", self._next_id())
        if alias is not None:
            body += b"\x03\x23" + struct.pack("!H", alias)
        else:
            body += b"\0" if self.mqtt5 else b""
        return packet(PUBLISH, qos << 1 | retain, body + payload)

    def publish(self, topic, payload: bytes = b"", qos: int = 1, retain: bool = False, alias=None):
        """The PUBACK's reason code (0 in MQTT 3.1.1), None at QoS 0."""
        self.send(self.publish_bytes(topic, payload, qos, retain, alias))
        if qos == 0:
            return None
        body = self._await(PUBACK).body
        return body[2] if len(body) > 2 else 0

    def subscribe(self, *filters: str, qos: int = 1):
        """The SUBACK's codes, one a filter."""
        properties = b"\0" if self.mqtt5 else b""
        self.send(packet(SUBSCRIBE, 2, struct.pack("!H", self._next_id()) + properties +
                         b"".join(_text(one) + bytes([qos]) for one in filters)))
        return list(self._await(SUBACK).body[3 if self.mqtt5 else 2:])

    def unsubscribe(self, *filters: str):
        """The UNSUBACK's codes; none in MQTT 3.1.1."""
        properties = b"\0" if self.mqtt5 else b""
        self.send(packet(UNSUBSCRIBE, 2, struct.pack("!H", self._next_id()) + properties +
                         b"".join(_text(one) for one in filters)))
        return list(self._await(UNSUBACK).body[3:])

    def ping(self):
        self.send(packet(PINGREQ, 0, b""))
        self._await(PINGRESP)

    # --- receiving

    def read(self) -> Packet:
        """The next packet, whatever it is. QoS 1 messages are acknowledged."""
        while True:
            parsed = self._parse()
            if parsed is not None:
                if parsed.kind == PUBLISH and parsed.flags >> 1 & 3:
                    self.send(packet(PUBACK, 0, self._packet_id_of(parsed)))
                return parsed
            try:
                data = self._socket.recv(65536)
            except (ConnectionResetError, ssl.SSLError) as gone:
                raise Wire.Gone from gone
            if not data:
                raise Wire.Gone
            self._buffer += data

    def read_published(self) -> Published:
        """The next message, past any other packets."""
        if self._held:
            return self.published(self._held.pop(0))
        while True:
            got = self.read()
            if got.kind == PUBLISH:
                return self.published(got)

    def has_published(self) -> bool:
        """Whether a message came while something else was awaited."""
        return bool(self._held)

    def read_until_gone(self):
        """Returns once the broker has ended the connection."""
        try:
            while True:
                self.read()
        except Wire.Gone:
            return

    def ignore_until_gone(self):
        """The same, but nothing is acknowledged."""
        try:
            while self._socket.recv(65536):
                pass
        except (ConnectionResetError, ssl.SSLError):
            return

    def _await(self, kind: int) -> Packet:
        while True:
            got = self.read()
            if got.kind == kind:
                return got
            if got.kind == PUBLISH:
                self._held.append(got)

    def _parse(self):
        length = shift = 0
        for at in range(1, min(len(self._buffer), 5)):
            length |= (self._buffer[at] & 0x7F) << shift
            shift += 7
            if not self._buffer[at] & 0x80:
                break
        else:
            return None
        end = at + 1 + length
        if len(self._buffer) < end:
            return None
        first, body = self._buffer[0], bytes(self._buffer[at + 1:end])
        del self._buffer[:end]
        return Packet(first >> 4, first & 0x0F, body)

    def published(self, got: Packet) -> Published:
        """What a PUBLISH packet says."""
        topic_end = 2 + struct.unpack_from("!H", got.body)[0]
        qos = got.flags >> 1 & 3
        at = topic_end + (2 if qos else 0)
        if self.mqtt5:
            at += 1 + got.body[at]
        return Published(got.body[2:topic_end].decode(), got.body[at:], qos, bool(got.flags & 1))

    @staticmethod
    def _packet_id_of(got: Packet) -> bytes:
        topic_end = 2 + struct.unpack_from("!H", got.body)[0]
        return got.body[topic_end:topic_end + 2]

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 65535 + 1
        return self._packet_id
