# SPDX-License-Identifier: Apache-2.0
"""Requests that wait for jobs, and the processes that do the jobs: what happens when these die, hang
or send garbage, and when usherd reloads or stops meanwhile."""
import os
import signal
import subprocess
import unittest

import raw_fcgi as f
from daemon import BUILD, Usherd, wait_for

CORES = os.sysconf("SC_NPROCESSORS_ONLN")
PATIENT_QUEUE = 2  # see stub_server.c


class Jobs(unittest.TestCase):
    def start(self, **settings):
        usherd = Usherd(env={"STUB_JOBS": "1"}, **settings)
        self.addCleanup(usherd.stop)
        return usherd

    def connect(self, usherd):
        c = f.Connection(usherd.path)
        self.addCleanup(c.close)
        return c

    def send(self, usherd, query):
        """Sends a request and does not wait for the response."""
        return self.connect(usherd).send(f.request(f.simple("/?" + query)))

    def send_running(self, usherd, job, name):
        """The same; returns when its handler has run for the first time."""
        c = self.send(usherd, "%s&log=%s" % (job, name))
        self.assertTrue(wait_for(lambda: name in usherd.executed()))
        return c

    def ask(self, usherd, query):
        return self.connect(usherd).ask(f.simple("/?" + query))

    def assert_result(self, answer, result):
        self.assertEqual((answer.status, answer.body.decode()), (200, result))

    def end_job(self, usherd, name):
        """Ends the jobs until.NAME."""
        with open("%s.%s" % (usherd.executed_path, name), "w"):
            pass

    def processes(self, usherd, nice):
        """The children whose niceness is 10 (those that do jobs), or the others."""
        found = []
        for pid in usherd.children():
            try:
                if (os.getpriority(os.PRIO_PROCESS, pid) == min(
                        19, os.getpriority(os.PRIO_PROCESS, usherd.process.pid) + 10)) == nice:
                    found.append(pid)
            except ProcessLookupError:
                pass
        return found

    def job_processes(self, usherd):
        self.assertTrue(wait_for(lambda: len(self.processes(usherd, True)) == 2 * CORES))
        return self.processes(usherd, True)

    def signal_job_processes(self, usherd, number):
        for pid in self.job_processes(usherd):
            os.kill(pid, number)

    def status(self, usherd):
        """What FCGI_GET_VALUES says of parked requests."""
        names = f.pairs({"USHER_PARKED": "", "USHER_PARKED_AGE": ""})
        r = self.connect(usherd).send(f.record(f.GET_VALUES, names, 0)).record()
        out, content = {}, r.content
        while content:
            name, value = content[0], content[1]
            out[content[2:2 + name].decode()] = int(content[2 + name:2 + name + value])
            content = content[2 + name + value:]
        return out

    def assert_all_right(self, usherd):
        """Jobs of both kinds are done."""
        self.assertTrue(wait_for(lambda: self.ask(usherd, "hasty=one").status == 200))
        self.assertTrue(wait_for(lambda: self.ask(usherd, "patient=two").status == 200))
        self.assert_result(self.ask(usherd, "hasty=three"), "three")
        self.assert_result(self.ask(usherd, "patient=four"), "four")

    def test_waits(self):
        """A request waits for its job while the worker answers others"""
        usherd = self.start()
        c = self.send_running(usherd, "patient=until.now", "first")
        for _ in range(3):
            self.assertEqual(self.ask(usherd, "").status, 200)
        self.assertEqual(usherd.executed(), ["first"])
        self.end_job(usherd, "now")
        self.assert_result(c.answer(), "until.now")
        self.assertEqual(usherd.executed(), ["first", "first"])
        c.send(f.request(f.simple("/?hasty=more")))
        self.assert_result(c.answer(), "more")

    def test_failed(self):
        """A job that fails, or has a result that is too large, is a failure"""
        usherd = self.start()
        for kind in "hasty", "patient":
            self.assertEqual(self.ask(usherd, kind + "=fail").status, 503)
            self.assertEqual(self.ask(usherd, kind + "=huge").status, 503)
        self.assert_all_right(usherd)

    def test_died(self):
        """The job of a process that dies fails at once, and the process is replaced [T-X07]"""
        usherd = self.start()
        before = self.job_processes(usherd)
        self.assertEqual(self.ask(usherd, "patient=die").status, 503)
        c = self.send(usherd, "patient=until.never")
        self.assertTrue(wait_for(
            lambda: os.path.exists(usherd.executed_path + ".never.begun")))
        for pid in self.processes(usherd, True):
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(c.answer().status, 503)  # and not after ten minutes
        self.assertTrue(wait_for(lambda: not set(before) & set(usherd.children())))
        self.assert_all_right(usherd)

    def test_hangs(self):
        """A job without a result in time fails, and its late result harms nobody [T-X04]"""
        usherd = self.start()
        self.signal_job_processes(usherd, signal.SIGSTOP)
        waiting = [self.send(usherd, "hasty=late%d" % i) for i in range(4)]
        self.assertEqual(self.ask(usherd, "").status, 200)
        for c in waiting:
            self.assertEqual(c.answer().status, 503)
        self.signal_job_processes(usherd, signal.SIGCONT)
        self.assert_all_right(usherd)
        self.assertEqual(self.status(usherd)["USHER_PARKED"], 0)

    def test_busy(self):
        """A job that is not begun before its deadline is dropped"""
        usherd = self.start()
        for _ in range(CORES):
            self.send_running(usherd, "hasty=until.free", "busy")
        late = self.send(usherd, "hasty=die")
        self.assertEqual(late.answer().status, 503)
        before = self.job_processes(usherd)
        self.end_job(usherd, "free")
        self.assert_all_right(usherd)
        self.assertEqual(sorted(before), sorted(self.job_processes(usherd)))

    def test_garbage(self):
        """Garbage from a process is dropped, and does not replace a result [T-X04]"""
        usherd = self.start()
        for kind in "hasty", "patient":
            self.assert_result(self.ask(usherd, kind + "=garbage"), "garbage")
        self.assert_all_right(usherd)

    def test_full(self):
        """One job too many fails at once, the others are done [T-L03]"""
        usherd = self.start(workers=2)
        self.signal_job_processes(usherd, signal.SIGSTOP)
        waiting = []
        for i in range(CORES + PATIENT_QUEUE):
            waiting.append(self.send_running(usherd, "patient=%d" % i, "job%d" % i))
            self.assertTrue(wait_for(lambda n=i + 1: self.status(usherd)["USHER_PARKED"] == n))
        for _ in range(3):
            self.assertEqual(self.ask(usherd, "patient=more").status, 503)
        self.signal_job_processes(usherd, signal.SIGCONT)
        for i, c in enumerate(waiting):
            self.assert_result(c.answer(), str(i))
        self.assert_all_right(usherd)

    def test_reload(self):
        """A reload finishes parked requests; then the old processes exit"""
        usherd = self.start()
        old = set(usherd.children())
        c = self.send_running(usherd, "patient=until.now", "first")
        usherd.reload()
        self.assert_all_right(usherd)
        self.end_job(usherd, "now")
        self.assert_result(c.answer(), "until.now")
        c.close()
        self.assertTrue(wait_for(lambda: not old & set(usherd.children())))
        self.assert_all_right(usherd)

    def test_term(self):
        """SIGTERM, even to all processes, finishes parked requests; the exit code is 0"""
        for everybody in False, True:
            usherd = self.start()
            c = self.send_running(usherd, "patient=until.now", "first")
            for pid in self.job_processes(usherd) if everybody else []:
                os.kill(pid, signal.SIGTERM)
            usherd.kill(signal.SIGTERM)
            self.assertTrue(wait_for(lambda u=usherd: "stopping" in u.log()))
            self.end_job(usherd, "now")
            self.assert_result(c.answer(), "until.now")
            self.assertEqual(usherd.process.wait(60), 0)

    def test_closed(self):
        """A parked request whose connection is closed does not run again"""
        usherd = self.start()
        c = self.send_running(usherd, "patient=until.now", "gone")
        c.close()
        self.assertEqual(self.ask(usherd, "").status, 200)
        self.end_job(usherd, "now")
        self.assertTrue(wait_for(lambda: self.status(usherd)["USHER_PARKED"] == 0))
        self.assert_all_right(usherd)
        self.assertEqual(usherd.executed(), ["gone"])

    def test_aborted_queue(self):
        """Closed connections do not make room in the queue [T-L03]"""
        usherd = self.start()
        self.signal_job_processes(usherd, signal.SIGSTOP)
        for i in range(CORES + PATIENT_QUEUE):
            self.send_running(usherd, "patient=%d" % i, "job%d" % i).close()
        self.assertTrue(wait_for(
            lambda: self.status(usherd)["USHER_PARKED"] == CORES + PATIENT_QUEUE))
        self.assertEqual(self.ask(usherd, "patient=more").status, 503)
        self.signal_job_processes(usherd, signal.SIGCONT)
        self.assert_all_right(usherd)

    def test_worker_died(self):
        """The result for a worker that has died is no result for its successor"""
        usherd = self.start()
        c = self.send_running(usherd, "patient=until.now", "first")
        before = self.processes(usherd, False)
        with self.assertRaises(f.Closed):
            self.ask(usherd, "crash=1")
        with self.assertRaises(f.Closed):
            c.answer()
        self.assertTrue(wait_for(lambda: set(self.processes(usherd, False)) - set(before)))
        again = self.send(usherd, "patient=until.then")
        self.end_job(usherd, "now")
        self.assert_all_right(usherd)
        self.end_job(usherd, "then")
        self.assert_result(again.answer(), "until.then")

    def test_descriptors(self):
        """A process that does jobs has no listening socket and no connection [T-X03]"""
        usherd = self.start()
        self.assert_all_right(usherd)
        listening = {line.split()[6] for line in open("/proc/net/unix") if usherd.path in line}
        for pid in self.job_processes(usherd):
            held = {os.readlink("/proc/%d/fd/%s" % (pid, fd))
                    for fd in os.listdir("/proc/%d/fd" % pid)}
            self.assertFalse(held & {"socket:[%s]" % inode for inode in listening}, held)
            self.assertFalse([name for name in held if "store" in name], held)

    def test_killed_often(self):
        """Every request is answered while the processes are killed again and again [T-L03]"""
        usherd = self.start(workers=2)
        answers = []
        for i in range(100):
            waiting = [self.send(usherd, "hasty=%d" % i) for _ in range(4)]
            for pid in self.processes(usherd, True)[i % 2::2]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            for c in waiting:
                answer = c.answer()
                self.assertIn(answer.status, (200, 503))
                if answer.status == 200:
                    self.assertEqual(answer.body.decode(), str(i))
                answers.append(answer.status)
        self.assertIn(200, answers)
        self.assert_all_right(usherd)

    def test_status(self):
        """The number of parked requests and the age of the oldest are reported"""
        usherd = self.start()
        self.assertEqual(self.status(usherd)["USHER_PARKED"], 0)
        c = self.send(usherd, "patient=until.now")
        self.assertTrue(wait_for(lambda: self.status(usherd)["USHER_PARKED"] == 1))
        self.assertTrue(wait_for(lambda: self.status(usherd)["USHER_PARKED_AGE"] >= 1))
        out = subprocess.run([os.path.join(BUILD, "usherctl"), "-c", usherd.config, "status"],
                             capture_output=True, text=True, check=False)
        self.assertRegex(out.stdout, r"(?m)^parked:? +1$")
        self.end_job(usherd, "now")
        c.answer()
        self.assertTrue(wait_for(lambda: self.status(usherd)["USHER_PARKED"] == 0))
