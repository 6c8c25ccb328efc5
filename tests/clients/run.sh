#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tests with clients of other projects: npm packages, a stock Apache, and plain Python. `npm ci`
# fetches the packages of package-lock.json into build/clients and checks their hashes; it runs none
# of their scripts. Without Node 20, or without the packages, only the other tests run. To create
# the lock file again, without registry addresses:
#
#     npm install --package-lock-only --omit-lockfile-registry-resolved
set -u
cd "$(dirname "$0")/../.." || exit 1
here=tests/clients
there=build/clients

export npm_config_cache="$PWD/$there/cache" npm_config_update_notifier=false

# fetch: prints why there are no packages, or nothing.
fetch() {
	found=$(node --version 2>/dev/null || echo none)
	major=${found#v}
	major=${major%%.*}
	case $major in
	'' | *[!0-9]*) major=0 ;;
	esac
	if [ "$major" -lt 20 ]; then
		echo "Node 20 or newer runs them (found $found)"
		return
	fi
	cmp -s $there/package-lock.json $there/node_modules/.fetched && return
	(cd $there && npm ci --ignore-scripts --no-audit --no-fund) >$there/npm.log 2>&1 &&
		cp $there/package-lock.json $there/node_modules/.fetched && return
	echo "npm ci fetches them (see $there/npm.log)"
}

mkdir -p $there
rm -f $there/*.mjs
cp $here/package.json $here/package-lock.json $here/*.mjs $there/
lacking=$(fetch)
if [ -z "$lacking" ]; then
	set -- --node $there
else
	set -- --without-node "$lacking"
fi
exec "${PYTHON:-/usr/bin/python3}" $here/clients_fixture.py --build "${USHER_BUILD:-build/asan}" "$@"
