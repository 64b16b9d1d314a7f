"""Programs of arm64 and of this machine's architecture together: each reads what the other wrote, on
the disk and on the link. And what shows in the programs of arm64 alone.

SHADOW_BUILD_DIR is the build for arm64, SHADOW_NATIVE_DIR that of this machine's programs."""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("broker", "security", "https")]

from client import Client, Shadow  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from harness import build_dir  # noqa: E402
from past import Past  # noqa: E402

ARM64, NATIVE = build_dir(), pathlib.Path(os.environ["SHADOW_NATIVE_DIR"])
LARGEST_PAGE = 65536
THINGS = 20

# What a byte order, or a char with a sign, would show in: numbers of all widths, and bytes beyond ASCII.
STATE = {"n": [0, -1, 255, 256, 65536, 4294967296, -9007199254740993, 0.1, -1e-300],
         "text": "\u00e9\u20ac\U0001f600\u0000\u007f\u0080", "\u00ff": {"\u00fe": True}}


@contextlib.contextmanager
def built_in(folder):
    before = os.environ["SHADOW_BUILD_DIR"]
    os.environ["SHADOW_BUILD_DIR"] = str(folder)
    try:
        yield
    finally:
        os.environ["SHADOW_BUILD_DIR"] = before


class Pair(Endpoint):
    """Broker with plugin of one build, shadowd of another, which is asked of the past over HTTPS."""

    def __init__(self, broker, service):
        self._broker_build = broker
        self._service_build = service
        super().__init__()
        self.log_types = ("error", "warning")
        self.service.command.append(f"--admin_socket={self.admin_socket}")

    @property
    def admin_socket(self):
        return self.folder / "admin.sock"

    def _broker_command(self):
        with built_in(self._broker_build):
            return super()._broker_command()

    def _write_broker_config(self):
        with built_in(self._broker_build):
            super()._write_broker_config()

    def _service_command(self):
        with built_in(self._service_build):
            return super()._service_command()

    def serve_by(self, build):
        """The same store, from here on."""
        self.stop_service()
        self._service_build = build
        self.service.command = [str(word) for word in self._service_command()]
        self.start_service()

    def history(self, thing) -> list:
        return Past(self, thing, certificate="admin").entries()


@pytest.mark.parametrize("broker, service", [(ARM64, NATIVE), (NATIVE, ARM64)],
                         ids=["a broker of arm64", "a service of arm64"])
def test_the_link_is_the_same(broker, service):
    with Pair(broker, service) as pair, Client(pair.port) as client:
        shadow = Shadow(client, "lamp")
        update = {"state": {"desired": STATE, "reported": {"text": "x" * 5000}}, "clientToken": "\u20ac"}
        done = shadow.exchange("update", json.dumps(update))
        assert sorted(done.topics) == ["update/accepted", "update/delta", "update/documents"]
        assert done.payload("update/accepted")["clientToken"] == "\u20ac"
        assert done.after["state"]["desired"] == STATE
        # and the plugin's own numbers, which shadowd is told of
        refused = shadow.exchange("update", json.dumps({"state": {"desired": STATE}, "version": 7}))
        assert refused.payload("update/rejected")["code"] == 409
        # how it came to the broker, and when
        [entry] = pair.history("lamp")
        assert (entry["way"], entry["clientToken"]) == ("mqtt", "\u20ac")
        assert abs(entry["timestamp"] - time.time()) < 60


def what_is_stored(pair, client, things) -> list:
    """Each shadow and its history."""
    documents = [Shadow(client, f"thing-{number}").exchange("get").after for number in range(things)]
    for one in documents:
        one.pop("timestamp", None)  # of the answer, where there is a shadow
    return [(one, pair.history(f"thing-{number}")) for number, one in enumerate(documents)]


@pytest.mark.parametrize("writer, reader", [(ARM64, NATIVE), (NATIVE, ARM64)],
                         ids=["written by arm64", "read by arm64"])
def test_a_store_is_the_same(writer, reader):
    with Pair(NATIVE, writer) as pair, Client(pair.port) as client:
        for number in range(THINGS):
            shadow = Shadow(client, f"thing-{number}")
            shadow.exchange("update", json.dumps({"state": {"reported": {**STATE, "number": number}}}))
            if number % 5 == 0:
                shadow.exchange("delete")
        before = what_is_stored(pair, client, THINGS)
        pair.serve_by(reader)
        after = what_is_stored(pair, client, THINGS)
        assert after == before
        document, history = after[7]
        assert document["state"]["reported"] == {**STATE, "number": 7}
        assert {entry["path"][1]: entry["new"] for entry in history[0]["changes"]}["text"] == STATE["text"]
        Shadow(client, "thing-7").exchange("update", '{"state":{"reported":{"number":null}}}')
        pair.serve_by(writer)
        document, history = what_is_stored(pair, client, 8)[7]
        assert document["state"]["reported"] == STATE
        assert history[0]["changes"] == [{"path": ["reported", "number"], "old": 7}]


def test_a_backup_of_one_is_good_to_the_other(tmp_path):
    def shadowctl(*words):
        return subprocess.run([NATIVE / "cli/shadowctl", *words], check=True, capture_output=True,
                              text=True).stdout

    with Pair(NATIVE, ARM64) as pair, Client(pair.port) as client:
        Shadow(client, "lamp").exchange("update", json.dumps({"state": {"reported": STATE}}))
        shadowctl("backup", tmp_path / "copy", "--admin-socket", pair.admin_socket)
    assert " is good: " in shadowctl("store", "check", tmp_path / "copy")


@pytest.mark.parametrize("program", ["service/shadowd", "cli/shadowctl", "plugin/mosquitto_shadow.so"])
def test_programs_can_be_loaded_whatever_the_size_of_a_page(program):
    """The kernel of a board may have pages of 4, 16 or 64 KiB; the linker decides what will do."""
    said = subprocess.run(["readelf", "--program-headers", "--wide", ARM64 / program], check=True,
                          capture_output=True, text=True).stdout
    alignments = [int(one, 16) for one in re.findall(r"^ +LOAD .* (0x\w+)$", said, re.M)]
    assert len(alignments) >= 2 and min(alignments) >= LARGEST_PAGE
