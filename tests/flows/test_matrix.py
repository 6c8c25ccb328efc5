# SPDX-License-Identifier: Apache-2.0
"""Access control: every route with every method and credential.

The tables are written from the specifications, independently of the server's tables; every
combination that no row allows must be rejected.
"""
import collections

import harness
import uma
import fixture as fixture_

LONG = "a-secret-long-enough"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
# (path relative to the issuer, {method: status for an authorized caller}, authorized callers)
ANYBODY, CLIENTS, PATS = "anybody", "clients", "pats"
Route = collections.namedtuple("Route", "path allowed caller body")
FORM, JSON = [("Content-Type", uma.FORM)], [("Content-Type", "application/json")]
GRANT = (FORM, uma.form({"grant_type": uma.UMA, "ticket": "nonsense"}))
TOKEN = (FORM, "token=nonsense")
RESOURCE = (JSON, '{"resource_scopes":["view"]}')
RULES = (JSON, '{"rules":[]}')
NOTHING = ([], None)
ROUTES = [
    Route("/.well-known/uma2-configuration", {"GET": 200, "HEAD": 200}, ANYBODY, NOTHING),
    Route("/.well-known/oauth-authorization-server", {"GET": 200, "HEAD": 200}, ANYBODY, NOTHING),
    Route("/.well-known/openid-configuration", {"GET": 200, "HEAD": 200}, ANYBODY, NOTHING),
    Route("/jwks", {"GET": 200, "HEAD": 200}, ANYBODY, NOTHING),
    Route("/token", {"POST": 400}, CLIENTS, GRANT),
    Route("/revoke", {"POST": 200}, CLIENTS, TOKEN),
    Route("/par", {"POST": 400}, CLIENTS, (FORM, "response_type=code")),
    Route("/introspect", {"POST": 200}, PATS, TOKEN),
    Route("/permission", {"POST": 400}, PATS, (JSON, "[]")),
    Route("/resource_set", {"GET": 200, "HEAD": 200, "POST": 201}, PATS, RESOURCE),
    Route("/resource_set/{id}", {"GET": 200, "HEAD": 200, "PUT": 200, "DELETE": 204}, PATS,
          RESOURCE),
    Route("/policy/{id}", {"GET": 200, "HEAD": 200, "PUT": 200, "DELETE": 204}, PATS, RULES),
    Route("/policy", {"GET": 404, "HEAD": 404, "PUT": 200, "DELETE": 204}, PATS, RULES),
    Route("/resource_set/unknown", {"GET": 404, "HEAD": 404, "PUT": 404, "DELETE": 404}, PATS,
          RESOURCE),
    Route("/policy/unknown", {"GET": 404, "HEAD": 404, "PUT": 404, "DELETE": 404}, PATS, RULES),
]
ABSENT = ("/authorization", "/register", "/register/x", "/par/", "/claims/", "/", "/admin", "/my",
          "/token/x", "/jwks/x", "/introspect/", "/policy/", "/status", "/metrics", "/.well-known/",
          "/resource_set/a/b", "/userinfo", "/logout", "/perm", "/rreg")


class Matrix(harness.FlowTest):
    @classmethod
    def prepare(cls):
        own, w = cls(), cls.fixture
        other = w.small("matrix")
        rid = own.shared_with_bob()
        doc = cls.viewer.push(cls.alice.ticket((rid, ["view"])), own.id_token()
                              ).expect(200).json()
        revoked = w.photoz.token({"grant_type": "client_credentials"}).json()["access_token"]
        w.photoz.revoke(revoked).expect(200)
        plain = cls.server.client("m-plain", scope="profile", grant=["client_credentials"])
        plain = plain.token({"grant_type": "client_credentials", "scope": "profile"}
                            ).expect(200).json()["access_token"]
        cls.server.client("m-disabled", LONG)
        cls.admin.run("client", "disable", "main", "m-disabled")
        cls.server.resource_server("m-rs-off", owner="alice")
        off = cls.server.pat("m-rs-off", "alice").pat
        cls.admin.run("client", "disable", "main", "m-rs-off")
        cls.server.account("m-owner-off")
        owner_off = cls.server.pat("rs-photoz", "m-owner-off").pat
        cls.admin.run("account", "disable", "main", "m-owner-off")
        removed = cls.server.client("m-removed", LONG)
        cls.admin.run("client", "remove", "main", removed.id)
        cls.bearers = {
            "no such token": "pat_" + "A" * 50, "revoked PAT": revoked,
            "PAT of another tenant": other.alice.pat, "PAT of a disabled client": off,
            "PAT of a disabled owner": owner_off, "token without scope": plain,
            "RPT": doc["access_token"], "refresh token": doc["refresh_token"],
            "PCT": doc["pct"], "ticket": cls.alice.ticket((rid, ["view"])),
            "ID Token": own.id_token(), "client secret": cls.other.secret,
        }
        cls.strangers = {
            "PAT of another owner": cls.erin.pat,
            "PAT of another resource server": cls.alice_filez.pat,
        }
        cls.basics = {
            "wrong secret": ("c-viewer", "wrong"), "empty secret": ("c-viewer", ""),
            "no such client": ("nobody", "x"), "disabled client": ("m-disabled", LONG),
            "removed client": ("m-removed", LONG), "public client": ("c-public", ""),
            "another client's secret": ("c-other", fixture_.VIEWER_SECRET),
            "PAT as secret": ("rs-photoz", cls.alice.pat), "login": ("alice", "alice"),
        }

    def request(self, route, method, headers):
        path = route.path
        if "{id}" in path:
            path = path.replace("{id}", self.photo("view"))
        kind, body = route.body if method not in ("GET", "HEAD", "OPTIONS") else NOTHING
        return self.server.http.request(method, self.server.url(path), headers + kind, body)

    def cells(self, headers, judge, routes=ROUTES):
        for route in routes:
            for method in METHODS:
                answer = self.request(route, method, headers)
                with self.subTest("%s %s" % (method, route.path)):
                    judge(route, method, answer)

    def no_route(self, route, method, answer):
        """True if the method alone determines this response."""
        if method in route.allowed:
            return False
        self.assertEqual(answer.status, 405, answer)
        self.assertEqual({m.strip() for m in answer.header("Allow").split(",")},
                         set(route.allowed) | ({"HEAD"} if "GET" in route.allowed else set()))
        return True

    def test_size(self):
        """the tables have more than 2,000 combinations [T-U06]"""
        callers = len(self.bearers) + len(self.basics) + 2
        cells = len(METHODS) * (callers * len(ROUTES) + 3 * len(ABSENT))
        self.assertGreater(cells, 2000)

    def test_right(self):
        """an authorized caller is served by the listed methods and gets 405 with Allow for the
        others
        [T-U06 F-RER-02]"""
        for caller, headers in ((PATS, self.alice.bearer()),
                                (CLIENTS, self.viewer.credentials()[0]), (ANYBODY, [])):
            def judge(route, method, answer):
                if not self.no_route(route, method, answer):
                    self.assertEqual(answer.status, route.allowed[method], answer)
            self.cells(headers, judge, [r for r in ROUTES if r.caller is caller])

    def test_bearers(self):
        """only a valid PAT gives access, no other valid token does [T-U06 T-C05 T-J04 T-M01]"""
        for name, token in self.bearers.items():
            def judge(route, method, answer):
                if self.no_route(route, method, answer):
                    return
                if route.caller is CLIENTS:
                    self.refused(answer, 401, "invalid_client")
                elif route.caller is ANYBODY:
                    self.assertEqual(answer.status, 200)
                elif name == "token without scope":
                    self.challenged(answer, 403, "insufficient_scope")
                else:
                    self.challenged(answer, 401, "invalid_token")
            self.cells([("Authorization", "Bearer " + token)], judge)

    def test_other_pats(self):
        """another owner's or resource server's PAT finds none of alice's resources [T-U06 T-U04]"""
        routes = [r for r in ROUTES if "{id}" in r.path]
        for token in self.strangers.values():
            def judge(route, method, answer):
                if not self.no_route(route, method, answer):
                    self.assertEqual(answer.status, 404, answer)
            self.cells([("Authorization", "Bearer " + token)], judge, routes)

    def test_basics(self):
        """wrong client credentials give no access [T-U06 O-6749-14]"""
        for pair in self.basics.values():
            def judge(route, method, answer):
                if self.no_route(route, method, answer):
                    return
                if route.caller is ANYBODY:
                    self.assertEqual(answer.status, 200)
                elif route.caller is CLIENTS or route.path == "/introspect":
                    self.refused(answer, 401, "invalid_client")
                else:
                    self.challenged(answer)
            self.cells([("Authorization", uma.basic(*pair))], judge)

    def test_right_client(self):
        """client credentials are not accepted in place of a PAT [T-U06]"""
        def judge(route, method, answer):
            if self.no_route(route, method, answer):
                return
            if route.path == "/introspect":  # which accepts them (RFC 7662, 2.1)
                self.assertEqual((answer.status, answer.json()), (200, {"active": False}))
            else:
                self.challenged(answer)
        self.cells(self.viewer.credentials()[0], judge, [r for r in ROUTES if r.caller is PATS])

    def test_nobody(self):
        """without credentials only metadata and keys are served [T-U06 F-PAT-02]"""
        def judge(route, method, answer):
            if self.no_route(route, method, answer):
                return
            if route.caller is ANYBODY:
                self.assertEqual(answer.status, 200)
            elif route.caller is CLIENTS:
                self.refused(answer, 401, "invalid_client")
            else:
                self.challenged(answer)
        self.cells([], judge)

    def test_absent(self):
        """paths that no specification defines are not found for any caller [T-U06 T-C08]"""
        for path in ABSENT:
            for method in METHODS:
                for headers in ([], self.alice.bearer(), self.viewer.credentials()[0]):
                    answer = self.server.http.request(method, self.server.url(path),
                                                      headers + FORM, None)
                    self.assertEqual(answer.status, 404, (method, path, answer))
                    self.assertEqual(answer.all("WWW-Authenticate"), [])

    def test_legacy_grants(self):
        """no legacy grant is available at any endpoint [T-C08]"""
        for grant in ("password", "implicit", "code", "token",
                      "urn:ietf:params:oauth:grant-type:device_code",
                      "urn:ietf:params:oauth:grant-type:token-exchange",
                      "urn:ietf:params:oauth:grant-type:saml2-bearer"):
            answer = self.viewer.token({"grant_type": grant, "username": "alice",
                                        "password": "x", "code": "x", "assertion": "x"})
            self.refused(answer, 400, "unsupported_grant_type")
