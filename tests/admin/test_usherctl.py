#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs usherctl as a process: its output, its files, its exit code.

    tests/admin/test_usherctl.py [usherctl]        default: $USHER_BUILD/usherctl, build/asan

Prints one line for each test and finally "N passed, N failed". Tests that need resources and
requests in the store are C tests in this folder.
"""
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                       os.path.join(os.environ.get("USHER_BUILD", "build/asan"), "usherctl"))
PAGE = ROOT / "packaging/man/usherctl.8"
USAGE, DATA, NOINPUT, NOBODY, UNAVAILABLE = 64, 65, 66, 67, 69
CANTCREATE, IOERR, NOPERM, CONFIG = 73, 74, 77, 78
SECRET = "correct-horse-battery-staple"
JWKS = {"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "k1",
                  "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}   # RFC 8037, A.2

tests = []


def test(sentence):
    def add(function):
        tests.append((sentence, function))
        return function
    return add


class Said:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def doc(self):
        assert self.code == 0, "exit code %d: %s" % (self.code, self.err)
        assert self.out.endswith("\n")
        return json.loads(self.out)


class Desk:
    """A configuration, and the files of usherctl, in a folder of its own."""

    def __init__(self, made=True):
        (ROOT / "build/tmp").mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=ROOT / "build/tmp"))
        self.config = self.folder / "usher.conf"
        self.write('map_size = 8\nmap_max = 16\n')
        if made:
            self.ok("init")
            self.ok("tenant", "add", "acme", "--issuer", "https://as.example.com")
            self.ok("tenant", "add", "beta", "--issuer", "https://as.example.com/t/beta")

    def write(self, more):
        self.config.write_text('store = "%s/store"\nmaster_key = "%s/master.key"\n%s' %
                               (self.folder, self.folder, more))
        self.config.chmod(0o600)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, *words, stdin="", **more):
        return Said(subprocess.run([PROGRAM, "-c", self.config, *words], input=stdin, text=True,
                                   capture_output=True, timeout=120, check=False, **more))

    def json(self, *words, stdin=""):
        return self.run("--json", *words, stdin=stdin).doc

    def ok(self, *words, stdin=""):
        said = self.run(*words, stdin=stdin)
        assert said.code == 0, "%s: exit code %d: %s" % (words, said.code, said.err)
        return said

    def refused(self, code, *words, stdin="", hint=""):
        """Asserts, in both output formats: this exit code, nothing on stdout, one sentence on
        stderr."""
        plain, strict = self.run(*words, stdin=stdin), self.run("--json", *words, stdin=stdin)
        for said in plain, strict:
            assert said.code == code, "%s: exit code %d, not %d: %s" % (words, said.code, code,
                                                                        said.err)
            assert said.out == "", said.out
        lines = plain.err.splitlines()
        assert len(lines) == 1 and lines[0].startswith("usherctl: "), plain.err
        assert hint in lines[0], plain.err
        assert list(json.loads(strict.err)) == ["error"], strict.err
        return lines[0]

    def stored(self):
        return (self.folder / "store/data.mdb").read_bytes()


def fresh():
    return Desk(made=False)


# --- the instance ----------------------------------------------------------------------------

@test("init creates store and master key, accessible to their owner only, and prints the next command "
      "[T-X06 T-S10]")
def _():
    with fresh() as d:
        said = d.ok("init")
        assert "usherctl -c %s tenant add" % d.config in said.out
        assert "pat acme --client photos --owner alice --life 31536000\n" in said.out
        key = d.folder / "master.key"
        assert re.fullmatch(r"[0-9a-f]{64}\n", key.read_text())
        for path in [key, *(d.folder / "store").iterdir()]:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert stat.S_IMODE((d.folder / "store").stat().st_mode) == 0o700


@test("init overwrites neither an existing store nor an existing master key")
def _():
    with fresh() as d:
        d.json("init")
        before = d.stored()
        key = (d.folder / "master.key").read_text()
        d.refused(CANTCREATE, "init", hint="nothing was created")
        assert (d.folder / "master.key").read_text() == key and d.stored() == before
        shutil.rmtree(d.folder / "store")
        assert d.json("init")["new_master_key"] is False
        assert (d.folder / "master.key").read_text() == key


@test("init uses an existing master key only if no other user can read it [T-X06]")
def _():
    with fresh() as d:
        key = d.folder / "master.key"
        key.write_text("0" * 64 + "\n")
        key.chmod(0o644)
        d.refused(CONFIG, "init", hint=str(key))
        key.chmod(0o600)
        key.write_text("short\n")
        d.refused(CONFIG, "init", hint=str(key))
        assert not (d.folder / "store").exists()


@test("init rejects a file at the path of the store, and a missing parent directory")
def _():
    with fresh() as d:
        (d.folder / "store").write_text("precious")
        d.refused(CANTCREATE, "init")
        assert (d.folder / "store").read_text() == "precious"
    with fresh() as d:
        d.config.write_text('store = "%s/no/store"\nmaster_key = "%s/no/key"\n' %
                            (d.folder, d.folder))
        d.refused(CANTCREATE, "init", hint="there is no directory %s/no for the store" % d.folder)
        assert not (d.folder / "no").exists()


@test("init creates nothing in a directory that others can write to [T-X06]")
def _():
    with fresh() as d:
        shared = d.folder / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        for store, key in (("shared/store", "key"), ("store", "shared/key")):
            d.config.write_text('store = "%s/%s"\nmaster_key = "%s/%s"\n' %
                                (d.folder, store, d.folder, key))
            d.refused(CANTCREATE, "init", hint="would be in a directory that others may "
                      "write to (its mode has w for group or others): %s; nothing was "
                      "created" % shared)
            assert not (d.folder / store).exists() and not (d.folder / key).exists()
        shared.chmod(0o1777)
        d.run("init")


@test("without a store every command suggests init")
def _():
    with fresh() as d:
        d.refused(UNAVAILABLE, "status", hint="usherctl init")
        (d.folder / "master.key").write_text("0" * 64 + "\n")
        (d.folder / "master.key").chmod(0o600)
        d.refused(UNAVAILABLE, "tenant", "list", hint="usherctl init")
        (d.folder / "store").mkdir(mode=0o700)
        d.refused(UNAVAILABLE, "tenant", "list", hint="usherctl init")
        d.ok("init")


@test("if only the master key is missing, the message does not suggest init")
def _():
    with Desk() as d:
        (d.folder / "master.key").rename(d.folder / "away")
        line = d.refused(UNAVAILABLE, "status", hint="restore the key from its copy")
        assert "init" not in line, line
        d.refused(CANTCREATE, "init")
        assert not (d.folder / "master.key").exists()
        (d.folder / "away").rename(d.folder / "master.key")
        d.ok("status", "--offline")


def owners(folder):
    return {p.stat().st_uid for p in folder.rglob("*")}


@test("root switches to the owner of another user's store, and creates no file owned by root there [T-X06]")
def _():
    if os.geteuid() != 0:
        print("# not root: whether it becomes the store's owner was not tried")
        return
    with Desk() as made, tempfile.TemporaryDirectory() as there:
        os.chmod(there, 0o755)  # the other user needs access to the folder
        d = Desk(made=False)
        shutil.rmtree(d.folder)
        d.folder = pathlib.Path(there) / "usher"
        shutil.copytree(made.folder, d.folder)
        d.config = d.folder / "usher.conf"
        d.write("")
        (d.folder / "store" / "lock.mdb").unlink()
        for p in (d.folder, *d.folder.rglob("*")):
            os.chown(p, 60001, 60001)
        os.chown(d.config, 0, 0)
        d.ok("tenant", "add", "gamma", "--issuer", "https://gamma.example.com")
        assert owners(d.folder / "store") == {60001}, owners(d.folder / "store")
        os.chown(d.folder / "store" / "lock.mdb", 0, 0)
        d.refused(UNAVAILABLE, "status", hint="lock.mdb belongs to the user 0, and this program "
                  "runs as the user 60001")
        os.chown(d.folder / "store" / "lock.mdb", 60001, 60001)
        os.chown(d.folder / "master.key", 60002, 60002)
        d.refused(NOPERM, "status", hint="master.key: Permission denied")


@test("a store with another master key is rejected")
def _():
    with Desk() as d:
        (d.folder / "master.key").write_text("0" * 64 + "\n")
        line = d.refused(CONFIG, "tenant", "list", hint="master.key")
        assert "cannot be decrypted" in line, line  # and the log line


@test("status prints size, epoch, tenants and keys, with exit code 0")
def _():
    with Desk() as d:
        doc = d.json("status", "--offline")
        assert doc["state"] == "ok" and doc["epoch"] == 1, doc
        assert 0 < doc["used"] < doc["size"] == 8 << 20, doc
        assert [t["tenant"] for t in doc["tenants"]] == ["acme", "beta"]
        kid = d.json("key", "list", "acme")["keys"][0]["kid"]
        assert doc["tenants"][0]["signs"] == kid and doc["tenants"][0]["keys"] == 1
        assert kid in d.ok("status", "--offline").out


def records(fd, n):
    data = b""
    while len(data) < n:
        more = fd.recv(n - len(data))
        assert more, data
        data += more
    return data


@test("status queries usherd on the setting listen, and is 69 if usherd does not answer [T-O06]")
def _():
    with Desk() as d:
        path = "%s/s.sock" % d.folder
        d.write('listen = "%s"\n' % path)
        said = d.run("status")
        assert said.code == UNAVAILABLE and "not running" in said.out, said.out
        assert "usherd does not run: no process listens on " + path in said.err, said.err
        assert d.json("status", "--offline")["usherd"] == "not asked"

        def answered(*replies, **settings):
            """The result of status with a server that sends replies[n] to query n."""
            d.write('listen = "%s"\n%s' % (path, "".join('%s = "%s"\n' % s
                                                         for s in settings.items())))
            with socket.socket(socket.AF_UNIX) as s:
                s.bind(path)
                s.listen()

                def serve():
                    for reply in replies:
                        c, _ = s.accept()
                        head = records(c, 8)
                        assert head[:2] == b"\1\11", head
                        asked = (b"\15\0USHER_WORKERS\11\0USHER_AGE\14\0USHER_PARKED"
                                 b"\20\0USHER_PARKED_AGE")
                        assert records(c, head[5]) == asked, head
                        if reply is None:
                            c.recv(1)
                        else:
                            c.sendall(reply)
                        c.close()
                server = threading.Thread(target=serve)
                server.start()
                said = d.run("--json", "status")
                server.join()
            os.unlink(path)
            return said
        pairs = b"\15\1USHER_WORKERS3\11\2USHER_AGE77"
        doc = answered(b"\1\12\0\0\0" + bytes([len(pairs), 0, 0]) + pairs).doc
        assert (doc["usherd"], doc["workers"], doc["oldest_seconds"]) == ("running", 3, 77), doc
        assert answered(b"\1\12\0\0\0\0\0\0").doc["usherd"] == "running"
        assert answered(b"", peers="root").doc["usherd"] == "running"  # a worker rejects this peer
        for reply in b"", b"\1\12\0\0\0\11\0\0", b"HTTP/1.1 400 Bad Request\r\n\r\n", None:
            said = answered(reply)
            assert said.code == UNAVAILABLE and "does not answer: " in said.err, said.err
            assert ("no answer within 5 seconds" in said.err) == (reply is None), said.err


@test("the epoch can be raised for a store from a backup, and the audit of each tenant records it [T-S12]")
def _():
    with Desk() as d:
        assert d.json("epoch", "raise") == {"epoch": 2}
        assert "are invalid" in d.ok("epoch", "raise").out
        assert d.json("status", "--offline")["epoch"] == 3
        for tenant in "acme", "beta":
            events = d.json("audit", tenant)["events"]
            assert [e["object"] for e in events if e["event"] == "epoch.raised"] == ["2", "3"]


@test("a nearly full store is reported, and changes that must always work still succeed [T-S05]")
def _():
    with fresh() as d:
        d.write("map_size = 1\nmap_max = 1\n")
        d.ok("init")
        d.ok("tenant", "add", "acme", "--issuer", "https://as.example.com")
        d.ok("client", "add", "acme", "--id", "c1")
        d.ok("account", "add", "acme", "alice")
        n = 0
        for size in 50000, 10000, 2000, 10:
            keys, code = json.dumps(dict(JWKS, padding="x" * size)), 0
            while code == 0 and n < 1000:
                said = d.run("issuer", "add", "acme", "https://%d.example.net" % n, "--jwks", "-",
                             stdin=keys)
                n, code = n + 1, said.code
            assert code == UNAVAILABLE and "full" in said.err, said.err
        while d.run("client", "set", "acme", "c1", "--name", "N").code == 0:
            n += 1  # this change is smaller than adding an issuer
            assert n < 2000
        d.refused(UNAVAILABLE, "client", "set", "acme", "c1", "--name", "N", hint="full")
        said = d.run("status")
        assert said.code == UNAVAILABLE and "nearly full" in said.err and "epoch" in said.out
        for words in (("client", "disable", "acme", "c1"), ("client", "remove", "acme", "c1"),
                      ("account", "disable", "acme", "alice"), ("tenant", "disable", "acme"),
                      ("issuer", "remove", "acme", "https://0.example.net")):
            d.ok(*words)
        d.write("map_size = 1\nmap_max = 2\n")
        for i in range(6):  # the store grows, whether usherd runs or not
            d.ok("issuer", "add", "acme", "https://more%d.example.net" % i, "--jwks", "-",
                 stdin=json.dumps(dict(JWKS, padding="x" * 50000)))
        d.ok("status", "--offline")


@test("invalid configurations are rejected with file and line")
def _():
    with Desk() as d:
        d.write('isuer = "x"\n')
        d.refused(CONFIG, "status", hint="usher.conf:3")
        said = d.run("-c", "/nonexistent/usher.conf", "status")
        assert said.code in (CONFIG, USAGE)
    said = Said(subprocess.run([PROGRAM, "-c", "/nonexistent/usher.conf", "status"], text=True,
                               capture_output=True, check=False))
    assert said.code == CONFIG and "/nonexistent/usher.conf" in said.err, said.err


@test("missing permissions are exit code 77")
def _():
    if os.geteuid() != 0:
        return
    with Desk() as d:
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        d.folder.chmod(0o755)
        program = d.folder / "usherctl"
        shutil.copy(PROGRAM, program)
        program.chmod(0o755)
        d.config.chmod(0o644)
        if any(not os.stat(p).st_mode & 0o001 for p in d.folder.parents):
            return  # this user has no access to the folder at all
        for path, name in (d.folder / "master.key", "master.key"), (d.folder / "store", "store"):
            done = subprocess.run([program, "-c", d.config, "status"], text=True, check=False,
                                  capture_output=True, cwd="/", **nobody)
            assert done.returncode == NOPERM and name in done.stderr, done
            os.chown(path, 65534, 65534)


@test("with any closed standard descriptors no message is written into the store [T-X08]")
def _():
    with Desk() as d:
        before = d.stored()
        for closed in range(8):
            for words in ("tenant", "list"), ("tenant", "show", "nosuch"), ("nosuch",), ("--help",):
                def close():
                    for fd in range(3):
                        if closed & 1 << fd:
                            os.close(fd)
                done = subprocess.run([PROGRAM, "-c", d.config, *words], preexec_fn=close,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, timeout=120, check=False)
                assert d.stored() == before, (closed, words)
                if words == ("tenant", "list"):  # lost output is an error
                    assert done.returncode == (IOERR if closed & 2 else 0), (closed, done)
        d.ok("status", "--offline")


# --- tenants ---------------------------------------------------------------------------------

@test("a tenant is added, shown, disabled, enabled and removed")
def _():
    with Desk() as d:
        added = d.json("tenant", "add", "new", "--issuer", "http://127.0.0.1:8080/t/new")
        assert added == {"tenant": "new", "issuer": "http://127.0.0.1:8080/t/new"}
        names = [t["tenant"] for t in d.json("tenant", "list")["tenants"]]
        assert names == ["acme", "beta", "new"]
        assert d.json("tenant", "disable", "new")["disabled"] is True
        assert d.json("tenant", "show", "new")["disabled"] is True
        assert d.json("tenant", "enable", "new")["disabled"] is False
        d.json("client", "add", "new", "--id", "c1")
        assert d.json("tenant", "remove", "new", "--yes") == {"removed": "new"}
        d.refused(NOBODY, "tenant", "show", "new", hint="tenant list")
        d.ok("tenant", "add", "new", "--issuer", "http://127.0.0.1:8080/t/new")
        assert d.json("client", "list", "new") == {"clients": []}


@test("invalid names and issuers are rejected, and nothing is created [T-P08]")
def _():
    with Desk() as d:
        for name in "Acme", "a_b", "", "a/b", "-a", "a" * 64, "ä", "a b":
            d.refused(USAGE if name == "-a" else DATA, "tenant", "add", name, "--issuer",
                      "https://x.example")
        for url in ("http://as.example", "https://x.example/", "https://x.example?a",
                    "https://x.example#a", "https://u@x.example", "ftp://x.example", "x.example",
                    "https://", "https://x.example/../y", "https://x.example/a b",
                    "https://x.example\\y", "http://127.0.0.1.x.example", ""):
            d.refused(DATA, "tenant", "add", "new", "--issuer", url)
        d.refused(CANTCREATE, "tenant", "add", "acme", "--issuer", "https://x.example")
        d.refused(CANTCREATE, "tenant", "add", "new", "--issuer", "https://AS.example.com")
        assert len(d.json("tenant", "list")["tenants"]) == 2


@test("settings of a tenant can be set and removed")
def _():
    with Desk() as d:
        d.json("tenant", "set", "acme", "rpt_life=600", "partial_grants=no", "rpt_alg=Ed25519")
        shown = d.json("tenant", "show", "acme")
        assert shown["settings"]["rpt_life"] == "600"
        assert shown["settings"]["partial_grants"] == "no"
        assert shown["own_settings"] == {"rpt_life": "600", "partial_grants": "no",
                                         "rpt_alg": "Ed25519"}
        assert d.json("tenant", "show", "beta")["own_settings"] == {}
        d.json("tenant", "set", "acme", "rpt_life=", "rpt_alg=")
        assert d.json("tenant", "show", "acme")["own_settings"] == {"partial_grants": "no"}
        assert d.json("tenant", "show", "acme")["settings"]["rpt_life"] == "300"
        d.refused(DATA, "tenant", "set", "acme", "rpt_life=9", hint="10 to 86400")
        d.refused(DATA, "tenant", "set", "acme", "workers=1", hint="workers is not a setting of a tenant")
        d.refused(DATA, "tenant", "set", "acme", "rpt_life=600", "nonsense=1")
        d.refused(USAGE, "tenant", "set", "acme", "rpt_life", hint="KEY=VALUE")
        d.refused(USAGE, "tenant", "set", "acme")
        assert d.json("tenant", "show", "acme")["own_settings"] == {"partial_grants": "no"}


@test("without a terminal a tenant is removed only with --yes")
def _():
    with Desk() as d:
        line = d.refused(USAGE, "tenant", "remove", "acme", stdin="acme\n", hint="--yes")
        assert "accounts" in line and "policies" in line and "acme" in line, line
        d.ok("tenant", "show", "acme")


@test("at a terminal a tenant is removed only after its name is typed")
def _():
    def removal(d, typed, *options):
        master, slave = os.openpty()
        os.write(master, typed)
        done = subprocess.run([PROGRAM, "-c", d.config, "tenant", "remove", "acme", *options],
                              stdin=slave, capture_output=True, timeout=60, check=False)
        os.close(master)
        os.close(slave)
        return done.returncode

    with Desk() as d:
        assert removal(d, b"no\n") == USAGE and removal(d, b"acm\n") == USAGE
        assert removal(d, b"acmee\n") == USAGE
        d.ok("tenant", "show", "acme")
        assert removal(d, b"acme\n") == 0
        d.refused(NOBODY, "tenant", "show", "acme")
        d.ok("tenant", "add", "acme", "--issuer", "https://as.example.com")
        assert removal(d, b"", "--yes") == 0


# --- clients ---------------------------------------------------------------------------------

@test("client add prints id and secret once, and the defaults of RFC 7591's members")
def _():
    with Desk() as d:
        made = d.json("client", "add", "acme", "--name", "Printer")
        assert re.fullmatch(r"[A-Za-z0-9._~-]{1,64}", made["client_id"])
        assert len(made["client_secret"]) >= 43
        assert made["token_endpoint_auth_method"] == "client_secret_basic"
        assert made["grant_types"] == ["urn:ietf:params:oauth:grant-type:uma-ticket",
                                       "refresh_token"]
        shown = d.json("client", "show", "acme", made["client_id"])
        assert "client_secret" not in shown and shown["client_name"] == "Printer"
        for words in ("client", "list"), ("--json", "client", "list"), ("audit",):
            assert made["client_secret"] not in d.ok(*words, "acme").out
        assert "client_secret" not in d.json("client", "add", "acme", "--public")


@test("a resource server has an account of its own, or a given one")
def _():
    with Desk() as d:
        d.json("account", "add", "acme", "alice")
        own = d.json("client", "add", "acme", "--id", "photos", "--scope", "uma_protection")
        assert own["grant_types"] == ["client_credentials"] and own["owner"] == "photos"
        assert own["audience"] == "photos" and own["rpt_permissions"] == "token"
        named = d.json("client", "add", "acme", "--id", "films", "--scope", "uma_protection",
                       "--owner", "alice", "--resource-uri", "https://films.example/api",
                       "--rpt-permissions", "introspection", "--partial", "no",
                       "--flat-permissions")
        assert named["owner"] == "alice" and named["audience"] == "https://films.example/api"
        assert (named["rpt_permissions"], named["partial"]) == ("introspection", "no")
        changed = d.json("client", "set", "acme", "films", "--partial", "tenant")
        assert changed["partial"] == "tenant"
        logins = [a["login"] for a in d.json("account", "list", "acme")["accounts"]]
        assert sorted(logins) == ["alice", "photos"], logins
        d.refused(NOBODY, "client", "add", "acme", "--scope", "uma_protection", "--owner", "eve")


@test("uma is an abbreviation of its grant type, and unknown grants are rejected")
def _():
    with Desk() as d:
        made = d.json("client", "add", "acme", "--grant", "uma", "--grant", "client_credentials")
        assert made["grant_types"] == ["urn:ietf:params:oauth:grant-type:uma-ticket",
                                       "client_credentials"]
        for grant in "password", "implicit", "authorization_code":
            d.refused(DATA, "client", "add", "acme", "--grant", grant)
        d.refused(DATA, "client", "add", "acme", "--public", "--grant", "client_credentials")


@test("redirect URIs that attack parsers are rejected [T-P08]")
def _():
    with Desk() as d:
        for option in "--claims-redirect-uri", "--redirect-uri":
            d.ok("client", "add", "acme", option, "https://c.example/cb?x=1",
                 option, "http://127.0.0.1:1234/cb", option, "com.example.app:/cb")
            for uri in ("http://c.example/cb", "https://c.example/cb#f", "javascript:alert(1)",
                        "data:text/html,x", "//c.example/cb", "/cb", "https://", "app:/cb",
                        "https://c.example/a\\b", "https://c.example/a b", "https://[::1/cb",
                        "http://localhost.c.example/cb"):
                d.refused(DATA, "client", "add", "acme", option, uri)


@test("client ids have the characters of the specification and are unique")
def _():
    with Desk() as d:
        assert d.json("client", "add", "acme", "--id", "A.b_c~1-2")["client_id"] == "A.b_c~1-2"
        d.refused(CANTCREATE, "client", "add", "acme", "--id", "A.b_c~1-2")
        for name in "https://c.example/cb?x", "a:b", "a b%+", "x" * 256:
            assert d.json("client", "add", "acme", "--id", name)["client_id"] == name
            assert d.json("client", "show", "acme", name)["client_id"] == name
        for name in "", "ä", "x" * 257, "a\nb", "a\x7f":
            d.refused(DATA, "client", "add", "acme", "--id", name)


@test("secrets are read from standard input, have a minimum length, and are never in arguments [T-X05]")
def _():
    with Desk() as d:
        made = d.run("client", "add", "acme", "--id", "c1", "--secret-stdin", stdin=SECRET + "\n")
        assert made.code == 0 and SECRET not in made.out + made.err, made.out
        made = d.json("client", "set", "acme", "c1", "--secret-stdin", stdin=SECRET + "\n")
        assert made["client_id"] == "c1" and "client_secret" not in made, made
        d.ok("client", "add", "acme", "--id", "c2", "--secret-stdin", stdin="x" * 256 + "\r\n")
        for line in "", "\n", "too short", "x" * 15, "x" * 257, SECRET + "\nmore\n", "\xff" * 300:
            d.refused(DATA, "client", "add", "acme", "--id", "c3", "--secret-stdin", stdin=line)
        d.refused(USAGE, "client", "add", "acme", "--secret", SECRET)
        d.refused(USAGE, "client", "set", "acme", "c1", "--secret", SECRET, hint="arguments")
        d.refused(USAGE, "client", "add", "acme", "--public", "--secret-stdin", stdin=SECRET)
        d.refused(NOBODY, "client", "show", "acme", "c3")


class Terminal:
    """usherctl with a terminal as its standard input; `answer` is the terminal's output."""

    def __init__(self, d, *words):
        self.master, self.slave = os.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen([PROGRAM, "-c", d.config, *words], stdin=self.slave,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True,
                                        preexec_fn=self.take_terminal)

    @staticmethod
    def take_terminal():
        """A test that runs in the background has inherited ignored signals."""
        for one in signal.SIGINT, signal.SIGQUIT, signal.SIGHUP:
            signal.signal(one, signal.SIG_DFL)
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        os.close(self.master)
        os.close(self.slave)

    def wait(self, prompt):
        seen = b""
        while not seen.endswith(prompt):
            piece = os.read(self.process.stderr.fileno(), 1)
            assert piece != b"", seen
            seen += piece

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.master, text)

    def shown(self):
        os.set_blocking(self.master, False)
        try:
            return os.read(self.master, 4096)
        except BlockingIOError:
            return b""


@test("a terminal does not show a secret that is typed [T-X05]")
def _():
    with Desk() as d:
        for words, prompt in ((("client", "add", "acme", "--id", "c1", "--secret-stdin"),
                               b"secret: "),
                              (("account", "add", "acme", "bob", "--password-stdin"),
                               b"password: ")):
            with Terminal(d, *words) as t:
                t.wait(prompt)
                assert not t.echoes()
                t.type(SECRET.encode() + b"\n")
                out, err = t.process.communicate(timeout=60)
                assert t.process.returncode == 0, err
                assert SECRET.encode() not in out + err + t.shown()
                assert termios.tcgetattr(t.slave) == t.before
        d.ok("client", "show", "acme", "c1")


@test("the terminal echoes input again after the prompt for a secret is interrupted [T-X05]")
def _():
    for key, signal_ in ((b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT),
                         (None, signal.SIGTERM), (None, signal.SIGHUP)):
        with Desk() as d, Terminal(d, "client", "add", "acme", "--id", "c1",
                                   "--secret-stdin") as t:
            t.wait(b"secret: ")
            if key is not None:
                t.type(key)
            else:
                t.process.send_signal(signal_)
            t.process.communicate(timeout=60)
            assert t.process.returncode == -signal_, t.process.returncode
            assert termios.tcgetattr(t.slave) == t.before
            d.refused(NOBODY, "client", "show", "acme", "c1")


@test("an option without an effect prints a notice")
def _():
    with Desk() as d:
        for option in (["--resource-uri", "https://r"], ["--rpt-permissions", "token"],
                       ["--partial", "no"], ["--flat-permissions"], ["--owner", "eve"]):
            d.run("account", "add", "acme", "eve")
            said = d.run("client", "add", "acme", *option)
            assert said.code == 0 and "lacks scope uma_protection" in said.err, said.err
            assert said.err.startswith("usherctl: note: %s has no effect" % option[0]), said.err
            said = d.run("client", "add", "acme", "--scope", "uma_protection", *option)
            assert (said.code, said.err) == (0, ""), said.err
        said = d.run("client", "add", "acme", "--scope", "uma_protection", "--public")
        assert said.code == DATA and "resource server" in said.err, said.err


@test("a client of the authorization code flow has redirect URIs and may have to push its requests")
def _():
    with Desk() as d:
        said = d.run("client", "add", "acme", "--grant", "authorization_code")
        assert said.code == DATA and "must have a redirect URI" in said.err, said.err
        d.json("client", "add", "acme", "--id", "web", "--grant", "authorization_code",
               "--redirect-uri", "https://c.example/cb", "--redirect-uri", "http://127.0.0.1/cb",
               "--require-pushed")
        shown = d.json("client", "show", "acme", "web")
        assert shown["redirect_uris"] == ["https://c.example/cb", "http://127.0.0.1/cb"], shown
        assert shown["grant_types"] == ["authorization_code"], shown
        assert shown["require_pushed_authorization_requests"] is True
        assert d.run("client", "set", "acme", "web", "--redirect-uri=").code == DATA
        shown = d.json("client", "set", "acme", "web", "--no-require-pushed",
                       "--redirect-uri", "https://c.example/new")
        assert shown["require_pushed_authorization_requests"] is False
        assert shown["redirect_uris"] == ["https://c.example/new"], shown


@test("clients are changed, disabled, enabled, removed")
def _():
    with Desk() as d:
        d.json("client", "add", "acme", "--id", "c1", "--push-claims")
        d.json("client", "set", "acme", "c1", "--name", "N", "--strict-scope", "--no-push-claims")
        shown = d.json("client", "show", "acme", "c1")
        d.json("client", "set", "acme", "c1", "--secret", "new")
        assert [c["client_id"] for c in d.json("client", "list", "acme")["clients"]] == ["c1"]
        assert (shown["client_name"], shown["push_claims"], shown["strict_scope"]) == \
            ("N", False, True)
        assert d.json("client", "disable", "acme", "c1")["disabled"] is True
        assert d.json("client", "enable", "acme", "c1")["disabled"] is False
        assert d.json("client", "remove", "acme", "c1") == {"removed": "c1"}
        for words in ("show",), ("set",), ("disable",), ("enable",), ("remove",):
            d.refused(NOBODY, "client", *words, "acme", "c1", hint="client list acme")
        d.refused(USAGE, "client", "add", "acme", "--public", "--auth", "client_secret_basic")
        d.refused(DATA, "client", "add", "acme", "--auth", "private_key_jwt")


# --- accounts, tokens, issuers, keys ---------------------------------------------------------

@test("a link for a password is made for an enabled account [T-L06]")
def _():
    with Desk() as d:
        made = d.json("account", "add", "acme", "alice")
        link = d.json("account", "reset-link", "acme", "alice")
        assert link["login"] == "alice"
        assert re.fullmatch(r"https://as[.]example[.]com/reset/rs_[A-Za-z0-9_-]{50,52}",
                            link["link"]), link
        events = d.json("audit", "acme")["events"]
        assert [e["object"] for e in events if e["event"] == "reset.issued"] == [made["account"]]
        assert link["link"].rsplit("/", 1)[1] not in d.ok("--json", "audit", "acme").out
        d.refused(NOBODY, "account", "reset-link", "acme", "nobody", hint="account list acme")
        d.json("account", "disable", "acme", "alice")
        d.refused(DATA, "account", "reset-link", "acme", "alice", hint="account enable acme alice")


@test("a person without sessions has none to list or to end")
def _():
    with Desk() as d:
        d.json("account", "add", "acme", "alice")
        assert d.json("session", "list", "acme", "alice") == {"sessions": []}
        assert d.json("session", "end", "acme", "alice") == {"ended": "all", "account": "alice"}
        d.refused(NOBODY, "session", "end", "acme", "alice", "x", hint="session list acme alice")
        d.refused(NOBODY, "session", "list", "acme", "nobody", hint="account list acme")


@test("a link to the name of the web server needs the setting login")
def _():
    with Desk() as d:
        d.json("account", "add", "acme", "alice")
        link = ["account", "link", "acme", "alice", "--issuer", "urn:usher:login:USHER_USER",
                "--subject", "alice"]
        said = d.run("--json", *link)
        assert said.code == 0 and "login = " in json.loads(said.err)["note"], said.err
        d.write('map_size = 8\nmap_max = 16\nlogin = "parameter USHER_USER"\n')
        assert d.ok(*link).err == ""
        for bad in ("USHER_USER", "parameter", "parameter HTTP_X", "parameter REMOTE_USER",
                    "parameter USHER_user", "parameter USHER_" + "A" * 60):
            d.write('map_size = 8\nmap_max = 16\nlogin = "%s"\n' % bad)
            said = d.run("account", "list", "acme")
            assert said.code != 0 and "login" in said.err, (bad, said.err)


@test("accounts are added, changed, linked, disabled, enabled, removed")
def _():
    with Desk() as d:
        made = d.json("account", "add", "acme", "alice", "--email", "alice@example.com",
                      "--group", "family", "--group", "staff")
        assert made["login"] == "alice" and made["groups"] == ["family", "staff"]
        assert d.json("account", "show", "acme", made["account"])["login"] == "alice"
        d.refused(CANTCREATE, "account", "add", "acme", "alice")
        changed = d.json("account", "set", "acme", "alice", "--group", "staff")
        assert changed["groups"] == ["staff"] and changed["email"] == "alice@example.com"
        linked = d.json("account", "link", "acme", "alice", "--issuer", "https://idp.example.net",
                        "--subject", "248289")
        assert linked["account"] == made["account"]
        link = ["account", "link", "acme", "alice", "--issuer", "https://idp.example.net",
                "--subject", "1"]
        said = d.run("--json", *link)
        assert said.code == 0 and "no effect until" in json.loads(said.err)["note"], said.err
        keys = d.folder / "keys"
        keys.write_text(json.dumps(JWKS))
        d.ok("issuer", "add", "acme", "https://idp.example.net", "--jwks", str(keys))
        assert d.ok(*link).err == ""
        assert d.json("account", "disable", "acme", "alice")["disabled"] is True
        assert d.json("account", "enable", "acme", "alice")["disabled"] is False
        assert d.json("account", "remove", "acme", "alice") == {"removed": "alice"}
        d.refused(NOBODY, "account", "show", "acme", "alice", hint="account list acme")
        for login in "", "x" * 129, "a\tb":
            d.refused(DATA, "account", "add", "acme", login)
        d.refused(DATA, "account", "add", "acme", "bob", "--email", "nobody")


@test("a password is hashed, the hash is sealed, and both are neither shown nor stored [T-S10 T-K01]")
def _():
    with Desk() as d:
        made = d.json("account", "add", "acme", "bob", "--password-stdin", stdin=SECRET + "\n")
        assert made["password"] is True and SECRET not in json.dumps(made)
        assert d.json("account", "show", "acme", "bob")["password"] is True
        d.json("account", "add", "acme", "erin")
        assert d.json("account", "show", "acme", "erin")["password"] is False
        before = d.stored()
        made = d.json("account", "password", "acme", "erin", stdin=SECRET + "2\n")
        assert made["password"] is True and made["login"] == "erin"
        assert d.json("account", "show", "acme", "erin")["password"] is True
        stored = d.stored()
        assert stored != before and SECRET.encode() not in stored and b"argon2" not in stored
        d.refused(NOBODY, "account", "password", "acme", "nobody", stdin=SECRET + "\n")
        for line, hint in (("short\n", "at least 10"), ("", "no line"), ("\n", "no line"),
                           ("password123\n", "Many people"),
                           ("x" * 257, "at most 256 bytes"), ("x" * 300, "at most 258 bytes"),
                           ("a\nb\n", "only one line")):
            d.refused(DATA, "account", "add", "acme", "carol", "--password-stdin", stdin=line,
                      hint=hint)
            d.refused(DATA, "account", "password", "acme", "bob", stdin=line, hint=hint)
        done = subprocess.run([PROGRAM, "-c", d.config, "account", "add", "acme", "carol",
                               "--password-stdin"], input=b"\xff" * 12, capture_output=True,
                              check=False)
        assert done.returncode == DATA and b"UTF-8" in done.stderr, done


@test("a PAT requires an existing, enabled resource server and owner")
def _():
    with Desk() as d:
        d.json("client", "add", "acme", "--id", "photos", "--scope", "uma_protection")
        d.json("client", "add", "acme", "--id", "viewer")
        d.json("account", "add", "acme", "alice")
        both = "--client", "photos", "--owner", "alice"
        pat = d.json("pat", "acme", *both, "--life", "600")
        assert pat["access_token"].startswith("pat_") and pat["expires_in"] == 600
        assert d.json("pat", "acme", *both)["expires_in"] == 3600
        d.refused(DATA, "pat", "acme", "--client", "viewer", "--owner", "alice",
                  hint="uma_protection")
        for life in "9", "x", "-1", "1e3", "315360001", "99999999999999999999":
            d.refused(DATA, "pat", "acme", *both, "--life", life)
        d.refused(USAGE, "pat", "acme", "--client", "photos", hint="--owner")
        d.json("account", "disable", "acme", "alice")
        d.refused(DATA, "pat", "acme", *both, hint="disabled")
        d.json("account", "enable", "acme", "alice")
        d.json("client", "disable", "acme", "photos")
        d.refused(DATA, "pat", "acme", *both, hint="disabled")
        events = [e["event"] for e in d.json("audit", "acme")["events"]]
        assert events.count("pat.issued") == 2, events


@test("the database contains no printed secret [T-S10]")
def _():
    with Desk() as d:
        d.json("account", "add", "acme", "alice")
        secrets = [d.json("client", "add", "acme", "--id", "photos", "--scope",
                          "uma_protection")["client_secret"],
                   d.json("client", "set", "acme", "photos", "--secret", "new")["client_secret"],
                   d.json("pat", "acme", "--client", "photos", "--owner", "alice")["access_token"],
                   (d.folder / "master.key").read_text().strip()]
        stored = d.stored()
        for secret in secrets:
            assert len(secret) > 40 and secret.encode() not in stored
            assert secret[4:].encode() not in stored
        assert bytes.fromhex(secrets[3]) not in stored


@test("issuers need a usable key set, and private keys are rejected [T-J05]")
def _():
    with Desk() as d:
        def file(name, doc):
            path = d.folder / name
            path.write_text(doc if isinstance(doc, str) else json.dumps(doc))
            return str(path)

        good = file("good", JWKS)
        made = d.json("issuer", "add", "acme", "https://idp.example.net", "--jwks", good,
                      "--audience", "https://aud.example")
        assert made["keys"] == 1 and made["audience"] == ["https://aud.example"]
        d.json("issuer", "add", "acme", "https://idp2.example.net", "--jwks", "-",
               stdin=json.dumps(JWKS))
        assert [i["issuer"] for i in d.json("issuer", "list", "acme")["issuers"]] == \
            ["https://idp.example.net", "https://idp2.example.net"]
        half = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
        private = {"keys": [dict(JWKS["keys"][0], d=half)]}
        for doc in "", "{", "[]", {"keys": []}, {}, private, '{"keys":[],"keys":[]}', "x" * 70000:
            d.refused(DATA, "issuer", "add", "beta", "https://idp.example.net", "--jwks",
                      file("bad", doc))
        for url in "idp.example.net", "https://idp.example.net?x", "https://idp.example.net#x", "":
            d.refused(DATA, "issuer", "add", "beta", url, "--jwks", good)
        d.refused(DATA, "issuer", "add", "beta", "https://idp.example.net", "--jwks", "-",
                  stdin=" " * 65537, hint="at most 65536 bytes")
        d.refused(NOINPUT, "issuer", "add", "beta", "https://idp.example.net", "--jwks", "/no")
        d.refused(USAGE, "issuer", "add", "beta", "https://idp.example.net",
                  hint="--jwks FILE is missing: usherctl issuer add TENANT URL --jwks FILE")
        d.refused(UNAVAILABLE, "issuer", "add", "beta", "https://idp.example.net", "--jwks-uri",
                  "https://idp.example.net/keys", hint="--jwks FILE")
        assert d.json("issuer", "list", "beta") == {"issuers": []}
        d.json("issuer", "remove", "acme", "https://idp.example.net")
        d.refused(NOBODY, "issuer", "remove", "acme", "https://idp.example.net")


@test("a new key waits before it signs, a replacement for a retired key does not [T-K02 T-K03]")
def _():
    with Desk() as d:
        old = d.json("key", "list", "acme")["keys"]
        assert len(old) == 1 and old[0]["state"] == "signs"
        new = d.json("key", "rotate", "acme")
        assert new["signs_from"] >= time.time() + 3500
        states = {k["kid"]: k["state"] for k in d.json("key", "list", "acme")["keys"]}
        assert states == {old[0]["kid"]: "signs", new["kid"]: "waits"}, states
        d.refused(USAGE, "key", "retire", "acme", hint="key list acme")
        d.refused(NOBODY, "key", "retire", "acme", "nonsense")
        d.json("key", "retire", "acme", old[0]["kid"])
        left = d.json("key", "list", "acme")["keys"]
        assert old[0]["kid"] not in [k["kid"] for k in left]
        assert [k["state"] for k in left].count("signs") == 1
        assert d.json("status", "--offline")["state"] == "ok"


@test("the audit lists actor, action and time in order")
def _():
    with Desk() as d:
        d.json("client", "add", "acme", "--id", "c1")
        doc = d.json("audit", "acme")
        names = [e["event"] for e in doc["events"]]
        assert set(names[:-1]) == {"tenant.added", "key.added"} and names[-1] == "client.added"
        assert [e["time"] for e in doc["events"]] == sorted(e["time"] for e in doc["events"])
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", e["time"])
                   for e in doc["events"])
        assert {e["actor"] for e in doc["events"]} == {"admin"}
        for since in "1h", "3d", "0", "2020-01-01", "2020-01-01T00:00:00+01:00":
            assert d.json("audit", "acme", "--since", since) == doc
        assert d.json("audit", "acme", "--since", str(int(time.time()) + 60)) == {"events": []}
        assert "client.added" in d.ok("audit", "acme", "--since", "1h").out
        d.refused(DATA, "audit", "acme", "--since", "yesterday", hint="not “yesterday”")
        only = d.json("audit", "acme", "--event", "client.added")["events"]
        assert only and {e["event"] for e in only} == {"client.added"}
        assert len(only) < len(doc["events"])
        d.refused(DATA, "audit", "acme", "--event", "client", hint="name of an event")


@test("objects of one tenant do not exist in another [T-M01]")
def _():
    with Desk() as d:
        made = d.json("account", "add", "acme", "alice")
        d.json("client", "add", "acme", "--id", "photos", "--scope", "uma_protection")
        d.json("issuer", "add", "acme", "https://idp.example.net", "--jwks", "-",
               stdin=json.dumps(JWKS))
        kid = d.json("key", "list", "acme")["keys"][0]["kid"]
        d.json("client", "add", "beta", "--id", "rs", "--scope", "uma_protection")
        for words in (("client", "show", "beta", "photos"), ("client", "remove", "beta", "photos"),
                      ("account", "show", "beta", "alice"),
                      ("account", "show", "beta", made["account"]),
                      ("account", "remove", "beta", made["account"]),
                      ("pat", "beta", "--client", "rs", "--owner", made["account"]),
                      ("pat", "beta", "--client", "photos", "--owner", "rs"),
                      ("client", "set", "beta", "rs", "--owner", made["account"]),
                      ("issuer", "remove", "beta", "https://idp.example.net"),
                      ("key", "retire", "beta", kid),
                      ("pct", "revoke", "beta", "--client", "photos")):
            d.refused(NOBODY, *words)
        assert "alice" not in d.ok("account", "list", "beta").out
        assert "photos" not in d.ok("client", "list", "beta").out
        assert made["account"] not in d.ok("--json", "audit", "beta").out
        d.json("account", "add", "beta", "alice")
        d.json("client", "add", "beta", "--id", "photos")


# --- the command line itself -----------------------------------------------------------------

def commands():
    """(name, options, help) of every command, from its own help."""
    out = subprocess.run([PROGRAM, "help"], text=True, capture_output=True, check=True).stdout
    for line in out.splitlines():
        if line.startswith("  "):
            words = line.split()
            name = words[:2] if re.fullmatch("[a-z-]+", words[1]) else words[:1]
            text = subprocess.run([PROGRAM, *name, "--help"], text=True, capture_output=True,
                                  check=True).stdout
            yield " ".join(name), re.findall(r"^  --([a-z-]+)", text, re.MULTILINE), text


@test("every command has help with a usage line, its options and an example")
def _():
    found = list(commands())
    assert len(found) >= 42, len(found)
    for name, options, text in found:
        assert text.startswith("usage: usherctl [-c FILE] [--json] " + name), text
        assert "\nexample:\n  usherctl " + name in text, text
        assert {"config", "json", "help"} <= set(options), name


@test("the manual page is clean and has every command and option")
def _():
    lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", PAGE], text=True,
                          capture_output=True, check=False)
    assert lint.returncode == 0, lint.stdout
    page = subprocess.run(["mandoc", "-Tascii", PAGE], text=True, capture_output=True,
                          check=True).stdout
    page = " ".join(re.sub(r".\x08", "", page).split())
    for name, options, _text in commands():
        assert name in page, name
        for option in options:
            assert "--" + option in page, "%s --%s" % (name, option)


@test("an invalid command line is exit code 64 with one sentence")
def _():
    with Desk() as d:
        for words in (("nonsense",), ("tenant", "nonsense"), ("tenant", "add", "x"),
                      ("tenant", "add", "--issuer", "https://x"), ("tenant", "list", "x"),
                      ("tenant", "list", "--nonsense"), ("client", "list"), ("status", "-x"),
                      ("client", "add", "acme", "--name"), ("tenant", "list", "--json=1"),
                      ("client", "add", "acme", "--id", "a", "--id", "b"), ("help", "nonsense"),
                      ("completion", "csh")):
            d.refused(USAGE, *words)
        said = d.run()
        assert said.code == USAGE and "usage:" in said.err and said.out == ""
        assert d.run("--help").code == 0 and d.run("help").code == 0
        assert d.run("client").code == USAGE and d.run("client", "--help").code == 0
        assert "0.1.0" in d.run("--version").out


@test("an error names the invalid word, option or value, and a valid one")
def _():
    with Desk() as d:
        d.json("client", "add", "acme", "--id", "c1")
        d.json("account", "add", "acme", "alice")
        keys = d.folder / "keys"
        keys.write_text(json.dumps(JWKS))
        for code, words, hint in (
                (USAGE, "help tenant nosuch", "there is no command tenant nosuch; the verbs "
                 "of tenant are add, list, show, "),
                (USAGE, "help status nosuch", "there is no command status nosuch"),
                (USAGE, "tenant nosuch", "the verbs of tenant are add, list, show, set, "),
                (USAGE, "tenant add --issuer https://x.example", "usherctl: NAME is missing: "
                 "usherctl tenant add NAME --issuer URL"),
                (USAGE, "tenant add new", "--issuer URL is missing: usherctl tenant add NAME"),
                (USAGE, "account show acme", "LOGIN is missing: usherctl account show TENANT"),
                (USAGE, "tenant set acme", "KEY=VALUE… is missing"),
                (USAGE, "tenant list --nosuch", "usherctl: there is no option --nosuch"),
                (USAGE, "client set acme c1 --no-", "--no- is ambiguous: "
                 "--no-require-pushed, --no-push-claims, --no-strict-scope, --no-flat-permissions"),
                (USAGE, "client set acme c1", "no option is given, so nothing changes"),
                (USAGE, "account set acme alice", "no option is given, so nothing changes"),
                (DATA, "client add acme --partial maybe", "--partial must be yes, no or tenant, "
                 "not “maybe”"),
                (DATA, "client add acme --grant frob", "--grant must be uma, refresh_token, "
                 "client_credentials or authorization_code, not “frob”"),
                (DATA, "client add acme --auth frob", "--auth must be client_secret_basic, "),
                (DATA, "client add acme --rpt-permissions frob", "token or introspection"),
                (DATA, "client add acme --redirect-uri http://c.example", "--redirect-uri "
                 "“http://c.example”: "),
                (DATA, "client add acme --claims-redirect-uri x", "--claims-redirect-uri “x”: "),
                (DATA, "client add acme --resource-uri https://c.example#f",
                 "--resource-uri “https://c.example#f”: the URI must not have a fragment"),
                (DATA, "tenant add new --issuer http://x.example", "--issuer "
                 "“http://x.example”: "),
                (DATA, "issuer add acme nonsense --jwks %s" % keys, "URL “nonsense”: "),
                (DATA, "account link acme alice --issuer nonsense --subject s",
                 "--issuer “nonsense”: "),
                (DATA, "account add acme bob --email nonsense", "--email “nonsense”: "),
                (DATA, "account set acme alice --email nonsense", "--email “nonsense”: "),
                (DATA, "policy default acme --owner alice --client c1 -", "client c1 is not a "
                 "resource server")):
            d.refused(code, *words.split(" "), hint=hint)
        said = d.run("--json", "tenant")
        assert said.code == USAGE and "one of the verbs add, list, " in json.loads(said.err)["error"]


@test("an error is printed once, whether or not something was logged")
def _():
    with Desk() as d:
        (d.folder / "store/data.mdb").write_bytes(b"no database" * 1000)
        d.refused(UNAVAILABLE, "tenant", "list")


@test("arguments that are not UTF-8 text are rejected [T-P03]")
def _():
    with Desk() as d:
        for bad in b"\xff", b"\xc0\xaf", b"\xed\xa0\x80":
            for words in ("account", "add", "acme", bad), ("client", "add", "acme", "--name", bad):
                done = subprocess.run([PROGRAM, "-c", d.config, *words], capture_output=True,
                                      check=False)
                assert done.returncode == USAGE, done


@test("a command whose output cannot be written reports an error")
def _():
    with Desk() as d, open("/dev/full", "w", encoding="ascii") as full:
        for words in (["tenant", "list"], ["audit", "acme"], ["--json", "audit", "acme"],
                      ["status", "--offline"], ["help"], ["--help"], ["audit", "--help"], ["--version"],
                      ["completion", "bash"]):
            done = subprocess.run([PROGRAM, "-c", d.config, *words], stdout=full, text=True,
                                  stderr=subprocess.PIPE, check=False)
            assert done.returncode == IOERR and "standard output" in done.stderr, done


@test("audit output that cannot be written after many events stops with an error")
def _():
    with Desk() as d, open("/dev/full", "w", encoding="ascii") as full:
        for n in range(40):
            d.run("account", "add", "acme", "someone-with-a-long-login-%d" % n)
        done = subprocess.run([PROGRAM, "-c", d.config, "audit", "acme"], stdout=full, text=True,
                              stderr=subprocess.PIPE, check=False)
        assert done.returncode == IOERR and "standard output" in done.stderr, done


@test("of many concurrent changes none is lost [T-S01]")
def _():
    with Desk() as d:
        names = ["c%d" % i for i in range(8)] + 3 * ["same"]
        add = [PROGRAM, "-c", d.config, "client", "add", "acme", "--id"]
        running = [subprocess.Popen([*add, name], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL) for name in names]
        codes = [p.wait(timeout=120) for p in running]
        assert codes[:8] == [0] * 8 and sorted(codes[8:]) == [0, CANTCREATE, CANTCREATE], codes
        ids = [c["client_id"] for c in d.json("client", "list", "acme")["clients"]]
        assert sorted(ids) == ["c%d" % i for i in range(8)] + ["same"]


@test("the bash completion works")
def _():
    with fresh() as d:
        script = d.run("completion", "bash").out
        ask = ('COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _usherctl; echo "${COMPREPLY[*]}"')
        for words, answer in (("usherctl te", "tenant"), ("usherctl -c F tenant rem", "remove"),
                              ("usherctl client add acme --resource", "--resource-uri"),
                              ("usherctl pat acme --ow", "--owner")):
            done = subprocess.run(["bash", "-c", script + ask, "bash", *words.split(" ")],
                                  text=True, capture_output=True, check=False, cwd=d.folder)
            assert done.stdout == answer + "\n" and done.stderr == "", (words, done)


def main():
    failed = 0
    for sentence, function in tests:
        try:
            function()
            print("ok admin/usherctl: " + sentence, flush=True)
        except (AssertionError, subprocess.SubprocessError, ValueError, KeyError, OSError):
            failed += 1
            print("not ok admin/usherctl: " + sentence, flush=True)
            for line in traceback.format_exc().splitlines()[-4:]:
                print("#   " + line)
    print("%d passed, %d failed" % (len(tests) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
