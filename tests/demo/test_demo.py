#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The demo that `make run` shows, behind both of its web servers, on free ports.

The demo itself asserts every status it prints; these tests check how it ends and how it stops.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging/demo"))
import photo_uma  # noqa: E402

BUILD = os.environ.get("USHER_BUILD", "build/asan")
counts = {True: 0, False: 0}


ports = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        ports.append(probe.getsockname()[1])
        return ports[-1]


def demo(front, *more, port=None):
    command = [sys.executable, str(ROOT / "packaging/demo/demo.py"), "--build", BUILD,
               "--front", front, "--port", str(port or free_port()),
               "--site-port", str(free_port()), *more]
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
    verdict(child.returncode == 0, f"behind {front} the demo runs to its end", out)
    verdict("by rule nobody-else" in out, f"behind {front} it names the rule that refused", out)


def serving(front, port):
    """A running demo, and its output until then."""
    child, said = demo(front, port=port), ""
    for line in child.stdout:
        if line.startswith("Serving on"):
            break
        said += line
    return child, said


def token_of(said, request):
    """The first characters of the token in the output of a request."""
    return re.search(re.escape(request) + r".*\n +Authorization: Bearer (\S+)…", said).group(1)


def by_hand(said):
    """{comment: its command, to be run from anywhere}"""
    block = said[said.index("Now by hand"):]
    there = re.search(r"^  (cd .+)$", block, re.M).group(1)
    pieces = re.findall(r"^  # (.+)\n((?:^   *[^#\s].*\n)+)", block, re.M)
    return {comment: f"{there} && {command}" for comment, command in pieces}


def run(command):
    return subprocess.run(["sh", "-c", command], cwd="/", text=True, capture_output=True,
                          timeout=60, check=False)


def tries(said):
    answers, commands = {}, by_hand(said)
    for comment, command in commands.items():
        answers[comment] = run(command)
    again = run(next(c for n, c in commands.items() if n.startswith("what bob's token")))
    shown = "\n".join(f"{c}\n{a.stdout}{a.stderr}" for c, a in answers.items())
    verdict(len(answers) == 6 and all(a.returncode == 0 and a.stdout.endswith("}\n" if "curl" in
                                      commands[c] else "\n") for c, a in answers.items()),
            "the commands to try by hand work from any folder, a line each", shown)
    verdict(re.search(r"view +deny +nobody-else", shown), "they say why carol is refused", shown)
    verdict('"active":true' in shown and again.stdout == '{"active":false}\n',
            "they show bob's token before and after the policy is removed",
            shown + again.stdout)
    verdict("by bob-may-view" in shown, "the audit tells by which rule bob was let in", shown)


def browse(said):
    """The addresses and passwords for a browser."""
    found = re.search(r"(http://127\.0\.0\.1:\d+)/photos/lighthouse +bob .*password: (\S+)", said)
    verdict(found and f"{found.group(1)}/alice" in said, "it prints what to open as bob and alice",
            said)
    status, headers, _ = photo_uma.send("GET", found.group(1) + "/photos/lighthouse")
    verdict(status == 303 and re.match(r"http://127\.0\.0\.1:\d+/claims\?", headers["Location"]),
            "the photo site sends a visitor without a token to Usher", headers.as_string())
    status, headers, _ = photo_uma.send("GET", found.group(1) + "/api/lighthouse",
                                        photo_uma.bearer("no-such-token"))
    verdict(status == 401 and re.match('UMA realm="photoz", as_uri="http', headers[
        "WWW-Authenticate"]), "the photo site answers an unknown token with a ticket",
            headers.as_string())
    answers = [photo_uma.send("GET", found.group(1) + path)[0] for path in
               ("/", "/alice", "/back?state=x&ticket=y", "/connected?state=x&code=y", "/photos/x",
                "/api/../demo.py", "/nothing")]
    verdict(answers == [200, 200, 400, 400, 404, 404, 404],
            "the photo site has no other pages, and accepts no response it did not ask for",
            str(answers))
    answers = [photo_uma.send("POST", found.group(1) + path, headers, form={"photo": "lighthouse"})[0]
               for path, headers in (("/disconnect", {"Origin": "http://127.0.0.1:1"}),
                                     ("/nothing", {}), ("/share", {}))]
    verdict(answers == [403, 404, 303], "the photo site accepts no form of another site",
            str(answers))


def serves_and_stops():
    port = free_port()
    child, said = serving("nginx", port)
    folder = ROOT / f"build/demo-{port}"
    verdict(token_of(said, "alice -> Usher   PUT") != token_of(said, "photoz -> Usher   POST"),
            "alice sets the policy with a token of their own", said)
    verdict('WWW-Authenticate: UMA realm="photoz"' in said, "it shows photoz's 401 to the viewer",
            said)
    verdict('"iss": "http' in said.split("3. A photo")[1].split("6. Photoz")[0],
            "it shows the claims of the RPT", said)
    if "In a browser:" in said:
        browse(said)
    verdict(all((folder / f).stat().st_mode & 0o777 == 0o600 for f in ("pat", "rpt")),
            "its tokens are for their user alone")
    out, _ = demo("nginx", "--once", port=port).communicate(timeout=60)
    verdict("already" in out and "Traceback" not in out,
            "a second one on the same port is rejected with one sentence", out)
    out, _ = (other := demo("nginx", "--once")).communicate(timeout=120)
    verdict(other.returncode == 0, "a second one on another port runs beside it", out)
    tries(said)
    child.send_signal(signal.SIGINT)
    child.wait(timeout=60)
    left = children_of(str(folder))
    verdict(not left, "it serves until Ctrl-C and leaves no process behind", " ".join(left))


def variables():
    """PORT and FRONT select the port and the web server of make run."""
    for setting, hint in (({"PORT": "abc"}, "PORT must be a number"),
                       ({"PORT": "80443"}, "1 to 65535"),
                       ({"FRONT": "apache"}, "FRONT must be nginx or")):
        done = subprocess.run([sys.executable, "packaging/demo/demo.py", "--once"], cwd=ROOT,
                              text=True, capture_output=True, check=False,
                              env={**os.environ, **setting})
        verdict(done.returncode != 0 and hint in done.stderr and done.stderr.count("\n") == 1,
                "=".join(*setting.items()) + " is rejected with one sentence", done.stderr)
    done = subprocess.run(["sh", "packaging/deps.sh", "run"], cwd=ROOT, text=True, check=False,
                          capture_output=True, env={**os.environ, "FRONT": "apache"})
    verdict(done.returncode == 64 and "FRONT must be nginx or lighttpd" in done.stderr,
            "an invalid FRONT is rejected before anything is installed or built", done.stderr)
    make = os.environ.get("MAKE", "make")
    done = subprocess.run([make, "--no-print-directory", f"V={BUILD.removeprefix('build/')}",
                           "programs"], cwd=ROOT, text=True, capture_output=True, check=False)
    verdict("Nothing to be done" not in done.stdout, "make prints nothing if nothing has to be built",
            done.stdout)


for name in ("nginx", "lighttpd"):
    plays(name)
serves_and_stops()
variables()
for number in ports:
    shutil.rmtree(ROOT / f"build/demo-{number}", ignore_errors=True)
    (ROOT / f"build/demo-{number}.lock").unlink(missing_ok=True)
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] or not counts[True] else 0)
