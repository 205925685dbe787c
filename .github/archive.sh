#!/usr/bin/env bash
# Packs what a release brings for a target: archive.sh TARGET PROGRAMS OUT, where PROGRAMS is
# the directory that they were built in.
#
# bash 3.2, as macOS has it.
set -euo pipefail

target=$1 programs=$2 out=$3
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
suffix=
if [[ $target == *-windows-* ]]; then
    suffix=.exe
fi
archive=djlint-check-v$version-$target.tar.gz
mkdir -p "$out"
# As the wheel: the name that no other linter has, and nothing else.
tar -czf "$out/$archive" LICENSE -C "$programs" "djlint-check$suffix"
printf '%s\n' "$out/$archive"
