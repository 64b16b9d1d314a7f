"""Several machines on one: brokers with the plugin, shadowds of which one is active, and a database
that has a standby. Ports stand for machines, a proxy for each cable that a test wants to cut.
"""
import itertools
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from database import Server, make_store
from harness import (Process, WAIT_SECONDS, broker_command, broker_configuration,
                     broker_environment, build_dir, service_command, wait_until)
from health import ask
from proxy import Proxy
from running import is_free

# Below those that the system gives to clients: what is killed finds its port free when it is back.
_LOWEST, _HIGHEST = 20000, 32000
_candidates = (_LOWEST + (os.getpid() * 61 + n) % (_HIGHEST - _LOWEST) for n in itertools.count())


def next_port() -> int:
    return next(port for port in _candidates if is_free(port))


class Pair:
    """A primary and a standby, which change their parts. Without `synchronous` what the primary has
    committed may not have reached the standby."""

    def __init__(self, synchronous: bool = True, settings=None):
        self.synchronous = synchronous
        self.servers = [Server(name, next_port(), settings) for name in ("a", "b")]

    @property
    def primary(self) -> Server:
        return self.servers[0]

    @property
    def standby(self) -> Server:
        return self.servers[1]

    def start(self):
        self.primary.start()
        self.primary.create("shadow")
        self.renew_standby()

    def renew_standby(self):
        """A standby joins that was not there."""
        self.standby.follow(self.primary)
        if self.synchronous:
            self.primary.synchronize(self.standby.name)

    def fail_over(self):
        """The primary's machine is gone, and its standby takes its part."""
        self.primary.kill()
        self.standby.promote()
        self.servers.reverse()

    def url(self, ports=None) -> str:
        """`ports`: those to come by, such as of proxies."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports or self.ports)
        return (f"postgresql://postgres@{hosts}/shadow?target_session_attrs=read-write"
                "&connect_timeout=2")

    @property
    def ports(self):
        return sorted(server.port for server in self.servers)

    def sql(self, text: str) -> str:
        return self.primary.sql(text, "shadow")

    def close(self):
        for server in self.servers:
            if server.pid() is not None:
                server.resume()
            server.remove()


class Broker(Process):
    """On ports of its own: one for devices, one for shadowds."""

    def __init__(self, name: str, folder: Path, secret_file: Path, options: dict, lines):
        self.folder = folder
        self.port, self.link_port = next_port(), next_port()
        folder.mkdir(mode=0o755)
        (folder / "mosquitto.conf").write_text(broker_configuration(
            folder, [f"{self.port} 127.0.0.1", f"{self.link_port} 127.0.0.1"],
            {"link_secret_file": secret_file, **options}, ("error", "warning", "notice"), lines))
        super().__init__(name, broker_command(folder / "mosquitto.conf"), broker_environment())

    def start(self):
        super().start()

        def listens():
            assert self.running, "mosquitto ended at once:\n" + "\n".join(self.lines)
            return not is_free(self.port)
        wait_until(listens, f"{self.name}'s listening")


class Service(Process):
    """A shadowd. `links` and `database` are the ports that it comes by, which may be proxies'."""

    def __init__(self, name: str, folder: Path, brokers, url: str, secret_file: Path, flags,
                 environment=None):
        self.folder, self.http_port, self.metrics_port = folder, next_port(), next_port()
        self.admin_socket = folder / f"{name}.sock"
        super().__init__(name, service_command(
            *[f"--broker=127.0.0.1:{port}" for port in brokers], f"--store={url}",
            f"--link_secret_file={secret_file}", f"--metrics_port={self.metrics_port}",
            f"--admin_socket={self.admin_socket}", f"--http_port={self.http_port}",
            "--http_auth=open", *flags), environment)

    def start(self):
        super().start()
        wait_until(self._answers, f"{self.name}'s start")

    def _answers(self):
        assert self.running, f"{self.name} ended at once:\n" + "\n".join(self.lines[-20:])
        return not is_free(self.metrics_port)

    def ready(self) -> tuple[int, str]:
        """What it says of itself."""
        try:
            return ask(self.metrics_port, "/readyz")
        except OSError:
            return 0, "gone"

    @property
    def is_active(self) -> bool:
        return self.running and not self.is_paused and self.ready()[0] == 200

    @property
    def stands_by(self) -> bool:
        status, text = self.ready()
        return status == 503 and "standby" in text

    def shadowctl(self, *words) -> str:
        """On its own machine."""
        done = subprocess.run(
            [build_dir() / "cli" / "shadowctl", *words, "--admin-socket", self.admin_socket],
            capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout


class Machines:
    """All of them. `cables`: each way between a shadowd and a broker or database server can be cut:
    link[service, broker] and line[service, server]."""

    running: list["Machines"] = []  # for the logs of a failed test

    def __init__(self, brokers: int = 2, services: int = 2, *, synchronous: bool = True,
                 cables: bool = False, plugin_options=None, service_flags=(), broker_lines=(),
                 environment=None, database=None):
        self.folder = Path(tempfile.mkdtemp(prefix="shadow-"))
        self.folder.chmod(0o755)
        self.secret_file = self.folder / "link_secret"
        self.secret_file.write_text(secrets.token_hex(32) + "\n")
        self.database = database or Pair(synchronous)
        self.brokers = [
            Broker(f"broker-{n}", self.folder / f"broker-{n}", self.secret_file,
                   plugin_options or {}, broker_lines) for n in range(brokers)]
        self.link: dict[tuple, Proxy] = {}
        self.line: dict[tuple, Proxy] = {}
        self.services = [self._service(n, cables, service_flags, environment)
                         for n in range(services)]

    def _service(self, n: int, cables: bool, flags, environment) -> Service:
        links, lines = [broker.link_port for broker in self.brokers], None
        if cables:
            for k, port in enumerate(links):
                self.link[n, k] = Proxy(next_port(), port)
            links = [self.link[n, k].port for k in range(len(self.brokers))]
            for k, port in enumerate(self.database.ports):
                self.line[n, k] = Proxy(next_port(), port)
            lines = [self.line[n, k].port for k in range(len(self.database.ports))]
        return Service(f"shadowd-{n}", self.folder, links, self.database.url(lines),
                       self.secret_file, flags, environment)

    # --- life

    def start(self) -> "Machines":
        Machines.running.append(self)
        for broker in self.brokers:
            broker.start()
        self.database.start()
        make_store(self.database.url())
        for service in self.services:
            service.start()
        self.await_active()
        for broker in self.brokers:
            self.await_link(broker)
        return self

    def await_active(self, among=None, timeout: float = WAIT_SECONDS) -> Service:
        """The one that is. With `among`: once it is one of these."""
        def found():
            for service in among or self.services:
                if service.is_active:
                    return service
            time.sleep(0.02)  # each look is a request
            return None
        return wait_until(found, "a shadowd's being active", timeout)

    def active(self) -> Service | None:
        """None: there is a change."""
        return next((service for service in self.services if service.is_active), None)

    def standbys(self) -> list[Service]:
        return [service for service in self.services if service.running and not service.is_active]

    def number(self, service: Service) -> int:
        return self.services.index(service)

    def await_link(self, broker: Broker):
        """Once a request at this broker is answered."""
        from client import Client, Shadow  # pylint: disable=import-outside-toplevel
        with Client(broker.port) as client:
            assert Shadow(client, "link-probe").exchange("get").after["code"] == 404

    def get(self, thing: str) -> dict:
        """A shadow as the active shadowd has it, over HTTP."""
        status, text = ask(self.await_active().http_port, f"/things/{thing}/shadow")
        assert status == 200, (status, text)
        return json.loads(text)

    def close(self):
        """Ends all, and fails if one was no longer there."""
        everybody = [*self.services, *self.brokers]
        missing = [one.name for one in everybody if not one.running]
        try:
            for one in everybody:
                if one.running:
                    one.resume()
                    assert one.stop() == 0, f"{one.name} must end with 0 on SIGTERM"
                one.check_log()
            assert not missing, f"{missing} had ended"
        except BaseException:
            print(self.logs())
            raise
        finally:
            for one in everybody:
                if one.running:
                    one.kill()
            for proxy in (*self.link.values(), *self.line.values()):
                proxy.close()
            self.database.close()
            if self in Machines.running:
                Machines.running.remove(self)
            shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self, lines: int = 40) -> str:
        told = [(one.name, "\n".join(one.lines[-lines:])) for one in (*self.services, *self.brokers)]
        told += [(f"database {one.name}", "\n".join(one.log.splitlines()[-lines:]))
                 for one in self.database.servers]
        return "\n".join(f"--- {name}, the last {lines} lines\n{text}" for name, text in told)

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if kind is not None:
            print(self.logs())
        self.close()
