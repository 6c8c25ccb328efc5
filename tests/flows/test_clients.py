# SPDX-License-Identifier: Apache-2.0
"""Registration and authentication of clients (UMA Grant, 2 and 3.3; RFC 6749, 2.3)."""
import base64

import harness
import uma
import fixture as fixture_

BAD_URIS = ("/cr", "cr", "https://c.example/cr#x", "https://c.example/cr#", "http://c.example/cr",
            "javascript:alert(1)", "https://c.example/a b", "5", "null",
            "https://c.example/cr https://c.example/other", '["https://c.example/cr"]')
# Registration requests of RFC 7591 with the two lists, valid and invalid.
METADATA = (b'{"claims_redirect_uris":["https://c.example/cr"]}', b'{"claims_redirect_uris":[]}',
            b'{"claims_redirect_uris":"https://c.example/cr"}', b'{"claims_redirect_uris":[5]}',
            b'{"claims_redirect_uris":["/cr"]}',
            b'{"claims_redirect_uris":["https://c.example/cr#x"]}')


class Registration(harness.FlowTest):
    def test_no_dynamic_registration(self):
        """dynamic registration and its management are not offered: not announced, and /register is
        404 for any request
        [G-REG-01 G-REG-02 G-REG-03 G-REG-07]"""
        self.assertNotIn("registration_endpoint", self.server.document)
        for method in ("GET", "POST", "PUT", "DELETE"):
            for path in ("/register", "/register/c-viewer"):
                for body in METADATA:
                    answer = self.server.http.request(
                        method, self.server.url(path), [("Content-Type", "application/json")],
                        body)
                    self.assertEqual(answer.status, 404, answer)

    def test_claims_redirect_uris(self):
        """the administrator registers a client's claims redirection URIs, which are shown as a
        list"""
        uris = ["https://c.example/cr", "https://c.example/other?x=1"]
        self.server.client("reg-uris", claims_redirect_uri=uris)
        shown = self.admin.run("client", "show", "main", "reg-uris")
        self.assertEqual(shown["claims_redirect_uris"], uris)

    def test_bad_claims_redirect_uris(self):
        """a claims redirection URI that is relative, has a fragment or an unsupported scheme, or
        is several URIs, is rejected even beside a valid one, and no client is registered"""
        for n, uri in enumerate(BAD_URIS):
            with self.subTest(uri):
                for uris in (uri, ["https://c.example/cr", uri]):
                    code = self.admin.refusal("client", "add", "main", id="reg-bad-%d" % n,
                                              claims_redirect_uri=uris)
                    self.assertEqual(code, 65)
        self.assertNotIn("reg-bad-", str(self.admin.run("client", "list", "main")))

    def test_lists_apart(self):
        """redirect_uris and claims_redirect_uris are separate lists [G-REG-04]"""
        self.server.client("reg-apart", redirect_uri="https://c.example/cb",
                           claims_redirect_uri="https://c.example/cr")
        shown = self.admin.run("client", "show", "main", "reg-apart")
        self.assertEqual((shown["redirect_uris"], shown["claims_redirect_uris"]),
                         (["https://c.example/cb"], ["https://c.example/cr"]))
        self.server.client("reg-one", redirect_uri="https://c.example/cb")
        shown = self.admin.run("client", "show", "main", "reg-one")
        self.assertEqual(shown["claims_redirect_uris"], [])

    def test_public_interaction(self):
        """a public client without registered URIs gets nothing from the claims endpoint, and its
        ticket stays [G-REG-05]"""
        rid = self.shared_with_bob()
        ticket = self.alice.ticket((rid, ["view"]))
        answer = self.server.get(self.server.url(
            "/claims?client_id=c-public&ticket=%s&claims_redirect_uri=https://evil.example/"
            % ticket))
        self.assertEqual(answer.status, 400)
        self.assertIsNone(answer.header("Location"))
        self.need_info(self.viewer.redeem(ticket))

    def test_registered_scope(self):
        """the registered scope of a client limits what it may add to a ticket [G-REG-06]"""
        rid = self.photo("view", "download")
        wanted = [(rid, ["view"])]
        rpt = self.viewer.rpt(self.alice.ticket(*wanted), scope="download")
        self.grants(self.alice, rpt, {rid: ["view", "download"]})
        rpt = self.clients["c-none"].rpt(self.alice.ticket(*wanted), scope="download")
        self.grants(self.alice, rpt, {rid: ["view"]})

    def test_both_kinds(self):
        """confidential and public clients may use the grant [G-REG-08 G-TOK-06]"""
        for client in (self.viewer, self.public):
            rid = self.photo("view")
            rpt = client.rpt(self.alice.ticket((rid, ["view"])))
            self.grants(self.alice, rpt, {rid: ["view"]})
            self.assertEqual(uma.jwt_parts(rpt)[1]["client_id"], client.id)


class Authentication(harness.FlowTest):
    def ask(self, headers=(), fields=(), query=""):
        pairs = [("grant_type", uma.UMA), ("ticket", "nonsense")] + list(fields)
        return self.server.post_form(self.server.endpoint("token_endpoint") + query, pairs,
                                     headers)

    def by_basic(self, name, secret, **more):
        return self.ask([("Authorization", uma.basic(name, secret, **more))])

    def accepted(self, answer):
        self.refused(answer, 400, "invalid_grant")  # the ticket was checked

    def stranger(self, answer):
        self.refused(answer, 401, "invalid_client")

    def test_form_encoded(self):
        """Basic credentials are form-encoded before base64 [O-6749-01]"""
        self.assertEqual(uma.basic("c-viewer", "s3cr3t:c/v"),
                         "Basic Yy12aWV3ZXI6czNjcjN0JTNBYyUyRnY=")
        self.accepted(self.by_basic("c-viewer", fixture_.VIEWER_SECRET))
        tricky = "a:b/c+d e%41&=\u00e9 and so on"
        self.server.client("au-tricky", tricky)
        self.accepted(self.by_basic("au-tricky", tricky))

    def test_scheme_case(self):
        """the name of the scheme is case-insensitive [O-6749-01]"""
        good = uma.basic("c-viewer", fixture_.VIEWER_SECRET)
        self.accepted(self.ask([("Authorization", "bASIC" + good[5:])]))

    def test_not_in_the_query(self):
        """credentials in the query are ignored [O-6749-02 G-TOK-09]"""
        whole = {"client_id": "c-viewer", "client_secret": fixture_.VIEWER_SECRET}
        self.stranger(self.ask(query="?" + uma.form(whole)))
        self.stranger(self.ask(query="?client_id=c-public"))

    def test_one_method(self):
        """a request with two authentication methods is rejected [O-6749-03]"""
        good = [("Authorization", uma.basic("c-viewer", fixture_.VIEWER_SECRET))]
        for fields in ([("client_id", "c-viewer"), ("client_secret", fixture_.VIEWER_SECRET)],
                       [("client_secret", fixture_.VIEWER_SECRET)],
                       [("client_assertion", "a.b.c"), ("client_assertion_type",
                         "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]):
            self.refused(self.ask(good, fields), 400, "invalid_request")

    def test_unknown(self):
        """unknown clients and wrong secrets are invalid_client, with a challenge if the header was
        used
        [G-TOK-07 O-6749-14 G-ERR-21]"""
        for name, secret in (("c-viewer", "wrong"), ("nobody", "x"), ("c-viewer", ""),
                             ("c-public", "x"), ("", "")):
            answer = self.by_basic(name, secret)
            self.stranger(answer)
            self.assertTrue(answer.header("WWW-Authenticate").startswith("Basic "), answer)
        self.stranger(self.ask(fields=[("client_id", "c-viewer"), ("client_secret", "wrong")]))

    def test_either_method(self):
        """a secret is accepted by Basic and in the body, whichever was registered [G-TOK-06]"""
        post = self.server.client("au-post", auth="client_secret_post")
        for name, secret in (("c-viewer", fixture_.VIEWER_SECRET), ("au-post", post.secret)):
            self.accepted(self.by_basic(name, secret))
            self.accepted(self.ask(fields=[("client_id", name), ("client_secret", secret)]))

    def test_ids(self):
        """a client_id may be any printable ASCII, including a URL [O-6749-01]"""
        for name in ("https://app.example.com/cb?x=1", "a:b", "a%41+b c", "x" * 256):
            made = self.server.client(name)
            self.accepted(self.by_basic(name, made.secret))
            self.accepted(self.ask(fields=[("client_id", name), ("client_secret", made.secret)]))
            self.assertEqual(self.admin.run("client", "show", "main", name)["client_id"], name)

    def test_nothing_presented(self):
        """a confidential client without credentials is rejected, a public one is not [G-TOK-06]"""
        self.stranger(self.ask())
        self.stranger(self.ask(fields=[("client_id", "c-viewer")]))
        self.accepted(self.ask(fields=[("client_id", "c-public")]))

    def test_bad_headers(self):
        """malformed credentials are invalid_request, and those of an unsupported scheme are
        invalid_client
        [O-6749-14 O-6749-15]"""
        raw = base64.b64encode(b"c-viewer").decode()
        good = uma.basic("c-viewer", fixture_.VIEWER_SECRET)
        for value in ("Basic", "Basic ", "Basic !!!", "Basic " + raw, good + "!",
                      "%s, %s" % (good, good), "Basic " + base64.b64encode(b"c-\xff:x").decode()):
            self.refused(self.ask([("Authorization", value)]), 400, "invalid_request")
        for value in ("Digest a=b", "Bearer x", good.replace("Basic", "Basics")):
            answer = self.ask([("Authorization", value)])
            self.stranger(answer)
            self.assertTrue(answer.header("WWW-Authenticate").startswith("Basic "), answer)

    def test_secrets(self):
        """secrets and tokens have at least 160 random bits [O-6749-05]"""
        made = self.server.client("au-secret")
        again = self.server.client("au-secret-2")
        _, rpt = self.granted()
        refresh = self.viewer.redeem(self.alice.ticket((self.photo("view"), ["view"])))
        for value in (made.secret, again.secret, self.alice.pat,
                      refresh.expect(200).json()["refresh_token"]):
            self.assertGreaterEqual((len(value) - len("pat_")) * 6, 160)
        self.assertNotEqual(made.secret, again.secret)
        self.assertGreaterEqual(len(rpt.split(".")[2]), 86)

    def test_client_credentials(self):
        """the client credentials grant requires a confidential client that is registered for it
        [O-6749-11]"""
        for client in (self.public, self.viewer):
            self.refused(client.token({"grant_type": "client_credentials",
                                       "scope": "uma_protection"}), 400, "unauthorized_client")

    def test_scope_in_answer(self):
        """the response with a PAT requested without scope contains its scope [O-6749-12]"""
        answer = self.fixture.photoz.token({"grant_type": "client_credentials"}).expect(200)
        self.assertEqual(answer.json()["scope"], "uma_protection")
        self.refused(self.fixture.photoz.token(
            {"grant_type": "client_credentials", "scope": "admin"}), 400, "invalid_scope")

    def test_disabled(self):
        """a disabled client is treated like an unknown one until it is enabled again [T-U15]"""
        client = self.server.client("au-disabled", "a-secret-long-enough")
        self.accepted(self.by_basic("au-disabled", "a-secret-long-enough"))
        self.admin.run("client", "disable", "main", client.id)
        self.stranger(self.by_basic("au-disabled", "a-secret-long-enough"))
        self.admin.run("client", "enable", "main", client.id)
        self.accepted(self.by_basic("au-disabled", "a-secret-long-enough"))
