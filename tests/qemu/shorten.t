#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Layers that no snapshot holds are merged into one another: of a guest that is off, that runs, and where a chain would
# grow too long. Every state is compared byte for byte, libvirt's records with the images, and what lies around.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M

# drop GUEST NAME...: their records alone
drop() {
    drop_guest=$1
    shift
    for name; do
        act delete "$drop_guest" "$name" --metadata-only >/dev/null
    done
}

# no_names GUEST REGEX: a test: libvirt's records name no such file any more
no_names() {
    for snapshot in $(virsh snapshot-list "$1" --name); do
        virsh snapshot-dumpxml "$1" "$snapshot"
    done >"$TMPDIR/records"
    unlike "$(cat "$TMPDIR/records")" "$2" "no record names a layer that is gone"
}

# ---- off ------------------------------------------------------------------------------------------

guest_define web vda vdb
marked_chain web a b c d e
drop web a b d
was=$(states web) now=$(now_hash web)
is "$(top_chain web vda)" "web-vda.e web-vda.d web-vda.c web-vda.b web-vda.a web-vda.qcow2" "five layers on the base"
plan=$(vs plan repair web idle-layers)
like "$plan" 'vda: .*/web-vda.a .* goes down into .*/web-vda.qcow2' "a layer that nobody holds goes into the base"
unlike "$plan" 'web-vda.[bcde] ' "those that a snapshot holds stay, and what is alone between them"
like "$plan" 'CPUs stopped' "QEMU is started for it"
succeeds "the layers are merged" act repair web idle-layers
is "$(virsh domstate web)" "shut off" "the guest is off again"
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web)" "$now" "nor did NOW"
is "$(top_chain web vda)" "web-vda.e web-vda.d web-vda.c web-vda.b web-vda.qcow2" "the layer is out of the chain"
is "$(top_chain web vdb)" "web-vdb.e web-vdb.d web-vdb.c web-vdb.b web-vdb.qcow2" "and out of the other disk's"
unlike "$(files)" 'web-vd[ab]\.a ' "its files are gone"
sound web
marks_stay_above web
fails 3 "there is nothing left to merge" vs plan repair web idle-layers
succeeds "going back works as before" act revert web c
is "$(survived web "$was")" "" "and harms nobody"

# ---- running, with records that tell the chain ----------------------------------------------------

guest_define run vda vdb
virsh start run >/dev/null
marked_chain run a b c
virsh snapshot-create-as run m --memspec "$LAB/images/run.m.mem,snapshot=external" >/dev/null
guest_mark run vda 0x51 2M
drop run a b c
was=$(states run)
like "$(virsh snapshot-dumpxml run m)" 'run-vda\.a' "the record of a running guest tells the whole chain"
like "$(vs plan repair run idle-layers)" 'Correct the record of snapshot m' "so it has to follow"
succeeds "the layers are merged while the guest runs" act repair run idle-layers
is "$(virsh domstate run)" running "it goes on"
is "$(top_chain run vda)" "run-vda.m run-vda.c run-vda.qcow2" "two layers are out of the chain"
is "$(survived run "$was")" "" "no snapshot changed"
unlike "$(files)" 'run-vd[ab]\.[ab] ' "their files are gone"
unlike "$(virsh dumpxml run; virsh dumpxml --inactive run)" 'run-vda\.[ab]' "libvirt's view of the chain is that"
no_names run 'run-vd[ab]\.[ab]'
succeeds "going back to the memory works" act revert run m --lose-now
is "$(virsh domstate run)" running "the guest runs again"
is "$(survived run "$was")" "" "and harms nobody"
guest_mark run vda 0x52 3M
ok $? "it writes"
virsh destroy run >/dev/null
sound run

# ---- layers that somebody else merged, which no record follows (H82) ------------------------------

guest_define hand vda
virsh start hand >/dev/null
for name in a b; do
    guest_mark hand vda 0x1$((${#name} + 1)) 64k
    virsh snapshot-create-as hand $name --disk-only >/dev/null
done
virsh snapshot-create-as hand m --memspec "$LAB/images/hand.m.mem,snapshot=external" >/dev/null
guest_mark hand vda 0x51 2M
drop hand a
was=$(states hand | grep '^m ')
virsh blockcommit hand vda --base "$LAB/images/hand-vda.qcow2" --top "$LAB/images/hand-vda.a" --wait >/dev/null
ok $? "a layer is merged by hand"
like "$(virsh snapshot-dumpxml hand m)" 'hand-vda\.a' "the record still names it"
succeeds "going back to the memory works" act revert hand m --lose-now
is "$(virsh domstate hand)" running "the guest runs again"
is "$(survived hand "$was")" "" "with what it held"
virsh destroy hand >/dev/null

# ---- what another branch stands on stays ----------------------------------------------------------

guest_define tree vda vdb
marked_chain tree a b c d
succeeds "a branch" act revert tree b
other=$(branch tree)
drop tree a c
was=$(states tree) now=$(now_hash tree)
fails 3 "where each layer is held, by another branch too, nothing is merged" vs plan repair tree idle-layers
succeeds "back to the first branch" act revert tree d --lose-now
[ -z "$other" ] || act discard tree "$other" >/dev/null # libvirt's own revert makes no snapshot for the branch
drop tree b
was=$(states tree) now=$(now_hash tree)
succeeds "now the layers below can be merged" act repair tree idle-layers
like "$(top_chain tree vda)" ' tree-vda.c tree-vda.qcow2$' "one layer is left below what the snapshot holds"
is "$(survived tree "$was")" "" "no snapshot changed"
is "$(now_hash tree)" "$now" "nor did NOW"
sound tree

# ---- cut off in the middle ------------------------------------------------------------------------

guest_define_big slow 96M
virsh start slow >/dev/null
guest_mark slow vda 0x61 80M 1M
virsh snapshot-create-as slow a --disk-only >/dev/null
guest_fill slow 64 0x62
virsh snapshot-create-as slow b --disk-only >/dev/null
guest_mark slow vda 0x63 90M 1M
virsh snapshot-create-as slow c --disk-only >/dev/null
drop slow a b
was=$(states slow)
vs plan repair slow idle-layers --json >"$TMPDIR/plan.json"
merge_takes 64 5
"$VIRT_SNAP" -c "$LAB_URI" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
apply=$!
until merging slow || ! kill -0 $apply 2>/dev/null; do sleep 0.02; done
kill -9 $apply
wait $apply 2>/dev/null
id=$(vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p' | head -n1)
like "$(vs jobs show "$id")" 'libvirt works on slow' "libvirt goes on, and that is seen"
succeeds "resume waits for its end, and lets the records follow" vs jobs resume "$id" --yes
is "$(top_chain slow vda)" "slow-vda.c slow-vda.b slow-vda.qcow2" "the layer is out of the chain"
is "$(survived slow "$was")" "" "no snapshot changed"
no_names slow 'slow-vda\.a'
unlike "$(files)" 'slow-vda\.a' "its file is gone"
virsh destroy slow >/dev/null
sound slow

# ---- room for a snapshot --------------------------------------------------------------------------

# From 10.8 to 11.10 libvirt starts no guest on more than 25 layers.
if ! before 10.8.0 && before 12.0.0; then
    DISK_SIZE=1M
    guest_define deep vda vdb
    for layer in 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21; do
        virsh snapshot-create-as deep "s$layer" --disk-only >/dev/null
        guest_mark deep vda "0x$layer" "$((${layer#0} * 16))k" 16k
    done
    for layer in 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19; do
        drop deep "s$layer"
    done
    was=$(states deep) now=$(now_hash deep)
    like "$(vs check deep)" 'plan repair deep idle-layers' "a long chain is a problem, and its repair is named"
    succeeds "one layer more" act create deep more --kind external
    is "$(top_chain deep vda | wc -w)" 22 "leaves 22"
    like "$(vs plan create deep most --kind external)" 'merged first' "for another, layers are merged first"
    succeeds "which makes room for it" act create deep most --kind external
    is "$(survived deep "$was")" "" "no snapshot changed"
    is "$(top_chain deep vda | wc -w)" 6 "the chain is short again"
    is "$(virsh domstate deep)" "shut off" "the guest is off as it was"
    virsh start deep >/dev/null
    ok $? "and starts"
    virsh destroy deep >/dev/null
    sound deep
fi
done_testing
