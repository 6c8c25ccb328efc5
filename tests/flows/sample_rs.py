# SPDX-License-Identifier: Apache-2.0
"""A small resource server: photos protected by UMA (UMA Grant, 3.2 and 3.5).

It introspects every token that it cannot validate offline, and maps GET to `view` and DELETE to
`edit`.
"""
import http.server
import threading
import urllib.error

import jwt_check

NEEDS = {"GET": ["view"], "DELETE": ["edit"]}


class SampleRs:
    """`photos` maps a path to its resource id at the authorization server."""

    def __init__(self, rs, audience, offline=False):
        self.rs, self.audience, self.offline = rs, audience, offline
        self.photos = {}
        self.keys = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)
            do_DELETE = do_GET

            def log_message(self, *args):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request):
        rid = self.photos.get(request.path)
        if rid is None:
            return self.send(request, 404, [])
        needs = NEEDS[request.command]
        word, _, token = (request.headers.get("Authorization") or "").partition(" ")
        try:
            if word.lower() == "bearer" and self.permitted(token, rid, needs):
                return self.send(request, 200, [], b"(image)")
            ticket = self.rs.ticket((rid, needs))
        except (OSError, urllib.error.URLError, AssertionError):
            return self.send(request, 403, [
                ("Warning", '199 - "UMA Authorization Server Unreachable"')])
        challenge = 'UMA realm="photoz", as_uri="%s", ticket="%s"' % (self.rs.server.issuer,
                                                                      ticket)
        return self.send(request, 401, [("WWW-Authenticate", challenge)])

    def permitted(self, token, rid, needs):
        if self.offline:
            try:
                claims = jwt_check.verify(token, self.keys, self.rs.server.issuer, self.audience)
            except (jwt_check.Invalid, ValueError, KeyError, TypeError):
                return False
            granted = {p["resource_id"]: set(p["resource_scopes"])
                       for p in claims.get("permissions", [])}
        else:
            granted = self.rs.permissions(token) or {}
        return set(needs) <= granted.get(rid, set())

    @staticmethod
    def send(request, status, headers, body=b""):
        request.send_response(status)
        for name, value in headers + [("Cache-Control", "no-store"),
                                      ("Content-Length", str(len(body)))]:
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)
