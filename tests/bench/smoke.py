#!/usr/bin/env python3
"""Short loads on the limit plugin and on the product: every request is answered once and matched.

Also that shadowbench sees what is wrong: where nobody answers it says so and fails.
"""

import argparse
import os
import shutil
import subprocess
import sys
import unittest
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from lab.certificates import make_certificates  # noqa: E402
from lab.load import allow_files, run_load  # noqa: E402
from lab.rig import Build, Floor, Limit, Product, Target  # noqa: E402
from lab.scenario import Scenario  # noqa: E402

SECONDS = 0.5
BASE = Scenario("smoke", "", devices=10, window=4)
LOADS = {
    "updates": (BASE, ()),
    "updates of QoS 0": (BASE, ("--qos=0",)),
    "all answers": (replace(BASE, answers="all"), ()),
    "gets": (replace(BASE, mix="update:10,get:90"), ()),
    "everything": (replace(BASE, mix="update:50,get:40,delete:10", answers="all"),
                   ("--shape=nested", "--document_bytes=2000")),
    "many named shadows": (BASE, ("--shadow_name=many", "--shadows_per_device=100")),
    "named shadows": (BASE, ("--shadow_name=conf", "--shape=text", "--document_bytes=8000")),
    "a target rate": (BASE, ("--target-rate=500", "--shape=array")),
    "idle devices": (replace(BASE, idle=200), ()),
}
ALL_KINDS = {"update_accepted_bytes": 1500, "update_documents_bytes": 3000,
             "update_delta_bytes": 150, "get_accepted_bytes": 1800, "delete_accepted_bytes": 90}
ACCEPTED_ONLY = {**ALL_KINDS, "update_documents_bytes": 0, "update_delta_bytes": 0}

BUILD: Build
STATE: Path


def state_folder(test: unittest.TestCase) -> Path:
    folder = STATE / test.id().rsplit(".", 1)[-1]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class Smoke(unittest.TestCase):
    def check_loads(self, target: Target) -> None:
        for name, (scenario, flags) in LOADS.items():
            with self.subTest(name):
                self.check(run_load(BUILD, target, scenario, SECONDS, 0.1, flags))

    def check(self, result: dict) -> None:
        counts = result["counts"]
        self.assertTrue(result["adds_up"], counts)
        for operation in ("update", "get", "delete"):
            count = counts[operation]
            self.assertEqual(count["sent"], count["accepted"] + count["rejected"])
        self.assertGreater(result["requests_per_second"], 0)
        self.assertLessEqual(result["latency_us"]["p50"], result["latency_us"]["max"])

    def test_limit(self):
        with Limit(BUILD, state_folder(self) / "limit", ALL_KINDS) as target:
            self.check_loads(target)

    def test_product(self):
        if not BUILD.shadowd.exists() or not BUILD.plugin.exists():
            self.fail(f"{BUILD.shadowd} and {BUILD.plugin} are not built")
        with Product(BUILD, state_folder(self) / "product") as target:
            self.check_loads(target)

    def test_floor(self):
        for syncs in (False, True):
            with Floor(BUILD, state_folder(self) / "floor", syncs) as target:
                self.check(run_load(BUILD, target, BASE, SECONDS, 0.1))

    def test_tls(self):
        folder = state_folder(self)
        certificates = make_certificates(folder / "certificates")
        with Limit(BUILD, folder / "limit", ACCEPTED_ONLY, certificates) as target:
            self.check(run_load(BUILD, target, BASE, SECONDS, 0.1))

    def run_shadowbench(self, target: Target, *flags: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(BUILD.shadowbench), "--seconds=0.2", "--warmup_seconds=0",
                               "--wait_seconds=0.5", *target.flags(), *flags],
                              capture_output=True, text=True, check=False)

    def test_the_commands_run_to_their_end(self):
        for command, option, rows in (
                ("run", "--scenario=fleet-50-10", ("fleet-50-10 ",)),
                ("latency", "--awake", ("the broker answers by itself", "shadowd, sync")),
                ("history", "--warmup-seconds=0", ("fleet-50-10: ", "bytes written an update")),
                ("faults", "--warmup-seconds=0", ("fleet-50-10: ", "the broker's us an update"))):
            # Longer than the path of a unix socket may be.
            folder = state_folder(self) / ("deep" * 30)
            with self.subTest(command):
                done = subprocess.run(
                    [str(ROOT / "bench" / command), option, "--rounds=1", f"--seconds={SECONDS}",
                     f"--work-dir={folder}"],
                    env={**os.environ, "SHADOW_BUILD_DIR": str(BUILD.folder)},
                    capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                for row in rows:
                    self.assertIn(f"| {row}", done.stdout)
                self.assertEqual(os.listdir(folder), [])  # it has put everything away

    def test_missing_answers_are_seen(self):
        with Limit(BUILD, state_folder(self) / "limit", ACCEPTED_ONLY) as target:
            # Gets are never answered; the first update is.
            with Limit(BUILD, STATE / "deaf", {**ACCEPTED_ONLY, "get_accepted_bytes": 0}) as deaf:
                done = self.run_shadowbench(deaf, "--mix=get:100")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("DOES NOT ADD UP", done.stdout)
            # Delta and documents are subscribed and never come.
            done = self.run_shadowbench(target, "--answers=all")
            self.assertEqual(done.returncode, 2)
            self.assertIn("not answered", done.stderr)

    def test_no_broker_is_an_error(self):
        with Limit(BUILD, state_folder(self) / "limit", ACCEPTED_ONLY) as target:
            target.stop()
            done = subprocess.run([str(BUILD.shadowbench), f"--broker=127.0.0.1:{target.port}"],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("connection to the broker is gone", done.stderr)


def main() -> None:
    global BUILD, STATE
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    arguments, rest = parser.parse_known_args()
    BUILD, STATE = Build(arguments.build.resolve()), arguments.state.resolve()
    shutil.rmtree(STATE, ignore_errors=True)
    allow_files(500)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
