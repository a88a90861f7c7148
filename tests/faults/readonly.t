#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The file system of the images gives up in the middle of a job on a guest that runs, as ext4 does after an error: it is
# read-only from then on, though QEMU has files open for writing (mount refuses to make one so). What is said names the
# file, the cause and what to do; when the guest was stopped and the file system repaired, nothing is left of the job or
# it can be finished or taken back, with every snapshot as it was.
#
# `make check` takes one of these. FAULTS=all takes them all.

# Mounts of its own, which end with it.
if [ -z "${FULL_MOUNTS:-}" ] && [ "$(id -u)" = 0 ]; then
    FULL_MOUNTS=own exec unshare --mount --propagation private "$0"
fi

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
PATH=$PATH:/usr/sbin:/sbin
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
DISK_SIZE=4M

# The same for the daemon and for us.
attach() {
    mount -o errors=remount-ro "$dev" "$LAB/images" && in_lab mount -o errors=remount-ro "$dev" "$LAB/images"
}
detach() { umount "$LAB/images" && in_lab umount "$LAB/images"; }

command -v mkfs.ext4 >/dev/null || skip_all "mkfs.ext4 is not installed"
truncate -s 96M "$TMPDIR/device" && mkfs.ext4 -q -F "$TMPDIR/device" && mkdir "$TMPDIR/sys" &&
    mount -t sysfs sysfs "$TMPDIR/sys" && dev=$(losetup -f --show "$TMPDIR/device")
[ -n "${dev:-}" ] || skip_all "no loop device can be had"
cleanup "in_lab umount -l '$LAB/images'; umount -l '$LAB/images'; losetup -d '$dev'"
attach
ok $? "a file system of its own"
fault=$TMPDIR/sys/fs/ext4/${dev##*/}/trigger_fs_error
[ -e "$fault" ] || skip_all "this kernel's ext4 cannot be told to fail"
pool_start

# e2fsck: 1 and 2 say what it has corrected.
mend() {
    virsh destroy web >/dev/null 2>&1
    detach && { e2fsck -fy "$dev" >"$TMPDIR/fsck.log" 2>&1 || [ $? -lt 4 ]; } && attach &&
        virsh pool-refresh images >/dev/null
}

gives_up() {   # KIND WRITE WAY
    name="$1, read-only after write $2"
    stage "$1" || { ok 1 "$name: staged"; return; }
    sync
    printf '%s\n' '#!/bin/sh' "echo test >'$fault'" >"$TMPDIR/fault"
    chmod +x "$TMPDIR/fault"
    LD_PRELOAD=$cut CUT="after $2" CUT_DO=$TMPDIR/fault vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    is $? 1 "$name: it fails" || diag "$(cat "$TMPDIR/apply.log")"
    like "$(cat "$TMPDIR/apply.log")" 'Read-only file system' "$name: the cause is told"
    like "$(cat "$TMPDIR/apply.log")" "(failed|goes|was to go).*$LAB/images/web-v" "$name: the file is named"
    like "$(cat "$TMPDIR/apply.log")" 'mounted read-only' "$name: and what to do" || diag "$(cat "$TMPDIR/apply.log")"
    says=$(in_lab "$VIRT_SNAP" -c qemu:///system plan create web later 2>&1)
    like "$says" 'is mounted read-only, so nothing can be written' "$name: nothing else is planned there"
    mend
    ok $? "$name: the guest is stopped, the file system repaired"
    id=$(job_id)
    cp "$TMPDIR/apply.log" "$TMPDIR/way.log"
    found=nothing
    if [ -n "$id" ]; then
        found=$(job_kind "$id")
        vs jobs "$3" "$id" --yes >>"$TMPDIR/way.log" 2>&1
        ok $? "$name: $3 works" || diag "$(cat "$TMPDIR/way.log")"
    fi
    if [ "$found" = nothing ] || [ "$3" = undo ]; then went_back "$name"; else ended_well "$name"; fi
    no_job "$name"
    count_fault "storage read-only" "$1: after (guest running)" "$found"
}

learn_end merge-running
end=$(printf '%s\n' "$end" | sed 's/^running$/shut off/')
gives_up merge-running 2 resume
if [ "${FAULTS:-}" = all ]; then
    gives_up create-memory 2 undo
    gives_up revert-keep 4 undo
fi

done_testing
