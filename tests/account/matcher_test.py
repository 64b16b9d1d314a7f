"""The matcher itself: a case that could not fail would show nothing."""
import pytest

from matcher import Mismatch, match

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
UUID = "0a1b2c3d-1111-4222-8333-444455556666"

HOLDS = [
    ("a", "a"), (1, 1), (True, True), (None, None), ([], []), ({}, {}), ("$any", None), ("$any", {}),
    ("$uuid", UUID), ("$time", 1700000000), ("$time", 1700000000.25), ("$hex64", "a0" * 32),
    ("$host", "localhost"), ("$host", "a.iot.us-east-1.amazonaws.com"), ("$pem", PEM),
    ("$pem:CERTIFICATE", PEM), ({"a?": 1}, {}), ({"a?": 1}, {"a": 1}), ({"...": True}, {"a": 1}),
    ({"a": 1, "...": True}, {"a": 1, "b": 2}), ({"any_of": [1, "a"]}, "a"),
    ({"unordered": [1, 2]}, [2, 1]), ({"unordered": ["$any", "a"]}, ["b", "a"]),
    ({"contains": "b"}, "abc"), ({"not": "a"}, "b"), ([{"a": ["$any"]}], [{"a": [1]}]),
]
FAILS = [
    ("a", "b"), ("a", None), (1, 2), (1, True), (True, 1), (1, 1.0), (None, {}), ([], {}), ({}, []),
    ([1], []), ([], [1]), ([1, 2], [2, 1]), ({}, {"a": 1}), ({"a": 1}, {}), ({"a": 1}, {"a": 2}),
    ({"a?": 1}, {"a": 2}), ({"a": 1, "...": True}, {"b": 2}), ("$uuid", UUID.upper()),
    ("$uuid", UUID.replace("-4", "-1")), ("$time", "1700000000"), ("$time", True), ("$time", 0),
    ("$time", 1700000000000), ("$hex64", "a0" * 31), ("$hex64", "A0" * 32),
    ("$host", "https://localhost"), ("$host", "localhost:443"), ("$host", ""),
    ("$pem", PEM.rstrip("\n")), ("$pem", PEM.replace("AAAA", "?")), ("$pem:PUBLIC KEY", PEM),
    ({"any_of": [1, 2]}, 3), ({"unordered": [1, 2]}, [1, 1]), ({"unordered": [1]}, [1, 1]),
    ({"unordered": [1, 1]}, [1]), ({"contains": "d"}, "abc"), ({"not": "a"}, "a"),
]


@pytest.mark.parametrize("want, value", HOLDS)
def test_what_is_as_it_should_be_matches(want, value):
    match(want, value, {})


@pytest.mark.parametrize("want, value", FAILS)
def test_what_is_otherwise_does_not(want, value):
    with pytest.raises(Mismatch):
        match(want, value, {})


def test_what_is_saved_is_kept():
    saved = {}
    match({"a": "$save:one:uuid", "b": "$save:two:pem:CERTIFICATE"}, {"a": UUID, "b": PEM}, saved)
    assert saved == {"one": UUID, "two": PEM}


def test_an_attempt_that_fails_saves_nothing():
    saved = {}
    match({"any_of": [["$save:x:any", 1], ["$any", 2]]}, ["a", 2], saved)
    assert saved == {}
