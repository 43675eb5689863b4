#!/bin/sh
# The version as C source: the release, and after it the commit where this is not
# the release itself. Outside a working copy there is only the release.
# usage: version.sh RELEASE [KEY.pub]    the releaser's public key is held, too
set -eu
release=$1
full=$release
if [ -e .git ] && commit=$(git describe --tags --match "v$release" --dirty --abbrev=12 2>/dev/null ||
	git describe --always --exclude '*' --dirty --abbrev=12 2>/dev/null); then
	case $commit in
	"v$release") ;;
	"v$release"-*) full="$release+${commit#"v$release"-}" ;;
	*) full="$release+g$commit" ;;
	esac
fi
echo '/* Made by packaging/version.sh. */'
echo '#include "cmd/cmd.h"'
echo "const char command_version[] = \"$full\";"
echo "const char command_release_key[] = \"$([ -z "${2:-}" ] || tail -1 "$2")\";"
