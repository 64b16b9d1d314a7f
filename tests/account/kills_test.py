"""Service and broker are killed at random instants under a load of calls: what was answered 200 is
there, each entry is the old one or the new one, and the broker goes by what is there.

Each caller owns the entries that it changes, so it knows what each call must give. A call whose
connection broke, or that was told 503, has been performed or not: looking finds out which.
SHADOW_KILLS=200 makes it the long form; SHADOW_SEED repeats one.
"""
import copy
import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from types import SimpleNamespace
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from account import ALLOW, ARN, Account, is_let_in, read
from harness import wait_until

KILLS = int(os.environ.get("SHADOW_KILLS", "20"))
CALLERS = 4
STATES = ("ACTIVE", "INACTIVE")


class Caller:
    """Calls one after the other, of its own entries."""

    def __init__(self, account, number: int, seed: int):
        self.account, self.name = account, f"c{number}"
        self.has = {"things": {}, "policies": {}, "certificates": {}}  # as it was answered
        self.counts, self.lost_certificates = Counter(), 0
        self.failure = None
        self._random = random.Random(f"{seed}/{number}")
        self._connection = None
        self.key = ec.generate_private_key(ec.SECP256R1())
        self._csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(
            self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self):
        self._thread.start()

    def finish(self):
        self._ends.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        if self.failure:
            raise self.failure

    def _run(self):
        try:
            while not self._ends.is_set():
                self._step()
            assert self.look(self.has["certificates"]) == self.has
        except BaseException as failure:  # told by finish()
            self.failure = failure

    def _ask(self, method, path, body=None, headers=None):
        """The answer, or nothing: the connection broke, or it was told 503."""
        body = b"" if body is None else json.dumps(body).encode()
        signed = self.account.sign(method, path, body, headers)
        try:
            self._connection = self._connection or self.account.connection()
            self._connection.request(method, path, body, signed)
            answer = read(self._connection)
        except (OSError, http.client.HTTPException):
            if self._connection:
                self._connection.close()
            self._connection = None
            return None
        return None if answer.status == 503 else answer

    def _found(self, method, path):
        """What is there; nothing if it is not. Asked until somebody answers."""
        answer = wait_until(lambda: self._ask(method, path), f"an answer to {path}")
        assert answer.status in (200, 404), (path, answer)
        return answer.json if answer.status == 200 else None

    def look(self, certificates):
        """All of it as the account has it; of certificates those."""
        seen = {"things": {}, "policies": {}, "certificates": {}}
        for thing in self._names("thing"):
            found = self._found("GET", f"/things/{thing}")
            if found is not None:
                principals = self._found("GET", f"/things/{thing}/principals")["principals"]
                seen["things"][thing] = (found["attributes"]["n"], sorted(
                    arn.partition("/")[2] for arn in principals))
        for policy in self._names("policy"):
            found = self._found("GET", f"/policies/{policy}")
            if found is not None:
                versions = self._found("GET", f"/policies/{policy}/version")["policyVersions"]
                assert [one["versionId"] for one in versions if one["isDefaultVersion"]] == [
                    found["defaultVersionId"]], (found, versions)
                seen["policies"][policy] = (found["defaultVersionId"], len(versions))
        for number in certificates:
            found = self._found("GET", f"/certificates/{number}")
            if found is not None:
                attached = self._found(
                    "POST", "/attached-policies/" + quote(f"{ARN}:cert/{number}", safe=""))
                seen["certificates"][number] = (
                    found["certificateDescription"]["status"],
                    sorted(one["policyName"] for one in attached["policies"]))
        return seen

    def _names(self, kind):
        return [f"{self.name}-{kind}-{number}" for number in range(2)]

    def _step(self):
        request, after = self._choose()
        before = copy.deepcopy(self.has)
        answer = self._ask(*request)
        if answer is not None:
            assert answer.status == 200, (request, answer, self.has)
            self.counts["answered"] += 1
            after(self.has, answer)
            return
        self.counts["unknown"] += 1
        if request[1].startswith("/certificates?"):
            self.lost_certificates += 1  # whose number nobody was told
        else:
            after(self.has, None)
        seen = self.look(before["certificates"])
        assert seen in (before, self.has), (request, before, self.has, seen)
        self.has = seen

    def _choose(self):
        """A call that can be done, and what it changes."""
        pick, has = self._random.choice, self.has
        thing, policy = pick(self._names("thing")), pick(self._names("policy"))
        number = pick(sorted(has["certificates"]) or [None])
        if number is None or (len(has["certificates"]) < 3 and self._random.random() < 0.05):
            return (("POST", "/certificates?setAsActive=true",
                     {"certificateSigningRequest": self._csr}),
                    lambda has, answer: has["certificates"].update(
                        {answer.json["certificateId"]: ("ACTIVE", [])}))
        if thing not in has["things"]:
            return self._put_thing("POST", thing, [])
        if policy not in has["policies"]:
            return (("POST", f"/policies/{policy}", {"policyDocument": ALLOW}),
                    lambda has, _: has["policies"].update({policy: ("1", 1)}))
        return pick((self._of_thing, self._of_policy, self._of_certificate))(
            thing, policy, number)

    def _put_thing(self, method, thing, principals):
        value = str(self._random.randrange(1 << 30))
        return ((method, f"/things/{thing}", {"attributePayload": {"attributes": {"n": value}}}),
                lambda has, _: has["things"].update({thing: (value, principals)}))

    def _of_thing(self, thing, _, number):
        value, principals = self.has["things"][thing]
        header = {"x-amzn-principal": f"{ARN}:cert/{number}"}
        path = f"/things/{thing}/principals"
        if number in principals:
            return (("DELETE", path, None, header), lambda has, _: has["things"].update(
                {thing: (value, [one for one in principals if one != number])}))
        if self._random.random() < 0.5:
            return (("PUT", path, None, header), lambda has, _: has["things"].update(
                {thing: (value, sorted([*principals, number]))}))
        if not principals and self._random.random() < 0.3:
            return ("DELETE", f"/things/{thing}"), lambda has, _: has["things"].pop(thing)
        return self._put_thing("PATCH", thing, principals)

    def _of_policy(self, _, policy, number):
        status, attached = self.has["certificates"][number]
        versions, target = self.has["policies"][policy][1], {"target": f"{ARN}:cert/{number}"}
        if policy in attached:
            return (("POST", f"/target-policies/{policy}", target),
                    lambda has, _: has["certificates"].update(
                        {number: (status, [one for one in attached if one != policy])}))
        if self._random.random() < 0.5:
            return (("PUT", f"/target-policies/{policy}", target),
                    lambda has, _: has["certificates"].update(
                        {number: (status, sorted([*attached, policy]))}))
        if versions < 5:
            return (("POST", f"/policies/{policy}/version?setAsDefault=true",
                     {"policyDocument": ALLOW}),
                    lambda has, _: has["policies"].update(
                        {policy: (str(versions + 1), versions + 1)}))
        default = self._random.randint(1, versions)
        return (("PATCH", f"/policies/{policy}/version/{default}"),
                lambda has, _: has["policies"].update({policy: (str(default), versions)}))

    def _of_certificate(self, _thing, _policy, number):
        status, attached = self.has["certificates"][number]
        is_free = not attached and all(number not in principals for _, principals
                                       in self.has["things"].values())
        if status == "INACTIVE" and is_free:
            return (("DELETE", f"/certificates/{number}"),
                    lambda has, _: has["certificates"].pop(number))
        other = STATES[1 - STATES.index(status)]
        return (("PUT", f"/certificates/{number}?newStatus={other}"),
                lambda has, _: has["certificates"].update({number: (other, attached)}))


def strike(account, chance, is_last):
    time.sleep(chance.uniform(0, 0.5))  # the random instant itself; nothing is awaited
    victim = chance.choices(["service", "broker", "both"], [7, 1, 2])[0]
    if victim != "broker":
        account.service.kill()
    if victim != "service":
        account.broker.kill()
        account.start_broker()
    if victim != "broker":
        account.start_service(wait_for_link=is_last or chance.random() < 0.7)
    return victim


def device_of(account, number, key, folder):
    """A certificate of the account and its key, in files."""
    device = SimpleNamespace(file=folder / "certificate.pem", key_file=folder / "private.key")
    device.file.write_text(account.ask("GET", f"/certificates/{number}").json[
        "certificateDescription"]["certificatePem"])
    device.key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return device


def test_what_was_answered_is_there_after_each_kill(seed, capfd, tmp_path):
    with Account() as account:
        callers = [Caller(account, number, seed) for number in range(CALLERS)]
        chance, kills = random.Random(seed), Counter()
        for caller in callers:
            caller.start()
        try:
            started = time.monotonic()
            for kill in range(1, KILLS + 1):
                kills[strike(account, chance, kill == KILLS)] += 1
                if kill % 20 == 0 and KILLS > 20:
                    with capfd.disabled():
                        print(f"{kill}/{KILLS} kills, {time.monotonic() - started:.0f} s, "
                              f"{sum((one.counts for one in callers), Counter())}", flush=True)
                if any(caller.failure for caller in callers):
                    break
        finally:
            for caller in callers:
                caller.finish()
        for caller in callers:
            for number, (status, attached) in caller.has["certificates"].items():
                device = device_of(account, number, caller.key, tmp_path)
                assert is_let_in(account, device) == (
                    status == "ACTIVE" and bool(attached)), (number, status, attached)
        known = {number for caller in callers for number in caller.has["certificates"]}
        listed = account.ask("GET", "/certificates?pageSize=250").json["certificates"]
        assert known <= {one["certificateId"] for one in listed}
        lost = sum(caller.lost_certificates for caller in callers)
        assert len(listed) - len(known) <= lost
        with capfd.disabled():
            print(f"SHADOW_SEED={seed} kills={dict(kills)} "
                  f"{dict(sum((one.counts for one in callers), Counter()))} lost=0", flush=True)
