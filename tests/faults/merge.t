#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# virt-snap is cut off in the middle of a merge that takes its time: libvirt goes on, and the next start waits for it.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"

merged() {
    is "$(snapshots web)" "s2" "$1: the snapshot is merged"
    is "$(now_hash web)" "$was_now" "$1: NOW is as it was"
    is "$(damaged)" "" "$1: no other snapshot is damaged"
    like "$(vs check web)" ' 0 problems' "$1: nothing is wrong with the guest"
}

# ---- cut off -------------------------------------------------------------------------------------

begin_merge "kill -9" running 10
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
