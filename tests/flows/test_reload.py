# SPDX-License-Identifier: Apache-2.0
"""SIGHUP while clients send requests (FastCGI 1.0, 7).

The web server keeps its connections open and never repeats a POST: a request that usherd loses is an
error for a client.
"""
import http.client
import signal
import threading

import harness
import servers

CLIENTS, RELOADS = 20, 5


class Reload(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.add("view")

    def reload(self):
        """Sends SIGHUP and waits until the new processes serve."""
        times = self.served()
        self.fixture.usherd.child.send_signal(signal.SIGHUP)
        servers.wait_for(lambda: self.served() > times, what="the new processes")

    def served(self):
        return self.fixture.usherd.text().count("serving on")

    def children(self):
        pid = self.fixture.usherd.child.pid
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as listed:
            return set(listed.read().split())

    def ask(self, ended, answers):
        while not ended.is_set():
            try:
                answers.append(self.alice.permission({"resource_id": self.rid,
                                                      "resource_scopes": ["view"]}).status)
            except (OSError, http.client.HTTPException) as e:
                answers.append(repr(e))

    def test_under_load(self):
        """five reloads while twenty clients send POST requests lose none of them [O-FCGI-12]"""
        ended, answers = threading.Event(), [[] for _ in range(CLIENTS)]
        clients = [threading.Thread(target=self.ask, args=(ended, a)) for a in answers]
        first = self.children()
        for client in clients:
            client.start()
        try:
            for _ in range(RELOADS):
                self.reload()
                before = [len(a) for a in answers]
                servers.wait_for(lambda: all(len(a) > b + 3 for a, b in zip(answers, before)),
                                 what="answers after a reload")
        finally:
            ended.set()
            for client in clients:
                client.join()
        self.assertEqual({status for a in answers for status in a}, {201})
        servers.wait_for(lambda: not first & self.children(), what="the old processes' end")
