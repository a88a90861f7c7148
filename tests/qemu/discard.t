#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Discarding branches: leaf first, with NOW elsewhere, on the snapshot itself and on the branch; memory files, a disk
# left out, tags inside an overlay, a linked clone in the way, a job cut off, and a revert that discards what hangs
# below. After each act the content of every surviving state and of NOW is compared, and the files are counted.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M   # every state is read back whole, often

plans() { grep -E "$1" "$TMPDIR/plan.json"; }
missing() { for name; do [ ! -e "$LAB/images/$name" ] || echo "$name"; done; }

# a -> b -> c, all off, two disks, and NOW back on a by a revert: what most sections need.
branches() {
    n=1
    for name in a b c; do
        guest_mark "$1" vda 0x1$n $((n * 64))k
        guest_mark "$1" vdb 0x2$n $((n * 64))k
        act create "$1" $name >/dev/null || return 1
        n=$((n + 1))
    done
    act revert "$1" a --lose-now >/dev/null && guest_mark "$1" vda 0x66 1M
}

# ---- NOW elsewhere ---------------------------------------------------------------------------------

guest_define web vda vdb
succeeds "three snapshots, NOW back on the first" branches web
was=$(states web) now=$(now_hash web | xargs) n_files=$(files | wc -w)
like "$(vs plan discard web b)" 'Given up: snapshot c' "the plan names each snapshot that goes"
like "$(vs plan discard web b)" 'Given up: snapshot b' "all of them"
succeeds "discard a branch" act discard web b
is "$(snapshots web)" "$(echo a "$(branch web)" | xargs)" "its snapshots are gone, the others stay"
is "$(survived web "$(echo "$was" | grep -v '^[bc] ')")" "" "no other snapshot changed"
is "$(now_hash web | xargs)" "$now" "nor did NOW"
is "$(missing web-vda.a.qcow2 web-vdb.a.qcow2 web-vda.b.qcow2 web-vdb.b.qcow2)" "" "what only they needed is gone"
is "$(files | wc -w)" $((n_files - 4)) "and nothing else"
is "$(virsh domstate web)" "shut off" "the guest is as it was"
sound web
marks_stay_above web
fails 3 "there is nothing more below a snapshot without children" vs plan discard web "$(current web)" --children-only
virsh start web >/dev/null
ok $? "the guest starts"
virsh destroy web >/dev/null

# ---- NOW on the snapshot, children only -------------------------------------------------------------

guest_define kids vda vdb
succeeds "the same tree" branches kids
was=$(states kids) now=$(now_hash kids | xargs)
succeeds "discard what hangs below where NOW stands" act discard kids a --children-only
unlike "$(snapshots kids)" '\b[bc]\b' "the children are gone"
is "$(survived kids "$(echo "$was" | grep -v '^[bc] ')")" "" "the snapshot stays as it was"
is "$(now_hash kids | xargs)" "$now" "and NOW survives"
is "$(missing kids-vda.a.qcow2 kids-vdb.a.qcow2 kids-vda.b.qcow2 kids-vdb.b.qcow2)" "" "their files are gone"
sound kids
marks_stay_above kids
was=$(states kids)
succeeds "the snapshot can be gone back to" act revert kids a --lose-now
is "$(survived kids "$was")" "" "no snapshot changed"
is "$(now_hash kids | xargs)" "$(held kids a)" "NOW is what it holds"
sound kids

# ---- NOW on the branch ------------------------------------------------------------------------------

guest_define lost vda vdb
n=1
for name in a b c; do
    guest_mark lost vda 0x3$n $((n * 64))k
    succeeds "create $name" act create lost $name
    n=$((n + 1))
done
guest_mark lost vdb 0x3a 2M
was=$(states lost) then=$(everything lost)
fails 3 "NOW stands on it: only by choice" vs plan discard lost b
like "$(vs plan discard lost b)" "plan discard lost b --lose-now" "and the route says so"
succeeds "from the root NOW can go back to what it holds" vs plan discard lost a --lose-now
unchanged lost "$then" "planning changed nothing"
succeeds "discard the branch that NOW stands on" act discard lost b --lose-now
unlike "$(snapshots lost)" '\b[bc]\b' "its snapshots are gone"
is "$(survived lost "$(echo "$was" | grep '^a ')")" "" "the parent stays as it was"
is "$(now_hash lost | xargs)" "$(held lost a)" "NOW is what it holds"
is "$(missing lost-vda.a.qcow2 lost-vda.b.qcow2 lost-vda.c.qcow2 lost-vdb.a.qcow2 lost-vdb.b.qcow2 lost-vdb.c.qcow2)" "" \
    "the branch's files are gone, those NOW wrote to among them"
sound lost
marks_stay_above lost
was=$(states lost)
guest_mark lost vda 0x3b 3M
succeeds "a snapshot on what is there" act create lost e
guest_mark lost vda 0x3c 3M
succeeds "discard below the root, NOW on it" act discard lost a --children-only --lose-now
unlike "$(snapshots lost)" '\be\b' "it is gone"
is "$(now_hash lost | xargs)" "$(held lost a)" "NOW is what the root holds"
sound lost
guest_mark lost vdb 0x3d 3M
root=$(held lost a)
succeeds "discard the root, NOW on it" act discard lost a --lose-now
is "$(snapshots lost | xargs)" "" "no snapshot is left"
is "$(now_hash lost | xargs)" "$root" "NOW is what the root held"
set -- "$LAB"/images/lost-*
is $# 2 "NOW writes on into the base images, and no other file is left"
sound lost

# ---- running, with memory files ---------------------------------------------------------------------

guest_define run vda vdb
succeeds "a first snapshot" act create run base
virsh start run >/dev/null
guest_mark run vda 0x41 0
succeeds "with memory" act create run m1 --memory
guest_mark run vda 0x42 64k
succeeds "with memory, one disk left out" act create run m2 --memory --disk vdb=no
guest_mark run vda 0x43 64k
guest_mark run vdb 0x44 64k
was=$(states run) now=$(now_hash run | xargs)
ls "$LAB"/images/*m2*.mem >/dev/null
ok $? "there is a memory file"
fails 3 "the running guest stands on it" vs plan discard run m1
succeeds "back to the first memory, losing NOW" act revert run m1 --lose-now
is "$(virsh domstate run)" running "it runs"
was=$(states run | grep -v '^m2 ') now=$(now_hash run | xargs)
succeeds "discard the other, the guest running" act discard run m2
plans '"files_removed"' >/dev/null && plans 'm2.*mem"' >/dev/null
ok $? "the plan names the memory file among those removed"
is "$(virsh domstate run)" running "it runs on"
is "$(survived run "$was")" "" "no other snapshot changed"
is "$(now_hash run | xargs)" "$now" "nor did NOW"
is "$(ls "$LAB"/images/*m2* 2>/dev/null)" "" "the memory file is gone, and the overlays"
sound run
marks_stay_above run
was=$(states run | grep '^base ')
succeeds "discard what the running guest stands on" act discard run m1 --lose-now
is "$(survived run "$was")" "" "the parent stays as it was"
is "$(now_hash run | xargs)" "$(held run base)" "NOW is what it holds"
is "$(virsh domstate run)" "shut off" "as off as it was then"
is "$(ls "$LAB"/images/*m1* 2>/dev/null)" "" "nothing is left of it"
sound run

# ---- tags inside an overlay of the branch -----------------------------------------------------------

guest_define mix vda
guest_mark mix vda 0x51 0
succeeds "external" act create mix a
guest_mark mix vda 0x52 64k
virsh snapshot-create-as mix i >/dev/null
ok $? "an internal one on it"
guest_mark mix vda 0x53 128k
was=$(states mix | grep '^a ')
tag=$(state_hash "$(guest_image mix vda)" i)
fails 3 "NOW stands on the tag" vs plan discard mix i
virsh snapshot-create-as mix j >/dev/null
guest_mark mix vda 0x54 192k
now=$(now_hash mix | xargs)
virsh snapshot-current mix i >/dev/null  # libvirt's word only: NOW is where it was
succeeds "discard a tag in the image NOW writes to" act discard mix j
is "$(now_hash mix | xargs)" "$now" "NOW stays"
is "$(state_hash "$(guest_image mix vda)" i)" "$tag" "and the other tag"
unlike "$(qemu-img snapshot -l "$(guest_image mix vda)")" ' j ' "it is out of the image"
is "$(survived mix "$was")" "" "the external one stays"

# On the branch that is discarded: with the image goes the tag. Only libvirt from 9.9 on makes such a tree by itself.
guest_define deep vda
for name in a b c; do
    guest_mark deep vda 0x5a $((n * 64))k
    succeeds "create $name" act create deep $name
done
succeeds "NOW back on a" act revert deep a --lose-now
qemu-img snapshot -c i "$(frozen deep c vda)"
cat >"$TMPDIR/i.xml" <<XML
<domainsnapshot><name>i</name><parent><name>c</name></parent><creationTime>$(date +%s)</creationTime>
<state>shutoff</state><memory snapshot='no'/><disks><disk name='vda' snapshot='internal'/></disks>
$(virsh snapshot-dumpxml --security-info deep c | sed -n '/<domain /,/<\/domain>/p')</domainsnapshot>
XML
succeeds "a tag in an image of the branch" virsh snapshot-create --redefine deep "$TMPDIR/i.xml"
was=$(states deep | grep -E '^(a|after)') now=$(now_hash deep | xargs)
virsh start deep >/dev/null
succeeds "discard the branch while the guest runs elsewhere" act discard deep b
is "$(snapshots deep | sed 's/ after-revert.*//')" a "it is gone, the internal snapshot too"
is "$(missing deep-vda.a.qcow2 deep-vda.b.qcow2)" "" "and so are its images"
is "$(survived deep "$was")" "" "no other snapshot changed"
is "$(now_hash deep | xargs)" "$now" "nor did NOW"
sound deep

# ---- a linked clone in the way ----------------------------------------------------------------------

guest_define tpl vda
for name in a b; do
    guest_mark tpl vda 0x61 0
    succeeds "create $name" act create tpl $name
done
succeeds "NOW back on a" act revert tpl a --lose-now
qemu-img create -q -f qcow2 -F qcow2 -b "$(frozen tpl b vda)" "$LAB/images/clone-vda.qcow2"
guest_xml clone vda >"$TMPDIR/clone.xml"
virsh define "$TMPDIR/clone.xml" >/dev/null
virsh pool-refresh images >/dev/null
then=$(everything tpl)
fails 3 "another guest stands on what would go" vs plan discard tpl b
like "$(vs plan discard tpl b)" 'Guest clone uses' "and is named"
unchanged tpl "$then" "nothing was touched"
virsh undefine clone >/dev/null
rm "$LAB/images/clone-vda.qcow2"
succeeds "once it is gone the branch goes too" act discard tpl b
sound tpl

# ---- a file that cannot be removed ------------------------------------------------------------------

guest_define stuck vda vdb
succeeds "the same tree" branches stuck
was=$(states stuck | grep -v '^[bc] ') now=$(now_hash stuck | xargs)
chattr +i "$LAB/images/stuck-vda.b.qcow2" 2>/dev/null && held_fast=yes || held_fast=
if [ "$held_fast" ]; then
    act discard stuck b >"$TMPDIR/said" 2>&1
    ok $? "a file that cannot be removed is no failure"
    like "$(cat "$TMPDIR/said")" 'stuck-vda.b.qcow2 could not be removed' "but is said"
    chattr -i "$LAB/images/stuck-vda.b.qcow2"
else
    succeeds "discard" act discard stuck b
fi
is "$(survived stuck "$was")" "" "no other snapshot changed"
is "$(now_hash stuck | xargs)" "$now" "nor did NOW"
sound stuck

# ---- a revert that discards what hangs below --------------------------------------------------------

guest_define back vda vdb
succeeds "the same tree" branches back
was=$(states back | grep -v '^c ') now=$(now_hash back | xargs)
like "$(vs plan revert back b --discard-children)" 'Given up: snapshot c' "the plan names what goes"
succeeds "revert to b, keeping NOW, and discard what hangs below it" act revert back b --discard-children
unlike "$(snapshots back)" '\bc\b' "it is gone"
is "$(survived back "$was")" "" "all others stay as they were"
is "$(held back "$(kept back)")" "$now" "what NOW held is kept"
is "$(now_hash back | xargs)" "$(held back b)" "NOW is what the snapshot holds"
sound back
marks_stay_above back
fails 3 "not where NOW stands below it" vs plan revert back a --discard-children
was=$(states back | grep '^a ')
succeeds "but by choice" act revert back a --discard-children --lose-now
is "$(snapshots back | sed 's/ after-revert.*//')" a "all that hung below it is gone"
is "$(survived back "$was")" "" "it stays as it was"
is "$(now_hash back | xargs)" "$(held back a)" "NOW is what it holds"
is "$(files | tr ' ' '\n' | grep -c '^back-')" "$(before 9.9.0 && echo 6 || echo 4)" "no file is left over"
sound back
marks_stay_above back

done_testing
