"""A page of the console, by hand: the WebSocket that it has, and the frames on it."""
import json
import socket

from tunnel import CLOSE, FINAL, PING, PONG, TEXT, Upgraded

PATH = "/_shadow/v1/live"
WAIT_SECONDS = 10


class Page:
    """Opened, and greeted unless `hello` is None. `headers` replace those of a browser's."""

    def __init__(self, endpoint, session, hello="", headers=None, receives_bytes=None):
        host = f"localhost:{endpoint.http_port}"
        connection = socket.socket()
        if receives_bytes:  # by the kernel, beside what is read
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_bytes)
        connection.settimeout(WAIT_SECONDS)
        connection.connect(("127.0.0.1", endpoint.http_port))
        asked = Upgraded(connection, PATH, host=host,
                         headers={"Sec-WebSocket-Protocol": None, "Origin": f"http://{host}",
                                  **({"Cookie": session.cookie} if session else {}),
                                  **(headers or {})})
        self.status, self.error = asked.status, None
        self.closed = None  # code and reason of the close that came
        if asked.status != 101:
            self.error = asked.error
            connection.close()
            return
        self.frames = asked.granted()
        self._kept = []
        if hello is not None:
            self.say({"do": "hello", "csrf": hello or session.csrf})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.frames.close()

    def say(self, frame):
        text = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
        self.frames.send_frame(FINAL | TEXT, text)

    def follow(self, number, what, **more):
        self.say({"id": number, "do": "follow", "what": what, **more})

    def read(self):
        """The next frame; None once it is closed."""
        while True:
            came = self.frames.read_frame()
            if came is None:
                return None
            kind, payload = came
            if kind == PING:
                self.frames.send_frame(FINAL | PONG, payload)
            elif kind == CLOSE:
                self.closed = (int.from_bytes(payload[:2], "big"), payload[2:].decode())
                return None
            elif kind == TEXT:
                return json.loads(payload)

    def hear(self, number, wanted=lambda frame: True):
        """The next frame of what is followed as that; others are kept for later."""
        for at, frame in enumerate(self._kept):
            if frame.get("id") == number and wanted(frame):
                return self._kept.pop(at)
        while True:
            frame = self.read()
            assert frame is not None, f"closed with {self.closed}"
            if frame.get("id") == number and wanted(frame):
                return frame
            self._kept.append(frame)

    def hello(self):
        frame = self.read()
        assert frame and "hello" in frame, (frame, self.closed)
        return frame["hello"]
