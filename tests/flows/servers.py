# SPDX-License-Identifier: Apache-2.0
"""usherd and a web server in front of it, in a scratch folder.

The web servers use the files of fcgi-conf/ as shipped, with other paths of the socket and of the
files. Everything runs as the user who runs the tests, on free ports of loopback, and is stopped by
process id.
"""
import base64
import hashlib
import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED_SOCKET = "/run/usher/usherd.sock"
SHIPPED_CONF = "/usr/share/usher/fcgi-conf"
SHIPPED_PASSWORDS = "/etc/usher/signin.htpasswd"
# Who may sign in by the web server (/signin/by-server).
PASSWORDS = {"alice": "basic-of-alice", "stranger": "basic-of-stranger"}
CONF = pathlib.Path(os.environ.get("USHER_FCGI_CONF") or ROOT / "fcgi-conf")


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def wait_for(ready, seconds=30, what="a process"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.02)
    raise RuntimeError("waited in vain for " + what)


def connects(family, address):
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0


class Process:
    """A program in the foreground, with its output in a file."""

    def __init__(self, argv, log, **options):
        self.argv, self.log, self.options = argv, log, options
        self.child = None

    def start(self):
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=out, **self.options)

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def stop(self, how=signal.SIGTERM):
        """Stops the program and returns its exit code."""
        if self.child is None:
            return None
        if self.alive():
            self.child.send_signal(how)
        try:
            return self.child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.wait()

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")


class Usherd(Process):
    def __init__(self, build, folder, **settings):
        self.build, self.folder = pathlib.Path(build), pathlib.Path(folder)
        self.config = self.folder / "usher.conf"
        self.socket = self.folder / "usherd.sock"
        self.write(settings)
        super().__init__([str(self.build / "usherd"), "-c", str(self.config)],
                         str(self.folder / "usherd.log"), start_new_session=True)

    def write(self, settings):
        """Writes usher.conf. The janitor does not sweep unless a test sets the interval;
        otherwise expired rows could be removed before a test shows that their expiry is
        checked."""
        # Apache drops root and then runs as an ordinary user.
        known = {"listen": str(self.socket), "listen_mode": 0o666, "workers": 2,
                 "store": str(self.folder / "store"), "map_size": 64, "sweep_interval": 86400,
                 "master_key": str(self.folder / "master.key"), "log": "stderr",
                 "log_level": "debug", "login": "parameter USHER_USER"}
        known.update(settings)
        with open(self.config, "w", encoding="utf-8") as out:
            for name, value in known.items():
                if name == "listen_mode":
                    value = "0%o" % value
                elif isinstance(value, str):
                    value = '"%s"' % value
                out.write("%s = %s\n" % (name, value))
        os.chmod(self.config, 0o600)

    def init(self):
        subprocess.run([str(self.build / "usherctl"), "-c", str(self.config), "init"], check=True,
                       capture_output=True)

    def start(self):
        super().start()
        wait_for(lambda: not self.alive() or connects(socket.AF_UNIX, str(self.socket)),
                 what="usherd")
        if not self.alive():
            raise RuntimeError("usherd did not start:\n" + self.text())


class Front(Process):
    """A web server with fcgi-conf/<name>/ and a minimal configuration."""

    name = ""

    def __init__(self, folder, sock, port, tls_port=None, certificate=None):
        self.folder, self.port, self.tls_port = pathlib.Path(folder), port, tls_port
        self.certificate = certificate
        self.folder.mkdir(parents=True, exist_ok=True)
        for shipped in sorted((CONF / self.name).iterdir()):
            text = shipped.read_text(encoding="utf-8").replace(SHIPPED_SOCKET, str(sock))
            text = text.replace("%s/%s" % (SHIPPED_CONF, self.name), str(self.folder))
            text = text.replace(SHIPPED_PASSWORDS, str(self.folder / "signin.htpasswd"))
            (self.folder / shipped.name).write_text(text, encoding="utf-8")
        (self.folder / "signin.htpasswd").write_text("".join(
            "%s:{SHA}%s\n" % (name, base64.b64encode(hashlib.sha1(word.encode()).digest()).decode())
            for name, word in PASSWORDS.items()), encoding="ascii")
        self.conf = self.folder / "front.conf"
        self.conf.write_text(self.around(), encoding="utf-8")
        super().__init__(self.command(), str(self.folder / "front.log"))

    def around(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def start(self):
        super().start()
        wait_for(lambda: not self.alive() or connects(socket.AF_INET, ("127.0.0.1", self.port)),
                 what=self.name)
        if not self.alive():
            raise RuntimeError("%s did not start:\n%s" % (self.name, self.text()))


class Nginx(Front):
    name = "nginx"

    def around(self):
        tls = ""
        if self.tls_port:
            tls = "listen 127.0.0.1:%d ssl http2; ssl_certificate %s; ssl_certificate_key %s;" % (
                self.tls_port, self.certificate.chain, self.certificate.key)
        temp = "".join("%s_temp_path %s/tmp_%s; " % (kind, self.folder, kind) for kind in
                       ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return """
daemon off; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log; %(user)s
worker_processes 1; events { worker_connections 1024; }
http {
	access_log off; %(temp)s
	include usher_upstream.conf;
	server { listen 127.0.0.1:%(port)d; %(tls)s include usher.conf; include usher_signin.conf; }
}
""" % {"folder": self.folder, "port": self.port, "tls": tls, "temp": temp,
       "user": "user root;" if os.geteuid() == 0 else ""}

    def command(self):
        return ["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.conf),
                "-e", str(self.folder / "error.log")]


class Lighttpd(Front):
    name = "lighttpd"

    def around(self):
        return """
server.document-root = "%(folder)s"
server.bind = "127.0.0.1"
server.port = %(port)d
server.errorlog = "%(folder)s/error.log"
include "usher_signin.conf"
include "usher.conf"
""" % {"folder": self.folder, "port": self.port}

    def command(self):
        return ["/usr/sbin/lighttpd", "-D", "-f", str(self.conf)]


class Apache(Front):
    name = "apache"

    def around(self):
        modules = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (m, m)
                          for m in ("mpm_event", "authz_core", "authz_user", "authn_core",
                                    "authn_file", "auth_basic", "proxy", "proxy_fcgi", "env",
                                    "setenvif", "headers", "rewrite"))
        user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        return """%(modules)s%(user)s
ServerRoot "%(folder)s"
ServerName localhost
Listen 127.0.0.1:%(port)d
PidFile "%(folder)s/apache.pid"
ErrorLog "%(folder)s/error.log"
DefaultRuntimeDir "%(folder)s"
StartServers 1
Include "usher.conf"
Include "usher_signin.conf"
""" % {"folder": self.folder, "port": self.port, "modules": modules, "user": user}

    def command(self):
        return ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", str(self.conf)]


FRONTS = {"nginx": Nginx, "lighttpd": Lighttpd, "apache": Apache}
