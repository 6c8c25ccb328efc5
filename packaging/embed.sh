#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# embed.sh FILE…: prints C source with the bytes of the files, for src/pages/pages.c. The name of an
# asset is the file's path below src/pages/, or for a catalogue its file name.
set -eu

echo '/* Written by packaging/embed.sh. */'
echo '#include "src/pages/assets.h"'
n=0
for file; do
	printf '\nstatic const unsigned char asset_%d[] = {\n' "$n"
	od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	printf '0x00 };\n'
	n=$((n + 1))
done
printf '\nconst struct asset assets[] = {\n'
n=0
for file; do
	case $file in
	src/pages/*) name=${file#src/pages/} ;;
	*) name=${file##*/} ;;
	esac
	printf '\t{ "%s", asset_%d, sizeof asset_%d - 1 },\n' "$name" "$n" "$n"
	n=$((n + 1))
done
printf '};\nconst size_t assets_n = %d;\n' "$n"
