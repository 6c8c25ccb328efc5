# SPDX-License-Identifier: Apache-2.0
"""Every page of the program with sample and hostile values, without a server behind it."""
import re

import gallery
import pages_test
import samples

TEMPLATES = sorted((pages_test.ROOT / "src/pages/templates").glob("*.html"))
# What the keyboard must reach, in the order of the document.
STOPS = ("a[href], button, input:not([type=hidden]):not([tabindex='-1']), select, textarea, summary,"
         " [tabindex='0']")


class Gallery(pages_test.PagesTest):
    @classmethod
    def setUpClass(cls):
        cls.gallery = gallery.Gallery(pages_test.run.build)

    @classmethod
    def tearDownClass(cls):
        cls.gallery.stop()

    def each(self, look, make=samples.values, language="en", **more):
        """Opens each page in turn, and calls look(name)."""
        for name, page, sample in samples.SAMPLES:
            with self.subTest(name):
                self.page.open(self.gallery.add(name, page, make(sample), language, **more))
                look(name)

    def test_complete(self):
        """every page of the program has a sample in the gallery"""
        texts = {path.stem: path.read_text(encoding="utf-8") for path in TEMPLATES}
        parts = set(re.findall(r"\{\{>(\w+)\}\}", " ".join(texts.values())))
        pages = {name for name in texts if name not in parts and not name.startswith("layout_")}
        self.assertEqual(pages, {page for _, page, _ in samples.SAMPLES})

    def test_pictures(self):
        """every page, light and dark, at 390, 820 and 1280 px: no sideways scrolling, no violation
        that axe-core finds, at most 30 KB with its style"""
        style = len(self.gallery.pages["/assets/usher.css"][1])

        def look(name):
            self.assertLess(len(self.gallery.pages["/" + name][1]) + style, pages_test.SIZE_MAX)
            for dark in (False, True):
                self.page.dark(dark)
                for width in (390, 1280):
                    self.page.size(width)
                    self.check_axe("%d px%s" % (width, ", dark" if dark else ""))
            self.shoot(name)
            self.assertEqual(self.page.failures, [])
            self.check_requests(self.gallery.url)
        self.each(look)

    def test_right_to_left(self):
        """every page from right to left: no sideways scrolling, no violation that axe-core finds"""
        def look(name):
            for width in (1280, 390):
                self.page.size(width)
                self.check_width("%d px" % width)
            self.check_axe("right to left")
            self.page.shot(pages_test.SHOTS / ("%s-390-rtl.png" % name))
        self.each(look, rtl=True)

    def test_languages(self):
        """German and French fit a phone: no sideways scrolling at 320 px"""
        for language in ("de", "fr"):
            def look(name, tag=language):
                self.page.size(320)
                self.check_width("320 px in " + tag)
                self.page.size(390)
                self.page.shot(pages_test.SHOTS / ("%s-390-%s.png" % (name, tag)))
            self.each(look, lambda sample, tag=language: samples.values(sample, tag), language)

    def test_keyboard(self):
        """Tab reaches every control of every page, in the order of the document, and each one
        shows that it has the focus; a page with an error begins at the summary"""
        def look(_):
            summaries = self.page.count(".errors")
            self.assertEqual(self.page.evaluate("document.activeElement.className"),
                             "errors" if summaries else "flow")
            expected = self.page.count(STOPS)
            reached, marked = [], set()
            for _ in range(expected):
                self.page.key("Tab")
                reached.append(self.page.evaluate(
                    "[...document.querySelectorAll(\"%s\")].indexOf(document.activeElement)" % STOPS))
                marked.add(self.page.evaluate(
                    "getComputedStyle(document.activeElement).outline"))
            self.assertEqual(reached, list(range(expected)))
            self.assertEqual({mark for mark in marked if "solid 3px" not in mark}, set())
        self.each(look)

    def test_hostile(self):
        """markup, scripts, 500 letters and overrides in every text from outside: nothing runs,
        nothing scrolls sideways at 320 px or 1280 px, and nothing is fetched [T-B01 T-B02 T-U17]"""
        self.page.scripts(True)
        self.gallery.policy = None  # the templates alone must prevent it
        self.addCleanup(setattr, self.gallery, "policy", gallery.POLICY)
        for kind, text in samples.HOSTILE.items():
            def look(name, kind=kind):
                for width in (1280, 320):
                    self.page.size(width)
                    self.check_width("%d px, %s" % (width, kind))
                self.assertNotEqual(self.page.title(), "run")
                self.assertEqual(self.page.count("script, img, main svg"), 0, kind)
                self.assertEqual(self.page.count("[href^='javascript:' i], [action^='j' i]"), 0)
                self.page.shot(pages_test.SHOTS / ("%s-320-%s.png" % (name, kind)))
            self.each(look, lambda sample, t=text: samples.hostile(sample, t), missing=True)
        self.check_requests(self.gallery.url)
