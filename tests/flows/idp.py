# SPDX-License-Identifier: Apache-2.0
"""An identity provider with keys of every supported kind, which issues valid and invalid ID Tokens
(OpenID Connect Core 1.0, 2 and 3.1.3.7).

"""
import base64
import json
import secrets
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class EdKey:
    alg = "EdDSA"

    def __init__(self):
        self.private = ed25519.Ed25519PrivateKey.generate()

    def jwk(self):
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}

    def sign(self, data):
        return self.private.sign(data)


class EcKey:
    alg = "ES256"

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())

    def jwk(self):
        point = self.private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}

    def sign(self, data):
        r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class RsaKey:
    def __init__(self, alg):
        self.alg = alg
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self):
        key = self.private.public_key().public_numbers()
        return {"kty": "RSA", "n": number(key.n), "e": number(key.e)}

    def sign(self, data):
        pad = padding.PKCS1v15()
        if self.alg == "PS256":
            pad = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        return self.private.sign(data, pad, hashes.SHA256())


class Idp:
    """An issuer with a key for each algorithm."""

    def __init__(self, issuer):
        self.issuer = issuer
        self.keys = {key.alg: key for key in
                     (EdKey(), EcKey(), RsaKey("RS256"), RsaKey("PS256"))}

    def kid(self, alg):
        return "%s-%s" % (alg.lower(), b64(self.issuer.encode("ascii"))[-6:])

    def jwks(self):
        return {"keys": [dict(key.jwk(), kid=self.kid(alg), alg=alg, use="sig")
                         for alg, key in self.keys.items()]}

    def claims(self, audience, **more):
        """The claims of a valid ID Token for bob."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "bob-77", "aud": audience, "iat": now,
                  "exp": now + 240, "jti": secrets.token_hex(8), "email": "bob@example.net",
                  "email_verified": True}
        claims.update(more)
        return {k: v for k, v in claims.items() if v is not None}

    def token(self, audience, alg="EdDSA", header=None, **more):
        """An ID Token; `header` and `more` override members, None omits one."""
        return self.sign(self.claims(audience, **more), alg, header)

    def sign(self, claims, alg="EdDSA", header=None):
        head = {"typ": "JWT", "alg": alg, "kid": self.kid(alg)}
        head.update(header or {})
        head = {k: v for k, v in head.items() if v is not None}
        text = ".".join(b64(json.dumps(p).encode("utf-8")) for p in (head, claims))
        return text + "." + b64(self.keys[alg].sign(text.encode("ascii")))
