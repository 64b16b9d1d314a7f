"""What shadowctl changes is in force with the running shadowd before shadowctl ends."""

import sys
from pathlib import Path

import pytest

for folder in ("broker", "security", "https"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))

from endpoint import Endpoint  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402


@pytest.fixture(scope="module")
def endpoint():
    running = Endpoint()
    running.admin_socket = running.folder / "admin.sock"
    running.service.command.append(f"--admin-socket={running.admin_socket}")
    with running:
        yield running


@pytest.fixture(scope="module")
def shadowctl(endpoint):
    return Shadowctl(registry=endpoint.home / "registry", credentials_dir=endpoint.credentials,
                     admin_socket=endpoint.admin_socket, endpoint=endpoint.url,
                     cafile=endpoint.ca_file)


def exit_code_of_get(shadowctl, *flags):
    """3: it may, and there is no such shadow. 5: it may not."""
    return shadowctl.run("shadow", "get", "nothing", *flags)[0]


def test_an_access_key_counts_from_its_creation_to_its_deactivation(shadowctl):
    key = shadowctl.json("credentials", "create", "--policy", "reading")
    flags = ("--access-key-id", key["accessKeyId"], "--secret-access-key", key["secretAccessKey"])
    assert exit_code_of_get(shadowctl, *flags) == 3
    shadowctl.done("credentials", "deactivate", key["accessKeyId"])
    assert exit_code_of_get(shadowctl, *flags) == 5
    shadowctl.done("credentials", "activate", key["accessKeyId"])
    assert exit_code_of_get(shadowctl, *flags) == 3
    shadowctl.done("credentials", "delete", key["accessKeyId"])
    assert exit_code_of_get(shadowctl, *flags) == 5


def test_a_policy_that_is_detached_allows_no_more(endpoint, shadowctl):
    flags = ("--cert", endpoint.reader.file, "--key", endpoint.reader.key_file)
    assert exit_code_of_get(shadowctl, *flags) == 3
    shadowctl.done("policy", "detach", "reading", endpoint.reader.file)
    assert exit_code_of_get(shadowctl, *flags) == 5
    shadowctl.done("policy", "attach", "reading", endpoint.reader.file)
    assert exit_code_of_get(shadowctl, *flags) == 3


def test_what_shadowd_refuses_to_load_is_said(endpoint, shadowctl):
    broken = endpoint.home / "registry" / "policies" / "broken.json"
    broken.write_text("{")
    said = shadowctl.refused(4, "reload")
    assert "shadowd goes on with what it had" in said and "broken" in said
    broken.unlink()
    shadowctl.done("reload")


def test_a_shadowd_that_does_not_run_is_no_fault(endpoint, shadowctl, tmp_path):
    code, _, said = shadowctl.run("reload", "--admin-socket", tmp_path / "none.sock")
    assert code == 0 and "shadowd was not told" in said
