#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make check: runs all steps, even after one has failed. Each step writes build/logs/<step>.log, with a
# line "ok …" or "not ok …" for each test. At the end the lists of conformance and threats are
# compared with these lines (`make tables` writes the lists). The last line is the number of passed
# and failed tests. `make lint` runs at low priority while the tests run.
set -u
logs=build/logs
rm -rf "$logs"
mkdir -p "$logs"
broken=

# report NAME STATUS: a step that prints no passed test has failed, whatever its status.
report() {
	name=$1
	status=$2
	# Print each failed test and the lines below it: the assertion and its line.
	awk '/^not ok/ { n = 12 } /^ok / { n = 0 } n-- > 0' "$logs/$name.log"
	printf '  %s passed, %s failed\n' \
		"$(grep -c '^ok ' "$logs/$name.log")" "$(grep -c '^not ok' "$logs/$name.log")"
	if [ $status -ne 0 ] || ! grep -q '^ok ' "$logs/$name.log"; then
		broken="$broken $name"
		echo "  failed (status $status), see $logs/$name.log"
		grep -q '^not ok' "$logs/$name.log" || tail -n 25 "$logs/$name.log" | sed 's/^/  | /'
	fi
}

# step NAME COMMAND…: runs the command and reports it.
step() {
	name=$1
	shift
	printf '\n# %s\n' "$name"
	"$@" >"$logs/$name.log" 2>&1
	report "$name" $?
}

build() {
	"$MAKE" --no-print-directory -j2 V="$1" programs && echo "ok build/$1: it builds without a warning"
}

step build-gcc build gcc
step build-asan build asan
step build-clang build clang
nice -n 19 "$MAKE" --no-print-directory -j2 -Otarget -k lint >"$logs/lint.log" 2>&1 &
lint=$!
trap 'kill "$lint" 2>/dev/null' EXIT
trap 'exit 130' INT TERM
step house sh tests/house.sh
step unit-gcc "$MAKE" --no-print-directory -j2 -Otarget -k V=gcc unit
step build-rules sh tests/build.sh
step unit-asan "$MAKE" --no-print-directory -j2 -Otarget -k V=asan unit
step unit-clang "$MAKE" --no-print-directory -j2 -Otarget -k V=clang unit
step seeds "$MAKE" --no-print-directory -j2 V=asan fuzz-replay
step boundary "$MAKE" --no-print-directory V=asan boundary
step usherctl env USHER_BUILD=build/asan "$PYTHON" tests/admin/test_usherctl.py
step policy-schema "$PYTHON" tests/policy/schema.py
step jose-symbols sh tests/jose/symbols.sh
step documents sh tests/documents.sh
for front in nginx lighttpd apache; do
	modules=core
	[ $front = nginx ] && modules=
	step flows-$front "$PYTHON" tests/flows/run.py --build build/asan --front $front $modules
done
step clients env PYTHON="$PYTHON" USHER_BUILD=build/asan sh tests/clients/run.sh
step browser env PYTHON="$PYTHON" USHER_BUILD=build/asan sh tests/browser/run.sh
step demo "$PYTHON" tests/demo/test_demo.py
printf '\n# lint\n'
wait "$lint"
report lint $?

printf '\n# conformance\n'
"$PYTHON" tests/conformance.py --check "$logs"/*.log || broken="$broken conformance"

grep -h '^WARNING' "$logs"/*.log
passed=$(cat "$logs"/*.log | grep -c '^ok ')
failed=$(cat "$logs"/*.log | grep -c '^not ok')
if [ -n "$broken" ]; then
	printf '\nfailed:%s\n' "$broken"
	[ "$failed" -gt 0 ] || failed=1
fi
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ -z "$broken" ] && [ "$failed" = 0 ]
