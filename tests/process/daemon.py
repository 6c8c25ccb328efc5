# SPDX-License-Identifier: Apache-2.0
"""A usherd with the echo server, in a scratch folder; and the runner of these tests.

A test's sentence is its docstring, with ids of conformance rows in brackets.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

V = os.environ.get("V", "gcc")
BUILD = os.path.join("build", V)
PROGRAM = os.path.join(BUILD, "tests", "stub_usherd")
MAKE_STORE = os.path.join(BUILD, "tests", "make_store")
PATIENCE = 60  # seconds: generous for slow machines; normally nothing waits that long


def wait_for(what, patience=PATIENCE):
    """Calls `what` until it returns a true value."""
    until = time.monotonic() + patience
    while True:
        got = what()
        if got or time.monotonic() > until:
            return got
        time.sleep(0.02)


def scratch():
    os.makedirs("build/tmp", exist_ok=True)
    return os.path.abspath(tempfile.mkdtemp(dir="build/tmp"))


class Shared:
    """One store for all tests, created at first use; no test writes to it."""
    path = None

    @classmethod
    def store(cls):
        if cls.path is None:
            cls.path = scratch()
            subprocess.run([MAKE_STORE, cls.path], check=True)
        return cls.path

    @classmethod
    def remove(cls):
        if cls.path is not None:
            shutil.rmtree(cls.path, ignore_errors=True)


class Usherd:
    """Runs until stop(); `settings` override the defaults."""
    program = PROGRAM

    def __init__(self, serve=True, argv=None, env=None, **settings):
        self.dir = scratch()
        self.path = os.path.join(self.dir, "s.sock")
        self.log_path = os.path.join(self.dir, "log")
        self.executed_path = os.path.join(self.dir, "executed")
        self.config = os.path.join(self.dir, "usher.conf")
        self.settings = {"listen": self.path, "store": Shared.store() + "/store",
                         "master_key": Shared.store() + "/master.key", "workers": 1,
                         "log_level": "debug"}
        self.configure(**settings)
        self.argv = argv or [self.program, "-c", self.config]
        self.env = dict(os.environ, STUB_LOG=self.executed_path, **(env or {}))
        self.process = None
        if serve:
            self.start()
            self.wait_serving()

    def configure(self, **settings):
        self.settings.update(settings)
        with open(self.config, "w") as f:
            for name, value in self.settings.items():
                f.write('%s = "%s"\n' % (name, value))
        os.chmod(self.config, 0o600)

    def start(self, **more):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.argv, stdout=subprocess.DEVNULL, stderr=log,
                                            env=self.env, **more)

    def wait_serving(self, times=1):
        if not wait_for(lambda: self.log().count("serving on") >= times
                        or self.process.poll() is not None) or self.process.poll() is not None:
            raise RuntimeError("usherd does not serve: " + self.log())

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def executed(self):
        """The requests that the stub server ran, from its log."""
        try:
            with open(self.executed_path, errors="replace") as f:
                return f.read().split()
        except FileNotFoundError:
            return []

    def kill(self, number):
        self.process.send_signal(number)

    def reload(self):
        """Sends SIGHUP and waits until the new processes serve."""
        times = self.log().count("serving on")
        self.kill(signal.SIGHUP)
        self.wait_serving(times + 1)

    def children(self):
        """Process ids of all children except zombies."""
        return [pid for pid, state in self.all_children() if state != "Z"]

    def all_children(self):
        try:
            with open("/proc/%d/task/%d/children" % ((self.process.pid,) * 2)) as f:
                pids = [int(pid) for pid in f.read().split()]
        except FileNotFoundError:
            return []
        found = [(pid, stat(pid)) for pid in pids]
        return [(pid, state[0]) for pid, state in found if state]

    def stop(self, number=signal.SIGTERM):
        """Stops it and returns its exit code."""
        if self.process is None:
            code = None
        else:
            if self.process.poll() is None:
                self.kill(number)
            code = self.process.wait(PATIENCE)
        shutil.rmtree(self.dir, ignore_errors=True)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def stat(pid):
    """State and processor time (in ticks) of a process; None if it has exited."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rsplit(") ", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[11]) + int(fields[12])


def is_alive(pid):
    found = stat(pid)
    return found is not None and found[0] != "Z"


def listening(path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(path)
    s.listen(64)
    return s


class Lines(unittest.TestResult):
    """Prints one line for each test, like the runner of the C tests."""

    def __init__(self, room):
        super().__init__()
        self.room, self.passed = room, 0

    def line(self, word, test):
        sentence = " ".join((test._testMethodDoc or test._testMethodName).split())
        name = type(test).__name__.lower()
        print("%s %s/%s: %s" % (word, self.room, name, sentence), flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.line("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line("not ok", test)
        print("    " + self.failures[-1][1].replace("\n", "\n    "), flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        if hasattr(test, "_testMethodDoc"):
            self.line("not ok", test)
        print("    " + self.errors[-1][1].replace("\n", "\n    "), flush=True)


def run(room, cases):
    """Runs test cases; command-line arguments select some of them."""
    loader, suite = unittest.TestLoader(), unittest.TestSuite()
    for case in cases:
        if len(sys.argv) < 2 or case.__name__.lower() in sys.argv[1:]:
            suite.addTests(loader.loadTestsFromTestCase(case))
    result = Lines(room)
    suite.run(result)
    Shared.remove()
    failed = len(result.failures) + len(result.errors)
    print("%d passed, %d failed" % (result.passed, failed))
    return 0 if failed == 0 and result.passed > 0 else 1
