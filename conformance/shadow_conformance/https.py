"""The HTTPS data plane: one connection a thread, kept open."""
from __future__ import annotations

import http.client
import socket
import ssl
import threading
from urllib.parse import quote, urlsplit

from .mqtt import _tls_words
from .observation import HttpAnswer
from .signature import signed
from .trouble import CannotRun

_ANSWER_SECONDS = 20
METHODS = {"get": "GET", "update": "POST", "delete": "DELETE"}


def shadow_target(thing: str, shadow) -> str:
    target = f"/things/{quote(thing, safe='')}/shadow"
    return target + (f"?name={quote(shadow, safe='')}" if shadow else "")


def _parsed(url: str):
    try:
        parts = urlsplit(url)
        good = (parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
                and parts.path in ("", "/") and not parts.query)
    except ValueError:  # of the port
        good = False
    if not good:
        raise CannotRun(f"--https {url} is no such URL as https://HOST:8443")
    return parts


class DataPlane:
    """`tls` has the client's certificate, if there is one; `strangers` is the same without."""

    def __init__(self, url: str, pace, tls=None, strangers=None, keys=None, region="us-east-1"):
        self._url = _parsed(url)
        self._pace = pace
        self._tls = tls
        self._strangers = strangers
        self._keys = keys
        self._region = region
        self._local = threading.local()
        self._opened = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """When no thread asks any more."""
        for connection in self._opened:
            connection.close()

    @property
    def has_credentials(self) -> bool:
        return bool(self._keys) or self._tls is not self._strangers

    def _connect(self, tls):
        options = {"timeout": _ANSWER_SECONDS}
        made = http.client.HTTPConnection
        if self._url.scheme == "https":
            made, options["context"] = http.client.HTTPSConnection, tls
        connection = made(self._url.hostname, self._url.port, **options)
        self._opened.append(connection)
        return connection

    def ask(self, method: str, target: str, body: bytes = b"", credentials=True):
        """The answer; None: there was none. CannotRun: nobody is there."""
        self._pace.step()
        headers = {}
        if credentials and self._keys:
            headers = signed(method, target, body, self._url.netloc, self._keys, self._region)
        if not credentials:
            return self._once(self._connect(self._strangers), method, target, body, headers)
        for attempt in (1, 2):  # a kept connection may have been closed meanwhile
            connection = getattr(self._local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = self._local.connection = self._connect(self._tls)
            answer = self._once(connection, method, target, body, headers)
            if answer is not None:
                return answer
            self._local.connection = None
            if fresh:
                return None
        return None

    def _once(self, connection, method, target, body, headers):
        try:
            connection.request(method, target, body or None, headers)
            came = connection.getresponse()
            pairs = {name.lower(): value for name, value in came.getheaders()}
            return HttpAnswer(came.status, pairs, came.read())
        except ssl.SSLError as error:
            connection.close()
            raise CannotRun(f"TLS with {self._url.netloc} fails: {_tls_words(error)}") from error
        except socket.gaierror as error:
            raise CannotRun(f"there is no host {self._url.hostname}: {error.strerror}") from error
        except ConnectionRefusedError as error:
            raise CannotRun(f"{self._url.geturl()} cannot be reached: {error.strerror}") from error
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
