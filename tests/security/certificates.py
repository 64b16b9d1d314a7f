"""X.509 certificates for a test: authorities and what they issue, as files."""
import datetime
import hashlib
import itertools
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
AWS_NAME = "AWS IoT Certificate"  # the common name of all device certificates of AWS

SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False,
    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
    decipher_only=False)

_numbers = itertools.count()


class Certificate:
    """A certificate and its key in PEM files. `id` is what AWS calls its certificateId."""

    def __init__(self, folder: Path, certificate, key, chain=()):
        self.x509 = certificate
        self.key = key
        stem = folder / f"certificate-{next(_numbers)}"
        self.file, self.key_file = stem.with_suffix(".pem"), stem.with_suffix(".key")
        self.file.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM)
                                       for one in (certificate, *chain)))
        self.key_file.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption()))
        self.id = hashlib.sha256(
            certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


class Authority:
    """Issues certificates. Its own is signed by `parent`, or by itself."""

    def __init__(self, folder: Path, name: str, parent: "Authority" = None):
        self.folder, self._parent = folder, parent
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(
            subject, key.public_key(), parent.own.x509.subject if parent else subject,
            parent.own.key if parent else key,
            [(x509.BasicConstraints(True, None), True), (SIGNS_CERTIFICATES, True)])
        self.own = Certificate(folder, certificate, key)

    @staticmethod
    def _sign(subject, public_key, issuer, issuer_key, extensions, start=-DAY, end=DAY):
        """With what Python 3.13 asks for."""
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
                   .public_key(public_key).serial_number(x509.random_serial_number())
                   .not_valid_before(now + start).not_valid_after(now + end)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                       issuer_key.public_key()), False))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, hashes.SHA256())

    def issue(self, subject=((NameOID.COMMON_NAME, AWS_NAME),), start=-DAY, end=DAY,
              alternatives=()) -> Certificate:
        """`start` and `end`: from now. `alternatives`: subject alternative names."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(kind, value) for kind, value in subject])
        extensions = [(x509.BasicConstraints(False, None), True)]
        if alternatives:
            extensions.append((x509.SubjectAlternativeName(list(alternatives)), False))
        certificate = self._sign(name, key.public_key(), self.own.x509.subject, self.own.key,
                                 extensions, start, end)
        chain = [self.own.x509] if self._parent else []
        return Certificate(self.folder, certificate, key, chain)
