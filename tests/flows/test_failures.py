# SPDX-License-Identifier: Apache-2.0
"""Error responses of the token endpoint: UMA Grant, 3.3.6."""
import harness
import uma


class Failures(harness.TwoPhotos):
    def every_kind(self):
        """One response for each kind of error."""
        ask = self.alice.share(self.photo(), ["view"], effect="ask")
        closed = self.photo()
        wrong = uma.Client(self.server, "c-viewer", "wrong")
        return {
            "invalid_request": self.viewer.redeem(""),
            "invalid_client": wrong.redeem("x"),
            "unauthorized_client": self.fixture.photoz.redeem(self.ticket()),
            "unsupported_grant_type": self.viewer.token({"grant_type": "x"}),
            "invalid_grant": self.viewer.redeem("nonsense"),
            "invalid_scope": self.viewer.redeem(self.ticket(), scope="edit"),
            "need_info": self.viewer.redeem(self.ticket(self.bobs)),
            "request_submitted": self.viewer.redeem(self.ticket(ask)),
            "request_denied": self.viewer.redeem(self.ticket(closed)),
        }

    def test_form(self):
        """each error is a JSON object with a textual error code; only need_info and
        request_submitted have a ticket; codes of UMA 1 never occur
        [G-ERR-01 G-ERR-20 G-ERR-21 G-ERR-23]"""
        for error, answer in self.every_kind().items():
            with self.subTest(error):
                status = {"invalid_client": 401, "need_info": 403, "request_submitted": 403,
                          "request_denied": 403}.get(error, 400)
                doc = self.refused(answer, status, error)
                for name in {"error_description", "error_uri"} & set(doc):
                    self.assertIsInstance(doc[name], str)

    def test_unknown_ticket(self):
        """an unknown ticket is invalid_grant [G-ERR-02]"""
        for ticket in ("nonsense", "tk_" + "A" * 50, "x" * 2000, "\u20ac", "../x"):
            self.refused(self.viewer.redeem(ticket), 400, "invalid_grant")

    def test_used_ticket(self):
        """a used ticket is invalid_grant [G-ERR-04]"""
        ticket = self.ticket()
        self.viewer.redeem(ticket).expect(200)
        self.spent(self.viewer, ticket)
        self.spent(self.other, ticket)

    def test_foreign_scope(self):
        """a scope that no resource of the ticket has is invalid_scope, whether registered for the
        client or not
        [G-ERR-06]"""
        for client in (self.viewer, self.clients["c-none"], self.clients["c-edit"]):
            self.refused(client.redeem(self.ticket(), scope="edit"), 400, "invalid_scope")
            self.refused(client.redeem(self.ticket(), scope="view edit"), 400, "invalid_scope")

    def test_need_info(self):
        """need_info is 403, rotates the ticket, and lists what is required
        [G-ERR-08 G-ERR-09 G-ERR-10]"""
        first = self.ticket(self.bobs)
        answer = self.viewer.redeem(first)
        second = self.need_info(answer, first)
        self.viewer.push(second, self.id_token()).expect(200)

    def test_required_claims(self):
        """required_claims is a list of objects at the top level with typed members
        [G-ERR-11 G-CLM-07]"""
        doc = self.viewer.redeem(self.ticket(self.bobs)).json()
        self.assertNotIn("error_details", doc)
        types = {"claim_token_format": list, "claim_type": str, "friendly_name": str,
                 "issuer": list, "name": str}
        self.assertTrue(doc["required_claims"])
        for claim in doc["required_claims"]:
            for name, value in claim.items():
                self.assertIs(type(value), types[name], name)
                if types[name] is list:
                    self.assertTrue(value and all(isinstance(v, str) for v in value))
        asked = doc["required_claims"][0]
        self.assertEqual(asked["claim_token_format"], [uma.ID_TOKEN])
        self.assertIn(self.idp.issuer, asked["issuer"])
        self.assertEqual(asked["name"], "email")

    def test_redirect_user(self):
        """redirect_user is absent for a client to which nobody could return [G-ERR-12]"""
        doc = self.viewer.redeem(self.ticket(self.bobs)).json()
        self.assertNotIn("redirect_user", doc)

    def test_denied(self):
        """a denial by policy is 403 request_denied without a ticket [G-ERR-13]"""
        rid = self.photo()
        ticket = self.alice.ticket((rid, ["view"]))
        self.denied(self.viewer.redeem(ticket))
        self.spent(self.viewer, ticket)

    def test_not_reflected(self):
        """an error response reflects nothing of the request [G-ERR-22 T-U16]"""
        mark = 'zq-nobody-says-this"\\<b>\u00e9\r\nX-Evil: 1'
        asking = {"grant_type": uma.UMA, "ticket": self.ticket(self.bobs)}
        for pairs, status, error in (
                ({"grant_type": mark}, 400, "unsupported_grant_type"),
                ({"grant_type": uma.UMA, "ticket": mark}, 400, "invalid_grant"),
                ({"grant_type": "refresh_token", "refresh_token": mark}, 400, "invalid_grant"),
                (dict(asking, claim_token=mark, claim_token_format=mark), 403, "need_info"),
                (dict(asking, ticket=self.ticket(), scope=mark), 400, "invalid_scope")):
            answer = self.viewer.token(pairs)
            self.refused(answer, status, error)
            self.assertNotIn(b"zq-nobody", answer.body)
            self.assertIsNone(answer.header("X-Evil"))

    def test_order(self):
        """client, grant, parameters, ticket, scope, and assessment are checked in this order
        [G-ERR-24]"""
        wrong = uma.Client(self.server, "c-viewer", "wrong")
        self.refused(wrong.redeem("bad", scope='"'), 401, "invalid_client")
        self.refused(wrong.token({"grant_type": "x"}), 401, "invalid_client")
        self.refused(self.viewer.token({"grant_type": "x", "ticket": ""}), 400,
                     "unsupported_grant_type")
        self.refused(self.viewer.redeem("bad", claim_token="x"), 400, "invalid_request")
        self.refused(self.viewer.redeem("bad", scope="edit"), 400, "invalid_grant")
        closed = self.photo()
        self.refused(self.viewer.redeem(self.ticket(closed), scope="edit"), 400, "invalid_scope")


class Consent(harness.FlowTest):
    """request_submitted: a question to the owner (UMA Grant, 3.3.6)."""

    def asked(self, *scopes):
        """(resource, first response) with a rule that asks alice."""
        scopes = list(scopes or ("view",))
        rid = self.alice.share(self.photo(), scopes, effect="ask")
        return rid, self.viewer.redeem(self.alice.ticket((rid, scopes)))

    def request_for(self, rid):
        """The open request for this resource."""
        found = [r for r in self.admin.requests("main", "alice") if rid in str(r)]
        self.assertEqual(len(found), 1, found)
        return found[0]["id"]

    def test_submitted(self):
        """a pending request is 403 with a new ticket and an interval [G-ERR-14 G-ERR-15 E12]"""
        rid = self.alice.share(self.photo(), ["view"], effect="ask")
        ticket = self.alice.ticket((rid, ["view"]))
        answer = self.viewer.redeem(ticket)
        self.submitted(answer, ticket)
        interval = answer.json()["interval"]
        self.assertIs(type(interval), int)
        self.assertGreater(interval, 0)

    def test_polling(self):
        """polling, even immediately, gets the same response with another ticket each time, and
        each ticket works once
        [G-ERR-16 G-ERR-19 E12]"""
        _, answer = self.asked()
        tickets = [self.submitted(answer)]
        for _ in range(3):
            answer = self.viewer.redeem(tickets[-1])
            tickets.append(self.submitted(answer, tickets[-1]))
            self.assertGreater(answer.json()["interval"], 0)
        self.assertEqual(len(set(tickets)), 4)
        self.spent(self.viewer, tickets[0])

    def test_approved(self):
        """after the owner allows the request the next poll gets the RPT [G-ERR-17 E12 G-ASM-09]"""
        rid, answer = self.asked("print")
        ticket = self.submitted(self.viewer.redeem(self.submitted(answer)))
        self.admin.decide("approve", "main", self.request_for(rid))
        self.grants(self.alice, self.viewer.rpt(ticket), {rid: ["print"]})

    def test_approved_in_part(self):
        """after the owner allows a part that part is granted [G-ERR-17]"""
        rid, answer = self.asked("view", "print")
        ticket = self.submitted(answer)
        self.admin.decide("approve", "main", self.request_for(rid), resource=rid, scope="view")
        self.grants(self.alice, self.viewer.rpt(ticket), {rid: ["view"]})

    def test_denied(self):
        """after the owner denies the request the next poll is request_denied [G-ERR-17 E12]"""
        rid, answer = self.asked()
        ticket = self.submitted(answer)
        self.admin.decide("deny", "main", self.request_for(rid))
        self.denied(self.viewer.redeem(ticket))

    def test_asked_once(self):
        """a repeated request creates one question to the owner [T-U17]"""
        rid, _ = self.asked()
        for _ in range(3):
            self.submitted(self.viewer.redeem(self.alice.ticket((rid, ["view"]))))
        self.request_for(rid)

    def test_cap(self):
        """the number of open questions to an owner is limited [T-U17]"""
        t = self.fixture.small("asked", consents_max=3)
        seen = []
        for _ in range(5):
            rid = t.alice.share(t.alice.add("view"), ["view"], effect="ask")
            seen.append(t.viewer.redeem(t.alice.ticket((rid, ["view"]))).json()["error"])
        self.assertEqual(seen, ["request_submitted"] * 3 + ["request_denied"] * 2)
        self.assertEqual(len(self.admin.requests("asked")), 3)

    def test_yes_to_one_client(self):
        """an owner's answer is valid only for the client that requested access [T-U07 G-ERR-17]"""
        rid, answer = self.asked()
        self.submitted(answer)
        self.admin.decide("approve", "main", self.request_for(rid))
        self.viewer.redeem(self.alice.ticket((rid, ["view"]))).expect(200)
        self.submitted(self.other.redeem(self.alice.ticket((rid, ["view"]))))
