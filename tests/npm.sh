#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# npm.sh FROM TO: fetches the npm packages of FROM/package-lock.json into TO and checks their hashes;
# runs none of their scripts. Prints why there are no packages, or nothing. To create a lock file
# again, without registry addresses:
#
#     npm install --package-lock-only --omit-lockfile-registry-resolved
set -u
from=$1
to=$2
export npm_config_cache="$PWD/build/npm-cache" npm_config_update_notifier=false

found=$(node --version 2>/dev/null || echo none)
major=${found#v}
major=${major%%.*}
case $major in
'' | *[!0-9]*) major=0 ;;
esac
if [ "$major" -lt 20 ]; then
	echo "Node 20 or newer runs them (found $found)"
	exit
fi
mkdir -p "$to"
cp "$from/package.json" "$from/package-lock.json" "$to/"
cmp -s "$to/package-lock.json" "$to/node_modules/.fetched" && exit
(cd "$to" && npm ci --ignore-scripts --no-audit --no-fund) >"$to/npm.log" 2>&1 &&
	cp "$to/package-lock.json" "$to/node_modules/.fetched" && exit
echo "npm ci fetches them (see $to/npm.log)"
