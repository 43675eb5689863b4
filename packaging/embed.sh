#!/bin/sh
# The profiles as C source: what the program holds of them (built_in.h).
# usage: embed.sh PROFILE.yaml...
set -eu
echo '/* Made by packaging/embed.sh. */'
echo '#include "profiles/read/built_in.h"'
echo 'const struct built_in built_in_profiles[] = {'
for file in "$@"; do
	printf '{"%s",\n' "$(basename "$file" .yaml)"
	# Each line a string; a question mark is escaped for the sake of trigraphs.
	sed -e 's/[\\"?]/\\&/g' -e 's/	/\\t/g' -e 's/^/"/' -e 's/$/\\n"/' "$file"
	echo '},'
done
echo '{0, 0}};'
