#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make run: a demo tenant behind nginx or lighttpd, the whole UMA exchange on the terminal, and a
photo site to try it in a browser.

All files are in build/demo-PORT and belong to the current user.  The servers stop with the script.
"""
import argparse
import os
import pathlib
import shlex
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import demo_server   # noqa: E402
import exchange      # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/gcc", help="directory of usherd and usherctl")
    parser.add_argument("--front", default=os.environ.get("FRONT") or "nginx")
    parser.add_argument("--port", default=os.environ.get("PORT") or "8080")
    parser.add_argument("--site-port", help="of the photo site (default: the one after PORT)")
    parser.add_argument("--once", action="store_true", help="stop after the exchange")
    options = parser.parse_args()
    if options.front not in ("nginx", "lighttpd"):
        raise SystemExit(f"FRONT must be nginx or lighttpd, not “{options.front}”")
    options.port = port_number(options.port)
    options.site_port = port_number(options.site_port or options.port % 65535 + 1)
    return options


def port_number(text):
    text = str(text)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SystemExit(f"PORT must be a number from 1 to 65535, not “{text}”")
    return int(text)


def try_by_hand(env):
    issuer, folder, photo = env["issuer"], env["folder"], env["photo"]
    ctl = f"{env['ctl']} -c {folder}/usher.conf"
    lines = f"""
Now by hand, in another terminal:

  cd {shlex.quote(str(ROOT))}

  # the metadata of this server
  curl -s -w '\\n' {issuer}/.well-known/uma2-configuration

  # a permission ticket for the photo, requested as photoz
  curl -s -w '\\n' {issuer}/permission -H "Authorization: Bearer $(cat {folder}/pat)" \\
       -H 'Content-Type: application/json' \\
       -d '{{"resource_id":"{photo}","resource_scopes":["view"]}}'

  # what alice's policy decides for carol, and by which rule
  {ctl} policy explain demo {photo} --email carol@example.net

  # what bob's token is good for; it expires five minutes after it was issued
  curl -s -w '\\n' {issuer}/introspect -H "Authorization: Bearer $(cat {folder}/pat)" \\
       -d "token=$(cat {folder}/rpt)"

  # remove the policy; then introspect the token again
  {ctl} policy remove demo {photo}

  # all events so far
  {ctl} audit demo
"""
    print(lines)


def try_in_browser(env):
    site, passwords = env["site"].url, env["passwords"]
    print(f"""In a browser:

  {site}/photos/lighthouse   bob opens a photo of alice; password: {passwords['bob']}
  {site}/alice               who can see alice's photos; password: {passwords['alice']}

Use a private window for one of them: a browser has one session at Usher.
""")


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.chdir(ROOT)
    with demo_server.DemoServer(ROOT, options.build, options.front, options.port,
                                options.site_port) as env:
        exchange.run_exchange(env)
        try_by_hand(env)
        if options.once:
            return
        if env["site"].usher.offers("claims_interaction_endpoint"):
            try_in_browser(env)
        print(f"Serving on {env['issuer']} behind {options.front}. Ctrl-C stops it.", flush=True)
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
