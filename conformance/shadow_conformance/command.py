"""The program: asks an endpoint, or reads a record; judges; tells."""
from __future__ import annotations

import json
import math
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from . import __version__, cases, given, junit, names, recorder, scoreboard
from .cases import HTTPS, MQTT
from .flags import parse, target
from .https import DataPlane
from .https_run import HttpsRun
from .mqtt_run import MqttRun
from .pace import Pace
from .report import Report
from .trouble import CannotRun
from .verdict import judge_all

OK, WRONG, NOT_RUN = 0, 1, 2

# Of what AWS asks for in its dearest regions, for a million: shadow operations, and messages.
_DOLLARS_A_MILLION = 2.0
_MESSAGES_A_REQUEST = 4  # itself, accepted, documents, delta


class _Progress:
    """A line that is written over, on a terminal; nothing elsewhere."""

    def __init__(self, stream):
        self._stream = stream
        self._shown = stream.isatty()

    def __call__(self, text: str) -> None:
        if self._shown:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()

    def warn(self, text: str) -> None:
        self("")
        self._stream.write(f"shadow_conformance: {text}\n")


def main(words=None) -> int:
    flags = parse(words)
    try:
        report = _replayed(flags) if flags.replay else _asked(flags)
        _write(flags, report)
    except CannotRun as error:
        print(f"shadow_conformance: {error}", file=sys.stderr)
        return NOT_RUN
    except KeyboardInterrupt:
        print("shadow_conformance: stopped; what was made has been removed, but for what is said above",
              file=sys.stderr)
        return NOT_RUN
    print(report.table())
    print(f"\n{report.sentence()}")
    return OK if report.is_right else WRONG


def _about(flags, profile, run: str, untested: dict) -> dict:
    return {"tool": f"shadow-conformance {__version__}", "profile": profile.name,
            "label": flags.label or profile.title, "run": run,
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "untested": untested}


def _replayed(flags) -> Report:
    about, seen = recorder.load(flags.replay)
    if flags.label:
        about["label"] = flags.label
    chosen = [case for case in cases.chosen(cases.load(), flags.only)
              if case.key in seen or (case.kind == "delivery" and not about["untested"]["mqtt"])]
    if not chosen:
        raise CannotRun(f"--replay {flags.replay}: it has none of these cases")
    try:
        return Report(about, judge_all(chosen, seen))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise CannotRun(f"--replay {flags.replay}: this is no record of shadow-conformance: "
                        f"{error!r}") from error


def _asked(flags) -> Report:
    where = target(flags)
    chosen = [case for case in cases.chosen(cases.load(), flags.only)
              if not where.untested[case.transport]]
    if not chosen:
        raise CannotRun(f"--only {flags.only}: none of these can be asked where this run asks")
    recording = recorder.Recorder(flags.record) if flags.record else None
    _ask_leave(flags, where, chosen)
    run = names.new_run()
    progress = _Progress(sys.stderr)
    about = _about(flags, where.profile, run, where.untested)
    signal.signal(signal.SIGTERM, _interrupt)
    pace = Pace(where.rate)
    try:
        seen, clocks = _observe(where, chosen, run, pace, progress)
    finally:
        progress("")
    about["requests"] = pace.passed
    about["skew_seconds"] = clocks
    if recording:
        recording.keep(about, chosen, seen)
    return Report(about, judge_all(chosen, seen))


def _interrupt(*_):
    raise KeyboardInterrupt


def _observe(where, chosen: list, run: str, pace: Pace, progress):
    by_transport = {transport: [case for case in chosen if case.transport == transport]
                    for transport in (MQTT, HTTPS)}
    seen, clocks = {}, {}
    if by_transport[MQTT]:
        over_mqtt = MqttRun(where.mqtt, where.profile, run, pace, progress)
        seen.update(over_mqtt.observe(by_transport[MQTT], 1))
        clocks[MQTT] = over_mqtt.clock.skew_seconds
    if by_transport[HTTPS]:
        with DataPlane(where.https, pace, where.tls, where.strangers, where.keys,
                       where.region) as plane:
            over_https = HttpsRun(plane, where.mqtt, where.profile, run, progress)
            seen.update(over_https.observe(by_transport[HTTPS], len(by_transport[MQTT]) + 1))
        clocks[HTTPS] = over_https.clock.skew_seconds
    return seen, clocks


def _ask_leave(flags, where, chosen: list) -> None:
    """What it costs, before anything is sent."""
    if not where.profile.asks:
        return
    counted = Counter()
    for case in chosen:
        counted[case.transport] += given.count(case)
    requests = sum(counted.values())
    messages = requests * _MESSAGES_A_REQUEST
    dollars = (requests + messages) * _DOLLARS_A_MILLION / 1e6
    said = " and ".join(f"{counted[one]} over {one.upper()}" for one in (MQTT, HTTPS) if counted[one])
    print(f"{len(chosen)} cases on things called {names.PREFIX}-RUN-n take about {said} requests, at "
          f"{where.rate:g} a second some {math.ceil(requests / where.rate / 60)} minutes, and up to "
          f"{messages} messages: about ${dollars:.2f}.", file=sys.stderr)
    if flags.yes:
        return
    if not sys.stdin.isatty():
        raise CannotRun("that costs money: say --yes")
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CannotRun("nothing was sent")


def _write(flags, report: Report) -> None:
    if flags.json:
        _write_file("--json", flags.json, (json.dumps(
            report.as_json(), indent=1, ensure_ascii=False) + "\n").encode())
    if flags.junit:
        _write_file("--junit", flags.junit, junit.document(report))
    if flags.scoreboard:
        scoreboard.renew(flags.scoreboard, report)


def _write_file(flag: str, name: str, content: bytes) -> None:
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise CannotRun(f"{flag} {name}: {error.strerror}") from error
