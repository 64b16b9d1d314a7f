"""What cannot be run says why, in a sentence, with exit code 2."""
import contextlib
import socket
import threading

import conftest  # noqa: F401
import pytest
from certificates import Authority
from endpoint import Endpoint
from harness import free_port
from suite import run, variables

OURS = ["--profile", "ours"]


@pytest.mark.parametrize("words, says", [
    ([], "--profile is missing: aws, floci, localstack, ministack, ours"),
    (["--profile", "moon"], "invalid choice: 'moon'"),
    ([*OURS, "--cert", "x"], "--cert and --key go together"),
    (["--profile", "aws", "--rate", "11"], "--rate 11 is not above 0 and at most 10"),
    ([*OURS, "--rate", "0"], "--rate 0 is not above 0"),
    ([*OURS, "--rate", "nan"], "--rate nan is not above 0"),
    ([*OURS, "--label", "a|b"], "--label is a text"),
    ([*OURS, "--json", "/none/x"], "--json /none/x: there is no such folder"),
    (["--replay", "x", "--endpoint", "y"], "--replay asks no endpoint: leave out --endpoint"),
    (OURS, "name the endpoint: --endpoint HOST[:PORT] for MQTT, --https URL, or both"),
    ([*OURS, "--endpoint", "http://x"], "is no HOST, HOST:PORT or SCHEME://HOST:PORT"),
    ([*OURS, "--endpoint", "x:70000"], "is no HOST, HOST:PORT or SCHEME://HOST:PORT"),
    ([*OURS, "--https", "ftp://x"], "is no such URL as https://HOST:8443"),
    ([*OURS, "--https", "http://x:y"], "is no such URL as https://HOST:8443"),
    ([*OURS, "--endpoint", "x", "--ca", "/none"], "--ca /none: there is no such file"),
    ([*OURS, "--endpoint", "x", "--ca", __file__], f"--ca {__file__}: is no PEM"),
    ([*OURS, "--endpoint", "x", "--cert", "/none", "--key", "/none"], "there is no such file"),
    ([*OURS, "--endpoint", "x", "--only", "Z"], "--only Z: there is no such section (A to L)"),
    ([*OURS, "--endpoint", "x", "--only", "K"], "or no case is about it"),
    ([*OURS, "--endpoint", "x", "--only", "J"], "none of these can be asked where this run asks"),
    (["--profile", "aws", "--endpoint", "x"], "AWS asks for a certificate over MQTT"),
    ([*OURS, "--endpoint", "nowhere.invalid"], "there is no host nowhere.invalid"),
    ([*OURS, "--endpoint", "x", "--record", "/proc/x"], "--record /proc/x: "),
    (["--replay", "/none"], "--replay /none: /none/run.json: No such file")])
def test_bad_flags(words, says):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert says in err and "Traceback" not in err


def test_help_says_what_the_exit_codes_are():
    code, out, _ = run("--help")
    assert code == 0
    assert "Exit codes: 0 no case is wrong" in out and "--scoreboard" in out


def test_nobody_listens():
    port = free_port()
    for words in (["--endpoint", f"127.0.0.1:{port}"], ["--https", f"http://127.0.0.1:{port}"]):
        code, _, err = run(*OURS, *words)
        assert code == 2
        assert "cannot be reached: " in err and str(port) in err and err.count("\n") == 1


@contextlib.contextmanager
def listener(answer=b""):
    """Takes connections, says this to each, and closes them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.recv(4096)
                    connection.sendall(answer)
                    connection.close()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]


def test_another_program_listens():
    with listener(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as port:
        code, _, err = run(*OURS, "--endpoint", f"127.0.0.1:{port}")
        assert code == 2 and "is it MQTT that listens there" in err, err
        code, _, err = run(*OURS, "--https", f"http://127.0.0.1:{port}")
        assert code == 2 and "which has no timestamp: is this a shadow service?" in err, err
        code, _, err = run(*OURS, "--endpoint", f"mqtts://127.0.0.1:{port}")
        assert code == 2 and "this port does not speak TLS" in err, err
    with listener(b"\x20\x02\x00\x05") as port:
        code, _, err = run(*OURS, "--endpoint", f"127.0.0.1:{port}")
        assert code == 2 and f"127.0.0.1:{port} refuses the connection: not authorized" in err, err


def test_certificates_that_do_not_do(tmp_path):
    with Endpoint() as endpoint:
        stranger = Authority(tmp_path, "others").issue()
        code, _, err = run(*OURS, "--https", endpoint.url)
        assert code == 2 and "name the authority of its certificate with --ca" in err, err
        code, _, err = run(*OURS, "--https", endpoint.url, "--ca", endpoint.ca_file)
        assert code == 2 and "HTTPS says 403 to an update of shadowconf-" in err, err
        assert "not authorized. Name a certificate with --cert and --key" in err
        code, _, err = run(*OURS, "--https", endpoint.url, "--ca", endpoint.ca_file, "--cert",
                           stranger.file, "--key", stranger.key_file)
        assert code == 2 and ("does not take the certificate" in err or "does not answer" in err), err


def test_a_device_that_may_not_touch_these_things(world):
    """The certificate of one thing may not connect as another."""
    lamp = world.thing("lamp")
    code, _, err = run(*OURS, "--endpoint", f"localhost:{world.mqtts_port}", "--ca", lamp.ca, "--cert",
                       lamp.certificate, "--key", lamp.key, "--https", "none",
                       environment=variables())
    assert code == 2 and "not authorized as the client shadowconf-" in err, err
    assert "a policy for client/shadowconf-*, may help" in err


def test_a_broker_without_a_shadow_service():
    from model_service import ModelService
    with ModelService() as service:
        service._client.unsubscribe("$aws/things/#")
        code, _, err = run(*OURS, "--endpoint", f"127.0.0.1:{service.port}")
    assert code == 2 and "no shadow service is there" in err, err
    assert "1 deletes were not answered" in err
