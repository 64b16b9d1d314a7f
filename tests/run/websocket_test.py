"""MQTT over WebSocket: only for who asks for it, since it is open to every web page."""

import re
import socket

import running

# As a browser sends it for a page from anywhere.
UPGRADE = (b'GET /mqtt HTTP/1.1\r\nHost: pages.example\r\nOrigin: http://pages.example\r\n'
           b'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
           b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n')
CONNECT = b'\x10\x10\0\4MQTT\4\2\0\x3c\0\4page'
CONNACK = b'\x20\2\0\0'


def frame(packet):
    """A client's, whose mask may be any; with zeros the bytes stay as they are."""
    return bytes([0x82, 0x80 | len(packet), 0, 0, 0, 0]) + packet


def test_there_is_no_websocket_port_unless_asked_for(endpoint):
    assert 'ws' not in endpoint.ready
    assert 'websockets' not in endpoint.log_of('broker')


def test_a_port_that_is_asked_for_is_open_to_web_pages_and_says_so(tmp_path):
    *ports, port = running.free_ports(3)
    with running.Run('--ws-port', port, state=tmp_path / 'state', ports=ports) as run:
        assert run.ready['ws'] == f'ws://127.0.0.1:{port}'
        with socket.create_connection(('127.0.0.1', port), timeout=10) as connection:
            connection.sendall(UPGRADE)
            answer = connection.recv(4096).decode()
            assert answer.startswith('HTTP/1.1 101')
            assert re.search(r'(?i)sec-websocket-protocol: *mqtt', answer)
            connection.sendall(frame(CONNECT))
            assert connection.recv(4096).endswith(CONNACK)
        _, said = run.stop()
    assert f'--ws-port {port}: any web page that a browser on this machine shows' in said
