"""Who gets in: certificates of every kind at a listener that requires one."""
import datetime
import re
import ssl

import pytest

from certificates import DAY, Authority
from guarded import ALLOW_ALL
from wire import Wire

NOT_AUTHORIZED = {False: 5, True: 135}  # CONNACK, by whether it is MQTT 5
MINUTE = datetime.timedelta(minutes=1)


def expect_no_session(guarded, certificate):
    """TLS ends it. (With TLS 1.3 the client hears of it after its own part is done.)"""
    try:
        with guarded.wire(certificate) as wire:
            wire.connect("whoever")
    except (ssl.SSLError, Wire.Gone):
        return
    raise AssertionError("it was let in")


def expect_refusal(guarded, certificate, why: str):
    for mqtt5, code in NOT_AUTHORIZED.items():
        mark = guarded.broker.mark()
        client_id = f"refused-{certificate.id[:8]}-{code}"
        with guarded.wire(certificate, mqtt5) as wire:
            assert wire.connect(client_id) == code
        guarded.broker.wait_for_line(
            f"shadow: refused client {client_id} with certificate {certificate.id}: "
            f"iot:Connect on client/{client_id}: {why}", mark)


def test_a_registered_certificate_is_let_in(guarded):
    device = guarded.device(ALLOW_ALL)
    for mqtt5 in (False, True):
        with guarded.connect(device, mqtt5=mqtt5) as wire:
            wire.ping()


def test_no_certificate_ends_in_tls(guarded):
    expect_no_session(guarded, None)


def test_another_authority_s_certificate_ends_in_tls(guarded, tmp_path):
    stranger = Authority(tmp_path, "the test's own CA").issue()  # of the same name
    guarded.registry.certificate(stranger, ["everything"])
    guarded.reload_broker()
    expect_no_session(guarded, stranger)


@pytest.mark.parametrize("start, end", [
    pytest.param(-2 * DAY, -MINUTE, id="expired"),
    pytest.param(DAY, 2 * DAY, id="not-yet-valid")])
def test_out_of_its_time_it_ends_in_tls(guarded, authority, start, end):
    certificate = authority.issue(start=start, end=end)
    guarded.registry.certificate(certificate, ["everything"])
    guarded.reload_broker()
    expect_no_session(guarded, certificate)


def test_an_unknown_certificate_is_refused(guarded, authority):
    expect_refusal(guarded, authority.issue(), "the certificate is not registered")


def test_an_inactive_certificate_is_refused(guarded):
    expect_refusal(guarded, guarded.device(ALLOW_ALL, status="INACTIVE"),
                   "the certificate is INACTIVE")


def test_a_certificate_without_policies_may_not_connect(guarded, authority):
    certificate = authority.issue()
    guarded.registry.certificate(certificate)
    guarded.reload_broker()
    expect_refusal(guarded, certificate, "denied: no policy is attached")


def test_a_policy_without_connect_may_not_connect(guarded):
    device = guarded.device({**ALLOW_ALL, "Action": "iot:Publish"})
    expect_refusal(guarded, device, 'denied: no statement of policy "policy-.*" allows it')


def test_a_certificate_of_an_intermediate_is_let_in(guarded, authority, tmp_path):
    device = Authority(tmp_path, "in between", parent=authority).issue()
    guarded.registry.certificate(device, ["everything"])
    guarded.reload_broker()
    with guarded.connect(device) as wire:
        wire.ping()


def test_a_plain_listener_lets_nobody_in(guarded):
    for mqtt5, code in NOT_AUTHORIZED.items():
        mark = guarded.broker.mark()
        with Wire(guarded.port, mqtt5=mqtt5) as plain:
            assert plain.connect(f"plain-{code}") == code
        guarded.broker.wait_for_line(
            f"refused client plain-{code} without a certificate.*without a client certificate", mark)


def test_a_user_name_means_nothing(guarded, authority):
    with guarded.connect(guarded.admin, "sdk", username="?SDK=Python&Version=1") as wire:
        wire.ping()
    with guarded.wire(authority.issue()) as wire:
        assert wire.connect("sdk", "shadowd", "guessed") == NOT_AUTHORIZED[False]


def test_a_certificate_opens_no_reserved_client_id(guarded):
    with guarded.wire(guarded.admin) as wire:
        assert wire.connect("$shadow/link/1") == NOT_AUTHORIZED[False]


def test_the_same_refusal_is_told_once(guarded, authority):
    certificate = authority.issue()
    mark = guarded.broker.mark()
    for _ in range(20):
        with guarded.wire(certificate) as wire:
            wire.connect("again-and-again")
    told = guarded.broker.lines_since(mark, f"shadow: refused.*{re.escape(certificate.id)}")
    assert 1 <= len(told) <= 2  # a period may end in between
