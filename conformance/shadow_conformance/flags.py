"""The command line, and what follows from it: where the endpoint is, and who asks."""
from __future__ import annotations

import argparse
import os
import re
import ssl
from pathlib import Path
from typing import NamedTuple, Optional

from . import __version__
from .mqtt import Address
from .profile import PROFILES, Profile
from .trouble import CannotRun

_ABOUT = "Runs the cases of AWS IoT Device Shadow against an endpoint: which rules does it keep?"
_END = """Exit codes: 0 no case is wrong, and nothing in one is against another rule, 1 something is
(disputed cases do not count), 2 it could not be run. Things are called shadowconf-RUN-n; their shadows are removed at the end.
On mosquitto-shadow: shadowctl world -- python3 -m shadow_conformance --profile ours"""


_ENDPOINT = re.compile(
    r"(?:(mqtts?|wss?)://)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")


def parse(words) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="shadow_conformance", description=_ABOUT, epilog=_END,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--profile", choices=sorted(PROFILES), help="what kind of endpoint it is")
    add("--endpoint", metavar="[SCHEME://]HOST[:PORT]", help="where MQTT is; without it MQTT is not "
        "tested (ours: SHADOW_ENDPOINT and SHADOW_MQTT_PORT, which `shadowctl world` sets). SCHEME is "
        "mqtt, mqtts, ws or wss; with --ca or --cert it is mqtts unless it is said")
    add("--https", metavar="URL", help="where the HTTPS data plane is, as https://HOST:8443; without it "
        "HTTPS is not tested (aws: https://HOST:8443 of --endpoint; ours: "
        "AWS_ENDPOINT_URL_IOT_DATA_PLANE); `none`: not tested")
    add("--ca", metavar="FILE", help="the authority of the endpoint's certificate")
    add("--cert", metavar="FILE", help="our certificate, for MQTT and HTTPS")
    add("--key", metavar="FILE", help="its key")
    add("--only", metavar="C,D", default="", help="sections (C), rules (E7) or cases (V001)")
    add("--json", metavar="FILE", help="writes all verdicts")
    add("--junit", metavar="FILE", help="writes JUnit XML, as Jenkins reads it")
    add("--scoreboard", metavar="FILE", help="adds a row to a Markdown table, or renews it")
    add("--label", metavar="TEXT", help="what the endpoint is called there, with its version")
    add("--record", metavar="DIR", help="keeps all that came, to be judged again")
    add("--replay", metavar="DIR", help="judges a record, and asks no endpoint")
    add("--rate", metavar="N", type=float, help="at most N requests a second (aws: 10, and no more)")
    add("--yes", action="store_true", help="do not ask before requests that cost money")
    add("--version", action="version", version=f"shadow-conformance {__version__}")
    flags = parser.parse_args(words)
    problem = _problem(flags)
    if problem:
        parser.error(problem)
    return flags


def _problem(flags) -> str:
    for name in ("json", "junit", "scoreboard"):  # before a run, not behind it
        file = getattr(flags, name)
        if file and not Path(file).resolve().parent.is_dir():
            return f"--{name} {file}: there is no such folder"
    if flags.replay:
        wrong = [name for name in ("endpoint", "https", "record") if getattr(flags, name)]
        return f"--replay asks no endpoint: leave out --{wrong[0]}" if wrong else ""
    if not flags.profile:
        return "--profile is missing: " + ", ".join(sorted(PROFILES))
    if bool(flags.cert) != bool(flags.key):
        return "--cert and --key go together"
    most = PROFILES[flags.profile].rate_max
    if flags.rate is not None and not 0 < flags.rate <= (most or float("inf")):
        return f"--rate {flags.rate:g} is not above 0" + (f" and at most {most:g}" if most else "")
    if flags.label is not None and not re.fullmatch(r"[^|\n<>]{1,80}", flags.label):
        return "--label is a text of 1 to 80 characters without | < >"
    return ""


class Target(NamedTuple):
    """`untested`: for each transport why it is not tested, "" if it is."""
    profile: Profile
    mqtt: Optional[Address]
    https: Optional[str]
    tls: Optional[ssl.SSLContext]  # of HTTPS, with our certificate if there is one
    strangers: Optional[ssl.SSLContext]  # the same without it
    keys: Optional[tuple]
    region: str
    rate: float
    untested: dict


def target(flags, environment=None) -> Target:
    environment = os.environ if environment is None else environment
    profile = PROFILES[flags.profile]
    mqtt = _mqtt(flags, profile, environment)
    https = _https(flags, profile, environment, mqtt)
    if mqtt is None and https is None:
        raise CannotRun("name the endpoint: --endpoint HOST[:PORT] for MQTT, --https URL, or both")
    keys = None if flags.cert else _keys(profile, environment)
    alpn = "x-amzn-http-ca" if profile.name == "aws" and flags.cert and (
        https or "").endswith(":443") else ""
    own, strangers = _context(flags, alpn), _context(flags, alpn, with_certificate=False)
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    named = re.search(r"\.iot\.([a-z0-9-]+)\.", https or "")
    return Target(profile, mqtt, https, own, own if not flags.cert else strangers, keys,
                  named.group(1) if named else region,
                  flags.rate or profile.rate, {"mqtt": "" if mqtt else "no --endpoint",
                                               "https": "" if https else "no --https"})


def _mqtt(flags, profile: Profile, environment):
    text = flags.endpoint
    if text is None and profile.name == "ours" and environment.get("SHADOW_ENDPOINT"):
        text = f"{environment['SHADOW_ENDPOINT']}:{environment.get('SHADOW_MQTT_PORT', '1883')}"
    if text is None:
        return None
    found = _ENDPOINT.fullmatch(text)
    if not found or not 0 < int(found.group(3) or 1) < 65536:
        raise CannotRun(f"--endpoint {text} is no HOST, HOST:PORT or SCHEME://HOST:PORT with one of "
                        "mqtt, mqtts, ws, wss")
    secured = profile.tls or bool(flags.ca or flags.cert)
    scheme = found.group(1) or ("ws" if profile.websockets else "mqtt") + "s" * secured
    port = int(found.group(3) or {"mqtts": 8883, "wss": 443}.get(scheme, profile.mqtt_port))
    if profile.name == "aws" and not flags.cert:
        raise CannotRun("AWS asks for a certificate over MQTT: name --cert and --key")
    alpn = "x-amzn-mqtt-ca" if profile.name == "aws" and port == 443 else ""
    host = found.group(2).strip("[]")
    return Address(host, port, _context(flags, alpn) if scheme in ("mqtts", "wss") else None,
                   (profile.websocket_host or host) if scheme.startswith("ws") else "")


def _https(flags, profile: Profile, environment, mqtt):
    if flags.https == "none":
        return None
    if flags.https is None and profile.name == "ours":
        return environment.get("AWS_ENDPOINT_URL_IOT_DATA_PLANE")
    if flags.https is None and profile.name == "aws" and mqtt is not None:
        return f"https://{mqtt.host}:8443"
    return flags.https


def _keys(profile: Profile, environment):
    access = environment.get("AWS_ACCESS_KEY_ID")
    secret = environment.get("AWS_SECRET_ACCESS_KEY")
    if profile.name == "aws" or (profile.name == "ours" and access):
        return (access, secret, environment.get("AWS_SESSION_TOKEN")) if access and secret else None
    return profile.keys or None


def _context(flags, alpn: str = "", with_certificate=True) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=flags.ca)
    except (OSError, ssl.SSLError) as error:
        raise CannotRun(f"--ca {flags.ca}: {_words(error)}") from error
    if flags.cert and with_certificate:
        try:
            context.load_cert_chain(flags.cert, flags.key)
        except (OSError, ssl.SSLError) as error:
            raise CannotRun(f"--cert {flags.cert}, --key {flags.key}: {_words(error)}") from error
    if alpn:
        context.set_alpn_protocols([alpn])
    return context


def _words(error) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, ssl.SSLError):
        return f"is no PEM that goes together: {error.reason or error}"
    return error.strerror or str(error)
