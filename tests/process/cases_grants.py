# SPDX-License-Identifier: Apache-2.0
"""The real server without a web server: what happens to a ticket when its request is aborted, or
when the processes are replaced while it is redeemed."""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import unittest
import urllib.parse

import raw_fcgi as f
from cases_lifecycle import closed_by_now
from daemon import BUILD, Usherd, wait_for

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "flows"))
import admin  # noqa: E402
import uma    # noqa: E402

ISSUER = "https://as.example.com"
CLIENTS, RELOADS = 6, 4


class RealUsherd(Usherd):
    """usherd with its own store and one tenant."""
    program = os.path.join(BUILD, "usherd")

    def __init__(self, **settings):
        super().__init__(serve=False, **settings)
        self.key = os.path.join(self.dir, "master.key")
        self.configure(store=os.path.join(self.dir, "store"), master_key=self.key)
        self.admin = admin.Admin(os.path.join(BUILD, "usherctl"), self.config)
        subprocess.run([self.admin.program, "-c", self.config, "init"], check=True,
                       capture_output=True)
        self.admin.tenant_add("main", ISSUER)


class FcgiHttp:
    """Like uma.Http, over a connection to usherd itself."""

    def __init__(self, path):
        self.path = path

    def request(self, method, url, headers=(), body=None):
        with f.Connection(self.path) as c:
            answer = c.send(whole(method, url, headers, body)).answer()
        return uma.Response(answer.status, answer.header_list, answer.body)


def whole(method, url, headers=(), body=None):
    """The records of a request."""
    body = f.as_bytes(body or b"")
    params = f.simple(urllib.parse.urlsplit(url).path, method, body)
    for name, value in headers:
        params["HTTP_" + name.upper().replace("-", "_")] = value
    params["CONTENT_TYPE"] = params.pop("HTTP_CONTENT_TYPE", "")
    return f.request(params, body)


class GrantTestCase(unittest.TestCase):
    """usherd with a resource of alice at photos that the client viewer may view."""
    SETTINGS = {}  # settings of the tenant

    def setUp(self):
        self.usherd = RealUsherd(workers=2)
        self.addCleanup(self.usherd.stop)
        a = self.usherd.admin
        if self.SETTINGS:
            a.tenant_set("main", **self.SETTINGS)
        a.account_add("main", "alice")
        a.client_add("main", "photos", "a-secret-of-photos", scope="uma_protection",
                     resource_uri="https://photos.example.com")
        a.client_add("main", "viewer", "a-secret-of-viewer")
        self.usherd.start()
        self.usherd.wait_serving()
        self.server = uma.Server(FcgiHttp(self.usherd.path), ISSUER)
        self.alice = uma.ResourceServer(self.server, a.pat("main", "photos", "alice"))
        self.viewer = uma.Client(self.server, "viewer", "a-secret-of-viewer")
        self.rid = self.alice.share(self.alice.add("view"), ["view"])


class Grants(GrantTestCase):
    def ticket(self):
        return self.alice.ticket((self.rid, ["view"]))

    def redeeming(self, ticket):
        """The records of the request that redeems the ticket."""
        headers, _ = self.viewer.credentials()
        return whole("POST", self.server.endpoint("token_endpoint"),
                     headers + [("Content-Type", uma.FORM)],
                     uma.form({"grant_type": uma.UMA, "ticket": ticket}))

    def spent(self, ticket):
        answer = self.viewer.redeem(ticket)
        self.assertEqual((answer.status, answer.member("error")), (400, "invalid_grant"))

    def test_abort(self):
        """an aborted request, even in the middle of its body, does not spend the ticket
        [O-FCGI-07 G-TKT-06]"""
        ticket = self.ticket()
        records = self.redeeming(ticket)
        body = records.rindex(b"grant_type")
        half = len(records[body:-8]) // 2
        for sent in (records[:16], records[:body - 8],
                     records[:body - 8] + f.record(f.STDIN, records[body:body + half]),
                     records[:-8]):
            with f.Connection(self.usherd.path) as c:
                answer = c.send(sent + f.record(f.ABORT_REQUEST)).answer()
                self.assertEqual((answer.raw, answer.protocol_status), (b"", f.REQUEST_COMPLETE))
                c.send(f.record(f.STDIN, records[body + half:-8]) + f.record(f.STDIN))
        self.assertEqual(self.viewer.redeem(ticket).status, 200)
        self.spent(ticket)

    def race(self, ended, pairs):
        """Sends each ticket over two kept connections at the same time, repeatedly."""
        kept = [f.Connection(self.usherd.path) for _ in range(2)]
        while not ended.is_set():
            records = self.redeeming(self.ticket())
            kept = [f.Connection(self.usherd.path) if closed_by_now(c) else c for c in kept]
            for c in kept:
                c.send(records)
            pairs.append(sorted(self.outcome(c) for c in kept))
        for c in kept:
            c.close()

    def outcome(self, c):
        try:
            answer = c.answer()
        except (f.Closed, OSError) as e:
            return repr(e)
        return str(answer.status)

    def test_reload(self):
        """while the processes are replaced four times, each of many tickets is accepted once and
        no request is lost
        [O-FCGI-12 G-TKT-06]"""
        ended, pairs = threading.Event(), []
        clients = [threading.Thread(target=self.race, args=(ended, pairs))
                   for _ in range(CLIENTS)]
        first = self.usherd.children()
        for client in clients:
            client.start()
        try:
            for _ in range(RELOADS):
                self.usherd.reload()
                before = len(pairs)
                self.assertTrue(wait_for(lambda: len(pairs) > before + 5 * CLIENTS))
        finally:
            ended.set()
            for client in clients:
                client.join()
        self.assertEqual({tuple(pair) for pair in pairs}, {("200", "400")})
        self.assertTrue(wait_for(lambda: not set(first) & set(self.usherd.children())))


class Log(unittest.TestCase):
    def test_last_line(self):
        """responses during shutdown are in the log"""
        usherd = RealUsherd(workers=1)
        self.addCleanup(usherd.stop)
        usherd.start()
        usherd.wait_serving()
        request = whole("GET", ISSUER + "/jwks")
        with f.Connection(usherd.path) as c, f.Connection(usherd.path) as idle:
            self.assertEqual(idle.send(request).answer().status, 200)
            c.send(request[:-9])
            usherd.kill(signal.SIGTERM)
            self.assertTrue(idle.is_closed())
            self.assertEqual(c.send(request[-9:]).answer().status, 200)
        self.assertEqual(usherd.process.wait(60), 0)
        self.assertEqual(usherd.log().count('"route":"jwks"'), 2)


class MasterKey(unittest.TestCase):
    def test_wrong(self):
        """with another master key than the store's usherd does not start, and names the key"""
        usherd = RealUsherd()
        self.addCleanup(usherd.stop)
        with open(usherd.key, "w") as key:
            key.write("5" * 64 + "\n")
        usherd.start()
        self.assertEqual(usherd.process.wait(60), 78)
        self.assertIn("the tenants cannot be read; check that %s is the master key of this store"
                      % usherd.key, usherd.log())

    def test_missing(self):
        """without its master key it does not start, and the log says what to do"""
        usherd = RealUsherd()
        self.addCleanup(usherd.stop)
        os.remove(usherd.key)
        usherd.start()
        self.assertEqual(usherd.process.wait(60), 78)
        self.assertIn("there is no master key %s; the store cannot be read without its master "
                      "key: restore the key from its copy" % usherd.key, usherd.log())
