#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a job that was cut off leaves besides half of its work, and what is told of it: `check` names it, the storage pool
# that was started for it goes when it is taken up, and the texts that were saved before it go with it or, by the
# settings, stay. A guest that was started paused for it is stopped, but not if somebody used it meanwhile;
# nor is what it wrote to new files taken away.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
DISK_SIZE=4M

# Where the daemon runs: there the images can be looked at without a storage pool.
vs() { in_lab "$VIRT_SNAP" -c qemu:///system "$@"; }
pools() { virsh pool-list --all --name | xargs; }
beside() { (cd "$(journal_folder)" && echo *.xml *.done) 2>/dev/null; }

# ---- a storage pool, and what check says -------------------------------------------------------------

stage revert
cut_apply "call 1"
is $? 137 "a revert is cut off after its first call"
id=$(job_id)
is "$(pools)" "$(pools | grep "^virt-snap-$id-")" "the pool that it had started is left, and bears the job's name"
[ -n "$(pools)" ]
ok $? "there is one"
fails 1 "check finds it" vs check web
like "$(vs check web)" 'A job was cut off after 0 of [0-9]+ steps: Revert web to snapshot s1\.' "and names it"
like "$(vs check web)" "virt-snap jobs show $id" "with what to ask next"
like "$(vs check web --json | tr -d ' \n')" "\"cut_off\":\\[\"$id\"\\]" "as JSON too"
succeeds "undo takes it back" vs jobs undo "$id" --yes
is "$(pools)" "" "the pool is gone"
like "$(vs check web)" ' 0 problems' "check has nothing to say any more"
no_job "a revert"

# ---- from the screen ---------------------------------------------------------------------------------

stage revert
cut_apply "call 1"
is $? 137 "once more"
tui_start 100x30 "$lab" exec "$LAB" "$VIRT_SNAP" -c qemu:///system web
sees '! Revert web to snapshot s1 was cut off' "the next start tells it"
sees '│! Revert web to snapshot s1 was cut' "and so does the guest's view"
press p
sees '\[>Close<\]  \[ Take it back \]' "p looks, and offers the way that costs nothing"
like "$(screen)" 'Finishing it would cost what NOW wrote since' "and names the other"
sleep 0.2   # dialogs ignore keys for 150 ms
press Tab
wait_for '\[>Take it back<\]'
press Enter
sees '^ Revert web to snapshot s1: done' "one of them is taken"
unlike "$(screen)" 'cut off after' "and nothing is told any more"
press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "quit"
went_back "from the screen"
rm -f "$(journal_folder)/recent"

# ---- texts ---------------------------------------------------------------------------------------------

mkdir -p "$HOME/.config/virt-snap"
printf '[general]\nkeep-xml = yes\n' >"$HOME/.config/virt-snap/config"
stage revert
succeeds "a revert, with keep-xml" vs apply "$TMPDIR/plan.json" --yes
like "$(beside)" '^[-0-9]+\.0\.xml [-0-9]+\.1\.xml .*\.done$' "what was saved before it stays"
is "$(vs jobs)" "No job runs, and none was cut off." "and is no job"
kept=$(cd "$(journal_folder)" && echo *.0.xml)
is "$(stat -c %a "$(journal_folder)/$kept")" 600 "for this user alone"
like "$(cat "$(journal_folder)/$kept")" '<name>web</name>' "it is the definition"
rm "$(journal_folder)"/*.xml "$(journal_folder)"/*.done "$HOME/.config/virt-snap/config"
stage revert
succeeds "without it" vs apply "$TMPDIR/plan.json" --yes
no_job "without keep-xml"

# ---- a guest that was started paused, and used meanwhile -------------------------------------------------

processor_ns() { virsh domstats web --vcpu | sed -n 's/.*vcpu\.0\.time=//p'; }
started() {   # the guest stands paused for the merge, which has not begun
    stage merge
    cut_apply "after 4"
    [ $? = 137 ] && [ "$(virsh domstate web)" = paused ]
}

if before 9.9; then
    started
    ok $? "a merge is cut off when the guest was started for it"
    succeeds "undo" vs jobs undo "$(job_id)" --yes
    is "$(virsh domstate web)" "shut off" "it is stopped again"
    started && virsh resume web >/dev/null
    ok $? "once more, and somebody lets it run"
    until [ "$(processor_ns)" -ge 100000000 ]; do sleep 0.02; done
    virsh suspend web >/dev/null
    like "$(vs jobs undo "$(job_id)" --yes 2>&1)" "web was resumed by somebody else meanwhile" "undo says so"
    is "$(virsh domstate web)" paused "and does not stop what was used"
    no_job "a guest that was used"
fi

# ---- a guest that was started on its new files, and stopped again ---------------------------------------

if before 9.9; then
    stage revert-keep
    cut_apply "after 12"
    is $? 137 "a revert is cut off when the guest was stopped for it"
    virsh start web >/dev/null && guest_mark web vda 0x77 300k && virsh destroy web >/dev/null
    ok $? "somebody starts it, writes, and stops it"
    written=$(now_hash web)
    fails 3 "undo is refused" vs jobs undo "$(job_id)" --yes
    is "$(now_hash web)" "$written" "what was written is there"
    like "$(vs jobs show "$(job_id)")" "NOW may have written to what it was given" "and that is said"
    succeeds "resume" vs jobs resume "$(job_id)" --yes
    is "$(now_hash web)" "$written" "what was written is there still"
    no_job "a guest that was started and stopped"
fi

# ---- the second of two merges for which the guest was started once ------------------------------------

if before 9.9; then
    stage_several() {
        unstage
        stage_chain && take s3 --disk-only && guest_mark web vda 0x14 192k &&
            vs plan delete web s1 s2 --json >"$TMPDIR/plan.json"
    }
    stage_several
    was=$(states web) was_now=$(now_hash web)
    cut_apply "after 7"
    is $? 137 "two snapshots are deleted, and it is cut off in the second merge"
    virsh destroy web >/dev/null
    like "$(vs jobs show "$(job_id)")" "snapshot s2 froze may be partly overwritten" "with the guest gone, that is said of s2"
    succeeds "resume starts it once more" vs jobs resume "$(job_id)" --yes
    is "$(snapshots web)" "s3" "both are merged"
    is "$(survived web "$(printf '%s\n' "$was" | grep -v '^s[12] ')")" "" "s3 is what it was"
    is "$(now_hash web)" "$was_now" "NOW is what it was"
    is "$(virsh domstate web)" "shut off" "the guest is off"
    sound web
    no_job "two merges"
fi

done_testing
