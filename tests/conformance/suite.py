"""The program, as a person runs it, and what it says."""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path(os.environ.get("SHADOW_CONFORMANCE_DIR", ROOT / "build" / "conformance"))
RUN_SECONDS = 400

_OURS = ("SHADOW_", "SHADOWCTL_", "AWS_")


def variables(**more):
    """Ours, but for what would tell it of an endpoint or of keys."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**plain, "PYTHONPATH": str(ROOT / "conformance"), "PYTHONDONTWRITEBYTECODE": "1", **more}


def command(*words, python=sys.executable):
    return [str(python), "-m", "shadow_conformance", *map(str, words)]


def run(*words, python=sys.executable, environment=None):
    """Gives (exit code, standard output, standard error)."""
    done = subprocess.run(command(*words, python=python), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=RUN_SECONDS,
                          env=environment or variables())
    return done.returncode, done.stdout, done.stderr


def judged(folder, *words, **options):
    """Gives (exit code, the report as JSON) of a run that can be made."""
    file = Path(folder, "report.json")
    code, out, err = run(*words, "--json", file, **options)
    assert code in (0, 1), out + err
    assert "Traceback" not in err
    return code, json.loads(file.read_text())


def by_verdict(report, **wanted):
    """Verdict to the cases that have it, of those whose members are as wanted; a disputed case's is
    "disputed wrong" and so on."""
    found = {}
    for one in report["cases"]:
        if all(one[name] == value for name, value in wanted.items()):
            kind = ("disputed " if one["disputed"] else "") + one["verdict"]
            found.setdefault(kind, []).append(one)
    return found


def ids(cases):
    return {one["id"] for one in cases}


def scores(text, label):
    """The rows of a scoreboard that are called so, without name and date."""
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()
             if line.startswith("|")]
    return [[row[1], *row[3:]] for row in table if row[0] == label]
