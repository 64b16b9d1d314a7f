"""Brokers to load: one with the limit plugin, one with the product and its service.

Both get the same Mosquitto settings and folders of their own; everything ends with the `with`
block.
"""

import getpass
import os
import secrets
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .certificates import Certificates

_START_SECONDS = 20
_STOP_SECONDS = 20


@dataclass(frozen=True)
class Build:
    """The programs of one build directory."""

    folder: Path

    def __post_init__(self):
        for needed in (self.shadowbench, self.limit_plugin):
            if not needed.exists():
                raise SystemExit(f"{needed} is missing: build it first (cmake --build --preset "
                                 "release), or set SHADOW_BUILD_DIR")

    @property
    def shadowbench(self) -> Path:
        return self.folder / "bench" / "shadowbench"

    @property
    def fill_store(self) -> Path:
        return self.folder / "bench" / "fill_store"

    @property
    def floor_service(self) -> Path:
        return self.folder / "bench" / "floor_service"

    @property
    def limit_plugin(self) -> Path:
        return self.folder / "bench" / "limit_plugin.so"

    @property
    def plugin(self) -> Path:
        return self.folder / "plugin" / "mosquitto_shadow.so"

    @property
    def shadowd(self) -> Path:
        return self.folder / "service" / "shadowd"


def _sanitized(library: Path) -> dict[str, str]:
    """The environment in which a broker can load a plugin that was built with a sanitizer: the
    sanitizer's runtime has to come first. The broker itself is not ours to check for leaks."""
    linked = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=True)
    runtimes = [line.split()[2] for line in linked.stdout.splitlines()
                if line.strip().startswith(("libasan", "libtsan"))]
    if not runtimes:
        return {}
    return {"LD_PRELOAD": ":".join(runtimes), "ASAN_OPTIONS": "detect_leaks=0"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Process:
    """A child whose standard error is watched for a word and kept in a file beside which it works."""

    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)  # added to ours
    child: subprocess.Popen = field(init=False)

    def __post_init__(self):
        self.child = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, text=True, cwd=self.log.parent,
                                      env={**os.environ, **self.environment})
        self._seen = threading.Condition()
        self._lines: list[str] = []
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with self.log.open("w") as log:
            for line in self.child.stderr:
                log.write(line)
                log.flush()
                with self._seen:
                    self._lines.append(line)
                    self._seen.notify_all()
        with self._seen:
            self._ended = True
            self._seen.notify_all()

    def wait_for(self, word: str) -> None:
        def found() -> bool:
            return self._ended or any(word in line for line in self._lines)

        with self._seen:
            self._seen.wait_for(found, timeout=_START_SECONDS)
            if not any(word in line for line in self._lines):
                raise RuntimeError(f"{self.command[0]} never said '{word}':\n"
                                   + "".join(self._lines[-20:]))

    def stop(self) -> None:
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self._reader.join()
        self.child.stderr.close()


class Target:
    """A broker that answers shadow requests. It works in `folder`, an absolute path."""

    def __init__(self, folder: Path, plugin: Path, plugin_lines: list[str],
                 certificates: Certificates | None):
        folder.mkdir(parents=True)
        self.folder = folder
        self.port = _free_port()
        self.certificates = certificates
        self.processes: list[Process] = []
        config = folder / "mosquitto.conf"
        config.write_text("\n".join([
            "per_listener_settings false",
            "allow_anonymous true",
            "set_tcp_nodelay true",
            "persistence true",
            f"persistence_location {folder}/",
            f"user {getpass.getuser()}",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            f"plugin {plugin}",
            *plugin_lines,
            f"listener {self.port} 127.0.0.1",
            *(certificates.listener_lines() if certificates else []),
        ]) + "\n")
        self.broker = self._start(["mosquitto", "-c", str(config)], "mosquitto.log",
                                  _sanitized(plugin))
        self._wait_for_port()

    def _start(self, command: list[str], log: str,
               environment: dict[str, str] | None = None) -> Process:
        process = Process(command, self.folder / log, environment or {})
        self.processes.append(process)
        return process

    def _wait_for_port(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self.broker.child.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError("mosquitto did not start:\n" + self.broker.log.read_text())

    def flags(self) -> list[str]:
        """Where the broker is and what to watch, as shadowbench takes it."""
        return [
            f"--broker=127.0.0.1:{self.port}",
            f"--broker_pid={self.broker.child.pid}",
            *(self.certificates.client_flags() if self.certificates else []),
        ]

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Limit(Target):
    """Answers inside the broker. `answer_bytes` maps option names of the plugin to sizes."""

    def __init__(self, build: Build, folder: Path, answer_bytes: dict[str, int],
                 certificates: Certificates | None = None):
        super().__init__(folder, build.limit_plugin, [
            f"plugin_opt_{name} {size}" for name, size in answer_bytes.items()
        ], certificates)


class Linked(Target):
    """The plugin, and a service on its link."""

    def __init__(self, build: Build, folder: Path, program: Path, service_flags: list[str],
                 certificates: Certificates | None = None, plugin_lines: tuple[str, ...] = (),
                 link_secret: str | None = None):
        secret = folder.parent / f"{folder.name}.secret"
        secret.write_text((link_secret or secrets.token_hex(32)) + "\n")
        os.chmod(secret, 0o600)
        # Both ends work in `folder`: its path may be longer than a socket's, which has 107 bytes.
        link = "link.sock"
        super().__init__(folder, build.plugin, [
            f"plugin_opt_link_secret_file {secret}",
            "plugin_opt_skip_unheard true",
            *plugin_lines,
            f"listener 0 {link}",
        ], certificates)
        self._service_command = [
            str(program),
            f"--broker=unix:{link}",
            f"--link_secret_file={secret}",
            *service_flags,
        ]
        try:
            self.start_service()
            self.service.wait_for("link_up")
        except BaseException:
            self.stop()
            raise

    def start_service(self) -> None:
        self.service = self._start(self._service_command, "service.log")

    def flags(self) -> list[str]:
        return [*super().flags(), f"--service_pid={self.service.child.pid}"]


class Product(Linked):
    """With shadowd, on an empty store unless `data` is the folder of one, or `store_url` the URL."""

    def __init__(self, build: Build, folder: Path, durability: str = "sync",
                 certificates: Certificates | None = None, shadowd_flags: tuple[str, ...] = (),
                 data: Path | None = None, plugin_lines: tuple[str, ...] = (),
                 store_url: str = "", link_secret: str | None = None):
        self.data = data or folder / "data"
        super().__init__(build, folder, build.shadowd, [
            f"--store={store_url}" if store_url else f"--data_dir={self.data}",
            f"--durability={durability}",
            "--metrics_port=0",
            *shadowd_flags,
        ], certificates, plugin_lines, link_secret)


class Floor(Linked):
    """With a service that only answers, or appends and syncs and answers."""

    def __init__(self, build: Build, folder: Path, syncs: bool):
        super().__init__(build, folder, build.floor_service,
                         [f"--log={folder}.log"] if syncs else [])
