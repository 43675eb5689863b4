#compdef preflight
# Zsh completion for preflight: the program itself says what can be completed.

_preflight() {
	local line value
	local -a files words_whole words_open

	for line in "${(@f)$("${(Q)words[1]}" __complete \
		"${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
		value=${line%%$'\t'*}
		case $value in
		('') ;;
		(:files*) files=("${value#:files }") ;;
		(*[=:/]) words_open+=("${value//:/\\:}:${line#*$'\t'}") ;;
		(*) words_whole+=("${value//:/\\:}:${line#*$'\t'}") ;;
		esac
	done
	_describe preflight words_whole
	_describe preflight words_open -S ''
	if (( $#files )); then
		compset -P "${(b)files[1]}"
		_files
	fi
}

_preflight "$@"
