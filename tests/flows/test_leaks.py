# SPDX-License-Identifier: Apache-2.0
"""Runs last: no handle, secret or personal data of this run may be in the log, the database, or
copies of it."""
import json
import random
import re
import shutil

import harness
import uma
import fixture as fixture_

# Long enough that no hash begins like a handle by chance.
HANDLE = re.compile(rb"(?<![A-Za-z0-9_-])(?:tk|pat|at|rt|pct|ss|rs|ac|pr)_[A-Za-z0-9_-]{48,}")
JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")
CANARY = "canary-7d1f"


class Leaks(harness.FlowTest):
    @classmethod
    def prepare(cls):
        own, w = cls(), cls.fixture
        person = CANARY + "-person@example.net"
        rid = cls.alice.add("view", name=CANARY + "-name", description=CANARY + "-text")
        cls.alice.share(rid, ["view"], {"email": person})
        cls.token = own.id_token(email=person, name=CANARY + "-claim", jti=CANARY + "-jti")
        cls.viewer.push(cls.alice.ticket((rid, ["view"])), cls.token).expect(200)
        cls.server.client("leak-secret", CANARY + "-secret")
        uma.Client(cls.server, "leak-secret", CANARY + "-secret").redeem("x")
        uma.Client(cls.server, "leak-secret", CANARY + "-mistyped").redeem(CANARY + "-ticket")
        cls.server.account("leak-login", email=CANARY + "-mail@example.net")
        cls.log = w.usherd.text().encode()
        cls.store = b"".join(f.read_bytes() for f in sorted((w.folder / "store").rglob("*"))
                             if f.is_file())
        copy = w.folder / "copy"
        shutil.copytree(w.folder / "store", copy)
        cls.copy = b"".join(f.read_bytes() for f in sorted(copy.rglob("*")) if f.is_file())
        seen = w.http.seen
        cls.sample = random.Random(1).sample(seen, min(400, len(seen)))
        cls.sample += [cls.alice.pat, cls.erin.pat, cls.token, cls.other.secret]

    def free_of_handles(self, data):
        found = HANDLE.findall(data) + JWT.findall(data)
        self.assertEqual(found[:3], [])
        for handle in self.sample:
            self.assertNotIn(handle.encode(), data)
            self.assertNotIn(handle.encode()[-28:], data)

    def test_log(self):
        """the log contains no handle and no secret [T-G02 G-PCT-07 F-SEC-01 T-S10]"""
        self.assertGreater(len(self.sample), 50 if len(self.fixture.http.seen) > 50 else 0)
        self.free_of_handles(self.log)
        for word in ("-secret", "-mistyped", "-ticket", "-jti"):
            self.assertNotIn((CANARY + word).encode(), self.log)
        self.assertNotIn(fixture_.VIEWER_SECRET.encode(), self.log)

    def test_people(self):
        """the log contains no name, address or claim of a person, and no detail of a resource
        [T-G02 F-PRV-01 G-PRV-02]"""
        self.assertNotIn(CANARY.encode(), self.log)
        self.assertNotIn(b"bob@example.net", self.log)
        self.assertNotIn(b"Lighthouse", self.log)

    def test_store(self):
        """the database contains handles and secrets only as irreversible hashes
        [T-G02 T-S10 G-PCT-07 T-U03 T-U11]"""
        self.free_of_handles(self.store)
        for word in ("-secret", "-mistyped", "-ticket"):
            self.assertNotIn((CANARY + word).encode(), self.store)
        self.assertNotIn(fixture_.VIEWER_SECRET.encode(), self.store)

    def test_claims_at_rest(self):
        """stored claims are encrypted in the database [G-PRV-02 G-PCT-04 G-PCT-07]"""
        self.assertNotIn((CANARY + "-claim").encode(), self.store)

    def test_copies(self):
        """a copy of the store reveals no more than the store [T-G02 T-S10]"""
        self.free_of_handles(self.copy)

    def test_deleted(self):
        """the details of a deleted resource are no longer available [F-PRV-01]"""
        rid = self.alice.add("view", name=CANARY + "-gone")
        self.alice.delete(rid).expect(204)
        self.assertNotIn(CANARY + "-gone", str(self.admin.run("resource", "list", "main")))
        self.assertEqual(self.alice.read(rid).status, 404)

    def test_lines(self):
        """every line of the log is one JSON object, whatever was sent [T-G01]"""

        lines = [line for line in self.log.decode("utf-8").splitlines() if line]
        self.assertTrue(lines)
        for line in lines:
            self.assertIsInstance(json.loads(line), dict)
