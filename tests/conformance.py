#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the tests have shown: conformance row by row, threat by threat.

    tests/conformance.py [--check] LOG…

A log holds lines "ok SUITE: SENTENCE [IDS]" and "not ok …"; IDS are rows of tests/flows/rows.tsv
and threats (T-…).  Writes tests/conformance.tsv and tests/threats.tsv, or with --check compares
them with what is there.  Exit code 1: a row is missing or failed, a threat's test failed, or a
file differs.
"""
import argparse
import collections
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROWS = HERE / "flows" / "rows.tsv"
LINE = re.compile(r"^(ok|not ok) (\S+): (.*?)\s*\[([A-Z0-9 -]+)\]\s*$")
ROW_ID = re.compile(r"^[GFO]-[A-Z0-9]+-\d{2,}$")
THREAT_ID = re.compile(r"^T-[A-Z]\d{2}$")
ABSENT = "not offered"


def shown(logs):
    """{id: {(suite, sentence): passed}}; a test that ran more than once passed if it always did."""
    found = collections.defaultdict(dict)
    for log in logs:
        for line in pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines():
            match = LINE.match(line)
            if match is None:
                continue
            passed, suite, sentence, ids = match.groups()
            for one in ids.split():
                known = found[one].get((suite, sentence), True)
                found[one][(suite, sentence)] = known and passed == "ok"
    return found


def result(tests):
    if not tests:
        return "missing"
    if not all(tests.values()):
        return "failed"
    if all(ABSENT in sentence for _, sentence in tests):
        return ABSENT
    return "passed"


def sentences(tests):
    return "; ".join("%s: %s" % test for test in sorted(tests))


def rows():
    lines = ROWS.read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def table(head, lines):
    return "\n".join(["\t".join(head)] + ["\t".join(line) for line in lines]) + "\n"


def conformance(found):
    return [(row, level, result(found[row]), sentences(found[row]))
            for row, _, _, level, _ in rows()]


def threats(found):
    return [(one, result(found[one]), sentences(found[one]))
            for one in sorted(found) if THREAT_ID.match(one)]


def strangers(found):
    """Identifiers in brackets that are neither a known row nor a threat: slips of the pen."""
    known = {row[0] for row in rows()}
    return sorted(one for one in found if ROW_ID.match(one) and one not in known)


def differs(path, text, check):
    """Writes the file; with --check only tells whether it would change."""
    if check:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != text:
            print("%s differs from what the tests show: make tables writes it" % path.name)
        return old != text
    path.write_text(text, encoding="utf-8")
    return False


def summary(name, results):
    counts = collections.Counter(results)
    print("%s: %d, %s" % (name, len(results), ", ".join(
        "%d %s" % (counts[kind], kind) for kind in sorted(counts))))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true")
    options.add_argument("logs", nargs="+", metavar="LOG")
    options = options.parse_args()

    found = shown(options.logs)
    by_row, by_threat = conformance(found), threats(found)
    bad = [line for line in by_row if line[2] in ("missing", "failed")]
    bad += [line for line in by_threat if line[1] == "failed"]
    for line in bad:
        print("\t".join(line))
    for one in strangers(found):
        print("%s is named by a test and is no row of %s" % (one, ROWS.name))
    different = [
        differs(HERE / "conformance.tsv",
                table(("id", "level", "result", "tests"), by_row), options.check),
        differs(HERE / "threats.tsv", table(("id", "result", "tests"), by_threat),
                options.check)]
    summary("rows", [line[2] for line in by_row])
    summary("threats", [line[1] for line in by_threat])
    return 1 if bad or strangers(found) or any(different) else 0


if __name__ == "__main__":
    sys.exit(main())
