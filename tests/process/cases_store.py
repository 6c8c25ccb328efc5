# SPDX-License-Identifier: Apache-2.0
"""The real server while its store is replaced or truncated, or locked by a stopped process."""
import json
import os
import random
import shutil
import signal
import subprocess
import time

import raw_fcgi
import uma
from cases_grants import ISSUER, GrantTestCase, whole
from daemon import PATIENCE, wait_for

OSFILE = 72     # sysexits.h
STOPS = 100

# The janitor, two workers, and a process for passwords for each core.
CHILDREN = 3 + os.sysconf("SC_NPROCESSORS_ONLN")


class Store(GrantTestCase):
    SETTINGS = {"rpt_life": 86400}

    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.usherd.dir, "store")

    def want(self):
        """Sends a request that writes: for a ticket."""
        return self.alice.permission({"resource_id": self.rid, "resource_scopes": ["view"]})

    def ends_with_a_message(self, message):
        """Asserts that usherd ends with this message after a write. The write may detect the
        fault, or a worker may access a truncated page; then the janitor detects it."""
        try:
            self.want().expect(503)
        except (OSError, raw_fcgi.Closed):
            pass
        self.assertEqual(self.usherd.process.wait(PATIENCE), OSFILE)
        self.assertIn(message, self.usherd.log())

    def test_replaced(self):
        """a store that is replaced at run time ends usherd with 72, and accepts no further
        commit"""
        old = self.store + ".old"
        shutil.copytree(self.store, self.store + ".copy")
        os.rename(self.store, old)
        os.rename(self.store + ".copy", self.store)
        with open(old + "/data.mdb", "rb") as f:
            before = f.read()
        self.ends_with_a_message("it was replaced or removed")
        with open(old + "/data.mdb", "rb") as f:
            self.assertEqual(f.read(), before)

    def test_moved(self):
        """after a reload that changes the store the old one may be removed, also during a last
        request"""
        moved = self.store + ".moved"
        request = whole("POST", self.server.endpoint("permission_endpoint"), self.alice.bearer() +
                        [("Content-Type", "application/json")],
                        json.dumps({"resource_id": self.rid, "resource_scopes": ["view"]}))
        with raw_fcgi.Connection(self.usherd.path) as c:
            self.assertEqual(c.ask(raw_fcgi.simple("/jwks")).status, 200)
            c.send(request[:100])
            shutil.copytree(self.store, moved)
            self.usherd.configure(store=moved)
            self.usherd.reload()
            os.rename(self.store, self.store + ".old")
            c.send(request[100:])
            self.assertEqual(c.answer().status, 503)
        self.assertIn("it was replaced or removed", self.usherd.log())
        self.assertTrue(wait_for(lambda: len(self.usherd.all_children()) <= CHILDREN))
        self.usherd.reload()
        self.assertEqual(self.want().status, 201)

    def test_cut_off(self):
        """a store that is truncated at run time ends usherd with 72, and is rejected at the
        start"""
        os.truncate(self.store + "/data.mdb", 8192)
        self.ends_with_a_message("was cut off")
        said = subprocess.run([self.usherd.admin.program, "-c", self.usherd.config, "status"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(said.returncode, 69, said.stderr)
        self.assertIn("was cut off", said.stderr)

    def test_stopped(self):
        """while usherctl is stopped at any point of a write, introspection answers, and writes
        succeed or answer 503
        [T-O07]"""
        rpt = self.viewer.rpt(self.alice.ticket((self.rid, ["view"])))
        chance, refused, last = random.Random(1), 0, time.monotonic()
        took = 0.05
        for i in range(STOPS):
            usherctl = subprocess.Popen(
                [self.usherd.admin.program, "-c", self.usherd.config, "account", "add", "main",
                 "guest%d" % i], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            last = time.monotonic()
            time.sleep(chance.random() * took)  # at any moment of its run
            usherctl.send_signal(signal.SIGSTOP)
            self.assertIs(self.alice.introspect(rpt).expect(200).member("active"), True)
            answer = self.want()
            self.assertIn(answer.status, (201, 503))
            refused += answer.status == 503
            self.assertIs(self.alice.introspect(rpt).expect(200).member("active"), True)
            usherctl.send_signal(signal.SIGCONT)
            self.assertEqual(usherctl.wait(PATIENCE), 0)
            took = max(0.005, took * 0.5 + (time.monotonic() - last) * 0.5)
        self.assertEqual(self.want().status, 201)
        print("# usherctl was stopped %d times while it held the lock" % refused)
        self.assertEqual(len(wait_for(self.usherd.children)), CHILDREN)
