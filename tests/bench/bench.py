#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make bench: how fast, as ratios to floors measured in the same rounds; a table and build/bench.tsv.

A rate by itself says more about the machine than about us. So every figure has a floor beside it
that is measured a second before or after, behind the same nginx; the ratio of each round is taken,
and of the rounds the median. "must" is missed: the exit code is 1. "aim" is what we wish for.
"""
import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import sys
import time

import cost
import bench_fixture

# What is measured in every round: name, kind of request (talk.c), who serves it, clients.
MEASURES = [
    ("static",        "fixed",      "static",  32),
    ("trivial",       "fixed",      "trivial", 32),
    ("discovery",     "discovery",  "large",   32),
    ("trivial_post",  "post",       "trivial", 32),
    ("refused",       "refused",    "large",   32),
    ("introspect",    "introspect", "large",   32),
    ("introspect_1k", "introspect", "small",   32),
    ("permission",    "permission", "large",   32),
    ("single",        "permission", "single",  32),
    ("pair",          "pair",       "large",   32),
    ("pair_1k",       "pair",       "small",   32),
    ("trivial_128",   "post",       "trivial", 128),
    ("permission_128", "permission", "large",  128),
    ("single_128",    "permission", "single",  128),
    ("pair_128",      "pair",       "large",   128),
]

# What is made of them: number, sentence, measure, floor, must, aim.
RATIOS = [
    ("1",   "trivial / nginx static file", "trivial", "static", 0.38, 0.45),
    ("2a",  "discovery / trivial", "discovery", "trivial", 0.85, 0.95),
    ("2b",  "a refused request / trivial", "refused", "trivial_post", 0.85, 0.95),
    ("3",   "introspection / trivial, 32 clients", "introspect", "trivial_post", 0.70, 0.80),
    ("4",   "introspection, large / small store", "introspect", "introspect_1k", 0.85, 0.95),
    ("5a",  "permission / trivial, 32 clients", "permission", "trivial_post", 0.25, 0.35),
    ("5b",  "permission / trivial, 128 clients", "permission_128", "trivial_128", 0.35, 0.50),
    ("6a",  "permission + grant / trivial, 32 clients", "pair", "trivial_post", 0.17, 0.25),
    ("6b",  "permission + grant / trivial, 128 clients", "pair_128", "trivial_128", 0.25, 0.37),
    ("10a", "group commit / one each, 32 clients", "permission", "single", 4, 6),
    ("10b", "group commit / one each, 128 clients", "permission_128", "single_128", 7, 10),
    ("-",   "permission + grant, large / small store", "pair", "pair_1k", 0.85, 0.95),
]


class Table:
    """What goes to the terminal and to the file."""

    def __init__(self):
        self.rows, self.missed = [], 0
        print(f"{'':4} {'':44} {'value':>9} {'floor':>9} {'ratio':>7} {'must':>7} {'aim':>7}")

    def add(self, number, sentence, value, unit, floor=None, ratio=None, must=None, aim=None,
            least=True):
        figure = ratio if ratio is not None else value
        bad = must is not None and (figure < must if least else figure > must)
        self.missed += bad
        shown = [form(x) for x in (value, floor, ratio, must, aim)]
        mark = "  MISSED" if bad else ""
        print(f"{number:>4} {sentence:44} {shown[0]:>9} {shown[1]:>9} {shown[2]:>7} {shown[3]:>7} "
              f"{shown[4]:>7}{mark}", flush=True)
        self.rows.append((sentence, form(value), unit, form(floor), form(ratio)))

    def write(self, path):
        with open(path, "w", encoding="utf-8") as out:
            out.write("name\tvalue\tunit\tfloor\tratio\n")
            for row in self.rows:
                out.write("\t".join(row) + "\n")


def form(number):
    if number is None:
        return ""
    return f"{number:.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.2f}"


def measure(fixtures, rounds, seconds):
    """Every measure once a round in each fixture, one fixture right after the other; the order turns, so
    that none always has the same neighbour.  Many short rounds rather than few long ones: what is
    compared lies closer together in time."""
    rates = [{name: [] for name, *_ in MEASURES} for _ in fixtures]
    for name, kind, backend, clients in MEASURES:     # warms connections, caches, page tables up
        for w in fixtures:
            w.load(kind, backend, clients, 4 * seconds)
    for i in range(rounds):
        for name, kind, backend, clients in MEASURES if i % 2 == 0 else MEASURES[::-1]:
            for w, rate in list(zip(fixtures, rates))[::1 if i % 4 < 2 else -1]:
                said = w.load(kind, backend, clients, seconds)
                if said["bad"] or said["never"]:
                    sys.exit(f"bench: {name}: {said}")
                rate[name].append(said["rate"])
    return rates


def ratio_of(rates, top, floor):
    return statistics.median(a / b for a, b in zip(rates[top], rates[floor]))


def compare(table, rates, old=None):
    """The ratios; with those of an old build, and the new one's to it, where there is one."""
    median = {name: statistics.median(list_) for name, list_ in rates.items()}
    for number, sentence, top, floor, must, aim in RATIOS:
        table.add(number, sentence, median[top], "per_s", median[floor],
                  ratio_of(rates, top, floor), must, aim)
        if old is not None:
            was = statistics.median(a / b for a, b in zip(rates[top], old[top]))
            table.add("", "  … the old build's; new / old rate",
                      statistics.median(old[top]), "per_s", ratio_of(old, top, floor), was)


REST = 1.5    # seconds until a worker has noticed that it has nothing to do


def memory(table, w):
    """Of the worker that has most, at rest: after some load, and after ten times as much."""
    server = w.backends["large"]
    server.stop()
    server.start()
    for kind in ("introspect", "pair"):
        w.load(kind, "large", 32, 1)
    time.sleep(REST)
    once = server.private_dirty()
    for kind in ("introspect", "pair"):
        w.load(kind, "large", 32, 10)
    time.sleep(REST)
    after = server.private_dirty()
    table.add("16a", "private memory of a worker after load, MiB", once / 1024, "MiB", must=1,
              aim=0.5, least=False)
    table.add("16b", "… after ten times the load / once", after / 1024, "MiB", once / 1024,
              after / once, 1.1, 1.02, least=False)


def starting(table, w, rounds):
    """From the call of the program to a socket that listens."""
    server = w.backends["small"]
    server.stop()
    took, floor = [], []
    for _ in range(rounds):
        took.append(int(w.program("start", server.socket, *server.argv)))
        floor.append(int(w.program("start", "-", w.build / "bench" / "nothing")))
    table.add("17", "start to socket / do nothing, same libraries",
              statistics.median(took) / 1000, "ms", statistics.median(floor) / 1000,
              statistics.median(a / b for a, b in zip(took, floor)), 6, 3, least=False)
    server.start()


def many_clients(table, w, seconds):
    for name, kind in (("GET", "discovery"), ("POST", "introspect")):
        said = w.load(kind, "large", 256, seconds)
        for what, member in (("clients never served", "never"), ("requests over a second", "stuck"),
                             ("answers not 2xx", "bad")):
            table.add("18", f"{what}, 256 clients, {name}", said[member], "count", must=0,
                      least=False)


def raw(table, w):
    """Without any HTTP, for whoever compares machines."""
    lines = w.program("bench_sign") + w.program("bench_store", ROWS="100000")
    for line in lines.splitlines():
        name, value, unit = line.split("\t")
        table.add("", name, float(value), unit)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/gcc")
    parser.add_argument("--old", help="a build folder of another revision with its bench programs "
                        "(make V=gcc bench-programs there): measured in turn with --build")
    parser.add_argument("--out", default="build/bench.tsv")
    for name, preset in (("ROUNDS", 17), ("SECONDS", 0.5), ("ROWS", 1000000)):
        parser.add_argument("--" + name.lower(), type=float if name == "SECONDS" else int,
                            default=os.environ.get(name, preset))
    return parser.parse_args()


def main():
    options = arguments()
    folder = pathlib.Path("build/tmp/bench")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin = time.monotonic()
    print(f"filling a store with {options.rows} resources, policies and tokens", flush=True)
    try:
        with contextlib.ExitStack() as stack:
            fixtures = [stack.enter_context(bench_fixture.BenchFixture(build, folder / name, options.rows))
                      for name, build in (("new", options.build), ("old", options.old)) if build]
            w = fixtures[0]
            rates = measure(fixtures, options.rounds, options.seconds)
            table = Table()
            compare(table, *rates)
            memory(table, w)
            starting(table, w, max(options.rounds, 7))
            many_clients(table, w, 20 * options.seconds)
            raw(table, w)
        cost.rows(table, options.build, max(1, options.rounds // 4), options.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table.write(options.out)
    print(f"{options.out} written after {time.monotonic() - begin:.0f} s; "
          f"{table.missed or 'no'} must missed")
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
