#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Checks rules that a compiler does not know: includes go down only, each library is used in one
# place, banned functions are not called, every file names its licence.
set -u

rooms="base store jose http pages policy model web uma oauth people server process usherd admin"
level() {
	n=0
	for r in $rooms; do
		n=$((n + 1))
		[ "$r" = "$1" ] && echo $n
	done
}

# verdict SENTENCE FAULTS: prints the result; the test passes if FAULTS is empty.
verdict() {
	if [ -z "$2" ]; then
		echo "ok house: $1"
	else
		echo "not ok house: $1"
		echo "$2" | sed 's/^/    /'
		failed=1
	fi
}
failed=0

up=$(for r in $rooms; do
	mine=$(level "$r")
	grep -Hno '#include "[a-z]*/' src/"$r"/*.[ch] include/"$r"/*.h 2>/dev/null |
	while IFS= read -r hit; do
		other=$(level "$(echo "$hit" | sed 's/.*"\([a-z]*\)\/$/\1/')")
		[ -n "$other" ] && [ "$other" -gt "$mine" ] && echo "$hit"
	done
done)
verdict "includes go down only" "$up"

sideways=$(grep -Hn '#include "\(jose\|http\)/' src/store/*.[ch] include/store/*.h
	grep -Hn '#include "\(store\|http\)/' src/jose/*.[ch] include/jose/*.h
	grep -Hn '#include "\(store\|jose\)/' src/http/*.[ch] include/http/*.h)
verdict "store, jose and http do not include one another" "$sideways"
verdict "model, policy and admin include no header of http" \
	"$(grep -Hn '#include "http/' src/model/*.[ch] src/policy/*.[ch] src/admin/*.[ch] \
		include/model/*.h include/policy/*.h include/admin/*.h)"

service=$(grep -Hn '#include "\(server\|model\|uma\|oauth\|web\|policy\|jose\|store\)/' \
	src/process/*.[ch] include/process/*.h)
verdict "the processes use a service only by process/service.h" "$service"

# included_outside HEADER PLACES: the files outside PLACES that include HEADER.
included_outside() {
	grep -ln "$1" -r src include | grep -v "$2"
}
verdict "LMDB is used in store/ only" "$(included_outside 'lmdb\.h>' '^src/store/')"
verdict "GnuTLS is used in jose/pubkey.c, server/version.c and base/unicode.c only" \
	"$(included_outside 'gnutls/.*\.h>' \
	'^src/jose/pubkey\.c\|^src/server/version\.c\|^src/base/unicode\.c')"
verdict "libfcgi is used in http/ only" "$(included_outside 'fcgi.*\.h>' '^src/http/\|^include/http/')"
verdict "libconfuse is used in base/config.c only" \
	"$(included_outside 'confuse\.h>' '^src/base/config\.c')"
verdict "liburiparser is used in base/uri.c only" \
	"$(included_outside 'uriparser/' '^src/base/uri\.c')"

banned=$(grep -nE '\b(strcpy|strcat|sprintf|gets|strtok|atoi|atol|system|popen|regcomp|setjmp|alloca)\(' \
	-r src include)
verdict "no banned function is called [T-P10]" "$banned"
verdict "the code has no legacy grant [T-C08]" \
	"$(grep -nE '"(password|implicit)"' -r src/oauth src/uma)"
verdict "secrets are compared by crypto_equal [T-J08]" \
	"$(grep -nE '(memcmp|strcmp|bytes_equal|text_equal)\(.*(secret|password|hash)' -r src/model src/web src/oauth)"

# A header whose functions are in a file of another name, or in several, names the files.
nameless=$(for header in include/*/*.h; do
	room=$(basename "$(dirname "$header")")
	[ -e "src/$room/$(basename "$header" .h).c" ] && continue
	grep -qE '^[a-z].*\(.*;$|^[a-z].*\([^)]*,$' "$header" || continue
	for file in $(grep -oE '[a-z_]+\.c\b' "$header" | sort -u); do
		[ -e "src/$room/$file" ] && continue 2
	done
	echo "$header"
done)
verdict "a header is implemented by the file of its name, or names the files" "$nameless"

# Finds function definitions: the return type is on a line of its own, and the next line begins with
# the name. Each line of the result is "FILE NAME static" or "FILE NAME public".
functions=$(find src tests -name '*.c' | xargs awk '
	/^[a-z_][a-z_0-9]*\(/ && before ~ /^[a-z].*[a-z0-9_*]$/ {
		name = $0
		sub(/\(.*/, "", name)
		print FILENAME, name, before ~ /^static / ? "static" : "public"
	}
	{ before = $0 }')
verdict "a function's name has at least two words" \
	"$(echo "$functions" | awk '$2 !~ /_/ && $2 != "main"')"
# Room usherd has modules that begin with its name.
verdict "a static function of src/ begins with the first word of its file's name" \
	"$(echo "$functions" | awk '$3 == "static" && $1 ~ /^src/ {
		n = split($1, path, "/")
		word = path[n]
		sub(/[_.].*/, "", word)
		if (path[n-1] == "usherd" && index($2, "usherd_") == 1)
			word = "usherd"
		if (index($2, word "_") != 1 && index($2, word "s_") != 1)
			print
	}')"
verdict "no static function's name is used more than twice" \
	"$(echo "$functions" | awk '$3 == "static" { print $2 }' | sort | uniq -c | awk '$1 > 2')"

verdict "every file names its licence" \
	"$(find src include tests -name '*.[ch]' | xargs grep -L 'SPDX-License-Identifier: Apache-2.0')"
verdict "lines of C have at most 100 columns" \
	"$(find src include -name '*.[ch]' | while read -r f; do
		expand -t8 "$f" | LC_ALL=C.UTF-8 grep -nE '^.{101,}' | sed "s#^#$f:#"; done)"
exit $failed
