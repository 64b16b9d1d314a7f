"""MQTT over WebSocket with signed URLs: an endpoint whose broker knows access keys, a signer, and a
client by hand."""
import base64
import datetime
import hashlib
import hmac
import json
import os
import secrets
import socket
import struct
import urllib.parse

from endpoint import Endpoint, KEY, SECRET
from harness import WAIT_SECONDS, free_port
from wire import Wire

BINARY, TEXT, CONTINUATION, CLOSE, PING, PONG = 2, 1, 0, 8, 9, 10
FINAL = 0x80


def signed_target(host: str, *, key=KEY, secret=SECRET, service="iotdevicegateway", expires=None,
                  shift=0, token=None, path="/mqtt", region="eu-central-1") -> str:
    """Path and query, signed for `host`. `shift`: seconds that the signer's clock is off."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift)
    time, date = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    scope = f"{date}/{region}/{service}/aws4_request"
    query = [("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", f"{key}/{scope}"),
             ("X-Amz-Date", time), *([("X-Amz-Expires", str(expires))] if expires else []),
             ("X-Amz-SignedHeaders", "host")]
    text = "&".join(f"{name}={urllib.parse.quote(value, safe='-._~')}" for name, value in query)
    canonical = f"GET\n{path}\n{text}\nhost:{host}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", time, scope,
                         hashlib.sha256(canonical.encode()).hexdigest()])
    signing_key = f"AWS4{secret}".encode()
    for word in (date, region, service, "aws4_request", to_sign):
        signing_key = hmac.new(signing_key, word.encode(), hashlib.sha256).digest()
    text += f"&X-Amz-Signature={signing_key.hex()}"
    if token is not None:
        text += f"&X-Amz-Security-Token={urllib.parse.quote(token, safe='')}"
    return f"{path}?{text}"


class TunnelEndpoint(Endpoint):
    """An Endpoint whose plugin holds everybody to policies: devices' certificates at `tls_port`, and
    keys. `websocket_port` is Mosquitto's own listener, which knows neither."""

    def __init__(self, service_flags=(), auth="certificate", asks_for_certificates=True):
        super().__init__(service_flags)
        if not asks_for_certificates:
            self.service.command = [part for part in self.service.command
                                    if not part.startswith("--https_client_ca")]
        self.tls_port, self.websocket_port = free_port(), free_port()
        self.plugin_options.update({"auth": auth, "registry": self.registry.folder})
        self.broker_lines += [
            f"listener {self.tls_port} 127.0.0.1", f"cafile {self.ca_file}",
            f"certfile {self.server.file}", f"keyfile {self.server.key_file}",
            "require_certificate true",
            f"listener {self.websocket_port} 127.0.0.1", "protocol websockets"]

    def put_key(self, key: str, policy: str, status: str = "ACTIVE", **more):
        file = self.credentials / f"{key}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(
            {"secretAccessKey": SECRET, "status": status, "policies": [policy], **more}))
        (self.registry.folder / "keys").mkdir(exist_ok=True)
        self.project(key, policy, status)

    def project(self, key: str, policy: str, status: str = "ACTIVE"):
        """What the plugin may know of the key."""
        (self.registry.folder / "keys" / f"{key}.json").write_text(
            json.dumps({"status": status, "policies": [policy]}))

    def socket(self, tls: bool = True, certificate=None):
        port = self.https_port if tls else self.http_port
        plain = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
        if not tls:
            return plain
        return self.tls(certificate).wrap_socket(plain, server_hostname="localhost")

    def target(self, **more) -> str:
        return signed_target(f"localhost:{self.https_port}", **more)

    def upgrade(self, target=None, *, tls=True, certificate=None, **more) -> "Upgraded":
        """One request to become a WebSocket, signed unless `target` is given."""
        connection = self.socket(tls, certificate)
        port = self.https_port if tls else self.http_port
        return Upgraded(connection, target or self.target(), host=f"localhost:{port}", **more)

    def wire(self, *, mqtt5=False, **more) -> "TunnelWire":
        """Upgraded; MQTT has not been spoken yet."""
        return TunnelWire(self.upgrade(**more).granted(), mqtt5=mqtt5)

    def connect(self, client_id: str, *, mqtt5=False, upgrade=None, **more) -> "TunnelWire":
        wire = self.wire(mqtt5=mqtt5, **(upgrade or {}))
        code = wire.connect(client_id, **more)
        assert code == 0, f"CONNACK {code}"
        return wire


class Upgraded:
    """An upgrade and its answer. `headers` replace those of a good one; None leaves one out."""

    def __init__(self, connection, target: str, host: str, method="GET", headers=None, behind=b""):
        self.socket = connection
        self.key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = {"Host": host, "Upgrade": "websocket", "Connection": "Upgrade",
                 "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": self.key,
                 "Sec-WebSocket-Protocol": "mqtt", **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        self.key = lines["Sec-WebSocket-Key"]
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + behind)
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            assert part, f"the connection ended: {data}"
            data += part
        self.head, _, self.rest = data.partition(b"\r\n\r\n")
        status, *fields = self.head.decode().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = {name.lower(): value for name, _, value in
                        (field.partition(": ") for field in fields)}
        missing = int(self.headers.get("content-length", 0)) - len(self.rest)
        while self.status != 101 and method != "HEAD" and missing > 0:
            part = connection.recv(missing)
            assert part
            self.rest += part
            missing -= len(part)

    @property
    def error(self):
        """The message of the refusal."""
        return json.loads(self.rest)["message"]

    def granted(self) -> "Frames":
        assert self.status == 101, (self.head, self.rest)
        expected = base64.b64encode(hashlib.sha1(
            f"{self.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
        assert self.headers["sec-websocket-accept"] == expected
        return Frames(self.socket, self.rest)


class Frames:
    """A WebSocket that looks like a socket to whoever speaks MQTT over it."""

    def __init__(self, connection, received=b""):
        self.socket = connection
        self._buffer = bytearray(received)
        self.pongs = []
        self.close_code = None  # of the close that came
        self.frame_bytes = None  # data goes out in frames of at most so many

    def send_frame(self, first: int, payload: bytes = b"", mask=None):
        """`first`: the first byte, the final flag and the kind."""
        size = len(payload)
        length = (bytes([0x80 | size]) if size < 126 else
                  b"\xfe" + struct.pack("!H", size) if size < 65536 else
                  b"\xff" + struct.pack("!Q", size))
        mask = mask or os.urandom(4)
        stream = int.from_bytes(payload, "big") ^ int.from_bytes(
            (mask * (size // 4 + 1))[:size], "big")
        self.socket.sendall(bytes([first]) + length + mask + stream.to_bytes(size, "big"))

    def sendall(self, data: bytes):
        step = self.frame_bytes or max(len(data), 1)
        for at in range(0, len(data), step):
            self.send_frame(FINAL | BINARY, data[at:at + step])

    def read_frame(self):
        """(kind, payload) of the next frame; nothing once the connection has ended."""
        head = self._take(2)
        if head is None:
            return None
        assert head[0] & FINAL and not head[1] & 0x80, "ours are whole and not masked"
        size = head[1]
        if size >= 126:
            size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
        return head[0] & 0x0F, bytes(self._take(size))

    def recv(self, _size) -> bytes:
        while True:
            frame = self.read_frame()
            if frame is None:
                return b""
            kind, payload = frame
            if kind == PONG:
                self.pongs.append(payload)
            elif kind == CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big")
                return b""
            else:
                assert kind == BINARY, kind
                if payload:
                    return payload

    def close(self):
        self.socket.close()

    def _take(self, size):
        while len(self._buffer) < size:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                return None
            self._buffer += part
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


class TunnelWire(Wire):
    """MQTT by hand over a WebSocket."""

    def __init__(self, frames: Frames, mqtt5: bool = False):
        self.mqtt5 = mqtt5
        self.session_present = False
        self._socket = self.frames = frames
        self._buffer = bytearray()
        self._packet_id = 0
        self._held = []
