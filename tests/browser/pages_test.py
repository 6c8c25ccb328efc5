# SPDX-License-Identifier: Apache-2.0
"""What the tests of pages share: the browser of this run, and repeated assertions about a page."""
import json
import pathlib
import unittest

import chromium

ROOT = pathlib.Path(__file__).resolve().parents[2]
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
        self._browser = None
        self.stops = []  # called with the result at the end, the last one first

    @property
    def browser(self):
        if self._browser is None:
            self._browser = chromium.Browser(self.folder / "chromium")
            self.stops.append(lambda result: self._browser.stop())
        return self._browser


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
