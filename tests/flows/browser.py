# SPDX-License-Identifier: Apache-2.0
"""A browser without scripts: it keeps cookies, follows redirects on the same host and fills in
forms. It shares no code with the server."""
import html
import html.parser
import http.client
import http.cookies
import re
import urllib.parse


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.fields = {}


class Parser(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append(Form(attrs))
        elif tag == "input" and self.forms and attrs.get("name"):
            self.forms[-1].fields[attrs["name"]] = attrs.get("value") or ""


class Page:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.text = answer.read().decode("utf-8", "replace")
        self.forms = Parser(self.text).forms

    def header(self, name):
        return self.headers.get(name)

    def __repr__(self):
        return "%d %s\n%s" % (self.status, dict(self.headers), self.text)


class Browser:
    def __init__(self, host, port):
        self.host, self.port = host, port
        self.cookies = {}
        self.page = None

    def send(self, method, path, fields=None, headers=()):
        """One request, without following a redirect."""
        link = http.client.HTTPConnection(self.host, self.port, timeout=60)
        all_headers = {"Accept": "text/html", "User-Agent":
                       "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"}
        if self.cookies:
            all_headers["Cookie"] = "; ".join("%s=%s" % pair for pair in self.cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            all_headers.update({"Content-Type": "application/x-www-form-urlencoded",
                                "Origin": "null", "Sec-Fetch-Site": "same-origin"})
        all_headers.update(headers)
        link.request(method, path, body, all_headers)
        self.page = Page(link.getresponse())
        link.close()
        self.keep(self.page.headers.get_all("Set-Cookie") or [])
        return self.page

    def keep(self, lines):
        for line in lines:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value

    def target(self):
        """The path to which the latest response leads, or None."""
        url = self.page.header("Location")
        found = re.fullmatch(r"0; url=(.*)", self.page.header("Refresh") or "")
        url = url or (found and found[1])
        if not url:
            return None
        parts = urllib.parse.urlsplit(url)
        return parts.path + ("?" + parts.query if parts.query else "")

    def get(self, path, headers=()):
        self.send("GET", path, headers=headers)
        for _ in range(5):
            if self.page.status != 303:
                break
            self.send("GET", self.target(), headers=headers)
        return self.page

    def form(self, action):
        for form in self.page.forms:
            if html.unescape(form.action) == action:
                return form
        raise AssertionError("no form for %s: %r" % (action, self.page))

    def submit(self, action, headers=(), **fields):
        """Sends a form of the page; does not follow a redirect."""
        values = dict(self.form(action).fields)
        values.update(fields)
        return self.send("POST", action, values, headers)

    def sign_in(self, name, password):
        self.get("/signin")
        self.submit("/signin", name=name, password=password)
        return self.page
