#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody removes files that a running guest has open, or overwrites their headers: QEMU goes on with them, and nobody
# else can. `check` names the states that go with it, no plan is offered that would cost them, and the way it names
# brings them back.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start
DISK_SIZE=4M

# virt-snap where the daemon runs: there it looks at the files itself, elsewhere it asks the storage pool.
near() { in_lab "$VIRT_SNAP" -c qemu:///system "$@"; }

# What `check` tells the operator to do, from what QEMU has open.
copy_back() {   # FILE
    copy_fd=$(in_lab sh -c 'ls -l /proc/$(cat /run/libvirt/qemu/web.pid)/fd' | sed -n "s|.* \([0-9]*\) -> $1 (deleted)\$|\1|p" | head -n1)
    in_lab sh -c "cp /proc/\$(cat /run/libvirt/qemu/web.pid)/fd/$copy_fd '$1'"
}

refused() {   # NAME VERB ARGUMENT...
    refused_name=$1
    shift
    like "$(vs plan "$@" 2>&1)" 'Somebody removed .*, which QEMU still has open' "$refused_name"
}

# ---- an image below NOW ------------------------------------------------------------------------------

stage_chain running
was=$(states web)
layer=$LAB/images/web-vda.s1
rm "$layer"
for from in vs near; do
    says=$($from check web)
    is $? 1 "$from: check finds it"
    like "$says" "NOW, disk vda: somebody removed $layer, so this state is lost when the guest stops" "$from: NOW goes with it"
    like "$says" "s2, disk vda: somebody removed $layer" "$from: so does the snapshot that froze it"
    unlike "$says" '^ *- s1,' "$from: the one below does not"
    like "$says" 'Leave it running, and copy the file back as root on its host' "$from: and what to do is said"
done
refused "no snapshot is taken above it" create web s3
refused "nothing is merged" delete web s1
refused "nothing is merged into it" delete web s2
refused "the guest is not stopped for a revert" revert web s1 --lose-now --force
refused "nor for a discard" discard web s2 --lose-now --force
is "$(virsh domstate web)" running "the guest runs on"
copy_back "$layer"
ok $? "the file is copied back, as check says"
like "$(vs check web)" ' 0 problems' "then nothing is wrong"
is "$(survived web "$was")" "" "every snapshot holds what it held"
virsh destroy web >/dev/null
is "$(survived web "$was")" "" "also when the guest has stopped"
starts
ok $? "it starts"
count_fault "file removed" "running: an image below NOW" "part"

# ---- the image that the guest writes to --------------------------------------------------------------

unstage
stage_chain running
was=$(states web) layer=$LAB/images/web-vda.s2
rm "$layer"
says=$(vs check web)
like "$says" "NOW, disk vda: the guest writes to $layer, which somebody removed" "NOW itself: check says so"
unlike "$says" '^ *- s[12],' "the snapshots are whole"
refused "NOW itself: nothing is planned" create web s3
is "$(survived web "$was")" "" "the snapshots hold what they held"
virsh blockcopy web vda "$LAB/images/web-copy.qcow2" --transient-job --wait --pivot >/dev/null
ok $? "the disk is copied, as check says"
image_reads "$LAB/images/web-copy.qcow2" 0x13 128k 64k && image_reads "$LAB/images/web-copy.qcow2" 0x11 0 64k
ok $? "the copy holds what NOW held"
unlike "$(vs check web)" 'which somebody removed' "check does not tell of it any more"
count_fault "file removed" "running: the image that NOW writes to" "part"

# ---- a header that was overwritten ------------------------------------------------------------------

unstage
stage_chain running
was=$(states web) layer=$LAB/images/web-vda.s1
dd if="$layer" of="$TMPDIR/header" bs=512 count=1 status=none
overwrite() { dd if="$1" of="$layer" bs=512 count=1 conv=notrunc status=none && virsh pool-refresh images >/dev/null; }
overwrite /dev/zero
for from in vs near; do
    says=$($from check web)
    like "$says" "NOW, disk vda: the header of $layer was overwritten.*Leave it running" "$from: check finds it, and says what to do"
    like "$says" "s2, disk vda: the header of $layer was overwritten" "$from: so is the snapshot that froze it"
    unlike "$says" '^ *- s1,' "$from: the one below is not"
    like "$($from plan create web s3 --memory 2>&1)" "The header of $layer was overwritten while QEMU has it open" \
        "$from: no snapshot is taken above it"
done
fails 3 "nothing is merged" vs plan delete web s1
is "$(virsh domstate web)" running "the guest runs on"
overwrite "$TMPDIR/header"
like "$(vs check web)" ' 0 problems' "with the header back nothing is wrong"
is "$(survived web "$was")" "" "every snapshot holds what it held"
overwrite /dev/zero
rm -f "$LAB/images/web-copy.qcow2"
virsh blockcopy web vda "$LAB/images/web-copy.qcow2" --transient-job --wait --pivot >/dev/null
ok $? "the disk is copied, as check says"
image_reads "$LAB/images/web-copy.qcow2" 0x12 64k 64k && image_reads "$LAB/images/web-copy.qcow2" 0x13 128k 64k
ok $? "the copy holds what NOW held"
unlike "$(vs check web)" 'NOW, disk vda: the header' "check does not tell of NOW any more"
count_fault "header overwritten" "running: an image below NOW" "part"

# ---- removed, and the guest was stopped --------------------------------------------------------------

unstage
stage_chain running
was=$(states web)
rm "$LAB/images/web-vda.s1"
virsh destroy web >/dev/null
like "$(vs check web)" "NOW, disk vda: the image $LAB/images/web-vda.s1 is missing" "stopped: NOW is lost, and named"
like "$(vs check web)" "s2, disk vda: the image $LAB/images/web-vda.s1 is missing" "stopped: and s2"
fails 3 "stopped: nothing is merged where it was" vs plan delete web s2
succeeds "stopped: the way back to what is whole is open" act revert web s1 --lose-now
is "$(survived web "$(printf '%s\n' "$was" | grep '^s1 ')" 2>/dev/null)" "" "stopped: s1 holds what it held"
starts
ok $? "stopped: the guest starts"
count_fault "file removed" "revert: an image below NOW" "nothing"

# ---- removed below a branch that NOW does not stand on -------------------------------------------------

# Nothing of NOW is lost, and whoever went to that branch would lose it: no QEMU can open what it stands on.
unstage
stage_chain running
succeeds "another branch is left with what NOW holds" act revert web s1 --force
aside=$(kept web)
virsh start web >/dev/null
guest_mark web vda 0x16 192k 64k
was=$(states web)
rm "$LAB/images/web-vda.s1"
for from in vs near; do
    like "$($from plan revert web "$aside" --lose-now --force 2>&1)" "The image $LAB/images/web-vda.s1 is missing, and .* stands on it" \
        "$from: branch: the way to a state with a missing image far below is closed"
done
is "$(virsh domstate web)" running "branch: the guest runs on"
is "$(survived web "$(printf '%s\n' "$was" | grep '^s1 ')" 2>/dev/null)" "" "branch: s1 holds what it held"
image_reads "$(guest_image web vda)" 0x16 192k 64k
ok $? "branch: NOW too"
count_fault "file removed" "running: an image below another branch" "nothing"

done_testing
