#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh build|run|check: installs the Debian packages that are missing for it, and says which.
# Other systems: the names are below; nothing is done there but telling.
set -eu

build="gcc make pkg-config libfcgi-dev libjson-c-dev libgnutls28-dev liblmdb-dev libsodium-dev
	libconfuse-dev liburiparser-dev"
run="$build python3 python3-cryptography curl"
check="$run libcunit1-dev clang libclang-rt-dev llvm nginx-light lighttpd apache2
	libapache2-mod-auth-openidc python3-jsonschema python3-yaml gcovr mandoc libfcgi-bin procps"
bench="$build python3 nginx-light procps"

case ${1-} in
build) wanted=$build ;;
run)   case ${FRONT:-nginx} in
       nginx|lighttpd) ;;
       *) echo "FRONT is nginx or lighttpd, not “$FRONT”" >&2; exit 64 ;;
       esac
       wanted="$run $([ "${FRONT:-nginx}" = lighttpd ] && echo lighttpd || echo nginx-light)" ;;
check) wanted=$check ;;
bench) wanted=$bench ;;
*)     echo "usage: deps.sh build|run|check|bench" >&2; exit 64 ;;
esac

# Node may come from elsewhere; Debian's is taken only where there is none.
if [ "$1" = check ] && ! command -v node >/dev/null; then
	wanted="$wanted nodejs npm"
fi

if ! command -v dpkg-query >/dev/null; then
	echo "no dpkg here; these Debian packages, or your system's like them, are needed:" $wanted
	exit 0
fi

missing=
for package in $wanted; do
	# nginx-light stands for any nginx.
	[ "$package" = nginx-light ] && command -v nginx >/dev/null && continue
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# No front end shall start serving because its package came.
$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
