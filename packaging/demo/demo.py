#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make run: a demo tenant behind nginx or lighttpd, and the whole UMA exchange on the terminal.

Everything lies in build/demo-PORT and belongs to the current user; nothing outlives the script.
"""
import argparse
import os
import pathlib
import shlex
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import play      # noqa: E402
import stage     # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/gcc", help="folder of usherd and usherctl")
    parser.add_argument("--front", default=os.environ.get("FRONT") or "nginx")
    parser.add_argument("--port", default=os.environ.get("PORT") or "8080")
    parser.add_argument("--once", action="store_true", help="stop after the exchange")
    options = parser.parse_args()
    if options.front not in ("nginx", "lighttpd"):
        raise SystemExit(f"FRONT is nginx or lighttpd, not “{options.front}”")
    if not (options.port.isascii() and options.port.isdigit() and 0 < int(options.port) < 65536):
        raise SystemExit(f"PORT is a number from 1 to 65535, not “{options.port}”")
    options.port = int(options.port)
    return options


def try_by_hand(made):
    issuer, folder, photo = made["issuer"], made["folder"], made["photo"]
    ctl = f"{made['ctl']} -c {folder}/usher.conf"
    lines = f"""
Now by hand, in another terminal:

  cd {shlex.quote(str(ROOT))}

  # what this server offers
  curl -s -w '\\n' {issuer}/.well-known/uma2-configuration

  # a permission ticket for the photo, as photoz asks for it
  curl -s -w '\\n' {issuer}/permission -H "Authorization: Bearer $(cat {folder}/pat)" \\
       -H 'Content-Type: application/json' \\
       -d '{{"resource_id":"{photo}","resource_scopes":["view"]}}'

  # what alice's policy says to carol, and why
  {ctl} policy explain demo {photo} --email carol@example.net

  # what bob's token is good for, within the five minutes that it lives
  curl -s -w '\\n' {issuer}/introspect -H "Authorization: Bearer $(cat {folder}/pat)" \\
       -d "token=$(cat {folder}/rpt)"

  # alice takes her policy back; then ask the same again
  {ctl} policy remove demo {photo}

  # everything that happened so far
  {ctl} audit demo
"""
    print(lines)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.chdir(ROOT)
    with stage.Stage(ROOT, options.build, options.front, options.port) as made:
        play.everything(made)
        try_by_hand(made)
        if options.once:
            return
        print(f"Serving on {made['issuer']} behind {options.front}. Ctrl-C stops it.", flush=True)
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
