"""The three test programs, as a person runs them, and the examples of docs/unit-tests.md."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/bindings"
CLIENTS = ROOT / "build/clients/node_modules"
sys.path.insert(0, str(ROOT / "tests/shadowctl"))

import worlds  # noqa: E402
from shadowctl import build_dir  # noqa: E402

_BLOCK = re.compile(r"^```(?:python|cpp|js|sh) (\w+)\n(.*?)^```$", re.M | re.S)


def example(name):
    """The one block of the page that is marked with the name."""
    (text,) = (text for mark, text in _BLOCK.findall((ROOT / "docs/unit-tests.md").read_text())
               if mark == name)
    return text


def run(folder, *command, **variables):
    """Gives (exit code, what it says)."""
    done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300,
                          env=worlds.environment(**{"SHADOW_HOME": str(build_dir()), **variables}))
    return done.returncode, done.stdout


def run_pytest(folder, text, **variables):
    (folder / "test_lamp.py").write_text(text)
    return run(folder, sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
               "mosquitto_shadow_testing.plugin", PYTHONPATH=str(ROOT / "testing/python"), **variables)


def run_googletest(folder, text, **variables):
    if not (folder / "lamp_test").exists():
        (folder / "lamp_test.cc").write_text(text)
        code, out = run(folder, "g++", "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I",
                        ROOT / "testing/cpp", "-I", HERE, "lamp_test.cc", "-o", "lamp_test", "-lgtest",
                        "-lgtest_main", "-lpthread")
        assert code == 0, out
    return run(folder, "./lamp_test", **variables)


def run_jest(folder, text, **variables):
    (folder / "lamp.test.js").write_text(text)
    shutil.copy(HERE / "lamp.js", folder)
    (folder / "package.json").write_text("{}")
    modules = folder / "node_modules"
    if not modules.exists():
        modules.mkdir()
        for package in CLIENTS.iterdir():
            (modules / package.name).symlink_to(package)
        shutil.copytree(ROOT / "testing/jest", modules / "mosquitto-shadow-jest")
    return run(folder, "node", CLIENTS / "jest/bin/jest.js", "--ci", "--colors=false", "--no-cache",
               **variables)


RUNNERS = {"pytest": run_pytest, "googletest": run_googletest, "jest": run_jest}
