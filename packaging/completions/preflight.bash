# Bash completion for preflight: commands, options and names, as the program
# itself lists them.

_preflight_options() {
	preflight "$1" --help 2>/dev/null |
		sed -n 's/^  \(-\([[:alnum:]]\),\|   \) \(--[[:alnum:]-]*\).*/\3/p'
}

_preflight() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words=

	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$(preflight --help | sed -n 's/^  \([a-z]*\)  .*/\1/p') --help --version"
	elif [ "${word#-}" != "$word" ]; then
		words=$(_preflight_options "$command")
	elif [ "$before" = --format ]; then
		words=$(preflight list formats | sed 's/ .*//')
	elif [ "$before" = --dialect ]; then
		words=$(preflight rules --help |
			sed -n '/^dialects:/,/^$/ { s/^dialects://; p }')
	elif [ "$before" = --color ]; then
		words="auto always never"
	else
		case $command in
		init | run | plan | rules) words=$(preflight list profiles | sed 's/ .*//') ;;
		check) [ "$COMP_CWORD" -gt 2 ] ||
			words=$(preflight list checks | sed -n 's/^\([a-z][^ ]*\).*/\1/p') ;;
		list) words="profiles requirements checks formats findings" ;;
		schema) words="comparison error merge report" ;;
		explain) words=$(preflight list findings | sed 's/ .*//') ;;
		help) words=$(preflight --help | sed -n 's/^  \([a-z]*\)  .*/\1/p') ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _preflight preflight
