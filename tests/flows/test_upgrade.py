# SPDX-License-Identifier: Apache-2.0
"""RPT upgrading (UMA Grant, 3.3.5.1), refreshing (3.6) and revoking (3.7; RFC 7009)."""
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
        self.assertIs(doc.get("upgraded", False), False)
        self.grants(rs, doc["access_token"], expected)

    def test_upgraded(self):
        """the permissions of the old RPT are in the new one, and upgraded is true
        [G-UPG-02 G-UPG-03]"""
        one, old, two = self.two()
        answer = self.again(two, old).expect(200)
        self.assertIs(answer.json()["upgraded"], True)
        self.grants(self.alice, answer.json()["access_token"], {one: ["view"], two: ["view"]})

    def test_old_one_dies(self):
        """the old RPT ends with the upgrade [G-UPG-06]"""
        _, old, two = self.two()
        self.again(two, old).expect(200)
        self.dead(self.alice, old)

    def test_not_upgraded(self):
        """without an upgrade the old RPT stays as it was [G-UPG-04]"""
        one, old, two = self.two()
        self.not_upgraded(self.again(two, "nonsense"), self.alice, {two: ["view"]})
        self.grants(self.alice, old, {one: ["view"]})

    def test_foreign(self):
        """nothing is carried over between clients, owners or resource servers
        [G-UPG-07 G-UPG-04 T-U15]"""
        one, old, two = self.two()
        self.not_upgraded(self.again(two, old, self.other), self.alice, {two: ["view"]})
        for rs in (self.erin, self.alice_filez):
            rid = self.photo("view", rs=rs)
            self.not_upgraded(self.again(rid, old, rs=rs), rs, {rid: ["view"]})
        self.grants(self.alice, old, {one: ["view"]})

    def test_other_party(self):
        """nothing is carried over between requesting parties [G-UPG-07]"""
        rid = self.photo("view", when={"any": [harness.BOB, {"email": "carol@example.net"}]})

        def push(more, **claims):
            ticket = self.alice.ticket((rid, ["view"]))
            return self.viewer.push(ticket, self.id_token(**claims), **more).expect(200).json()
        bobs = push({})["access_token"]
        carols = push({"rpt": bobs}, sub="carol-1", email="carol@example.net")
        self.assertIs(carols.get("upgraded", False), False)
        self.grants(self.alice, bobs, {rid: ["view"]})

    def test_garbage(self):
        """garbage and revoked RPTs count as not sent, and nothing revoked comes back
        [G-UPG-08]"""
        _, old, two = self.two()
        self.viewer.revoke(old).expect(200)
        for bad in (old, "nonsense", "a.b.c", old[:-5] + "AAAAA", self.alice.pat):
            self.not_upgraded(self.again(two, bad), self.alice, {two: ["view"]})
        self.dead(self.alice, old)

    def test_failure(self):
        """a request that fails leaves the old RPT alone [G-UPG-09]"""
        one, old, _ = self.two()
        self.need_info(self.again(self.shared_with_bob(), old))
        self.denied(self.again(self.photo(), old))
        self.refused(self.viewer.redeem(self.alice.ticket((one, ["view"])), rpt=old,
                                        scope="edit"), 400, "invalid_scope")
        self.grants(self.alice, old, {one: ["view"]})

    def test_merged(self):
        """scopes of one resource are joined into one permission, and the old one's time is not
        prolonged [G-UPG-10 F-INT-08 F-INT-09]"""
        rid, old = self.granted("view")
        self.alice.share(rid, ["view", "print"])
        before = self.alice.introspect(old).json()
        ticket = self.alice.ticket((rid, ["print"]))
        new = self.viewer.redeem(ticket, rpt=old).expect(200).json()["access_token"]
        doc = self.alice.introspect(new).json()
        self.assertEqual(len(doc["permissions"]), 1)
        self.assertEqual(set(doc["permissions"][0]["resource_scopes"]), {"view", "print"})
        permission = doc["permissions"][0]
        self.assertLessEqual(permission.get("exp", 0), doc["exp"])
        if "exp" in permission:
            self.assertLessEqual(permission["exp"], before["exp"] + 1)

    def test_reevaluated(self):
        """an upgrade judges the old permissions anew: what is withdrawn, deleted or changed is
        not carried over [T-U15 G-UPG-02]"""
        one, old, two = self.two()
        self.alice.policy_drop(one).expect(200, 204)
        self.not_upgraded(self.again(two, old), self.alice, {two: ["view"]})
        one, old, two = self.two()
        self.alice.delete(one).expect(200, 204)
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
        """a refresh token brings a new RPT [G-REF-01]"""
        rid, doc = self.grant()
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.uncached(answer)
        self.assertNotEqual(answer.json()["access_token"], doc["access_token"])
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_no_assessment(self):
        """a refresh asks for no claims again [G-REF-02]"""
        rid, doc = self.grant(when=harness.BOB)
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})

    def test_narrowed(self):
        """scope may narrow a refresh, and the grant behind it stays whole
        [G-REF-03 O-6749-13]"""
        rid, doc = self.grant("view", "print")
        narrow = self.viewer.refresh(doc["refresh_token"], scope="view").expect(200).json()
        got = self.alice.permissions(narrow["access_token"])[rid]
        self.assertIn(got, ({"view"}, {"view", "print"}))
        handle = narrow.get("refresh_token", doc["refresh_token"])
        wide = self.viewer.refresh(handle).expect(200).json()
        self.grants(self.alice, wide["access_token"], {rid: ["view", "print"]})

    def test_never_wider(self):
        """a scope that was not granted is invalid_scope [G-REF-04 O-6749-13]"""
        rid, doc = self.grant("view")
        self.alice.share(rid, "all")
        for scope in ("print", "view print", "edit", 'v"'):
            self.refused(self.viewer.refresh(doc["refresh_token"], scope=scope), 400,
                         "invalid_scope")

    def test_withdrawn(self):
        """a withdrawn share ends refreshing [G-REF-05 G-REF-07 F-PRV-02 G-PRV-01]"""
        rid, doc = self.grant()
        self.alice.policy_drop(rid).expect(200, 204)
        self.gone(self.viewer.refresh(doc["refresh_token"]))

    def test_withdrawn_in_part(self):
        """a share withdrawn in part does not come back by refresh [G-REF-05 G-REF-08]"""
        rid, doc = self.grant("view", "print")
        self.alice.share(rid, ["view"])
        answer = self.viewer.refresh(doc["refresh_token"])
        if answer.status == 200:
            self.grants(self.alice, answer.json()["access_token"], {rid: ["view"]})
        else:
            self.gone(answer)

    def test_bound(self):
        """a refresh token is its client's [G-REF-06 O-6749-13 T-C07]"""
        _, doc = self.grant()
        for client in (self.other, self.public):
            self.gone(client.refresh(doc["refresh_token"]))
        self.viewer.refresh(doc["refresh_token"]).expect(200)

    def test_codes(self):
        """refreshing fails by codes of RFC 6749 only, and never with a ticket [G-REF-07]"""
        rid, doc = self.grant()
        handle = doc["refresh_token"]
        answers = [self.viewer.refresh("nonsense"), self.other.refresh(handle),
                   self.viewer.refresh(handle, scope="edit"), self.viewer.refresh("")]
        self.alice.delete(rid).expect(200, 204)
        answers.append(self.viewer.refresh(handle))
        for answer in answers:
            self.refused(answer, 400)
            self.assertIn(answer.json()["error"],
                          ("invalid_grant", "invalid_scope", "invalid_request"))

    def test_deleted(self):
        """the permission on a deleted resource does not return [G-REF-08 T-U15]"""
        one, two = self.photo("view"), self.photo("view")
        doc = self.viewer.redeem(self.alice.ticket((one, ["view"]), (two, ["view"]))
                                 ).expect(200).json()
        self.alice.delete(one).expect(200, 204)
        answer = self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {two: ["view"]})

    def test_rotation(self):
        """a public client's refresh token is renewed, and the use of an old one ends the family
        [T-C07 O-6749-13]"""
        _, doc = self.grant(client=self.public)
        second = self.public.refresh(doc["refresh_token"]).expect(200).json()
        self.assertNotEqual(second["refresh_token"], doc["refresh_token"])
        self.gone(self.public.refresh(doc["refresh_token"]))
        self.gone(self.public.refresh(second["refresh_token"]))

    def test_race(self):
        """of refreshes at once with a public client's token no two succeed [T-C07 T-U01]"""
        _, doc = self.grant(client=self.public)
        answers = harness.side_by_side(
            12, lambda _: self.public.refresh(doc["refresh_token"]))
        self.assertLessEqual(sum(a.status == 200 for a in answers), 1)

    def test_disabled(self):
        """neither a disabled client nor one that may not refresh gets anything [T-U15]"""
        client = self.server.client("rf-disabled")
        _, doc = self.grant(client=client)
        self.admin.run("client", "disable", "main", client.id)
        self.assertIn(client.refresh(doc["refresh_token"]).status, (400, 401))
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
        """RPTs, refresh tokens and PCTs can be revoked, with the right hint, a wrong one, or
        none [G-REV-01 G-REV-02 O-7009-01 O-7009-05 O-7009-08]"""
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
        """what belongs to another client is refused, and stays [G-REV-03 O-7009-04]"""
        rid, doc = self.grant()
        for name in ("access_token", "refresh_token", "pct"):
            self.refused(self.other.revoke(doc[name]), 400, "invalid_grant")
        self.grants(self.alice, doc["access_token"], {rid: ["view"]})
        self.viewer.redeem(self.alice.ticket((rid, ["view"])), pct=doc["pct"]).expect(200)
        self.viewer.refresh(doc["refresh_token"]).expect(200)

    def test_request(self):
        """revocation wants POST, a client and a token [O-7009-02]"""
        self.refused(self.viewer.post("revocation_endpoint", {}), 400, "invalid_request")
        url = self.server.endpoint("revocation_endpoint")
        answer = self.server.post_form(url, {"token": "x"})
        self.assertIn(answer.status, (400, 401))
        self.refused(answer, answer.status, "invalid_client")
        self.assertEqual(self.server.get(url).status, 405)
        self.assertEqual(self.public.revoke("x").status, 200)
        self.refused(uma.Client(self.server, "c-viewer", "no").revoke("x"), 401,
                     "invalid_client")

    def test_unknown(self):
        """an unknown or dead token is answered like a revoked one [O-7009-03]"""
        _, doc = self.grant()
        first = self.viewer.revoke(doc["access_token"]).expect(200)
        second = self.viewer.revoke(doc["access_token"]).expect(200)
        third = self.viewer.revoke("nothing-like-this").expect(200)
        self.assertEqual(first.body, second.body)
        self.assertEqual(first.body, third.body)

    def test_family(self):
        """with the refresh token its RPTs end, renewed ones too [O-7009-06]"""
        _, doc = self.grant()
        newer = self.viewer.refresh(doc["refresh_token"]).expect(200).json()
        self.viewer.revoke(newer.get("refresh_token", doc["refresh_token"])).expect(200)
        self.dead(self.alice, newer["access_token"])
        self.dead(self.alice, doc["access_token"])

    def test_no_unsupported(self):
        """there is no kind of token that cannot be revoked [O-7009-07]"""
        pat = self.world.photoz.token({"grant_type": "client_credentials",
                                       "scope": "uma_protection"}).expect(200).json()
        _, doc = self.grant()
        for client, token in ((self.world.photoz, pat["access_token"]),
                              (self.viewer, doc["access_token"]),
                              (self.viewer, doc["refresh_token"]), (self.viewer, doc["pct"])):
            self.assertEqual(client.revoke(token).status, 200)
        self.challenged(uma.ResourceServer(self.server, pat["access_token"]).list(), 401,
                        "invalid_token")

    def test_immediate(self):
        """revocation is in force in every worker when it is answered [O-7009-08 T-U15]"""
        for _ in range(10):
            _, rpt = self.granted()
            self.viewer.revoke(rpt).expect(200)
            for _ in range(4):
                self.dead(self.alice, rpt)
