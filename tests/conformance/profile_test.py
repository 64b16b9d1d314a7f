"""What follows from a profile, the flags and the environment; and what things are called."""
import conftest  # noqa: F401
import pytest
from certificates import Authority
from shadow_conformance import names
from shadow_conformance.flags import parse, target
from shadow_conformance.profile import PROFILES

HOST = "abc-ats.iot.eu-west-3.amazonaws.com"


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    one = Authority(tmp_path_factory.mktemp("pair"), "CA").issue()
    return ["--cert", str(one.file), "--key", str(one.key_file)]


def aimed(*words, **environment):
    return target(parse(words), environment)


def test_aws_has_both_transports_from_one_name(pair):
    where = aimed("--profile", "aws", "--endpoint", HOST, *pair)
    assert (where.mqtt.host, where.mqtt.port, where.mqtt.websocket_host) == (HOST, 8883, "")
    assert where.mqtt.tls is not None and where.tls is not where.strangers
    assert (where.https, where.region, where.keys) == (f"https://{HOST}:8443", "eu-west-3", None)
    assert (where.rate, where.untested) == (10, {"mqtt": "", "https": ""})


def test_aws_is_careful():
    aws = PROFILES["aws"]
    assert (aws.rate, aws.rate_max, aws.asks) == (10, 10, True)
    assert aws.group <= 50  # subscriptions of a connection
    assert aimed("--profile", "aws", "--https", f"https://{HOST}", "--rate", "3").rate == 3


def test_port_443_is_taken_as_it_is_said(pair):
    where = aimed("--profile", "aws", "--endpoint", f"{HOST}:443", "--https", f"https://{HOST}:443",
                  *pair)
    assert where.mqtt.port == 443 and where.https == f"https://{HOST}:443"


def test_keys_of_the_environment_sign_where_there_is_no_certificate(pair):
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"}
    url = ["--https", f"https://{HOST}"]
    assert aimed("--profile", "aws", *url, **keys).keys == ("A", "S", "T")
    assert aimed("--profile", "aws", *url, *pair, **keys).keys is None
    assert aimed("--profile", "ours", *url, **keys).keys == ("A", "S", "T")
    assert aimed("--profile", "aws", *url).keys is None
    assert aimed("--profile", "ministack", *url, **keys).keys == ("test", "test")


def test_ours_is_found_in_a_worlds_environment():
    where = aimed("--profile", "ours", SHADOW_ENDPOINT="127.0.0.1", SHADOW_MQTT_PORT="4711",
                  AWS_ENDPOINT_URL_IOT_DATA_PLANE="http://127.0.0.1:4712")
    assert (str(where.mqtt), where.mqtt.tls, where.https) == (
        "127.0.0.1:4711", None, "http://127.0.0.1:4712")
    alone = aimed("--profile", "ours", "--https", "none", SHADOW_ENDPOINT="127.0.0.1")
    assert (str(alone.mqtt), alone.https) == ("127.0.0.1:1883", None)
    assert alone.untested == {"mqtt": "", "https": "no --https"}


@pytest.mark.parametrize("name", ["ministack", "floci", "localstack"])
def test_emulators_are_asked_over_websockets(name):
    where = aimed("--profile", name, "--endpoint", "localhost")
    assert (str(where.mqtt), where.mqtt.websocket_host) == ("localhost:4566", "iot.us-east-1.localhost")
    assert aimed("--profile", name, "--endpoint", "mqtt://[::1]:1884").mqtt.host == "::1"


def test_a_certificate_means_tls_unless_it_is_said_otherwise(pair):
    assert aimed("--profile", "ours", "--endpoint", "x", *pair).mqtt.port == 8883
    plain = aimed("--profile", "ours", "--endpoint", "mqtt://x", *pair).mqtt
    assert (plain.port, plain.tls) == (1883, None)


@pytest.mark.parametrize("wanted, name", [
    ("T1", "shadowconf-abcdef-7"), ("name", "shadowconf-abcdef-7-name"),
    ("x" * 128, "shadowconf-abcdef-7-" + "x" * 108)])
def test_things_are_the_runs_own(wanted, name):
    assert names.thing_name("abcdef", 7, wanted) == name
    text = f"No shadow exists with name: '{wanted}~s'"
    assert names.in_text(text, wanted, name) == f"No shadow exists with name: '{name}~s'"
