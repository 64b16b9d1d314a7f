"""docs/contract.md names every rule, and nothing that does not exist."""
import re
from pathlib import Path

import cases

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/contract.md").read_text()
LAST_RULES = {"A": 15, "B": 21, "C": 15, "D": 10, "E": 13, "F": 15, "G": 14, "H": 10, "I": 7}


def test_every_rule_has_its_row_once():
    rows = re.findall(r"^\| ([A-I]\d+) \|", PAGE, re.M)
    assert rows == [f"{section}{number}" for section, last in LAST_RULES.items()
                    for number in range(1, last + 1)]


def test_every_case_that_it_names_exists():
    ids = {one["id"] for kind in ("vectors", "sequences") for transport in ("mqtt", "rest")
           for one in cases.load(kind, transport)}
    named = set(re.findall(r"`([A-Z]\d+_(?:\d+|S)|[VS]\d{2,3})`", PAGE))
    assert named - ids == set()


def test_every_test_that_it_names_exists():
    for file, name in re.findall(r"`(\w+_test\.py)::(\w+)`", PAGE):
        text = (Path(__file__).parent / file).read_text()
        assert f"def {name}(" in text, f"{file}::{name}"


def test_every_unit_test_that_it_names_exists():
    sources = "\n".join(one.read_text() for one in (ROOT / "tests").glob("*/*_test.cc"))
    tests = set(re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", sources, re.M))
    named = set(re.findall(r"`([A-Z]\w+)\.([A-Z]\w+)`", PAGE))
    assert named - tests == set()
    assert len(named) > 3


def test_every_range_of_cases_is_whole():
    """`C5_1` to `C5_9` is all that there is for C5, so that no new case stays unnamed."""
    last = {}
    for one in cases.load("vectors"):
        rule, _, number = one["id"].partition("_")
        if number:
            last[rule] = max(last.get(rule, 0), int(number))
    for rule, first, until in re.findall(r"^\| [A-I]\d+ \|.*?`([A-I]\d+)_(\d+)` to `\1_(\d+)`",
                                         PAGE, re.M):
        if first == "1":
            assert int(until) == last[rule], rule
