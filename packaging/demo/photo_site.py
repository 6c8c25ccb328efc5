# SPDX-License-Identifier: Apache-2.0
"""A small photo site, protected by Usher: /api/… is the resource server, the pages are a client.

The site has no accounts of its own, so /alice is open to everybody: a real one asks the owner to
sign in there. All pages work without scripts.
"""
import html
import http.cookies
import http.server
import pathlib
import secrets
import threading
import urllib.parse

import photo_uma

HERE = pathlib.Path(__file__).resolve().parent
PHOTOS = {"lighthouse": "A lighthouse at dusk", "harbour": "Boats in a harbour",
          "dunes": "Dunes in the morning"}
SESSIONS_MAX = 1000
FORM_MAX = 4096
POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
          "frame-ancestors 'none'")
LOCK = ('<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M7 10V8a5 5 0 0 1 '
        '10 0v2h1a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zm2 0h6V8a3 3 0 0 '
        '0-6 0z"/></svg>')
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Photoz</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<header><strong><a href="/">Photoz</a></strong>
<nav aria-label="Main"><a href="/">Photos</a><a href="/alice">For Alice</a></nav></header>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><p>A demo of User-Managed Access. The photos are Alice’s; <a href="{usher}/help">Usher</a>
decides who can see them.</p></footer>
</body>
</html>
"""
esc = html.escape


class Session:
    """A visitor's browser: the RPTs of the client for this visitor, and open requests."""

    def __init__(self):
        self.rpts = {}      # photo -> RPT
        self.claims = {}    # state -> photo, while the visitor is at Usher
        self.connect = {}   # state -> code verifier, while the owner is at Usher
        self.steps = []     # what the client did, for the page

    def step(self, text):
        self.steps = (self.steps + [text])[-12:]


class PhotoSite:
    def __init__(self, port, issuer, photoz, viewer):
        """`photoz` and `viewer`: {"client_id": …, "client_secret": …}."""
        self.url = f"http://127.0.0.1:{port}"
        usher = photo_uma.Usher(issuer)
        self.photoz = photo_uma.Photoz(usher, photoz, self.url + "/connected", PHOTOS)
        self.viewer = photo_uma.Viewer(usher, viewer, self.url + "/back")
        self.usher, self.sessions, self.lock = usher, {}, threading.Lock()
        site = self

        class Bound(Handler):
            pass
        Bound.site = site
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Bound)
        self.server.daemon_threads = True

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def session(self, cookie):
        """The session of a cookie, or a new one; returns its id, too."""
        with self.lock:
            if cookie not in self.sessions:
                cookie = secrets.token_urlsafe(24)
                while len(self.sessions) >= SESSIONS_MAX:
                    self.sessions.pop(next(iter(self.sessions)))
                self.sessions[cookie] = Session()
            return cookie, self.sessions[cookie]


class Handler(http.server.BaseHTTPRequestHandler):
    cookie = None     # until find_session has run
    site = None
    protocol_version = "HTTP/1.1"
    timeout = 30
    routes = {
        ("GET", ""): "show_album", ("GET", "photos"): "show_photo", ("GET", "images"): "show_image",
        ("GET", "back"): "return_claims", ("GET", "alice"): "show_owner",
        ("GET", "connected"): "return_code", ("POST", "connect"): "connect",
        ("POST", "disconnect"): "disconnect", ("POST", "share"): "share", ("POST", "stop"): "stop",
        ("GET", "api"): "api_photo", ("GET", "style.css"): "show_style",
        ("GET", "icon.svg"): "show_icon",
    }

    # --- requests and responses -----------------------------------------------------------------

    def do_GET(self):
        self.route({})

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > FORM_MAX:
            self.close_connection = True
            return self.page(400, "Bad request", "<p>The form is too long.</p>")
        text = self.rfile.read(int(length)).decode("utf-8", "replace")
        if self.headers.get("Origin", self.site.url) not in (self.site.url, "null"):
            return self.page(403, "Forbidden", "<p>This form is from another site.</p>")
        return self.route(dict(urllib.parse.parse_qsl(text)))

    def route(self, form):
        parts = urllib.parse.urlsplit(self.path)
        words = parts.path.strip("/").split("/")
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        self.form, self.name = form, words[1] if len(words) == 2 else form.get("photo", "")
        self.cookie = None
        act = self.routes.get((self.command, words[0]))
        if act is None or len(words) > 2 or (len(words) == 2 and self.name not in PHOTOS):
            return self.page(404, "Not found", "<p>There is no such page.</p>")
        if words[0] not in ("api", "style.css", "icon.svg"):
            self.find_session()
        try:
            return getattr(self, act)()
        except photo_uma.Refused as refused:
            return self.refused(refused)
        except OSError:
            return self.page(502, "Usher does not answer", "<p>Try again in a moment.</p>")

    def find_session(self):
        jar = http.cookies.SimpleCookie()
        try:
            jar.load(self.headers.get("Cookie", ""))
        except http.cookies.CookieError:
            pass
        sent = jar["photoz"].value if "photoz" in jar else None
        self.cookie, self.session = self.site.session(sent)

    def respond(self, status, kind, body, *headers):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))),
                            ("Cache-Control", "no-store"), ("Content-Security-Policy", POLICY),
                            ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer")) + headers:
            self.send_header(name, value)
        if self.cookie:
            self.send_header("Set-Cookie", f"photoz={self.cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()
        self.wfile.write(body)

    def page(self, status, title, body):
        self.respond(status, "text/html; charset=utf-8",
                     PAGE.format(title=esc(title), body=body, usher=esc(self.site.usher.issuer)))

    def redirect(self, url):
        self.respond(303, "text/plain", "", ("Location", url))

    def refused(self, refused):
        if refused.answer.get("error") == "not connected":
            return self.page(503, "Photoz is not connected to Usher",
                             '<p class="lead">Alice has to connect it first, on the page '
                             '<a href="/alice">For Alice</a>.</p>')
        return self.page(502, "Usher rejected a request of Photoz", f"<p>{esc(str(refused))}</p>")

    def show_style(self):
        self.respond(200, "text/css", (HERE / "photo_site.css").read_bytes())

    def show_icon(self):
        self.respond(200, "image/svg+xml", LOCK.replace(
            "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" color="#9a3412" '))

    def log_message(self, *args):
        pass

    # --- the resource server --------------------------------------------------------------------

    def api_photo(self):
        """The photo for an RPT that permits it; else 401 with a ticket (UMA Grant, 3.2)."""
        word, _, token = self.headers.get("Authorization", "").partition(" ")
        photoz = self.site.photoz
        try:
            if word.lower() == "bearer" and photoz.permits(token.strip(), self.name):
                picture = (HERE / "photos" / f"{self.name}.svg").read_bytes()
                return self.respond(200, "image/svg+xml", picture)
            challenge = photoz.challenge(self.name)
        except (photo_uma.Refused, OSError):
            return self.respond(403, "text/plain", "", (
                "Warning", '199 - "UMA Authorization Server Unreachable"'))
        return self.respond(401, "text/plain", "", ("WWW-Authenticate", challenge))

    # --- the client -----------------------------------------------------------------------------

    def fetch(self):
        """Asks the resource server for the photo with the visitor's RPT: status, and the picture
        or the ticket."""
        rpt = self.session.rpts.get(self.name)
        status, headers, body = photo_uma.send("GET", f"{self.site.url}/api/{self.name}",
                                               photo_uma.bearer(rpt) if rpt else None)
        if status != 401:
            return status, body
        _, _, attributes = headers["WWW-Authenticate"].partition(" ")
        found = dict(part.strip().split("=", 1) for part in attributes.split(","))
        if found["as_uri"].strip('"') != self.site.usher.issuer:
            raise photo_uma.Refused(502, {"error": "the photo is protected by another server"})
        return status, found["ticket"].strip('"')

    def show_photo(self):
        if not self.name:
            return self.redirect("/")
        status, found = self.fetch()
        if status == 401:
            return self.gather_claims(found)
        if status != 200:
            return self.refused(photo_uma.Refused(401, {"error": "not connected"}))
        self.session.step("The resource server introspected the token and sent the photo.")
        body = (f'<figure><img src="/images/{self.name}" alt="{esc(PHOTOS[self.name])}">'
                f"<figcaption>{esc(PHOTOS[self.name])}. Alice has shared this photo with you."
                f"</figcaption></figure>{self.steps()}")
        return self.page(200, self.name.capitalize(), body)

    def show_image(self):
        status, found = self.fetch() if self.name else (404, None)
        if status != 200:
            return self.page(404, "Not found", "<p>You cannot see this photo.</p>")
        return self.respond(200, "image/svg+xml", found)

    def gather_claims(self, ticket):
        """Sends the visitor to Usher, which finds out who they are (UMA Grant, 3.3.2)."""
        url, state = self.site.viewer.claims_request(ticket)
        self.session.claims = {**dict(list(self.session.claims.items())[-9:]), state: self.name}
        self.session.steps = []
        self.session.step("The client asked for the photo. The resource server answered 401 with a "
                          "ticket and the address of Usher.")
        self.session.step("The client sent you to Usher with the ticket.")
        return self.redirect(url)

    def return_claims(self):
        """The visitor comes back: with a new ticket, or with an error."""
        self.name = self.session.claims.pop(self.query.get("state", ""), "")
        if not self.name:
            return self.page(400, "This link has expired", '<p><a href="/">All photos</a></p>')
        self.site.usher.check_issuer(self.query)
        if "ticket" not in self.query:
            return self.outcome(self.query.get("error", ""))
        self.session.step("Usher sent you back with a new ticket.")
        try:
            self.session.rpts[self.name] = self.site.viewer.redeem(self.query["ticket"])
        except photo_uma.Refused as refused:
            return self.outcome(refused.answer.get("error", ""))
        self.session.step("The client exchanged it for an access token (RPT).")
        return self.redirect(f"/photos/{self.name}")

    def outcome(self, error):
        """A page for each reason why there is no token."""
        texts = {
            "access_denied": ("You cancelled", "Photoz did not get access to the photo."),
            "request_denied": ("No access", "Alice has not shared this photo with you."),
            "need_info": ("No access", "Alice has not shared this photo with you."),
            "request_submitted": ("Alice has been asked", "Open the photo again when Alice has "
                                  "answered."),
        }
        title, text = texts.get(error, ("No access", "Usher gave no access: " + error))
        self.session.step("Usher gave no token: " + error)
        self.page(403, title, f'<p class="lead">{esc(text)}</p><p>'
                  f'<a class="button" href="/photos/{self.name}">Try again</a></p>{self.steps()}')

    def steps(self):
        items = "".join(f"<li>{esc(step)}</li>" for step in self.session.steps)
        return f"<details><summary>What happened</summary><ol>{items}</ol></details>"

    def show_album(self):
        cards = []
        for name, text in PHOTOS.items():
            seen = name in self.session.rpts
            frame = (f'<img src="/images/{name}" alt="">' if seen
                     else f'<div class="frame">{LOCK}</div>')
            note = "You have opened this photo" if seen else "Protected by Usher"
            cards.append(f'<li><a href="/photos/{name}">{frame}<span>{name.capitalize()}'
                         f"<small>{esc(note)}</small></span></a></li>")
        self.page(200, "Alice’s photos", '<p class="lead">Open a photo to see whether Alice has shared '
                  f'it with you.</p><ul class="album">{"".join(cards)}</ul>')

    # --- the owner ------------------------------------------------------------------------------

    def show_owner(self):
        try:
            rows = "".join(self.owner_row(name) for name in PHOTOS)
        except photo_uma.Refused as refused:
            if refused.answer.get("error") != "not connected":
                raise
            return self.page(200, "Protect your photos with Usher", (
                '<p class="lead">Photoz stores your photos. Usher decides who can see them, based on '
                "what you choose.</p>"
                '<form method="post" action="/connect"><button>Connect with Usher</button></form>'))
        return self.page(200, "Who can see your photos", (
            f'<p class="lead">Photoz is connected with Usher.</p>{rows}'
            '<form method="post" action="/disconnect">'
            '<button class="second">Disconnect from Usher</button></form>'))

    def owner_row(self, name):
        shares, rest = [], ""
        for rule in self.site.photoz.policy(name):
            email = rule.get("when", {}).get("email")
            if rule["effect"] == "permit" and email:
                shares.append(
                    f'<form method="post" action="/stop"><input type="hidden" name="photo" '
                    f'value="{name}"><input type="hidden" name="rule" value="{esc(rule["id"])}">'
                    f'<p>{esc(email)} can see it. <button class="second">Stop sharing'
                    "</button></p></form>")
            elif rule["effect"] == "ask":
                rest = "Anyone else has to ask you first."
        rest = rest or ("No one else can see it." if shares else "No one can see it.")
        return (f'<section class="row" aria-labelledby="{name}"><div><h2 id="{name}">'
                f'{name.capitalize()}</h2>{"".join(shares)}<p class="soft">{rest}</p></div>'
                f'<form method="post" action="/share"><input type="hidden" name="photo" '
                f'value="{name}"><label for="who-{name}">Email address</label>'
                f'<input id="who-{name}" name="email" type="email" required maxlength="200" '
                'autocomplete="off"><button>Share</button></form></section>')

    def connect(self):
        url, state, verifier = self.site.photoz.authorization_request()
        self.session.connect = {state: verifier}
        self.redirect(url)

    def return_code(self):
        verifier = self.session.connect.pop(self.query.get("state", ""), None)
        if verifier is None:
            return self.page(400, "This link has expired", '<p><a href="/alice">Start again</a></p>')
        self.site.usher.check_issuer(self.query)
        if "code" not in self.query:
            return self.page(200, "Not connected", (
                "<p>Photoz is not connected, because you did not allow it.</p>"
                '<p><a class="button" href="/alice">Back</a></p>'))
        self.site.photoz.redeem(self.query["code"], verifier)
        return self.redirect("/alice")

    def disconnect(self):
        self.site.photoz.disconnect()
        self.redirect("/alice")

    def share(self):
        if self.name in PHOTOS and "@" in self.form.get("email", ""):
            self.site.photoz.share(self.name, self.form["email"])
        self.redirect("/alice")

    def stop(self):
        if self.name in PHOTOS:
            self.site.photoz.stop(self.name, self.form.get("rule", ""))
        self.redirect("/alice")
