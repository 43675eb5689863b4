#!/bin/sh
# Files as C strings. usage: embed_text.sh HEADER NAME=FILE...
set -eu
echo '/* Made by packaging/embed_text.sh. */'
echo "#include \"$1\""
shift
for pair in "$@"; do
	printf 'const char %s[] =\n' "${pair%%=*}"
	# Each line a string; a question mark is escaped for the sake of trigraphs.
	sed -e 's/[\\"?]/\\&/g' -e 's/	/\\t/g' -e 's/^/"/' -e 's/$/\\n"/' "${pair#*=}"
	echo ';'
done
