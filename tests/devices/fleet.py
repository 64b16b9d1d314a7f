"""The real broker and service with an account, an application that hears all, and devices."""
import json
import struct
from typing import NamedTuple

from account import Account
from guarded import ALLOW_ALL
from harness import wait_until
from wire import Packet, Wire

EVERYTHING = "everything"  # the policy of `anybody`
# To Mosquitto "request/#" is "request", too.
SERVICE_TOPICS = ("$aws/events/#", "$aws/commands/+/+/executions/+/request/#",
                  "$aws/things/+/jobs/notify", "$aws/things/+/jobs/notify-next")


class Message(NamedTuple):
    topic: str
    payload: bytes
    qos: int
    retain: bool
    content_type: str = ""
    expires_in_s: int = 0


class FullWire(Wire):
    """A connection of MQTT 5 that tells a message's content type and expiry, too."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, mqtt5=True, **named)

    def published(self, got: Packet) -> Message:
        plain = super().published(got)
        at = 2 + struct.unpack_from("!H", got.body)[0] + (2 if plain.qos else 0)
        properties = got.body[at + 1:at + 1 + got.body[at]]
        content_type, expiry = "", 0
        while properties:
            kind = properties[0]
            if kind == 0x02:
                expiry = struct.unpack_from("!I", properties, 1)[0]
                properties = properties[5:]
            elif kind == 0x03:
                size = struct.unpack_from("!H", properties, 1)[0]
                content_type = properties[3:3 + size].decode()
                properties = properties[3 + size:]
            else:
                raise ValueError(f"property {kind:#x} of {plain.topic}")
        return Message(*plain, content_type, expiry)


class Fleet(Account):
    """An account whose clock a test may move, and `anybody`, a certificate that may do everything."""

    def __init__(self, service_flags=()):
        super().__init__(["--faults", *service_flags])
        self.anybody = self.authority.issue()
        self.registry.policy(EVERYTHING, ALLOW_ALL)
        self.registry.certificate(self.anybody, [EVERYTHING])
        self.ahead_s = 0

    def device(self, client_id: str, mqtt5: bool = False, certificate=None, **connect) -> Wire:
        """A device that is connected."""
        certificate = certificate or self.anybody
        tls = self.tls(certificate)
        wire = FullWire(self.tls_port, tls=tls) if mqtt5 else Wire(self.tls_port, tls=tls)
        assert wire.connect(client_id, **connect) == 0
        return wire

    def data(self, method, path, body=None, query=None, **signing):
        """An operation of the endpoint iot-jobs-data."""
        return self.ask(method, path, body, query, service="iot-jobs-data", **signing)

    def pass_time(self, seconds: int):
        self.ahead_s += seconds
        answer = self.ask("PUT", "/_shadow/v1/clock", {"offset_seconds": self.ahead_s},
                          service="iotdata")
        assert answer.status == 200, answer

    def restart_service(self, kill: bool = False):
        self.hang_up()
        if kill:
            self.service.kill()
        else:
            self.stop_service()
        self.start_service()
        if self.ahead_s:
            self.pass_time(0)

    def eventually(self, ask, right, what: str):
        """What `ask` answers once that is `right`."""
        found = []

        def look():
            found[:] = [ask()]
            return right(found[0])

        try:
            wait_until(look, what, timeout=15)
        except AssertionError:
            raise AssertionError(f"{what}: {found}") from None
        return found[0]


class Device:
    """A device that asks, and reads what it is answered."""

    def __init__(self, wire: Wire):
        self.wire = wire

    def ask(self, topic: str, payload: bytes) -> Message:
        """The one message that comes for the request."""
        self.wire.publish(topic, payload)
        return self.wire.read_published()

    def quiet(self) -> list:
        """What came beside answers, until the broker has served all that was asked."""
        found = []
        self.wire.subscribe("fence/+")
        self.wire.publish("fence/quiet", b"")
        while (one := self.wire.read_published()).topic != "fence/quiet":
            found.append(one)
        return found


def command_topic(execution: str, name: str, what: str, kind: str = "things") -> str:
    return f"$aws/commands/{kind}/{name}/executions/{execution}/{what}"


def packed(value) -> bytes:
    return json.dumps(value).encode()
