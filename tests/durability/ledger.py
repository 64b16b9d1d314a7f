"""What one shadow must be, after every request that was sent and every answer that came.

Only one client writes a shadow, so the outcome of each request is known when it is sent: which
answer, which version. An answer that differs, comes twice or never, and a version that nothing
accounts for, is a Violation. Only the death of the broker makes the outcome of what it had not yet
answered unknown: then the shadow is in one of several states, and a get and an update find out which.
"""
import itertools
import json
from collections import OrderedDict
from typing import NamedTuple


class Violation(AssertionError):
    pass


class State(NamedTuple):
    version: int = 0  # of a deleted shadow: its tombstone's
    n: int = 0        # the member that each update changes; 0: there is no shadow

    @property
    def exists(self) -> bool:
        return self.n != 0

    def updated(self, n: int) -> "State":
        return State(self.version + 1, n)

    def deleted(self) -> "State":
        return State(self.version + 1)


class Expected(NamedTuple):
    topics: tuple[str, ...]  # any of them
    version: int | None      # in the answer
    after: State
    place: int               # in the shadow's history: the states up to it had been before


class Ledger:
    _tokens = itertools.count(1)

    def __init__(self, prefix: str):
        self.prefix = prefix
        self.history = [State()]     # every state that was, or is to be, in order
        self.possible = [State()]    # more than one: the broker died, and which is unknown
        self.pending: OrderedDict[str, Expected] = OrderedDict()
        self.answered: dict[str, str] = {}  # token to topic
        self.changes: dict[str, tuple[int, bool]] = {}  # accepted: token to version left, deleted
        self.unknown: set[str] = set()      # unanswered then: they may have been applied
        self.given_up = 0                   # unanswered when the broker died
        self._looked = False                # at it, since then

    @property
    def certain(self) -> bool:
        return len(self.possible) == 1

    @property
    def state(self) -> State:
        return self.history[-1]

    # --- sending

    def update(self, condition: str = "none") -> tuple[str, bytes]:
        """`condition`: none, right or stale. Gives the operation and the payload to send."""
        token = self._token()
        n = int(token.split("-")[1])
        body = {"state": {"reported": {"n": n}}, "clientToken": token}
        if condition == "stale":
            body["version"] = max(self.state.version - 1, 0)
            self._expect(token, ("update/rejected",), None, self.state)
        else:
            if condition == "right":
                body["version"] = self.state.version
            after = self.state.updated(n)
            self._expect(token, ("update/accepted",), after.version, after)
        return "update", json.dumps(body).encode()

    def delete(self) -> tuple[str, bytes]:
        token = self._token()
        if self.state.exists:
            self._expect(token, ("delete/accepted",), self.state.version, self.state.deleted())
        else:
            self._expect(token, ("delete/rejected",), None, self.state)
        return "delete", json.dumps({"clientToken": token}).encode()

    def get(self) -> tuple[str, bytes]:
        token = self._token()
        self._expect(token, ("get/accepted", "get/rejected"), None, self.state)
        return "get", json.dumps({"clientToken": token}).encode()

    def find_out(self) -> tuple[str, bytes]:
        """In which of the possible states the shadow is: a get, and if that leaves several (deleted
        more or less often) an update, whose version tells."""
        if not self._looked:
            self._looked = True
            return self.get()
        token = self._token()
        n = int(token.split("-")[1])
        self._expect(token, ("update/accepted",), None, State(0, n))
        body = {"state": {"reported": {"n": n}}, "clientToken": token}
        return "update", json.dumps(body).encode()

    def _token(self) -> str:
        return f"t-{next(self._tokens)}"

    def _expect(self, token, topics, version, after):
        if self.certain and after != self.state:
            self.history.append(after)
        self.pending[token] = Expected(topics, version, after, len(self.history) - 1)

    # --- answers

    def answer(self, topic: str, payload: dict, again: bool):
        """An accepted or rejected. `again`: MQTT says that it may have been delivered before."""
        token = payload.get("clientToken")
        expected = self.pending.pop(token, None)
        if expected is None:
            if not (again and self.answered.get(token) == topic):
                raise Violation(f"{self.prefix}: a second answer to {token}: {topic} {payload}")
            return
        self.answered[token] = topic
        if topic not in expected.topics:
            raise Violation(f"{self.prefix}: {token} wanted {expected}, got {topic} {payload}")
        if topic == "update/accepted":
            self.changes[token] = payload["version"], False
        elif topic == "delete/accepted":
            self.changes[token] = payload["version"] + 1, True
        if not self.certain:
            self._narrow(topic, payload, expected)
        elif topic.startswith("get/"):
            self._check_get(topic, payload, expected)
        elif expected.version is not None and payload["version"] != expected.version:
            raise Violation(f"{self.prefix}: {token} wanted {expected}, got {payload}")
        elif topic.endswith("/rejected"):
            self._check_refusal(topic, payload)

    def _check_refusal(self, topic, payload):
        # A delete that was refused and whose answer was lost may meet a shadow made since: then it
        # must not be applied, and what it was refused with is not known any more.
        right = {"update/rejected": (409,), "delete/rejected": (404, 500)}[topic]
        if payload["code"] not in right:
            raise Violation(f"{self.prefix}: {topic} {payload}, not {right}")

    def _check_get(self, topic, payload, expected):
        # A get that is sent again may show what was asked for after it.
        seen = self._seen(topic, payload)
        if not any(self._shows(state, seen) for state in self.history[expected.place:]):
            raise Violation(f"{self.prefix}: got {payload}, not one of "
                            f"{self.history[expected.place:]}")

    def _narrow(self, topic, payload, expected):
        if topic.startswith("get/"):
            seen = self._seen(topic, payload)
            fitting = [state for state in self.possible if self._shows(state, seen)]
        else:
            fitting = [state.updated(expected.after.n) for state in self.possible
                       if state.version + 1 == payload["version"]]
        if not fitting:
            raise Violation(f"{self.prefix}: {topic} {payload} fits none of {self.possible}")
        self.possible = list(dict.fromkeys(fitting))
        if self.certain:
            self.history = list(self.possible)

    @staticmethod
    def _seen(topic, payload):
        if topic == "get/rejected":
            return None if payload["code"] == 404 else payload
        return payload["version"], payload["state"]["reported"]["n"]

    @staticmethod
    def _shows(state: State, seen) -> bool:
        return seen is None if not state.exists else seen == (state.version, state.n)

    # --- the broker's death

    def broker_died(self):
        """What is pending may have been applied, as far as its order: any first part of it."""
        possible = list(self.possible)
        if self.certain:
            first = next(iter(self.pending.values()), None)
            start = len(self.history) - 1 if first is None else max(self._place_before(first), 0)
            possible = self.history[start:]
        else:
            for expected in self.pending.values():
                if expected.topics == ("update/accepted",):
                    possible += [state.updated(expected.after.n) for state in possible]
        self._looked = False
        self.given_up += len(self.pending)
        self.unknown.update(self.pending)
        self.pending.clear()
        self.possible = list(dict.fromkeys(possible))
        if self.certain:
            self.history = list(self.possible)

    def _place_before(self, expected: Expected) -> int:
        changes = expected.topics in (("update/accepted",), ("delete/accepted",))
        return expected.place - 1 if changes else expected.place
