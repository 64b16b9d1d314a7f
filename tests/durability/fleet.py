"""Devices that write and read shadows as fast as they are answered, each on a thread of its own,
over a QoS 1 session that outlives its connection. Every answer goes into the shadow's ledger.
"""
import json
import random
import threading
import time

from harness import WAIT_SECONDS
from ledger import Ledger, Violation
from wire import PUBACK, PUBLISH, Wire

PENDING_MAX = 6  # requests of one shadow that wait for an answer
OPERATIONS = ["update"] * 8 + ["right"] * 5 + ["stale", "get", "get", "delete", "delete"]


class Device(threading.Thread):
    """`stack` is what it connects to; it goes on until `rest` and is finished once all is answered
    and every shadow has been read back."""

    ledger = Ledger
    patience_s = WAIT_SECONDS  # for the next packet

    def __init__(self, stack, name: str, seed: int):
        super().__init__(name=name, daemon=True)
        self.stack = stack
        self.ledgers = {}
        for k in range(4):
            prefix = f"$aws/things/{name}/shadow" + (f"/name/shadow-{k}" if k else "")
            self.ledgers[prefix] = self.ledger(prefix)
        self.sent = 0
        self.reconnections = 0
        self.failure = None
        self._random = random.Random(f"{seed} {name}")
        self._wire = None
        self._broker_lives = 0  # of the connection
        self._unacknowledged = 0
        self._resting = threading.Event()

    def rest(self):
        """No new load: only what is needed to know how each shadow stands."""
        self._resting.set()

    def run(self):
        try:
            self._connect()
            while not (self._resting.is_set() and self._drained()):
                try:
                    self._turn()
                except Wire.Gone:
                    self._broker_died()
            self._read_back()
        except BaseException as failure:  # pylint: disable=broad-except  (the main thread raises it)
            self.failure = failure

    # --- the connection

    def _connect(self):
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self._wire = Wire(self.stack.port, timeout=self.patience_s)
                assert self._wire.connect(self.name, clean=False) == 0
                self._wire.subscribe(f"$aws/things/{self.name}/shadow/+/+",
                                     f"$aws/things/{self.name}/shadow/name/+/+/+")
                return
            except (OSError, Wire.Gone):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)  # the broker is being started again; nothing tells when

    def _broker_died(self):
        self._wire.close()
        for ledger in self.ledgers.values():
            ledger.broker_died()
        self._unacknowledged = 0
        self._connect()

    def _drop_connection(self):
        """As a device that loses its radio, with answers on their way, but no request."""
        while self._unacknowledged:
            self._read()
        self._wire.close()
        self.reconnections += 1
        try:
            self._wire = Wire(self.stack.port, timeout=self.patience_s)
            assert self._wire.connect(self.name, clean=False) == 0
        except OSError as refused:
            raise Wire.Gone from refused
        if not self._wire.session_present:
            raise Wire.Gone  # the broker died meanwhile, and the answers with it

    # --- the load

    def _drained(self) -> bool:
        return all(ledger.certain and not ledger.pending for ledger in self.ledgers.values())

    def _turn(self):
        packets = b"".join(self._wanted(ledger) for ledger in self.ledgers.values())
        if packets:
            self._wire.send(packets)
        if self._random.random() < 0.002:
            self._drop_connection()
        if not self._drained():
            self._read()

    def _wanted(self, ledger: Ledger) -> bytes:
        if not ledger.certain:
            return b"" if ledger.pending else self._packet(ledger, ledger.find_out())
        packets = b""
        while not self._resting.is_set() and len(ledger.pending) < PENDING_MAX:
            operation = self._random.choice(OPERATIONS)
            if operation == "get":
                request = ledger.get()
            elif operation == "delete":
                request = ledger.delete()
            elif operation == "update" or not ledger.state.exists:
                request = ledger.update()
            else:
                request = ledger.update(condition=operation)
            packets += self._packet(ledger, request)
        return packets

    def _packet(self, ledger, request) -> bytes:
        operation, payload = request
        self.sent += 1
        self._unacknowledged += 1
        return self._wire.publish_bytes(f"{ledger.prefix}/{operation}", payload)

    def _read(self):
        got = self._wire.read()
        if got.kind == PUBACK:
            self._unacknowledged -= 1
        if got.kind != PUBLISH:
            return
        message = self._wire.published(got)
        prefix, operation, kind = message.topic.rsplit("/", 2)
        if kind not in ("accepted", "rejected"):
            return
        self.ledgers[prefix].answer(f"{operation}/{kind}", json.loads(message.payload),
                                    again=bool(got.flags & 8))

    def _read_back(self):
        for ledger in self.ledgers.values():
            self._wire.send(self._packet(ledger, ledger.get()))
            while ledger.pending:
                self._read()
        self._wire.close()


class Fleet:
    """`devices`: a number of them at one broker, or such as were made elsewhere."""

    def __init__(self, stack, devices, seed: int):
        self.devices = (devices if isinstance(devices, list) else
                        [Device(stack, f"device-{k}", seed) for k in range(devices)])

    def start(self):
        for device in self.devices:
            device.start()

    def check(self):
        for device in self.devices:
            if device.failure is not None:
                raise device.failure

    def finish(self):
        """Returns once every request is answered and every shadow is as its ledger says."""
        for device in self.devices:
            device.rest()
        for device in self.devices:
            device.join(4 * WAIT_SECONDS)
            if device.is_alive():
                waiting = {one.prefix: list(one.pending) for one in device.ledgers.values()}
                raise Violation(f"{device.name} is not done; unanswered: {waiting}")
        self.check()

    @property
    def ledgers(self) -> list[Ledger]:
        return [one for device in self.devices for one in device.ledgers.values()]

    def counts(self) -> dict:
        ledgers = self.ledgers
        topics = [topic for ledger in ledgers for topic in list(ledger.answered.values())]
        return {
            "sent": sum(device.sent for device in self.devices),
            "accepted": sum(topic.endswith("/accepted") for topic in topics),
            "rejected": sum(topic.endswith("/rejected") for topic in topics),
            "reconnections": sum(device.reconnections for device in self.devices),
            "unknown_as_the_broker_died": sum(ledger.given_up for ledger in ledgers),
            "shadows": len(ledgers),
        }
