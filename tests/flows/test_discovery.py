# SPDX-License-Identifier: Apache-2.0
"""Metadata: UMA Grant, 2; UMA Federated Authorization, 2; RFC 8414."""
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.parse

import harness
import idp as idp_
import servers
import store_rows
import uma
import fixture as fixture_

STRINGS = ("issuer", "token_endpoint", "authorization_endpoint", "jwks_uri",
           "registration_endpoint", "introspection_endpoint", "revocation_endpoint",
           "permission_endpoint", "resource_registration_endpoint",
           "claims_interaction_endpoint", "service_documentation", "op_policy_uri",
           "op_tos_uri", "signed_metadata", "policy_endpoint",
           "pushed_authorization_request_endpoint")
LISTS = ("response_types_supported", "grant_types_supported", "scopes_supported",
         "token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported",
         "introspection_endpoint_auth_methods_supported", "uma_profiles_supported",
         "ui_locales_supported", "code_challenge_methods_supported", "response_modes_supported",
         "prompt_values_supported")
FLAGS = ("authorization_response_iss_parameter_supported", "require_pushed_authorization_requests")
UMA1_MEMBERS = {"requesting_party_claims_endpoint", "rpt_endpoint", "pat_profiles_supported",
                "aat_profiles_supported", "rpt_profiles_supported", "pat_grant_types_supported",
                "aat_grant_types_supported", "claim_token_profiles_supported", "version",
                "resource_set_registration_endpoint", "permission_registration_endpoint",
                "dynamic_client_endpoint"}


ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = "a-secret-long-enough"


def profile():
    """{heading: text} of schema/profile.md, with whitespace normalised."""
    text = (servers.ROOT / "schema" / "profile.md").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in text.split("\n## ")]
    return {heading.strip("# "): " ".join(body.split()) for heading, _, body in parts}


def documents():
    """The text of all documents for users."""
    files = list(servers.ROOT.glob("README*")) + list((servers.ROOT / "schema").rglob("*"))
    files += (servers.ROOT / "packaging" / "man").rglob("*")
    return "\n".join(f.read_text(errors="replace") for f in files if f.is_file())


class Changing(harness.FlowTest):
    """Data that a response points to may be replaced in the batch that creates the response."""

    ROUNDS = 12
    ASKING = 6

    def ask(self, tenant, expected, stop, wrong):
        while not stop.is_set():
            answer = tenant.get(tenant.issuer + uma.DISCOVERY)
            if answer.status != 200 or answer.body != expected:
                wrong.append(answer)
                return

    def grant(self, tenant, resource, stop, wrong):
        while not stop.is_set():
            answer = tenant.viewer.redeem(tenant.alice.ticket((resource, ["view"])))
            if answer.status not in (200, 503):
                wrong.append(answer)
                return

    def test_tenants_change(self):
        """the metadata are complete while the tenant's keys and settings change in every batch
        [G-DISC-01 T-X09]"""
        tenant = self.fixture.small("changing")
        resource = self.photo("view", rs=tenant.alice)
        expected = tenant.get(tenant.issuer + uma.DISCOVERY).body
        stop, wrong = threading.Event(), []
        threads = [threading.Thread(target=self.ask, args=(tenant, expected, stop, wrong))
                   for _ in range(self.ASKING)]
        threads += [threading.Thread(target=self.grant, args=(tenant, resource, stop, wrong))
                    for _ in range(2)]
        for t in threads:
            t.start()
        try:
            for n in range(self.ROUNDS):
                self.fixture.admin.tenant_set("changing", rpt_life=300 + n)
                self.fixture.admin.run("key", "rotate", "changing")
        finally:
            stop.set()
            for t in threads:
                t.join()
        self.assertEqual(wrong, [])


class Metadata(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.doc = cls.server.document

    def test_document(self):
        """the discovery document is one JSON object and public [G-DISC-01 G-DISC-09 O-8414-10]"""
        answer = self.server.get(self.server.issuer + uma.DISCOVERY)
        self.assertEqual(answer.status, 200)
        self.json_type(answer)
        self.assertIsInstance(answer.json(), dict)

    def test_methods(self):
        """discovery answers HEAD without a body and rejects POST with Allow [G-DISC-09]"""
        url = self.server.issuer + uma.DISCOVERY
        head = self.server.http.request("HEAD", url)
        self.assertEqual((head.status, head.body), (200, b""))
        post = self.server.http.request("POST", url, body=b"")
        self.assertEqual(post.status, 405)
        self.assertIn("GET", post.header("Allow"))

    def test_structure(self):
        """its members have the types of RFC 8414, and no list is empty
        [G-DISC-04 G-DISC-07 O-8414-03 O-8414-13]"""
        for name in ("issuer", "token_endpoint", "response_types_supported"):
            self.assertIn(name, self.doc)
        for name, value in self.doc.items():
            self.assertIn(name, STRINGS + LISTS + FLAGS)
            if name in FLAGS:
                self.assertIsInstance(value, bool, name)
            elif name in STRINGS:
                self.assertIsInstance(value, str, name)
            else:
                self.assertIsInstance(value, list, name)
                self.assertTrue(value and all(isinstance(v, str) for v in value), name)

    def test_grants(self):
        """every listed grant works, UMA among them, and no other grant does
        [G-DISC-08 O-8414-04]"""
        grants = self.doc["grant_types_supported"]
        self.assertEqual(set(grants), {uma.UMA, "client_credentials", "refresh_token",
                                       "authorization_code"})
        ticket = self.alice.ticket((self.photo("view"), ["view"]))
        doc = self.viewer.redeem(ticket).expect(200).json()
        self.viewer.refresh(doc["refresh_token"]).expect(200)
        self.fixture.photoz.token({"grant_type": "client_credentials"}).expect(200)
        self.refused(self.viewer.token({"grant_type": "authorization_code", "code": "x"}),
                     400, "unauthorized_client")
        for grant in ("password", "implicit",
                      "urn:ietf:params:oauth:grant-type:jwt-bearer"):
            self.refused(self.viewer.token({"grant_type": grant}), 400, "unsupported_grant_type")

    def test_response_types(self):
        """the code flow is announced, with PKCE by S256, iss and pushed requests, and no other flow
        [O-8414-02 O-8414-08 O-9207-02 O-9207-03 O-9126-04 O-7636-01 O-9700-04 O-9700-16]"""
        self.assertEqual(self.doc["response_types_supported"], ["code"])
        self.assertEqual(self.doc["response_modes_supported"], ["query"])
        self.assertEqual(self.doc["code_challenge_methods_supported"], ["S256"])
        self.assertEqual(set(self.doc["prompt_values_supported"]), {"none", "login", "consent"})
        self.assertIs(self.doc["authorization_response_iss_parameter_supported"], True)
        self.assertIs(self.doc["require_pushed_authorization_requests"], False)
        for name in ("authorization_endpoint", "pushed_authorization_request_endpoint"):
            self.assertTrue(self.doc[name].startswith(self.doc["issuer"] + "/"), name)

    def test_required_members(self):
        """issuer, token_endpoint, response_types_supported and the authorization endpoint are
        present
        [O-8414-02]"""
        self.assertTrue({"issuer", "token_endpoint", "response_types_supported",
                         "authorization_endpoint"} <= set(self.doc))
        self.assertNotIn("implicit", self.doc["grant_types_supported"])

    def test_scopes(self):
        """scopes_supported contains uma_protection [F-PAT-12]"""
        self.assertIn("uma_protection", self.doc["scopes_supported"])

    def test_claims_endpoint(self):
        """the claims interaction endpoint is announced and answers people [G-DISC-06]"""
        self.assertEqual(self.doc["claims_interaction_endpoint"], self.server.issuer + "/claims")
        answer = self.server.get(self.server.url("/claims"))
        self.assertEqual(answer.status, 400)
        self.assertIn("text/html", answer.header("Content-Type"))

    def test_claims_endpoint_consistent(self):
        """need_info refers a client without claims redirection URI to no page [G-DISC-06]"""
        rid = self.shared_with_bob()
        answer = self.viewer.redeem(self.alice.ticket((rid, ["view"])))
        self.need_info(answer)
        self.assertNotIn("redirect_user", answer.json())

    def test_profiles(self):
        """supported profiles are listed as absolute URIs; the format of claim tokens is one
        [G-DISC-07 G-CLM-08 G-EXT-01]"""
        profiles = self.doc["uma_profiles_supported"]
        self.assertIn(uma.ID_TOKEN, profiles)
        self.assertEqual(len(set(profiles)), len(profiles))
        for uri in profiles:
            self.assertRegex(uri, r"^[a-z][a-z0-9+.-]*:[!-~]+$")

    def test_own_profile(self):
        """the project's own profile has its own URI in the list and is documented under that name
        [G-EXT-02 F-DISC-05]"""
        own = set(self.doc["uma_profiles_supported"]) - {uma.ID_TOKEN}
        self.assertEqual(len(own), 1)
        preface = profile()["What Usher does where the specifications leave a choice"]
        for uri in own:
            self.assertIn("This document is the profile `%s`, which is listed in "
                          "`uma_profiles_supported`" % uri, preface)

    def test_claim_profile(self):
        """the documentation of the claim token format states which issuers are trusted
        [G-SEC-05]"""
        text = profile()["Claim tokens"]
        for words in (uma.ID_TOKEN, "the tenant trusts its issuer",
                      "its signature is by a published key of that issuer",
                      "each audience is the pushing client, this issuer, or an audience that was "
                      "configured"):
            self.assertIn(words, text)

    def test_upgrading_documented(self):
        """the documentation states what upgrading does, and that it is always the same
        [G-UPG-01]"""
        text = profile()["Upgrading (Grant, 3.3.5.1)"]
        for words in ("A client may send an RPT as `rpt`. Usher always does the same:",
                      "only if it is of the same client, party, resource server and owner",
                      "are assessed again, with the current policy",
                      "an upgrade extends nothing",
                      "`upgraded` is `true` only if all permissions were carried",
                      "the old RPT is revoked", "the old RPT does not change",
                      "ends with an error does not change the old RPT"):
            self.assertIn(words, text)

    def test_agreement_documented(self):
        """the documentation states that a client pushes claims only by agreement, with the consent
        of the person
        [G-CLM-09]"""
        text = profile()["Claim tokens"]
        for words in ("only clients with the flag `push-claims` may push",
                      "the client has agreed to push an ID Token only with the prior consent of "
                      "the person it is about",
                      "For a client without the flag, the response to a claim token is need_info"):
            self.assertIn(words, text.replace("`need_info`", "need_info"))

    def test_no_uma1(self):
        """no member of UMA 1 is present, and no flow needs one [G-DISC-10]"""
        self.assertFalse(UMA1_MEMBERS & set(self.doc))
        self.unaffected()

    def test_one_document(self):
        """one document contains the metadata of both specifications [F-DISC-04]"""
        for name in ("token_endpoint", "permission_endpoint", "resource_registration_endpoint",
                     "introspection_endpoint"):
            self.assertIn(name, self.doc)

    def test_oauth_location(self):
        """the URL of RFC 8414 and that of OpenID Connect Discovery return the same document
        [O-8414-09]"""
        for kind in ("oauth-authorization-server", "openid-configuration"):
            other = self.server.get(self.server.issuer + "/.well-known/" + kind)
            self.assertEqual((other.status, other.json()), (200, self.doc))

    def test_issuer_everywhere(self):
        """the issuer is the same string in metadata and tokens [G-DISC-05]"""
        _, rpt = self.granted()
        self.assertEqual(self.doc["issuer"], self.server.issuer)
        self.assertEqual(uma.jwt_parts(rpt)[1]["iss"], self.server.issuer)
        self.assertEqual(self.alice.introspect(rpt).json()["iss"], self.server.issuer)


class Methods(harness.FlowTest):
    """Client authentication as announced in the metadata."""

    ENDPOINTS = {
        "token_endpoint": {"client_secret_basic", "client_secret_post", "none"},
        "revocation_endpoint": {"client_secret_basic", "client_secret_post", "none"},
        # Also accepts a PAT (UMA Federated Authorization, 5.1).
        "introspection_endpoint": {"client_secret_basic", "client_secret_post", "Bearer"},
    }

    @classmethod
    def prepare(cls):
        cls.doc = cls.server.document
        post = cls.server.client("m-post", auth="client_secret_post")
        cls.server.client("m-basic", SECRET)
        cls.ways = {    # method: (fields, headers)
            "client_secret_basic": ([], [("Authorization", uma.basic("m-basic", SECRET))]),
            "client_secret_post": ([("client_id", "m-post"), ("client_secret", post.secret)], []),
            "none": ([("client_id", "c-public")], []),
            "Bearer": ([], cls.alice.bearer()),
            "client_secret_jwt": (cls.assertion("HS256"), []),
            "private_key_jwt": (cls.assertion("EdDSA"), []),
            "tls_client_auth": ([("client_id", "m-basic")], [("SSL-Client-Verify", "SUCCESS")]),
        }

    @classmethod
    def assertion(cls, alg):
        """A client assertion of m-basic (RFC 7523, 3)."""
        now = int(time.time())
        claims = {"iss": "m-basic", "sub": "m-basic", "aud": cls.server.issuer, "iat": now,
                  "exp": now + 60, "jti": secrets.token_hex(8)}
        if alg == "HS256":
            parts = [idp_.b64(json.dumps(p).encode()) for p in ({"alg": alg}, claims)]
            mac = hmac.new(SECRET.encode(), ".".join(parts).encode(), hashlib.sha256)
            token = ".".join(parts + [idp_.b64(mac.digest())])
        else:
            token = cls.idp.sign(claims, alg)
        return [("client_id", "m-basic"), ("client_assertion_type", ASSERTION),
                ("client_assertion", token)]

    def ask(self, endpoint, method):
        fields, headers = self.ways[method]
        more = [("grant_type", uma.UMA), ("ticket", "nonsense"), ("token", "nonsense")]
        return self.server.post_form(self.server.endpoint(endpoint), fields + more, headers)

    def accepted(self, endpoint, answer):
        """Asserts that the caller was authenticated and its request was processed."""
        if endpoint == "token_endpoint":
            self.refused(answer, 400, "invalid_grant")
        elif endpoint == "revocation_endpoint":
            self.assertEqual((answer.status, answer.body), (200, b""))
        else:
            self.assertEqual((answer.status, answer.json()), (200, {"active": False}))

    def test_listed(self):
        """each listed authentication method works at the token, revocation and introspection
        endpoints
        [O-8414-04 O-8414-06]"""
        for endpoint, methods in self.ENDPOINTS.items():
            self.assertEqual(set(self.doc[endpoint + "_auth_methods_supported"]), methods)
            for method in methods:
                with self.subTest("%s at %s" % (method, endpoint)):
                    self.accepted(endpoint, self.ask(endpoint, method))

    def test_unlisted(self):
        """each method that is not listed fails, even with valid credentials: assertions by secret
        or key, a TLS certificate, a PAT for a client, no secret at introspection
        [O-8414-04]"""
        for endpoint, methods in self.ENDPOINTS.items():
            for method in set(self.ways) - methods:
                with self.subTest("%s at %s" % (method, endpoint)):
                    self.refused(self.ask(endpoint, method), 401, "invalid_client")

    def test_registration(self):
        """no client can be registered for a method that is not listed [O-8414-04]"""
        for method in ("client_secret_jwt", "private_key_jwt", "tls_client_auth",
                       "self_signed_tls_client_auth", "Bearer"):
            code = self.admin.refusal("client", "add", "main", id="m-" + method, auth=method)
            self.assertEqual(code, 65, method)

    def test_no_assertions(self):
        """no algorithms for assertions are announced: assertions are not offered [O-8414-05]"""
        self.assertEqual([name for name in self.doc if "signing_alg" in name], [])


class Paths(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.tenant = cls.fixture.tenant("paths")

    def test_forms(self):
        """an issuer with a path has the same document, byte for byte, at both URLs
        [G-DISC-02 G-DISC-03 O-8414-11 O-9068-08]"""
        parts = urllib.parse.urlsplit(self.tenant.issuer)
        base = "http://" + parts.netloc
        for kind in ("uma2-configuration", "oauth-authorization-server",
                     "openid-configuration"):
            first = self.server.get("%s/.well-known/%s" % (self.tenant.issuer, kind))
            second = self.server.get("%s/.well-known/%s%s" % (base, kind, parts.path))
            self.assertEqual(first.status, 200)
            self.assertEqual(first.body, second.body)
            self.assertEqual(first.json()["issuer"], self.tenant.issuer)
            self.assertEqual(first.json()["jwks_uri"], self.tenant.issuer + "/jwks")


class Secure(harness.FlowTest):
    """A tenant with an https issuer."""

    @classmethod
    def prepare(cls):
        if "secure" not in cls.fixture.tenants:
            t = fixture_.Tenant(cls.fixture, "secure", "https://" + fixture_.TLS_NAME)
            t.account("alice")
            t.resource_server("rs-photoz", fixture_.PHOTOZ_SECRET, fixture_.PHOTOZ, owner="alice")
            t.alice = t.pat("rs-photoz", "alice")
            cls.fixture.tenants["secure"] = t
        cls.tenant = cls.fixture.tenants["secure"]

    def absolute(self, name):
        uri = urllib.parse.urlsplit(self.tenant.document[name])
        self.assertEqual((uri.scheme, uri.netloc), ("https", fixture_.TLS_NAME), name)
        self.assertFalse(uri.fragment)

    def test_addresses(self):
        """endpoints are absolute https URLs that begin with the issuer, and they answer
        [F-DISC-01 F-DISC-02 F-DISC-03 O-8414-07]"""
        for name in ("permission_endpoint", "resource_registration_endpoint",
                     "introspection_endpoint", "token_endpoint", "jwks_uri"):
            self.absolute(name)
        rid = self.tenant.alice.add("view")
        self.tenant.alice.ticket((rid, ["view"]))
        self.dead(self.tenant.alice, "nonsense")
        self.assertEqual({key["use"] for key in self.tenant.keys()}, {"sig"})

    def test_issuer(self):
        """the issuer is https without query and fragment [O-8414-01]"""
        issuer = urllib.parse.urlsplit(self.tenant.document["issuer"])
        self.assertEqual(issuer.scheme, "https")
        self.assertFalse(issuer.query or issuer.fragment)
        for bad in ("http://as.example.com", "https://as.example.com?x=1",
                    "https://as.example.com#x", "as.example.com"):
            self.assertEqual(self.admin.refusal("tenant", "add", "bad-issuer", issuer=bad), 65)

    def rows(self):
        return [store_rows.count(self.fixture.folder / "store", table)
                for table in ("resource", "ticket")]

    def test_plain_http(self):
        """a protection API request without TLS is rejected and has no effect [F-TLS-01]"""
        alice = self.tenant.alice
        rid = alice.add("view")
        wanted = json.dumps({"resource_id": rid, "resource_scopes": ["view"]})
        scopes = '{"resource_scopes":["view","print"]}'
        requests = (("GET", "/resource_set", "", None, 200),
                    ("GET", "/resource_set/" + rid, "", None, 200),
                    ("POST", "/permission", "application/json", wanted, 201),
                    ("POST", "/introspect", uma.FORM, uma.form({"token": alice.pat}), 200),
                    ("POST", "/resource_set", "application/json", scopes, 201),
                    ("PUT", "/resource_set/" + rid, "application/json", scopes, 200),
                    ("DELETE", "/resource_set/" + rid, "", None, 204))
        base = "http://127.0.0.1:%d" % self.fixture.port
        before = self.rows()
        for method, path, kind, body, _ in requests:
            answer = self.fixture.http.request(
                method, base + path, alice.bearer() + [("Content-Type", kind)], body,
                host=fixture_.TLS_NAME)
            self.refused(answer, 400, "invalid_request")
            self.assertFalse({"_id", "ticket", "active"} & set(answer.json()))
        self.assertEqual(self.rows(), before)
        self.assertEqual(alice.read(rid).json()["resource_scopes"], ["view"])
        for method, path, kind, body, good in requests:
            answer = self.fixture.http.request(
                method, self.tenant.issuer + path, alice.bearer() + [("Content-Type", kind)], body)
            self.assertEqual(answer.status, good, (method, path, answer))
