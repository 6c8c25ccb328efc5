# SPDX-License-Identifier: Apache-2.0
"""People sign in, by password and by the web server. This module runs behind each web server."""
import base64

import harness
import servers
from browser import Browser

PASSWORD = "correct-battery-staple"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
                               "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(
        ("%s:%s" % (name, password)).encode()).decode()}


class SignIn(harness.FlowTest):
    @classmethod
    def prepare(cls):
        run = cls.admin.run
        cls.login = "person-" + cls.__name__.lower()
        cls.server.account(cls.login, password_stdin=True, stdin=PASSWORD + "\n")

    def browser(self):
        return Browser("127.0.0.1", self.fixture.port)

    def signed_in(self):
        b = self.browser()
        self.assertEqual(b.sign_in(self.login, PASSWORD).status, 303, b.page)
        return b

    def is_signed_in(self, b):
        return b.send("GET", "/my/account").status == 200


class ByPassword(SignIn):
    def test_right(self):
        """the right password leads to the page that was asked for, with every header of pages
        [T-L04 T-B03 T-B05]"""
        b = self.browser()
        page = b.get("/my/devices")
        for name, value in HEADERS.items():
            self.assertEqual(page.headers.get_all(name), [value], name)
        b.submit("/signin", name=self.login, password=PASSWORD)
        self.assertEqual((b.page.status, b.target()), (303, "/my/devices"))
        for line in b.page.headers.get_all("Set-Cookie"):
            self.assertRegex(line, r"^__Host-usher-[sbdl]\.main=")
            for word in ("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"):
                self.assertIn(word, line)
        page = b.get(b.target())
        self.assertEqual(page.status, 200)
        self.assertIn("Firefox on Linux", page.text)
        self.assertEqual(page.header("Cross-Origin-Opener-Policy"), "same-origin")

    def test_wrong(self):
        """a wrong password and an unknown name get the same page [T-L02]"""
        seen = set()
        for name in (self.login, "nobody-" + self.login[7:]):
            b = self.browser()
            page = b.sign_in(name, "wrong-password")
            self.assertEqual(page.status, 400)
            token = b.form("/signin").fields["form"]
            seen.add(page.text.replace(name, "NAME").replace(token, "TOKEN"))
        self.assertEqual(len(seen), 1)

    def test_sign_out(self):
        """after signing out the cookie is no session any more [T-L04]"""
        b = self.signed_in()
        kept = dict(b.cookies)
        b.get("/my/account")
        b.submit("/signout")
        self.assertEqual(b.target(), "/signed-out")
        self.assertIn("You are signed out", b.get(b.target()).text)
        b.cookies = kept
        self.assertFalse(self.is_signed_in(b))

    def test_link(self):
        """a link of the administrator sets the password, once, and ends all sessions [T-L06]"""
        login = self.login + "-link"
        self.server.account(login)
        link = self.admin.run("account", "reset-link", "main", login)["link"]
        path = link[len(self.server.issuer):]
        b = self.browser()
        self.assertEqual(b.get(path).status, 200, b.page)
        b.submit(path, new="another-good-one")
        self.assertEqual((b.page.status, b.target()), (303, "/my/"))
        self.assertTrue(self.is_signed_in(b))
        self.assertEqual(self.browser().get(path).status, 403)
        self.assertEqual(self.browser().sign_in(login, "another-good-one").status, 303)


    def test_administrator(self):
        """an administrator lists the sessions of a person and ends them [T-L04]"""
        login = self.login + "-seen"
        self.server.account(login, password_stdin=True, stdin=PASSWORD + "\n")
        first, second = self.browser(), self.browser()
        for b in (first, second):
            self.assertEqual(b.sign_in(login, PASSWORD).status, 303)
        listed = self.admin.run("session", "list", "main", login)["sessions"]
        self.assertEqual([(s["how"], s["device"]) for s in listed],
                         [("pwd", "Firefox on Linux")] * 2)
        self.admin.run("session", "end", "main", login, listed[0]["session"])
        self.assertEqual((self.is_signed_in(first), self.is_signed_in(second)), (False, True))
        self.admin.run("session", "end", "main", login)
        self.assertFalse(self.is_signed_in(second))


class ByServer(SignIn):
    PATH = "/signin/by-server"

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.admin.run("account", "link", "main", cls.login, issuer="urn:usher:login:USHER_USER",
                      subject="alice")

    def test_right(self):
        """the name that the web server has authenticated signs in, by GET and POST"""
        b = self.browser()
        known = basic("alice", servers.PASSWORDS["alice"])
        self.assertEqual(b.get("/signin").status, 200)
        self.assertIn(self.PATH, b.page.text)
        page = b.send("GET", self.PATH, headers=known)
        self.assertEqual(page.status, 200, page)
        self.assertIn(self.login, page.text)
        self.assertFalse(self.is_signed_in(b))
        b.send("GET", self.PATH, headers=known)
        b.submit(self.PATH, headers=known)
        self.assertEqual((b.page.status, b.target()), (303, "/my/"), b.page)
        self.assertTrue(self.is_signed_in(b))

    def test_refused(self):
        """no password and a wrong one are refused by the web server, by GET and POST"""
        b = self.browser()
        known = basic("alice", servers.PASSWORDS["alice"])
        b.send("GET", self.PATH, headers=known)
        form = b.form(self.PATH).fields
        for headers in ({}, basic("alice", "wrong"), basic("nobody", "x"), basic("alice", "")):
            self.assertEqual(b.send("GET", self.PATH, headers=headers).status, 401, headers)
            self.assertEqual(b.send("POST", self.PATH, form, headers).status, 401, headers)
        self.assertFalse(self.is_signed_in(b))

    def test_unknown(self):
        """a name without an account is told so, and is not signed in"""
        b = self.browser()
        page = b.send("GET", self.PATH, headers=basic("stranger", servers.PASSWORDS["stranger"]))
        self.assertEqual(page.status, 403)
        self.assertIn("You do not have an account here yet", page.text)

    def test_headers(self):
        """a client cannot set the parameter by headers of that name"""
        names = ("USHER_USER", "Usher-User", "HTTP_USHER_USER", "REMOTE_USER", "Remote-User",
                 "usher_user")
        b = self.browser()
        for name in names:
            sent = {name: "alice"}
            self.assertEqual(b.send("GET", self.PATH, headers=sent).status, 401, name)
            self.assertEqual(b.send("GET", "/signin", headers=sent).status, 200, name)
            sent.update(basic("stranger", servers.PASSWORDS["stranger"]))
            page = b.send("GET", self.PATH, headers=sent)
            self.assertEqual(page.status, 403, name)
            self.assertIn("stranger", page.text)

    def test_elsewhere(self):
        """at other paths the web server passes no name, whatever the request authenticates with"""
        known = basic("alice", servers.PASSWORDS["alice"])
        for path in ("/my/account", "/signin/by-server/", "/signin//by-server",
                     "/signin/./by-server", "/signin/by%2dserver", "/signin/by-server%00"):
            b = self.browser()
            page = b.send("GET", path, headers=known)
            self.assertNotEqual(page.status, 500, path)
            self.assertFalse(self.is_signed_in(b), path)
