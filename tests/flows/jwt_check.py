# SPDX-License-Identifier: Apache-2.0
"""Offline validation of an RPT by a resource server (RFC 9068, 4; RFC 8037, 3.1)."""
import base64
import hashlib
import json
import re
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Invalid(Exception):
    pass


def unbase64(text):
    """Strict base64url: no padding, no non-zero unused bits."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Invalid("characters")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise Invalid("spare bits")
    return raw


def thumbprint(jwk):
    """RFC 7638 for an Ed25519 key (RFC 8037, 2)."""
    text = json.dumps({k: jwk[k] for k in ("crv", "kty", "x")}, separators=(",", ":"),
                      sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def verify(token, keys, issuer, audience, now=None):
    """Returns the claims of a valid token, or raises Invalid."""
    parts = token.split(".")
    if len(parts) != 3:
        raise Invalid("parts")
    header = json.loads(unbase64(parts[0]))
    if header.get("typ") not in ("at+jwt", "application/at+jwt") or "crit" in header:
        raise Invalid("header")
    found = [k for k in keys if k.get("kid") == header.get("kid")]
    if len(found) != 1 or found[0]["kty"] != "OKP" or header.get("alg") != found[0]["alg"]:
        raise Invalid("key")
    signature = unbase64(parts[2])
    try:
        Ed25519PublicKey.from_public_bytes(unbase64(found[0]["x"])).verify(
            signature, ".".join(parts[:2]).encode("ascii"))
    except InvalidSignature as error:
        raise Invalid("signature") from error
    claims = json.loads(unbase64(parts[1]))
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims["iss"] != issuer or audience not in audiences:
        raise Invalid("issuer or audience")
    if claims["exp"] <= (now or time.time()):
        raise Invalid("expired")
    return claims
