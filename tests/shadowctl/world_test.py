"""shadowctl world: a command finds a broker and a shadow service of its own, ends as it ends, and
nothing is left, whoever is killed."""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import termios
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import worlds
from shadowctl import PROGRAM, WAIT_SECONDS, build_dir
from worlds import await_end, await_nothing_left, hold, run, start

from client import Client

BROKER_PATH = f"{os.environ['PATH']}:/usr/sbin"
SHOW = ["env"]
# Says where the world is, and stays.
STAY = ["sh", "-c", "echo $SHADOWCTL_CONFIG; echo $$; exec sleep 1000"]


def variables(out):
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)


def put(url, thing, document):
    request = urllib.request.Request(f"{url}/things/{thing}/shadow",
                                     data=json.dumps(document).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
        return json.load(answer)


def get(url, thing):
    """None: there is none."""
    try:
        with urllib.request.urlopen(f"{url}/things/{thing}/shadow", timeout=WAIT_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        assert error.code == 404
        return None


@pytest.fixture
def staying():
    """A world whose command stays: (process, folder, the command's id)."""
    begun = []

    def begin(**options):
        child = start("--", *STAY, **options)
        begun.append(child)
        folder = Path(child.stdout.readline().strip()).parent
        return child, folder, int(child.stdout.readline())

    yield begin
    for child in begun:
        child.kill()
        child.wait()


# --- what the command finds

def test_a_command_finds_its_world_in_its_environment():
    code, out, err = run("--", *SHOW)
    assert (code, err) == (0, "")
    found = variables(out)
    assert found["SHADOW_ENDPOINT"] == "127.0.0.1"
    assert found["SHADOW_MQTT_PORT"].isdigit()
    assert found["AWS_ENDPOINT_URL_IOT_DATA_PLANE"].startswith("http://127.0.0.1:")
    assert not os.path.exists(os.path.dirname(found["SHADOWCTL_CONFIG"]))


def test_the_world_answers_over_http_and_mqtt_from_the_first_moment():
    child, world = hold()
    put(world["http_url"], "lamp", {"state": {"desired": {"led": "on"}}})
    with Client(world["mqtt_port"], "probe") as probe:
        probe.subscribe("$aws/things/lamp/shadow/get/accepted")
        probe.publish("$aws/things/lamp/shadow/get", b"")
        (message,) = probe.take_until(lambda _: True)
        assert json.loads(message.payload)["state"]["desired"] == {"led": "on"}
    child.stdin.close()
    assert child.wait(WAIT_SECONDS) == 0
    await_nothing_left(world["folder"])


def test_shadowctl_in_a_world_works_on_that_world():
    script = (f"{PROGRAM} shadow update lamp --desired led=on && {PROGRAM} shadow get lamp &&"
              f"{PROGRAM} service stats")
    code, out, err = run("--", "sh", "-c", script)
    assert code == 0, err
    assert "lamp  version 1" in out, (out, err)


def test_worlds_know_nothing_of_each_other():
    (one, first), (other, second) = hold(), hold()
    put(first["http_url"], "lamp", {"state": {"desired": {"led": "on"}}})
    assert get(first["http_url"], "lamp") is not None
    assert get(second["http_url"], "lamp") is None
    for child in (one, other):
        child.stdin.close()
        assert child.wait(WAIT_SECONDS) == 0


def test_eight_worlds_begin_at_once():
    children = [start("--", *SHOW) for _ in range(8)]
    found = []
    for child in children:
        out, err = child.communicate(timeout=WAIT_SECONDS)
        assert (child.returncode, err) == (0, "")
        found.append(variables(out))
    assert len({one["SHADOWCTL_CONFIG"] for one in found}) == 8


def test_a_world_has_faults_where_they_are_asked_for():
    report = """mosquitto_pub -p $SHADOW_MQTT_PORT -q 1 -t '$aws/things/lamp/shadow/update' \\
      -m '{"state":{"reported":{"led":"on"}}}'"""
    script = (f"{PROGRAM} fault list && {PROGRAM} fault once lamp swallow && {report} &&"
              f"{PROGRAM} fault list && {PROGRAM} shadow get lamp")
    code, out, err = run("--", "sh", "-c", script)
    assert out.startswith("no plan is in force\n"), (out, err)
    assert "once  request swallow  fired 1 of 1\n" in out, (out, err)
    assert code == 3 and "No shadow exists with name: 'lamp'" in err, (code, err)


@pytest.mark.parametrize("now", ["2030-01-02T03:04:05Z", "1893553445"])
def test_the_stamps_of_a_world_begin_at_now(now):
    child, world = hold("--now", now)
    stamp = put(world["http_url"], "lamp", {"state": {"desired": {"led": "on"}}})["timestamp"]
    assert 1893553445 <= stamp < 1893553445 + WAIT_SECONDS
    child.stdin.close()
    assert child.wait(WAIT_SECONDS) == 0


def test_a_now_that_is_no_time_is_refused():
    code, out, err = run("--now", "yesterday", "--", "true")
    assert (code, out) == (2, "")
    assert err.startswith('shadowctl: --now: "yesterday" is')


# --- with TLS

REPORT = ["-q", "1", "-t", "$aws/things/lamp/shadow/update",
          "-m", '{"state":{"reported":{"led":"on"}}}']


def test_a_thing_with_its_certificate_is_let_in_and_nobody_without():
    child, world = hold("--tls")
    thing = json.loads(subprocess.run(
        [world["shadowctl"], "--config", world["config"], "thing", "create", "lamp", "--key-kind",
         "ec", "--json"], check=True, capture_output=True).stdout)
    stranger = ["mosquitto_pub", "-h", "localhost", "-p", str(world["mqtts_port"]), "-i", "lamp",
                "--cafile", world["ca"], *REPORT]
    lamp = [*stranger, "--cert", thing["certificate"], "--key", thing["key"]]
    assert subprocess.run(stranger, capture_output=True, timeout=WAIT_SECONDS).returncode != 0
    assert get(world["http_url"], "lamp") is None
    subprocess.run(lamp, check=True, capture_output=True, timeout=WAIT_SECONDS)
    shadow = worlds.wait_until(lambda: get(world["http_url"], "lamp"), "the lamp's report")
    assert shadow["state"] == {"reported": {"led": "on"}}
    local = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(world["mqtt_port"]), *REPORT]
    subprocess.run(local, check=True, capture_output=True, timeout=WAIT_SECONDS)
    child.stdin.close()
    assert child.wait(WAIT_SECONDS) == 0


def test_a_command_is_told_of_the_port_with_tls():
    code, out, err = run("--tls", "--", *SHOW)
    assert (code, err) == (0, "")
    found = variables(out)
    assert found["SHADOW_MQTTS_PORT"] not in ("", found["SHADOW_MQTT_PORT"])
    assert found["SHADOW_CA"].endswith("/ca/ca.pem")


# --- how it ends

@pytest.mark.parametrize("code", [0, 1, 7, 127, 255])
def test_the_exit_code_is_the_commands(code):
    assert run("--", "sh", "-c", f"exit {code}") == (code, "", "")


def test_a_command_that_a_signal_ends_gives_128_and_its_number():
    assert run("--", "sh", "-c", "kill -KILL $$") == (128 + signal.SIGKILL, "", "")


def test_a_command_that_is_not_there_is_127_with_a_sentence():
    code, out, err = run("--", "/nonexistent/tests")
    assert (code, out) == (127, "")
    assert err == "shadowctl: /nonexistent/tests: No such file or directory\n"


def test_the_command_has_its_streams():
    child = start("--", "cat", stdin=subprocess.PIPE)
    assert child.communicate("hello\n", timeout=WAIT_SECONDS) == ("hello\n", "")
    assert child.returncode == 0


def test_a_command_dies_of_a_broken_pipe_as_it_would_alone():
    code, _, _ = run("--", "sh", "-c", "sh -c 'kill -PIPE $$'; exit $?")
    assert code == 128 + signal.SIGPIPE


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"])
def test_a_signal_goes_on_to_the_command(staying, name):
    child, folder, _ = staying()
    child.send_signal(getattr(signal, name))
    assert child.wait(WAIT_SECONDS) == 128 + getattr(signal, name)
    await_nothing_left(folder)


def test_a_command_may_take_a_signal_and_end_as_it_likes():
    child = start("--", "sh", "-c", "trap 'exit 5' TERM; echo here; while :; do sleep 0.01; done")
    assert child.stdout.readline() == "here\n"
    child.terminate()
    assert child.wait(WAIT_SECONDS) == 5


def test_ctrl_c_reaches_the_command_once():
    """As a terminal does it: to the foreground group, from the kernel."""
    leader, follower = os.openpty()
    # A signal just before bash waits in read is seen when that ends, so it waits for a moment only:
    # then read says 142, at the end of the input 1.
    script = ("trap 'echo one' INT; echo here; "
              "while read -t 0.1 line || [ $? -gt 128 ]; do [ -z \"$line\" ] || echo $line; done; exit 9")
    child = subprocess.Popen(worlds.command("--", "bash", "-c", script), stdin=follower,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=worlds.environment(), preexec_fn=lambda: _take_terminal(follower))
    os.close(follower)
    assert child.stdout.readline() == "here\n"
    os.write(leader, b"\x03")
    assert child.stdout.readline() == "one\n"
    os.write(leader, b"next\n")
    assert child.stdout.readline() == "next\n"
    os.write(leader, b"\x04")
    assert child.wait(WAIT_SECONDS) == 9
    os.close(leader)


def _take_terminal(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_what_the_command_leaves_running_ends_with_the_world():
    code, out, _ = run("--", "sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!")
    assert code == 0
    await_end(int(out), "the sleep that was left")


# --- nothing is left, whoever is killed

def test_nothing_is_left_when_shadowctl_is_killed(staying):
    child, folder, command = staying()
    child.kill()
    child.wait(WAIT_SECONDS)
    await_end(command, "the command")
    await_nothing_left(folder)


def test_nothing_is_left_when_its_process_group_is_killed(staying):
    child, folder, command = staying(start_new_session=True)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait(WAIT_SECONDS)
    await_end(command, "the command")
    await_nothing_left(folder)


def test_nothing_is_left_when_the_keeper_is_killed(staying):
    child, folder, command = staying()
    os.kill(worlds.parent_of(command), signal.SIGKILL)
    assert child.wait(WAIT_SECONDS) == 4
    assert "keeper of the world" in child.stderr.read()
    await_end(command, "the command")
    await_nothing_left(folder)


def test_no_process_is_left_when_both_are_killed(staying):
    """Nobody is there any more who could remove the folder."""
    child, folder, command = staying()
    os.kill(worlds.parent_of(command), signal.SIGKILL)
    child.kill()
    child.wait(WAIT_SECONDS)
    worlds.wait_until(lambda: not worlds.commands_that_name(str(folder)), "the end of all")
    await_end(command, "the command")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("form", ["command", "hold"])
def test_nothing_is_left_when_its_parent_is_killed(form):
    words = worlds.command("--hold") if form == "hold" else worlds.command("--", *STAY)
    parent = subprocess.Popen(
        [sys.executable, "-c",
         "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()",
         *words], stdout=subprocess.PIPE, text=True, env=worlds.environment())
    said = parent.stdout.readline()
    folder = (json.loads(said)["folder"] if form == "hold" else os.path.dirname(said.strip()))
    assert worlds.commands_that_name(folder)
    parent.kill()
    parent.wait()
    await_nothing_left(folder)


@pytest.mark.parametrize("seconds", [0, 0.01, 0.02, 0.03, 0.05])
def test_nothing_is_left_when_it_is_killed_while_it_begins(seconds):
    """At no event: wherever it is then."""
    child = start("--", *STAY)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    child.kill()
    said = child.communicate(timeout=WAIT_SECONDS)[0]  # whoever has its output has ended
    assert said == "" or not os.path.exists(os.path.dirname(said.splitlines()[0]))
    await_end(child.pid, "shadowctl")
    worlds.wait_until(lambda: not worlds.folders_of(child.pid), "the end of its folder")


# --- holding

def test_a_held_world_ends_with_its_standard_input():
    child, world = hold()
    assert worlds.commands_that_name(world["folder"])
    child.stdin.close()
    assert child.wait(WAIT_SECONDS) == 0
    await_nothing_left(world["folder"])


def test_a_held_world_ends_when_it_is_asked_to():
    child, world = hold()
    child.terminate()
    assert child.wait(WAIT_SECONDS) == 0
    await_nothing_left(world["folder"])


def test_a_world_is_ours_alone():
    child, world = hold()
    assert os.stat(world["folder"]).st_mode & 0o777 == 0o700
    child.stdin.close()
    child.wait(WAIT_SECONDS)


@pytest.mark.parametrize("program", ["mosquitto", "shadowd"])
def test_a_command_in_a_world_that_broke_is_no_success(program):
    script = (f"for p in /proc/[0-9]*; do [ \"$(readlink $p/cwd)\" = \"$(dirname $SHADOWCTL_CONFIG)\" ]"
              f" && [ \"$(cat $p/comm)\" = {program} ] && kill -9 ${{p#/proc/}}; done; sleep 0.2; exit 0")
    code, _, err = run("--", "sh", "-c", script)
    assert code == 1
    assert f"{program} of the world has ended with 137" in err


# --- ports

def test_a_port_that_somebody_takes_first_is_given_up_for_another(tmp_path):
    """A broker in whose way somebody is, the first time."""
    shim = tmp_path / "mosquitto"
    shim.write_text(f"""#!/bin/sh
[ -e {tmp_path}/taken ] && exec {shutil.which("mosquitto", path=BROKER_PATH)} "$@"
port=$(sed -n 's/^listener \\([1-9][0-9]*\\) .*/\\1/p' mosquitto.conf)
echo $port >{tmp_path}/taken
exec /usr/bin/python3 -c "import socket, subprocess, sys
taken = socket.create_server(('127.0.0.1', $port))
sys.exit(subprocess.call(['{shutil.which("mosquitto", path=BROKER_PATH)}', '-c', 'mosquitto.conf']))"
""")
    shim.chmod(0o755)
    code, out, err = run("--", *SHOW,
                         env=worlds.environment(PATH=f"{tmp_path}:{os.environ['PATH']}"))
    assert (code, err) == (0, "")
    assert variables(out)["SHADOW_MQTT_PORT"] != (tmp_path / "taken").read_text().strip()


# --- what is wrong is said

@pytest.mark.parametrize("words", [(), ("--hold", "--", "true")])
def test_a_world_without_a_purpose_is_refused(words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err == "shadowctl: a world needs a command to run in it, behind --, or --hold, and not both\n"


def test_a_missing_program_is_named_with_where_was_looked(tmp_path):
    code, out, err = run("--", "true", env=worlds.environment(SHADOW_HOME=str(tmp_path)))
    assert (code, out) == (3, "")
    assert err == (f"shadowctl: shadowd was not found: there is no service/shadowd or sbin/shadowd "
                   f"or bin/shadowd in {tmp_path}; SHADOW_HOME may name a build folder or a prefix\n")


def test_programs_are_found_as_the_package_has_them(tmp_path):
    for source, target in (("cli/shadowctl", "bin"), ("service/shadowd", "sbin"),
                           ("plugin/mosquitto_shadow.so", "lib/mosquitto-shadow")):
        (tmp_path / target).mkdir(parents=True)
        shutil.copy(build_dir() / source, tmp_path / target)
    child = subprocess.run([tmp_path / "bin" / "shadowctl", "world", "--", "true"],
                           capture_output=True, text=True, env=worlds.environment())
    assert (child.returncode, child.stderr) == (0, "")


def test_without_room_in_memory_it_lies_in_tmpdir(tmp_path):
    """A folder so deep that no socket's path would fit."""
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    lines = ["mount -t tmpfs -o size=1m none /dev/shm", "exec \"$@\""]
    code, out, err = run("--", "true")
    assert code == 0
    command = ["unshare", "--map-root-user", "--mount", "sh", "-e", "-c", "\n".join(lines), "sh",
               *worlds.command("--", *SHOW)]
    done = subprocess.run(command, capture_output=True, text=True,
                          env=worlds.environment(TMPDIR=str(deep)), timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stderr
    assert variables(done.stdout)["SHADOWCTL_CONFIG"].startswith(f"{deep}/shadow-world-")
    assert list(deep.iterdir()) == []
