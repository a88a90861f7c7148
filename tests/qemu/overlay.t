#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NOW on an overlay that no snapshot records: libvirt could not write the record after it had switched the disks (H48),
# or another tool made the overlay and went away. What our own job left is taken back by `jobs undo`, what others left by
# `repair`: the overlay is merged down, running and off, and every state holds what it held.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start
DISK_SIZE=8M
records=$LAB/lib/libvirt/qemu/snapshot

# fail_create GUEST SNAPSHOT [OPTION]...: a create whose record libvirt cannot write
fail_create() {
    fail_guest=$1
    mv "$records/$1" "$records/away" 2>/dev/null
    : >"$records/$1"
    act create "$@" >"$TMPDIR/out" 2>&1
    is $? 1 "a snapshot whose record libvirt cannot write fails"
    rm "$records/$fail_guest" && { mv "$records/away" "$records/$fail_guest" 2>/dev/null || true; }
}

# taken_back GUEST: tests: NOW is where it was, and nothing is left of the overlays
taken_back() {
    [ -z "$was" ] || is "$(survived "$1" "$was")" "" "$1: no snapshot changed"
    is "$(now_hash "$1")" "$now" "$1: nor did NOW"
    is "$(top_chain "$1" vda) $(top_chain "$1" vdb)" "$chain" "$1: its chains are as before"
    is "$(files)" "$had" "$1: so are the files"
    is "$(virsh domstate "$1")" "$state" "$1: so is the guest's state"
    unlike "$(virsh dumpxml "$1"; virsh dumpxml --inactive "$1")" "$gone" "$1: no definition names the overlays"
    is "$(current "$1" 2>/dev/null)" "$current" "$1: the current snapshot is the same"
    sound "$1"
}

# look GUEST OVERLAYS: what has to be the same afterwards
look() {
    was=$(states "$1") state=$(virsh domstate "$1") gone=$2 had=$(files)
    chain="$(top_chain "$1" vda) $(top_chain "$1" vdb)" current=$(current "$1" 2>/dev/null)
}

# ---- a record that could not be written ------------------------------------------------------------

# unwritten GUEST STATE [SNAPSHOT]...
unwritten() {
    guest=$1
    guest_define "$guest" vda vdb
    [ "$2" = off ] || virsh start "$guest" >/dev/null
    shift 2
    for name; do
        guest_mark "$guest" vda 0x21 0
        act create "$guest" "$name" >/dev/null
        guest_mark "$guest" vdb 0x22 64k
    done
    look "$guest" "$guest-vd[ab]\\.lost"
    fail_create "$guest" lost
    like "$(cat "$TMPDIR/out")" "Disk vda writes to the new overlay .*$guest-vda\\.lost" "$guest: where it writes is said"
    like "$(cat "$TMPDIR/out")" "virsh snapshot|virt-snap jobs show" "$guest: and where to ask"
    guest_mark "$guest" vda 0x23 1M
    guest_mark "$guest" vdb 0x24 2M
    now=$(now_hash "$guest") id=$(job_id)
    like "$(vs jobs show "$id")" "virt-snap jobs undo $id" "$guest: the job can be taken back"
    like "$(vs jobs show "$id")" 'Merge the new overlays down and remove them' "$guest: it is said how"
    fails 3 "$guest: it cannot be finished" vs jobs resume "$id" --yes
    succeeds "$guest: it is taken back" vs jobs undo "$id" --yes
    taken_back "$guest"
    no_job "$guest"
    succeeds "$guest: the next snapshot is taken" act create "$guest" next
    [ -z "$was" ] || is "$(survived "$guest" "$was")" "" "$guest: no other changed"
    virsh destroy "$guest" >/dev/null 2>&1
}

unwritten running running a b
unwritten off off a b
unwritten first running
unwritten none off

# ---- an overlay of another tool's ------------------------------------------------------------------

# foreign GUEST STATE LAYERS
foreign() {
    guest=$1 layers=$3
    guest_define "$guest" vda vdb
    virsh start "$guest" >/dev/null
    guest_mark "$guest" vda 0x31 0
    act create "$guest" a --disk-only >/dev/null
    guest_mark "$guest" vdb 0x32 64k
    look "$guest" "$guest-vd[ab]\\.backup"
    while [ "$layers" -gt 0 ]; do
        virsh snapshot-create-as "$guest" "backup$layers" --disk-only --no-metadata >/dev/null
        guest_mark "$guest" vda 0x3"$layers" 1M
        layers=$((layers - 1))
    done
    [ "$2" = running ] || virsh destroy "$guest" >/dev/null
    state=$(virsh domstate "$guest") now=$(now_hash "$guest")
    like "$(vs check "$guest")" "plan repair $guest current-mismatch" "$guest: check tells of the overlay"
    like "$(vs plan repair "$guest")" 'Merge the overlays that no snapshot records down' "$guest: the plan says what is done"
    succeeds "$guest: it is merged down" act repair "$guest"
    taken_back "$guest"
    virsh destroy "$guest" >/dev/null 2>&1
}

foreign one running 1
foreign two running 2
foreign rest off 1

# Another tool begins a merge of its own at the last moment: that one is not ended by putting NOW where it leads.
guest_define other vda
virsh start other >/dev/null
act create other a --disk-only >/dev/null
look other 'other-vda\.backup'
base=$(guest_image other vda)
for layer in 2 1; do
    virsh snapshot-create-as other "backup$layer" --disk-only --no-metadata >/dev/null
    guest_mark other vda 0x4$layer 1M
done
now=$(now_hash other) top=$(guest_image other vda)
printf '%s\n' '#!/bin/sh' "virsh -c '$LAB_URI' blockcommit other vda --active --base '$base' >'$TMPDIR/begun'" >"$TMPDIR/begin"
chmod +x "$TMPDIR/begin"
vs plan repair other --json >"$TMPDIR/plan.json"
says=$(LD_PRELOAD=$cut CUT="after 2" CUT_DO=$TMPDIR/begin vs apply "$TMPDIR/plan.json" --yes 2>&1)
is $? 1 "the repair fails while another tool merges"
like "$(cat "$TMPDIR/begun")" 'Active Block Commit started' "which had begun"
like "$says" 'Merging .*other-vda\.a\.backup1 into .*other-vda\.a\.backup2 failed' "and says so"
is "$(guest_image other vda)" "$top" "NOW was not put anywhere"
virsh blockjob other vda --abort
vs jobs forget "$(job_id)" --yes >/dev/null 2>&1
succeeds "without that merge it is done" act repair other
taken_back other

# A layer that others may begin with is left alone.
guest_define clone vda
act create clone a --disk-only >/dev/null
clone=$(guest_image clone vda)
virsh start clone >/dev/null
virsh snapshot-create-as clone x --disk-only --no-metadata >/dev/null
virsh destroy clone >/dev/null
qemu-img create -q -f qcow2 -F qcow2 -b "$clone" "$LAB/images/other.qcow2"
fails 3 "another image stands on what would be written" vs plan repair clone
rm "$LAB/images/other.qcow2"
succeeds "without that it is merged" act repair clone
sound clone

done_testing
