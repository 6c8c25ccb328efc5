#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Starts a fixture for published clients and runs them.

    tests/clients/clients_fixture.py [--build build/asan] --node FOLDER | --without-node REASON

Starts usherd behind nginx with tenants and accounts, then runs the tests of this folder: those in
Python and with Apache, and those with npm packages from the folder that run.sh filled, or reports
why they did not run. After a failure the scratch folder below build/tmp is kept.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "flows"))

import apache           # noqa: E402
import report           # noqa: E402
import run              # noqa: E402
import servers          # noqa: E402
import uma              # noqa: E402
import verify           # noqa: E402
import fixture as fixture_  # noqa: E402

PROGRAMS = ("oauth4webapi", "openid-client", "jose")
IDP = "https://idp.example.org"
RETURN = "https://rs.example.net/return"
PASSWORD = "correct-battery-staple"
# With characters that clients must form-encode in Basic credentials.
ODD_SECRET = "s3cr3t:c/v+%&=long"


class ClientsFixture(fixture_.Fixture):
    """Tenants with the same accounts: `main` at the root of a loopback URL, `secure` by https, `fully`
    below a path, where tokens have alg Ed25519, and `rotating`, where a new key signs at once.

    `secure` has a web server of its own with a certificate for localhost, because the clients resolve
    host names themselves.

    """

    def __init__(self, build):
        super().__init__(build)
        port, self.secure_port = servers.free_ports(2)
        folder = self.folder / "secure"
        folder.mkdir()
        self.certificate = fixture_.certificate(folder, "localhost")
        self.secure_front = servers.Nginx(folder, self.usherd.socket, port, self.secure_port,
                                          self.certificate)

    def start(self):
        super().start()
        self.secure_front.start()
        return self

    def stop(self):
        self.secure_front.stop()
        return super().stop()

    def people(self, t):
        self.add_people(t)
        secure = fixture_.Tenant(self, "secure", "https://localhost:%d" % self.secure_port)
        secure.http = uma.Http(trust=str(self.certificate.chain))
        self.add_people(secure)
        self.add_people(self.tenant("fully", rpt_alg="Ed25519", key_wait=0))
        self.add_people(self.tenant("rotating", key_wait=0))
        time.sleep(1.1)     # keys of one second have no order
        self.admin.run("key", "rotate", "fully")

    def add_people(self, t):
        t.account("alice", password_stdin=True, stdin=PASSWORD + "\n")
        t.account("bob", email="bob@example.net")
        rs = {"scope": "uma_protection", "owner": "alice"}
        t.clients = [
            t.client("rs-basic", ODD_SECRET, resource_uri=verify.PHOTOZ, **rs),
            t.client("rs-post", auth="client_secret_post", resource_uri=verify.PHOTOZ, **rs),
            t.client("rs-apache", flat_permissions=True, rpt_permissions="introspection", **rs),
            t.client("c-basic", ODD_SECRET, push_claims=True),
            t.client("c-post", auth="client_secret_post", push_claims=True),
            t.client("c-public", public=True, auth="none"),
            t.client("c-plain", auth="client_secret_post", scope="profile",
                     grant=["client_credentials"]),
            t.client("rs-code", "a-secret-long-enough", scope="uma_protection",
                     grant=["authorization_code", "refresh_token"], redirect_uri=RETURN),
            t.client("c-native", public=True, scope="profile", require_pushed=True,
                     grant=["authorization_code"], redirect_uri="http://127.0.0.1/native"),
        ]
        self.tenants[t.name] = t

    def trust(self, jwks):
        for t in self.tenants.values():
            self.admin.run("issuer", "add", t.name, IDP, jwks=str(jwks))

    def data(self):
        """Parameters of the programs."""
        keys = json.loads((self.folder / "idp.json").read_text(encoding="utf-8"))["keys"]
        return {
            "audience": verify.PHOTOZ,
            "password": PASSWORD,
            "return": RETURN,
            "usherctl": [self.admin.program, "-c", self.admin.config],
            "idp": {"issuer": IDP, "keys": keys},
            "tenants": {
                t.name: {"issuer": t.issuer, "pat": t.pat("rs-basic", "alice").pat,
                         "clients": {c.id: {"id": c.id, "secret": c.secret} for c in t.clients}}
                for t in self.tenants.values()},
        }


class Result(report.LineResult):
    def run_program(self, name, argv, env):
        """Prints the lines of a program that reports its own tests; it must exit with 0 and
        print some."""
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=env, timeout=300, check=False)
        lines = done.stdout.splitlines()
        good = sum(line.startswith("ok ") for line in lines)
        bad = sum(line.startswith("not ok ") for line in lines)
        self.passed += good
        self.failed += bad
        print(done.stdout, end="", file=self.out)
        if good + bad == 0 or (done.returncode != 0 and bad == 0):
            self.line(False, name, "the program runs to its end",
                      ["it ended with %d after %d tests" % (done.returncode, good + bad)])


def run_node_programs(fixture, result, folder):
    subprocess.run(["node", str(folder / "idp.mjs"), str(fixture.folder)], check=True)
    fixture.trust(fixture.folder / "idp-jwks.json")
    file = fixture.folder / "fixture.json"
    file.write_text(json.dumps(fixture.data()), encoding="utf-8")
    os.chmod(file, 0o600)
    for name in PROGRAMS:
        result.run_program(name, ["node", str(folder / (name + ".mjs"))],
                    dict(os.environ, USHER_FIXTURE=str(file),
                         NODE_EXTRA_CA_CERTS=str(fixture.certificate.chain)))


def run_python_programs(fixture, result):
    for case in (verify.OtherPython, apache.StockApache):
        case.fixture = fixture
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)


def report_missing_node(result, reason):
    """A failure in continuous integration, elsewhere a warning that the summary repeats."""
    if os.environ.get("CI"):
        result.line(False, "", reason)
    else:
        print("WARNING clients: the packages of npm did not run: " + reason)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default=os.environ.get("USHER_BUILD", "build/asan"))
    node = options.add_mutually_exclusive_group(required=True)
    node.add_argument("--node", type=pathlib.Path)
    node.add_argument("--without-node", metavar="REASON")
    options = options.parse_args()

    fixture, result = ClientsFixture(os.path.abspath(options.build)), Result("clients")
    try:
        fixture.start()
        run_python_programs(fixture, result)
        if options.node:
            run_node_programs(fixture, result, options.node.resolve())
        else:
            report_missing_node(result, options.without_node)
    finally:
        run.aftermath(fixture, result)
    return run.finish(fixture, result)


if __name__ == "__main__":
    sys.exit(main())
