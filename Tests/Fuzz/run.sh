#!/bin/sh
# Gives random bytes to every target for FUZZ_SECONDS each, or to those that are named. What makes
# one crash is kept in .scratch/fuzz/TARGET, with all that was found interesting on the way.
set -eu
seconds=${FUZZ_SECONDS:-60}
S4L_FUZZ=1
# What prints the stack would keep the crash from being kept.
SWIFT_BACKTRACE=enable=no
export S4L_FUZZ SWIFT_BACKTRACE

[ $# -gt 0 ] || set -- $(cd Tests/Fuzz && ls -d */ | tr -d /)
for name in "$@"; do
  ${SWIFT:-swift} build -c release --sanitize=fuzzer --scratch-path .build/fuzz \
    --product "fuzz-$name"
  place=.scratch/fuzz/$name
  mkdir -p "$place/corpus"
  echo "fuzz-$name: $seconds seconds"
  .build/fuzz/release/fuzz-"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$place/" "$place/corpus"
done
