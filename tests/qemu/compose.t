#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reverting to external snapshots in steps of our own, where libvirt's revert is missing (before 9.9) or would do
# harm: to inner and leaf snapshots, off and running, with memory, with a disk left out, keeping NOW and losing it.
# After each act the content of every surviving state and of NOW is compared with what it held before; then what
# plain virsh may do afterwards, and what is left when a step fails.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
pool_start

version=$(virsh version --daemon | sed -n 's/^Running against daemon: //p')
before() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -n1)" != "$1" ]; }

# What a snapshot holds on all the disks that it covers.
held() {
    for disk in $(virsh snapshot-dumpxml "$1" "$2" --xpath '/domainsnapshot/disks/disk[@snapshot="external"]/@name' |
        sed 's/.*name="\(.*\)"/\1/'); do
        state_hash "$(frozen "$1" "$2" "$disk")" || echo unreadable
    done | xargs
}

# Every state of the guest in one text, NOW first unless `NOW` is not asked for.
states() {
    for snapshot in $(virsh snapshot-list "$1" --name | sort); do
        echo "$snapshot $(held "$1" "$snapshot")"
    done
}

# The states in $2 are all still what they were.
survived() {
    after=$(states "$1")
    printf '%s\n' "$2" | while read -r line; do
        printf '%s\n' "$after" | grep -qxF "$line" || { echo "changed: $line"; }
    done
}

# Files of the lab's images, sorted: what nobody needs must not lie about.
files() { (cd "$LAB/images" && echo *); }

current() { virsh snapshot-current "$1" --name; }
kept() { virsh snapshot-list "$1" --name | grep '^before-revert' | sort | tail -n1; }
branch() { virsh snapshot-list "$1" --name | grep '^after-revert' | sort | tail -n1; }
sound() { like "$(vs check "$1")" ' 0 problems' "nothing is wrong with $1"; }

# Marks written into the new NOW reach no snapshot.
marks_stay_above() {
    marks_before=$(states "$1")
    guest_mark "$1" vda 0xe1 4M
    guest_mark "$1" vda 0xe2 0
    is "$(survived "$1" "$marks_before")" "" "what NOW writes then reaches no snapshot"
}

if before 9.9.0; then

# ---- off, two disks: an inner snapshot, keeping NOW ----------------------------------------------

guest_define web vda vdb
n=1
for name in a b c; do
    guest_mark web vda 0x1$n $((n * 64))k
    guest_mark web vdb 0x2$n $((n * 64))k
    succeeds "create $name" act create web $name
    n=$((n + 1))
done
guest_mark web vda 0x66 1M
was=$(states web) now=$(now_hash web | xargs)

like "$(vs plan revert web a)" 'cannot revert to external snapshots' "the plan says why it goes its own way"
like "$(vs plan revert web a)" 'H77' "and what plain virsh must not do on such a tree"
succeeds "revert to an inner snapshot, keeping NOW" act revert web a
is "$(survived web "$was")" "" "no snapshot changed"
is "$(held web "$(kept web)")" "$now" "what NOW held is kept"
is "$(now_hash web | xargs)" "$(held web a)" "NOW is what the snapshot holds"
is "$(current web)" "$(branch web)" "the new branch is current"
is "$(virsh snapshot-parent web "$(branch web)")" "a" "as a child of the snapshot"
is "$(held web "$(branch web)")" "$(held web a)" "and holds the same"
like "$(ls -l "$LAB/images" | grep after-revert)" '^-rw-------' "its files are nobody else's to read"
unlike "$(files)" "web-vda.$(kept web).qcow2" "the empty files above what was kept are gone"
sound web
marks_stay_above web
virsh start web >/dev/null
is "$(virsh domstate web)" running "the guest starts"
marks_stay_above web
virsh destroy web >/dev/null


# ---- the same guest: a leaf, then inner ones again, losing NOW -----------------------------------

was=$(states web) n_files=$(files | wc -w)
like "$(vs plan revert web c --lose-now)" 'H77' "the tree has branches: said again"
guest_mark web vda 0x67 2M
succeeds "revert to a snapshot that has no children but what NOW left" act revert web c --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$(held web c)" "NOW is what the snapshot holds"
is "$(current web)" "$(branch web)" "it has children (what was kept): so another branch"
is "$(files | wc -w)" $((n_files + 2)) "four new files, and the two that NOW wrote to are gone"
sound web
kept=$(kept web)
was=$(states web)
succeeds "revert to a leaf, losing NOW" act revert web "$kept" --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$now" "NOW is what was kept at first"
is "$(current web)" "$kept" "the leaf itself is current"
is "$(files | wc -w)" $((n_files + 2)) "two new files for the two that are gone"
sound web
marks_stay_above web
was=$(states web)
succeeds "revert to where NOW stands, losing NOW" act revert web "$kept" --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$now" "NOW is again what was kept"
sound web
guest_mark web vdb 0x69 5M
now=$(now_hash web | xargs)
succeeds "revert to where NOW stands, keeping NOW, and start" act revert web "$kept" --running
is "$(survived web "$was")" "" "no snapshot changed"
is "$(virsh domstate web)" running "the guest runs"
is "$(held web "$(kept web)")" "$now" "what NOW held is kept"
is "$(now_hash web | xargs)" "$(held web "$kept")" "NOW is what the snapshot holds"
sound web
marks_stay_above web
virsh destroy web >/dev/null
was=$(states web | grep -v "^$(branch web) ") now=$(now_hash web | xargs)
succeeds "plain virsh deletes the record of the branch" virsh snapshot-delete web "$(branch web)"
is "$(survived web "$was")" "" "and harms no snapshot"
is "$(now_hash web | xargs)" "$now" "nor NOW"

# ---- running, with memory ------------------------------------------------------------------------

guest_define run vda vdb
virsh start run >/dev/null
guest_mark run vda 0x31 0
succeeds "create with memory" act create run m1 --memory
guest_mark run vda 0x32 64k
succeeds "create disk-only" act create run d1 --disk-only
guest_mark run vdb 0x33 64k
was=$(states run) now=$(now_hash run | xargs)
succeeds "revert the running guest to its memory, keeping NOW" act revert run m1
is "$(virsh domstate run)" running "it runs"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(held run "$(kept run)")" "$now" "what NOW held is kept"
image_reads "$(guest_image run vda)" 0 64k 64k
ok $? "NOW is without what was written since"
like "$(virsh snapshot-dumpxml run "$(kept run)")" "<memory snapshot='external'" "what was kept has its memory"
like "$(virsh snapshot-dumpxml run "$(branch run)")" "<memory snapshot='no'" "the branch names no memory file"
like "$(virsh snapshot-dumpxml run "$(branch run)")" "<state>disk-snapshot<" "and says so"
sound run
marks_stay_above run
was=$(states run)
fails 3 "a running guest goes to disks as after a power cut only if agreed" vs plan revert run d1 --lose-now
succeeds "agreed" act revert run d1 --lose-now --force
is "$(virsh domstate run)" "shut off" "off, as the plan said"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(now_hash run | xargs)" "$(held run d1)" "NOW is what the snapshot holds"
sound run
was=$(states run)
succeeds "bring back what was kept, paused" act revert run "$(kept run)" --lose-now --paused
is "$(virsh domstate run)" paused "it is paused"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(now_hash run | xargs)" "$now" "NOW is what was kept"
sound run
virsh destroy run >/dev/null
virsh start run >/dev/null
ok $? "and starts"
virsh destroy run >/dev/null

# ---- no storage pool, and one that is not active -------------------------------------------------

# From where the daemon runs, as root: without pools the images can be seen there only.
act_inside() {
    in_lab "$VIRT_SNAP" -c qemu:///system plan "$@" --json >"$TMPDIR/plan.json" &&
        in_lab "$VIRT_SNAP" -c qemu:///system apply "$TMPDIR/plan.json" --yes
}

virsh pool-destroy images >/dev/null
was=$(states run)
succeeds "revert without a pool" act_inside revert run m1 --lose-now --paused
is "$(survived run "$was")" "" "no snapshot changed"
is "$(virsh pool-list --all --name | xargs)" "" "none is left behind"
virsh destroy run >/dev/null
virsh pool-define-as idle dir --target "$LAB/images" >/dev/null
was=$(states run)
succeeds "revert with a pool that is not active" act_inside revert run d1 --lose-now
is "$(survived run "$was")" "" "no snapshot changed"
is "$(virsh pool-list --inactive --name | xargs)" idle "it is inactive again"
virsh pool-undefine idle >/dev/null
pool_start
sound run

fi

# ---- a disk left out, a CD-ROM, a disk added since -----------------------------------------------
# (on any libvirt: its own revert would put overlays on them, or take them away)

iso=$LAB/images/medium.iso
head -c 1M /dev/zero | tr '\0' '\101' >"$iso"
guest_define part vda vdb
virsh attach-disk part "$iso" hda --type cdrom --mode readonly --config >/dev/null
guest_mark part vda 0x41 0
guest_mark part vdb 0x42 0
succeeds "create with a disk left out" act create part p1 --disk vdb=no
guest_mark part vda 0x43 64k
guest_mark part vdb 0x44 64k
succeeds "create of both" act create part p2
guest_mark part vdb 0x45 128k
qemu-img create -q -f qcow2 "$LAB/images/part-vdc.qcow2" 64M
virsh attach-disk part "$LAB/images/part-vdc.qcow2" vdc --subdriver qcow2 --config >/dev/null
was=$(states part) vdb=$(guest_image part vdb) sum=$(sha256sum <"$iso")
b_now=$(state_hash "$vdb")
like "$(vs plan revert part p1)" 'vdb is not part of snapshot p1: it stays' "the plan says what stays"
like "$(vs plan revert part p1)" 'so virt-snap does it in steps of its own' "and that it goes its own way"
succeeds "revert, keeping NOW" act revert part p1
is "$(survived part "$was")" "" "no snapshot changed"
is "$(state_hash "$(guest_image part vda)")" "$(held part p1)" "the disk of the snapshot went back"
is "$(guest_image part vdb)" "$vdb" "the disk left out is as it was"
is "$(state_hash "$vdb")" "$b_now" "with what it held"
is "$(guest_image part vdc)" "$LAB/images/part-vdc.qcow2" "so is the disk added since"
is "$(guest_image part hda)" "$iso" "and the medium in its drive"
is "$(sha256sum <"$iso")" "$sum" "untouched"
sound part
marks_stay_above part
virsh start part >/dev/null
ok $? "the guest starts"
was=$(states part)
succeeds "a running guest, memory kept with all its disks" act revert part p1
is "$(survived part "$was")" "" "no snapshot changed"
is "$(virsh domstate part)" "shut off" "off, as the snapshot was"
sound part
kept=$(kept part)
succeeds "and back, with its memory" act revert part "$kept" --lose-now
is "$(virsh domstate part)" running "it runs"
is "$(now_hash part 2>/dev/null | head -n2 | xargs)" "$(held part "$kept" | cut -d' ' -f1-2)" "with what its disks held"
sound part
virsh destroy part >/dev/null

if before 9.9.0; then

# ---- failures in the middle ----------------------------------------------------------------------

guest_define bad vda
mkdir "$LAB/images/second"
qemu-img create -q -f qcow2 "$LAB/images/second/bad-vdb.qcow2" 64M
virsh attach-disk bad "$LAB/images/second/bad-vdb.qcow2" vdb --subdriver qcow2 --config >/dev/null
guest_mark bad vda 0x51 0
guest_mark bad vdb 0x52 0
succeeds "create" act create bad f1
guest_mark bad vda 0x53 0
succeeds "create" act create bad f2
virsh start bad >/dev/null
guest_mark bad vda 0x54 0

# Everything that must be as it was: states, NOW, records, definition, files.
everything() {
    states "$1"
    now_hash "$1"
    current "$1"
    virsh dumpxml --inactive --security-info "$1"
    for snapshot in $(virsh snapshot-list "$1" --name | sort); do
        virsh snapshot-dumpxml --security-info "$1" "$snapshot"
    done
    files
    ls "$LAB/images/second"
    virsh domstate "$1"
    virsh pool-list --all --name
}

vs plan revert bad f1 --lose-now --json >"$TMPDIR/bad.json"
in_lab mount --bind "$LAB/images/second" "$LAB/images/second"
in_lab mount -o remount,ro,bind "$LAB/images/second"
was=$(everything bad)
fails 1 "a layer that cannot be made: the plan fails" vs apply "$TMPDIR/bad.json" --yes
is "$(everything bad)" "$was" "and everything is as it was"
in_lab umount "$LAB/images/second"

vs plan revert bad f1 --lose-now --json >"$TMPDIR/bad.json"
record=$LAB/lib/libvirt/qemu/snapshot/bad/$(grep -o 'after-revert-[0-9-]*' "$TMPDIR/bad.json" | head -n1).xml
mkdir -p "$record"
fails 1 "a record that cannot be written: the plan fails" vs apply "$TMPDIR/bad.json" --yes
is "$(everything bad)" "$was" "and everything is as it was"
rmdir "$record"

virsh pool-create-as second dir --target "$LAB/images/second" >/dev/null

# A memory file that can be looked at, but that QEMU cannot load: known only once the guest was stopped.
guest_mark bad vda 0x55 0
succeeds "create with memory" act create bad m1 --memory
guest_mark bad vda 0x56 0
succeeds "create" act create bad f3 --disk-only
guest_mark bad vda 0x57 0
memory=$LAB/images/bad-vda.m1.mem
cp "$memory" "$TMPDIR/memory"
truncate -s 200K "$memory"
was=$(everything bad)
fails 1 "memory that does not load: the plan fails" act revert bad m1 --lose-now
is "$(everything bad | sed 's/^shut off$/running/')" "$was" "and everything is as it was, but for the memory of NOW"
is "$(virsh domstate bad)" "shut off" "which needed a stop"
sound bad
was=$(everything bad)
fails 1 "the same with the guest off" act revert bad m1 --lose-now
is "$(everything bad)" "$was" "everything is as it was"
was=$(states bad)
fails 1 "and keeping NOW" act revert bad m1
is "$(survived bad "$was")" "" "no snapshot changed"
is "$(current bad)" "$(kept bad)" "NOW stands on the snapshot that was taken of it"
sound bad
cp "$TMPDIR/memory" "$memory"
was=$(states bad)
succeeds "with its memory whole it works" act revert bad m1 --lose-now
is "$(virsh domstate bad)" running "the guest runs"
is "$(survived bad "$was")" "" "no snapshot changed"
sound bad
virsh destroy bad >/dev/null

# A stored configuration that libvirt does not take any more.
ln -s /usr/bin/qemu-system-x86_64 "$LAB/emulator"
guest_xml old vda | sed "s,<devices>,<devices><emulator>$LAB/emulator</emulator>," >"$TMPDIR/old.xml"
qemu-img create -q -f qcow2 "$LAB/images/old-vda.qcow2" 64M
virsh define "$TMPDIR/old.xml" >/dev/null
succeeds "create" act create old e1
succeeds "create" act create old e2
virsh dumpxml --inactive old | sed 's,<emulator>.*</emulator>,,' >"$TMPDIR/new.xml"
virsh define "$TMPDIR/new.xml" >/dev/null
rm "$LAB/emulator"
was=$(everything old)
fails 1 "a configuration that cannot be defined: the plan fails" act revert old e1 --lose-now
is "$(everything old)" "$was" "and everything is as it was"

fi
done_testing
