"""A shadow, over the HTTP data plane."""
from __future__ import annotations

import time
from urllib.parse import quote

from .service import Service, ShadowError

_LOOK_SECONDS = 0.005


class Shadow:
    """`name` None: the classic shadow."""

    def __init__(self, service: Service, thing: str, name: str | None = None):
        self.thing = thing
        self.name = name
        self._service = service
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
        return self._service.ask("POST", self._path, document)

    def get(self) -> dict | None:
        """The document; None: there is no shadow."""
        try:
            return self._service.ask("GET", self._path)
        except ShadowError as error:
            if error.code == 404:
                return None
            raise

    def delete(self) -> None:
        self._service.ask("DELETE", self._path)

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

    def __str__(self) -> str:
        return self.thing if self.name is None else f"{self.thing}/{self.name}"
