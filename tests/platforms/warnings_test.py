"""Warnings are errors where we check, and nowhere else: a compiler that is newer than ours warns of
more, and must keep nobody from building."""
import json
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def commands(preset, folder):
    """How a preset compiles the sources of programs and unit tests."""
    subprocess.run(["cmake", "-S", ROOT, "--preset", preset, "-B", folder,
                    "-DSHADOW_TEST_SETS=unit"], check=True, capture_output=True)
    return [entry["command"] for entry in json.loads((folder / "compile_commands.json").read_text())]


@pytest.mark.parametrize("preset, are_errors", [("dev", True), ("release", False)])
def test_warnings_are_errors_in_dev_and_not_in_what_a_user_builds(tmp_path, preset, are_errors):
    compiled = commands(preset, tmp_path)
    assert len(compiled) > 20
    assert {" -Werror" in command for command in compiled} == {are_errors}
    assert all(" -Wall" in command for command in compiled)


def test_what_a_user_builds_is_preset_release():
    """./run, the images and the package, which is made of what one of the two has built."""
    words = {path: re.findall(r"(?:--preset|\bbuild) (release|dev|tsan|fuzz)\b", path.read_text())
             for path in (ROOT / "run", ROOT / "deploy/docker/Dockerfile")}
    assert set(map(tuple, words.values())) == {("release",)}


def test_nothing_else_makes_errors_of_warnings():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True,
                             text=True).stdout.split()
    places = [name for name in tracked
              if re.search(r"CMakeLists|\.cmake$|Presets|Dockerfile|\.sh$|^(run|check)$", name)
              and re.search("-Werror|WARNING_AS_ERROR", (ROOT / name).read_text())]
    assert sorted(places) == ["CMakePresets.json", "cmake/build_flags.cmake", "tests/tidy/format.sh"]
