# SPDX-License-Identifier: Apache-2.0
"""Common parts of the flow tests: the running fixture, and repeated assertions about responses."""
import concurrent.futures
import re
import unittest

import fixture as fixture_

_fixture = None
PHOTO = ("view", "resize", "print", "download")
ALBUM = ("view", "edit", "download")
BOB = {"email": "bob@example.net"}
# Error codes of UMA 1, which must not occur (G-ERR-23).
UMA1_CODES = {"invalid_ticket", "expired_ticket", "not_authorized"}
CONTINUING = {"need_info", "request_submitted"}


def fixture(build=None, front=None):
    """The fixture of this run; the first call, with arguments, creates it."""
    global _fixture
    if _fixture is None:
        _fixture = fixture_.Fixture(build, front)
        try:
            _fixture.start()
        except BaseException:
            _fixture.stop()
            raise
    return _fixture


def side_by_side(count, work):
    """The results of `work(0)` to `work(count - 1)`, run concurrently."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(count, 16)) as pool:
        return list(pool.map(work, range(count)))


def quick(text):
    """A challenge as (scheme, {parameter: value})."""
    scheme, _, rest = text.partition(" ")
    return scheme, dict(re.findall(r'([A-Za-z0-9_]+)="((?:[^"\\]|\\.)*)"', rest))


class FlowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fixture = w = fixture()
        cls.server, cls.admin, cls.idp = w.main, w.admin, w.idp
        cls.alice, cls.alice_filez, cls.erin = w.alice, w.alice_filez, w.erin
        cls.viewer, cls.other, cls.public, cls.strict = w.viewer, w.other, w.public, w.strict
        cls.clients = w.clients
        cls.prepare()

    @classmethod
    def prepare(cls):
        """Prepares what a class needs in addition to the common fixture."""

    # --- resources and tokens -----------------------------------------------------------

    def photo(self, *shared, rs=None, when=None):
        """Registers a photo of alice; anyone (or `when`) is permitted the scopes in `shared`."""
        rs = rs or self.alice
        rid = rs.add(*PHOTO, name="Lighthouse")
        return rs.share(rid, list(shared), when) if shared else rid

    def album(self, *shared, rs=None, when=None):
        rs = rs or self.alice
        rid = rs.add(*ALBUM, name="Summer")
        return rs.share(rid, list(shared), when) if shared else rid

    def granted(self, *scopes, client=None, rs=None):
        """(resource id, RPT) by the shortest flow."""
        rid = self.photo(*(scopes or ("view",)), rs=rs)
        ticket = (rs or self.alice).ticket((rid, scopes or ("view",)))
        return rid, (client or self.viewer).rpt(ticket)

    def id_token(self, client=None, **more):
        return self.idp.token((client or self.viewer).id, **more)

    def shared_with_bob(self, *scopes, rs=None):
        return self.photo(*(scopes or ("view",)), rs=rs, when=BOB)

    def with_pct(self, client=None):
        """A PCT with bob's email address."""
        client = client or self.viewer
        rid = self.shared_with_bob()
        answer = client.push(self.alice.ticket((rid, ["view"])), self.id_token(client))
        return answer.expect(200).json()["pct"]

    # --- assertions ---------------------------------------------------------------------

    def uncached(self, answer, pragma=True):
        self.assertIn("no-store", answer.header("Cache-Control") or "", answer)
        if pragma:
            self.assertEqual(answer.header("Pragma"), "no-cache", answer)

    def json_type(self, answer):
        self.assertEqual((answer.header("Content-Type") or "").split(";")[0], "application/json",
                         answer)

    def refused(self, answer, status, error=None, ticket=None):
        """Asserts an error response of the token endpoint (RFC 6749, 5.2; UMA Grant, 3.3.6)."""
        self.assertEqual(answer.status, status, answer)
        self.json_type(answer)
        doc = answer.json()
        self.assertIsInstance(doc["error"], str)
        if error is not None:
            self.assertEqual(doc["error"], error, answer)
        self.assertNotIn(doc["error"], UMA1_CODES)
        for name in ("error", "error_description"):
            self.assertRegex(doc.get(name, ""), r'^[\x20-\x21\x23-\x5b\x5d-\x7e]*$')
        self.assertEqual("ticket" in doc, doc["error"] in CONTINUING, answer)
        self.assertNotIn("access_token", doc)
        self.uncached(answer, pragma=False)
        if ticket is not None and "ticket" in doc:
            self.assertNotEqual(doc["ticket"], ticket, "the ticket was not renewed")
        return doc

    def need_info(self, answer, ticket=None):
        """Asserts a well-formed need_info and returns the new ticket."""
        doc = self.refused(answer, 403, "need_info", ticket)
        self.assertTrue("required_claims" in doc or "redirect_user" in doc, answer)
        return doc["ticket"]

    def submitted(self, answer, ticket=None):
        return self.refused(answer, 403, "request_submitted", ticket)["ticket"]

    def denied(self, answer):
        self.refused(answer, 403, "request_denied")

    def spent(self, client, ticket):
        self.refused(client.redeem(ticket), 400, "invalid_grant")

    def challenged(self, answer, status=401, error=None):
        """Asserts a Bearer challenge (RFC 6750, 3)."""
        self.assertEqual(answer.status, status, answer)
        lines = answer.all("WWW-Authenticate")
        self.assertEqual(len(lines), 1, answer)
        scheme, attributes = quick(lines[0])
        self.assertEqual(scheme.lower(), "bearer", answer)
        self.assertEqual(attributes.get("error"), error, answer)
        self.uncached(answer, pragma=False)
        return attributes

    def dead(self, rs, token):
        """Asserts that the token is inactive for this resource server."""
        answer = rs.introspect(token)
        self.assertEqual((answer.status, answer.json()), (200, {"active": False}), answer)

    def grants(self, rs, rpt, expected):
        """Asserts that the RPT has exactly these permissions."""
        self.assertEqual(rs.permissions(rpt), {k: set(v) for k, v in expected.items()})

    def unaffected(self):
        """Asserts that the server still serves requests."""
        _, rpt = self.granted()
        self.assertIsNotNone(self.alice.permissions(rpt))


class TwoPhotos(FlowTest):
    """Two photos of alice for a whole class: anybody may view the first, bob the second."""

    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.share(cls.alice.add(*PHOTO), ["view"])
        cls.bobs = cls.alice.share(cls.alice.add(*PHOTO), ["view"], BOB)

    def ticket(self, rid=None, rs=None):
        return (rs or self.alice).ticket((rid or self.rid, ["view"]))
