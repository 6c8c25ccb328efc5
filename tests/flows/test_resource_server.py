# SPDX-License-Identifier: Apache-2.0
"""The whole exchange with a real resource server: UMA Grant, 3.1, 3.2 and 3.5."""
import json
import time

import harness
import idp as idp_
import sample_rs
import uma
import fixture as fixture_


class SampleRs(harness.FlowTest):
    offline = False

    @classmethod
    def prepare(cls):
        cls.rs = sample_rs.SampleRs(cls.alice, fixture_.PHOTOZ, cls.offline)
        cls.addClassCleanup(cls.rs.stop)
        cls.rs.keys = cls.server.keys()
        cls.rid = cls.alice.add("view", "edit")
        cls.alice.share(cls.rid, ["view"])
        cls.rs.photos["/photo1"] = cls.rid
        cls.rs.photos["/photo2"] = cls.alice.share(cls.alice.add("view", "edit"), "all")

    def fetch(self, rpt=None, path="/photo1", method="GET"):
        headers = [("Authorization", "Bearer " + rpt)] if rpt else []
        return self.server.http.request(method, self.rs.url + path, headers)

    def challenge(self, answer):
        self.assertEqual(answer.status, 401, answer)
        scheme, attributes = harness.quick(answer.header("WWW-Authenticate"))
        self.assertEqual(scheme, "UMA")
        return attributes

    def refused_like_none(self, rpt, path="/photo1", method="GET"):
        """Asserts that an invalid RPT gets the same response as a missing one, with a valid new
        ticket."""
        ticket = self.challenge(self.fetch(rpt, path, method))["ticket"]
        again = self.challenge(self.fetch(rpt, path, method))["ticket"]
        self.assertNotEqual(ticket, again)


class Online(SampleRs):
    def test_challenge(self):
        """a request without a token is answered with 401, scheme UMA, issuer and ticket
        [G-RS-01 G-RS-02 G-PRV-03]"""
        attributes = self.challenge(self.fetch())
        self.assertEqual(attributes["as_uri"], self.server.issuer)
        self.assertEqual(set(attributes), {"realm", "as_uri", "ticket"})
        self.assertNotIn("alice", str(attributes))

    def test_ticket_characters(self):
        """the ticket needs no escaping in the challenge [G-RS-06]"""
        self.assertRegex(self.challenge(self.fetch())["ticket"], r"^[A-Za-z0-9._~-]+$")

    def test_whole_exchange(self):
        """a client gets access by challenge, discovery, token request and RPT [G-RS-01 G-RS-02]"""
        attributes = self.challenge(self.fetch())
        server = uma.Server(self.server.http, attributes["as_uri"])
        client = uma.Client(server, "c-viewer", fixture_.VIEWER_SECRET)
        self.assertEqual(self.fetch(client.rpt(attributes["ticket"])).body, b"(image)")

    def test_unreachable(self):
        """if the authorization server is unreachable, the response is 403 with a Warning and no
        challenge
        [G-RS-03]"""
        lost = uma.Server(self.server.http, self.server.issuer)
        lost._document = dict(self.server.document,
                              permission_endpoint="http://127.0.0.1:9/permission")
        alone = sample_rs.SampleRs(uma.ResourceServer(lost, self.alice.pat), fixture_.PHOTOZ)
        self.addCleanup(alone.stop)
        alone.photos["/photo1"] = self.rid
        answer = self.server.http.request("GET", alone.url + "/photo1")
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.header("Warning"),
                         '199 - "UMA Authorization Server Unreachable"')
        self.assertIsNone(answer.header("WWW-Authenticate"))

    def test_weak_rpt(self):
        """an RPT without the scope, or for another photo, is treated like a missing one
        [G-RS-04 G-RS-05]"""
        rpt = self.viewer.rpt(self.challenge(self.fetch())["ticket"])
        self.assertEqual(self.fetch(rpt).status, 200)
        self.refused_like_none(rpt, method="DELETE")
        self.refused_like_none(rpt, path="/photo2")

    def test_bad_rpt(self):
        """garbage, revoked RPTs, and those of other resource servers give no access [G-RS-05]"""
        rpt = self.viewer.rpt(self.challenge(self.fetch())["ticket"])
        self.viewer.revoke(rpt).expect(200)
        filez = self.photo("view", rs=self.alice_filez)
        foreign = self.viewer.rpt(self.alice_filez.ticket((filez, ["view"])))
        for bad in (rpt, foreign, "garbage", "a.b.c", self.alice.pat):
            self.refused_like_none(bad)

    def test_reasonable(self):
        """the ticket has only the scopes that the request needs: GET needs view [G-RS-07]"""
        self.alice.share(self.rid, "all")
        rpt = self.viewer.rpt(self.challenge(self.fetch())["ticket"])
        self.grants(self.alice, rpt, {self.rid: ["view"]})
        self.alice.share(self.rid, ["view"])


class Offline(SampleRs):
    offline = True

    def test_local(self):
        """a resource server can validate an RPT by its signature alone
        [F-INT-17 O-9068-07 G-RS-05]"""
        rpt = self.viewer.rpt(self.challenge(self.fetch())["ticket"])
        self.assertEqual(self.fetch(rpt).status, 200)
        self.refused_like_none(rpt, method="DELETE")

    def test_negative(self):
        """a token with a wrong type, issuer, audience, time, key or algorithm is rejected
        [O-9068-07 G-RS-05]"""
        rogue = idp_.EdKey()
        now = int(time.time())
        kid = self.rs.keys[0]["kid"]
        good = {"iss": self.server.issuer, "aud": fixture_.PHOTOZ, "exp": now + 60, "iat": now,
                "permissions": [{"resource_id": self.rid, "resource_scopes": ["view"]}]}
        own = {"kty": "OKP", "crv": "Ed25519", "kid": "own", "alg": "EdDSA"}
        own.update(rogue.jwk())
        self.rs.keys = self.server.keys() + [own]

        def token(claims, **header):
            head = dict({"typ": "at+jwt", "alg": "EdDSA", "kid": "own"}, **header)
            text = ".".join(idp_.b64(json.dumps(p).encode()) for p in (head, claims))
            return text + "." + idp_.b64(rogue.sign(text.encode()))
        self.assertEqual(self.fetch(token(good)).status, 200)
        for bad in (token(dict(good, iss="https://x.example")), token(dict(good, aud="x")),
                    token(dict(good, exp=now - 1)), token(good, typ="JWT"),
                    token(good, alg="none"), token(good, alg="HS256"), token(good, kid=kid),
                    token(good, kid="nobody"), token(good, crit=["x"]), token(good)[:-4]):
            self.refused_like_none(bad)
