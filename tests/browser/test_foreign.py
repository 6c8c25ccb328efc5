# SPDX-License-Identifier: Apache-2.0
"""What others may do with the pages: frames, forms, links and names, with scripts switched on."""
import gallery
import pages_test


class Foreign(pages_test.PeopleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = gallery.Gallery(pages_test.run.build)  # another origin on the same host
        cls.other.policy = None

    @classmethod
    def tearDownClass(cls):
        cls.other.stop()

    def put(self, name, text):
        """A page of the other origin; returns its URL."""
        self.other.pages["/" + name] = ("text/html", text.encode())
        return "%s/%s" % (self.other.url, name)

    def test_frame(self):
        """no page is shown in a frame of another site [T-B03]"""
        for path in ("/help", "/no-such-page"):
            self.page.failures.clear()
            self.page.open(self.put("frame", '<iframe src="%s%s"></iframe>' % (self.issuer, path)))
            self.page.wait(lambda: any("frame-ancestors" in text or "X-Frame-Options" in text
                                       for text in self.page.failures), "a frame that is blocked")

    def test_referrer(self):
        """no request that leaves a page of Usher names the page [T-B05]"""
        self.page.open(self.issuer + "/help?lang=de")
        self.page.press("a[href$='/help']")
        self.assertEqual(self.page.referrers(), set())
