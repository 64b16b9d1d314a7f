"""The real shadowctl as a child process."""

import json
import os
import subprocess
from pathlib import Path

WAIT_SECONDS = 60


def build_dir():
    return Path(os.environ["SHADOW_BUILD_DIR"]).resolve()


PROGRAM = build_dir() / "cli" / "shadowctl"


def make_authority(folder):
    """A certificate authority as ./run makes one: ca.pem and ca.key."""
    folder.mkdir(parents=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test CA",
                    "-days", "3650", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"],
                   check=True, capture_output=True)
    (folder / "ca.key").chmod(0o600)


class Shadowctl:
    """Runs commands with settings of its own and nothing else from the environment."""

    def __init__(self, **settings):
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent",
                            **{f"SHADOWCTL_{name.upper()}": str(value)
                               for name, value in settings.items()}}

    def start(self, *words, **options):
        return subprocess.Popen(
            [PROGRAM, *map(str, words)], stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.environment, **options.pop("environment", {})}, **options)

    def run(self, *words, given=None, environment=None):
        """Gives (exit code, standard output, standard error)."""
        child = self.start(*words, stdin=subprocess.PIPE, environment=environment or {})
        out, err = child.communicate(given or "", timeout=WAIT_SECONDS)
        return child.returncode, out, err

    def done(self, *words, **options):
        code, out, err = self.run(*words, **options)
        assert code == 0, (words, code, err)
        return out

    def json(self, *words, **options):
        return json.loads(self.done(*words, "--json", **options))

    def refused(self, code, *words, **options):
        """What it says when it ends with `code`, and nothing else must be said."""
        found, out, err = self.run(*words, **options)
        assert (found, out) == (code, ""), (words, found, out, err)
        assert err.startswith("shadowctl: ") and err.endswith("\n"), err
        return err
