"""Who gets in at the console, and what whoever is in may do: over the real programs."""
import gzip
import json
import os
import signal
import subprocess

import pytest

from console import ANN, BOB, ConsoleEndpoint, Session
from endpoint import Endpoint
from harness import wait_until
from other_pages_test import FOR_BROWSERS

UPDATE = {"state": {"desired": {"power": "on"}}}
ELSEWHERE = "198.51.100.7"  # given to the loopback interface, and no loopback address


@pytest.fixture(scope="module")
def console():
    with ConsoleEndpoint() as running:
        yield running


@pytest.fixture(scope="module")
def ann(console) -> Session:
    return console.ann()


@pytest.fixture(scope="module")
def bob(console) -> Session:
    return console.bob()


@pytest.fixture
def elsewhere():
    """An address of this machine that is none of its loopback's."""
    subprocess.run(["ip", "address", "add", f"{ELSEWHERE}/32", "dev", "lo"], check=True)
    yield ELSEWHERE
    subprocess.run(["ip", "address", "del", f"{ELSEWHERE}/32", "dev", "lo"], check=True)


# --- its pages

def test_the_page_and_its_assets_are_there_for_everybody(console):
    page = console.request("GET", "/console/")
    assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    for name, value in FOR_BROWSERS.items():
        assert name == "cache-control" or page.headers[name] == value
    asset = page.body.decode().split('src="')[1].split('"')[0]
    whole = console.request("GET", f"/console/{asset}")
    assert whole.status == 200 and "immutable" in whole.headers["cache-control"]
    zipped = console.request("GET", f"/console/{asset}", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip" and zipped.headers["vary"]
    assert gzip.decompress(zipped.body) == whole.body


def test_the_short_address_leads_to_it(console):
    answer = console.request("GET", "/console")
    assert (answer.status, answer.headers["location"]) == (308, "/console/")


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/console/nothing", 404), ("GET", "/console/../registry", 404),
    ("GET", "/console/%2e%2e/x", 404), ("POST", "/console/", 405), ("DELETE", "/console/x", 405)])
def test_what_is_no_page_is_refused(console, method, path, status):
    assert console.request(method, path).status == status


def test_without_it_nothing_of_it_is_there(ann):
    with Endpoint(["--http_auth=open"]) as other:
        for method, path in (("GET", "/console/"), ("POST", "/_shadow/v1/session"),
                             ("GET", "/_shadow/v1/things"), ("POST", "/_shadow/v1/explain"),
                             ("POST", "/_shadow/v1/things/lamp/check"),
                             ("GET", "/_shadow/v1/live")):
            assert other.ask(method, path, certificate=None).status == 404, path


# --- who logs in

def test_the_token_lets_in_as_admin_and_its_file_is_secret(console):
    answer = console.request("POST", "/_shadow/v1/session", {"token": console.token})
    assert answer.status == 200
    assert (answer.json["name"], answer.json["role"]) == ("token", "admin")
    assert os.stat(console.token_file).st_mode & 0o777 == 0o600
    assert answer.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert answer.headers["set-cookie"].startswith(f"shadow-{console.http_port}=")


def test_over_tls_the_cookie_is_bound_to_the_host(console):
    answer = console.ask("POST", "/_shadow/v1/session", json.dumps({"token": console.token}),
                         certificate=None)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-shadow=") and cookie.endswith("; SameSite=Strict; Secure")


@pytest.mark.parametrize("words", [
    {"token": ""}, {"token": "0" * 64}, {"name": "ann", "password": "wrong horse"},
    {"name": "nobody", "password": "correct horse"}, {"name": "token", "password": ""}])
def test_whoever_is_not_right_is_not_let_in(console, words):
    answer = console.request("POST", "/_shadow/v1/session", words)
    assert answer.status == 401 and "set-cookie" not in answer.headers
    assert answer.json["message"]


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "{}", '{"token":1}', '{"name":"ann"}',
                                  '{"name":"ann","password":null}', '{"token":"a"' + " " * 5000 + "}"])
def test_what_is_no_log_in_is_refused_in_words(console, body):
    answer = console.request("POST", "/_shadow/v1/session", body)
    assert answer.status == 400 and "Who logs in says" in answer.json["message"]


def test_the_token_is_good_on_this_machine_alone(elsewhere):
    with ConsoleEndpoint(["--https_address=0.0.0.0", f"--http_hosts={elsewhere}"]) as console:
        def ask(words):
            done = subprocess.run(
                ["curl", "-s", "--insecure", "--interface", elsewhere, "-d", json.dumps(words), "-w",
                 "%{http_code}", f"https://{elsewhere}:{console.https_port}/_shadow/v1/session"],
                capture_output=True, text=True, check=True)
            return done.stdout[-3:], done.stdout
        code, said = ask({"token": console.token})
        assert code == "401" and "on this machine alone" in said
        assert ask({"name": ANN[0], "password": ANN[1]})[0] == "200"


def test_after_five_wrong_passwords_one_has_to_wait(console):
    """Whoever knows the right one, too: nobody learns by trying."""
    console.add_user("carl", "long enough")
    for _ in range(5):
        answer = console.request("POST", "/_shadow/v1/session", {"name": "carl", "password": "x"},
                                 source=("127.0.0.3", 0))
        assert answer.status == 401
    answer = console.request("POST", "/_shadow/v1/session",
                             {"name": "carl", "password": "long enough"}, source=("127.0.0.3", 0))
    assert answer.status == 429 and answer.headers["retry-after"] == "1"
    # Nor somebody else from there; from elsewhere they may.
    words = {"name": BOB[0], "password": BOB[1]}
    assert console.request("POST", "/_shadow/v1/session", words,
                           source=("127.0.0.3", 0)).status == 429
    assert console.request("POST", "/_shadow/v1/session", words).status == 200
    wait_until(lambda: console.request(
        "POST", "/_shadow/v1/session", {"name": "carl", "password": "long enough"},
        source=("127.0.0.3", 0)).status == 200, "being let in after the wait")


# --- sessions

def test_a_session_says_who_it_is_and_can_be_ended(console):
    session = console.bob()
    answer = console.request("GET", "/_shadow/v1/session", session=session)
    assert (answer.json["name"], answer.json["role"]) == ("bob", "viewer")
    assert answer.json["csrf"] == session.csrf
    assert console.request("DELETE", "/_shadow/v1/session", session=session).status == 200
    assert console.request("GET", "/_shadow/v1/session", session=session).status == 401


@pytest.mark.parametrize("method, path", [
    ("GET", "/_shadow/v1/session"), ("DELETE", "/_shadow/v1/session"),
    ("POST", "/_shadow/v1/explain"), ("POST", "/_shadow/v1/things/lamp/check"),
    ("GET", "/things/lamp/shadow"), ("POST", "/things/lamp/shadow"),
    ("GET", "/_shadow/v1/things/lamp/history"), ("GET", "/nothing")])
def test_a_cookie_without_the_csrf_token_is_refused(console, ann, bob, method, path):
    for csrf in ({}, {"X-Shadow-CSRF": ""}, {"X-Shadow-CSRF": bob.csrf}):
        answer = console.request(method, path, UPDATE if method == "POST" else None,
                                 headers={"Cookie": ann.cookie, **csrf})
        assert answer.status == 403, answer.body
    assert console.request("GET", "/_shadow/v1/session", session=ann).status == 200


def test_a_session_that_is_not_there_is_401(console, ann):
    for cookie in ("", f"shadow-{console.http_port}=", f"shadow-{console.http_port}={'0' * 64}"):
        answer = console.request("GET", "/things/lamp/shadow",
                                 headers={"Cookie": cookie, "X-Shadow-CSRF": ann.csrf})
        assert answer.status == 401


def test_sessions_end_with_shadowd_and_so_does_the_token():
    with ConsoleEndpoint() as console:
        session, token = console.ann(), console.token
        console.stop_service()
        console.start_service()
        assert console.request("GET", "/_shadow/v1/session", session=session).status == 401
        assert console.request("POST", "/_shadow/v1/session", {"token": token}).status == 401
        assert console.log_in()


def test_a_user_who_is_removed_or_has_another_password_is_logged_out(console):
    console.add_user("dora", "first secret")
    dora = console.log_in(name="dora", password="first secret")
    assert console.shadowctl("console", "user", "password", "dora",
                             text="second secret\n").returncode == 0
    assert console.request("GET", "/_shadow/v1/session", session=dora).status == 401
    dora = console.log_in(name="dora", password="second secret")
    assert console.shadowctl("console", "user", "remove", "dora").returncode == 0
    assert console.request("GET", "/_shadow/v1/session", session=dora).status == 401


# --- what they may

def test_an_admin_changes_shadows_and_history_says_who(console, ann):
    answer = console.request("POST", "/things/edited/shadow", UPDATE, session=ann)
    assert answer.status == 200, answer.body
    past = console.request("GET", "/_shadow/v1/things/edited/history", session=ann)
    entry, = past.json["entries"]
    assert (entry["way"], entry["principal"]) == ("console", "ann")
    assert entry["address"] == "127.0.0.1"


def test_a_viewer_looks_and_changes_nothing(console, ann, bob):
    console.request("POST", "/things/seen/shadow", UPDATE, session=ann)
    for path in ("/things/seen/shadow", "/_shadow/v1/things/seen/history",
                 "/_shadow/v1/things/seen/versions/1", "/_shadow/v1/things/seen/blame",
                 "/api/things/shadow/ListNamedShadowsForThing/seen", "/retainedMessage"):
        assert console.request("GET", path, session=bob).status == 200, path
    for method, path in (("POST", "/things/seen/shadow"), ("DELETE", "/things/seen/shadow"),
                         ("POST", "/topics/a/b"), ("DELETE", "/connections/a"),
                         ("POST", "/_shadow/v1/things/seen/restore"),
                         ("DELETE", "/_shadow/v1/things/seen/history")):
        body = {"version": 1} if "restore" in path else UPDATE
        assert console.request(method, path, body, session=bob).status == 403, path
    assert console.request("GET", "/things/seen/shadow", session=bob).json["version"] == 1


def test_policies_of_the_registry_narrow_a_user(console):
    console.registry.policy("one-lamp", {
        "Effect": "Allow", "Action": ["iot:GetThingShadow", "iot:UpdateThingShadow"],
        "Resource": ["arn:aws:iot:us-east-1:000000000000:thing/one",
                     "arn:aws:iot:us-east-1:000000000000:thing/${iot:ClientId}"]})
    mark = console.service.mark()
    console.service.signal(signal.SIGHUP)
    console.service.wait_for_line("principals_loaded", mark)
    console.add_user("eve", "some secret", "--role", "admin", "--policy", "one-lamp")
    eve = console.log_in(name="eve", password="some secret")
    assert console.request("POST", "/things/one/shadow", UPDATE, session=eve).status == 200
    assert console.request("POST", "/things/console-eve/shadow", UPDATE, session=eve).status == 200
    assert console.request("POST", "/things/two/shadow", UPDATE, session=eve).status == 403
    assert console.request("POST", "/_shadow/v1/things/two/check", UPDATE,
                           session=eve).status == 403


def test_where_everybody_is_let_in_a_session_is_still_who_it_is():
    with ConsoleEndpoint(everybody=True) as console:
        bob = console.bob()
        assert console.request("POST", "/things/lamp/shadow", UPDATE, session=bob).status == 403
        assert console.request("POST", "/things/lamp/shadow", UPDATE,
                               headers={"Cookie": bob.cookie}).status == 403
        assert console.request("POST", "/things/lamp/shadow", UPDATE).status == 200
        # What an earlier shadowd gave keeps nobody out.
        stale = {"Cookie": f"shadow-{console.http_port}={'0' * 64}"}
        assert console.request("GET", "/things/lamp/shadow", headers=stale).status == 200


# --- other pages

@pytest.mark.parametrize("headers, status", [
    ({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403)])
def test_a_page_of_elsewhere_gets_nothing(console, ann, headers, status):
    for method, path in (("POST", "/_shadow/v1/session"), ("GET", "/_shadow/v1/session"),
                         ("GET", "/console/"), ("POST", "/things/lamp/shadow")):
        answer = console.request(method, path, {"token": console.token} if "session" in path
                                 else None, session=ann, headers=headers)
        assert answer.status == status and "set-cookie" not in answer.headers, path


def test_a_page_of_another_port_of_this_machine_is_another(console, ann):
    """Cookies know no ports, and neither does the browser's word same-site."""
    other = {"Origin": f"http://localhost:{console.http_port + 1}", "Sec-Fetch-Site": "same-site"}
    for method, path, body in (("POST", "/_shadow/v1/session", {"token": console.token}),
                               ("GET", "/_shadow/v1/session", None),
                               ("POST", "/things/lamp/shadow", UPDATE),
                               ("POST", "/_shadow/v1/explain", {})):
        answer = console.request(method, path, body, session=ann, headers=other)
        assert answer.status == 403, path
    own = {"Origin": console.origin}
    assert console.request("GET", "/_shadow/v1/session", session=ann, headers=own).status == 200


def test_a_link_to_it_may_be_followed_from_anywhere(console):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert console.request("GET", "/console/", headers=headers).status == 200
    assert console.request("POST", "/console/", headers=headers).status == 403
    assert console.request("GET", "/things/lamp/shadow", headers=headers).status == 403


# --- its questions

def test_check_says_what_the_update_then_does(console, ann):
    told = console.request("POST", "/_shadow/v1/things/checked/check?name=n", UPDATE, session=ann)
    assert told.status == 200 and told.json["code"] == 200
    assert told.json["bytes"] == len('{"power":"on"}') and told.json["bytesMax"] == 8192
    done = console.request("POST", "/things/checked/shadow?name=n", UPDATE, session=ann)
    assert done.json == told.json["accepted"]
    refused = {**UPDATE, "version": 7}
    told = console.request("POST", "/_shadow/v1/things/checked/check?name=n", refused, session=ann)
    done = console.request("POST", "/things/checked/shadow?name=n", refused, session=ann)
    assert told.json["code"] == done.status == 409
    assert told.json["rejected"]["message"] == done.json["message"]


@pytest.mark.parametrize("path", ["/_shadow/v1/things/a%20b/check", "/_shadow/v1/things/a/check?name=%20",
                                  "/_shadow/v1/things/a/check?name=a&name=b"])
def test_what_can_be_no_shadow_is_refused(console, ann, path):
    assert console.request("POST", path, UPDATE, session=ann).status == 400


def test_explain_says_which_statement_decides(console, ann):
    certificate = console.admin.id
    told = console.request("POST", "/_shadow/v1/explain", {
        "certificate": certificate, "clientId": "x", "action": "iot:Publish",
        "resource": "topic/a/b"}, session=ann)
    assert told.status == 200 and told.json["allowed"], told.body
    done = subprocess.run(
        [*console.shadowctl_words(), "--json", "policy", "explain", "--certificate", certificate,
         "--client-id", "x", "--action", "iot:Publish", "--resource", "topic/a/b", "--registry",
         console.home / "registry"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == told.json


@pytest.mark.parametrize("question, says", [
    ({}, "\"action\" is one of"), ([], "a question"), ({"colour": "red"}, "colour"),
    ({"action": 1}, "\"action\""), ({"action": "iot:Publish"}, "topic/NAME"),
    ({"action": "iot:Publish", "resource": "topic/a"}, "names who asks")])
def test_a_question_that_is_none_is_refused_in_words(console, ann, question, says):
    answer = console.request("POST", "/_shadow/v1/explain", question, session=ann)
    assert answer.status == 400 and says in answer.json["message"], answer.body


def test_nobody_asks_without_a_session(console):
    for path in ("/_shadow/v1/explain", "/_shadow/v1/things/lamp/check"):
        answer = console.request("POST", path, UPDATE)
        assert answer.status == 401 and answer.json["message"] == "Nobody is logged in"


# --- its users

def test_a_users_file_that_others_may_read_is_refused(tmp_path):
    console = ConsoleEndpoint()
    console.add_user("fred", "long enough")
    console.users_file.chmod(0o644)
    try:
        with pytest.raises(AssertionError):
            Endpoint.start(console)
        console.service.wait_for_line("console_refused.*--console_users.*chmod g-wx,o-rwx")
    finally:
        console.service.wait()
        console.broker.stop()


@pytest.mark.parametrize("flags, says", [
    (["--console=maybe"], "--console: 'maybe' is not one of: on, off, auto"),
    (["--console=on", "--console_users=", "--console_token_file="], "nobody could log in"),
    (["--console=on", "--http_port=0", "--https_port=0"], "of use without --https_port")])
def test_settings_that_are_of_no_use_are_refused_by_name(console, flags, says):
    done = subprocess.run([*console._service_command(), *flags], capture_output=True, text=True)
    assert done.returncode != 0 and says in done.stderr, done.stderr


def test_shadowctl_keeps_the_users(console):
    def told(*words, text=""):
        return console.shadowctl("console", "user", *words, text=text)
    assert told("add", "gina", "--role", "king", text="long enough\n").returncode == 2
    assert "8 to 256 bytes" in told("add", "gina", text="short\n").stderr
    assert told("add", "a b", text="long enough\n").returncode == 2
    assert told("add", "gina", "--policy", "p", text="long enough\n").returncode == 0
    assert told("add", "gina", text="long enough\n").returncode == 4
    assert "gina  viewer  policies: p" in told("list").stdout
    assert "scrypt" not in told("list").stdout and "scrypt" in console.users_file.read_text()
    assert console.users_file.stat().st_mode & 0o777 == 0o600
    assert told("remove", "gina").returncode == 0
    assert told("remove", "gina").returncode == told("password", "gina").returncode == 3


def test_shadowctl_prints_where_it_is(console):
    done = console.shadowctl("console", "--console", console.origin, "--console-token-file",
                             str(console.token_file))
    assert done.stdout == f"{console.origin}/console/#token={console.token}\n"
    done = console.shadowctl("console", "--console", console.origin)
    assert done.stdout == f"{console.origin}/console/\n"
    done = console.shadowctl("console")
    assert done.returncode == 2 and "where is the console?" in done.stderr
