#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh build|run|check|bench: installs the missing Debian packages for this purpose and prints
# their names. On a system without dpkg it only prints the names of all of them.
set -eu

build="gcc make pkg-config libfcgi-dev libjson-c-dev libgnutls28-dev liblmdb-dev libsodium-dev
	libconfuse-dev liburiparser-dev gettext"
run="$build python3 python3-cryptography curl"
check="$run libcunit1-dev clang clang-format clang-tidy cppcheck libclang-rt-dev llvm
	nginx-light lighttpd lighttpd-mod-magnet apache2
	libapache2-mod-auth-openidc python3-jsonschema python3-yaml gcovr mandoc libfcgi-bin procps
	chromium"
bench="$build python3 nginx-light procps"

case ${1-} in
build) wanted=$build ;;
run)   case ${FRONT:-nginx} in
       nginx|lighttpd) ;;
       *) echo "FRONT must be nginx or lighttpd, not “$FRONT”" >&2; exit 64 ;;
       esac
       wanted="$run $([ "${FRONT:-nginx}" = lighttpd ] && echo lighttpd || echo nginx-light)" ;;
check) wanted=$check ;;
bench) wanted=$bench ;;
*)     echo "usage: deps.sh build|run|check|bench" >&2; exit 64 ;;
esac

# Debian's Node is installed only if there is no other one.
if [ "$1" = check ] && ! command -v node >/dev/null; then
	wanted="$wanted nodejs npm"
fi

if ! command -v dpkg-query >/dev/null; then
	echo "this system has no dpkg; install its equivalents of these Debian packages:" $wanted
	exit 0
fi

missing=
for package in $wanted; do
	# Any nginx replaces nginx-light.
	[ "$package" = nginx-light ] && command -v nginx >/dev/null && continue
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# RUNLEVEL=1: the packages of web servers must not start them.
$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
