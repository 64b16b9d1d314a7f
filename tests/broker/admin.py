"""Speaks to shadowd's admin socket."""
import json
import socket


class Admin:
    """One connection. Each wait for a line has a bound."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(str(path))
        self._file = self._socket.makefile("rb")

    def send(self, raw: bytes):
        self._socket.sendall(raw)

    def line(self):
        """The next line of an answer; None: the connection was closed."""
        text = self._file.readline()
        return json.loads(text) if text else None

    def ask(self, command: str, **members):
        """The one line that answers a request."""
        self.send(json.dumps({"command": command, **members}).encode() + b"\n")
        return self.line()

    def close(self):
        self._file.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
