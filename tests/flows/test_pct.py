# SPDX-License-Identifier: Apache-2.0
"""Persisted claims tokens: UMA Grant, 3.3.1, 3.3.5 and 5.2."""
import base64
import time

import harness


class Pct(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.bobs = cls.alice.add(*harness.PHOTO)
        cls.alice.share(cls.bobs, ["view"], harness.BOB)

    def ticket(self, rid=None, rs=None):
        return (rs or self.alice).ticket((rid or self.bobs, ["view"]))

    def issue(self, client=None):
        client = client or self.viewer
        return client.push(self.ticket(), self.id_token(client)).expect(200).json()["pct"]

    def works(self, pct, client=None):
        return (client or self.viewer).redeem(self.ticket(), pct=pct).expect(200)

    def test_only_with_success(self):
        """a PCT is a string and is returned only with an RPT [G-PCT-01]"""
        self.assertIsInstance(self.issue(), str)
        self.assertNotIn("pct", self.viewer.redeem(self.ticket()).expect(403).json())
        answer = self.viewer.push(self.ticket(self.photo()), self.id_token())
        self.assertNotIn("pct", answer.expect(403).json())

    def test_guess(self):
        """PCTs of all workers share at most kind and time"""
        made = harness.side_by_side(60, lambda _: self.issue())
        self.assertEqual(len({p[-28:] for p in made}), 60)
        for place in range(27):
            self.assertGreater(len({p[-28 + place] for p in made}), 20)

    def test_unreadable(self):
        """a PCT reveals no claims, and is shorter than they are [G-PCT-03 G-PCT-04]"""
        pct = self.issue()
        raw = base64.urlsafe_b64decode(pct.partition("_")[2] + "==")
        for word in (b"bob-77", b"example", b"email"):
            self.assertNotIn(word, raw)
            self.assertNotIn(word, pct.encode())
        self.assertLess(len(raw), 64)

    def test_bound(self):
        """another client's PCT is ignored and not used up [G-PCT-05 T-U11]"""
        pct = self.issue()
        self.need_info(self.other.redeem(self.ticket(), pct=pct))
        self.need_info(self.public.redeem(self.ticket(), pct=pct))
        self.works(pct)

    def test_elsewhere(self):
        """a client may use a PCT for another resource, resource server and owner [G-PCT-06]"""
        pct = self.issue()
        for rs in (self.alice, self.alice_filez, self.erin):
            rid = self.shared_with_bob(rs=rs)
            answer = self.viewer.redeem(self.ticket(rid, rs), pct=pct).expect(200)
            self.grants(rs, answer.json()["access_token"], {rid: ["view"]})
            pct = answer.json()["pct"]  # the PCT was rotated

    def test_nobody_elses(self):
        """a PCT is inactive for a resource server [G-PCT-07 F-INT-10]"""
        pct = self.issue()
        for hint in (None, "pct", "access_token"):
            answer = self.alice.introspect(pct, hint)
            self.assertEqual((answer.status, answer.json()), (200, {"active": False}))

    def test_bad(self):
        """claims that the administrator marked as bad are no longer used [G-PCT-08]"""
        client = self.server.client("c-stolen", push_claims=True)
        pct = self.issue(client)
        self.admin.run("pct", "revoke", "main", client=client.id)
        self.need_info(client.redeem(self.ticket(), pct=pct))
        time.sleep(1.1)  # PCTs issued in the second of the command are bad as well
        self.works(self.issue(client), client)

    def test_settled_before(self):
        """claims are persisted only if the tenant is configured so [G-PCT-09]"""
        t = self.fixture.small("nopct", issue_pct="no")
        rid = t.alice.share(t.alice.add("view"), ["view"], harness.BOB)
        answer = t.viewer.push(t.alice.ticket((rid, ["view"])), self.id_token()).expect(200)
        self.assertNotIn("pct", answer.json())

    def test_no_error(self):
        """an invalid PCT is ignored beside sufficient claims, and leads to need_info without
        claims
        [G-PCT-10]"""
        revoked = self.issue()
        self.viewer.revoke(revoked, "pct").expect(200)
        for bad in ("nonsense", revoked, "pct_" + "A" * 50, self.issue(self.other)):
            self.viewer.push(self.ticket(), self.id_token(), pct=bad).expect(200)
            self.need_info(self.viewer.redeem(self.ticket(), pct=bad))

    def test_age(self):
        """a policy may require claims that are newer than the stored ones [G-PCT-11 T-U12]"""
        now = int(time.time())
        pct = self.viewer.push(self.ticket(), self.id_token(auth_time=now - 200)
                               ).expect(200).json()["pct"]
        fresh = {"all": [harness.BOB, {"authentication": {"max_age": 60}}]}
        rid = self.photo("view", when=fresh)
        self.need_info(self.viewer.redeem(self.ticket(rid), pct=pct))
        self.viewer.push(self.ticket(rid), self.id_token(auth_time=now), pct=pct).expect(200)
