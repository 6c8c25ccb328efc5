#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tests with clients of other projects: npm packages, a stock Apache, and plain Python. Without Node
# 20, or without the packages (tests/npm.sh), only the other tests run.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=tests/clients
there=build/clients

mkdir -p $there
rm -f $there/*.mjs
cp $here/*.mjs $there/
lacking=$(sh tests/npm.sh $here $there)
if [ -z "$lacking" ]; then
	set -- --node $there
else
	set -- --without-node "$lacking"
fi
exec "${PYTHON:-/usr/bin/python3}" $here/clients_fixture.py --build "${USHER_BUILD:-build/asan}" "$@"
