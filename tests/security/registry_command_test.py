"""What shadowd changes of the registry is in force at the broker before it is told to be done."""
import secrets
import struct

import pytest

from guarded import ALLOW_ALL, Guarded
from wire import NOT_AUTHORIZED, Wire

HEAD = b"SL\x0d"
COMMAND, REPLY = 5, 6
DONE, REFUSED = 0, 4
THINGS, POLICIES, CERTIFICATES = 1, 4, 6


def _text(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode()


class Service:
    """In shadowd's place at the link."""

    def __init__(self, guarded: Guarded):
        self._ids = 0
        self._wire = Wire(guarded.port)
        secret = guarded.secret_file.read_text().strip()
        assert self._wire.connect("$shadow/link/" + secrets.token_hex(16), username="shadowd",
                                  password=secret) == 0
        self._say(HEAD + b"\x01" + bytes(12) + b"\x05" + bytes(8))

    def _say(self, envelope: bytes):
        self._wire.send(self._wire.publish_bytes("$shadow/link/answers", envelope, qos=0))

    def change(self, *entries, again=False):
        """Entries are (part, name, text); nothing as the text removes. Gives result and text."""
        self._ids += 1
        body = struct.pack("<QBBH", self._ids, 5, again, len(entries))
        for part, name, text in entries:
            body += struct.pack("<BB", part, text is not None) + _text(name)
            if text is not None:
                body += struct.pack("<I", len(text)) + text.encode()
        self._say(HEAD + bytes((COMMAND,)) + bytes(12) + body)
        while True:
            envelope = self._wire.read_published().payload
            if envelope[3] != REPLY:
                continue
            number, result, _ = struct.unpack_from("<QBH", envelope, 16)
            assert number == self._ids
            return result, envelope[31:].decode()

    def close(self):
        self._wire.close()


@pytest.fixture
def house(authority):
    with Guarded(authority) as running:
        running.stop_service()
        yield running
        running.start_service()


@pytest.fixture
def service(house):
    one = Service(house)
    yield one
    one.close()


def entry(status="ACTIVE", policy="everything") -> str:
    return '{"status":"%s","policies":["%s"]}' % (status, policy)


def test_a_new_certificate_connects_as_soon_as_it_is_told_to_be_done(house, service):
    for _ in range(20):
        device = house.authority.issue()
        with house.wire(device) as wire:
            assert wire.connect("early") in (5, NOT_AUTHORIZED)
        assert service.change((CERTIFICATES, device.id, entry())) == (DONE, "0")
        with house.connect(device) as wire:
            wire.ping()


def test_who_is_deactivated_is_gone_when_it_is_told_to_be_done(house, service):
    device = house.authority.issue()
    service.change((CERTIFICATES, device.id, entry()))
    with house.connect(device) as one, house.connect(device, mqtt5=True) as two, \
            house.connect(house.admin) as bystander:
        assert service.change((CERTIFICATES, device.id, entry("INACTIVE"))) == (DONE, "2")
        one.read_until_gone()
        two.read_until_gone()
        bystander.ping()


def test_a_policy_is_in_force_for_all_who_have_it(house, service):
    device = house.authority.issue()
    allowed = '{"Version":"2012-10-17","Statement":%s}'
    statement = '{"Effect":"%s","Action":"iot:%s","Resource":"*"}'
    everything = allowed % (statement % ("Allow", "*"))
    service.change((POLICIES, "own", everything), (CERTIFICATES, device.id, entry(policy="own")))
    with house.connect(device, mqtt5=True) as wire:
        assert wire.publish("a") in (0, 16)
        connects = allowed % (statement % ("Allow", "Connect"))
        assert service.change((POLICIES, "own", connects)) == (DONE, "0")
        assert wire.publish("a") == NOT_AUTHORIZED
        assert service.change((POLICIES, "own", None)) == (DONE, "1")
        wire.read_until_gone()


def test_what_cannot_be_is_refused_and_changes_nothing(house, service):
    with house.connect(house.admin) as wire:
        result, text = service.change((CERTIFICATES, house.admin.id, entry("INACTIVE")),
                                      (THINGS, "lamp", '{"x": 1}'))
        assert result == REFUSED and 'things/lamp.json:1:2: a thing cannot have "x"' in text
        wire.ping()


def test_the_folder_is_read_again_when_it_is_asked_for(house, service):
    device = house.authority.issue()
    house.registry.policy("other", ALLOW_ALL)
    house.registry.certificate(device, ["other"])
    assert service.change(again=True) == (DONE, "0")
    with house.connect(device) as wire:
        house.registry.remove(device)
        assert service.change(again=True) == (DONE, "1")
        wire.read_until_gone()
    house.registry.certificate(device, ["missing"])
    result, text = service.change(again=True)
    assert result == REFUSED and 'no policy "missing" is registered' in text


def test_hostile_changes_are_refused_by_name_and_the_link_stands(house, service):
    mark = house.broker.mark()
    head = HEAD + bytes((COMMAND,)) + bytes(12)
    for body, why in ((struct.pack("<QBBH", 9, 5, 0, 1001) + b"\x01\x00\x01\x00x" * 1001,
                       "1001 changes; at most 1000 are allowed"),
                      (struct.pack("<QBBH", 9, 5, 0, 0), "it changes nothing"),
                      (struct.pack("<QBBH", 9, 5, 0, 9), "a command or its reply is malformed")):
        service._say(head + body)
        house.broker.wait_for_line(why, mark)
    assert service.change((THINGS, "lamp", "{}")) == (DONE, "0")
