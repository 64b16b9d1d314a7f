"""The modes of `auth`, and where a client without identity may come from."""
import contextlib
import queue
import re
import subprocess

import paho.mqtt.client as paho
import pytest

from guarded import Guarded, allow, lines_of_refused_start
from harness import WAIT_SECONDS, Stack, free_port
from wire import Wire

REFUSED = 5


def own_address() -> str:
    """An address of this machine that is not loopback."""
    listed = subprocess.run(["ip", "-o", "-4", "address", "show", "scope", "global"], check=True,
                            capture_output=True, text=True).stdout
    found = re.search(r"inet ([0-9.]+)/", listed)
    assert found, "this machine has no address but loopback: give it one (ip address add ...)"
    return found.group(1)


@contextlib.contextmanager
def reachable(**options):
    port = free_port()
    with Stack(options, broker_lines=[f"listener {port} 0.0.0.0"]) as stack:
        yield stack, port


def test_open_is_for_this_machine():
    with reachable() as (stack, port):
        address = own_address()
        with Wire(port) as local:
            assert local.connect("local") == 0
        with Wire(port, host=address) as remote:
            assert remote.connect("remote") == REFUSED
        stack.broker.wait_for_line(f"refused client remote .*it comes from {address} without an "
                                   "identity; plugin_opt_open_beyond_loopback would let it in")


def test_open_beyond_loopback_is_for_everybody():
    with reachable(open_beyond_loopback="true") as (_, port):
        with Wire(port, host=own_address()) as remote:
            assert remote.connect("remote") == 0
            assert remote.subscribe("#") == [1]


def test_certificate_or_local_holds_each_to_what_it_brings(authority):
    port = free_port()
    with Guarded(authority, {"auth": "certificate_or_local"},
                 broker_lines=[f"listener {port} 0.0.0.0"]) as stack:
        with Wire(stack.port) as local:
            assert local.connect("local") == 0
            assert local.subscribe("any/#") == [1]
            with Wire(port, host=own_address()) as remote:
                assert remote.connect("remote") == REFUSED
            device = stack.device(allow("iot:Connect", "*"), allow("iot:Publish", "topic/any/mine"))
            with stack.connect(device) as wire:
                wire.publish("any/mine", b"1")
                assert local.read_published().topic == "any/mine"
                wire.send(wire.publish_bytes("any/others", b"1"))
                wire.read_until_gone()
            with stack.wire(authority.issue()) as wire:  # a certificate is not ignored
                assert wire.connect("unknown") == REFUSED


def knock_as_a_page(port: int) -> int:
    """The CONNACK's code for a web page from anywhere, in a browser on this machine."""
    codes = queue.Queue()
    page = paho.Client(client_id="page", transport="websockets")
    page.ws_set_options(headers={"Origin": "http://pages.example", "Host": "pages.example"})
    page.on_connect = lambda _client, _user, _flags, code: codes.put(code)
    page.connect("127.0.0.1", port)
    page.loop_start()
    try:
        return codes.get(timeout=WAIT_SECONDS)
    finally:
        page.disconnect()
        page.loop_stop()


@pytest.mark.parametrize("auth", ["open", "certificate_or_local", "certificate"])
@pytest.mark.parametrize("open_to_websocket", ["false", "true"])
def test_a_web_page_is_not_local_unless_a_setting_says_so(authority, auth, open_to_websocket):
    port = free_port()
    with Guarded(authority, {"auth": auth, "open_to_websocket": open_to_websocket},
                 broker_lines=[f"listener {port} 127.0.0.1", "protocol websockets",
                               "socket_domain ipv4"]) as stack:
        if open_to_websocket == "true" and auth != "certificate":
            assert knock_as_a_page(port) == 0
            return
        assert knock_as_a_page(port) == REFUSED
        stack.broker.wait_for_line("refused client page without a certificate: iot:Connect on "
                                   "client/page: it c")
        if auth != "certificate":
            stack.broker.wait_for_line("plugin_opt_open_to_websocket would let it in")


@pytest.mark.parametrize("options, said", [
    ({"auth": "certificate"}, "plugin_opt_registry is missing"),
    ({"auth": "certificate", "registry": "/nowhere"}, 'the registry "/nowhere" is not a folder'),
    ({"auth": "closed"}, "'closed' is not open, certificate or certificate_or_local"),
    ({"link_secret_file": "/dev/null"}, "link_secret_file: '/dev/null' is not a regular file: a file")])
def test_a_setting_that_cannot_be_refuses_the_start(options, said):
    assert any(said in line for line in lines_of_refused_start(Stack(options)))
