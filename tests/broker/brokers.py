"""Several brokers with the plugin, and one shadowd that serves them all."""
import contextlib
import shutil
import socket
import threading

from harness import Process, Stack, service_command, wait_until


class Cut:
    """A way to a broker's port that can be cut, and holds no bytes back while it is whole."""

    def __init__(self, to_port):
        self._to_port = to_port
        self._whole = True
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                try:
                    far = socket.create_connection(("127.0.0.1", self._to_port)) \
                        if self._whole else None
                except OSError:
                    far = None
                if far is None:
                    near.close()
                    continue
                self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        with self._lock:
            self._whole = False
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open = []

    def mend(self):
        with self._lock:
            self._whole = True

    def close(self):
        self.cut()
        self._listener.close()


class Brokers:
    """`stacks` are the brokers, each with its port and its process. `service_flags` go to shadowd
    as they are. With `cuttable` the links go by way of `cuts`, one a broker."""

    def __init__(self, count=2, plugin_options=None, service_flags=(), cuttable=False,
                 more_brokers=()):
        self.stacks = [Stack(plugin_options) for _ in range(count)]
        for stack in self.stacks:
            stack.secret_file = self.stacks[0].secret_file
        self.cuts: list[Cut] = []
        self._cuttable = cuttable
        self._service_flags = list(service_flags)
        self._more_brokers = list(more_brokers)
        self.service = None

    def __enter__(self):
        Stack.running.extend(self.stacks)
        for stack in self.stacks:
            stack.start_broker()
        if self._cuttable:
            self.cuts = [Cut(stack.port) for stack in self.stacks]
        self.service = Process("shadowd", self._service_command())
        for stack in self.stacks:
            stack.service = self.service  # for the logs of a failed test
        self.start_service()
        return self

    def _service_command(self):
        ways = [f"127.0.0.1:{cut.port}" for cut in self.cuts] or [
            f"unix:{stack.folder}/link.sock" for stack in self.stacks]
        store = self.stacks[0].database
        return service_command(
            *[f"--broker={way}" for way in [*self._more_brokers, *ways]],
            f"--link_secret_file={self.stacks[0].secret_file}",
            *([f"--store={store.url}", "--registry_is_shared"] if store else
              [f"--data_dir={self.stacks[0].folder}/data"]),
            "--metrics_port=0", *self._service_flags)

    def start_service(self):
        mark = self.service.mark()
        self.service.start()
        self.service.wait_for_line("link_up", mark, count=len(self.stacks))

    @property
    def ports(self):
        return [stack.port for stack in self.stacks]

    def __exit__(self, *_):
        processes = [self.service, *[stack.broker for stack in self.stacks]]
        missing = [one.name for one in processes if not one.running]
        try:
            for one in processes:
                if one.running:
                    one.resume()
                    assert one.stop() == 0, f"{one.name} must end with 0 on SIGTERM"
                one.check_log()
            assert not missing, f"{' and '.join(missing)} had ended"
        except BaseException:
            for stack in self.stacks:
                print(stack.logs())
            raise
        finally:
            for one in processes:
                if one.running:
                    one.kill()
            for cut in self.cuts:
                cut.close()
            for stack in self.stacks:
                Stack.running.remove(stack)
                if stack.database:
                    stack.database.drop()
                shutil.rmtree(stack.folder, ignore_errors=True)


def hangs() -> tuple:
    """A port that answers nobody, as a machine without power does: (its port, what keeps it so)."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = []

    def is_full():
        one = socket.socket()
        one.settimeout(0.2)
        waiting.append(one)
        try:
            one.connect(("127.0.0.1", port))
        except TimeoutError:
            return True
        return False

    wait_until(is_full, "the backlog's filling")
    return port, [listener, *waiting]
