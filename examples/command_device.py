"""Use case 2, the device: does commands that come on cmd/<device>/req.

Each transaction id is acted upon once: a duplicate gets the answer of the first time, an
id out of order is refused with the device's state. It also answers requests to the whole
group on device_status/request.
"""

import argparse
import queue
import random
import threading
import time

import messages
from connection import AT_LEAST_ONCE, add_options, connect, disconnect, say, subscribe
from house import House
from transactions import Transactions

# Devices of a group spread their answers over up to this long.
SPREAD_SECONDS_MAX = 10


class CommandDevice:
    """Does what arrives one after the other, on the thread that calls run()."""

    def __init__(self, name, house, transactions):
        self._name, self._house, self._transactions = name, house, transactions
        self._todo = queue.Queue()
        self._was_cut_off = threading.Event()
        self._connection = None

    def on_message(self, topic, payload):
        self._todo.put((topic, payload))

    def on_interrupted(self):
        self._was_cut_off.set()

    def run(self, connection):
        self._connection = connection
        self._report_interrupted()
        subscribe(connection, messages.request_topic(self._name))
        subscribe(connection, messages.GROUP_REQUEST)
        say(f"waiting for commands on {messages.request_topic(self._name)}")
        while True:
            topic, payload = self._todo.get()
            if topic == messages.GROUP_REQUEST:
                self._answer_group(payload)
            else:
                self._answer_command(payload)

    def _report_interrupted(self):
        command_id = self._transactions.interrupted()
        if command_id is not None:
            self._respond(command_id, *self._transactions.known(command_id))

    def _answer_command(self, payload):
        try:
            request = messages.read_request(payload)
        except ValueError as error:
            return self._respond(None, messages.REFUSED, f"not a command: {error}")
        outcome = self._transactions.outcome(request, time.time())
        if outcome is None:
            outcome = self._perform(request["id"], request["command"])
        else:
            say(f"not done: {request['command']!r}, id {request['id']}")
        self._respond(request["id"], *outcome)

    def _perform(self, command_id, command):
        """Does the command; returns its outcome, which is remembered."""
        self._was_cut_off.clear()
        self._transactions.begin(command_id)
        say(f"doing {command!r}, id {command_id}")
        status, reason = messages.SUCCESS, None
        try:
            self._house.perform(command)
        except ValueError as error:
            status, reason = messages.FAILURE, str(error)
        if self._was_cut_off.is_set() and reason is None:
            reason = "the device was disconnected while it did this"
        self._transactions.finish(status, reason)
        return status, reason

    def _respond(self, command_id, status, reason):
        response = {"id": command_id, "status": status, "last_id": self._transactions.last_id,
                    "state": self._house.state}
        if reason:
            response["reason"] = reason
        # While there is no connection the SDK keeps the message, and sends it on return.
        self._publish(messages.response_topic(self._name), response)
        say(f"answered {status}, id {command_id}" + (f": {reason}" if reason else ""))

    def _answer_group(self, payload):
        try:
            request = messages.read(payload)
            spread = min(max(0, float(request.get("spread", 0))), SPREAD_SECONDS_MAX)
        except (TypeError, ValueError) as error:
            return say(f"passed over a group request: {error}")
        response = {"id": request.get("id"), "device": self._name,
                    "last_id": self._transactions.last_id, "state": self._house.state}
        # A whole group answering at the same instant would be a burst.
        threading.Timer(random.uniform(0, spread), self._publish,
                        [messages.GROUP_RESPONSE, response]).start()
        say(f"answering the group request {request.get('id')}")

    def _publish(self, topic, message):
        self._connection.publish(topic, messages.to_json(message), AT_LEAST_ONCE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--device", default="device1", help="its name and client id (device1)")
    parser.add_argument("--memory", metavar="FILE",
                        help="where the ids done are remembered over a restart of the program")
    add_options(parser)
    options = parser.parse_args()
    device = CommandDevice(options.device, House(), Transactions(options.memory))
    connection = connect(options, options.device, on_message=device.on_message,
                         on_interrupted=device.on_interrupted)
    try:
        device.run(connection)
    except KeyboardInterrupt:
        disconnect(connection)
        say("disconnected")


if __name__ == "__main__":
    main()
