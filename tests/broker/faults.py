"""A stack on which faults can be started, and what a test says to it."""
import http.client
import json

from harness import Stack, free_port

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
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=30)
        connection.request(method, f"/_shadow/v1/faults{path}", body or None)
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
