# SPDX-License-Identifier: Apache-2.0
"""The authorization endpoint of RFC 6749, 3.1, as a browser meets it that is not signed in."""
import re
import urllib.parse

import harness

EVIL = "https://evil.example/cb"
HOME, NATIVE = "https://web.example/cb", "http://127.0.0.1/native"


class AuthorizationEndpoint(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.web = cls.server.client("az-web", grant=["authorization_code"], scope="profile",
                                    redirect_uri=[HOME, NATIVE])

    def visit(self, method="GET", **query):
        url = self.server.url("/authorize") + "?" + urllib.parse.urlencode(query, doseq=True)
        return self.server.http.request(method, url)

    def good(self, **more):
        return dict({"client_id": self.web.id, "redirect_uri": HOME, "response_type": "code",
                     "state": "xyz", "code_challenge": "a" * 43,
                     "code_challenge_method": "S256"}, **more)

    def page(self, answer, status, *parts):
        """A page, with its headers, that leads nowhere."""
        self.assertEqual(answer.status, status, answer)
        self.assertIsNone(answer.header("Location"))
        self.assertEqual(answer.header("X-Frame-Options"), "DENY")
        self.assertIn("frame-ancestors 'none'", answer.header("Content-Security-Policy"))
        self.assertEqual(answer.header("Referrer-Policy"), "no-referrer")
        self.assertIsNone(answer.header("Access-Control-Allow-Origin"))
        for address in re.findall(rb'(?:href|action|src)="([^"]*)"', answer.body):
            self.assertRegex(address, rb"^/[^/]")  # its own
        for part in parts:
            self.assertIn(part, answer.body)

    def test_unsafe(self):
        """a bad client_id or redirect_uri gets a page and no redirect, also when it is repeated
        [O-6749-06 O-6749-07 O-9700-01 O-9700-14 O-9700-15 T-C03 T-B04]"""
        problem = b"There is a problem with the app"
        for change in ({"client_id": "nobody"}, {"client_id": [self.web.id, "c-viewer"]},
                       {"redirect_uri": [HOME, HOME]}, {"redirect_uri": EVIL},
                       {"redirect_uri": HOME + "/"}, {"redirect_uri": HOME.replace("/cb", "/CB")},
                       {"redirect_uri": HOME.replace("web.example", "evil@web.example")},
                       {"redirect_uri": HOME.replace("web.example", "web.example:444")},
                       {"redirect_uri": HOME + "?a=1"}, {"redirect_uri": HOME + "#a"},
                       {"redirect_uri": HOME + "\r\nX-Evil: 1"}, {"redirect_uri": "//evil.example"},
                       {"redirect_uri": NATIVE.replace("127.0.0.1", "localhost")},
                       {"redirect_uri": ""}, {"client_id": ""}):
            with self.subTest(change):
                self.page(self.visit(**self.good(**change)), 400, problem)

    def test_sign_in_first(self):
        """whatever else is wrong, a person who is not signed in sees the sign-in page
        [O-6749-08 O-9700-02]"""
        for change in ({}, {"response_type": "token"}, {"scope": ["a", "b"]}, {"scope": "admin"},
                       {"code_challenge": ""}, {"request_uri": "urn:x"}, {"state": "a\r\nb"},
                       {"prompt": "login"}, {"redirect_uri": NATIVE.replace("/n", ":51004/n")}):
            with self.subTest(change):
                self.page(self.visit(**self.good(**change)), 200, b'action="/signin"')

    def test_prompt_none(self):
        """with prompt=none a stranger is login_required, by redirect with state and iss
        [O-6749-08 O-9207-01 O-9207-02]"""
        answer = self.visit(**self.good(prompt="none"))
        self.assertEqual(answer.status, 303, answer)
        where, query = answer.header("Location").split("?")
        self.assertEqual(where, HOME)
        self.assertEqual(urllib.parse.parse_qs(query),
                         {"error": ["login_required"], "state": ["xyz"],
                          "iss": [self.server.issuer]})

    def test_methods(self):
        """the endpoint takes GET; a POST is only for its own form [O-6749-06]"""
        self.assertEqual(self.visit("POST", **self.good()).status, 403)
        self.assertEqual(self.visit("HEAD", **self.good()).status, 405)

    def test_codes(self):
        """a client that is not registered for authorization codes cannot redeem any"""
        for more in ({}, {"redirect_uri": EVIL}, {"code_verifier": "x" * 43}):
            answer = self.viewer.token(dict({"grant_type": "authorization_code", "code": "x"},
                                            **more))
            self.refused(answer, 400, "unauthorized_client")

    def test_state(self):
        """line breaks and other control characters in state reach no header [O-6749-15]"""
        for state in ("a\r\nX-Evil: 1", "a\nb", "a\0b"):
            answer = self.visit(**self.good(state=state, prompt="none"))
            self.assertEqual(answer.status, 303, answer)
            self.assertIsNone(answer.header("X-Evil"))
            self.assertNotIn("state=", answer.header("Location"))

    def test_values(self):
        """every received value is validated before use: control characters reach no header
        [O-6749-15]"""
        evil = "a\r\nX-Evil: 1"
        rid = self.photo("view")
        for answer in (self.viewer.redeem(evil), self.viewer.revoke(evil),
                       self.alice.introspect(evil), self.viewer.refresh(evil),
                       self.viewer.redeem(self.alice.ticket((rid, ["view"])), scope=evil),
                       self.alice.create({"resource_scopes": ["view"], "name": evil}),
                       self.alice.permission({"resource_id": evil, "resource_scopes": []})):
            self.assertIsNone(answer.header("X-Evil"))
            self.assertLess(answer.status, 500)
