# SPDX-License-Identifier: Apache-2.0
"""Signing in and out."""
import pages_test

INCORRECT = "The username or password is incorrect"


class SignIn(pages_test.PeopleTest):
    def wrong(self, login, password):
        """What a failed sign-in shows: status, title, focus, texts and the name that stays."""
        self.page.open(self.issuer + "/signin")
        self.sign_in(login, password)
        self.page.wait_text("There is a problem")
        return (self.page.status(), self.page.title(), self.page.focused(),
                self.page.evaluate("[...document.querySelectorAll('.errors li, .wrong')]"
                                   ".map(e => e.innerText)"),
                self.page.evaluate("document.querySelector('#name').value") == login,
                self.page.evaluate("document.querySelector('#password').value"))

    def test_wrong(self):
        """a wrong password and an unknown name show the same page: the summary has the focus, and
        the name stays [T-L02]"""
        self.account("wrong")
        known = self.wrong("wrong", "not the password")
        self.check_page("live-signin-error")
        self.assertEqual(known[0], 400)
        self.assertTrue(known[1].startswith("Error: Sign in"), known)
        self.assertIn("There is a problem", known[2])
        self.assertEqual(known[3:], ([INCORRECT, INCORRECT], True, ""))
        self.assertEqual(self.wrong("nobody-of-this-name", "not the password"), known)

    def test_error_link(self):
        """the summary's link leads to the field, by keyboard"""
        self.wrong("nobody-here", "x")
        self.page.tab_to(".errors a")
        self.page.key("Enter")
        self.page.wait(lambda: self.page.focused() == "password", "the focus in the field")

    def test_throttled(self):
        """after repeated failures the page says how long to wait, and that other devices are not
        affected [T-L01]"""
        self.account("throttled")
        for _ in range(4):
            last = self.wrong("throttled", "not the password")
        self.assertEqual(last[0], 429)
        self.assertIn("Too many attempts. Try again in ", last[3][0])
        self.assertIn("You do not have to wait on a device where you have signed in before.",
                      last[3][0])
        self.check_page("live-signin-wait")

    def test_right(self):
        """the right password signs in, the cookies are not for scripts, and signing out ends it"""
        self.page.open(self.issuer + "/signin")
        self.check_page("live-signin")
        self.sign_in(self.account("right"))
        self.page.wait(lambda: self.page.count("#password") == 0, "the page after sign-in")
        cookies = self.page.send("Network.getCookies", urls=[self.issuer])["cookies"]
        ours = [c for c in cookies if c["name"].startswith("__Host-usher-")]
        self.assertIn("__Host-usher-s.demo", [c["name"] for c in ours])
        for cookie in ours:
            self.assertTrue(cookie["httpOnly"] and cookie["secure"], cookie)
            self.assertEqual((cookie["sameSite"], cookie["path"]), ("Lax", "/"))
