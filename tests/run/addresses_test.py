"""--bind: every port listens there and nowhere else, and ready is said once each of them answers."""

import http.server
import pathlib
import re
import socket
import subprocess
import threading

import pytest

import running

PORTS = ('mqtt', 'mqtts', 'ws', 'aws', 'https')
EVERYWHERE = {'0.0.0.0', '::'}


def listening_at(port):
    """The addresses of this machine that somebody listens on."""
    sockets = subprocess.run(['ss', '-tlnH', f'sport = :{port}'], capture_output=True, text=True,
                             check=True).stdout
    found = set()
    for line in sockets.splitlines():
        address = line.split()[3].rpartition(':')[0].strip('[]')
        found |= EVERYWHERE if address == '*' else {address}
    return found


def addresses_of(bind):
    if bind == '::':
        return EVERYWHERE
    return {place[4][0] for place in socket.getaddrinfo(bind, None, type=socket.SOCK_STREAM)}


@pytest.mark.parametrize('bind', ['127.0.0.1', '127.0.0.2', 'localhost', '::1', '0.0.0.0', '::'])
def test_every_port_listens_there_and_nowhere_else(tmp_path, bind):
    ports = dict(zip(PORTS, running.free_ports(len(PORTS))))
    chosen = [f'--{name}-port={number}' for name, number in ports.items()]
    with running.Run('--bind', bind, '--allow-open', '--metrics-port=0', *chosen,
                     state=tmp_path / 'state') as run:
        for name, number in ports.items():
            assert run.ready[name].endswith(f':{number}')
            assert listening_at(number) == addresses_of(bind), name


def test_an_ipv6_address_is_written_as_urls_have_it(tmp_path, ports):
    with running.Run('--bind', '::1', state=tmp_path / 'state', ports=ports) as run:
        assert run.ready['mqtt'] == f'mqtt://[::1]:{run.mqtt}'
        running.request(run.mqtts, 'update', '{"state":{}}', host='::1',
                        tls=running.tls_options(run.ready))


def test_the_servers_certificate_is_for_the_address(tmp_path, ports):
    with running.Run('--bind', '127.0.0.2', state=tmp_path / 'state', ports=ports) as run:
        running.request(run.mqtts, 'update', '{"state":{}}', host='127.0.0.2',
                        tls=running.tls_options(run.ready))


@pytest.mark.parametrize('option', ['--ws-port', '--aws-port'])
def test_an_address_of_one_link_is_not_for_every_port(tmp_path, ports, option):
    said = running.refusal('--bind', 'fe80::1%lo', '--allow-open', f'{option}=9001',
                           state=tmp_path / 'state', ports=ports)
    assert re.fullmatch(rf'run: {option} cannot be had with --bind fe80::1%lo: [^\n]+\n', said)


@pytest.mark.parametrize('option', ['--metrics-port', '--http-port'])
def test_what_is_for_this_machine_alone_is_tried_there(tmp_path, ports, option):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        number = taken.getsockname()[1]
        arguments = {'--metrics-port': 0, '--https-port': 0, '--mqtt-port': ports[0],
                     '--mqtts-port': ports[1], option: number}
        said = running.refusal('--bind', '127.0.0.2', state=tmp_path / 'state',
                               *(f'{name}={value}' for name, value in arguments.items()))
    assert f'run: {option} {number} is in use on 127.0.0.1' in said


def unanswered(name, number, certificates='/nowhere'):
    """What deploy/dev/readiness.sh says of one port; empty: it answers as what it is."""
    pieces = running.ROOT / 'deploy/dev'
    script = (f'for one in console addresses readiness; do source {pieces}/$one.sh; done\n'
              'declare -A port=([mqtt]=0 [mqtts]=0 [aws]=0 [https]=0 [ws]=0 [http]=0)\n'
              f'port[{name}]={number} bind=127.0.0.1 bind_addresses=(127.0.0.1)\n'
              f'certificates={certificates} thing=sample-thing\n'
              'ports_answer && exit\n'
              'echo "$unanswered"')
    return subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=True).stdout


class NoFriend(http.server.BaseHTTPRequestHandler):
    """A web server: it answers, but as what none of the MQTT ports is."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize('name', ['mqtt', 'mqtts', 'aws', 'https', 'ws', 'http'])
def test_a_port_that_does_not_answer_is_not_ready(endpoint, name):
    number, = running.free_ports(1)
    said = f'at 127.0.0.1 from --{name}-port'
    assert unanswered(name, number) == f'{said} {number}\n'
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), NoFriend) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        number = other.server_address[1]
        assert unanswered(name, number) == ('' if name == 'http' else f'{said} {number}\n')
        other.shutdown()
    certificates = pathlib.Path(endpoint.ready['ca']).parents[1]
    if name in ('mqtt', 'mqtts'):
        assert unanswered(name, getattr(endpoint, name), certificates) == ''
