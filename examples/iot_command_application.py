"""Use case 2 on IoT Commands, the application: has commands done, and tells what became of them.

It speaks HTTPS by the AWS SDK for Python, and needs no connection to the broker. The service keeps
each execution with its status, reason and result, and ends it when its time is over.
"""

import argparse
import json
import os
import re
import sys
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

LOOK_SECONDS = 0.1
ENDED = ("SUCCEEDED", "FAILED", "REJECTED", "TIMED_OUT")
CANNOT_CONNECT = 2  # exit code


class IotCommandApplication:
    """Has one command at a time done by one device."""

    def __init__(self, options):
        keys = {}
        if boto3.Session().get_credentials() is None:
            # ./run takes any, as long as requests are signed.
            keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        common = dict(region_name="us-east-1", endpoint_url=options.url, verify=options.ca, **keys)
        self._iot = boto3.client("iot", **common)
        self._jobs = boto3.client("iot-jobs-data", **common)
        self._device, self._within = options.device, options.within

    def send(self, command):
        """Returns whether the device has done the command."""
        # To make a command that is there already changes nothing.
        made = self._iot.create_command(
            commandId=re.sub("[^a-zA-Z0-9]+", "-", command)[:64],
            payload={"content": json.dumps({"command": command}).encode(),
                     "contentType": "application/json"})
        account, _, _ = made["commandArn"].rpartition(":")
        target = {"targetArn": f"{account}:thing/{self._device}"}
        started = self._jobs.start_command_execution(
            commandArn=made["commandArn"], executionTimeoutSeconds=self._within, **target)
        print(f"sending {command!r}", flush=True)
        while True:
            told = self._iot.get_command_execution(
                executionId=started["executionId"], includeResult=True, **target)
            if told["status"] in ENDED:
                break
            time.sleep(LOOK_SECONDS)
        print(f"{self._device}: {_told(told)}", flush=True)
        return told["status"] == "SUCCEEDED"


def _told(execution):
    reason = execution.get("statusReason")
    if reason:
        words = reason.get("reasonDescription", reason["reasonCode"])
        return f"{execution['status']} ({words})"
    result = {name: value["S"] for name, value in execution.get("result", {}).items()}
    return f"{execution['status']}; its state is {result}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("commands", nargs="+", metavar="COMMAND", help='"light on", "unlock 5"')
    parser.add_argument("--device", default="device1", help="the device's thing (device1)")
    parser.add_argument("--within", type=int, default=10, metavar="SECONDS",
                        help="that the device has for each (10)")
    parser.add_argument("--url", default=os.environ.get("SHADOW_HTTPS", "https://localhost:8443"),
                        help="of the HTTPS endpoint; also SHADOW_HTTPS (https://localhost:8443)")
    parser.add_argument("--ca", default=os.environ.get("SHADOW_CA"), metavar="PATH",
                        help="certificate of the CA that signed the endpoint's; also SHADOW_CA")
    options = parser.parse_args()
    application = IotCommandApplication(options)
    try:
        done = [application.send(command) for command in options.commands]
    except (BotoCoreError, ClientError) as error:
        print(f"{options.url}: {error}", file=sys.stderr)
        sys.exit(CANNOT_CONNECT)
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
