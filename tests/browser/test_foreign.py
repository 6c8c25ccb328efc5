# SPDX-License-Identifier: Apache-2.0
"""Frames of other sites, and what they learn."""
import pages_test


class Foreign(pages_test.OtherSiteTest):
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
