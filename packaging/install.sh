#!/bin/sh
# Copies preflight from this folder to where programs are, and can undo that.
# usage: ./install.sh [PREFIX]           default /usr/local
#        ./install.sh --undo [PREFIX]
#
# What it copied and which folders it made is in PREFIX/share/preflight/installed.
# A file that it did not copy is never replaced, nor removed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
undo=no
if [ "${1-}" = --undo ]; then
	undo=yes
	shift
fi
prefix=${1-/usr/local}
case $prefix in
/*) prefix=${prefix%/} ;;
*) prefix=$PWD/${prefix%/} ;;
esac
list=$prefix/share/preflight/installed

fail() {
	echo "install.sh: $1" >&2
	exit 1
}

# Removes what the list names: files, then folders that are empty by then, the
# innermost first. usage: remove LIST
remove() {
	sed -n 's/^file //p' "$1" | while IFS= read -r name; do
		rm -f "$prefix/$name"
	done
	folders=$(sed -n 's/^folder //p' "$1" | sed '1!G;h;$!d')
	rm -f "$1"
	printf '%s\n' "$folders" | while IFS= read -r name; do
		[ -z "$name" ] || rmdir "$name" 2>/dev/null || true
	done
}

# Makes a folder and those above it, and notes each. usage: folder PATH
folder() {
	[ ! -d "$1" ] || return 0
	folder "$(dirname "$1")"
	mkdir -m 755 "$1" 2>/dev/null || fail "$1: cannot be made (as root: sudo $0 $prefix)"
	made="$made
folder $1"
	[ ! -f "$list" ] || printf 'folder %s\n' "$1" >> "$list"
}

# A whole file, never half of one, also where the old one runs.
# usage: copy NAME
copy() {
	draft=$prefix/$1.new mode=644
	case $1 in bin/*) mode=755 ;; esac
	case $1 in
	*.service) edit="s,^ExecStart=.*/preflight ,ExecStart=$prefix/bin/preflight ," ;;
	*) edit= ;;
	esac
	if [ -n "$edit" ]; then
		sed "$edit" "$here/$1" > "$draft" || return 1
	else
		cat "$here/$1" > "$draft" || return 1
	fi
	chmod "$mode" "$draft" && mv "$draft" "$prefix/$1"
}

if [ "$undo" = yes ]; then
	[ -f "$list" ] || fail "$list: does not exist; nothing to undo below $prefix"
	[ -w "$list" ] || fail "$list: cannot be changed (as root: sudo $0 --undo $prefix)"
	remove "$list"
	echo "removed preflight from $prefix"
	exit 0
fi

names=$(cd "$here" && find bin lib share -type f | LC_ALL=C sort)
for name in $names; do
	[ ! -e "$prefix/$name" ] || grep -qxF "file $name" "$list" 2>/dev/null ||
		fail "$prefix/$name: exists, and install.sh did not copy it; remove it first, or choose another PREFIX"
done
made=
folder "${list%/*}"
# What an older release had and this one has not goes; its folders stay noted.
if [ -f "$list" ]; then
	made=$(sed -n '/^folder /p' "$list")
	sed -n 's/^file //p' "$list" | while IFS= read -r name; do
		[ -f "$here/$name" ] || rm -f "$prefix/$name"
	done
fi
if ! {
	printf '%s\n' "$made" | sed '/^$/d'
	printf '%s\n' "$names" | sed 's/^/file /'
} 2>/dev/null > "$list.new" || ! mv "$list.new" "$list"; then
	fail "$list: cannot be written (as root: sudo $0 $prefix)"
fi
for name in $names; do
	folder "$(dirname "$prefix/$name")"
	copy "$name" 2>/dev/null ||
		fail "$prefix/$name: cannot be written; $0 --undo $prefix removes what was copied"
done
"$prefix/bin/preflight" --version > /dev/null 2>&1 ||
	fail "$prefix/bin/preflight: does not start (a file system mounted noexec?); choose another PREFIX"
if ! setcap cap_net_raw+ep "$prefix/bin/preflight" 2>/dev/null; then
	echo "install.sh: no file capability was set; 'preflight doctor' says what this user may test"
fi
echo "copied preflight to $prefix; undo: $0 --undo $prefix"
