"""What ./run says when it is ready, and what can be reached then."""

import json
import os
import pathlib
import subprocess

import running


def test_the_first_word_is_ready_and_the_sample_device_follows(endpoint):
    assert list(endpoint.ready)[:5] == ['ready', 'ca', 'cert', 'key', 'thing']
    assert endpoint.ready['thing'] == 'sample-thing'
    for name in ('ca', 'cert', 'key'):
        assert os.path.isabs(endpoint.ready[name])
        assert pathlib.Path(endpoint.ready[name]).read_text().startswith('-----BEGIN')


def test_plain_mqtt_answers(endpoint):
    answer = running.request(endpoint.mqtt, 'update', '{"state":{"desired":{"led":"on"}}}')
    assert json.loads(answer)['state'] == {'desired': {'led': 'on'}}


def test_mutual_tls_answers_on_either_name(endpoint):
    for host in ('localhost', '127.0.0.1'):
        answer = running.request(endpoint.mqtts, 'update', '{"state":{"reported":{"led":"on"}}}',
                                 tls=running.tls_options(endpoint.ready), host=host)
        assert json.loads(answer)['state'] == {'reported': {'led': 'on'}}


def test_tls_without_a_client_certificate_is_refused(endpoint):
    done = subprocess.run(
        ['mosquitto_pub', '-h', 'localhost', '-p', str(endpoint.mqtts), '--cafile',
         endpoint.ready['ca'], '-t', 'a', '-n'], capture_output=True, check=False, timeout=30)
    assert done.returncode != 0


def test_a_port_of_0_is_off(tmp_path):
    mqtt, mqtts = running.free_ports(2)
    with running.Run('--mqtt-port', mqtt, '--mqtts-port', mqtts, '--aws-port', 0,
                     '--metrics-port', 0, '--https-port', 0, state=tmp_path / 'state') as run:
        assert not {'aws', 'https', 'http'} & set(run.ready)


def test_the_port_for_all_may_be_a_privileged_one(open_folder, ports):
    """For clients that insist on 443. Without the right to it there is a sentence."""
    privileged = next(port for port in range(1023, 600, -1) if running.is_free(port)
                      ) if os.geteuid() == 0 else 1023
    state = pathlib.Path(open_folder) / 'state'
    if os.geteuid() == 0:
        with running.Run('--aws-port', privileged, state=state, ports=ports) as run:
            running.request(privileged, 'update', '{"state":{}}',
                            tls=[*running.tls_options(run.ready), '--tls-alpn', 'x-amzn-mqtt-ca'])
    else:
        assert '--aws-port 1023' in running.refusal('--aws-port', privileged, state=state,
                                                    ports=ports)


def test_the_durability_reaches_the_service(tmp_path, ports):
    with running.Run('--durability=relaxed', state=tmp_path / 'state', ports=ports) as run:
        command = pathlib.Path(f'/proc/{run.pid_of("shadowd")}/cmdline').read_text()
        assert '--durability=relaxed' in command.split('\0')
