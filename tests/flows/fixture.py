# SPDX-License-Identifier: Apache-2.0
"""The running server and its accounts and clients, one for the whole run.

In the tenant `main`, alice and erin own resources, photoz and filez are resource servers, and bob is
the requesting party of several clients that are registered for different scopes.
"""
import datetime
import json
import os
import pathlib
import shutil
import tempfile
import types

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import admin
import idp
import servers
import uma

# Long enough, and with characters that must be form-encoded in Basic credentials.
VIEWER_SECRET = "s3cr3t:c/v+%&=long"
PHOTOZ_SECRET, FILEZ_SECRET = "s3cr3t-of-rs-photoz", "s3cr3t-of-rs-filez"
PHOTOZ, FILEZ = "https://photoz.example.com", "https://filez.example.com"
TLS_NAME = "as.usher.test"
# Clients of the worked examples, with the scopes that they are registered for.
REGISTERED = {
    "c-none": None, "c-download": "download", "c-edit": "edit", "c-view": "view",
    "c-down-resize": "download resize", "c-down-print": "download print",
    "c-view-print-down": "view print download",
}


def certificate(folder, name):
    """Creates a self-signed certificate for `name`."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()
    day = datetime.timedelta(days=1)
    made = (x509.CertificateBuilder().subject_name(who).issuer_name(who)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - day).not_valid_after(now + day)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    chain, private = folder / "tls.crt", folder / "tls.key"
    chain.write_bytes(made.public_bytes(pem))
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))
    return types.SimpleNamespace(chain=chain, key=private)


class Tenant(uma.Server):
    """A tenant: its issuer for HTTP requests, and the administrator's commands for it."""

    def __init__(self, fixture, name, issuer, **settings):
        super().__init__(fixture.http, issuer)
        self.admin, self.fixture, self.name = fixture.admin, fixture, name
        self.admin.tenant_add(name, issuer, **settings)

    def set(self, **settings):
        self.admin.tenant_set(self.name, **settings)

    def client(self, client_id, secret=None, **options):
        made = self.admin.client_add(self.name, client_id, secret, **options)
        return uma.Client(self, made["client_id"], made.get("client_secret", secret))

    def resource_server(self, client_id, secret=None, uri=None, **options):
        return self.client(client_id, secret, scope="uma_protection", resource_uri=uri, **options)

    def account(self, login, **options):
        return self.admin.account_add(self.name, login, **options)

    def pat(self, client, owner, life=None):
        return uma.ResourceServer(self, self.admin.pat(self.name, client, owner, life))

    def trust(self, issuer, audience=None):
        file = self.fixture.folder / ("jwks-%s.json" % os.urandom(6).hex())
        file.write_text(json.dumps(issuer.jwks()), encoding="utf-8")
        self.admin.run("issuer", "add", self.name, issuer.issuer, jwks=str(file),
                       audience=audience)


class Fixture:
    def __init__(self, build, front="nginx"):
        scratch = servers.ROOT / "build" / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flows-", dir=scratch))
        os.chmod(self.folder, 0o755)
        self.build, self.front_name = build, front
        self.usherd = servers.Usherd(build, self.folder)
        self.admin = admin.Admin(str(pathlib.Path(build) / "usherctl"), str(self.usherd.config))
        self.port, self.tls_port = servers.free_ports(2)
        cert = certificate(self.folder, TLS_NAME)
        self.http = uma.Http({TLS_NAME: ("127.0.0.1", self.tls_port)}, str(cert.chain))
        self.front = servers.FRONTS[front](
            self.folder / front, self.usherd.socket, self.port,
            self.tls_port if front == "nginx" else None, cert)
        self.idp = idp.Idp("https://idp.example.net")
        self.tenants = {}

    def start(self):
        self.usherd.init()
        self.usherd.start()
        self.front.start()
        self.main = self.tenant("main", path="", misses_max=100000)
        self.people(self.main)
        return self

    def stop(self):
        self.front.stop()
        return self.usherd.stop()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def tenant(self, name, path=None, **settings):
        """Adds a tenant on loopback."""
        path = "/t/" + name if path is None else path
        return Tenant(self, name, "http://127.0.0.1:%d%s" % (self.port, path), **settings)

    def people(self, t):
        for login in ("alice", "erin", "bob"):
            t.account(login, email=login + "@example.net")
        self.admin.run("account", "link", t.name, "bob", issuer=self.idp.issuer, subject="bob-77")
        t.trust(self.idp)
        self.photoz = t.resource_server("rs-photoz", PHOTOZ_SECRET, PHOTOZ, owner="alice")
        self.filez = t.resource_server("rs-filez", FILEZ_SECRET, FILEZ, owner="alice",
                                       rpt_permissions="introspection", partial="no")
        self.alice = t.pat("rs-photoz", "alice")            # PAT-AP
        self.alice_filez = t.pat("rs-filez", "alice")       # PAT-AF
        self.erin = t.pat("rs-photoz", "erin")              # PAT-EP
        self.viewer = t.client("c-viewer", VIEWER_SECRET, scope="download", push_claims=True)
        self.other = t.client("c-other", scope="download", push_claims=True)
        self.public = t.client("c-public", public=True, auth="none")
        self.strict = t.client("c-strict", strict_scope=True)
        self.clients = {name: t.client(name, scope=scope) for name, scope in REGISTERED.items()}

    def small(self, name, **settings):
        """Adds a tenant with one owner, one resource server and one client."""
        t = self.tenant(name, **settings)
        t.account("alice")
        t.account("bob")
        t.trust(self.idp)
        t.photoz = t.resource_server("rs-photoz", PHOTOZ_SECRET, PHOTOZ, owner="alice")
        t.alice = t.pat("rs-photoz", "alice")
        t.viewer = t.client("c-viewer", VIEWER_SECRET, scope="download", push_claims=True)
        self.tenants[name] = t
        return t
