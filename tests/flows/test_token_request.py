# SPDX-License-Identifier: Apache-2.0
"""The request at the token endpoint: UMA Grant, 3.3.1; RFC 6749, 3.2 and 5."""
import harness
import uma


class TokenRequest(harness.TwoPhotos):
    def test_grant_type(self):
        """grant_type is required and compared exactly [G-TOK-01 G-CONV-01 G-ERR-21]"""
        self.refused(self.viewer.token({"ticket": self.ticket()}), 400, "invalid_request")
        for other in (uma.UMA.upper(), uma.UMA + "x", uma.UMA[:-1], "uma-ticket", " " + uma.UMA):
            self.refused(self.viewer.token({"grant_type": other, "ticket": self.ticket()}), 400,
                         "unsupported_grant_type")

    def test_names_have_case(self):
        """parameter names are case-sensitive [G-CONV-01]"""
        for pairs in ({"Grant_Type": uma.UMA, "ticket": self.ticket()},
                      {"grant_type": uma.UMA, "TICKET": self.ticket()}):
            self.refused(self.viewer.token(pairs), 400, "invalid_request")

    def test_ticket_required(self):
        """ticket is required and must not be empty [G-TOK-02]"""
        self.refused(self.viewer.token({"grant_type": uma.UMA}), 400, "invalid_request")
        self.refused(self.viewer.redeem(""), 400, "invalid_request")

    def test_repeated(self):
        """a repeated parameter is rejected, even with the same value [G-TOK-03]"""
        for name in ("ticket", "scope", "rpt", "pct", "claim_token", "claim_token_format",
                     "grant_type", "unknown"):
            ticket = self.ticket()
            pairs = [("grant_type", uma.UMA), ("ticket", ticket), (name, "view"), (name, "view")]
            self.refused(self.viewer.token(pairs), 400, "invalid_request")

    def test_claim_token_pair(self):
        """claim_token and claim_token_format require each other [G-TOK-04]"""
        self.refused(self.viewer.redeem(self.ticket(), claim_token=self.id_token()), 400,
                     "invalid_request")
        self.refused(self.viewer.redeem(self.ticket(), claim_token_format=uma.ID_TOKEN), 400,
                     "invalid_request")

    def test_empty_and_unknown(self):
        """an empty parameter is treated as absent, an unknown one is ignored [G-TOK-05]"""
        answer = self.viewer.redeem(self.ticket(), rpt="", pct="", scope="", foo="bar",
                                    claim_token="", claim_token_format="")
        self.grants(self.alice, answer.expect(200).json()["access_token"], {self.rid: ["view"]})
        self.assertNotIn("upgraded", answer.json())

    def test_grant_not_registered(self):
        """a client that is not registered for the grant is rejected, and its ticket is spent
        [G-TOK-08 G-ERR-21]"""
        ticket = self.ticket()
        self.refused(self.fixture.photoz.redeem(ticket), 400, "unauthorized_client")
        self.spent(self.viewer, ticket)

    def test_method(self):
        """only POST is served [G-TOK-09]"""
        url = self.server.endpoint("token_endpoint")
        for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
            answer = self.server.http.request(method, url)
            self.assertEqual(answer.status, 405, method)
            self.assertEqual(answer.header("Allow"), "POST")

    def test_body(self):
        """only a form body is read; the query is ignored [G-TOK-09]"""
        ticket = self.ticket()
        headers, _ = self.viewer.credentials()
        url = self.server.endpoint("token_endpoint")
        doc = {"grant_type": uma.UMA, "ticket": ticket}
        self.refused(self.server.send_json("POST", url, doc, headers), 400, "invalid_request")
        answer = self.server.post_form(url + "?" + uma.form(doc), [], headers)
        self.refused(answer, 400, "invalid_request")
        self.viewer.redeem(ticket).expect(200)

    def test_first_call(self):
        """a claim token with the resource server's ticket is assessed [G-TOK-10 G-CLM-04]"""
        answer = self.viewer.push(self.ticket(self.bobs), self.id_token())
        self.grants(self.alice, answer.expect(200).json()["access_token"], {self.bobs: ["view"]})

    def test_later_call(self):
        """a claim token with a later ticket is assessed, too [G-TOK-10 E10]"""
        ticket = self.need_info(self.viewer.redeem(self.ticket(self.bobs)))
        self.viewer.push(ticket, self.id_token()).expect(200)

    def test_newest_ticket(self):
        """only the latest ticket of a grant process is valid [G-TOK-11 G-TKT-02]"""
        first = self.ticket(self.bobs)
        second = self.need_info(self.viewer.redeem(first), first)
        self.refused(self.viewer.push(first, self.id_token()), 400, "invalid_grant")
        self.assertNotEqual(first, second)

    def test_scope_syntax(self):
        """scope must have the grammar of RFC 6749 [G-TOK-12]"""
        for scope in ('view"', "view\\", "view\x01", "view\tdownload", "vi\x7few", "v\u00e9ew"):
            self.refused(self.viewer.redeem(self.ticket(), scope=scope), 400, "invalid_scope")

    def test_unregistered_scope(self):
        """requested scopes that the client is not registered for are ignored [G-TOK-13 E3]"""
        rid = self.photo("view", "print")
        rpt = self.viewer.rpt(self.alice.ticket((rid, ["view"])), scope="print")
        self.grants(self.alice, rpt, {rid: ["view"]})

    def test_least(self):
        """grant_type and ticket are sufficient [G-TOK-14]"""
        self.viewer.redeem(self.ticket()).expect(200)

    def test_headers(self):
        """responses must not be cached, success and error alike [G-TOK-15]"""
        wrong = uma.Client(self.server, "c-viewer", "wrong")
        answers = [self.viewer.redeem(self.ticket()).expect(200),
                   self.viewer.redeem("nonsense").expect(400),
                   wrong.redeem("nonsense").expect(401),
                   self.viewer.redeem(self.ticket(self.bobs)).expect(403)]
        for answer in answers:
            self.uncached(answer)
            self.json_type(answer)

    def test_bad_escapes(self):
        """malformed percent-escapes and text that is not UTF-8 are rejected [T-P07]"""
        headers, _ = self.viewer.credentials()
        for tail in ("&scope=%", "&scope=%4", "&scope=%zz", "&scope=%ff", "&scope=%00",
                     "&a=1&" * 40):
            body = uma.form({"grant_type": uma.UMA, "ticket": self.ticket()}) + tail
            answer = self.server.post_form(self.server.endpoint("token_endpoint"), body, headers)
            self.refused(answer, 400, "invalid_request")


class Answer(harness.FlowTest):
    """The response with an RPT: UMA Grant, 3.3.5."""

    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.add(*harness.PHOTO)
        cls.alice.share(cls.rid, ["view"])
        cls.answer = cls.viewer.redeem(cls.alice.ticket((cls.rid, ["view", "print"]))).expect(200)
        cls.doc = cls.answer.json()

    def test_form(self):
        """success is 200 with access_token and token_type Bearer [G-RES-01 G-RES-02]"""
        self.json_type(self.answer)
        self.assertIsInstance(self.doc["access_token"], str)
        self.assertEqual(self.doc["token_type"], "Bearer")
        self.uncached(self.answer)

    def test_expires_in(self):
        """expires_in is a number of seconds that agrees with the token [G-RES-03]"""
        left = self.doc["expires_in"]
        self.assertIs(type(left), int)
        claims = uma.jwt_parts(self.doc["access_token"])[1]
        self.assertLessEqual(abs(claims["exp"] - claims["iat"] - left), 1)

    def test_no_scope(self):
        """scope is omitted even if less than requested was granted [G-RES-04]"""
        self.assertNotIn("scope", self.doc)
        self.grants(self.alice, self.doc["access_token"], {self.rid: ["view"]})

    def test_refresh_token(self):
        """a client that may refresh gets a refresh token that works [G-RES-05]"""
        self.viewer.refresh(self.doc["refresh_token"]).expect(200)

    def test_optional(self):
        """pct and upgraded are present only if they apply [G-RES-06 G-PCT-01]"""
        self.assertNotIn("upgraded", self.doc)
        self.assertNotIn("pct", self.doc)
        rid = self.shared_with_bob()
        pushed = self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token())
        self.assertIsInstance(pushed.expect(200).json()["pct"], str)

    def test_characters(self):
        """an RPT has only characters of a bearer token [G-RES-07]"""
        self.assertRegex(self.doc["access_token"], r"^[A-Za-z0-9._~+/-]+=*$")

    def test_no_ticket(self):
        """a success response has no ticket [G-RES-08]"""
        self.assertNotIn("ticket", self.doc)

    def test_own_members(self):
        """members of success and error responses have their specified types [G-CONV-03]"""
        types = {"access_token": str, "token_type": str, "expires_in": int, "refresh_token": str,
                 "pct": str, "upgraded": bool, "error": str, "error_description": str,
                 "error_uri": str, "ticket": str, "required_claims": list, "interval": int,
                 "redirect_user": str}
        bobs = self.shared_with_bob()
        for doc in (self.doc, self.viewer.redeem("nonsense").json(),
                    self.viewer.redeem(self.alice.ticket((bobs, ["view"]))).json()):
            for name, value in doc.items():
                if name in types:
                    self.assertIs(type(value), types[name], name)

    def test_one_combination(self):
        """an RPT belongs to one owner, one resource server, one client [G-CONV-04 F-PAT-06]"""
        rpts = {}
        for rs in (self.alice, self.alice_filez, self.erin):
            rid = self.photo("view", rs=rs)
            rpts[rs] = self.viewer.rpt(rs.ticket((rid, ["view"])))
        self.assertEqual(len(set(rpts.values())), 3)
        for owner, rpt in rpts.items():
            for rs in rpts:
                self.assertEqual(rs.permissions(rpt) is not None, rs is owner)

    def test_opaque(self):
        """if the resource server is configured so, no response to a client reveals resources or
        scopes
        [G-CONV-05]"""
        rid = self.photo("view", rs=self.alice_filez)
        ticket = self.alice_filez.ticket((rid, ["view"]))
        answer = self.viewer.redeem(ticket).expect(200)
        self.assertNotIn(rid, ticket)
        claims = uma.jwt_parts(answer.json()["access_token"])[1]
        self.assertEqual(set(claims) - {"iss", "aud", "exp", "iat", "nbf", "jti", "client_id",
                                        "sub"}, set())
        self.assertNotIn(rid, str(answer) + str(claims))

    def test_readable(self):
        """by default an RPT contains the permissions that introspection returns
        [G-CONV-05 F-INT-17]"""
        claims = uma.jwt_parts(self.doc["access_token"])[1]
        got = {p["resource_id"]: p["resource_scopes"] for p in claims["permissions"]}
        self.assertEqual(got, {self.rid: ["view"]})

    def test_large(self):
        """an RPT that is too large for a header contains no permissions; introspection returns
        them
        [G-CONV-05]"""
        many = [self.photo("view", "resize") for _ in range(40)]
        rpt = self.viewer.rpt(self.alice.ticket(*[(rid, ["view", "resize"]) for rid in many]))
        self.assertLess(len(rpt), 3072)
        self.assertNotIn("permissions", uma.jwt_parts(rpt)[1])
        self.grants(self.alice, rpt, {rid: ["view", "resize"] for rid in many})
