"""The network between two of the machines: a TCP proxy that can be cut, as a cable is.

Cut, nothing passes and nobody is told: connections stand, and new ones are made that nobody answers.
Mended, what was sent meanwhile arrives, as TCP has it.
"""
import contextlib
import selectors
import socket
import threading

_PIECE = 65536
_HELD_MAX = 1 << 20  # bytes that wait on one way; beyond it the sender waits


class _Way:
    """From one socket to another."""

    def __init__(self, source: socket.socket, target: socket.socket):
        self.source, self.target = source, target
        self.held = bytearray()
        self.has_ended = False


class Proxy(threading.Thread):
    """Listens on `port` and leads to `target`, a port of this machine."""

    def __init__(self, port: int, target: int):
        super().__init__(daemon=True)
        self.port, self.target = port, target
        self._cut = False
        self._closed = False
        self._ways: list[_Way] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._listener.setblocking(False)
        self._wake, self._waker = socket.socketpair()
        self._done = threading.Condition()
        self._turns = 0
        self.start()

    # --- any thread

    def cut(self):
        self._set(True)

    def mend(self):
        self._set(False)

    def close(self):
        self._closed = True
        self._waker.send(b"x")
        self.join()

    def _set(self, cut: bool):
        """Returns once it is in force."""
        with self._done:
            before = self._turns
            self._cut = cut
            self._waker.send(b"x")
            assert self._done.wait_for(lambda: self._turns > before, 30)

    # --- its own

    def run(self):
        while not self._closed:
            self._turn()
            with self._done:
                self._turns += 1
                self._done.notify_all()
        for way in self._ways:
            way.source.close()
        self._listener.close()

    def _turn(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ, self._awake)
            if not self._cut:
                selector.register(self._listener, selectors.EVENT_READ, self._accept)
                self._register(selector)
            for key, _ in selector.select():
                key.data()

    def _register(self, selector):
        wanted: dict = {}
        for way in self._ways:
            if not way.has_ended and len(way.held) < _HELD_MAX:
                wanted.setdefault(way.source, []).append((selectors.EVENT_READ, self._read, way))
            if way.held:
                wanted.setdefault(way.target, []).append((selectors.EVENT_WRITE, self._write, way))
        for one, deeds in wanted.items():
            events = 0
            for event, _, _ in deeds:
                events |= event
            selector.register(one, events, lambda deeds=deeds: [do(way) for _, do, way in deeds])

    def _awake(self):
        self._wake.recv(64)

    def _accept(self):
        with contextlib.suppress(OSError):
            near, _ = self._listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                near.close()  # nobody listens there: so it is here
                return
            for one in (near, far):
                one.setblocking(False)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ways += [_Way(near, far), _Way(far, near)]

    def _read(self, way: _Way):
        if way not in self._ways:
            return
        try:
            data = way.source.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            self._drop(way)
            return
        if not data:
            way.has_ended = True
            if not way.held:
                self._end(way)
            return
        way.held += data
        self._write(way)

    def _write(self, way: _Way):
        if way not in self._ways or not way.held:
            return
        try:
            sent = way.target.send(way.held)
        except BlockingIOError:
            return
        except OSError:
            self._drop(way)
            return
        del way.held[:sent]
        if way.has_ended and not way.held:
            self._end(way)

    def _end(self, way: _Way):
        """One side has said all; the other may still speak."""
        with contextlib.suppress(OSError):
            way.target.shutdown(socket.SHUT_WR)
        other = next(one for one in self._ways if one.source is way.target)
        if other.has_ended and not other.held:
            self._drop(way)

    def _drop(self, way: _Way):
        self._ways = [one for one in self._ways if one.source not in (way.source, way.target)]
        way.source.close()
        way.target.close()
