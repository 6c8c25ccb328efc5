# SPDX-License-Identifier: Apache-2.0
"""A web server for single pages with sample values, with the headers of the real ones."""
import http.server
import json
import pathlib
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
STYLE = ROOT / "src/pages/usher.css"
POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
          "base-uri 'none'; frame-ancestors 'none'")


class Gallery:
    def __init__(self, build):
        self.program = pathlib.Path(build) / "tests" / "print_page"
        self.pages = {"/assets/usher.css": ("text/css", STYLE.read_bytes()),
                      "/assets/mark.svg": ("image/svg+xml", STYLE.with_name("mark.svg").read_bytes())}
        self.policy = POLICY
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, body = outer.pages.get(self.path, (None, b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Cache-Control", "no-store")
                if outer.policy:
                    self.send_header("Content-Security-Policy", outer.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def add(self, name, page, values, language="en", rtl=False, missing=False):
        """Prints a page and returns its URL. `missing`: some values may be missing or rejected."""
        done = subprocess.run([str(self.program), page, language], input=json.dumps(values).encode(),
                              capture_output=True, check=False)
        if done.returncode != 0 and not (missing and done.stdout):
            raise AssertionError("%s: %s" % (name, done.stderr.decode()))
        text = done.stdout
        if rtl:
            text = text.replace(b'dir="ltr"', b'dir="rtl"', 1)
        self.pages["/" + name] = ("text/html; charset=utf-8", text)
        return self.url + "/" + name
