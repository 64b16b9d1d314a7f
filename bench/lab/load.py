"""One run of shadowbench against a target."""

import json
import resource
import subprocess

from .rig import Build, Target
from .scenario import Scenario

_FILES_SPARE = 500
_DOES_NOT_ADD_UP = 1


def allow_files(count: int) -> None:
    """Raises the limit of open files, of this process and so of brokers and loads started by it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + _FILES_SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            hard = wanted  # only root may
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, PermissionError):
            raise SystemExit(f"{wanted} open files are needed and the limit is {hard}: "
                             f"raise it with ulimit -n {wanted}") from None


def run_load(build: Build, target: Target, scenario: Scenario, seconds: float,
             warmup_seconds: float, flags: tuple[str, ...] = ()) -> dict:
    """The result as shadowbench tells it; `adds_up` in it may be false."""
    done = subprocess.run(
        [str(build.shadowbench), "--json", f"--seconds={seconds}",
         f"--warmup_seconds={warmup_seconds}", *scenario.flags(), *target.flags(), *flags],
        stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, _DOES_NOT_ADD_UP):
        logs = "".join(f"\n{process.log}:\n{process.log.read_text()[-2000:]}"
                       for process in target.processes)
        raise RuntimeError(f"{scenario.name}: the load did not run{logs}")
    return json.loads(done.stdout)


# Which option of the limit plugin sets the size of which answer.
_OPTIONS = {
    "update/accepted": "update_accepted_bytes",
    "update/documents": "update_documents_bytes",
    "update/delta": "update_delta_bytes",
    "get/accepted": "get_accepted_bytes",
    "delete/accepted": "delete_accepted_bytes",
}


def answer_bytes_of(result: dict) -> dict[str, int]:
    """Options that make the limit plugin answer as this run was answered."""
    return {_OPTIONS[topic]: answer["mean_bytes"]
            for topic, answer in result["answers"].items() if topic in _OPTIONS}


def guessed_answer_bytes(scenario: Scenario) -> dict[str, int]:
    """The same where there is no product to take them from: metadata doubles a document or more."""
    sizes = {"update_accepted_bytes": 3 * scenario.document_bytes,
             "get_accepted_bytes": 3 * scenario.document_bytes}
    if scenario.answers == "all":
        sizes |= {"update_documents_bytes": 6 * scenario.document_bytes, "update_delta_bytes": 180}
    return sizes
