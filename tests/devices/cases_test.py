"""The cases of tests/cases/devices over the real programs, each on a fleet of nothing."""
import pytest

import device_steps
from fleet import Fleet
from matcher import Mismatch

CASES = [case for file in sorted(device_steps.FOLDER.glob("*.json"))
         for case in device_steps.load(file.stem)]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_case(case):
    with Fleet() as fleet:
        run = device_steps.DeviceRun(fleet)
        try:
            run.case(case)
        except Mismatch as reason:
            pytest.fail(str(reason), pytrace=False)
        finally:
            run.close()
