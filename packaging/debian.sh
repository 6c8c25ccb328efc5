#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# debian.sh SUITE [MIRROR]: runs .ci/run in a new installation of Debian SUITE (trixie is Debian 13)
# in a directory of this machine. It needs root and debootstrap. The default MIRROR is that of this
# machine's apt, or deb.debian.org.
#
# The script checks the last commit, not the files of the working tree. It keeps the installation in
# build/debian/SUITE for the next run; remove it with rm -rf.
set -eu
self=$(realpath "$0")
cd "$(dirname "$self")/.."

[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: debian.sh SUITE [MIRROR]" >&2; exit 64; }
[ "$(id -u)" = 0 ] || { echo "debian.sh needs root, for chroot and mount" >&2; exit 77; }
command -v debootstrap >/dev/null || { echo "debian.sh needs the package debootstrap" >&2; exit 69; }

suite=$1
mirror=${2:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
	2>/dev/null | sed -n '/security/!{ p; q; }')}
mirror=${mirror:-http://deb.debian.org/debian}
root=$PWD/build/debian/$suite

# A separate mount namespace: nothing stays mounted, so rm -rf removes only the installation.
if [ "${USHER_DEBIAN_UNSHARED-}" = "" ]; then
	USHER_DEBIAN_UNSHARED=1 exec unshare --mount --pid --fork --kill-child "$self" "$suite" "$mirror"
fi

if [ ! -e "$root/.complete" ]; then
	rm -rf "$root"
	mkdir -p "$root"
	debootstrap --variant=minbase --include=ca-certificates,gcc,git,make "$suite" "$root" "$mirror"
	touch "$root/.complete"
fi

# Use the name resolution and certificates of this machine: its network may have a proxy.
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
	[ ! -e "$file" ] || cp -L "$file" "$root$file"
done
rm -rf "$root/usher"
git clone --quiet --no-hardlinks . "$root/usher"

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t sysfs -o ro sysfs "$root/sys"
chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
	${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
	/usher/.ci/run
