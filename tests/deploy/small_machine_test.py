"""A machine of 64 MB: broker and shadowd in one cgroup of that size, with the settings that
docs/operations.md has for it and no others. Where no cgroup can be made, what they take is held to it.
And what shadowd says when its settings do not fit."""
import contextlib
import http.client
import json
import re
import resource
import secrets
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from client import Client, Shadow
from composition import ROOT
from harness import Stack, WAIT_SECONDS, build_dir, free_port, resident_bytes
from wire import Wire

MEGABYTES = 64
BYTES = MEGABYTES << 20
THINGS, DEVICES, ROUNDS, STATE = 1000, 300, 20, 2000

SECTION = re.search(r"^## A small machine\n(.*?)^## ", (ROOT / "docs/operations.md").read_text(),
                    re.M | re.S).group(1)
FLAGS, LINES = (block.splitlines() for block in re.findall(r"^```\n(.*?)^```$", SECTION, re.M | re.S))


def test_the_documented_settings_are_for_such_a_machine():
    assert f"With {MEGABYTES} MB for all of it" in SECTION
    assert f"a thousand shadows and {DEVICES} devices" in SECTION
    assert f"max_connections {DEVICES}" in LINES
    assert len(FLAGS) >= 5 and all(flag.startswith("--") for flag in FLAGS)


class Cgroup:
    """Of version 1 or 2; root alone can make one, and only where the machine lets him."""

    bytes, owner = BYTES, "the cgroup /sys/fs/cgroup/"

    def __init__(self, name: str):
        first, second = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
        version_1 = (first / "memory.limit_in_bytes").exists()
        self._folder = (first if version_1 else second) / name
        self._limit = "memory.limit_in_bytes" if version_1 else "memory.max"
        self._swap = "memory.memsw.limit_in_bytes" if version_1 else "memory.swap.max"

    def make(self, limit: int) -> bool:
        with contextlib.suppress(OSError):
            self._folder.mkdir()
            (self._folder / self._limit).write_text(str(limit))
            with contextlib.suppress(OSError):  # where there is no swap
                (self._folder / self._swap).write_text(
                    str(limit) if self._swap.startswith("memory.memsw") else "0")
            return True
        self.remove()
        return False

    def remove(self):
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def run(self, command) -> list:
        return ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self._folder, *command]


class Ulimit:
    """A bound that anybody can have; it counts threads' stacks, too, so it cannot be as small."""

    bytes, owner = 512 << 20, "ulimit -d"

    def run(self, command) -> list:
        return ["sh", "-c", 'ulimit -d "$0" && exec "$@"', str(self.bytes >> 10), *command]


class SmallMachine(Stack):
    """`bound`: of its memory; none, if none could be made."""

    def __init__(self, bound, service_flags=(), **settings):
        self._bound = bound
        self.http_port = free_port()
        super().__init__(log_types=("error", "warning"), service_flags=[
            f"--http_port={self.http_port}", "--http_auth=open", *service_flags], **settings)

    def _within(self, command):
        return self._bound.run(command) if self._bound else command

    def _broker_command(self):
        return self._within(super()._broker_command())

    def _service_command(self):
        return self._within(super()._service_command())


@pytest.fixture
def cgroup():
    made = Cgroup(f"shadow-test-{secrets.token_hex(4)}")
    if not made.make(BYTES):
        print("no cgroup can be made here: what the programs take is held to its bound instead")
        yield None
        return
    try:
        yield made
    finally:
        made.remove()


@pytest.fixture(params=["cgroup", "ulimit"])
def bound(request, cgroup):
    return cgroup if cgroup and request.param == "cgroup" else Ulimit()


@pytest.fixture
def documented(cgroup):
    settings = [line.split(" ", 1) for line in LINES if not line.startswith("#")]
    options = {name.removeprefix("plugin_opt_"): value for name, value in settings
               if name.startswith("plugin_opt_")}
    lines = [f"{name} {value}" for name, value in settings if not name.startswith("plugin_opt_")]
    with SmallMachine(cgroup, service_flags=FLAGS, plugin_options=options,
                      broker_lines=lines) as running:
        yield running


def state(number: int, turn: int) -> bytes:
    return json.dumps({"state": {"reported": {"turn": turn, "x": f"{number}".ljust(STATE, "x")}}}).encode()


def write_all(client, turn: int):
    """Every shadow, a hundred at a time; the last answer tells that all before it were handled."""
    for start in range(0, THINGS, 100):
        for number in range(start, start + 99):
            client.publish_soon(f"$aws/things/thing-{number}/shadow/update", state(number, turn))
        last = Shadow(client, f"thing-{start + 99}", watch=False)
        assert last.exchange("update", state(start + 99, turn)).after["version"] == turn


def history(asking, thing: str) -> list:
    """All of it. A page ends early where it would take long."""
    entries, after = [], ""
    while True:
        asking.request("GET", f"/_shadow/v1/things/{thing}/history{after}")
        page = json.loads(asking.getresponse().read())
        entries += page["entries"]
        if "nextToken" not in page:
            return entries
        after = f"?after={quote(page['nextToken'])}"


def read_all(client, port: int):
    """Every shadow and all of its history."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    with contextlib.closing(asking):
        for number in range(THINGS):
            thing = f"thing-{number}"
            after = Shadow(client, thing, watch=False).exchange("get").after
            assert (after["version"], after["state"]["reported"]["turn"]) == (ROUNDS, ROUNDS)
            versions = [entry["version"] for entry in history(asking, thing)]
            assert versions == [*range(ROUNDS, 0, -1)]


def test_it_serves_a_thousand_shadows(documented):
    stack = documented
    with contextlib.ExitStack() as devices:
        for number in range(DEVICES - 1):
            device = devices.enter_context(Wire(stack.port))
            assert device.connect(f"device-{number}") == 0
            device.subscribe(f"$aws/things/thing-{number}/shadow/update/delta")
        with Client(stack.port) as client:
            client.subscribe("$aws/things/+/shadow/get/+")  # one filter: a client may have few
            for turn in range(1, ROUNDS + 1):
                write_all(client, turn)
            stack.stop_service()
            stack.start_service()
            read_all(client, stack.http_port)
        taken = {process.name: resident_bytes(process, "VmHWM")
                 for process in (stack.broker, stack.service)}
    print({name: f"{one >> 20} MiB at most" for name, one in taken.items()})
    assert sum(taken.values()) < BYTES
    assert not stack.service.lines_since(0, "memory_short")


def test_settings_that_together_do_not_fit_are_told(bound):
    flags = [f"--store_{name}_bytes={bound.bytes // 4}"
             for name in ("block_cache", "write_buffer", "history_buffer")]
    with SmallMachine(bound, service_flags=flags,
                      plugin_options={"window_bytes": bound.bytes}) as stack:
        stack.service.wait_for_line(
            rf'warning memory_short at_most=\d+ limit={bound.bytes} of="{bound.owner}.*'
            r'A small machine')
        stack.broker.wait_for_line(
            rf"shadow: window_bytes: '{bound.bytes}' is as much as all the memory there is, "
            rf"{bound.bytes} bytes by {bound.owner}")


def refusal(*flags, **options) -> str:
    """What shadowd says that does not start."""
    done = subprocess.run([build_dir() / "service/shadowd", "--broker=localhost:1", *flags],
                          capture_output=True, text=True, **options)
    assert done.returncode == 1
    return done.stderr


@pytest.fixture
def minimum(tmp_path) -> list:
    secret = tmp_path / "secret"
    secret.write_text("x" * 32)
    secret.chmod(0o600)
    return [f"--link_secret_file={secret}", f"--data_dir={tmp_path}/data"]


def test_one_that_takes_all_there_is_is_refused(bound, minimum):
    command = bound.run([build_dir() / "service/shadowd", "--broker=localhost:1", *minimum,
                         f"--store_write_buffer_bytes={bound.bytes}"])
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"error memory_refused cause=\"--store_write_buffer_bytes: '{bound.bytes}'" in done.stderr
    assert f"{bound.bytes} bytes by {bound.owner}" in done.stderr
    assert f"{bound.bytes // 16} would fit" in done.stderr


@pytest.mark.parametrize("bound, owner", [(resource.RLIMIT_DATA, "ulimit -d"),
                                          (resource.RLIMIT_AS, "ulimit -v")])
def test_ulimit_counts_too(minimum, bound, owner):
    limit = 512 << 20  # room for the libraries
    said = refusal(*minimum, f"--store_block_cache_bytes={limit}",
                   preexec_fn=lambda: resource.setrlimit(bound, (limit, limit)))
    assert "--store_block_cache_bytes" in said and f"{limit} bytes by {owner}" in said
