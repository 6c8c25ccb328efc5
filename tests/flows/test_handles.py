# SPDX-License-Identifier: Apache-2.0
"""Handles of one kind or tenant in place of those of another; repeated parameters."""
import harness
import uma


def handles(rs, client, idp):
    """One valid handle of every kind, and their resource."""
    rid = rs.share(rs.add(*harness.PHOTO), ["view"], harness.BOB)
    doc = client.push(rs.ticket((rid, ["view"])), idp.token(client.id)).expect(200).json()
    return rid, {"ticket": rs.ticket((rid, ["view"])), "pat": rs.pat,
                 "rpt": doc["access_token"], "refresh_token": doc["refresh_token"],
                 "pct": doc["pct"], "claim_token": idp.token(client.id),
                 "secret": client.secret}


class Kinds(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.rid, cls.all = handles(cls.alice, cls.viewer, cls.idp)
        _, spare = handles(cls.alice, cls.viewer, cls.idp)
        cls.old = spare["rpt"]

    def others(self, *own):
        return {name: value for name, value in self.all.items() if name not in own}

    def ticket(self):
        return self.alice.ticket((self.rid, ["view"]))

    def test_as_ticket(self):
        """only a ticket is accepted as a ticket [T-C05]"""
        for value in self.others("ticket").values():
            self.refused(self.viewer.redeem(value), 400, "invalid_grant")

    def test_as_refresh_token(self):
        """only a refresh token is accepted as a refresh token [T-C05]"""
        for value in self.others("refresh_token").values():
            self.refused(self.viewer.refresh(value), 400, "invalid_grant")

    def test_as_pct(self):
        """only a PCT is accepted as a PCT [T-C05]"""
        for value in self.others("pct").values():
            self.need_info(self.viewer.redeem(self.ticket(), pct=value))

    def test_as_rpt(self):
        """only an RPT can be upgraded [T-C05]"""
        for name, value in self.others("rpt").items():
            answer = self.viewer.push(self.ticket(), self.id_token(), rpt=value).expect(200)
            self.assertNotIn("upgraded", answer.json(), name)
        answer = self.viewer.push(self.ticket(), self.id_token(), rpt=self.old).expect(200)
        self.assertIs(answer.json()["upgraded"], True)

    def test_as_claim_token(self):
        """only an ID Token is accepted as a claim token [T-C05]"""
        for value in self.others("claim_token").values():
            self.need_info(self.viewer.push(self.ticket(), value))

    def test_at_introspection(self):
        """only RPTs and PATs are active at introspection [T-C05]"""
        for value in self.others("rpt", "pat").values():
            self.dead(self.alice, value)

    def test_as_bearer(self):
        """only a PAT gives access to the protection API [T-C05]"""
        for value in self.others("pat", "secret").values():
            rs = uma.ResourceServer(self.server, value)
            for answer in (rs.list(), rs.create({"resource_scopes": []}), rs.introspect("x"),
                           rs.permission([]), rs.read(self.rid), rs.policy(self.rid)):
                self.challenged(answer, 401, "invalid_token")

    def test_as_secret(self):
        """only its secret is accepted as a client's secret [T-C05]"""
        for value in self.others("secret").values():
            for name in ("c-viewer", "rs-photoz"):
                self.refused(uma.Client(self.server, name, value).redeem("x"), 401,
                             "invalid_client")

    def test_at_revocation(self):
        """revoking a ticket, a secret, a claim token, or another party's PAT has no effect
        [T-C05]"""
        ticket = self.ticket()
        for value in (ticket, self.all["secret"], self.all["claim_token"]):
            self.viewer.revoke(value).expect(200)
        self.refused(self.viewer.revoke(self.alice.pat), 400, "invalid_grant")
        self.viewer.push(ticket, self.id_token()).expect(200)
        self.assertEqual(self.alice.list().status, 200)


class Tenants(harness.FlowTest):
    """Two tenants with the same names for everything, and handles of each used at the other."""

    @classmethod
    def prepare(cls):
        cls.twin = cls.fixture.small("twin")
        cls.pairs = []
        for server, rs, client in ((cls.server, cls.alice, cls.viewer),
                                   (cls.twin, cls.twin.alice, cls.twin.viewer)):
            rid, found = handles(rs, client, cls.idp)
            cls.pairs.append((server, rs, client, rid, found))

    def crosswise(self):
        """(home server's handles, other tenant's handles), both ways."""
        yield self.pairs[0], self.pairs[1]
        yield self.pairs[1], self.pairs[0]

    def test_handles(self):
        """a ticket, RPT, refresh token, PCT or PAT of one tenant is unknown to the other
        [T-M01 T-U11]"""
        for (_, rs, client, rid, _), (_, _, _, _, foreign) in self.crosswise():
            self.refused(client.redeem(foreign["ticket"]), 400, "invalid_grant")
            self.refused(client.refresh(foreign["refresh_token"]), 400, "invalid_grant")
            self.need_info(client.redeem(rs.ticket((rid, ["view"])), pct=foreign["pct"]))
            self.dead(rs, foreign["rpt"])
            self.dead(rs, foreign["pat"])
            stolen = uma.ResourceServer(rs.server, foreign["pat"])
            for answer in (stolen.list(), stolen.introspect("x"), stolen.permission([]),
                           stolen.policy(rid)):
                self.challenged(answer, 401, "invalid_token")

    def test_upgrade(self):
        """an RPT of another tenant is not upgraded [T-M01]"""
        for (_, rs, client, rid, _), (_, _, _, _, foreign) in self.crosswise():
            answer = client.push(rs.ticket((rid, ["view"])), self.idp.token(client.id),
                                 rpt=foreign["rpt"]).expect(200)
            self.assertNotIn("upgraded", answer.json())

    def test_ids(self):
        """a resource of one tenant does not exist in the other [T-M01]"""
        for (_, rs, _, _, _), (_, _, _, foreign, _) in self.crosswise():
            for answer in (rs.read(foreign), rs.update(foreign, {"resource_scopes": []}),
                           rs.delete(foreign), rs.policy(foreign), rs.policy_put(foreign),
                           rs.policy_drop(foreign)):
                self.assertEqual(answer.status, 404)
            self.refused(rs.permission({"resource_id": foreign, "resource_scopes": ["view"]}),
                         400, "invalid_resource_id")
            self.assertNotIn(foreign, rs.list().json())

    def test_revocation(self):
        """revoking at one tenant has no effect on the other [T-M01]"""
        for (_, _, client, _, _), (_, rs, other, rid, foreign) in self.crosswise():
            for name in ("rpt", "refresh_token", "pct"):
                client.revoke(foreign[name])
            self.grants(rs, foreign["rpt"], {rid: ["view"]})
            other.redeem(rs.ticket((rid, ["view"])), pct=foreign["pct"]).expect(200)

    def test_credentials(self):
        """a client of one tenant is unknown to the other [T-M01]"""
        self.twin.client("only-here", "a-secret-long-enough")
        self.refused(uma.Client(self.server, "only-here", "a-secret-long-enough").redeem("x"), 401,
                     "invalid_client")
        self.refused(uma.Client(self.twin, "c-other", self.other.secret).redeem("x"), 401,
                     "invalid_client")

    def test_keys(self):
        """tenants sign with different keys and have different issuers [T-M01 T-C02]"""
        kids = [{k["kid"] for k in server.keys()} for server, *_ in self.pairs]
        self.assertFalse(kids[0] & kids[1])
        issuers = {uma.jwt_parts(found["rpt"])[1]["iss"] for *_, found in self.pairs}
        self.assertEqual(issuers, {self.server.issuer, self.twin.issuer})

    def test_subjects(self):
        """a requesting party has a different sub in each tenant [T-M01 O-9068-09]"""
        subs = {uma.jwt_parts(found["rpt"])[1]["sub"] for *_, found in self.pairs}
        self.assertEqual(len(subs), 2)


class Doubled(harness.FlowTest):
    """Repeats every parameter of every endpoint."""

    FORMS = {
        "token_endpoint": ("grant_type", "ticket", "scope", "rpt", "pct", "claim_token",
                           "claim_token_format", "client_id", "client_secret", "refresh_token",
                           "client_assertion", "client_assertion_type", "code", "x-unknown"),
        "introspection_endpoint": ("token", "token_type_hint", "access_token", "x-unknown"),
        "revocation_endpoint": ("token", "token_type_hint", "client_id", "client_secret",
                                "x-unknown"),
    }

    def test_forms(self):
        """a repeated form parameter is rejected, known or not [T-P07 G-TOK-03]"""
        rid = self.photo("view")
        for name, fields in self.FORMS.items():
            headers = (self.alice.bearer() if name.startswith("introspection")
                       else self.viewer.credentials()[0])
            for field in fields:
                for first, second in (("a", "a"), ("a", "b"), ("", ""), ("", "a")):
                    pairs = [("grant_type", uma.UMA), ("token", "x"),
                             ("ticket", self.alice.ticket((rid, ["view"])))]
                    pairs = [p for p in pairs if p[0] != field]
                    pairs += [(field, first), (field, second)]
                    answer = self.server.post_form(self.server.endpoint(name), pairs, headers)
                    with self.subTest("%s %s=%s, %s" % (name, field, first, second)):
                        self.refused(answer, 400, "invalid_request")

    def test_spellings(self):
        """differently escaped spellings of a name are the same name [T-P07]"""
        headers, _ = self.viewer.credentials()
        for body in ("ticket=a&%74icket=b", "ticket=a&ti%63ket=b"):
            answer = self.server.post_form(
                self.server.endpoint("token_endpoint"),
                uma.form({"grant_type": uma.UMA}) + "&" + body, headers)
            self.refused(answer, 400, "invalid_request")

    def test_queries(self):
        """a repeated query parameter is rejected [T-P07]"""
        for url in (self.alice.collection(), self.server.issuer + uma.DISCOVERY,
                    self.server.endpoint("jwks_uri")):
            answer = self.server.get(url + "?x=1&x=2", headers=self.alice.bearer())
            with self.subTest(url):
                self.assertEqual(answer.status, 400)
            self.server.get(url + "?x=1&y=2", headers=self.alice.bearer()).expect(200)

    def test_json(self):
        """a repeated member of a JSON object is rejected at any depth [T-P07 T-P01 F-RER-05]"""
        rid = self.photo()
        rule = '{"effect":"permit","scopes":"all","when":{"anyone":true}}'
        permission = '{"resource_id":"%s","resource_scopes":[]' % rid
        for method, url, body in (
                ("POST", self.alice.collection(), '{"resource_scopes":[],"resource_scopes":[]}'),
                ("PUT", self.alice.item(rid), '{"resource_scopes":[],"name":"a","name":"a"}'),
                ("POST", self.server.endpoint("permission_endpoint"),
                 permission + ',"resource_scopes":["view"]}'),
                ("POST", self.server.endpoint("permission_endpoint"),
                 "[" + permission + ',"resource_id":"x"}]'),
                ("PUT", self.alice.policy_url(rid), '{"rules":[],"rules":[%s]}' % rule),
                ("PUT", self.alice.policy_url(rid),
                 '{"rules":[%s]}' % rule.replace('"all"', '[],"scopes":"all"')),
                ("PUT", self.alice.policy_url(rid),
                 '{"rules":[%s]}' % rule.replace("true", 'false,"anyone":true'))):
            self.refused(self.server.send_json(method, url, body, self.alice.bearer()), 400,
                         "invalid_request")
        self.denied(self.viewer.redeem(self.alice.ticket((rid, ["view"]))))

    def test_headers(self):
        """a second Authorization header does not override the first [T-F07 T-P07]"""
        good, bad = self.alice.bearer(), [("Authorization", "Bearer pat_nonsense")]
        for headers in (good + bad, bad + good):
            answer = self.server.get(self.alice.collection(), headers=headers)
            self.assertEqual(answer.status, 400, answer)
