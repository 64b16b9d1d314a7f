"""The store on a small file system of its own, which fills up: updates are refused with 500, gets
are answered, nothing crashes, and once there is room again it goes on without a restart.
"""
import json
import os
import subprocess

import pytest

from client import Client, Shadow
from harness import Stack, free_port
from health import ask

DISK_BYTES = 48 << 20
FLAGS = ["--store_write_buffer_bytes=1048576", "--store_wal_bytes_max=4194304"]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def stack(port):
    """Needs root, to mount."""
    assert os.geteuid() == 0, "run it as root: it mounts a file system of its own"
    stack = Stack(service_flags=[*FLAGS, f"--health_port={port}"])
    data = stack.folder / "data"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "shadow-test", data],
                   check=True)
    try:
        with stack:
            yield stack
    finally:
        subprocess.run(["umount", "--lazy", data], check=True)


def update(shadow, n):
    body = {"state": {"reported": {"n": n, "text": os.urandom(3000).hex()}}}
    exchange = shadow.exchange("update", json.dumps(body))
    return json.loads(exchange.messages[0].payload), exchange.after


def test_a_full_disk_refuses_updates_until_there_is_room(stack, port):
    data = stack.folder / "data"
    with Client(stack.port) as client:
        shadow = Shadow(client, "squeezed")
        accepted, _ = update(shadow, 1)
        assert accepted["version"] == 1

        fill(data / "ballast")
        version, refused = 1, None
        for n in range(2, 3000):
            answer, after = update(shadow, n)
            if "code" in answer:
                refused = answer
                break
            version = answer["version"]
        assert refused is not None, "the disk did not fill"
        assert (refused["code"], refused["message"]) == (500, "Internal service failure")
        assert after["version"] == version, "what was accepted is served"
        stack.service.wait_for_line("commit_failed")
        status, text = ask(port, "/readyz")
        assert status == 503 and text.startswith("the store takes no commits: ")

        for n in range(20):  # it stays so, and it lives
            answer, after = update(shadow, n)
            assert (answer["code"], after["version"]) == (500, version)
        assert stack.service.running
        assert len(stack.service.lines_since(0, "commit_failed")) <= 3

        (data / "ballast").unlink()
        answer, after = update(shadow, 1)
        assert after["version"] == answer["version"] == version + 1
        stack.service.wait_for_line("store_recovered")
        assert ask(port, "/readyz") == (200, "ok\n")

        stack.service.kill()
        stack.start_service()
        assert shadow.fence()[1]["version"] == version + 1


def fill(path):
    """Takes all the room there is."""
    with open(path, "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 16))
                file.flush()
        except OSError:
            pass
