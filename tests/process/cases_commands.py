# SPDX-License-Identifier: Apache-2.0
"""The command line of usherd and its configuration file."""
import json
import os
import shutil
import subprocess
import unittest

from daemon import PROGRAM, scratch


class Commands(unittest.TestCase):
    def setUp(self):
        self.dir = scratch()
        self.addCleanup(shutil.rmtree, self.dir)
        self.path = os.path.join(self.dir, "usher.conf")

    def write(self, text, mode=0o640):
        with open(self.path, "w") as file:
            file.write(text)
        os.chmod(self.path, mode)

    def run_it(self, *argv):
        return subprocess.run([PROGRAM, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)

    def assert_refused(self, text, *words):
        self.write(text)
        got = self.run_it("-t", "-c", self.path)
        self.assertEqual(got.returncode, 78, text)
        for word in words:
            self.assertIn(word, got.stderr)

    def test_good(self):
        """-t finds no fault in a valid file"""
        self.write("# a comment\n\nworkers = 2   # two\nlisten_mode = 0600\n"
                   "issue_pct = no\nlisten = \"/run/x.sock\"\n")
        got = self.run_it("-t", "-c", self.path)
        self.assertEqual((got.returncode, got.stderr), (0, ""))

    @unittest.skipIf(os.path.exists("/etc/usher/usher.conf"), "there is one")
    def test_no_file(self):
        """-t reports that there is no file at the default path"""
        got = self.run_it("-t")
        self.assertEqual((got.returncode, got.stdout), (
            0, "/etc/usher/usher.conf: no such file; the default settings are in effect\n"))

    def test_unknown(self):
        """an unknown setting is rejected with its line and a suggestion"""
        self.assert_refused("# one\n# two\nlog_levl = info\n",
                            self.path + ":3: ", "'log_levl'", "'log_level'")
        self.assert_refused("workers = 1\nelephant = 1\n", ":2: unknown setting 'elephant'\n")
        self.assert_refused("include(\"/etc/passwd\")\n", ":1: ")

    def test_bounds(self):
        """values out of bounds are rejected with their line"""
        for line in ("workers = -1", "workers = 257", "workers = two", "request_timeout = 0",
                     "listen_mode = 0999", "log_level = loud", "issue_pct = maybe",
                     "rpt_alg = RS256", "listen = 0.0.0.0:1", "peers = nobody-of-that-name"):
            self.assert_refused("# first\n%s\n" % line, line.split()[0])

    def test_relative(self):
        """a relative path of the store or of the master key is rejected"""
        for name in ("store", "master_key"):
            self.assert_refused('%s = "lib/x"\n' % name, ":1: %s must be the absolute path" % name)

    def test_missing_directory(self):
        """-t names a missing directory of the socket, which systemd may still create"""
        self.write('listen = "%s/no/x.sock"\n' % self.dir)
        got = self.run_it("-t", "-c", self.path)
        self.assertEqual(got.returncode, 0)
        self.assertIn("there is no directory %s/no; create it" % self.dir, got.stderr)

    def test_missing_file(self):
        """a missing settings file is named as the settings file"""
        missing = self.path + ".not"
        for argv in (("-t", "-c", missing), ("-c", missing)):
            got = self.run_it(*argv)
            self.assertEqual(got.returncode, 78)
            self.assertIn(missing + ": the settings file cannot be opened: No such file",
                          got.stderr)

    def test_twice(self):
        """a repeated setting is rejected"""
        self.assert_refused("workers = 1\n\nworkers = 1\n", ":3: ", "line 1")
        self.assert_refused("workers = 1 workers = 2\n", ":1: ")

    def test_malformed(self):
        """a line without name = value is rejected"""
        for text in ("workers\n", "workers =\n", "= 1\n", "workers = {1}\n", "workers += 1\n",
                     "section { workers = 1 }\n", "\"\n", "x" * 5000 + "\n"):
            self.assert_refused(text, ":1: ")

    def test_permissions(self):
        """a file that others may write to, or a symbolic link, is rejected [T-X06]"""
        for mode in (0o660, 0o646, 0o666):
            self.write("workers = 1\n", mode)
            self.assertEqual(self.run_it("-t", "-c", self.path).returncode, 78)
        self.write("workers = 1\n")
        link = os.path.join(self.dir, "link")
        os.symlink("usher.conf", link)
        self.assertEqual(self.run_it("-t", "-c", link).returncode, 78)
        self.assertEqual(self.run_it("-t", "-c", self.dir).returncode, 78)
        self.assertEqual(self.run_it("-t", "-c", self.path + ".not").returncode, 78)

    def test_start(self):
        """usherd does not start with an invalid file"""
        self.write("wrkers = 1\n")
        got = self.run_it("-c", self.path)
        self.assertEqual(got.returncode, 78)
        self.assertIn("workers", got.stderr)
        self.assertEqual(json.loads(got.stderr)["program"], "usherd")

    def test_dump(self):
        """-T prints every effective setting in the syntax of the file"""
        self.write("workers = 7\nlisten = \"/run/a b.sock\"\nticket_life = 77\n")
        first = self.run_it("-T", "-c", self.path)
        self.assertEqual(first.returncode, 0)
        for line in ("workers = 7", 'listen = "/run/a b.sock"', "ticket_life = 77",
                     "listen_mode = 0660", "issue_pct = yes"):
            self.assertIn("\n%s\n" % line, first.stdout)
        self.write(first.stdout)
        second = self.run_it("-T", "-c", self.path)
        self.assertEqual((second.returncode, second.stdout), (0, first.stdout))

    def test_sample(self):
        """--sample prints a file that changes no default and names every setting"""
        sample = self.run_it("--sample").stdout
        self.write("")
        plain = self.run_it("-T", "-c", self.path).stdout
        self.write(sample)
        self.assertEqual(self.run_it("-T", "-c", self.path).stdout, plain)
        self.write("".join(line.removeprefix("#") for line in sample.splitlines(True)
                           if not line.startswith("# ")))
        self.assertEqual(self.run_it("-T", "-c", self.path).stdout, plain)
        self.assertTrue(all(len(line) < 100 for line in sample.splitlines()))

    def test_full(self):
        """output that cannot be written is exit code 74"""
        self.write("")
        with open("/dev/full", "w", encoding="ascii") as full:
            for words in (["--help"], ["--version"], ["--sample"], ["--manual"],
                          ["-t", "-c", self.path], ["-T", "-c", self.path]):
                got = subprocess.run([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=full,
                                     stderr=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(got.returncode, 74, words)
                self.assertIn("standard output", got.stderr)

    def test_usage(self):
        """invalid usage is 64; --help and --version are 0"""
        bogus = self.run_it("--nonsense")
        self.assertEqual(bogus.returncode, 64)
        self.assertTrue(bogus.stderr.startswith("usherd: unrecognized option"), bogus.stderr)
        self.assertEqual(self.run_it("extra").returncode, 64)
        self.assertEqual(self.run_it("-h").returncode, 0)
        version = self.run_it("--version")
        self.assertEqual(version.returncode, 0)
        self.assertEqual(self.run_it("-V").stdout, version.stdout)
        for library in ("usherd ", "json-c ", "GnuTLS ", "LMDB ", "libsodium ", "libconfuse "):
            self.assertIn(library, version.stdout)
