#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# libvirt's own revert to external snapshots (9.9.0 and later), by plan and apply: keeping NOW and losing
# it, off and running, to a leaf and to an inner snapshot; contents compared after each act.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
pool_start

version=$(virsh version --daemon | sed -n 's/^Running against daemon: //p')
if [ "$(printf '%s\n' 10.10.0 "$version" | sort -V | head -n1)" != 10.10.0 ]; then
    skip_all "libvirt $version cannot do all of this itself: compose.t shows what virt-snap does instead"
fi

held() { state_hash "$(frozen "$1" "$2" vda)"; }

guest_define web vda vdb
n=1
for name in a b c; do
    guest_mark web vda 0x1$n $((n * 64))k
    guest_mark web vdb 0x2$n $((n * 64))k
    succeeds "create $name" act create web $name
    n=$((n + 1))
done
guest_mark web vda 0x66 1M
a=$(held web a) b=$(held web b) c=$(held web c) now=$(now_hash web)

like "$(vs plan revert web a)" 'before-revert' "the plan keeps NOW unless told otherwise"
succeeds "revert to an inner snapshot, keeping NOW" act revert web a
kept=$(virsh snapshot-list web --name | grep '^before-revert')
is "$(state_hash "$(guest_image web vda)")" "$a" "NOW is what it held"
is "$(held web "$kept")" "$(echo "$now" | head -n1)" "what NOW held is kept"
is "$(held web a) $(held web b) $(held web c)" "$a $b $c" "no snapshot changed"
like "$(vs check web)" ' 0 problems' "nothing is wrong with the guest"
fails 3 "the snapshot that two states are based on now is not merged" vs plan delete web a

guest_mark web vda 0x67 2M
succeeds "go back to what was kept, losing NOW" act revert web "$kept" --lose-now
is "$(now_hash web)" "$now" "NOW is as it was"
is "$(held web a) $(held web b) $(held web c)" "$a $b $c" "no snapshot changed"

guest_define run vda
virsh start run >/dev/null
guest_mark run vda 0x31 0
succeeds "create with memory" act create run m1 --memory
guest_mark run vda 0x32 64k
succeeds "revert the running guest to it, keeping NOW" act revert run m1
is "$(virsh domstate run)" running "it runs"
image_reads "$(guest_image run vda)" 0 64k 64k
ok $? "without what was written since"
kept=$(virsh snapshot-list run --name | grep '^before-revert')
like "$(virsh snapshot-dumpxml run "$kept")" "<memory snapshot='external'" "what was kept has its memory"
succeeds "and back" act revert run "$kept" --lose-now
image_reads "$(guest_image run vda)" 0x32 64k 64k
ok $? "with what was written"

virsh destroy run >/dev/null
succeeds "delete the branch that NOW left" act delete run "$kept" ||
    diag "$(vs plan delete run "$kept")"

done_testing
