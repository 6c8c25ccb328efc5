# SPDX-License-Identifier: Apache-2.0
"""The permission endpoint: UMA Federated Authorization, 4."""
import harness


class Permissions(harness.FlowTest):
    @classmethod
    def prepare(cls):
        cls.one, cls.two = cls.alice.add(*harness.PHOTO), cls.alice.add(*harness.PHOTO)
        cls.album_ = cls.alice.add(*harness.ALBUM)
        cls.erins = cls.erin.add(*harness.PHOTO)

    def ask(self, *wanted):
        return self.alice.permission([{"resource_id": r, "resource_scopes": s}
                                      for r, s in wanted])

    def single(self, **members):
        return self.alice.permission(members)

    def test_object(self):
        """a request for one permission is answered with 201 and a ticket [F-PRM-01]"""
        answer = self.single(resource_id=self.one, resource_scopes=["view"])
        self.assertEqual(answer.status, 201)
        self.json_type(answer)
        self.uncached(answer, pragma=False)
        self.assertIsInstance(answer.json()["ticket"], str)
        self.assertTrue(answer.json()["ticket"])

    def test_array(self):
        """a request with an array is answered with one ticket for all permissions
        [F-PRM-02 F-PRM-09]"""
        for rid in (self.one, self.two, self.album_):
            self.alice.share(rid, "all")
        answer = self.ask((self.album_, ["edit"]), (self.one, ["view"]), (self.two, []))
        self.assertEqual(answer.status, 201)
        self.assertIsInstance(answer.json()["ticket"], str)
        self.grants(self.alice, self.viewer.rpt(answer.json()["ticket"]),
                    {self.album_: ["edit"], self.one: ["view"], self.two: []})

    def test_members(self):
        """resource_id and resource_scopes are required and typed; the list may be empty
        [F-PRM-03 F-PRM-04]"""
        for body in ({"resource_scopes": ["view"]},
                     {"resource_id": 5, "resource_scopes": ["view"]},
                     {"resource_id": None, "resource_scopes": ["view"]},
                     {"resource_id": [self.one], "resource_scopes": ["view"]},
                     {"resource_id": self.one},
                     {"resource_id": self.one, "resource_scopes": "view"},
                     {"resource_id": self.one, "resource_scopes": [1]},
                     {"resource_id": self.one, "resource_scopes": None},
                     [[]], [5], ["x"], 5, "x", None, {}):
            self.refused(self.alice.permission(body), 400, "invalid_request")
        self.ask((self.one, [])).expect(201)

    def test_unknown(self):
        """an unregistered id is invalid_resource_id [F-PRM-05 F-PRM-16]"""
        for rid in ("nowhere", "", self.one + "x", self.one[:-1], "x" * 500, "../x", "*"):
            doc = self.refused(self.ask((rid, ["view"])), 400, "invalid_resource_id")
            self.assertIsInstance(doc["error_description"], str)

    def test_scope(self):
        """a scope that this resource does not have is invalid_scope [F-PRM-06]"""
        self.refused(self.ask((self.album_, ["print"])), 400, "invalid_scope")
        self.refused(self.ask((self.album_, ["edit", "VIEW"])), 400, "invalid_scope")

    def test_all_or_nothing(self):
        """one invalid entry at any position rejects the request [F-PRM-07 T-U05]"""
        for count in (1, 2, 5, 20):
            for place in range(count):
                wanted = [(self.one, ["view"])] * count
                wanted[place] = (self.erins, ["view"])
                answer = self.ask(*wanted)
                self.refused(answer, 400, "invalid_resource_id")
                self.assertNotIn("ticket", answer.json())
        for wanted in ([(self.one, ["view"]), (self.two, ["edit"])],
                       [(self.two, ["edit"]), (self.one, ["view"])]):
            self.refused(self.ask(*wanted), 400, "invalid_scope")

    def test_one_owner(self):
        """responses for another owner's, another resource server's and a missing id are equal
        [F-PRM-08 T-U04 T-U16]"""
        filez = self.alice_filez.add("view")
        answers = [self.ask((rid, ["view"]))
                   for rid in (self.erins, filez, self.one[:-4] + "AAAA")]
        for answer in answers:
            self.refused(answer, 400, "invalid_resource_id")
            self.assertEqual(answer.body, answers[0].body)

    def test_new_ticket(self):
        """each request gets a new ticket [F-PRM-10]"""
        tickets = {self.alice.ticket((self.one, ["view"])) for _ in range(10)}
        self.assertEqual(len(tickets), 10)

    def test_empty(self):
        """an empty array is rejected [F-PRM-11]"""
        self.refused(self.alice.permission([]), 400, "invalid_request")

    def test_any_case(self):
        """no policy and no RPT are needed [F-PRM-12]"""
        rid = self.alice.add("view")
        self.assertEqual(self.alice.policy(rid).status, 404)
        self.ask((rid, ["view"])).expect(201)

    def test_unknown_members(self):
        """unknown members are ignored [F-PRM-13]"""
        self.single(resource_id=self.one, resource_scopes=["view"], x=1, claims={"a": 1}
                    ).expect(201)

    def test_twice(self):
        """scopes of a resource that is named twice are merged [F-PRM-14]"""
        self.alice.share(self.one, "all")
        answer = self.ask((self.one, ["view"]), (self.one, ["print", "view"])).expect(201)
        rpt = self.viewer.rpt(answer.json()["ticket"])
        self.grants(self.alice, rpt, {self.one: ["view", "print"]})

    def test_methods(self):
        """only POST is served [F-PRM-15]"""
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            answer = self.server.http.request(method, self.server.endpoint("permission_endpoint"),
                                              self.alice.bearer())
            self.assertEqual(answer.status, 405)
            self.assertEqual(answer.header("Allow"), "POST")

    def test_shape_first(self):
        """the syntax is checked before ids, and ids before scopes [F-PRM-03 F-PRM-16]"""
        self.refused(self.alice.permission([{"resource_id": "nowhere",
                                             "resource_scopes": ["view"]},
                                            {"resource_id": 5}]), 400, "invalid_request")
        self.refused(self.ask((self.one, ["nonsense"]), ("nowhere", ["view"])), 400,
                     "invalid_resource_id")

    def test_duplicates(self):
        """a repeated member in an entry is rejected [F-PRM-03 T-P01]"""
        body = ('{"resource_id":"%s","resource_id":"%s","resource_scopes":["view"]}'
                % (self.one, self.erins))
        self.refused(self.alice.permission(body), 400, "invalid_request")

    def test_no_wide_requests(self):
        """requests by name, type, prefix or pattern are not possible [T-U08]"""
        rid = self.alice.add("view", name="Unique name", type="urn:x:kind")
        for word in ("Unique name", "urn:x:kind", rid[:10], rid + "*", "%", "*", "/"):
            self.refused(self.ask((word, ["view"])), 400, "invalid_resource_id")
        for scope in ("*", "", "vie", "view "):
            self.refused(self.ask((rid, [scope])), 400, "invalid_scope")

    def test_equal_names(self):
        """resources with the same name are different resources: sharing one does not share the
        other
        [T-U07]"""
        alices, erins = self.photo("view"), self.erin.add(*harness.PHOTO, name="Lighthouse")
        twin = self.photo()
        self.viewer.redeem(self.alice.ticket((alices, ["view"]))).expect(200)
        self.denied(self.viewer.redeem(self.alice.ticket((twin, ["view"]))))
        self.denied(self.viewer.redeem(self.erin.ticket((erins, ["view"]))))
