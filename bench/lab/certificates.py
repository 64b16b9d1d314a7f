"""A CA, a server certificate for 127.0.0.1 and one client certificate, for loads over TLS."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def listener_lines(self) -> list[str]:
        return [
            f"cafile {self.path('ca.crt')}",
            f"certfile {self.path('server.crt')}",
            f"keyfile {self.path('server.key')}",
            "require_certificate true",
        ]

    def client_flags(self) -> list[str]:
        return [
            f"--ca={self.path('ca.crt')}",
            f"--cert={self.path('client.crt')}",
            f"--key={self.path('client.key')}",
        ]


def make_certificates(folder: Path) -> Certificates:
    folder.mkdir(parents=True, exist_ok=True)
    certificates = Certificates(folder)

    def openssl(*arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr}")

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench CA",
            "-keyout", "ca.key", "-out", "ca.crt")
    (folder / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    (folder / "client.ext").write_text("basicConstraints=CA:FALSE\n")
    for name in ("server", "client"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-days", "2", "-in", f"{name}.csr", "-CA", "ca.crt",
                "-CAkey", "ca.key", "-CAcreateserial", "-extfile", f"{name}.ext",
                "-out", f"{name}.crt")
    return certificates
