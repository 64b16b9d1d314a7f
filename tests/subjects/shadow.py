"""A device's side of its classic shadow: gets, deltas by their version, and reports one at a time."""
import itertools
import json
import secrets

from backoff import Backoff

GET_SECONDS = 2  # then it reports without knowing what is desired
REPORT_SECONDS = 5  # then it looks what became of its report
PAUSE_SECONDS = 0.25, 10  # after 429 and 500
CONFLICTS_MAX = 3

CONFLICT, THROTTLED, FAILED, NOT_FOUND = 409, 429, 500, 404


class Shadow:
    """Its owner has `state()`, and is told what to `obey(desired)`."""

    def __init__(self, connection, thing, owner):
        self._connection, self._owner = connection, owner
        self._prefix = f"$aws/things/{thing}/shadow"
        self._run, self._numbers = secrets.token_hex(4), itertools.count(1)
        self.version = None  # of the last that it heard of
        self._is_current = False  # whether that was on this connection: an update may name it
        self._getting = self._updating = None  # their tokens
        self._is_due = False  # a report is
        self._conflicts = 0
        self.backoff = Backoff(*PAUSE_SECONDS)

    def topics(self):
        return [f"{self._prefix}/{end}" for end in (
            "update/delta", "update/accepted", "update/rejected", "get/accepted", "get/rejected")]

    # --- what the owner does

    def connected(self):
        """Looks what is desired, and then reports."""
        self.get()
        self._is_due = True

    def disconnected(self):
        self._is_current = False
        self._getting = self._updating = None

    def changed(self):
        """The owner's state did, or is not what the shadow says."""
        self._conflicts = 0
        self.backoff.reset()
        self._is_due = True
        self._report()

    def received(self, topic, payload):
        document = json.loads(payload)
        {"update/delta": self._on_delta, "update/accepted": self._on_update_accepted,
         "update/rejected": self._on_update_rejected, "get/accepted": self._on_get_accepted,
         "get/rejected": self._on_get_rejected}[topic[len(self._prefix) + 1:]](document)

    # --- requests

    def get(self):
        if not self._connection.is_up:
            return
        token = self._getting = self._token()
        self.publish("get", {"clientToken": token})
        self._connection.after(GET_SECONDS, lambda: self._got(token))

    def _report(self):
        if not (self._is_due and self._connection.is_up) or self._getting or self._updating:
            return
        self._is_due = False
        self.update(self._owner.state())

    def update(self, reported):
        token = self._updating = self._token()
        version = {"version": self.version} if self._is_current else {}
        self.publish("update", {"state": {"reported": reported}, **version, "clientToken": token})
        self._connection.after(REPORT_SECONDS, lambda: self._missed(token))

    def publish(self, end, document):
        self._connection.publish(f"{self._prefix}/{end}", json.dumps(document))

    def _token(self):
        return f"{self._run}-{next(self._numbers)}"

    # --- deltas

    def _on_delta(self, delta):
        if self._getting and self.version is None:
            return  # of an earlier life: its get says what is desired now
        if not self.is_old(delta):
            self._saw(delta["version"])
            self.obey_delta(delta)

    def is_old(self, delta):
        return self.version is not None and delta["version"] < self.version

    def obey_delta(self, delta):
        self._owner.obey(delta["state"], is_delta=True)

    # --- answers to get

    def _on_get_accepted(self, shadow):
        if self._is_mine(shadow, self._getting):
            self._saw(shadow["version"])  # also one that is lower: the shadow has begun again
            self.obey_shadow(shadow)
            self._got(self._getting)

    def obey_shadow(self, shadow):
        self._owner.obey(shadow["state"].get("desired", {}))

    def _on_get_rejected(self, refusal):
        if not self._is_mine(refusal, self._getting):
            return
        if refusal["code"] == NOT_FOUND:
            self.forget()
            self._got(self._getting)
        elif refusal["code"] in (THROTTLED, FAILED):
            self._connection.after(self.backoff.next(), self.get)

    def forget(self):
        """There is no shadow: the next one begins anew."""
        self.version, self._is_current = None, False

    def _got(self, token):
        if token == self._getting:
            self._getting = None
            self._report()

    # --- answers to update

    def _on_update_accepted(self, accepted):
        if self.version is None or accepted["version"] > self.version:
            self._saw(accepted["version"])
        if self._is_mine(accepted, self._updating):
            self._updating = None
            self.backoff.reset()
            self._report()

    def _on_update_rejected(self, refusal):
        if not self._is_mine(refusal, self._updating):
            return
        self._updating = None
        if refusal["code"] == CONFLICT:
            self.conflict()
        elif refusal["code"] == THROTTLED:
            self.throttled()
        elif refusal["code"] == FAILED:
            self.failed()
        else:
            self.refused()

    def conflict(self):
        """Looks what the shadow is now before it tries again."""
        if self._may_try():
            self.get()
            self._is_due = True

    def throttled(self):
        self.again_after(self.backoff.next())

    def failed(self):
        self.again_after(self.backoff.next())

    def refused(self):
        """It would be again."""
        self._report()

    def again_after(self, seconds):
        self._connection.after(seconds, self.again)

    def again(self):
        self._is_due = True
        self._report()

    def _may_try(self):
        self._conflicts += 1
        return self._conflicts <= CONFLICTS_MAX

    def _missed(self, token):
        if token == self._updating and self._connection.is_up:
            self._updating = None
            self._is_due = True
            self.get()

    def _saw(self, version):
        self.version, self._is_current = version, True

    @staticmethod
    def _is_mine(answer, token):
        return token is not None and answer.get("clientToken") == token
