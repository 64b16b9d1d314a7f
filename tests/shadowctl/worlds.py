"""Worlds of shadowctl, as programs that need one start them; and whether anything of them is left."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from harness import sanitizer_runtime, sanitizers, wait_until  # noqa: E402
from shadowctl import PROGRAM, WAIT_SECONDS  # noqa: E402


def folders_of(process):
    """The folders of the worlds that the shadowctl with this id has made, where it makes them."""
    return [folder for place in (Path("/dev/shm"), Path(tempfile.gettempdir()))
            for folder in place.glob(f"shadow-world-{process}-*")]



def environment(**more):
    """Ours, with what a sanitized plugin needs in a broker that is not."""
    runtime = sanitizer_runtime()
    sanitized = {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"} if runtime else {}
    plain = {name: value for name, value in os.environ.items()
             if not name.startswith(("SHADOW_", "SHADOWCTL_"))}
    return {**plain, **sanitized, **more}


def command(*words):
    flags = ["setarch", "-R"] if "thread" in sanitizers() else []
    return [*flags, str(PROGRAM), "world", *map(str, words)]


def start(*words, **options):
    return subprocess.Popen(command(*words), text=True, **{
        "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
        "env": environment(), **options})


def run(*words, **options):
    """Gives (exit code, standard output, standard error)."""
    child = start(*words, **options)
    out, err = child.communicate(timeout=WAIT_SECONDS)
    return child.returncode, out, err


def hold(*words, **options):
    """Gives the process and what it says of its world."""
    child = start("--hold", *words, stdin=subprocess.PIPE, **options)
    line = child.stdout.readline()
    assert line, child.stderr.read()
    return child, json.loads(line)


def folders_under(process):
    """Those of the shadowctls that it has started."""
    return [folder for child in Path(f"/proc/{process}/task/{process}").glob("children")
            for one in child.read_text().split() for folder in folders_of(one)]


def commands_that_name(text):
    """Ids of the processes that have it in their command or the folder that they work in."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
            folder = os.readlink(process / "cwd")
        except OSError:
            continue  # it has ended, or is somebody else's
        if (text in words or text in folder) and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def await_nothing_left(folder):
    wait_until(lambda: not os.path.exists(folder), f"the end of {folder}")
    wait_until(lambda: not commands_that_name(str(folder)), f"the end of what works in {folder}")


def await_end(process, what, timeout=WAIT_SECONDS):
    wait_until(lambda: not os.path.exists(f"/proc/{process}"), f"the end of {what}", timeout)


def parent_of(process):
    """Its id: the keeper's, of a program of a world."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
