"""IoT Commands by the AWS SDK for Python, with only its endpoint changed."""

import json

import boto3
import pytest

from connections import Mqtt311
from endpoint import Endpoint
from inbox import Inbox

PAYLOAD = {"content": b'{"open":true}', "contentType": "application/json"}


@pytest.fixture(scope="module")
def endpoint():
    """With HTTPS, which commands need."""
    running = Endpoint(https=True)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def clients(endpoint):
    """Of the account, and of its jobs and commands."""
    key, secret = endpoint.new_access_key()
    common = dict(region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
                  endpoint_url=f"https://{endpoint.host}:{endpoint.https_port}",
                  verify=endpoint.ca)
    return boto3.client("iot", **common), boto3.client("iot-jobs-data", **common)


def test_a_command_is_sent_done_and_told(endpoint, clients):
    iot, jobs = clients
    thing = endpoint.new_thing()
    target = iot.create_thing(thingName=thing)["thingArn"]
    arn = iot.create_command(commandId="unlock", payload=PAYLOAD)["commandArn"]
    assert iot.get_command(commandId="unlock")["payload"] == PAYLOAD
    device = Mqtt311(endpoint)
    device.connect()
    requests = Inbox()
    executions = f"$aws/commands/things/{thing}/executions"
    device.subscribe(f"{executions}/+/request/json", requests)
    execution = jobs.start_command_execution(commandArn=arn, targetArn=target)["executionId"]
    assert json.loads(requests.take()) == {"open": True}
    accepted = Inbox()
    device.subscribe(f"{executions}/{execution}/response/accepted/json", accepted)
    device.publish(f"{executions}/{execution}/response/json", json.dumps(
        {"status": "SUCCEEDED", "result": {"bolt": {"s": "open"}}}))
    assert json.loads(accepted.take()) == {"executionId": execution}
    device.disconnect()
    asked = {"executionId": execution, "targetArn": target}
    told = iot.get_command_execution(**asked, includeResult=True)
    assert (told["status"], told["result"]) == ("SUCCEEDED", {"bolt": {"S": "open"}})
    assert (told["timeToLive"] - told["createdAt"]).days == 180
    pages = iot.get_paginator("list_command_executions").paginate(targetArn=target)
    assert [one["executionId"] for page in pages for one in page["commandExecutions"]] == [execution]
    iot.delete_command_execution(**asked)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.get_command_execution(**asked)


def test_failures_are_the_sdks_exceptions(endpoint, clients):
    iot, jobs = clients
    target = iot.create_thing(thingName=endpoint.new_thing())["thingArn"]
    arn = iot.create_command(commandId="lock", payload=PAYLOAD)["commandArn"]
    with pytest.raises(iot.exceptions.ConflictException) as other:
        iot.create_command(commandId="lock", payload={"content": b"x"})
    assert other.value.response["resourceId"] == "lock"
    with pytest.raises(iot.exceptions.ValidationException):
        iot.create_command(commandId="none")
    with pytest.raises(jobs.exceptions.ResourceNotFoundException):
        jobs.start_command_execution(commandArn=f"{arn}s", targetArn=target)
    started = jobs.start_command_execution(commandArn=arn, targetArn=target)
    with pytest.raises(iot.exceptions.ConflictException):
        iot.delete_command_execution(executionId=started["executionId"], targetArn=target)
    assert iot.delete_command(commandId="lock")["statusCode"] == 202
    assert iot.get_command(commandId="lock")["pendingDeletion"]
    assert iot.delete_command(commandId="never")["statusCode"] == 204
    assert [one["commandId"] for one in iot.list_commands()["commands"]].count("lock") == 1


def test_a_template_is_filled(endpoint, clients):
    iot, jobs = clients
    target = iot.create_thing(thingName=endpoint.new_thing())["thingArn"]
    within = {"comparisonOperator": "IN_RANGE",
              "operand": {"numberRange": {"min": "60", "max": "80"}}}
    arn = iot.create_command(
        commandId="heat",
        payloadTemplate='{"temperature":"${aws:iot:commandexecution::parameter:temperature}"}',
        preprocessor={"awsJsonSubstitution": {"outputFormat": "JSON"}},
        mandatoryParameters=[{"name": "temperature", "type": "INTEGER", "defaultValue": {"I": 72},
                              "valueConditions": [within]}])["commandArn"]
    told = iot.get_command(commandId="heat")["mandatoryParameters"]
    assert told[0]["defaultValue"] == {"I": 72} and told[0]["valueConditions"] == [within]
    requests = Inbox()
    device = Mqtt311(endpoint)
    device.connect()
    name = target.rpartition("/")[2]
    device.subscribe(f"$aws/commands/things/{name}/executions/+/request/json", requests)
    jobs.start_command_execution(commandArn=arn, targetArn=target)
    assert json.loads(requests.take()) == {"temperature": 72}
    started = jobs.start_command_execution(commandArn=arn, targetArn=target,
                                           parameters={"temperature": {"I": 75}})
    assert json.loads(requests.take()) == {"temperature": 75}
    device.disconnect()
    shown = iot.get_command_execution(executionId=started["executionId"], targetArn=target)
    assert shown["parameters"] == {"temperature": {"I": 75}}
    with pytest.raises(jobs.exceptions.ValidationException):
        jobs.start_command_execution(commandArn=arn, targetArn=target,
                                     parameters={"temperature": {"I": 90}})
