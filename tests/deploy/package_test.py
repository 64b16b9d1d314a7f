"""The Debian package on a machine of its own, where systemd runs: a container made of Debian's
mirror. Installed, used, upgraded, removed, purged."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from composition import ROOT, run
from harness import build_dir, wait_until

MACHINE = "shadow-machine"
UNITS = ("mosquitto-shadow.service", "shadowd.service")
THING = "/etc/mosquitto-shadow/authority/things/lamp1"
SHADOW = "$aws/things/lamp1/shadow"


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> pathlib.Path:
    folder = pathlib.Path(os.environ.get("SHADOW_PACKED") or tmp_path_factory.mktemp("package"))
    if "SHADOW_PACKED" not in os.environ:
        run("cpack", "--config", build_dir() / "CPackConfig.cmake", "-B", folder)
    return next(folder.glob("mosquitto-shadow_*_amd64.deb"))


class Machine:
    def do(self, *words, code=0) -> str:
        done = subprocess.run(["docker", "exec", "-e", "DEBIAN_FRONTEND=noninteractive", MACHINE,
                               *map(str, words)], capture_output=True, text=True)
        assert done.returncode == code, f"{words}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def install(self, package):
        run("docker", "cp", package, f"{MACHINE}:/var/tmp/{package.name}")
        self.do("dpkg", "-i", f"/var/tmp/{package.name}")

    def is_active(self, unit) -> bool:
        done = subprocess.run(["docker", "exec", MACHINE, "systemctl", "is-active", "-q", unit])
        return done.returncode == 0

    def await_service(self):
        for unit in UNITS:
            wait_until(lambda: self.is_active(unit), f"{unit}'s start", 60)
        wait_until(lambda: "serves" in self.do("systemctl", "status", "shadowd"), "the link", 60)

    def mqtt(self, program, *words) -> str:
        return self.do(program, "-V", "311", "-h", "localhost", "-p", "8883", "-q", "1",
                       "--cafile", "/etc/mosquitto-shadow/tls/ca.pem",
                       "--cert", f"{THING}/certificate.pem", "--key", f"{THING}/private.key", *words)

    def shadow(self) -> dict:
        return json.loads(self.mqtt("mosquitto_rr", "-t", f"{SHADOW}/get", "-e",
                                    f"{SHADOW}/get/accepted", "-n", "-W", "20"))


@pytest.fixture(scope="module")
def machine(package, tmp_path_factory):
    """Debian with systemd and what the package depends on; nothing outside can be reached from it."""
    folder = tmp_path_factory.mktemp("machine")
    depends = run("dpkg-deb", "-f", package, "Depends").strip()
    names = {one.split("|")[0].split("(")[0].strip() for one in depends.split(",")}
    (folder / "Dockerfile").write_text(
        f"FROM debian:{os.environ['SHADOW_DEBIAN']}-slim\n"
        "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
        f"--no-install-recommends systemd curl mosquitto-clients {' '.join(sorted(names))} && "
        "systemctl disable mosquitto.service\n"
        "STOPSIGNAL SIGRTMIN+3\n"
        "CMD mount -o remount,rw /sys/fs/cgroup && exec /lib/systemd/systemd\n")
    run("docker", "build", "--network", "host", "-t", MACHINE, folder)
    subprocess.run(["docker", "rm", "-f", "-v", MACHINE], capture_output=True)
    run("docker", "run", "-d", "--name", MACHINE, "--hostname", "machine", "--network", "none",
        "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
        "apparmor=unconfined", "--cgroupns", "private", "--tmpfs", "/run", "--tmpfs", "/run/lock",
        MACHINE)
    try:
        yield Machine()
    finally:
        run("docker", "rm", "-f", "-v", MACHINE)


def test_lintian_finds_no_error(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", package],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_installed_it_starts_and_serves_a_device(machine, package):
    machine.install(package)
    machine.await_service()
    machine.do("shadowctl", "thing", "create", "lamp1")
    machine.mqtt("mosquitto_pub", "-t", f"{SHADOW}/update", "-m",
                 '{"state":{"reported":{"on":true}}}')
    assert machine.shadow()["state"] == {"reported": {"on": True}}


def test_its_processes_are_locked_in(machine):
    for unit in UNITS:
        exposure = machine.do("systemd-analyze", "security", "--no-pager", unit)
        assert " OK " in exposure.splitlines()[-1] or "SAFE" in exposure, exposure
        pid = machine.do("systemctl", "show", "-P", "MainPID", unit).strip()
        status = machine.do("cat", f"/proc/{pid}/status")
        assert "NoNewPrivs:\t1" in status and "CapBnd:\t0000000000000000" in status


def test_a_killed_service_returns_with_its_data(machine):
    for unit in UNITS:
        old = machine.do("systemctl", "show", "-P", "MainPID", unit)
        machine.do("systemctl", "kill", "-s", "KILL", unit)
        wait_until(lambda: machine.do("systemctl", "show", "-P", "MainPID", unit)
                   not in ("0\n", old), f"{unit}'s return", 60)
    machine.await_service()
    assert machine.shadow()["state"] == {"reported": {"on": True}}


def documented(mark: str) -> list:
    """The blocks of docs/aws-cli.md that are for here."""
    return re.findall(rf"^```sh {mark}\n(.*?)^```$", (ROOT / "docs/aws-cli.md").read_text(), re.M | re.S)


class Control:
    """The control plane, asked by curl, which signs."""

    def __init__(self, machine):
        self.machine = machine
        self.key = ":".join(line.split("=", 1)[1] for line in machine.do(
            "cat", "/administrator.env").split() if line.startswith("AWS_"))

    def ask(self, method, path, body="{}", **headers) -> dict:
        """The answer's JSON, and its status in it."""
        words = [word for name, value in headers.items()
                 for word in ("-H", f"{name.replace('_', '-')}: {value}")]
        said = self.machine.do(
            "curl", "-sS", "--cacert", "/etc/mosquitto-shadow/tls/ca.pem", "--aws-sigv4",
            "aws:amz:us-east-1:iot", "--user", self.key, "-X", method, "-d", body, *words,
            "-w", "\n%{http_code}", f"https://localhost:8443{path}")
        body, _, status = said.rpartition("\n")
        return {**json.loads(body), "status": int(status)}

    def device(self, name) -> dict:
        assert self.ask("POST", f"/things/{name}")["status"] == 200
        return self.ask("POST", "/keys-and-certificate?setAsActive=true")


@pytest.fixture(scope="module")
def control(machine):
    """With an administrator's key, as the manual has it."""
    machine.do("bash", "-e", "-o", "pipefail", "-c", "cd / && " + documented("package")[-1])
    return Control(machine)


def test_without_the_setting_no_certificates_are_made_and_the_key_stays_roots(machine, control):
    refused = control.device("early")
    assert refused["status"] == 400 and "without --ca_dir" in refused["message"]
    machine.do("test", "-e", "/etc/mosquitto-shadow/issuer", code=1)


def test_with_it_a_device_is_made_by_calls_alone_and_connects(machine, control):
    machine.do("bash", "-e", "-c", documented("package")[0])
    machine.await_service()
    assert machine.do("stat", "-c", "%U %a", "/etc/mosquitto-shadow/issuer/ca.key") == "shadowd 600\n"
    made = control.device("lamp2")
    assert made["status"] == 200, made
    for file, text in (("crt", made["certificatePem"]), ("key", made["keyPair"]["PrivateKey"])):
        machine.do("sh", "-c", f"cat >/lamp2.{file} <<'END'\n{text}END")
    attached = control.ask("PUT", "/target-policies/administrator",
                           json.dumps({"target": made["certificateArn"]}))
    assert attached["status"] == 200, attached
    machine.do("mosquitto_pub", "-h", "localhost", "-p", "8883", "-q", "1", "--cafile",
               "/etc/mosquitto-shadow/tls/ca.pem", "--cert", "/lamp2.crt", "--key", "/lamp2.key",
               "-i", "lamp2", "-t", "$aws/things/lamp2/shadow/update", "-m",
               '{"state":{"reported":{"on":true}}}')
    assert "lamp2" in machine.do("shadowctl", "thing", "list")
    assert machine.do("sh", "-c", "find /etc/mosquitto-shadow/registry ! -user shadowd") == ""


def test_the_broker_has_neither_the_key_nor_a_say_in_the_registry(machine):
    as_broker = ["setpriv", "--reuid", "mosquitto-shadow", "--regid", "mosquitto-shadow",
                 "--clear-groups"]
    machine.do(*as_broker, "cat", "/etc/mosquitto-shadow/registry/things/lamp2.json")
    machine.do(*as_broker, "cat", "/etc/mosquitto-shadow/issuer/ca.key", code=1)
    machine.do(*as_broker, "touch", "/etc/mosquitto-shadow/registry/things/x.json", code=1)
    hidden = machine.do("systemctl", "show", "-P", "InaccessiblePaths", UNITS[0])
    assert "/etc/mosquitto-shadow/issuer" in hidden


def test_a_registry_that_shadowd_may_not_write_to_is_told_and_refused(machine, control):
    drop_in = "/etc/systemd/system/shadowd.service.d/registry.conf"
    machine.do("sh", "-c", f"mkdir -p $(dirname {drop_in}) && printf '[Service]\\nReadOnlyPaths="
               f"/etc/mosquitto-shadow/registry\\n' >{drop_in} && systemctl daemon-reload")
    machine.do("systemctl", "restart", "shadowd")
    machine.await_service()
    refused = control.ask("POST", "/things/late")
    assert refused["status"] == 400
    assert "shadowd may not write to its registry" in refused["message"]
    said = machine.do("journalctl", "-u", "shadowd", "--no-pager")
    assert "registry_read_only" in said and "ReadWritePaths=" in said
    machine.do("sh", "-c", f"rm {drop_in} && systemctl daemon-reload && systemctl restart shadowd")
    machine.await_service()
    assert control.ask("POST", "/things/late")["status"] == 200


def test_a_registry_of_an_earlier_version_is_given_to_shadowd(machine, control):
    """An upgrade starts the setup again, as its unit does."""
    machine.do("chown", "-R", "root:", "/etc/mosquitto-shadow/registry")
    machine.do("systemctl", "restart", "mosquitto-shadow-setup", *UNITS)
    machine.await_service()
    assert machine.do("sh", "-c", "find /etc/mosquitto-shadow/registry ! -user shadowd") == ""
    assert control.ask("POST", "/things/later")["status"] == 200


def documented_units() -> list:
    """The nightly backup's service and timer, as docs/operations.md has them."""
    page = (ROOT / "docs/operations.md").read_text()
    night = page[page.index("### Every night"):page.index("### Upgrade and rollback")]
    return [block for block in re.findall(r"^```\n(.*?)^```$", night, re.M | re.S)
            if block.startswith("[")]


def test_the_nightly_backup_of_the_manual_works_and_can_be_restored(machine):
    for kind, text in zip(("service", "timer"), documented_units(), strict=True):
        machine.do("sh", "-c", f"cat >/etc/systemd/system/mosquitto-shadow-backup.{kind} <<'END'\n"
                   f"{text}END")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "start", "mosquitto-shadow-backup.timer", "mosquitto-shadow-backup.service")
    backup = "/var/backups/mosquitto-shadow/" + machine.do("date", "+%F").strip()
    assert " is good: " in machine.do("shadowctl", "store", "check", backup)
    machine.do("systemctl", "start", "mosquitto-shadow-backup.service", code=1)  # it is there
    machine.mqtt("mosquitto_pub", "-t", f"{SHADOW}/update", "-m",
                 '{"state":{"reported":{"on":false}}}')
    assert machine.shadow()["state"] == {"reported": {"on": False}}
    machine.do("systemctl", "stop", "shadowd")
    machine.do("shadowctl", "restore", backup, "--replace",
               "--data-dir", "/var/lib/mosquitto-shadow/shadows")
    machine.do("systemctl", "start", "shadowd")
    machine.await_service()
    assert machine.shadow()["state"] == {"reported": {"on": True}}


def newer(package, folder) -> pathlib.Path:
    """The same package under the next version, as an upgrade would bring it."""
    run("dpkg-deb", "-R", package, folder / "root")
    control = folder / "root" / "DEBIAN" / "control"
    lines = control.read_text().splitlines()
    control.write_text("".join(
        (f"{line}+next" if line.startswith("Version:") else line) + "\n" for line in lines))
    run("dpkg-deb", "-b", folder / "root", folder / "mosquitto-shadow_next_amd64.deb")
    shutil.rmtree(folder / "root")
    return folder / "mosquitto-shadow_next_amd64.deb"


def test_an_upgrade_keeps_settings_and_shadows(machine, package, tmp_path):
    machine.do("sh", "-c", "echo '# ours' >>/etc/mosquitto-shadow/shadowd.flags")
    old = machine.do("systemctl", "show", "-P", "MainPID", "shadowd.service")
    machine.install(newer(package, tmp_path))
    machine.await_service()
    assert machine.do("systemctl", "show", "-P", "MainPID", "shadowd.service") != old
    assert "# ours" in machine.do("cat", "/etc/mosquitto-shadow/shadowd.flags")
    assert machine.shadow()["state"] == {"reported": {"on": True}}


def test_a_rollback_keeps_them_too(machine, package):
    machine.install(package)
    machine.await_service()
    assert "# ours" in machine.do("cat", "/etc/mosquitto-shadow/shadowd.flags")
    assert machine.shadow()["state"] == {"reported": {"on": True}}


def test_removed_it_leaves_only_what_was_made_here_and_purged_nothing(machine):
    machine.do("dpkg", "-r", "mosquitto-shadow")
    assert not any(machine.is_active(unit) for unit in UNITS)
    machine.do("test", "-e", f"{THING}/private.key")
    machine.do("dpkg", "-P", "mosquitto-shadow")
    machine.do("sh", "-c", "test -d /var/backups/mosquitto-shadow/*")
    left = machine.do("sh", "-c", "ls -d /etc/mosquitto-shadow /var/lib/mosquitto-shadow "
                      "/etc/systemd/system/*/shadowd.service 2>/dev/null; true")
    assert left == ""
