# SPDX-License-Identifier: Apache-2.0
"""Provokes every response that openapi.yaml describes, except server errors."""
import base64
import hashlib
import json
import os
import time
import urllib.parse

import browser
import uma

FORM, JSON = ("Content-Type", uma.FORM), ("Content-Type", "application/json")
ANYONE = {"anyone": True}
BOB = {"email": "bob@example.net"}


class Tour:
    def __init__(self, fixture, api):
        self.w, self.server, self.api = fixture, fixture.main, api
        self.rs, self.viewer = fixture.alice, fixture.viewer
        plain = self.server.client("d-plain", scope="profile", grant=["client_credentials"])
        self.plain = plain.token({"grant_type": "client_credentials"}).json()["access_token"]

    def go(self):
        self.good_answers()
        for path, method, operation in self.api.operations():
            self.refusals(path, method, operation)
        for path in self.api.doc["paths"]:
            self.send("PATCH", path, self.rs.bearer())
        self.token_endpoint()
        self.questions()
        self.too_many()
        self.owners_token()
        self.administration()

    # --- one operation ------------------------------------------------------------------

    def send(self, method, path, headers=(), body=None, query="", host=None):
        url = self.server.url(path.replace("{id}", self.id) + query)
        return self.server.http.request(method, url, list(headers), body, host=host)

    def right(self, operation):
        """(headers of an authorized caller, headers of another kind of caller)"""
        schemes = [name for need in operation["security"] for name in need]
        if "pat" in schemes:
            return self.rs.bearer()
        if "clientBasic" in schemes:
            return self.viewer.credentials()[0]
        return []

    def kind(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        return [FORM] if uma.FORM in content else [JSON] if content else []

    def refusals(self, path, method, operation):
        right, kind = self.right(operation), self.kind(operation)
        body = "" if kind else None
        self.send(method, path, right + kind, body, query="?a=1&a=2")
        self.send(method, path, right + kind, body, host="elsewhere.example")
        self.send(method, path, kind, body)
        self.send(method, path, [("Authorization", "Bearer nonsense")] + kind, body)
        self.send(method, path, [("Authorization", "Bearer " + self.plain)] + kind, body)
        self.send(method, path, [("Authorization", uma.basic("c-viewer", "wrong"))] + kind, body)
        if kind:
            self.send(method, path, right + kind, b"x" * 70000)
            time.sleep(0.1)  # usherd closes then, and the web server should notice
        if method != "POST":
            self.send(method, path.replace("{id}", "unknown"), right + kind,
                      '{"resource_scopes":[],"rules":[]}' if kind else None)
        if method in ("PUT", "DELETE"):
            self.send(method, path, right + kind + [("If-Match", '"999"')],
                      '{"resource_scopes":[]}' if kind else None)

    # --- successful responses -----------------------------------------------------------

    def good_answers(self):
        self.id = self.rs.add("view", "print", name="Lighthouse", description="At night",
                              type="https://photoz.example.com/photo",
                              icon_uri="https://photoz.example.com/icon.png")
        rules = json.dumps({"rules": [
            {"effect": "permit", "scopes": "all", "when": {"account": "alice"}},
            {"effect": "permit", "scopes": "all", "when": ANYONE}]})
        for path in ("/resource_set", "/resource_set/"):
            self.send("GET", path, self.rs.bearer())
            self.send("POST", path, self.rs.bearer() + [JSON], '{"resource_scopes":[]}')
        for path in ("/policy", "/policy/{id}"):
            self.send("PUT", path, self.rs.bearer() + [JSON], rules)
            self.again(path)
            self.send("DELETE", path, self.rs.bearer())
            self.send("GET", path, self.rs.bearer())
            self.send("DELETE", path, self.rs.bearer())
        self.again("/resource_set/{id}")
        self.send("PUT", "/resource_set/{id}", self.rs.bearer() + [JSON],
                  '{"resource_scopes":["view"]}')
        self.server.set(resources_max=1)
        for path in ("/resource_set", "/resource_set/"):
            self.send("GET", path + "?limit=1", self.rs.bearer())
            self.send("POST", path, self.rs.bearer() + [JSON], '{"resource_scopes":[]}')
        self.server.set(resources_max=100000)
        self.send("DELETE", "/resource_set/" + self.rs.add("view"), self.rs.bearer())
        for path in ("/jwks", "/.well-known/uma2-configuration",
                     "/.well-known/oauth-authorization-server"):
            self.send("GET", path)
            self.send("HEAD", path)
        self.tokens()

    def again(self, path):
        answer = self.send("GET", path, self.rs.bearer())
        self.send("GET", path, self.rs.bearer() + [("If-None-Match", answer.header("ETag"))])

    def tokens(self):
        """Issues, introspects and revokes every kind of token."""
        self.rs.share(self.id, ["view"], BOB)
        doc = self.push().json()
        more = self.push(rpt=doc["access_token"]).json()
        refreshed = self.viewer.refresh(more["refresh_token"]).json()
        for token in (doc["access_token"], refreshed["access_token"]):
            self.rs.introspect(token)
        self.viewer.post("introspection_endpoint", {"token": refreshed["refresh_token"]})
        self.viewer.redeem(self.ticket(), pct=more["pct"])
        pat = self.w.photoz.token({"grant_type": "client_credentials"}).json()["access_token"]
        self.w.photoz.post("introspection_endpoint", {"token": pat})
        self.rs.introspect(self.rs.pat)
        for token in (refreshed["access_token"], refreshed["refresh_token"], "nonsense"):
            self.viewer.revoke(token)
        self.w.other.revoke(pat)
        self.w.photoz.revoke(pat)
        self.w.public.revoke("nonsense")
        self.pushed_requests()
        self.codes()
        self.claims_page()
        flat = self.server.resource_server("d-flat", flat_permissions=True, owner="alice")
        rs = self.server.pat(flat.id, "alice")
        rid = rs.share(rs.add("view"), "all")
        rs.introspect(self.viewer.rpt(rs.ticket((rid, ["view"]))))
        rs.introspect(self.viewer.rpt(rs.ticket((rid, []))))

    def codes(self):
        """An authorization code and its replay, and approvals, one of which is withdrawn."""
        self.server.account("d-codes", password_stdin=True, stdin="a-long-password\n")
        verifier = "v" * 43
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        visitor = browser.Browser("127.0.0.1", self.w.port)
        visitor.sign_in("d-codes", "a-long-password")
        for name, scope in (("d-flow", "profile"), ("d-rs", "uma_protection")):
            client = self.server.client(name, scope=scope, redirect_uri="https://flow.example/cb",
                                        grant=["authorization_code", "refresh_token"])
            visitor.send("GET", "/authorize?" + urllib.parse.urlencode(
                {"client_id": name, "response_type": "code", "code_challenge_method": "S256",
                 "code_challenge": challenge.decode().rstrip("=")}))
            visitor.submit("/authorize", answer="allow")
            code = urllib.parse.parse_qs(visitor.target().split("?")[1])["code"][0]
            for _ in range(2 if name == "d-flow" else 1):
                client.token({"grant_type": "authorization_code", "code": code,
                              "code_verifier": verifier})
        self.w.admin.run("approval", "withdraw", "main", account="d-codes", client="d-flow")

    def claims_page(self):
        """A person goes on at the claims page, and the client gets an RPT and a PCT."""
        client = self.server.client("d-claims", grant=["uma"],
                                    claims_redirect_uri="https://claims.example/back")
        rid = self.rs.share(self.rs.add("view"), ["view"], when={"account": "d-codes"})
        visitor = browser.Browser("127.0.0.1", self.w.port)
        visitor.sign_in("d-codes", "a-long-password")
        ticket = client.redeem(self.rs.ticket((rid, ["view"]))).json()["ticket"]
        visitor.get("/claims?" + urllib.parse.urlencode(
            {"client_id": "d-claims", "ticket": ticket, "state": "s"}))
        path = next(form.action for form in visitor.page.forms if "/claims/" in form.action)
        visitor.submit(path, answer="go", remember="30")
        values = urllib.parse.parse_qs(visitor.target().split("?")[1])
        client.redeem(values["ticket"][0])

    def pushed_requests(self):
        web = self.server.client("d-web", grant=["authorization_code"], scope="profile",
                                 redirect_uri="https://web.example/cb")
        good = {"response_type": "code", "code_challenge": "a" * 43,
                "code_challenge_method": "S256"}
        for more in ({}, {"response_type": "token"}, {"scope": "admin"}, {"prompt": "x"}):
            web.post("pushed_authorization_request_endpoint", {**good, **more})
        viewer = self.server.client("d-uma", redirect_uri="https://viewer.example/cb")
        viewer.post("pushed_authorization_request_endpoint", good)

    def ticket(self):
        return self.rs.ticket((self.id, ["view"]))

    def push(self, **more):
        token = self.w.idp.token("c-viewer", jti=os.urandom(8).hex())
        return self.viewer.push(self.ticket(), token, **more).expect(200)

    # --- errors with a code of their own ------------------------------------------------

    def token_endpoint(self):
        self.viewer.token({})
        self.viewer.token({"grant_type": "password"})
        self.w.photoz.redeem(self.ticket())
        self.viewer.redeem("nonsense")
        self.viewer.redeem(self.ticket(), scope="no-such-scope")
        self.viewer.redeem(self.ticket())
        self.viewer.push(self.ticket(), "nonsense")
        self.rs.share(self.id, "all", ANYONE, "deny")
        used = self.ticket()
        self.viewer.redeem(used)
        self.viewer.redeem(used)
        self.rs.permission({"resource_id": "unknown", "resource_scopes": []})
        self.rs.permission({"resource_id": self.id, "resource_scopes": ["no-such-scope"]})

    def questions(self):
        self.rs.share(self.id, "all", ANYONE, "ask")
        ticket = self.viewer.redeem(self.ticket()).json()["ticket"]
        for verb in ("approve", "deny"):
            (question,) = self.w.admin.requests("main")
            self.w.admin.decide(verb, "main", question["id"])
            ticket = self.viewer.redeem(ticket).member("ticket") or self.ticket()
        self.viewer.redeem(ticket)

    def too_many(self):
        t = self.w.small("impatient", misses_max=1)
        wrong = uma.Client(t, "c-viewer", "wrong-secret")
        for endpoint in ("token_endpoint", "introspection_endpoint", "revocation_endpoint",
                         "pushed_authorization_request_endpoint"):
            for _ in range(2):
                wrong.post(endpoint, {"grant_type": uma.UMA, "token": "x"})

    def owners_token(self):
        """Policies with the owner's own token, which is rejected everywhere else."""
        token = self.w.admin.run("pat", "main", owner="alice")["access_token"]
        own = [("Authorization", "Bearer " + token)]
        for path in ("/policy/{id}", "/policy", "/resource_set"):
            self.send("GET", path, own)
        self.send("PUT", "/policy/{id}", own + [JSON], '{"rules":[]}')

    def taken_back(self):
        """A revoked delegation, and the tokens of the next PAT."""
        self.server.account("d-pair", group="d-group")
        self.w.admin.run("pat", "revoke", "main", client="rs-photoz", owner="d-pair")
        rs = self.server.pat("rs-photoz", "d-pair")
        rid = rs.share(rs.add("view"), "all")
        rs.introspect(self.viewer.rpt(rs.ticket((rid, ["view"]))))

    def person(self):
        """A person sets their password with a link, and signs in and out."""
        self.server.account("d-person")
        link = self.w.admin.run("account", "reset-link", "main", "d-person")["link"]
        path = link[len(self.server.issuer):]
        b = browser.Browser("127.0.0.1", self.w.port)
        b.get(path)
        b.submit(path, new="a-long-password")
        b.get("/my/account")
        b.submit("/signout")
        b.sign_in("d-person", "a-long-password")

    def administration(self):
        """Events and rows that no HTTP request causes."""
        run = self.w.admin.run
        self.server.client("d-gone")
        self.server.account("d-gone", password_stdin=True, stdin="a-long-password\n",
                            group=["family"])
        self.server.account("d-word", password_stdin=True, stdin="a-long-password\n")
        own = self.server.pat("rs-photoz", "d-gone")
        own.add("view")
        run("account", "reset-link", "main", "d-gone")
        for kind in ("client", "account"):
            for verb in ("disable", "enable", "remove"):
                run(kind, verb, "main", "d-gone")
        run("pct", "revoke", "main", client="c-viewer")
        self.taken_back()
        self.person()
        run("key", "rotate", "main")
        run("key", "retire", "main", run("key", "list", "main")["keys"][0]["kid"])
        run("issuer", "remove", "main", self.w.idp.issuer)
        self.server.trust(self.w.idp, ["https://agreed.example.net"])
        run("tenant", "disable", "impatient")
        self.server.set(ticket_life=600)
