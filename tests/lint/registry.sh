#!/bin/sh
# Prints the registries: registry.sh CHECK.c… -- FORMAT.c… -- DIALECT.c… -- RULE.c…
# and that of listen/, by itself: registry.sh recognisers RECOGNISER.c…
set -eu

# table TYPE ENTRY NAME…
table() {
	type=$1
	entry=$2
	shift 2
	for name; do
		echo "extern const struct $entry ${type}_$name;"
	done
	echo "const struct $entry *const ${type}_registry[] = {"
	for name; do
		printf '\t&%s_%s,\n' "$type" "$name"
	done
	printf '\tNULL,\n};\n'
}

if [ "$1" = recognisers ]; then
	shift
	echo '/* Generated from the files in listen/. */'
	echo '#include "listen/recogniser.h"'
	# shellcheck disable=SC2046 # a list of names without blanks
	table recogniser recogniser $(for name; do basename "$name" .c; done)
	exit
fi

echo '/* Generated from the files in checks/, report/formats/, report/diagnose/rules/, changes/dialects/. */'
echo '#include "core/engine/check.h"'
echo '#include "report/report.h"'
echo '#include "report/diagnose/findings.h"'
echo '#include "changes/dialect.h"'
for type in check format dialect; do
	names=''
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		name=${1##*/}
		names="$names ${name%.c}"
		shift
	done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086 # a list of names without blanks
	table "$type" "$type" $names
done
# A file of rules may define several findings.
# shellcheck disable=SC2046 # a list of names without blanks
table finding finding_entry $(
	sed -n 's/^const struct finding_entry finding_\([a-z0-9_]*\) = {$/\1/p' "$@" /dev/null | sort
)
