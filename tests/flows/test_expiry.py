# SPDX-License-Identifier: Apache-2.0
"""Expiry of tickets and tokens. All tests share one wait."""
import time

import harness
import sample_rs
import servers
import store_rows
import fixture as fixture_

WAIT = 12.5
FLOOD = 500


def tickets(fixture):
    """The number of rows in the store's table of tickets, valid and expired."""
    return store_rows.count(fixture.folder / "store", "ticket")


class Expiry(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.t = t = cls.fixture.small("brief", ticket_life=10, rpt_life=10, access_life=10,
                                    claim_token_age=10, clock_skew=0)
        own = cls()
        cls.rid = t.alice.share(t.alice.add(*harness.PHOTO), ["view", "print"])
        cls.ask = t.alice.share(t.alice.add("view"), ["view"], effect="ask")
        cls.windowed = t.alice.share(t.alice.add("view"), ["view"], until=int(time.time()) + 8)
        cls.bobs = t.alice.share(t.alice.add("view"), ["view"], harness.BOB)
        t.set(rpt_life=300)
        cls.over = t.viewer.redeem(t.alice.ticket((cls.windowed, ["view"]))).expect(200).json()
        cls.over_and = t.viewer.redeem(t.alice.ticket((cls.windowed, ["view"]),
                                                      (cls.rid, ["view"]))).expect(200).json()
        t.set(rpt_life=10)
        cls.grant = t.viewer.redeem(t.alice.ticket((cls.rid, ["view"]))).expect(200).json()
        cls.upgrading = t.viewer.rpt(t.alice.ticket((cls.rid, ["view"])))
        cls.withdrawn = t.alice.share(t.alice.add("view"), ["view"])
        cls.withdrawn_rpt = t.viewer.rpt(t.alice.ticket((cls.withdrawn, ["view"])))
        t.alice.policy_drop(cls.withdrawn)
        harness.side_by_side(FLOOD, lambda _: t.alice.ticket((cls.rid, ["view"])))
        cls.before = tickets(cls.fixture)
        cls.never = t.alice.ticket((cls.rid, ["view"]))
        t.set(poll_interval=1)
        cls.renewed = own.need_info(t.viewer.redeem(t.alice.ticket((cls.bobs, ["view"]))))
        t.set(poll_interval=60)
        cls.polling = own.submitted(t.viewer.redeem(t.alice.ticket((cls.ask, ["view"]))))
        cls.stale_token = cls.idp.token("c-viewer")
        cls.pat = t.pat("rs-photoz", "alice", life=10)
        t.set(access_life=3600)
        t.alice = t.pat("rs-photoz", "alice")
        time.sleep(WAIT)

    def fresh(self, rid=None):
        return self.t.alice.ticket((rid or self.rid, ["view"]))

    def test_ticket(self):
        """an expired ticket is invalid_grant, even if it was never used [G-ERR-03 G-TKT-05]"""
        self.refused(self.t.viewer.redeem(self.never), 400, "invalid_grant")

    def test_renewed_ticket(self):
        """a rotated ticket expires, too [G-TKT-05]"""
        self.refused(self.t.viewer.push(self.renewed, self.id_token()), 400, "invalid_grant")

    def test_polling_ticket(self):
        """a ticket for polling is valid longer than its interval [G-ERR-18]"""
        self.submitted(self.t.viewer.redeem(self.polling))

    def test_rpt(self):
        """an expired RPT is inactive [F-INT-10 O-7662-04]"""
        self.dead(self.t.alice, self.grant["access_token"])

    def test_rpt_at_resource_server(self):
        """a resource server treats an expired RPT like a missing one and issues a new ticket, with
        introspection and with offline validation
        [G-RS-04 G-RS-05]"""
        for offline in (False, True):
            rs = sample_rs.SampleRs(self.t.alice, fixture_.PHOTOZ, offline)
            self.addCleanup(rs.stop)
            rs.photos["/photo"], rs.keys = self.rid, self.t.keys()
            answer = self.server.http.request("GET", rs.url + "/photo", [
                ("Authorization", "Bearer " + self.grant["access_token"])])
            self.assertEqual(answer.status, 401)
            scheme, attributes = harness.quick(answer.header("WWW-Authenticate"))
            self.assertEqual(scheme, "UMA")
            self.t.viewer.redeem(attributes["ticket"]).expect(200)

    def test_upgrade(self):
        """an expired RPT may be upgraded; its permissions are assessed again, and those that are
        still permitted get a new lifetime
        [G-UPG-05 T-U15]"""
        self.dead(self.t.alice, self.upgrading)
        other = self.photo("view", rs=self.t.alice)
        doc = self.t.viewer.redeem(self.fresh(other), rpt=self.upgrading).expect(200).json()
        self.assertIs(doc["upgraded"], True)
        introspected = self.t.alice.introspect(doc["access_token"]).json()
        self.assertEqual({p["resource_id"]: (p["resource_scopes"], p["exp"])
                          for p in introspected["permissions"]},
                         {rid: (["view"], introspected["exp"]) for rid in (self.rid, other)})
        doc = self.t.viewer.redeem(self.fresh(other), rpt=self.withdrawn_rpt).expect(200).json()
        self.assertNotIn("upgraded", doc)
        self.grants(self.t.alice, doc["access_token"], {other: ["view"]})

    def test_refresh(self):
        """a refresh token outlives its RPT [G-REF-01 G-RES-05]"""
        doc = self.t.viewer.refresh(self.grant["refresh_token"]).expect(200).json()
        self.grants(self.t.alice, doc["access_token"], {self.rid: ["view"]})

    def test_rule_over(self):
        """a permission whose rule has expired is not returned, and not restored by a refresh
        [F-INT-16 G-REF-08 G-PRV-01]"""
        self.dead(self.t.alice, self.over["access_token"])
        self.grants(self.t.alice, self.over_and["access_token"], {self.rid: ["view"]})
        doc = self.t.viewer.refresh(self.over_and["refresh_token"]).expect(200).json()
        self.grants(self.t.alice, doc["access_token"], {self.rid: ["view"]})
        self.denied(self.t.viewer.redeem(self.fresh(self.windowed)))

    def test_pat(self):
        """an expired PAT is invalid_token [F-PAT-03]"""
        self.challenged(self.pat.list(), 401, "invalid_token")

    def test_claim_token(self):
        """a claim token that is too old is need_info, even before its exp
        [O-OIDC-05 G-CLM-03 T-U10]"""
        self.need_info(self.t.viewer.push(self.fresh(self.bobs), self.stale_token))
        self.t.viewer.push(self.fresh(self.bobs), self.id_token()).expect(200)


class Sweeping(harness.FlowTest):
    def test_swept(self):
        """expired tickets are removed from the store, and valid ones are kept [F-PRM-17]"""
        self.assertGreaterEqual(tickets(self.fixture), Expiry.before)
        live = self.alice.ticket((self.photo("view"), ["view"]))
        first = self.fixture.usherd
        folder = self.fixture.folder / "sweeper"
        folder.mkdir()
        second = servers.Usherd(first.build, folder, store=str(first.folder / "store"),
                                master_key=str(first.folder / "master.key"), sweep_interval=1)
        second.start()
        self.addCleanup(second.stop)
        servers.wait_for(lambda: tickets(self.fixture) <= Expiry.before - FLOOD,
                         what="the sweeping")
        self.viewer.redeem(live).expect(200)
