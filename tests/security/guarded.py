"""A broker that knows its clients: a TLS listener that requires certificates, and a registry."""
import ipaddress
import itertools
import json
import shutil
import ssl
import tempfile
from pathlib import Path

from cryptography import x509

from certificates import Authority, Certificate
from harness import Stack, free_port
from wire import Wire

ALLOW_ALL = {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}

_numbers = itertools.count()


def arn(resource: str) -> str:
    return f"arn:aws:iot:us-east-1:123456789012:{resource}"


def allow(actions, *resources: str, **more) -> dict:
    return {"Effect": "Allow", "Action": actions,
            "Resource": [one if one == "*" else arn(one) for one in resources], **more}


def deny(actions, *resources: str, **more) -> dict:
    return {**allow(actions, *resources, **more), "Effect": "Deny"}


class Registry:
    """The folder that the plugin reads, written as a person would."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in ("things", "policies", "certificates"):
            (folder / part).mkdir(parents=True)

    def _write(self, part: str, name: str, content):
        (self.folder / part / f"{name}.json").write_text(json.dumps(content))

    def thing(self, name: str, **content):
        self._write("things", name, content)

    def policy(self, name: str, *statements: dict):
        self._write("policies", name, {"Version": "2012-10-17", "Statement": list(statements)})

    def certificate(self, certificate: Certificate, policies=(), things=(), status="ACTIVE"):
        self._write("certificates", certificate.id,
                    {"status": status, "policies": list(policies), "things": list(things)})

    def remove(self, certificate: Certificate):
        (self.folder / "certificates" / f"{certificate.id}.json").unlink()


class Guarded(Stack):
    """`setup(registry)` fills the registry before the broker starts."""

    def __init__(self, authority: Authority, plugin_options=None, broker_lines=(),
                 setup=lambda registry: None, service_flags=()):
        self.authority = authority
        self.registry_folder = Path(tempfile.mkdtemp(prefix="registry-"))
        self.registry_folder.chmod(0o755)
        self.registry = Registry(self.registry_folder)
        self.registry.policy("everything", ALLOW_ALL)
        self.admin = authority.issue()  # may do everything
        self.registry.certificate(self.admin, ["everything"])
        setup(self.registry)
        server = authority.issue(alternatives=(
            x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))))
        self.tls_port = free_port()
        super().__init__(
            {"auth": "certificate", "registry": self.registry_folder, **(plugin_options or {})},
            broker_lines=[f"listener {self.tls_port} 127.0.0.1",
                          f"cafile {authority.own.file}", f"certfile {server.file}",
                          f"keyfile {server.key_file}", "require_certificate true",
                          *broker_lines],
            service_flags=service_flags)

    def close(self):
        try:
            super().close()
        finally:
            shutil.rmtree(self.registry_folder, ignore_errors=True)

    def wire(self, certificate: Certificate = None, mqtt5: bool = False) -> Wire:
        """A TLS connection; MQTT has not been spoken yet."""
        context = ssl.create_default_context(cafile=self.authority.own.file)
        if certificate is not None:
            context.load_cert_chain(certificate.file, certificate.key_file)
        return Wire(self.tls_port, mqtt5=mqtt5, tls=context)

    def connect(self, certificate: Certificate, client_id: str = "", mqtt5: bool = False,
                **more) -> Wire:
        """Connected over MQTT."""
        wire = self.wire(certificate, mqtt5)
        code = wire.connect(client_id or f"client-{next(_numbers)}", **more)
        assert code == 0, f"CONNACK {code}"
        return wire

    def device(self, *statements: dict, things=(), status="ACTIVE") -> Certificate:
        """A new certificate with a policy of its own, in force when this returns."""
        certificate = self.authority.issue()
        name = f"policy-{next(_numbers)}"
        self.registry.policy(name, *statements)
        for thing in things:
            self.registry.thing(thing)
        self.registry.certificate(certificate, [name], things, status)
        self.reload_broker()
        return certificate


def lines_of_refused_start(stack: Stack):
    """What a broker logs that must not start."""
    try:
        stack.start_broker()
    except AssertionError:
        assert stack.broker.wait() != 0
        return stack.broker.lines
    finally:
        shutil.rmtree(stack.folder)
    stack.broker.kill()
    raise AssertionError("the broker started")
