# SPDX-License-Identifier: Apache-2.0
"""The owner's side: the policy endpoint, revocation, and what others can learn about an owner
(UMA Grant, 5 and 6; UMA Federated Authorization, 7 and 8).
"""
import harness
import uma

ANYONE = {"effect": "permit", "scopes": ["view"], "when": {"anyone": True}}


class Policies(harness.FlowTest):
    def test_round_trip(self):
        """a policy is returned as it was written, and is gone once deleted [G-SEC-01]"""
        rid = self.photo()
        rules = [dict(ANYONE, id="a"), {"id": "b", "effect": "deny", "scopes": "all",
                                        "when": {"email": "x@example.net"}}]
        self.alice.policy_put(rid, *rules).expect(200)
        self.assertEqual(self.alice.policy(rid).expect(200).json()["rules"], rules)
        self.alice.policy_drop(rid).expect(204)
        self.assertEqual(self.alice.policy(rid).status, 404)

    def test_foreign(self):
        """only the owner, through their resource server, reads or writes a policy [T-U04 T-U16]"""
        rid = self.photo("view")
        for rs in (self.erin, self.alice_filez):
            for answer, missing in ((rs.policy(rid), rs.policy("unknown")),
                                    (rs.policy_put(rid), rs.policy_put("unknown")),
                                    (rs.policy_drop(rid), rs.policy_drop("unknown"))):
                self.assertEqual(answer.status, 404)
                self.assertEqual(answer.body, missing.body)
        for headers in ([], self.viewer.credentials()[0]):
            answer = self.server.get(self.alice.policy_url(rid), headers=headers)
            self.assertEqual(answer.status, 401)
        self.viewer.redeem(self.alice.ticket((rid, ["view"]))).expect(200)

    def owner(self, login):
        """The owner, authenticated by a token of their own."""
        return uma.ResourceServer(self.server, self.admin.run("pat", "main", owner=login)[
            "access_token"])

    def test_own_token(self):
        """an owner's own token gives access to their policies at every resource server, and to
        nothing else
        [T-U04 T-C05]"""
        alice, erin = self.owner("alice"), self.owner("erin")
        for rs in (self.alice, self.alice_filez):
            rid = self.photo("view", rs=rs)
            alice.policy_put(rid, dict(ANYONE, id="mine")).expect(200)
            self.assertEqual(rs.policy(rid).json()["rules"][0]["id"], "mine")
            self.assertEqual(erin.policy(rid).status, 404)
            for answer in (alice.list(), alice.permission((rid, ["view"])),
                           alice.introspect("x")):
                self.challenged(answer, 403, "insufficient_scope")

    def test_refused(self):
        """a misspelt condition, effect or member is rejected, and the old policy is kept
        [T-U13 G-ASM-13]"""
        rid = self.photo("view")
        for rule in (dict(ANYONE, when={"anyonee": True}), dict(ANYONE, effect="allow"),
                     dict(ANYONE, unless={"anyone": True}), dict(ANYONE, scopes="view"),
                     dict(ANYONE, when={"anyone": True, "email": "x@y.example"}),
                     dict(ANYONE, until="tomorrow"), dict(ANYONE, **{"from": 2, "until": 1}),
                     dict(ANYONE, when={"not": []}), dict(ANYONE, when={"email": ""}),
                     {"effect": "permit", "scopes": ["view"]}, {}, 5, None):
            self.refused(self.alice.policy_put(rid, rule), 400, "invalid_request")
        self.viewer.redeem(self.alice.ticket((rid, ["view"]))).expect(200)

    def test_empty(self):
        """a policy without rules permits nothing [T-U13 G-ASM-13]"""
        rid = self.photo()
        self.alice.policy_put(rid).expect(200)
        self.denied(self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token()))

    def test_explained(self):
        """usherctl shows an administrator who would be granted which scopes [G-SEC-01]"""
        rid = self.photo("view")
        explained = str(self.admin.run("policy", "explain", "main", rid))
        self.assertIn("permit", explained)


class Withdrawal(harness.FlowTest):
    def test_at_once(self):
        """a revocation by the owner takes effect at the next use of RPT and refresh token
        [G-PRV-01 F-PRV-02 G-SEC-03 T-U15]"""
        for withdraw in (self.alice.policy_drop, self.alice.delete,
                         lambda rid: self.alice.share(rid, ["view"], effect="deny")):
            rid = self.photo("view")
            doc = self.viewer.redeem(self.alice.ticket((rid, ["view"]))).expect(200).json()
            self.grants(self.alice, doc["access_token"], {rid: ["view"]})
            withdraw(rid)
            self.dead(self.alice, doc["access_token"])
            self.refused(self.viewer.refresh(doc["refresh_token"]), 400, "invalid_grant")

    def test_race(self):
        """an owner who revokes while clients redeem tickets leaves no active RPT [T-U14]"""
        for _ in range(6):
            rid = self.photo("view")
            tickets = [self.alice.ticket((rid, ["view"])) for _ in range(12)]

            def act(n):
                if n == 6:
                    return self.alice.policy_drop(rid)
                return self.viewer.redeem(tickets[n])
            answers = harness.side_by_side(12, act)
            for answer in answers[:6] + answers[7:]:
                self.assertIn(answer.status, (200, 403, 503), answer)
                if answer.status == 200:
                    self.dead(self.alice, answer.json()["access_token"])

    def test_withdrawn_yes(self):
        """an owner's answer ends when the policy no longer asks the owner [G-PRV-01 T-U15]"""
        rid = self.alice.share(self.photo(), ["view"], effect="ask")
        first = self.viewer.redeem(self.alice.ticket((rid, ["view"])))
        ticket = self.submitted(first)
        request = [r for r in self.admin.requests("main", "alice") if rid in str(r)][0]
        self.admin.decide("approve", "main", request["id"])
        rpt = self.viewer.rpt(ticket)
        self.grants(self.alice, rpt, {rid: ["view"]})
        self.alice.policy_drop(rid).expect(204)
        self.dead(self.alice, rpt)


class Discretion(harness.FlowTest):
    def test_no_names(self):
        """responses to clients name neither owner nor resource nor policy
        [G-PRV-03 G-SEC-02 T-U16]"""
        rid = self.alice.add("view", name="Secret-Lighthouse")
        self.alice.share(rid, ["view"], harness.BOB)
        first = self.viewer.redeem(self.alice.ticket((rid, ["view"])))
        second = self.viewer.push(self.need_info(first),
                                  self.id_token(email="carol@example.net"))
        for answer in (first, second):
            for word in (b"alice", b"Secret-Lighthouse", rid.encode(), b"bob@example.net"):
                self.assertNotIn(word, answer.body)

    def test_no_front_channel(self):
        """no response redirects, so no URL contains an RPT or PCT [G-SEC-02 G-PCT-07]"""
        rid = self.shared_with_bob()
        for answer in (self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token()),
                       self.viewer.redeem("x"), self.alice.introspect("x"),
                       self.viewer.revoke("x")):
            self.assertIsNone(answer.header("Location"))
            self.assertFalse(300 <= answer.status < 400)

    def test_existence(self):
        """responses for unknown, foreign and deleted objects are equal byte by byte
        [T-U16 F-READ-03]"""
        deleted = self.alice.add("view")
        self.alice.delete(deleted)
        for ask in (self.alice.read, self.alice.delete, self.alice.policy,
                    lambda rid: self.alice.update(rid, {"resource_scopes": []}),
                    lambda rid: self.alice.permission({"resource_id": rid,
                                                       "resource_scopes": []})):
            answers = [ask(rid) for rid in (self.erin.add("view"), deleted, "A" * 26)]
            self.assertEqual(len({(a.status, a.body) for a in answers}), 1, answers)

    def test_clients_alike(self):
        """responses for an unknown client and for a wrong secret are equal [T-U16]"""
        answers = [uma.Client(self.server, name, "wrong").redeem("x")
                   for name in ("c-viewer", "nobody", "rs-photoz", "c-public")]
        self.assertEqual(len({(a.status, a.body) for a in answers}), 1, answers)

    def test_oauth_considerations(self):
        """the protection API follows the security considerations of OAuth: tokens are not in URLs
        or caches, and scripts of other sites cannot read responses
        [F-SEC-01 G-SEC-01]"""
        answer = self.server.get(self.alice.collection(),
                                 headers=self.alice.bearer() + [("Origin", "https://x.example")])
        self.uncached(answer.expect(200), pragma=False)
        self.assertNotEqual(answer.header("Access-Control-Allow-Credentials"), "true")
        self.assertEqual(self.server.get(self.alice.collection() + "?access_token="
                                         + self.alice.pat).status, 401)
