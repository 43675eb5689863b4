#!/bin/sh
# Installs what tests take from npm below build/npm, only where it is missing.
# usage: npm.sh NAME@VERSION...
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$here/build/npm
for wanted in "$@"; do
	name=${wanted%@*}
	package=$folder/node_modules/$name/package.json
	if [ -f "$package" ] && grep -q "\"version\": \"${wanted##*@}\"" "$package"; then
		continue
	fi
	if ! command -v npm > /dev/null; then
		printf 'npm\n' > "$here/build/npm-package.txt"
		sh "$here/packaging/deps.sh" "$here/build/npm-package.txt"
	fi
	mkdir -p "$folder"
	echo "  NPM    $wanted"
	npm install --silent --no-save --no-package-lock --ignore-scripts \
		--no-audit --no-fund --prefix "$folder" "$wanted"
done
