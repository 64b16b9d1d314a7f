"""The account's cases through real HTTPS, signed, each on an empty account.

not_yet.txt names those that are known to fail, by their id, a line each; one that holds must leave it.
"""
from pathlib import Path

import pytest

import steps
from account import Account
from emptying import Emptying, NotEmpty
from matcher import Mismatch

CASES = steps.load()
NOT_YET = Path(__file__).with_name("not_yet.txt").read_text().splitlines()


def parameters():
    for case in CASES:
        marks = [pytest.mark.xfail(strict=True)] if case["id"] in NOT_YET else []
        yield pytest.param(case, id=case["id"], marks=marks)


class Fresh:
    """An account that is empty for each case: a new one only if the last could not be emptied."""

    def __init__(self):
        self._account = None

    def take(self) -> Account:
        if self._account is None:
            self._account = Account().start()
        return self._account

    def give_back(self):
        try:
            Emptying(self._account).everything()
        except (NotEmpty, KeyError, ValueError, OSError, AttributeError):
            self.close()

    def close(self):
        account, self._account = self._account, None
        if account:
            account.close()


@pytest.fixture(scope="module")
def fresh():
    holder = Fresh()
    yield holder
    holder.close()


def test_the_list_of_what_fails_names_cases():
    names = {line for line in NOT_YET if "_test.py::" not in line}
    assert names <= {case["id"] for case in CASES}


@pytest.mark.parametrize("case", parameters())
def test_case(fresh, case):
    account = fresh.take()
    try:
        steps.Run(account.ask).case(case)
    except Mismatch as reason:
        pytest.fail(str(reason), pytrace=False)
    finally:
        fresh.give_back()
