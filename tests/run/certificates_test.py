"""The form of the certificates: the device's as AWS issues it, the server's as clients need it."""

import hashlib
import os
import pathlib
import re
import ssl
import stat
import subprocess
import time

import running


def text_of(certificate):
    return subprocess.run(
        ['openssl', 'x509', '-in', certificate, '-noout', '-text', '-nameopt', 'RFC2253'],
        capture_output=True, text=True, check=True).stdout


def key_text_of(key):
    return pathlib.Path(key).read_text()


def server_certificate(run):
    return pathlib.Path(run.state) / 'certificates/server/server.pem'


def test_the_device_certificate_has_the_form_of_aws(endpoint):
    text = text_of(endpoint.ready['cert'])
    assert 'Public-Key: (2048 bit)' in text
    assert 'Signature Algorithm: sha256WithRSAEncryption' in text
    assert 'Subject: CN=AWS IoT Certificate\n' in text
    assert 'Not After : Dec 31 23:59:59 2049 GMT' in text
    extensions = re.findall(r'^            X509v3 ([^:]+:[^\n]*)\n\s+([^\n]+)', text, re.M)
    assert [name.strip() for name, _ in extensions] == [
        'Authority Key Identifier:', 'Subject Key Identifier:',
        'Basic Constraints: critical', 'Key Usage: critical']
    assert [value for _, value in extensions[2:]] == ['CA:FALSE', 'Digital Signature']
    serial = re.search(r'Serial Number:\s+([0-9a-f:]+)', text).group(1)
    assert len(serial.split(':')) >= 19  # 160 random bits: one in 256 begins with a zero byte
    assert key_text_of(endpoint.ready['key']).startswith('-----BEGIN RSA PRIVATE KEY-----')


def test_the_device_certificate_began_two_minutes_back(endpoint):
    begin = re.search(r'Not Before: (.*)', text_of(endpoint.ready['cert'])).group(1)
    made = os.stat(endpoint.ready['cert']).st_mtime
    assert 100 <= made - ssl.cert_time_to_seconds(begin) <= 150
    assert time.time() >= made - 1


def test_the_certificate_id_is_the_sha256_of_the_der(endpoint):
    certificate = pathlib.Path(endpoint.ready['cert'])
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    assert (certificate.parent / 'certificate_id').read_text().strip() == hashlib.sha256(
        der).hexdigest()


def test_the_server_certificate_names_this_machine(endpoint):
    text = text_of(server_certificate(endpoint))
    assert 'DNS:localhost' in text and 'IP Address:127.0.0.1' in text
    assert f'DNS:{os.uname().nodename}' in text


def test_private_keys_are_private(endpoint):
    own = [pathlib.Path(endpoint.ready['ca']).with_suffix('.key'), pathlib.Path(endpoint.ready['key'])]
    # What root makes the programs read as a group.
    programs = [server_certificate(endpoint).with_suffix('.key'),
                pathlib.Path(endpoint.state) / 'link.secret']
    assert sorted(own + programs[:1]) == sorted(
        pathlib.Path(endpoint.state).glob('certificates/**/*.key'))
    for keys, mode in ((own, 0o600), (programs, 0o600 if os.geteuid() else 0o640)):
        for key in keys:
            assert (stat.S_IMODE(key.stat().st_mode), key.stat().st_uid) == (mode, os.geteuid()), key
    group = os.stat(f'/proc/{endpoint.pid_of("broker")}').st_gid
    assert os.geteuid() != 0 or {key.stat().st_gid for key in programs} == {group}


def test_the_server_certificate_is_renewed_for_another_address_and_nothing_else_is(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        kept = {name: pathlib.Path(run.ready[name]).read_text() for name in ('ca', 'cert', 'key')}
        server = server_certificate(run).read_text()
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        assert server_certificate(run).read_text() == server
    with running.Run('--bind', '127.0.0.3', state=tmp_path / 'state', ports=ports) as run:
        assert 'IP Address:127.0.0.3' in text_of(server_certificate(run))
        for name, content in kept.items():
            assert pathlib.Path(run.ready[name]).read_text() == content


def test_a_damaged_authority_is_not_replaced(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        authority = pathlib.Path(run.ready['ca'])
    authority.write_text('')
    assert f'{authority.parent} holds no certificate authority' in running.refusal(
        state=tmp_path / 'state', ports=ports)
    assert authority.read_text() == ''


def test_a_lost_device_key_gives_a_new_pair(tmp_path, ports):
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        os.remove(run.ready['key'])
    with running.Run(state=tmp_path / 'state', ports=ports) as run:
        running.request(run.mqtts, 'update', '{"state":{}}', tls=running.tls_options(run.ready))
