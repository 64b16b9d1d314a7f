"""The programs of the AWS IoT pattern "Command - Device Shadow" as they stand there.

seed/device.py and seed/application.py are its two listings, letter by letter. Only the
placeholders for the endpoint and the files are filled in; the port is the SDK's own
default, 443, unless something else on this machine has it: then it is the one for MQTT alone, since
at another than 443 the SDK does not say by ALPN what it wants.
"""

import socket

import pytest

from endpoint import ROOT, Endpoint
from program import Program

SEED = ROOT / "tests" / "clients" / "seed"
DEFAULT_PORT = 443


def port_for_aws_clients():
    """0: there is none."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
            return DEFAULT_PORT
        except OSError:
            return 0


@pytest.fixture
def endpoint():
    running = Endpoint(aws_port=port_for_aws_clients())
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture
def start(endpoint, tmp_path):
    started = []

    def starter(name):
        filled_in = (SEED / name).read_text()
        for placeholder, value in (("REPLACE_WITH_YOUR_ENDPOINT_FQDN", endpoint.host),
                                   ("PATH_TO_CLIENT_CERTIFICATE_FILE", endpoint.cert),
                                   ("PATH_TO_CLIENT_PRIVATE_KEY_FILE", endpoint.key),
                                   ("PATH_TO_ROOT_CA_CERTIFICATE_FILE", endpoint.ca)):
            assert filled_in.count(placeholder) == 1
            filled_in = filled_in.replace(placeholder, value)
        if endpoint.aws_port != DEFAULT_PORT:
            filled_in = filled_in.replace("endpoint=endpoint,",
                                          f"endpoint=endpoint, port={endpoint.mqtts_port},")
        (tmp_path / name).write_text(filled_in)
        started.append(Program(tmp_path / name))
        return started[-1]

    yield starter
    for program in started:
        program.kill()


def test_a_typed_command_reaches_the_device_and_its_response_comes_back(start):
    device = start("device.py")
    device.expect("Connected!")
    device.expect("Listening for commands on topic: cmd/device1/req")
    application = start("application.py")
    application.expect("Subscribed with")

    for command in ("light: on", "light: off"):
        application.type(command)
        device.expect("Received command from topic 'cmd/device1/req'", command)
        application.expect("Received command response on topic 'cmd/device1/resp'",
                           f"SUCCESS: command ran successfully from payload: b'{command}'")

    # The application asks for input, which Ctrl-C does not interrupt well: the device does.
    device.interrupt()
    assert "Disconnected!" in device.output()


def test_a_command_sent_while_the_device_was_cut_off_arrives_on_its_return(start, endpoint):
    device = start("device.py")
    device.expect("Listening for commands on topic: cmd/device1/req")
    application = start("application.py")
    application.expect("Subscribed with")

    endpoint.stop()
    device.expect("Connection interrupted")
    application.expect("Connection interrupted")
    application.type("light: on")
    endpoint.start()

    device.expect("Connection resumed", "session_present: True")
    device.expect("Received command from topic", "light: on")
    application.expect("Received command response on topic", "SUCCESS")
