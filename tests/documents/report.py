# SPDX-License-Identifier: Apache-2.0
"""Prints one line for each sentence: "ok documents: …" or "not ok documents: …" and the reasons."""
import sys

_failed = False


def verdict(sentence, faults):
    global _failed
    faults = [str(one) for one in faults]
    print("%s documents: %s" % ("not ok" if faults else "ok", sentence))
    for fault in faults[:20]:
        print("#   " + fault.replace("\n", " ")[:300])
    if len(faults) > 20:
        print("#   and %d more" % (len(faults) - 20))
    _failed = _failed or bool(faults)
    sys.stdout.flush()


def exit_code():
    return 1 if _failed else 0
