# SPDX-License-Identifier: Apache-2.0
"""The UMA exchange, step by step: each request, its response, and what they mean."""
import base64
import http.client
import json
import sys
import textwrap
import urllib.parse

UMA = "urn:ietf:params:oauth:grant-type:uma-ticket"
ID_TOKEN = "http://openid.net/specs/openid-connect-core-1_0.html#IDToken"
WIDTH = 96


class Paint:
    def __init__(self, on):
        self.on = on

    def __call__(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.on else text


paint = Paint(sys.stdout.isatty())


def shorten(value):
    """Shortens tokens to their beginning and length, which is enough to recognise them."""
    if isinstance(value, dict):
        return {k: shorten(v) for k, v in value.items()}
    if isinstance(value, list):
        return [shorten(v) for v in value]
    if isinstance(value, str) and len(value) > 64 and " " not in value and "/" not in value:
        return f"{value[:24]}… ({len(value)} characters)"
    return value


def explain(text):
    print(textwrap.fill(text, WIDTH, initial_indent="   ", subsequent_indent="   "))
    print()


def print_title(number, text):
    print(paint("1", f"{number}. {text}"))


class Session:
    """Sends HTTP requests to Usher and prints each request and response."""

    def __init__(self, env):
        self.env = env

    def send(self, who, method, path, headers=None, form=None, doc=None):
        body, headers = None, dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if doc is not None:
            body = json.dumps(doc)
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.env["port"], timeout=20)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.show(who, method, path, headers, form or doc, answer, text)
        return answer.status, json.loads(text) if text else {}

    def show(self, who, method, path, headers, body, answer, text):
        print(paint("36", f"   {who} -> Usher   {method} {path}"))
        if "Authorization" in headers:
            scheme, token = headers["Authorization"].split(" ", 1)
            print(f"      Authorization: {scheme} {token[:16]}…")
        for name, value in (body or {}).items() if isinstance(body, dict) else []:
            print(f"      {name} = {json.dumps(shorten(value), ensure_ascii=False)}")
        colour = "32" if answer.status < 300 else "33"
        print(paint(colour, f"   Usher -> {who}   {answer.status} {answer.reason}"))
        if text:
            shown = json.dumps(shorten(json.loads(text)), indent=2, ensure_ascii=False)
            print(textwrap.indent(shown, "      "))


def show_message(who, whom, what, *lines):
    """A message between photoz and the viewer, which does not pass through Usher."""
    print(paint("36", f"   {who} -> {whom}   {what}"))
    for line in lines:
        print(f"      {line}")


def claims_of(token):
    """The claims of a JWT, not verified.  A program that relies on them verifies the signature."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(client):
    credentials = f"{client['client_id']}:{client['client_secret']}"
    return {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


def register_photo(session):
    env = session.env
    print_title(1, "Photoz, a photo site, registers one of alice's photos")
    explain("Photoz is the resource server. Alice is the resource owner. Photoz acts for alice at"
            " Usher with a protection API token (PAT).")
    status, photo = session.send("photoz", "POST", "/resource_set", bearer(env["pat"]),
                                 doc={"name": "Lighthouse", "resource_scopes": ["view", "print"]})
    assert status == 201, status
    env["photo"] = photo["_id"]
    explain("Usher now protects the photo. There is no policy yet, so nobody has access.")

    print_title(2, "Alice sets the policy of the photo")
    explain("Alice uses an owner's token (usherctl pat demo --owner alice), which gives access to"
            " the owner's policies and to nothing else. Photoz could also set this policy with "
            "its PAT: that is for resource servers whose own pages let owners share.")
    status, _ = session.send("alice", "PUT", f"/policy/{photo['_id']}", bearer(env["own"]),
                             doc=env["policy"])
    assert status == 200, status
    explain("Rules are tested in order, and the first rule that applies decides. Here bob, "
            "identified by a verified e-mail address, may view the photo. Nobody else has access.")
    connect_site(env)


def connect_site(env):
    """Gives the photo site its PAT, and the id of the photo; it registers its other photos."""
    photoz = env["site"].photoz
    photoz.ids["lighthouse"] = env["photo"]
    photoz.adopt({"access_token": env["pat"]})
    photoz.protected("PUT", photoz.policy_url("dunes"), doc=env["ask"])


def request_ticket(session, number, name):
    print_title(number, f"A photo viewer requests the photo for {name}, without a token")
    show_message("viewer", "photoz", "GET /photos/lighthouse")
    explain(f"Photoz does not know {name}. It requests a permission ticket from Usher for the "
            "access that the viewer needs.")
    status, answer = session.send("photoz", "POST", "/permission", bearer(session.env["pat"]),
                                  doc={"resource_id": session.env["photo"],
                                       "resource_scopes": ["view"]})
    assert status == 201, status
    show_message("photoz", "viewer", "401 Unauthorized", 'WWW-Authenticate: UMA realm="photoz",',
                 f'    as_uri="{session.env["issuer"]}",', f'    ticket="{answer["ticket"]}"')
    explain("The challenge sends the viewer to Usher. A ticket can be used once, within a few "
            "minutes, and reveals nothing about alice.")
    return answer["ticket"]


def redeem_ticket(session, form):
    return session.send("viewer", "POST", "/token", basic(session.env["viewer"]),
                        form={"grant_type": UMA, **form})


def redeem_without_claims(session, number, ticket):
    print_title(number, "The viewer presents the ticket to Usher")
    status, answer = redeem_ticket(session, {"ticket": ticket})
    assert (status, answer["error"]) == (403, "need_info"), answer
    explain("need_info: alice's rules depend on the requesting party, which Usher does not know "
            "yet. The response names the claims that are required and contains a new ticket. The "
            "old ticket is used up.")
    return answer["ticket"]


def redeem_with_claims(session, number, ticket, name):
    env = session.env
    print_title(number, f"The viewer presents the new ticket with an ID Token of {name}")
    explain(f"{name} has signed in at login.example.net, an issuer that the tenant trusts. The "
            "viewer pushes the ID Token from there as a claim token.")
    token = env["idp"].token("viewer", f"{name}-1", f"{name}@example.net")
    return redeem_ticket(session, {"ticket": ticket, "claim_token": token,
                                   "claim_token_format": ID_TOKEN})


def permit_bob(session):
    ticket = redeem_without_claims(session, 4, request_ticket(session, 3, "bob"))
    status, answer = redeem_with_claims(session, 5, ticket, "bob")
    assert status == 200, answer
    explain("The rule bob-may-view applies. The access token is a requesting party token (RPT) "
            "for this requesting party, client, resource server and owner, signed with Ed25519. "
            "With the persisted claims token (pct) the viewer does not need to push bob's claims "
            "again.")
    session.env["save_secret"]("rpt", answer["access_token"])
    explain("A resource server can verify the signature offline. The token contains:")
    print(textwrap.indent(json.dumps(claims_of(answer["access_token"]), indent=2), "      "))
    print()

    print_title(6, "Photoz introspects the token")
    status, seen = session.send("photoz", "POST", "/introspect", bearer(session.env["pat"]),
                                form={"token": answer["access_token"]})
    assert status == 200 and seen["active"] is True, seen
    assert seen["permissions"][0]["resource_scopes"] == ["view"], seen
    explain("The token permits view, so photoz sends the photo. Introspection reads the current "
            "state: had alice removed the rule a second earlier, the response would be "
            "{\"active\": false}.")


def deny_carol(session):
    ticket = redeem_without_claims(session, 8, request_ticket(session, 7, "carol"))
    status, answer = redeem_with_claims(session, 9, ticket, "carol")
    assert (status, answer["error"]) == (403, "request_denied"), answer
    explain("Usher knows who the requesting party is, and alice's policy denies the access. The "
            "response contains no new ticket, so the exchange ends here.")

    print_title(10, "The administrator looks up which rule denied the access")
    event = [e for e in session.env["run"]("audit", "demo")["events"]
             if e["event"] == "rpt.denied"][-1]
    print(paint("36", f"   {session.env['ctl']} -c {session.env['folder']}/usher.conf audit demo"))
    print(paint("33", f"      {event['event']}: {event['party']}, by rule {event['rule']}"))
    print()
    assert event["rule"] == "nobody-else", event


def run_exchange(env):
    session = Session(env)
    print()
    print(paint("1", f"User-Managed Access at {env['issuer']}, behind {env['front']}"))
    print()
    register_photo(session)
    permit_bob(session)
    print(paint("1", "The same exchange for carol\n"))
    deny_carol(session)
