"""How the examples reach the endpoint: one MQTT connection by mutual TLS."""

import argparse
import os
import signal
import sys
from pathlib import Path

from awscrt import mqtt
from awscrt.exceptions import AwsCrtError
from awsiot import mqtt_connection_builder

AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE
KEEP_ALIVE_SECONDS = 6
ANSWER_SECONDS = 30

CANNOT_CONNECT = 2  # exit code


def add_options(parser):
    """The options that say where to connect and as whom."""
    group = parser.add_argument_group(
        "endpoint", "shadowctl thing create prints the three paths; each option can also come "
        "from the environment: SHADOW_ENDPOINT, SHADOW_PORT, SHADOW_CA, SHADOW_CERT, SHADOW_KEY; "
        "SHADOW_THINGS names the folder that has a folder for each name")

    def add(name, default=None, required=True, **options):
        value = os.environ.get("SHADOW_" + name.upper(), default)
        group.add_argument("--" + name, default=value, required=required and value is None,
                           **options)

    by_name = "SHADOW_THINGS" in os.environ

    add("endpoint", "localhost", metavar="HOST", help="the broker's host (localhost)")
    add("port", "8883", type=int, help="its port for mutual TLS (8883)")
    add("ca", type=_file, metavar="PATH", help="certificate of the CA that signed the broker's")
    add("cert", required=not by_name, type=_file, metavar="PATH", help="this client's certificate")
    add("key", required=not by_name, type=_file, metavar="PATH", help="this client's private key")
    return group


def connect(options, name, client_id=None, keep_session=True, on_message=None,
            on_interrupted=None, on_kept=None):
    """Returns a connection; ends the program with a sentence when there is none to be had.

    `name` says whose certificate it is unless the options do, and is the client id unless
    another is given.

    With a kept session, what is published at QoS 1 while the program is away is delivered
    when it comes back under the same client id.

    on_message(topic, payload) is called, on a thread of the SDK, with all that arrives:
    also with what a kept session delivers before anything is subscribed again, which
    the callback of a subscription would miss. on_kept() is called when the connection is back
    and its session is as it was, so that nobody subscribes again. Neither must block.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop like Ctrl-C
    client_id = client_id or name
    certificate, key = _identity(options, name)
    connection = mqtt_connection_builder.mtls_from_path(
        endpoint=options.endpoint, port=options.port, ca_filepath=options.ca,
        cert_filepath=certificate, pri_key_filepath=key, client_id=client_id,
        clean_session=not keep_session, keep_alive_secs=KEEP_ALIVE_SECONDS,
        on_connection_interrupted=lambda connection, error, **_: _interrupted(
            error, on_interrupted),
        on_connection_resumed=lambda connection, return_code, session_present, **_: _resumed(
            connection, session_present, on_kept))
    if on_message:
        connection.on_message(lambda topic, payload, **_: on_message(topic, payload))
    try:
        connection.connect().result(ANSWER_SECONDS)
    except (AwsCrtError, TimeoutError) as error:
        print(f"cannot connect to {options.endpoint}:{options.port} as {client_id}: {error}\n"
              "Is ./run running, and are port, --ca, --cert and --key the ones that it prints?",
              file=sys.stderr)
        sys.exit(CANNOT_CONNECT)
    say(f"connected to {options.endpoint}:{options.port} as {client_id}")
    return connection


def subscribe(connection, topic, callback=None):
    """Waits until the broker has taken the subscription."""
    future, _ = connection.subscribe(topic, AT_LEAST_ONCE, callback)
    future.result(ANSWER_SECONDS)


def disconnect(connection):
    connection.disconnect().result(ANSWER_SECONDS)


def say(text):
    """One line for the person who watches, at once also into a pipe."""
    print(text, flush=True)


def _file(path):
    if not Path(path).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {path}; ./run prints its path")
    return path


def _identity(options, name):
    """The paths of certificate and key."""
    if options.cert and options.key:
        return options.cert, options.key
    folder = Path(os.environ["SHADOW_THINGS"]) / name
    paths = [str(folder / file) for file in ("certificate.pem", "private.key")]
    if not all(map(os.path.isfile, paths)):
        print(f"there is no certificate for {name} in {folder}: shadowctl thing create {name} "
              "makes one", file=sys.stderr)
        sys.exit(CANNOT_CONNECT)
    return paths


def _interrupted(error, then):
    say(f"connection lost: {error}")
    if then:
        then()


def _resumed(connection, session_present, then_if_kept):
    say(f"connected again, session {'kept' if session_present else 'new'}")
    if not session_present:
        connection.resubscribe_existing_topics()
    elif then_if_kept:
        then_if_kept()
