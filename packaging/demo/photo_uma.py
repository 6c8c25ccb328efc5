# SPDX-License-Identifier: Apache-2.0
"""The two parts that the photo site has in UMA: a resource server and a client.

Both know Usher only by its issuer: every endpoint but the one for policies is in the metadata.
"""
import base64
import hashlib
import http.client
import json
import secrets
import threading
import urllib.parse

UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
METADATA = "/.well-known/uma2-configuration"


class Refused(Exception):
    """Usher, or the photo site as resource server, rejects a request; `answer` is its JSON."""

    def __init__(self, status, answer):
        super().__init__(f"{status} {answer.get('error', '')} {answer.get('error_description', '')}")
        self.status, self.answer = status, answer


def send(method, url, headers=None, form=None, doc=None):
    """One request; returns status, headers and body."""
    parts, body, headers = urllib.parse.urlsplit(url), None, dict(headers or {})
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if doc is not None:
        body = json.dumps(doc)
        headers["Content-Type"] = "application/json"
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=20)
    try:
        path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Usher:
    """The authorization server, as its metadata describes it."""

    def __init__(self, issuer):
        self.issuer, self.metadata = issuer, None

    def offers(self, name):
        """Is the endpoint in the metadata?"""
        if self.metadata is None:
            metadata = self.call("GET", self.issuer + METADATA)
            if metadata["issuer"] != self.issuer:
                raise Refused(502, {"error": "the metadata names another issuer"})
            self.metadata = metadata
        return name in self.metadata

    def endpoint(self, name):
        if not self.offers(name):
            raise Refused(502, {"error": f"Usher has no {name}"})
        return self.metadata[name]

    @staticmethod
    def call(method, url, headers=None, form=None, doc=None):
        status, _, body = send(method, url, headers, form, doc)
        answer = json.loads(body) if body else {}
        if status not in (200, 201, 204):
            raise Refused(status, answer)
        return answer

    def token(self, client, **form):
        credentials = ":".join(urllib.parse.quote_plus(client[k])
                               for k in ("client_id", "client_secret"))
        basic = base64.b64encode(credentials.encode()).decode()
        return self.call("POST", self.endpoint("token_endpoint"),
                         {"Authorization": "Basic " + basic}, form=form)

    def check_issuer(self, query):
        """The response of a redirect must come from this server (RFC 9207)."""
        if query.get("iss") != self.issuer:
            raise Refused(400, {"error": "the response names another issuer"})


class Photoz:
    """The resource server. It stores photos of one owner, and asks Usher who may see them."""

    def __init__(self, usher, client, redirect_uri, photos):
        self.usher, self.client, self.redirect_uri = usher, client, redirect_uri
        self.lock = threading.RLock()
        self.tokens = None                      # the owner's PAT, and its refresh token if any
        self.ids = dict.fromkeys(photos)        # name -> id of the resource

    # --- the PAT, by authorization code -------------------------------------------------------

    def authorization_request(self):
        """The URL to send the owner to, and what to keep until the response."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {"response_type": "code", "client_id": self.client["client_id"],
                 "redirect_uri": self.redirect_uri, "scope": "uma_protection", "state": state,
                 "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                 "code_challenge_method": "S256"}
        url = self.usher.endpoint("authorization_endpoint") + "?" + urllib.parse.urlencode(query)
        return url, state, verifier

    def redeem(self, code, verifier):
        tokens = self.usher.token(self.client, grant_type="authorization_code", code=code,
                                  redirect_uri=self.redirect_uri, code_verifier=verifier)
        self.adopt(tokens)

    def adopt(self, tokens):
        """Uses the PAT from now on, and registers the photos that have no id yet."""
        with self.lock:
            self.tokens = tokens
            known = set(self.protected("GET", self.endpoint()))
            for name, rid in self.ids.items():
                if rid not in known:
                    self.ids[name] = self.protected("POST", self.endpoint(), doc={
                        "name": name.capitalize(), "type": "photo",
                        "resource_scopes": ["view", "print"]})["_id"]

    def disconnect(self):
        """Revokes the tokens and forgets them. The photos stay registered."""
        with self.lock:
            tokens, self.tokens = self.tokens, None
        for kind in ("refresh_token", "access_token"):
            if tokens and tokens.get(kind):
                self.revoke(tokens[kind])

    def revoke(self, token):
        self.usher.call("POST", self.usher.endpoint("revocation_endpoint"),
                        form={"token": token, "client_id": self.client["client_id"],
                              "client_secret": self.client["client_secret"]})

    def endpoint(self):
        return self.usher.endpoint("resource_registration_endpoint")

    def refresh(self):
        """A new PAT; if the owner has disconnected this service, there is none."""
        try:
            self.tokens = self.usher.token(self.client, grant_type="refresh_token",
                                           refresh_token=self.tokens["refresh_token"])
        except (Refused, KeyError):
            self.tokens = None
            raise Refused(401, {"error": "not connected"}) from None

    def protected(self, method, url, form=None, doc=None):
        """A request with the PAT, which is refreshed once if it has expired."""
        with self.lock:
            if self.tokens is None:
                raise Refused(401, {"error": "not connected"})
            try:
                return self.usher.call(method, url, bearer(self.tokens["access_token"]), form, doc)
            except Refused as refused:
                if refused.status != 401:
                    raise
                self.refresh()
                return self.usher.call(method, url, bearer(self.tokens["access_token"]), form, doc)

    # --- what the owner shares ----------------------------------------------------------------

    def policy_url(self, name):
        return f"{self.usher.issuer}/policy/{self.ids[name]}"

    def policy(self, name):
        """The rules of a photo; none: the owner's default decides."""
        try:
            return self.protected("GET", self.policy_url(name))["rules"]
        except Refused as refused:
            if refused.status == 404:
                return []
            raise

    def share(self, name, email):
        """Permits one more person to view the photo, before all other rules."""
        rule = {"id": "share-" + secrets.token_hex(4), "effect": "permit", "scopes": ["view"],
                "when": {"email": email}}
        self.protected("PUT", self.policy_url(name), doc={"rules": [rule] + self.policy(name)})

    def stop(self, name, rule):
        rules = [r for r in self.policy(name) if r["id"] != rule]
        if rules:
            self.protected("PUT", self.policy_url(name), doc={"rules": rules})
        else:
            self.protected("DELETE", self.policy_url(name))

    # --- each request for a photo -------------------------------------------------------------

    def permits(self, token, name):
        """Introspects the RPT: does it permit this photo to be viewed?"""
        answer = self.protected("POST", self.usher.endpoint("introspection_endpoint"),
                                form={"token": token})
        return answer.get("active") is True and any(
            p["resource_id"] == self.ids[name] and "view" in p["resource_scopes"]
            for p in answer.get("permissions", []))

    def challenge(self, name):
        """The header of a 401: a ticket for this photo, and where to present it."""
        ticket = self.protected("POST", self.usher.endpoint("permission_endpoint"), doc={
            "resource_id": self.ids[name], "resource_scopes": ["view"]})["ticket"]
        return f'UMA realm="photoz", as_uri="{self.usher.issuer}", ticket="{ticket}"'


class Viewer:
    """The client, which shows photos to people. It gets access for them from Usher."""

    def __init__(self, usher, client, redirect_uri):
        self.usher, self.client, self.redirect_uri = usher, client, redirect_uri

    def claims_request(self, ticket):
        """The URL to send the requesting party to, and the state of the response."""
        state = secrets.token_urlsafe(24)
        query = {"client_id": self.client["client_id"], "ticket": ticket,
                 "claims_redirect_uri": self.redirect_uri, "state": state}
        endpoint = self.usher.endpoint("claims_interaction_endpoint")
        return endpoint + "?" + urllib.parse.urlencode(query), state

    def redeem(self, ticket):
        """The RPT for a ticket; Refused, if there is none (yet)."""
        return self.usher.token(self.client, grant_type=UMA, ticket=ticket)["access_token"]
