# SPDX-License-Identifier: Apache-2.0
"""Permission tickets: UMA Grant, 5.4 and 5.5."""
import os

import harness
import uma

MANY = 1000


class Tickets(harness.TwoPhotos):
    def test_guess(self):
        """tickets of all workers share at most kind and time [T-U03 F-PRM-10]"""
        tickets = harness.side_by_side(MANY, lambda _: self.ticket())
        self.assertEqual(len(set(tickets)), MANY)
        tails = [t[-28:] for t in tickets]              # 168 bits
        self.assertEqual(len(set(tails)), MANY)
        for place in range(27):  # the last character may carry fewer bits
            self.assertGreater(len({t[place] for t in tails}), 50)

    def test_header_safe(self):
        """a ticket needs no escaping in a header [G-RS-06]"""
        self.assertRegex(self.ticket(), r"^[A-Za-z0-9._~-]+$")

    def test_single_use(self):
        """a ticket works once [G-TKT-02 G-ERR-04 T-U02]"""
        ticket = self.ticket()
        self.viewer.redeem(ticket).expect(200)
        self.spent(self.viewer, ticket)

    def test_spent_by_refusal(self):
        """a ticket that was rejected with an error is spent [G-TKT-03]"""
        rid = self.photo("view")
        for scope in ("nonsense", 'a"b'):
            ticket = self.alice.ticket((rid, ["view"]))
            self.refused(self.viewer.redeem(ticket, scope=scope), 400, "invalid_scope")
            self.spent(self.viewer, ticket)

    def test_claims_endpoint(self):
        """a ticket is not spent at /claims by a client to which nobody could return"""
        ticket = self.ticket()
        self.assertEqual(self.server.get(self.server.url(
            "/claims?client_id=c-viewer&ticket=" + ticket)).status, 400)
        self.viewer.redeem(ticket).expect(200)

    def test_race(self):
        """of 50 concurrent uses of a ticket exactly one does not get invalid_grant
        [G-TKT-06 T-U01]"""
        for rid, good in ((self.rid, 200), (self.bobs, 403)):
            for _ in range(4):
                ticket = self.ticket(rid)
                answers = harness.side_by_side(50, lambda _: self.viewer.redeem(ticket))
                winners = [a for a in answers if a.member("error") != "invalid_grant"]
                self.assertEqual([a.status for a in winners], [good])

    def test_race_of_clients(self):
        """of two clients that use one ticket concurrently only one gets an RPT [T-U01 T-U02]"""
        for _ in range(10):
            ticket = self.ticket()
            answers = harness.side_by_side(
                16, lambda n: (self.viewer if n % 2 else self.other).redeem(ticket))
            self.assertEqual(sum(a.status == 200 for a in answers), 1)

    def test_rotation(self):
        """every returned ticket differs from the one that was sent [G-TKT-07 G-ERR-09 G-ERR-14]"""
        ticket, seen = self.ticket(self.bobs), set()
        for _ in range(4):
            seen.add(ticket)
            ticket = self.need_info(self.viewer.redeem(ticket), ticket)
            self.assertNotIn(ticket, seen)
        rid = self.alice.share(self.photo(), ["view"], effect="ask")
        first = self.alice.ticket((rid, ["view"]))
        self.submitted(self.viewer.redeem(first), first)

    def test_rotation_keeps(self):
        """a rotated ticket represents the same permissions [G-TKT-08]"""
        rid = self.photo("view", "resize", when=harness.BOB)
        ticket = self.alice.ticket((rid, ["view", "resize"]))
        for _ in range(2):
            ticket = self.need_info(self.viewer.redeem(ticket), ticket)
        answer = self.viewer.push(ticket, self.id_token()).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view", "resize"]})

    def test_tampering(self):
        """a ticket with one altered character is unknown [G-TKT-09 G-ERR-02]"""
        ticket = self.ticket()
        for place in range(len(ticket)):
            other = "A" if ticket[place] != "A" else "B"
            self.refused(self.viewer.redeem(ticket[:place] + other + ticket[place + 1:]), 400,
                         "invalid_grant")
        for wrong in (ticket + "A", ticket[:-1], ticket + "=", " " + ticket, ticket.swapcase()):
            self.refused(self.viewer.redeem(wrong), 400, "invalid_grant")
        self.viewer.redeem(ticket).expect(200)

    def test_replay_revokes(self):
        """a replayed ticket revokes its RPT if the tenant is configured so [G-TKT-10 T-U02]"""
        t = self.fixture.small("revoking", replay_revokes="yes")
        rid = self.photo("view", rs=t.alice)
        ticket = t.alice.ticket((rid, ["view"]))
        doc = t.viewer.redeem(ticket).expect(200).json()
        self.grants(t.alice, doc["access_token"], {rid: ["view"]})
        self.spent(t.viewer, ticket)
        self.dead(t.alice, doc["access_token"])
        self.refused(t.viewer.refresh(doc["refresh_token"]), 400, "invalid_grant")

    def test_replay_noted(self):
        """otherwise a replay is written to the audit and the RPT remains active [G-TKT-10]"""
        t = self.fixture.small("lenient", replay_revokes="no")
        rid = self.photo("view", rs=t.alice)
        ticket = t.alice.ticket((rid, ["view"]))
        rpt = t.viewer.rpt(ticket)
        self.spent(t.viewer, ticket)
        self.grants(t.alice, rpt, {rid: ["view"]})
        self.assertIn("replay", str(self.admin.run("audit", t.name)))

    def test_fault_elsewhere(self):
        """a valid ticket in an invalid request is spent [G-TKT-11 G-TOK-04]"""
        ticket = self.ticket()
        self.refused(self.viewer.redeem(ticket, claim_token="x"), 400, "invalid_request")
        self.spent(self.viewer, ticket)

    def test_stranger(self):
        """a request that fails to authenticate does not spend the ticket [G-TKT-12]"""
        ticket = self.ticket()
        self.refused(uma.Client(self.server, "c-viewer", "wrong").redeem(ticket), 401,
                     "invalid_client")
        self.viewer.redeem(ticket).expect(200)

    def test_first_client_owns(self):
        """a ticket's later rotations are bound to the first client that sends it
        [G-ERR-05 T-U02]"""
        ticket = self.need_info(self.viewer.redeem(self.ticket(self.bobs)))
        self.refused(self.other.push(ticket, self.id_token(self.other)), 400, "invalid_grant")

    def test_unbound_at_first(self):
        """any client may send a new ticket [G-ERR-05]"""
        for client in (self.viewer, self.other, self.public):
            client.redeem(self.ticket()).expect(200)

    def test_guessing_hits_nothing(self):
        """well-formed tickets that were never issued are rejected like garbage [T-U03 G-ERR-02]"""
        ticket = self.ticket()
        for n in range(100):
            guess = ticket[:-30] + os.urandom(40).hex()[:30]
            self.refused(self.viewer.redeem(guess), 400, "invalid_grant")
