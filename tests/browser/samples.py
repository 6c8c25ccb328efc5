# SPDX-License-Identifier: Apache-2.0
"""Sample values for each page, as tests/browser/print_page.c reads them, and hostile ones.

To add a page: a row in SAMPLES. A page without one fails a test.
"""
import copy
import pathlib

LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
SIGNED_IN = ["12 minutes ago", "2026-11-27T09:12Z"]
# Texts that others control: markup, scripts, long words and overrides of the direction.
HOSTILE = {
    "markup": "<img src=x onerror=\"document.title='run'\"></title><script>document.title='run'"
              "</script>\"'><svg onload=\"document.title='run'\">{{form}}[[x]]",
    "long": "W" * 500,
    "overrides": "\u202e\u2066photos\u200f\u202d evil\u2069\u202c" + "א" * 60 + "\u202e.example",
    "address": "javascript:document.title='run'",
}


def layout(language):
    return {
        "text": {"brand": "Usher", "on": "v1.c2lnbg"},
        "own": {"form": "b1Zt0cQ3mW6s"},
        "url": {"style": "/assets/usher.css", "mark": "/assets/mark.svg", "help": "/help",
                "action": "/signin", "home": "/my/",
                "signin": "/signin"},
        "flag": {"error": False, "choose_language": True},
        "list": {"errors": [], "links": [],
                 "languages": [{"url": {"link": "?lang=" + tag}, "own": {"tag": tag, "name": name},
                                "flag": {"current": tag == language}} for tag, name in LANGUAGES]},
    }


def merged(*parts):
    """One object of kinds; a later part replaces single values of the earlier ones."""
    whole = {}
    for part in parts:
        for kind, members in part.items():
            whole.setdefault(kind, {}).update(copy.deepcopy(members))
    return whole


def wrong(field, text):
    return {"own": {"wrong": text}, "flag": {"error": True},
            "list": {"errors": [{"url": {"field": "#" + field}, "own": {"text": text}}]}}


PHOTOZ = {"text": {"app": "Photoz", "service": "Photoz"}, "id": {"host": "photos.example.com"}}
NO_APP = {"text": {"app": ""}, "id": {"host": ""}}
UNIVERSITY = {"flag": {"with_providers": True},
              "list": {"providers": [{"url": {"action": "/signin/with/university"},
                                      "text": {"provider": "Example University"}}]}}
SIGNIN = {"text": {"name": ""}, "own": {"wrong": ""}, "url": {"server": "/signin/by-server"},
          "flag": {"with_providers": False, "by_server": False}, "list": {"providers": []}}
ANOTHER = [{"url": {"action": "/signin/again"}, "own": {"form": "k2Zt0cQ3mW6s"}}]
CONSENT = {"text": {"person": "Alice Sommer", "login": "alice"},
           "id": {"origin": "https://photos.example.com"},
           "flag": {"protection": True, "lasts": True}, "own": {"signed_in": ""},
           "time": {"added": ["3 March 2026", "2026-03-03"]}, "list": {"rights": [], "another": ANOTHER},
           "url": {"action": "/authorize"}}
CLAIMS = {"text": {"app": "Photo Viewer", "item": "Lighthouse", "owner": "Alice Sommer",
                   "service": "Photoz", "person": "Bob Miller", "login": "bob"},
          "id": {"host": "photos.example.com", "origin": "https://viewer.example.net"},
          "own": {"may": "view", "added": ""}, "flag": {"asks": False, "lasts": False},
          "time": {"signed_in": SIGNED_IN}, "number": {"remember": 30},
          "list": {"facts_used": [{"text": {"email": "bob@example.net"}}], "another": ANOTHER},
          "url": {"action": "/claims/f8Kd0p"}}
STEP_UP = {"text": {"app": "Chart Reader", "service": "Heartbook", "login": "bob"}, "own": {
               "may": "read", "within": "5 minutes", "signed_in": "2 hours ago", "wrong": ""},
           "id": {"host": "records.heartbook.example"},
           "url": {"action": "/claims/f8Kd0p"}}
RESET = {"id": {"login": "alice"}, "own": {"wrong": ""},
         "time": {"until": ["10:39", "2026-11-27T09:39Z"]}, "url": {"action": "/reset/Hb3kq8"}}
CLIENT = {"own": {"problem": "The return address is not registered for this app."},
          "id": {"client": "c-viewer", "reference": "01m84vdt8p78"},
          "time": {"time": ["27 November 2026, 10:24", "2026-11-27T09:24Z"]}}
ACCOUNT = {"id": {"login": "alice", "email": "alice@example.net"}, "number": {"devices": 2},
           "flag": {"has_password": True}, "own": {"wrong": ""},
           "url": {"account_page": "/my/account", "devices_page": "/my/devices",
                   "password_page": "/my/password", "action": "/my/password"}}
DEVICES = {"list": {"all": [{"url": {"action": "/my/devices/end"}}], "sessions": [
    {"flag": {"current": current, "by_server": current}, "text": {"device": device},
     "id": {"address": "192.0.2.7"}, "url": {"action": "/my/devices/7/end"},
     "time": {"signed_in": SIGNED_IN, "ends": ["20:02", "2026-11-27T19:02Z"]}}
    for current, device in ((True, "Firefox on Android"), (False, "Chromium on Linux"), (False, ""))]}}
BY_SERVER = {"id": {"login": "alice", "subject": "uid=alice,ou=people,dc=example,dc=org"},
             "flag": {"known": True}, "url": {"action": "/signin/by-server"}}
INCORRECT = "The username or password is incorrect"
WAIT = ("Too many attempts. Try again in 4 minutes. You do not have to wait on a device where you "
        "have signed in before.")
SHORT = "Choose a password of at least 10 characters"

# (name of the pictures, page, values)
SAMPLES = [
    ("signin", "signin", merged(SIGNIN, PHOTOZ, UNIVERSITY)),
    ("signin-plain", "signin", merged(SIGNIN, NO_APP)),
    ("signin-error", "signin", merged(SIGNIN, PHOTOZ, UNIVERSITY, {"text": {"name": "alice"}},
                                      wrong("password", INCORRECT))),
    ("signin-wait", "signin", merged(SIGNIN, NO_APP, {"text": {"name": "alice"}},
                                     wrong("password", WAIT))),
    ("signed-out", "signed_out", {"text": {"provider": "Example University"}}),
    ("reset", "reset", RESET),
    ("reset-error", "reset", merged(RESET, wrong("new", SHORT))),
    ("consent", "consent", merged(PHOTOZ, CONSENT)),
    ("consent-rights", "consent", merged(PHOTOZ, CONSENT, {
        "flag": {"protection": False},
        "list": {"rights": [{"own": {"right": "see your name"}, "flag": {"new": False}},
                            {"own": {"right": "see your email address"},
                             "flag": {"new": True}}]}})),
    ("claims", "claims", CLAIMS),
    ("claims-unknown", "claims", merged(CLAIMS, {
        "text": {"item": "", "owner": ""}, "flag": {"asks": True},
        "list": {"facts_used": [{"text": {"email": "bob@example.net"}}, {"text": {"group": "choir"}},
                                {"text": {"username": "bob"}}, {"flag": {"time": True}}]}})),
    ("claims-stepup", "claims_step_up", STEP_UP),
    ("claims-stepup-error", "claims_step_up", merged(STEP_UP, {"own": {"within": ""}},
                                                     wrong("password", INCORRECT))),
    ("going-on", "going_on", {"text": {"app": "Photo Viewer"}, "url": {"next": "/claims/f8Kd0p"}}),
    ("error-404", "error_404", {}),
    ("error-expired", "error_expired", {"text": {"app": "Photo Viewer"}}),
    ("error-client", "error_client", CLIENT),
    ("error-busy", "error_busy", {
        "flag": {"again": True}, "url": {"action": "/signin"},
        "list": {"fields": [{"own": {"field": "name"}, "text": {"value": "alice"}}]}}),
    ("help", "help", {"number": {"minutes": 5}}),
    ("devices", "devices", merged(ACCOUNT, DEVICES)),
    ("account", "my_account", ACCOUNT),
    ("password", "password", merged(ACCOUNT, {"flag": {"old_is_wrong": False,
                                                       "new_is_wrong": False}})),
    ("password-error", "password", merged(ACCOUNT, {"flag": {"old_is_wrong": True,
                                                             "new_is_wrong": False}},
                                          wrong("old", "The password is incorrect"))),
    ("signin-by-server", "signin_by_server", merged(PHOTOZ, BY_SERVER)),
    ("signin-by-server-unknown", "signin_by_server", merged(NO_APP, BY_SERVER,
                                                            {"flag": {"known": False}})),
]
# Pages that this program does not have are left out.
TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "src/pages/templates"
SAMPLES = [sample for sample in SAMPLES if (TEMPLATES / (sample[1] + ".html")).exists()]


def values(sample, language="en"):
    return merged(layout(language), sample)


def replaced(node, text, kinds=("text", "id")):
    """The same values with `text` in place of each text from outside that is not empty."""
    whole = copy.deepcopy(node)
    for kind, members in whole.items():
        if kind in kinds:
            for name, old in members.items():
                members[name] = text if old else old
        elif kind == "list":
            for rows in members.values():
                rows[:] = [replaced(row, text, kinds) for row in rows]
    return whole


def hostile(sample, text):
    """Each text from outside is `text`; each address is a script's, where the page has one."""
    whole = replaced(sample, text)
    for name in whole.get("url", {}):
        if name != "action":
            whole["url"][name] = HOSTILE["address"]
    return merged(layout("en"), whole)
