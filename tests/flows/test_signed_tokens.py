# SPDX-License-Identifier: Apache-2.0
"""RPTs as JWTs, and their keys: RFC 9068, RFC 8037, RFC 7517."""
import time

import harness
import jwt_check
import uma
import fixture as fixture_


class SignedTokens(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.add(*harness.PHOTO)
        cls.alice.share(cls.rid, ["view"])
        cls.rpt = cls.viewer.rpt(cls.alice.ticket((cls.rid, ["view"])))
        cls.header, cls.claims = uma.jwt_parts(cls.rpt)
        cls.keys = cls.server.keys()

    def make(self, rs=None, client=None):
        rid = self.photo("view", rs=rs)
        return (client or self.viewer).rpt((rs or self.alice).ticket((rid, ["view"])))

    def test_header(self):
        """an RPT has typ at+jwt and is signed [O-9068-01]"""
        self.assertEqual(self.header["typ"], "at+jwt")
        self.assertEqual(self.header["alg"], "EdDSA")
        self.assertEqual(set(self.header), {"typ", "alg", "kid"})

    def test_algorithms(self):
        """Ed25519 is the only algorithm, no metadata announce RS256, and the documentation states
        this
        [O-9068-02]"""
        self.assertEqual({k["crv"] for k in self.keys}, {"Ed25519"})
        self.assertNotIn("RS256", str(self.server.document))
        import test_discovery
        self.assertIn("RS256", test_discovery.documents())

    def test_claims(self):
        """the claims of the profile are present, and jti is unique [O-9068-03]"""
        types = {"iss": str, "exp": int, "aud": str, "sub": str, "client_id": str, "iat": int,
                 "jti": str}
        for name, kind in types.items():
            self.assertIs(type(self.claims[name]), kind, name)
        made = harness.side_by_side(200, lambda _: self.make())
        self.assertEqual(len({uma.jwt_parts(t)[1]["jti"] for t in made}), 200)

    def test_audience(self):
        """the audience is the resource server that requested the ticket
        [O-9068-04 O-9068-05 G-CONV-04]"""
        self.assertEqual(self.claims["aud"], fixture_.PHOTOZ)
        self.assertEqual(uma.jwt_parts(self.make(self.alice_filez))[1]["aud"], fixture_.FILEZ)
        self.server.resource_server("rs-plain", owner="alice")
        rs = self.server.pat("rs-plain", "alice")
        self.assertEqual(uma.jwt_parts(self.make(rs))[1]["aud"], "rs-plain")

    def test_no_scope(self):
        """an RPT has no scope claim [O-9068-06]"""
        self.assertNotIn("scope", self.claims)

    def test_no_people(self):
        """a token identifies no person; sub differs between resource servers and is never the
        owner's
        [O-9068-09 G-PRV-03]"""
        subs = []
        for rs in (self.alice, self.alice_filez):
            rid = self.shared_with_bob(rs=rs)
            answer = self.viewer.push(rs.ticket((rid, ["view"])), self.id_token())
            rpt = answer.expect(200).json()["access_token"]
            subs.append(uma.jwt_parts(rpt)[1]["sub"])
            for word in ("bob", "alice", "example.net"):
                self.assertNotIn(word, str(uma.jwt_parts(rpt)))
        self.assertNotEqual(subs[0], subs[1])
        self.assertEqual(self.claims["sub"], "c-viewer")  # the requesting party is unknown

    def test_same_sub(self):
        """the requesting party has the same sub in all tokens for a resource server [O-9068-09]"""
        subs = set()
        for client in (self.viewer, self.viewer, self.other):
            rid = self.shared_with_bob()
            answer = client.push(self.alice.ticket((rid, ["view"])), self.id_token(client))
            subs.add(uma.jwt_parts(answer.expect(200).json()["access_token"])[1]["sub"])
        self.assertEqual(len(subs), 1)

    def test_published(self):
        """jwks_uri and issuer are published, and a token verifies with these keys
        [O-9068-08 O-8414-07 O-8037-03 F-INT-17]"""
        self.assertTrue(self.server.document["jwks_uri"])
        claims = jwt_check.verify(self.rpt, self.keys, self.server.document["issuer"],
                                  fixture_.PHOTOZ)
        self.assertEqual(claims, self.claims)
        self.assertEqual(len(jwt_check.unbase64(self.rpt.split(".")[2])), 64)

    def test_keys(self):
        """a published key is 32 bytes in base64url without padding, and has no private member
        [O-8037-01 O-8037-02]"""
        for key in self.keys:
            self.assertEqual((key["kty"], key["crv"], key["use"]), ("OKP", "Ed25519", "sig"))
            self.assertEqual(len(jwt_check.unbase64(key["x"])), 32)
            self.assertFalse({"d", "p", "q", "k"} & set(key))
            self.assertEqual(key["alg"], "EdDSA")

    def test_key_document(self):
        """the key set is an object with the list keys, public and cacheable [O-8037-05]"""
        answer = self.server.get(self.server.endpoint("jwks_uri"))
        self.assertEqual(answer.status, 200)
        self.assertIn(answer.header("Content-Type").split(";")[0],
                      ("application/json", "application/jwk-set+json"))
        self.assertIsInstance(answer.json()["keys"], list)
        self.assertNotIn("no-store", answer.header("Cache-Control") or "")

    def test_thumbprint(self):
        """kid is the thumbprint of the key [O-8037-06]"""
        example = {"kty": "OKP", "crv": "Ed25519",
                   "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        self.assertEqual(jwt_check.thumbprint(example),     # RFC 8037, A.3
                         "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        for key in self.keys:
            self.assertEqual(key["kid"], jwt_check.thumbprint(key))

    def test_ed25519_name(self):
        """a tenant may use Ed25519 instead of EdDSA, in tokens and keys alike [O-8037-04]"""
        t = self.fixture.small("fully", rpt_alg="Ed25519", key_wait=0)
        time.sleep(1.1)
        self.admin.run("key", "rotate", t.name)
        rpt = t.viewer.rpt(t.alice.ticket((self.photo("view", rs=t.alice), ["view"])))
        header = uma.jwt_parts(rpt)[0]
        self.assertEqual(header["alg"], "Ed25519")
        jwt_check.verify(rpt, t.keys(), t.issuer, fixture_.PHOTOZ)

    def test_rotation(self):
        """after a rotation the new key signs, the old one remains published, and old tokens remain
        valid
        [O-8037-07 O-8037-08 T-K02]"""
        t = self.fixture.small("rotating", key_wait=0)
        rid = self.photo("view", rs=t.alice)
        old = t.viewer.rpt(t.alice.ticket((rid, ["view"])))
        time.sleep(1.1)  # keys of one second have no order
        self.admin.run("key", "rotate", t.name)
        new = t.viewer.rpt(t.alice.ticket((rid, ["view"])))
        kids = [uma.jwt_parts(token)[0]["kid"] for token in (old, new)]
        self.assertNotEqual(kids[0], kids[1])
        for token in (old, new):
            jwt_check.verify(token, t.keys(), t.issuer, fixture_.PHOTOZ)
            self.grants(t.alice, token, {rid: ["view"]})

    def test_published_first(self):
        """a new key is published before it signs [O-8037-08 T-K02]"""
        t = self.fixture.small("patient", key_wait=3600)
        rid = self.photo("view", rs=t.alice)
        before = uma.jwt_parts(t.viewer.rpt(t.alice.ticket((rid, ["view"]))))[0]["kid"]
        self.admin.run("key", "rotate", t.name)
        after = uma.jwt_parts(t.viewer.rpt(t.alice.ticket((rid, ["view"]))))[0]["kid"]
        self.assertEqual(before, after)
        self.assertEqual(len(t.keys()), 2)

    def test_lifetime(self):
        """RPTs are valid for five minutes unless the tenant is configured otherwise [G-SEC-03]"""
        self.assertEqual(self.claims["exp"] - self.claims["iat"], 300)
        t = self.fixture.small("short", rpt_life=60)
        rpt = t.viewer.rpt(t.alice.ticket((self.photo("view", rs=t.alice), ["view"])))
        claims = uma.jwt_parts(rpt)[1]
        self.assertEqual(claims["exp"] - claims["iat"], 60)

    def test_bearer_only(self):
        """sender-constrained RPTs are not offered or announced, and tokens are plain bearer tokens
        [G-SEC-04]"""
        for name in ("dpop_signing_alg_values_supported",
                     "tls_client_certificate_bound_access_tokens", "mtls_endpoint_aliases"):
            self.assertNotIn(name, self.server.document)
        self.assertNotIn("cnf", self.claims)
