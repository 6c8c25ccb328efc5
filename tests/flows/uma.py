# SPDX-License-Identifier: Apache-2.0
"""A client and a resource server of UMA 2.0 that are configured only with the issuer.

Every URL is taken from the discovery document (UMA Grant, 2). The requests of these classes follow
the examples of the specifications; the tests check the responses.
"""
import base64
import http.client
import json
import ssl
import urllib.parse

UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
ID_TOKEN = "http://openid.net/specs/openid-connect-core-1_0.html#IDToken"
DISCOVERY = "/.well-known/uma2-configuration"
FORM = "application/x-www-form-urlencoded"
HANDLES = ("access_token", "refresh_token", "pct", "ticket")


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def header(self, name):
        found = self.all(name)
        return found[0] if found else None

    def json(self):
        return json.loads(self.body.decode("utf-8"))

    def member(self, name):
        """A member of the JSON object in the body; None if there is none."""
        try:
            doc = self.json()
        except ValueError:
            return None
        return doc.get(name) if isinstance(doc, dict) else None

    def expect(self, *statuses):
        if self.status not in statuses:
            raise AssertionError("expected %s, got %s" % (statuses, self))
        return self

    def __str__(self):
        return "%d %r %s" % (self.status, self.body[:300], self.headers)


class Http:
    """Sends each request over a new connection. `places` maps host names to addresses:
    {"as.example.test": ("127.0.0.1", 8443)}; `trust` is the certificate to trust.
    """

    def __init__(self, places=None, trust=None):
        self.places = places or {}
        self.trust = trust
        self.seen = []  # every handle that was received, for test_leaks

    def connect(self, url):
        name, port = url.hostname, url.port
        if name in self.places:
            name, port = self.places[name]
        if url.scheme == "https":
            context = ssl.create_default_context(cafile=self.trust)
            return _Tls(url.hostname, name, port, context)
        return http.client.HTTPConnection(name, port or 80, timeout=30)

    def request(self, method, url, headers=(), body=None, target=None, host=None):
        """`target` and `host` override the values derived from the URL."""
        parts = urllib.parse.urlsplit(url)
        if target is None:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection = self.connect(parts)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", parts.netloc if host is None else host)
            if isinstance(body, str):
                body = body.encode("utf-8")
            if body is not None or method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body or b"")))
            for name, value in (headers.items() if isinstance(headers, dict) else headers):
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            found = Response(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()
        self.remember(found)
        return found

    def remember(self, answer):
        for name in HANDLES:
            value = answer.member(name) if answer.status in (200, 201, 403) else None
            if isinstance(value, str):
                self.seen.append(value)


class _Tls(http.client.HTTPSConnection):
    """TLS to an address, verified by the name of the intended host."""

    def __init__(self, name, place, port, context):
        super().__init__(place, port or 443, timeout=30, context=context)
        self.meant = name

    def connect(self):
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self.meant)


def basic(name, secret, encode=True):
    """Basic credentials, both parts form-encoded first (RFC 6749, 2.3.1)."""
    if encode:
        name, secret = urllib.parse.quote_plus(name), urllib.parse.quote_plus(secret)
    return "Basic " + base64.b64encode(("%s:%s" % (name, secret)).encode("utf-8")).decode("ascii")


def form(pairs):
    """A form body from a dict, or from a list of pairs if a name is repeated."""
    pairs = pairs.items() if isinstance(pairs, dict) else pairs
    return urllib.parse.urlencode([(k, v) for k, v in pairs if v is not None])


def jwt_parts(token):
    """Header and claims of a compact JWS, without verification."""
    def part(text):
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    header, claims, _ = token.split(".")
    return part(header), part(claims)


class Server:
    """An authorization server, as described by its discovery document."""

    def __init__(self, http_, issuer):
        self.http, self.issuer = http_, issuer
        self._document = None

    @property
    def document(self):
        if self._document is None:
            self._document = self.http.request("GET", self.issuer + DISCOVERY).expect(200).json()
        return self._document

    def endpoint(self, name):
        return self.document[name]

    def url(self, path):
        """A URL below the issuer that is not in the metadata."""
        return self.issuer + path

    def get(self, url, **more):
        return self.http.request("GET", url, **more)

    def post_form(self, url, pairs, headers=()):
        body = pairs if isinstance(pairs, (str, bytes)) else form(pairs)
        return self.http.request("POST", url, [("Content-Type", FORM)] + list(headers), body)

    def send_json(self, method, url, doc, headers=()):
        body = doc if isinstance(doc, (str, bytes)) else json.dumps(doc, ensure_ascii=False)
        headers = [("Content-Type", "application/json")] + list(headers)
        return self.http.request(method, url, headers, body)

    def keys(self):
        return self.get(self.endpoint("jwks_uri")).expect(200).json()["keys"]


class Client:
    """A UMA client: confidential if it has a secret, otherwise public."""

    def __init__(self, server, client_id, secret=None):
        self.server, self.id, self.secret = server, client_id, secret

    def credentials(self):
        """The credentials, as headers and form fields."""
        if self.secret is None:
            return [], [("client_id", self.id)]
        return [("Authorization", basic(self.id, self.secret))], []

    def post(self, endpoint, pairs):
        headers, fields = self.credentials()
        pairs = list(pairs.items() if isinstance(pairs, dict) else pairs)
        return self.server.post_form(self.server.endpoint(endpoint), pairs + fields, headers)

    def token(self, pairs):
        return self.post("token_endpoint", pairs)

    def redeem(self, ticket, **more):
        return self.token([("grant_type", UMA), ("ticket", ticket)] + list(more.items()))

    def push(self, ticket, claim_token, **more):
        return self.redeem(ticket, claim_token=claim_token,
                           claim_token_format=more.pop("format", ID_TOKEN), **more)

    def rpt(self, ticket, **more):
        """The RPT for a ticket; asserts that it is granted."""
        return self.redeem(ticket, **more).expect(200).json()["access_token"]

    def refresh(self, handle, **more):
        return self.token([("grant_type", "refresh_token"), ("refresh_token", handle)]
                          + list(more.items()))

    def revoke(self, token, hint=None):
        return self.post("revocation_endpoint",
                         [("token", token), ("token_type_hint", hint)])


class ResourceServer:
    """A resource server with the PAT of one owner, which authorizes all its requests."""

    def __init__(self, server, pat):
        self.server, self.pat = server, pat

    def bearer(self):
        return [("Authorization", "Bearer " + self.pat)]

    def item(self, rid):
        return self.server.endpoint("resource_registration_endpoint") + "/" + rid

    def collection(self):
        return self.server.endpoint("resource_registration_endpoint")

    def create(self, description):
        return self.server.send_json("POST", self.collection(), description, self.bearer())

    def add(self, *scopes, **members):
        """Registers a resource; returns its id."""
        description = dict(members, resource_scopes=list(scopes))
        return self.create(description).expect(201).json()["_id"]

    def read(self, rid):
        return self.server.get(self.item(rid), headers=self.bearer())

    def update(self, rid, description):
        return self.server.send_json("PUT", self.item(rid), description, self.bearer())

    def delete(self, rid):
        return self.server.http.request("DELETE", self.item(rid), self.bearer())

    def list(self):
        return self.server.get(self.collection(), headers=self.bearer())

    def permission(self, body):
        return self.server.send_json("POST", self.server.endpoint("permission_endpoint"), body,
                                     self.bearer())

    def ticket(self, *wanted):
        """A ticket for (resource id, scopes) pairs."""
        body = [{"resource_id": rid, "resource_scopes": list(scopes)} for rid, scopes in wanted]
        return self.permission(body).expect(201).json()["ticket"]

    def introspect(self, token, hint=None):
        return self.server.post_form(self.server.endpoint("introspection_endpoint"),
                                     [("token", token), ("token_type_hint", hint)],
                                     self.bearer())

    def permissions(self, token):
        """{resource id: set of scopes} of an active RPT; None for any other token."""
        doc = self.introspect(token).expect(200).json()
        if not doc["active"] or "permissions" not in doc:
            return None
        return {p["resource_id"]: set(p["resource_scopes"]) for p in doc["permissions"]}

    def policy_url(self, rid):
        return self.server.url("/policy/" + rid)

    def policy(self, rid):
        return self.server.get(self.policy_url(rid), headers=self.bearer())

    def policy_put(self, rid, *rules):
        return self.server.send_json("PUT", self.policy_url(rid), {"rules": list(rules)},
                                     self.bearer())

    def policy_drop(self, rid):
        return self.server.http.request("DELETE", self.policy_url(rid), self.bearer())

    def share(self, rid, scopes, when=None, effect="permit", **more):
        """Replaces the resource's policy by one permit rule, for anyone unless `when` is given."""
        rule = dict(more, effect=effect, scopes=scopes, when=when or {"anyone": True})
        self.policy_put(rid, rule).expect(200)
        return rid
