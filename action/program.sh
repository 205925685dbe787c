#!/usr/bin/env bash
# The action's first step: a djlint-check that is here, that a release has, or that is built.
#
# bash 3.2, as macOS has it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=fail.sh
. "${BASH_SOURCE[0]%/*}/fail.sh"

is_here() {
    printf 'program=%s\n' "$1" >>"$GITHUB_OUTPUT"
}

target() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        *) return 1 ;;
    esac
}

# From its standard input: of a name with a backslash, as Windows has them, the sum is told
# in another form.
sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum
    else
        shasum -a 256
    fi | cut -d ' ' -f 1
}

get() {
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$2" "$1" ||
        fail "$1 cannot be downloaded"
}

download() {
    local version=$1 target archive releases expected
    target=$(target) || fail "no release is made for $RUNNER_OS on $RUNNER_ARCH"
    archive=djlint-check-v$version-$target.tar.gz
    releases=$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/v$version
    get "$releases/$archive" "$directory/$archive"
    get "$releases/SHA256SUMS" "$directory/SHA256SUMS"
    expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$directory/SHA256SUMS")
    if [ -z "$expected" ] || [ "$(sha256 <"$directory/$archive")" != "$expected" ]; then
        fail "$archive is not the file that its release's SHA256SUMS speaks of"
    fi
    # A relative name: tar takes the colon of C:\ for that of a host.
    (cd "$directory" && tar -xzf "$archive")
    is_here "$directory/djlint-check$suffix"
}

build() {
    command -v cargo >/dev/null ||
        fail "there is no release to download, and no cargo to build djlint-check with: install Rust, or say which version"
    # From here: a .cargo/config.toml or rust-toolchain.toml of the workspace is whoever's who
    # sent the pull request.
    cd "$GITHUB_ACTION_PATH"
    local built=$RUNNER_TEMP/djlint
    cargo install --locked --bin djlint-check --path . --root "$built" --target-dir "$built/target" ||
        fail "djlint-check cannot be built, see the log of this step"
    is_here "$built/bin/djlint-check$suffix"
}

suffix=
if [ "$RUNNER_OS" = Windows ]; then
    suffix=.exe
fi

if [ -n "$INPUT_PROGRAM" ]; then
    program=$(command -v "$INPUT_PROGRAM") || fail "there is no program $INPUT_PROGRAM"
    case $program in
        [/\\]* | [A-Za-z]:*) is_here "$program" ;;
        *) is_here "$PWD/$program" ;;
    esac
    exit
fi

version=${INPUT_VERSION#v}
if [ -z "$version" ] && [[ $ACTION_REF =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    version=${ACTION_REF#v}
fi
if [ -z "$version" ]; then
    build
    exit
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "version is a release such as 0.1.0"
[ -n "$ACTION_REPOSITORY" ] || fail "version is for an action that is used from its own repository"
directory=$(mktemp -d "$RUNNER_TEMP/djlint.XXXXXX")
download "$version"
