# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas of schema/, and openapi.yaml with resolved references."""
import json
import pathlib

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "schema"
URN = "urn:usher:schema:"


def load_all():
    """{file name: schema}"""
    return {path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(FOLDER.glob("*.schema.json"))}


class Schemas:
    """All schemas in one, because Debian's jsonschema cannot resolve a URN with a fragment:
    references like "#/$defs/x" or "urn:usher:schema:…" are moved below "#/$defs/<file>"."""

    def __init__(self):
        self.files = load_all()
        self.bundle = {name: self.moved(doc, name) for name, doc in self.files.items()}

    def moved(self, node, home):
        if isinstance(node, list):
            return [self.moved(one, home) for one in node]
        if not isinstance(node, dict):
            return node
        return {name: self.target(value, home) if name == "$ref" else self.moved(value, home)
                for name, value in node.items() if name not in ("$id", "$schema")}

    def target(self, reference, home):
        if reference.startswith("#"):
            return "#/$defs/" + home + reference[1:]
        if reference.startswith(URN):
            reference = reference[len(URN):] + ".schema.json"
        return "#/$defs/" + reference

    def faults(self, schema, value):
        """The errors of `value`; references in `schema` name files."""
        schema = dict(self.moved(schema, ""), **{"$defs": self.bundle})
        validator = jsonschema.Draft202012Validator(schema)
        return ["%s: %s" % ("/".join(map(str, e.absolute_path)) or "it", e.message)
                for e in validator.iter_errors(value)]


class OpenApi:
    def __init__(self):
        self.doc = yaml.safe_load((FOLDER / "openapi.yaml").read_text(encoding="utf-8"))

    def follow(self, node):
        """The node itself, or the target of its local reference."""
        while isinstance(node, dict) and str(node.get("$ref", "")).startswith("#/"):
            found = self.doc
            for step in node["$ref"][2:].split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def operations(self):
        """(path, METHOD, operation)"""
        for path, item in self.doc["paths"].items():
            for method, operation in item.items():
                if method in ("get", "put", "post", "delete"):
                    yield path, method.upper(), operation

    def responses(self, path, method):
        """{status: response} of an operation; None: no such path."""
        item = self.doc["paths"].get(path)
        if item is None:
            return None
        method = "GET" if method == "HEAD" else method
        operation = item.get(method.lower())
        if operation is None:
            return {"405": self.follow(item["x-other-methods"])}
        return {status: self.follow(one) for status, one in operation["responses"].items()}

    def references(self, node):
        """Every value of a $ref in the node."""
        if isinstance(node, list):
            node = dict(enumerate(node))
        if not isinstance(node, dict):
            return
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from self.references(value)
