"""A shadow, over the HTTP data plane."""
from __future__ import annotations

import http.client
import json
import ssl
import time
from urllib.parse import quote, urlsplit

_LOOK_SECONDS = 0.005
_ANSWER_SECONDS = 30


class ShadowError(Exception):
    """The service refuses: `code` as in HTTP, and its words."""

    def __init__(self, code: int, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class Shadow:
    """`url` is that of the data plane; `name` None: the classic shadow."""

    def __init__(self, url: str, thing: str, name: str | None = None, ca: str | None = None):
        self.thing = thing
        self.name = name
        self._url = urlsplit(url)
        self._ca = ca
        self._path = f"/things/{quote(thing, safe='')}/shadow"
        if name is not None:
            self._path += f"?name={quote(name, safe='')}"

    def desired(self, **members) -> dict:
        """Wishes for these members; None removes one. Gives the answer."""
        return self.update({"state": {"desired": members}})

    def reported(self, **members) -> dict:
        """Reports these members, as the device would."""
        return self.update({"state": {"reported": members}})

    def update(self, document: dict) -> dict:
        """Any update document, with a version for example. Gives the answer."""
        return self._ask("POST", json.dumps(document))

    def get(self) -> dict | None:
        """The document; None: there is no shadow."""
        try:
            return self._ask("GET")
        except ShadowError as error:
            if error.code == 404:
                return None
            raise

    def delete(self) -> None:
        self._ask("DELETE")

    def wait_reported(self, timeout: float = 2, **members) -> dict:
        """Waits until all these are reported, and gives the document; fails the test otherwise."""
        return self._wait("reported", members, timeout)

    def wait_desired(self, timeout: float = 2, **members) -> dict:
        """The same for what is desired."""
        return self._wait("desired", members, timeout)

    def _wait(self, section: str, members: dict, timeout: float) -> dict:
        deadline = time.monotonic() + timeout
        while True:
            document = self.get() or {"state": {}}
            there = document["state"].get(section, {})
            if all(name in there and there[name] == value for name, value in members.items()):
                return document
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{self} {section} not {members} within {timeout} s; it is {there or 'nothing'}")
            time.sleep(_LOOK_SECONDS)

    def _ask(self, method: str, body: str | None = None) -> dict:
        # No proxy of the environment's, which urllib would ask.
        if self._url.scheme == "https":
            connection = http.client.HTTPSConnection(
                self._url.hostname, self._url.port, timeout=_ANSWER_SECONDS,
                context=ssl.create_default_context(cafile=self._ca))
        else:
            connection = http.client.HTTPConnection(self._url.hostname, self._url.port,
                                                    timeout=_ANSWER_SECONDS)
        try:
            connection.request(method, self._path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        said = json.loads(text) if text else {}
        if answer.status >= 300:
            raise ShadowError(answer.status, said.get("message", text.decode(errors="replace")))
        return said

    def __str__(self) -> str:
        return self.thing if self.name is None else f"{self.thing}/{self.name}"
