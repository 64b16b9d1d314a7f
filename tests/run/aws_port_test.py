"""--aws-port: everything that AWS has on 443, on one port, with real clients."""
import json
import os
import subprocess
import types

import pytest

import running
import signed

AWS = '/usr/bin/aws'  # Debian's


def told_in(file):
    """The variables of ./run's administrator.env."""
    with open(file, encoding='utf-8') as lines:
        return dict(line.strip().split('=', 1) for line in lines if not line.startswith('#'))


@pytest.fixture(scope='module')
def front(tmp_path_factory):
    folder = tmp_path_factory.mktemp('front')
    mqtt, mqtts, https, port = running.free_ports(4)
    with running.Run('--aws-port', port, '--http-auth', 'required', state=folder / 'state',
                     ports=(mqtt, mqtts), https=https) as run:
        yield types.SimpleNamespace(run=run, ready=run.ready, port=port,
                                    keys=told_in(run.ready['administrator']))


def aws(front, *words):
    done = subprocess.run([AWS, *words, '--endpoint-url', f'https://localhost:{front.port}'],
                          env={**os.environ, **front.keys}, capture_output=True, text=True,
                          timeout=running.WAIT_SECONDS, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


@pytest.mark.parametrize('protocol', ['x-amzn-mqtt-ca', 'mqtt'])
def test_who_asks_for_mqtt_by_alpn_gets_it(front, protocol):
    answer = running.request(front.port, 'update', '{"state":{"reported":{"by":"alpn"}}}',
                             tls=[*running.tls_options(front.ready), '--tls-alpn', protocol])
    assert json.loads(answer)['state'] == {'reported': {'by': 'alpn'}}


def test_the_control_plane_makes_a_device_that_connects_there(front, tmp_path):
    aws(front, 'iot', 'create-thing', '--thing-name', 'lamp')
    made = json.loads(aws(front, 'iot', 'create-keys-and-certificate', '--set-as-active'))
    aws(front, 'iot', 'attach-policy', '--policy-name', 'administrator', '--target',
        made['certificateArn'])
    for name, text in (('crt', made['certificatePem']), ('key', made['keyPair']['PrivateKey'])):
        (tmp_path / name).write_text(text)
    device = {'ca': front.ready['ca'], 'cert': str(tmp_path / 'crt'), 'key': str(tmp_path / 'key')}
    running.request(front.port, 'update', '{"state":{}}',
                    tls=[*running.tls_options(device), '--tls-alpn', 'x-amzn-mqtt-ca'])


def test_a_shadow_over_https(front, tmp_path):
    out = tmp_path / 'out'
    aws(front, 'iot-data', 'update-thing-shadow', '--thing-name', 'web', '--payload',
        'eyJzdGF0ZSI6eyJyZXBvcnRlZCI6eyJieSI6IndlYiJ9fX0=', str(out))
    assert json.loads(out.read_text())['state'] == {'reported': {'by': 'web'}}


def test_mqtt_over_websocket_with_a_signed_url(front):
    topic, payload = signed.shadow_over_websocket(
        front.port, front.ready['ca'], front.keys['AWS_ACCESS_KEY_ID'],
        front.keys['AWS_SECRET_ACCESS_KEY'], 'page')
    assert topic == '$aws/things/page/shadow/update/accepted'
    assert json.loads(payload)['state'] == {'reported': {'by': 'websocket'}}


def test_what_is_before_the_two_is_started_again(front):
    before = front.run.pid_of('front')
    os.kill(before, 9)
    running.until(lambda: front.run.pid_of('front') != before, 'a new front')
    running.until(lambda: not running.is_free(front.port), 'its port')
    test_who_asks_for_mqtt_by_alpn_gets_it(front, 'mqtt')


def test_without_https_all_of_it_is_mqtt(tmp_path, ports):
    number, = running.free_ports(1, lowest=ports[1] + 1)
    with running.Run('--aws-port', number, state=tmp_path / 'state', ports=ports) as run:
        running.request(number, 'update', '{"state":{}}', tls=running.tls_options(run.ready))
