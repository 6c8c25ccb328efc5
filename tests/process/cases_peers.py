# SPDX-License-Identifier: Apache-2.0
"""Silent, slow and numerous peers: none of them blocks a worker (T-F05)."""
import json
import os
import resource
import select
import time
import unittest

import raw_fcgi as f
from daemon import Usherd, V, stat, wait_for


def descriptors(n):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < n <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, hard))


class Peers(unittest.TestCase):
    def start(self, **settings):
        usherd = Usherd(**settings)
        self.addCleanup(usherd.stop)
        return usherd

    def connect(self, usherd):
        c = f.Connection(usherd.path)
        self.addCleanup(c.close)
        return c

    def assert_served(self, usherd):
        self.assertEqual(self.connect(usherd).ask(f.simple("/")).status, 200)

    def test_silent(self):
        """silent peers and partial requests block no worker, and are closed at their timeout
        [T-F05]"""
        usherd = self.start(request_timeout=2)
        half = f.request(f.simple("/?log=half"))[:60]
        silent = [self.connect(usherd) for _ in range(50)]
        slow = [self.connect(usherd).send(half) for _ in range(50)]
        self.assert_served(usherd)
        for c in silent + slow:
            self.assertTrue(c.is_closed())
        self.assertEqual(usherd.executed(), [])

    def test_slow_is_not_prolonged(self):
        """a peer that sends a byte now and then is closed at the same timeout [T-F05]"""
        usherd = self.start(request_timeout=2)
        c, begun = self.connect(usherd), time.monotonic()
        with self.assertRaises(OSError):
            for byte in f.request(f.simple("/?log=slow" + "w" * 600)):
                c.send(bytes([byte]))
                time.sleep(0.1)
        self.assertGreater(time.monotonic() - begun, 1)
        self.assertEqual(usherd.executed(), [])

    def test_many_writes(self):
        """a request in more writes than a socket's buffer can count arrives [T-F05]"""
        usherd = self.start()
        body = b"b" * 3000
        c = self.connect(usherd)
        c.send_slowly(f.request(f.simple("/", "POST", body), body))
        self.assertEqual(json.loads(c.answer().body)["body_size"], 3000)

    def test_greedy(self):
        """the memory of many partial requests together is limited [T-F05]"""
        # Sanitizers keep freed memory.
        usherd = self.start(env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
                                 + ":quarantine_size_mb=1"})
        data = f.begin() + f.stream(f.PARAMS, f.pairs(f.simple("/", "POST"))) \
            + f.record(f.STDIN, b"h" * 60000)
        worker = usherd.children()[1]
        before = memory(worker)
        peers = [self.connect(usherd) for _ in range(450)]
        for c in peers:
            c.send(data)
        self.assert_served(usherd)
        # 8 MiB and the allocator's overhead, in KiB. Without the limit it would be 29 MiB, and 56.
        most = 14 << 10 if V in ("gcc", "cov") else 20 << 10
        self.assertLess(memory(worker) - before, most)

    def test_overload(self):
        """if the memory is exhausted, the oldest incomplete requests get FCGI_OVERLOADED; their
        connections remain open, and other requests are served
        [O-FCGI-06 T-F05]"""
        usherd = self.start()
        body = b"h" * 60000
        whole = f.request(f.simple("/", "POST", body), body)
        peers = [self.connect(usherd).send(whole[:-8]) for _ in range(200)]
        # 64 KiB for each: 128 fit into 8 MiB.
        self.assertTrue(wait_for(lambda: len(readable(peers)) >= 200 - 128))
        for c in peers:
            c.send(whole[-8:])
        answers = [(c, c.answer()) for c in peers]
        refused = [c for c, answer in answers if answer.protocol_status == f.OVERLOADED]
        self.assertGreaterEqual(len(refused), 200 - 128)
        self.assertEqual(refused, peers[:len(refused)])
        self.assertEqual({json.loads(answer.body)["body_size"] for c, answer in answers
                          if c not in refused}, {60000})
        for c in refused:
            self.assertEqual(c.ask(f.simple("/again")).status, 200)

    def test_slow_bodies(self):
        """300 slow bodies block no other request, neither by memory nor by number [T-F05]"""
        body = b"b" * 60000
        for settings in ({}, {"worker_connections": 64}):
            usherd = self.start(request_timeout=600, **settings)
            slow = f.request(f.simple("/?log=slow", "POST", body), body)[:-1000]
            peers = [f.Connection(usherd.path) for _ in range(300)]
            for c in peers:
                self.addCleanup(c.close)
                c.socket.setblocking(False)
                try:
                    c.socket.send(slow)
                except BlockingIOError:
                    pass  # the connection waits to be accepted
            for _ in range(20):
                c = self.connect(usherd)
                c.send_slowly(f.request(f.simple("/", "POST", body), body), 10000)
                self.assertEqual(json.loads(c.answer().body)["body_size"], len(body))
                c.close()
            self.assertEqual(usherd.executed(), [])
            for c in peers:
                c.close()
            usherd.stop()

    def test_slow_readers(self):
        """peers that do not read their responses block no worker [T-F05]"""
        usherd = self.start(request_timeout=3)
        readers = [self.connect(usherd).send(f.request(f.simple("/?size=1000000")))
                   for _ in range(4)]
        for _ in range(20):
            self.assert_served(usherd)
        self.assertEqual(len(readers[0].answer().body), 1000000)
        with self.assertRaises(f.Closed):  # a peer that never reads loses its response
            time.sleep(6)
            readers[1].answer()

    def test_thousand(self):
        """a thousand kept connections are all served [O-FCGI-04]"""
        descriptors(4096)
        usherd = self.start(workers=2, worker_connections=1100)
        all_of_them = [self.connect(usherd) for _ in range(1000)]
        for i, c in enumerate(all_of_them):
            c.send(f.request(f.simple("/%d" % i)))
        for i, c in enumerate(all_of_them):
            self.assertEqual(json.loads(c.answer().body)["uri"], "/%d" % i)
        self.assertEqual(all_of_them[7].ask(f.simple("/again")).status, 200)

    def test_kept_do_not_starve(self):
        """more kept idle connections than workers do not starve others [O-FCGI-04]"""
        usherd = self.start(workers=1)
        kept = [self.connect(usherd) for _ in range(40)]
        for c in kept:
            self.assertEqual(c.ask(f.simple("/")).status, 200)
        self.assert_served(usherd)
        for c in kept:
            self.assertEqual(c.ask(f.simple("/")).status, 200)

    def test_full(self):
        """a full worker leaves further connections waiting, and accepts them when it has capacity
        [T-F05]"""
        usherd = self.start(workers=1, worker_connections=4)
        kept = [self.connect(usherd) for _ in range(4)]
        for c in kept:
            self.assertEqual(c.ask(f.simple("/")).status, 200)
        waiting = self.connect(usherd).send(f.request(f.simple("/waited")))
        waiting.socket.settimeout(1)
        with self.assertRaises(TimeoutError):
            waiting.answer()
        self.assertEqual(kept[0].ask(f.simple("/")).status, 200)
        kept[1].close()
        waiting.socket.settimeout(f.PATIENCE)
        self.assertEqual(waiting.answer().status, 200)

    def test_idle(self):
        """an idle kept connection is closed after idle_timeout, not before [O-FCGI-04]"""
        usherd = self.start(idle_timeout=5, request_timeout=1)
        c = self.connect(usherd)
        self.assertEqual(c.ask(f.simple("/")).status, 200)
        asked = time.monotonic()
        self.assertTrue(c.is_closed())
        self.assertGreater(time.monotonic() - asked, 4.5)

    def test_rest(self):
        """processes without requests, or with slow peers only, use little processor time [T-F05]"""
        usherd = self.start(workers=2, worker_connections=8, request_timeout=60)
        for _ in range(4):
            self.connect(usherd).send(f.begin() + b"\1\4")
            self.connect(usherd).send(f.request(f.simple("/?size=900000")))
        for _ in range(30):
            self.connect(usherd)  # more than the workers may have
        time.sleep(1)
        pids = usherd.children() + [usherd.process.pid]
        before = sum(stat(pid)[1] for pid in pids)
        time.sleep(3)
        self.assertLess(sum(stat(pid)[1] for pid in pids) - before, 60)  # of 300 ticks per core


def readable(peers):
    return select.select([c.socket for c in peers], [], [], 0)[0]


def memory(pid):
    """Resident memory in KiB."""
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
