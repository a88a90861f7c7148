#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# External snapshots on a real libvirt, by plan and apply: create and delete on a running guest and on
# one that is off, in every place of a chain. After each act the content of every surviving state and of
# NOW is compared with what it held before, and the images with qemu-img.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
pool_start

# What the snapshot holds on vda.
held() { state_hash "$(frozen "$1" "$2" vda)"; }

# ---- a running guest: three snapshots, each with a mark of its own -------------------------------

guest_define run vda vdb
virsh start run >/dev/null
n=1
for name in s1 s2 s3; do
    guest_mark run vda 0x1$n $((n * 64))k
    guest_mark run vdb 0x2$n $((n * 64))k
    succeeds "create $name of a running guest" act create run $name --disk-only
    n=$((n + 1))
done
guest_mark run vda 0x66 1M
is "$(snapshots run)" "s1 s2 s3" "libvirt lists them"
is "$(top_chain run vda)" "run-vda.s3.qcow2 run-vda.s2.qcow2 run-vda.s1.qcow2 run-vda.qcow2" "each has an overlay of its own name"
is "$(top_chain run vdb)" "run-vdb.s3.qcow2 run-vdb.s2.qcow2 run-vdb.s1.qcow2 run-vdb.qcow2" "on every disk"
now=$(now_hash run) s1=$(held run s1) s3=$(held run s3)

like "$(vs plan delete run s2)" "run-vda.s2.qcow2 .* goes down into .*run-vda.s1.qcow2" "the plan says what merges into what"
succeeds "delete an inner snapshot" act delete run s2
is "$(snapshots run)" "s1 s3" "its record is gone"
is "$(top_chain run vda)" "run-vda.s3.qcow2 run-vda.s1.qcow2 run-vda.qcow2" "its layer is merged"
is "$(now_hash run)" "$now" "NOW is what it was"
is "$(held run s1)" "$s1" "s1 is what it was"
is "$(held run s3)" "$s3" "s3 is what it was"
[ ! -e "$LAB/images/run-vda.s2.qcow2" ] && [ ! -e "$LAB/images/run-vdb.s2.qcow2" ]
ok $? "the merged files are gone"

fails 3 "the same plan a second time is refused" vs apply "$TMPDIR/plan.json" --yes
succeeds "delete the root" act delete run s1
is "$(top_chain run vda)" "run-vda.s3.qcow2 run-vda.qcow2" "it is merged down into the base"
is "$(now_hash run)" "$now" "NOW is what it was"
is "$(held run s3)" "$s3" "s3 is what it was"
succeeds "delete the last one, which NOW is based on" act delete run s3
is "$(top_chain run vda)" "run-vda.qcow2" "the base is all that is left"
is "$(now_hash run)" "$now" "NOW is what it was"
is "$(virsh domstate run)" running "the guest ran all along"

# ---- choices: a disk left out, a description, a path of one's own --------------------------------

succeeds "leave a disk out" act create run part --disk-only --disk vdb=no --description 'quote " < & end ]]> ü 🐧'
is "$(top_chain run vdb)" "run-vdb.qcow2" "it has no overlay"
like "$(virsh snapshot-info run part)" '^Name' "the snapshot is there"
like "$(vs show run part)" 'quote " < & end \]\]> ü 🐧' "the description came through whole"
succeeds "a path of one's own" act create run own --disk-only --disk "vda=$LAB/images/elsewhere.qcow2" --disk vdb=no
is "$(top_chain run vda)" "elsewhere.qcow2 run-vda.part.qcow2 run-vda.qcow2" "is used"
fails 3 "a path that is in use is refused" vs plan create run bad --disk-only --disk "vda=$LAB/images/run-vda.qcow2"
fails 3 "so is a bad name" vs plan create run 'a/b' --disk-only
fails 3 "and a name that exists" vs plan create run own --disk-only

# ---- memory --------------------------------------------------------------------------------------

guest_define mem vda
virsh start mem >/dev/null
succeeds "create with memory" act create mem full --memory
like "$(virsh snapshot-dumpxml mem full)" "<memory snapshot='external' file='$LAB/images/mem-vda.full.mem'" "libvirt has the memory file"
is "$(virsh domstate mem)" running "the guest runs on"

# ---- an off guest --------------------------------------------------------------------------------

guest_define off vda
n=1
for name in o1 o2 o3; do
    guest_mark off vda 0x3$n $((n * 64))k
    succeeds "create $name of an off guest" act create off $name
    n=$((n + 1))
done
guest_mark off vda 0x77 1M
virsh pool-refresh images >/dev/null
now=$(now_hash off) o1=$(held off o1) o3=$(held off o3)
for name in o2 o1 o3; do
    succeeds "delete $name of an off guest" act delete off $name
    is "$(now_hash off)" "$now" "NOW is what it was"
    is "$(virsh domstate off)" "shut off" "the guest is off again"
    [ $name = o3 ] || is "$(held off o3)" "$o3" "o3 is what it was"
    [ $name != o2 ] || is "$(held off o1)" "$o1" "o1 is what it was"
done
is "$(top_chain off vda)" "off-vda.qcow2" "everything is back in the base"
is "$(snapshots off)" "" "no snapshot is left"
succeeds "the guest starts" virsh start off
virsh destroy off >/dev/null

# ---- what must not be touched --------------------------------------------------------------------

guest_define base vda
succeeds "a snapshot" act create base b1
qemu-img create -q -f qcow2 -b "$LAB/images/base-vda.qcow2" -F qcow2 "$LAB/images/clone-vda.qcow2"
guest_xml clone vda >"$TMPDIR/clone.xml"
virsh define "$TMPDIR/clone.xml" >/dev/null
virsh pool-refresh images >/dev/null
before=$(sha256sum "$LAB"/images/base-vda* "$LAB"/images/clone-vda*)
like "$(vs plan delete base b1)" 'No merge, so only the record goes' "a base that a clone stands on is not merged into"
like "$(vs plan delete base b1)" 'Guest clone uses' "and the clone is named"
is "$(sha256sum "$LAB"/images/base-vda* "$LAB"/images/clone-vda*)" "$before" "nothing was touched"

# It may know the base by a link: only who looks at the files can tell.
inside() { in_lab "$VIRT_SNAP" -c qemu:///system "$@"; }
ln -s "$LAB/images" "$LAB/link"
qemu-img rebase -u -b "$LAB/link/base-vda.qcow2" -F qcow2 "$LAB/images/clone-vda.qcow2"
says=$(inside plan delete base b1)
is $? 3 "a base that a clone knows by another name is not merged into"
like "$says" 'Guest clone knows the same file by the name .*/link/base-vda\.qcow2' "and it is said by which"
virsh undefine clone >/dev/null
like "$(inside plan delete base b1)" 'clone-vda\.qcow2, which no guest of this host names' "nor for a file that no guest names"
rm "$LAB/images/clone-vda.qcow2" "$LAB/link"
virsh pool-refresh images >/dev/null

vs plan create base b2 --json >"$TMPDIR/plan.json"
virsh start base >/dev/null   # of a running guest only the disks would be taken: another plan
fails 4 "a guest that changed since the plan: nothing is done" vs apply "$TMPDIR/plan.json" --yes
is "$(snapshots base)" "b1" "no snapshot was made"
virsh destroy base >/dev/null

vs plan delete base b1 --json >"$TMPDIR/plan.json"
sed 's/base-vda/other-vda/' "$TMPDIR/plan.json" >"$TMPDIR/edited.json"
fails 3 "an edited plan is no plan" vs apply "$TMPDIR/edited.json" --yes
head -c 300 "$TMPDIR/plan.json" >"$TMPDIR/short.json"
fails 3 "neither is half a plan" vs apply "$TMPDIR/short.json" --yes
is "$(snapshots base)" "b1" "nothing was done by either"
succeeds "the plan itself still holds" vs apply "$TMPDIR/plan.json" --yes
is "$(snapshots base)" "" "and is carried out"

# ---- room ----------------------------------------------------------------------------------------

# Nobody has refreshed the pool since the folder was filled.
guest_define room vda
virsh snapshot-create-as room r --disk-only >/dev/null
virsh start room >/dev/null
virsh pool-refresh images >/dev/null
room() { vs plan delete room r --json | sed -n 's/.*"space_free" : \([0-9]*\).*/\1/p'; }
room_before=$(room)
fallocate -l 512M "$LAB/images/filled"
[ $((room_before - $(room))) -gt 400000000 ]
ok $? "a plan tells the room there is, not that which there was"

# ---- a job that is taken up, and a clone that somebody made meanwhile -------------------------------

. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
stage several
merge=$(sed -n 's/^ *"kind" : "\([^"]*\)".*/\1/p' "$TMPDIR/plan.json" | grep -n '^delete$' | head -n1 | cut -d: -f1)
cut_apply "after $((2 + 2 * merge))" # the journal is written twice before the first step, then before and after each
is "$? $(snapshots web)" "137 s2 s3" "cut off between two merges"
qemu-img create -q -f qcow2 -b "$(frozen web s2 vda)" -F qcow2 "$LAB/images/copy.qcow2"
now=$(state_hash "$LAB/images/copy.qcow2")
like "$(vs jobs resume "$(job_id)" --yes 2>&1)" 'copy\.qcow2' "it is not finished: a file of nobody stands on the base now"
is "$(state_hash "$LAB/images/copy.qcow2")" "$now" "which holds what it held"
rm "$LAB/images/copy.qcow2"
succeeds "without that file it is" vs jobs resume "$(job_id)" --yes
is "$(snapshots web)" s3 "both snapshots are merged"

done_testing
