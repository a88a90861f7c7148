#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The second of two disks fails when the first was put on its merged image (H14): QEMU refuses it, QEMU dies, the daemon
# dies. What is left is explained, named by `check`, and finished: by the job, or where nobody knows of the job any more,
# by the repair; with every surviving snapshot as it was.
#
# `make check` takes a few of these. FAULTS=all takes them all.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start
DISK_SIZE=4M

printf '%s\n' '#!/bin/sh' 'kill -9 "$(cat /run/libvirt/qemu/web.pid)"' >"$TMPDIR/crash"
chmod +x "$TMPDIR/crash"

# Whether libvirt's own mark is left depends on the snapshot: s1 has no ancestor to carry it, s2 has.
stage_half() {   # running|off SNAPSHOT
    unstage
    stage_chain running && take s3 --disk-only && guest_mark web vda 0x14 192k && guest_mark web vdb 0x24 192k ||
        return 1
    [ "$1" = running ] || virsh destroy web >/dev/null
    was=$(states web) was_now=$(now_hash web) given_up=$2
    vs plan delete web "$2" --json >"$TMPDIR/plan.json"
}

# The daemon anew, with a fault in it: spoil, crash or kill.
daemon_with() {   # FAULT
    "$lab" down "$LAB" &&
        case $1 in
        spoil) LAB_PRELOAD=$cut CUT="pivot 2" CUT_DO=spoil "$lab" up "$LAB" ;;
        crash) LAB_PRELOAD=$cut CUT="pivot 2" CUT_DO=$TMPDIR/crash "$lab" up "$LAB" ;;
        kill) LAB_PRELOAD=$cut CUT="pivot 2" "$lab" up "$LAB" ;;
        none) "$lab" up "$LAB" ;;
        esac
    pool_again
}

# The daemon that killed itself comes back without the fault in it.
apply_half() {   # FAULT
    vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
    apply=$!
    if [ "$1" = kill ]; then
        until ! daemon_runs || ! kill -0 $apply 2>/dev/null; do sleep 0.02; done
        "$lab" up "$LAB"
        pool_again
    fi
    wait $apply
}

daemon_runs() { in_lab sh -c 'kill -0 "$(cat /run/libvirtd.pid)"' 2>/dev/null; }

# By the journal, or as if another tool had left it.
finish_half() {   # resume|repair
    if [ "$1" = resume ]; then
        vs jobs resume "$id" --yes
    else
        vs jobs forget "$id" --yes && act repair web interrupted-delete
    fi
}

half() {   # running|off SNAPSHOT FAULT WAY
    name="$1, $2, $3, $4"
    stage_half "$1" "$2" && daemon_with "$3"
    ok $? "$name: staged" || return
    apply_half "$3"
    is $? 1 "$name: the job has failed" || diag "$(cat "$TMPDIR/apply.log")"
    id=$(job_id)
    found=$(job_kind "$id")
    like "$found" "$(left_of "$1" "$3")" "$name: something is left of it"
    like "$(cat "$TMPDIR/apply.log")" "snapshot $2 froze may be partly overwritten" "$name: and that is said" ||
        diag "$(cat "$TMPDIR/apply.log")"
    like "$(vs check web)" "delete of snapshot $2 was cut off.*finish the delete" "$name: check names it"
    unlike "$(vs check web)" 'is missing|say otherwise|writes to' "$name: and nothing that follows from it"
    fails 3 "$name: there is no way back" vs jobs undo "$id" --yes
    [ "$3" = crash ] || is "$(now_hash web)" "$was_now" "$name: NOW is as it was"
    succeeds "$name: it can be finished" finish_half "$4"
    is "$(snapshots web)" "$(echo s1 s2 s3 | sed "s/$2 *//;s/ *$//")" "$name: the snapshot is merged"
    is "$(damaged)" "" "$name: no other snapshot is damaged"
    is "$(now_hash web)" "$was_now" "$name: NOW is as it was"
    is "$(files | grep -o "web-vd..$2\( \|$\)")" "" "$name: the merged layers are gone"
    sound web
    starts
    ok $? "$name: it starts"
    no_job "$name"
    count_fault "$5" "$(kind_of "$1" "$2"): after the first of two disks was put on its merged image" "$found, $4"
}

# A daemon that had started the guest itself, and ended, leaves it paused with a merge that waits for ever (H17).
left_of() {   # running|off FAULT
    if [ "$1-$2" = off-kill ] && ! before 9.9; then echo '^busy$'; else echo '^part$'; fi
}

kind_of() {   # running|off SNAPSHOT
    case $1-$2 in
    *-s3) echo merge-leaf ;;
    running-*) echo merge-running ;;
    *) echo merge ;;
    esac
}

half running s1 spoil resume "second disk fails"
half off s2 spoil repair "second disk fails"
if [ "${FAULTS:-}" = all ]; then
    half running s2 spoil resume "second disk fails"
    half off s3 spoil resume "second disk fails"
    half running s3 spoil repair "second disk fails"
    half running s1 crash repair "QEMU killed"
    half off s2 crash resume "QEMU killed"
    half running s2 kill resume "daemon killed"
    half off s1 kill resume "daemon killed"
    half off s3 kill resume "daemon killed"
fi

done_testing
