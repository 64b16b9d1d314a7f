"""The service is killed at random instants, the broker now and then, while commands are started and
jobs made, and a device does what it is told: what was answered is so for good, and each command and
each job is done once.

SHADOW_KILLS=100 makes it the long form; SHADOW_SEED repeats one.
"""
import http.client
import json
import os
import random
import threading
import time
import uuid
from collections import Counter

from account import ARN
from fleet import Device, Fleet, packed
from harness import wait_until

KILLS = int(os.environ.get("SHADOW_KILLS", "12"))
THING = "door"
REQUESTS = f"$aws/commands/things/{THING}/executions/+/request/#"
JOBS = f"$aws/things/{THING}/jobs"


class Worker:
    """Does one thing after the other in a thread of its own, until it is told to end."""

    def __init__(self, step):
        self._step, self._failure = step, None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def finish(self):
        self._ends.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        if self._failure:
            raise self._failure

    def _run(self):
        try:
            while not self._ends.is_set():
                self._step()
        except BaseException as failure:  # told by finish()
            self._failure = failure


class Caller:
    """Calls the account and its jobs, each until it is answered."""

    def __init__(self, fleet):
        self._fleet, self._connection = fleet, None

    def ask(self, method, path, body=None, service="iot"):
        """(status, answer): of the first that is no failure of the service."""
        return wait_until(lambda: self._try(method, path, body, service), f"an answer to {path}")

    def _try(self, method, path, body, service):
        text = b"" if body is None else json.dumps(body).encode()
        signed = self._fleet.sign(method, path, text, service=service)
        try:
            self._connection = self._connection or self._fleet.connection()
            self._connection.request(method, path, text, signed)
            response = self._connection.getresponse()
            status, answer = response.status, response.read()
        except (OSError, http.client.HTTPException):
            if self._connection:
                self._connection.close()
            self._connection = None
            return None
        return None if status >= 500 else (status, json.loads(answer or b"{}"))


class Commander:
    """Starts commands. An unknown outcome is asked for again with the same token."""

    def __init__(self, fleet):
        self._caller, self.started = Caller(fleet), []

    def step(self):
        status, answer = self._caller.ask(
            "POST", "/command-executions",
            {"commandArn": f"{ARN}:command/unlock", "targetArn": f"{ARN}:thing/{THING}",
             "executionTimeoutSeconds": 3600, "clientToken": str(uuid.uuid4())}, "iot-jobs-data")
        assert status == 200, answer
        self.started.append(answer["executionId"])
        time.sleep(0.01)  # a device has more to do with each than we have


class Planner:
    """Makes jobs. One of whose making nobody heard is there when it is made again."""

    def __init__(self, fleet):
        self._caller, self.made = Caller(fleet), []

    def step(self):
        job = f"job-{len(self.made)}"
        status, answer = self._caller.ask(
            "PUT", f"/jobs/{job}",
            {"targets": [f"{ARN}:thing/{THING}"], "document": json.dumps({"n": len(self.made)})})
        assert status in (200, 409), answer
        self.made.append(job)
        time.sleep(0.02)


class Door:
    """The device: answers each command, does each job, and comes back when it was cut."""

    def __init__(self, fleet):
        self._fleet, self._wire, self._number = fleet, None, 0
        self.commands, self.jobs = Counter(), Counter()  # accepted as succeeded, by id
        self._waiting = []  # executions whose request came while an answer was waited for

    def close(self):
        if self._wire:
            self._wire.close()
        self._wire = None

    def step(self):
        try:
            if self._wire is None:
                self._wire = self._fleet.device(THING, clean=False)
                self._wire.subscribe(REQUESTS)
            while self._waiting:
                self._do_command(self._waiting[0])
                self._waiting.pop(0)
            self._do_job()
        except (OSError, AssertionError, self._gone()):
            if self._wire is not None:
                self.close()
            time.sleep(0.05)

    def _gone(self):
        from wire import Wire  # what a broken connection raises
        return Wire.Gone

    def _ask(self, topic, request):
        """The answer; commands that come meanwhile wait."""
        self._wire.publish(topic, packed(request))
        while True:
            got = self._wire.read_published()
            if got.topic.endswith("/request/json"):
                self._waiting.append(got.topic.split("/")[5])
            elif got.topic.startswith(topic.rpartition("/response/")[0] or topic):
                return got.topic.rpartition("/json")[0] or got.topic, json.loads(got.payload)

    def _do_command(self, execution):
        if self.commands[execution]:
            return  # the request came twice
        self._number += 1
        topic = f"$aws/commands/things/{THING}/executions/{execution}/response/json"
        answered, told = self._ask(topic, {"status": "SUCCEEDED",
                                           "result": {"n": {"s": str(self._number)}}})
        # It may have counted though its answer was lost; else it must be taken.
        if answered.endswith("/accepted"):
            self.commands[execution] += 1
        else:
            assert told["error"] in ("InvalidStateTransition", "InternalError"), told
            if told["error"] == "InternalError":
                self._waiting.append(execution)

    def _do_job(self):
        answered, told = self._ask(f"{JOBS}/start-next", {"clientToken": "s"})
        execution = told.get("execution")
        if not answered.endswith("/accepted") or execution is None:
            return
        topic = f"{JOBS}/{execution['jobId']}/update"
        answered, told = self._ask(topic, {"status": "SUCCEEDED",
                                           "expectedVersion": execution["versionNumber"]})
        if answered.endswith("/accepted"):
            self.jobs[execution["jobId"]] += 1
        else:
            assert told["code"] in ("InvalidStateTransition", "VersionMismatch",
                                    "InternalError"), told


def strike(fleet, chance, is_last):
    time.sleep(chance.uniform(0, 0.5))  # the random instant itself; nothing is awaited
    victim = chance.choices(["service", "broker", "both"], [8, 1, 1])[0]
    if victim != "broker":
        fleet.service.kill()
    if victim != "service":
        fleet.broker.kill()
        fleet.start_broker()
    if victim != "broker":
        fleet.start_service(wait_for_link=is_last or chance.random() < 0.7)
    return victim


def test_each_command_and_job_is_done_once_whatever_is_killed(seed, capfd):
    with Fleet() as fleet:
        assert fleet.ask("POST", f"/things/{THING}", {}).status == 200
        payload = {"content": "e30=", "contentType": "application/json"}
        assert fleet.ask("PUT", "/commands/unlock", {"payload": payload}).status == 200
        chance, kills = random.Random(seed), Counter()
        commander, planner, door = Commander(fleet), Planner(fleet), Door(fleet)
        door.step()  # subscribed before the first command is on its way
        workers = [Worker(one.step) for one in (commander, planner)]
        device = Worker(door.step)
        try:
            for kill in range(1, KILLS + 1):
                kills[strike(fleet, chance, kill == KILLS)] += 1
        finally:
            for worker in workers:
                worker.finish()
        caller = Caller(fleet)

        def status_of(job):
            return caller.ask("GET", f"/jobs/{job}")[1]["job"]["status"]

        wait_until(lambda: all(status_of(job) == "COMPLETED" for job in planner.made[-3:]),
                   "the last jobs to be done", timeout=60)
        time.sleep(0.5)  # for what is under way to the device
        device.finish()
        door.close()

        for job in planner.made:
            status, answer = caller.ask("GET", f"/things/{THING}/jobs/{job}")
            assert (status, answer["execution"]["status"]) == (200, "SUCCEEDED"), answer
            assert answer["execution"]["executionNumber"] == 1
            assert door.jobs[job] <= 1, job
        lost_with_broker = 0
        assert len(set(commander.started)) == len(commander.started)
        for execution in commander.started:
            status, answer = caller.ask(
                "GET", f"/command-executions/{execution}?targetArn=" +
                f"{ARN}:thing/{THING}".replace(":", "%3A").replace("/", "%2F"))
            assert status == 200, answer
            if door.commands[execution]:
                assert answer["status"] == "SUCCEEDED", answer
            elif answer["status"] == "CREATED":
                lost_with_broker += 1
            assert door.commands[execution] <= 1, execution
        # What the broker had for the device is gone with it; the service loses none.
        assert lost_with_broker == 0 or kills["broker"] + kills["both"] > 0, lost_with_broker
        with capfd.disabled():
            print(f"SHADOW_SEED={seed} kills={dict(kills)} commands={len(commander.started)} "
                  f"jobs={len(planner.made)} lost_with_broker={lost_with_broker}", flush=True)
