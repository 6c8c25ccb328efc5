# SPDX-License-Identifier: Apache-2.0
"""Runs usherctl like an administrator's script, with JSON output."""
import json
import subprocess


class AdminError(Exception):
    def __init__(self, code, text):
        super().__init__("exit code %d: %s" % (code, text))
        self.code, self.text = code, text


def option(name, value):
    """An option of the command line: None omits it, True is a flag, a list repeats it."""
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, (list, tuple)):
        return [word for one in value for word in (flag, str(one))]
    return [flag, str(value)]


def rows(doc):
    """The list in the output, whether at the top or inside an object."""
    if isinstance(doc, list):
        return doc
    return next((v for v in doc.values() if isinstance(v, list)), [])


class Admin:
    def __init__(self, program, config):
        self.program, self.config = program, config

    def run(self, *words, stdin=None, **options):
        command = [self.program, "-c", self.config, "--json", *words[:2]]
        for name, value in options.items():
            command += option(name, value)
        command += ["--", *words[2:]]  # an id may begin with a hyphen
        done = subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=60,
                              check=False)
        if done.returncode != 0:
            raise AdminError(done.returncode, done.stderr.strip() or done.stdout.strip())
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def refusal(self, *words, stdin=None, **options):
        """The exit code of a command that must fail; 0 if it succeeded."""
        try:
            self.run(*words, stdin=stdin, **options)
        except AdminError as error:
            return error.code
        return 0

    def tenant_add(self, name, issuer, **settings):
        self.run("tenant", "add", name, issuer=issuer)
        if settings:
            self.tenant_set(name, **settings)

    def tenant_set(self, name, **settings):
        self.run("tenant", "set", name, *["%s=%s" % pair for pair in settings.items()])

    def client_add(self, tenant, client_id, secret=None, **options):
        if secret is not None:
            options["secret_stdin"] = True
        return self.run("client", "add", tenant, id=client_id, stdin=secret, **options)

    def account_add(self, tenant, login, **options):
        return self.run("account", "add", tenant, login, **options)

    def pat(self, tenant, client, owner, life=None):
        return self.run("pat", tenant, client=client, owner=owner, life=life)["access_token"]

    def requests(self, tenant, owner=None):
        return rows(self.run("request", "list", tenant, owner=owner))

    def decide(self, verb, tenant, request, **options):
        return self.run("request", verb, tenant, request, **options)
