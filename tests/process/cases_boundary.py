# SPDX-License-Identifier: Apache-2.0
"""The FastCGI boundary: what a web server, or a peer that imitates one, may send."""
import json
import os
import random
import struct
import subprocess
import unittest

import raw_fcgi as f
from daemon import BUILD, Usherd


class Boundary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.usherd = Usherd(workers=2, request_timeout=20)

    @classmethod
    def tearDownClass(cls):
        cls.usherd.stop()

    def setUp(self):
        self.before = sorted(self.usherd.children())

    def tearDown(self):
        """Asserts that no process has died."""
        self.assertEqual(sorted(self.usherd.children()), self.before)

    def connect(self):
        c = f.Connection(self.usherd.path)
        self.addCleanup(c.close)
        return c

    def echo(self, answer):
        self.assertEqual(answer.protocol_status, f.REQUEST_COMPLETE)
        return json.loads(answer.body)

    def is_well(self):
        self.assertEqual(self.connect().ask(f.simple("/well")).status, 200)

    def test_close(self):
        """a connection without FCGI_KEEP_CONN is closed after its response [O-FCGI-04]"""
        c = self.connect()
        self.assertEqual(c.ask(f.simple("/"), keep=False).status, 200)
        self.assertTrue(c.is_closed())

    def test_keep(self):
        """a kept connection serves one request after another [O-FCGI-04]"""
        c = self.connect()
        for i in range(200):
            self.assertEqual(self.echo(c.ask(f.simple("/%d" % i), request_id=i + 1))["uri"],
                             "/%d" % i)

    def test_framing(self):
        """records may be split, merged and padded [O-FCGI-02]"""
        body = bytes(range(97, 123)) * 4
        want = None
        for piece in (65535, 100, 7, 1):
            for padding in (0, 1, 255):
                got = self.echo(self.connect().ask(
                    f.simple("/p", "POST", body, CONTENT_TYPE="text/plain"), body,
                    piece=piece, padding=padding))
                got.pop("pid")
                want = want or got
                self.assertEqual(got, want)
        self.assertEqual(want["body"], body.decode())

    def test_padded_ends(self):
        """padding after the last record is not part of the next request [O-FCGI-02]"""
        c = self.connect()
        for i in range(10):
            c.send(f.begin(1, padding=255) + f.stream(f.PARAMS, f.pairs(f.simple("/%d" % i)))
                   + f.record(f.STDIN, b"", 1, padding=200 + i))
            self.assertEqual(self.echo(c.answer())["uri"], "/%d" % i)

    def test_encodings(self):
        """lengths may have one byte or four, in any combination [O-FCGI-03]"""
        for wide_name in (False, True):
            for wide_value in (False, True):
                params = b"".join(f.pair(name, value, wide_name, wide_value)
                                  for name, value in f.simple("/wide").items())
                c = self.connect().send(f.begin() + f.stream(f.PARAMS, params)
                                        + f.stream(f.STDIN, b""))
                self.assertEqual(self.echo(c.answer())["uri"], "/wide")

    def test_killer(self):
        """the packet of CVE-2025-23016 and a thousand variants crash no process [O-FCGI-03 T-F02]"""
        lengths = [0x7fffffff, 0x7ffffffe, 0x40000000, 0x3fffffff, 0x10000, 4097, 257]
        for i in range(1000):
            a, b = lengths[i % 7], lengths[i // 7 % 7]
            params = struct.pack(">II", a | 0x80000000, b | 0x80000000) + b"x" * (i % 5)
            c = f.Connection(self.usherd.path)
            c.send(f.begin() + f.stream(f.PARAMS, params))
            self.assertTrue(c.is_closed())
            c.close()
        self.is_well()

    def test_noise(self):
        """requests with randomly changed bytes crash no process [O-FCGI-02 T-F02]"""
        chance = random.Random(20)
        body = b"grant_type=x"
        good = f.begin() + f.stream(f.PARAMS, f.pairs(f.simple("/?log=x", "POST", body))) \
            + f.stream(f.STDIN, body)
        for _ in range(1500):
            data = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(len(data))] = chance.choice([0, 1, 2, 127, 128, 255,
                                                                   chance.randrange(256)])
            c = f.Connection(self.usherd.path)
            c.send(bytes(data))
            c.close()
        self.is_well()

    def test_values(self):
        """management records are answered, between requests and within [O-FCGI-05]"""
        asked = f.record(f.GET_VALUES, f.pairs({"FCGI_MAX_CONNS": "", "FCGI_MAX_REQS": "",
                                                "FCGI_MPXS_CONNS": "", "OTHER": ""}), 0)
        whole = f.request(f.simple("/values"))
        c = self.connect()
        for data in (asked, asked + whole, f.begin() + asked + whole[16:]):
            c.send(data)
            r = c.record()
            self.assertEqual((r.kind, r.request_id), (f.GET_VALUES_RESULT, 0))
            self.assertIn(f.pair("FCGI_MPXS_CONNS", "0"), r.content)
            self.assertIn(f.pair("FCGI_MAX_CONNS", "512"), r.content)
            self.assertIn(f.pair("FCGI_MAX_REQS", "512"), r.content)
            self.assertNotIn(b"OTHER", r.content)
            if data != asked:
                self.assertEqual(self.echo(c.answer())["uri"], "/values")

    def test_status(self):
        """the state of the workers is a management value, so usherctl status needs no tenant
        [O-FCGI-05 T-O06]"""
        names = f.pairs({"USHER_AGE": "", "USHER_WORKERS": ""})
        r = self.connect().send(f.record(f.GET_VALUES, names, 0)).record()
        self.assertIn(f.pair("USHER_WORKERS", "2"), r.content)
        self.assertIn(b"USHER_AGE", r.content)
        done = subprocess.run([os.path.join(BUILD, "usherctl"), "-c", self.usherd.config, "--json",
                               "status"], stdout=subprocess.PIPE, timeout=60)
        state = json.loads(done.stdout)
        self.assertEqual((done.returncode, state["usherd"], state["workers"]), (0, "running", 2))

    def test_unknown_type(self):
        """unknown management records get FCGI_UNKNOWN_TYPE [O-FCGI-05]"""
        c = self.connect()
        for kind in (12, 42, 255):
            r = c.send(f.record(kind, b"?", 0)).record()
            self.assertEqual((r.kind, r.request_id, r.content[0]), (f.UNKNOWN_TYPE, 0, kind))
        self.assertEqual(c.ask(f.simple("/")).status, 200)

    def test_multiplex(self):
        """a second request on a busy connection gets FCGI_CANT_MPX_CONN [O-FCGI-06]"""
        c = self.connect()
        c.send(f.begin(1) + f.begin(2) + f.stream(f.PARAMS, f.pairs(f.simple("/two")), 2)
               + f.stream(f.STDIN, b"", 2))
        self.assertEqual(c.answer(2).protocol_status, f.CANT_MPX_CONN)
        c.send(f.stream(f.PARAMS, f.pairs(f.simple("/one"))) + f.stream(f.STDIN, b""))
        self.assertEqual(self.echo(c.answer(1))["uri"], "/one")

    def test_role(self):
        """roles other than responder get FCGI_UNKNOWN_ROLE [O-FCGI-06]"""
        for role in (f.AUTHORIZER, f.FILTER, 9):
            for keep in (False, True):
                c = self.connect()
                c.send(f.begin(role=role, keep=keep)
                       + f.stream(f.PARAMS, f.pairs(f.simple("/?log=role")))
                       + f.stream(f.STDIN, b""))
                self.assertEqual(c.answer().protocol_status, f.UNKNOWN_ROLE)
                if keep:
                    self.assertEqual(c.ask(f.simple("/")).status, 200)
                else:
                    self.assertTrue(c.is_closed())
        self.assertNotIn("role", self.usherd.executed())

    def test_other_service(self):
        """a service has the role that it requests; an authorizer gets no body [O-FCGI-06]"""
        usherd = Usherd(env={"STUB_ROLE": str(f.AUTHORIZER)})
        self.addCleanup(usherd.stop)
        params = f.stream(f.PARAMS, f.pairs(f.simple("/role")))
        with f.Connection(usherd.path) as c:
            for end in (b"", f.record(f.STDIN), b""):
                c.send(f.begin(role=f.AUTHORIZER) + params + end)
                got = self.echo(c.answer())
                self.assertEqual((got["role"], got["uri"], got["body_size"]),
                                 (f.AUTHORIZER, "/role", 0))
            c.send(f.begin() + params + f.record(f.STDIN))
            self.assertEqual(c.answer().protocol_status, f.UNKNOWN_ROLE)

    def test_abort(self):
        """an aborted request ends at once and is not executed [O-FCGI-07]"""
        head = f.begin() + f.stream(f.PARAMS, f.pairs(f.simple("/?log=abort", "POST", b"12345")))
        for sent in (f.begin(), head, head + f.record(f.STDIN, b"123")):
            c = self.connect().send(sent)
            answer = c.send(f.record(f.ABORT_REQUEST)).answer()
            self.assertEqual((answer.raw, answer.protocol_status), (b"", f.REQUEST_COMPLETE))
            c.send(f.record(f.STDIN, b"45") + f.record(f.STDIN))  # part of the aborted request
            self.assertEqual(self.echo(c.ask(f.simple("/next")))["uri"], "/next")
        self.assertNotIn("abort", self.usherd.executed())

    def test_cut(self):
        """a request truncated at any byte is not executed [T-F03 T-F04 O-FCGI-08]"""
        body = b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Auma-ticket"
        params = f.simple("/token?log=cut", "POST", body, HTTP_AUTHORIZATION="Bearer x",
                          CONTENT_TYPE="application/x-www-form-urlencoded")
        whole = f.request(params, body)
        for n in range(len(whole)):
            with f.Connection(self.usherd.path) as c:
                c.send(whole[:n])
        self.is_well()
        self.assertNotIn("cut", self.usherd.executed())
        self.assertEqual(self.connect().send(whole).answer().status, 200)
        self.assertIn("cut", self.usherd.executed())

    def test_short_streams(self):
        """a connection whose parameter stream ends within a pair is closed without a response
        [T-F03]"""
        params = f.pairs(f.simple("/?log=short"))
        ends, at = set(), 0
        for name, value in f.simple("/?log=short").items():
            at += len(f.pair(name, value))
            ends.add(at)
        for n in range(1, len(params)):
            if n in ends:
                continue
            c = self.connect().send(f.begin() + f.stream(f.PARAMS, params[:n])
                                    + f.stream(f.STDIN, b""))
            self.assertTrue(c.is_closed())
            c.close()
        self.assertNotIn("short", self.usherd.executed())

    def test_mandatory(self):
        """a request without method or URI is dropped without a response [T-F03]"""
        for missing in ("REQUEST_METHOD", "REQUEST_URI"):
            for change in ("absent", "empty"):
                params = f.simple("/?log=mandatory")
                params[missing] = ""
                if change == "absent":
                    del params[missing]
                self.assertTrue(self.connect().send(f.request(params)).is_closed())
        self.assertNotIn("mandatory", self.usherd.executed())

    def test_length(self):
        """a body whose length differs from CONTENT_LENGTH is rejected before everything else
        [O-FCGI-08 T-F04]"""
        for announced, body, status in (
                ("5", b"1234", 400), ("3", b"1234", 400), ("0", b"1234", 400), ("4", b"", 400),
                ("4x", b"1234", 400), ("+4", b"1234", 400), (" 4", b"1234", 400),
                ("4", b"1234", 200), ("-1", b"1234", 200), ("", b"1234", 200)):
            c = self.connect()
            answer = c.ask(f.simple("/", "POST", CONTENT_LENGTH=announced), body)
            self.assertEqual(answer.status, status, announced)
            self.assertEqual("fault" in self.echo(answer), status == 400)

    def test_chunked(self):
        """a body without a length is read completely [O-FCGI-08]"""
        params = f.simple("/", "POST")
        del params["CONTENT_LENGTH"]
        self.assertEqual(self.echo(self.connect().ask(params, b"chunk" * 1000))["body"],
                         "chunk" * 1000)

    def test_largest(self):
        """a body of 64 KiB is accepted with 60 KiB of parameters [T-F05]"""
        body = b"b" * 65536
        params = f.simple("/", "POST", body)
        for i in range(4):
            params["HTTP_X_%d" % i] = "v" * 15000
        for piece in (65535, 8192, 500):
            self.assertEqual(self.echo(self.connect().ask(params, body, piece=piece))["body_size"],
                             65536)

    def test_too_large(self):
        """a larger body is read completely and answered with 413, and the connection remains open
        [T-F05]"""
        for size in (65537, 200000, 1 << 20):
            c = self.connect()
            answer = c.ask(f.simple("/", "POST", CONTENT_LENGTH=str(size)), b"b" * size)
            self.assertEqual((answer.status, self.echo(answer)["body_size"]), (413, 0))
            self.assertEqual(c.ask(f.simple("/")).status, 200)

    def test_headers_too_large(self):
        """headers beyond the limits get 431, NUL and '=' in invalid places get 400, and the
        connection remains open
        [T-F02 T-F07]"""
        cases = [({"HTTP_" + "N" * 252: "v"}, 431), ({"HTTP_X": "v" * 16385}, 431),
                 ({"HTTP_X%d" % i: "v" * 16000 for i in range(5)}, 431),
                 ({"HTTP_X%d" % i: "v" for i in range(300)}, 431),
                 ({"HTTP_X": "a\0b"}, 400), ({"HTTP_\0": "v"}, 400), ({"HTTP_X=": "v"}, 400),
                 ({"HTTP_" + "N" * 251: "v"}, 200)]
        for more, status in cases:
            for piece in (65535, 100):
                c = self.connect()
                params = dict(f.simple("/?log=faulty" if status != 200 else "/", "POST", b"body"),
                              **more)
                answer = c.ask(params, b"body", piece=piece)
                self.assertEqual((answer.status, "fault" in self.echo(answer)),
                                 (status, status != 200), (list(more)[0][:20], piece))
                self.assertEqual(c.ask(f.simple("/")).status, 200)
        self.assertNotIn("faulty", self.usherd.executed())

    def test_far_too_large(self):
        """a body beyond 1 MiB gets its 413 before it is complete, and the connection is closed
        [T-F05]"""
        size = (1 << 20) + 1
        c = self.connect()
        c.send(f.begin() + f.stream(f.PARAMS, f.pairs(
            f.simple("/", "POST", CONTENT_LENGTH=str(2 * size)))))
        for sent in range(0, size, 32768):
            c.send(f.record(f.STDIN, b"b" * min(32768, size - sent)))
        self.assertEqual(c.answer().status, 413)
        self.assertTrue(c.is_closed())

    def test_giant(self):
        """a client may send a giant body completely although it is already answered [T-F05]"""
        c = self.connect()
        c.send(f.request(f.simple("/", "POST", CONTENT_LENGTH=str(5 << 20)), b"g" * (5 << 20)))
        self.assertEqual(c.answer().status, 413)

    def test_facts(self):
        """no request header overrides a parameter of the web server [O-FCGI-09 T-F06 T-F07]"""
        quiet = self.echo(self.connect().ask(f.simple("/", HTTPS="", REMOTE_ADDR="192.0.2.1")))
        loud = self.echo(self.connect().ask(f.simple(
            "/", HTTPS="", REMOTE_ADDR="192.0.2.1", HTTP_HTTPS="on", HTTP_PROXY="http://x.example",
            HTTP_REMOTE_ADDR="127.0.0.1", HTTP_REMOTE_USER="root", REMOTE_USER="root",
            HTTP_SSL_CLIENT_CERT="x", HTTP_SSL_CLIENT_VERIFY="SUCCESS",
            HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="127.0.0.1",
            HTTP_X_HTTP_METHOD_OVERRIDE="DELETE", SCRIPT_NAME="/x", PATH_INFO="/y")))
        quiet.pop("pid")
        loud.pop("pid")
        self.assertEqual(loud, quiet)

    def test_twice(self):
        """a repeated parameter is rejected [T-F07]"""
        for name, other in (("HTTP_AUTHORIZATION", "Bearer b"), ("HTTP_HOST", "b.example"),
                            ("REQUEST_METHOD", "DELETE"), ("REQUEST_URI", "/b"), ("HTTPS", "on"),
                            ("CONTENT_TYPE", "b"), ("REMOTE_ADDR", "b")):
            items = list(f.simple("/", HTTP_AUTHORIZATION="Bearer a",
                                  CONTENT_TYPE="a").items()) + [(name, other)]
            answer = self.connect().ask(items)
            self.assertEqual(answer.status, 400)
            self.assertIn(name, self.echo(answer)["why"])

    def test_canaries(self):
        """no data of one request is in the response to the next [T-F09]"""
        c = self.connect()
        for i in range(1500):
            if i % 2:
                canary = "canary-%d-" % i
                body = (canary * 20).encode()
                got = c.ask(f.simple("/" + canary, "POST", body,
                                     HTTP_AUTHORIZATION="Bearer " + canary,
                                     CONTENT_TYPE=canary, HTTP_IF_MATCH=canary), body)
                self.assertIn(canary.encode(), got.body)
            else:
                got = c.ask(f.simple("/plain"))
                self.assertNotIn(b"canary", got.raw)
                self.assertEqual(sorted(self.echo(got)), ["body", "body_size", "host", "https",
                                                          "method", "pid", "remote", "uri"])

    def test_pipeline(self):
        """pipelined requests are answered in order [O-FCGI-02]"""
        c = self.connect()
        c.send(b"".join(f.request(f.simple("/%d" % i), request_id=i) for i in range(1, 40)))
        for i in range(1, 40):
            self.assertEqual(self.echo(c.answer(i))["uri"], "/%d" % i)

    def test_answers(self):
        """responses of any size arrive completely [O-FCGI-10]"""
        c = self.connect()
        for size in (0, 1, 8000, 8192, 65535, 65536, 65537, 300000, 2000000):
            answer = c.ask(f.simple("/?size=%d" % size))
            self.assertEqual((answer.status, len(answer.body)), (200, size))
            self.assertEqual(answer.headers["content-length"], str(size))
        for status in (204, 304):
            answer = c.ask(f.simple("/?status=%d" % status))
            self.assertEqual((answer.status, answer.body), (status, b""))
        answer = c.ask(f.simple("/?size=70000", "HEAD"))
        self.assertEqual((answer.body, answer.headers["content-length"]), (b"", "70000"))

    def test_headers(self):
        """a response with headers that nginx would reject becomes 500"""
        c = self.connect()
        self.assertEqual(c.ask(f.simple("/?headers=3500")).status, 200)
        self.assertEqual(c.ask(f.simple("/?headers=4100")).status, 500)
        self.assertEqual(c.ask(f.simple("/")).status, 200)
