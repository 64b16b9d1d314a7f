"""Private keys are given once, and kept nowhere: not in a log, a trace, the registry or the store."""
import re
import textwrap
from pathlib import Path

from account import SECRET


def parts_of(pem: str) -> list:
    """Pieces of the key that would give it away, in whatever form of text it was kept."""
    lines = pem.splitlines()[1:-1]
    # PKCS#1 begins with the modulus, which is in the certificate, too.
    return [part for line in lines[7:-1] for part in textwrap.wrap(line, 32) if len(part) == 32]


def files_below(*folders):
    return [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]


def test_a_private_key_is_found_nowhere(account):
    answer = account.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"})
    keys = answer.json["keyPair"]
    secrets = parts_of(keys["PrivateKey"])
    assert len(secrets) > 15
    found = parts_of(answer.json["certificatePem"])[0]
    certificate_is_kept = False
    for path in files_below(account.home, account.folder):
        content = path.read_bytes()
        text = content.decode("latin-1").replace("\\n", "\n")
        assert not any(secret in text for secret in secrets), path
        certificate_is_kept |= found in text
    assert certificate_is_kept, "the test does not look where things are kept"
    logs = "\n".join(account.broker.lines + account.service.lines)
    assert not any(secret in logs for secret in secrets)
    assert "PRIVATE KEY" not in logs


def test_the_secret_of_a_key_is_in_its_own_file_alone(account):
    account.ask("POST", "/things/a", {})
    account.ask("GET", "/things/a", secret="wrong" * 8)
    account.ask("DELETE", "/things/a")
    own = set(account.credentials.glob("*.json"))
    for path in files_below(account.home, account.folder):
        if path not in own:
            assert SECRET.encode() not in path.read_bytes(), path
    logs = "\n".join(account.broker.lines + account.service.lines)
    assert SECRET not in logs and not re.search(r"Signature=[0-9a-f]{64}", logs)
