#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the documents in schema/ with one another and with the source."""
import re
import sys

import jsonschema

from report import exit_code, verdict
from schemas import ROOT, URN, OpenApi, Schemas

SERVING = ("http", "web", "oauth", "uma", "server")
# The names of callers and bodies in routes.c, and those in openapi.yaml.
CALLERS = {"ANYONE": "", "CLIENT": "clientBasic", "PAT": "pat", "PAT_OR_OWNER": "owner pat",
           "PAT_OR_CLIENT": "clientBasic pat"}
FORM = "application/x-www-form-urlencoded"
BODIES = {"NONE": "", "FORM": FORM, "FORM_RAW": FORM, "JSON": "application/json"}


def source(*rooms):
    return "\n".join(p.read_text(encoding="utf-8") for room in rooms
                     for p in sorted((ROOT / "src" / room).glob("*.[ch]")))


def invalid(schemas):
    for name, doc in schemas.files.items():
        try:
            jsonschema.Draft202012Validator.check_schema(doc)
        except jsonschema.SchemaError as error:
            yield "%s: %s" % (name, error.message)
        if doc.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
            yield "%s does not say that it is of 2020-12" % name
        if doc.get("$id") != URN + name.replace(".schema.json", ""):
            yield "%s has the identifier %s" % (name, doc.get("$id"))


def bad_examples(schemas):
    for name, doc in schemas.files.items():
        for example in doc.get("examples", []):
            for fault in schemas.faults({"$ref": name}, example):
                yield "%s: %s" % (name, fault)


def dead_references(schemas, api):
    for reference in api.references(api.doc):
        if reference.startswith("#/"):
            try:
                api.follow({"$ref": reference})
            except KeyError:
                yield reference
        elif reference not in schemas.files:
            yield reference
    used = set(api.references(api.doc))
    for name in ("resource", "permission-request", "ticket", "token", "need-info", "error",
                 "request-submitted", "introspection", "discovery", "jwks", "policy"):
        if name + ".schema.json" not in used:
            yield "%s.schema.json is not used" % name


def shape(api):
    if not str(api.doc.get("openapi")).startswith("3.1."):
        yield "it is not OpenAPI 3.1"
    names = [operation["operationId"] for _, _, operation in api.operations()]
    yield from sorted({name for name in names if names.count(name) > 1})
    schemes = api.doc["components"]["securitySchemes"]
    for path, method, operation in api.operations():
        for need in operation["security"]:
            for scheme in need:
                if scheme not in schemes:
                    yield "%s %s wants %s" % (method, path, scheme)
        for status, response in api.responses(path, method).items():
            if "description" not in response:
                yield "%s %s %s has no description" % (method, path, status)


def rows():
    """(path, METHOD, caller, rest of the row) of every row of routes.c that is no page and no file
    of one: programs do not call these."""
    text = (ROOT / "src" / "server" / "routes.c").read_text(encoding="utf-8")
    names = dict(re.findall(r"^#define (\w+)\s+(\"[^\"]*\")", text, re.M))
    for method, path, caller, rest in re.findall(
            r"^\tROUTE\(M_(\w+),\s*([^,]+?),\s*CALLER_(\w+),([^;]*?)\),$", text, re.M):
        if not rest.lstrip().startswith("PAGE") and not path.startswith('"assets/'):
            yield "/" + names.get(path, path).strip('"').replace(":id", "{id}"), method, caller, rest


def option(rest, name, default):
    found = re.search(r"\.%s = (\w+)" % name, rest)
    return found.group(1) if found else default


def routes():
    """(path, METHOD, caller, kind of the body) of every row of routes.c."""
    for path, method, caller, rest in rows():
        body = option(rest, "body", "BODY_NONE").removeprefix("BODY_")
        yield path, method, CALLERS[caller], BODIES[body]


def cross_origin(api):
    """(path, whether scripts of every site may call it) in openapi.yaml and in routes.c."""
    real = {(path, option(rest, "cors", "") == "CORS_ANY") for path, _, _, rest in rows()}
    documented = {(path, "options" in item) for path, item in api.doc["paths"].items()}
    return documented, real


def bounded_forms(api):
    """(path, maximum size of the body) where it differs from the default, in openapi.yaml and in
    routes.c."""
    text = (ROOT / "src" / "server" / "routes.c").read_text(encoding="utf-8")
    bound = int(re.search(r"^#define FORM_MAX\s+(\d+)$", text, re.M).group(1))
    real = {(path, bound) for path, _, _, rest in rows() if option(rest, "body_max", "")}
    documented = {(path, operation["x-body-max"]) for path, _, operation in api.operations()
            if "x-body-max" in operation}
    return documented, real


def described(api):
    """The same for every operation of openapi.yaml."""
    for path, method, operation in api.operations():
        schemes = sorted(name for need in operation["security"] for name in need)
        content = sorted(operation.get("requestBody", {}).get("content", {}))
        yield path, method, " ".join(schemes), " ".join(content)


def difference(documented, real):
    yield from ("%s is not described" % (one,) for one in sorted(real - documented))
    yield from ("%s is described and is not there" % (one,) for one in sorted(documented - real))


def error_codes():
    """Error codes on the wire of the errors that the source of request handlers names."""
    listed = re.findall(r"X\((ERR_[A-Z_]+),\s*[0-9]+, \"([a-z_]+)\"\)",
                        (ROOT / "include" / "base" / "err.h").read_text(encoding="utf-8"))
    text = source(*SERVING)
    # never in JSON
    pages = {"expired_page", "access_denied", "login_required", "consent_required"}
    return {wire for name, wire in listed if re.search(r"\b%s\b" % name, text)} - pages


def tables():
    text = (ROOT / "include" / "store" / "tables.h").read_text(encoding="utf-8")
    return re.findall(r"X\(T_[A-Z_]+,\s*\"([a-z_]+)\"", text)


def events_in_source():
    """Name, class, and whether equal events share a row."""
    text = (ROOT / "include" / "model" / "audit.h").read_text(encoding="utf-8")
    return {(name, kind.lower(), fold == "FOLD") for name, kind, fold in re.findall(
        r"X\(AUDIT_[A-Z_]+,\s*\"([a-z_.]+)\",\s*AUDIT_([A-Z]+),\s*(EACH|FOLD)\)", text)}


def events_described():
    text = (ROOT / "schema" / "store.md").read_text(encoding="utf-8")
    return {(name, kind, bool(fold)) for name, kind, fold in re.findall(
        r"^\| `([a-z]+\.[a-z_]+)` \|[^|]*\|[^|]*\| ([a-z]+)(, folded)? \|", text, re.M)}


def tables_described():
    text = (ROOT / "schema" / "store.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_]+)` \|", text, re.M))


def main():
    schemas, api = Schemas(), OpenApi()
    verdict("every schema is one of JSON Schema 2020-12", invalid(schemas))
    verdict("the examples in the schemas fit them", bad_examples(schemas))
    verdict("openapi.yaml is in order", shape(api))
    verdict("what openapi.yaml points to is there", dead_references(schemas, api))
    verdict("openapi.yaml tells which endpoints answer scripts of every site",
            difference(*cross_origin(api)))
    verdict("openapi.yaml tells the bounds of forms", difference(*bounded_forms(api)))
    verdict("openapi.yaml names the routes of routes.c, each with its methods, callers and body, "
            "and no other [F-DISC-05]", difference(set(described(api)), set(routes())))
    verdict("the error codes described are those that are sent",
            difference(set(schemas.files["error.schema.json"]["properties"]["error"]["enum"]),
                       error_codes()))
    defined = set(schemas.files["rows.schema.json"]["$defs"])
    verdict("every table has a form for its rows",
            ("%s has none" % table for table in tables() if table not in defined))
    verdict("every table, and no other, is in store.md",
            difference(tables_described(), set(tables())))
    verdict("every event of the audit, and no other, is in store.md with its class",
            difference(events_described(), events_in_source()))
    return exit_code()


if __name__ == "__main__":
    sys.exit(main())
