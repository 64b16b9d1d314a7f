"""The service over HTTP: shadows, and what a test bench may do."""
from __future__ import annotations

import http.client
import json
import ssl
from urllib.parse import urlsplit

_ANSWER_SECONDS = 30


class ShadowError(Exception):
    """The service refuses: `code` as in HTTP, and its words."""

    def __init__(self, code: int, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class Service:
    """`ca`: the file that an https `url` is proven with."""

    def __init__(self, url: str, ca: str | None = None):
        self._url = urlsplit(url)
        self._ca = ca

    def ask(self, method: str, path: str, document: dict | None = None) -> dict:
        """The answer; ShadowError: it was refused."""
        # No proxy of the environment's, which urllib would ask.
        if self._url.scheme == "https":
            connection = http.client.HTTPSConnection(
                self._url.hostname, self._url.port, timeout=_ANSWER_SECONDS,
                context=ssl.create_default_context(cafile=self._ca))
        else:
            connection = http.client.HTTPConnection(self._url.hostname, self._url.port,
                                                    timeout=_ANSWER_SECONDS)
        try:
            body = None if document is None else json.dumps(document)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        said = json.loads(text) if text else {}
        if answer.status >= 300:
            raise ShadowError(answer.status, said.get("message", text.decode(errors="replace")))
        return said
