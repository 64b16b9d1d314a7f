"""A damaged, foreign or newer store: shadowd says what is wrong and what to do, ends with a code
that is not 0, and leaves every byte as it was. Only a clean tail of the log, as a power cut leaves
it, is gone on from. tests/storage/damage_test.cc tries far more places of damage below shadowd.
"""
import json
import shutil
import subprocess

import pytest

from client import Client, Shadow
from harness import Stack, build_dir

THINGS = 40


@pytest.fixture(scope="module")
def used_store(tmp_path_factory):
    """A store with tables and a log, as a killed shadowd leaves it; and what is in it."""
    kept = tmp_path_factory.mktemp("used") / "data"
    with Stack() as stack:
        for life in range(2):  # what the log holds at an opening goes into a table
            with Client(stack.port) as client:
                for n in range(THINGS):
                    body = {"state": {"reported": {"life": life, "text": f"{n}" * 100}}}
                    Shadow(client, f"thing-{n}").exchange("update", json.dumps(body))
            stack.service.kill()
            if life == 1:
                shutil.copytree(stack.folder / "data", kept)
            stack.start_service()
    assert list(kept.glob("*.sst")) and largest_log(kept).stat().st_size > 1000
    return kept


@pytest.fixture
def stack(used_store):
    """Not started; a copy of the store is in its place."""
    stopped = Stack(log_types=("error",))
    shutil.copytree(used_store, stopped.folder / "data")
    yield stopped
    shutil.rmtree(stopped.folder, ignore_errors=True)


def largest_log(folder):
    return max(folder.glob("*.log"), key=lambda log: log.stat().st_size)


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def content(folder):
    """All that is kept in it. RocksDB's own messages are not."""
    return {path.name: path.read_bytes() for path in folder.iterdir()
            if not path.name.startswith("LOG") and path.name != "LOCK"}


def flip_in_log(folder):
    log = largest_log(folder)
    flip(log, log.stat().st_size // 3)


def flip_in_manifest(folder):
    flip(next(folder.glob("MANIFEST-*")), 30)


def truncate_table(folder):
    table = max(folder.glob("*.sst"), key=lambda one: one.stat().st_size)
    table.write_bytes(table.read_bytes()[:-100])


def remove(pattern):
    def removal(folder):
        for path in folder.glob(pattern):
            path.unlink()
    return removal


def make_newer(folder):
    subprocess.run([build_dir() / "tests/durability/set_format", folder, "3"], check=True)


def make_foreign(folder):
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"not a store")


@pytest.mark.parametrize("harm, says", [
    pytest.param(flip_in_log, "damaged", id="flipped-byte-in-the-log"),
    pytest.param(flip_in_manifest, "damaged", id="flipped-byte-in-the-manifest"),
    pytest.param(truncate_table, "damaged", id="truncated-table"),
    pytest.param(remove("*.sst"), "damaged", id="missing-table"),
    pytest.param(remove("CURRENT"), "CURRENT is missing", id="missing-current"),
    pytest.param(remove("MANIFEST-*"), "damaged", id="missing-manifest"),
    pytest.param(remove("*.log"), "write-ahead log.*is missing", id="missing-log"),
    pytest.param(make_newer, "format 3.*use the version that made it", id="newer-format"),
    pytest.param(make_foreign, "holds files that are no store", id="foreign-folder"),
])
def test_it_is_refused_with_the_reason_and_left_alone(stack, harm, says):
    store, shadowd = stack.folder / "data", stack.service
    harm(store)
    before = content(store)
    shadowd.start()
    assert shadowd.wait() == 1
    refusals = shadowd.lines_since(0, "store_refused")
    assert len(refusals) == 1, shadowd.lines
    assert shadowd.lines_since(0, says), refusals
    assert str(store) in refusals[0] and "nothing was changed" in refusals[0]
    assert content(store) == before
    shadowd.check_log()


def test_a_torn_end_of_the_log_is_dropped_down_to_the_last_whole_commit(stack):
    log = largest_log(stack.folder / "data")
    log.write_bytes(log.read_bytes()[:-7])
    with stack, Client(stack.port) as client:
        states = [Shadow(client, f"thing-{n}").fence()[1]["state"]["reported"]
                  for n in range(THINGS)]
    assert [state["life"] for state in states] == [1] * (THINGS - 1) + [0]
