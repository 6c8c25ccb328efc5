# SPDX-License-Identifier: Apache-2.0
"""Sends kill -9 to a random process of usherd, including the master, every 50 ms under mixed load.

    V=gcc KILL_SECONDS=600 WORKERS="2 6" /usr/bin/python3 tests/process/kill_storm.py

Actors share only the store: each registers a resource, sets its policy, gets tickets, redeems each
ticket twice concurrently, refreshes, and withdraws the permission in one of five ways. A ledger
records what the server acknowledged; a request without a response is retried, because it may have
been executed. The ledger is checked continuously, and completely after usherd has been restarted:

  - nothing acknowledged is lost: resources, policies, granted permissions;
  - no ticket is redeemed twice;
  - nothing is active after an acknowledged withdrawal.

"""
import collections
import os
import random
import signal
import sys
import threading
import time

import daemon
import raw_fcgi
from cases_grants import ISSUER, FcgiHttp, RealUsherd  # this import also adds tests/flows to sys.path

import uma  # noqa: E402

SECONDS = float(os.environ.get("KILL_SECONDS", "600"))
WORKERS = os.environ.get("WORKERS", "2 6").split()
ACTORS, EVERY, KEPT = 8, 0.05, 400
PERMIT = {"effect": "permit", "scopes": ["view"], "when": {"anyone": True}}
DENY = {"effect": "deny", "scopes": ["view"], "when": {"anyone": True}}


class Patient(FcgiHttp):
    """Returns a response without a status if the connection broke: the outcome is unknown."""

    def request(self, method, url, headers=(), body=None):
        try:
            return super().request(method, url, headers, body)
        except (OSError, raw_fcgi.Closed, ValueError):
            return uma.Response(0, [], b"")


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.faults = []
        self.dead = collections.deque(maxlen=KEPT)     # tokens that must stay inactive
        self.alive = {}                                 # resource: tokens that must be active
        self.gone = collections.deque(maxlen=KEPT)      # resources that were deleted

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def fault(self, text):
        with self.lock:
            self.faults.append(text)
        print("# FAULT: " + text, flush=True)


class Actor(threading.Thread):
    """Uses one resource after another, from its registration to its deletion."""

    def __init__(self, storm, number):
        super().__init__()
        self.storm, self.ledger = storm, storm.ledger
        self.alice, self.viewer = storm.alice, storm.viewer
        self.chance = random.Random(number)

    def run(self):
        while not self.storm.ended.is_set():
            try:
                self.life()
            except Exception as e:      # pylint: disable=broad-except
                self.ledger.fault("actor: %r" % e)
                return

    def until(self, call, *good):
        """Retries until the call is acknowledged; None if the storm ended first."""
        while not self.storm.ended.is_set():
            answer = call()
            if answer.status in good:
                return answer
            if answer.status not in (0, 429, 503):
                self.ledger.fault("unexpected: %s" % answer)
            time.sleep(0.01)
        return None

    def life(self):
        made = self.until(lambda: self.alice.create({"resource_scopes": ["view", "edit"]}), 201)
        if made is None:
            return
        rid = made.json()["_id"]
        self.ledger.count("registered")
        if self.until(lambda: self.alice.policy_put(rid, PERMIT), 200, 201) is None:
            return
        self.ledger.count("policies")
        with self.ledger.lock:
            self.ledger.alive[rid] = []
        for _ in range(self.chance.randrange(1, 4)):
            self.grant(rid)
        if self.chance.random() < 0.8:
            self.withdraw(rid)

    def grant(self, rid):
        answer = self.until(lambda: self.alice.permission(
            {"resource_id": rid, "resource_scopes": ["view"]}), 201)
        if answer is None:
            return
        ticket, found = answer.json()["ticket"], []
        twice = [threading.Thread(target=lambda: found.append(self.viewer.redeem(ticket)))
                 for _ in range(2)]
        for one in twice:
            one.start()
        for one in twice:
            one.join()
        found.append(self.viewer.redeem(ticket))
        granted = [a.json() for a in found if a.status == 200]
        if len(granted) > 1:
            self.ledger.fault("ticket %s… was redeemed %d times" % (ticket[:12], len(granted)))
        for doc in granted:
            self.ledger.count("granted")
            self.hold(rid, doc)

    def hold(self, rid, doc):
        with self.ledger.lock:
            self.ledger.alive[rid].append(doc["access_token"])
        handle = doc.get("refresh_token")
        if handle is None or self.chance.random() < 0.5:
            return
        answer = self.viewer.refresh(handle)  # no retry: a replay revokes the family
        if answer.status == 200:
            self.ledger.count("refreshed")
            with self.ledger.lock:
                self.ledger.alive[rid].append(answer.json()["access_token"])
        elif answer.status in (0, 503):
            self.ledger.count("refresh unknown")

    def withdraw(self, rid):
        """After this withdrawal no token may be active."""
        with self.ledger.lock:
            tokens = self.ledger.alive.pop(rid)
        way = self.chance.choice(["deny", "drop", "delete", "narrow", "revoke"])
        if way == "deny":
            done = self.until(lambda: self.alice.policy_put(rid, DENY), 200, 201)
        elif way == "drop":
            done = self.until(lambda: self.alice.policy_drop(rid), 204, 404)
        elif way == "delete":
            done = self.until(lambda: self.alice.delete(rid), 204, 404)
        elif way == "narrow":
            done = self.until(lambda: self.alice.update(rid, {"resource_scopes": ["edit"]}), 200)
        else:
            done = [self.until(lambda t=t: self.viewer.revoke(t), 200) for t in tokens]
            done = None if None in done else done
        if done is None:
            return
        self.ledger.count(way)
        for token in tokens:
            while not self.storm.check(token, False, way) and not self.storm.ended.is_set():
                time.sleep(0.01)
        with self.ledger.lock:
            self.ledger.dead.extend((token, way) for token in tokens)
            if way == "delete":
                self.ledger.gone.append(rid)


class Checker(threading.Thread):
    """Checks random entries of the ledger."""

    def __init__(self, storm):
        super().__init__()
        self.storm, self.chance = storm, random.Random(99)

    def run(self):
        ledger = self.storm.ledger
        while not self.storm.ended.is_set():
            with ledger.lock:
                dead = self.chance.choice(ledger.dead) if ledger.dead else None
            if dead is None or not self.storm.check(dead[0], False, dead[1]):
                time.sleep(0.01)


class Killer(threading.Thread):
    """Ends all processes and starts the master again, like a supervisor."""

    def __init__(self, storm):
        super().__init__()
        self.storm, self.chance = storm, random.Random(7)

    def run(self):
        usherd = self.storm.usherd
        while not self.storm.ended.wait(EVERY):
            pid = self.chance.choice([usherd.process.pid, *usherd.children()])
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.storm.ledger.count("kills")
            if pid == usherd.process.pid:
                self.storm.ledger.count("kills of the master")
                usherd.process.wait()
                usherd.start()


class Storm:
    def __init__(self, workers):
        self.usherd = RealUsherd(workers=workers, log_level="info")
        self.ledger, self.ended = Ledger(), threading.Event()
        a = self.usherd.admin
        a.tenant_set("main", rpt_life=86400, access_life=86400)
        a.account_add("main", "alice")
        a.client_add("main", "photos", "a-secret-of-photos", scope="uma_protection",
                     resource_uri="https://photos.example.com")
        a.client_add("main", "viewer", "a-secret-of-viewer", grant=["uma", "refresh_token"])
        pat = a.pat("main", "photos", "alice", life=86400)
        self.serve()
        self.server = uma.Server(Patient(self.usherd.path), ISSUER)
        assert self.server.document  # read before the storm
        self.alice = uma.ResourceServer(self.server, pat)
        self.viewer = uma.Client(self.server, "viewer", "a-secret-of-viewer")

    def serve(self):
        times = self.usherd.log().count("serving on") if self.usherd.process else 0
        self.usherd.start()
        self.usherd.wait_serving(times + 1)

    def check(self, token, active, why):
        """Whether the token is active as expected, if the server answers."""
        answer = self.alice.introspect(token)
        if answer.status == 200 and (answer.member("active") is True) != active:
            self.ledger.fault("a token is %sactive after %s" % ("" if not active else "in", why))
        self.ledger.count("introspections" if answer.status == 200 else "introspections failed")
        return answer.status == 200

    def must(self, call):
        """Without kills every request must be answered."""
        answer = daemon.wait_for(lambda: (lambda a: a if a.status not in (0, 503) else None)(call()))
        return answer if answer else uma.Response(0, [], b"")

    def check_all(self):
        """Checks the whole ledger while no process is killed."""
        for token, way in list(self.ledger.dead):
            if not self.check(token, False, way):
                self.ledger.fault("a token could not be introspected at rest")
        for rid, tokens in self.ledger.alive.items():
            for token in tokens:
                if not self.check(token, True, "being granted"):
                    self.ledger.fault("a token could not be introspected at rest")
            if self.must(lambda r=rid: self.alice.read(r)).status != 200:
                self.ledger.fault("a registered resource was lost")
            if self.must(lambda r=rid: self.alice.policy(r)).status != 200:
                self.ledger.fault("a policy was lost")
        for rid in self.ledger.gone:
            if self.must(lambda r=rid: self.alice.read(r)).status != 404:
                self.ledger.fault("a deleted resource is there again")

    def run(self):
        threads = [Killer(self), Checker(self)] + [Actor(self, i) for i in range(ACTORS)]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS)
        self.ended.set()
        for thread in threads:
            thread.join()
        self.usherd.kill(signal.SIGKILL)
        self.usherd.process.wait()
        self.serve()
        self.check_all()
        for what in ("granted", "deny", "drop", "delete", "narrow", "revoke", "refreshed"):
            if self.ledger.counts[what] == 0:
                self.ledger.fault("nothing was acknowledged of: " + what)
        self.usherd.stop()
        return self.ledger


def main():
    failed = False
    for workers in WORKERS:
        ledger = Storm(int(workers)).run()
        print("# %s workers, %d s: %s" % (workers, SECONDS, ", ".join(
            "%s %d" % pair for pair in sorted(ledger.counts.items()))))
        print("%s process/kill_storm: with %s workers nothing acknowledged is lost, granted twice, "
              "or active after it was withdrawn [T-S01 T-X07]" %
              ("not ok" if ledger.faults else "ok", workers), flush=True)
        failed = failed or bool(ledger.faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
