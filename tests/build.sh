#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tests the rules of the build: what compiles an object again, the message for a missing library,
# the texts of settings for another machine, and how to run one test.
set -u
folder=build/tmp/build-rules
object=$folder/src/base/b64.o
rm -rf "$folder"
mkdir -p build/tmp
failed=0

# verdict SENTENCE: prints the result, which is the status of the last command.
verdict() {
	if [ $? -eq 0 ]; then
		echo "ok build: $1"
	else
		echo "not ok build: $1"
		failed=1
	fi
}

# compiles OPTION...: succeeds if make compiles the object, fails if the object is up to date.
compiles() {
	${MAKE:-make} --no-print-directory B="$folder" "$@" "$object" 2>&1 | grep -q "CC .*$object"
}

compiles && ! compiles
verdict "an object is compiled once"
compiles VERSION=9.9.9
verdict "another version compiles it again"
compiles VERSION=9.9.9 CFLAGS=-O0
verdict "other options compile it again"

out=$(${MAKE:-make} --no-print-directory B="$folder" PKG_CONFIG=false programs 2>&1)
[ $? -ne 0 ] && echo "$out" | grep -q '^missing libraries: json-c gnutls lmdb .* (make deps' &&
	! echo "$out" | grep -q 'CC '
verdict "missing libraries are named in one line, and nothing is compiled"

# The texts need neither the compiler nor the libraries of the machine that will run usherd.
${MAKE:-make} --no-print-directory B="$folder" CC=false PKG_CONFIG=false manuals sample &&
	[ ! -e "$folder/usherd" ] && grep -q '^\.It Ic workers ' "$folder/usher.conf.5" &&
	build/gcc/usherd --sample | cmp - "$folder/usher.conf.sample" &&
	build/gcc/usherd --manual >"$folder/manual" &&
	"$folder/settings-text" --manual | cmp - "$folder/manual"
verdict "usher.conf(5) and the sample are made without running usherd"

one="without a policy nothing is permitted"
build/gcc/unit/model "$one" 2>/dev/null | grep -q '^1 passed, 0 failed$'
verdict "a unit test runs alone"
build/gcc/unit/model -l | grep -q ": $one"
verdict "the unit tests are listed"
build/gcc/unit/model "no such test" >/dev/null 2>&1
[ $? -eq 1 ]
verdict "a pattern that matches nothing fails"
rm -rf "$folder"
exit $failed
