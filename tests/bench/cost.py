# SPDX-License-Identifier: Apache-2.0
"""What one request costs usherd, and what it costs the others (T-O05).

CPU is that of all processes of usherd, per request, as a ratio to discovery. Requests come one after
the other over one connection, so nothing is shared between them but the worker.
"""
import http.client
import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import threading
import urllib.parse

FLOWS = pathlib.Path(__file__).resolve().parents[1] / "flows"
sys.path.append(str(FLOWS))
import uma  # noqa: E402

_spec = importlib.util.spec_from_file_location("flows_fixture", FLOWS / "fixture.py")
flows_fixture = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(flows_fixture)

BESIDE = 8          # connections of expensive requests
MUST = {"anonymous": 25, "client": 250, "server": 250}
MUST_BESIDE = 5
MANY = 64           # resources of the largest ticket
JUDGED = 3          # those of them whose policies may be judged at once; more are refused (413)
BODY = 65000


class Request:
    """A request as it goes over the wire; `make` makes the body anew where it is good only once.
    Of several paths each connection has its own, so that changes of one thing do not conflict."""

    def __init__(self, name, method, path, headers=(), body=b"", statuses=(200,), make=None):
        self.name, self.method = name, method
        self.paths = [path] if isinstance(path, str) else path
        self.headers, self.body = dict(headers), body
        self.statuses, self.make = statuses, make

    def send(self, connection, body, place=0):
        path = self.paths[place % len(self.paths)]
        connection.request(self.method, path, body or None, self.headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in self.statuses:
            raise RuntimeError("bench: %s: status %d" % (self.name, answer.status))


class CostHarness:
    """A running usherd behind nginx, with one tenant for the expensive requests and one beside."""

    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.fixture = flows_fixture.Fixture(build)
        self.fixture.usherd.write({"log_level": "warn"})

    def __enter__(self):
        try:
            self.fixture.start()
            self.beside = self.fixture.small("beside")
            self.write_lines()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.fixture.stop()
        self.fixture.remove()

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.fixture.port, timeout=60)

    def cpu(self):
        """Nanoseconds of CPU that the processes of usherd have used."""
        master = str(self.fixture.usherd.child.pid)
        pids = subprocess.run(["ps", "-o", "pid=", "--ppid", master], check=True,
                              capture_output=True, text=True).stdout.split()
        return sum(int(pathlib.Path("/proc/%s/schedstat" % pid).read_text().split()[0])
                   for pid in [master, *pids])

    def cost(self, request, count):
        """Nanoseconds of CPU of one request."""
        bodies = [request.make() if request.make else request.body for _ in range(count + 2)]
        connection = self.connection()
        for body in bodies[:2]:
            request.send(connection, body)
        before = self.cpu()
        for body in bodies[2:]:
            request.send(connection, body)
        spent = self.cpu() - before
        connection.close()
        return spent / count

    def write_lines(self):
        """What load needs to introspect in the other tenant."""
        t = self.beside
        rid = t.alice.share(t.alice.add("view"), ["view"])
        rpt = t.viewer.rpt(t.alice.ticket((rid, ["view"])))
        self.lines = self.fixture.folder / "lines"
        self.lines.write_text("%s\t%s\t%s\n" % (t.alice.pat, rid, rpt), encoding="ascii")

    def p99(self, request, seconds):
        """Of introspection in the other tenant, beside 8 connections of these requests."""
        over, threads = threading.Event(), []

        def run(place):
            connection = self.connection()
            while not over.is_set():
                request.send(connection, request.make() if request.make else request.body, place)
            connection.close()
        for place in range(BESIDE):
            threads.append(threading.Thread(target=run, args=(place,)))
            threads[-1].start()
        try:
            path = urllib.parse.urlsplit(self.beside.issuer).path
            out = subprocess.run([self.build / "bench" / "load", "introspect",
                                  str(self.fixture.port), "4", str(seconds), self.lines, path],
                                 check=True, capture_output=True, text=True, timeout=seconds + 60)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        said = json.loads(out.stdout)
        if said["bad"]:
            raise RuntimeError("bench: introspection beside %s: %s" % (request.name, said))
        return said["p99"]


# --- the requests ------------------------------------------------------------------------------

FORM = ("Content-Type", uma.FORM)
JSON = ("Content-Type", "application/json")


def discovery():
    return Request("discovery", "GET", "/.well-known/uma2-configuration")


def anonymous(_harness):
    pairs = "&".join("%s=%s" % ("a" * 8 + str(n), "%41" * 80) for n in range(64))[:16000]
    basic = dict([FORM, ("Authorization", uma.basic("x" * 100, "y" * 200))])
    bearer = dict([JSON, ("Authorization", "Bearer pat_" + "A" * 50)])
    deep = b'{"a":' + b"[" * 16 + b"1," * ((BODY - 60) // 2) + b"1" + b"]" * 16 + b"}"
    yield Request("form of 64 parameters", "POST", "/token", [FORM], pairs.encode(), (400, 401))
    yield Request("unknown client", "POST", "/token", basic, pairs.encode(), (400, 401, 429))
    yield Request("form at introspection", "POST", "/introspect", [FORM], pairs.encode(),
                  (400, 401))
    yield Request("unknown PAT, large JSON", "POST", "/resource_set", bearer, deep, (401,))
    yield Request("long path", "GET", "/" + "a" * 3000, [], b"", (404, 400))
    yield Request("keys", "GET", "/jwks")


IDP = "https://idp.example.net"


def one_of(name, values):
    return {"claim": {"issuer": IDP, "name": name, "op": "in", "value": values}}


def rules():
    """A policy of about 8 KiB, near its bound of 512 values, that permits at its last value."""
    values = ["value%04d@example.org" % n for n in range(12 * 32)]
    lists = [values[n:n + 32] for n in range(0, len(values), 32)]
    lists[-1][-1] = "bob@example.net"
    return [{"id": "no", "effect": "deny", "scopes": "all",
             "when": {"any": [one_of("department", lists[0]), one_of("department", lists[1])]}},
            {"id": "yes", "effect": "permit", "scopes": "all",
             "when": {"any": [one_of("email", one) for one in lists]}}]


def shared(harness):
    """Resources with long policies, as many as one ticket may name."""
    alice, found = harness.fixture.alice, []
    for _ in range(MANY):
        rid = alice.add("view", "print")
        alice.policy_put(rid, *rules()).expect(200)
        found.append((rid, ["view"]))
    return found


def grant(harness, name, wanted, token=None, statuses=(200,)):
    viewer, alice = harness.fixture.viewer, harness.fixture.alice
    headers = [FORM, viewer.credentials()[0][0]]

    def make():
        pairs = {"grant_type": uma.UMA, "ticket": alice.ticket(*wanted)}
        if token is not None:
            pairs.update(claim_token=token(), claim_token_format=uma.ID_TOKEN)
        return uma.form(pairs).encode()
    return Request(name, "POST", "/token", headers, None, statuses, make)


def tokens(harness, alg, **more):
    return lambda: harness.fixture.idp.token(harness.fixture.viewer.id, alg, **more)


def client(harness, wanted):
    claims = {"groups": ["g%06d" % n for n in range(400)], "department": "none"}
    yield grant(harness, "64 long policies, large ID Token", wanted,
                tokens(harness, "RS256", **claims), (200, 403, 413))
    yield grant(harness, "64 long policies", wanted, None, (200, 403, 413))
    yield grant(harness, "%d long policies, large ID Token" % JUDGED, wanted[:JUDGED],
                tokens(harness, "RS256", **claims), (200, 403))
    yield grant(harness, "large ID Token", wanted[:1], tokens(harness, "ES256", **claims), (200, 403))


def server(harness, wanted):
    alice = harness.fixture.alice
    bearer = alice.bearer() + [JSON]
    document = json.dumps({"rules": rules()}).encode()
    many = json.dumps([{"resource_id": rid, "resource_scopes": s} for rid, s in wanted]).encode()
    large = json.dumps({"resource_scopes": ["s" + "x" * 240 + str(n) for n in range(64)],
                        "x": "n" * 40000}).encode()
    form = alice.bearer() + [FORM]
    viewer = harness.fixture.viewer
    answer = viewer.push(alice.ticket(*wanted[:JUDGED]), tokens(harness, "EdDSA", department="none")())
    yield Request("ticket for 64 resources", "POST", "/permission", bearer, many, (201,))
    yield Request("policy", "PUT", ["/policy/" + rid for rid, _ in wanted], bearer, document)
    yield Request("resource", "POST", "/resource_set", bearer, large, (201,))
    yield Request("list of resources", "GET", "/resource_set", alice.bearer())
    if answer.status == 200:
        token = uma.form({"token": answer.json()["access_token"]}).encode()
        yield Request("introspection of permissions", "POST", "/introspect", form, token)


# --- the rows ----------------------------------------------------------------------------------

def claims_rows(table, harness, base, rounds, count):
    """What an ID Token adds to a grant."""
    alice = harness.fixture.alice
    rid = alice.share(alice.add("view"), ["view"])
    costs = {}
    kinds = [("without claims", None)] + [
        ("with an ID Token, " + alg, tokens(harness, alg)) for alg in ("EdDSA", "ES256", "RS256")]
    for _ in range(rounds):
        for name, token in kinds:
            request = grant(harness, name, [(rid, ["view"])], token)
            costs.setdefault(name, []).append(harness.cost(request, count))
    for name, _ in kinds:
        value = statistics.median(costs[name])
        table.add("19", "CPU of a grant %s / discovery" % name, value / 1000, "us", base / 1000,
                  value / base)


def dearest(harness, requests, count):
    """The most expensive of them, and what it costs."""
    found = [(harness.cost(request, count), request) for request in requests]
    return max(found, key=lambda pair: pair[0])


def rows(table, build, rounds, seconds):
    count = max(3, min(40, int(80 * seconds)))
    with CostHarness(build) as harness:
        base = statistics.median(harness.cost(discovery(), 25 * count) for _ in range(rounds))
        claims_rows(table, harness, base, rounds, count)
        wanted = shared(harness)
        calm = harness.p99(discovery(), 4 * seconds)
        for who, requests in (("anonymous", anonymous(harness)), ("client", client(harness, wanted)),
                              ("server", server(harness, wanted))):
            cost, request = dearest(harness, requests, count)
            table.add("20", "CPU, dearest of %s: %s" % (who, request.name), cost / 1000, "us",
                      base / 1000, cost / base, MUST[who], least=False)
            p99 = harness.p99(request, 4 * seconds)
            table.add("21", "p99 of another tenant beside it / discovery", p99, "us", calm,
                      p99 / max(calm, 1), MUST_BESIDE, least=False)
