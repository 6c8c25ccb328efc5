# SPDX-License-Identifier: Apache-2.0
"""Hosts and paths that do not belong to a tenant, or almost do: RFC 3986; UMA Grant, 2."""
import urllib.parse

import harness
import uma

HOSTS = ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example",
         "127.0.0.2", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
         "127.0.0.1%00", "127.0.0.1@evil.example", "evil.example#127.0.0.1", "evil.example/",
         "as.usher.test.", "AS.USHER.TEST.evil.example", "xn--as.example", "*", "-", "_", "a" * 300,
         "as.example.com", "localhost", "127.0.0.1.", "\"127.0.0.1\"", "127.0.0.1,evil.example",
         "evil.example, 127.0.0.1", "127.0.0.1 evil.example", "127.0.0.1\\evil.example",
         "evil.example:443", "user:pass@127.0.0.1", "<script>", "'", "127.0.0.1;evil.example",
         "127.0.0.1?x", "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:evil.example", "::1",
         "127.000.000.001", "0177.0.0.1", "evil", "metadata.google.internal", "169.254.169.254",
         "10.0.0.1", "%65vil.example", "ev\u00efl.example", "127.0.0.1\t", "..", "as"]

# Inserted before, between or after the segments of a valid path.
DISTORTIONS = [
    lambda p: "/" + p, lambda p: p.replace("/", "//", 2), lambda p: p + "//",
    lambda p: "/." + p, lambda p: "/x/.." + p, lambda p: p + "/.", lambda p: p + "/..",
    lambda p: p + "/../x", lambda p: "/%2e" + p, lambda p: "/x/%2e%2e" + p,
    lambda p: "/x/.%2e" + p, lambda p: p + "/%2e%2e/x", lambda p: p + ";x=1",
    lambda p: p + ";", lambda p: "/x;" + p, lambda p: "/..;" + p, lambda p: p + "/..;/x",
    lambda p: p + "%00", lambda p: p + "%00.json", lambda p: "/%00" + p, lambda p: p + "%2f",
    lambda p: p + "%2F", lambda p: "%2f" + p[1:], lambda p: p.replace("/", "%2f"),
    lambda p: p + "%5c", lambda p: p.replace("/", "%5c"), lambda p: "\\" + p[1:],
    lambda p: p + "\\", lambda p: p + "%", lambda p: p + "%4", lambda p: p + "%zz",
    lambda p: p + "%0a", lambda p: p + "%0d%0aX-Evil:1", lambda p: p + "%20", lambda p: p + "%09",
    lambda p: p + "%ff", lambda p: p + "%c0%af", lambda p: p + "%e0%80%af", lambda p: p + ".json",
    lambda p: p + "~", lambda p: p.upper(), lambda p: p.title(), lambda p: p + "x",
    lambda p: "/x" + p, lambda p: p + "/x", lambda p: p + "%252f", lambda p: "/%252e" + p,
    lambda p: p.replace("e", "%2565", 1), lambda p: p + "%u002f", lambda p: p + "\u00e9",
    lambda p: "/." + p + "/.", lambda p: p + "%3f", lambda p: p + "%23", lambda p: p + "+",
    lambda p: p + "/%", lambda p: p + ":80", lambda p: "/@evil.example" + p, lambda p: p + "*",
    lambda p: "/" + "a" * 3000 + p, lambda p: p + "/" * 40, lambda p: "/a" * 30 + p,
]


class Hosts(harness.FlowTest):
    def test_hosts(self):
        """only the tenant's own Host is served, and no Host is reflected [T-F08]"""
        self.assertGreaterEqual(len(HOSTS), 50)
        # The web server normalises invalid ports and a trailing dot, so the Host is valid then.
        ours = [h for h in HOSTS if h.partition(":")[0].rstrip(".") == "127.0.0.1"]
        self.assertEqual(len(ours), 4)
        for path in (uma.DISCOVERY, "/resource_set", "/token"):
            for host in HOSTS:
                answer = self.server.http.request(
                    "GET", self.server.issuer + path, self.alice.bearer(),
                    host=host.encode("utf-8"))
                with self.subTest(host):
                    if host not in ours:
                        self.assertIn(answer.status, (400, 404))
                    elif path == uma.DISCOVERY:
                        self.assertEqual(answer.expect(200).json()["issuer"], self.server.issuer)
                    self.assertNotIn(b"evil", answer.body)
                    self.assertNotIn("evil", str(answer.headers))

    def test_case_and_port(self):
        """case and port of the Host do not matter, and the issuer does not change
        [T-F08 G-DISC-05]"""
        for host in ("127.0.0.1", "127.0.0.1:1234"):
            answer = self.server.http.request("GET", self.server.issuer + uma.DISCOVERY, host=host)
            self.assertEqual(answer.expect(200).json(), self.server.document)

    def test_forwarded(self):
        """no header about another host or scheme changes a URL or the caller [T-F08 T-F07]"""
        headers = [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"),
                   ("X-Original-Host", "evil.example"), ("Forwarded", "host=evil.example"),
                   ("X-Forwarded-For", "1.2.3.4"), ("X-Rewrite-Url", "/jwks"),
                   ("X-Original-Url", "/jwks"), ("X-Http-Host-Override", "evil.example"),
                   ("Remote-User", "alice"), ("X-Remote-User", "alice"), ("HTTPS", "on"),
                   ("SSL-Client-Cert", "x"), ("SSL-Client-Verify", "SUCCESS"),
                   ("Proxy", "http://evil.example/")]
        answer = self.server.get(self.server.issuer + uma.DISCOVERY, headers=headers)
        self.assertEqual(answer.expect(200).json(), self.server.document)
        self.assertEqual(self.server.get(self.alice.collection(), headers=headers).status, 401)
        made = self.server.send_json("POST", self.alice.collection(), {"resource_scopes": []},
                                     self.alice.bearer() + headers).expect(201)
        self.assertNotIn("evil", str(made.headers))

    def test_method_headers(self):
        """no header overrides the method [T-F10]"""
        rid = self.alice.add("view")
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            for method in ("GET", "POST", "HEAD"):
                self.server.http.request(method, self.alice.item(rid) + "?_method=DELETE",
                                         self.alice.bearer() + [(name, "DELETE")])
        self.alice.read(rid).expect(200)


class Paths(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.add("view")
        cls.routes = [("GET", "/resource_set", None), ("GET", "/resource_set/" + cls.rid, None),
                      ("DELETE", "/resource_set/" + cls.rid, None),
                      ("POST", "/permission", b"[]"), ("POST", "/introspect", b"token=x"),
                      ("PUT", "/policy/" + cls.rid, b'{"rules":[]}'),
                      ("GET", "/jwks", None), ("POST", "/token", b"grant_type=x"),
                      ("GET", uma.DISCOVERY, None)]
        cls.base = urllib.parse.urlsplit(cls.server.issuer)

    def ask(self, method, target, body=None):
        kind = "application/json" if body and body[:1] in b"[{" else uma.FORM
        return self.server.http.request(
            method, self.server.issuer, self.alice.bearer() + [("Content-Type", kind)], body,
            target=target)

    def test_distorted(self):
        """none of more than 500 distorted paths reaches a handler [T-F10]"""
        tried = 0
        before = self.alice.list().json()
        for method, path, body in self.routes:
            for distort in DISTORTIONS:
                target = urllib.parse.quote(distort(path), safe="/%;:@\\*+~#?=")
                if target in (path, path.lower()):
                    continue
                tried += 1
                answer = self.ask(method, target, body)
                with self.subTest("%s %s" % (method, target[:80])):
                    self.assertIn(answer.status, (400, 404), answer)
                    self.assertIsNone(answer.header("X-Evil"))
        self.assertGreater(tried, 500)
        self.assertEqual(self.alice.list().json(), before)

    def test_never_split(self):
        """escaped and doubled slashes, backslashes, NUL, semicolons and dot segments are 400 at
        any position
        [T-F10]"""
        for target in ("/nowhere%2fx", "/nowhere%2Fx", "/nowhere%5cx", "/nowhere%5Cx",
                       "/nowhere%00", "/nowhere;x", "/nowhere%3bx", "//nowhere", "/nowhere//x",
                       "/./nowhere", "/nowhere/.", "/x/../nowhere", "/x/%2e%2e/nowhere",
                       "/%2e/nowhere", "/nowhere\\x", "/nowhere%", "/nowhere%zz"):
            self.assertEqual(self.ask("GET", target).status, 400, target)

    def test_escaped(self):
        """an escaped letter is decoded once and matches the same route [T-F10]"""
        self.assertEqual(self.ask("GET", "/%72esource_set").status, 200)
        self.assertEqual(self.ask("GET", "/resource%5Fset/" + self.rid).status, 200)
        self.assertEqual(self.ask("GET", "/%2572esource_set").status, 404)
        answer = self.server.http.request("GET", self.server.issuer, target="/%72esource_set")
        self.assertEqual(answer.status, 401)

    def test_absolute_form(self):
        """a target in absolute form reaches the tenant of its host or none [T-F10 T-F08]"""
        for target, status in (("http://evil.example/resource_set", 404),
                               ("http://evil.example" + uma.DISCOVERY, 404),
                               ("http://127.0.0.1@evil.example/jwks", 400)):
            answer = self.ask("GET", target)
            self.assertEqual(answer.status, status, answer)
            self.assertNotIn(b"evil", answer.body)

    def test_methods(self):
        """undefined methods are rejected everywhere [T-F10]"""
        for method in ("TRACE", "CONNECT", "FOO", "PROPFIND", "LINK"):
            for _, path, _ in self.routes:
                self.assertEqual(self.ask(method, path).status, 405, (method, path))
        for _, path, _ in self.routes:
            self.assertEqual(self.ask("get", path).status, 400, path)

    def test_head(self):
        """HEAD reveals no more than GET, and changes nothing [T-F10 T-B06]"""
        answer = self.ask("HEAD", "/resource_set/" + self.rid)
        self.assertEqual((answer.status, answer.body), (200, b""))
        for method, path, _ in self.routes:
            if method in ("POST", "DELETE", "PUT"):
                self.assertEqual(self.ask("HEAD", path).body, b"")
        self.alice.read(self.rid).expect(200)

    def test_query_is_no_path(self):
        """the query does not influence the route [T-F10]"""
        self.assertEqual(self.ask("GET", "/jwks?/../resource_set").status, 200)
        self.assertEqual(self.ask("GET", "/?/resource_set").status, 404)
