"""docs/unit-tests.md does as it says: each of its examples is run with the real endpoint, passes, and
fails when the lamp does nothing."""
import os
import shutil

import pytest

from runners import HERE, ROOT, RUNNERS, example, run, run_pytest
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


def test_a_device_that_stays_connected_finds_its_shadow_as_it_was(tmp_path):
    shutil.copy(HERE / "lamp.py", tmp_path)
    code, out = run_pytest(tmp_path, example("stays"))
    assert code == 0 and "2 passed" in out, out
    code, out = run_pytest(tmp_path, example("stays").replace('.restore("off")', '.faults()'))
    assert code == 1 and "1 failed, 1 passed" in out, out
    (tmp_path / "lamp.py").write_text("raise SystemExit\n")
    code, out = run_pytest(tmp_path, example("stays"))
    assert code == 1 and "2 errors" in out, out


def test_a_bad_day_is_borne_by_a_lamp_that_connects_again_and_by_no_other(tmp_path):
    fixture = example("pytest").split("\n\n\ndef test_")[0]
    text = f"{fixture}\n\n\n{example('badday')}"
    lamp = (HERE / "lamp.py").read_text()
    (tmp_path / "lamp.py").write_text(lamp)
    code, out = run_pytest(tmp_path, text)
    assert code == 0 and "2 passed" in out, out
    assert lamp.count("lamp.loop_forever()") == 1
    (tmp_path / "lamp.py").write_text(
        lamp.replace("lamp.loop_forever()", "while lamp.loop() == 0:\n    pass"))
    code, out = run_pytest(tmp_path, text)
    assert code == 1 and "1 failed, 1 passed" in out, out
    assert "test_the_lamp_bears_a_connection_that_ends_before_puback" in out


def test_the_lines_for_the_aws_sdks_work():
    code, out = run(ROOT, "sh", "-e", "-c", example("aws"),
                    PATH=f"{PROGRAM.parent}:{os.environ['PATH']}")
    assert code == 0, out
    assert '"desired":{"led":"on"}' in out
