"""docs/contract-account.md and the cases name the same rules, and nothing that does not exist."""
import json
import re
from pathlib import Path

import steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/contract-account.md").read_text()
ROWS = {rule: shown for rule, shown in re.findall(r"^\| ([A-Z]{1,2}\d+) \|.*\| (.*) \|$", PAGE, re.M)}
# Every rule of the contract that is offered.
LAST_RULES = {"T": (1, 10), "N": (1, 7), "TH": (1, 7), "PR": (1, 4), "TY": (1, 5), "GR": (1, 6),
              "CA": (1, 3), "PO": (0, 6), "AT": (1, 6), "EF": (1, 2), "TG": (1, 3), "EP": (1, 2),
              "CO": (1, 1), "EV": (1, 1), "CE": (0, 7), "PV": (1, 5)}


def rules_of_cases() -> dict:
    """Each rule with the files that have cases of it."""
    found = {}
    for file in steps.CASES.glob("*.json"):
        for case in json.loads(file.read_text())["cases"]:
            found.setdefault(case["rule"], set()).add(file.name)
    return found


def test_every_rule_has_its_row_once():
    names = re.findall(r"^\| ([A-Z]{1,2}\d+) \|", PAGE, re.M)
    assert len(names) == len(set(names))
    want = {f"{kind}{number}" for kind, (first, last) in LAST_RULES.items()
            for number in range(first, last + 1)}
    assert set(names) == want


def test_every_rule_is_shown_by_something():
    assert [rule for rule, shown in ROWS.items() if "`" not in shown] == []


def test_rows_name_the_files_of_their_rules_cases():
    named = {rule: set(re.findall(r"`([\w-]+\.json)`", shown)) for rule, shown in ROWS.items()}
    assert {rule: files for rule, files in named.items() if files} == rules_of_cases()


def test_every_test_that_it_names_exists():
    found = re.findall(r"`(\w+_test\.py)::(\w+)`", PAGE)
    assert len(found) > 30
    for file, name in found:
        texts = [path.read_text() for folder in ("account", "clients")
                 for path in [ROOT / "tests" / folder / file] if path.exists()]
        assert any(f"def {name}(" in text for text in texts), f"{file}::{name}"
