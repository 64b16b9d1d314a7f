"""The bundle that shadowd carries is what its sources make, and these pass their own checks."""
import filecmp
import os
import subprocess
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "console"
CHECK_SECONDS = 300


def node(*words):
    done = subprocess.run(words, cwd=CONSOLE, timeout=CHECK_SECONDS, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def files(folder: Path) -> set:
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}


def test_the_bundle_is_what_its_sources_make(tmp_path):
    node("node", "build.mjs", os.path.relpath(tmp_path / "bundle", CONSOLE))
    made, carried = tmp_path / "bundle", CONSOLE / "bundle"
    assert files(made) == files(carried), "console/bundle is old: cd console && npm run build"
    names = [str(file) for file in files(made)]
    _, different, unreadable = filecmp.cmpfiles(made, carried, names, shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.parametrize("script", ["check", "lint", "unit", "sizes"])
def test_the_sources_pass(script):
    node("npm", "run", "--silent", script)
