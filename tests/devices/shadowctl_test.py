"""Jobs from a terminal, and a store with jobs and commands as an operator looks at it."""
import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "shadowctl"))

from account import ARN, KEY, SECRET  # noqa: E402
from fleet import Device, Fleet, packed  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402

DOCUMENT = '{"operation":"reboot"}'


@pytest.fixture
def ctl(fleet):
    return Shadowctl(endpoint=fleet.url, cafile=fleet.ca_file, access_key_id=KEY,
                     secret_access_key=SECRET)


def words(line):
    return line.split("  ")


def test_a_job_from_its_making_to_its_end(fleet, ctl, tmp_path):
    for name in ("lamp", "fan"):
        fleet.ask("POST", f"/things/{name}", {})
    fleet.ask("POST", "/thing-groups/all", {})
    fleet.ask("PUT", "/thing-groups/addThingToThingGroup",
              {"thingName": "fan", "thingGroupName": "all"})
    (tmp_path / "reboot.json").write_text(DOCUMENT)
    made = ctl.done("job", "create", "reboot", tmp_path / "reboot.json", "--thing", "lamp",
                    "--group", "all", "--continuous", "--about", "at night",
                    "--in-progress-minutes", "5", "--retries", "2")
    assert made == f"{ARN}:job/reboot\n"
    assert "409 Job reboot already exists" in ctl.refused(
        4, "job", "create", "reboot", "-", "--thing", "lamp", given=DOCUMENT)
    listed = words(ctl.done("job", "list").strip())
    assert listed[:3] == ["reboot", "IN_PROGRESS", "CONTINUOUS"] and listed[4] == "-"
    shown = ctl.done("job", "show", "reboot").splitlines()
    assert "targets      thing/lamp, thinggroup/all" in shown
    assert "things       2 queued" in shown and shown[-1] == DOCUMENT
    told = ctl.json("job", "show", "reboot")["job"]
    assert told["timeoutConfig"] == {"inProgressTimeoutInMinutes": 5}
    assert told["jobExecutionsRetryConfig"]["criteriaList"][0]["numberOfRetries"] == 2
    of_job = ctl.done("job-execution", "list", "--of-job", "reboot").splitlines()
    assert [words(one)[:4] for one in of_job] == [["reboot", "fan", "#1", "QUEUED"],
                                                  ["reboot", "lamp", "#1", "QUEUED"]]
    with fleet.device("lamp") as wire:
        Device(wire).ask("$aws/things/lamp/jobs/start-next",
                         packed({"statusDetails": {"step": "one"}}))
    assert ctl.json("job-execution", "list", "--of-thing", "lamp", "--status", "IN_PROGRESS")[
        "executionSummaries"][0]["jobId"] == "reboot"
    shown = ctl.done("job-execution", "show", "reboot", "lamp").splitlines()
    assert words(shown[0])[:4] == ["reboot", "lamp", "#1", "IN_PROGRESS"]
    assert shown[1] == "  step  one"
    assert "its cancellation must be forced" in ctl.refused(
        4, "job-execution", "cancel", "reboot", "lamp")
    ctl.done("job-execution", "cancel", "reboot", "lamp", "--force")
    ctl.done("job-execution", "delete", "reboot", "lamp", "1")
    assert "404" in ctl.refused(3, "job-execution", "show", "reboot", "lamp")
    ctl.done("job", "cancel", "reboot", "--reason-code", "NO", "--comment", "not now")
    assert "status       CANCELED: not now" in ctl.done("job", "show", "reboot").splitlines()
    ctl.done("job", "delete", "reboot")
    assert ctl.json("job", "list") == {"jobs": []}


def test_what_is_wrong_is_said(fleet, ctl):
    assert "for whom?" in ctl.refused(2, "job", "create", "none", "-", given=DOCUMENT)
    assert "whose?" in ctl.refused(2, "job-execution", "list")
    assert "404" in ctl.refused(3, "job", "create", "none", "-", "--thing", "nobody",
                                given=DOCUMENT)
    fleet.ask("POST", "/things/lamp", {})
    assert "not JSON" in ctl.refused(2, "job", "create", "none", "-", "--thing", "lamp", given="{")
    for verb in ("show", "cancel", "delete", "add"):
        more = ["--thing", "lamp"] if verb == "add" else []
        assert "404 Job none does not exist" in ctl.refused(3, "job", verb, "none", *more)


def test_a_store_with_jobs_and_commands_is_good(tmp_path):
    with Fleet() as fleet:
        fleet.ask("POST", "/things/lamp", {})
        fleet.ask("PUT", "/jobs/a", {"targets": [f"{ARN}:thing/lamp"], "document": DOCUMENT})
        fleet.ask("PUT", "/commands/on", {"payload": {"content": "e30=",
                                                      "contentType": "application/json"}})
        fleet.data("POST", "/command-executions", {
            "commandArn": f"{ARN}:command/on", "targetArn": f"{ARN}:thing/lamp",
            "executionTimeoutSeconds": 3600})
        with fleet.device("lamp") as wire:
            Device(wire).ask("$aws/things/lamp/jobs/start-next",
                             packed({"stepTimeoutInMinutes": 60}))
        fleet.service.kill()  # with what was just committed in the log
        shutil.copytree(fleet.folder / "data", tmp_path / "data")
        fleet.start_service()
    ctl = Shadowctl()
    good = json.loads(ctl.done("store", "check", tmp_path / "data", "--json"))
    assert good["good"] and good["entries"] > 10
    stats = json.loads(ctl.done("store", "stats", tmp_path / "data", "--json"))
    assert stats["beyond_shadows"] > 10
    assert (stats["unknown_keys"], stats["damaged"]) == (0, 0)
