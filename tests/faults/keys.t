#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon is away: stopped, killed, started again and killed once more. Keys are answered all the while; from key to
# frame is measured on a pseudo terminal and printed. No key waits for the daemon: that would take it seconds.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
pool_start
for guest in a b c d e f g h; do DISK_SIZE=1M guest_define $guest vda; done   # the cursor goes five rows down, and up again
if [ "${FAULTS:-}" = all ]; then away_seconds=15; else away_seconds=6; fi

# away NAME COMMAND...: the command takes the daemon away for nearly all the time.
away() {
    away_name=$1
    shift
    rm -f "$TMPDIR/keys"
    until virsh list --all >/dev/null 2>&1; do sleep 0.05; done
    "$BUILD/tests/load/keys" $((away_seconds + 2)) "$VIRT_SNAP" -c "$LAB_URI" >"$TMPDIR/keys" 2>&1 &
    keys=$!
    until grep -qs '^ready' "$TMPDIR/keys" || ! kill -0 $keys 2>/dev/null; do sleep 0.05; done
    "$@"
    wait $keys
    ok $? "$away_name: each key was answered" || diag "$(cat "$TMPDIR/keys")"
    diag "$away_name: $(grep 'from key to frame' "$TMPDIR/keys")"
    most=$(sed -n 's/.* p99 \([0-9]*\)\..*/\1/p' "$TMPDIR/keys")
    [ "${most:-9999}" -lt 1000 ]
    ok $? "$away_name: none waited for the daemon"
}

killed() {
    "$lab" down "$LAB" KILL
    sleep $((away_seconds - 2))
    "$lab" up "$LAB"
}

killed_twice() {
    "$lab" down "$LAB" KILL && "$lab" up "$LAB" && sleep 2 && killed
}

away "daemon stopped" "$lab" stall "$LAB" "$away_seconds"
away "daemon killed" killed
away "daemon killed twice" killed_twice

done_testing
