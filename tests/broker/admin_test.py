"""The admin socket does what it is asked, belongs to its owner, and outlives whatever is sent."""
import json
import os
import signal
import stat
import subprocess

import pytest

from admin import Admin
from client import Client, Shadow
from harness import Stack, build_dir, emulated, wait_until


@pytest.fixture(scope="module")
def stack():
    running = Stack()
    running.flags = running.folder / "flags"
    running.flags.write_text("--log_level=info\n")
    running.admin = running.folder / "admin.sock"
    running.service.command += [f"--admin-socket={running.admin}", f"--flagfile={running.flags}"]
    with running:
        yield running


@pytest.fixture
def admin(stack):
    with Admin(stack.admin) as connected:
        yield connected


def test_only_its_owner_may_open_it(stack):
    assert stat.S_IMODE(os.stat(stack.admin).st_mode) == 0o600


def test_it_says_how_things_are(stack, admin):
    wait_until(lambda: "documents" in admin.ask("stats"), "the census")
    before = admin.ask("stats")
    assert before["ok"] and before["link_up"] and before["store_writable"]
    with Client(stack.port) as client:
        Shadow(client, "counted").exchange("update", '{"state":{}}')
    after = admin.ask("stats")
    assert after["documents"] == before["documents"] + 1
    assert after["requests"] > before["requests"]


def test_a_trace_shows_the_way_of_each_request_of_one_thing(stack, admin):
    assert admin.ask("trace", thing="lamp") == {"following": True}
    with Client(stack.port) as client:
        Shadow(client, "other").exchange("update", '{"state":{"desired":{"secret":1}}}')
        Shadow(client, "lamp", "color").exchange("update", '{"state":{},"version":5}')
        Shadow(client, "lamp").exchange("delete", "")
    refused = admin.line()
    assert (refused["thing"], refused["shadow"], refused["operation"], refused["code"]) == (
        "lamp", "color", "update", 409)
    assert refused["payload_bytes"] == len('{"state":{},"version":5}')
    lines = [refused, *(admin.line() for _ in range(3))]
    assert {line["operation"] for line in lines} == {"update", "get", "delete"}
    assert all(line["thing"] == "lamp" and line["code"] in (404, 409) for line in lines)
    for line in lines:
        assert 0 < line["handled_us"] <= line["committed_us"] <= line["answered_us"]


def test_the_log_level_is_changed_while_it_runs(stack, admin):
    assert admin.ask("log_level") == {"ok": True, "before": "info", "level": "info"}
    assert admin.ask("log_level", level="debug")["level"] == "debug"
    assert admin.ask("log_level", level="info") == {"ok": True, "before": "debug", "level": "info"}


def test_a_hangup_reads_the_log_level_of_the_flag_file_again(stack, admin):
    for level, event in (("debug", "settings_read log_level=debug"),
                         ("loud", "settings_refused .*'loud' is not one of"),
                         ("info", "settings_read log_level=info")):
        mark = stack.service.mark()
        stack.flags.write_text(f"# all of it\n--log_level={level}\n")
        stack.service.signal(signal.SIGHUP)
        stack.service.wait_for_line(event, since=mark)
        assert admin.ask("log_level")["level"] == ("info" if level == "info" else "debug")


def test_a_backup_needs_a_place_of_its_own(stack, admin, tmp_path):
    assert "absolute" in admin.ask("backup", to="backups")["error"]
    assert "is there already" in admin.ask("backup", to=str(tmp_path))["error"]
    assert "cannot back up" in admin.ask("backup", to=str(tmp_path / "a" / "b"))["error"]
    assert admin.ask("backup", to=str(tmp_path / "made")) == {
        "ok": True, "to": str(tmp_path / "made"), "ms": pytest.approx(0, abs=30_000)}


@pytest.mark.parametrize("request_line, said", [
    (b"{}", "'command' must be there"),
    (b"[]", "a request is an object"),
    (b"{", "1:2"),
    (b"", "1:1"),
    (b'{"command":7}', "'command' must be there"),
    (b'{"command":"reboot"}', "there is no command 'reboot'; there are backup"),
    (b'{"command":"stats","now":true}', "'now' is not known here"),
    (b'{"command":"trace"}', "'thing' must be there"),
    (b'{"command":"trace","thing":"a/b"}', "'a/b' is not a thing's name"),
    (b'{"command":"log_level","level":"loud"}', "'loud' is not one of: debug, info"),
    (b'{"command":"backup"}', "'to' must be there"),
    (b'{"command":"backup","to":"/tmp/a\\u0000b"}', "is not an absolute path"),
    (b'{"command":"import"}', "'lines': how many follow, from 1 to 1000"),
    (b'{"command":"import","lines":1001}', "'lines': how many follow, from 1 to 1000"),
    (b'{"command":"import","lines":1,"replace":"yes"}', "'replace' is true or false"),
    (b'{"command":"import","lines":2}\n{"thing":"T","state":{},"version":1,"timestamp":1}\n{}',
     'line 2: "version"'),
    (b'{"command":"import","lines":1}\n{"state":{},"version":1,"timestamp":1}',
     "line 1: it does not name its thing"),
    (b'{"command":"export","to":"x"}', "'to' is not known here"),
    (b'{"command":"\xff"}', "1:1"),
    (b"[" * 60_000, "1:"),
])
def test_what_is_wrong_with_a_request_is_said(admin, request_line, said):
    admin.send(request_line + b"\n")
    answer = admin.line()
    assert answer["ok"] is False
    assert said in answer["error"]
    assert admin.ask("stats")["ok"]


def test_shadows_go_out_and_come_in_again(stack, admin):
    with Client(stack.port) as client:
        Shadow(client, "moved").exchange("update", '{"state":{"reported":{"a":1}}}')
    admin.send(b'{"command":"export"}\n')
    lines = [admin.line()]
    while "ok" not in lines[-1]:
        lines.append(admin.line())
    assert lines.pop() == {"ok": True, "shadows": len(lines)}
    moved = next(line for line in lines if line["thing"] == "moved")
    assert moved["version"] == 1 and moved["state"] == {"reported": {"a": 1}}
    admin.send(b'{"command":"import","lines":1,"replace":true}\n'
               + json.dumps({**moved, "version": 41}).encode() + b"\n")
    assert admin.line() == {"ok": True, "imported": 1, "kept": 0}
    with Client(stack.port) as client:
        assert Shadow(client, "moved").fence()[1]["version"] == 41


def test_an_import_that_is_broken_off_has_no_effect(stack):
    with Admin(stack.admin) as gone:
        gone.send(b'{"command":"import","lines":2}\n'
                  b'{"thing":"never","state":{},"version":1,"timestamp":1}\n')
    with Client(stack.port) as client:
        assert Shadow(client, "never").fence()[1]["code"] == 404


def test_settings_are_read_again_and_what_is_wrong_with_them_is_said(stack, admin):
    stack.flags.write_text("--log_level=loud\n")
    refused = admin.ask("reload")
    assert refused["ok"] is False and "loud" in refused["error"]
    stack.flags.write_text("--log_level=info\n")
    assert admin.ask("reload") == {"ok": True}


def test_a_line_without_an_end_is_refused(stack, admin):
    admin.send(b"x" * 70_000)
    assert "one line of at most" in admin.line()["error"]
    assert admin.line() is None
    with Admin(stack.admin) as another:
        assert another.ask("stats")["ok"]


def is_let_in(member):
    """False: it was one too many, as those of the tests before may not have been missed yet."""
    try:
        return member.ask("stats").get("ok", False)
    except OSError:  # closed before we could ask
        return False


def test_connections_are_bounded(stack):
    crowd = []

    def another_joins():
        member = Admin(stack.admin)
        if is_let_in(member):
            crowd.append(member)
            return True
        member.close()
        return False

    try:
        for _ in range(8):
            wait_until(another_joins, "room for a connection")
        with Admin(stack.admin) as late:
            assert "too many connections" in late.line()["error"]
    finally:
        for member in crowd:
            member.close()

    def let_in():
        with Admin(stack.admin) as again:
            return is_let_in(again)

    wait_until(let_in, "room for another connection")


def test_a_path_that_cannot_be_had_is_named(stack, tmp_path):
    for path, said in ((stack.flags, "is there and is no socket"),
                       (stack.admin, "is listened on already"),
                       (tmp_path / ("x" * 120), "too long for a socket: at most 107 bytes")):
        command = [*stack._service_command(), f"--admin_socket={path}",
                   f"--data_dir={tmp_path / 'data'}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 1
        assert "--admin_socket: " in ended.stderr and said in ended.stderr
    with Admin(stack.admin) as connected:
        assert connected.ask("stats")["ok"]


def test_a_socket_that_a_dead_service_left_is_replaced_and_a_live_one_removed(stack):
    stack.service.kill()
    assert stack.admin.exists()
    stack.start_service()
    with Admin(stack.admin) as connected:
        assert connected.ask("trace", thing="x") == {"following": True}
        stack.stop_service()  # with somebody following
        assert not stack.admin.exists()
    stack.start_service()


def test_nothing_secret_is_logged(stack):
    log = "\n".join(stack.service.lines + stack.broker.lines)
    assert stack.secret_file.read_text().strip() not in log
    assert '"secret"' not in log


def test_shadowctl_speaks_it(stack):
    def shadowctl(*words):
        program = emulated(build_dir() / "cli" / "shadowctl")
        return [*map(str, program), *words, f"--admin-socket={stack.admin}"]

    def said(*words):
        return subprocess.run(shadowctl(*words), check=True, capture_output=True, text=True,
                              timeout=60).stdout

    assert "link_up true\n" in said("service", "stats")
    assert said("service", "log-level", "debug").endswith("level debug\n")
    assert said("service", "log-level", "info") == "before debug\nlevel info\n"

    following = subprocess.Popen(shadowctl("trace", "traced", "--count=1"), text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert following.stderr.readline() == "following traced; end with Ctrl-C\n"
    with Client(stack.port) as client:
        Shadow(client, "traced", "name").exchange("update", '{"state":{}}')
    line, _ = following.communicate(timeout=60)
    assert following.returncode == 0
    assert " update traced/name 200: handled " in line

    wrong = subprocess.run(shadowctl("trace", "a/b"), capture_output=True, text=True, timeout=60)
    assert (wrong.returncode, "'a/b' is not a thing's name" in wrong.stderr) == (2, True)
