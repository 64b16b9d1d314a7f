"""shadowctl store copy: a store goes from a folder to a database and back, and nothing is lost, made
up or written over on the way.
"""
import json
import shutil
from pathlib import Path

import pytest

from backup_test import flip, shadowctl
from database import Database
from history_check import stored_history

V2 = Path(__file__).resolve().parents[1] / "fixtures" / "store-v2"


@pytest.fixture
def folder(tmp_path):
    """A store with shadows, a tombstone, history, its feed and a journal."""
    return Path(shutil.copytree(V2, tmp_path / "folder"))


@pytest.fixture
def database():
    made = Database()
    yield made
    made.drop()


def stats(place):
    told = json.loads(shadowctl("store", "stats", place, "--json"))
    del told["disk_bytes"]
    return told


def test_a_store_goes_to_a_database_and_back(folder, database, tmp_path):
    said = shadowctl("store", "copy", folder, database.url)
    assert f"{database.url} holds all that {folder} does: 2 documents" in said
    assert stats(database.url) == stats(folder)
    assert " is good: " in shadowctl("store", "check", database.url)
    assert database.sql("SELECT count(*) FROM shadow") == "3"
    assert database.sql("SELECT count(*) FROM history") == "10"
    # What no program of today knows goes along.
    database.sql("INSERT INTO entry VALUES ('zz', 'later')")
    back = tmp_path / "back"
    shadowctl("store", "copy", database.url, back)
    assert stats(back) == stats(database.url)
    assert stored_history(back) == stored_history(folder)


def test_what_is_there_is_never_written_over(folder, database, tmp_path):
    shadowctl("store", "copy", folder, database.url)
    kept = stats(database.url)
    assert "is not empty" in shadowctl("store", "copy", folder, database.url, code=4)
    assert stats(database.url) == kept
    other = Path(shutil.copytree(V2, tmp_path / "other"))
    assert "is not empty" in shadowctl("store", "copy", database.url, other, code=4)


def test_nothing_is_copied_while_a_shadowd_has_it(folder, database):
    database.sql("UPDATE owner SET life = 1, holder = 'host:7', until = now() + interval '1 hour'")
    assert "in use by host:7" in shadowctl("store", "copy", folder, database.url, code=6)
    assert "in use by host:7" in shadowctl("store", "copy", database.url, f"{folder}-2", code=6)
    assert not Path(f"{folder}-2").exists()


def test_what_cannot_be_read_is_not_copied(folder, database, tmp_path):
    shadowctl("store", "copy", folder, database.url)
    database.sql("UPDATE shadow SET record = '\\x0201ff' WHERE name = ''")
    assert "is damaged" in shadowctl("store", "copy", database.url, tmp_path / "back", code=1)
    for table in folder.glob("*.sst"):
        flip(table, 0.5)
    other = Database()
    shadowctl("store", "copy", folder, other.url, code=1)
    assert other.sql("SELECT count(*) FROM shadow") == "0"
    other.drop()


def test_a_copy_that_was_interrupted_is_no_store(folder, database):
    shadowctl("store", "copy", folder, database.url)
    assert database.sql("SELECT encode(value, 'escape') FROM meta WHERE name = 'format'") == "1"
    database.sql("UPDATE meta SET value = '0' WHERE name = 'format'")
    for words in (("store", "check"), ("store", "stats")):
        assert "a copy that was not finished" in shadowctl(*words, database.url, code=4)


def test_words_that_are_for_the_other_kind_say_so(folder, database, tmp_path):
    assert "backup" in shadowctl("store", "copy", folder, tmp_path / "to", code=2)
    assert "a folder is compacted" in shadowctl("store", "compact", database.url, code=2)
    said = shadowctl("restore", database.url, "--data-dir", tmp_path / "to", code=2)
    assert "store copy" in said
    secret = shadowctl("store", "make", "postgresql://me:rose@host/x", code=2)
    assert "PGPASSFILE" in secret and "rose" not in secret
