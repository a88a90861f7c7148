#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The storage of the images is full when virt-snap acts: a small file system of the test's own, filled when the laws
# have been tried for the last time and the step has begun. The sentence names the file, the cause and what to do;
# nothing is left half done that is not offered to be finished, and no surviving snapshot is damaged.

# Mounts of its own, which end with it.
if [ -z "${FULL_MOUNTS:-}" ] && [ "$(id -u)" = 0 ]; then
    FULL_MOUNTS=own exec unshare --mount --propagation private "$0"
fi

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
mkdir "$TMPDIR/small"
[ "$(id -u)" != 0 ] || mount -t tmpfs -o size=128m tmpfs "$TMPDIR/small" || skip_all "no file system can be mounted"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
DISK_SIZE=16M

# The same for the daemon and for us.
in_lab mount --bind "$TMPDIR/small" "$LAB/images" && mount --bind "$TMPDIR/small" "$LAB/images"
ok $? "there is a small file system"
cleanup "umount -l '$LAB/images'"
pool_start

# Whoever runs it, the file system is full then.
printf '%s\n' '#!/bin/sh' "dd if=/dev/zero of='$LAB/images/ballast' bs=4k status=none 2>/dev/null" 'exit 0' >"$TMPDIR/fill"
chmod +x "$TMPDIR/fill"

# Applies the plan; the space ends after the Nth write of the journal.
apply_full() { LD_PRELOAD=$cut CUT="after $1" CUT_DO=$TMPDIR/fill vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1; }

says_full() {   # NAME FILE
    like "$(cat "$TMPDIR/apply.log")" "$2.*No space left on device" "$1: the file and the cause are named"
    like "$(cat "$TMPDIR/apply.log")" 'Free some space' "$1: and what to do"
}

# What the pool says of the space is as old as its last refresh.
make_room() { rm "$LAB/images/ballast" && virsh pool-refresh images >/dev/null; }

# Nothing is left of it.
full_at_start() {   # KIND WRITE FILE
    stage "$1"
    fails 1 "$1: it fails" apply_full "$2"
    says_full "$1" "$3"
    make_room
    no_job "$1"
    went_back "$1"
    count_fault "disk full" "$1: at its first step" "nothing"
}

full_at_start create 2 web-vda.s3
if before 9.9; then
    full_at_start revert 3 web-vda.after-revert
else
    full_at_start revert 2 'web-vda\.[0-9]+'   # libvirt names the overlays that it makes
fi

# ---- a merge, which copies more than there is room for ----------------------------------------------

unstage
DISK_SIZE=64M guest_define web && virsh start web >/dev/null && guest_mark web vda 0x11 0 && take s1 --disk-only &&
    guest_mark web vda 0x22 0 16M && take s2 --disk-only && guest_mark web vda 0x33 1M
ok $? "merge: staged"
was=$(states web) was_now=$(now_hash web) given_up=s1
vs plan delete web s1 --json >"$TMPDIR/plan.json"
fails 1 "merge: it fails" apply_full 3
like "$(cat "$TMPDIR/apply.log")" 'No space left on device' "merge: the cause is named"
like "$(cat "$TMPDIR/apply.log")" 'Free some space' "merge: and what to do"
like "$(cat "$TMPDIR/apply.log")" 'snapshot s1 froze may be partly overwritten' "merge: and what became of the snapshot"
id=$(job_id)
is "$(damaged)" "" "merge: no other snapshot is damaged"
is "$(now_hash web)" "$was_now" "merge: nor is NOW"
fails 3 "merge: there is no way back" vs jobs undo "$id" --yes
make_room
succeeds "merge: with space again it can be finished" vs jobs resume "$id" --yes
is "$(snapshots web)" s2 "merge: it is merged"
is "$(now_hash web)" "$was_now" "merge: NOW is as it was"
is "$(damaged)" "" "merge: no snapshot that stays is damaged"
sound web
no_job merge
count_fault "disk full" "merge-running: in the middle of the merge" "part, resume"

done_testing
