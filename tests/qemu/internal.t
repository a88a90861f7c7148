#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Internal snapshots on a real libvirt: create, revert keeping NOW and losing it, delete; what every
# tag and NOW hold is compared after each act.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
pool_start

# What the tag holds on vda.
held() { state_hash "$(guest_image "$1" vda)" "$2"; }

guest_define web vda vdb
guest_mark web vda 0x11 0
guest_mark web vdb 0x21 0
succeeds "create one of a guest that is off" act create web i1 --kind internal
i1=$(held web i1)
guest_mark web vda 0x12 64k
succeeds "the next one is internal too, without being asked" act create web i2
like "$(virsh snapshot-dumpxml web i2)" "snapshot='internal'" "as libvirt records"
i2=$(held web i2)
guest_mark web vda 0x13 128k
now=$(now_hash web)

fails 3 "a disk cannot be left out of it" vs plan create web i3 --disk vdb=no
succeeds "revert to the first, keeping NOW" act revert web i1
kept=$(virsh snapshot-list web --name | grep '^before-revert')
like "$kept" '^before-revert-[0-9]+' "NOW became a snapshot"
is "$(held web "$kept")" "$(echo "$now" | head -n1)" "which holds what NOW held"
is "$(state_hash "$(guest_image web vda)")" "$i1" "NOW is what the first one held"
is "$(held web i2)" "$i2" "the second is what it was"
is "$(virsh snapshot-current web --name)" i1 "libvirt's current one is the first"

guest_mark web vda 0x14 192k
like "$(vs plan revert web i2 --lose-now)" 'Given up: NOW' "losing NOW is said"
succeeds "revert to the second, losing NOW" act revert web i2 --lose-now
is "$(state_hash "$(guest_image web vda)")" "$i2" "NOW is what the second held"
is "$(held web i1)" "$i1" "the first is what it was"
succeeds "go back to what was kept" act revert web "$kept" --lose-now
is "$(now_hash web)" "$now" "NOW is as it was before the first revert"

virsh start web >/dev/null
guest_mark web vda 0x15 256k
succeeds "create one of the running guest, with its memory" act create web r1
like "$(virsh snapshot-dumpxml web r1)" "<state>running" "it is running in it"
i1=$(held web i1)
succeeds "delete one of the running guest" act delete web i2
is "$(snapshots web)" "$(echo "$kept i1 r1" | xargs -n1 | sort | xargs)" "its record is gone"
unlike "$(qemu-img snapshot -U -l "$(guest_image web vda)")" ' i2 ' "and its tag"
is "$(held web i1)" "$i1" "the first is what it was"
like "$(vs list web)" 'disk\+RAM' "the list tells which one holds memory"

# Mixing kinds is possible, but then nothing is deleted or reverted.
like "$(vs plan create web e1 --kind external --disk-only)" 'INV-11' "mixing kinds is warned of"
succeeds "and done" act create web e1 --kind external --disk-only
fails 3 "no delete in a mixed tree" vs plan delete web e1
fails 3 "no revert in a mixed tree" vs plan revert web i1

# ---- a snapshot inside an image that others stand on (H8) -------------------------------------------

. "$TOP/tests/lib/states.sh"
DISK_SIZE=8M guest_define under vda
guest_mark under vda 0x71 0
virsh snapshot-create-as under i >/dev/null
guest_mark under vda 0x72 0
virsh snapshot-create-as under e --disk-only >/dev/null
guest_mark under vda 0x73 64k
virsh snapshot-create-as under f --disk-only >/dev/null
guest_mark under vda 0x74 128k
inside=$(held under i)
was=$(everything under)
says=$(vs plan revert under i --lose-now)
is $? 3 "going back inside an image that overlays stand on is refused"
like "$says" 'would be garbage then: e and f\.' "it is said who stands on it"
unchanged under "$was" "nothing was touched"
copy=$(printf '%s\n' "$says" | tr '\n' ' ' | sed "s/  */ /g; s,.*\\(qemu-img convert .*\\)NEW.qcow2.*,\\1$LAB/images/copy.qcow2,")
eval "$copy"
is "$(state_hash "$LAB/images/copy.qcow2")" "$inside" "one way that it names: a copy of what the snapshot holds"
rm -f "$LAB/images/copy.qcow2"
like "$says" 'virt-snap plan revert under i --discard-children --lose-now' "the other gives up what stands on it"
succeeds "which works" act revert under i --discard-children --lose-now
is "$(snapshots under) $(current under) $(now_hash under)" "i i $inside" "NOW is what the snapshot holds"
is "$(held under i)" "$inside" "which is whole"
unlike "$(files)" 'under-vda\.[ef]' "and the overlays are gone"
sound under

done_testing
