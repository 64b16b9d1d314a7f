"""A world: an endpoint of a test's own, kept by `shadowctl world --hold`; or one that is there."""
from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from .fault import Fault, altered
from .programs import NoEndpoint, environment, find_shadowctl
from .service import Service
from .shadow import Shadow
from .trace import Trace

_BEGIN_SECONDS = 60
_END_SECONDS = 30
_LOOK_SECONDS = 0.005
_FAULT_LASTS = "24h"  # the longest that there is


class Thing(NamedTuple):
    """What a device is given: paths, and the certificate's id."""
    name: str
    id: str
    certificate: str
    key: str
    ca: str


class World:
    """`endpoint` is a host; ports that there are not are None."""

    def __init__(self, said: dict, holder: _Holder | None = None):
        self.endpoint: str = said["endpoint"]
        self.mqtt_port: int | None = said.get("mqtt_port")
        self.mqtts_port: int | None = said.get("mqtts_port")
        self.ca: str | None = said.get("ca")
        self.http_url: str = said["http_url"]
        self.traces: list[Trace] = []
        self._said = said
        self._holder = holder
        self._service = Service(self.http_url, self.ca)
        self._faults = itertools.count(1)

    @property
    def environment(self) -> dict[str, str]:
        """For a program that is to find this world, beside what it has."""
        named = {"SHADOW_ENDPOINT": self.endpoint, "SHADOW_MQTT_PORT": self.mqtt_port,
                 "SHADOW_MQTTS_PORT": self.mqtts_port, "SHADOW_CA": self.ca,
                 "AWS_ENDPOINT_URL_IOT_DATA_PLANE": self.http_url,
                 "SHADOWCTL_CONFIG": self._said.get("config")}
        return {name: str(value) for name, value in named.items() if value is not None}

    def shadow(self, thing: str, name: str | None = None) -> Shadow:
        return Shadow(self._service, thing, name)

    def thing(self, name: str) -> Thing:
        """Makes the thing, with a key (P-256) and a certificate of its own; or gives it again."""
        if self._holder is None:
            return self._given_thing(name)
        log = Path(self._said["folder"], "broker.log")
        said_before = log.stat().st_size
        made = json.loads(self._shadowctl("thing", "create", name, "--key-kind", "ec", "--json"))
        if made["made"]:
            self._await_registry(log, said_before)
        return Thing(name, made["certificateId"], made["certificate"], made["key"], made["ca"])

    def clock(self, *change: str) -> None:
        """Moves the clock that shadows are told by: "+48h", from the machine's; "freeze" and a
        time; "reset"."""
        self._bench()
        self._shadowctl("bench", "clock", *change)

    def fault(self, plan: str | dict | None = None, *, thing: str | None = None,
              seed: int | None = None, lasts: str | None = None, **rule) -> Fault:
        """Lets things go wrong on purpose: by a ready plan's name, by a plan, or by the members of
        one rule. `thing` narrows it to those; unless `lasts` or the plan says otherwise it is in
        force until it is stopped."""
        self._bench()
        if (plan is None) != bool(rule):
            raise TypeError("a fault is a plan, or the members of one rule, such as "
                            'on="answer", do="drop"')
        if isinstance(plan, str):
            plan = json.loads(self._shadowctl("fault", "ready", plan))
        elif plan is None:
            plan = {"rules": [{"id": "rule", **rule}]}
        plan = {"name": f"fault-{next(self._faults)}", "for": _FAULT_LASTS, **plan}
        return Fault(self._service, altered(plan, thing, seed, lasts))

    def faults(self) -> list[dict]:
        """The plans in force: `name`, `seed`, `endsInMs`, and of each of the `rules` how often it
        `matched` and `fired`."""
        return self._service.ask("GET", "/_shadow/v1/faults")["plans"]

    def reset(self, things: str | None = None) -> None:
        """Removes all shadows and their history, stops faults and sets the clock back; of some
        `things` ("lift-*") their shadows alone. Connections stand."""
        self._bench()
        self._service.ask("POST", "/_shadow/v1/reset",
                          None if things is None else {"things": things})

    def snapshot(self, name: str) -> None:
        """Keeps all shadows and their history aside; the world keeps 16 at most."""
        self._bench()
        self._service.ask("PUT", f"/_shadow/v1/snapshots/{quote(name, safe='')}")

    def restore(self, name: str) -> None:
        """Brings all shadows back as they were at snapshot(name). Connections stand."""
        self._bench()
        self._service.ask("POST", f"/_shadow/v1/snapshots/{quote(name, safe='')}/restore")

    def trace(self, thing: str) -> Trace:
        """Notes the way of each request for the thing's shadows from now on; a test that fails
        shows it."""
        if self._holder is None:
            raise NoEndpoint("an endpoint that was not made here cannot be traced")
        self.traces.append(Trace([self._said["shadowctl"], "--config", self._said["config"],
                                  "trace", thing], environment()))
        return self.traces[-1]

    def logs(self, lines: int = 20) -> dict[str, str]:
        """The last lines of what broker and service said."""
        found = {}
        for name in ("broker.log", "shadowd.log") if self._holder else ():
            text = Path(self._said["folder"], name).read_text(errors="replace")
            found[name] = "\n".join(text.splitlines()[-lines:])
        return found

    def end_traces(self) -> None:
        for trace in self.traces:
            trace.end()
        self.traces.clear()

    def end(self) -> None:
        """It goes; nobody waits for it (await_end)."""
        self.end_traces()
        if self._holder is not None:
            self._holder.end()

    def await_end(self) -> None:
        if self._holder is not None:
            self._holder.await_end()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_) -> None:
        self.end()
        self.await_end()

    def _await_registry(self, log: Path, said_before: int) -> None:
        """The broker reads it aside: a thing that connects at once may be one that it does not
        know yet."""
        deadline = time.monotonic() + _BEGIN_SECONDS
        while b"the registry was " not in log.read_bytes()[said_before:]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the broker does not read its registry; {log} may say why")
            # Wakes it, who may sleep over a signal for 0.1 s.
            socket.create_connection((self.endpoint, self.mqtt_port)).close()
            time.sleep(_LOOK_SECONDS)

    def _bench(self) -> None:
        if self._holder is None:
            raise NoEndpoint("an endpoint that was not made here is shared: its clock, faults and "
                             "shadows as a whole are not ours to change")

    def _shadowctl(self, *words: str) -> str:
        command = [self._said["shadowctl"], "--config", self._said["config"], *words]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(),
                              timeout=_BEGIN_SECONDS)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def _given_thing(self, name: str) -> Thing:
        things = os.environ.get("SHADOW_THINGS")
        folder = Path(things or ".", name)
        if not things or not (folder / "certificate_id").is_file():
            raise NoEndpoint(f"the endpoint of SHADOW_ENDPOINT was not made here: make the thing "
                             f"{name} there, and name the folder of its keys in SHADOW_THINGS")
        return Thing(name, (folder / "certificate_id").read_text().strip(),
                     str(folder / "certificate.pem"), str(folder / "private.key"), self.ca or "")


class _Holder:
    """The process that keeps a world. To start one takes no time; to hear of its world may."""

    def __init__(self, shadowctl: str):
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [shadowctl, "world", "--tls", "--hold"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._errors, text=True, env=environment())

    def world(self) -> World:
        line = self._process.stdout.readline()
        if line:
            return World(json.loads(line), self)
        self.await_end()
        self._errors.seek(0)
        raise NoEndpoint(self._errors.read().strip())

    def end(self) -> None:
        self._process.stdin.close()

    def await_end(self) -> None:
        self.end()
        self._process.wait(_END_SECONDS)
        self._process.stdout.close()


def begin(shadowctl: str | None = None) -> _Holder:
    """Begins a world; `.world()` of what it gives waits until it is there. NoEndpoint: there are no
    programs for it."""
    shadowctl = shadowctl or find_shadowctl()
    if shadowctl is None:
        raise NoEndpoint("shadowctl is not on PATH: install mosquitto-shadow, or name its build "
                         "folder or prefix in SHADOW_HOME, or an endpoint in SHADOW_ENDPOINT")
    return _Holder(shadowctl)


def given() -> World | None:
    """The endpoint that SHADOW_ENDPOINT names, if shadowctl is not there to make one."""
    host = os.environ.get("SHADOW_ENDPOINT")
    if find_shadowctl() is not None or not host:
        return None
    url = os.environ.get("AWS_ENDPOINT_URL_IOT_DATA_PLANE", f"https://{host}")
    ports = {name.lower()[len("SHADOW_"):]: int(os.environ[name])
             for name in ("SHADOW_MQTT_PORT", "SHADOW_MQTTS_PORT") if name in os.environ}
    return World({"endpoint": host, "http_url": url, "ca": os.environ.get("SHADOW_CA"), **ports})
