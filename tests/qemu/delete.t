#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Deleting where libvirt's own delete refuses or harms: several children, a branch that NOW does not stand on, a
# current snapshot with children, branches on 9.0, another guest's clone. The record goes, the images stay, the
# content of every other state and of NOW is what it was, and no record names the wrong image afterwards.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start

# survive GUEST GONE NAME: the states taken before (in $held), all but GONE, and NOW (in $now) are as they were.
survive() {
    is "$(survived "$1" "$(printf '%s\n' "$held" | grep -v "^$2 ")")" "" "$3: every other snapshot is what it was"
    is "$(now_hash "$1")" "$now" "$3: NOW is what it was"
    sound "$1"
}

remember() { held=$(states "$1") now=$(now_hash "$1"); }

# ---- a tree: root -> a -> b -> c, a -> (after a revert) d, NOW on d ----------------------------------------

guest_define web vda vdb
virsh start web >/dev/null
n=1
for name in root a b c; do
    guest_mark web vda 0x1$n ${n}M
    guest_mark web vdb 0x2$n ${n}M
    succeeds "create $name" act create web $name --disk-only
    n=$((n + 1))
done
virsh destroy web >/dev/null
succeeds "revert to a, keeping NOW as k" act revert web a --keep-now=k
virsh start web >/dev/null
guest_mark web vda 0x31 5M
succeeds "create d" act create web d --disk-only
guest_mark web vda 0x32 6M
sound web

remember web
like "$(vs plan delete web a)" 'only the record goes' "a has several children: the plan says that only the record goes"
succeeds "delete a, which has several children" act delete web a
fails 1 "its record is gone" virsh snapshot-info web a
survive web a "several children"

remember web
like "$(vs plan delete web b)" 'only the record goes.*(H12|H77|H13|law)' "b lies on a branch that NOW does not stand on"
succeeds "delete b" act delete web b
survive web b "another branch"

virsh destroy web >/dev/null
remember web
succeeds "delete d, which NOW is based on" act delete web d
survive web d "the current one"

marks_stay_above web
remember web
succeeds "revert to c, keeping NOW as k2" act revert web c --keep-now=k2
is "$(survived web "$held")" "" "reverting still works: every snapshot is what it was"
succeeds "and to k2" act revert web k2
is "$(survived web "$held")" "" "and back"
sound web

# ---- current with a child -------------------------------------------------------------------------

guest_define cur vda
for name in q r s t; do
    virsh start cur >/dev/null
    guest_mark cur vda 0x4${#name} 1M
    virsh destroy cur >/dev/null
    succeeds "create $name of the guest that is off" act create cur $name
done
succeeds "revert to s" act revert cur s --keep-now=k
current=$(current cur)
remember cur
succeeds "delete $current, which is current" act delete cur "$current"
survive cur "$current" "current with children"
remember cur
current=$(current cur)
succeeds "delete $current, current again" act delete cur "$current"
survive cur "$current" "current with children, once more"

# ---- a root that NOW is based on (H47) --------------------------------------------------------------

# two_roads GUEST: root -> old, and NOW went back to root. Where that made a copy of root's record, it goes.
two_roads() {
    guest_define "$1" vda vdb
    guest_mark "$1" vda 0x51 1M
    virsh snapshot-create-as "$1" root --disk-only >/dev/null
    guest_mark "$1" vda 0x52 1M
    guest_mark "$1" vdb 0x53 1M
    virsh snapshot-create-as "$1" old --disk-only >/dev/null
    guest_mark "$1" vda 0x54 2M
    act revert "$1" root --lose-now >/dev/null 2>&1
    two_copy=$(branch "$1")
    [ -z "$two_copy" ] || act delete "$1" "$two_copy" >/dev/null 2>&1
    guest_mark "$1" vda 0x55 3M
    is "$(snapshots "$1") $(current "$1")" "old root root" "$1: NOW went back to the root, below which another snapshot hangs"
}

two_roads stead
was=$(everything stead)
says=$(vs plan delete stead root)
is $? 3 "the root that NOW is based on cannot simply be deleted"
like "$says" 'virt-snap plan delete stead root --keep-now' "the way is named: a snapshot of NOW first"
like "$says" 'virt-snap plan discard stead root --children-only' "and another"
unchanged stead "$was" "nothing was touched"
remember stead
succeeds "behind a snapshot of NOW it is deleted" act delete stead root --keep-now=here
is "$(snapshots stead) $(current stead)" "here old here" "NOW is based on that"
survive stead root "a root that NOW was based on"
marks_stay_above stead
remember stead
succeeds "going back to the other branch works" act revert stead old --lose-now
is "$(survived stead "$held")" "" "and harms nobody"
sound stead

two_roads road
virsh start road >/dev/null
remember road
succeeds "the same while it runs" act delete road root --keep-now
survive road root "a root that NOW was based on, running"
is "$(snapshots road | wc -w) $(virsh domstate road)" "2 running" "the new one took its place"
succeeds "the other branch goes, and the new one" act delete road old "$(current road)"
is "$(snapshots road)" "" "none is left"
is "$(now_hash road)" "$now" "NOW is what it was"
sound road

# ---- another guest's clone, a file of nobody -------------------------------------------------------

guest_define own vda
succeeds "create x" act create own x
succeeds "create y" act create own y
qemu-img create -q -f qcow2 -b "$(frozen own y vda)" -F qcow2 "$LAB/images/nobody.qcow2"
fails 3 "a file that no guest names stands on what would be merged away" vs plan delete own x
like "$(vs plan delete own x)" 'nobody.qcow2' "the refusal names it"
like "$(vs plan delete own x)" 'plan delete own x --metadata-only' "and offers to drop the record"
virsh vol-delete --pool images nobody.qcow2 >/dev/null 2>&1 || rm -f "$LAB/images/nobody.qcow2"
succeeds "without that file it is merged" act delete own x
remember own
succeeds "drop the record of y alone" act delete own y --metadata-only
is "$(now_hash own)" "$now" "NOW is what it was"
[ -e "$LAB/images/own-vda.y.qcow2" ]
ok $? "its overlay is still there"

done_testing
