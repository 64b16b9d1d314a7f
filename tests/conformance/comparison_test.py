"""What a message that came is, beside the one that is wanted."""
import json

import conftest  # noqa: F401
import pytest
from shadow_conformance.clock import EndpointClock
from shadow_conformance.comparison import Level, Times, compare

TIMES = Times([990, 1000], [1004, 1010])
WANT = {"state": {"desired": {"a": 1, "l": [1]}},
        "metadata": {"desired": {"a": {"timestamp": "now"}, "l": [{"timestamp": "given"}]}},
        "version": 3, "timestamp": "now"}
TEXT = ('{"state":{"desired":{"a":1,"l":[1]}},"metadata":{"desired":{"a":{"timestamp":1005},'
        '"l":[{"timestamp":995}]}},"version":3,"timestamp":1010}')
REFUSED = {"code": 400, "message": "Invalid version", "clientToken": "t"}


def levels(want, text, topic="update/accepted", alternatives=()):
    return [(one.level, *one.rules[:1]) for one in
            compare(topic, want, text.encode(), TIMES, alternatives)]


def test_what_is_wanted_is_exact():
    assert levels(WANT, TEXT) == []


@pytest.mark.parametrize("text", [
    TEXT.replace(":", ": "), TEXT.replace('"a":1,', '"\\u0061":1,'),
    '{"version":3,' + TEXT[1:].replace('"version":3,', "")])
def test_order_and_white_space_are_a_matter_of_form(text):
    assert levels(WANT, text) == [(Level.FORM, "F1")]


@pytest.mark.parametrize("old, new, found", [
    ('"a":1', '"a":1.0', (Level.WRONG,)), ('"a":1', '"a":true', (Level.WRONG,)),
    ('"version":3', '"version":4', (Level.WRONG,)), (',"version":3', "", (Level.WRONG,)),
    ("1005", "1002", (Level.WRONG, "D1")), ("995", "1005", (Level.WRONG, "D1")),
    ('[{"timestamp":995}]', '{"timestamp":995}', (Level.WRONG, "D1")),
    ('"timestamp":1010', '"timestamp":1010.0', (Level.WRONG, "F9")),
    ('"timestamp":1010', '"timestamp":1010000', (Level.WRONG, "F9")),
    ('"timestamp":1010', '"timestamp":1010,"clientToken":"t"', (Level.WRONG, "F8"))])
def test_each_part_is_a_rules_matter(old, new, found):
    assert old in TEXT
    assert levels(WANT, TEXT.replace(old, new)) == [found]


def test_other_words_for_the_right_code():
    text = '{"code":400,"message":"Bad version","clientToken":"t"}'
    assert levels(REFUSED, text) == [(Level.TEXT,)]
    [known] = compare("update/rejected", REFUSED, text.encode(), TIMES, ("Bad version",))
    assert (known.level, known.note) == (Level.EXACT, "in words that are known too: 'Bad version'")
    assert (Level.WRONG,) in levels(REFUSED, text.replace("400", "409"))
    assert levels(REFUSED, text[:-1] + ',"timestamp":1}')[1] == (Level.WRONG, "H6")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", '"x"', "NaN"])
def test_what_is_no_object_is_wrong(text):
    assert levels(WANT, text) == [(Level.WRONG,)]
    assert levels(WANT, text, topic="update/delta") == [(Level.WRONG, "E1")]


def test_an_attribute_may_be_called_timestamp():
    want = {"state": {"timestamp": 7}, "metadata": {"timestamp": {"timestamp": "now"}}}
    assert levels(want, '{"state":{"timestamp":7},"metadata":{"timestamp":{"timestamp":1004}}}') == []
    assert levels(want, '{"state":{"timestamp":1004},"metadata":{"timestamp":{"timestamp":1004}}}') == [
        (Level.WRONG,)]


def test_a_get_is_told_by_its_rules():
    want = {"state": {"desired": {"a": 1}, "delta": {"a": 1}},
            "metadata": {"desired": {"a": {"timestamp": "given"}}}, "version": 1, "timestamp": "now"}
    text = json.dumps({**want, "metadata": {"desired": {"a": {"timestamp": 1000}}},
                       "timestamp": 1004}, separators=(",", ":"))
    assert levels(want, text, "get/accepted") == []
    shown = text.replace('"metadata":{', '"metadata":{"delta":{},')
    assert levels(want, shown, "get/accepted") == [(Level.WRONG, "F7")]
    assert levels(want, text.replace('"delta":{"a":1}', '"delta":{}'), "get/accepted") == [
        (Level.WRONG, "E1")]
    empty = text.replace('"state":{', '"state":{"reported":{},')
    assert levels(want, empty, "get/accepted") == [(Level.WRONG, "F4")]


@pytest.mark.parametrize("skew", [0, 3600, -7200])
def test_the_endpoints_clock_may_be_off(skew):
    clock = EndpointClock(int(90000.2 + skew), 90000.1, 90000.3)
    assert clock.skew_seconds == skew
    first, last = clock.span(91000.0, 91001.0)
    for passed in (0.0, 0.5, 1.0):
        assert first <= int(91000 + passed + skew) <= last
    assert last - first <= 3


def test_milliseconds_are_no_clock_that_is_off():
    assert EndpointClock(1000200, 1000.1, 1000.3).skew == 0
    assert Times(None, EndpointClock(1000200, 1000.1, 1000.3).span(1000, 1001)).label(
        1000200) == "another time: 1000200"
