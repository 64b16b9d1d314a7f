"""docs/use-cases.md does as it says: its commands are run, its output is waited for.

Its blocks are marked: `sh setup` is for the reader only; `sh provision` makes the certificates
with shadowctl; `sh device` starts a program that
stays, and `text device` is what it says next (^C stops it); `sh run` is a program that ends
with the code 0, `sh run=N` with N, and `text run` is among what the last one said.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from endpoint import ROOT, Endpoint
from program import Program

BLOCK = re.compile(r"^```(sh|text) (\w+)(?:=(\d+))?\n(.*?)^```$", re.M | re.S)


def blocks():
    found = BLOCK.findall((ROOT / "docs" / "use-cases.md").read_text())
    return [(kind, who, int(code or 0), text.splitlines()) for kind, who, code, text in found]


@pytest.fixture(scope="module")
def endpoint():
    """With HTTPS, for IoT Commands."""
    running = Endpoint(https=True)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture
def start(endpoint, tmp_path, monkeypatch):
    url = f"https://{endpoint.host}:{endpoint.https_port}"
    for name, value in (("PORT", endpoint.mqtts_port), ("CA", endpoint.ca),
                        ("THINGS", endpoint.things), ("HTTPS", url)):
        monkeypatch.setenv(f"SHADOW_{name}", str(value))
    key, secret = endpoint.new_access_key()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    started = []

    def starter(line):
        python, script, *arguments = shlex.split(line)
        assert python == "python"
        arguments = [re.sub("^build/", f"{tmp_path}/", argument) for argument in arguments]
        started.append(Program(ROOT / script, *arguments))
        return started[-1]

    yield starter
    for program in started:
        program.kill()


def provision(endpoint, lines):
    """Does the lines with the endpoint's own shadowctl and state folder, from the root folder."""
    text = "\n".join(lines).replace("build/release/cli/shadowctl", endpoint.shadowctl)
    text = text.replace("state/", f"{Path(endpoint.config).parent}/")
    subprocess.run(["sh", "-e", "-c", text], cwd=ROOT, check=True, timeout=60)
    endpoint.await_entry(*(endpoint.things / "application" / file
                           for file in ("certificate.pem", "private.key")))


def expect(program, lines):
    for line in lines:
        if line == "^C":
            program.interrupt()
        else:
            program.expect_match(re.sub(r"\d+", r"\\d+", re.escape(line)))


def test_the_walk_through_works_as_printed(start, endpoint):
    device = last_run = None
    seen = []
    for kind, who, code, lines in blocks():
        seen.append((kind, who))
        if (kind, who) == ("sh", "provision"):
            provision(endpoint, lines)
        elif (kind, who) == ("sh", "device"):
            (line,) = lines
            device = start(line)
        elif (kind, who) == ("sh", "run"):
            (line,) = lines
            last_run = start(line)
            assert last_run.exit_code() == code, last_run.output()
        elif kind == "text":
            expect({"device": device, "run": last_run}[who], lines)
    assert seen.count(("sh", "device")) >= 4 and seen.count(("sh", "run")) >= 6
