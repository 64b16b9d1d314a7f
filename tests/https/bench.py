"""Asks for what a test bench may do (docs/https.md, "A test bench")."""
import json

import signature_test
from endpoint import KEY


class Bench:
    """Signed with an access key; everything that is asked for must be done."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def ask(self, method: str, what: str, body=None, key=KEY):
        """The answer, of any status."""
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        return signature_test.ask(self.endpoint, method, f"/_shadow/v1/{what}", text.encode(),
                                  key=key)

    def do(self, method: str, what: str, body=None) -> dict:
        answer = self.ask(method, what, body)
        assert answer.status == 200, (method, what, body, answer)
        return answer.json

    def clock(self, **to) -> dict:
        return self.do("PUT", "clock", to) if to else self.do("GET", "clock")

    # --- shadows, as an application has them

    def update(self, thing: str, name=None, **state) -> dict:
        answer = self.endpoint.ask("POST", self.path(thing, name), json.dumps({"state": state}))
        assert answer.status == 200, answer
        return answer.json

    def get(self, thing: str, name=None):
        """The document, or None."""
        answer = self.endpoint.ask("GET", self.path(thing, name))
        return None if answer.status == 404 else answer.json

    def delete(self, thing: str, name=None):
        assert self.endpoint.ask("DELETE", self.path(thing, name)).status == 200

    @staticmethod
    def path(thing: str, name=None) -> str:
        return f"/things/{thing}/shadow" + (f"?name={name}" if name else "")
