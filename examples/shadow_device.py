"""Use case 1, the device: a heater that is controlled through its classic shadow.

On each connection it gets its shadow (or creates it by reporting, if there is none),
does what is desired and reports what it does; then it follows the deltas.
"""

import argparse
import queue

from awscrt.mqtt_request_response import ClientOptions, SubscriptionStatusEventType
from awsiot import ServiceStreamOptions, V2ServiceException, iotshadow

from connection import ANSWER_SECONDS, add_options, connect, disconnect, say
from heater import Heater

NOT_FOUND = 404


class ShadowDevice:
    """Keeps a heater and its shadow in step.

    IotShadowClientV2 matches each answer to its request by the client token. The SDK's
    callbacks only queue what is to be done; run() does it on the caller's thread.
    """

    def __init__(self, connection, thing, heater):
        self._thing, self._heater = thing, heater
        self._version = None  # of the shadow, once it has been got
        self._shows_refusal = False  # whether the shadow's reported section names one
        self._todo = queue.Queue()
        self._client = iotshadow.IotShadowClientV2(connection, ClientOptions(
            max_request_response_subscriptions=3, max_streaming_subscriptions=1,
            operation_timeout_in_seconds=ANSWER_SECONDS))
        self._deltas = self._client.create_shadow_delta_updated_stream(
            iotshadow.ShadowDeltaUpdatedSubscriptionRequest(thing_name=thing),
            ServiceStreamOptions(
                incoming_event_listener=lambda delta: self._todo.put(
                    lambda: self._follow(delta)),
                subscription_status_listener=self._on_subscription))

    def run(self):
        self._deltas.open()
        while True:
            try:
                self._todo.get()()
            except V2ServiceException as error:
                say(f"the shadow service did not do it: {_reason(error)}")

    def look(self):
        """To be called when the connection is back: deltas may have been lost meanwhile."""
        self._todo.put(self._synchronise)

    def _on_subscription(self, status):
        # Deltas before this moment may be missed, later ones are not: time to look.
        if status.type == SubscriptionStatusEventType.SUBSCRIPTION_ESTABLISHED:
            self.look()

    def _synchronise(self):
        """Takes over what was desired meanwhile, and reports all that the heater does."""
        try:
            shadow = self._client.get_shadow(
                iotshadow.GetShadowRequest(thing_name=self._thing)).result()
        except V2ServiceException as error:
            if error.modeled_error is None or error.modeled_error.code != NOT_FOUND:
                raise
            say(f"{self._thing} has no shadow yet: creating it")
            self._version = 0
            return self._report(self._heater.state, {})
        say(f"got the shadow, version {shadow.version}")
        self._version = shadow.version
        self._shows_refusal = "refused" in (shadow.state.reported or {})
        self._report(self._heater.state, self._apply(shadow.state.delta or {}))

    def _follow(self, delta):
        if self._version is None:
            return say(f"passed over the delta of version {delta.version}: the shadow itself "
                       "comes first")
        if delta.version <= self._version:
            return say(f"passed over the delta of version {delta.version}: it is old")
        self._version = delta.version
        refused = self._apply(delta.state)
        self._report({name: self._heater.state[name] for name in delta.state
                      if name not in refused}, refused)

    def _apply(self, desired):
        """Returns the reasons, by name, of what the heater cannot do."""
        refused = {}
        for name, value in desired.items():
            try:
                self._heater.set(name, value)
                say(f"{name} is now {value}")
            except ValueError as error:
                say(f"refused: {error}")
                refused[name] = str(error)
        return refused

    def _report(self, reported, refused):
        """Reports; takes what was refused out of desired.

        Left in desired it would come again as a delta of each update, for ever.
        """
        if refused or self._shows_refusal:
            reported = {**reported, "refused": refused or None}
        self._shows_refusal = bool(refused)
        state = iotshadow.ShadowState(
            reported=reported, desired={name: None for name in refused} or None)
        accepted = self._client.update_shadow(iotshadow.UpdateShadowRequest(
            thing_name=self._thing, state=state)).result()
        say(f"reported {self._heater.state}, version {accepted.version}")


def _reason(error):
    refusal = error.modeled_error
    return f"{refusal.code} {refusal.message}" if refusal else error.inner_error or error


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--thing", default="device1", help="the thing's name (device1)")
    add_options(parser)
    options = parser.parse_args()
    connection = connect(options, options.thing, on_kept=lambda: device.look())
    device = ShadowDevice(connection, options.thing, Heater())
    try:
        device.run()
    except KeyboardInterrupt:
        disconnect(connection)
        say("disconnected")


if __name__ == "__main__":
    main()
