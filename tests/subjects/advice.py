"""What `shadowctl advise` says of a device, in a world of its own."""
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/subjects"
sys.path.insert(0, str(ROOT / "tests/shadowctl"))

import worlds  # noqa: E402
from shadowctl import PROGRAM  # noqa: E402

PYTHON = "/usr/bin/python3 -B"
MODEL = f"{PYTHON} {HERE}/model_device.py $SHADOW_THING"
THINGS = "${SHADOWCTL_CONFIG%/*}/things"  # of a world
PATIENCE_SECONDS = 900

SCENARIOS = {path.stem: json.loads(path.read_text())
             for path in (ROOT / "advise/scenarios").glob("*.json")}
NOT_YET = {name for name, scenario in SCENARIOS.items()
           if {"wire", "jobs"} & set(scenario.get("needs", []))}
SLOW = {"long-run", "away-30s", "certificate-inactive"}

EVERYTHING = """{"Version": "2012-10-17",
 "Statement": {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}}"""
# The broker hears of the thing a little later than that command ends.
_WITH_A_CERTIFICATE = """set -e
shadowctl thing create lamp --key-kind ec $POLICY >&2
lamp="${SHADOWCTL_CONFIG%/*}/things/lamp"
until mosquitto_pub -h localhost -p "$SHADOW_MQTTS_PORT" --cafile "$SHADOW_CA" -i lamp-knocks \\
  --cert "$lamp/certificate.pem" --key "$lamp/private.key" -t cmd/lamp/knock -n 2>/dev/null
do sleep 0.02; done
exec shadowctl "$@"
"""
_WITH_EVERYTHING = "printf '%s' \"$EVERYTHING\" | shadowctl policy put everything - >&2\n"


class Advice(NamedTuple):
    code: int
    verdicts: dict  # by scenario, as --json says them
    junits: list
    said: str

    def kinds(self, *wanted):
        """Those scenarios whose verdict is one of these."""
        return {name for name, said in self.verdicts.items() if said["verdict"] in wanted}

    def told(self, *names):
        return "\n".join(json.dumps(self.verdicts[name], indent=1) for name in sorted(names))


def environment(**more):
    return worlds.environment(PATH=f"{PROGRAM.parent}:{os.environ['PATH']}", **more)


def in_a_world(*words, policy=None, tls=False, **variables):
    """Runs shadowctl with `words`; with `tls` the world knows the thing lamp, whose policy is the
    default one unless another is given."""
    variables["POLICY"] = "--policy everything" if policy else ""
    if policy:
        variables["EVERYTHING"] = policy
    script = (_WITH_EVERYTHING if policy else "") + _WITH_A_CERTIFICATE
    command = ["sh", "-c", script, "sh", *words] if tls else ["shadowctl", *words]
    child = worlds.start(*(["--tls"] if tls else []), "--", *command, env=environment(**variables))
    out, err = child.communicate(timeout=PATIENCE_SECONDS)
    return child.returncode, out, err


def advise(device, scenarios, folder, seed=1, **options):
    """`device`: the command that is one. `folder`: of its own, for the build server's file."""
    folder.mkdir(parents=True)
    chosen = [word for name in scenarios for word in ("--scenario", name)]
    junit = folder / "junit.xml"
    code, out, err = in_a_world("advise", "--thing", "lamp", "--seed", str(seed), "--json", "--junit",
                                str(junit), "--run", device, *chosen, **options)
    try:
        verdicts = {said["scenario"]: said for said in json.loads(out)["verdicts"]}
    except ValueError:
        raise AssertionError(f"shadowctl ended with {code} and said {out}{err}") from None
    return Advice(code, verdicts, [junit], err)


def together(*advices):
    """What was said of one device in several worlds."""
    return Advice(max(advice.code for advice in advices),
                  {name: said for advice in advices for name, said in advice.verdicts.items()},
                  [junit for advice in advices for junit in advice.junits],
                  "".join(advice.said for advice in advices))
