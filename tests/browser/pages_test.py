# SPDX-License-Identifier: Apache-2.0
"""What the tests of pages share: the browser of this run, and repeated assertions about a page."""
import contextlib
import io
import json
import pathlib
import shutil
import sys
import unittest

import chromium
import gallery
import servers

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging" / "demo"))
import demo_server  # noqa: E402
import exchange     # noqa: E402
import photo_uma    # noqa: E402

TROUBLE = ("AddressSanitizer", "runtime error:", "LeakSanitizer", "assertion", "core dumped")
SHOTS = ROOT / "build" / "shots"
WIDTHS = (390, 820, 1280)
SIZE_MAX = 30000  # bytes of a page with its style
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The element that makes the page scroll sideways, or null.
WIDER = """(w => document.documentElement.scrollWidth <= w ? null : [...document.querySelectorAll('*')]
  .filter(e => e.getBoundingClientRect().right > w + 1 || e.getBoundingClientRect().left < -1)
  .map(e => e.tagName + '.' + e.className + ' ' + e.getBoundingClientRect().right)
  .pop())(document.documentElement.clientWidth)"""

run = None  # the Run


class Run:
    def __init__(self, build, folder):
        self.build, self.folder, self.axe = build, folder, None
        self._browser = self._demo = None
        self.stops = []  # called with the result at the end, the last one first

    @property
    def browser(self):
        if self._browser is None:
            self._browser = chromium.Browser(self.folder / "chromium")
            self.stops.append(lambda result: self._browser.stop())
        return self._browser

    @property
    def demo(self):
        """What `make run` starts: Usher behind nginx, and the photo site."""
        if self._demo is None:
            port, site_port = servers.free_ports(2)
            server = demo_server.DemoServer(ROOT, self.build, "nginx", port, site_port)
            env = server.__enter__()
            self.stops.append(lambda result: demo_stop(server, result))
            self._demo = env
        return self._demo

    def exchange(self):
        """What `make run` shows on the terminal: alice connects the photo site; bob may view the
        lighthouse, and anyone may ask for the dunes."""
        if "photo" not in self.demo:
            with contextlib.redirect_stdout(io.StringIO()):
                exchange.run_exchange(self.demo)

    def connect(self):
        """Connects the photo site again, with a new PAT."""
        pat = self.demo["run"]("pat", "demo", "--client", "photoz", "--owner", "alice")
        self.demo["site"].photoz.adopt(pat)

    def offers(self, what):
        """Does Usher have the endpoint of the metadata, or the page at the path?"""
        if what.startswith("/"):
            return photo_uma.send("GET", self.demo["issuer"] + what)[0] == 200
        return self.demo["site"].usher.offers(what)


def demo_stop(server, result):
    """Stops the servers, and checks the logs and the exit code of usherd."""
    server.__exit__()
    text = (server.folder / "usherd.log").read_text(errors="replace")
    found = [line for line in text.splitlines() if any(word in line for word in TROUBLE)]
    codes = [child.returncode for child in server.children]
    result.line(not found and codes == [0, 0], "run", "the demo's servers exit with 0, and no "
                "sanitizer complained", found + ["exit codes %s" % codes])
    if not found and not result.failed:
        shutil.rmtree(server.folder, ignore_errors=True)
        pathlib.Path("%s.lock" % server.folder).unlink(missing_ok=True)


def setup(build, folder):
    global run
    run = Run(build, folder)


def axe_load(path):
    run.axe = path.read_text(encoding="utf-8")


def stop(result):
    for one in reversed(run.stops):
        one(result)


class PagesTest(unittest.TestCase):
    """A test with a page of its own, without scripts."""

    def setUp(self):
        self.page = run.browser.page()

    def tearDown(self):
        self.page.close()

    def check_width(self, what):
        self.assertIsNone(self.page.evaluate(WIDER), "%s scrolls sideways" % what)

    def check_axe(self, what):
        """axe-core finds no violation. It needs scripts, so they are on for the moment; those of
        the page itself were not run when it was loaded."""
        if run.axe is None:
            return
        self.page.scripts(True)
        try:
            self.page.evaluate(run.axe + "; 0")
            found = self.page.evaluate(
                "axe.run({runOnly: %s}).then(r => r.violations.map(v => v.id + ': ' + v.nodes"
                ".map(n => n.html.slice(0, 120) + ' ' + n.failureSummary.slice(0, 300))"
                ".slice(0, 3)))" % json.dumps(AXE_RULES))
        finally:
            self.page.scripts(False)
        self.assertEqual(found, [], what)

    def check_requests(self, origin):
        """Every request went to our own address."""
        foreign = [url for url in self.page.requests if not url.startswith(origin + "/")]
        self.assertEqual(foreign, [])

    def shoot(self, name, widths=WIDTHS):
        """Pictures of the page in each width, light and dark; it must not scroll sideways."""
        for dark in (False, True):
            self.page.dark(dark)
            for width in widths:
                self.page.size(width)
                self.check_width("%d px" % width)
                self.page.shot(SHOTS / ("%s-%d%s.png" % (name, width, "-dark" if dark else "")))
        self.page.dark(False)


class PeopleTest(PagesTest):
    """A test with the running demo: Usher, and the photo site."""

    @classmethod
    def setUpClass(cls):
        cls.demo = run.demo
        cls.issuer, cls.site = cls.demo["issuer"], cls.demo["site"]

    def check_page(self, name):
        """What holds for every page: size, width, axe-core, no address but our own. Takes
        pictures."""
        self.check_axe(name)
        self.shoot(name)
        foreign = [url for url in self.page.requests
                   if not url.startswith((self.issuer + "/", self.site.url + "/"))]
        self.assertEqual(foreign, [])
        self.assertEqual(self.page.failures, [])

    def sign_in(self, login, password=None):
        """Fills the sign-in page that is open, by keyboard, and sends it."""
        self.page.fill("#name", login)
        self.page.fill("#password", password or self.demo["passwords"].get(login, ""))
        self.page.key("Enter")

    def account(self, login):
        """A new account for one test."""
        password = login + "-has-a-password"
        self.demo["run"]("account", "add", "demo", login, "--email", login + "@example.net",
                         "--password-stdin", stdin=password)
        self.demo["passwords"][login] = password
        return login


class OtherSiteTest(PeopleTest):
    """A test with a site of another origin, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = gallery.Gallery(run.build)
        cls.other.policy = None

    @classmethod
    def tearDownClass(cls):
        cls.other.stop()

    def put(self, name, text):
        """A page of the other origin; returns its URL."""
        self.other.pages["/" + name] = ("text/html", text.encode())
        return "%s/%s" % (self.other.url, name)
