"""PostgreSQL of this machine, in folders and on ports of the tests' own.

Whoever connects is trusted. Nothing here loses its power, so nothing waits for the disk.
"""
import atexit
import contextlib
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness import build_dir, wait_until

WAIT_SECONDS = 60
# Of a small server that is there for one test.
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB",
             "max_connections": "60", "max_wal_senders": "6", "hot_standby": "on",
             "listen_addresses": "127.0.0.1", "dynamic_shared_memory_type": "mmap",
             "wal_receiver_status_interval": "1s", "wal_retrieve_retry_interval": "100ms",
             "autovacuum_naptime": "5s"}


def programs() -> Path:
    """Debian has them in a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[4]))
    assert found, "there is no PostgreSQL: apt-get install postgresql"
    return found[-1].parent


def as_server(*command) -> list:
    """PostgreSQL does not run as root."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *words]


def run_as_server(*command, **options) -> str:
    done = subprocess.run(as_server(*command), capture_output=True, text=True, check=False, cwd="/",
                          timeout=WAIT_SECONDS, **options)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


class Server:
    """One server. `home` is made, and removed by close. Without a port it listens on its folder's
    socket alone."""

    running: list["Server"] = []

    def __init__(self, name: str, port: int | None = None, **settings):
        self.name, self.port = name, port
        self.home = Path(tempfile.mkdtemp(prefix="shadow-db-"))
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.settings = {**_SETTINGS, "cluster_name": name, "port": str(port or 5432),
                         "unix_socket_directories": str(self.home), **settings}
        if port is None:
            self.settings["listen_addresses"] = ""
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres", "postgres")
        self._process = None

    # --- making it

    def make(self):
        run_as_server(programs() / "initdb", "-D", self.data, "-U", "shadow", "-A", "trust",
                      "--locale=C.UTF-8", "-N")
        return self

    def make_standby_of(self, primary: "Server"):
        """Of a primary that runs. What was here before is gone."""
        self.forget()
        run_as_server(programs() / "pg_basebackup", "-D", self.data, "-R", "-X", "stream",
                      "--checkpoint=fast", "--no-sync", "-d",
                      f"{primary.url('postgres')}&application_name={self.name}")
        return self

    def forget(self):
        """The folder, and what of a killed server the system keeps."""
        with contextlib.suppress(OSError, IndexError):
            shared = (self.data / "postmaster.pid").read_text().splitlines()[6].split()[1]
            subprocess.run(["ipcrm", "-m", shared], check=False, capture_output=True)
        shutil.rmtree(self.data, ignore_errors=True)

    # --- its life

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self):
        words = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "QUIT",
                 *as_server(programs() / "postgres", "-D", self.data, *words)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        Server.running.append(self)
        ready = [programs() / "pg_isready", "-q", "-h", self.home, "-p", self.settings["port"]]

        def is_ready():
            assert self.is_running, f"{self.name} ended at once: {self.log.read_text()[-3000:]}"
            return subprocess.run(ready, check=False).returncode == 0
        wait_until(is_ready, f"{self.name}'s start", WAIT_SECONDS)
        return self

    def stop(self):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(WAIT_SECONDS)
        self._gone()

    def pids(self) -> list[int]:
        """All of its processes."""
        found = [self.pid]
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (folder / "stat").read_text().rpartition(")")[2].split()[1] == str(self.pid):
                    found.append(int(folder.name))
        return found

    def signal(self, number):
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self):
        """As its machine's end would, for whoever is connected."""
        self._process.send_signal(signal.SIGSTOP)  # so that none of its children is missed
        self.signal(signal.SIGKILL)
        self._process.wait(WAIT_SECONDS)
        self._gone()

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def promote(self):
        """Of a standby; returns once it takes writes."""
        assert self.sql("SELECT pg_promote()") == "t"

    def _gone(self):
        if self in Server.running:
            Server.running.remove(self)

    def close(self):
        if self.is_running:
            self.resume()
            self.stop()
        self.forget()
        shutil.rmtree(self.home, ignore_errors=True)

    # --- what it is asked

    def url(self, database: str) -> str:
        """For who is on this machine, whatever its ports."""
        return (f"postgresql:///{database}?user=shadow&host={self.home}"
                f"&port={self.settings['port']}")

    def sql(self, text: str, database: str = "postgres") -> str:
        """What psql prints, unaligned, rows only."""
        done = subprocess.run([programs() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
                               self.url(database), "-c", text], capture_output=True, text=True,
                              check=False, timeout=WAIT_SECONDS)
        assert done.returncode == 0, (text, done.stderr)
        return done.stdout.strip()

    def logs(self, lines: int = 40) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text().splitlines()[-lines:])
        return ""


# --- one server for all stores of a test program

_numbers = itertools.count(1)
_server: Server | None = None
TEMPLATE = "template_of_stores"


def make_store(url: str):
    done = subprocess.run([build_dir() / "cli" / "shadowctl", "store", "make", url],
                          capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stderr


class Database:
    """A new, empty store in a database of its own."""

    def __init__(self):
        global _server  # pylint: disable=global-statement
        if _server is None:
            _server = Server("tests").make().start()
            atexit.register(_server.close)
            _server.sql(f"CREATE DATABASE {TEMPLATE}")
            make_store(_server.url(TEMPLATE))
        self.name = f"store_{next(_numbers)}"
        _server.sql(f"CREATE DATABASE {self.name} TEMPLATE {TEMPLATE}")

    @property
    def url(self) -> str:
        return _server.url(self.name)

    def sql(self, text: str) -> str:
        return _server.sql(text, self.name)

    def drop(self):
        _server.sql(f"DROP DATABASE {self.name} WITH (FORCE)")
