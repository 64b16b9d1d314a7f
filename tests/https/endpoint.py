"""Broker and service with the HTTPS data plane, its principals, and a client that asks it."""
import contextlib
import http.client
import ipaddress
import json
import shutil
import socket
import ssl
import tempfile
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from certificates import Authority
from guarded import ALLOW_ALL, Registry, allow
from harness import Stack, WAIT_SECONDS, free_port

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
READER = "AKIAIOSFODNN7READERS"
AS_ON_AWS = "here.iot.eu-central-1.amazonaws.com"  # another name of the server


class Answer(NamedTuple):
    status: int
    headers: dict  # names in lower case
    spelling: list  # header names as they came
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self) -> str:
        return self.headers.get("x-amzn-errortype", "")


class Endpoint(Stack):
    """`admin` is a certificate that may do everything, as KEY may; READER may only get."""

    def __init__(self, service_flags=(), service_environment=None):
        self.home = Path(tempfile.mkdtemp(prefix="https-"))
        self.authority = Authority(self.home, "devices' CA")
        self.registry = Registry(self.home / "registry")
        self.registry.policy("everything", ALLOW_ALL)
        self.registry.policy("reading", allow("iot:GetThingShadow", "thing/*"))
        self.admin = self.authority.issue()
        self.reader = self.authority.issue()
        self.stranger = self.authority.issue()  # of our CA, but not in the registry
        self.registry.certificate(self.admin, ["everything"])
        self.registry.certificate(self.reader, ["reading"])
        self.credentials = self.home / "credentials"
        self.credentials.mkdir(mode=0o700)
        self.put_key(KEY, "everything")
        self.put_key(READER, "reading")
        self.server = server = self.authority.issue(alternatives=(
            x509.DNSName("localhost"), x509.DNSName(AS_ON_AWS),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
        self.https_port, self.http_port = free_port(), free_port()
        super().__init__(service_flags=[
            f"--https_port={self.https_port}", f"--https_cert={server.file}",
            f"--https_key={server.key_file}", f"--https_client_ca={self.authority.own.file}",
            f"--http_port={self.http_port}", f"--registry={self.home}/registry",
            f"--credentials_dir={self.credentials}", *service_flags],
            service_environment=service_environment)

    def put_key(self, key: str, policy: str, status: str = "ACTIVE"):
        file = self.credentials / f"{key}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(
            {"secretAccessKey": SECRET, "status": status, "policies": [policy]}))

    def close(self):
        try:
            super().close()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    @property
    def ca_file(self) -> str:
        return str(self.authority.own.file)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"

    def tls(self, certificate=None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if certificate:
            context.load_cert_chain(certificate.file, certificate.key_file)
        return context

    def ask(self, method: str, target: str, body=None, *, certificate="admin", headers=None):
        """One request over a TLS connection of its own. `certificate`: an attribute's name."""
        context = self.tls(getattr(self, certificate) if certificate else None)
        connection = http.client.HTTPSConnection("localhost", self.https_port, context=context,
                                                 timeout=WAIT_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, target, body=body, headers=headers or {})
            response = connection.getresponse()
            pairs = response.getheaders()
            return Answer(response.status, {name.lower(): value for name, value in pairs},
                          [name for name, _ in pairs], response.read())

    def plain(self, data: bytes) -> bytes:
        """All that comes back for these bytes, over the port without TLS, until it closes."""
        with socket.create_connection(("127.0.0.1", self.http_port), WAIT_SECONDS) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)


def read_all(connection) -> bytes:
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)
