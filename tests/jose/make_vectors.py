#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes made_vectors.h: the keys and tokens that no specification prints.

    tests/jose/make_vectors.py > tests/jose/made_vectors.h

The signing keys are those of RFC 7515, A.2 and A.3, and RFC 8037, A.1.  ECDSA and PSS draw random
numbers, so another run gives other vectors, as good as these.  Needs python3-cryptography; the
arithmetic of Ed25519 and P-256 points is done here, without any library.
"""
import base64
import hmac
import json
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

RSA_N = (
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
    "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
    "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
    "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")
RSA_P = (
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_"
    "Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc")
RSA_Q = (
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7Tje"
    "LQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc")
EC_D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
ED25519_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

CLAIMS = {"iss": "https://idp.example.net", "sub": "bob-77", "exp": 1800000290}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(unb64(text), "big")


def lines(value):
    return " \\\n".join('\t"%s"' % value[i:i + 80] for i in range(0, len(value), 80))


def show(name, value, note=None):
    if note:
        print("/* %s */" % note)
    if len(value) <= 60:
        print('#define %s "%s"' % (name, value))
    else:
        print("#define %s \\\n%s" % (name, lines(value)))


def token(alg, sign, claims=CLAIMS):
    text = [json.dumps(o, separators=(",", ":")).encode() for o in ({"alg": alg}, claims)]
    signed = ".".join(b64(t) for t in text)
    return signed + "." + b64(sign(signed.encode()))


# --- RSA -------------------------------------------------------------------------------------

def rsa_key():
    n, p, q, e = number(RSA_N), number(RSA_P), number(RSA_Q), 65537
    assert p * q == n
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, n)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p),
                                 public).private_key()


def pss(key, salt, inner=hashes.SHA256(), outer=hashes.SHA256()):
    return lambda text: key.sign(text, padding.PSS(padding.MGF1(inner), salt), outer)


def pkcs1(key, digest):
    return lambda text: key.sign(text, padding.PKCS1v15(), digest)


def beyond_modulus(alg, sign):
    """A good token, and the same with the signature s written as s + n, in as many bytes."""
    n = number(RSA_N)
    for i in range(1000):
        good = token(alg, sign, dict(CLAIMS, jti="j%d" % i))
        signed, signature = good.rsplit(".", 1)
        s = number(signature) + n
        if s < 1 << 2048:
            return good, signed + "." + b64(s.to_bytes(256, "big"))
    raise SystemExit("no such signature")


def rsa_vectors():
    key = rsa_key()
    s256 = hashes.SHA256()
    show("MADE_PS256", token("PS256", pss(key, 32)), "RSA, key of RFC 7515, A.2: valid tokens.")
    good, bad = beyond_modulus("RS256", pkcs1(key, s256))
    show("MADE_RS256_SMALL", good)
    show("MADE_RS256_PLUS_N", bad, "The signatures above, with s encoded as s + n.")
    good, bad = beyond_modulus("PS256", pss(key, 32))
    show("MADE_PS256_SMALL", good, "The same for PS256.")
    show("MADE_PS256_PLUS_N", bad)
    show("MADE_PS256_SALT_0", token("PS256", pss(key, 0)), "A salt of another length.")
    show("MADE_PS256_SALT_20", token("PS256", pss(key, 20)))
    show("MADE_PS256_SALT_222", token("PS256", pss(key, 222)))
    show("MADE_PS256_MGF_SHA1", token("PS256", pss(key, 32, hashes.SHA1())), "Other hashes.")
    show("MADE_PS256_SHA384", token("PS256", pss(key, 48, hashes.SHA384(), hashes.SHA384())))
    show("MADE_RS256_SHA1", token("RS256", pkcs1(key, hashes.SHA1())))
    show("MADE_RS256_SHA512", token("RS256", pkcs1(key, hashes.SHA512())))
    show("MADE_PS256_BY_RS256", token("PS256", pkcs1(key, s256)),
         "The header names one algorithm, the signature is of another.")
    show("MADE_RS256_BY_PS256", token("RS256", pss(key, 32)))
    show("MADE_RS384", token("RS384", pkcs1(key, hashes.SHA384())),
         "Valid signatures by algorithms that are not accepted.")
    show("MADE_RS512", token("RS512", pkcs1(key, hashes.SHA512())))
    show("MADE_RS1", token("RS1", pkcs1(key, hashes.SHA1())))


def macs(secret, algs):
    return [token(alg, lambda text: hmac.digest(secret, text, digest)) for alg, digest in algs]


def hmac_vectors():
    """HMACs, with what everybody can read as the secret (CVE-2024-37568, CVE-2024-33663)."""
    public = rsa_key().public_key()
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pkcs1_form = serialization.PublicFormat.PKCS1
    jwk = json.dumps({"kty": "RSA", "n": RSA_N, "e": "AQAB"}, separators=(",", ":")).encode()
    of_rsa = [public.public_bytes(pem, spki), public.public_bytes(pem, spki).strip(),
              public.public_bytes(pem, pkcs1_form), public.public_bytes(der, spki),
              public.public_bytes(der, pkcs1_form), unb64(RSA_N), RSA_N.encode(), jwk]
    of_ed25519 = [unb64(ED25519_X), ED25519_X.encode(), b"", b"\0" * 32]
    made = []
    for secret in of_rsa:
        made += macs(secret, [("HS256", "sha256"), ("RS256", "sha256")])
    for secret in of_ed25519:
        made += macs(secret, [("HS256", "sha256"), ("EdDSA", "sha512")])
    made += macs(of_rsa[0], [("HS384", "sha384"), ("HS512", "sha512"), ("hs256", "sha256")])
    print("/* HMACs whose secret is a public key in some form, or empty. */")
    print("#define MADE_HMACS \\")
    print(", \\\n".join(lines(m) for m in made))


# --- ECDSA -----------------------------------------------------------------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b


def raw(signature):
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def with_zero_at(position, sign):
    for _ in range(100000):
        made = token("ES256", sign)
        if unb64(made.rsplit(".", 1)[1])[position] == 0:
            return made
    raise SystemExit("no such signature")


def overflowing_point():
    """A point whose x is so small that x + p has 32 bytes too."""
    for x in range(1, 100):
        y2 = (x**3 - 3 * x + B) % P
        y = pow(y2, (P + 1) // 4, P)
        if y * y % P == y2:
            return x, y
    raise SystemExit("no such point")


def ec_vectors():
    key = ec.derive_private_key(number(EC_D), ec.SECP256R1())
    sign = lambda text: raw(key.sign(text, ec.ECDSA(hashes.SHA256())))
    show("MADE_ES256", token("ES256", sign), "ECDSA, key of RFC 7515, A.3: valid tokens.")
    show("MADE_ES256_SHORT_R", with_zero_at(0, sign), "r, then s, begins with a zero byte.")
    show("MADE_ES256_SHORT_S", with_zero_at(32, sign))
    show("MADE_ES256_DER", token("ES256", lambda t: key.sign(t, ec.ECDSA(hashes.SHA256()))),
         "In DER, with another hash, under another name.")
    show("MADE_ES256_SHA512",
         token("ES256", lambda t: raw(key.sign(t, ec.ECDSA(hashes.SHA512())))))
    show("MADE_ES256K", token("ES256K", sign))
    x, y = overflowing_point()
    show("MADE_P256_SMALL_X", b64(x.to_bytes(32, "big")), "A point of P-256, and x as x + p.")
    show("MADE_P256_SMALL_X_Y", b64(y.to_bytes(32, "big")))
    show("MADE_P256_SMALL_X_PLUS_P", b64((x + P).to_bytes(32, "big")))


# --- Ed25519 points --------------------------------------------------------------------------

Q = 2**255 - 19
D = -121665 * pow(121666, -1, Q) % Q


def root(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(x2, (Q + 3) // 8, Q)
    if (x * x - x2) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    if (x * x - x2) % Q:
        return None
    return x if x & 1 == sign else (Q - x) % Q


def add(a, b):
    t = D * a[0] * b[0] * a[1] * b[1] % Q
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + t, -1, Q) % Q,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, Q) % Q)


def encode(y, sign):
    return (y | sign << 255).to_bytes(32, "little")


def torsion():
    """The eight points of small order: the multiples of one of order 8."""
    order = 2**252 + 27742317777372353535851937790883648493
    for y in range(2, 1000):
        x = root(y, 0)
        if x is None:
            continue
        t, base = (0, 1), (x, y)
        for bit in bin(order)[2:]:
            t = add(t, t)
            if bit == "1":
                t = add(t, base)
        points = [(0, 1)]
        while len(points) == 1 or points[-1] != (0, 1):
            points.append(add(points[-1], t))
        if len(points) == 9:
            return points[1:]
    raise SystemExit("no such point")


def points_table(name, note, encoded):
    print("/* %s */" % note)
    print("#define %s \\" % name)
    print(", \\\n".join('\t"%s"' % b64(e) for e in encoded))


def ed25519_vectors():
    small = torsion()
    points = {encode(y, x & 1) for x, y in small}
    points |= {encode(y, 1 - (x & 1)) for x, y in small}
    points |= {encode(y + Q, s) for _, y in small for s in (0, 1) if y + Q < 1 << 255}
    points_table("MADE_ED25519_SMALL", "Ed25519: all encodings of the points of small order.",
                 sorted(points))
    wide = [encode(y + Q, s) for y in range(2, 19) for s in (0, 1) if root(y, s) is not None]
    points_table("MADE_ED25519_WIDE", "Points that are encoded with y + p.", wide)
    off = [encode(y, 0) for y in range(2, 30) if root(y, 0) is None][:8]
    points_table("MADE_ED25519_OFF", "Values that are not points.", off)
    spelled = int.from_bytes(unb64(ED25519_X), "little")
    y, sign = spelled & (1 << 255) - 1, spelled >> 255
    key = (root(y, sign), y)
    mixed = [add(key, t) for t in small if t != (0, 1)]
    points_table("MADE_ED25519_MIXED",
                 "The key of RFC 8037 plus each point of small order (CVE-2025-69277).",
                 [encode(y, x & 1) for x, y in mixed])


def main():
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("#ifndef USHER_TESTS_JOSE_MADE_VECTORS_H\n#define USHER_TESTS_JOSE_MADE_VECTORS_H\n")
    print("/* clang-format off */")
    print("/* Written by make_vectors.py; see there. */\n")
    rsa_vectors()
    print()
    hmac_vectors()
    print()
    ec_vectors()
    print()
    ed25519_vectors()
    print("\n#endif")
    return 0


if __name__ == "__main__":
    sys.exit(main())
