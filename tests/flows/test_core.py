# SPDX-License-Identifier: Apache-2.0
"""Behaviour that depends on the web server in front: this module runs behind each of them.

No test's name mentions a web server; the name of the run does.
"""
import http.client
import json
import os
import re
import socket
import socketserver
import struct
import subprocess
import threading

import harness
import servers
import uma
import fixture as fixture_


class Core(harness.FlowTest):
    def test_whole_exchange(self):
        """discovery, registration, policy, ticket, claims, RPT, introspection and revocation work
        [O-FCGI-10 O-FCGI-11]"""
        self.assertEqual(self.server.document["issuer"], self.server.issuer)
        rid = self.shared_with_bob("view", "print")
        ticket = self.need_info(self.viewer.redeem(self.alice.ticket((rid, ["view"]))))
        doc = self.viewer.push(ticket, self.id_token()).expect(200).json()
        self.grants(self.alice, doc["access_token"], {rid: ["view"]})
        newer = self.viewer.refresh(doc["refresh_token"]).expect(200).json()
        self.viewer.revoke(newer["access_token"]).expect(200)
        self.dead(self.alice, newer["access_token"])
        self.alice.delete(rid).expect(204)

    def test_statuses(self):
        """each status reaches the client unchanged: 200, 201 with Location, 204, 400, 401, 403,
        404, 405
        [O-FCGI-10 F-CRE-02]"""
        made = self.alice.create({"resource_scopes": ["view"]})
        self.assertEqual(made.status, 201)
        rid = made.json()["_id"]
        self.assertEqual(made.header("Location").rsplit("/", 1)[1], rid)
        self.assertIsNone(made.header("Status"))
        self.assertEqual(self.alice.read(rid).status, 200)
        dropped = self.alice.delete(rid)
        self.assertEqual((dropped.status, dropped.body), (204, b""))
        self.assertEqual(self.alice.create("{").status, 400)
        self.assertEqual(self.alice.read(rid).status, 404)
        self.denied(self.viewer.redeem(self.alice.ticket((self.photo(), ["view"]))))
        url = self.alice.collection()
        self.assertEqual(self.server.http.request("DELETE", url).status, 405)

    def test_too_large(self):
        """a body that is too large always answers 413, whether or not the web server has sent all
        of it
        [O-FCGI-10 F-RER-09 T-F04]"""
        for size in (66000, 120000):
            big = b'{"resource_scopes":[],"name":"' + b"x" * size + b'"}'
            seen = {self.alice.create(big).status for _ in range(50)}
            seen |= set(harness.side_by_side(50, lambda _: self.alice.create(big).status))
            self.assertEqual(seen, {413})

    def test_authorization(self):
        """both schemes of Authorization reach the server, and challenges reach the client, one
        line each
        [O-FCGI-11 F-PAT-02]"""
        self.assertEqual(self.alice.list().status, 200)
        self.refused(self.viewer.redeem("x"), 400, "invalid_grant")
        self.challenged(self.server.get(self.alice.collection()))
        answer = uma.Client(self.server, "c-viewer", "wrong").redeem("x")
        self.assertEqual(answer.status, 401)
        self.assertEqual(len(answer.all("WWW-Authenticate")), 1)

    def test_head(self):
        """HEAD is answered without a body and with the headers of GET [O-FCGI-10]"""
        url = self.server.endpoint("jwks_uri")
        head = self.server.http.request("HEAD", url)
        self.assertEqual((head.status, head.body), (200, b""))
        got = self.server.get(url).expect(200)
        self.assertTrue(got.body)
        for name in ("Content-Type", "Content-Length", "Cache-Control"):
            self.assertEqual(head.header(name), got.header(name), name)

    def test_pages(self):
        """scripts of other sites may call the endpoints of clients, after a preflight request"""
        http_, page = self.server.http, [("Origin", "https://app.example")]
        ask = page + [("Access-Control-Request-Method", "POST"),
                      ("Access-Control-Request-Headers", "authorization")]
        token = self.server.endpoint("token_endpoint")
        before = http_.request("OPTIONS", token, ask)
        self.assertEqual((before.status, before.body), (204, b""))
        self.assertEqual(before.header("Access-Control-Allow-Methods"), "POST")
        self.assertIn("Authorization", before.header("Access-Control-Allow-Headers"))
        for answer in (before, http_.request("POST", token, page + [("Content-Type", uma.FORM)],
                                             "grant_type=x"),
                       http_.request("GET", self.server.endpoint("jwks_uri"), page)):
            self.assertEqual(answer.all("Access-Control-Allow-Origin"), ["*"])
        for answer in (http_.request("OPTIONS", self.alice.collection(), ask),
                       http_.request("GET", self.alice.collection(), self.alice.bearer() + page)):
            self.assertEqual(answer.all("Access-Control-Allow-Origin"), [])

    def test_forged_identity(self):
        """no request header gives a caller an identity [T-F07 T-F06]"""
        forged = [("Remote-User", "alice"), ("SSL-Client-Verify", "SUCCESS"),
                  ("SSL_Client_Cert", "x"), ("Auth-User", "alice"), ("HTTPS", "on"),
                  ("Proxy", "http://127.0.0.1:9/"), ("X-Forwarded-User", "alice")]
        for headers in (forged, forged + [("Authorization", uma.basic("alice", "x"))]):
            self.assertEqual(self.server.get(self.alice.collection(), headers=headers).status,
                             401)

    def test_paths(self):
        """paths reach usherd unchanged: escaped and doubled slashes are rejected [T-F10]"""
        for target in ("/resource_set%2f", "//resource_set", "/x/../resource_set",
                       "/resource_set;x", "/%5cresource_set", "/resource_set/..%2fjwks"):
            self.refused(self.visit(target), 400, "invalid_request")
        # Every web server rejects this target, with different statuses.
        self.assertIn(self.visit("/resource_set/%00").status, (400, 404))

    def visit(self, target):
        return self.server.http.request("GET", self.server.issuer, self.alice.bearer(),
                                        target=target)

    def test_chunked(self):
        """a chunked body is read completely [T-F04]"""
        headers, _ = self.viewer.credentials()
        body = uma.form({"grant_type": uma.UMA, "ticket": "nonsense"}).encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[n:n + 1]) for n in range(len(body)))
        self.refused(self.raw(headers, chunks + b"0\r\n\r\n"), 400, "invalid_grant")

    def raw(self, headers, chunks):
        connection = http.client.HTTPConnection("127.0.0.1", self.fixture.port, timeout=30)
        connection.putrequest("POST", "/token")
        for name, value in headers + [("Content-Type", uma.FORM),
                                      ("Transfer-Encoding", "chunked")]:
            connection.putheader(name, value)
        connection.endheaders(chunks)
        answer = connection.getresponse()
        found = uma.Response(answer.status, answer.getheaders(), answer.read())
        connection.close()
        return found

    def test_large_body(self):
        """a body of exactly the maximum size is accepted [T-F05]"""
        doc = '{"x":"%s","resource_scopes":["view"],"name":"last"}' % ("y" * 60000)
        rid = self.alice.create(doc).expect(201).json()["_id"]
        self.assertEqual(self.alice.read(rid).json()["name"], "last")
        self.unaffected()

    def test_large_headers(self):
        """an Authorization header with the longest token is accepted [O-FCGI-11]"""
        answer = uma.ResourceServer(self.server, "x" * 3500).list()
        self.challenged(answer, 401, "invalid_token")

    def test_tenants(self):
        """tenants below a path, and both URLs of their metadata, are reachable [G-DISC-03]"""
        t = self.fixture.small("core")
        rid = self.photo("view", rs=t.alice)
        rpt = t.viewer.rpt(t.alice.ticket((rid, ["view"])))
        self.assertEqual(uma.jwt_parts(rpt)[1]["aud"], fixture_.PHOTOZ)
        base = "http://127.0.0.1:%d" % self.fixture.port
        self.assertEqual(self.server.get(base + "/.well-known/uma2-configuration/t/core").json(),
                         t.document)

    def test_many(self):
        """many concurrent clients are all answered [T-F05]"""
        rid = self.photo("view")

        def flow(_):
            return self.viewer.redeem(self.alice.ticket((rid, ["view"]))).status
        self.assertEqual(set(harness.side_by_side(100, flow)), {200})


# lighttpd adds no header to its response if it rejects a request before it knows the URL.
BARE = {"lighttpd": (400, 413, 431)}
# The status for headers that are too large, and for a URI that is too long.
TOO_LARGE = {"nginx": (431, 414), "lighttpd": (431, 431), "apache": (400, 414)}


class Busy(socketserver.StreamRequestHandler):
    """Answers each FastCGI request like usherd answers a rejected one (T-X07)."""
    body = b'{"error":"server_error"}'
    out = (b"Status: 503 Service Unavailable\r\nContent-Type: application/json\r\n"
           b"Cache-Control: no-store\r\nPragma: no-cache\r\nRetry-After: 600\r\n"
           b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def record(self, kind, content):
        self.wfile.write(struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content)

    def handle(self):
        while len(head := self.rfile.read(8)) == 8:
            _, kind, _, size, padding, _ = struct.unpack(">BBHHBB", head)
            self.rfile.read(size + padding)
            if kind == 5 and size == 0:  # the end of the body
                self.record(6, self.out)
                self.record(6, b"")
                self.record(3, bytes(8))
                return


class FrontEnd(harness.FlowTest):
    """Responses that the web server creates itself."""

    def send(self, port, request):
        """The response to these bytes, whatever they contain."""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            try:
                connection.sendall(request)
            except ConnectionError:
                pass  # the response arrived before everything was sent
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return uma.Response(answer.status, answer.getheaders(), answer.read())

    def own_error(self, answer, statuses, error):
        self.assertIn(answer.status, statuses, answer)
        self.json_type(answer)
        doc = json.loads(answer.body)
        self.assertEqual((set(doc), doc["error"]), ({"error", "error_description"}, error), answer)
        self.assertEqual(len(answer.all("Content-Type")), 1, answer)
        if answer.status not in BARE.get(self.fixture.front_name, ()):
            self.assertEqual(answer.all("Cache-Control"), ["no-store"], answer)

    def test_rejected(self):
        """a request that the web server rejects itself is answered with JSON: 400, 413, 414 or 431
        [O-FCGI-10 T-F04]"""
        port, end = self.fixture.port, b" HTTP/1.1\r\nHost: x\r\n"
        headers, uri = TOO_LARGE[self.fixture.front_name]
        self.own_error(self.send(port, b"GET /jwks HTTP/1.1\r\n\r\n"), [400], "invalid_request")
        self.own_error(self.send(port, b"NONSENSE\r\n\r\n"), [400], "invalid_request")
        self.own_error(self.send(port, b"GET /" + b"x" * 30000 + end + b"\r\n"), [uri],
                       "invalid_request")
        self.own_error(self.send(port, b"GET /jwks" + end + b"X: " + b"x" * 70000 + b"\r\n\r\n"),
                       [headers], "invalid_request")
        self.own_error(self.send(port, b"POST /token" + end + b"Content-Length: 1200000\r\n\r\n" +
                                 b"x" * 1200000), [413], "invalid_request")

    def test_rejected_http2(self):
        """a body that is too large is answered with JSON over HTTP/2, too [O-FCGI-10]"""
        if self.fixture.front_name != "nginx":
            return  # only nginx has a TLS port here, and therefore HTTP/2
        body = self.fixture.folder / "too-large"
        body.write_bytes(b"x" * 1200000)
        said = subprocess.run(
            ["curl", "-s", "-i", "--http2", "--cacert", str(self.fixture.folder / "tls.crt"), "--connect-to",
             "::127.0.0.1:%d" % self.fixture.tls_port, "--data-binary", "@%s" % body,
             "https://%s/token" % fixture_.TLS_NAME], capture_output=True, timeout=30).stdout
        head, _, document = said.decode("latin-1").partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.assertTrue(lines[0].startswith("HTTP/2 413"), said[:200])
        self.own_error(uma.Response(413, [tuple(line.split(": ", 1)) for line in lines[1:]],
                                    document.encode("latin-1")), [413], "invalid_request")

    def test_down(self):
        """while usherd is not running, each request is answered with JSON and 502, 503 or 504
        [O-FCGI-10]"""
        port, = servers.free_ports(1)
        folder = self.fixture.folder / "down"
        front = servers.FRONTS[self.fixture.front_name](folder, folder / "nobody.sock", port)
        front.start()
        try:
            for head, body in ((b"GET /resource_set", b""), (b"POST /token", b"grant_type=x"),
                               (b"POST /token", b"x" * 70000), (b"PUT /policy", b"{}")):
                answer = self.send(port, b"%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" %
                                   (head, len(body), body))
                self.own_error(answer, (502, 503, 504), "server_error")
        finally:
            front.stop()

    def test_busy(self):
        """a 503 of usherd keeps its own Retry-After [O-FCGI-10]"""
        port, = servers.free_ports(1)
        folder = self.fixture.folder / "busy"
        path = str(self.fixture.folder / "busy.sock")
        front = servers.FRONTS[self.fixture.front_name](folder, path, port)
        with socketserver.ThreadingUnixStreamServer(path, Busy) as busy:
            os.chmod(path, 0o666)
            threading.Thread(target=busy.serve_forever, daemon=True).start()
            front.start()
            try:
                answer = self.send(port, b"GET /resource_set HTTP/1.1\r\nHost: x\r\n\r\n")
            finally:
                front.stop()
                busy.shutdown()
        self.assertEqual((answer.status, answer.body), (503, Busy.body))
        self.assertEqual(answer.all("Retry-After"), ["600"], answer)
        self.uncached(answer)

    def test_passed(self):
        """an error response of usherd reaches the client unchanged, including its headers
        [O-FCGI-10]"""
        alice, path = self.alice, self.alice.collection()
        big = b'{"resource_scopes":[],"name":"' + b"x" * 66000 + b'"}'
        for answer, status in ((alice.create("{"), 400), (alice.read("nothing"), 404),
                               (alice.create(big), 413),
                               (self.server.http.request("DELETE", path), 405)):
            self.assertEqual(answer.status, status)
            self.json_type(answer)
            self.assertNotIn("web server", answer.json().get("error_description", ""))
            for name in ("Cache-Control", "Content-Type", "Pragma"):
                self.assertEqual(len(answer.all(name)), 1, answer)
            self.uncached(answer)
        self.assertTrue(answer.header("Allow"))
        for url in (self.server.endpoint("jwks_uri"),
                    self.server.issuer + "/.well-known/uma2-configuration"):
            self.assertIn("max-age", self.server.get(url).expect(200).header("Cache-Control"))


class Pages(harness.FlowTest):
    """Headers of browsers reach usherd, and headers of pages reach the browser."""

    BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"

    def get(self, path, **headers):
        headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.server.get(self.server.url(path), headers=headers)

    def test_headers(self):
        """the language, the cookie and what a browser accepts decide about a page"""
        self.assertIn(b'<html lang="fr"', self.get("/help", Accept_Language="fr-CA, en;q=0.5").body)
        chosen = self.get("/help?lang=de").expect(200).header("Set-Cookie").partition(";")[0]
        self.assertIn(b'<html lang="de"', self.get("/help", Cookie=chosen,
                                                   Accept_Language="fr").body)
        missing = self.get("/no-such-page", Accept=self.BROWSER).expect(404)
        self.assertIn(b"<h1>", missing.body)
        self.json_type(self.get("/no-such-page", Accept="*/*").expect(404))

    def test_caches(self):
        """a page is not stored by caches; its style is, for a year"""
        page = self.get("/help", Accept=self.BROWSER).expect(200)
        self.assertEqual(page.all("Cache-Control"), ["no-store"])
        style = re.search(rb'href="(/assets/[0-9a-f]+\.css)"', page.body).group(1).decode()
        style = self.get(style).expect(200)
        self.assertEqual(style.all("Cache-Control"), ["public, max-age=31536000, immutable"])
        self.assertEqual(style.all("Pragma"), [])
