"""Pages from elsewhere may not use a port of ours through somebody's browser, whichever port."""
import contextlib
import http.client
import ipaddress
import shutil
import signal
import subprocess

import pytest
from cryptography import x509

from endpoint import Endpoint
from harness import WAIT_SECONDS, free_port
from rest_vectors_test import check_error
from signature_test import sign

STATE = b'{"state":{"desired":{"by":"a page"}}}'
EVIL = {"a name of its own for our address": ({"Host": "evil.example"}, 421),
        "its origin": ({"Origin": "http://evil.example"}, 403),
        "an origin without a name": ({"Origin": "null"}, 403),
        "what the browser says": ({"Sec-Fetch-Site": "cross-site"}, 403)}
EXCEPTIONS = {421: "MisdirectedRequestException", 403: "ForbiddenException"}
FOR_BROWSERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                               "'self' data:; connect-src 'self'; base-uri 'none'; form-action "
                               "'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store"}


@pytest.fixture(scope="module")
def ports():
    return {"metrics": free_port(), "health": free_port()}


@pytest.fixture(scope="module")
def open_endpoint(ports):
    """Every port, and nobody is asked who he is."""
    with Endpoint(["--http_auth=open", f"--metrics_port={ports['metrics']}",
                   f"--health_port={ports['health']}", "--http_hosts=shadowd,*.fleet.example"]
                  ) as running:
        yield running


def plain(port: int, method: str, target: str, headers=None, body=None):
    """The answer, read, over a port without TLS."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer


def is_there(endpoint, thing: str) -> bool:
    return endpoint.ask("GET", f"/things/{thing}/shadow", certificate=None).status == 200


@pytest.mark.parametrize("case", EVIL)
def test_a_page_changes_no_shadow(open_endpoint, case):
    """By a request that a form can send, to either port of the data plane."""
    headers, status = EVIL[case]
    headers = {"Content-Type": "text/plain", **headers}
    answer = plain(open_endpoint.http_port, "POST", "/things/page/shadow", headers, STATE)
    assert answer.status == status, answer.text
    answer = open_endpoint.ask("POST", "/things/page/shadow", STATE, certificate=None,
                               headers=headers)
    check_error(answer, status, EXCEPTIONS[status])
    assert not is_there(open_endpoint, "page")


@pytest.mark.parametrize("claim", [
    {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/iotdata/aws4_request"},
    {"Authorization": "Basic eDp5"}, "?X-Amz-Signature=1"])
def test_to_claim_a_signature_helps_nobody_where_none_is_looked_at(open_endpoint, claim):
    query = claim if isinstance(claim, str) else ""
    for headers, status in EVIL.values():
        answer = plain(open_endpoint.http_port, "POST", f"/things/claim/shadow{query}",
                       {**headers, **({} if query else claim)}, STATE)
        assert answer.status == status
    assert not is_there(open_endpoint, "claim")


@pytest.mark.parametrize("case", EVIL)
@pytest.mark.parametrize("port, path", [("metrics", "/metrics"), ("metrics", "/healthz"),
                                        ("health", "/healthz"), ("health", "/readyz")])
def test_a_page_reads_neither_metrics_nor_health(open_endpoint, ports, port, path, case):
    headers, status = EVIL[case]
    answer = plain(ports[port], "GET", path, headers)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert "shadow_" not in answer.text and answer.text.endswith("\n") and len(answer.text) > 20


def test_it_is_said_what_would_be_right(open_endpoint, ports):
    for port in (open_endpoint.http_port, ports["metrics"]):
        said = plain(port, "GET", "/metrics", {"Host": "shadow.lan:9464"}).text
        assert "This port is not known as 'shadow.lan': call it localhost" in said
        assert "--http_hosts" in said


def test_preflights_get_no_leave(open_endpoint, ports):
    for port in (open_endpoint.http_port, *ports.values()):
        answer = plain(port, "OPTIONS", "/things/page/shadow", {
            "Origin": "http://evil.example", "Access-Control-Request-Method": "DELETE"})
        assert answer.status == 403
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("headers", [
    {}, {"Host": "localhost"}, {"Host": "127.0.0.1:1"}, {"Host": "[::1]"}, {"Host": "shadowd:9464"},
    {"Host": "a.fleet.example"}, {"Origin": "http://localhost:3000"},
    {"Host": "shadowd", "Origin": "http://shadowd:1"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "none"}])
def test_who_calls_it_by_its_name_is_served(open_endpoint, ports, headers):
    answer = plain(open_endpoint.http_port, "POST", "/things/own/shadow", headers, STATE)
    assert answer.status == 200
    for port, path in (("metrics", "/metrics"), ("metrics", "/readyz"), ("health", "/healthz")):
        assert plain(ports[port], "GET", path, headers).status == 200


def test_every_answer_tells_browsers_to_keep_it_to_themselves(open_endpoint, ports):
    answers = [plain(port, "GET", path, headers)
               for port in (open_endpoint.http_port, *ports.values())
               for path in ("/metrics", "/healthz", "/things/x/shadow")
               for headers in ({}, {"Host": "evil.example"})]
    answers += [plain(open_endpoint.http_port, "POST", "/things/told/shadow", None, STATE),
                plain(open_endpoint.http_port, "GET", "/%", None)]
    for answer in answers:
        assert {name: answer.headers[name] for name in FOR_BROWSERS} == FOR_BROWSERS


class TestWhoIsKnown:
    """With http_auth=required."""

    def test_who_signs_may_come_by_any_name(self, endpoint):
        """As by a proxy, or a page that has keys."""
        for headers in ({"Host": "shadow.lan"},
                        {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}):
            signed, target = sign(endpoint, "GET", "/things/x/shadow", headers=headers)
            answer = endpoint.ask("GET", target, certificate=None, headers=signed)
            check_error(answer, 404, "ResourceNotFoundException")

    def test_a_wrong_signature_opens_nothing(self, endpoint):
        answer = endpoint.ask("GET", "/things/x/shadow?X-Amz-Signature=1", certificate=None,
                              headers={"Host": "evil.example"})
        check_error(answer, 403, "ForbiddenException")

    def test_who_has_a_certificate_may_come_by_any_name(self, endpoint):
        answer = endpoint.ask("GET", "/things/x/shadow", headers={"Host": "shadow.lan"})
        assert answer.status == 404

    @pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"},
                                         {"Sec-Fetch-Site": "cross-site"}])
    def test_a_page_has_no_use_of_a_browsers_certificate(self, endpoint, headers):
        answer = endpoint.ask("POST", "/things/x/shadow", STATE, headers=headers)
        check_error(answer, 403, "ForbiddenException")

    def test_others_are_told_before_they_have_sent_anything(self, endpoint):
        answer = endpoint.ask("POST", "/things/x/shadow", STATE, certificate=None,
                              headers={"Host": "evil.example"})
        check_error(answer, 421, "MisdirectedRequestException")


def test_the_names_of_the_certificate_are_known(open_endpoint):
    """Those of the one that is in force."""
    def status(host):
        return plain(open_endpoint.http_port, "GET", "/things/own/shadow", {"Host": host}).status

    names = ["a.shadow.lan", "192.0.2.9", "[2001:db8::9]"]
    assert [status(name) for name in names] == [421] * 3
    new = open_endpoint.authority.issue(alternatives=(
        x509.DNSName("localhost"), x509.DNSName("*.shadow.lan"),
        x509.IPAddress(ipaddress.ip_address("192.0.2.9")),
        x509.IPAddress(ipaddress.ip_address("2001:db8::9"))))
    shutil.copy(new.file, open_endpoint.server.file)
    shutil.copy(new.key_file, open_endpoint.server.key_file)
    mark = open_endpoint.service.mark()
    open_endpoint.service.signal(signal.SIGHUP)
    open_endpoint.service.wait_for_line("https_certificate_read", mark)
    assert [status(name) for name in names] == [200] * 3
    assert status("shadow.lan") == 421


def test_any_address_will_do_where_all_are_listened_on():
    """An address cannot be rebound; its page may use its own port alone."""
    port = free_port()
    with Endpoint([f"--metrics_port={port}", "--metrics_address=0.0.0.0"]):
        assert plain(port, "GET", "/metrics", {"Host": "192.0.2.5:9464"}).status == 200
        assert plain(port, "GET", "/metrics", {"Host": "shadowd:9464"}).status == 421
        for origin, status in (("http://192.0.2.5", 200), ("http://192.0.2.6", 403)):
            headers = {"Host": "192.0.2.5:9464", "Origin": origin}
            assert plain(port, "GET", "/metrics", headers).status == status


@pytest.mark.parametrize("hosts", ["shadowd:9464", "http://shadowd", "a,*", "a b"])
def test_what_is_no_name_is_refused(open_endpoint, hosts):
    command = [*open_endpoint.service.command, f"--http_hosts={hosts}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.returncode == 1
    assert "--http_hosts: '" in done.stderr and "without scheme and port" in done.stderr
