# SPDX-License-Identifier: Apache-2.0
"""Compares every response that the flow tests' client receives with openapi.yaml."""
import json
import re
import urllib.parse

import uma
from schemas import OpenApi, Schemas

COMPARED_HEADERS = ("ETag", "Location", "WWW-Authenticate", "Retry-After", "Allow")


class Watch:
    def __init__(self):
        self.api, self.schemas = OpenApi(), Schemas()
        self.faults, self.seen, self.codes, self.count = [], set(), set(), 0
        self.known = {}  # (schema, text) that has been validated

    def put_on(self):
        plain = uma.Http.request

        def request(http, method, url, headers=(), body=None, target=None, host=None):
            answer = plain(http, method, url, headers, body, target, host)
            self.look(method, target or urllib.parse.urlsplit(url).path, body, answer)
            return answer
        uma.Http.request = request

    def template(self, path):
        """The path template in openapi.yaml, relative to any issuer; None: not found."""
        path = re.sub(r"^/t/[a-z0-9-]+", "", path.split("?")[0])
        path = re.sub(r"^(/\.well-known/[a-z0-9-]+)/t/[a-z0-9-]+$", r"\1", path)
        if path in self.api.doc["paths"]:
            return path
        item = re.sub(r"/[A-Za-z0-9_-]{1,64}$", "/{id}", path)
        return item if item in self.api.doc["paths"] else None

    def look(self, method, path, body, answer):
        kind = (answer.header("Content-Type") or "").partition(";")[0]
        if kind in ("text/html", "text/css", "image/svg+xml"):
            return  # a page, its style, or a response of the web server itself
        self.count += 1
        path = self.template(path)
        faults = self.judge(method, path, body, answer)
        self.faults += ["%s %s %d: %s" % (method, path, answer.status, f) for f in faults]
        self.seen.add((path, method, str(answer.status)))

    def judge(self, method, path, body, answer):
        if path is None:
            names = {"404": "NotFound", "400": "BadRequest", "413": "TooLarge"}
            responses = {k: self.api.doc["components"]["responses"][v] for k, v in names.items()}
        else:
            responses = self.api.responses(path, method)
        response = responses.get(str(answer.status))
        if response is None:
            yield "there is no such answer: %s" % answer
            return
        yield from self.headers(response, answer)
        yield from self.body(method, path, response, answer)
        if answer.status in (200, 201) and path is not None:
            yield from self.request_body(method, path, body)

    def headers(self, response, answer):
        described = {name: self.api.follow(one)
                     for name, one in response.get("headers", {}).items()}
        for name, one in described.items():
            value = answer.header(name)
            if value is None and one.get("required"):
                yield "it lacks the header %s" % name
            elif value is not None:
                yield from self.fits(one["schema"], value, name)
        for name in COMPARED_HEADERS:
            if answer.header(name) is not None and name not in described:
                yield "the header %s is not described" % name

    def body(self, method, path, response, answer):
        content = response.get("content")
        if method == "HEAD" or content is None or not answer.body:
            if answer.body:
                yield "there is a body"
            elif content is not None and method != "HEAD" and answer.status != 401:
                yield "there is no body"
            return
        kind = answer.header("Content-Type")
        if kind not in content:
            yield "it is %s" % kind
            return
        doc = answer.json()
        yield from self.fits(content[kind]["schema"], doc, "the body")
        if isinstance(doc, dict) and "error" in doc:
            self.codes.add((path, method, str(answer.status), doc["error"]))
            if doc["error"] not in content[kind].get("x-errors", []):
                yield "%s is not among its errors" % doc["error"]
        if isinstance(doc, dict) and str(doc.get("access_token", "")).startswith("ey"):
            header, claims = uma.jwt_parts(doc["access_token"])
            if set(header) != {"typ", "alg", "kid"}:
                yield "the header of the RPT is %s" % header
            yield from self.fits({"$ref": "rpt-claims.schema.json"}, claims, "the RPT")

    def request_body(self, method, path, body):
        """A request body that the server accepted must be valid for the schema."""
        operation = self.api.doc["paths"][path].get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content and body:
            yield from self.fits(content["application/json"]["schema"], json.loads(body),
                                 "the request")

    def fits(self, schema, value, what):
        key = (json.dumps(schema, sort_keys=True), json.dumps(value, sort_keys=True))
        if key not in self.known:
            self.known[key] = self.schemas.faults(self.local(schema), value)
        for fault in self.known[key]:
            yield "%s: %s" % (what, fault)

    def local(self, schema):
        """Resolves references inside openapi.yaml; references to files remain."""
        schema = self.api.follow(schema)
        if isinstance(schema, list):
            return [self.local(one) for one in schema]
        if isinstance(schema, dict):
            return {name: self.local(one) for name, one in schema.items()}
        return schema

    def unseen(self):
        """Described responses that were never received. Server errors cannot be provoked."""
        for path, method, _ in self.api.operations():
            for status in self.api.responses(path, method):
                if status not in ("500", "503") and (path, method, status) not in self.seen:
                    yield "%s %s %s" % (method, path, status)

    def unseen_codes(self):
        for path, method, _ in self.api.operations():
            for status, response in self.api.responses(path, method).items():
                for content in response.get("content", {}).values():
                    for code in content.get("x-errors", []):
                        if status not in ("500", "503") and \
                                (path, method, status, code) not in self.codes:
                            yield "%s %s %s %s" % (method, path, status, code)
