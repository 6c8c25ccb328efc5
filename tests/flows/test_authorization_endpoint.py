# SPDX-License-Identifier: Apache-2.0
"""The authorization endpoint of RFC 6749, 3.1, which this version does not have: it is neither
announced nor partly served."""
import urllib.parse

import harness

EVIL = "https://evil.example/cb"


class AuthorizationEndpoint(harness.FlowTest):
    def visit(self, method="GET", **query):
        url = self.server.url("/authorize") + "?" + urllib.parse.urlencode(query, doseq=True)
        return self.server.http.request(method, url)

    def nothing(self, answer):
        self.assertEqual(answer.status, 404, answer)
        self.assertIsNone(answer.header("Location"))
        self.assertNotIn(b"evil", answer.body)

    def test_absent(self):
        """the authorization endpoint is not offered: neither announced nor served, by GET or POST
        [O-6749-06]"""
        self.assertNotIn("authorization_endpoint", self.server.document)
        for method in ("GET", "POST"):
            self.nothing(self.visit(method, response_type="code", client_id="c-viewer",
                                    scope=["a", "b"], redirect_uri=EVIL))

    def test_no_redirect(self):
        """an unknown client or redirection URI causes no redirect; the endpoint is not offered
        [O-6749-07 T-C03]"""
        self.nothing(self.visit(response_type="code", client_id="nobody", redirect_uri=EVIL))
        self.nothing(self.visit(response_type="code", client_id="c-viewer", redirect_uri=EVIL))

    def test_no_errors_by_redirect(self):
        """no other error causes a redirect; the endpoint is not offered [O-6749-08]"""
        self.nothing(self.visit(client_id="c-viewer", state="x"))
        self.nothing(self.visit(client_id="c-viewer", response_type="token", state="x"))

    def test_codes(self):
        """a client that is not registered for authorization codes cannot redeem any"""
        for more in ({}, {"redirect_uri": EVIL}, {"code_verifier": "x" * 43}):
            answer = self.viewer.token(dict({"grant_type": "authorization_code", "code": "x"},
                                            **more))
            self.refused(answer, 400, "unauthorized_client")

    def test_state(self):
        """line breaks and other control characters in state reach no header; the endpoint is not
        offered
        [O-6749-15]"""
        for state in ("a\r\nX-Evil: 1", "a\nb", "a\0b"):
            answer = self.visit(client_id="c-viewer", response_type="code", state=state)
            self.nothing(answer)
            self.assertIsNone(answer.header("X-Evil"))

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
