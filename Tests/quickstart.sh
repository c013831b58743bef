#!/bin/sh
# Mirrors a folder, changes it, mirrors it again and cleans up, each step before your eyes.
#
# usage: Tests/quickstart.sh BIN
set -eu
PATH=$(cd "$1" && pwd):$PATH
place=$(mktemp -d /tmp/s4l-quickstart-XXXXXX)
trap 'rm -rf "$place"' EXIT
XDG_STATE_HOME=$place/state
export PATH XDG_STATE_HOME
cd "$place"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
run() { printf '$ %s\n' "$1"; sh -c "$1"; }

mkdir -p photos/2023 photos/2024 backup
echo 'a sunrise' >photos/2023/sunrise.jpg
echo 'a harbour' >photos/2024/harbour.jpg
echo 'a mistake' >photos/2024/blurred.jpg

say 'A folder, listed: one record a file, between a head and a tail.'
run 's4l scan photos'

say 'What would have to be done to have it in backup too? Nothing is changed yet.'
run 's4l scan photos | s4l diff backup'

say 'Do it: list, compare, copy.'
run 's4l scan photos | s4l diff backup | s4l put backup'

say 'Change the folder: one file more, one different, one gone.'
run 'echo "a forest" >photos/2024/forest.jpg'
run 'echo "a harbour at night" >photos/2024/harbour.jpg'
run 'rm photos/2024/blurred.jpg'

say 'Mirror again, and clean away what is gone: the same pipe with one tool more.'
run 's4l scan photos | s4l diff --delete backup | s4l put backup | s4l clean backup'

say 'Both are the same now.'
run 'diff -r photos backup && find backup -type f'

say 'The whole pipe as one command; there is nothing left to do.'
run 's4l push --delete photos backup'

say 'More: s4l help, and man -l man/man7/s4l.7. To install: make install.'
