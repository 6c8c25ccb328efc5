# SPDX-License-Identifier: Apache-2.0
"""The UMA exchange as a play: who asks whom, the request, the answer, and what it means."""
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


def short(value):
    """Tokens are long; their beginning and length are enough to follow them."""
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    if isinstance(value, list):
        return [short(v) for v in value]
    if isinstance(value, str) and len(value) > 64 and " " not in value and "/" not in value:
        return f"{value[:24]}… ({len(value)} characters)"
    return value


def say(text):
    print(textwrap.fill(text, WIDTH, initial_indent="   ", subsequent_indent="   "))
    print()


def title(number, text):
    print(paint("1", f"{number}. {text}"))


class Player:
    """One who speaks HTTP to Usher and shows what is said."""

    def __init__(self, made):
        self.made = made

    def ask(self, who, method, path, headers=None, form=None, doc=None):
        body, headers = None, dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if doc is not None:
            body = json.dumps(doc)
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.made["port"], timeout=20)
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
            print(f"      {name} = {json.dumps(short(value), ensure_ascii=False)}")
        colour = "32" if answer.status < 300 else "33"
        print(paint(colour, f"   Usher -> {who}   {answer.status} {answer.reason}"))
        if text:
            shown = json.dumps(short(json.loads(text)), indent=2, ensure_ascii=False)
            print(textwrap.indent(shown, "      "))


def show_message(who, whom, what, *lines):
    """One that does not go through Usher: photoz and the viewer speak to one another."""
    print(paint("36", f"   {who} -> {whom}   {what}"))
    for line in lines:
        print(f"      {line}")


def claims_of(token):
    """What stands in a JWT.  Who relies on it has to verify the signature first."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(client):
    pair = f"{client['client_id']}:{client['client_secret']}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def register(player):
    made = player.made
    title(1, "Photoz, where alice keeps her photos, registers one of them")
    say("Photoz is the resource server. Alice has let it act for her at Usher: that is what its "
        "protection API token, the PAT, stands for.")
    status, photo = player.ask("photoz", "POST", "/resource_set", bearer(made["pat"]),
                               doc={"name": "Lighthouse", "resource_scopes": ["view", "print"]})
    assert status == 201, status
    made["photo"] = photo["_id"]
    say("From now on Usher protects the photo. Nobody may do anything with it: there is no policy.")

    title(2, "Alice says who may do what")
    say("She has a token of her own (usherctl pat demo --owner alice), good for her policies and "
        "for nothing else. Photoz's would do, too, for what she has at photoz; that is for resource "
        "servers that let owners share on their own pages.")
    status, _ = player.ask("alice", "PUT", f"/policy/{photo['_id']}", bearer(made["own"]),
                           doc=made["policy"])
    assert status == 200, status
    say("Rules are read from the top and the first that applies decides. Bob, known by a verified "
        "e-mail address, may view; nobody else may do anything.")


def knock(player, number, name):
    title(number, f"{name} comes to photoz with a photo viewer and no token")
    show_message("viewer", "photoz", "GET /photos/lighthouse")
    say(f"Photoz does not know {name}. It asks Usher for a permission ticket for what the request "
        "needs.")
    status, answer = player.ask("photoz", "POST", "/permission", bearer(player.made["pat"]),
                                doc={"resource_id": player.made["photo"],
                                     "resource_scopes": ["view"]})
    assert status == 201, status
    show_message("photoz", "viewer", "401 Unauthorized", 'WWW-Authenticate: UMA realm="photoz",',
                 f'    as_uri="{player.made["issuer"]}",', f'    ticket="{answer["ticket"]}"')
    say("With it photoz sends the viewer to Usher. A ticket is good once, for a few minutes, and says "
        "nothing about alice.")
    return answer["ticket"]


def redeem(player, form):
    return player.ask("viewer", "POST", "/token", basic(player.made["viewer"]),
                      form={"grant_type": UMA, **form})


def first_try(player, number, ticket):
    title(number, "The viewer takes the ticket to Usher")
    status, answer = redeem(player, {"ticket": ticket})
    assert (status, answer["error"]) == (403, "need_info"), answer
    say("need_info: alice's rules are about people, and Usher does not know yet who asks. It says what "
        "would help, and gives a new ticket; the old one is spent.")
    return answer["ticket"]


def with_claims(player, number, ticket, name):
    made = player.made
    title(number, f"The viewer comes back with an ID Token of {name}")
    say(f"{name} has logged in at login.example.net, which Usher trusts, and the viewer pushes the "
        "ID Token it got there.")
    token = made["idp"].token("viewer", f"{name}-1", f"{name}@example.net")
    return redeem(player, {"ticket": ticket, "claim_token": token,
                           "claim_token_format": ID_TOKEN})


def bob(player):
    ticket = first_try(player, 4, knock(player, 3, "bob"))
    status, answer = with_claims(player, 5, ticket, "bob")
    assert status == 200, answer
    say("The rule bob-may-view applies. The answer is an RPT: a token for this party, this viewer, "
        "photoz and alice, signed with Ed25519. With the pct the viewer need not ask bob again.")
    player.made["keep"]("rpt", answer["access_token"])
    say("A resource server may verify the signature by itself and read in the token:")
    print(textwrap.indent(json.dumps(claims_of(answer["access_token"]), indent=2), "      "))
    print()

    title(6, "Photoz asks what the token is good for")
    status, seen = player.ask("photoz", "POST", "/introspect", bearer(player.made["pat"]),
                              form={"token": answer["access_token"]})
    assert status == 200 and seen["active"] is True, seen
    assert seen["permissions"][0]["resource_scopes"] == ["view"], seen
    say("Photoz shows bob the lighthouse. Had alice taken her rule back a second ago, this answer "
        "would be {\"active\": false}: it is read from what holds now.")


def carol(player):
    ticket = first_try(player, 8, knock(player, 7, "carol"))
    status, answer = with_claims(player, 9, ticket, "carol")
    assert (status, answer["error"]) == (403, "request_denied"), answer
    say("Usher knows who carol is and alice's rules do not let her in. There is no new ticket: the "
        "matter is closed.")

    title(10, "Which rule was it?  The administrator asks the audit")
    event = [e for e in player.made["run"]("audit", "demo")["events"]
             if e["event"] == "rpt.denied"][-1]
    print(paint("36", f"   {player.made['ctl']} -c {player.made['folder']}/usher.conf audit demo"))
    print(paint("33", f"      {event['event']}: {event['party']}, by rule {event['rule']}"))
    print()
    assert event["rule"] == "nobody-else", event


def everything(made):
    player = Player(made)
    print()
    print(paint("1", f"User-Managed Access at {made['issuer']}, behind {made['front']}"))
    print()
    register(player)
    bob(player)
    print(paint("1", "The same again with somebody else\n"))
    carol(player)
