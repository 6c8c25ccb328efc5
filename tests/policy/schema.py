#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks schema/policy.schema.json with the corpus that test_corpus.c uses for the parser.

good/: both accept; bad/: both reject; beyond/: a JSON Schema cannot express the rule (its $comment
lists such rules), so only the parser rejects the document.
"""
import json
import pathlib
import re
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/policy/corpus"
SCHEMA = json.loads((ROOT / "schema/policy.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def disagreeing(folder, taken):
    """The files of `folder` for which the schema's result is not `taken`."""
    files = sorted((CORPUS / folder).glob("*.json"))
    if not files:
        return [f"{folder}/ is empty"]
    return [f"{folder}/{f.name}" for f in files
            if VALIDATOR.is_valid(json.loads(f.read_text(encoding="utf-8"))) != taken]


def schema_faults():
    try:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
    except jsonschema.SchemaError as fault:
        return [fault.message]
    return []


def bad_examples():
    return [str(e) for e in SCHEMA["examples"] if not VALIDATOR.is_valid(e)]


def kinds():
    """The members of conditions in the source: the first of each row, and the last, which is
    optional beside the first."""
    source = (ROOT / "src/policy/condition.c").read_text(encoding="utf-8")
    table = re.search(r"^static const struct condition_kind kinds\[\] = \{\n(.*?)^\};", source, re.M | re.S)
    return {a or b for a, b in
            re.findall(r'^\t\{ "(\w+)",|NAME_\w+, +"(\w+)",$', table.group(1), re.M)}


def other_kinds():
    """Kinds of conditions that only the schema or only the source has. Conditions made of
    conditions are in four branches."""
    in_schema = set(SCHEMA["$defs"]["leaf"]["properties"]) | set(SCHEMA["$defs"]["branch1"]["properties"])
    deeper = [set(SCHEMA["$defs"][f"branch{n}"]["properties"]) ^
              set(SCHEMA["$defs"]["branch1"]["properties"]) for n in (2, 3, 4)]
    return sorted(kinds() ^ in_schema) + sorted(set().union(*deeper))


TESTS = [
    ("the schema is valid by the meta-schema of 2020-12", schema_faults),
    ("its examples are valid policies", bad_examples),
    ("its kinds of conditions are those of the program", other_kinds),
    ("it accepts every good document", lambda: disagreeing("good", True)),
    ("it rejects every bad document [G-ASM-13]", lambda: disagreeing("bad", False)),
    ("it accepts documents that only the parser rejects", lambda: disagreeing("beyond", True)),
]


def main():
    failed = 0
    for sentence, test in TESTS:
        faults = test()
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} policy/schema: {sentence}")
        for fault in faults:
            print(f"    {fault}")
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
