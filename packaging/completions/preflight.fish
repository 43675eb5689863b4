# Fish completion for preflight: the program itself says what can be completed.

function __preflight_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in (command $program __complete $words "$word" 2>/dev/null)
        if string match -q ':files *' -- $line
            set -l prefix (string sub -s 8 -- $line)
            set -l rest (string sub -s (math 1 + (string length -- "$prefix")) -- "$word")
            for path in (__fish_complete_path "$rest")
                echo "$prefix$path"
            end
        else
            echo $line
        end
    end
end

complete -c preflight -f -a '(__preflight_complete)'
