"""Stores in PostgreSQL for tests over the real programs, and the machines of a database that fail.

A server is as tests/storage/postgres.py makes it: it trusts whoever comes from this machine.
"""
import atexit
import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from harness import WAIT_SECONDS, build_dir, wait_until

sys.path.append(str(Path(__file__).resolve().parent.parent / "storage"))

from postgres import Postgres, _as_server  # noqa: E402  (found through the line above)


def make_store(url: str):
    done = subprocess.run([build_dir() / "cli" / "shadowctl", "store", "make", url],
                          capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stderr


class Server(Postgres):
    """One whose port a test chooses, so that it is there again after its end; which can be paused, and
    be made the standby of another one in place of what it was."""

    def __init__(self, name: str, port: int, settings=None):
        super().__init__(name, {"wal_receiver_status_interval": "1s",
                                "wal_retrieve_retry_interval": "100ms", **(settings or {})})
        self.port = port

    def follow(self, primary: Postgres):
        """What was here before is gone."""
        assert self.pid() is None, f"{self.name} runs"
        shutil.rmtree(self.data, ignore_errors=True)
        _as_server([self._program("pg_basebackup"), "-D", self.data, "-d", primary.url(), "-R",
                    "-X", "stream", "-c", "fast", "--no-sync"])
        self._configure()
        self.start()
        wait_until(lambda: primary.sql(
            "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND "
            f"application_name = '{self.name}'") == "1", f"{self.name}'s following", 60)

    def signal(self, number: int):
        """To the server and its children."""
        server = self.pid()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if str(server) in (folder.name, parent):
                    os.kill(int(folder.name), number)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)


# --- one server for all stores of a test program

_numbers = itertools.count(1)
_server: Postgres | None = None
_TEMPLATE = "template_of_stores"


class Database:
    """A new, empty store in a database of its own."""

    def __init__(self):
        global _server  # pylint: disable=global-statement
        if _server is None:
            _server = Postgres("tests").start()
            atexit.register(_server.remove)
            make_store(_server.create(_TEMPLATE))
        self.name = f"store_{next(_numbers)}"
        _server.sql(f"CREATE DATABASE {self.name} TEMPLATE {_TEMPLATE}")

    @property
    def url(self) -> str:
        return _server.url(self.name)

    def sql(self, text: str) -> str:
        return _server.sql(text, self.name)

    def drop(self):
        _server.sql(f"DROP DATABASE {self.name} WITH (FORCE)")
