#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The demo that `make run` shows, behind both of its web servers, on free ports.

The play itself asserts every status it shows; here its end and its way out are looked at.
"""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ.get("USHER_BUILD", "build/asan")
counts = {True: 0, False: 0}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demo(front, *more):
    command = [sys.executable, str(ROOT / "packaging/demo/demo.py"), "--build", BUILD,
               "--front", front, "--port", str(free_port()), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True)


def verdict(holds, sentence, detail=""):
    counts[bool(holds)] += 1
    print(f"{'ok' if holds else 'not ok'} demo: {sentence}")
    if not holds:
        print("\n".join("    " + line for line in detail.splitlines()[-20:]))


def children_of(folder):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and folder in (entry / "cmdline").read_text():
                found.append(entry.name)
        except OSError:
            continue
    return found


def plays(front):
    out, _ = (child := demo(front, "--once")).communicate(timeout=120)
    verdict(child.returncode == 0, f"behind {front} the play reaches its end", out)
    verdict("by rule nobody-else" in out, f"behind {front} it names the rule that refused", out)


def stops():
    child = demo("nginx")
    deadline = time.time() + 120
    for line in child.stdout:
        if line.startswith("Serving on") or time.time() > deadline:
            break
    child.send_signal(signal.SIGINT)
    child.wait(timeout=60)
    left = children_of(str(ROOT / "build/demo"))
    verdict(not left, "it serves until Ctrl-C and leaves no process behind", " ".join(left))


for name in ("nginx", "lighttpd"):
    plays(name)
stops()
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] or not counts[True] else 0)
