# Bash completion for preflight: the program itself says what can be completed.

_preflight() {
	local line=${COMP_LINE:0:COMP_POINT} words=() piece='' head reply i

	# Bash splits words at = and :, the program reads them whole.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		piece=${COMP_WORDS[i]}
		if [[ $i -eq 0 || $line == [[:blank:]]* ]]; then
			line=${line#"${line%%[![:blank:]]*}"}
			words+=("")
		fi
		[[ $i -lt $COMP_CWORD ]] || piece=$line
		words[-1]+=$piece
		line=${line#"$piece"}
	done
	# Bash puts a reply behind what it split off.
	[[ $piece != [=:] ]] || piece=''
	head=${words[-1]%"$piece"}
	COMPREPLY=()
	while IFS=$'\t' read -r reply _; do
		if [[ $reply == :files* ]]; then
			compopt -o default
		else
			COMPREPLY+=("${reply#"$head"}")
		fi
	done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
	[[ ${COMPREPLY[*]} != *[=:/] ]] || compopt -o nospace
}

complete -F _preflight preflight
