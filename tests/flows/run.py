#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the flow tests against usherd behind a web server.

    tests/flows/run.py [--front nginx|lighttpd|apache] [--build build/asan] [module…]

Without a module's name, all modules run behind nginx; behind another web server only those that
depend on the web server (see CORE). After a failure the scratch folder below build/tmp is kept.
"""
import argparse
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import harness  # noqa: E402
import report   # noqa: E402

CORE = ["core", "signin"]
LAST = ["leaks"]  # searches the output and data of all other modules
TROUBLE = ("AddressSanitizer", "runtime error:", "LeakSanitizer", "assertion", "core dumped")


def modules(names, front):
    every = sorted(p.stem[len("test_"):] for p in HERE.glob("test_*.py"))
    every = [m for m in every if m not in LAST] + LAST
    names = names or (every if front == "nginx" else CORE)
    unknown = [name for name in names if name not in every]
    if unknown:
        sys.exit("no such module: %s; there are: %s" % (" ".join(unknown), " ".join(every)))
    return ["test_" + name for name in names]


def aftermath(fixture, result):
    """Checks the logs and exit codes of the server's processes at the end."""
    code = fixture.stop()
    text = fixture.usherd.text()
    found = [line for line in text.splitlines() if any(word in line for word in TROUBLE)]
    reasons = (["usherd ended with %s" % code] if code != 0 else []) + found
    result.line(not reasons, "run", "behind %s the server exits with 0, and no sanitizer "
                "complained" % fixture.front_name, reasons)


def finish(fixture, result):
    """Returns the exit code. After a failure the scratch folder is kept."""
    if result.failed:
        print("# left for inspection: %s" % fixture.folder)
    else:
        fixture.remove()
    return 0 if result.summary() else 1


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--front", default="nginx", choices=["nginx", "lighttpd", "apache"])
    options.add_argument("--build", default=os.environ.get("USHER_BUILD", "build/asan"))
    options.add_argument("modules", nargs="*")
    options = options.parse_args()

    suite = unittest.defaultTestLoader.loadTestsFromNames(
        modules(options.modules, options.front))
    result = report.LineResult()
    fixture = harness.fixture(os.path.abspath(options.build), options.front)
    try:
        suite.run(result)
    finally:
        aftermath(fixture, result)
    return finish(fixture, result)


if __name__ == "__main__":
    sys.exit(main())
