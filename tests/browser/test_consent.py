# SPDX-License-Identifier: Apache-2.0
"""An owner connects the photo site with Usher, by authorization code, with the keyboard alone."""
import pages_test


class Consent(pages_test.PeopleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pages_test.run.exchange()

    def setUp(self):
        super().setUp()
        self.site.photoz.tokens = None
        if self.demo["run"]("approval", "list", "demo")["approvals"]:
            self.demo["run"]("approval", "withdraw", "demo", "--account", "alice", "--client",
                             "photoz")

    @classmethod
    def tearDownClass(cls):
        pages_test.run.connect()

    def connect(self):
        """From the site, which has no PAT, to the page that asks for consent."""
        self.page.open(self.site.url + "/alice")
        self.page.press("form[action='/connect'] button")
        self.page.wait_text("Sign in to continue to Photoz")
        self.check_page("live-signin-flow")
        self.sign_in("alice")
        self.page.wait_text("Let Photoz use Usher to protect your items?")

    def test_allow(self):
        """alice connects the photo site: sign-in, consent, and the site can ask Usher
        again"""
        self.connect()
        self.check_page("live-consent")
        self.page.press("button[value=allow]")
        self.page.wait_text("Who can see your photos")
        self.assertEqual(self.page.url(), self.site.url + "/alice")
        self.assertIn("bob@example.net can see it.", self.page.text())
        self.check_page("site-alice")

    def test_remembered(self):
        """a site that alice has allowed is connected again without a question, until the consent is
        withdrawn"""
        self.connect()
        self.page.press("button[value=allow]")
        self.page.wait_text("Who can see your photos")
        self.page.press("form[action='/disconnect'] button")
        self.page.press("form[action='/connect'] button")
        self.page.wait_text("Who can see your photos")

    def test_cancel(self):
        """Cancel leads back to the site, which is not connected"""
        self.connect()
        self.page.press("button[value=cancel]")
        self.page.wait_text("Photoz is not connected, because you did not allow it.")
        self.assertIsNone(self.site.photoz.tokens)
