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

def test_a_bench_begins_anew_for_who_asks(shadow_bench):
    shadow_bench.reset()
    assert shadow_bench.shadow("lamp").get() is None

@pytest.fixture(scope="module")
def module(shadow_bench):
    return shadow_bench

def test_a_fixture_of_any_scope_has_the_bench(module, shadow_bench):
    assert module is shadow_bench
"""


def test_each_test_has_a_world_of_its_own_and_a_session_has_one_bench(tmp_path):
    code, out = run(tmp_path, EACH_ITS_OWN)
    assert code == 0, out
    assert "10 passed" in out
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

def test_has_no_trace(shadow_world):
    assert shadow_world.traces == []
"""


@pytest.mark.parametrize("fixture", ["shadow_world", "shadow_bench"])
def test_a_test_that_fails_shows_the_way_of_its_requests(tmp_path, fixture):
    code, out = run(tmp_path, FAILS.replace("shadow_world", fixture))
    assert code == 1
    assert "1 failed, 1 passed" in out
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
import pytest
from mosquitto_shadow_testing import NoEndpoint

def test_is_there(shadow_world, shadow_bench):
    assert shadow_world.mqtt_port == shadow_bench.mqtt_port
    assert shadow_world.shadow("lamp").get()["state"]["reported"] == {"here": True}

@pytest.mark.parametrize("change", [
    lambda world: world.reset(), lambda world: world.snapshot("a"), lambda world: world.restore("a"),
    lambda world: world.clock("reset"), lambda world: world.fault("quota")])
def test_is_not_ours_to_change(shadow_world, change):
    with pytest.raises(NoEndpoint, match="was not made here is shared"):
        change(shadow_world)
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


def test_a_thing_may_connect_as_soon_as_it_is_made(world):
    """The broker reads its registry aside: of twenty that did not wait, two or three were refused."""
    for number in range(20):
        made = world.thing(f"prompt-{number}")
        subprocess.run(["mosquitto_pub", "-h", world.endpoint, "-p", str(world.mqtts_port), "-i",
                        made.name, "--cafile", made.ca, "--cert", made.certificate, "--key", made.key,
                        "-q", "1", "-t", f"$aws/things/{made.name}/shadow/get", "-n"], check=True,
                       capture_output=True)


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


# --- a bad day

UPDATE = '{"state":{"reported":{"led":"on"}}}'


def publish(world, thing):
    subprocess.run(["mosquitto_pub", "-h", world.endpoint, "-p", str(world.mqtt_port), "-q", "1", "-t",
                    f"$aws/things/{thing}/shadow/update", "-m", UPDATE], check=True,
                   capture_output=True, timeout=60)


def test_one_rule_acts_so_often_and_says_so(world):
    with world.fault(on="https", where={"operation": "update"}, do="reject", code=409, count=1,
                     thing="lamp-7") as fault:
        assert fault.fired == 0
        world.shadow("lamp-8").desired(led="on")
        with pytest.raises(ShadowError, match="409: Version conflict"):
            world.shadow("lamp-7").desired(led="on")
        world.shadow("lamp-7").desired(led="on")
        assert fault.fired == 1
    assert world.faults() == []
    assert fault.fired == 1  # also when it has ended
    fault.stop()  # once more is no mistake


def test_what_a_device_sends_is_lost_until_the_fault_stops(world):
    lamp = world.shadow("lamp-9")
    fault = world.fault(on="request", where={"thing": "lamp-9"}, do="swallow")
    publish(world, "lamp-9")
    fault.wait_fired(timeout=60)
    assert lamp.get() is None
    with pytest.raises(AssertionError, match="fired 1 times within 0.05 s, not 2"):
        fault.wait_fired(2, timeout=0.05)
    fault.stop()
    publish(world, "lamp-9")
    lamp.wait_reported(led="on", timeout=60)


def test_a_plan_may_be_ready_or_ones_own_and_is_changed_on_the_way(world):
    rule = {"id": "no", "on": "https", "do": "reject", "code": 500, "where": {"operation": "get"}}
    quota = world.fault("quota", thing="lamp-11", seed=7, lasts="1h")
    own = world.fault({"name": "own", "rules": [rule]})
    with pytest.raises(ShadowError, match="500"):
        world.shadow("lamp-10").get()
    plans = {plan["name"]: plan for plan in world.faults()}
    assert plans["quota"]["seed"] == 7 and 3000_000 < plans["quota"]["endsInMs"] <= 3600_000
    assert plans["own"]["seed"] == 0
    assert (quota.name, quota.fired, own.name, own.fired) == ("quota", 0, "own", 1)
    with pytest.raises(ShadowError, match="429: TOO_MANY_REQUESTS"):
        for _ in range(50):
            world.shadow("lamp-11").desired(led="on")
    quota.stop()
    own.stop()
    assert world.faults() == []


def test_a_fault_that_is_none_is_told(world):
    with pytest.raises(ShadowError, match='400: .*"on" is "moon"'):
        world.fault(on="moon", do="drop")
    with pytest.raises(RuntimeError, match='no plan called "moon" is ready'):
        world.fault("moon")
    with pytest.raises(TypeError, match="a plan, or the members of one rule"):
        world.fault()
    with pytest.raises(TypeError, match="a plan, or the members of one rule"):
        world.fault("quota", on="https")
    with world.fault({"name": "twice", "rules": [{"id": "a", "on": "answer", "do": "drop"}]}):
        with pytest.raises(ShadowError, match="409: .*twice is in force"):
            world.fault({"name": "twice", "rules": [{"id": "a", "on": "answer", "do": "drop"}]})


# --- a device that stays connected

@pytest.fixture
def bench():
    """Whose shadows, as a whole, are the test's to remove."""
    with begin(str(PROGRAM)).world() as made:
        yield made


def test_a_reset_leaves_nothing_of_what_was_done(bench):
    for thing in ("lift-1", "lift-2", "lamp"):
        bench.shadow(thing).desired(led="on")
    fault = bench.fault(on="https", do="reject", code=500, thing="lift-3")
    bench.clock("freeze", "2030-01-02T03:04:05Z")
    bench.reset("lift-*")
    assert [bench.shadow(thing).get() is None for thing in ("lift-1", "lift-2", "lamp")] == [
        True, True, False]
    assert bench.faults() != []
    bench.reset()
    assert bench.shadow("lamp").get() is None
    assert bench.faults() == []
    fault.stop()
    made = bench.shadow("lift-3").desired(led="on")
    assert made["version"] == 1 and made["timestamp"] < 1893553445


def test_a_snapshot_comes_back_with_its_versions(bench):
    bench.shadow("lamp").desired(led="off")
    bench.snapshot("off")
    bench.shadow("lamp").desired(led="on")
    bench.shadow("other").desired(led="on")
    for _ in range(2):
        bench.restore("off")
        assert bench.shadow("other").get() is None
        assert bench.shadow("lamp").get()["state"]["desired"] == {"led": "off"}
        assert bench.shadow("lamp").desired(led="on")["version"] == 2


def test_a_snapshot_that_is_not_there_is_told(bench):
    with pytest.raises(ShadowError, match="404: .*nowhere"):
        bench.restore("nowhere")
    with pytest.raises(ShadowError, match="400: "):
        bench.snapshot("no name")


def test_what_is_no_shadowctl_is_told(tmp_path):
    (tmp_path / "shadowctl").write_text("#!/bin/sh\necho 'no such command' >&2\nexit 2\n")
    (tmp_path / "shadowctl").chmod(0o755)
    with pytest.raises(NoEndpoint, match="no such command"):
        begin(str(tmp_path / "shadowctl")).world()
