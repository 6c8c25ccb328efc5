#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make cover: line coverage of src/ by the unit tests, the tests of the boundary and the flows together.
# It fails below 90 % for src/ and below 95 % for policy, uma and store.
set -eu
make=$1
python=$2
find build/cov -name '*.gcda' -delete 2>/dev/null || true
"$make" --no-print-directory V=cov build/cov/tests/cov.o >/dev/null
"$make" --no-print-directory -j2 V=cov programs >/dev/null
"$make" --no-print-directory V=cov unit boundary >build/cov/tests.log 2>&1 || tail -n 5 build/cov/tests.log
USHER_BUILD=build/cov "$python" tests/admin/test_usherctl.py >>build/cov/tests.log 2>&1 || true
"$python" tests/flows/run.py --build build/cov >>build/cov/tests.log 2>&1 || true

gcovr --root . --object-directory build/cov --filter 'src/' --txt build/cov/coverage.txt \
	--csv build/cov/coverage.csv --gcov-ignore-parse-errors build/cov
awk -F, 'NR > 1 { split($1, part, "/"); room = part[3] == "" ? "main" : part[2];
		total[room] += $2; hit[room] += $3; all += $2; got += $3 }
	END {
		least["policy"] = least["uma"] = least["store"] = 95
		for (room in total) {
			percent = 100 * hit[room] / total[room]
			bad = percent < least[room]
			failed += bad
			printf "%-10s %5.1f %%%s\n", room, percent, bad ? "  below 95" : ""
		}
		percent = 100 * got / all
		printf "%-10s %5.1f %%%s\n", "src", percent, percent < 90 ? "  below 90" : ""
		exit failed > 0 || percent < 90
	}' build/cov/coverage.csv
