"""A get over HTTPS waits for no commit: the disk stands still, and gets are answered."""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from client import Client, Shadow
from endpoint import Endpoint
from harness import WAIT_SECONDS, build_dir, sanitizer_runtime, wait_until


PRELOADED = build_dir() / "tests" / "https" / "libstalled_disk.so"


class Disk:
    """The disk below shadowd's store, which can be stopped."""

    def __init__(self, folder: Path):
        self._stalled = folder / "stalled"
        self._waiting = folder / "stalled.waiting"

    @property
    def environment(self):
        preload = " ".join(filter(None, (sanitizer_runtime(), str(PRELOADED))))
        return {"LD_PRELOAD": preload, "STALLED_DISK": str(self._stalled)}

    def stop(self):
        self._stalled.touch()

    def go_on(self):
        self._waiting.unlink(missing_ok=True)
        self._stalled.unlink(missing_ok=True)

    def wait_for_commit(self):
        wait_until(self._waiting.exists, "a commit that waits for the disk")


@pytest.fixture(scope="module")
def stalling(tmp_path_factory):
    disk = Disk(tmp_path_factory.mktemp("disk"))
    with Endpoint(service_environment=disk.environment) as running:
        yield running, disk
        disk.go_on()


@pytest.fixture
def endpoint(stalling):
    return stalling[0]


@pytest.fixture
def disk(stalling):
    yield stalling[1]
    stalling[1].go_on()


def test_gets_are_answered_while_a_commit_stands_still(endpoint, disk):
    old = endpoint.ask("POST", "/things/T/shadow", '{"state":{"desired":{"a":1}}}').json
    with ThreadPoolExecutor(2) as pool, Client(endpoint.port) as client:
        over_mqtt = Shadow(client, "T")
        disk.stop()
        update = pool.submit(endpoint.ask, "POST", "/things/T/shadow",
                             '{"state":{"desired":{"a":2}}}')
        disk.wait_for_commit()
        over_mqtt.request("update", '{"state":{"desired":{"a":3}}}')
        for _ in range(20):
            answer = endpoint.ask("GET", "/things/T/shadow")
            assert (answer.status, answer.json["version"]) == (200, old["version"])
        assert endpoint.ask("GET", "/api/things/shadow/ListNamedShadowsForThing/T").status == 200
        assert not update.done()  # 200 means on the disk
        disk.go_on()
        assert update.result(WAIT_SECONDS).json["version"] == 2
        over_mqtt.fence()
    assert endpoint.ask("GET", "/things/T/shadow").json["version"] == 3


def test_a_get_over_mqtt_is_answered_after_the_commit_that_it_met(endpoint, disk):
    """What the numbers in docs/performance.md come from: the one thread that commits answers it."""
    with ThreadPoolExecutor(1) as pool, Client(endpoint.port) as client:
        over_mqtt = Shadow(client, "U")
        disk.stop()
        update = pool.submit(endpoint.ask, "POST", "/things/U/shadow", '{"state":{"desired":{}}}')
        disk.wait_for_commit()
        over_mqtt.request("get", '{"clientToken":"behind"}')
        disk.go_on()
        answer = client.take_until(lambda one: b'"behind"' in one.payload)[-1]
        assert answer.topic.endswith("/get/accepted")  # it sees what was committed before it
        assert update.result(WAIT_SECONDS).status == 200
