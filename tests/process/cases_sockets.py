# SPDX-License-Identifier: Apache-2.0
"""The source of the listening socket, and who may connect (FastCGI 1.0, 2.2; T-F01)."""
import os
import signal
import socket
import stat
import subprocess
import unittest

import raw_fcgi as f
from daemon import PROGRAM, Usherd, listening, scratch


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sockets(unittest.TestCase):
    def usherd(self, **more):
        usherd = Usherd(serve=False, **more)
        self.addCleanup(usherd.stop)
        return usherd

    def serve(self, usherd, **more):
        usherd.start(**more)
        usherd.wait_serving()

    def assert_served(self, path):
        with f.Connection(path) as c:
            self.assertEqual(c.ask(f.simple("/")).status, 200)

    def assert_fails(self, usherd, code, word):
        usherd.start()
        self.assertEqual(usherd.process.wait(60), code)
        self.assertIn(word, usherd.log())

    def other_socket(self):
        folder = scratch()
        path = os.path.join(folder, "other.sock")
        s = listening(path)
        self.addCleanup(os.rmdir, folder)
        self.addCleanup(os.unlink, path)
        self.addCleanup(s.close)
        return s, path

    def test_setting(self):
        """usherd listens on the path of the setting, and removes it at the end [O-FCGI-01]"""
        usherd = self.usherd()
        self.serve(usherd)
        self.assert_served(usherd.path)
        usherd.kill(signal.SIGTERM)
        self.assertEqual(usherd.process.wait(60), 0)
        self.assertFalse(os.path.exists(usherd.path))

    def test_zero(self):
        """a listening descriptor 0 has priority over the setting [O-FCGI-01]"""
        s, path = self.other_socket()
        usherd = self.usherd()
        self.serve(usherd, stdin=s)
        self.assertFalse(os.path.exists(usherd.path))
        self.assert_served(path)
        usherd.kill(signal.SIGTERM)
        self.assertEqual(usherd.process.wait(60), 0)
        self.assertTrue(os.path.exists(path))  # usherd did not create it

    def test_zero_is_no_socket(self):
        """a descriptor 0 that does not listen is ignored [O-FCGI-01]"""
        usherd = self.usherd()
        a, b = socket.socketpair()
        with a, b:
            self.serve(usherd, stdin=a)
            self.assert_served(usherd.path)

    def test_zero_tcp(self):
        """a descriptor 0 on loopback is used with the same warning as the setting [T-F01]"""
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as s:
                s.bind((host, 0))
                s.listen()
                usherd = self.usherd()
                self.serve(usherd, stdin=s)
                self.assertIn("every user of this machine", usherd.log())
                self.assert_served("%s:%d" % (host, s.getsockname()[1]))
                usherd.stop()

    def test_zero_elsewhere(self):
        """an inherited socket that is reachable from other machines is rejected [T-F01]"""
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::ffff:127.0.0.1", 0))  # the setting rejects this form, too
            s.listen()
            for start in ("exec %s -c %s <&%d",
                          "LISTEN_PID=$$ LISTEN_FDS=1 exec %s -c %s 3<&%d"):
                usherd = self.usherd(argv=None)
                usherd.argv = ["sh", "-c", start % (PROGRAM, usherd.config, s.fileno())]
                usherd.start(pass_fds=[s.fileno()])
                self.assertEqual(usherd.process.wait(60), 69)
                self.assertIn("must be a Unix socket or on loopback", usherd.log())

    def test_systemd(self):
        """the socket of systemd has priority over all others [O-FCGI-01]"""
        s, path = self.other_socket()
        third, _ = self.other_socket()
        usherd = self.usherd(argv=None)
        usherd.argv = ["sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec %s -c %s 3<&%d"
                       % (PROGRAM, usherd.config, s.fileno())]
        self.serve(usherd, pass_fds=[s.fileno()], stdin=third)
        self.assert_served(path)
        self.assertFalse(os.path.exists(usherd.path))

    def test_systemd_many(self):
        """more than one socket of systemd is an error, because nothing would serve the others
        [O-FCGI-01]"""
        s, _ = self.other_socket()
        for start, word in (("LISTEN_FDS=2 exec %s -c %s 3<&%d 4<&3", "passes 2 sockets"),
                            ("LISTEN_FDS=65 exec %s -c %s 3<&%d", "passes 65 sockets"),
                            ("LISTEN_FDS=1 exec %s -c %s 3</dev/null %d<&-", "does not listen")):
            usherd = self.usherd(argv=None)
            usherd.argv = ["sh", "-c", "LISTEN_PID=$$ " + start
                           % (PROGRAM, usherd.config, s.fileno())]
            usherd.start(pass_fds=[s.fileno()])
            self.assertEqual(usherd.process.wait(60), 69)
            self.assertIn(word, usherd.log())

    def test_systemd_for_another(self):
        """LISTEN_FDS for another process is ignored [O-FCGI-01]"""
        s, _ = self.other_socket()
        usherd = self.usherd(argv=None)
        usherd.argv = ["sh", "-c", "LISTEN_PID=1 LISTEN_FDS=1 exec %s -c %s 3<&%d"
                       % (PROGRAM, usherd.config, s.fileno())]
        self.serve(usherd, pass_fds=[s.fileno()])
        self.assert_served(usherd.path)

    def test_restart_keeps_queue(self):
        """connections that wait at a socket of systemd are served after a restart [O-FCGI-12]"""
        s, path = self.other_socket()
        usherd = self.usherd()
        self.serve(usherd, stdin=s)
        usherd.kill(signal.SIGTERM)
        self.assertEqual(usherd.process.wait(60), 0)
        with f.Connection(path) as c:
            c.send(f.request(f.simple("/waited")))
            usherd.start(stdin=s)
            self.assertEqual(c.answer().status, 200)

    def test_mode(self):
        """the socket has its mode, whatever the umask [T-F01]"""
        for mode in ("0660", "0600", "0666"):
            usherd = self.usherd(listen_mode=mode)
            before = os.umask(0o022 if mode == "0666" else 0)
            try:
                self.serve(usherd)
            finally:
                os.umask(before)
            self.assertEqual(stat.S_IMODE(os.stat(usherd.path).st_mode), int(mode, 8))

    def test_stale(self):
        """the socket of a dead server is replaced [O-FCGI-01]"""
        usherd = self.usherd()
        listening(usherd.path).close()
        self.serve(usherd)
        self.assert_served(usherd.path)

    def test_live(self):
        """the socket of a running server is not touched [O-FCGI-01]"""
        usherd = self.usherd()
        with listening(usherd.path):
            inode = os.stat(usherd.path).st_ino
            self.assert_fails(usherd, 69, "another process listens on this socket")
            self.assertEqual(os.stat(usherd.path).st_ino, inode)

    def test_no_socket(self):
        """a path that is not a socket is not touched [T-X06]"""
        usherd = self.usherd()
        with open(usherd.path, "w") as file:
            file.write("precious")
        self.assert_fails(usherd, 69, "not a socket")
        with open(usherd.path) as file:
            self.assertEqual(file.read(), "precious")

    def test_tcp(self):
        """TCP works on loopback, with a warning [T-F01]"""
        port = free_port()
        usherd = self.usherd(listen="127.0.0.1:%d" % port)
        self.serve(usherd)
        self.assertIn("every user of this machine", usherd.log())
        self.assert_served("127.0.0.1:%d" % port)
        with f.Connection("127.0.0.1:%d" % port) as c:
            self.assertEqual(c.ask(f.simple("/", "POST", b"x" * 65537), b"x" * 65537).status, 413)
            self.assertEqual(c.ask(f.simple("/")).status, 200)

    def test_tcp_elsewhere(self):
        """TCP on other addresses is rejected [T-F01]"""
        for listen in ("0.0.0.0:9000", "192.0.2.1:9000", "[::]:9000", "example.com:9000", ":9000",
                       "9000", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:", ""):
            self.assert_fails(self.usherd(listen=listen), 78, "listen = ")

    def test_peers(self):
        """only the users in the setting peers may connect [T-F01]"""
        usherd = self.usherd(peers="4242 %d" % os.getuid())
        self.serve(usherd)
        self.assert_served(usherd.path)

    def test_other_peers(self):
        """other peers are closed before a byte is read [T-F01]"""
        usherd = self.usherd(peers="4242 4243")
        self.serve(usherd)
        for _ in range(5):
            with f.Connection(usherd.path) as c:
                try:
                    c.send(f.request(f.simple("/?log=peer")))
                except OSError:
                    pass
                self.assertTrue(c.is_closed())
        self.assertEqual(usherd.executed(), [])

    def test_cgi_fcgi(self):
        """the health check by cgi-fcgi works"""
        usherd = self.usherd()
        self.serve(usherd)
        out = subprocess.run(["cgi-fcgi", "-bind", "-connect", usherd.path],
                             env={"REQUEST_METHOD": "GET", "REQUEST_URI": "/health",
                                  "PATH": os.environ["PATH"]},
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60)
        self.assertIn(b"Status: 200 OK", out.stdout)
