"""The compose file with compose of version 2, as most people have it; the other tests use Debian's."""
import json
import os

import pytest

from client import Shadow
from composition import PARTS, Composition

PROGRAM = os.environ["SHADOW_COMPOSE_V2"]


def test_it_is_of_version_2():
    assert Composition("any", program=PROGRAM).compose("version", "--short").startswith("2.")


@pytest.mark.parametrize("profiles", [(), ("aws",), ("grafana",), ("aws", "grafana", "tools")])
def test_the_file_is_taken_without_a_complaint(profiles):
    said = Composition("any", profiles, PROGRAM).compose("config", "--format", "json")
    services = set(json.loads(said)["services"])
    assert {"setup", *PARTS} <= services
    assert ("front" in services, "grafana" in services) == (
        "aws" in profiles, "grafana" in profiles)


def test_it_comes_up_healthy_serves_and_goes_down(images):
    here = Composition("shadow-v2", program=PROGRAM)
    here.down("--volumes", "--remove-orphans")
    try:
        here.compose("up", "-d", "--wait", "--no-build")
        with here.plain() as client:
            said = Shadow(client, "lamp").exchange("update", '{"state":{"desired":{"led":"on"}}}')
            assert "update/accepted" in said.topics
        assert here.compose("exec", "-T", "shadowd", "shadowctl", "backup",
                            "/var/backups/mosquitto-shadow/today")
        assert here.shadowctl("thing", "create", "lamp1")
    finally:
        here.down("--volumes", "--remove-orphans")
    assert here.compose("ps", "-q") == ""
