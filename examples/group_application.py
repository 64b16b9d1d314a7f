"""Use case 2 for a group: one request on device_status/request, an answer of each device.

The request names no device, so the application knows who is missing only from the list
that it is given.
"""

import argparse
import os
import queue
import sys
import time

import messages
from connection import AT_LEAST_ONCE, add_options, connect, disconnect, say, subscribe


def answers_to(connection, answers, spread, deadline):
    """Asks the group; yields each device's answer, duplicates left out, until the deadline."""
    request_id = int(time.time() * 1000)
    connection.publish(messages.GROUP_REQUEST,
                       messages.to_json({"id": request_id, "spread": spread}), AT_LEAST_ONCE)
    seen = set()
    while (left := deadline - time.monotonic()) > 0:
        try:
            answer = messages.read(answers.get(timeout=left))
        except queue.Empty:
            return
        except ValueError as error:
            say(f"passed over an answer: {error}")
            continue
        if answer.get("id") == request_id and answer.get("device") not in seen:
            seen.add(answer.get("device"))
            yield answer


def reconcile(expected, answers):
    """Shows the answers until all expected devices have sent one; returns who has not."""
    missing = list(expected)
    for answer in answers:
        say(f"{answer.get('device')}: {answer.get('state')}")
        if answer.get("device") in missing:
            missing.remove(answer["device"])
        if expected and not missing:
            break
    return missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--expect", default="", metavar="NAME,NAME",
                        help="the devices that ought to answer; default: whoever does")
    parser.add_argument("--within", type=float, default=5, metavar="SECONDS",
                        help="how long to wait for answers (5)")
    parser.add_argument("--spread", type=float, default=0.5, metavar="SECONDS",
                        help="over which the devices spread their answers (0.5)")
    add_options(parser)
    options = parser.parse_args()
    expected = [name for name in options.expect.split(",") if name]
    connection = connect(options, "application", client_id=f"group-{os.getpid()}",
                         keep_session=False)
    missing = []
    try:
        answers = queue.Queue()
        subscribe(connection, messages.GROUP_RESPONSE,
                  lambda topic, payload, **_: answers.put(payload))
        deadline = time.monotonic() + options.within
        missing = reconcile(expected, answers_to(connection, answers, options.spread, deadline))
    except KeyboardInterrupt:
        pass
    disconnect(connection)
    for name in missing:
        say(f"{name} did not answer within {options.within:g} s")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
