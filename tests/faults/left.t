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
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
DISK_SIZE=4M

# Where the daemon runs: there the images can be looked at without a storage pool.
vs() { in_lab "$VIRT_SNAP" -c qemu:///system "$@"; }
pools() { virsh pool-list --all --name | xargs; }
beside() { (cd "$(journal_folder)" && echo *.xml *.done) 2>/dev/null; }

# ---- a storage pool, and what check says -------------------------------------------------------------

# In steps of our own on every libvirt.
stage revert-composed
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

stage revert-composed
cut_apply "call 1"
is $? 137 "once more"
tui_start 100x30 "$lab" exec "$LAB" "$VIRT_SNAP" -c qemu:///system web
sees '! Revert web to snapshot s1 was cut off' "the next start tells it"
sees '│! Revert web to snapshot s1 was cut' "and so does the guest's view"
press p
sees '\[>Close<\]  \[ Take it back \]' "p looks, and offers the way that costs nothing"
like "$(screen)" 'Finishing it would cost what NOW wrote since' "and names the other"
guard
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
started() {   # KIND: the guest stands paused for the merge, which has not begun
    stage "$1"
    cut_apply "after 4"
    [ $? = 137 ] && [ "$(virsh domstate web)" = paused ]
}

# libvirt starts it for the merges of a delete itself since 9.9, but not for those of layers.
for kind in $(before 9.9 && echo merge) layers; do
    started "$kind"
    ok $? "$kind: it is cut off when the guest was started for it"
    succeeds "$kind: undo" vs jobs undo "$(job_id)" --yes
    is "$(virsh domstate web)" "shut off" "$kind: it is stopped again"
    started "$kind" && virsh resume web >/dev/null
    ok $? "$kind: once more, and somebody lets it run"
    until [ "$(processor_ns)" -ge 100000000 ]; do sleep 0.02; done
    virsh suspend web >/dev/null
    like "$(vs jobs undo "$(job_id)" --yes 2>&1)" "web was left as it is: it was resumed by somebody else meanwhile" "$kind: undo says so"
    is "$(virsh domstate web)" paused "$kind: and does not stop what was used"
    no_job "$kind: a guest that was used"
done

# ---- a guest that was started on its new files, and stopped again ---------------------------------------

stage_stopped() {
    unstage
    stage_left_out && virsh start web >/dev/null && vs plan revert web s1 --keep-now=kept --json >"$TMPDIR/plan.json"
}
stage_stopped
cut_apply "after 12"
is $? 137 "a revert is cut off when the guest was stopped for it"
is "$(virsh domstate web)" "shut off" "it is stopped"
virsh start web >/dev/null && guest_mark web vda 0x77 300k && virsh destroy web >/dev/null
ok $? "somebody starts it, writes, and stops it"
written=$(now_hash web)
fails 3 "undo is refused" vs jobs undo "$(job_id)" --yes
is "$(now_hash web)" "$written" "what was written is there"
like "$(vs jobs show "$(job_id)")" "NOW may have written to what it was given" "and that is said"
succeeds "resume" vs jobs resume "$(job_id)" --yes
is "$(now_hash web)" "$written" "what was written is there still"
no_job "a guest that was started and stopped"

# ---- the second of two merges, for which the guest was started once -----------------------------------

# Where libvirt starts it for each, there is nothing paused between them: it is cut off in the middle of the second.
cut_in_second() {
    if before 9.9; then
        cut_apply "after 7"
        return
    fi
    printf '#!/bin/sh\necho 4096 >"%s"\n' "$MERGE_SPEED" >"$TMPDIR/slow"   # 64 KiB each
    chmod +x "$TMPDIR/slow"
    LD_PRELOAD=$cut CUT="after 4" CUT_DO=$TMPDIR/slow vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
    apply=$!
    until [ "$(snapshots web)" = "s2 s3" ] && merging web || ! kill -0 "$apply" 2>/dev/null; do sleep 0.02; done
    in_lab kill -9 "$(holder "$(job_id)")"
    wait "$apply"
}

stage several
cut_in_second
is $? 137 "two snapshots are deleted, and it is cut off in the second merge"
virsh destroy web >/dev/null
is "$(virsh domstate web)" "shut off" "the guest is gone"
is "$(snapshots web)" "s2 s3" "the first is merged"
like "$(vs jobs show "$(job_id)")" "snapshot s2 froze may be partly overwritten" "with the guest gone, that is said of s2"
fails 3 "there is no way back" vs jobs undo "$(job_id)" --yes
succeeds "resume starts it once more" vs jobs resume "$(job_id)" --yes
is "$(snapshots web)" "s3" "both are merged"
is "$(damaged)" "" "s3 is what it was"
is "$(now_hash web)" "$was_now" "NOW is what it was"
is "$(virsh domstate web)" "shut off" "the guest is off"
sound web
no_job "two merges"

done_testing
