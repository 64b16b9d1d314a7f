"""`shadowctl advise` finds each device what it is: the good one good, each of the wrong ones wrong in
the one thing that is, and two in the manner of AWS's SDKs as they are.

All worlds are begun at once: devices mostly wait.
"""
import json
import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from advice import (EVERYTHING, MODEL, NOT_YET, PYTHON, ROOT, SCENARIOS, SLOW, THINGS, advise,
                    in_a_world, together)
from mutants import MUTANTS

# Of the devices' jitter: once in a hundred or so, pauses by chance look like none.
SEED = int(os.environ.get("SHADOW_SEED", "1"))
EMBEDDED = f"{os.environ['SHADOW_BUILD_DIR']}/tests/subjects/embedded_device"
SDK = (f"{ROOT}/build/clients/venv/bin/python -B {ROOT}/examples/shadow_device.py --thing lamp"
       f" --endpoint localhost --port $SHADOW_MQTTS_PORT --cert {THINGS}/lamp/certificate.pem"
       f" --key {THINGS}/lamp/private.key")
SCHEMA = ROOT / "tests/fixtures/junit-10.xsd"

WITH_CERTIFICATE = f'--certificates "{THINGS}/lamp"'
NEED_TLS = {"subscribe": None, "policy-no-wildcards": EVERYTHING}
ALL = set(SCENARIOS) - NOT_YET
QUICK = ALL - SLOW
WRONG = [*MUTANTS, "policy-no-wildcards"]
RIGHTS = {"connect", "publish", "subscribe", "policy-no-wildcards", "certificate-inactive"}


class Devices:
    """What is said of each is known when it is asked for."""

    def __init__(self, pool, folder):
        self._pool, self._folder = pool, folder
        self._begun = {}
        self._begin("good", [["all"]], self._model("good"))
        self._begin("good, with a certificate", [sorted(RIGHTS)], self._model("tls", WITH_CERTIFICATE),
                    tls=True)
        self._begin("SDK", in_parts(ALL, 8), SDK, tls=True)
        self._begin("embedded", in_parts(ALL, 4), f"{EMBEDDED} $SHADOW_THING {SEED}")
        for wrong in WRONG:
            self._begin(wrong, [[*sorted(QUICK - {wrong}), wrong]], **self._wrong(wrong))

    def __getitem__(self, name):
        return together(*[future.result() for future in self._begun[name]])

    def names(self):
        return list(self._begun)

    def _begin(self, name, parts, device, **options):
        self._begun[name] = [
            self._pool.submit(advise, device, part, self._folder / f"{name}-{number}", **options)
            for number, part in enumerate(parts)]

    def _model(self, name, *words):
        return " ".join([MODEL, "--seed", str(SEED), "--folder", str(self._folder / name), *words])

    def _wrong(self, wrong):
        words = ["--wrong", wrong] if wrong in MUTANTS else []
        if wrong not in NEED_TLS:
            return {"device": self._model(wrong, *words)}
        return {"device": self._model(wrong, WITH_CERTIFICATE, *words), "tls": True,
                "policy": NEED_TLS[wrong]}


def in_parts(scenarios, count):
    """For a device that takes its time: a world each."""
    return [sorted(scenarios)[number::count] for number in range(count)]


@pytest.fixture(scope="session")
def devices(tmp_path_factory):
    with ThreadPoolExecutor(64) as pool:
        yield Devices(pool, tmp_path_factory.mktemp("devices"))


def test_there_is_a_wrong_device_for_each_scenario():
    assert set(WRONG) == ALL


def test_the_good_device_passes_all_that_needs_no_wire(devices):
    advice = devices["good"]
    wanted = ALL - {"policy-no-wildcards"}
    assert advice.kinds("pass") == wanted, advice.told(*wanted - advice.kinds("pass"))
    assert advice.kinds("not applicable") == NOT_YET | {"policy-no-wildcards"}
    assert advice.code == 0


def test_the_good_device_passes_with_a_certificate(devices):
    advice = devices["good, with a certificate"]
    assert advice.kinds("pass") == RIGHTS, advice.told(*RIGHTS)
    assert advice.code == 0


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_device_fails_in_what_is_wrong_and_in_nothing_else(devices, wrong):
    advice = devices[wrong]
    found = advice.kinds("fail", "warn", "error")
    assert advice.kinds("fail") == found == {wrong}, advice.told(*found - {wrong})
    assert advice.code == 1


def test_a_failure_says_what_was_awaited_what_came_and_how_to_repeat_it(devices):
    failed = devices["failed-500"].verdicts["failed-500"]
    assert "update" in failed["stepText"] and "within" in failed["why"]
    assert any("update" in line for line in failed["observations"])
    command = failed["repeat"]
    code, out, err = in_a_world("advise", *shlex.split(command)[2:], "--json")
    (again,) = json.loads(out)["verdicts"]
    assert code == 1, err
    assert [again[part] for part in ("verdict", "step", "stepText", "why", "repeat")] == \
        [failed[part] for part in ("verdict", "step", "stepText", "why", "repeat")]


ENDS_SLOWLY = """
import pathlib, signal, subprocess, sys, time

def end(*_):
    time.sleep(0.3)
    pathlib.Path("{ended}").touch()
    sys.exit()

signal.signal(signal.SIGTERM, end)
subprocess.run(sys.argv[1:])
"""


def test_a_device_that_a_shell_has_started_is_given_time_to_end(tmp_path):
    slow, ended = tmp_path / "slow.py", tmp_path / "ended"
    slow.write_text(ENDS_SLOWLY.format(ended=ended))
    advice = advise(f"{PYTHON} {slow} {MODEL}; true", ["report-on-connect"], tmp_path / "advice")
    assert advice.kinds("pass") == {"report-on-connect"}, advice.told("report-on-connect")
    assert ended.exists()


def test_what_a_build_server_reads_is_what_jenkins_reads(devices):
    junits = [junit for name in devices.names() for junit in devices[name].junits]
    checked = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, *junits], text=True,
                             stderr=subprocess.PIPE, check=False)
    assert checked.returncode == 0, checked.stderr


# What is refused is told to a log, or to nobody, by both.
REFUSALS = {"throttled-429": ("fail", "was tried once, awaited 5 attempts"),
            "failed-500": ("fail", "did not come within 30s"),
            "conflict-409": ("not applicable", "its updates name no version")}
EMBEDDED_SAID = {
    **REFUSALS,
    "session-kept": ("not applicable", "its sessions are clean"),
    "big-document": ("fail", "did not come within 10s"),  # a buffer of 1024 bytes
    "shadow-deleted": ("fail", "did not come within 10s"),  # the version of the old one in RAM
    "policy-no-wildcards": ("not applicable", "needs --registry"),  # it is in a world without
}
SDK_SAID = {
    **REFUSALS,
    "session-kept": ("warn", "subscribe $aws/things/lamp/shadow/"),  # for each answer
    "accepted-before-delta": ("not applicable", "it does not report when it has connected"),
}


@pytest.mark.parametrize("name, said", [("embedded", EMBEDDED_SAID), ("SDK", SDK_SAID)])
def test_a_device_of_an_aws_sdk_is_told_what_it_does_not_bear(devices, name, said):
    advice = devices[name]
    others = {scenario for scenario, found in advice.verdicts.items() if found["verdict"] != "pass"}
    assert others == set(said), advice.told(*others ^ set(said))
    for scenario, (verdict, why) in said.items():
        found = advice.verdicts[scenario]
        assert found["verdict"] == verdict and why in found["why"], advice.told(scenario)
    assert set(advice.verdicts) == ALL
