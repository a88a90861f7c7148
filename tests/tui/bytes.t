#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is sent to the terminal, in bytes, stays within limits: a slow line is what virt-snap is for.

. "${TOP:-.}/tests/lib/tap.sh"

counts=$("$BUILD/tests/bench/screen" 2>&1)
ok $? "the bytes can be counted" || diag "$counts"

# at_most WHAT BYTES NAME
at_most() {
    bytes=$(printf '%s\n' "$counts" | sed -n "s/^$1 //p")
    [ "${bytes:-999999}" -le "$2" ]
    ok $? "$3: $bytes bytes, $2 at most"
}

at_most cursor 250 "the cursor moves one row in a full tree of 80x24"
at_most cursor-details 1500 "the details follow when it has rested"
at_most progress 60 "a running job's progress"
at_most clock 60 "its clock"
at_most idle 0 "nothing happens"
at_most same-look 0 "a look finds what was known"
at_most first 3000 "the first frame"

done_testing
