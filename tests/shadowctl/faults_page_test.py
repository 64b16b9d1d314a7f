"""docs/faults.md does what it says: its first commands, its plan, and its mixing function."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/broker"))

from client import Client  # noqa: E402
from faulty import endpoint  # noqa: E402,F401
from shadowctl import PROGRAM, Shadowctl  # noqa: E402

PAGE = (ROOT / "docs/faults.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)
WISHES = [text for kind, text in BLOCKS if not kind][:3]
VECTOR = re.compile(r"^\| (\d+) \| `(.*?)` \| `(.*?)` \| (\d+) \| `([0-9a-f]{16})` \| (\d+) \|$", re.M)


def run(endpoint, line):
    """A line of the page, as a shell takes it, where the broker has another port."""
    words = shlex.split(line)
    if words[0] == "shadowctl":
        return endpoint.shadowctl().done(*words[1:])
    assert words[0] == "mosquitto_pub"
    child = subprocess.run([*words, "-p", str(endpoint.stack.port), "-i", "lamp"], timeout=60,
                           capture_output=True, text=True)
    return child.stdout


@pytest.mark.parametrize("wish", WISHES, ids=["lost delta", "409", "cut before PUBACK"])
def test_the_three_that_everybody_wants(endpoint, wish):
    run(endpoint, "shadowctl fault stop")
    lines = wish.splitlines()
    assert len(lines) == 3
    topics = []
    with Client(endpoint.stack.port) as listener:
        listener.subscribe("$aws/things/lamp/shadow/update/+")
        run(endpoint, lines[0])
        run(endpoint, lines[1])
        assert re.search(r"  fired 1 of \d+\n$", run(endpoint, lines[2]))
    run(endpoint, "shadowctl fault stop")


def test_the_plan_of_the_page_is_one():
    [plan] = [text for kind, text in BLOCKS if kind == "json"]
    assert Shadowctl().done("fault", "check", "-", given=plan).count("\n") == 4


def test_the_function_of_the_page_has_its_vectors():
    [code] = [text for kind, text in BLOCKS if kind == "python"]
    names = {}
    exec(code, names)  # the page's own
    vectors = VECTOR.findall(PAGE)
    assert len(vectors) == 6
    for seed, rule, key, k, mixed, chosen in vectors:
        found = names["mix"](int(seed), rule, key, int(k))
        assert f"{found:016x}" == mixed
        assert names["choose"](found, 200, 1500) == int(chosen)
        assert 0 <= names["chance"](found) < 1


def test_the_vectors_of_the_page_are_those_of_the_code():
    held = (ROOT / "tests/faults/chance_test.cc").read_text()
    for seed, rule, key, k, mixed, chosen in VECTOR.findall(PAGE):
        assert f'{{{seed}, "{rule}", "{key}", {k}, 0x{mixed}, {chosen}}}' in held
    assert held.count(", 0x") == len(VECTOR.findall(PAGE))


def test_every_act_stands_in_the_page():
    table = PAGE.split("## What can go wrong")[1].split("##")[0]
    told = re.findall(r"^\| (\w+) \| ((?:`\w+`(?:, )?)+) \|", table, re.M)
    acts = {act for _, names in told for act in re.findall(r"\w+", names)}
    code = (ROOT / "faults/plan.cc").read_text()
    assert acts == set(re.findall(r'\{Do::\w+, "(\w+)"', code))
