"""shadowctl store copy takes jobs and commands along: what was under way in a folder goes on in a
database, and what ended there is known in the folder to which it goes back.
"""
import json
import subprocess

import pytest

from account import ARN
from database import Database
from fleet import Device, Fleet, command_topic, packed
from harness import build_dir

THING = "door"
JOBS = f"$aws/things/{THING}/jobs"


@pytest.fixture
def fleet():
    """Its store is a folder, whatever those of the other tests are."""
    with Fleet() as running:
        move(running, f"--data_dir={running.folder}/first")
        running.start_service()
        yield running


@pytest.fixture
def database():
    made = Database()
    yield made
    made.drop()


def move(fleet, *store):
    """The service is stopped, and has this store from its next start on."""
    fleet.hang_up()
    fleet.stop_service()
    kept = [part for part in fleet.service.command
            if not part.startswith(("--data_dir", "--store=", "--registry_is_shared"))]
    fleet.service.command = [*kept, *store]


def copy(source, target):
    subprocess.run([build_dir() / "cli" / "shadowctl", "store", "copy", source, target],
                   check=True, capture_output=True, timeout=120)


def known(fleet, executions) -> dict:
    """All that the account tells of its jobs and commands."""
    paths = ["/jobs", "/commands", "/commands/unlock", f"/things/{THING}/jobs",
             *(f"/jobs/{job}" for job in ("first", "second")),
             *(f"/things/{THING}/jobs/{job}" for job in ("first", "second"))]
    told = {path: fleet.ask("GET", path) for path in paths}
    for execution in executions:
        told[execution] = fleet.ask("GET", f"/command-executions/{execution}", query={
            "targetArn": f"{ARN}:thing/{THING}", "includeResult": "true"})
    assert {answer.status for answer in told.values()} == {200}, told
    return {what: answer.json for what, answer in told.items()}


def say(wire, execution, update) -> str:
    """What came of it."""
    answer = Device(wire).ask(command_topic(execution, THING, "response/json"), packed(update))
    return answer.topic.rpartition("/response/")[2].partition("/")[0]


def test_what_is_under_way_goes_on_in_a_database_and_back(fleet, database):
    fleet.ask("POST", f"/things/{THING}", {})
    for job in ("first", "second"):
        assert fleet.ask("PUT", f"/jobs/{job}", {"targets": [f"{ARN}:thing/{THING}"],
                                                 "document": '{"operation":"reboot"}'}).status == 200
    payload = {"content": "eyJvcGVuIjp0cnVlfQ==", "contentType": "application/json"}
    assert fleet.ask("PUT", "/commands/unlock", {"payload": payload}).status == 200
    executions = [fleet.data("POST", "/command-executions", {
        "commandArn": f"{ARN}:command/unlock", "targetArn": f"{ARN}:thing/{THING}",
        "executionTimeoutSeconds": 3600}).json["executionId"] for _ in range(2)]
    with fleet.device(THING) as wire:
        assert Device(wire).ask(f"{JOBS}/start-next", packed({"statusDetails": {"step": "1"}})) \
            .topic.endswith("/accepted")
        assert say(wire, executions[0], {"status": "IN_PROGRESS"}) == "accepted"
    before = known(fleet, executions)
    assert before[executions[0]]["status"] == "IN_PROGRESS"

    move(fleet, f"--store={database.url}", "--registry_is_shared")
    copy(fleet.folder / "first", database.url)
    fleet.start_service()
    assert known(fleet, executions) == before
    with fleet.device(THING) as wire:
        topic = f"{JOBS}/first/update"
        assert Device(wire).ask(topic, packed({"status": "SUCCEEDED"})).topic == f"{topic}/accepted"
        following = json.loads(Device(wire).ask(f"{JOBS}/start-next", b"{}").payload)
        assert following["execution"]["jobId"] == "second"
        for execution in executions:
            assert say(wire, execution, {"status": "SUCCEEDED"}) == "accepted"
    ended = known(fleet, executions)
    assert ended["/jobs/first"]["job"]["status"] == "COMPLETED"

    move(fleet, f"--data_dir={fleet.folder}/back")
    copy(database.url, fleet.folder / "back")
    fleet.start_service()
    assert known(fleet, executions) == ended
