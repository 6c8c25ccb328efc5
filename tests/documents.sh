#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Checks the documents: schemas, OpenAPI, manual pages and README must agree with one another, with
# the source and with a running server. USHER_BUILD is the directory of the programs (build/asan).
set -u
: "${PYTHON:=/usr/bin/python3}" "${MAKE:=make}" "${USHER_BUILD:=build/asan}"
export USHER_BUILD PYTHONDONTWRITEBYTECODE=1
mkdir -p build/tmp
scratch=$(mktemp -d build/tmp/documents-XXXXXX)
trap 'rm -rf "$scratch"' EXIT
failed=0

# verdict SENTENCE FAULTS: prints the result; the test passes if FAULTS is empty.
verdict() {
	if [ -z "$2" ]; then
		echo "ok documents: $1"
	else
		echo "not ok documents: $1"
		echo "$2" | sed 's/^/#   /'
		failed=1
	fi
}

"$MAKE" --no-print-directory V="${USHER_BUILD#build/}" manuals >"$scratch/manuals.log" 2>&1 ||
	cat "$scratch/manuals.log"
verdict "mandoc finds no fault in the manual pages" \
	"$(mandoc -Tlint -W warning packaging/man/*.8 "$USHER_BUILD/usher.conf.5" 2>&1)"
verdict "no document and no comment refers to files outside the project" "$(
	grep -n '/work/\|TODO\|FIXME' README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md \
		schema/* packaging/man/*
	grep -rInE '\(([d]esign|[p]erformance)' src include tests)"

# --- make install --------------------------------------------------------------------------

installed="
usr/sbin/usherd usr/sbin/usherctl etc/usher/usher.conf.sample
usr/share/man/man8/usherd.8 usr/share/man/man8/usherctl.8 usr/share/man/man5/usher.conf.5
usr/share/usher/schema/openapi.yaml usr/share/usher/schema/policy.schema.json
usr/share/usher/schema/profile.md usr/share/usher/schema/store.md
usr/share/usher/fcgi-conf/nginx/usher.conf usr/share/usher/fcgi-conf/nginx/usher_params
usr/share/usher/fcgi-conf/nginx/usher_upstream.conf
usr/share/usher/fcgi-conf/lighttpd/usher.conf usr/share/usher/fcgi-conf/apache/usher.conf
usr/lib/systemd/system/usherd.service usr/lib/systemd/system/usherd.socket"

install_all() {
	"$MAKE" --no-print-directory V="${USHER_BUILD#build/}" DESTDIR="$PWD/$scratch/root" \
		PREFIX=/usr UNITDIR=/usr/lib/systemd/system install >"$scratch/install.log" 2>&1 ||
		tail -n 5 "$scratch/install.log"
	for file in $installed; do
		[ -s "$scratch/root/$file" ] || echo "$file is missing"
	done
	grep -n '@[A-Z]*@' "$scratch"/root/usr/lib/systemd/system/*
}
verdict "make install installs all files below DESTDIR" "$(install_all 2>&1)"
install -m 600 "$scratch/root/etc/usher/usher.conf.sample" "$scratch/usher.conf"
# Without PREFIX the programs are in /usr/local, the settings are still in /etc/usher, and all
# installed files name these places.
install_local() {
	"$MAKE" --no-print-directory V="${USHER_BUILD#build/}" DESTDIR="$PWD/$scratch/local" \
		UNITDIR=/usr/local/lib/systemd/system install >"$scratch/install.log" 2>&1 ||
		tail -n 5 "$scratch/install.log"
	for file in usr/local/sbin/usherd etc/usher/usher.conf.sample; do
		[ -s "$scratch/local/$file" ] || echo "$file is missing"
	done
	units=$scratch/local/usr/local/lib/systemd/system
	grep -n ' -c ' "$units"/* | grep -v ' -c /etc/usher/usher\.conf$'
	grep -q '^ExecStart=/usr/local/sbin/usherd ' "$units/usherd.service" ||
		echo "the unit starts another usherd"
	grep -rnE '/usr/(share|sbin)/usher' "$scratch/local"
}
verdict "make install without PREFIX installs the settings where the programs expect them" \
	"$(install_local 2>&1)"
verdict "the installed sample of settings is valid" \
	"$("$USHER_BUILD/usherd" -t -c "$scratch/usher.conf" 2>&1 | grep -v 'no fault found\|note: listen = ')"

for part in schemas texts live; do
	"$PYTHON" "tests/documents/test_$part.py" || failed=1
done
exit $failed
