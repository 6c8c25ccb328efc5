#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of the pages in Chromium: tests/browser/run.sh calls it.

    tests/browser/run.py [--build build/asan] [--without-axe REASON] [module…]
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "flows")]

import pages_test  # noqa: E402
import report      # noqa: E402
import servers     # noqa: E402

# What Usher must have, so that a module can run.
NEEDS = {"signin": ["/signin"], "consent": ["/signin", "authorization_endpoint"],
         "names": ["/signin", "authorization_endpoint"],
         "claims": ["/signin", "claims_interaction_endpoint"]}


def modules(names):
    every = sorted(p.stem[len("test_"):] for p in HERE.glob("test_*.py"))
    unknown = [name for name in names if name not in every]
    if unknown:
        sys.exit("no such module: %s; there are: %s" % (" ".join(unknown), " ".join(every)))
    found = []
    for name in names or every:
        missing = [what for what in NEEDS.get(name, []) if not pages_test.run.offers(what)]
        if missing:
            print("WARNING browser: %s is not tested: there is no %s" % (name, missing[0]))
        else:
            found.append("test_" + name)
    return found


def report_missing_axe(result, reason):
    """A failure in continuous integration, elsewhere a warning that the summary repeats."""
    if os.environ.get("CI"):
        result.line(False, "", reason)
    else:
        print("WARNING browser: axe-core did not run: " + reason)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default=os.environ.get("USHER_BUILD", "build/asan"))
    options.add_argument("--without-axe", default="", metavar="REASON")
    options.add_argument("modules", nargs="*")
    options = options.parse_args()

    scratch = servers.ROOT / "build" / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="browser-", dir=scratch))
    result = report.LineResult("browser")
    pages_test.setup(os.path.abspath(options.build), folder)
    if options.without_axe:
        report_missing_axe(result, options.without_axe)
    else:
        pages_test.axe_load(servers.ROOT / "build/browser/node_modules/axe-core/axe.min.js")
    try:
        unittest.defaultTestLoader.loadTestsFromNames(modules(options.modules)).run(result)
    finally:
        pages_test.stop(result)
    if result.failed:
        print("# left for inspection: %s" % folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if result.summary() else 1


if __name__ == "__main__":
    sys.exit(main())
