#!/usr/bin/env bash
# The action's second step: one run, told to the log as annotations, to a file as SARIF, and
# to the step's summary.
#
# bash 3.2, as macOS has it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=fail.sh
. "${BASH_SOURCE[0]%/*}/fail.sh"

within_workspace() {
    case $1 in
        [/\\]* | [A-Za-z]:*) printf '%s\n' "$1" ;;
        *) printf '%s\n' "$GITHUB_WORKSPACE/$1" ;;
    esac
}

own=$(mktemp -d "$RUNNER_TEMP/djlint.XXXXXX") || fail "nothing can be written to $RUNNER_TEMP"
sarif=$own/djlint-check.sarif
if [ -n "$INPUT_SARIF_FILE" ]; then
    sarif=$(within_workspace "$INPUT_SARIF_FILE")
fi
# A step's output is a line of a file.
[[ $sarif != *$'\n'* ]] || fail "sarif-file is one line"
cd "$(within_workspace "$INPUT_WORKING_DIRECTORY")" 2>/dev/null ||
    fail "working-directory: there is no directory $INPUT_WORKING_DIRECTORY in the workspace"

# Each finding is a line of the concise report, which is there to be counted.
arguments=(check --output-format github --report "sarif=$sarif" --report "concise=$own/findings")
option() {
    if [ -n "$2" ]; then
        arguments+=("$1=$2")
    fi
}
lines() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [ -n "$line" ]; then
            arguments+=("$line")
        fi
    done <<<"$1"
}
option --config "$INPUT_CONFIG"
option --select "$INPUT_SELECT"
option --ignore "$INPUT_IGNORE"
option --min-severity "$INPUT_MIN_SEVERITY"
option --fail-on "$INPUT_FAIL_ON"
lines "$INPUT_ARGUMENTS"
arguments+=(--)
lines "$INPUT_PATHS"

code=0
"$PROGRAM" "${arguments[@]}" 2>"$own/errors" || code=$?
# What the runner would take for a command, should a file be called like one.
sed -e 's/##\[/# #[/g' -e 's/^\([[:space:]]*\)::/\1: :/' "$own/errors" >&2

findings=
if [ -f "$own/findings" ]; then
    findings=$(wc -l <"$own/findings" | tr -d '[:blank:]')
fi
{
    printf 'findings=%s\n' "$findings"
    printf 'exit-code=%s\n' "$code"
    printf 'sarif-file=%s\n' "$sarif"
} >>"$GITHUB_OUTPUT"
if [ "$code" -gt 1 ]; then
    # Said as an annotation too: the log is folded.
    fail "the check could not be made: $(sed -e 's/^error: //' -e 1q "$own/errors")"
fi
exit "$code"
