"""The console in a browser, over the real programs: one test a file of e2e/."""
import pytest

from stage import HERE, Stage, drive

OF_THEIR_OWN = {"browser", "no_bench", "endpoint"}
SCENARIOS = sorted(file.stem for file in (HERE / "e2e").glob("*.mjs")
                   if file.stem not in OF_THEIR_OWN)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(stage, scenario):
    drive(scenario, stage.facts)


def test_without_a_bench_the_faults_page_tells_how_to_have_one():
    with Stage(service_flags=(), faults=False) as stage:
        drive("no_bench", stage.facts)
