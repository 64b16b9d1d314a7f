"""The real endpoint keeps every rule, over both transports, and nothing is left of a run."""
import json
import re
import signal
import subprocess
import time
from xml.etree import ElementTree

import pytest

import cases as case_files  # tests/broker/cases.py: it reads the same files in its own way
from client import Client
from endpoint import KEY, SECRET, Endpoint
from shadowctl import PROGRAM
from suite import INSTALLED, ROOT, by_verdict, command, ids, judged, run, scores, variables

# As many as the files have: topics, and what is about all messages; what has a body to send over HTTPS
# or needs none, the REST cases, and routes.
VECTORS = case_files.load("vectors")
MQTT_CASES = len(VECTORS) + len(case_files.load("sequences")) + 22 + 1
HTTPS_CASES = len([one for one in VECTORS if one["op"] == "update"
                   or case_files.payload_of(one) == b""]) + len(case_files.load("vectors", "rest")) + 15


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint() as running:
        yield running


def where(endpoint):
    return ["--profile", "ours", "--endpoint", f"mqtt://127.0.0.1:{endpoint.port}",
            "--https", endpoint.url, "--ca", endpoint.ca_file]


def certificate(endpoint):
    return ["--cert", endpoint.admin.file, "--key", endpoint.admin.key_file]


@pytest.fixture(scope="module")
def whole(endpoint, tmp_path_factory):
    """One run of everything: its folder, exit code and report."""
    folder = tmp_path_factory.mktemp("whole")
    code, report = judged(folder, *where(endpoint), *certificate(endpoint), "--junit",
                          folder / "junit.xml", "--scoreboard", folder / "board.md", "--record",
                          folder / "record", "--label", "mosquitto-shadow main")
    return folder, code, report


def test_every_case_is_exact_and_none_is_left_out(whole):
    _, code, report = whole
    verdicts = by_verdict(report)
    assert set(verdicts) == {"exact", "disputed exact"}, {
        kind: [(one["id"], one["why"]) for one in found[:5]] for kind, found in verdicts.items()}
    assert (code, report["asides"]) == (0, {})
    assert sum(one["transport"] == "mqtt" for one in report["cases"]) == MQTT_CASES
    assert sum(one["transport"] == "https" for one in report["cases"]) == HTTPS_CASES
    assert len(report["cases"]) >= 826
    assert {one["section"] for one in report["cases"]} == set("ABCDEFGHIJ")
    assert report["skew_seconds"] == {"mqtt": 0, "https": 0}


def test_what_the_contract_calls_disputed_is(whole):
    disputed = ids(one for one in whole[2]["cases"] if one["disputed"])
    assert {"V034", "V059", "V080", "V085", "B17_1", "B18_5", "B2_8", "H08-route"} <= disputed
    assert not {"V001", "V099", "B9_1", "C4_1"} & disputed


def test_the_junit_report_is_as_jenkins_wants_it(whole):
    folder, _, report = whole
    check = ("import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])")
    done = subprocess.run(
        [INSTALLED / "peer/bin/python", "-c", check, ROOT / "tests/fixtures/junit-10.xsd",
         folder / "junit.xml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    suites = ElementTree.parse(folder / "junit.xml").getroot()
    assert sum(int(suite.get("tests")) for suite in suites) == len(report["cases"])
    assert all(suite.get("failures") == "0" for suite in suites)


def test_a_record_is_judged_again_as_it_was(whole, tmp_path):
    folder, _, report = whole
    code, again = judged(tmp_path, "--replay", folder / "record")
    assert code == 0
    assert again["cases"] == report["cases"]
    one = json.loads((folder / "record/cases/mqtt-V001.json").read_text())
    assert [message["topic"] for message in one["steps"][0]["messages"]] == [
        "update/accepted", "update/documents", "update/delta"]
    assert "127.0.0.1" not in (folder / "record/run.json").read_text()


def test_the_scoreboard_has_a_row_for_each_transport(whole):
    text = (whole[0] / "board.md").read_text()
    assert f"| mosquitto-shadow main | MQTT | {whole[2]['date'][:10]} | 37/37 | 170/170 |" in text
    assert "| mosquitto-shadow main | HTTPS |" in text


def test_the_page_has_these_scores(whole):
    page = (ROOT / "docs/conformance.md").read_text()
    ours = scores((whole[0] / "board.md").read_text(), "mosquitto-shadow main")
    assert len(ours) == 2
    assert scores(page, "mosquitto-shadow 0.1.0") == ours, "tests/conformance/peers.py renews the page"


def test_no_shadow_is_left(whole, endpoint):
    things = {json.loads(file.read_text())["thing"]: json.loads(file.read_text())["shadow"]
              for file in (whole[0] / "record/cases").glob("*.json")}
    assert len(things) > 800
    for thing, shadow in list(things.items())[::7]:
        target = f"/things/{thing}/shadow" + (f"?name={shadow}" if shadow else "")
        assert endpoint.ask("GET", target).status == 404, thing


def test_a_signature_does_instead_of_a_certificate(endpoint, tmp_path):
    code, report = judged(
        tmp_path, *where(endpoint), "--only", "A,J", environment=variables(
            AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET))
    assert code == 0
    assert set(by_verdict(report)) == {"exact", "disputed exact"}


def test_a_world_is_found_by_its_environment(world, tmp_path):
    code, report = judged(tmp_path, "--profile", "ours", "--only", "J2,A7",
                          environment=variables(**world.environment))
    assert code == 0
    assert {one["transport"] for one in report["cases"]} == {"mqtt", "https"}


def test_an_endpoint_whose_clock_is_off_is_judged_by_that_clock(world, tmp_path):
    world.clock("+1h")
    code, report = judged(tmp_path, "--profile", "ours", "--only", "D,V051",
                          environment=variables(**world.environment))
    world.clock("reset")
    assert code == 0, by_verdict(report)
    assert all(abs(skew - 3600) <= 1 for skew in report["skew_seconds"].values())
    assert list(report["skew_seconds"]) == ["mqtt", "https"]


def test_who_stops_it_leaves_no_shadow(world):
    """Once there are some, as by Ctrl-C."""
    seen = set()
    with Client(world.mqtt_port) as listener:
        listener.subscribe("$aws/things/+/shadow/update/accepted")
        child = subprocess.Popen(
            command("--profile", "ours", "--endpoint", f"mqtt://127.0.0.1:{world.mqtt_port}",
                    "--https", "none", "--only", "B"), env=variables(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            while len(seen) < 20:
                for message in listener.take_until(lambda _: True):
                    seen.add(message.topic.split("/")[2])
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=100)
        finally:
            child.kill()
    assert (child.returncode, out) == (2, "")
    assert "stopped; what was made has been removed" in err and "Traceback" not in err
    assert [thing for thing in seen if world.shadow(thing).get() is not None] == []


def test_the_aws_profile_asks_first(world):
    gate = world.thing("gate")
    code, out, err = run(*aws(world, gate.ca, gate.certificate, gate.key), "--only", "V001")
    assert (code, out) == (2, "")
    assert "1 cases on things called shadowconf-RUN-n take about 3 over MQTT requests" in err
    assert "that costs money: say --yes" in err


def aws(world, ca, certificate, key):
    """AWS's manners with an endpoint of our own: TLS, a certificate, ten requests a second."""
    return ["--profile", "aws", "--endpoint", f"localhost:{world.mqtts_port}", "--https", "none",
            "--ca", ca, "--cert", certificate, "--key", key]


def test_the_aws_profile_keeps_its_pace_with_the_policy_of_the_page(world, tmp_path):
    shadowctl(world, "policy", "put", "conformance", "-", text=re.search(
        r"^```json aws-policy\n(.*?)^```$", (ROOT / "docs/conformance.md").read_text(),
        re.M | re.S).group(1))
    shadowctl(world, "certificate", "create", tmp_path / "gate", "--policy", "conformance")
    other = world.thing("other")  # once that is known the certificate is
    begin = time.monotonic()
    code, report = judged(tmp_path, *aws(world, other.ca, tmp_path / "gate/certificate.pem",
                                         tmp_path / "gate/private.key"),
                          "--yes", "--only", "A,D1,V099", "--record", tmp_path / "record")
    took = time.monotonic() - begin
    assert code == 0, report["asides"]
    assert set(by_verdict(report)) == {"exact"}
    assert took >= (report["requests"] - 1) / 10
    things = {json.loads(file.read_text())["thing"]
              for file in (tmp_path / "record/cases").glob("*.json")}
    assert all(re.match(f"shadowconf-{report['run']}-\\d+(-|$)", thing) for thing in things)
    assert len(things) == len(report["cases"]) > 30


def shadowctl(world, *words, text=None):
    subprocess.run([PROGRAM, "--config", world.environment["SHADOWCTL_CONFIG"], *map(str, words)],
                   input=text, text=True, check=True, capture_output=True)
