#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make run: a demo tenant behind nginx or lighttpd, and the whole UMA exchange on the terminal.

Everything lies in build/demo and belongs to the current user; nothing outlives the script.
"""
import argparse
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import play      # noqa: E402
import stage     # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/gcc", help="folder of usherd and usherctl")
    parser.add_argument("--front", default=os.environ.get("FRONT", "nginx"),
                        choices=["nginx", "lighttpd"])
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    parser.add_argument("--once", action="store_true", help="stop after the exchange")
    return parser.parse_args()


def try_by_hand(made):
    issuer, folder = made["issuer"], made["folder"]
    lines = f"""
Now by hand, in another terminal:

  # what this server offers
  curl -s {issuer}/.well-known/uma2-configuration

  # a permission ticket for the photo, as photoz asks for it
  curl -s {issuer}/permission -H "Authorization: Bearer $(cat {folder}/pat)" \\
       -H 'Content-Type: application/json' \\
       -d '{{"resource_id":"{made["photo"]}","resource_scopes":["view"]}}'

  # what alice's policy says, and why
  {made["ctl"]} -c {folder}/usher.conf policy explain demo {made["photo"]}

  # everything that happened so far
  {made["ctl"]} -c {folder}/usher.conf audit demo
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
