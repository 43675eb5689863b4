#!/bin/sh
# Installs the Debian packages that a list names, only those that are missing.
# usage: deps.sh [LIST...]   default: what building, testing and the lab need
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- "$here/packaging/packages-build.txt" \
	"$here/packaging/packages-test.txt" \
	"$here/packaging/packages-lab-dc.txt" "$here/packaging/packages-browser.txt" \
	"$here/tests/lab/packages.txt"
names=$(sed 's/#.*//' "$@" | sort -u)
missing=''
for name in $names; do
	dpkg-query -W -f '${Status}' "$name" 2>/dev/null |
		grep -q 'ok installed' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "preflight: these packages are missing:$missing" >&2
	echo "preflight: run 'sudo make deps'" >&2
	exit 1
fi
echo "  APT   $missing"
# The lab runs its own servers in namespaces; the packages must not start any
# on this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' > "$policy"
	chmod 755 "$policy"
	trap 'rm -f "$policy"' EXIT
	trap 'exit 130' INT TERM HUP
fi
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends $missing; } \
	> "$log" 2>&1; then
	tail -20 "$log" >&2
	rm -f "$log"
	exit 1
fi
rm -f "$log"
