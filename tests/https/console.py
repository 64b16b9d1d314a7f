"""The console of an endpoint, as a browser speaks to it."""
import http.client
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from endpoint import Answer, Endpoint
from harness import WAIT_SECONDS, build_dir

ANN, BOB = ("ann", "correct horse"), ("bob", "battery staple")  # an admin and a viewer


class Session(NamedTuple):
    cookie: str
    csrf: str

    @property
    def headers(self) -> dict:
        return {"Cookie": self.cookie, "X-Shadow-CSRF": self.csrf}


class ConsoleEndpoint(Endpoint):
    """With two users and a token. `everybody`: requests of the data plane need no identity."""

    def __init__(self, service_flags=(), everybody=False, **options):
        self.console = Path(tempfile.mkdtemp(prefix="console-"))
        self.users_file, self.token_file = self.console / "users", self.console / "token"
        super().__init__(
            ["--console=on", f"--console_users={self.users_file}",
             f"--console_token_file={self.token_file}",
             *(["--http_auth=open"] if everybody else []), *service_flags], **options)

    def start(self):
        self.add_user(*ANN, "--role", "admin")
        self.add_user(*BOB)
        return super().start()

    def close(self):
        try:
            super().close()
        finally:
            shutil.rmtree(self.console, ignore_errors=True)

    @staticmethod
    def shadowctl_words() -> list:
        return [build_dir() / "cli/shadowctl"]

    def shadowctl(self, *words, text="") -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.shadowctl_words(), *words], input=text, capture_output=True, text=True,
            timeout=WAIT_SECONDS, env={**os.environ, "SHADOWCTL_CONSOLE_USERS": str(self.users_file),
                                       "HOME": str(self.home)})

    def add_user(self, name, password, *flags):
        done = self.shadowctl("console", "user", "add", name, *flags, text=f"{password}\n")
        assert done.returncode == 0, done.stderr

    @property
    def token(self) -> str:
        return Path(self.token_file).read_text().strip()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.http_port}"

    def request(self, method, target, body=None, headers=None, session=None, source=None) -> Answer:
        """Over the port without TLS. `session`: whose request it is."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection("localhost", self.http_port, timeout=WAIT_SECONDS,
                                                source_address=source)
        try:
            connection.request(method, target, body,
                               {**(session.headers if session else {}), **(headers or {})})
            answer = connection.getresponse()
            pairs = answer.getheaders()
            return Answer(answer.status, {name.lower(): value for name, value in pairs},
                          [name for name, _ in pairs], answer.read())
        finally:
            connection.close()

    def log_in(self, **words) -> Session:
        """With the token, or with `name` and `password`."""
        answer = self.request("POST", "/_shadow/v1/session", words or {"token": self.token})
        assert answer.status == 200, answer.body
        return Session(answer.headers["set-cookie"].split(";")[0], answer.json["csrf"])

    def ann(self) -> Session:
        return self.log_in(name=ANN[0], password=ANN[1])

    def bob(self) -> Session:
        return self.log_in(name=BOB[0], password=BOB[1])
