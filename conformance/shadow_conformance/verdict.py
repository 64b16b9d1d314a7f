"""What an observation says of a case. Pure: nothing is asked here."""
from __future__ import annotations

import json
from enum import Enum
from typing import NamedTuple

from . import names
from .cases import GIVEN_TIME, NOW, Case
from .comparison import (Compared, Level, Times, compare, difference, rules_of, without_empty,
                         words)
from .observation import Exchange, HttpAnswer, Observation
from .payload import compact, ordered, with_times
from .routes import judge_route


class Verdict(str, Enum):
    EXACT = "exact"
    FORM = "form"                # equal but for the order of members or white space
    TEXT = "text"                # other words, the right code
    WRONG = "wrong"
    SILENT = "silent"
    NOT_OFFERED = "not offered"


# Those for which an endpoint fails, unless the case is disputed.
FAILURES = (Verdict.WRONG, Verdict.SILENT)

_OF_LEVEL = {Level.EXACT: Verdict.EXACT, Level.FORM: Verdict.FORM, Level.TEXT: Verdict.TEXT,
             Level.WRONG: Verdict.WRONG}


class Judged(NamedTuple):
    """`aside`: what is wrong with the messages of a case that is right itself, but is another rule's
    matter: pairs of that rule and the words."""
    case: Case
    verdict: Verdict
    why: list
    notes: list
    aside: list

    @property
    def fails(self) -> bool:
        return self.verdict in FAILURES and not self.case.disputed


class _Silence(Exception):
    pass


def judge(case: Case, seen: Observation) -> Judged:
    if seen.not_offered:
        return Judged(case, Verdict.NOT_OFFERED, [seen.not_offered], [], [])
    if seen.failed:
        silent = seen.failed.startswith("no answer")
        return Judged(case, Verdict.SILENT if silent else Verdict.WRONG, [seen.failed], [], [])
    judges = {"vector": _vector, "twin": _vector, "sequence": _sequence, "topic": _topic,
              "route": judge_route, "delivery": judge_delivery}
    try:
        found = list(judges[case.kind](case, seen))
    except _Silence as silence:
        return Judged(case, Verdict.SILENT, [str(silence)], [], [])
    own = sorted((one for one in found if _is_own(case, one)), key=lambda one: -one.level)
    worst = max((one.level for one in own), default=Level.EXACT)
    others = [] if worst == Level.WRONG else [one for one in found if one not in own]
    return Judged(case, _OF_LEVEL[worst], [one.why for one in own if one.why],
                  [one.note for one in own if one.note],
                  [(one.rules[0], one.why) for one in others if one.level == Level.WRONG])


def _is_own(case: Case, one: Compared) -> bool:
    """A REST case is about all of its answer."""
    if not one.rules or case.section == "J":
        return True
    return one.rules[0][0] == case.section or any(rule in case.rules for rule in one.rules)


def _wanted(case: Case, seen: Observation, message: dict) -> dict:
    """As it must look here: times by their labels, and a 404 of the thing as it is called."""
    labels = {GIVEN_TIME: "given", NOW: "now"}
    message = with_times(message, lambda time: labels.get(time, time))
    if isinstance(message.get("message"), str):
        message = {**message,
                   "message": names.in_text(message["message"], case.thing, seen.thing)}
    return message


def _at(where: str, compared: Compared) -> Compared:
    return compared._replace(why=compared.why and f"{where}: {compared.why}",
                             note=compared.note and f"{where}: {compared.note}")


def _all_at(where: str, compared: list) -> list:
    return [_at(where, one) for one in compared]


def _wrong(why: str, *rules: str) -> Compared:
    return Compared(Level.WRONG, why, rules=rules)


def _vector(case: Case, seen: Observation):
    times = Times(seen.given, seen.now)
    step, exchange = case.steps[0], seen.steps[0]
    if exchange.http is not None:
        yield from _http(case, seen, exchange.http, times)
        if case.kind == "vector" and seen.watched:
            yield from _messages(case, seen, step, exchange, times, silence_is_all=False)
    elif case.transport == "https":
        raise _Silence(f"no answer to {exchange.request}")
    else:
        yield from _messages(case, seen, step, exchange, times)
    yield from _stored(case, seen, times)


def _sequence(case: Case, seen: Observation):
    times = Times(seen.given, seen.now)
    for number, (step, exchange) in enumerate(zip(case.steps, seen.steps), 1):
        for one in _messages(case, seen, step, exchange, times):
            yield _at(f"step {number}", one)


def _messages(case, seen, step, exchange: Exchange, times, silence_is_all=True):
    if step.messages and not exchange.messages and silence_is_all:
        raise _Silence(f"no answer to {exchange.request}")
    wanted = {one["topic"]: one["payload"] for one in step.messages}
    for topic, message in wanted.items():
        came = [one for one in exchange.messages if one.topic == topic]
        if not came:
            yield _wrong(f"{topic} did not come", *_coming(topic))
            continue
        if len(came) > 1:
            yield _wrong(f"{topic} came {len(came)} times", "F13")
        yield from _all_at(topic, compare(topic, _wanted(case, seen, message), came[0].payload, times,
                                          step.alternatives))
    for one in exchange.messages:
        if one.topic not in wanted:
            yield _wrong(f"{one.topic} should be silent, and said {_text(one.payload)}",
                         *_coming(one.topic))


def _coming(topic: str) -> tuple:
    """Whose matter it is whether a message comes at all."""
    return {"update/delta": ("E2",), "update/documents": ("F3",)}.get(topic, ())


def _text(data: bytes) -> str:
    text = data.decode(errors="replace")
    return text if len(text) <= 120 else text[:117] + "..."


def _http(case, seen, answer: HttpAnswer, times):
    """The REST vectors say all of an answer. A twin has what the same request has over MQTT: a body
    like accepted's, or code and words; how errors are laid out is section J's."""
    step = case.steps[0]
    if case.kind == "vector":
        want = case.entry["expect"]["http"]
        yield from _status(want["status"], answer)
        yield from _headers(want, answer)
        body = want["body"]
        if "traceId" in body:
            request_id = answer.headers.get("x-amzn-requestid", "as x-amzn-RequestId")
            body = {**body, "traceId": request_id}
        yield from _all_at("body", compare("", _wanted(case, seen, body), answer.body, times,
                                           step.alternatives))
        return
    message = next(one["payload"] for one in step.messages
                   if one["topic"].endswith(("/accepted", "/rejected")))
    message = _wanted(case, seen, message)
    if "code" not in message:
        yield from _status(200, answer)
        yield from _all_at("body", compare(f"{step.operation}/accepted", message, answer.body, times))
        return
    yield from _status(message["code"], answer)
    yield from _all_at("body", words(message["message"], answer.body, step.alternatives))


def _status(want: int, answer: HttpAnswer):
    if answer.status != want:
        yield _wrong(f"status {answer.status}, not {want}: {_text(answer.body)}")


def _headers(want: dict, answer: HttpAnswer):
    for name, value in want["headers"].items():
        came = answer.headers.get(name.lower(), "")
        if came != value:
            yield _wrong(f"header {name} is {came!r}, not {value!r}")


def _stored(case: Case, seen: Observation, times):
    """What a get shows behind the request, and where the version line stands (G6)."""
    stored = case.entry["expect"]["stored"]
    shown, code = _shown(seen.after)
    if shown is None:
        yield _wrong("the get behind it was not answered")
        return
    if stored is None or "tombstone" in stored:
        if code != 404:
            yield _wrong(f"a get behind it finds a shadow: {_text(shown)}")
        elif stored is not None:
            yield from _tombstone(stored["tombstone"]["version"] + 1, seen.born)
        return
    if code != 200:
        yield _wrong(f"a get behind it finds no shadow: {_text(shown)}")
        return
    yield from _all_at("stored", _kept(_wanted(case, seen, stored), with_times(
        _document(shown), times.label)))
    if case.steps[0].operation == "update" and case.entry["expect"]["result"] == "accepted":
        yield from _shown_delta(case, _document(shown))


def _kept(want: dict, came: dict):
    """State and version are the case's; how a get words them is the matter of F's cases."""
    for name in ("state", "metadata"):
        sections = came.get(name)
        if isinstance(sections, dict):
            sections = without_empty({one: value for one, value in sections.items()
                                      if one in ("desired", "reported")})
        if compact(ordered(sections)) != compact(ordered(want[name])):
            yield _wrong(difference(want[name], sections, name), *rules_of("", name))
        elif compact(sections) != compact(want[name]):
            yield Compared(Level.FORM, f"{name} has its members in another order", rules=("C12",))
    if came.get("version") != want["version"]:
        yield _wrong(f"version is {came.get('version')!r}, not {want['version']}")


def _shown_delta(case, document: dict):
    want = next((one["payload"]["state"] for one in case.steps[0].messages
                 if one["topic"] == "update/delta"), None)
    state = document.get("state")
    came = state.get("delta") if isinstance(state, dict) else None
    if compact(ordered(came)) != compact(ordered(want)):
        yield _wrong(f"a get shows delta {compact(came)}, not {compact(want)}", "E1")


def _document(shown: bytes) -> dict:
    try:
        document = json.loads(shown)
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    document.pop("clientToken", None)
    return document


def _shown(exchange):
    """The payload of a get's answer, and its code."""
    if exchange is None:
        return None, 0
    if exchange.http is not None:
        return exchange.http.body, exchange.http.status
    if not exchange.messages:
        return None, 0
    answer = exchange.messages[0]
    if answer.topic.endswith("/accepted"):
        return answer.payload, 200
    return answer.payload, _document(answer.payload).get("code", 0)


def _tombstone(want: int, born):
    if born is None or not (born.messages or born.http):
        yield _wrong("the update behind it was not answered")
        return
    data = born.http.body if born.http else born.messages[0].payload
    version = _document(data).get("version")
    if version != want:
        yield _wrong(f"the next life begins at version {version}, not {want}", "G6")


def _topic(case: Case, seen: Observation):
    """A request topic is answered, on its own answer topics; any other is not."""
    exchange = seen.steps[0]
    operation = case.entry["expect"].get("op")
    if operation is None:
        for one in exchange.messages:
            yield _wrong(f"{one.topic} answers it: {_text(one.payload)}")
        shown, code = _shown(seen.after)
        if shown is not None and code == 200:
            yield _wrong("it made a shadow")
        return
    answers = [one.topic for one in exchange.messages]
    if not answers:
        raise _Silence(f"no answer to {exchange.request}")
    if f"{operation}/accepted" not in answers and f"{operation}/rejected" not in answers:
        yield _wrong(f"answered on {', '.join(answers)}, not on {operation}/accepted or /rejected")


def judge_delivery(_case, seen: Observation):
    """F10, of all messages of a run."""
    for one in seen.steps[0].messages:
        if one.qos != 1:
            yield _wrong(f"{one.topic} came at QoS {one.qos} to a subscription at QoS 1")
            return
        if one.retain:
            yield _wrong(f"{one.topic} was retained")
            return


def judge_all(cases: list, seen: dict) -> list:
    """Each case by its observation; what is about all messages by all of them."""
    messages = [one for key, observation in seen.items() if key.startswith("mqtt-")
                for exchange in observation.steps for one in exchange.messages]
    together = Observation("", steps=[Exchange("all", messages=messages)],
                           not_offered="" if messages else "no message came in this run")
    return [judge(case, together if case.kind == "delivery" else seen[case.key]) for case in cases]
