"""The settings in deploy/many are those of one machine, but for what is different with several, and all of
them are known."""
import re
import subprocess
from pathlib import Path

import pytest

from harness import build_dir

ROOT = Path(__file__).resolve().parents[2]
MANY = ROOT / "deploy/many"


def lines(path: Path) -> set:
    return {line for line in path.read_text().splitlines() if line and not line.startswith("#")}


def name(setting: str) -> str:
    return re.match(r"(--\w+|[\w.]+)", setting).group(1)


@pytest.mark.parametrize("kind, here", [("docker", MANY), ("systemd", MANY / "systemd")])
def test_only_the_store_the_brokers_and_what_follows_from_them_are_others(kind, here):
    of_one = lines(ROOT / "deploy" / kind / "shadowd.flags")
    of_many = lines(here / "shadowd.flags")
    assert {name(one) for one in of_many - of_one} <= {
        "--broker", "--store", "--registry_is_shared", "--http_hosts"}
    assert {name(one) for one in of_one - of_many} <= {
        "--broker", "--data_dir", "--console", "--console_users", "--http_hosts"}
    assert len([one for one in of_many if one.startswith("--broker=")]) == 2
    broker_of_one = lines(ROOT / "deploy" / kind / "mosquitto.conf")
    broker_of_many = lines(here / "mosquitto.conf")
    assert {name(one) for one in broker_of_many ^ broker_of_one} <= {"listener", "pid_file"}


@pytest.mark.parametrize("flags", sorted(MANY.rglob("shadowd.flags")), ids=lambda path: path.parent.name)
def test_shadowd_knows_all_of_its_settings(flags):
    known = subprocess.run([build_dir() / "service" / "shadowd", "--help"], capture_output=True,
                           text=True, check=False, timeout=60).stdout
    for setting in lines(flags):
        assert re.search(rf"^ *{name(setting)}\b", known, re.M), setting


def test_no_password_is_in_them():
    for path in MANY.rglob("*"):
        if path.is_file():
            assert not re.search(r"postgresql://[^@\s]*:[^@\s/]*@", path.read_text()), path
