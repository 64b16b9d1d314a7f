"""Devices with one fault each: bugs that firmware is known to have, by the scenario that finds them.

Each is the good device (model_device.py) but for what its class says.
"""
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from connection import Connection
from model_device import VALUES, Device
from shadow import Shadow

SAME_PAUSE_SECONDS = 2  # so long that nothing that delays it on a busy machine looks like jitter


class ConnectsTwice(Device):
    """connect: its first connection of each start is only a test of the network."""

    _has_tested = False

    def connected(self, session_present):
        if self._has_tested:
            super().connected(session_present)
        else:
            self._has_tested = True
            self.connection.drop()


class OverMqtt5(Connection):
    """Whoever speaks MQTT 3.1.1 is cut for a forbidden publication, and is then found by others, too."""

    def make_client(self, client_id):
        kept = Properties(PacketTypes.CONNECT)
        kept.SessionExpiryInterval = 3600
        self.connect_options = {"clean_start": False, "properties": kept}
        return mqtt.Client(client_id=client_id, protocol=mqtt.MQTTv5)


class PublishesAnAnswer(Device):
    """publish: says itself that its update is accepted."""

    connection_type = OverMqtt5

    def look(self, session_present):
        super().look(session_present)
        self.shadow.publish("update/accepted", {"state": {"reported": self.state()}})


class ListensToAll(Device):
    """subscribe: wants the deltas of all things, and sorts them itself."""

    def subscribe(self):
        super().subscribe()
        self.connection.subscribe(["$aws/things/+/shadow/update/delta"])

    def received(self, topic, payload):
        if topic in self.shadow.topics():
            super().received(topic, payload)


class SilentConnection(Connection):
    """Sends no PUBACK for what is strange."""

    def make_client(self, client_id):
        client = super().make_client(client_id)
        acknowledge, client.on_strange = client._send_puback, False

        def unless_strange(mid):
            return mqtt.MQTT_ERR_SUCCESS if client.on_strange else acknowledge(mid)
        client._send_puback = unless_strange
        return client


class AcknowledgesWhatItKnows(Device):
    """puback: returns from a message with no member of its own before it has acknowledged it."""

    connection_type = SilentConnection

    def received(self, topic, payload):
        self.connection.client.on_strange = topic.endswith("delta") and b'"power"' not in payload
        super().received(topic, payload)


class ConnectsAtOnce(Device):
    """reconnect-delay: has its backoff for failures only."""

    class connection_type(Connection):
        def pause(self, was_up):
            return 0 if was_up else super().pause(was_up)


class ConnectsInTime(Device):
    """backoff-after-cut: tries again as a clock ticks."""

    class connection_type(Connection):
        def pause(self, was_up):
            return super().pause(was_up) if was_up else SAME_PAUSE_SECONDS


class ComesBackClean(Device):
    """session-kept: asks for a new session when it comes back."""

    def disconnected(self):
        super().disconnected()
        self.connection.client._clean_session = True


class TrustsItsSession(Device):
    """session-expired: has subscribed once, and that is that."""

    def connected(self, session_present):
        super().connected(session_present or self._has_subscribed)


class FallsAsleep(Device):
    """long-run: sends no PINGREQ, so its connection ends when it is idle."""

    IDLE_SECONDS = 20

    def connected(self, session_present):
        super().connected(session_present)
        self.connection.after(self.IDLE_SECONDS, self._end)

    def _end(self):
        if self.connection.is_up:
            self.connection.drop()


class OnlyGets(Device):
    """report-on-connect: looks what is desired, and says nothing of itself."""

    class shadow_type(Shadow):
        def connected(self):
            self.get()


class IsBusy(Device):
    """obey-delta: is deaf while it carries out a command."""

    BUSY_SECONDS = 0.5
    _busy_until = 0

    class shadow_type(Shadow):
        def obey_delta(self, delta):
            if time.monotonic() > self._owner._busy_until:
                super().obey_delta(delta)

    def switch(self, power):
        self._busy_until = time.monotonic() + self.BUSY_SECONDS
        super().switch(power)


class Storms(Device):
    """certificate-inactive: takes a refusal for a slip of the network."""

    class connection_type(Connection):
        _is_refused = False

        def refused(self, code):
            self._is_refused = True

        def pause(self, was_up):
            is_refused, self._is_refused = self._is_refused, False
            return 0.03 if is_refused else super().pause(was_up)


class RestsOnItsSession(Device):
    """delta-while-offline: does not look when its session was kept: what it missed will come."""

    _has_looked = False

    def look(self, session_present):
        if not (session_present and self._has_looked):
            super().look(session_present)
        self._has_looked = True


class TakesTheAnswerForTheDelta(Device):
    """accepted-before-delta: a delta whose version it knows from its own accepted is old to it."""

    class shadow_type(Shadow):
        _of_mine = None

        def _on_update_accepted(self, accepted):
            if self._is_mine(accepted, self._updating):
                self._of_mine = accepted["version"]
            super()._on_update_accepted(accepted)

        def is_old(self, delta):
            return super().is_old(delta) or delta["version"] == self._of_mine


class KnowsNoVersions(Device):
    """deltas-out-of-order: the last one to come is the newest."""

    class shadow_type(Shadow):
        def is_old(self, delta):
            return False


class Toggles(Device):
    """delta-twice: has a relay that each delta pulses."""

    class shadow_type(Shadow):
        def obey_delta(self, delta):
            if delta["state"].get("power") in VALUES:
                super().obey_delta({"state": {"power": self._owner.other()}})

    def other(self):
        return "off" if self.power == "on" else "on"


class Insists(Device):
    """conflict-409: sends the same again."""

    class shadow_type(Shadow):
        def conflict(self):
            if self._may_try():
                self.again_after(self.backoff.next())


class TriesInTime(Device):
    """throttled-429: waits as long each time."""

    class shadow_type(Shadow):
        def throttled(self):
            self.again_after(SAME_PAUSE_SECONDS)


class DoesNotBelieveRefusals(Device):
    """rejected-400-413: what was wrong may be right the next time."""

    class shadow_type(Shadow):
        def refused(self):
            self.again_after(self.backoff.next())


class GivesUpAtOnce(Device):
    """failed-500: an error is an error."""

    class shadow_type(Shadow):
        def failed(self):
            self.refused()


class TakesBack(Device):
    """ack-lost: undoes what it could not report."""

    class shadow_type(Shadow):
        def disconnected(self):
            is_open = self._updating is not None
            super().disconnected()
            if is_open:
                self._owner.undo()

        def connected(self):
            super().connected()
            if self._owner.has_undone:
                self._owner.has_undone = False
                self._is_due = False
                self.update(self._owner.state())

    has_undone = False
    _before = "off"

    def switch(self, power):
        self._before = self.power
        super().switch(power)

    def undo(self):
        self.power, self.has_undone = self._before, True


class ReadsTextsOnly(Device):
    """nulls-and-strangers: takes each value for a text, and dies of any other."""

    def obey(self, desired, is_delta=False):
        if "power" in desired:
            super().obey({"power": desired["power"].lower()}, is_delta)


class HasASmallBuffer(Device):
    """big-document: drops what does not fit."""

    BUFFER_BYTES = 4096

    def received(self, topic, payload):
        if len(payload) <= self.BUFFER_BYTES:
            super().received(topic, payload)


class RemembersItsFirstCommand(Device):
    """desired-cleared: does what it was first told when it is told nothing."""

    first = None

    class shadow_type(Shadow):
        def obey_shadow(self, shadow):
            if self._owner.first and "power" not in shadow["state"].get("desired", {}):
                self._owner.obey({"power": self._owner.first})
            else:
                super().obey_shadow(shadow)

    def switch(self, power):
        self.first = self.first or power
        super().switch(power)


class ForgetsNoVersion(Device):
    """shadow-deleted: waits for the old shadow's next version."""

    class shadow_type(Shadow):
        def forget(self):
            self._is_current = False


class TrustsItsClock(Device):
    """wrong-clock: what was said more than a minute ago is not for it."""

    STALE_SECONDS = 60

    class shadow_type(Shadow):
        def is_old(self, delta):
            age = time.time() - delta["timestamp"]
            return age > self._owner.STALE_SECONDS or super().is_old(delta)


class MindsItsLock(Device):
    """power-cut: finds the lock of its last life, and takes it for another's."""

    @staticmethod
    def begins(lock):
        if lock.is_taken():
            sys.exit("I am running already")


class GivesUp(Device):
    """away-30s: after so long without a cloud it is not needed any more."""

    PATIENCE_SECONDS = 20

    class connection_type(Connection):
        _was_up = None

        def pause(self, was_up):
            if was_up or self._was_up is None:
                self._was_up = time.monotonic()
            elif time.monotonic() - self._was_up > GivesUp.PATIENCE_SECONDS:
                sys.exit("there is no cloud")
            return super().pause(was_up)


class IsAlive(Device):
    """quiet: says so."""

    ALIVE_SECONDS = 6

    def connected(self, session_present):
        super().connected(session_present)
        self.connection.after(self.ALIVE_SECONDS, self._say)

    def _say(self):
        if self.connection.is_up:
            self.shadow.publish("update", {"state": {"reported": {"alive": True}}})
            self.connection.after(self.ALIVE_SECONDS, self._say)


MUTANTS = {mutant.__doc__.partition(":")[0]: mutant for mutant in (
    ConnectsTwice, PublishesAnAnswer, ListensToAll, AcknowledgesWhatItKnows, ConnectsAtOnce,
    ConnectsInTime, ComesBackClean, TrustsItsSession, FallsAsleep, OnlyGets, IsBusy, Storms,
    RestsOnItsSession, TakesTheAnswerForTheDelta, KnowsNoVersions, Toggles, Insists, TriesInTime,
    DoesNotBelieveRefusals, GivesUpAtOnce, TakesBack, ReadsTextsOnly, HasASmallBuffer,
    RemembersItsFirstCommand, ForgetsNoVersion, TrustsItsClock, MindsItsLock, GivesUp, IsAlive)}
