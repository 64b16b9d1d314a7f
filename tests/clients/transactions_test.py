"""What the example's device remembers of commands: bounded, in order, over a restart."""

import sys

import pytest

from endpoint import ROOT

sys.path.insert(0, str(ROOT / "examples"))

from messages import INTERRUPTED, MISSED, REFUSED, SUCCESS  # noqa: E402
from transactions import Transactions  # noqa: E402

NOW = 1000.0


def do(transactions, command_id):
    assert transactions.outcome({"id": command_id}, NOW) is None
    transactions.begin(command_id)
    transactions.finish(SUCCESS, None)


def status_of(transactions, **request):
    outcome = transactions.outcome(request, NOW)
    return outcome and outcome[0]


def test_a_duplicate_has_the_outcome_of_the_first_time():
    transactions = Transactions()
    do(transactions, 7)
    assert transactions.outcome({"id": 7}, NOW) == (SUCCESS, None)
    assert transactions.outcome({"id": 7, "expires": NOW - 1}, NOW) == (SUCCESS, None)


def test_memory_is_bounded_and_what_is_forgotten_is_refused():
    transactions = Transactions(kept_answers=3)
    for command_id in range(1, 6):
        do(transactions, command_id)
    assert [status_of(transactions, id=n) for n in (1, 2)] == [REFUSED, REFUSED]
    assert [status_of(transactions, id=n) for n in (3, 4, 5)] == [SUCCESS] * 3


def test_what_does_not_follow_is_refused():
    transactions = Transactions()
    do(transactions, 20)
    assert status_of(transactions, id=10) == REFUSED
    assert status_of(transactions, id=30, after=25) == REFUSED
    assert status_of(transactions, id=30, after=20) is None
    assert status_of(transactions, id=30) is None


def test_what_has_expired_is_missed():
    assert status_of(Transactions(), id=1, expires=NOW - 0.1) == MISSED
    assert status_of(Transactions(), id=1, expires=NOW) is None


def test_a_file_keeps_outcomes_and_what_was_begun(tmp_path):
    path = tmp_path / "memory"
    do(Transactions(path), 1)
    Transactions(path).begin(2)

    restarted = Transactions(path)
    assert restarted.interrupted() == 2
    assert [status_of(restarted, id=n) for n in (1, 2)] == [SUCCESS, INTERRUPTED]
    assert Transactions(path).interrupted() is None
    assert Transactions(path).last_id == 2


def test_a_damaged_file_is_refused_by_name(tmp_path):
    path = tmp_path / "memory"
    path.write_text("{}")
    with pytest.raises(SystemExit, match=str(path)):
        Transactions(path)
