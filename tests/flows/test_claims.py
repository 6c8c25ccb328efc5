# SPDX-License-Identifier: Apache-2.0
"""Claim tokens pushed by clients: UMA Grant, 3.3.1 and 5.7; OpenID Connect Core 1.0, 3.1.3.7."""
import base64
import hashlib
import hmac
import json
import time

import harness
import idp as idp_
import uma
import fixture as fixture_


class ClaimTest(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.bobs = cls.alice.add(*harness.PHOTO)
        cls.alice.share(cls.bobs, ["view"], harness.BOB)

    def push(self, token, client=None, **more):
        client = client or self.viewer
        return client.push(self.alice.ticket((self.bobs, ["view"])), token, **more)

    def counts(self, token, client=None, **more):
        answer = self.push(token, client, **more).expect(200)
        self.grants(self.alice, answer.json()["access_token"], {self.bobs: ["view"]})

    def useless(self, token, client=None, **more):
        """Asserts need_info, and that a valid token is accepted with the new ticket."""
        client = client or self.viewer
        ticket = self.need_info(self.push(token, client, **more))
        client.push(ticket, self.id_token(client)).expect(200)

    def changed(self, alg="EdDSA", header=None, **more):
        """A valid ID Token for the viewer with some members changed."""
        return self.idp.token("c-viewer", alg, header, **more)


class ClaimTokens(ClaimTest):
    def test_encodings(self):
        """another encoding of the same bytes is not a claim token [G-CLM-01]"""
        for name in ("", "x", "xy"):  # at least one of these lengths needs padding
            good = self.changed(nonce=name)
            padded = ".".join(p + "=" * (-len(p) % 4) for p in good.split("."))
            twice = base64.standard_b64encode(base64.standard_b64encode(good.encode())).decode()
            for bad in (padded, good.replace(".", ".\n", 1), twice, good + "=", good + "A"):
                if bad != good:
                    with self.subTest(bad[-8:]):
                        self.useless(bad)

    def test_wrapped(self):
        """an ID Token is accepted as is, in base64 and in base64url [G-CLM-04]"""
        for wrap in (lambda raw: raw, base64.standard_b64encode,
                     lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=")):
            self.counts(wrap(self.id_token().encode()).decode())

    def test_format(self):
        """an unknown format answers need_info with the supported formats [G-CLM-02]"""
        answer = self.push(self.id_token(), format="urn:x:unknown")
        self.need_info(answer)
        self.assertIn(uma.ID_TOKEN, answer.json()["required_claims"][0]["claim_token_format"])
        self.useless(self.id_token(), format=uma.ID_TOKEN.upper())

    def test_invalid(self):
        """an invalid signature, an expired token, or garbage answers need_info and never
        invalid_grant
        [G-CLM-03]"""
        now = int(time.time())
        good = self.id_token()
        for bad in (good[:-4] + "AAAA", self.changed(exp=now - 400, iat=now - 500), "not-a-jwt",
                    "a.b.c", "..", "{}", "x" * 5000):
            self.useless(bad)

    def test_good(self):
        """an ID Token is accepted with each supported signature algorithm [G-CLM-04 O-OIDC-04]"""
        for alg in ("EdDSA", "ES256", "RS256", "PS256"):
            with self.subTest(alg):
                self.counts(self.changed(alg=alg))

    def test_audience(self):
        """the audience is the pushing client or this server [G-CLM-05 O-OIDC-02 T-U10]"""
        for audience in ("c-viewer", [self.server.issuer], ["c-viewer", self.server.issuer]):
            self.counts(self.idp.token(audience))
        for audience in ("c-other", [], ["c-other"], "", None, ["c-viewer", "https://x.example"],
                         "C-VIEWER", "c-viewer ", 5, [["c-viewer"]]):
            self.useless(self.idp.token(audience))

    def test_azp(self):
        """azp, if present, is the pushing client [O-OIDC-03]"""
        self.counts(self.changed(azp="c-viewer"))
        for azp in ("c-other", "", 7):
            self.useless(self.changed(azp=azp))

    def test_trusted_clients_only(self):
        """claims of a client without the right to push them are ignored; the administrator grants
        this right
        [G-CLM-06]"""
        client = self.server.client("c-asks")
        self.need_info(self.push(self.idp.token("c-asks"), client))
        self.admin.run("client", "set", "main", "c-asks", push_claims=True)
        self.counts(self.idp.token("c-asks"), client)

    def test_issuers(self):
        """only configured issuers are accepted, and need_info lists them
        [G-CLM-07 O-OIDC-01 T-U10]"""
        stranger = idp_.Idp("https://idp.evil.example")
        answer = self.push(stranger.token("c-viewer"))
        self.need_info(answer)
        self.assertIn(self.idp.issuer, answer.json()["required_claims"][0]["issuer"])
        for issuer in (self.idp.issuer + "/", self.idp.issuer.upper(), None, "", 1,
                       [self.idp.issuer]):
            self.useless(self.changed(iss=issuer))
        impostor = idp_.Idp(self.idp.issuer)
        self.useless(impostor.token("c-viewer"))

    def test_any_of(self):
        """any one of the listed issuers is sufficient [G-CLM-10]"""
        t = self.fixture.small("twoissuers")
        second = idp_.Idp("https://second.example.net")
        t.trust(second)
        rid = t.alice.share(t.alice.add("view"), ["view"], harness.BOB)
        doc = t.viewer.redeem(t.alice.ticket((rid, ["view"]))).json()
        self.assertEqual(set(doc["required_claims"][0]["issuer"]),
                         {self.idp.issuer, second.issuer})
        for issuer in (self.idp, second):
            t.viewer.push(t.alice.ticket((rid, ["view"])),
                          issuer.token("c-viewer")).expect(200)

    def test_agreed_audience(self):
        """an audience that is configured for the issuer is accepted [O-OIDC-02]"""
        t = self.fixture.small("agreed")
        issuer = idp_.Idp("https://agreed.example.net")
        t.trust(issuer, audience="urn:x:federation")
        rid = t.alice.share(t.alice.add("view"), ["view"], harness.BOB)
        t.viewer.push(t.alice.ticket((rid, ["view"])),
                      issuer.token("urn:x:federation")).expect(200)


class IdTokens(ClaimTest):
    def test_signature(self):
        """only algorithms of the issuer's keys are accepted: not none, HMAC with a public key, or
        another key's kid
        [O-OIDC-04 T-J01 T-U10]"""
        claims = self.idp.claims("c-viewer")
        head = {"alg": "none"}
        text = ".".join(idp_.b64(json.dumps(p).encode()) for p in (head, claims))
        forged = [text + ".", text + "." + idp_.b64(b"x" * 64)]
        for alg, key in self.idp.keys.items():
            secret = json.dumps(key.jwk()).encode()
            head = {"alg": "HS256", "kid": self.idp.kid(alg)}
            text = ".".join(idp_.b64(json.dumps(p).encode()) for p in (head, claims))
            forged.append(text + "." + idp_.b64(hmac.new(secret, text.encode(),
                                                         hashlib.sha256).digest()))
        for alg in self.idp.keys:
            for said in set(self.idp.keys) - {alg}:
                forged.append(self.changed(alg=alg, header={"alg": said}))
                forged.append(self.changed(alg=alg, header={"kid": self.idp.kid(said)}))
        for token in forged:
            self.useless(token)

    def test_header(self):
        """a token with an unknown critical header is rejected; a key or key URL in its header is
        not used
        [O-8037-07 T-J02]"""
        for more in ({"crit": ["exp"]}, {"crit": []}, {"zip": "DEF"},
                     {"b64": False}, {"kid": "../../x"}, {"kid": "' or 1"}):
            self.useless(self.changed(header=more))
        impostor = idp_.Idp(self.idp.issuer)
        jwk = impostor.keys["EdDSA"].jwk()
        for more in ({"jwk": jwk}, {"jku": "https://x.example/"}, {"x5u": "https://x.example/"},
                     {"x5c": ["AA"]}, {"x5t": "AA"}):
            self.counts(self.changed(header=more))
            self.useless(impostor.token("c-viewer", header=more))

    def test_times(self):
        """expired, old and future tokens are rejected, a small clock skew is tolerated
        [O-OIDC-05 T-U10]"""
        now = int(time.time())
        for iat, exp in ((now - 5, now - 4 - 300), (now - 100, now - 90), (now - 900, now + 900),
                         (now + 900, now + 1200), (now, None), (None, now + 60),
                         ("now", now + 60), (now, 1e400), (now, -1), (now, 2 ** 63)):
            token = self.changed(iat=iat, exp=exp)
            self.useless(token)
        self.counts(self.changed(iat=now + 5, exp=now + 300))
        self.counts(self.changed(iat=now - 200, exp=now + 60))
        self.counts(self.changed(iat=now - 1.5, exp=now + 60.25))

    def test_groups(self):
        """an ID Token with 200 groups, as Entra ID issues, is accepted and stored [T-P05 T-J03]"""
        groups = ["%08x-76f5-4a3c-9b0e-2f6f0d7c1a2b" % n for n in range(200)]
        self.counts(self.changed(groups=groups))
        rid = self.photo("view", when={"claim": {"issuer": self.idp.issuer, "name": "groups",
                                                 "op": "contains", "value": groups[199]}})
        answer = self.viewer.push(self.alice.ticket((rid, ["view"])), self.changed(groups=groups))
        self.grants(self.alice, answer.expect(200).json()["access_token"], {rid: ["view"]})
        for wrap in (lambda raw: raw, lambda raw: idp_.b64(raw.encode())):
            ticket = self.need_info(self.push(wrap(self.changed(groups=groups * 4))))
            self.viewer.push(ticket, self.id_token()).expect(200)

    def test_not_before(self):
        """a token with nbf in the future is rejected [O-OIDC-05]"""
        self.useless(self.changed(nbf=int(time.time()) + 900))

    def test_replay(self):
        """a claim token is accepted once [T-U10 T-U02]"""
        token = self.id_token()
        self.counts(token)
        self.useless(token)

    def test_replay_race(self):
        """of concurrent pushes of one claim token only one is accepted [T-U10 T-U01]"""
        for _ in range(4):
            token = self.id_token()
            answers = harness.side_by_side(16, lambda _: self.push(token))
            self.assertEqual(sorted(a.status for a in answers), [200] + [403] * 15)

    def test_step_up(self):
        """acr and the time of authentication are checked if the policy requires them
        [O-OIDC-06 T-U12]"""
        now = int(time.time())
        rid = self.photo("view", when={"authentication": {"acr": ["loa3"], "max_age": 60}})

        def tried(**more):
            return self.viewer.push(self.alice.ticket((rid, ["view"])), self.changed(**more))
        self.need_info(tried())
        self.need_info(tried(acr="loa1", auth_time=now))
        self.need_info(tried(acr="loa3", auth_time=now - 300))
        tried(acr="loa3", auth_time=now).expect(200)

    def test_other_kinds(self):
        """another JWT of the same issuer is not an ID Token [O-OIDC-07]"""
        for typ in ("at+jwt", "application/at+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt"):
            self.useless(self.changed(header={"typ": typ}))
        self.counts(self.changed(header={"typ": None}))

    def test_own_tokens(self):
        """an RPT of this server is not a claim token [T-C05 O-OIDC-07]"""
        _, rpt = self.granted()
        self.useless(rpt)
        self.useless(self.alice.pat)

    def test_unverified_email(self):
        """an email address counts only if the issuer verified it [O-OIDC-01]"""
        for verified in (False, None, "true", 1):
            ticket = self.need_info(self.push(self.changed(email_verified=verified)))
            self.viewer.push(ticket, self.id_token()).expect(200)
        self.denied(self.push(self.changed(email="mallory@example.net")))

    def test_server_facts(self):
        """no claim replaces a fact of the server: client, account, groups, time [T-U09]"""
        posing = {"client": "c-other", "client_id": "c-other", "account": "alice",
                  "login": "alice", "groups": ["staff"], "group": "staff", "now": 1,
                  "tenant": "x", "acr": "loa3", "sub": "mallory-1"}
        self.server.account("sten", group="staff")
        for when in ({"client": "c-other"}, {"account": "alice"}, {"group": "staff"}):
            rid = self.photo("view", when=when)
            self.denied(self.viewer.push(self.alice.ticket((rid, ["view"])),
                                         self.changed(**posing)))
        rid = self.alice.share(self.photo(), ["view"], until=int(time.time()) - 5)
        self.denied(self.viewer.push(self.alice.ticket((rid, ["view"])),
                                     self.changed(**posing)))

    def test_account(self):
        """issuer and subject identify the account that they are linked to, and no other [T-U09]"""
        rid = self.photo("view", when={"account": "bob"})
        rpt = self.viewer.push(self.alice.ticket((rid, ["view"])), self.id_token()).expect(200)
        self.grants(self.alice, rpt.json()["access_token"], {rid: ["view"]})
        self.denied(self.viewer.push(self.alice.ticket((rid, ["view"])),
                                     self.changed(sub="somebody")))

    def mutants(self):
        """More than forty variants of a valid token, each with one error."""
        now = int(time.time())
        good = self.id_token()
        head, body, sig = good.split(".")
        yield from (self.changed(**{name: None}) for name in ("iss", "aud", "exp", "iat"))
        yield from (self.changed(**{name: value}) for name in ("iss", "aud", "exp", "iat")
                    for value in ("", 0, -1, True, {}, [], None, "x"))
        yield from (good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1:]
                    for n in range(2, len(good) - 1, max(1, len(good) // 24)))
        yield from (head + "." + body, head + "." + body + ".", good + ".", "." + good,
                    good + "." + sig, sig + "." + body + "." + head, good.lower(), good + " ")
        yield self.changed(exp=now - 120)
        yield self.changed(header={"alg": "none"})
        yield self.idp.sign(self.idp.claims("c-viewer", junk="x" * 33000))

    def test_mutants(self):
        """none of more than forty invalid variants of a valid token is accepted [T-U10 T-J03]"""
        tokens = list(self.mutants())
        self.assertGreater(len(tokens), 40)
        for token in tokens:
            with self.subTest(token[:400]):
                self.need_info(self.push(token))
        self.counts(self.id_token())

    def test_jwks(self):
        """keys of unknown kinds are skipped, and a set without a usable key or with private
        members is rejected
        [O-8037-05 T-J05]"""
        t = self.fixture.small("jwks")
        issuer = idp_.Idp("https://odd.example.net")
        keys = issuer.jwks()
        issuer.jwks = lambda: {"keys": [{"kty": "XYZ", "kid": "x"}, {"kty": "oct", "k": "AA"}]
                               + [dict(k, x_vendor=1) for k in keys["keys"]], "more": 1}
        t.trust(issuer)
        rid = t.alice.share(t.alice.add("view"), ["view"], harness.BOB)
        t.viewer.push(t.alice.ticket((rid, ["view"])), issuer.token("c-viewer")).expect(200)
        good = keys["keys"][0]
        for doc in ({"keys": []}, {"keys": [{"kty": "XYZ"}]}, {"keys": [dict(good, d="AA")]},
                    [], {"keys": [dict(good, x="AA")]}, '{"keys":[],"keys":[]}'):
            file = self.fixture.folder / "bad-jwks.json"
            file.write_text(doc if isinstance(doc, str) else json.dumps(doc), encoding="utf-8")
            self.assertEqual(self.admin.refusal("issuer", "add", t.name,
                                                "https://bad.example.net", jwks=str(file)), 65,
                             doc)


class OtherTenant(ClaimTest):
    def test_issuer_of_another_tenant(self):
        """an issuer that one tenant trusts is unknown to another [T-M01 O-OIDC-01]"""
        t = self.fixture.tenant("distrust")
        t.account("alice")
        t.resource_server("rs-photoz", fixture_.PHOTOZ_SECRET, fixture_.PHOTOZ, owner="alice")
        alice = t.pat("rs-photoz", "alice")
        viewer = t.client("c-viewer", fixture_.VIEWER_SECRET, push_claims=True)
        rid = alice.share(alice.add("view"), ["view"], harness.BOB)
        self.need_info(viewer.push(alice.ticket((rid, ["view"])), self.id_token()))
