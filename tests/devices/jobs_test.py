"""IoT Jobs as devices and applications use them: MQTT, HTTPS, restarts."""
import contextlib
import http.client
import itertools
import json

import boto3
import pytest
from botocore.config import Config

from account import ARN, KEY, SECRET, read
from fleet import Device, packed
from harness import WAIT_SECONDS

DOCUMENT = '{"operation": "reboot",\n "steps": [1, 2.50]}'

_numbers = itertools.count(1)


@pytest.fixture
def lamp(fleet):
    """The name of a thing of the test's own."""
    name = f"lamp-{next(_numbers)}"
    assert fleet.ask("POST", f"/things/{name}", {}).status == 200
    yield name
    fleet.ask("DELETE", f"/things/{name}")


def make(fleet, job, *targets, **more):
    body = {"targets": [f"{ARN}:{one}" for one in targets], "document": DOCUMENT, **more}
    answer = fleet.ask("PUT", f"/jobs/{job}", body)
    assert answer.status == 200, answer
    return answer.json["jobArn"]


def topic(thing, what):
    return f"$aws/things/{thing}/jobs/{what}"


def ask(wire, thing, what, **members) -> dict:
    """What the device is answered: the last word of the topic is under "word"."""
    answer = Device(wire).ask(topic(thing, what), packed(members))
    word = answer.topic.rpartition("/")[2]
    assert answer.topic == topic(thing, f"{what}/{word}") and not answer.retain
    return {"word": word, **json.loads(answer.payload)}


def status(fleet, thing, job):
    answer = fleet.ask("GET", f"/things/{thing}/jobs/{job}")
    return answer.json["execution"]["status"] if answer.status == 200 else answer.status


def told(one):
    """The last part of a message's topic, and the content."""
    return one.topic.rpartition("/jobs/")[2], json.loads(one.payload)


def heard(wire) -> list:
    """What has come by now. What a call causes may come after its answer."""
    return [told(one) for one in Device(wire).quiet()]


@pytest.mark.parametrize("mqtt5", [False, True])
def test_a_device_works_a_job_off(fleet, lamp, mqtt5):
    job = f"reboot-{lamp}-{int(mqtt5)}"
    with fleet.device(lamp, mqtt5=mqtt5) as wire:
        wire.subscribe(topic(lamp, "notify"), topic(lamp, "notify-next"))
        make(fleet, job, f"thing/{lamp}")
        notify, following = told(wire.read_published()), told(wire.read_published())
        assert notify[0] == "notify" and [one["jobId"] for one in notify[1]["jobs"]["QUEUED"]] == [
            job]
        assert following[0] == "notify-next"
        assert following[1]["execution"]["jobDocument"] == json.loads(DOCUMENT)
        assert ask(wire, lamp, "get", clientToken="t")["queuedJobs"][0]["jobId"] == job
        started = ask(wire, lamp, "start-next", clientToken="t", statusDetails={"step": "1"})
        assert (started["word"], started["clientToken"]) == ("accepted", "t")
        assert started["execution"]["status"] == "IN_PROGRESS"
        assert heard(wire) == []
        wire.publish(topic(lamp, f"{job}/update"), packed({"status": "SUCCEEDED"}))
        came = [wire.read_published() for _ in range(3)]
        assert [one.topic.rpartition("/jobs/")[2] for one in came] == [
            f"{job}/update/accepted", "notify", "notify-next"]
        assert all(one.qos == 1 and not one.retain for one in came[1:])
        assert json.loads(came[1].payload)["jobs"] == {}
        assert "execution" not in json.loads(came[2].payload)
    described = fleet.ask("GET", f"/jobs/{job}").json["job"]
    assert (described["status"], described["jobProcessDetails"]["numberOfSucceededThings"]) == (
        "COMPLETED", 1)


def test_answers_are_for_whoever_asked_alone(fleet, lamp):
    make(fleet, f"own-{lamp}", f"thing/{lamp}")
    with fleet.device(lamp) as wire, fleet.device("curious") as other:
        other.subscribe("$aws/things/+/jobs/#", topic(lamp, "get/accepted"))
        Device(other).quiet()
        assert ask(wire, lamp, "get")["word"] == "accepted"
        assert ask(wire, lamp, "nonsense")["code"] == "InvalidTopic"
        assert ask(wire, lamp, "none/get")["code"] == "ResourceNotFound"
        assert ask(wire, lamp, "$next/get")["execution"]["jobId"] == f"own-{lamp}"
        assert heard(other) == []


@pytest.mark.parametrize("what", ["notify", "notify-next", "get/accepted", "x/update/rejected"])
def test_nobody_speaks_for_the_service(fleet, lamp, what):
    with fleet.device(lamp) as wire, fleet.device("curious", mqtt5=True) as other:
        wire.subscribe(topic(lamp, "#"))
        try:
            assert other.publish(topic(lamp, what), b"{}") != 0
        except other.Gone:
            pass
        assert heard(wire) == []


def test_a_device_that_was_away_is_told_when_it_is_back(fleet, lamp):
    with fleet.device(lamp, clean=False) as wire:
        wire.subscribe(topic(lamp, "notify-next"))
    make(fleet, f"away-{lamp}", f"thing/{lamp}")
    with fleet.device(lamp, clean=False) as wire:
        assert json.loads(wire.read_published().payload)["execution"]["jobId"] == f"away-{lamp}"
    with fleet.device(lamp) as wire:
        wire.subscribe(topic(lamp, "notify"), topic(lamp, "notify-next"))
        assert heard(wire) == [], "it was retained"


@pytest.mark.parametrize("kill", [False, True])
def test_time_runs_out_whatever_happens_to_the_service(fleet, lamp, kill):
    job = f"slow-{lamp}"
    make(fleet, job, f"thing/{lamp}", timeoutConfig={"inProgressTimeoutInMinutes": 30})
    with fleet.device(lamp) as wire:
        started = ask(wire, lamp, "start-next", stepTimeoutInMinutes=5)["execution"]
        assert 295 <= started["approximateSecondsBeforeTimedOut"] <= 300
        fleet.restart_service(kill)
        assert ask(wire, lamp, f"{job}/get")["execution"]["status"] == "IN_PROGRESS"
        fleet.pass_time(200)
        assert ask(wire, lamp, f"{job}/update", status="IN_PROGRESS", stepTimeoutInMinutes=-1)[
            "word"] == "accepted"
        fleet.pass_time(200)
        assert status(fleet, lamp, job) == "IN_PROGRESS"
        fleet.pass_time(1500)
        fleet.eventually(lambda: status(fleet, lamp, job), lambda one: one == "TIMED_OUT",
                         "the timeout")
        assert ask(wire, lamp, f"{job}/update", status="SUCCEEDED")["code"] == (
            "InvalidStateTransition")


def test_requests_of_one_device_are_done_in_their_order(fleet, lamp):
    job = f"order-{lamp}"
    make(fleet, job, f"thing/{lamp}")
    with fleet.device(lamp) as wire:
        for number in range(1, 51):
            wire.publish(topic(lamp, f"{job}/update"), packed(
                {"status": "IN_PROGRESS", "expectedVersion": number, "clientToken": str(number)}))
        answers = [wire.read_published() for _ in range(50)]
        assert [json.loads(one.payload)["clientToken"] for one in answers] == [
            str(number) for number in range(1, 51)]
        assert all(one.topic.endswith("/update/accepted") for one in answers)


def by_certificate(fleet, certificate, method, path, body=None):
    connection = http.client.HTTPSConnection(
        "localhost", fleet.https_port, context=fleet.tls(certificate), timeout=WAIT_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, body=None if body is None else json.dumps(body))
        return read(connection)


@pytest.mark.parametrize("way", ["certificate", "signature"])
def test_the_device_side_over_https(fleet, lamp, way):
    job = f"http-{lamp}-{way}"
    make(fleet, job, f"thing/{lamp}")

    def request(method, path, body=None):
        if way == "certificate":
            return by_certificate(fleet, fleet.anybody, method, path, body)
        return fleet.data(method, path, body)

    jobs = f"/things/{lamp}/jobs"
    assert request("GET", jobs).json["queuedJobs"][0]["jobId"] == job
    assert request("GET", f"{jobs}/$next").json["execution"]["jobDocument"] == DOCUMENT
    started = request("PUT", f"{jobs}/$next", {"statusDetails": {"step": "1"}})
    assert started.json["execution"]["status"] == "IN_PROGRESS", started
    assert "jobDocument" not in request(
        "GET", f"{jobs}/{job}?includeJobDocument=false").json["execution"]
    update = {"status": "FAILED", "expectedVersion": 2, "includeJobExecutionState": True}
    assert request("POST", f"{jobs}/{job}", update).json["executionState"]["versionNumber"] == 3
    for method, path, body, code, error in (
            ("GET", f"{jobs}/{job}", None, 410, "TerminalStateException"),
            ("POST", f"{jobs}/{job}", {"status": "FAILED"}, 409, "InvalidStateTransitionException"),
            ("POST", f"{jobs}/{job}", {}, 400, "InvalidRequestException"),
            ("GET", f"{jobs}/none", None, 404, "ResourceNotFoundException")):
        answer = request(method, path, body)
        assert (answer.status, answer.error) == (code, error), answer


def test_the_device_side_over_https_needs_a_right_on_the_thing(fleet, lamp):
    jobs = f"/things/{lamp}/jobs"
    device = fleet.authority.issue()
    fleet.registry.policy("own-jobs", {
        "Effect": "Allow", "Action": ["iot:GetPendingJobExecutions", "iot:UpdateJobExecution"],
        "Resource": f"{ARN}:thing/{lamp}"})
    fleet.registry.certificate(device, ["own-jobs"])
    fleet.service.signal(1)
    fleet.eventually(lambda: by_certificate(fleet, device, "GET", jobs),
                     lambda one: one.status == 200, "the right")
    assert by_certificate(fleet, device, "GET", "/things/other/jobs").status == 403
    assert by_certificate(fleet, device, "PUT", f"{jobs}/$next", {}).status == 403
    # The account's operations are not for devices.
    for method, path in (("GET", "/jobs"), ("PUT", "/jobs/x"), ("GET", "/jobs/x/things")):
        assert by_certificate(fleet, fleet.anybody, method, path).status in (403, 404)


def test_groups_and_things_that_come_and_go(fleet, lamp):
    group = f"group-{lamp}"
    job = f"all-{lamp}"
    fleet.ask("POST", f"/thing-groups/{group}", {})
    make(fleet, job, f"thinggroup/{group}", targetSelection="CONTINUOUS")
    both = {"thingName": lamp, "thingGroupName": group}
    assert status(fleet, lamp, job) == 404
    fleet.ask("PUT", "/thing-groups/addThingToThingGroup", both)
    fleet.eventually(lambda: status(fleet, lamp, job), lambda one: one == "QUEUED", "joining")
    fleet.ask("PUT", "/thing-groups/removeThingFromThingGroup", both)
    fleet.eventually(lambda: status(fleet, lamp, job), lambda one: one == "REMOVED", "leaving")
    fleet.ask("PUT", "/thing-groups/addThingToThingGroup", both)
    fleet.eventually(lambda: status(fleet, lamp, job), lambda one: one == "QUEUED", "coming back")
    fleet.ask("DELETE", f"/things/{lamp}")
    fleet.eventually(lambda: status(fleet, lamp, job), lambda one: one == "REMOVED", "deleting")


def test_a_job_of_many_things_reaches_all_of_them(fleet):
    things = [f"many-{number}" for number in range(250)]
    fleet.ask("POST", "/thing-groups/many", {})
    for name in things:
        fleet.registry.thing(name, thingGroupNames=["many"])
    fleet.service.signal(1)
    fleet.eventually(lambda: fleet.ask("GET", "/thing-groups/many/things").json.get("things"),
                     bool, "the registry")
    make(fleet, "of-many", "thinggroup/many")

    def queued():
        return fleet.ask("GET", "/jobs/of-many").json["job"]["jobProcessDetails"][
            "numberOfQueuedThings"]

    fleet.eventually(queued, lambda count: count == len(things), "the rollout")
    assert fleet.ask("DELETE", "/jobs/of-many", query={"force": "true"}).status == 200
    fleet.eventually(lambda: fleet.ask("GET", "/jobs/of-many").status, lambda one: one == 404,
                     "the deletion")


def test_the_account_hears_of_its_jobs(fleet, lamp):
    job = f"events-{lamp}"
    configurations = {kind: {"Enabled": True} for kind in ("JOB", "JOB_EXECUTION")}
    fleet.ask("PATCH", "/event-configurations", {"eventConfigurations": configurations})
    with fleet.device("account") as watcher, fleet.device(lamp) as wire:
        watcher.subscribe("$aws/events/job/#", "$aws/events/jobExecution/#")
        make(fleet, job, f"thing/{lamp}")
        ask(wire, lamp, f"{job}/update", status="SUCCEEDED")
        came = [watcher.read_published().topic for _ in range(2)]
        assert came == [f"$aws/events/jobExecution/{job}/succeeded",
                        f"$aws/events/job/{job}/completed"]
    fleet.ask("PATCH", "/event-configurations", {"eventConfigurations": {
        kind: {"Enabled": False} for kind in configurations}})


def test_boto3_knows_jobs(fleet, lamp):
    common = dict(region_name="us-east-1", endpoint_url=fleet.url, verify=fleet.ca_file,
                  aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                  config=Config(retries={"max_attempts": 1}))
    iot, data = boto3.client("iot", **common), boto3.client("iot-jobs-data", **common)
    job, target = f"boto-{lamp}", f"{ARN}:thing/{lamp}"
    made = iot.create_job(jobId=job, targets=[target], document=DOCUMENT, description="d")
    assert made["jobArn"] == f"{ARN}:job/{job}"
    with pytest.raises(iot.exceptions.ResourceAlreadyExistsException):
        iot.create_job(jobId=job, targets=[target], document=DOCUMENT)
    assert iot.get_job_document(jobId=job)["document"] == DOCUMENT
    assert iot.describe_job(jobId=job)["job"]["targets"] == [target]
    assert job in [one["jobId"] for page in iot.get_paginator("list_jobs").paginate()
                   for one in page["jobs"]]
    assert data.get_pending_job_executions(thingName=lamp)["queuedJobs"][0]["jobId"] == job
    started = data.start_next_pending_job_execution(thingName=lamp)["execution"]
    assert (started["jobId"], started["jobDocument"]) == (job, DOCUMENT)
    told = iot.describe_job_execution(jobId=job, thingName=lamp)["execution"]
    assert told["status"] == "IN_PROGRESS" and told["startedAt"] >= told["queuedAt"]
    with pytest.raises(iot.exceptions.InvalidStateTransitionException):
        iot.cancel_job_execution(jobId=job, thingName=lamp)
    data.update_job_execution(jobId=job, thingName=lamp, status="SUCCEEDED")
    with pytest.raises(data.exceptions.TerminalStateException):
        data.describe_job_execution(jobId=job, thingName=lamp)
    listed = iot.list_job_executions_for_job(jobId=job)["executionSummaries"]
    assert listed[0]["thingArn"] == target
    assert iot.list_job_executions_for_thing(thingName=lamp)["executionSummaries"][0][
        "jobExecutionSummary"]["status"] == "SUCCEEDED"
    iot.delete_job_execution(jobId=job, thingName=lamp, executionNumber=1)
    iot.delete_job(jobId=job)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_job(jobId=job)
