#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several snapshots deleted or discarded as one plan: neighbours in a chain, of a guest that runs and of one that is
# off; branches; kinds of both sorts. Every other state and NOW are what they were.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start

remember() { held=$(states "$1") now=$(now_hash "$1"); }

# survive GUEST NAME GONE...: the states remembered, all but those that are gone, and NOW are as they were.
survive() {
    guest=$1 what=$2
    shift 2
    left=$held
    for gone in "$@"; do left=$(printf '%s\n' "$left" | grep -v "^$gone "); done
    is "$(survived "$guest" "$left")" "" "$what: every other snapshot is what it was"
    is "$(now_hash "$guest")" "$now" "$what: NOW is what it was"
    is "$(virsh snapshot-list "$guest" --name | grep -xF "$(printf '%s\n' "$@")" | xargs)" "" "$what: they are gone"
    sound "$guest"
}

chain() {   # GUEST NAME...: a snapshot of each name, something new before each
    guest=$1 n=1
    shift
    for name in "$@"; do
        guest_mark "$guest" vda 0x1$n ${n}M
        guest_mark "$guest" vdb 0x2$n ${n}M
        act create "$guest" "$name" --disk-only >/dev/null
        n=$((n + 1))
    done
    guest_mark "$guest" vda 0x3f 9M
}

# ---- a chain, the guest runs ----------------------------------------------------------------------

guest_define web vda vdb
virsh start web >/dev/null
chain web a b c d e

plan=$(vs plan delete web d b c)
like "$plan" '^Delete 3 snapshots of web: d, b and c' "the plan is about three"
is "$(printf '%s\n' "$plan" | grep -o 'after snapshot . down' | xargs)" \
    "after snapshot b down after snapshot c down after snapshot d down" "from the root up, so that each byte is copied once"
remember web
succeeds "delete three neighbours of a running guest" act delete web d b c
survive web "neighbours" b c d
is "$(snapshots web)" "a e" "the others are there"

fails 1 "one that is not there" vs plan delete web a nobody
like "$(vs plan delete web a nobody 2>&1)" 'nobody' "is named"
is "$(snapshots web)" "a e" "nothing was touched"

# ---- the same of a guest that is off --------------------------------------------------------------

chain web f g
virsh destroy web >/dev/null
remember web
if before 9.9.0; then
    is "$(vs plan delete web f e --json | grep -c '"start-paused"')" 1 "it is started once for both merges"
fi
succeeds "delete two of a guest that is off" act delete web f e
survive web "of a guest that is off" e f
is "$(virsh domstate web | xargs)" "shut off" "it is off again"

# ---- branches -------------------------------------------------------------------------------------

succeeds "revert to a, keeping NOW as k" act revert web a --keep-now=k
virsh start web >/dev/null
chain web h i
virsh destroy web >/dev/null
remember web
succeeds "delete one of each branch" act delete web g i
survive web "one of each branch" g i

remember web
fails 3 "NOW stands on one of them" vs plan discard web h k
like "$(vs plan discard web h k)" "plan discard web h k --lose-now" "the route names both"
succeeds "discard both branches, and NOW with them" act discard web h k --lose-now
is "$(survived web "$(printf '%s\n' "$held" | grep '^a ')")" "" "a is what it was"
is "$(snapshots web | xargs -n1 | grep -xE 'h|k' | xargs)" "" "both are gone"
sound web

# ---- inside images --------------------------------------------------------------------------------

guest_define box vda vdb
for name in one two three; do succeeds "create $name inside" act create box $name --kind internal; done
remember box
succeeds "delete two internal ones" act delete box three one
is "$(snapshots box)" "two" "one is left"
is "$(now_hash box)" "$now" "NOW is what it was"
sound box

done_testing
