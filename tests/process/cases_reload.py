# SPDX-License-Identifier: Apache-2.0
"""Kept connections outlive the processes that serve them (O-FCGI-12): FastCGI cannot announce a
close, and a web server must not repeat a POST that it has sent on a closing connection."""
import json
import os
import signal
import time
import unittest

import raw_fcgi as f
from daemon import Usherd, is_alive, wait_for


class Reload(unittest.TestCase):
    def start(self, **settings):
        usherd = Usherd(**settings)
        self.addCleanup(usherd.stop)
        return usherd

    def connect(self, usherd):
        c = f.Connection(usherd.path)
        self.addCleanup(c.close)
        return c

    def kept(self, usherd, n):
        """Connections that have been used before."""
        made = [self.connect(usherd) for _ in range(n)]
        for c in made:
            self.ask(c)
        return made

    def ask(self, c, uri="/"):
        """The process that answered."""
        return self.pid(c.ask(f.simple(uri, "POST", b"x"), b"x"))

    def pid(self, answer):
        self.assertEqual(answer.status, 200)
        return json.loads(answer.body)["pid"]

    def worker(self, usherd):
        """The worker of a server with one; the newest if there are more."""
        return usherd.children()[-1]

    def gone(self, pids):
        self.assertTrue(wait_for(lambda: not any(is_alive(pid) for pid in pids)))

    def test_kept(self):
        """a hundred kept connections outlive five reloads, each answered by a new process
        [O-FCGI-12]"""
        usherd = self.start(workers=2)
        kept = self.kept(usherd, 100)
        for _ in range(5):
            old = usherd.children()
            usherd.reload()
            for c in kept:
                c.send(f.request(f.simple("/", "POST", b"x"), b"x"))
            for c in kept:
                self.pid(c.answer())
            self.gone(old)
        new = set(usherd.children())
        self.assertLessEqual({self.ask(c) for c in kept}, new)

    def test_old_leave(self):
        """old processes exit while all connections remain open [O-FCGI-12]"""
        usherd = self.start(workers=2)
        kept, old = self.kept(usherd, 100), usherd.children()
        usherd.reload()
        self.gone(old)
        for c in kept:
            self.ask(c)

    def test_half(self):
        """a partly received request stays in its process until it is answered; then its connection
        is handed over
        [O-FCGI-12]"""
        usherd = self.start()
        whole = f.request(f.simple("/half", "POST", b"12345"), b"12345")
        for cut in (1, 8, 30, len(whole) - 8, len(whole) - 1):
            rest, half, old = self.kept(usherd, 9), self.connect(usherd), self.worker(usherd)
            half.send(whole[:cut])
            self.assertEqual(self.ask(rest[0]), old)  # so the worker has received the part
            usherd.reload()
            self.assertTrue(wait_for(lambda: self.ask(rest[0]) != old))
            for c in rest:
                self.ask(c)
            self.assertTrue(is_alive(old))
            half.send(whole[cut:])
            self.assertEqual(self.pid(half.answer()), old)
            self.gone([old])
            self.ask(half)

    def test_late(self):
        """the connection of a request that completes late remains open [O-FCGI-12]"""
        usherd = self.start(request_timeout=60)
        whole = f.request(f.simple("/late"))
        late, old = self.connect(usherd).send(whole[:30]), self.worker(usherd)
        self.kept(usherd, 1)
        usherd.reload()
        time.sleep(6)  # longer than the timeout for new workers
        self.assertEqual(self.pid(late.send(whole[30:]).answer()), old)
        self.gone([old])
        self.ask(late)

    def test_running(self):
        """a running request is answered, and its connection remains open [O-FCGI-12]"""
        usherd = self.start()
        c, old = self.connect(usherd), self.worker(usherd)
        c.send(f.request(f.simple("/?sleep=1000&log=running")))
        self.assertTrue(wait_for(lambda: "running" in usherd.executed()))
        usherd.reload()
        self.assertEqual(self.pid(c.answer()), old)
        self.gone([old])
        self.ask(c)

    def test_pipeline(self):
        """pipelined requests are answered in order, in either process [O-FCGI-12 O-FCGI-02]"""
        usherd = self.start()
        c, old = self.connect(usherd), self.worker(usherd)
        c.send(f.request(f.simple("/?sleep=1000&log=first"), request_id=1))
        self.assertTrue(wait_for(lambda: "first" in usherd.executed()))
        usherd.reload()
        c.send(b"".join(f.request(f.simple("/%d" % i), request_id=i) for i in range(2, 9)))
        self.assertEqual(self.pid(c.answer(1)), old)
        for i in range(2, 9):
            self.assertEqual(json.loads(c.answer(i).body)["uri"], "/%d" % i)
        self.gone([old])

    def test_slow_reader(self):
        """a response that is being read arrives completely, and its connection remains open
        [O-FCGI-12]"""
        usherd = self.start()
        c, old = self.connect(usherd), self.worker(usherd)
        c.send(f.request(f.simple("/?size=2000000&log=large")))
        self.assertTrue(wait_for(lambda: "large" in usherd.executed()))
        usherd.reload()
        self.assertEqual(len(c.answer().body), 2000000)
        self.gone([old])
        self.ask(c)

    def test_idle_limit(self):
        """a handed-over connection keeps its full idle_timeout [O-FCGI-12 O-FCGI-04]"""
        usherd = self.start(request_timeout=1, idle_timeout=6)
        c = self.kept(usherd, 1)[0]
        usherd.reload()
        c.socket.settimeout(3)
        self.assertFalse(c.is_closed())
        self.ask(c)

    def test_silent(self):
        """a reload extends no timeout of a silent peer [T-F05]"""
        usherd = self.start(request_timeout=5, idle_timeout=3600)
        c = self.connect(usherd)
        self.ask(self.connect(usherd))
        for _ in range(2):
            usherd.reload()
        self.assertTrue(c.is_closed())

    def test_full(self):
        """connections that the new processes have no room for are answered by the old one, which
        exits then
        [O-FCGI-12 T-F05]"""
        for n in (5, 20):  # all or some of the excess connections wait to be accepted
            usherd = self.start(worker_connections=20, idle_timeout=3600)
            kept, old = self.kept(usherd, n), self.worker(usherd)
            usherd.configure(worker_connections=4)
            held = descriptors(old)
            usherd.reload()
            self.assertTrue(wait_for(lambda: descriptors(old) <= held - 5))
            for c in kept:
                self.ask(c)
            for c in kept if n == 20 else []:  # connections that were not taken back are idle
                c.close()
            self.gone([old])

    def test_peers(self):
        """the new setting peers applies to existing connections [T-F01]"""
        usherd = self.start()
        c = self.kept(usherd, 1)[0]
        usherd.configure(peers="nobody")
        usherd.reload()
        self.assertTrue(c.is_closed())

    def test_worker_requests(self):
        """a worker that is replaced after its number of requests closes no connection
        [O-FCGI-12]"""
        usherd = self.start(worker_requests=50)
        kept, seen = self.kept(usherd, 20), set()
        for _ in range(20):
            seen |= {self.ask(c) for c in kept}
        self.assertGreater(len(seen), 2)
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 2))

    def test_end(self):
        """connections in transit between two processes at shutdown are answered [O-FCGI-12]"""
        usherd = self.start()
        kept, old = self.kept(usherd, 3), self.worker(usherd)
        os.kill(old, signal.SIGSTOP)
        usherd.reload()
        new = self.worker(usherd)
        os.kill(new, signal.SIGSTOP)
        held = descriptors(old)
        os.kill(old, signal.SIGCONT)
        self.assertTrue(wait_for(lambda: descriptors(old) <= held - 3))
        for c in kept:
            c.send(f.request(f.simple("/")))
        usherd.kill(signal.SIGTERM)
        for c in kept:
            self.assertEqual(self.pid(c.answer()), old)
        os.kill(new, signal.SIGCONT)
        self.assertEqual(usherd.process.wait(60), 0)


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))
