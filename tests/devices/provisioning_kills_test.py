"""Service and broker are killed at random instants while devices provision themselves: whatever was
lost on the way, each begins again until it has its certificate, and nothing is left half done.

SHADOW_KILLS=100 makes it the long form; SHADOW_SEED repeats one.
"""
import json
import os
import random
import time
import uuid
from collections import Counter
from urllib.parse import quote

from account import ARN
from fleet import Fleet
from kills_test import Worker, strike
from provisioning_test import (Device, claim_document, connects, done, in_files, make_template,
                               new_key_and_csr)
from wire import Wire

KILLS = int(os.environ.get("SHADOW_KILLS", "8"))
DEVICES = 3
INTERRUPTED = (OSError, AssertionError, Wire.Gone)  # what a kill looks like to a device


class Newcomer:
    """One device after the other: claim, certificate, template; again until it is accepted."""

    def __init__(self, fleet, claim, folder):
        self._fleet, self._claim, self._folder = fleet, claim, folder
        self.ready = {}  # by serial: the certificate's id and its files
        self.begun = Counter()
        self._serial = uuid.uuid4().hex[:8]

    def step(self):
        key, csr = new_key_and_csr()
        self.begun[self._serial] += 1
        try:
            with Device(self._fleet, self._claim) as device:
                made = device.create(csr)
                accepted, answer = device.provision(
                    "lamps", made["certificateOwnershipToken"], Serial=self._serial)
                assert accepted, answer
                assert answer["thingName"] == f"lamp-{self._serial}"
        except INTERRUPTED:
            time.sleep(0.05)
            return
        self.ready[self._serial] = (made["certificateId"],
                                    in_files(self._folder, made["certificatePem"], key))
        self._serial = uuid.uuid4().hex[:8]
        time.sleep(1)  # a connection has few keys in a second, and devices come one by one


def held_by(fleet, number):
    """(status, how many things, how many policies) of a certificate."""
    arn = f"{ARN}:cert/{number}"
    status = done(fleet.ask("GET", f"/certificates/{number}"))["certificateDescription"]["status"]
    things = done(fleet.ask("GET", "/principals/things", headers={"x-amzn-principal": arn}))
    policies = done(fleet.ask("POST", "/attached-policies/" + quote(arn, safe="")))
    return status, len(things["things"]), len(policies["policies"])


def test_nothing_is_half_done_and_all_come_in(seed, capfd, tmp_path):
    with Fleet() as fleet:
        done(make_template(fleet, "lamps"))
        made = done(fleet.ask("POST", "/keys-and-certificate", {}, {"setAsActive": "true"}))
        done(fleet.ask("POST", "/policies/claim",
                       {"policyDocument": json.dumps(claim_document("lamps"))}))
        done(fleet.ask("PUT", "/target-policies/claim", {"target": made["certificateArn"]}))
        claim = in_files(tmp_path, made["certificatePem"], made["keyPair"]["PrivateKey"])
        newcomers = [Newcomer(fleet, claim, tmp_path) for _ in range(DEVICES)]
        workers = [Worker(one.step) for one in newcomers]
        chance, kills = random.Random(seed), Counter()
        try:
            for kill in range(1, KILLS + 1):
                kills[strike(fleet, chance, kill == KILLS)] += 1
            time.sleep(2)  # for who has begun again
        finally:
            for worker in workers:
                worker.finish()
        ready = {serial: one for each in newcomers for serial, one in each.ready.items()}
        assert len(ready) >= DEVICES
        for serial, (number, files) in ready.items():
            assert held_by(fleet, number) == ("ACTIVE", 1, 1), serial
            assert connects(fleet, files, f"lamp-{serial}") == 0, serial
        listed = done(fleet.ask("GET", "/certificates", query={"pageSize": "250"}))["certificates"]
        kinds = Counter()
        for one in listed:
            if one["certificateId"] == made["certificateId"] or not one["creationDate"]:
                continue  # the claim, and who is in the registry from the start
            held = held_by(fleet, one["certificateId"])
            assert held in (("ACTIVE", 1, 1), ("PENDING_ACTIVATION", 0, 0)), (one, held)
            kinds[held[0]] += 1
        with capfd.disabled():
            print(f"SHADOW_SEED={seed} kills={dict(kills)} ready={len(ready)} begun="
                  f"{sum(sum(one.begun.values()) for one in newcomers)} {dict(kinds)}", flush=True)
