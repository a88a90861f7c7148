#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# virt-snap is cut off in the middle of a merge that takes its time: libvirt goes on, and the next start waits for it.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/merge.sh"
. "$TOP/tests/lib/faults.sh"

# A running guest: s1 <- s2 <- NOW, with data above s1 that takes some seconds to be merged.
stage_merge() {
    unstage
    guest_define_big web 1G && virsh start web >/dev/null && guest_mark web vda 0x11 960M && take s1 --disk-only &&
        guest_fill web 768 0x22 && take s2 --disk-only &&
        guest_mark web vda 0x33 900M || return 1
    was=$(states web) was_now=$(now_hash web) given_up=s1
    vs plan delete web s1 --json >"$TMPDIR/plan.json" && merge_slowly web 60
}

# Begins the merge, and catches it while it runs: a quick disk may be done before QEMU is told to take its time.
begin() {
    for begin_try in 1 2 3 4; do
        stage_merge || diag "not staged, try $begin_try"
        "$VIRT_SNAP" -c "$LAB_URI" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
        apply=$!
        until merging web || ! kill -0 "$apply" 2>/dev/null; do sleep 0.02; done
        ! merging web || break
        wait "$apply"
    done
    merging web
    ok $? "$1: a merge runs" || diag "$(cat "$TMPDIR/apply.log")"
}

merged() {
    is "$(snapshots web)" "s2" "$1: the snapshot is merged"
    is "$(now_hash web)" "$was_now" "$1: NOW is as it was"
    is "$(damaged)" "" "$1: no other snapshot is damaged"
    like "$(vs check web)" ' 0 problems' "$1: nothing is wrong with the guest"
}

# ---- cut off -------------------------------------------------------------------------------------

begin "kill -9"
kill -9 "$apply"
wait "$apply" 2>/dev/null
id=$(job_id)
is "$(job_kind "$id")" busy "libvirt goes on, and that is seen"
fails 3 "there is nothing to take back meanwhile" vs jobs undo "$id" --yes
succeeds "resume waits for its end" vs jobs resume "$id" --yes
merged "kill -9"
no_job "kill -9"
count_fault "kill -9" "merge-running: in the middle of the merge" "busy, resume"

done_testing
