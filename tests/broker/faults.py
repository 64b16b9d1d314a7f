"""A stack on which faults can be started, what a test says to it, and a device that meets them."""
import http.client
import json

import pytest

from harness import Stack, free_port
from wire import Wire

OWNER = "faults-test"


class Faulty(Stack):
    """`rule` alone, or all of `rules`, are in force within `with stack.faults(...)`."""

    def __init__(self, plugin_options=None, service_flags=(), **settings):
        self.http_port = free_port()
        super().__init__(plugin_options={"faults": "true", **(plugin_options or {})},
                         service_flags=["--faults", f"--http_port={self.http_port}",
                                        "--http_auth=open", *service_flags], **settings)

    def ask(self, method: str, path: str = "", body: str = ""):
        """The answer's code, and its body as JSON."""
        return self._exchange(method, f"/_shadow/v1/faults{path}", body)

    def version(self, thing: str) -> int:
        """Of its shadow, past every fault that looks at MQTT; 0: there is none."""
        status, document = self._exchange("GET", f"/things/{thing}/shadow")
        return document["version"] if status == 200 else 0

    def _exchange(self, method: str, path: str, body: str = ""):
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=30)
        connection.request(method, path, body or None)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def faults(self, *rules, seed: int = 0, last: str = "10m", name: str = OWNER) -> "Plan":
        numbered = [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)]
        return Plan(self, {"name": name, "seed": seed, "for": last, "rules": numbered})


class Plan:
    def __init__(self, stack: Faulty, plan: dict):
        self._stack, self._plan = stack, plan

    def __enter__(self):
        status, answer = self._stack.ask("POST", body=json.dumps(self._plan))
        assert status in (200, 201), answer
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        status, answer = self._stack.ask("DELETE", f"/{self._plan['name']}")
        assert status in (200, 204, 404), answer

    def fired(self) -> dict:
        """How often each rule has, by its id."""
        _, listed = self._stack.ask("GET")
        plans = {plan["name"]: plan for plan in listed["plans"]}
        return {rule["id"]: rule["fired"] for rule in plans[self._plan["name"]]["rules"]}

    def record(self) -> dict:
        status, answer = self._stack.ask("GET", f"/{self._plan['name']}/record")
        assert status == 200, answer
        return answer


class Device:
    """A raw client that has subscribed to what a thing called as it gets."""

    def __init__(self, stack, mqtt5, name, clean=True, listen=("#",)):
        self.name = name
        self.wire = Wire(stack.port, mqtt5=mqtt5)
        assert self.wire.connect(name, clean=clean) == 0
        if listen:
            self.wire.subscribe(*(self.topic(one) for one in listen))

    def topic(self, end):
        return f"$aws/things/{self.name}/shadow/{end}"

    def update(self, **reported):
        return self.wire.publish(self.topic("update"),
                                 json.dumps({"state": {"reported": reported}}).encode())

    def answer(self, end):
        """The next message there, past the others."""
        while True:
            got = self.wire.read_published()
            if got.topic == self.topic(end):
                return json.loads(got.payload)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.close()


@pytest.fixture(scope="module")
def stack():
    with Faulty() as running:
        yield running


@pytest.fixture(params=[False, True], ids=["3.1.1", "5"])
def mqtt5(request):
    return request.param


@pytest.fixture
def device(stack, mqtt5, thing):
    with Device(stack, mqtt5, thing, listen=["update/accepted", "update/rejected"]) as connected:
        yield connected
