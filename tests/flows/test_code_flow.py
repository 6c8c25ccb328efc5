# SPDX-License-Identifier: Apache-2.0
"""The authorization code flow with a browser: sign-in page, consent page, code, tokens."""
import base64
import hashlib
import os
import urllib.parse

import harness
import uma
from browser import Browser

PASSWORD = "correct-battery-staple"
HOME, NATIVE = "https://flow.example/cb?keep=1", "http://127.0.0.1/native"


def pkce():
    verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class CodeFlow(harness.FlowTest):
    @classmethod
    def prepare(cls):
        more = {"grant": ["authorization_code", "refresh_token"], "redirect_uri": [HOME, NATIVE]}
        cls.rs = cls.server.resource_server("cf-rs", "a-secret-long-enough", **more)
        cls.app = cls.server.client("cf-app", "a-secret-long-enough", scope="profile", **more)
        cls.pushing = cls.server.client("cf-push", require_pushed=True, scope="profile", **more)

    def person(self):
        """Another account, which has approved nothing."""
        login = "cf-" + os.urandom(4).hex()
        self.server.account(login, password_stdin=True, stdin=PASSWORD + "\n")
        return login

    def browser(self):
        return Browser("127.0.0.1", self.fixture.port)

    def query(self, client, challenge, **more):
        return dict({"client_id": client.id, "redirect_uri": HOME, "response_type": "code",
                     "state": "a b&c=é", "code_challenge": challenge,
                     "code_challenge_method": "S256"}, **more)

    def visit(self, browser, query):
        return browser.send("GET", "/authorize?" + urllib.parse.urlencode(query))

    def sign_in(self, browser, login):
        """Fills in the sign-in page and goes on where it leads."""
        page = browser.submit("/signin", name=login, password=PASSWORD)
        self.assertEqual(page.status, 200, page)    # no redirect of this form leaves the server
        return browser.send("GET", browser.target())

    def returned(self, browser, home=HOME):
        """The parameters of the redirect to the client."""
        location = browser.page.header("Location")
        self.assertEqual(browser.page.status, 303, browser.page)
        self.assertTrue(location.startswith(home), location)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))

    def approve(self, browser, client, login=None, **more):
        """(code, verifier)"""
        verifier, challenge = pkce()
        page = self.visit(browser, self.query(client, challenge, **more))
        if login is not None:
            page = self.sign_in(browser, login)
        if page.status == 200:
            browser.submit("/authorize", answer="allow")
        values = self.returned(browser)
        self.assertEqual((values["state"], values["iss"], values["keep"]),
                         ("a b&c=é", self.server.issuer, "1"))
        return values["code"], verifier

    def redeem(self, client, code, verifier, **more):
        return client.token(dict({"grant_type": "authorization_code", "code": code,
                                  "code_verifier": verifier, "redirect_uri": HOME}, **more))

    def test_pat(self):
        """an owner signs in and approves a resource server, which gets a PAT with rotating refresh
        tokens [F-PAT-01 F-PAT-07 F-PAT-08 O-6749-06 O-6749-08 O-9207-01 O-9700-07 O-9700-12]"""
        login, browser = self.person(), self.browser()
        code, verifier = self.approve(browser, self.rs, login)
        doc = self.redeem(self.rs, code, verifier).expect(200).json()
        self.assertEqual(doc["scope"], "uma_protection")
        rs = uma.ResourceServer(self.server, doc["access_token"])
        rid = rs.add("view")
        self.assertEqual(rs.list().json(), [rid])
        again = self.rs.refresh(doc["refresh_token"]).expect(200).json()
        other = uma.ResourceServer(self.server, again["access_token"])
        self.assertEqual(other.list().json(), [rid])
        self.refused(self.rs.refresh(doc["refresh_token"]), 400, "invalid_grant")
        self.assertEqual(other.list().status, 401)

    def test_remembered(self):
        """a person is asked once; after the approval is withdrawn its PAT ends, and they are asked
        again"""
        login, browser = self.person(), self.browser()
        code, verifier = self.approve(browser, self.rs, login)
        doc = self.redeem(self.rs, code, verifier).expect(200).json()
        self.visit(browser, self.query(self.rs, pkce()[1]))
        self.assertIn("code", self.returned(browser))
        self.admin.run("approval", "withdraw", "main", account=login, client="cf-rs")
        self.assertEqual(uma.ResourceServer(self.server, doc["access_token"]).list().status, 401)
        self.refused(self.rs.refresh(doc["refresh_token"]), 400, "invalid_grant")
        page = self.visit(browser, self.query(self.rs, pkce()[1]))
        self.assertIn('value="allow"', page.text)

    def test_refusals(self):
        """a person may cancel; the client gets access_denied with state and iss
        [O-6749-08 O-9207-01]"""
        browser = self.browser()
        self.visit(browser, self.query(self.app, pkce()[1]))
        self.sign_in(browser, self.person())
        browser.submit("/authorize", answer="cancel")
        self.assertEqual(self.returned(browser),
                         {"keep": "1", "error": "access_denied", "state": "a b&c=é",
                          "iss": self.server.issuer})

    def test_faults(self):
        """faults go back to the client with state and iss, once someone has signed in
        [O-6749-06 O-6749-08 O-7636-02 O-7636-03 O-9207-01 O-9700-02 O-9700-03 O-9700-04]"""
        browser = self.browser()
        self.visit(browser, self.query(self.app, pkce()[1], response_type="token"))
        self.sign_in(browser, self.person())
        self.assertEqual(self.returned(browser)["error"], "unsupported_response_type")
        for change, error in (({"response_type": ""}, "invalid_request"),
                              ({"code_challenge": ""}, "invalid_request"),
                              ({"code_challenge_method": ""}, "invalid_request"),
                              ({"code_challenge_method": "plain"}, "invalid_request"),
                              ({"scope": "admin"}, "invalid_scope"),
                              ({"prompt": "none"}, "consent_required")):
            with self.subTest(change):
                self.visit(browser, self.query(self.app, pkce()[1], **change))
                values = self.returned(browser)
                self.assertEqual((values["error"], values["state"], values["iss"]),
                                 (error, "a b&c=é", self.server.issuer))

    def test_injection(self):
        """a stolen code is useless at another client, with another verifier or redirect URI
        [O-6749-09 O-6749-10 O-7636-04 O-7636-05 O-7636-06]"""
        login, browser = self.person(), self.browser()
        code, verifier = self.approve(browser, self.app, login)
        self.refused(self.redeem(self.rs, code, verifier), 400, "invalid_grant")
        self.redeem(self.app, code, verifier).expect(200)
        for change in ({"code_verifier": pkce()[0]}, {"code_verifier": ""},
                       {"code_verifier": "x" * 42}, {"code_verifier": "x" * 129},
                       {"redirect_uri": NATIVE}, {"redirect_uri": ""},
                       {"redirect_uri": HOME + "/"}):
            with self.subTest(change):
                code, verifier = self.approve(browser, self.app)
                self.refused(self.redeem(self.app, code, verifier, **change),
                             400, "invalid_grant")
                self.refused(self.redeem(self.app, code, verifier), 400, "invalid_grant")

    def test_parallel(self):
        """of codes that are redeemed several times at once each gives at most one token, which
        ends [O-6749-09 T-U01]"""
        browser = self.browser()
        code, verifier = self.approve(browser, self.app, self.person())
        for _ in range(5):
            answers = harness.side_by_side(
                8, lambda _: self.redeem(self.app, code, verifier))     # pylint: disable=W0640
            won = [a for a in answers if a.status == 200]
            self.assertEqual(len(won), 1, answers)
            state = self.app.post("introspection_endpoint",
                                  {"token": won[0].json()["access_token"]}).json()
            self.assertEqual(state, {"active": False})
            code, verifier = self.approve(browser, self.app)

    def test_sessions(self):
        """a code ends when the person signs out, or the account is disabled
        [O-6749-09 T-L04 T-U15]"""
        login, browser = self.person(), self.browser()
        code, verifier = self.approve(browser, self.app, login)
        browser.get("/my/account")
        browser.submit("/signout")
        self.refused(self.redeem(self.app, code, verifier), 400, "invalid_grant")
        code, verifier = self.approve(self.browser(), self.app, login)
        self.admin.run("account", "disable", "main", login)
        self.refused(self.redeem(self.app, code, verifier), 400, "invalid_grant")

    def push(self, client, query):
        query = {k: v for k, v in query.items() if k != "client_id"}
        return client.post("pushed_authorization_request_endpoint", query)

    def test_pushed(self):
        """a pushed request is for its client, used once, and may be required
        [O-9126-01 O-9126-02 O-9126-04]"""
        login, browser, (verifier, challenge) = self.person(), self.browser(), pkce()
        query = self.query(self.pushing, challenge)
        doc = self.push(self.pushing, query).expect(201).json()
        self.assertEqual(doc["expires_in"], 90)
        brief = {"client_id": self.pushing.id, "request_uri": doc["request_uri"]}
        self.visit(browser, dict(brief, client_id=self.app.id, redirect_uri=HOME))
        self.sign_in(browser, login)
        self.assertEqual(self.returned(browser)["error"], "invalid_request")
        self.visit(browser, query)
        self.assertEqual(self.returned(browser)["error"], "invalid_request")
        for _ in range(2):      # a reload
            self.assertEqual(self.visit(browser, brief).status, 200, browser.page)
        browser.submit("/authorize", answer="allow")
        code = self.returned(browser)["code"]
        self.redeem(self.pushing, code, verifier).expect(200)
        self.visit(browser, dict(brief, redirect_uri=HOME))
        self.assertEqual(self.returned(browser)["error"], "invalid_request")

    def test_prompt_login(self):
        """prompt=login and max_age=0 make a person sign in again, once"""
        login, browser = self.person(), self.browser()
        self.approve(browser, self.app, login)
        for more in ({"prompt": "login"}, {"max_age": "0"}):
            page = self.visit(browser, self.query(self.app, pkce()[1], **more))
            self.assertEqual(page.status, 200, page)
            self.sign_in(browser, login)
            self.assertIn("code", self.returned(browser))

    def test_foreign_form(self):
        """a consent form from elsewhere, without the page's field, or of another session has no
        effect [T-L05 T-U14]"""
        login, browser, other = self.person(), self.browser(), self.browser()
        self.visit(browser, self.query(self.app, pkce()[1]))
        self.sign_in(browser, login)
        fields = dict(browser.form("/authorize").fields, answer="allow")
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            page = browser.send("POST", "/authorize", fields, headers)
            self.assertEqual((page.status, page.header("Location")), (403, None))
        for less in ("form", "on"):
            page = browser.send("POST", "/authorize",
                                {k: v for k, v in fields.items() if k != less})
            self.assertEqual((page.status, page.header("Location")), (403, None))
        self.visit(other, self.query(self.app, pkce()[1]))
        self.sign_in(other, self.person())
        page = other.send("POST", "/authorize", fields)
        self.assertEqual((page.status, page.header("Location")), (403, None))
        browser.send("POST", "/authorize", fields)
        self.assertIn("code", self.returned(browser))
