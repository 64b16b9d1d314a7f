"""The compose file up for real: every way in, restarts, what is kept, what is measured."""
import http.client
import json
import os
import re
import signal
import subprocess
import time

import pytest

from client import Shadow
from composition import PARTS, ROOT, run
from harness import wait_until

# Broker and shadowd together, resident, by what they are made of.
IDLE_BYTES_MAX = {"bookworm": 44 << 20, "trixie": 52 << 20}[os.environ["SHADOW_DEBIAN"]]


def round_trip(client, thing):
    """The contract's basics: want, report, get, delete."""
    with client:
        shadow = Shadow(client, thing)
        wanted = shadow.exchange("update", '{"state":{"desired":{"led":"on"}}}')
        assert sorted(wanted.topics) == ["update/accepted", "update/delta", "update/documents"]
        assert wanted.payload("update/delta")["state"] == {"led": "on"}
        reported = shadow.exchange("update", '{"state":{"reported":{"led":"on"}}}')
        assert sorted(reported.topics) == ["update/accepted", "update/documents"]
        assert reported.after["state"] == {"desired": {"led": "on"}, "reported": {"led": "on"}}
        assert shadow.exchange("delete").topics == ["delete/accepted"]
        assert shadow.exchange("get").payload("get/rejected")["code"] == 404


def test_a_shadow_over_plain_mqtt(composition):
    round_trip(composition.plain(), "plain1")


def test_a_device_with_its_own_certificate(composition, tmp_path):
    round_trip(composition.secure(tmp_path, "lamp1"), "lamp1")


def test_port_443_leads_to_mqtt_by_its_alpn(composition, tmp_path):
    round_trip(composition.secure(tmp_path, "lamp1", "AWS", ["x-amzn-mqtt-ca"]), "lamp1")


@pytest.mark.parametrize("port", ["HTTPS", "AWS"])
def test_a_shadow_over_https(composition, tmp_path, port):
    os.kill(composition.state("shadowd")["Pid"], signal.SIGHUP)  # it reads the registry again
    connection = http.client.HTTPSConnection("localhost", composition.port[port], timeout=30,
                                             context=composition.tls(tmp_path, "lamp1"))

    def is_let_in():
        connection.request("POST", "/things/lamp1/shadow", '{"state":{"reported":{"by":"web"}}}')
        answer = connection.getresponse()
        said = json.load(answer)
        return answer.status == 200 and said["state"] == {"reported": {"by": "web"}}
    wait_until(is_let_in, "an update over HTTPS", 10)
    connection.request("DELETE", "/things/lamp1/shadow")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_user_of_the_console_is_let_in_and_has_its_page(composition, tmp_path):
    composition.shadowctl("console", "user", "add", "ann", "--role", "admin",
                          input="correct horse\n")
    (tmp_path / "ca.pem").write_text(composition.read("/etc/mosquitto-shadow/authority/ca/ca.pem"))
    url = f"https://localhost:{composition.port['HTTPS']}"
    ask = ("curl", "-s", "--fail-with-body", "--cacert", tmp_path / "ca.pem")
    assert "<!doctype html>" in run(*ask, f"{url}/console/")
    said = json.loads(run(*ask, "-d", '{"name":"ann","password":"correct horse"}',
                          f"{url}/_shadow/v1/session"))
    assert (said["name"], said["role"]) == ("ann", "admin")


def test_every_port_is_published_on_this_machine_alone(composition):
    ids = composition.compose("ps", "-q").split()
    bindings = [binding for one in json.loads(run("docker", "inspect", *ids))
                for bound in one["NetworkSettings"]["Ports"].values() for binding in bound or []]
    assert len(bindings) >= 5
    assert {binding["HostIp"] for binding in bindings} == {"127.0.0.1"}


def test_the_ports_are_those_that_are_documented():
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SHADOW_")}
    text = run("docker-compose", "-f", ROOT / "deploy/docker/docker-compose.yml", "--profile",
               "aws", "--profile", "grafana", "config", env=plain)
    ports = set(map(int, re.findall(r"127\.0\.0\.1:(\d+):\d+", text)))
    assert ports == {1883, 8883, 443, 8443, 9464, 9090, 3000}


@pytest.mark.parametrize("part", ["broker", "shadowd", "prometheus", "front"])
def test_containers_have_no_rights(composition, part):
    container = json.loads(run("docker", "inspect", composition.container(part)))[0]
    host = container["HostConfig"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    status = dict(line.split(":\t") for line in
                  open(f"/proc/{container['State']['Pid']}/status").read().splitlines()
                  if ":\t" in line)
    assert "0" not in status["Uid"].split("\t")
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0


def test_broker_and_service_are_two_users_with_little_in_common(composition):
    """Whoever has taken the broker over has neither the admin socket nor the documents."""
    users = {os.stat(f"/proc/{composition.state(part)['Pid']}").st_uid
             for part in ("broker", "shadowd", "front")}
    assert len(users) == 3
    mounts = {part: {mount["Destination"]: mount["RW"] for mount in json.loads(
        run("docker", "inspect", composition.container(part)))[0]["Mounts"]}
        for part in ("broker", "shadowd")}
    shared = set(mounts["broker"]) & set(mounts["shadowd"])
    assert {where for where in shared if mounts["broker"][where]} == {"/run/mosquitto-shadow"}
    assert composition.exec("shadowd", "stat", "-c", "%a %U", "/run/shadowd/admin.sock") == \
        "600 shadowd\n"
    for path in ("/run/shadowd/admin.sock", "/var/lib/mosquitto-shadow/shadows/CURRENT",
                 "/etc/mosquitto-shadow/credentials/."):
        done = subprocess.run(["docker", "exec", composition.container("broker"), "ls", path],
                              capture_output=True, text=True)
        assert done.returncode != 0, path


@pytest.mark.parametrize("name", ["broker", "shadowd"])
def test_images_hold_no_build_tools(images, name):
    found = run("docker", "run", "--rm", "--network=none", "--entrypoint", "/bin/sh", images(name),
                "-c", "command -v gcc g++ cc make cmake ninja ld as git; true")
    assert found == ""


def test_who_may_use_the_plain_port_cannot_read_the_authoritys_key(composition):
    for part in ("broker", "shadowd"):
        done = subprocess.run(["docker", "exec", composition.container(part), "ls",
                               "/etc/mosquitto-shadow/authority/ca"], capture_output=True, text=True)
        assert done.returncode != 0


BACKUP = "/var/backups/mosquitto-shadow/today"


def test_a_backup_is_made_in_the_container_and_can_be_gone_back_to(composition):
    with composition.plain() as client:
        shadow = Shadow(client, "saved")
        shadow.exchange("update", '{"state":{"desired":{"a":1}}}')
        assert composition.exec("shadowd", "shadowctl", "backup", BACKUP) == f"{BACKUP}\n"
        shadow.exchange("update", '{"state":{"desired":{"a":2}}}')
    composition.compose("stop", "shadowd")
    composition.compose(
        "run", "--rm", "-T", "--no-deps", "--entrypoint", "sh", "shadowd", "-c",
        "rm -r /var/lib/mosquitto-shadow/shadows/* && shadowctl restore "
        f"{BACKUP} --data-dir /var/lib/mosquitto-shadow/shadows")
    composition.compose("start", "shadowd")
    composition.await_health("shadowd")
    with composition.plain() as client:
        assert Shadow(client, "saved").exchange("get").after["state"]["desired"] == {"a": 1}


def test_a_request_is_followed_from_the_container(composition):
    command = ["docker", "exec", composition.container("shadowd"), "shadowctl", "trace", "followed",
               "--count", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as trace:
        assert trace.stderr.readline() == "following followed; end with Ctrl-C\n"
        with composition.plain() as client:
            Shadow(client, "followed").exchange("update", '{"state":{"desired":{"a":1}}}')
        said, _ = trace.communicate(timeout=60)
    assert trace.returncode == 0
    assert " update followed 200: handled " in said


@pytest.mark.parametrize("words, said", [
    (["backup", "/var/lib/mosquitto-shadow/shadows"], "is there already"),
    (["backup", "/nowhere/today"], "/nowhere"),
    (["trace", "no/name"], "'no/name' is not a thing's name"),
    (["trace", "lamp1", "--admin-socket", "/nowhere"], "no shadowd answers on /nowhere"),
])
def test_what_cannot_be_asked_of_the_service_is_told(composition, words, said):
    done = subprocess.run(["docker", "exec", composition.container("shadowd"), "shadowctl", *words],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode not in (0, 126, 127)
    assert said in done.stderr


def resident_and_cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    pages = int(open(f"/proc/{pid}/statm").read().split()[1])
    ticks = os.sysconf("SC_CLK_TCK")
    return pages * os.sysconf("SC_PAGE_SIZE"), (int(fields[11]) + int(fields[12])) / ticks


def test_the_settings_fit_into_the_memory_that_a_container_has(composition):
    assert "memory_short" not in composition.compose("logs", "--no-color", "shadowd")
    limit = 512 << 20
    refused = composition.exec(
        "shadowd", "sh", "-c", "shadowd --broker=localhost:1 --data_dir=/tmp/data "
        "--link_secret_file=/etc/mosquitto-shadow/tls/link.secret "
        f"--store_block_cache_bytes={limit} 2>&1 || true")
    assert "memory_refused" in refused and f"{limit} bytes by the cgroup /sys/fs/cgroup" in refused


def test_idle_they_need_little(composition):
    """Prints what docs/operations.md states. Time passes here because idleness is measured."""
    pids = {part: composition.state(part)["Pid"] for part in PARTS}
    before, began = {part: resident_and_cpu(pid) for part, pid in pids.items()}, time.monotonic()
    time.sleep(5)
    elapsed, total = time.monotonic() - began, 0
    for part, pid in pids.items():
        resident, cpu = resident_and_cpu(pid)
        print(f"{part}: {resident / 2**20:.1f} MB resident, "
              f"{100 * (cpu - before[part][1]) / elapsed:.1f} % of a core, idle")
        total += resident if part != "prometheus" else 0
    for name in ("broker", "shadowd", "prometheus", "front"):
        size = int(run("docker", "image", "inspect", "-f", "{{.Size}}", f"mosquitto-shadow/{name}"))
        print(f"image mosquitto-shadow/{name}: {size / 1e6:.0f} MB")
    assert total < IDLE_BYTES_MAX


def kill_and_await_return(composition, part):
    """The container's main process dies as by the kernel's memory killer."""
    old = composition.state(part)["Pid"]
    os.kill(old, signal.SIGKILL)

    def is_back():
        state = composition.state(part)
        return state["Running"] and state["Pid"] not in (0, old)
    wait_until(is_back, f"{part}'s return", 60)
    composition.await_health()


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_process_returns_with_its_data(composition, part):
    with composition.plain() as client:
        Shadow(client, "kept").exchange("update", '{"state":{"desired":{"by":"%s"}}}' % part)
    kill_and_await_return(composition, part)
    with composition.plain() as client:
        after = Shadow(client, "kept").exchange("get").after
        assert after["state"]["desired"] == {"by": part}


def test_volumes_keep_everything_over_down_and_up(composition, tmp_path):
    with composition.plain() as client:
        version = Shadow(client, "kept").exchange("update", '{"state":{"desired":{"a":1}}}') \
            .after["version"]
    identity = composition.read("/etc/mosquitto-shadow/tls/server.pem")
    composition.down()
    composition.up()
    assert composition.read("/etc/mosquitto-shadow/tls/server.pem") == identity
    with composition.plain() as client:
        assert Shadow(client, "kept").exchange("get").after["version"] == version
    round_trip(composition.secure(tmp_path, "lamp1"), "lamp1")
