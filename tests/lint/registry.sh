#!/bin/sh
# Prints the registries: registry.sh CHECK.c… -- FORMAT.c… -- DIALECT.c…
set -eu

# table TYPE FILE…
table() {
	type=$1
	shift
	for file; do
		name=${file##*/}
		echo "extern const struct $type ${type}_${name%.c};"
	done
	echo "const struct $type *const ${type}_registry[] = {"
	for file; do
		name=${file##*/}
		printf '\t&%s_%s,\n' "$type" "${name%.c}"
	done
	printf '\tNULL,\n};\n'
}

echo '/* Generated from the files in checks/, report/formats/, changes/dialects/. */'
echo '#include "core/engine/check.h"'
echo '#include "report/report.h"'
echo '#include "changes/dialect.h"'
for type in check format dialect; do
	files=''
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		files="$files $1"
		shift
	done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086 # a list of files without blanks
	table "$type" $files
done
