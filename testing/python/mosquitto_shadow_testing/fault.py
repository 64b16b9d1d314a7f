"""What goes wrong on purpose (docs/faults.md)."""
from __future__ import annotations

import time

from .service import Service, ShadowError

_PATH = "/_shadow/v1/faults"
_LOOK_SECONDS = 0.005


class Fault:
    """A plan that is in force when this is made, until stop(), the end of a `with` or its time."""

    def __init__(self, service: Service, plan: dict):
        self._service = service
        self.name: str = service.ask("POST", _PATH, plan)["name"]

    @property
    def fired(self) -> int:
        """How often its rules have acted; the last number once it has ended."""
        for plan in self._service.ask("GET", _PATH)["plans"]:
            if plan["name"] == self.name:
                return sum(rule["fired"] for rule in plan["rules"])
        record = self._service.ask("GET", f"{_PATH}/{self.name}/record")
        return sum(len(matches) for rule in record["rules"] for matches in rule["at"].values())

    def wait_fired(self, times: int = 1, timeout: float = 2) -> None:
        """Waits until its rules have acted so often; fails the test otherwise."""
        deadline = time.monotonic() + timeout
        while (fired := self.fired) < times:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"fault {self.name} fired {fired} times within {timeout} s, not {times}")
            time.sleep(_LOOK_SECONDS)

    def stop(self) -> None:
        """What it holds is delivered. One that has ended already may be stopped, too."""
        try:
            self._service.ask("DELETE", f"{_PATH}/{self.name}")
        except ShadowError as error:
            if error.code != 404:
                raise

    def __enter__(self) -> Fault:
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def altered(plan: dict, thing: str | None, seed: int | None, lasts: str | None) -> dict:
    """The plan for this thing alone, with this seed, for so long; None: as it is."""
    plan = dict(plan)
    if thing is not None:
        plan["rules"] = [{**rule, "where": {**rule.get("where", {}), "thing": thing}}
                         for rule in plan.get("rules", [])]
    if seed is not None:
        plan["seed"] = seed
    if lasts is not None:
        plan["for"] = lasts
    return plan
