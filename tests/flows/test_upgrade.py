# SPDX-License-Identifier: Apache-2.0
"""RPT upgrading (UMA Grant, 3.3.5.1), refreshing (3.6) and revoking (3.7; RFC 7009)."""
import time

import harness
import uma


class Upgrade(harness.FlowTest):
    def two(self):
        """(resource of the old RPT, old RPT, another resource)."""
        rid, old = self.granted()
        return rid, old, self.photo("view")

    def again(self, rid, old, client=None, rs=None):
        ticket = (rs or self.alice).ticket((rid, ["view"]))
        return (client or self.viewer).redeem(ticket, rpt=old)

    def not_upgraded(self, answer, rs, expected):
        doc = answer.expect(200).json()
        self.assertNotIn("upgraded", doc)
        self.grants(rs, doc["access_token"], expected)

    def test_upgraded(self):
        """the new RPT has the permissions of the old one, and upgraded is true
        [G-UPG-02 G-UPG-03]"""
        one, old, two = self.two()
        answer = self.again(two, old).expect(200)
        self.assertIs(answer.json()["upgraded"], True)
        self.grants(self.alice, answer.json()["access_token"], {one: ["view"], two: ["view"]})

    def test_old_one_dies(self):
        """an upgrade revokes the old RPT [G-UPG-06]"""
        _, old, two = self.two()
        self.again(two, old).expect(200)
        self.dead(self.alice, old)

    def test_not_upgraded(self):
        """without an upgrade the old RPT remains active [G-UPG-04]"""
        one, old, two = self.two()
        self.not_upgraded(self.again(two, "nonsense"), self.alice, {two: ["view"]})
        self.grants(self.alice, old, {one: ["view"]})

    def test_foreign(self):
        """no permission is carried over between clients, owners or resource servers
        [G-UPG-07 G-UPG-04 T-U15]"""
        one, old, two = self.two()
        self.not_upgraded(self.again(two, old, self.other), self.alice, {two: ["view"]})
        for rs in (self.erin, self.alice_filez):
            rid = self.photo("view", rs=rs)
            self.not_upgraded(self.again(rid, old, rs=rs), rs, {rid: ["view"]})
        self.grants(self.alice, old, {one: ["view"]})

    def test_other_party(self):
        """no permission is carried over between requesting parties [G-UPG-07]"""
        rid = self.photo("view", when={"any": [harness.BOB, {"email": "carol@example.net"}]})

        def push(more, **claims):
            ticket = self.alice.ticket((rid, ["view"]))
            return self.viewer.push(ticket, self.id_token(**claims), **more).expect(200).json()
        bobs = push({})["access_token"]
        carols = push({"rpt": bobs}, sub="carol-1", email="carol@example.net")
        self.assertNotIn("upgraded", carols)
        self.grants(self.alice, bobs, {rid: ["view"]})

    def test_garbage(self):
        """garbage and revoked RPTs are ignored, and no revoked permission is restored [G-UPG-08]"""
        _, old, two = self.two()
        self.viewer.revoke(old).expect(200)
        for bad in (old, "nonsense", "a.b.c", old[:-5] + "AAAAA", self.alice.pat):
            self.not_upgraded(self.again(two, bad), self.alice, {two: ["view"]})
        self.dead(self.alice, old)

    def test_failure(self):
        """a failed request does not affect the old RPT [G-UPG-09]"""
        one, old, _ = self.two()
        self.need_info(self.again(self.shared_with_bob(), old))
        self.denied(self.again(self.photo(), old))
        self.refused(self.viewer.redeem(self.alice.ticket((one, ["view"])), rpt=old,
                                        scope="edit"), 400, "invalid_scope")
        self.grants(self.alice, old, {one: ["view"]})

    def test_merged(self):
        """scopes of one resource are merged into one permission, which keeps the old expiry
        [G-UPG-10 F-INT-08]"""
        rid, until = self.photo(), int(time.time()) + 120
        rule = {"effect": "permit", "when": {"anyone": True}}
        self.alice.policy_put(rid, dict(rule, id="short", scopes=["view"], until=until),
                              dict(rule, id="long", scopes=["print"])).expect(200)
        old = self.viewer.rpt(self.alice.ticket((rid, ["view"])))
        ticket = self.alice.ticket((rid, ["print"]))
        answer = self.viewer.redeem(ticket, rpt=old).expect(200).json()
        self.assertIs(answer["upgraded"], True)
        doc = self.alice.introspect(answer["access_token"]).json()
        self.assertGreater(doc["exp"], until)
        self.assertEqual([(p["resource_id"], set(p["resource_scopes"]), p["exp"])
                          for p in doc["permissions"]], [(rid, {"view", "print"}, until)])

    def test_not_prolonged(self):
        """permissions that are carried over keep the expiry of the old RPT; new ones get that of
        the new RPT
        [G-UPG-10 F-INT-08 F-INT-09]"""
        t = self.fixture.small("merging", rpt_life=60)
        one, two = self.photo("view", rs=t.alice), self.photo("view", rs=t.alice)
        old = t.viewer.rpt(t.alice.ticket((one, ["view"])))
        before = t.alice.introspect(old).json()
        t.set(rpt_life=300)
        answer = t.viewer.redeem(t.alice.ticket((two, ["view"])), rpt=old).expect(200).json()
        self.assertIs(answer["upgraded"], True)
        doc = t.alice.introspect(answer["access_token"]).json()
        self.assertEqual((before["exp"] - before["iat"], doc["exp"] - doc["iat"]), (60, 300))
        self.assertGreaterEqual(doc["iat"], before["iat"])
        for permission in doc["permissions"]:
            self.assertFalse({"iat", "nbf"} & set(permission))  # those of the token apply
        self.assertEqual({p["resource_id"]: p["exp"] for p in doc["permissions"]},
                         {one: before["exp"], two: doc["exp"]})
        self.assertEqual(uma.jwt_parts(answer["access_token"])[1]["permissions"],
                         doc["permissions"])

    def test_reevaluated(self):
        """an upgrade assesses the old permissions again: those withdrawn, deleted or changed are
        not carried over
        [T-U15 G-UPG-02]"""
        one, old, two = self.two()
        self.alice.policy_drop(one).expect(204)
        self.not_upgraded(self.again(two, old), self.alice, {two: ["view"]})
        one, old, two = self.two()
        self.alice.delete(one).expect(204)
        self.not_upgraded(self.again(two, old), self.alice, {two: ["view"]})


class Refresh(harness.FlowTest):
    def grant(self, *scopes, client=None, when=None):
        """(resource, success document)."""
        scopes = scopes or ("view",)
        rid = self.photo(*scopes, when=when)
        client = client or self.viewer
        ticket = self.alice.ticket((rid, scopes))
        answer = client.push(ticket, self.id_token(client)) if when else client.redeem(ticket)
        return rid, answer.expect(200).json()

    def gone(self, answer):
        self.refused(answer, 400, "invalid_grant")

    def test_refresh(self):
        """a refresh token gets a new RPT [G-REF-01]"""
        rid, doc = self.grant()
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.uncached(answer)
        self.assertNotEqual(answer.json()["access_token"], doc["access_token"])
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_no_assessment(self):
        """a refresh requires no claims [G-REF-02]"""
        rid, doc = self.grant(when=harness.BOB)
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_narrowed(self):
        """scope may narrow a refresh without narrowing the grant [G-REF-03 O-6749-13]"""
        rid, doc = self.grant("view", "print")
        narrow = self.viewer.refresh(doc["refresh_token"], scope="view").expect(200).json()
        self.grants(self.alice, narrow["access_token"], {rid: ["view"]})
        wide = self.viewer.refresh(narrow["refresh_token"]).expect(200).json()
        self.grants(self.alice, wide["access_token"], {rid: ["view", "print"]})

    def test_never_wider(self):
        """a scope that was not granted is invalid_scope [G-REF-04 O-6749-13]"""
        rid, doc = self.grant("view")
        self.alice.share(rid, "all")
        for scope in ("print", "view print", "edit", 'v"'):
            self.refused(self.viewer.refresh(doc["refresh_token"], scope=scope), 400,
                         "invalid_scope")

    def test_withdrawn(self):
        """withdrawing a policy ends refreshing [G-REF-05 G-REF-07 F-PRV-02 G-PRV-01]"""
        rid, doc = self.grant()
        self.alice.policy_drop(rid).expect(204)
        self.gone(self.viewer.refresh(doc["refresh_token"]))

    def test_withdrawn_in_part(self):
        """a partly withdrawn permission is not restored by a refresh [G-REF-05 G-REF-08]"""
        rid, doc = self.grant("view", "print")
        self.alice.share(rid, ["view"])
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_bound(self):
        """a refresh token is bound to its client [G-REF-06 O-6749-13 T-C07]"""
        _, doc = self.grant()
        for client in (self.other, self.public):
            self.gone(client.refresh(doc["refresh_token"]))
        self.viewer.refresh(doc["refresh_token"]).expect(200)

    def test_codes(self):
        """a failed refresh has an error code of RFC 6749 and never a ticket [G-REF-07]"""
        rid, doc = self.grant()
        handle = doc["refresh_token"]
        self.gone(self.viewer.refresh("nonsense"))
        self.gone(self.other.refresh(handle))
        self.refused(self.viewer.refresh(handle, scope="edit"), 400, "invalid_scope")
        self.refused(self.viewer.refresh(""), 400, "invalid_request")
        self.alice.delete(rid).expect(204)
        self.gone(self.viewer.refresh(handle))

    def test_deleted(self):
        """the permission on a deleted resource is not restored [G-REF-08 T-U15]"""
        one, two = self.photo("view"), self.photo("view")
        doc = self.viewer.redeem(self.alice.ticket((one, ["view"]), (two, ["view"]))
                                 ).expect(200).json()
        self.alice.delete(one).expect(204)
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {two: ["view"]})

    def test_rotation(self):
        """a public client's refresh token is rotated, and a replayed one revokes the family
        [T-C07 O-6749-13]"""
        _, doc = self.grant(client=self.public)
        second = self.public.refresh(doc["refresh_token"]).expect(200).json()
        self.assertNotEqual(second["refresh_token"], doc["refresh_token"])
        self.gone(self.public.refresh(doc["refresh_token"]))
        self.gone(self.public.refresh(second["refresh_token"]))

    def test_race(self):
        """of concurrent uses of a public client's refresh token one succeeds [T-C07 T-U01]"""
        _, doc = self.grant(client=self.public)
        answers = harness.side_by_side(
            12, lambda _: self.public.refresh(doc["refresh_token"]))
        self.assertEqual(sum(a.status == 200 for a in answers), 1)

    def test_disabled(self):
        """a disabled client and one that may not refresh get no token [T-U15]"""
        client = self.server.client("rf-disabled")
        _, doc = self.grant(client=client)
        self.admin.run("client", "disable", "main", client.id)
        self.refused(client.refresh(doc["refresh_token"]), 401, "invalid_client")
        self.dead(self.alice, doc["access_token"])
        plain = self.server.client("rf-never", grant=["uma"])
        _, doc = self.grant(client=plain)
        self.assertNotIn("refresh_token", doc)
        self.refused(plain.refresh("x"), 400, "unauthorized_client")


class Revoke(harness.FlowTest):
    HINTS = (None, "access_token", "refresh_token", "pct", "nonsense")

    def grant(self, client=None):
        client = client or self.viewer
        rid = self.shared_with_bob()
        doc = client.push(self.alice.ticket((rid, ["view"])), self.id_token(client))
        return rid, doc.expect(200).json()

    def pct_dead(self, rid, pct, client=None):
        self.need_info((client or self.viewer).redeem(self.alice.ticket((rid, ["view"])),
                                                      pct=pct))

    def test_kinds_and_hints(self):
        """RPTs, refresh tokens and PCTs can be revoked with a correct, a wrong, or no
        token_type_hint
        [G-REV-01 G-REV-02 O-7009-01 O-7009-05 O-7009-08]"""
        for hint in self.HINTS:
            rid, doc = self.grant()
            self.viewer.revoke(doc["pct"], hint).expect(200)
            self.pct_dead(rid, doc["pct"])
            self.viewer.revoke(doc["access_token"], hint).expect(200)
            self.dead(self.alice, doc["access_token"])
            rid, doc = self.grant()
            self.viewer.revoke(doc["refresh_token"], hint).expect(200)
            self.refused(self.viewer.refresh(doc["refresh_token"]), 400, "invalid_grant")

    def test_foreign(self):
        """a token of another client is not revoked [G-REV-03 O-7009-04]"""
        rid, doc = self.grant()
        for name in ("access_token", "refresh_token", "pct"):
            self.refused(self.other.revoke(doc[name]), 400, "invalid_grant")
        self.grants(self.alice, doc["access_token"], {rid: ["view"]})
        self.viewer.redeem(self.alice.ticket((rid, ["view"])), pct=doc["pct"]).expect(200)
        self.viewer.refresh(doc["refresh_token"]).expect(200)

    def test_request(self):
        """revocation requires POST, client authentication and a token [O-7009-02]"""
        self.refused(self.viewer.post("revocation_endpoint", {}), 400, "invalid_request")
        url = self.server.endpoint("revocation_endpoint")
        self.refused(self.server.post_form(url, {"token": "x"}), 401, "invalid_client")
        self.assertEqual(self.server.get(url).status, 405)
        self.assertEqual(self.public.revoke("x").status, 200)
        self.refused(uma.Client(self.server, "c-viewer", "no").revoke("x"), 401,
                     "invalid_client")

    def test_unknown(self):
        """an unknown or inactive token gets the same response as a revoked one [O-7009-03]"""
        _, doc = self.grant()
        first = self.viewer.revoke(doc["access_token"]).expect(200)
        second = self.viewer.revoke(doc["access_token"]).expect(200)
        third = self.viewer.revoke("nothing-like-this").expect(200)
        self.assertEqual(first.body, second.body)
        self.assertEqual(first.body, third.body)

    def test_family(self):
        """revoking a refresh token revokes its RPTs, including those of refreshes [O-7009-06]"""
        _, doc = self.grant()
        newer = self.viewer.refresh(doc["refresh_token"]).expect(200).json()
        self.viewer.revoke(newer["refresh_token"]).expect(200)
        self.dead(self.alice, newer["access_token"])
        self.dead(self.alice, doc["access_token"])

    def test_no_unsupported(self):
        """every kind of token can be revoked [O-7009-07]"""
        pat = self.fixture.photoz.token({"grant_type": "client_credentials",
                                       "scope": "uma_protection"}).expect(200).json()
        _, doc = self.grant()
        for client, token in ((self.fixture.photoz, pat["access_token"]),
                              (self.viewer, doc["access_token"]),
                              (self.viewer, doc["refresh_token"]), (self.viewer, doc["pct"])):
            self.assertEqual(client.revoke(token).status, 200)
        self.challenged(uma.ResourceServer(self.server, pat["access_token"]).list(), 401,
                        "invalid_token")

    def test_immediate(self):
        """a revocation is effective in every worker once the response is sent [O-7009-08 T-U15]"""
        for _ in range(10):
            _, rpt = self.granted()
            self.viewer.revoke(rpt).expect(200)
            for _ in range(4):
                self.dead(self.alice, rpt)
