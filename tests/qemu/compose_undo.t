#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reverts in steps of our own where libvirt's would do harm (a disk left out, a CD-ROM, a disk added since), and what
# is left when a step fails: everything is as it was.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M   # every state is read back whole, often

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
qemu-img create -q -f qcow2 "$LAB/images/part-vdc.qcow2" 8M
virsh attach-disk part "$LAB/images/part-vdc.qcow2" vdc --subdriver qcow2 --config >/dev/null
was=$(states part) vdb=$(guest_image part vdb) sum=$(sha256sum <"$iso")
b_now=$(state_hash "$vdb")
like "$(vs plan revert part p1)" 'vdb is not part of snapshot p1: it stays' "the plan says what stays"
like "$(vs plan revert part p1)" 'so virt-snap does it in steps of its own' "and that it goes its own way"
like "$(vs plan revert part p1)" 'in the snapshot; its hardware stays the same' "the stored configuration is the same"
virsh setmaxmem part 48M --config
like "$(vs plan revert part p1)" 'Memory: 48M now, 32M then' "or it is said what it changes"
succeeds "revert, keeping NOW" act revert part p1
is "$(survived part "$was")" "" "no snapshot changed"
is "$(state_hash "$(guest_image part vda)")" "$(held part p1)" "the disk of the snapshot went back"
is "$(guest_image part vdb)" "$vdb" "the disk left out is as it was"
is "$(virsh dominfo part | sed -n 's/^Max memory: *//p')" "32768 KiB" "the configuration is the stored one"
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
qemu-img create -q -f qcow2 "$LAB/images/second/bad-vdb.qcow2" 8M
virsh attach-disk bad "$LAB/images/second/bad-vdb.qcow2" vdb --subdriver qcow2 --config >/dev/null
guest_mark bad vda 0x51 0
guest_mark bad vdb 0x52 0
succeeds "create" act create bad f1
guest_mark bad vda 0x53 0
succeeds "create" act create bad f2
virsh start bad >/dev/null
guest_mark bad vda 0x54 0

vs plan revert bad f1 --lose-now --json >"$TMPDIR/bad.json"
in_lab mount --bind "$LAB/images/second" "$LAB/images/second"
in_lab mount -o remount,ro,bind "$LAB/images/second"
was=$(everything bad)
fails 1 "a layer that cannot be made: the plan fails" vs apply "$TMPDIR/bad.json" --yes
unchanged bad "$was" "and everything is as it was"
in_lab umount "$LAB/images/second"

vs plan revert bad f1 --lose-now --json >"$TMPDIR/bad.json"
record=$LAB/lib/libvirt/qemu/snapshot/bad/$(grep -o 'after-revert-[0-9-]*' "$TMPDIR/bad.json" | head -n1).xml
mkdir -p "$record"
fails 1 "a record that cannot be written: the plan fails" vs apply "$TMPDIR/bad.json" --yes
unchanged bad "$was" "and everything is as it was"
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
unchanged bad "$was" "everything is as it was"
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

fi

# A definition that cannot be written: known when the records were changed already. Newer libvirts keep in the current
# one's where NOW is after a revert; that has to come back too.
ln -s "$(in_lab sh -c 'command -v qemu-system-x86_64')" "$LAB/emulator"
guest_xml old vda | sed "s,<devices>,<devices><emulator>$LAB/emulator</emulator>," >"$TMPDIR/old.xml"
qemu-img create -q -f qcow2 "$LAB/images/old-vda.qcow2" 8M
virsh define "$TMPDIR/old.xml" >/dev/null
for name in e1 e2 e3; do
    guest_mark old vda "0x6${name#e}" 0
    succeeds "create $name" act create old $name
done
succeeds "make a branch" act revert old e2 --lose-now
qemu-img create -q -f qcow2 "$LAB/images/old-vdc.qcow2" 8M
virsh attach-disk old "$LAB/images/old-vdc.qcow2" vdc --subdriver qcow2 --config >/dev/null
sound old
was=$(everything old)
mkdir "$LAB/etc/qemu/old.xml.new"
for name in e1 e2 e3; do   # an inner one, the one with NOW's branch, a leaf
    vs plan revert old $name --lose-now --json >"$TMPDIR/plan.json"
    like "$(vs apply "$TMPDIR/plan.json" --yes 2>&1)" 'taken back. Defining old failed' "reverting to $name fails late"
    unchanged old "$was" "and everything is as it was"
    sound old
done
rmdir "$LAB/etc/qemu/old.xml.new"

# Records that libvirt does not take any more, though it stored them.
virsh dumpxml --inactive old | sed 's,<emulator>.*</emulator>,,' >"$TMPDIR/new.xml"
virsh define "$TMPDIR/new.xml" >/dev/null
rm "$LAB/emulator"
was=$(everything old)
for name in e2 e3; do
    fails 1 "a machine that is gone: reverting to $name fails" act revert old $name --lose-now
    unchanged old "$was" "and everything is as it was"
done

done_testing
