"""docs/unit-tests.md does as it says: each of its examples is run with the real endpoint, passes, and
fails when the lamp does nothing."""
import os
import shutil

import pytest

from runners import HERE, ROOT, RUNNERS, example, run
from shadowctl import PROGRAM

LINES_MAX = 15


@pytest.mark.parametrize("kind", RUNNERS)
def test_an_example_has_at_most_fifteen_lines(kind):
    assert 5 <= len([line for line in example(kind).splitlines() if line]) <= LINES_MAX


@pytest.mark.parametrize("kind", RUNNERS)
def test_an_example_passes_with_a_lamp_and_fails_without(tmp_path, kind):
    shutil.copy(HERE / "lamp.py", tmp_path)
    code, out = RUNNERS[kind](tmp_path, example(kind))
    assert code == 0, out
    (tmp_path / "lamp.py").write_text("raise SystemExit\n")
    code, out = RUNNERS[kind](tmp_path, example(kind))
    assert code == 1, out
    assert "led" in out


def test_the_lines_for_the_aws_sdks_work():
    code, out = run(ROOT, "sh", "-e", "-c", example("aws"),
                    PATH=f"{PROGRAM.parent}:{os.environ['PATH']}")
    assert code == 0, out
    assert '"desired":{"led":"on"}' in out
