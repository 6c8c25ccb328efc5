# SPDX-License-Identifier: Apache-2.0
"""The master and its children: start, reload, crash, shutdown."""
import json
import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

import raw_fcgi as f
from daemon import Shared, Usherd, V, is_alive, scratch, wait_for


class Load:
    """Web servers that send requests continuously, each over a kept connection. They reconnect
    after a connection was closed while idle; a lost response counts as an error."""

    def __init__(self, path, n=4, uri="/"):
        self.path, self.uri, self.lost, self.answered, self.joined = path, uri, [], 0, 0
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(n)]
        for t in self.threads:
            t.start()

    def run(self):
        c = None
        while not self.ending.is_set():
            try:
                c = c or f.Connection(self.path)
                answer = c.ask(f.simple(self.uri))
                if answer.status != 200:
                    self.lost.append("status")
                self.joined += b'"joined":true' in answer.body
                self.answered += 1
                if closed_by_now(c):
                    c.close()
                    c = None
            except (f.Closed, OSError) as e:
                self.lost.append(repr(e))
                c = None

    def more(self, n=200):
        """Waits until `n` more responses have arrived."""
        until = self.answered + n
        return wait_for(lambda: self.answered >= until)

    def end(self):
        self.ending.set()
        for t in self.threads:
            t.join()


def closed_by_now(c):
    """Whether the peer has closed, as a web server checks before it reuses a kept connection."""
    time.sleep(0.002)
    return bool(select.select([c.socket], [], [], 0)[0])


def status_of(pid, name):
    with open("/proc/%d/status" % pid) as file:
        return re.search(r"^%s:\s*(\S+)" % name, file.read(), re.M).group(1)


def is_pending(pid, number):
    """Whether the process has a pending signal of this number."""
    return bool(int(status_of(pid, "ShdPnd"), 16) >> (number - 1) & 1)


def rest_count(pid):
    """The number of times that the process has waited."""
    return int(status_of(pid, "voluntary_ctxt_switches"))


class Lifecycle(unittest.TestCase):
    def start(self, **settings):
        usherd = Usherd(**settings)
        self.addCleanup(usherd.stop)
        return usherd

    def connect(self, usherd):
        c = f.Connection(usherd.path)
        self.addCleanup(c.close)
        return c

    def load(self, usherd, **more):
        load = Load(usherd.path, **more)
        self.addCleanup(load.end)
        self.assertTrue(load.more(50))
        return load

    def assert_served(self, usherd):
        self.assertEqual(self.connect(usherd).ask(f.simple("/")).status, 200)

    def worker(self, usherd):
        """The process that answers."""
        with f.Connection(usherd.path) as c:
            return json.loads(c.ask(f.simple("/")).body)["pid"]

    def test_term(self):
        """SIGTERM completes running and partly received requests, and the exit code is 0
        [O-FCGI-12]"""
        usherd = self.start()
        whole = f.request(f.simple("/half"))
        idle, half, running = (self.connect(usherd) for _ in range(3))
        self.assertEqual(idle.ask(f.simple("/")).status, 200)
        half.send(whole[:-20])
        running.send(f.request(f.simple("/?sleep=700&log=running")))
        wait_for(lambda: "running" in usherd.executed())
        usherd.kill(signal.SIGTERM)
        self.assertEqual(running.answer().status, 200)
        self.assertTrue(idle.is_closed())
        half.send(whole[-20:])
        self.assertEqual(half.answer().status, 200)
        self.assertEqual(usherd.process.wait(60), 0)
        self.assertFalse(os.path.exists(usherd.path))

    def test_logged(self):
        """the log tells a reload and a stop from a start, with the time that requests have left"""
        usherd = self.start(request_timeout=7)
        self.assertNotIn("reloading", usherd.log())
        usherd.reload()
        self.assertEqual(usherd.log().count("reloading the settings"), 1)
        self.assertNotIn("stopping", usherd.log())
        usherd.kill(signal.SIGTERM)
        self.assertEqual(usherd.process.wait(60), 0)
        self.assertEqual(usherd.log().count(
            "stopping; running requests have at most 7 seconds to finish"), 1)

    def test_interrupt(self):
        """SIGINT ends usherd with exit code 0, too [O-FCGI-12]"""
        self.assertEqual(Usherd().stop(signal.SIGINT), 0)

    def test_term_is_not_held_up(self):
        """SIGTERM waits no longer than a request may take to arrive [O-FCGI-12 T-F05]"""
        usherd = self.start(request_timeout=1)
        self.connect(usherd).send(f.begin())
        self.assert_served(usherd)
        usherd.kill(signal.SIGTERM)
        self.assertEqual(usherd.process.wait(60), 0)

    def test_reload(self):
        """SIGHUP under load loses no request and replaces all processes [O-FCGI-12]"""
        usherd = self.start(workers=2)
        load = self.load(usherd)
        old = usherd.children()
        for _ in range(3):
            usherd.reload()
            self.assertTrue(load.more())
        self.assertTrue(wait_for(lambda: not set(old) & set(usherd.children())))
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 3))
        load.end()
        self.assertEqual(load.lost, [])

    def test_reload_settings(self):
        """SIGHUP applies new settings"""
        usherd = self.start(workers=1)
        usherd.configure(workers=3)
        usherd.reload()
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 4))

    def test_reload_fault(self):
        """an invalid configuration is rejected at a reload; the old one remains in effect
        [O-FCGI-12]"""
        usherd = self.start()
        before = usherd.children()
        for settings in ({"no_such": "1"}, {"workers": "many"}, {"peers": "nobody-of-that-name"}):
            kept = dict(usherd.settings)
            usherd.configure(**settings)
            times = usherd.log().count("stay in effect")
            usherd.kill(signal.SIGHUP)
            self.assertTrue(wait_for(lambda: usherd.log().count("stay in effect") > times))
            usherd.settings = kept
        self.assertIn("usher.conf:", usherd.log())
        self.assertEqual(usherd.children(), before)
        self.assert_served(usherd)

    def test_reload_failure(self):
        """if new processes fail to start at a reload, the old ones keep serving [O-FCGI-12]"""
        usherd = self.start()
        before = usherd.children()
        usherd.configure(store="/nonexistent")
        usherd.kill(signal.SIGHUP)
        self.assertTrue(wait_for(lambda: "the new processes cannot start" in usherd.log()))
        self.assertTrue(wait_for(lambda: usherd.children() == before))
        self.assert_served(usherd)

    def test_start_failure(self):
        """without a store usherd does not start and logs the reason [T-X07]"""
        usherd = Usherd(serve=False, store="/nonexistent")
        self.addCleanup(usherd.stop)
        usherd.start()
        self.assertEqual(usherd.process.wait(60), 69)
        faults = [line for line in usherd.log().splitlines() if "no store /nonexistent" in line]
        self.assertTrue(faults)
        for line in faults:
            self.assertRegex(line, "(a worker|the janitor) cannot start: there is no store ")

    def test_death_at_start(self):
        """a process that dies before it is ready is started again, at a start and at a reload
        [T-X07]"""
        folder = scratch()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "dies")

        def die():
            with open(path, "w"):
                pass
        die()
        usherd = self.start(env={"STUB_DIES": path})
        self.assertIn("was killed by signal 6", usherd.log())
        self.assert_served(usherd)
        die()
        usherd.reload()
        self.assertFalse(os.path.exists(path))
        self.assert_served(usherd)

    def test_killed(self):
        """a killed process is replaced, the others keep serving [T-X07]"""
        usherd = self.start(workers=2)
        for _ in range(3):
            for pid in usherd.children():
                os.kill(pid, signal.SIGKILL)
                self.assertTrue(wait_for(lambda: pid not in usherd.children()
                                         and len(usherd.children()) == 3))
                self.assert_served(usherd)
        self.assertEqual([state for _, state in usherd.all_children() if state == "Z"], [])

    def test_poison(self):
        """a request that crashes its worker does not stop other requests [T-X07]"""
        usherd = self.start(workers=3)
        load = self.load(usherd)
        for _ in range(6):
            self.assertTrue(self.connect(usherd).send(
                f.request(f.simple("/?die=1"))).is_closed())
            self.assertTrue(load.more(50))
        load.end()
        self.assertLess(len(load.lost), load.answered / 10)
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 4))

    def crash(self, usherd, uri="/?crash=1"):
        """The status of a request that may crash its worker; None if it crashed."""
        try:
            return self.connect(usherd).ask(f.simple(uri)).status
        except f.Closed:
            return None

    def test_killer(self):
        """a request that has crashed two workers is 503 the third time, and all others are served
        [T-X07]"""
        usherd = self.start(workers=2)
        load = self.load(usherd)
        self.assertEqual([self.crash(usherd) for _ in range(5)], [None, None, 503, 503, 503])
        self.assertTrue(load.more(200))
        load.end()
        self.assertLess(len(load.lost), 20)
        self.assertIn("a request has killed several processes", usherd.log())
        self.assertEqual(usherd.log().count("was killed by signal"), 2)
        self.assertEqual(self.crash(usherd, "/?crash=2"), None)  # another request

    def test_killer_outlives_reload(self):
        """new processes after a reload know the poison requests [T-X07]"""
        usherd = self.start()
        self.assertEqual([self.crash(usherd) for _ in range(2)], [None, None])
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 2))
        usherd.reload()
        self.assertEqual(self.crash(usherd), 503)

    def test_innocent(self):
        """a crash of an idle worker is blamed on no request [T-X07]"""
        usherd = self.start()
        for _ in range(3):
            worker = self.worker(usherd)
            os.kill(worker, signal.SIGKILL)
            self.assertTrue(wait_for(lambda: not is_alive(worker)))
        self.assert_served(usherd)

    def test_broken_store(self):
        """a worker whose store failed sends its response, exits, and is replaced [T-S01]"""
        usherd = self.start()
        before = self.worker(usherd)
        self.assertEqual(self.connect(usherd).ask(f.simple("/?broken=1&status=503")).status, 503)
        self.assertTrue(wait_for(lambda: not is_alive(before)))
        self.assertNotEqual(self.worker(usherd), before)

    def test_hang(self):
        """a worker that hangs is killed and replaced, and the log states whether it waited for the
        store
        [T-F05 T-S07]"""
        usherd = self.start(workers=2)
        hanging = self.connect(usherd).send(f.request(f.simple("/?sleep=120000&log=sleep")))
        self.assertTrue(wait_for(lambda: "sleep" in usherd.executed()))
        waiting = self.connect(usherd).send(f.request(f.simple("/?commit=120000")))
        self.assertTrue(hanging.is_closed())
        self.assertTrue(waiting.is_closed())
        self.assertIn(" hangs; it is killed", usherd.log())
        self.assertIn(" hangs in a commit, perhaps because another process", usherd.log())
        self.assert_served(usherd)

    def test_stopped(self):
        """if any process is stopped the others serve; a stopped worker or janitor is replaced, and
        no process is replaced because the master was stopped
        [T-O06]"""
        usherd = self.start(workers=2)
        children = usherd.children()
        usherd.kill(signal.SIGSTOP)
        self.assert_served(usherd)
        usherd.kill(signal.SIGCONT)
        stopped = [children[0], self.worker(usherd)]  # the janitor is started first
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        for _ in range(20):
            self.assert_served(usherd)
        self.assertTrue(wait_for(lambda: not any(is_alive(pid) for pid in stopped)))
        self.assertTrue(wait_for(lambda: len(usherd.children()) == 3))
        self.assertEqual(usherd.log().count(" hangs; it is killed"), 2)
        self.assertEqual(len(set(children) & set(usherd.children())), 1)
        self.assert_served(usherd)

    def test_unread_log(self):
        """a log pipe that nobody reads blocks neither service, reload nor shutdown, and the number
        of lost lines is logged later
        [T-O06]"""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        usherd = Usherd(serve=False, workers=2)
        self.addCleanup(usherd.stop)
        usherd.process = subprocess.Popen(usherd.argv, stdout=subprocess.DEVNULL, stderr=writer,
                                          env=usherd.env)
        os.close(writer)
        self.assertTrue(wait_for(lambda: os.path.exists(usherd.path)))

        def flood():
            for _ in range(1000):  # each logs at least one warning
                with self.connect(usherd) as c:
                    c.send(f.record(f.STDIN, b"", version=7))
                    self.assertTrue(c.is_closed())
            self.assert_served(usherd)
        flood()
        before = usherd.children()
        usherd.kill(signal.SIGHUP)
        self.assertTrue(wait_for(lambda: not set(before) & set(usherd.children())))
        flood()
        os.set_blocking(reader, False)

        def count():
            flood()
            read = b""
            while b"dropped" not in read:
                try:
                    read += os.read(reader, 65536)
                except BlockingIOError:
                    return False
            return True
        self.assertTrue(wait_for(count))
        os.set_blocking(reader, True)
        flood()
        self.assertEqual(usherd.stop(), 0)

    def test_stalled_syslog(self):
        """a syslog daemon that reads nothing blocks neither service nor shutdown [T-O06]"""
        folder = scratch()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "log")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
            daemon.bind(path)
            usherd = Usherd(serve=False, log="syslog", env={"STUB_SYSLOG": path})
            self.addCleanup(usherd.stop)
            usherd.start()
            self.assertTrue(wait_for(lambda: os.path.exists(usherd.path)))
            for _ in range(1000):
                with self.connect(usherd) as c:
                    c.send(f.record(f.STDIN, b"", version=7))
                    self.assertTrue(c.is_closed())
            self.assert_served(usherd)
            self.assertRegex(daemon.recv(9999), rb"^<3[0-9]>... .* usherd\[[0-9]+\]: {.*}$")
            usherd.kill(signal.SIGTERM)
            self.assertEqual(usherd.process.wait(60), 0)

    def test_joining(self):
        """requests that arrive while another process commits join the waiting batch; a process
        that never ends its commit blocks no other"""
        usherd = self.start(workers=2)
        self.assertEqual(self.connect(usherd).ask(f.simple("/?commit=0&stays=1")).status, 200)

        def joined():
            load = self.load(usherd, n=8, uri="/?writes=1")
            load.end()
            self.assertEqual(load.lost, [])
            return load.joined
        self.assertTrue(wait_for(joined))

    def test_joining_needs_a_reason(self):
        """no request joins a batch while no other process commits, or if the batch writes
        nothing"""
        usherd = self.start(workers=2)
        for words in ("writes=1", "commit=0&stays=1", "reads=1"):
            load = self.load(usherd, n=8, uri="/?" + words)
            load.end()
            self.assertEqual((load.lost, load.joined), ([], 0), words)

    def left_by_a_batch(self, usherd):
        """Five connections; the requests of the last four arrived together, each of them ends
        its batch, and the first waits for let("two")."""
        def wait_logged(*names):
            self.assertTrue(wait_for(lambda: usherd.executed() == list(names)), usherd.executed())

        def let(name):
            with open("%s.%s" % (usherd.executed_path, name), "wb"):
                pass
        connections = [self.connect(usherd) for _ in range(5)]
        connections[0].send(f.request(f.simple("/?log=first&until=one")))
        wait_logged("first")
        for c in connections[1:]:
            c.send(f.request(f.simple("/?log=dear&alone=1&until=two")))
        let("one")
        wait_logged("first", "dear")
        return connections, wait_logged, let

    def test_passing(self):
        """requests left over from a batch run after later ones, except the first [T-F05]"""
        usherd = self.start()
        connections, wait_logged, let = self.left_by_a_batch(usherd)
        connections.append(self.connect(usherd).send(f.request(f.simple("/?log=cheap"))))
        let("two")
        self.assertEqual([c.answer().status for c in connections], [200] * 6)
        wait_logged("first", "dear", "dear", "cheap", "dear", "dear")

    def test_final(self):
        """a response that needs no commit is sent before the batch ends; a deferred request blocks
        no other, and runs when allowed
        [T-O05]"""
        usherd = self.start()

        def let(name):
            with open("%s.%s" % (usherd.executed_path, name), "wb"):
                pass

        def ask(words):
            return self.connect(usherd).send(f.request(f.simple("/?" + words)))
        first = ask("log=first&until=one")
        self.assertTrue(wait_for(lambda: usherd.executed() == ["first"]))
        final, held = ask("final=1&alone=1&writes=1"), ask("log=held&until=two")
        let("one")
        self.assertTrue(wait_for(lambda: usherd.executed() == ["first", "held"]))
        self.assertEqual([first.answer().status, final.answer().status], [200, 200])
        let("two")
        self.assertEqual(held.answer().status, 200)
        later = ask("later=three")
        self.assertEqual(ask("log=fourth&final=1").answer().status, 200)
        let("three")
        self.assertEqual(later.answer().status, 200)

    def kept(self, usherd, n):
        """Connections that have had a response, so the worker polls them, in no order."""
        connections = [self.connect(usherd) for _ in range(n)]
        for c in connections:
            self.assertEqual(c.ask(f.simple()).status, 200)
        random.Random(1).shuffle(connections)
        return connections

    def let(self, usherd, name):
        with open("%s.%s" % (usherd.executed_path, name), "wb"):
            pass

    def assert_rests(self, pid):
        """Asserts that the process blocks in poll and does not spin."""
        until = rest_count(pid) + 20
        self.assertTrue(wait_for(lambda: rest_count(pid) >= until))

    def test_crowd(self):
        """deferred requests block no others, however many they are; a worker sleeps meanwhile, and
        answers all of them when it exits
        [T-O05 O-FCGI-12]"""
        usherd = self.start(worker_connections=700)
        worker = self.worker(usherd)
        connections = self.kept(usherd, 600)
        for c in connections[:500]:
            c.send(f.request(f.simple("/?later=go")))
        self.assert_served(usherd)
        for c in connections[500:]:
            c.send(f.request(f.simple("/?later=go")))
        self.assert_rests(worker)
        os.kill(worker, signal.SIGTERM)
        self.assertTrue(wait_for(lambda: not is_pending(worker, signal.SIGTERM)))
        self.assert_rests(worker)
        self.let(usherd, "go")
        self.assertEqual([c.answer().status for c in connections], [200] * 600)

    def test_hang_up(self):
        """a worker sleeps while requests are deferred, also after their peers have closed
        [T-O05]"""
        usherd = self.start()
        worker = self.worker(usherd)
        for c in self.kept(usherd, 2):
            c.send(f.request(f.simple("/?later=go"))).close()
        self.assert_rests(worker)
        self.let(usherd, "go")
        self.assert_served(usherd)

    def test_left_over(self):
        """requests left over from a batch are answered by the worker that received them, also when
        it hands its connections over or exits
        [O-FCGI-12]"""
        for end in (lambda usherd: usherd.reload(), lambda usherd: usherd.kill(signal.SIGTERM)):
            usherd = self.start()
            connections, _, let = self.left_by_a_batch(usherd)
            end(usherd)
            let("two")
            self.assertEqual([c.answer().status for c in connections], [200] * 5)

    def test_orphans(self):
        """children exit when the master is gone [T-X07]"""
        usherd = self.start(workers=2)
        children = usherd.children()
        self.assertEqual(len(children), 3)
        usherd.process.kill()
        usherd.process.wait()
        self.assertTrue(wait_for(lambda: not any(is_alive(pid) for pid in children)))

    def test_worker_requests(self):
        """workers that are replaced after a number of requests lose none [O-FCGI-12]"""
        usherd = self.start(workers=2, worker_requests=100)
        first = usherd.children()
        load = self.load(usherd)
        self.assertTrue(load.more(1000))
        load.end()
        self.assertEqual(load.lost, [])
        self.assertFalse(set(first[1:]) & set(usherd.children()))

    def test_closed_descriptors(self):
        """with any closed standard descriptors usherd serves, none of them becomes a file or
        socket of its own, and the store contains no log line
        [T-X08]"""
        for closed in range(8):
            folder = scratch()
            self.addCleanup(shutil.rmtree, folder)
            store = os.path.join(folder, "store")
            shutil.copytree(Shared.store() + "/store", store)
            usherd = Usherd(serve=False, store=store)
            self.addCleanup(usherd.stop)
            usherd.start(preexec_fn=lambda: [os.close(fd) for fd in range(3) if closed & 1 << fd])
            self.assertTrue(wait_for(lambda: os.path.exists(usherd.path)), closed)
            self.assert_served(usherd)
            for pid in [usherd.process.pid, *usherd.children()]:
                for fd in range(3):
                    if closed & 1 << fd:
                        self.assertEqual(os.readlink("/proc/%d/fd/%d" % (pid, fd)), "/dev/null")
            self.assertEqual(usherd.stop(), 0)
            for name in os.listdir(store):
                with open(os.path.join(store, name), "rb") as file:
                    self.assertNotIn(b'"program"', file.read())

    def test_notify(self):
        """systemd is notified when usherd serves, reloads and stops"""
        folder = scratch()
        path = os.path.join(folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.bind(path)
            s.settimeout(60)
            usherd = self.start(env={"NOTIFY_SOCKET": os.path.abspath(path)})
            self.assertIn(b"READY=1", s.recv(200))
            usherd.reload()
            self.assertRegex(s.recv(200), rb"^RELOADING=1\nMONOTONIC_USEC=[0-9]+$")
            self.assertIn(b"READY=1", s.recv(200))
            usherd.kill(signal.SIGTERM)
            self.assertEqual(s.recv(200), b"STOPPING=1")
        os.unlink(path)
        os.rmdir(folder)

    def test_confined(self):
        """children leave no core, and have resource limits [T-X05 T-F02]"""
        usherd = self.start()
        for pid in usherd.children():
            with open("/proc/%d/limits" % pid) as limits:
                found = {line[:26].strip(): line[26:].split()[:2] for line in limits}
            self.assertEqual(found["Max core file size"], ["0", "0"])
            if V in ("gcc", "cov"):  # sanitizers need more
                self.assertEqual(found["Max data size"], [str(1 << 30)] * 2)

    def test_descriptors(self):
        """children have only the descriptors that they need [T-X07]"""
        usherd = self.start()
        for pid in usherd.children():
            links = []
            for fd in os.listdir("/proc/%d/fd" % pid):
                try:
                    links.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
                except FileNotFoundError:
                    pass
            self.assertEqual(len([x for x in links if x.startswith("pipe:")]), 2, links)
            self.assertLess(len(links), 16, links)
