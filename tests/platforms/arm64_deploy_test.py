"""Images and package of arm64, made and used under qemu's user mode. SHADOW_BUILD_DIR is the build for
arm64; DOCKER_DEFAULT_PLATFORM says for which platform images are built and run."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "deploy"), str(ROOT / "tests" / "broker")]

from client import Shadow  # noqa: E402
from composition import Composition, run  # noqa: E402
from harness import build_dir  # noqa: E402

PROGRAMS = ("usr/sbin/shadowd", "usr/bin/shadowctl", "usr/lib/mosquitto-shadow/mosquitto_shadow.so")


@pytest.fixture(scope="module")
def composition():
    """Broker and service up, from images that are built as a person would who names a platform."""
    running = Composition("shadow-arm64")
    running.down("--volumes", "--remove-orphans")
    running.compose("build", "setup", "broker")
    try:
        running.compose("up", "-d", "broker", "shadowd")
        running.await_health("broker", "shadowd")
        running.shadowctl("thing", "create", "lamp1")
        yield running
    except AssertionError:
        print(running.compose("logs", "--no-color", "--tail=60"))
        raise
    finally:
        running.down("--volumes", "--remove-orphans")


@pytest.mark.parametrize("image", ["broker", "shadowd"])
def test_the_images_are_of_arm64(composition, image):
    said = run("docker", "image", "inspect", "-f", "{{.Architecture}}", f"mosquitto-shadow/{image}")
    assert said.strip() == "arm64"
    assert composition.exec(image, "uname", "-m").strip() == "aarch64"


def test_in_containers_a_device_is_served(composition, tmp_path):
    with composition.secure(tmp_path, "lamp1") as client:
        shadow = Shadow(client, "lamp1")
        done = shadow.exchange("update", '{"state":{"desired":{"on":true}}}')
        assert sorted(done.topics) == ["update/accepted", "update/delta", "update/documents"]
        assert done.after["state"] == {"desired": {"on": True}, "delta": {"on": True}}


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("package")
    run("cpack", "--config", build_dir() / "CPackConfig.cmake", "-B", folder)
    return next(folder.glob("mosquitto-shadow_*_arm64.deb"))


def test_the_package_is_of_arm64_and_depends_on_what_it_is_linked_with(package, tmp_path):
    assert run("dpkg-deb", "-f", package, "Architecture").strip() == "arm64"
    depends = run("dpkg-deb", "-f", package, "Depends")
    for name in ("mosquitto (", "libc6 (", "libssl3 (", "librocksdb", "libstdc++6 ("):
        assert name in depends
    run("dpkg-deb", "-x", package, tmp_path)
    for program in PROGRAMS:
        assert "ARM aarch64" in run("file", tmp_path / program)


def test_lintian_finds_no_error(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", package],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


# As the units of systemd do it, which does not run under emulation.
USE = r"""
set -eu
install -d -o mosquitto-shadow -g mosquitto-shadow -m 0750 /run/mosquitto-shadow
install -d -o shadowd -g shadowd /run/shadowd
SHADOW_GROUP=mosquitto-shadow SHADOW_SERVICE_USER=shadowd /usr/lib/mosquitto-shadow/setup
umask 0007
setpriv --reuid mosquitto-shadow --regid mosquitto-shadow --init-groups \
  mosquitto -c /etc/mosquitto-shadow/mosquitto.conf &
setpriv --reuid shadowd --regid shadowd --init-groups \
  shadowd --flagfile=/etc/mosquitto-shadow/shadowd.flags &
timeout 60 sh -c 'until [ -s /run/mosquitto-shadow/broker.pid ] && [ -S /run/shadowd/admin.sock ]; do
  sleep 0.1; done'
shadowctl thing create lamp1
lamp=/etc/mosquitto-shadow/authority/things/lamp1
set -- -V 311 -h localhost -p 8883 -q 1 --cafile /etc/mosquitto-shadow/tls/ca.pem \
  --cert $lamp/certificate.pem --key $lamp/private.key
timeout 60 sh -c 'until mosquitto_pub "$@"; do sleep 0.1; done' await "$@" \
  -t '$aws/things/lamp1/shadow/update' -m '{"state":{"reported":{"on":true}}}'
mosquitto_rr "$@" -t '$aws/things/lamp1/shadow/get' -e '$aws/things/lamp1/shadow/get/accepted' -n -W 30
"""


def test_installed_it_serves_a_device(package):
    """Debian's apt finds everything that it depends on."""
    folder = package.parent / "machine"
    folder.mkdir()
    (folder / package.name).write_bytes(package.read_bytes())
    (folder / "Dockerfile").write_text(
        f"FROM debian:{os.environ['SHADOW_DEBIAN']}-slim\n"
        f"COPY {package.name} /\n"
        "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
        f"--no-install-recommends mosquitto-clients /{package.name}\n")
    run("docker", "build", "--network", "host", "-t", "shadow-arm64-machine", folder)
    said = run("docker", "run", "--rm", "--network", "none", "shadow-arm64-machine", "sh", "-c", USE)
    assert '"state":{"reported":{"on":true}}' in said
