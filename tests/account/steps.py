"""The cases of tests/cases/account, read and run step by step against whatever answers `ask`.

A case is {"name", "rule", "steps"}, and "disputed" where AWS's manner is not known for sure. A step
is a request ("method", "path", "query", "headers", "body" or a raw "text") and what must come:
"status" (200 if it is not said), "error", "message", "answer". "any_of" has others of these, of which
one must hold. With "walk" the pages are followed to their end, and the answer is all of them in one.
A step {"sign": …} makes a certificate of an authority of pem/. Texts are filled: see Filler.
"""
import datetime
import hashlib
import json
import re
import ssl
import urllib.parse
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matcher import Mismatch, match

CASES = Path(__file__).resolve().parent.parent / "cases" / "account"
ARN = "arn:aws:iot:us-east-1:000000000000"
ADMINISTRATION = "administration"  # the runner's own policy, which no case means
_EXPECTATIONS = ("status", "error", "message", "answer")


def load() -> list:
    """All cases; `id` is unique: its file, rule and name."""
    found = []
    for file in sorted(CASES.glob("*.json")):
        for case in json.loads(file.read_text())["cases"]:
            found.append({**case, "id": f"{file.stem}: {case['rule']} {case['name']}"})
    assert len({case["id"] for case in found}) == len(found), "a case stands twice"
    return found


def text_of(name: str) -> str:
    return (CASES / "pem" / name).read_text()


def id_of(pem: str) -> str:
    """What AWS calls a certificate's id."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


class Filler:
    """Puts into a text what stands for `${…}`: ${arn}, the account's ARNs up to the kind;
    ${pem:FILE} and ${id:FILE} of pem/; ${idof:MEMBER}, the id of the certificate in the answer;
    ${c*N}, N times the character c; ${uri:…} percent-encoded; else what was saved. The inner ones
    are filled first. `$${` is `${`."""

    def __init__(self):
        self.saved = {}
        self.answer = {}

    def __call__(self, text: str) -> str:
        text = text.replace("$${", "\0")
        while (found := re.search(r"\$\{([^${}]*)\}", text)) is not None:
            text = text[:found.start()] + self._value(found[1]) + text[found.end():]
        return text.replace("\0", "${")

    def _value(self, name: str) -> str:
        kind, colon, rest = name.partition(":")
        if not colon:
            kind = ""
        if name == "arn":
            return ARN
        if re.fullmatch(r".\*\d+", name):
            return name[0] * int(name[2:])
        if kind == "pem":
            return text_of(rest)
        if kind == "id":
            return id_of(text_of(rest))
        if kind == "idof":
            return id_of(self.answer[rest])
        if kind == "uri":
            return urllib.parse.quote(rest, safe="")
        return self.saved[name]

    def all(self, value):
        """With every text in it filled."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list):
            return [self.all(one) for one in value]
        if isinstance(value, dict):
            return {self(key): self.all(one) for key, one in value.items()}
        return value


def signed_by(authority: str, common_name: str) -> str:
    """A new certificate of an authority of pem/."""
    own = x509.load_pem_x509_certificate(text_of(f"{authority}.pem").encode())
    key = serialization.load_pem_private_key(text_of(f"{authority}.key").encode(), None)
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().issuer_name(own.subject)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
            .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode())


def without_ours(answer):
    """What is told of an account that has nothing but what the case made."""
    policies = answer.get("policies") if isinstance(answer, dict) else None
    if not isinstance(policies, list):
        return answer
    return {**answer, "policies": [one for one in policies if not isinstance(one, dict)
                                   or one.get("policyName") != ADMINISTRATION]}


class Run:
    """A case on an empty account. `ask(method, path, body, query, headers)` gives an Answer."""

    def __init__(self, ask):
        self._ask = ask
        self._filler = Filler()

    def case(self, case):
        """Raises Mismatch, which says in which step what was wrong."""
        for number, step in enumerate(case["steps"], 1):
            try:
                self._step(step)
            except Mismatch as reason:
                raise Mismatch(f"step {number}, {step.get('method', 'sign')} "
                               f"{step.get('path', '')}: {reason}") from None

    def _step(self, step):
        if sign := step.get("sign"):
            self._filler.saved[sign["save"]] = signed_by(sign["authority"],
                                                         self._filler(sign["commonName"]))
            return
        fill = self._filler.all
        body = fill(step.get("body"))
        if "text" in step:
            body = fill(step["text"]).encode()
        request = dict(method=step["method"], path=fill(step["path"]), body=body,
                       query=fill(step.get("query", {})), headers=fill(step.get("headers", {})))
        said = self._walk(request, step["walk"]) if "walk" in step else self._once(request)
        self._check(step, *said)

    def _once(self, request):
        answer = self._ask(**request)
        try:
            content = answer.json
        except ValueError:
            raise Mismatch(f"{answer} is no JSON") from None
        if answer.body and not answer.headers.get("content-type", "").startswith("application/json"):
            raise Mismatch(f"the content type is {answer.headers.get('content-type')}")
        if answer.status != 200 and not answer.headers.get("x-amzn-requestid"):
            raise Mismatch("there is no x-amzn-RequestId")
        return answer.status, answer.error, without_ours(content)

    def _walk(self, request, member):
        elements, query = [], request["query"]
        size = int(query.get("maxResults") or query["pageSize"])
        for _ in range(100):
            status, error, content = self._once({**request, "query": query})
            if status != 200 or not isinstance(content.get(member), list):
                return status, error, content
            if len(content[member]) > size:
                raise Mismatch(f"a page of {size} has {len(content[member])} elements")
            elements += content[member]
            token = content.get("nextToken") or content.get("nextMarker")
            if not token:
                return status, error, {member: elements}
            query = {**query, "nextToken" if "nextToken" in content else "marker": token}
        raise Mismatch("the pages have no end")

    def _check(self, step, status, error, content):
        told = f"{status} {error} {json.dumps(content)}"[:2000]
        if _has_null(content):
            raise Mismatch(f"a member is null: {told}")
        self._filler.answer = content if isinstance(content, dict) else {}
        base = {name: step[name] for name in _EXPECTATIONS if name in step}
        reasons = []
        for other in step.get("any_of", [{}]):
            try:
                self._holds({"status": 200, **base, **other}, status, error, content)
                return
            except Mismatch as reason:
                reasons.append(str(reason))
        raise Mismatch(f"{'; '.join(reasons)}; what came was {told}")

    def _holds(self, want, status, error, content):
        if status != want["status"]:
            raise Mismatch(f"the status is {status} and not {want['status']}")
        if error != want.get("error", ""):
            raise Mismatch(f"the error is {error!r} and not {want.get('error', '')!r}")
        saved = dict(self._filler.saved)
        if "message" in want:
            if not isinstance(content, dict) or "message" not in content:
                raise Mismatch("there is no message")
            match(want["message"], content["message"], saved, "the message", self._filler)
        elif status >= 300 and not (isinstance(content, dict) and content.get("message")):
            raise Mismatch("there is no message")
        if "answer" in want:
            match(want["answer"], content, saved, "the answer", self._filler)
        self._filler.saved.update(saved)


def _has_null(value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None
