"""Where shadowctl finds shadows over HTTP: a stack with the thing `lamp`, or one that lets anybody in."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "broker"))

from harness import Stack, free_port  # noqa: E402
from shadowctl import Shadowctl, make_authority  # noqa: E402


def make_server_certificate(folder):
    subprocess.run(["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                    "-keyout", folder / "server.key", "-out", folder / "request.pem"],
                   check=True, capture_output=True)
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    subprocess.run(["openssl", "x509", "-req", "-in", folder / "request.pem", "-days", "30",
                    "-CA", folder / "ca/ca.pem", "-CAkey", folder / "ca/ca.key",
                    "-CAcreateserial", "-extfile", folder / "names",
                    "-out", folder / "server.pem"], check=True, capture_output=True)


class Endpoint:
    """A stack with HTTPS, the thing `lamp` with its certificate, and a key that is held to the
    same policy."""

    def __init__(self, folder):
        make_authority(folder / "ca")
        make_server_certificate(folder)
        places = {"registry": folder / "registry", "ca": folder / "ca",
                  "credentials_dir": folder / "credentials"}
        provision = Shadowctl(**places)
        self.lamp = provision.json("thing", "create", "lamp", "--key-kind", "ec")
        self.access_key = provision.json("credentials", "create", "--policy", "lamp")
        self.port = free_port()
        self.stack = Stack(service_flags=[
            f"--https_port={self.port}", f"--https_cert={folder}/server.pem",
            f"--https_key={folder}/server.key", f"--https_client_ca={folder}/ca/ca.pem",
            f"--registry={folder}/registry", f"--credentials_dir={folder}/credentials"])
        self.where = {"endpoint": f"https://localhost:{self.port}", "cafile": folder / "ca/ca.pem"}

    def with_certificate(self):
        return Shadowctl(**self.where, cert=self.lamp["certificate"], key=self.lamp["key"])

    def with_access_key(self):
        return Shadowctl(**self.where, access_key_id=self.access_key["accessKeyId"],
                         secret_access_key=self.access_key["secretAccessKey"])


class OpenEndpoint:
    """A stack whose data plane, without TLS, lets anybody in; and its admin socket."""

    def __init__(self, service_flags=(), **options):
        self.port = free_port()
        self.stack = Stack(service_flags=[f"--http_port={self.port}", "--http_auth=open",
                                          *service_flags], **options)
        self.admin_socket = self.stack.folder / "admin.sock"
        self.stack.service.command.append(f"--admin-socket={self.admin_socket}")

    def shadowctl(self, **settings):
        return Shadowctl(endpoint=f"http://127.0.0.1:{self.port}", admin_socket=self.admin_socket,
                         **settings)
