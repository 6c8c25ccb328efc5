# SPDX-License-Identifier: Apache-2.0
"""From a 401 at the photo site to the photo: claims gathering."""
import pages_test


class Claims(pages_test.PeopleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pages_test.run.exchange()

    def ask(self, photo, login, name=None):
        """Opens a photo, signs in at Usher, and stops at the page that asks."""
        self.page.open("%s/photos/%s" % (self.site.url, photo))
        self.page.wait_text("Sign in to continue to Photo Viewer")
        self.sign_in(login)
        self.page.wait_text("Photo Viewer wants to view %s for you" % (name or "something"))

    def seen(self):
        """Is the picture on the page drawn?"""
        return self.page.evaluate("(i => !!i && i.complete && i.naturalWidth > 0)"
                                  "(document.querySelector('figure img'))")

    def test_permitted(self):
        """bob opens a photo, is sent to Usher, signs in, and sees the photo; by keyboard alone"""
        self.ask("lighthouse", "bob", "Lighthouse")
        self.assertIn("bob@example.net", self.page.text())
        self.check_page("live-claims")
        self.page.press("button[value=go]")
        self.page.wait_text("Alice has shared this photo with you.")
        self.page.wait(self.seen, "the picture")
        self.check_page("site-photo")
        self.page.open(self.site.url + "/")
        self.check_page("site-album")

    def test_again(self):
        """who is signed in is asked again, without the sign-in"""
        self.ask("lighthouse", "bob", "Lighthouse")
        self.page.press("button[value=go]")
        self.page.wait_text("Alice has shared this photo with you.")
        self.page.open(self.site.url + "/photos/dunes")
        self.page.wait_text("Photo Viewer wants to view something for you")

    def test_decline(self):
        """Cancel leads back to the site without access"""
        self.ask("lighthouse", "bob", "Lighthouse")
        self.page.press("button[value=cancel]")
        self.page.wait_text("You cancelled")
        self.assertEqual(self.page.status(), 403)
        self.check_page("site-cancelled")

    def test_denied(self):
        """carol learns neither the photo's name nor the owner, and gets no access"""
        self.ask("lighthouse", self.account("carol"))
        self.assertNotIn("alice", self.page.text().lower())
        self.assertNotIn("Lighthouse", self.page.text())
        self.page.press("button[value=go]")
        self.page.wait_text("Alice has not shared this photo with you.")

    def test_ask_owner(self):
        """a photo for which the owner wants to be asked: the page says so"""
        self.ask("dunes", "bob")
        self.assertIn("Usher will ask the owner first.", self.page.text())
        self.check_page("live-claims-unknown")
        self.page.press("button[value=go]")
        self.page.wait_text("Alice has been asked")
