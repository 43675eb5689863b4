#!/bin/sh
# Prints the registries of checks and formats: registry.sh CHECK.c… -- FORMAT.c…
set -eu
checks=''
formats=''
list=checks
for file; do
	if [ "$file" = -- ]; then list=formats; continue; fi
	name=${file##*/}
	name=${name%.c}
	if [ "$list" = checks ]; then checks="$checks $name"; else formats="$formats $name"; fi
done
echo '/* Generated from the files in checks/ and report/formats/. */'
echo '#include "check.h"'
echo '#include "report.h"'
for n in $checks; do echo "extern const struct check check_$n;"; done
for n in $formats; do echo "extern const struct format format_$n;"; done
echo 'const struct check *const check_registry[] = {'
for n in $checks; do printf '\t&check_%s,\n' "$n"; done
printf '\tNULL,\n};\n'
echo 'const struct format *const format_registry[] = {'
for n in $formats; do printf '\t&format_%s,\n' "$n"; done
printf '\tNULL,\n};\n'
