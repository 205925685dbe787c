#!/usr/bin/env bash
# Prints what CHANGELOG.md says of a release: notes.sh v0.1.0.
set -euo pipefail

version=${1#v}
notes=$(awk -v heading="## $version" '
    /^## / { inside = ($0 == heading || index($0, heading " ") == 1); next }
    inside
' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
    printf 'CHANGELOG.md says nothing of %s\n' "$version" >&2
    exit 1
fi
printf '%s\n' "$notes"
