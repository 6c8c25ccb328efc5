# SPDX-License-Identifier: Apache-2.0
"""Throttling of guesses: RFC 6749, 2.3.1; UMA Grant, 5.4."""
import harness
import uma

BURST = 60


class Guessing(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.guarded = cls.fixture.small("guarded", misses_max=5)
        cls.calm = cls.guarded.client("c-calm")

    def assess(self, client):
        rid = self.photo("view", rs=self.guarded.alice)
        return client.redeem(self.guarded.alice.ticket((rid, ["view"])))

    def test_tickets(self):
        """a client that guesses tickets gets 429, and the others are served [G-TKT-13 T-U03]"""
        answers = [self.guarded.viewer.redeem("tk_" + "A" * 40 + "%06d" % n)
                   for n in range(BURST)]
        seen = {a.status for a in answers}
        self.assertLessEqual(seen, {400, 429})
        self.assertIn(429, seen)
        late = [a for a in answers if a.status == 429][-1]
        self.assertTrue(late.header("Retry-After"), late)
        self.assess(self.calm).expect(200)

    def test_secrets(self):
        """guessing the secret of a client gets 429, and the other clients are served
        [O-6749-04 T-C04]"""
        self.guarded.client("c-victim", "a-secret-long-enough")
        headers = [[("Authorization", uma.basic("c-victim", "wrong%d" % n))]
                   for n in range(BURST)]
        answers = [self.guarded.post_form(self.guarded.endpoint("token_endpoint"),
                                          {"grant_type": uma.UMA, "ticket": "x"}, h)
                   for h in headers]
        seen = {a.status for a in answers}
        self.assertLessEqual(seen, {401, 429})
        self.assertIn(429, seen)
        self.assess(self.calm).expect(200)
