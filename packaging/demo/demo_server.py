# SPDX-License-Identifier: Apache-2.0
"""What the demo runs on: a tenant, its accounts and clients, usherd and a web server.

Each run creates it anew in build/demo-PORT.  Servers are stopped by process id.
"""
import base64
import fcntl
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import photo_site

PASSWORDS = {"alice": "alice-at-the-sea", "bob": "bob-at-the-sea"}
IDP = "https://login.example.net"

POLICY = {"rules": [
    {"id": "bob-may-view", "effect": "permit", "scopes": ["view"],
     "when": {"email": "bob@example.net"}},
    {"id": "nobody-else", "effect": "deny", "scopes": "all", "when": {"anyone": True}},
]}

ASK = {"rules": [{"id": "ask-me", "effect": "ask", "scopes": ["view"], "when": {"anyone": True}}]}

NGINX = """
worker_processes 1;
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp;
    fastcgi_temp_path {folder}/tmp; uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


def b64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Identity:
    """An identity provider that the tenant trusts: signs ID Tokens with its key."""

    def __init__(self):
        self.key = ed25519.Ed25519PrivateKey.generate()

    def jwks(self):
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": b64url(public), "kid": "login-1",
                          "use": "sig", "alg": "EdDSA"}]}

    def token(self, client, subject, email):
        now = int(time.time())
        claims = {"iss": IDP, "sub": subject, "aud": client, "iat": now, "exp": now + 300,
                  "email": email, "email_verified": True}
        parts = [b64url(json.dumps(p).encode())
                 for p in ({"typ": "JWT", "alg": "EdDSA", "kid": "login-1"}, claims)]
        return ".".join(parts + [b64url(self.key.sign(".".join(parts).encode()))])


class DemoServer:
    """`with DemoServer(…) as env:` starts everything and stops it at the end of the block."""

    def __init__(self, root, build, front, port, site_port):
        self.root, self.front, self.port, self.site_port = root, front, port, site_port
        self.build = root / build
        self.folder = root / "build" / f"demo-{port}"
        self.children, self.site = [], None

    def __enter__(self):
        self.lock = self.lock_folder()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        (self.folder / "tmp").mkdir()
        try:
            return self.create()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.site:
            self.site.stop()
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.wait()
        self.lock.close()

    def lock_folder(self):
        """Reserves the folder for this process until it exits."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        lock = open(f"{self.folder}.lock", "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise SystemExit(f"a demo already runs on port {self.port}; choose another one: "
                             f"PORT={self.port + 1} make run")
        return lock

    def save_secret(self, name, secret):
        """Writes a file that the commands to try by hand read."""
        path = self.folder / name
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="ascii") as file:
            file.write(secret)

    def ctl(self, *words, stdin=None):
        command = [self.build / "usherctl", "-c", self.folder / "usher.conf", "--json", *words]
        out = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        if out.returncode != 0:
            raise SystemExit(f"usherctl {' '.join(words)}: {out.stderr.strip()}")
        return json.loads(out.stdout) if out.stdout.strip() else {}

    def create(self):
        for port in (self.port, self.site_port):
            self.check_port(port)
        self.configure()
        issuer, site = (f"http://127.0.0.1:{port}" for port in (self.port, self.site_port))
        idp = Identity()
        self.ctl("init")
        self.ctl("tenant", "add", "demo", "--issuer", issuer)
        for login, password in PASSWORDS.items():
            self.ctl("account", "add", "demo", login, "--email", f"{login}@example.net",
                     "--password-stdin", stdin=password)
        photoz = self.ctl("client", "add", "demo", "--id", "photoz", "--scope", "uma_protection",
                          "--name", "Photoz", "--resource-uri", site, "--grant",
                          "authorization_code", "--grant", "refresh_token",
                          "--redirect-uri", site + "/connected")
        viewer = self.ctl("client", "add", "demo", "--id", "viewer", "--push-claims",
                          "--name", "Photo Viewer", "--claims-redirect-uri", site + "/back")
        (self.folder / "idp.json").write_text(json.dumps(idp.jwks()))
        self.ctl("issuer", "add", "demo", IDP, "--jwks", str(self.folder / "idp.json"))
        pat = self.ctl("pat", "demo", "--client", "photoz", "--owner", "alice")["access_token"]
        own = self.ctl("pat", "demo", "--owner", "alice")["access_token"]
        self.save_secret("pat", pat)
        self.serve()
        self.site = photo_site.PhotoSite(self.site_port, issuer, photoz, viewer)
        self.site.start()
        return {"issuer": issuer, "site": self.site, "passwords": PASSWORDS, "idp": idp, "pat": pat,
                "own": own,
                "photoz": photoz, "viewer": viewer, "port": self.port, "front": self.front,
                "run": self.ctl, "policy": POLICY, "ask": ASK, "save_secret": self.save_secret,
                "ctl": os.path.relpath(self.build / "usherctl", self.root),
                "folder": os.path.relpath(self.folder, self.root)}

    @staticmethod
    def check_port(port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise SystemExit(f"this user may not listen on port {port}; choose another "
                                 "one: PORT=8080 make run")
            except OSError:
                raise SystemExit(f"port {port} is in use; choose another one: "
                                 f"PORT={(port + 1) % 65535 + 1} make run")

    def configure(self):
        conf = self.folder / "usher.conf"
        conf.write_text(f'listen = "{self.folder}/usherd.sock"\n'
                        f'store = "{self.folder}/store"\n'
                        f'master_key = "{self.folder}/master.key"\n'
                        'map_size = 8\n')
        conf.chmod(0o600)

    def start(self, *command, **more):
        log = open(self.folder / f"{pathlib.Path(command[0]).name}.log", "w")
        self.children.append(subprocess.Popen(command, stdout=log, stderr=log, **more))

    def serve(self):
        self.start(self.build / "usherd", "-c", self.folder / "usher.conf")
        self.wait(lambda: (self.folder / "usherd.sock").exists(), "usherd")
        if self.front == "nginx":
            self.start(find_program("nginx"), "-p", self.folder, "-c", self.write_nginx_conf(),
                       "-e", self.folder / "nginx-error.log")
        else:
            self.start(find_program("lighttpd"), "-D", "-f", self.write_lighttpd_conf())
        self.wait(self.accepts_connections, self.front)

    def accepts_connections(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait(self, ready, who):
        for _ in range(400):
            if ready():
                return
            if self.children[-1].poll() is not None:
                break
            time.sleep(0.025)
        raise SystemExit(f"{who} does not start; see its log in {self.folder}")

    def copy_shipped_conf(self):
        """The shipped configuration with other paths and no other change."""
        (self.folder / "conf").mkdir()
        for path in (self.root / "fcgi-conf" / self.front).iterdir():
            name, text = path.name, path.read_text()
            text = text.replace("/run/usher/usherd.sock", f"{self.folder}/usherd.sock")
            text = text.replace(f"/usr/share/usher/fcgi-conf/{self.front}", f"{self.folder}/conf")
            (self.folder / "conf" / name).write_text(text)

    def write_nginx_conf(self):
        self.copy_shipped_conf()
        conf = self.folder / "conf" / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        conf.write_text(NGINX.format(folder=self.folder, port=self.port, user=user,
                                     http=f"include {self.folder}/conf/usher_upstream.conf;",
                                     server=f"include {self.folder}/conf/usher.conf;"))
        return conf

    def write_lighttpd_conf(self):
        self.copy_shipped_conf()
        conf = self.folder / "conf" / "lighttpd.conf"
        conf.write_text(f'server.document-root = "{self.folder}/tmp"\n'
                        f'server.bind = "127.0.0.1"\nserver.port = {self.port}\n'
                        f'server.errorlog = "{self.folder}/lighttpd-error.log"\n'
                        f'server.upload-dirs = ( "{self.folder}/tmp" )\n'
                        f'include "{self.folder}/conf/usher.conf"\n')
        return conf


def find_program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        raise SystemExit(f"{name} is not installed: run packaging/deps.sh run")
    return found
