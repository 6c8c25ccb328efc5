#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tests of the pages in Debian's Chromium, without scripts, and with axe-core from npm (tests/npm.sh).
# run.sh [module…] runs some of the tests; pictures of all pages are in build/shots.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${USHER_BUILD:-build/asan}
"${MAKE:-make}" --no-print-directory -j2 V="${build#build/}" "$build/tests/print_page" || exit 1
lacking=$(sh tests/npm.sh tests/browser build/browser)
exec "${PYTHON:-/usr/bin/python3}" tests/browser/run.py --build "$build" --without-axe "$lacking" "$@"
