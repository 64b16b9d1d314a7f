"""The real broker with the real plugin, and the real service, in a folder and on ports of their own.

SHADOW_BUILD_DIR names the build folder. SHADOW_TEST_STORE=postgresql: stores are in PostgreSQL, and
not in a folder (database.py). Nothing here waits by sleeping: a process is ready when its
log or its port says so, and every wait has a bound.
"""
import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

# Generous: sanitized builds on a busy machine are slow, and a bound that is reached is a failure.
WAIT_SECONDS = 30

# So that the path of a socket below it has no more than the 107 bytes that it may have.
TMPDIR_BYTES_MAX = 107 - len("/shadow-abcdefgh/admin.sock")

_SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:")


def build_dir() -> Path:
    name = os.environ.get("SHADOW_BUILD_DIR")
    if not name:
        raise RuntimeError("SHADOW_BUILD_DIR is not set: name the build folder, e.g. build/dev")
    return Path(name).resolve()


def _cmake_cache(name: str) -> str:
    found = re.search(rf"^{name}:[A-Z]+=(.*)$", (build_dir() / "CMakeCache.txt").read_text(), re.M)
    return found.group(1) if found else ""


def sanitizers() -> str:
    """Those that the build has, as -fsanitize takes them; empty: none."""
    return _cmake_cache("SHADOW_SANITIZE")


def sanitizer_runtime() -> str:
    """What must be preloaded before anything else is; empty: nothing."""
    runtime = {"address": "libasan.so", "thread": "libtsan.so"}.get(sanitizers().split(",")[0])
    if not runtime:
        return ""
    return subprocess.run([_cmake_cache("CMAKE_CXX_COMPILER"), f"-print-file-name={runtime}"],
                          check=True, capture_output=True, text=True).stdout.strip()


def emulated(program) -> list:
    """The command for a program of the build's architecture, which may not be this machine's."""
    emulator = _cmake_cache("CMAKE_CROSSCOMPILING_EMULATOR")
    return [*(word for word in emulator.split(";") if word), program]


def mosquitto() -> list:
    """The command for Debian's broker, of the build's architecture."""
    root = _cmake_cache("SHADOW_ARM64_ROOT")
    return emulated(f"{root}/usr/sbin/mosquitto") if root else ["mosquitto"]


def mosquitto_version() -> tuple:
    """Of the broker that is installed: (2, 1, 2)."""
    said = subprocess.run([*mosquitto(), "-h"], capture_output=True, text=True).stdout
    return tuple(map(int, re.match(r"mosquitto version ([\d.]+)", said).group(1).split(".")))


def store_is_postgresql() -> bool:
    return os.environ.get("SHADOW_TEST_STORE") == "postgresql"


def unrandomized(command: list) -> list:
    """The thread sanitizer's shadow memory needs addresses as they were."""
    return ["setarch", "-R", *command] if "thread" in _cmake_cache("SHADOW_SANITIZE") else command


def broker_command(configuration: Path) -> list:
    return unrandomized([*mosquitto(), "-c", configuration])


def broker_environment() -> dict:
    """The broker itself is not sanitized, so the plugin's runtime must be there before it."""
    path = sanitizer_runtime()
    if not path:
        return {}
    return {"LD_PRELOAD": path,
            "ASAN_OPTIONS": f"detect_leaks=0:{_cmake_cache('SHADOW_ASAN_OPTIONS')}",
            "TSAN_OPTIONS": "report_signal_unsafe=0"}


def service_command(*flags) -> list:
    return unrandomized([*emulated(build_dir() / "service" / "shadowd"), *flags])


def broker_configuration(folder: Path, listeners, plugin_options: dict, log_types=("all",),
                         lines=()) -> str:
    """`listeners`: what stands behind "listener". `plugin_options` are plugin_opt_ lines without
    that prefix; `lines` are taken as they are."""
    return "\n".join([
        "per_listener_settings false",
        "allow_anonymous true",
        "set_tcp_nodelay true",
        "allow_duplicate_messages false",
        "max_packet_size 268435455",  # of MQTT; 2.1 has a lower one by itself
        "persistence true",
        f"persistence_location {folder}/",
        "log_dest stderr",
        "log_dest topic",
        *[f"log_type {kind}" for kind in log_types],
        *(["user root"] if os.geteuid() == 0 else []),  # the build folder may be root's alone
        *[f"listener {listener}" for listener in listeners],
        f"plugin {build_dir()}/plugin/mosquitto_shadow.so",
        *[f"plugin_opt_{name} {value}" for name, value in plugin_options.items()],
        *lines, ""])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what: str, timeout: float = WAIT_SECONDS):
    """Polls for what sends no event. Only for states of other processes."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {timeout} s")
        time.sleep(0.005)


def resident_bytes(process, kind: str) -> int:
    """`kind`: VmRSS, what it has; VmHWM, the most that it ever had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{kind}:\s+(\d+) kB", status).group(1)) * 1024


class Process:
    """A program under test: what it logs, how it ends."""

    def __init__(self, name: str, command, environment=None):
        self.name = name
        self.lines: list[str] = []
        self.is_paused = False
        self.command = [str(part) for part in command]
        self._environment = {**os.environ, **(environment or {})}
        self._changed = threading.Condition()
        self._process = None
        self._reader = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self):
        assert not self.running, f"{self.name} runs already"
        self._process = subprocess.Popen(
            self.command, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, args=(self._process.stderr,),
                                        daemon=True)
        self._reader.start()

    def _read(self, stream):
        for line in stream:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()

    def mark(self) -> int:
        """A place in the log, for wait_for_line's `since`."""
        with self._changed:
            return len(self.lines)

    def lines_since(self, mark: int, pattern: str):
        with self._changed:
            return [line for line in self.lines[mark:] if re.search(pattern, line)]

    def wait_for_line(self, pattern: str, since: int = 0, count: int = 1,
                      timeout: float = WAIT_SECONDS) -> int:
        """The place behind the last of them."""
        def found():
            places = [place for place, line in enumerate(self.lines[since:], since + 1)
                      if re.search(pattern, line)]
            return places[count - 1] if len(places) >= count else None

        with self._changed:
            place = self._changed.wait_for(found, timeout)
            assert place, f"{self.name} did not log /{pattern}/ {count} time(s) within {timeout} s"
            return place

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, timeout: float = WAIT_SECONDS) -> int:
        """The exit code, once the process has ended and its log is read to the end."""
        code = self._process.wait(timeout)
        self._reader.join(timeout)
        return code

    def stop(self) -> int:
        """Asks it to end."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """As a crash or the kernel's memory killer would."""
        self.signal(signal.SIGKILL)
        self.wait()

    def pause(self):
        """Returns once it stands still."""
        self.signal(signal.SIGSTOP)
        self.is_paused = True
        wait_until(self._stands_still, f"{self.name}'s standing still")

    def _stands_still(self) -> bool:
        threads = Path(f"/proc/{self.pid}/task").glob("*/stat")
        return all(thread.read_text().rpartition(")")[2].split()[0] in "TtZ" for thread in threads)

    def resume(self):
        self.is_paused = False
        self.signal(signal.SIGCONT)

    def check_log(self):
        reports = [line for line in self.lines if _SANITIZER_REPORT.search(line)]
        assert not reports, f"{self.name}: {reports[0]}"


class Stack:
    """Broker, plugin and service together.

    `plugin_options` are plugin_opt_ lines without that prefix; `service_flags` go to shadowd and
    `broker_lines` to mosquitto.conf as they are. `log_types` are the broker's,
    `service_environment` is shadowd's, beside ours.
    """

    running: list["Stack"] = []  # for the logs of a failed test

    def __init__(self, plugin_options=None, service_flags=(), broker_lines=(),
                 log_types=("all",), service_environment=None):
        assert len(os.fsencode(tempfile.gettempdir())) <= TMPDIR_BYTES_MAX, (
            f"{tempfile.gettempdir()} is too deep for sockets: set TMPDIR to a folder whose path "
            f"has at most {TMPDIR_BYTES_MAX} bytes")
        self.folder = Path(tempfile.mkdtemp(prefix="shadow-"))
        self.folder.chmod(0o755)
        self.plugin_options = dict(plugin_options or {})
        self.service_flags = list(service_flags)
        self.broker_lines = list(broker_lines)
        self.log_types = log_types
        self.secret_file = self.folder / "link_secret"
        self.secret_file.write_text(secrets.token_hex(32) + "\n")
        self.port = free_port()
        self.database = None
        if store_is_postgresql():
            from database import Database  # pylint: disable=import-outside-toplevel
            self.database = Database()
        self.broker = Process("mosquitto", self._broker_command(), broker_environment())
        self.service = Process("shadowd", self._service_command(), service_environment)
        self._crashed: list[str] = []

    # --- commands

    def _broker_command(self):
        return broker_command(self.folder / "mosquitto.conf")

    def _service_command(self):
        store = ([f"--store={self.database.url}", "--registry_is_shared"] if self.database else
                 [f"--data_dir={self.folder}/data"])
        return service_command(f"--broker=unix:{self.folder}/link.sock",
                               f"--link_secret_file={self.secret_file}", *store,
                               "--metrics_port=0", *self.service_flags)

    def _write_broker_config(self):
        options = {"link_secret_file": self.secret_file, "skip_unheard": "true",
                   **self.plugin_options}
        (self.folder / "mosquitto.conf").write_text(broker_configuration(
            self.folder, [f"0 {self.folder}/link.sock", f"{self.port} 127.0.0.1"], options,
            self.log_types, self.broker_lines))

    # --- life

    def start(self) -> "Stack":
        Stack.running.append(self)
        self.start_broker()
        self.start_service()
        return self

    def start_broker(self):
        for _ in range(5):  # somebody else may have taken the port since it was found free
            self._write_broker_config()
            mark = self.broker.mark()
            self.broker.start()
            if self._broker_listens(mark):
                return
            self.broker.wait()
            self.port = free_port()
        raise AssertionError("mosquitto found no free port")

    def _broker_listens(self, mark) -> bool:
        def listens_or_gave_up():
            if self.broker.lines_since(mark, "Address already in use"):
                return "port taken"
            if not self.broker.running:
                raise AssertionError("mosquitto ended at once:\n" + "\n".join(self.broker.lines))
            with contextlib.suppress(OSError), socket.create_connection(
                    ("127.0.0.1", self.port), timeout=1):
                return "listens"
            return None

        return wait_until(listens_or_gave_up, "mosquitto's listening") == "listens"

    def start_service(self, wait_for_link: bool = True):
        mark = self.service.mark()
        self.service.start()
        if wait_for_link:
            self.service.wait_for_line("link_up", mark)

    def reload_broker(self, expect: str = "the registry was loaded"):
        """Until it says that of what it has read since; it may just have been reading."""
        mark = self.broker.mark()
        self.broker.signal(signal.SIGHUP)
        self.broker.wait_for_line(expect, self.broker.wait_for_line("Reloading config", mark))

    def stop_service(self):
        assert self.service.stop() == 0, "shadowd must end with 0 on SIGTERM"

    def stop_broker(self):
        assert self.broker.stop() == 0, "mosquitto must end with 0 on SIGTERM"

    def close(self):
        """Ends both, and fails if one of them was no longer there or left a sanitizer's report."""
        missing = [process.name for process in (self.service, self.broker) if not process.running]
        try:
            if self.service.running:
                self.service.resume()
                self.stop_service()
            if self.broker.running:
                self.broker.resume()
                self.stop_broker()
            assert not missing, f"{' and '.join(missing)} had ended"
            self.service.check_log()
            self.broker.check_log()
        except BaseException:
            print(self.logs())
            raise
        finally:
            for process in (self.service, self.broker):
                if process.running:
                    process.kill()
            if self in Stack.running:
                Stack.running.remove(self)
            if self.database:
                self.database.drop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self, lines: int = 60) -> str:
        return "\n".join(
            f"--- {process.name}, the last {lines} lines\n" + "\n".join(process.lines[-lines:])
            for process in (self.broker, self.service))

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()
