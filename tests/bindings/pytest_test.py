"""mosquitto-shadow-testing: pytest, as a person runs it, with fixtures that are the real endpoint."""
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "testing/python"
sys.path[:0] = [str(ROOT / "tests/shadowctl"), str(PACKAGE)]

import worlds  # noqa: E402
from mosquitto_shadow_testing import NoEndpoint, ShadowError, begin  # noqa: E402
from shadowctl import PROGRAM, build_dir  # noqa: E402

PLUGIN = tomllib.loads((PACKAGE / "pyproject.toml").read_text())[
    "project"]["entry-points"]["pytest11"]["mosquitto_shadow"]


def variables(**more):
    return worlds.environment(PYTHONPATH=str(PACKAGE), PYTEST_ADDOPTS="", PYTHONDONTWRITEBYTECODE="1",
                              **{"SHADOW_HOME": str(build_dir()), **more})


def start(folder, text, *words, environment=None):
    (folder / "test_it.py").write_text(text)
    return subprocess.Popen([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", PLUGIN,
                             *words, "test_it.py"], cwd=folder, text=True,
                            env=environment or variables(), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def run(*words, **options):
    """Gives (exit code, what pytest says)."""
    child = start(*words, **options)
    out, _ = child.communicate(timeout=120)
    return child.returncode, out


@pytest.fixture(scope="module")
def world():
    holder = begin(str(PROGRAM))
    with holder.world() as made:
        yield made


# --- fixtures

EACH_ITS_OWN = """
import pytest
FOLDERS = []

@pytest.mark.parametrize("turn", range(5))
def test_begins_with_nothing(shadow_world, turn):
    assert shadow_world.shadow("lamp").get() is None
    shadow_world.shadow("lamp").desired(led="on")
    FOLDERS.append(shadow_world.environment["SHADOWCTL_CONFIG"])

def test_all_differ():
    assert len(set(FOLDERS)) == 5
    open("folders", "w").writelines(f"{folder}\\n" for folder in FOLDERS)

def test_a_bench_is_shared(shadow_bench):
    shadow_bench.shadow("lamp").desired(led="on")

def test_a_bench_keeps_what_was(shadow_bench):
    assert shadow_bench.shadow("lamp").get()["state"]["desired"] == {"led": "on"}
"""


def test_each_test_has_a_world_of_its_own_and_a_session_has_one_bench(tmp_path):
    code, out = run(tmp_path, EACH_ITS_OWN)
    assert code == 0, out
    assert "8 passed" in out
    assert not [path for path in (tmp_path / "folders").read_text().split() if os.path.exists(path)]


def test_sessions_at_once_are_in_nobodys_way(tmp_path):
    """As xdist has them: each worker is one."""
    children = []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        children.append(start(folder, EACH_ITS_OWN))
    for child in children:
        out, _ = child.communicate(timeout=120)
        assert child.returncode == 0, out


FAILS = """
def test_fails(shadow_world):
    shadow_world.trace("lamp")
    shadow_world.shadow("lamp").reported(led="off")
    shadow_world.shadow("lamp").wait_reported(led="on", timeout=0.1)
"""


def test_a_test_that_fails_shows_the_way_of_its_requests(tmp_path):
    code, out = run(tmp_path, FAILS)
    assert code == 1
    assert "lamp reported not {'led': 'on'} within 0.1 s; it is {'led': 'off'}" in out
    assert re.search(r"- shadow trace of lamp -+\n.* update lamp 200: handled", out), out
    assert re.search(r"- shadow world's broker.log -+\n", out), out


def test_without_programs_a_test_is_an_error_that_says_what_is_missing(tmp_path):
    code, out = run(tmp_path, EACH_ITS_OWN, environment=variables(SHADOW_HOME=str(tmp_path)))
    assert code == 1
    assert f"SHADOW_HOME is {tmp_path}, but there is no {tmp_path}/cli/shadowctl" in out


def test_an_endpoint_that_is_named_is_not_taken_where_worlds_can_be_made(tmp_path, world):
    code, out = run(tmp_path, EACH_ITS_OWN, environment=variables(**world.environment))
    assert code == 0, out
    assert world.shadow("lamp").get() is None


GIVEN = """
def test_is_there(shadow_world, shadow_bench):
    assert shadow_world.mqtt_port == shadow_bench.mqtt_port
    assert shadow_world.shadow("lamp").get()["state"]["reported"] == {"here": True}
"""


def test_without_programs_the_endpoint_that_is_named_is_taken(tmp_path, world):
    world.shadow("lamp").reported(here=True)
    environment = variables(**world.environment, PATH="/nonexistent")
    del environment["SHADOW_HOME"], environment["SHADOWCTL_CONFIG"]
    code, out = run(tmp_path, GIVEN, environment=environment)
    assert code == 0, out
    assert world.shadow("lamp").get() is not None  # it lives


def test_nothing_is_left_of_a_session_that_is_killed(tmp_path):
    text = "def test_stays(shadow_world):\n    import time\n    print(flush=True)\n    time.sleep(1000)\n"
    child = start(tmp_path, text, "-s")
    worlds.wait_until(lambda: worlds.folders_under(child.pid), "a world")
    folders = worlds.folders_under(child.pid)
    child.kill()
    child.wait()
    for folder in folders:
        worlds.await_nothing_left(folder)


# --- a world in a program's hands

def test_a_shadow_is_wished_reported_awaited_and_deleted(world):
    lamp = world.shadow("lamp-1")
    assert lamp.get() is None
    assert lamp.desired(led="on", level=3)["version"] == 1
    assert lamp.desired(level=None)["version"] == 2
    assert lamp.wait_desired(led="on")["state"]["desired"] == {"led": "on"}
    lamp.reported(led="on")
    assert lamp.wait_reported(led="on")["version"] == 3
    assert "delta" not in lamp.get()["state"]
    lamp.delete()
    assert lamp.get() is None


def test_a_named_shadow_is_another(world):
    world.shadow("lamp-2", "color").desired(hue=7)
    assert world.shadow("lamp-2").get() is None
    assert world.shadow("lamp-2", "color").get()["state"]["desired"] == {"hue": 7}


def test_what_the_service_refuses_is_raised_with_its_code(world):
    world.shadow("lamp-3").desired(led="on")
    with pytest.raises(ShadowError, match="409: Version conflict") as refused:
        world.shadow("lamp-3").update({"state": {"desired": {"led": "off"}}, "version": 7})
    assert refused.value.code == 409


def test_a_thing_comes_in_with_its_certificate(world):
    lamp = world.thing("lamp-4")
    assert re.fullmatch("[0-9a-f]{64}", lamp.id)
    assert world.thing("lamp-4") == lamp
    subprocess.run(["mosquitto_pub", "-h", world.endpoint, "-p", str(world.mqtts_port), "-i", lamp.name,
                    "--cafile", lamp.ca, "--cert", lamp.certificate, "--key", lamp.key, "-q", "1",
                    "-t", "$aws/things/lamp-4/shadow/update",
                    "-m", '{"state":{"reported":{"led":"on"}}}'], check=True, capture_output=True)
    world.shadow("lamp-4").wait_reported(led="on", timeout=30)


def test_a_trace_has_a_line_a_request(world):
    trace = world.trace("lamp-5")
    world.shadow("lamp-5").desired(led="on")
    (line,) = worlds.wait_until(trace.lines, "the request's line")
    assert " update lamp-5 200: handled " in line


def test_a_deleted_shadows_version_is_forgotten_after_48_hours(world):
    lamp = world.shadow("lamp-6")
    lamp.desired(led="on")
    lamp.delete()
    world.clock("+49h")
    assert lamp.desired(led="on")["version"] == 1
    world.clock("reset")


def test_what_is_no_shadowctl_is_told(tmp_path):
    (tmp_path / "shadowctl").write_text("#!/bin/sh\necho 'no such command' >&2\nexit 2\n")
    (tmp_path / "shadowctl").chmod(0o755)
    with pytest.raises(NoEndpoint, match="no such command"):
        begin(str(tmp_path / "shadowctl")).world()
