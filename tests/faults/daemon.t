#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon goes away while virt-snap goes on: ended, killed or stopped, between two steps, in the middle of one and in
# the middle of a merge. virt-snap finds the daemon again, and the job's end tells the true story: it is done, or what is
# left of it can be finished, with every surviving snapshot as it was. So does a virt-snap that was stopped itself.
#
# `make check` takes a few of these. FAULTS=all takes them all, but for what stands still for a minute: stopped.t.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start

all() { [ "${FAULTS:-}" = all ]; }
stopped() { [ -n "${STOPPED:-}" ]; }

# Longer than either side waits for the other: the keepalive's 5 s, 6 times (libvirtd.conf, virConnectSetKeepAlive).
STOPPED_SECONDS=60

# ---- between two calls -----------------------------------------------------------------------------

DISK_SIZE=4M

# The plan is applied to its end; at that place the daemon is started anew, or stopped for a while.
lose_apply() {   # PLACE FAULT
    case $2 in
    "daemon stopped") command="'$lab' stall '$LAB' $STOPPED_SECONDS &" ;;
    "daemon killed") command="'$lab' down '$LAB' KILL && '$lab' up '$LAB'" ;;
    *) command="'$lab' down '$LAB' && '$lab' up '$LAB'" ;;
    esac
    printf '%s\n' '#!/bin/sh' 'exec >/dev/null 2>&1 </dev/null' \
        "export LAB_PRELOAD='$LAB_PRELOAD' MERGE_SPEED='$MERGE_SPEED'" "touch '$TMPDIR/lost'" "$command" >"$TMPDIR/lose"
    chmod +x "$TMPDIR/lose"
    LD_PRELOAD=$cut CUT=$1 CUT_DO=$TMPDIR/lose vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
}

finish() {
    vs jobs resume "$1" --yes --lose-now >"$TMPDIR/way.log" 2>&1 || vs jobs resume "$1" --yes >"$TMPDIR/way.log" 2>&1
}

# What the job said at its end has to be so. 1: the plan has no such place.
lose() {   # KIND PLACE N FAULT
    name="$1, $4 $2 $3"
    stage "$1" || { ok 1 "$name"; return 1; }
    rm -f "$TMPDIR/lost" "$TMPDIR/way.log"
    lose_apply "$2 $3" "$4"
    apply_status=$?
    [ -e "$TMPDIR/lost" ] || return 1
    pool_again
    id=$(job_id)
    if [ $apply_status = 0 ]; then
        found='done'
    elif [ -n "$id" ]; then
        found=$(job_kind "$id")
        finish "$id"
        ok $? "$name: finished" || diag "$(cat "$TMPDIR/apply.log" "$TMPDIR/way.log")"
    else
        found=nothing
    fi
    cp "$TMPDIR/apply.log" "$TMPDIR/way.log"
    if [ "$found" = nothing ]; then went_back "$name"; else ended_well "$name"; fi
    no_job "$name"
    count_fault "$4" "$1: $2 $3" "$found"
}

if all; then
    : "${FAULT_KINDS:=$(kinds)}" "${DAEMON_FAULTS:=ended killed}" "${FAULT_PLACES:=call after}"
else
    : "${FAULT_KINDS:=revert}" "${DAEMON_FAULTS:=killed}" "${FAULT_PLACES:=call}"
fi
lose_at() {   # KIND PLACE/FAULT I
    lose "$1" "${2%/*}" $(($3 + 1)) "daemon ${2#*/}" && { all || [ "$3" = 0 ]; }
}
# Each fault at one place before any at a second.
places=
for place in $FAULT_PLACES; do
    for fault in $DAEMON_FAULTS; do places="$places $place/$fault"; done
done
# shellcheck disable=SC2086 # several words
stopped || rounds lose_at "$places" $FAULT_KINDS

# ---- in the middle of a merge ------------------------------------------------------------------------

merged() {   # NAME STATE
    is "$(snapshots web)" "s2" "$1: the snapshot is merged"
    is "$(now_hash web)" "$was_now" "$1: NOW is as it was"
    is "$(damaged)" "" "$1: no other snapshot is damaged"
    is "$(virsh domstate web)" "$2" "$1: the guest is as it was"
    like "$(vs check web)" ' 0 problems' "$1: nothing is wrong with the guest"
    no_job "$1"
}

# libvirt does not go on with a merge whose daemon ended. The snapshot that was merged is damaged by then, which no
# record shows: the journal does.
cut_merge() {   # FAULT SIGNAL running|off STATE
    name="$1, $3"
    begin_merge "$name" "$3"
    "$lab" down "$LAB" "$2" && "$lab" up "$LAB"
    wait "$apply"
    apply_status=$?
    if [ "$2" = TERM ] && [ $apply_status = 0 ]; then   # a daemon that is asked to end may wait for its calls
        pool_again
        merged "$name" "$4"
        count_fault "$1" "merge: in the middle of the merge, guest $3" "done"
        return
    fi
    is $apply_status 1 "$name: the job has failed"
    like "$(cat "$TMPDIR/apply.log")" 'partly overwritten' "$name: and says what became of the snapshot" ||
        diag "$(cat "$TMPDIR/apply.log")"
    pool_again
    id=$(job_id)
    found=$(job_kind "$id")
    fails 3 "$name: there is no way back" vs jobs undo "$id" --yes
    is "$(damaged)" "" "$name: no other snapshot is damaged"
    is "$(now_hash web)" "$was_now" "$name: nor is NOW"
    succeeds "$name: it can be finished" vs jobs resume "$id" --yes
    merged "$name" "$4"
    count_fault "$1" "merge: in the middle of the merge, guest $3" "$found"
}

stopped || cut_merge "daemon killed" KILL off "shut off"
if all && ! stopped; then
    cut_merge "daemon killed" KILL running running
    cut_merge "daemon ended" TERM off "shut off"
    cut_merge "daemon ended" TERM running running
fi

# ---- in the middle of a merge by qemu-img --------------------------------------------------------------

# Where the daemon runs, on a host that confines its guests (H19), as virt-snap is made to believe (confined.t).
confined() { in_lab env PATH="$TMPDIR/bin:$PATH" LD_PRELOAD="$cut" CONFINED=1 "$VIRT_SNAP" -c qemu:///system "$@"; }

# The daemon is away for a while when that place is reached: "wait" stands there until it is back.
confined_apply() {   # copy|WRITE
    export WAITS="$TMPDIR/wait"
    if [ "$1" = copy ]; then unset CUT CUT_DO; else export CUT="after $1" CUT_DO="$WAITS" WAITS=; fi
    confined apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
}

lose_commit() {   # FAULT SIGNAL copy|WRITE
    name="qemu-img, $1, $3"
    stage merge && confined plan delete web s1 --json >"$TMPDIR/plan.json"
    ok $? "$name: staged"
    rm -f "$TMPDIR/reached" "$TMPDIR/back"
    confined_apply "$3" &
    apply=$!
    until [ -e "$TMPDIR/reached" ] || ! kill -0 $apply 2>/dev/null; do sleep 0.02; done
    [ -e "$TMPDIR/reached" ] && "$lab" down "$LAB" "$2" && "$lab" up "$LAB"
    ok $? "$name: the daemon was away"
    pool_again
    touch "$TMPDIR/back"
    wait $apply
    is $? 1 "$name: the job is cut off"
    cp "$TMPDIR/apply.log" "$TMPDIR/way.log"
    like "$(cat "$TMPDIR/apply.log")" 'partly overwritten' "$name: and says what became of the snapshot"
    unlike "$(cat "$TMPDIR/apply.log")" 'was started meanwhile' "$name: and nothing that is not so"
    found=$(vs() { confined "$@"; }; job_kind "$(job_id)")
    is "$found" part "$name: what is left is known"
    fails 3 "$name: there is no way back" confined jobs undo "$(job_id)" --yes
    is "$(damaged)" "" "$name: no other snapshot is damaged"
    is "$(now_hash web)" "$was_now" "$name: nor is NOW"
    succeeds "$name: it can be finished" confined jobs resume "$(job_id)" --yes
    ended_well "$name"
    no_job "$name"
    count_fault "$1" "merge by qemu-img: $([ "$3" = copy ] && echo "while it copies" || echo after)" "$found"
}

if all && ! stopped && before 12.1.0; then
    mkdir "$TMPDIR/bin"
    printf '%s\n' '#!/bin/sh' "touch '$TMPDIR/reached'" "until [ -e '$TMPDIR/back' ]; do sleep 0.02; done" >"$TMPDIR/wait"
    printf '%s\n' '#!/bin/sh' '[ "$1" != commit ] || ${WAITS:-true}' 'exec /usr/bin/qemu-img "$@"' >"$TMPDIR/bin/qemu-img"
    chmod +x "$TMPDIR/wait" "$TMPDIR/bin/qemu-img"
    DISK_SIZE=4M
    learn_end merge
    lose_commit "daemon killed" KILL copy
    lose_commit "daemon ended" TERM 5
fi

# ---- stopped for a minute ------------------------------------------------------------------------------

# The process that is stopped for so long is dropped by the other side, or not: the merge goes on.
stall_merge() {   # FAULT COMMAND
    begin_merge "$1" running 16
    $2
    wait "$apply"
    is $? 0 "$1: the job is done" || diag "$(cat "$TMPDIR/apply.log")"
    merged "$1" running
    count_fault "$1" "merge: in the middle of the merge, guest running" "done"
}

stall_ours() {
    kill -STOP "$apply"
    sleep $STOPPED_SECONDS
    kill -CONT "$apply"
}

stall_daemon() { "$lab" stall "$LAB" $STOPPED_SECONDS; }

if stopped; then
    stall_merge "virt-snap stopped for 60 s" stall_ours
    stall_merge "daemon stopped for 60 s" stall_daemon
    for kind in revert create; do
        learn_end $kind
        lose $kind after 1 "daemon stopped"
    done
fi

done_testing
