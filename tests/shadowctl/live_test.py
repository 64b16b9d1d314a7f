"""shadow watch over MQTT with TLS, held to the policies of a certificate."""

import sys
from pathlib import Path

import pytest

for folder in ("broker", "security"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))

from certificates import Authority  # noqa: E402
from guarded import Guarded, allow  # noqa: E402
from shadowctl import Shadowctl  # noqa: E402


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("authority"), "devices' CA")
    with Guarded(authority) as running:
        yield running


def ctl(guarded, certificate, **more):
    return Shadowctl(broker=f"mqtts://localhost:{guarded.tls_port}",
                     cafile=guarded.authority.own.file, cert=certificate.file,
                     key=certificate.key_file, **more)


def test_a_certificate_that_may_watches(guarded):
    out = ctl(guarded, guarded.admin).done("shadow", "watch", "lamp", "--count", "1")
    assert out == "lamp  there is none\n"


def test_what_the_policies_do_not_allow_is_said(guarded):
    nobody = guarded.device(allow("iot:Connect", "client/watcher"))
    said = ctl(guarded, nobody).refused(5, "shadow", "watch", "lamp")
    assert 'the broker refuses client "shadowctl-' in said and "--client-id" in said
    said = ctl(guarded, nobody).refused(5, "shadow", "watch", "lamp", "--client-id", "watcher")
    assert "not subscribe to $aws/things/lamp/shadow/" in said


def test_a_broker_of_another_authority_is_not_talked_to(guarded, tmp_path):
    other = Authority(tmp_path, "another CA")
    shadowctl = Shadowctl(broker=f"mqtts://localhost:{guarded.tls_port}", cafile=other.own.file)
    assert "was not reached" in shadowctl.refused(6, "shadow", "watch", "lamp")


def test_files_that_cannot_be_used_are_told(guarded, tmp_path):
    shadowctl = Shadowctl(broker=f"mqtts://localhost:{guarded.tls_port}",
                          cafile=tmp_path / "none.pem")
    assert "--cafile, --cert or --key" in shadowctl.refused(2, "shadow", "watch", "lamp")
