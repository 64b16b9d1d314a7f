"""Use case 2 on IoT Commands, the device: does what the service asks for, and says how it went.

The service gives each request an id of its own, and takes one end for it. So a request that comes
twice is done once, and one that came too late is not delivered (MQTT 5) or is refused an answer.
"""

import argparse
import json
import queue

from connection import AT_LEAST_ONCE, add_options, connect, disconnect, say, subscribe
from house import House

KNOWN_MAX = 100


class IotCommandDevice:
    """Does what arrives one after the other, on the thread that calls run()."""

    def __init__(self, name, house):
        self._name, self._house = name, house
        self._todo = queue.Queue()
        self._known = []  # the last requests' ids, the oldest first
        self._connection = None

    def on_message(self, topic, payload):
        self._todo.put((topic, payload))

    def run(self, connection):
        self._connection = connection
        executions = f"$aws/commands/things/{self._name}/executions/+"
        subscribe(connection, f"{executions}/request/json")
        subscribe(connection, f"{executions}/response/rejected/json")
        say(f"waiting for commands on {executions}/request/json")
        while True:
            topic, payload = self._todo.get()
            execution = topic.split("/")[5]
            if topic.endswith("/request/json"):
                self._begin(execution, payload)
            elif topic.endswith("/rejected/json"):
                say(f"{execution} is refused: {json.loads(payload)['errorMessage']}")

    def _begin(self, execution, payload):
        if execution in self._known:
            return say(f"not done again: {execution}")
        self._known = [*self._known[1 - KNOWN_MAX:], execution]
        try:
            command = json.loads(payload)["command"]
        except (KeyError, TypeError, ValueError) as error:
            return self._update(execution, "REJECTED", ("NOT_UNDERSTOOD", repr(error)))
        self._update(execution, "IN_PROGRESS")
        say(f"doing {command!r}, execution {execution}")
        try:
            self._house.perform(command)
        except ValueError as error:
            return self._update(execution, "FAILED", ("CANNOT", str(error)))
        self._update(execution, "SUCCEEDED", result=self._house.state)

    def _update(self, execution, status, reason=None, result=None):
        update = {"status": status}
        if reason:
            update["statusReason"] = {"reasonCode": reason[0], "reasonDescription": reason[1]}
        if result:
            update["result"] = {name: {"s": value} for name, value in result.items()}
        # While there is no connection the SDK keeps the message, and sends it on return.
        self._connection.publish(
            f"$aws/commands/things/{self._name}/executions/{execution}/response/json",
            json.dumps(update), AT_LEAST_ONCE)
        say(f"answered {status}" + (f": {reason[1]}" if reason else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--device", default="device1", help="its thing and client id (device1)")
    add_options(parser)
    options = parser.parse_args()
    device = IotCommandDevice(options.device, House())
    connection = connect(options, options.device, on_message=device.on_message)
    try:
        device.run(connection)
    except KeyboardInterrupt:
        disconnect(connection)
        say("disconnected")


if __name__ == "__main__":
    main()
