"""The bundle that shadowd carries is what its sources make, and these pass their own checks."""
import filecmp
import shutil
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
    """In a folder elsewhere: what is made does not depend on where it lies."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(CONSOLE, copy, ignore=shutil.ignore_patterns("node_modules", "bundle"))
    (copy / "node_modules").symlink_to(CONSOLE / "node_modules")
    subprocess.run(["node", "--preserve-symlinks", "build.mjs"], cwd=copy, check=True,
                   timeout=CHECK_SECONDS)
    made, carried = copy / "bundle", CONSOLE / "bundle"
    assert files(made) == files(carried), "console/bundle is old: cd console && npm run build"
    _, different, unreadable = filecmp.cmpfiles(made, carried, map(str, files(made)), shallow=False)
    assert (different, unreadable) == ([], [])


@pytest.mark.parametrize("script", ["check", "lint", "unit", "sizes"])
def test_the_sources_pass(script):
    node("npm", "run", "--silent", script)
