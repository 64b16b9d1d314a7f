#!/usr/bin/env python3
"""Runs the suite against ours and against others, and renews the scoreboard of docs/conformance.md.

    SHADOW_BUILD_DIR=build/release tests/conformance/peers.py

install.sh has installed the others. Nothing of this is asked over a network.
"""
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in
                ("tests/broker", "tests/security", "tests/https", "conformance")]

from harness import free_port, wait_until  # noqa: E402
from suite import INSTALLED, run  # noqa: E402

PAGE = ROOT / "docs/conformance.md"
MINISTACK = INSTALLED / "peer/bin/ministack"


def ministack_version() -> str:
    pins = (ROOT / "tests/conformance/peer.txt").read_text()
    return re.search(r"^ministack==(.*)$", pins, re.M).group(1)


@contextlib.contextmanager
def ministack():
    """The words that lead to one, on a free port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1",
                       "IOT_MTLS_ENABLED": "0", "HOME": folder, "TMPDIR": folder}
        child = subprocess.Popen([MINISTACK], cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)

        def is_ready():
            assert child.poll() is None, "MiniStack ended at once"
            with contextlib.suppress(OSError), urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/_ministack/health", timeout=5) as answer:
                return answer.status == 200

        try:
            wait_until(is_ready, "MiniStack's start", 60)
            yield ["--profile", "ministack", "--endpoint", f"127.0.0.1:{port}", "--https",
                   f"http://127.0.0.1:{port}", "--label", f"MiniStack {ministack_version()}"]
        finally:
            child.terminate()
            child.wait(30)


@contextlib.contextmanager
def ours():
    from endpoint import Endpoint
    version = re.search(r"VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text().split(
        "project(")[1]).group(1)
    with Endpoint() as endpoint:
        yield ["--profile", "ours", "--endpoint", f"mqtt://127.0.0.1:{endpoint.port}", "--https",
               endpoint.url, "--ca", endpoint.ca_file, "--cert", endpoint.admin.file, "--key",
               endpoint.admin.key_file, "--label", f"mosquitto-shadow {version}"]


def main():
    for peer in (ours, ministack):
        with peer() as words:
            code, out, err = run(*words, "--scoreboard", PAGE)
        print(out or err)
        if code == 2:
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
