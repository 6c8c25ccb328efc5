# SPDX-License-Identifier: Apache-2.0
"""Resource registration: UMA Federated Authorization, 3."""
import threading
import http.server
import urllib.parse

import harness

MANY = 1200
FULL = {"resource_scopes": ["view", "https://photoz.example.com/s/print"],
        "name": "Lighthouse", "description": "Taken on the west c\u00f4te \u2014 \u706f\u53f0",
        "icon_uri": "https://photoz.example.com/i/photo.png",
        "type": "https://photoz.example.com/types/photo"}


class Resources(harness.FlowTest):
    def created(self, description, rs=None):
        return (rs or self.alice).create(description).expect(201).json()["_id"]

    def stored(self, rid, rs=None):
        doc = (rs or self.alice).read(rid).expect(200).json()
        self.assertEqual(doc.pop("_id"), rid)
        return doc

    # --- F-RSD: the description ---------------------------------------------------------

    def test_scopes(self):
        """scopes are strings, plain or URIs [F-RSD-01]"""
        rid = self.created({"resource_scopes": FULL["resource_scopes"]})
        self.assertEqual(self.stored(rid)["resource_scopes"], FULL["resource_scopes"])

    def test_texts(self):
        """name, description, icon_uri and type are returned as they were sent
        [F-RSD-02 F-READ-01]"""
        self.assertEqual(self.stored(self.created(FULL)), FULL)

    def test_languages(self):
        """names and descriptions with language tags are stored [F-RSD-03]"""
        doc = dict(FULL, **{"name#de": "Fotoalbum", "description#de-CH-1901": "Sch\u00f6n"})
        self.assertEqual(self.stored(self.created(doc)), doc)

    def test_no_fetch(self):
        """neither a scope URI nor an icon is fetched [F-RSD-04 T-N01]"""
        calls = []

        class Trap(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                calls.append(self.path)
                self.send_error(404)

            def log_message(self, *args):
                pass
        with http.server.HTTPServer(("127.0.0.1", 0), Trap) as trap:
            threading.Thread(target=trap.serve_forever, daemon=True).start()
            base = "http://127.0.0.1:%d" % trap.server_port
            rid = self.created({"resource_scopes": [base + "/scope"], "icon_uri": base + "/i",
                                "type": base + "/type"})
            self.alice.share(rid, [base + "/scope"])
            self.viewer.rpt(self.alice.ticket((rid, [base + "/scope"])))
            self.assertEqual(self.server.get(base + "/me").status, 404)  # the trap works
            trap.shutdown()
        self.assertEqual(calls, ["/me"])

    def test_unknown_members(self):
        """unknown members are ignored [F-RSD-05 G-CONV-02]"""
        for extra in ({"x": 1}, {"x_vendor": {"a": 1}}, {"resource_set_id": "5"},
                      {"scopes": ["a"]}, {"_rev": "1"}):
            self.created(dict(FULL, **extra))

    def test_untrusted(self):
        """an icon_uri that is not a web URL is rejected; markup in a name is returned as text
        [F-RSD-06]"""
        for uri in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "x",
                    "ftp://x.example/"):
            self.refused(self.alice.create(dict(FULL, icon_uri=uri)), 400, "invalid_request")
        name = "<script>alert(1)</script>&\"'"
        rid = self.created({"resource_scopes": ["view"], "name": name})
        answer = self.alice.read(rid)
        self.assertEqual(answer.json()["name"], name)
        self.json_type(answer)

    # --- F-CRE: create ------------------------------------------------------------------

    def test_create(self):
        """a description is answered with 201, Location and _id [F-CRE-01 F-CRE-02 F-CRE-03]"""
        answer = self.alice.create(FULL)
        self.assertEqual(answer.status, 201)
        self.json_type(answer)
        rid = answer.json()["_id"]
        self.assertIs(type(rid), str)
        url = urllib.parse.urljoin(self.alice.collection(), answer.header("Location"))
        self.assertEqual(url.rsplit("/", 1)[1], rid)
        got = self.server.get(url, headers=self.alice.bearer()).expect(200)
        self.assertEqual(got.json()["_id"], rid)

    def test_policy_uri(self):
        """user_access_policy_uri is not offered: the response contains the id and the description
        that was sent
        [F-CRE-04 F-UPD-05]"""
        answer = self.alice.create(FULL).expect(201)
        rid = answer.json()["_id"]
        self.assertEqual(answer.json(), {"_id": rid})
        self.assertEqual(self.alice.update(rid, FULL).expect(200).json(), {"_id": rid})
        self.assertEqual(self.alice.read(rid).expect(200).json(), dict(FULL, _id=rid))

    def test_ids(self):
        """ids are assigned by the server, safe in a path, and unique [F-CRE-05 F-CRE-08]"""
        made = [self.created(dict(FULL, _id="mine"), rs)
                for rs in (self.alice, self.alice, self.erin)]
        self.assertEqual(len(set(made)), 3)
        for rid in made:
            self.assertRegex(rid, r"^[A-Za-z0-9_-]+$")
            self.assertNotEqual(rid, "mine")
        self.assertEqual(self.alice.read("mine").status, 404)

    def test_protected_at_once(self):
        """a resource is protected once the response is 201 [F-CRE-06]"""
        for _ in range(5):
            self.alice.ticket((self.created(FULL), ["view"]))

    def test_owned(self):
        """a resource is visible only with its owner's PAT of its resource server
        [F-CRE-07 F-READ-03 T-U04 T-U16]"""
        rid = self.created(FULL)
        for rs in (self.erin, self.alice_filez):
            for ask in (rs.read, rs.delete, lambda r: rs.update(r, FULL)):
                foreign, missing = ask(rid), ask(rid[:-4] + "AAAA")
                self.assertEqual(foreign.status, 404)
                self.assertEqual(foreign.body, missing.body)
                self.assertEqual([h for h in foreign.headers if h[0] != "Date"],
                                 [h for h in missing.headers if h[0] != "Date"])
        self.assertEqual(self.stored(rid), FULL)

    # --- F-READ, F-UPD, F-DEL -----------------------------------------------------------

    def test_unknown(self):
        """a missing resource is 404 for each method [F-READ-02 F-RER-01 F-UPD-04]"""
        before = self.alice.list().json()
        for rid in ("unknown", "A" * 26, "r-nowhere"):
            for answer in (self.alice.read(rid), self.alice.update(rid, FULL),
                           self.alice.delete(rid)):
                self.refused(answer, 404, "not_found")
        self.assertEqual(self.alice.list().json(), before)

    def test_entity_tags(self):
        """If-Match is optional; a stale entity tag is rejected and a current one accepted
        [F-READ-04]"""
        rid = self.created(FULL)
        tag = self.alice.read(rid).header("ETag")
        self.assertRegex(tag, r'^"[!#-~]+"$')
        self.alice.update(rid, dict(FULL, name="Second")).expect(200)
        newer = self.alice.read(rid).header("ETag")
        self.assertNotEqual(newer, tag)

        def put(name, match):
            return self.server.send_json("PUT", self.alice.item(rid), dict(FULL, name=name),
                                         self.alice.bearer() + [("If-Match", match)])
        self.assertEqual(put("Third", tag).status, 412)
        self.assertEqual(self.stored(rid)["name"], "Second")
        self.assertEqual(put("Third", newer).status, 200)
        self.assertEqual(self.stored(rid)["name"], "Third")
        self.assertEqual(put("Fourth", newer).status, 412)
        self.assertEqual(self.stored(rid)["name"], "Third")

    def test_update(self):
        """an update is 200 with _id and replaces everything [F-UPD-01 F-UPD-02]"""
        rid = self.created(FULL)
        answer = self.alice.update(rid, {"resource_scopes": ["edit"]})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json()["_id"], rid)
        self.assertEqual(self.stored(rid), {"resource_scopes": ["edit"]})

    def test_update_needs_scopes(self):
        """an update without resource_scopes is 400 and changes nothing [F-UPD-03]"""
        rid = self.created(FULL)
        self.refused(self.alice.update(rid, {"name": "x"}), 400, "invalid_request")
        self.assertEqual(self.stored(rid), FULL)

    def test_scope_removed(self):
        """removing a scope removes it from RPTs issued before [F-UPD-06]"""
        rid, rpt = self.granted("view", "print")
        self.alice.update(rid, {"resource_scopes": ["view"]}).expect(200)
        self.grants(self.alice, rpt, {rid: ["view"]})

    def test_delete(self):
        """delete is 204 without a body and ends the protection
        [F-DEL-01 F-DEL-02 F-DEL-03 F-DEL-04]"""
        rid = self.created(FULL)
        answer = self.alice.delete(rid)
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(self.alice.read(rid).status, 404)
        self.assertNotIn(rid, self.alice.list().json())
        self.refused(self.alice.permission({"resource_id": rid, "resource_scopes": ["view"]}),
                     400, "invalid_resource_id")
        self.assertEqual(self.alice.delete(rid).status, 404)

    def test_deleted_permissions(self):
        """permissions on a deleted resource are revoked, and its id is not reused
        [F-DEL-05 T-U15]"""
        rid, rpt = self.granted()
        self.alice.delete(rid).expect(204)
        self.dead(self.alice, rpt)
        self.assertNotEqual(self.created(FULL), rid)

    # --- F-LST --------------------------------------------------------------------------

    def test_list(self):
        """the list is an array of ids, empty for an owner without resources
        [F-LST-01 F-LST-02 F-LST-03]"""
        self.server.account("lister")
        rs = self.server.pat("rs-photoz", "lister")
        answer = rs.list()
        self.assertEqual((answer.status, answer.body.strip()), (200, b"[]"))
        self.json_type(answer)
        made = {self.created(FULL, rs) for _ in range(3)}
        listed = rs.list().json()
        self.assertEqual((len(listed), set(listed)), (3, made))
        self.assertFalse(made & set(self.alice.list().json()))

    def test_long_list(self):
        """a long list passes the web server completely"""
        self.server.account("collector")
        rs = self.server.pat("rs-photoz", "collector")
        made = harness.side_by_side(MANY, lambda _: self.created({"resource_scopes": []}, rs))
        listed = rs.list().json()
        self.assertEqual(len(listed), MANY)
        self.assertEqual(set(listed), set(made))

    def test_trailing_slash(self):
        """the collection is served with and without a trailing slash [F-LST-05]"""
        url = self.alice.collection()
        self.assertFalse(url.endswith("/"))
        answer = self.server.send_json("POST", url + "/", FULL, self.alice.bearer())
        self.assertEqual(answer.status, 201)
        self.assertNotIn("//", answer.header("Location").split("://", 1)[-1])
        listed = self.server.get(url + "/", headers=self.alice.bearer()).expect(200)
        self.assertIn(answer.json()["_id"], listed.json())


class Errors(harness.FlowTest):
    """Errors of the registration endpoint (F-RER)."""

    @classmethod
    def prepare(cls):
        cls.rid = cls.alice.create(FULL).expect(201).json()["_id"]

    def bad(self, body):
        answers = [self.alice.create(body), self.alice.update(self.rid, body)]
        for answer in answers:
            self.refused(answer, 400, "invalid_request")
        self.assertEqual(self.alice.read(self.rid).json()["name"], FULL["name"])

    def test_methods(self):
        """an unsupported method is 405 with Allow [F-RER-02 F-RER-03]"""
        item, collection = self.alice.item(self.rid), self.alice.collection()
        for method, url, allow in (("PATCH", item, {"GET", "HEAD", "PUT", "DELETE"}),
                                   ("POST", item, {"GET", "HEAD", "PUT", "DELETE"}),
                                   ("PUT", collection, {"GET", "HEAD", "POST"}),
                                   ("DELETE", collection, {"GET", "HEAD", "POST"}),
                                   ("PATCH", collection, {"GET", "HEAD", "POST"})):
            answer = self.server.http.request(method, url, self.alice.bearer(), b"{}")
            self.assertEqual({m.strip() for m in answer.header("Allow").split(",")}, allow)
            self.refused(answer, 405, "unsupported_method_type")

    def test_shapes(self):
        """a missing member or a wrong type is 400 [F-RER-04 F-RSD-01]"""
        for body in ({}, {"name": "x"}, {"resource_scopes": "view"}, {"resource_scopes": [1]},
                     {"resource_scopes": [None]}, {"resource_scopes": {}},
                     {"resource_scopes": None}, {"resource_scopes": [["a"]]},
                     dict(FULL, name=5), dict(FULL, name=None),
                     dict(FULL, description=[]), dict(FULL, type={}), dict(FULL, icon_uri=1),
                     [], [FULL], "text", 5, None, True):
            self.bad(body)

    def test_json(self):
        """a malformed JSON text is 400 [F-RER-04 T-P02 T-P03 T-P04]"""
        good = b'{"resource_scopes":["view"]}'
        for body in (b"", b"{", b"{broken}", good + b" x", good + good, b"\xef\xbb\xbf" + good,
                     b"{'resource_scopes':['view']}", b'{"resource_scopes":["view"],}',
                     b'{"resource_scopes":["view",]}', b'{"resource_scopes":["v\xff"]}',
                     b'{"resource_scopes":["v\xed\xa0\x80"]}', b'{"resource_scopes":[NaN]}',
                     b'{"resource_scopes":["a\nb"]}', b'{"resource_scopes":["\\ud800"]}',
                     b'{"resource_scopes\\u0000":["a"]}', b'{"resource_scopes":["a\\u0000"]}',
                     b'/**/{"resource_scopes":["view"]}', b'{resource_scopes:["view"]}'):
            self.bad(body)

    def test_duplicates(self):
        """a repeated member name in any spelling is 400 and nothing is stored [F-RER-05 T-P01]"""
        before = self.alice.list().json()
        for body in (b'{"resource_scopes":["a"],"resource_scopes":["b"]}',
                     b'{"resource_scopes":["a"],"resource_\\u0073copes":["b"]}',
                     b'{"resource_scopes":["a"],"name":"x","name":"x"}',
                     b'{"resource_scopes":["a"],"x":{"y":1,"y":2}}'):
            self.bad(body)
        self.assertEqual(self.alice.list().json(), before)

    def test_error_object(self):
        """errors are objects of strings and must not be cached [F-RER-06 F-RER-07]"""
        for answer in (self.alice.create({}), self.alice.read("unknown"),
                       self.alice.permission([])):
            doc = answer.json()
            self.assertIsInstance(doc["error"], str)
            self.assertTrue(all(isinstance(value, str) for value in doc.values()), doc)
            self.assertLessEqual(set(doc), {"error", "error_description", "error_uri"})
            self.uncached(answer, pragma=False)

    def test_content_type(self):
        """the body is JSON, with or without charset; a form is rejected [F-RER-08]"""
        url, body = self.alice.collection(), b'{"resource_scopes":["view"]}'
        for kind, status in (("application/json", 201), ("application/json;charset=UTF-8", 201),
                             ("Application/JSON", 201),
                             ("application/x-www-form-urlencoded", 400), ("text/plain", 400),
                             ("application/jsonx", 400)):
            answer = self.server.http.request(
                "POST", url, self.alice.bearer() + [("Content-Type", kind)], body)
            self.assertEqual(answer.status, status, kind)

    def test_limits(self):
        """a body that is too large is 413, one that is too deep or has too many values is 400, and
        the server keeps running
        [F-RER-09 T-P06]"""
        big = b'{"resource_scopes":["view"],"name":"' + b"x" * 70000 + b'"}'
        self.assertEqual(self.alice.create(big).status, 413)
        for body in (b"[" * 30000, b'{"a":' * 9000 + b"1", b'{"resource_scopes":['
                     + b'"a",' * 5000 + b'"a"]}', b'{' + b",".join(
                         b'"m%d":1' % n for n in range(3000)) + b"}"):
            self.refused(self.alice.create(body), 400, "invalid_request")
        self.unaffected()

    def test_code_points(self):
        """scopes are compared by code point, after unescaping and without normalisation
        [O-8414-12]"""
        body = (b'{"resource_scopes":["v\\u0069ew","\xc3\xa9","e\xcc\x81"]}')
        rid = self.alice.create(body).expect(201).json()["_id"]
        for scope in ("view", "\u00e9", "e\u0301"):
            self.alice.ticket((rid, [scope]))
        self.assertEqual(self.alice.read(rid).json()["resource_scopes"],
                         ["view", "\u00e9", "e\u0301"])
        single = self.alice.add("\u00e9")
        self.refused(self.alice.permission({"resource_id": single,
                                            "resource_scopes": ["e\u0301"]}), 400,
                     "invalid_scope")
