#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Acts that libvirt begins and does not end: a record that cannot be written after the disks moved on (H48), and a
# guest that somebody powers off in the middle of a merge (H18). What happened is said, nothing that survives is
# damaged, and the way on is open.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"

lab_start
. "$TOP/tests/lib/states.sh"
pool_start

# ---- The record cannot be written ----------------------------------------------------------------

guest_define rec
virsh start rec >/dev/null
succeeds "a snapshot" act create rec s1 --disk-only
guest_mark rec vda 0x11 0
held=$(states rec)
records=$LAB/lib/libvirt/qemu/snapshot
mv "$records/rec" "$records/away" && : >"$records/rec"
act create rec s2 --disk-only >/dev/null 2>"$TMPDIR/said"
is $? 1 "a snapshot whose record libvirt cannot write fails"
like "$(cat "$TMPDIR/said")" 'Disk vda writes to the new overlay .*/rec-vda\.s2\.qcow2, which no snapshot records' \
    "where the guest writes since then is said"
is "$(survived rec "$held")" "" "the snapshot before holds what it held"
image_reads "$(guest_image rec vda)" 0x11 0 64k
ok $? "and NOW what it held"
like "$(vs check rec)" 'none of them current' "what libvirt forgot over it is found"
rm "$records/rec" && mv "$records/away" "$records/rec"
like "$(vs check rec)" 'virt-snap jobs show' "so is the job that left it so (tests/qemu/overlay.t takes it back)"
virsh destroy rec >/dev/null

# ---- Powered off in the middle of a merge ----------------------------------------------------------

guest_define_big cut 2G
virsh start cut >/dev/null
for name in a b; do
    succeeds "snapshot $name" act create cut $name --disk-only
done
guest_fill cut 64 0x22
guest_mark cut vda 0x33 1536M
held=$(states cut | grep '^a ')
vs plan delete cut b --json >"$TMPDIR/plan.json"
merge_takes 64 600
vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/out" 2>"$TMPDIR/said" &
apply=$!
until merging cut || ! kill -0 $apply 2>/dev/null; do sleep 0.02; done
virsh destroy cut >/dev/null
wait $apply
is $? 1 "the merge of a guest that is powered off fails"
like "$(cat "$TMPDIR/said")" 'no longer running|not running|monitor' "for the reason that libvirt tells"
is "$(virsh domstate cut)" "shut off" "the guest is off"
is "$(survived cut "$held")" "" "the snapshot below holds what it held"
image_reads "$(guest_image cut vda)" 0x22 0 64M && image_reads "$(guest_image cut vda)" 0x33 1536M 64k
ok $? "and NOW what it held"
is "$(snapshots cut)" "a b" "both are still listed"
like "$(vs check cut)" 'Deleting a child of snapshot a was cut off half way' "that it was cut off is found"
fails 3 "nothing else is begun before it is finished" vs plan delete cut a
like "$(vs plan delete cut a)" 'plan repair cut interrupted-delete' "and the way on is named"

# ---- Somebody else's copy, which waits to be ended -------------------------------------------------

DISK_SIZE=8M guest_define copy vda
succeeds "a snapshot" act create copy s1
virsh start copy >/dev/null
virsh suspend copy >/dev/null
virsh blockcopy copy vda --dest "$LAB/images/copy.target.qcow2" --format qcow2 --transient-job --wait >/dev/null
says=$(vs plan delete copy s1)
is $? 3 "a copy that has copied all forbids the merge"
like "$says" '[Aa] block job runs on disk vda' "it is said what is in the way"
unlike "$says" 'virsh destroy' "it is not taken for a delete that libvirt forgot"
virsh blockjob copy vda --abort >/dev/null
succeeds "once it is ended, the snapshot is merged" act delete copy s1
sound copy

done_testing
