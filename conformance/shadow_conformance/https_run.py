"""Cases over HTTPS, some at a time; where MQTT is there too, the messages that they cause."""
from __future__ import annotations

import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

from . import given, routes
from .board import Board
from .clock import EndpointClock
from .https import METHODS, shadow_target
from .mqtt import Session
from .names import PREFIX, thing_name
from .observation import Exchange, Observation
from .trouble import CannotRun

_AT_ONCE = 8
_LOOK_SECONDS = 0.1


class HttpsRun:
    def __init__(self, plane, address, profile, run: str, progress):
        self._plane = plane
        self._address = address  # of MQTT; None: nobody listens
        self._profile = profile
        self._run = run
        self._progress = progress
        self._made = {}  # (thing, shadow), in their order
        self.clock = None

    def observe(self, cases: list, first_number: int) -> dict:
        """What came for each case, by its key."""
        work = [(case, thing_name(self._run, number, case.thing))
                for number, case in enumerate(cases, first_number)]
        seen = {case.key: Observation(thing, watched=False) for case, thing in work}
        with contextlib.ExitStack() as stack:
            stack.callback(self._remove_made)
            self._set_clock()
            pool = stack.enter_context(ThreadPoolExecutor(_AT_ONCE))
            try:
                self._all(pool, work, seen, self._watch(stack, work))
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return seen

    def _all(self, pool, work, seen, watches) -> None:
        begin = time.time()
        self._each(pool, "making what is given", work, lambda case, thing: self._install(
            case, thing, seen[case.key]))
        span = self.clock.span(begin, time.time())
        self.clock.wait_beyond(span[1])
        begin = time.time()
        marks = {key: len(watch.arrivals) for key, watch in watches.items()}
        self._each(pool, "asking", work, lambda case, thing: self._ask(case, thing, seen[case.key]))
        now = self.clock.span(begin, time.time() + 1)
        if watches:
            self._board.settle(self._profile.quiet)
        for key, watch in watches.items():
            seen[key].watched = True
            if seen[key].steps:
                seen[key].steps[0].messages = watch.arrivals[marks[key]:]
        for one in seen.values():
            one.given, one.now = span, now
        self._each(pool, "looking where versions stand", [
            (case, thing) for case, thing in work if given.wants_birth(case)],
            lambda case, thing: self._birth(case, thing, seen[case.key]))

    def _each(self, pool, what: str, work, do) -> None:
        futures = [pool.submit(do, *one) for one in work]
        for number, future in enumerate(futures, 1):
            future.result()
            if number % 20 == 0:
                self._progress(f"{what}: {number} of {len(futures)} cases")

    def _watch(self, stack, work) -> dict:
        """The contract's REST cases say what comes over MQTT as well."""
        vectors = [(case, thing) for case, thing in work if case.kind == "vector"]
        if self._address is None or not vectors:
            return {}
        self._board = Board()
        session = stack.enter_context(
            Session(self._address, f"{PREFIX}-{self._run}-h", self._board.note))
        watches = {case.key: self._board.watch(thing, case.shadow) for case, thing in vectors}
        session.subscribe([watch.filter for watch in watches.values()])
        return watches

    def _set_clock(self) -> None:
        thing = f"{PREFIX}-{self._run}-hclock"
        try:
            exchange = self._shadow("update", thing, None, b'{"state":{}}')
        except CannotRun:
            self._made.clear()  # nobody was there
            raise
        came = time.time()
        answer = exchange.http
        if answer is None or answer.status != 200:
            self._made.clear()  # nothing was made
        if answer is None:
            raise CannotRun("HTTPS takes the connection, but does not answer an update")
        if answer.status in (401, 403):
            raise CannotRun(f"HTTPS says {answer.status} to an update of {thing}: not authorized. Name a "
                            "certificate with --cert and --key, or set AWS_ACCESS_KEY_ID and "
                            "AWS_SECRET_ACCESS_KEY; both need the actions iot:GetThingShadow, "
                            "UpdateThingShadow, DeleteThingShadow and ListNamedShadowsForThing")
        try:
            self.clock = EndpointClock(int(json.loads(answer.body)["timestamp"]), exchange.sent, came)
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRun(f"HTTPS answers an empty update of {thing} with {answer.status} "
                            f"{answer.body[:200]!r}, which has no timestamp: is this a shadow "
                            "service?") from error

    def _shadow(self, operation: str, thing: str, shadow, payload: bytes = b"") -> Exchange:
        self._made[thing, shadow] = None
        return self._request(METHODS[operation], shadow_target(thing, shadow), payload)

    def _request(self, method: str, target: str, payload=b"", credentials=True) -> Exchange:
        exchange = Exchange(f"{method} {target}", payload, time.time())
        exchange.http = self._plane.ask(method, target, payload, credentials)
        return exchange

    # --- a case, on a thread of its own

    def _install(self, case, thing: str, seen: Observation) -> None:
        if case.kind == "route":
            plan = routes.plan(case.entry, thing)
            todo = [("update", name, routes.UPDATE) for name in plan.made]
            todo += [("delete", name, b"") for name in plan.deleted]
        else:
            todo = [(operation, case.shadow, payload)
                    for operation, payload in given.requests(case.given)]
        for operation, shadow, payload in todo:
            answer = self._shadow(operation, thing, shadow, payload).http
            if answer is None:
                seen.failed = f"no answer to the {operation} that makes what is given"
            elif answer.status != 200:
                seen.failed = (f"what is given cannot be made: {operation} is refused with "
                               f"{answer.status} {answer.body[:120].decode(errors='replace')}")
            if seen.failed:
                return

    def _ask(self, case, thing: str, seen: Observation) -> None:
        if seen.failed:
            return
        if case.kind == "route":
            self._ask_route(case, thing, seen)
            return
        step = case.steps[0]
        seen.steps.append(self._shadow(step.operation, thing, case.shadow, step.payload))
        seen.after = self._shadow("get", thing, case.shadow)

    def _ask_route(self, case, thing: str, seen: Observation) -> None:
        plan = routes.plan(case.entry, thing)
        if not plan.credentials and not self._plane.has_credentials:
            seen.not_offered = "the endpoint was asked without credentials in this run"
            return
        self._made.update(((thing, name), None) for name in plan.makes)
        exchange = self._request(plan.method, plan.target, plan.body, plan.credentials)
        if self._has_no_route(plan, exchange.http):
            seen.not_offered = f"the endpoint says that it has no {plan.method} {plan.target}"
        seen.steps.append(exchange)
        if case.entry["id"] == "H14":
            seen.after = self._await_shadow(thing)

    def _has_no_route(self, plan, answer) -> bool:
        """By its own words; a method that AWS does not have either is none."""
        mark = self._profile.no_route.encode()
        return bool(mark) and plan.method != "PUT" and answer is not None and mark in answer.body

    def _await_shadow(self, thing: str) -> Exchange:
        """Of a message that was published nobody says when it has been handled."""
        deadline = time.monotonic() + self._profile.patience
        while True:
            exchange = self._shadow("get", thing, None)
            found = exchange.http is not None and exchange.http.status == 200
            if found or time.monotonic() > deadline:
                return exchange
            time.sleep(_LOOK_SECONDS)

    def _birth(self, case, thing: str, seen: Observation) -> None:
        if not seen.failed:
            seen.born = self._shadow("update", thing, case.shadow, b'{"state":{}}')

    def _remove_made(self) -> None:
        self._progress("removing what was made")
        made, self._made = list(self._made), {}
        answers = []
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                answers = list(pool.map(self._remove, made))
        finally:
            left = [one for one, gone in zip(made, answers) if not gone] + made[len(answers):]
            if left:
                self._progress.warn(f"{len(left)} deletes were not carried out, the first that of "
                                    f"{shadow_target(*left[0])}: those shadows may be left")

    def _remove(self, shadow) -> bool:
        answer = self._plane.ask("DELETE", shadow_target(*shadow))
        return answer is not None and answer.status in (200, 404)
