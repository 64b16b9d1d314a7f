"""Use case 1, the application: sets what a device shall be, and watches what becomes of it.

set    asks for a state and waits until the device reports it
get    shows the shadow
watch  shows every accepted and every rejected update

Exit codes: 0 done, 1 refused, 2 no connection, 3 accepted but not yet reported.
"""

import argparse
import json
import os
import queue
import sys
import time
import uuid

from awsiot import iotshadow

from connection import ANSWER_SECONDS, AT_LEAST_ONCE, add_options, connect, disconnect, say

REFUSED, NOT_YET_REPORTED = 1, 3


class ShadowApplication:
    """One thing's shadow as an application sees it.

    The classic IotShadowClient shows the answers to everybody's updates, the device's
    reports among them; our own are told apart by their client token.
    """

    def __init__(self, connection, thing):
        self._client = iotshadow.IotShadowClient(connection)
        self._thing = thing
        self._seen = queue.Queue()

    def watch(self):
        """Yields (accepted, rejected) of each update: one of them is None."""
        self._follow_updates()
        say(f"watching the updates of {self._thing}")
        while True:
            yield self._seen.get()

    def get(self):
        """Returns (shadow, None), or (None, the service's refusal)."""
        request = iotshadow.GetShadowSubscriptionRequest(thing_name=self._thing)
        self._subscribe("get_shadow_accepted", request, lambda it: self._seen.put((it, None)))
        self._subscribe("get_shadow_rejected", request, lambda it: self._seen.put((None, it)))
        token = str(uuid.uuid4())
        self._client.publish_get_shadow(iotshadow.GetShadowRequest(
            thing_name=self._thing, client_token=token), AT_LEAST_ONCE)
        return self._answer_to(token, time.monotonic() + ANSWER_SECONDS)

    def set(self, desired, version, wait_seconds):
        """Sets desired; returns the exit code that tells what came of it."""
        self._follow_updates()
        token = str(uuid.uuid4())
        self._client.publish_update_shadow(iotshadow.UpdateShadowRequest(
            thing_name=self._thing, client_token=token, version=version,
            state=iotshadow.ShadowState(desired=desired)), AT_LEAST_ONCE)
        accepted, rejected = self._answer_to(token, time.monotonic() + ANSWER_SECONDS)
        if rejected:
            say(f"rejected: {rejected.code} {rejected.message}")
            return REFUSED
        say(f"accepted: desired {desired}, version {accepted.version}")
        return self._reconcile(desired, time.monotonic() + wait_seconds)

    def _reconcile(self, desired, deadline):
        """Follows the device's reports until they are what was desired."""
        waiting = {name: value for name, value in desired.items() if value is not None}
        while waiting:
            try:
                accepted, _ = self._next(deadline)
            except queue.Empty:
                say(f"{self._thing} has not reported {waiting} yet: it will find it in its "
                    "shadow when it connects")
                return NOT_YET_REPORTED
            reported = accepted and accepted.state.reported or {}
            for name, reason in (reported.get("refused") or {}).items():
                if name in waiting:
                    say(f"{self._thing} refused: {reason}")
                    return REFUSED
            waiting = {name: value for name, value in waiting.items()
                       if reported.get(name) != value}
        say(f"{self._thing} reported {desired}")
        return 0

    def _follow_updates(self):
        request = iotshadow.UpdateShadowSubscriptionRequest(thing_name=self._thing)
        self._subscribe("update_shadow_accepted", request, lambda it: self._seen.put((it, None)))
        self._subscribe("update_shadow_rejected", request, lambda it: self._seen.put((None, it)))

    def _subscribe(self, what, request, callback):
        subscribe = getattr(self._client, f"subscribe_to_{what}")
        subscribe(request, AT_LEAST_ONCE, callback)[0].result(ANSWER_SECONDS)

    def _answer_to(self, token, deadline):
        while True:
            try:
                accepted, rejected = self._next(deadline)
            except queue.Empty:
                sys.exit(f"no answer within {ANSWER_SECONDS} s: is shadowd running?")
            if (accepted or rejected).client_token == token:
                return accepted, rejected

    def _next(self, deadline):
        return self._seen.get(timeout=max(0, deadline - time.monotonic()))


def show_update(accepted, rejected):
    if rejected:
        say(f"rejected: {rejected.code} {rejected.message}")
        return
    for section in ("desired", "reported"):
        values = getattr(accepted.state, section)
        if values is not None:
            say(f"accepted: {section} {values}, version {accepted.version}")


def show_shadow(shadow, refusal):
    if refusal:
        say(f"rejected: {refusal.code} {refusal.message}")
        return REFUSED
    state = {section: values for section in ("desired", "reported", "delta")
             if (values := getattr(shadow.state, section)) is not None}
    say(json.dumps({"state": state, "version": shadow.version}, indent=2))
    return 0


def assignment(text):
    """name=value, the value as JSON or else as a plain word."""
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, such as target=21")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thing", default="device1", help="the thing's name (device1)")
    add_options(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    setter = commands.add_parser("set", help="ask for a state")
    setter.add_argument("desired", nargs="+", type=assignment, metavar="NAME=VALUE",
                        help="power=on, target=21.5; null takes a wish back")
    setter.add_argument("--version", type=int, help="only if the shadow has this version")
    setter.add_argument("--wait", type=float, default=10, metavar="SECONDS",
                        help="how long to wait for the device's report (10)")
    commands.add_parser("get", help="show the shadow")
    commands.add_parser("watch", help="show every update until Ctrl-C")
    return parser.parse_args()


def run(application, options):
    if options.command == "set":
        return application.set(dict(options.desired), options.version, options.wait)
    if options.command == "get":
        return show_shadow(*application.get())
    for accepted, rejected in application.watch():
        show_update(accepted, rejected)
    return 0


def main():
    options = parse_options()
    connection = connect(options, "application", client_id=f"application-{os.getpid()}",
                         keep_session=False)
    code = 0
    try:
        code = run(ShadowApplication(connection, options.thing), options)
    except KeyboardInterrupt:
        pass
    disconnect(connection)
    sys.exit(code)


if __name__ == "__main__":
    main()
