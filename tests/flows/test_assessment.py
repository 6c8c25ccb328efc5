# SPDX-License-Identifier: Apache-2.0
"""Authorization assessment: the worked examples of UMA Grant, 3.3.4."""
import random

import harness

VIEW = {"effect": "permit", "scopes": ["view"], "when": {"anyone": True}}


class Examples(harness.FlowTest):
    """alice's policies permit anyone, so claims are irrelevant, except for E10 and E12."""

    def redeem(self, client, wanted, rs=None, **more):
        return self.clients[client].redeem((rs or self.alice).ticket(*wanted), **more)

    def gives(self, client, wanted, expected, rs=None, **more):
        answer = self.redeem(client, wanted, rs, **more).expect(200)
        self.grants(rs or self.alice, answer.json()["access_token"], expected)
        return answer

    def test_e1(self):
        """E1: the scopes of the ticket that the policy permits are granted
        [G-ASM-01 G-ASM-10 F-PRM-09 E1]"""
        rid = self.photo("view")
        self.gives("c-none", [(rid, ["view"])], {rid: ["view"]})

    def test_e2(self):
        """E2: a registered, requested and available scope is added
        [G-ASM-01 G-ASM-02 G-ASM-05 E2]"""
        rid = self.photo("view", "download")
        answer = self.gives("c-download", [(rid, ["view"])], {rid: ["view", "download"]},
                            scope="download")
        self.assertNotIn("scope", answer.json())

    def test_e3(self):
        """E3: a scope that the client is not registered for is never granted
        [G-ASM-01 G-ASM-02 G-ERR-07 E3]"""
        rid = self.photo("view", "download")
        self.gives("c-none", [(rid, ["view"])], {rid: ["view"]}, scope="download")

    def test_e3_strict(self):
        """E3, strict client: such a scope is rejected [G-ERR-07 E3]"""
        rid = self.photo("view", "download")
        ticket = self.alice.ticket((rid, ["view"]))
        self.refused(self.strict.redeem(ticket, scope="download"), 400, "invalid_scope")
        self.spent(self.strict, ticket)

    def test_e4(self):
        """E4: a scope that only resources outside the ticket have is invalid, and the ticket is
        spent
        [G-ASM-01 G-ERR-06 E4]"""
        rid = self.photo("view", "download")
        self.album("edit")
        client, ticket = self.clients["c-edit"], self.alice.ticket((rid, ["view"]))
        self.refused(client.redeem(ticket, scope="edit"), 400, "invalid_scope")
        self.spent(client, ticket)

    def three(self, rs):
        album, one, two = self.album(rs=rs), self.photo(rs=rs), self.photo(rs=rs)
        diary = rs.add("read", "download")
        rs.share(diary, ["download"])
        rs.share(one, ["view", "resize"])
        return album, one, two

    def test_e5(self):
        """E5: scopes are granted for each resource of the ticket as far as permitted, and for no
        other
        [G-ASM-01 G-ASM-04 G-ASM-05 G-ASM-06 G-ASM-07 G-ASM-09 G-ASM-11 E5]"""
        album, one, two = self.three(self.alice)
        self.gives("c-down-resize", [(album, ["edit"]), (one, ["view"]), (two, ["view"])],
                   {one: ["view", "resize"]}, scope="download resize")

    def test_e5_whole(self):
        """E5, everything permitted: a scope is added only where it is available and is not missed
        elsewhere, even if the tenant requires all scopes
        [G-ASM-06 G-ASM-07 E5]"""
        for rs in (self.alice, self.alice_filez):
            album, one, two = self.three(rs)
            for rid in (album, one, two):
                rs.share(rid, "all")
            self.gives("c-down-resize", [(album, ["edit"]), (one, ["view"]), (two, ["view"])],
                       {album: ["edit", "download"], one: ["view", "resize", "download"],
                        two: ["view", "resize", "download"]}, rs, scope="download resize")

    def test_e5_all_or_nothing(self):
        """E5, all scopes required: the same request is denied [G-ASM-11 E5]"""
        album, one, two = self.three(self.alice_filez)
        answer = self.redeem("c-down-resize", [(album, ["edit"]), (one, ["view"]),
                                               (two, ["view"])], self.alice_filez,
                             scope="download resize")
        self.denied(answer)

    def test_e6(self):
        """E6: registered scopes that are not requested are not added [G-ASM-01 G-ASM-08 E6]"""
        rid = self.photo("view", "print", "download")
        self.gives("c-view-print-down", [(rid, ["view"])], {rid: ["view"]})

    def test_e7(self):
        """E7: a permission without scopes gets the scopes that the client requests
        [G-ASM-01 G-ASM-14 E7]"""
        rid = self.album("view")
        self.gives("c-view", [(rid, [])], {rid: ["view"]}, scope="view")

    def test_e8(self):
        """E8: a permission without scopes is granted by an explicit policy only
        [G-ASM-01 G-ASM-12 G-ASM-13 F-INT-06 E8]"""
        badge = self.alice.add()
        self.denied(self.redeem("c-none", [(badge, [])]))
        self.alice.share(badge, "all")
        self.gives("c-none", [(badge, [])], {badge: []})

    def test_e9(self):
        """E9: requesting an available scope that is also in the ticket is valid
        [G-ASM-01 G-ERR-07 E9]"""
        rid = self.photo("view")
        self.gives("c-none", [(rid, ["view"])], {rid: ["view"]}, scope="view")
        self.refused(self.strict.redeem(self.alice.ticket((rid, ["view"])), scope="view"), 400,
                     "invalid_scope")

    def test_e10(self):
        """E10: only the scope of the latest request counts [G-ASM-01 G-ASM-03 E10]"""
        rid = self.photo("view", "download", when=harness.BOB)
        first = self.alice.ticket((rid, ["view"]))
        second = self.need_info(self.viewer.redeem(first, scope="download"), first)
        answer = self.viewer.push(second, self.id_token()).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_e10_repeated(self):
        """E10, scope repeated: the scope is granted [G-ASM-03 E10]"""
        rid = self.photo("view", "download", when=harness.BOB)
        ticket = self.need_info(self.viewer.redeem(self.alice.ticket((rid, ["view"])),
                                                   scope="download"))
        answer = self.viewer.push(ticket, self.id_token(), scope="download").expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view", "download"]})

    def test_e11(self):
        """E11: an upgrade merges the old permissions after the assessment
        [G-ASM-01 G-UPG-02 E11]"""
        one, two = self.photo("view"), self.photo("view")
        old = self.clients["c-none"].rpt(self.alice.ticket((one, ["view"])))
        answer = self.gives("c-none", [(two, ["view"])], {one: ["view"], two: ["view"]}, rpt=old)
        self.assertIs(answer.json()["upgraded"], True)
        self.dead(self.alice, old)

    def test_e13(self):
        """E13: only currently registered scopes can be granted [G-ASM-01 G-ASM-15 F-UPD-06 E13]"""
        rid = self.photo("view", "print")
        ticket = self.alice.ticket((rid, ["view", "print"]))
        self.alice.update(rid, {"resource_scopes": ["view", "resize", "download"]}).expect(200)
        rpt = self.clients["c-none"].rpt(ticket)
        self.grants(self.alice, rpt, {rid: ["view"]})

    def test_e14(self):
        """E14: order and repetition inside scope do not matter [G-ASM-01 G-ASM-16 E14]"""
        rid = self.photo("view", "print", "download")
        for scope in ("print download print", "download print", "print print download"):
            self.gives("c-down-print", [(rid, ["view"])], {rid: ["view", "print", "download"]},
                       scope=scope)

    def test_e15(self):
        """E15: if all scopes are required, one missing scope denies the request and the error
        reveals nothing about the others
        [G-ASM-01 G-ASM-11 E15]"""
        one, two = self.photo("view", rs=self.alice_filez), self.photo(rs=self.alice_filez)
        answer = self.redeem("c-none", [(one, ["view"]), (two, ["view"])], self.alice_filez)
        self.denied(answer)
        self.assertNotIn(one, answer.body.decode())

    def test_e16(self):
        """E16: a resource that was deleted is not granted; the others are [G-ASM-01 E16]"""
        rid, album = self.photo("view"), self.album("view")
        ticket = self.alice.ticket((rid, ["view"]), (album, ["view"]))
        self.alice.delete(rid).expect(204)
        self.grants(self.alice, self.clients["c-none"].rpt(ticket), {album: ["view"]})

    def test_e16_gone(self):
        """E16, all resources deleted: the ticket is invalid [G-ASM-01 E16]"""
        rid = self.photo("view")
        ticket = self.alice.ticket((rid, ["view"]))
        self.alice.delete(rid).expect(204)
        self.refused(self.viewer.redeem(ticket), 400, "invalid_grant")


class Rules(harness.FlowTest):
    def test_no_policy(self):
        """a resource without a policy is not granted, and a rule without a condition is rejected
        [G-ASM-13 T-U13]"""
        rid = self.photo()
        self.denied(self.viewer.redeem(self.alice.ticket((rid, ["view"]))))
        for when in ({}, {"all": []}, {"any": []}, None, [], {"anyone": False}):
            rule = dict(VIEW, when=when)
            self.refused(self.alice.policy_put(rid, rule), 400)
        self.alice.policy_put(rid, {"effect": "permit", "when": {"anyone": True}, "scopes": []}
                              ).expect(400)
        self.denied(self.viewer.redeem(self.alice.ticket((rid, ["view"]))))

    def test_owners_default(self):
        """the owner's default for a resource server applies to resources without a policy, and
        only there
        [G-ASM-09]"""
        t = self.fixture.small("defaults")
        rid = self.photo(rs=t.alice)
        self.denied(t.viewer.redeem(t.alice.ticket((rid, ["view"]))))
        self.admin.run("policy", "default", t.name, "-", owner="alice", client="rs-photoz",
                       stdin='{"rules":[{"effect":"permit","scopes":["view"],'
                             '"when":{"anyone":true}}]}')
        rpt = t.viewer.rpt(t.alice.ticket((rid, ["view"])))
        self.grants(t.alice, rpt, {rid: ["view"]})
        t.alice.share(rid, "all", effect="deny")
        self.denied(t.viewer.redeem(t.alice.ticket((rid, ["view"]))))

    def test_moment(self):
        """the policy at the time of the token request applies [G-ASM-09 T-U14]"""
        rid = self.photo("view")
        ticket = self.alice.ticket((rid, ["view"]))
        self.alice.policy_drop(rid).expect(204)
        self.denied(self.viewer.redeem(ticket))
        ticket = self.alice.ticket((rid, ["view"]))
        self.alice.share(rid, ["view"])
        self.viewer.redeem(ticket).expect(200)

    def test_first_rule(self):
        """the first applicable rule decides [G-ASM-09]"""
        rid = self.photo()
        self.alice.policy_put(rid, dict(VIEW, effect="deny", when={"client": "c-other"}), VIEW
                              ).expect(200)
        self.denied(self.other.redeem(self.alice.ticket((rid, ["view"]))))
        self.viewer.redeem(self.alice.ticket((rid, ["view"]))).expect(200)

    def test_order(self):
        """neither the order of the ticket nor that of scope changes the result [G-ASM-16]"""
        one, two, album = self.photo("view", "download"), self.photo("print"), self.album("edit")
        wanted = [(one, ["view", "print"]), (two, ["print", "view"]), (album, ["edit", "view"])]
        results = set()
        for seed in range(6):
            chance = random.Random(seed)
            shuffled = [(rid, chance.sample(scopes, len(scopes))) for rid, scopes in wanted]
            chance.shuffle(shuffled)
            rpt = self.clients["c-down-print"].rpt(self.alice.ticket(*shuffled),
                                                   scope="download print")
            results.add(str(sorted((k, sorted(v)) for k, v in
                                   self.alice.permissions(rpt).items())))
        self.assertEqual(len(results), 1)

    def test_bounds(self):
        """a grant never exceeds ticket, registration, available scopes and policy, and a wider
        scope never reduces the grant
        [G-ASM-01 G-ASM-05 G-ASM-07 T-U08]"""
        chance = random.Random(4711)
        registered = {"download", "print"}
        for _ in range(20):
            policy = {rid: set(chance.sample(harness.PHOTO, chance.randint(1, 4)))
                      for rid in (self.photo(), self.photo())}
            for rid, scopes in policy.items():
                self.alice.share(rid, sorted(scopes))
            wanted = {rid: set(chance.sample(harness.PHOTO, chance.randint(1, 3)))
                      for rid in policy}
            before = {}
            for scope in ("", "print", "download print"):
                extra = registered & set(scope.split())
                expected = {rid: (wanted[rid] | extra) & policy[rid] for rid in policy}
                expected = {rid: scopes for rid, scopes in expected.items() if scopes}
                ticket = self.alice.ticket(*[(r, sorted(s)) for r, s in wanted.items()])
                answer = self.clients["c-down-print"].redeem(ticket, scope=scope)
                if not expected:
                    self.denied(answer)
                    continue
                self.grants(self.alice, answer.expect(200).json()["access_token"], expected)
                self.assertTrue(all(before[r] <= expected.get(r, set()) for r in before))
                before = expected
