# shellcheck shell=bash
# What both of the action's steps do when they cannot do their job: 2, as the program itself.

# What the runner undoes in a command's text.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    printf '%s' "${text//$'\n'/%0A}"
}

fail() {
    printf '::error title=djlint::%s\n' "$(escaped "$1")"
    exit 2
}
