#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Records that other tools left wrong: `check` names the problem and its repair, the repair touches records only, and
# what libvirt does next by itself harms nobody.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M   # every state is read back whole, often

# wrong GUEST PROBLEM: check names it, and how it is repaired; acts on the tree are refused with the same route.
wrong() {
    wrong_says=$(vs check "$1")
    is $? 1 "check finds something wrong with $1"
    like "$wrong_says" "virt-snap plan repair $1 $2" "and how it is repaired"
    wrong_says=$(vs plan revert "$1" "$3")
    is $? 3 "no revert is offered meanwhile"
    like "$wrong_says" "virt-snap plan repair $1 $2" "but the repair"
}

# repaired GUEST [WORD...]: planned and applied; nothing but records changed; nothing is wrong then.
repaired() {
    repaired_was=$(states "$1") repaired_now=$(now_hash "$1") repaired_files=$(files)
    succeeds "the repair is planned and done" act repair "$@"
    is "$(survived "$1" "$repaired_was")" "" "every snapshot holds what it held"
    is "$(now_hash "$1")" "$repaired_now" "so does NOW"
    is "$(files)" "$repaired_files" "no file came or went"
    sound "$1"
}

virsh_create() { virsh snapshot-create-as "$1" "$2" --disk-only >/dev/null; }

# libvirt names new overlays after the second, and finds a name of this one taken.
virsh_revert() {
    while [ -e "$LAB/images/$1-vda.$(date +%s)" ]; do sleep 0.05; done
    virsh snapshot-revert "$1" "$2" >/dev/null
}

# ---- H76: six commands of plain virsh --------------------------------------------------------------

if ! before 10.0.0; then
guest_define six
guest_mark six vda 0x11 0
virsh_create six a
guest_mark six vda 0x12 64k
virsh_create six b
guest_mark six vda 0x13 128k
virsh_revert six a
guest_mark six vda 0x14 64k
virsh_create six t
guest_mark six vda 0x15 128k
virsh snapshot-delete six t >/dev/null
guest_mark six vda 0x16 192k
wrong six current-mismatch b
repaired six
is "$(current six)" a "the current snapshot is the same"
like "$(virsh snapshot-dumpxml six a --xpath /domainsnapshot/revertDisks)" "[\"']$(guest_image six vda)[\"']" "which says where NOW is"
fails 3 "what is right is not repaired" vs plan repair six current-mismatch
was=$(states six)
virsh_revert six b
ok $? "libvirt's own revert works"
is "$(survived six "$was")" "" "and harms no snapshot"
sound six

# H5: naming another one current makes libvirt forget where a revert put NOW.
virsh_revert six a
guest_mark six vda 0x17 192k
virsh snapshot-current six b >/dev/null
wrong six current-mismatch b
repaired six
is "$(current six)" a "NOW is based on what it was reverted to"
like "$(virsh snapshot-dumpxml six a --xpath /domainsnapshot/revertDisks)" "[\"']$(guest_image six vda)[\"']" "and that says where NOW is"
was=$(states six)
virsh_revert six b
ok $? "libvirt's own revert works"
is "$(survived six "$was")" "" "and harms no snapshot"
sound six
virsh start six >/dev/null
ok $? "the guest starts"
virsh destroy six >/dev/null
fi

# ---- the wrong one is current ----------------------------------------------------------------------

guest_define two vda vdb
guest_mark two vda 0x21 0
virsh_create two a
guest_mark two vda 0x22 0
virsh_create two b
guest_mark two vdb 0x23 0
virsh_create two c
guest_mark two vda 0x24 64k
virsh snapshot-current two a >/dev/null
wrong two current-mismatch a

# What is current before is kept first; what cannot be asked is not taken for none.
printf '%s\n' '#!/bin/sh' "touch '$TMPDIR/silent'" >"$TMPDIR/silence"
chmod +x "$TMPDIR/silence"
vs plan repair two current-mismatch --json >"$TMPDIR/plan.json"
says=$(LD_PRELOAD=$BUILD/tests/faults/cut.so NO_CURRENT=$TMPDIR/silent CUT="after 2" CUT_DO=$TMPDIR/silence \
    vs apply "$TMPDIR/plan.json" --yes 2>&1)
is $? 1 "the repair fails where libvirt does not tell which snapshot is current"
like "$says" 'Which snapshot of two is the current one cannot be read' "which is said"
is "$(current two)" a "and nothing was changed"
succeeds "and there is nothing to take back" vs jobs undo "$(expr "$says" : '.*jobs show \([0-9-]*\)')" --yes

repaired two current-mismatch
is "$(current two)" c "NOW is based on the last one again"
virsh snapshot-current two b >/dev/null
repaired two
is "$(current two)" c "and again, without naming the problem"

# ---- none is current -------------------------------------------------------------------------------

virsh snapshot-create-as two root --disk-only >/dev/null
virsh snapshot-dumpxml --security-info two a >"$TMPDIR/a.xml"
virsh snapshot-dumpxml --security-info two b >"$TMPDIR/b.xml"
virsh snapshot-dumpxml --security-info two c >"$TMPDIR/c.xml"
virsh snapshot-dumpxml --security-info two root >"$TMPDIR/root.xml"
for name in root c b a; do virsh snapshot-delete two $name --metadata >/dev/null; done
for name in a b c root; do virsh snapshot-create two "$TMPDIR/$name.xml" --redefine >/dev/null; done
fails 1 "none is current" virsh snapshot-current two
wrong two no-current b
repaired two
is "$(current two)" root "now it is the one that NOW is based on"

# ---- NOW moved -------------------------------------------------------------------------------------

virsh start two >/dev/null
virsh snapshot-create-as two backup --disk-only --no-metadata >/dev/null
guest_mark two vda 0x31 64k
wrong two current-mismatch b
like "$(vs plan repair two)" 'Merge the overlays that no snapshot records down' \
    "a layer that no record names is not papered over (overlay.t merges it)"
layer=$(frozen two root vda)
virsh blockpull two vda --base "$layer" --wait >/dev/null
virsh blockpull two vdb --base "$(frozen two root vdb)" --wait >/dev/null
is "$(top_chain two vda | cut -d' ' -f1,2)" "two-vda.backup $(basename "$layer")" "the layers were pulled together by hand"
wrong two current-mismatch b
repaired two
is "$(current two)" root "it is based on the same snapshot"
virsh snapshot-create-as two backup2 --disk-only --no-metadata >/dev/null
guest_mark two vda 0x32 128k
for disk in vda vdb; do virsh blockcommit two $disk --active --pivot --shallow --wait >/dev/null; done
sound two
virsh destroy two >/dev/null
sound two

# ---- what cannot be repaired without guessing ------------------------------------------------------

virsh start two >/dev/null
for disk in vda vdb; do virsh blockcommit two $disk --active --pivot --shallow --wait >/dev/null; done
says=$(vs plan repair two)
is $? 3 "a snapshot whose image NOW writes into: refused"
like "$says" 'root is lost already' "and it is said what is damaged"
was=$(states two | grep -v '^root ') now=$(now_hash two)
succeeds "once a person has said that it was merged, its record goes" act repair two merged-by-hand root
is "$(current two) $(survived two "$was")" "c " "the parent is current, and no snapshot changed"
is "$(now_hash two)" "$now" "nor did NOW"
sound two
virsh destroy two >/dev/null

# ---- a delete that was cut off ---------------------------------------------------------------------

guest_define_big cut 1G
guest_mark cut vda 0x41 0
virsh_create cut a
guest_mark cut vda 0x42 64k
virsh_create cut b
virsh start cut >/dev/null
guest_fill cut 64 0x43
now=$(now_hash cut) held_a=$(held cut a)
merge_takes 64 60
virsh snapshot-delete cut b >"$TMPDIR/cut.out" 2>&1 &
cut_pid=$!
until merging cut; do kill -0 $cut_pid 2>/dev/null || bail "the merge ended before it could be cut off"; done
virsh destroy cut >/dev/null
# Once, on 9.0, plain libvirt did not come back from here for minutes: then its daemon is started anew.
timeout 60 tail --pid=$cut_pid -f /dev/null || { diag "the delete goes on"; "$lab" down "$LAB"; "$lab" up "$LAB"; }
wait $cut_pid
is $? 1 "a delete is cut off by a power cut"
merge_takes 64 1   # it is finished without a wait
like "$(virsh snapshot-dumpxml cut a)" '<snapshotDeleteInProgress/>' "libvirt marks the parent"
is "$(snapshots cut)" "a b" "and keeps both records"
wrong cut interrupted-delete a
fails 3 "nor is another delete offered" vs plan delete cut a
succeeds "the delete is finished" act repair cut
is "$(snapshots cut)" a "the record is gone"
is "$(current cut)" a "NOW is based on the parent"
is "$(held cut a)" "$held_a" "which holds what it held"
is "$(now_hash cut)" "$now" "so does NOW"
is "$(virsh domstate cut)" "shut off" "the guest is off, as it was"
sound cut

# ---- merged or pulled by hand ----------------------------------------------------------------------

# three GUEST: a, b, c and NOW, running.
three() {
    DISK_SIZE=2M guest_define "$1" vda vdb
    virsh start "$1" >/dev/null
    for name in a b c; do
        guest_mark "$1" vda 0x6${#name} 0
        guest_mark "$1" vdb 0x7${#name} 64k
        virsh_create "$1" $name
        guest_mark "$1" vda 0x6${#1} 128k
    done
    guest_mark "$1" vda 0x66 192k
}

three hand
was=$(states hand | grep -v '^b ') now=$(now_hash hand) had=$(files)
for disk in vda vdb; do
    virsh blockcommit hand $disk --base "$(frozen hand b $disk)" --top "$(frozen hand c $disk)" --wait >/dev/null
done
layer=$(frozen hand c vda)
like "$(vs check hand)" "was merged down by hand" "check sees that a layer was left out by other tools"
wrong hand merged-by-hand a
fails 3 "nor a delete" vs plan delete hand b
like "$(vs plan repair hand)" 'plan repair hand merged-by-hand b' "that it was merged is for a person to say"
like "$(vs plan repair hand)" 'plan repair hand current-mismatch' "or that it was pulled"
succeeds "the records follow" act repair hand merged-by-hand b
is "$(snapshots hand) $(current hand)" "a c c" "what was overwritten is gone"
is "$(survived hand "$was")" "" "the others hold what they held"
is "$(now_hash hand)" "$now" "so does NOW"
is "$(files)" "$had" "no file came or went"
sound hand
says=$(vs plan delete hand a)
is $? 3 "the layer that was left over stands in the way of a merge"
like "$says" "$(basename "$layer")" "it is named"
virsh pool-refresh images >/dev/null
for disk in vda vdb; do virsh vol-delete "$LAB/images/hand-$disk.b" >/dev/null; done
succeeds "once it is removed, a is merged" act delete hand a
is "$(survived hand "$(printf '%s\n' "$was" | grep '^c ')") $(now_hash hand)" " $now" "c and NOW hold what they held"
sound hand

three part
was=$(states part | grep -v '^b ') now=$(now_hash part)
virsh blockcommit part vdb --base "$(frozen part b vdb)" --top "$(frozen part c vdb)" --wait >/dev/null
succeeds "merged by hand on one disk: the delete is finished on the other" act repair part merged-by-hand b
is "$(snapshots part) $(survived part "$was")" "a c " "the other snapshots hold what they held"
is "$(now_hash part)" "$now" "so does NOW"
sound part

three pull
was=$(states pull)
for disk in vda vdb; do virsh blockpull pull $disk --base "$(frozen pull b $disk)" --wait >/dev/null; done
wrong pull merged-by-hand c
repaired pull current-mismatch
is "$(current pull)" b "pulled up, NOW is based on the snapshot below"
succeeds "going to the other branch works" act revert pull c --lose-now --force
is "$(survived pull "$was")" "" "and harms no snapshot"
sound pull
for guest in hand part pull; do virsh destroy $guest >/dev/null 2>&1; done

# ---- records lost, or in a circle, when the daemon starts -------------------------------------------

# linked GUEST: roots, then "parent>children ..." as libvirt itself has linked them, whatever the records say.
linked() {
    virsh snapshot-list "$1" --roots --name | sort | xargs
    for name in $(snapshots "$1"); do
        echo "$name>$(virsh snapshot-list "$1" --from "$name" --name | sort | xargs)"
    done | grep -v '>$'
}

for guest in lost ring inner; do
    DISK_SIZE=2M guest_define "$guest" vda
    for name in a b c d; do
        guest_mark "$guest" vda 0x5${#name} 0
        if [ "$guest" = inner ]; then virsh snapshot-create-as inner $name; else virsh_create "$guest" $name; fi >/dev/null
    done
    guest_mark "$guest" vda 0x59 64k
done
records=/var/lib/libvirt/qemu/snapshot
"$lab" down "$LAB"
in_lab rm $records/lost/b.xml
in_lab sed -i 's,<creationTime>,<parent><name>b</name></parent>&,' $records/ring/a.xml
in_lab rm $records/inner/a.xml
"$lab" up "$LAB"
virsh pool-info images >/dev/null 2>&1 || pool_start

says=$(vs check lost)
is "$(linked lost | xargs)" "a c c>d" "libvirt has lost a record, and takes the one below it for a root"
like "$says" 'names b as its parent, which does not exist' "check names it"
wrong lost orphan a
repaired lost
is "$(linked lost | xargs) $(current lost)" "a a>c c>d d" "what the images tell is what libvirt says again"
succeeds "a delete works" act delete lost c
sound lost

like "$(vs check ring)" 'recorded as its own ancestor' "check names a circle"
wrong ring cycle c
like "$(vs plan repair ring)" '1\. Record that snapshot a has no parent\..*' "it is cut before anything else is written"
repaired ring
is "$(linked ring | xargs) $(current ring)" "a a>b b>c c>d d" "libvirt has linked all of them"
was=$(states ring)
succeeds "going back works" act revert ring b --lose-now
is "$(survived ring "$was")" "" "and harms no snapshot"
sound ring

says=$(vs check inner)
like "$says" 'virt-snap plan repair inner orphan' "an orphan inside the images"
like "$says" 'are in no danger' "where none is current it is said that nothing is in danger"
succeeds "it is repaired" act repair inner orphan
like "$(vs plan repair inner)" 'virt-snap plan repair inner no-current d' "which NOW is based on only a person knows"
succeeds "and names" act repair inner no-current d
is "$(linked inner | xargs) $(current inner)" "b b>c c>d d" "it is the one"
sound inner

done_testing
