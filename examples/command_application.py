"""Use case 2, the application: sends commands to a device and reconciles the answers.

A command without an answer is sent again with the same transaction id, after waits that
double and vary; after the last one the device is reported as away.
"""

import argparse
import queue
import random
import sys
import time

import messages
from connection import AT_LEAST_ONCE, add_options, connect, disconnect, say, subscribe

WAIT_SECONDS_MAX = 30


class CommandApplication:
    """Sends one command at a time to one device."""

    def __init__(self, device, first_wait, attempts):
        self._device = device
        self._first_wait, self._attempts = first_wait, attempts
        self._connection = None
        self._outstanding = None  # the id that is waited for
        self._last_id = 0
        self._after = None        # what the device has done last, once it has said so
        self._answers = queue.Queue()

    def use(self, connection):
        self._connection = connection
        subscribe(connection, messages.response_topic(self._device))

    def on_message(self, topic, payload):
        """On a thread of the SDK: passes on the awaited answer, shows any other."""
        try:
            answer = messages.read(payload)
            command_id, status = answer["id"], answer["status"]
        except (KeyError, ValueError) as error:
            return say(f"passed over a message on {topic}: {error!r}")
        if command_id == self._outstanding:
            self._answers.put(answer)
        elif status in (messages.MISSED, messages.INTERRUPTED):
            say(f"{self._device} is back: {_told(answer)}")

    def send(self, command):
        """Returns whether the device has done the command."""
        self._outstanding = self._new_id()
        waits = [self._wait(attempt) for attempt in range(self._attempts)]
        request = {"id": self._outstanding, "command": command,
                   "expires": round(time.time() + sum(waits), 3)}
        if self._after is not None:
            request["after"] = self._after
        answer = self._answer_to(request, waits)
        self._outstanding = None
        if answer is None:
            say(f"{self._device} does not answer: {self._attempts} attempts in "
                f"{sum(waits):.1f} s; it may be disconnected")
            return False
        say(f"{self._device}: {_told(answer)}")
        self._after = answer.get("last_id")
        return answer["status"] == messages.SUCCESS

    def _answer_to(self, request, waits):
        topic = messages.request_topic(self._device)
        for attempt, wait in enumerate(waits, start=1):
            say(f"sending {request['command']!r}, id {request['id']}, attempt {attempt}")
            self._connection.publish(topic, messages.to_json(request), AT_LEAST_ONCE)
            deadline = time.monotonic() + wait
            while (left := deadline - time.monotonic()) > 0:
                try:
                    answer = self._answers.get(timeout=left)
                except queue.Empty:
                    break
                # Each attempt may be answered: late answers to earlier ids lie here too.
                if answer["id"] == request["id"]:
                    return answer
        return None

    def _new_id(self):
        """Milliseconds since 1970: it grows over restarts of this program, too."""
        self._last_id = max(int(time.time() * 1000), self._last_id + 1, (self._after or 0) + 1)
        return self._last_id

    def _wait(self, attempt):
        """Doubles from attempt to attempt, with jitter: many applications do not retry in
        step after a common failure."""
        return min(self._first_wait * 2 ** attempt, WAIT_SECONDS_MAX) * random.uniform(1, 1.5)


def _told(answer):
    reason = f" ({answer['reason']})" if "reason" in answer else ""
    return f"{answer['status']}, id {answer['id']}{reason}; its state is {answer.get('state')}"


def commands_of(options):
    if options.commands:
        yield from options.commands
        return
    while True:
        try:
            command = input(f"Enter command to send to {options.device}: ").strip()
        except EOFError:
            return
        if command:
            yield command


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("commands", nargs="*", metavar="COMMAND",
                        help='"light on", "unlock 5"; without any they are read from the input')
    parser.add_argument("--device", default="device1", help="the device's name (device1)")
    parser.add_argument("--client-id", default="app1", help="this application's (app1)")
    parser.add_argument("--first-wait", type=float, default=2, metavar="SECONDS",
                        help="for an answer, before the second attempt (2)")
    parser.add_argument("--attempts", type=int, default=4, help="before giving up (4)")
    add_options(parser)
    options = parser.parse_args()
    if options.attempts < 1 or options.first_wait <= 0:
        parser.error("--attempts must be at least 1 and --first-wait more than 0")
    application = CommandApplication(options.device, options.first_wait, options.attempts)
    connection = connect(options, "application", client_id=options.client_id,
                         on_message=application.on_message)
    all_done = True
    try:
        application.use(connection)
        for command in commands_of(options):
            all_done = application.send(command) and all_done
    except KeyboardInterrupt:
        pass
    disconnect(connection)
    sys.exit(0 if all_done else 1)


if __name__ == "__main__":
    main()
