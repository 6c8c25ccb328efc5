#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# T-J06: the server signs with Ed25519 only, and decrypts nothing with a private key. The undefined
# symbols of the built rooms show it: tests/jose/symbols.sh [BUILD DIRECTORY]

folder=${1:-build/${V:-gcc}}
name="jose/symbols: the server signs by Ed25519 only [T-J06]"

# Private keys of GnuTLS and nettle, key agreement, and libsodium's public-key encryption.
private='gnutls_[a-z0-9_]*priv|nettle_(rsa|dsa|ecdsa|ecdh)_'
private="$private|crypto_box|crypto_scalarmult|crypto_kx"

if ! symbols=$(nm -u "$folder"/lib*.a 2>/dev/null); then
	echo "not ok $name"
	echo "    $folder has no libraries; build them first"
	exit 1
fi

found=$(echo "$symbols" | grep -oE "U ($private)[a-z0-9_]*" | sort -u)
# These symbols must exist, or the wrong files were searched.
for known in crypto_sign_detached gnutls_pubkey_verify_data2; do
	echo "$symbols" | grep -q "U $known\$" || found="$found no $known"
done

if [ -n "$found" ]; then
	echo "not ok $name"
	echo "    $found"
	exit 1
fi
echo "ok $name"
