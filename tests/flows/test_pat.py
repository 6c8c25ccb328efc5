# SPDX-License-Identifier: Apache-2.0
"""Access to the protection API: UMA Federated Authorization, 1.3; RFC 6750."""
import harness
import uma

GARBAGE = "pat_" + "A" * 50


class Pat(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.plain = cls.server.client("p-plain", scope="profile", grant=["client_credentials"])

    def doors(self, token_headers):
        """Sends a request to each of the three endpoints."""
        s = self.server
        return [s.get(s.endpoint("resource_registration_endpoint"), headers=token_headers),
                s.send_json("POST", s.endpoint("permission_endpoint"), [], token_headers),
                s.post_form(s.endpoint("introspection_endpoint"), {"token": "x"},
                            token_headers)]

    def by(self, token, scheme="Bearer"):
        return self.doors([("Authorization", "%s %s" % (scheme, token))])

    def fresh(self):
        return self.fixture.photoz.token({"grant_type": "client_credentials",
                                        "scope": "uma_protection"}).expect(200).json()

    def test_kind(self):
        """a PAT is an access token with the scope uma_protection [F-PAT-01 F-PAT-07]"""
        doc = self.fresh()
        self.assertEqual(doc["scope"], "uma_protection")
        self.assertEqual(doc["token_type"], "Bearer")
        rs = uma.ResourceServer(self.server, doc["access_token"])
        rs.delete(rs.add("view")).expect(204)

    def test_nothing(self):
        """a request without a token gets a challenge without an error code
        [F-PAT-02 F-INT-13 O-6750-02 O-7662-01]"""
        for answer in self.doors([]):
            attributes = self.challenged(answer)
            self.assertFalse({"error", "error_description", "scope"} & set(attributes))

    def test_unknown(self):
        """an unknown or revoked token is invalid_token [F-PAT-03 O-6750-02 O-7662-05]"""
        doc = self.fresh()
        self.fixture.photoz.revoke(doc["access_token"]).expect(200)
        changed = self.alice.pat[:-1] + ("A" if self.alice.pat[-1] != "A" else "B")
        for token in (GARBAGE, "x", doc["access_token"], changed):
            for answer in self.by(token):
                self.challenged(answer, 401, "invalid_token")

    def test_scope(self):
        """a token without the scope is insufficient_scope [F-PAT-04 O-6750-02]"""
        token = self.plain.token({"grant_type": "client_credentials", "scope": "profile"}
                                 ).expect(200).json()["access_token"]
        for answer in self.by(token):
            attributes = self.challenged(answer, 403, "insufficient_scope")
            self.assertEqual(attributes["scope"], "uma_protection")

    def test_header(self):
        """the Bearer scheme is accepted in any case [F-PAT-05 O-6750-01]"""
        for scheme in ("Bearer", "bearer", "BEARER", "bEaReR"):
            self.assertEqual([a.status for a in self.by(self.alice.pat, scheme)],
                             [200, 400, 200])

    def test_pair(self):
        """PATs of one resource server for two owners never give access to each other's resources
        [F-PAT-06 F-CRE-07 F-LST-03]"""
        alices, erins = self.alice.add("view"), self.erin.add("view")
        self.assertNotIn(erins, self.alice.list().json())
        self.assertNotIn(alices, self.erin.list().json())
        self.assertEqual(self.erin.read(alices).status, 404)
        self.assertEqual(self.alice.read(erins).status, 404)

    def test_endures(self):
        """the resource server can renew its PAT while the owner is absent [F-PAT-08]"""
        first = self.fresh()
        second = self.fresh()
        self.assertGreaterEqual(first["expires_in"], 600)
        rid = uma.ResourceServer(self.server, first["access_token"]).add("view")
        uma.ResourceServer(self.server, second["access_token"]).read(rid).expect(200)

    def test_rpt_is_no_pat(self):
        """RPTs, refresh tokens, PCTs and tickets are not PATs [F-PAT-09 T-C05 T-J04]"""
        rid = self.shared_with_bob()
        doc = self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token()
                               ).expect(200).json()
        for token in (doc["access_token"], doc["refresh_token"], doc["pct"], self.id_token(),
                      self.alice.ticket((rid, ["view"]))):
            for answer in self.by(token):
                self.challenged(answer, 401, "invalid_token")

    def test_first(self):
        """the PAT is checked first: with an invalid PAT every other error gets the same response
        [F-PAT-10]"""
        url = self.server.endpoint("resource_registration_endpoint") + "/unknown-id"
        bad = [("Authorization", "Bearer " + GARBAGE)]
        answers = [self.server.send_json("PUT", url, body, bad)
                   for body in ("{broken", {"resource_scopes": ["view"]}, "[]", "")]
        for answer in answers:
            self.challenged(answer, 401, "invalid_token")
            self.assertEqual(answer.body, answers[0].body)

    def test_one_way(self):
        """a token in the query or the body is rejected, and two tokens in different places are an
        error
        [F-PAT-11 O-6750-03 O-6750-02]"""
        s = self.server
        for name in ("resource_registration_endpoint", "introspection_endpoint",
                     "permission_endpoint"):
            url = s.endpoint(name) + "?access_token=" + self.alice.pat
            method = "GET" if name.startswith("resource") else "POST"
            answer = s.http.request(method, url)
            self.assertEqual(answer.status, 401, answer)
        url = s.endpoint("introspection_endpoint")
        both = [("token", "x"), ("access_token", self.alice.pat)]
        answer = s.post_form(url, both, self.alice.bearer())
        self.refused(answer, 400, "invalid_request")
        self.challenged(answer, 400, "invalid_request")
        self.assertEqual(s.post_form(url, both).status, 401)
        answer = s.http.request("GET", self.alice.collection(),
                                self.alice.bearer() + self.alice.bearer())
        self.assertEqual(answer.status, 400)

    def sent(self, value):
        return self.doors([("Authorization", value.encode("latin-1"))])

    def test_malformed(self):
        """a header that violates RFC 6750, 2.1 is invalid_request, in body and challenge
        [O-6750-02]"""
        for value in ("Bearer", "Bearer ", "Bearer a b", "Bearer \u00e9", "Bearer a,b", ",",
                      "Bearer ===", "Bearer %s!" % self.alice.pat, "Bearer =" + self.alice.pat):
            for answer in self.sent(value):
                self.refused(answer, 400, "invalid_request")
                self.challenged(answer, 400, "invalid_request")
        for answer in self.sent("Bearer " + "x" * 6000):
            self.challenged(answer, 401, "invalid_token")

    def test_other_schemes(self):
        """credentials of another scheme get a challenge without an error code; at introspection
        they are invalid client credentials
        [O-6750-02 F-INT-13]"""
        for value in ("Token x", "Digest a=b"):
            for answer in self.sent(value):
                self.challenged(answer)
        registration, permission, introspection = self.sent("Basic eDp5")
        self.challenged(registration)
        self.challenged(permission)
        self.refused(introspection, 401, "invalid_client")

    def test_owner_withdraws(self):
        """a revoked PAT, and the PATs of a disabled owner, are rejected at all three endpoints;
        resources and RPTs remain for a new PAT
        [F-PRV-02 F-SEC-01 T-U15]"""
        self.server.account("carol")
        rs = self.server.pat("rs-photoz", "carol")
        rid = self.photo("view", rs=rs)
        rpt = self.viewer.rpt(rs.ticket((rid, ["view"])))
        self.fixture.photoz.revoke(rs.pat).expect(200)
        for answer in self.by(rs.pat):
            self.challenged(answer, 401, "invalid_token")
        again = self.server.pat("rs-photoz", "carol")
        self.assertEqual(again.list().json(), [rid])
        self.grants(again, rpt, {rid: ["view"]})
        self.admin.run("account", "disable", "main", "carol")
        for answer in self.by(again.pat):
            self.challenged(answer, 401, "invalid_token")
        answer = self.fixture.photoz.post("introspection_endpoint", {"token": rpt})
        self.assertEqual((answer.status, answer.json()), (200, {"active": False}))

    def test_owner_takes_back(self):
        """revoking a delegation invalidates its PATs and tokens; the resources become available
        again with the next PAT
        [F-PAT-13 G-PRV-01 T-U15]"""
        self.server.account("dora")
        rs = self.server.pat("rs-photoz", "dora")
        rid = self.photo("view", rs=rs)
        grant = self.viewer.redeem(rs.ticket((rid, ["view"]))).expect(200).json()
        waiting = rs.ticket((rid, ["view"]))
        self.admin.run("pat", "revoke", "main", client="rs-photoz", owner="dora")
        for answer in self.by(rs.pat):
            self.challenged(answer, 401, "invalid_token")
        self.refused(self.viewer.redeem(waiting), 400, "invalid_grant")
        self.refused(self.viewer.refresh(grant["refresh_token"]), 400, "invalid_grant")
        again = self.server.pat("rs-photoz", "dora")
        self.assertEqual(again.list().json(), [rid])
        self.assertIsNone(again.permissions(grant["access_token"]))
        self.assertEqual(again.permissions(self.viewer.rpt(again.ticket((rid, ["view"])))),
                         {rid: {"view"}})

    def test_disabled_rs(self):
        """a disabled resource server has no access, even with an unexpired PAT [T-U15]"""
        self.server.resource_server("rs-gone", owner="alice")
        rs = self.server.pat("rs-gone", "alice")
        self.assertEqual(rs.list().status, 200)
        self.admin.run("client", "disable", "main", "rs-gone")
        for answer in self.by(rs.pat):
            self.challenged(answer, 401, "invalid_token")
