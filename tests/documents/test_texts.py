#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""README, the documents for developers, schema/*.md and the manual pages: their links and paths
exist, their commands work, and their settings are those of the programs.

"""
import contextlib
import io
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import tempfile

from report import exit_code, verdict
from schemas import ROOT

BUILD = (ROOT / os.environ.get("USHER_BUILD", "build/asan")).resolve()
TEXTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "schema/profile.md",
         "schema/store.md"]
ROOMS = "src|include|tests|schema|packaging|fcgi-conf"
# Written by make check.
MADE = {"tests/conformance.tsv", "tests/threats.tsv"}
IDS = r"01[0-9a-hjkmnp-tv-z]{24}"


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def dead_links():
    for name in TEXTS:
        for target in re.findall(r"\]\(([^)#]+)\)", read(name)):
            if "://" not in target and not (ROOT / name).parent.joinpath(target).exists():
                yield "%s: %s" % (name, target)


def missing_files():
    """Paths relative to the project's root, in backticks or on a line of their own."""
    for name in TEXTS:
        for path in re.findall(r"(?<![\w/.-])((?:%s)/[\w./*-]*[\w/*])" % ROOMS, read(name)):
            if not list(ROOT.glob(path)) and path not in MADE and not path.endswith("_"):
                yield "%s: %s" % (name, path)


def targets():
    text = read("Makefile") + "".join(p.read_text(encoding="utf-8")
                                      for p in (ROOT / "tests").rglob("*.mk"))
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.M)) | \
        {word for line in re.findall(r"^\.PHONY:(.*)$", text, re.M) for word in line.split()}


def unknown_targets():
    known = targets()
    for name in TEXTS:
        for line in re.findall(r"(?:^ +|`)(?:sudo )?(?:[A-Z]+=\w+ )?make( [a-z][a-z-]*)?",
                               read(name), re.M):
            if line.strip() not in known | {""}:
                yield "%s: make%s" % (name, line)


# --- usherctl ----------------------------------------------------------------------------

def scratch_config(folder):
    conf = folder / "usher.conf"
    conf.write_text('store = "%s/store"\nmaster_key = "%s/master.key"\nmap_size = 16\n'
                    % (folder, folder), encoding="utf-8")
    conf.chmod(0o600)
    return conf


def readers_files(folder):
    """The files that a reader of the README has at this point: the policy from the README, and
    the keys of an identity provider, replaced by those of RFC 8037, A.2."""
    (folder / "policy.json").write_text(
        re.search(r'^    (\{"rules": .+\})$', read("README.md"), re.M).group(1), encoding="utf-8")
    (folder / "login.jwks").write_text(
        '{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"k1",'
        '"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}', encoding="utf-8")


def failing_commands():
    """Runs every usherctl command of the README, in order, on a scratch store. At the end the
    tenant can grant access: there are a PAT with a long lifetime, an issuer and a policy."""
    lines = re.findall(r"^    sudo (?:-u usher )?usherctl (.+)$", read("README.md"), re.M)
    if len(lines) < 9:
        yield "there are too few"
    with tempfile.TemporaryDirectory() as folder:
        conf = scratch_config(pathlib.Path(folder))
        readers_files(pathlib.Path(folder))
        ctl = shlex.join([str(BUILD / "usherctl"), "-c", str(conf)])

        def run(line):
            return subprocess.run(["sh", "-c", "%s %s" % (ctl, line)], text=True, cwd=folder,
                                  capture_output=True, check=False)
        for line in lines:
            done = run(line)
            if done.returncode != 0:
                yield "usherctl %s: %s" % (line, done.stderr)
            if line.startswith("pat ") and not re.search(r"expires_in +\d{8}", done.stdout):
                yield "the PAT does not last: %s" % done.stdout
        for line, hint in (("issuer list acme", "login.example.com"),
                           ("policy default acme --owner alice --client photos", "permit")):
            if hint not in run(line).stdout:
                yield "at the end, %s: %s" % (line, run(line))


def silent_about_reload():
    """A web server does not notice a new file until it reloads."""
    for front, unit in ("nginx", "nginx"), ("lighttpd", "lighttpd"), ("apache", "apache2"):
        for name in "README.md", "fcgi-conf/%s/usher.conf" % front:
            if "systemctl reload " + unit not in read(name):
                yield "%s: %s" % (name, unit)


def versions():
    """The newest heading of the changelog is the version that the programs print."""
    version = re.search(r"^VERSION := (\S+)$", read("Makefile"), re.M).group(1)
    newest = re.search(r"^## (\S+) - (Unreleased|\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.M)
    if newest is None or newest.group(1) != version:
        yield "%s: CHANGELOG.md begins with %s" % (version, newest and newest.group(0))


def made_up_addresses():
    """Addresses to which a report would be lost."""
    return re.findall(r"[\w.]+@[\w.]+", read("SECURITY.md"))


# --- settings ----------------------------------------------------------------------------

def settings():
    """{name: (default, minimum, maximum)} from the program; without bounds: None."""
    sample = subprocess.run([BUILD / "usherd", "--sample"], text=True, capture_output=True,
                            check=True).stdout
    found = {}
    for block in re.findall(r"((?:^# .*\n)+)#(\w+) = (.*)$", sample, re.M):
        bounds = re.search(r"\((\d+) to (\d+)\)\s*$", block[0])
        found[block[1]] = (block[2], *(bounds.groups() if bounds else (None, None)))
    return found


def manual(page):
    """The rendered page; the Makefile generates usher.conf.5."""
    made = BUILD / page
    done = subprocess.run(["mandoc", "-Tascii", "-Owidth=1000",
                           made if made.exists() else ROOT / "packaging/man" / page],
                          text=True, capture_output=True, check=True)
    return re.sub(r".\x08", "", done.stdout)


def wrong_settings():
    text = manual("usher.conf.5")
    paragraphs = dict(re.findall(r"^ +(\w+) = \w[^\n]*\n((?: {10,}[^\n]+\n)+)", text, re.M))
    real = settings()
    if len(real) < 30:
        yield "only %d settings were found" % len(real)
    for name, (preset, least, greatest) in real.items():
        if name not in paragraphs:
            yield "%s is missing" % name
            continue
        words = " ".join(paragraphs[name].split())
        if "Default %s" % preset not in words:
            yield "%s: the default is %s" % (name, preset)
        if least is not None and "from %s to %s" % (least, greatest) not in words:
            yield "%s is from %s to %s" % (name, least, greatest)
    for name in set(paragraphs) - set(real):
        yield "there is no setting %s" % name
    # A word that is never sent, a claim of OpenID Connect, an error that only the authorization
    # endpoint returns, and a member of client registration.
    known = set(real) | words_of_the_wire() | {"redirect_user", "auth_time", "login_required",
                                               "token_endpoint_auth_method"}
    for name in re.findall(r"`((?:[a-z]+_)+[a-z]+)`", read("schema/profile.md")):
        if name not in known:
            yield "profile.md speaks of %s" % name


def words_of_the_wire():
    """All words of the schemas and of openapi.yaml."""
    return set(re.findall(r"\w+", "".join(p.read_text(encoding="utf-8") for p in
                                          (ROOT / "schema").glob("*.[jy]*"))))


def missing_options():
    text = manual("usherd.8")
    usage = subprocess.run([BUILD / "usherd", "--help"], text=True, capture_output=True,
                           check=True).stdout
    for option in set(re.findall(r"--[a-z]+", usage)):
        if option not in text:
            yield option


def missing_parameters():
    """Parameters that are read but missing in usherd(8); headers by their own names."""
    text = manual("usherd.8")
    names = re.findall(r'^\tX\(\w+,\s*"(\w+)",', read("include/http/exchange.h"), re.M)
    if len(names) < 10:
        yield "only %d were found" % len(names)
    for name in names:
        if name.startswith("HTTP_"):
            name = name[len("HTTP_"):].title().replace("_", "-")
        if name not in text:
            yield name


def invented_code():
    """Lines of C in the README that are not in the source."""
    text = read("README.md")
    section = text[text.index("## How to add"):]
    source = {" ".join(line.split()) for room in ("src", "include")
              for path in (ROOT / room).rglob("*.[ch]")
              for line in path.read_text(encoding="utf-8").splitlines()}
    for line in re.findall(r"^    (.+)$", section, re.M):
        if " ".join(line.split()) not in source:
            yield line


# --- the demo ----------------------------------------------------------------------------

def demo():
    """The output of the demo, run in a folder and on ports of its own."""
    sys.path.insert(0, str(ROOT / "packaging" / "demo"))
    import demo_server
    import exchange
    with socket.socket() as one, socket.socket() as other:
        ports = []
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        server = demo_server.DemoServer(ROOT, BUILD, "nginx", *ports)
        server.folder = pathlib.Path(folder) / "demo"
        with server as env, contextlib.redirect_stdout(said):
            exchange.run_exchange(env)
    return said.getvalue()


def plain(line):
    """The line without parts that vary."""
    line = re.sub(IDS, "ID", line.strip())
    line = re.sub(r"127\.0\.0\.1:\d+", "HOST", line)
    return re.sub(r"(tk|pat|pct|rt)_[\w-]+|\b1[0-9]{9}\b|\([0-9]+ characters\)|eyJ\w+", "", line)


def invented_lines():
    """Lines of the README's transcript that are not in the demo's output. Shortened lines are
    marked."""
    text = read("README.md")
    block = text[text.index("    1. Photoz"):text.index("Then carol")]
    said = {plain(line) for line in demo().splitlines()}
    for line in block.splitlines():
        if "…" in line and "Bearer" not in line:
            continue
        if plain(line) not in said:
            yield line


def main():
    verdict("links in the documents lead somewhere", dead_links())
    verdict("files that the documents name are there", missing_files())
    verdict("commands of make in the documents are in the Makefile", unknown_targets())
    verdict("the README's commands of usherctl work, in its order", failing_commands())
    verdict("the documents reload the web servers after a change of their files", silent_about_reload())
    verdict("the changelog begins with the version of the programs", versions())
    verdict("security reports go to no address that is made up", made_up_addresses())
    verdict("usher.conf(5) has every setting with its default and bounds, and no other",
            wrong_settings())
    verdict("usherd(8) has every option", missing_options())
    verdict("usherd(8) names the parameters that are read", missing_parameters())
    verdict("the README's lines of C are in the source", invented_code())
    verdict("the README's transcript is the demo's output", invented_lines())
    return exit_code()


if __name__ == "__main__":
    sys.exit(main())
