# SPDX-License-Identifier: Apache-2.0
"""Forms and names that others control."""
import urllib.parse

import pages_test
import samples


class Names(pages_test.OtherSiteTest):
    def test_form(self):
        """a form of another site does nothing, though the browser sends the cookies [T-L05]"""
        self.page.open(self.issuer + "/signin")
        token = self.page.evaluate("document.querySelector('[name=form]').value")
        self.page.open(self.put("form", (
            '<form method="post" action="%s/signin"><input name="form" value="%s">'
            '<input name="name" value="bob"><input name="password" value="%s"><button>x</button>'
            "</form>") % (self.issuer, token, self.demo["passwords"]["bob"])))
        self.page.press("button")
        self.page.wait_text("This page has expired")
        self.assertEqual(self.page.status(), 403)
        names = [c["name"] for c in self.page.send("Network.getCookies", urls=[self.issuer])["cookies"]]
        self.assertNotIn("__Host-usher-s.demo", names)

    def test_names(self):
        """markup and scripts as the name of an app and as what a person types are shown as text, and
        do not run [T-B01]"""
        self.page.scripts(True)
        text = samples.HOSTILE["markup"]
        back = self.other.url + "/back"
        self.demo["run"]("client", "add", "demo", "--id", "hostile", "--name", text[:120],
                         "--grant", "authorization_code", "--redirect-uri", back,
                         "--scope", "uma_protection")
        query = {"client_id": "hostile", "redirect_uri": back, "response_type": "code",
                 "code_challenge": "A" * 43, "code_challenge_method": "S256", "state": text}
        self.page.open(self.issuer + "/authorize?" + urllib.parse.urlencode(query))
        self.assertIn(text[:40], self.page.text())
        self.sign_in(text, "x")
        self.page.wait_text("There is a problem")
        self.assertEqual(self.page.evaluate("document.querySelector('#name').value"), text[:128])
        self.assertNotEqual(self.page.title(), "run")
        self.assertEqual(self.page.count("script, img"), 0)
        self.assertEqual(self.page.failures, [])
