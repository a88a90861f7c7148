#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every parser under libFuzzer for FUZZ_SECONDS (10), starting from the XML and JSON in
# tests/data and from tests/fuzz/seeds/NAME. An input that crashes, hangs or eats memory is kept in build/fuzz/found/NAME;
# put it into the seeds together with the correction.

. "${TOP:-.}/tests/lib/tap.sh"
cd "$TOP" || exit 1

fuzz=$(dirname "$BUILD")/fuzz
shopt -s nullglob globstar
harnesses=(tests/fuzz/fuzz_*.c)
[ ${#harnesses[@]} -gt 0 ] || skip_all "no harness yet"

plan ${#harnesses[@]}
for source in "${harnesses[@]}"; do
    name=$(basename "$source" .c)
    name=${name#fuzz_}
    corpus=$TMPDIR/$name found=$fuzz/found/$name
    mkdir -p "$corpus" "$found"
    # libFuzzer reads folders flat and writes what it finds into the first one.
    seeds=(tests/data/**/*.xml tests/data/**/*.json tests/fuzz/seeds/"$name"/*)
    for i in "${!seeds[@]}"; do
        [ ! -f "${seeds[i]}" ] || cp "${seeds[i]}" "$corpus/seed-$i"
    done
    options=(-max_total_time="${FUZZ_SECONDS:-10}" -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=512
        -max_len=65536 -artifact_prefix="$found/" -print_final_stats=1)
    [ ! -e "tests/fuzz/$name.dict" ] || options+=(-dict="tests/fuzz/$name.dict")
    "$fuzz/tests/fuzz/fuzz_$name" "${options[@]}" "$corpus" >"$TMPDIR/log" 2>&1
    ok $? "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$TMPDIR/log") inputs" || {
        diag "$(tail -n 40 "$TMPDIR/log")"
        diag "reproduce: $fuzz/tests/fuzz/fuzz_$name $found/..."
    }
done
[ "$tap_failed" = 0 ]
