# SPDX-License-Identifier: Apache-2.0
"""Prints one line for each test: "ok <room>/<module>: <sentence> [IDS]".

The sentence is the first paragraph of the test's docstring, with the ids of conformance rows and
threats in brackets at its end. The reasons of a failure follow a "not ok" line.
"""
import sys
import traceback
import unittest


def sentence(test):
    text = (test._testMethodDoc or test._testMethodName).strip()
    return " ".join(text.split("\n\n")[0].split())


def module(test):
    name = type(test).__module__
    return name[len("test_"):] if name.startswith("test_") else name


class LineResult(unittest.TestResult):
    MOST = 20  # lines of reasons for one failure

    def __init__(self, room="flows", out=sys.stdout):
        super().__init__()
        self.room, self.out, self.passed, self.failed = room, out, 0, 0
        self.reasons = []

    def startTest(self, test):
        super().startTest(test)
        self.reasons = []

    def stopTest(self, test):
        super().stopTest(test)
        self.line(not self.reasons, module(test), sentence(test), self.reasons)

    def line(self, good, where, text, reasons=()):
        """Prints one result; `where` is a module of the room, or empty."""
        self.passed += good
        self.failed += not good
        place = self.room + "/" + where if where else self.room
        print("%s %s: %s" % ("ok" if good else "not ok", place, text), file=self.out)
        reasons = [str(reason) for reason in reasons]
        more = len(reasons) - self.MOST
        for reason in reasons[:self.MOST] + (["and %d more" % more] if more > 0 else []):
            for row in reason.rstrip().splitlines():
                print("#   " + row, file=self.out)
        self.out.flush()

    def reason(self, err, note=""):
        kind, value, trace = err
        steps = ["%s:%d" % (s.filename.rsplit("/", 1)[-1], s.lineno)
                 for s in reversed(traceback.extract_tb(trace)) if "unittest" not in s.filename]
        self.reasons.append("%s: %s%s: %s" % (" < ".join(steps), note, kind.__name__, value))

    def addError(self, test, err):
        self.reason(err)
        if not isinstance(test, unittest.TestCase):  # setUpClass or setUpModule
            self.line(False, "fixture", str(test), self.reasons)

    def addFailure(self, test, err):
        self.reason(err)

    def addSubTest(self, test, subtest, err):
        if err is not None and len(self.reasons) < 10:
            self.reason(err, "[%s] " % subtest._subDescription())

    def addSkip(self, test, reason):
        self.reasons.append("skipped: " + reason)

    def summary(self):
        print("%d passed, %d failed" % (self.passed, self.failed), file=self.out)
        return self.failed == 0 and self.passed > 0
