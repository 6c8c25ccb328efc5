#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Validates an RPT as a resource server, with only Python's library and python3-cryptography.

    tests/clients/verify.py ISSUER AUDIENCE <TOKEN

prints the claims of a valid token (RFC 9068, 4; RFC 8037, 3.1); all other data of the server come
from its metadata (RFC 8414). The tests that clients_fixture.py runs are below.

"""
import base64
import hashlib
import json
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PHOTOZ = "https://photoz.example.com"


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def keys_of(issuer):
    """The key set, found by RFC 8414, 3.1: the well-known name before the path."""
    parts = urllib.parse.urlsplit(issuer)
    document = fetch("%s://%s/.well-known/oauth-authorization-server%s"
                     % (parts.scheme, parts.netloc, parts.path.rstrip("/")))
    if document["issuer"] != issuer:
        raise ValueError("the metadata is another issuer's")
    return fetch(document["jwks_uri"])["keys"]


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text):
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not base64url as RFC 7515, 2 has it")
    return raw


def thumbprint(jwk):
    """RFC 7638, 3; the members of an OKP key are those of RFC 8037, 2."""
    members = '{"crv":"%s","kty":"%s","x":"%s"}' % (jwk["crv"], jwk["kty"], jwk["x"])
    return encode(hashlib.sha256(members.encode("ascii")).digest())


def verify(token, issuer, audience, keys):
    header, claims, signature = token.split(".")
    head = json.loads(decode(header))
    key = next((k for k in keys if k["kid"] == head["kid"]), None)
    if head["typ"] != "at+jwt" or key is None or head["alg"] != key["alg"]:
        raise ValueError("type, key or algorithm")
    Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(
        decode(signature), (header + "." + claims).encode("ascii"))
    doc = json.loads(decode(claims))
    if doc["iss"] != issuer or doc["aud"] != audience or not doc["iat"] <= time.time() < doc["exp"]:
        raise ValueError("issuer, audience or time")
    return doc


class OtherPython(unittest.TestCase):
    fixture = None

    def rpt(self, tenant):
        """(resource id, RPT) of a photo that everybody may view."""
        alice = tenant.pat("rs-basic", "alice")
        rid = alice.share(alice.add("view"), ["view"])
        public = next(c for c in tenant.clients if c.id == "c-public")
        return rid, public.rpt(alice.ticket((rid, ["view"])))

    def judged(self, tenant):
        rid, token = self.rpt(tenant)
        claims = verify(token, tenant.issuer, PHOTOZ, keys_of(tenant.issuer))
        self.assertEqual([(p["resource_id"], p["resource_scopes"]) for p in claims["permissions"]],
                         [(rid, ["view"])])
        return token

    def test_verified(self):
        """python3-cryptography alone verifies an RPT with the published keys
        [O-8037-03 O-9068-07 O-9068-08 F-INT-17]"""
        self.judged(self.fixture.main)

    def test_fully_specified(self):
        """it verifies the RPTs of a tenant with alg Ed25519, below a path [O-8037-04 O-8414-11]"""
        token = self.judged(self.fixture.tenants["fully"])
        self.assertEqual(json.loads(decode(token.split(".")[0]))["alg"], "Ed25519")

    def test_refused(self):
        """it rejects another audience, another issuer, and a token with any part altered
        [O-9068-07 O-8037-09]"""
        tenant = self.fixture.main
        keys, (_, token) = keys_of(tenant.issuer), self.rpt(self.fixture.main)
        verify(token, tenant.issuer, PHOTOZ, keys)
        for issuer, who in ((tenant.issuer, "https://filez.example.com"),
                            (tenant.issuer + "/", PHOTOZ)):
            self.assertRaises(ValueError, verify, token, issuer, who, keys)
        for at in (10, token.index(".") + 30, len(token) - 40):
            changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
            self.assertRaises((InvalidSignature, ValueError), verify, changed, tenant.issuer,
                              PHOTOZ, keys)

    def test_thumbprint(self):
        """kid is the key's thumbprint by RFC 7638 [O-8037-06]"""
        for name, least in (("main", 1), ("fully", 2), ("rotating", 1)):
            keys = keys_of(self.fixture.tenants[name].issuer)
            self.assertGreaterEqual(len(keys), least, name)
            for key in keys:
                self.assertEqual(key["kid"], thumbprint(key))

    def test_alone(self):
        """a process that knows only issuer and audience can validate an RPT [F-INT-17 O-9068-08]"""
        _, token = self.rpt(self.fixture.main)
        done = subprocess.run([sys.executable, __file__, self.fixture.main.issuer, PHOTOZ],
                              input=token, text=True, capture_output=True, check=True)
        self.assertEqual(json.loads(done.stdout)["client_id"], "c-public")


if __name__ == "__main__":
    ISSUER, AUDIENCE = sys.argv[1:]
    print(json.dumps(verify(sys.stdin.read().strip(), ISSUER, AUDIENCE, keys_of(ISSUER))))
