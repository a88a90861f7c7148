#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The host is against it, from the middle of a job on: the storage is full or read-only, an image is gone, unreadable or
# may not be opened by QEMU, which runs as a user of its own. What is said names the file, the cause and what to do;
# when the fault is mended, nothing is left of the job or it can be finished, with every snapshot as it was.
#
# `make check` takes a few of these. FAULTS=all takes them all; FAULT_KINDS="merge revert" and HOST_FAULTS="full" some.

# Mounts of its own, which end with it.
if [ -z "${FULL_MOUNTS:-}" ] && [ "$(id -u)" = 0 ]; then
    FULL_MOUNTS=own exec unshare --mount --propagation private "$0"
fi

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
mkdir "$TMPDIR/small"
[ "$(id -u)" != 0 ] || mount -t tmpfs -o size=96m tmpfs "$TMPDIR/small" || skip_all "no file system can be mounted"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
DISK_SIZE=4M

# ---- the stage -----------------------------------------------------------------------------------------

# QEMU as the packages have it: a user who owns what it may open.
chmod 711 "$TMPDIR"
sed -i -e 's/^user = .*/user = "libvirt-qemu"/' -e 's/^group = .*/group = "libvirt-qemu"/' \
    -e 's/^dynamic_ownership = .*/dynamic_ownership = 1/' "$LAB/etc/qemu.conf"
"$lab" down "$LAB" && "$lab" up "$LAB"
ok $? "a daemon whose QEMU is no root"
in_lab mount --bind "$TMPDIR/small" "$LAB/images" && mount --bind "$TMPDIR/small" "$LAB/images"
ok $? "and a small file system"
cleanup "umount -l '$LAB/images'"
pool_start
images=$LAB/images base=$LAB/images/web-vda.qcow2

# A file system that is written to stays writable: readonly.t has one fail.
spared() {   # KIND FAULT
    case $2-$1 in
    read-only-create-memory | read-only-*-running | read-only-revert-keep) true ;;
    *) false ;;
    esac
}

# begin FAULT, mend FAULT: commands, for whoever runs them.
begin() {
    case $1 in
    full) echo "dd if=/dev/zero of='$images/ballast' bs=4k status=none 2>/dev/null; true" ;;
    read-only) echo "mount -o remount,ro '$TMPDIR/small' 2>/dev/null || mv '$TMPDIR/began' '$TMPDIR/busy'" ;; # QEMU writes
    missing) echo "mv '$base' '$images/away'" ;;
    unreadable) echo "dd if='$base' of='$TMPDIR/header' bs=512 count=1 status=none &&" \
        "dd if=/dev/zero of='$base' bs=512 count=1 conv=notrunc status=none" ;;
    denied) echo "chmod 000 '$base'" ;;
    esac
}

mend() {
    case $1 in
    full) echo "rm -f '$images/ballast'" ;;
    read-only) echo "mount -o remount,rw '$TMPDIR/small'" ;;
    missing) echo "mv '$images/away' '$base'" ;;
    unreadable) echo "dd if='$TMPDIR/header' of='$base' bs=512 conv=notrunc status=none" ;;
    denied) echo "chmod 644 '$base'" ;;
    esac
}

# As the table has it.
fault_name() {
    case $1 in
    full) echo "disk full" ;;
    read-only) echo "storage read-only" ;;
    *) echo "image $1" ;;
    esac
}

# What has to be said of it: the cause, and what to do.
cause() {
    case $1 in
    full) echo 'No space left' ;;
    read-only) echo 'Read-only file system|Permission denied' ;;   # of a file that libvirt could not give to QEMU
    missing) echo 'No such file or directory|is missing' ;;
    unreadable) echo 'Image is not in qcow2 format|its records say qcow2, but' ;;
    denied) echo 'Permission denied' ;;
    esac
}

remedy() {
    case $1 in
    full) echo 'Free some space' ;;
    read-only) echo 'mounted read-only' ;;
    missing) echo '([Bb]ring|copy) (it|the file) back' ;;
    unreadable) echo 'from a backup|check with qemu-img info' ;;
    denied) echo 'check its owner and mode' ;;
    esac
}

# ---- one fault -----------------------------------------------------------------------------------------

# The plan is applied; the fault begins after the Nth write of the journal: 1 before the first step, then two for each.
# 1: the plan has no such place, or the fault cannot come there.
against() {   # KIND FAULT WRITE
    name="$1, $2 after write $3"
    for id in $(vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p'); do vs jobs forget "$id" --yes >/dev/null; done
    stage "$1" || { ok 1 "$name"; return 1; }
    rm -f "$TMPDIR/began" "$TMPDIR/busy" "$TMPDIR/way.log"
    printf '%s\n' '#!/bin/sh' "touch '$TMPDIR/began'" "$(begin "$2")" >"$TMPDIR/fault"
    chmod +x "$TMPDIR/fault"
    LD_PRELOAD=$cut CUT="after $3" CUT_DO=$TMPDIR/fault vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    apply_status=$?
    [ ! -e "$TMPDIR/busy" ] || diag "$name: not while QEMU writes"
    [ -e "$TMPDIR/began" ] || return 1
    found='done'
    [ $apply_status = 0 ] || told "$name" "$2"
    [ "$apply_status-$2" != 0-unreadable ] ||
        unlike "$(cat "$TMPDIR/apply.log")" 'All is as planned' "$name: it went well, and the damage is told"
    sh -c "$(mend "$2")" && virsh pool-refresh images >/dev/null
    ok $? "$name: it is mended"
    id=$(job_id)
    cp "$TMPDIR/apply.log" "$TMPDIR/way.log"
    if [ -n "$id" ]; then
        found=$(job_kind "$id")
        if [ "$(virsh domstate web)" = paused ]; then
            stop_and_take_back "$id"
        else
            finish "$id"
            ok $? "$name: what is left is finished" || diag "$(cat "$TMPDIR/way.log")"
        fi
    elif [ $apply_status != 0 ]; then
        found=nothing
    fi
    # shellcheck disable=SC2046 # paths without blanks
    rm -f $(sed -n 's/The file [^ ]* could not/\n&/gp' "$TMPDIR/apply.log" | sed -n 's/^The file \([^ ]*\) could not be removed.*/\1/p')
    if [ "$found" = nothing ]; then went_back "$name"; else ended_well "$name"; fi
    no_job "$name"
    count_fault "$(fault_name "$2")" "$1: after $3" "$found"
}

finish() {   # ID
    vs jobs resume "$1" --yes >>"$TMPDIR/way.log" 2>&1 || vs jobs resume "$1" --yes --lose-now >>"$TMPDIR/way.log" 2>&1
}

# QEMU has given an image up and stands still, on overlays of a snapshot that is not recorded: jobs show says what to do.
stop_and_take_back() {   # ID
    like "$(vs jobs show "$1")" 'Do not resume it.*Stop it.*Then look again' "$name: what the guest needs is told"
    unlike "$(vs jobs show "$1")" 'jobs (undo|resume)' "$name: before that nothing is offered"
    virsh destroy web >/dev/null
    like "$(vs jobs show "$1")" "virt-snap jobs undo $1" "$name: once it was stopped, the job can be taken back"
    vs jobs undo "$1" --yes >>"$TMPDIR/way.log" 2>&1
    ok $? "$name: it is" || diag "$(cat "$TMPDIR/way.log")"
    virsh start web >/dev/null
    found=nothing
}

told() {   # NAME FAULT
    like "$(cat "$TMPDIR/apply.log")" "$(cause "$2")" "$1: the cause is told"
    like "$(cat "$TMPDIR/apply.log")" "((failed|touched|there|gone|Image).*|the image |the header of )$images/web-v" "$1: the file is named"
    like "$(cat "$TMPDIR/apply.log")" "$(remedy "$2")" "$1: and what to do" || diag "$(grep -vE '^(#|Steps|  )' "$TMPDIR/apply.log")"
}

# The Ith step was noted as begun, its call comes next.
against_at() {   # KIND FAULT I
    ! spared "$1" "$2" && against "$1" "$2" $((2 * $3 + 2)) && { [ "${FAULTS:-}" = all ]; }
}

if [ "${FAULTS:-}" = all ]; then
    : "${FAULT_KINDS:=create create-memory merge merge-running revert revert-memory revert-keep discard drop internal}"
    : "${HOST_FAULTS:=full read-only missing unreadable denied}"
else
    : "${FAULT_KINDS:=create merge}" "${HOST_FAULTS:=missing denied}"
fi
# shellcheck disable=SC2086 # several words
rounds against_at "$HOST_FAULTS" $FAULT_KINDS

# ---- seen from the host itself -------------------------------------------------------------------------

# Only there can it be told that the storage is read-only, whatever QEMU complains of.
near() { in_lab "$VIRT_SNAP" -c qemu:///system "$@"; }

if [ "${FAULTS:-}" = all ]; then
    stage merge
    near plan delete web s1 --json >"$TMPDIR/plan.json"
    mount -o remount,ro "$TMPDIR/small"
    near apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    is $? 3 "on the host: it is not begun"
    like "$(cat "$TMPDIR/apply.log")" "The storage of $images/web-vda.qcow2 is mounted read-only" "on the host: it is said why"
    mount -o remount,rw "$TMPDIR/small"
    printf '%s\n' '#!/bin/sh' "mount -o remount,ro '$TMPDIR/small'" >"$TMPDIR/fault"
    in_lab env LD_PRELOAD="$cut" CUT="after 2" CUT_DO="$TMPDIR/fault" "$VIRT_SNAP" -c qemu:///system \
        apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    is $? 1 "on the host: it fails"
    mount -o remount,rw "$TMPDIR/small"
    like "$(cat "$TMPDIR/apply.log")" "The storage of $images/web-vda.s2 is mounted read-only" "on the host: it is named why"
    for id in $(vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p'); do near jobs forget "$id" --yes >/dev/null; done
    went_back "on the host"
fi

done_testing
