# SPDX-License-Identifier: Apache-2.0
"""Metadata: UMA Grant, 2; UMA Federated Authorization, 2; RFC 8414."""
import urllib.parse

import harness
import servers
import uma
import world as world_

STRINGS = ("issuer", "token_endpoint", "authorization_endpoint", "jwks_uri",
           "registration_endpoint", "introspection_endpoint", "revocation_endpoint",
           "permission_endpoint", "resource_registration_endpoint",
           "claims_interaction_endpoint", "service_documentation", "op_policy_uri",
           "op_tos_uri", "signed_metadata")
LISTS = ("response_types_supported", "grant_types_supported", "scopes_supported",
         "token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported",
         "introspection_endpoint_auth_methods_supported", "uma_profiles_supported",
         "ui_locales_supported", "code_challenge_methods_supported", "response_modes_supported")
UMA1_MEMBERS = {"requesting_party_claims_endpoint", "rpt_endpoint", "pat_profiles_supported",
                "aat_profiles_supported", "rpt_profiles_supported", "pat_grant_types_supported",
                "aat_grant_types_supported", "claim_token_profiles_supported", "version",
                "resource_set_registration_endpoint", "permission_registration_endpoint",
                "dynamic_client_endpoint"}


def documents():
    """All that the project tells its users, in one text."""
    files = list(servers.ROOT.glob("README*")) + list((servers.ROOT / "schema").rglob("*"))
    files += (servers.ROOT / "packaging" / "man").rglob("*")
    return "\n".join(f.read_text(errors="replace") for f in files if f.is_file())


class Metadata(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.doc = cls.server.document

    def test_document(self):
        """the discovery document is one JSON object, open to everybody
        [G-DISC-01 G-DISC-09 O-8414-10]"""
        answer = self.server.get(self.server.issuer + uma.DISCOVERY)
        self.assertEqual(answer.status, 200)
        self.json_type(answer)
        self.assertIsInstance(answer.json(), dict)

    def test_methods(self):
        """discovery answers HEAD without a body and refuses POST with Allow [G-DISC-09]"""
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
        for name in STRINGS:
            self.assertIsInstance(self.doc.get(name, ""), str, name)
        for name in LISTS:
            value = self.doc.get(name, ["x"])
            self.assertTrue(value and all(isinstance(v, str) for v in value), name)
        self.assertNotIn([], self.doc.values())

    def test_grants(self):
        """all grants are listed, UMA among them, and no other works [G-DISC-08 O-8414-04]"""
        grants = self.doc["grant_types_supported"]
        self.assertEqual(set(grants), {uma.UMA, "client_credentials", "refresh_token"})
        for grant in ("password", "authorization_code", "implicit",
                      "urn:ietf:params:oauth:grant-type:jwt-bearer"):
            self.refused(self.viewer.token({"grant_type": grant}), 400, "unsupported_grant_type")

    def test_auth_methods(self):
        """each listed way to authenticate works, and each other fails [O-8414-04 O-8414-05]"""
        for name in ("token_endpoint", "revocation_endpoint"):
            listed = self.doc[name + "_auth_methods_supported"]
            self.assertEqual(set(listed), {"client_secret_basic", "client_secret_post", "none"})
            self.assertNotIn("none", self.doc.get(
                name + "_auth_signing_alg_values_supported", []))
        post = self.server.client("m-post", auth="client_secret_post")
        self.server.client("m-basic", "a-secret-long-enough")
        self.works("m-post", [("client_id", "m-post"), ("client_secret", post.secret)])
        self.works("c-public", [("client_id", "c-public")])
        self.works("m-basic", [], [("Authorization", uma.basic("m-basic", "a-secret-long-enough"))])
        assertion = [("client_id", "m-basic"), ("client_assertion", "a.b.c"),
                     ("client_assertion_type",
                      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
        for name in ("token_endpoint", "revocation_endpoint"):
            answer = self.ask(name, assertion)
            self.assertIn(answer.status, (400, 401))
            self.assertIn(answer.json()["error"], ("invalid_client", "invalid_request"))

    def ask(self, name, fields, headers=()):
        more = [("grant_type", uma.UMA), ("ticket", "nonsense"), ("token", "nonsense")]
        return self.server.post_form(self.server.endpoint(name), fields + more, headers)

    def works(self, who, fields, headers=()):
        self.refused(self.ask("token_endpoint", fields, headers), 400, "invalid_grant")
        self.assertEqual(self.ask("revocation_endpoint", fields, headers).status, 200, who)

    def test_introspection_methods(self):
        """introspection announces that it is called with a token [O-8414-06]"""
        self.assertIn("Bearer", self.doc["introspection_endpoint_auth_methods_supported"])

    def test_response_types(self):
        """without an authorization endpoint no code flow and no PKCE are announced: not offered
        [O-8414-02 O-8414-08]"""
        self.assertNotIn("authorization_endpoint", self.doc)
        self.assertEqual(self.doc["response_types_supported"], ["none"])
        self.assertNotIn("plain", self.doc.get("code_challenge_methods_supported", []))
        self.assertNotIn("code_challenge_methods_supported", self.doc)

    def test_required_members(self):
        """issuer, token_endpoint and response_types_supported are there, and an authorization
        endpoint only if a grant needs one [O-8414-02]"""
        self.assertTrue({"issuer", "token_endpoint", "response_types_supported"}
                        <= set(self.doc))
        self.assertEqual("authorization_endpoint" in self.doc,
                         "authorization_code" in self.doc["grant_types_supported"])

    def test_scopes(self):
        """scopes_supported names uma_protection [F-PAT-12]"""
        self.assertIn("uma_protection", self.doc["scopes_supported"])

    def test_claims_endpoint(self):
        """a claims interaction endpoint that does not exist is not announced: not offered
        [G-DISC-06]"""
        self.assertNotIn("claims_interaction_endpoint", self.doc)
        self.assertEqual(self.server.get(self.server.url("/claims")).status, 404)

    def test_claims_endpoint_consistent(self):
        """what is announced about gathering claims is true: no interaction endpoint, and no
        need_info that sends a user there [G-DISC-06]"""
        rid = self.shared_with_bob()
        answer = self.viewer.redeem(self.alice.ticket((rid, ["view"])))
        self.need_info(answer)
        self.assertEqual("redirect_user" in answer.json(),
                         "claims_interaction_endpoint" in self.doc)

    def test_profiles(self):
        """profiles for claim tokens are listed by their URI, and each is described in our
        documents [G-DISC-07 G-CLM-08 G-EXT-01 G-EXT-02 G-SEC-05 F-DISC-05]"""
        profiles = self.doc["uma_profiles_supported"]
        self.assertTrue(profiles)
        text = documents()
        for uri in profiles:
            self.assertTrue(urllib.parse.urlsplit(uri).scheme, uri)
            self.assertIn(uri, text)

    def test_documented(self):
        """upgrading, and whose consent a pushed claim token needs, are described in our
        documents [G-UPG-01 G-CLM-09]"""
        text = documents().lower()
        self.assertIn("upgrade", text)
        self.assertIn("push", text)

    def test_no_uma1(self):
        """no member of UMA 1 is there, and the flow needs none [G-DISC-10]"""
        self.assertFalse(UMA1_MEMBERS & set(self.doc))
        self.unaffected()

    def test_one_document(self):
        """one document holds the metadata of both specifications [F-DISC-04]"""
        for name in ("token_endpoint", "permission_endpoint", "resource_registration_endpoint",
                     "introspection_endpoint"):
            self.assertIn(name, self.doc)

    def test_oauth_location(self):
        """the location of RFC 8414 serves the same document [O-8414-09]"""
        other = self.server.get(self.server.issuer + "/.well-known/oauth-authorization-server")
        self.assertEqual((other.status, other.json()), (200, self.doc))

    def test_issuer_everywhere(self):
        """the issuer is the same string in metadata and tokens [G-DISC-05]"""
        _, rpt = self.granted()
        self.assertEqual(self.doc["issuer"], self.server.issuer)
        self.assertEqual(uma.jwt_parts(rpt)[1]["iss"], self.server.issuer)
        self.assertEqual(self.alice.introspect(rpt).json().get("iss", self.server.issuer),
                         self.server.issuer)


class Paths(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.tenant = cls.world.tenant("paths")

    def test_forms(self):
        """an issuer with a path has its document at both places, byte for byte the same
        [G-DISC-02 G-DISC-03 O-8414-11 O-9068-08]"""
        parts = urllib.parse.urlsplit(self.tenant.issuer)
        base = "http://" + parts.netloc
        for kind in ("uma2-configuration", "oauth-authorization-server"):
            first = self.server.get("%s/.well-known/%s" % (self.tenant.issuer, kind))
            second = self.server.get("%s/.well-known/%s%s" % (base, kind, parts.path))
            self.assertEqual(first.status, 200)
            self.assertEqual(first.body, second.body)
            self.assertEqual(first.json()["issuer"], self.tenant.issuer)
            self.assertEqual(first.json()["jwks_uri"], self.tenant.issuer + "/jwks")


class Secure(harness.FlowTest):
    """A tenant as the world outside sees it: by https."""

    @classmethod
    def prepare(cls):
        if "secure" not in cls.world.tenants:
            t = world_.Tenant(cls.world, "secure", "https://" + world_.TLS_NAME)
            t.account("alice")
            t.resource_server("rs-photoz", world_.PHOTOZ_SECRET, world_.PHOTOZ, owner="alice")
            t.alice = t.pat("rs-photoz", "alice")
            cls.world.tenants["secure"] = t
        cls.tenant = cls.world.tenants["secure"]

    def absolute(self, name):
        uri = urllib.parse.urlsplit(self.tenant.document[name])
        self.assertEqual((uri.scheme, uri.netloc), ("https", world_.TLS_NAME), name)
        self.assertFalse(uri.fragment)

    def test_addresses(self):
        """endpoints are absolute https addresses below the issuer, and answer there
        [F-DISC-01 F-DISC-02 F-DISC-03 O-8414-07]"""
        for name in ("permission_endpoint", "resource_registration_endpoint",
                     "introspection_endpoint", "token_endpoint", "jwks_uri"):
            self.absolute(name)
        rid = self.tenant.alice.add("view")
        self.tenant.alice.ticket((rid, ["view"]))
        self.dead(self.tenant.alice, "nonsense")
        for key in self.tenant.keys():
            self.assertEqual(key["use"], "sig")

    def test_issuer(self):
        """the issuer is https without query and fragment [O-8414-01]"""
        issuer = urllib.parse.urlsplit(self.tenant.document["issuer"])
        self.assertEqual(issuer.scheme, "https")
        self.assertFalse(issuer.query or issuer.fragment)
        for bad in ("http://as.example.com", "https://as.example.com?x=1",
                    "https://as.example.com#x", "as.example.com"):
            self.assertIn(self.admin.refusal("tenant", "add", "bad-issuer", issuer=bad), (64, 65))

    def test_plain_http(self):
        """without TLS an https tenant serves nothing [F-TLS-01]"""
        before = self.tenant.alice.list().json()
        base = "http://127.0.0.1:%d" % self.world.port
        for method, path, body in (("POST", "/resource_set", b'{"resource_scopes":["view"]}'),
                                   ("GET", "/resource_set", None),
                                   ("POST", "/permission", b"[]"),
                                   ("POST", "/introspect", b"token=x")):
            answer = self.world.http.request(
                method, base + path, self.tenant.alice.bearer()
                + [("Content-Type", "application/json")], body, host=world_.TLS_NAME)
            self.assertTrue(400 <= answer.status < 500, answer)
        self.assertEqual(self.tenant.alice.list().json(), before)
