"""Asks for a shadow's past (docs/https.md, "Earlier versions")."""
import json
from urllib.parse import quote, urlencode

import signature_test
from endpoint import Endpoint


class Past:
    """One shadow's. Signed with an access key, unless `certificate` says which attribute of the
    endpoint asks."""

    def __init__(self, endpoint: Endpoint, thing: str, name=None, certificate=None):
        self._endpoint = endpoint
        self.thing = thing
        self._path = f"/_shadow/v1/things/{quote(thing, safe='')}"
        self._name = {"name": name} if name else {}
        self._certificate = certificate
        self.shadow = f"/things/{quote(thing, safe='')}/shadow" + (f"?name={name}" if name else "")

    def ask(self, method: str, what: str, body=None, **parameters):
        """The answer, of any status."""
        query = urlencode(sorted({**self._name, **parameters}.items()), quote_via=quote)
        target = f"{self._path}/{what}" + (f"?{query}" if query else "")
        return ask(self._endpoint, method, target, body, self._certificate)

    def get(self, what: str, **parameters):
        answer = self.ask("GET", what, **parameters)
        assert answer.status == 200, (what, parameters, answer)
        return answer.json

    def entries(self, limit=1000, **parameters):
        """Of one page, and of more where reading it took so long that it ended early."""
        entries = []
        while True:
            page = self.get("history", limit=limit - len(entries), **parameters)
            entries += page["entries"]
            if "nextToken" not in page or len(entries) == limit:
                return entries
            parameters["after"] = page["nextToken"]

    def restore(self, version: int, **members):
        body = json.dumps({"version": version, **members})
        return self.ask("POST", "restore", body)

    def update(self, **state):
        """Over HTTPS, by the endpoint's admin. The version that it makes."""
        answer = self._endpoint.ask("POST", self.shadow, json.dumps({"state": state}))
        assert answer.status == 200, answer
        return answer.json["version"]

    def delete(self):
        answer = self._endpoint.ask("DELETE", self.shadow)
        assert answer.status == 200, answer


def ask(endpoint, method: str, target: str, body=None, certificate=None):
    if certificate is not None:
        return endpoint.ask(method, target, body, certificate=certificate)
    return signature_test.ask(endpoint, method, target, (body or "").encode())
