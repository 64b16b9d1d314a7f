"""The AWS IoT Device SDK v2 for Python, unmodified: both of its clients of IoT Jobs, on MQTT 3.1.1
and on MQTT 5, against jobs that boto3 makes."""
import json

import pytest

from account import account_endpoint, client_of, new_name
from connections import Mqtt5, Mqtt311
from jobs_clients import ClassicClientJobs, Refused, V2ClientJobs

CLIENTS = {
    "IotJobsClient-mqtt311": (Mqtt311, ClassicClientJobs),
    "IotJobsClient-mqtt5": (Mqtt5, ClassicClientJobs),
    "IotJobsClientV2-mqtt311": (Mqtt311, V2ClientJobs),
    "IotJobsClientV2-mqtt5": (Mqtt5, V2ClientJobs),
}
DOCUMENT = {"operation": "reboot", "after": 5}


@pytest.fixture(scope="module")
def endpoint():
    with account_endpoint() as running:
        yield running


@pytest.fixture(scope="module")
def iot(endpoint):
    return client_of(endpoint)


@pytest.fixture
def job():
    return new_name()


@pytest.fixture
def thing(iot):
    made = iot.create_thing(thingName=new_name())
    yield made
    iot.delete_thing(thingName=made["thingName"])


@pytest.fixture(params=CLIENTS)
def jobs(request, endpoint, thing, job):
    connect, jobs_class = CLIENTS[request.param]
    connection = connect(endpoint)
    connection.connect()
    made = jobs_class(connection.protocol, thing["thingName"], job)
    yield made
    made.close()
    connection.disconnect()


def make(iot, thing, job, **more):
    iot.create_job(jobId=job, targets=[thing["thingArn"]], document=json.dumps(DOCUMENT), **more)


def test_a_job_is_told_started_and_ended(iot, thing, job, jobs):
    assert jobs.pending().queued_jobs == [] and jobs.start_next().execution is None
    make(iot, thing, job)
    assert jobs.changes.take().jobs["QUEUED"][0].job_id == job
    assert jobs.nexts.take().execution.job_document == DOCUMENT
    assert [one.job_id for one in jobs.pending().queued_jobs] == [job]
    started = jobs.start_next(status_details={"step": "1"}, step_timeout_in_minutes=10).execution
    assert (started.job_id, started.status, started.status_details, started.job_document) == (
        job, "IN_PROGRESS", {"step": "1"}, DOCUMENT)
    assert (started.version_number, started.execution_number) == (2, 1)
    told = jobs.describe(include_job_document=False).execution
    assert (told.job_id, told.job_document, told.started_at) == (job, None, started.started_at)
    updated = jobs.update(job, status="SUCCEEDED", expected_version=2,
                          include_job_execution_state=True, include_job_document=True)
    assert (updated.execution_state.status, updated.job_document) == ("SUCCEEDED", DOCUMENT)
    assert not jobs.changes.take(lambda one: not one.jobs, "an empty list").jobs
    assert jobs.nexts.take().execution is None
    assert iot.describe_job(jobId=job)["job"]["status"] == "COMPLETED"


def test_what_is_refused_is_told_as_the_sdk_knows_it(iot, thing, job, jobs):
    def refusal(ask, *arguments, **members):
        with pytest.raises(Refused) as refused:
            ask(*arguments, **members)
        return refused.value

    assert refusal(jobs.describe, job).code == "ResourceNotFound"
    make(iot, thing, job)
    conflict = refusal(jobs.update, job, status="IN_PROGRESS", expected_version=7)
    assert (conflict.code, conflict.state.version_number) == ("VersionMismatch", 1)
    assert refusal(jobs.update, job, status="CANCELED").code == "InvalidRequest"
    jobs.update(job, status="FAILED")
    final = refusal(jobs.update, job, status="SUCCEEDED")
    assert (final.code, final.state.status) == ("InvalidStateTransition", "FAILED")
    assert refusal(jobs.describe, job).code == "TerminalStateReached"
