#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the documents in schema/ with a running usherd behind nginx: every response, every
audit event, every row of the store."""
import json
import os
import sys
import unittest

from report import exit_code, verdict
from schemas import ROOT, Schemas
from test_schemas import difference, events_described, tables

sys.path.insert(0, str(ROOT / "tests" / "flows"))

import harness      # noqa: E402
import lmdb_rows    # noqa: E402
import tour         # noqa: E402
import watch        # noqa: E402

# Flow tests whose responses are compared, too; their own results are ignored.
MODULES = ["test_core", "test_resources", "test_introspection", "test_upgrade", "test_assessment"]
TEXTS = {"meta", "tenant_index", "account_login", "account_identity", "account_group",
         "resource_id", "session_index", "count"}


def play_flows():
    unittest.defaultTestLoader.loadTestsFromNames(MODULES).run(unittest.TestResult())


def events(fixture, names):
    return [event for name in names for event in fixture.admin.run("audit", name)["events"]]


def good_of_old(fixture):
    """Handles issued before the epoch was raised that the running server still accepts."""
    rs, viewer = fixture.alice, fixture.viewer
    ticket = rs.ticket((rs.add("view"), ["view"]))
    if rs.list().status != 200:
        yield "the PAT is no good to begin with"
    fixture.admin.run("epoch", "raise")
    if rs.list().status != 401:
        yield "the PAT"
    answer = viewer.redeem(ticket)
    if answer.status != 400 or answer.member("error") != "invalid_grant":
        yield "the ticket: %s" % answer


def bad_events(schemas, all_events):
    for event in all_events:
        for fault in schemas.faults({"$ref": "audit-event.schema.json"}, event):
            yield "%s: %s" % (event, fault)
        if "time" not in event:
            yield "%s has no time" % event


def bad_rows(schemas, store):
    for table in tables():
        count = 0
        form = {"$ref": "rows.schema.json/$defs/" + table}
        for _, key, row in lmdb_rows.rows(store, table):
            count += 1
            if (table, key) == ("meta", b"generation"):
                continue
            value = row.decode() if table in TEXTS else json.loads(row)
            for fault in schemas.faults(form, value):
                yield "%s: %s: %s" % (table, value, fault)
        if count == 0:
            yield "%s: there is no row to look at" % table


def main():
    schemas, look = Schemas(), watch.Watch()
    fixture = harness.fixture(os.path.abspath(os.environ.get("USHER_BUILD", "build/asan")), "nginx")
    try:
        look.put_on()
        tour.Tour(fixture, look.api).go()
        unseen, unseen_codes = list(look.unseen()), list(look.unseen_codes())
        play_flows()
        good = list(good_of_old(fixture))
        seen = events(fixture, ("main", "impatient"))
    finally:
        fixture.stop()
    verdict("every answer of a running server is as openapi.yaml and the schemas describe it",
            look.faults or (["only %d were seen" % look.count] if look.count < 500 else []))
    verdict("every answer that openapi.yaml describes can be had, but for faults of ours", unseen)
    verdict("so can every error code", unseen_codes)
    verdict("the events of the audit have their form", bad_events(schemas, seen))
    verdict("every event that store.md lists can be had",
            difference({e["event"] for e in seen},
                       {name for name, _, _ in events_described()}))
    verdict("tickets and PATs from before the epoch was raised are refused [T-S12]", good)
    verdict("the rows of a store have their form, in every table",
            bad_rows(schemas, fixture.folder / "store"))
    if exit_code() == 0:
        fixture.remove()
    else:
        print("# left for inspection: %s" % fixture.folder)
    return exit_code()


if __name__ == "__main__":
    sys.exit(main())
