#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Somebody else acts meanwhile: while an off guest is merged, its paused QEMU is resumed or destroyed; between plan and
# run, and between two steps, snapshots are taken, deleted and reverted to, the guest is defined anew, a layer is
# removed. Where the picture is not the planned one, nothing is touched; where a plan stops in between, that is
# explained and its way on is offered.
#
# `make check` takes a few of these. FAULTS=all takes them all.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start

all() { [ "${FAULTS:-}" = all ]; }

# ---- under a merge of a guest that is off ------------------------------------------------------------

# libvirt lets others destroy it. NOW is whole; what the merged snapshot froze is not, and only the merge mends that.
destroyed() {   # KIND running|off
    name="destroyed, $2"
    begin_merge "$name" "$2" 10
    virsh destroy web >/dev/null
    wait "$apply"
    is $? 1 "$name: the job has failed"
    like "$(cat "$TMPDIR/apply.log")" 'snapshot s1 froze may be partly overwritten: do not go back to it' \
        "$name: it says what is damaged" || diag "$(cat "$TMPDIR/apply.log")"
    like "$(cat "$TMPDIR/apply.log")" 'NOW and the other snapshots are whole' "$name: and what is not"
    is "$(now_hash web)" "$was_now" "$name: NOW is whole indeed"
    is "$(damaged)" "" "$name: and every other snapshot"
    id=$(job_id)
    is "$(job_kind "$id")" part "$name: it is known as begun"
    fails 3 "$name: there is no way back" vs jobs undo "$id" --yes
    succeeds "$name: finishing the merge is offered, and works" vs jobs resume "$id" --yes
    is "$(snapshots web)" s2 "$name: the snapshot is merged"
    is "$(now_hash web)" "$was_now" "$name: NOW is as it was"
    is "$(damaged)" "" "$name: no other snapshot is damaged"
    is "$(virsh domstate web)" "shut off" "$name: the guest is off"
    sound web
    no_job "$name"
    count_fault "destroyed by others" "$1: in the middle of the merge" "part, resume"
}

# libvirt holds a resume until the merge ends, or refuses it.
resumed() {
    begin_merge resumed off 10
    virsh resume web >/dev/null 2>&1 &
    resume=$!
    wait "$apply"
    is $? 0 "resumed: the job is done" || diag "$(cat "$TMPDIR/apply.log")"
    wait $resume
    is "$(snapshots web)" s2 "resumed: the snapshot is merged"
    is "$(damaged)" "" "resumed: no other snapshot is damaged"
    if [ "$(virsh domstate web)" = "shut off" ]; then
        is "$(now_hash web)" "$was_now" "resumed: NOW is as it was"
    else
        like "$(cat "$TMPDIR/apply.log")" 'web was left as it is: it was resumed by somebody else meanwhile' \
            "resumed: the guest that somebody wants to run is left to them, and that is said"
    fi
    sound web
    no_job resumed
    count_fault "resumed by others" "merge: in the middle of the merge" "done"
}

destroyed merge off
if all; then
    destroyed merge-running running
    resumed
fi

# ---- between plan and run, and between two steps -------------------------------------------------------

DISK_SIZE=4M

# What somebody else does, by plain virsh, as a program of its own.
meddler() {   # WITH
    {
        printf '%s\n' '#!/bin/sh' 'exec >/dev/null 2>&1' "touch '$TMPDIR/meddled'" "virsh() { command virsh -q -c '$LAB_URI' \"\$@\"; }"
        case $1 in
        create) echo "virsh snapshot-create-as web theirs --disk-only" ;;
        delete) echo "virsh snapshot-delete web s2 --metadata" ;;
        define) echo "virsh dumpxml --inactive --security-info web | sed 's/web-vdb.s2/web-vdb.qcow2/' >'$TMPDIR/theirs.xml'" \
            "&& virsh define '$TMPDIR/theirs.xml'" ;;
        start) echo "virsh start web" ;;
        layer) echo "rm -f '$LAB'/images/web-*after-revert*" ;;
        esac
    } >"$TMPDIR/meddle"
    chmod +x "$TMPDIR/meddle"
    rm -f "$TMPDIR/meddled"
}

theirs() { ! virsh snapshot-list web --name | grep -qx theirs || held web theirs; }

# All that survives is whole: what we had, and what they took.
whole() {   # NAME
    is "$(survived web "$(printf '%s\n' "$was" | grep -v "^${given_up:-/} " | grep -v "^${they_gave_up:-/} ")")" "" \
        "$1: no snapshot is damaged" || diag "$(cat "$TMPDIR/apply.log")"
    unlike "$(theirs)" unreadable "$1: nor is what somebody else took"
}

# The plan is not the shown one any more, or what they did makes no difference to it.
before_run() {   # KIND WITH
    name="$1, $2 between plan and run" they_gave_up=
    [ "$2" != delete ] || they_gave_up=s2
    stage "$1"
    meddler "$2"
    "$TMPDIR/meddle"
    was_all=$(everything web)
    vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    apply_status=$?
    if [ $apply_status = 0 ]; then
        whole "$name"
        sound web
    else
        like "$apply_status" '^[34]$' "$name: the plan is not carried out" || diag "$(cat "$TMPDIR/apply.log")"
        like "$(cat "$TMPDIR/apply.log")" 'Nothing was touched' "$name: and says so"
        is "$(everything web)" "$was_all" "$name: nothing was touched"
    fi
    no_job "$name"
    count_fault "others: $2" "$1: between plan and run" "$([ $apply_status = 0 ] && echo all || echo nothing)"
}

# After the Nth write of the journal: 1 before the first step, then two for each step.
in_between() {   # KIND WRITE WITH
    name="$1, $3 after write $2" they_gave_up=
    stage "$1"
    meddler "$3"
    LD_PRELOAD=$cut CUT="after $2" CUT_DO=$TMPDIR/meddle vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1
    apply_status=$?
    if [ ! -e "$TMPDIR/meddled" ] && ! before 9.9; then
        ok 0 "$name # SKIP libvirt does this plan in one step"
        return
    fi
    [ -e "$TMPDIR/meddled" ]
    ok $? "$name: somebody acted"
    id=$(job_id)
    found='undone'
    [ $apply_status != 0 ] || found=all
    if [ -n "$id" ]; then
        found=$(job_kind "$id")
        like "$(vs jobs show "$id")" 'jobs (resume|undo|forget)' "$name: a way on is offered"
        vs jobs undo "$id" --yes >"$TMPDIR/way.log" 2>&1 || vs jobs resume "$id" --yes >>"$TMPDIR/way.log" 2>&1 ||
            vs jobs forget "$id" --yes >>"$TMPDIR/way.log" 2>&1
    fi
    whole "$name"
    like "$(vs check web)" ' 0 problems' "$name: nothing is wrong with the guest" ||
        diag "$(cat "$TMPDIR/apply.log" "$TMPDIR/way.log")"
    starts
    ok $? "$name: it starts"
    no_job "$name"
    count_fault "others: $3" "$1: between two steps" "$found"
}

before_run revert create
before_run merge define
in_between revert 3 create
if all; then
    for kind in create merge revert-keep discard; do
        before_run $kind create
        before_run $kind define
    done
    before_run revert delete
    before_run create-memory create
    before_run merge-leaf create
    in_between revert 5 create
    in_between revert 3 start
    in_between revert 5 start
    in_between revert 3 layer
    in_between revert-keep 3 create
fi

done_testing
