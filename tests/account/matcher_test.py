"""The matcher itself: a case that could not fail would show nothing."""
import json
from pathlib import Path

import pytest

from matcher import Mismatch, match

UUID = "0a1b2c3d-1111-4222-8333-444455556666"
TABLE = json.loads(Path(__file__).with_name("matchers.json").read_text())


@pytest.mark.parametrize("want, value", TABLE["holds"])
def test_what_is_as_it_should_be_matches(want, value):
    match(want, value, {})


@pytest.mark.parametrize("want, value", TABLE["fails"])
def test_what_is_otherwise_does_not(want, value):
    with pytest.raises(Mismatch):
        match(want, value, {})


def test_what_is_saved_is_kept():
    saved = {}
    pem = next(value for want, value in TABLE["holds"] if want == "$pem")
    match({"a": "$save:one:uuid", "b": "$save:two:pem:CERTIFICATE"}, {"a": UUID, "b": pem}, saved)
    assert saved == {"one": UUID, "two": pem}


def test_an_attempt_that_fails_saves_nothing():
    saved = {}
    match({"any_of": [["$save:x:any", 1], ["$any", 2]]}, ["a", 2], saved)
    assert saved == {}
