"""PostgreSQL clusters of a test's own: initdb, a server, a standby that follows it.

A cluster lies in a folder that goes with it, trusts whoever comes from this machine, and listens at
a free port of 127.0.0.1 and at a socket in its folder. Root starts it as the user postgres.
"""
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE_S = 60
# Of a crash of the server alone nothing is lost without fsync: the kernel keeps the files.
QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "5s"}
SETTINGS = {"shared_buffers": "32MB", "max_connections": "60", "max_wal_senders": "8", "log_min_messages": "log",
            "log_line_prefix": "%m [%p] %a ", "unix_socket_permissions": "0777", "wal_level": "replica"}


def _programs():
    """The folder of initdb and the like: of the newest version that is here."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("no PostgreSQL server is installed here: apt-get install postgresql")
    return os.path.dirname(initdb)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_server(command, **more):
    """Runs it as the user that a server may run as."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        more.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")
    return done.stdout


class Postgres:
    """One cluster. Starts with the block, or with start(); stop() keeps its data, remove() does not.

    durable: with fsync, for what is measured.
    settings: more lines of postgresql.conf.
    """

    def __init__(self, name="a", settings=None, durable=False):
        self.name = name
        self.port = _free_port()
        self.folder = tempfile.mkdtemp(prefix="shadow_postgres_")
        self.data = os.path.join(self.folder, "data")
        self.settings = {**SETTINGS, **({} if durable else QUICK), **(settings or {})}
        self.standbys = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        os.chmod(self.folder, 0o755)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.remove()

    @property
    def log(self):
        """What the server has logged; empty: it never started, or is removed."""
        try:
            with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def url(self, database="postgres", others=()):
        """Where it is, with the hosts of `others` behind its own: whichever of them takes writes."""
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self, *others))
        more = "?target_session_attrs=read-write" if others else ""
        return f"postgresql://postgres@{hosts}/{database}{more}"

    def url_of_socket(self, database="postgres"):
        """The same without TCP."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def start(self):
        """Makes the cluster if there is none, and starts it; returns when it takes connections."""
        if not os.path.exists(self.data):
            self._run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-sync")
            self._configure()
        self._control("start", "-t", str(PATIENCE_S), "-l", os.path.join(self.folder, "log"))
        return self

    def stop(self):
        self._control("stop", "-m", "fast")

    def kill(self):
        """kill -9 of the server and all that belongs to it."""
        server = self.pid()
        if server is None:
            return
        children = subprocess.run(["ps", "--ppid", str(server), "-o", "pid="], capture_output=True,
                                  text=True, check=False).stdout.split()
        os.kill(server, signal.SIGKILL)
        for child in map(int, children):
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        _wait_until(lambda: not any(_is_running(pid) for pid in (server, *map(int, children))))
        # Where nobody reaps a process at once its number still looks taken.
        for lock in (os.path.join(self.data, "postmaster.pid"),
                     os.path.join(self.folder, f".s.PGSQL.{self.port}.lock")):
            os.remove(lock)

    def pid(self):
        """That of the server; None: it does not run."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
                return int(file.readline())
        except FileNotFoundError:
            return None

    def standby(self, name, synchronous=True, settings=None):
        """A cluster that follows this one and has started; synchronous: commits wait for it."""
        other = Postgres(name, {**self.settings, **(settings or {})}, durable=True)
        _as_server([self._program("pg_basebackup"), "-D", other.data, "-d", self.url(), "-R", "-X",
                    "stream", "-c", "fast", "--no-sync"])
        other._configure()
        other.start()
        self.standbys.append(other)
        if synchronous:
            self.synchronize(name)
        return other

    def synchronize(self, name):
        """Lets commits wait for the standby of that name, and waits until it is one; '': for none."""
        value = f"FIRST 1 ({name})" if name else ""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{value}'")
        self.sql("SELECT pg_reload_conf()")
        if name:
            _wait_until(lambda: self.sql(
                "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1")

    def promote(self):
        """Makes a primary of a standby, which waits for no other one."""
        self._control("promote", "-t", str(PATIENCE_S))
        self.synchronize("")
        return self

    def sql(self, statement, database="postgres"):
        """What it answers, a line a row."""
        return _as_server([self._program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement,
                           self.url(database)]).strip()

    def create(self, database):
        """Another database, empty; gives its URL."""
        self.sql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def remove(self):
        """Ends it and its standbys, with all their files."""
        for other in self.standbys:
            other.remove()
        self.standbys = []
        if self.pid() is not None:
            try:
                self._control("stop", "-m", "immediate")
            except RuntimeError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)

    def _configure(self):
        settings = {**self.settings, "port": self.port, "listen_addresses": "127.0.0.1",
                    "unix_socket_directories": self.folder, "cluster_name": self.name}
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())

    def _program(self, name):
        return os.path.join(_programs(), name)

    def _run(self, name, *arguments):
        return _as_server([self._program(name), *arguments])

    def _control(self, *arguments):
        return self._run("pg_ctl", "-D", self.data, "-w", "-s", *arguments)


def _is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")
        time.sleep(0.02)
