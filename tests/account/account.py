"""The real broker and service as an account: HTTPS, a key that administers it, mutual TLS."""
import contextlib
import http.client
import ipaddress
import json
import shutil
import ssl
import tempfile
import urllib.parse
from pathlib import Path
from typing import NamedTuple

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509

from certificates import Authority
from guarded import ALLOW_ALL, Registry
from harness import Stack, WAIT_SECONDS, free_port
from wire import Wire

ACCOUNT, REGION = "000000000000", "us-east-1"
ARN = f"arn:aws:iot:{REGION}:{ACCOUNT}"
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW_ALL]})  # a document
ADMINISTRATION = "administration"  # the policy of KEY: all that there is in an empty account


class Answer(NamedTuple):
    status: int
    headers: dict  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body) if self.body else {}

    @property
    def error(self) -> str:
        """The exception's name, as SDKs read it."""
        return self.headers.get("x-amzn-errortype", "").partition(":")[0]


class Account(Stack):
    """Everything the account's operations need, and an empty registry but for KEY's policy."""

    def __init__(self, service_flags=()):
        self.home = Path(tempfile.mkdtemp(prefix="account-"))
        self.home.chmod(0o755)
        self.authority = Authority(self.home, "devices' CA")
        self.ca_dir = self.home / "ca"
        self.ca_dir.mkdir(mode=0o700)
        shutil.copy(self.authority.own.file, self.ca_dir / "ca.pem")
        shutil.copy(self.authority.own.key_file, self.ca_dir / "ca.key")
        (self.ca_dir / "ca.key").chmod(0o600)
        self.registry_folder = self.home / "registry"
        self.registry = Registry(self.registry_folder)
        self.registry.policy(ADMINISTRATION, ALLOW_ALL)
        self.credentials = self.home / "credentials"
        self.credentials.mkdir(mode=0o700)
        self.put_key(KEY, [ADMINISTRATION])
        self.server = server = self.authority.issue(alternatives=(
            x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
        self.trusted = self.home / "trusted"
        self.trusted.mkdir()
        self.https_port, self.tls_port = free_port(), free_port()
        self._connection = None
        super().__init__(
            {"auth": "certificate", "registry": self.registry_folder},
            broker_lines=[f"listener {self.tls_port} 127.0.0.1",
                          f"cafile {self.authority.own.file}", f"capath {self.trusted}",
                          f"certfile {server.file}",
                          f"keyfile {server.key_file}", "require_certificate true"],
            service_flags=[
                f"--https_port={self.https_port}", f"--https_cert={server.file}",
                f"--https_key={server.key_file}", f"--https_client_ca={self.authority.own.file}",
                f"--registry={self.registry_folder}", f"--credentials_dir={self.credentials}",
                f"--ca_dir={self.ca_dir}", f"--broker_capath={self.trusted}", *service_flags])

    def put_key(self, key: str, policies, status: str = "ACTIVE", **more):
        file = self.credentials / f"{key}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(
            {"secretAccessKey": SECRET, "status": status, "policies": policies, **more}))

    def close(self):
        self.hang_up()
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

    def sign(self, method, target, body=b"", headers=None, *, key=KEY, secret=SECRET,
             service="iot", region=REGION) -> dict:
        """The headers of the request, signed."""
        request = AWSRequest(method, self.url + target, data=body, headers=headers or {})
        SigV4Auth(Credentials(key, secret), service, region).add_auth(request)
        return dict(request.headers)

    def connection(self):
        context = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection("localhost", self.https_port, context=context,
                                           timeout=WAIT_SECONDS)

    def tls(self, certificate) -> ssl.SSLContext:
        """A device's, whose certificate and key are in files."""
        context = ssl.create_default_context(cafile=self.ca_file)
        context.load_cert_chain(certificate.file, certificate.key_file)
        return context

    def wire(self, certificate) -> Wire:
        """A device's connection over mutual TLS; MQTT has not been spoken yet."""
        return Wire(self.tls_port, tls=self.tls(certificate))

    def ask_as_device(self, certificate, method, path) -> Answer:
        connection = http.client.HTTPSConnection(
            "localhost", self.https_port, context=self.tls(certificate), timeout=WAIT_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path)
            return read(connection)

    def hang_up(self):
        if self._connection:
            self._connection.close()
        self._connection = None

    def ask(self, method, path, body=None, query=None, headers=None, **signing) -> Answer:
        """One signed request. `body`: bytes as they are, or what becomes JSON."""
        target = path
        if query:
            target += "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        signed = self.sign(method, target, body or b"", headers, **signing)
        return self.send(method, target, body, signed)

    def send(self, method, target, body, headers) -> Answer:
        """Over the connection that is there, or a new one if the service has closed it."""
        while True:
            is_new = self._connection is None
            self._connection = self._connection or self.connection()
            try:
                self._connection.request(method, target, body=body, headers=headers)
                return read(self._connection)
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError):
                self.hang_up()
                if is_new:
                    raise
            except BaseException:
                self.hang_up()
                raise


def is_let_in(account, device, client_id="x") -> bool:
    """Whether the broker lets that certificate connect."""
    try:
        with account.wire(device) as wire:
            return wire.connect(client_id) == 0
    except Wire.Gone:
        return False


def read(connection) -> Answer:
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())
