# SPDX-License-Identifier: Apache-2.0
"""A stock Apache as resource server: Debian's mod_auth_openidc introspects each request's RPT and
compares one claim, the "<resource id>#<scope>" texts of a resource server with flat permissions.
The module is an OAuth resource server, not a UMA one: it issues no tickets. It introspects by https
only.
"""
import os
import pathlib
import tempfile
import unittest

import servers
import uma

MODULE = "/usr/lib/apache2/modules/mod_auth_openidc.so"
MODULES = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (m, m) for m in
                  ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc"))
# Authentication of Apache at the introspection endpoint. Id and secret must be set, otherwise the
# module does not send the token.
BY_PAT = """OIDCOAuthIntrospectionEndpointAuth bearer_access_token
OIDCOAuthClientID rs-apache
OIDCOAuthClientSecret unused
OIDCOAuthIntrospectionClientAuthBearerToken %s
"""
BY_SECRET = """OIDCOAuthIntrospectionEndpointAuth client_secret_basic
OIDCOAuthClientID rs-apache
OIDCOAuthClientSecret %s
"""
# Without a cache (-1) a revocation takes effect at the next request; with a cache, when the RPT
# expires.
AROUND = """%(modules)s%(user)s
ServerRoot "%(folder)s"
ServerName localhost
Listen 127.0.0.1:%(port)d
PidFile "%(folder)s/apache.pid"
ErrorLog "%(folder)s/error.log"
LogLevel warn auth_openidc:info
DefaultRuntimeDir "%(folder)s"
DocumentRoot "%(folder)s/photos"
StartServers 1
OIDCCABundlePath %(trust)s
OIDCOAuthIntrospectionEndpoint %(endpoint)s
%(proof)s
<Location />
	AuthType oauth20
	OIDCOAuthTokenIntrospectionInterval -1
	Require all denied
</Location>
<Location /view>
	Require claim "permissions_flat:%(rid)s#view"
</Location>
<Location /print>
	Require claim "permissions_flat:%(rid)s#print"
</Location>
"""


class Apache(servers.Process):
    def __init__(self, folder, server, proof, rid):
        (folder / "photos").mkdir()
        for name in ("view", "print"):
            (folder / "photos" / name).write_text("(image to %s)" % name, encoding="ascii")
        self.port, = servers.free_ports(1)
        user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        conf = folder / "apache.conf"
        conf.write_text(AROUND % {
            "modules": MODULES, "user": user, "folder": folder, "port": self.port,
            "endpoint": server.endpoint("introspection_endpoint"), "trust": server.http.trust,
            "proof": proof, "rid": rid}, encoding="utf-8")
        os.chmod(conf, 0o600)
        super().__init__(["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", str(conf)],
                         str(folder / "apache.log"))

    def start(self):
        super().start()
        servers.wait_for(lambda: not self.alive() or servers.connects(
            servers.socket.AF_INET, ("127.0.0.1", self.port)), what="Apache")
        if not self.alive():
            raise RuntimeError("Apache did not start:\n" + self.text())


class StockApache(unittest.TestCase):
    fixture = None

    def setUp(self):
        if not os.path.exists(MODULE):
            self.fail("the Debian package libapache2-mod-auth-openidc is not installed")
        self.server = self.fixture.tenants["secure"]
        self.rs = next(c for c in self.server.clients if c.id == "rs-apache")
        self.public = next(c for c in self.server.clients if c.id == "c-public")
        self.alice = self.server.pat("rs-apache", "alice")
        self.rid = self.alice.share(self.alice.add("view", "print"), "all")

    def serve(self, proof):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="apache-", dir=self.fixture.folder))
        os.chmod(folder, 0o755)
        self.apache = Apache(folder, self.server, proof, self.rid)
        self.apache.start()
        self.addCleanup(self.apache.stop)

    def rpt(self, *scopes, rid=None):
        return self.public.rpt(self.alice.ticket((rid or self.rid, scopes)))

    def get(self, path, token=None):
        return self.server.get("http://127.0.0.1:%d%s" % (self.apache.port, path), headers=[
            ("Authorization", "Bearer " + token)] if token else [])

    def opens(self, path, token):
        answer = self.get(path, token)
        self.assertEqual((answer.status, answer.body),
                         (200, b"(image to %s)" % path[1:].encode("ascii")))

    def shut(self, path, token=None):
        answer = self.get(path, token)
        self.assertEqual(answer.status, 401, answer)
        self.assertNotIn(b"(image", answer.body)

    def test_pat(self):
        """Apache serves a path with Require claim permissions_flat:<id>#<scope> if the RPT permits
        it, and nothing else; it introspects with a PAT
        [F-INT-01 F-INT-05 G-RS-05]"""
        self.serve(BY_PAT % self.alice.pat)
        view, both = self.rpt("view"), self.rpt("view", "print")
        self.opens("/view", view)
        self.shut("/print", view)
        self.opens("/print", both)
        self.shut("/view")
        other = self.alice.share(self.alice.add("view"), "all")
        self.shut("/view", self.rpt("view", rid=other))

    def test_dead(self):
        """Apache rejects garbage, altered and revoked RPTs, and other tokens
        [F-INT-10 G-RS-05 T-U16]"""
        self.serve(BY_PAT % self.alice.pat)
        rpt = self.rpt("view")
        self.opens("/view", rpt)
        self.public.revoke(rpt).expect(200)
        good = self.rpt("view")
        for token in (rpt, "garbage", good[:-4] + "AAAA", self.alice.pat,
                      self.alice.ticket((self.rid, ["view"]))):
            self.shut("/view", token)
        self.opens("/view", good)

    def test_withdrawn(self):
        """Apache rejects permissions that the owner revoked at the next request [F-PRV-02 T-U15]"""
        self.serve(BY_PAT % self.alice.pat)
        rpt = self.rpt("view", "print")
        self.opens("/print", rpt)
        self.alice.share(self.rid, ["view"])
        self.shut("/print", rpt)
        self.opens("/view", rpt)

    def test_secret(self):
        """Apache may introspect with the resource server's own credentials [O-7662-01 F-INT-13]"""
        self.serve(BY_SECRET % self.rs.secret)
        rpt = self.rpt("view")
        self.opens("/view", rpt)
        self.shut("/print", rpt)

    def test_wrong_proof(self):
        """with an invalid PAT or a wrong secret Apache serves nothing [F-INT-13 O-7662-05]"""
        rpt = self.rpt("view")
        for proof in (BY_PAT % ("pat_" + "A" * 50), BY_SECRET % ("x" * 40)):
            self.serve(proof)
            self.shut("/view", rpt)
            self.apache.stop()
