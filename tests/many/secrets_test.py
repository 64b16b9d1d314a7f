"""The database's password is in no process list and in no log, and TLS to the database is libpq's."""
import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from client import Client, Shadow
from harness import build_dir
from machines import Machines, Pair

PASSWORD = "correct-horse-battery"


class Guarded(Pair):
    """Takes the user `shadow` by password and over TLS alone."""

    def __init__(self):
        super().__init__(synchronous=False)
        self.folder = Path(self.primary.folder)
        self.certificate = self.folder / "server.pem"
        key = self.folder / "server.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "30",
                        "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        for file in (key, self.certificate):
            file.chmod(0o600 if file is key else 0o644)
            if os.geteuid() == 0:
                os.chown(file, *os.stat(self.folder)[4:6])
        self.primary.settings.update(ssl="on", ssl_cert_file=str(self.certificate),
                                     ssl_key_file=str(key))

    @property
    def ports(self):
        return [self.primary.port]

    def start(self):
        primary = self.primary
        primary.start()
        primary.sql(f"CREATE ROLE shadow LOGIN PASSWORD '{PASSWORD}'")
        primary.sql("CREATE DATABASE shadow OWNER shadow")
        rules = Path(primary.data, "pg_hba.conf")
        rules.write_text("hostssl all shadow 127.0.0.1/32 scram-sha-256\n"
                         "host all shadow all reject\n" + rules.read_text())
        primary.sql("SELECT pg_reload_conf()")

    def url(self, ports=None) -> str:
        return (f"postgresql://shadow@127.0.0.1:{self.primary.port}/shadow?sslmode=verify-full"
                f"&sslrootcert={self.certificate}")


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    file = tmp_path_factory.mktemp("secret") / "pgpass"
    file.touch(mode=0o600)
    file.write_text(f"*:*:*:shadow:{PASSWORD}\n")
    os.environ["PGPASSFILE"] = str(file)  # shadowctl's, too
    try:
        with Machines(brokers=1, services=2, database=Guarded(),
                      service_flags=["--log_level=debug"]) as running:
            yield running
    finally:
        del os.environ["PGPASSFILE"]


def command_lines() -> str:
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(lines)


def test_it_is_in_no_process_list_and_no_log(machines):
    with Client(machines.brokers[0].port) as client:
        Shadow(client, "secret").exchange("update", '{"state":{"desired":{"a":1}}}')
    machines.await_active().shadowctl("service", "hand-over")
    machines.await_active()
    assert "shadowd" in command_lines()
    assert PASSWORD not in command_lines()
    for service in machines.services:
        assert len(service.lines) > 3
        assert PASSWORD not in "\n".join(service.lines)


def test_the_connections_are_encrypted(machines):
    count = ("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
             "WHERE usename = 'shadow' AND {}")
    assert int(machines.database.primary.sql(count.format("ssl"))) >= 1
    assert machines.database.primary.sql(count.format("NOT ssl")) == "0"


def refused(*words) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode not in (0, None), done.stdout
    return done.stdout + done.stderr


def test_a_server_that_is_not_the_one_that_was_meant_is_refused(machines, tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other",
                    "-keyout", tmp_path / "key", "-out", tmp_path / "other.pem"], check=True,
                   capture_output=True)
    url = machines.database.url().replace(str(machines.database.certificate),
                                          str(tmp_path / "other.pem"))
    said = refused(build_dir() / "cli" / "shadowctl", "store", "make", url)
    assert "certificate" in said.lower(), said


def test_without_the_password_it_is_said_and_not_shown(machines, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    said = refused(build_dir() / "cli" / "shadowctl", "store", "make", machines.database.url())
    assert "password" in said.lower(), said


@pytest.mark.parametrize("url", [
    f"postgresql://shadow:{PASSWORD}@127.0.0.1/shadow",
    f"postgresql://shadow@127.0.0.1/shadow?password={PASSWORD}",
    f"postgresql://shadow@127.0.0.1/shadow?PASSWORD={PASSWORD}",
    f"postgresql://shadow@127.0.0.1/shadow?passw%6Frd={PASSWORD}",
])
def test_a_url_with_a_password_is_refused_and_not_repeated(url, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("0" * 32)
    for words in ([build_dir() / "service" / "shadowd", "--broker=127.0.0.1:1",
                   f"--link_secret_file={secret}", f"--store={url}", "--metrics_port=0"],
                  [build_dir() / "cli" / "shadowctl", "store", "make", url]):
        said = refused(*words)
        assert PASSWORD not in said
        assert "PGPASSFILE" in said or "passfile" in said, said
