# SPDX-License-Identifier: Apache-2.0
"""Introspection: UMA Federated Authorization, 5; RFC 7662."""
import time

import harness
import uma

OLD_NAMES = {"resource_set_id", "scopes", "rsid", "rsname"}


class Introspection(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.add(*harness.PHOTO)
        cls.alice.share(cls.rid, "all")
        cls.badge = cls.alice.share(cls.alice.add(), "all")
        cls.success = cls.viewer.redeem(cls.alice.ticket(
            (cls.rid, ["view", "print"]), (cls.badge, []))).expect(200).json()
        cls.rpt = cls.success["access_token"]
        cls.answer = cls.alice.introspect(cls.rpt)

    def ask(self, pairs, headers=None):
        return self.server.post_form(self.server.endpoint("introspection_endpoint"), pairs,
                                     self.alice.bearer() if headers is None else headers)

    def test_active(self):
        """a resource server introspects with its PAT and gets JSON that must not be cached
        [F-INT-01 F-INT-14]"""
        self.assertEqual(self.answer.status, 200)
        self.json_type(self.answer)
        self.uncached(self.answer, pragma=False)
        self.assertIs(self.answer.json()["active"], True)

    def test_hints(self):
        """a token is found with any token_type_hint [F-INT-02 O-7662-02]"""
        expected = self.answer.json()
        self.assertIs(expected["active"], True)
        for hint in ("access_token", "refresh_token", "pct", "nonsense", ""):
            self.assertEqual(self.alice.introspect(self.rpt, hint).json(), expected)
            response = self.viewer.post("introspection_endpoint", [
                ("token", self.success["refresh_token"]), ("token_type_hint", hint)])
            self.assertIs(response.expect(200).json()["active"], True)

    def test_no_scope(self):
        """an active RPT has permissions and no scope [F-INT-03]"""
        self.assertNotIn("scope", self.answer.json())

    def test_permissions(self):
        """permissions is a list at the top level of objects with resource_id and resource_scopes,
        also if empty
        [F-INT-04 F-INT-05 F-INT-06 F-INT-15]"""
        permissions = self.answer.json()["permissions"]
        self.assertIsInstance(permissions, list)
        got = {}
        for permission in permissions:
            self.assertFalse(OLD_NAMES & set(permission))
            self.assertIsInstance(permission["resource_id"], str)
            self.assertIsInstance(permission["resource_scopes"], list)
            got[permission["resource_id"]] = set(permission["resource_scopes"])
        self.assertEqual(got, {self.rid: {"view", "print"}, self.badge: set()})
        self.assertTrue(set(got) <= set(self.alice.list().json()))

    def test_times(self):
        """times are whole seconds; a permission has the exp of its rule, never later than the
        token's, and the token's iat and nbf apply
        [F-INT-07 F-INT-08 F-INT-09]"""
        now = int(time.time())
        soon, late = self.alice.add("view"), self.alice.add("view")
        self.alice.share(soon, ["view"], until=now + 100)
        self.alice.share(late, ["view"], until=now + 100000)
        rpt = self.viewer.rpt(self.alice.ticket((self.rid, ["view"]), (soon, ["view"]),
                                                (late, ["view"])))
        doc = self.alice.introspect(rpt).json()
        for name in ("exp", "iat"):
            self.assertIs(type(doc[name]), int)
        self.assertNotIn("nbf", doc)
        self.assertLess(now + 100, doc["exp"])  # otherwise the first of the three shows nothing
        for permission in doc["permissions"]:
            self.assertEqual(set(permission), {"resource_id", "resource_scopes", "exp"})
            self.assertIs(type(permission["exp"]), int)
        self.assertEqual({p["resource_id"]: p["exp"] for p in doc["permissions"]},
                         {self.rid: doc["exp"], soon: now + 100, late: doc["exp"]})

    def test_inactive(self):
        """the response for revoked, unknown, altered, and other tokens is exactly {"active":false}
        [F-INT-10 O-7662-03 O-7662-04 T-U16]"""
        _, revoked = self.granted()
        self.viewer.revoke(revoked).expect(200)
        ticket = self.alice.ticket((self.rid, ["view"]))
        head, body, sig = self.rpt.split(".")
        bodies = set()
        for token in (revoked, "nonsense", "a.b.c", ticket, self.success["refresh_token"],
                      self.with_pct(), ".".join((head, body, sig[:-8] + "AAAAAAAA")),
                      ".".join((head, body, "")), self.rpt + "=", self.rpt + "A",
                      self.id_token(), "x" * 9000):
            self.dead(self.alice, token)
            bodies.add(self.alice.introspect(token).body)
        self.assertEqual(len(bodies), 1)
        self.viewer.redeem(ticket).expect(200)

    def test_malleable(self):
        """another encoding of an RPT is another token [O-8037-09 T-P09]"""
        head, body, sig = self.rpt.split(".")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        spare = alphabet[(alphabet.index(sig[-1]) & ~3) | ((alphabet.index(sig[-1]) + 1) & 3)]
        for token in (".".join((head, body, sig[:-1] + spare)), self.rpt + "==",
                      self.rpt + ".", " " + self.rpt, self.rpt + "\n", self.rpt + ".x",
                      ".".join((head, body + "=", sig)), "." + self.rpt):
            self.dead(self.alice, token)

    def test_others(self):
        """an RPT is inactive for another resource server and for another owner's PAT
        [F-INT-11 O-7662-04 T-U16]"""
        for rs in (self.erin, self.alice_filez):
            self.dead(rs, self.rpt)
            self.assertEqual(rs.introspect(self.rpt).body, rs.introspect("nonsense").body)

    def test_plain_tokens(self):
        """a token that is not an RPT has a response of RFC 7662 for its own client and for a PAT
        of the same owner, and is inactive for others
        [F-INT-12]"""
        plain = self.server.client("in-plain", scope="profile", grant=["client_credentials"])
        token = plain.token({"grant_type": "client_credentials", "scope": "profile"}
                            ).expect(200).json()["access_token"]
        answers = {"rs-photoz": [self.alice.introspect(self.alice.pat),
                                 self.itself(self.fixture.photoz, self.alice.pat)],
                   "in-plain": [self.itself(plain, token)]}
        for name, scope in (("rs-photoz", "uma_protection"), ("in-plain", "profile")):
            for answer in answers[name]:
                doc = answer.expect(200).json()
                self.assertIs(doc["active"], True)
                self.assertEqual((doc["scope"], doc["client_id"]), (scope, name))
                self.assertNotIn("permissions", doc)
        for rs in (self.erin, self.alice_filez):
            self.dead(rs, self.alice.pat)
            self.dead(rs, token)
        for client in (plain, self.fixture.filez, self.viewer):
            self.assertEqual(self.itself(client, self.alice.pat).expect(200).json(),
                             {"active": False})

    def itself(self, client, token):
        """The response for a client that authenticates with its own credentials."""
        return client.post("introspection_endpoint", {"token": token})

    def test_callers(self):
        """missing credentials, a revoked PAT, and wrong credentials are 401
        [F-INT-13 O-7662-01 O-7662-05]"""
        pairs = {"token": self.rpt}
        self.challenged(self.ask(pairs, []))
        self.challenged(self.ask(pairs, [("Authorization", "Bearer pat_x")]), 401,
                        "invalid_token")
        for headers in ([("Authorization", uma.basic("rs-photoz", "wrong"))],
                        [("Authorization", uma.basic("nobody", "x"))]):
            self.assertEqual(self.ask(pairs, headers).status, 401)

    def test_withdrawn(self):
        """permissions that the owner revokes are absent from the next response
        [F-INT-16 F-PRV-02 G-PRV-01 T-U14 T-U15]"""
        rid, rpt = self.granted("view", "print")
        self.alice.share(rid, ["view"])
        self.grants(self.alice, rpt, {rid: ["view"]})
        self.alice.policy_drop(rid).expect(204)
        self.dead(self.alice, rpt)

    def test_edited_rule(self):
        """a rule that is changed to another party no longer grants its earlier permissions
        [T-U15 G-PRV-01]"""
        rid = self.photo()
        self.alice.policy_put(rid, {"id": "friends", "effect": "permit", "scopes": ["view"],
                                    "when": {"anyone": True}}).expect(200)
        rpt = self.viewer.rpt(self.alice.ticket((rid, ["view"])))
        self.grants(self.alice, rpt, {rid: ["view"]})
        self.alice.policy_put(rid, {"id": "friends", "effect": "permit", "scopes": ["view"],
                                    "when": {"client": "c-other"}}).expect(200)
        self.dead(self.alice, rpt)

    def test_local(self):
        """an RPT can be validated offline with the published keys [F-INT-17]"""
        header, claims = uma.jwt_parts(self.rpt)
        self.assertIn(header["kid"], {k["kid"] for k in self.server.keys()})
        self.assertEqual(claims["exp"], self.answer.json()["exp"])

    def test_methods(self):
        """GET is rejected [F-INT-18]"""
        answer = self.server.http.request(
            "GET", self.server.endpoint("introspection_endpoint") + "?token=" + self.rpt,
            self.alice.bearer())
        self.assertEqual(answer.status, 405)
        self.assertEqual(answer.header("Allow"), "POST")

    def test_missing_token(self):
        """a missing token is invalid_request [O-7662-06]"""
        for pairs in ([], [("token", "")], [("token_type_hint", "access_token")]):
            self.refused(self.ask(pairs), 400, "invalid_request")

    def test_many_at_once(self):
        """all workers return the same response [O-7662-04 F-INT-01]"""
        answers = harness.side_by_side(40, lambda _: self.alice.introspect(self.rpt).json())
        self.assertTrue(all(a == answers[0] for a in answers))

    def test_disabled_client(self):
        """RPTs of a disabled client or for a disabled requesting party are inactive [T-U15]"""
        client = self.server.client("in-disabled", push_claims=True)
        rid = self.shared_with_bob()
        rpt = client.push(self.alice.ticket((rid, ["view"])), self.id_token(client)
                          ).expect(200).json()["access_token"]
        self.assertIsNotNone(self.alice.permissions(rpt))
        self.admin.run("client", "disable", "main", client.id)
        self.dead(self.alice, rpt)
        other = self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token()
                                 ).expect(200).json()["access_token"]
        self.admin.run("account", "disable", "main", "bob")
        try:
            self.dead(self.alice, other)
        finally:
            self.admin.run("account", "enable", "main", "bob")
