"""200 random sequences over the real broker: each version is told as get gave it at its time, to
the byte.

SHADOW_MODEL_SEED repeats a run (it is printed), SHADOW_HISTORY_SEQUENCES makes it longer.
"""
import http.client
import itertools
import json
import os
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client, Shadow
from endpoint import Endpoint
from harness import WAIT_SECONDS
from model_test import Requests

SEED = int(os.environ.get("SHADOW_MODEL_SEED", random.SystemRandom().randrange(1 << 32)))
SEQUENCES = int(os.environ.get("SHADOW_HISTORY_SEQUENCES", 200))
STEPS = 24
RESTART_EVERY = 80  # sequences
AT_ONCE = 8

_TIME = re.compile(r',"timestamp":\d+(,"clientToken":"[^"]*")?}$')
_tokens = itertools.count()


def without_time(document: str) -> str:
    assert _TIME.search(document), document
    return _TIME.sub("", document)


class Https:
    """One connection, by the certificate that may do everything."""

    def __init__(self, endpoint):
        self._connection = http.client.HTTPSConnection(
            "localhost", endpoint.https_port, context=endpoint.tls(endpoint.admin),
            timeout=WAIT_SECONDS)

    def ask(self, method: str, target: str, body=None):
        self._connection.request(method, target, body=body)
        response = self._connection.getresponse()
        return response.status, response.read().decode()

    def close(self):
        self._connection.close()


class Sequence:
    """A shadow of its own, and all that get gave of it."""

    def __init__(self, client, https, number: int):
        self._random = random.Random(SEED + number)
        self._requests = Requests(SEED + number)
        self._client = client
        self._https = https
        name = self._random.choice([None, "named"])
        thing = f"sequence-{number}"
        self._shadow = Shadow(client, thing, name, watch=False)
        client.subscribe(f"{self._shadow.prefix}/get/+")
        self.base = f"/_shadow/v1/things/{thing}/"
        self.query = f"?name={name}" if name else ""
        self.version = 0
        self.given = {}  # by version; None: it was deleted

    def run(self):
        for _ in range(STEPS):
            self._step()
            self._look()

    def _step(self):
        if self.version > 1 and self._random.random() < 0.1:
            body = json.dumps({"version": self._random.randint(1, self.version),
                               "section": self._random.choice(["desired", "reported", "both"])})
            status, _ = self._https.ask("POST", f"{self.base}restore{self.query}", body)
            assert status in (200, 400, 413), status  # 400: to a deletion
        else:
            self._shadow.request(*self._requests.next(self.version))

    def _look(self):
        token = f"look-{next(_tokens)}"
        self._shadow.request("get", json.dumps({"clientToken": token}))
        answer = self._client.take_until(
            lambda one: one.topic.startswith(self._shadow.prefix) and
            one.payload.endswith(f'"clientToken":"{token}"}}'.encode()), token)[-1]
        text = answer.payload.decode()
        if answer.topic.endswith("/accepted"):
            self.version = json.loads(text)["version"]
            self.given[self.version] = without_time(text)
        elif self.given.get(self.version) is not None:
            self.version += 1  # the deletion
            self.given[self.version] = None

    def check(self, https):
        for version, given in self.given.items():
            status, body = https.ask("GET", f"{self.base}versions/{version}{self.query}")
            assert status == 200, (SEED, self.base, version, body)
            begin = body.index('"document":') + len('"document":')
            _, length = json.JSONDecoder().raw_decode(body[begin:])
            document = body[begin:begin + length]
            shown = None if document == "null" else without_time(document)
            assert shown == given, (SEED, self.base, version)
        self._check_list(https)

    def _check_list(self, https):
        more = "&" if self.query else "?"
        _, body = https.ask("GET", f"{self.base}history{self.query}{more}lane=w,r")
        if not self.given:
            assert "No shadow exists" in body
            return
        listed = json.loads(body)
        assert listed["end"] == "begin"
        assert [entry["version"] for entry in listed["entries"]] == list(
            range(self.version, 0, -1)), (SEED, self.base)


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint(["--durability=relaxed"]) as running:  # what is on the disk does not matter here
        yield running


def run_some(endpoint, numbers) -> list[Sequence]:
    https = Https(endpoint)
    with Client(endpoint.port, f"random-sequences-{numbers[0]}") as client:
        sequences = [Sequence(client, https, number) for number in numbers]
        for sequence in sequences:
            sequence.run()
    https.close()
    return sequences


def test_each_version_is_what_get_gave(endpoint):
    print(f"SHADOW_MODEL_SEED={SEED}")
    sequences = []
    for begin in range(0, SEQUENCES, RESTART_EVERY):
        numbers = list(range(begin, min(begin + RESTART_EVERY, SEQUENCES)))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for some in pool.map(lambda part: run_some(endpoint, part),
                                 [numbers[part::AT_ONCE] for part in range(AT_ONCE)]):
                sequences += some
        endpoint.stop_service()
        endpoint.start_service()
    https = Https(endpoint)
    for sequence in sequences:
        sequence.check(https)
    https.close()
    assert len(sequences) == SEQUENCES
    assert sum(len(sequence.given) for sequence in sequences) > 8 * SEQUENCES
