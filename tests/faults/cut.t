#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# virt-snap is cut off (SIGKILL) around each step of each kind of plan, and in the middle of steps of several calls. The
# next start finds the job, and each way it offers leads to where it says, with every surviving snapshot as it was.
#
# `make check` takes a few of these. FAULTS=all meets each place once, and the ways on in turn; with FAULT_WAYS=both each
# way at each place. FAULT_KINDS="merge revert": these kinds of plan only. Those that take NOW somewhere are for
# cut_revert.t.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
pool_start
DISK_SIZE=4M

# What is left of the job is finished; consent is asked for where NOW would lose what it wrote since.
finish() {
    vs jobs resume "$1" --yes >"$TMPDIR/way.log" 2>&1
    finish_status=$?
    [ $finish_status = 3 ] && grep -q 'Say so with --lose-now' "$TMPDIR/way.log" || return $finish_status
    vs jobs resume "$1" --yes --lose-now >"$TMPDIR/way.log" 2>&1
}

# Where it cannot be taken back any more, that is said and nothing is touched; then it is finished. Where it may be left
# as it is, that is said, too.
take_back() {
    before_undo=$(everything web)
    ! vs jobs show "$1" | grep -q 'To leave it so: virt-snap jobs undo' || stays=1
    vs jobs undo "$1" --yes >"$TMPDIR/way.log" 2>&1
    undo_status=$?
    [ $undo_status = 3 ] || return $undo_status
    is "$(everything web)" "$before_undo" "$2: what cannot be taken back is not touched" >&3
    way=resume
    finish "$1"
}

# The ways that are tried after the Nth cut.
ways() {
    if [ "${FAULT_WAYS:-}" = both ]; then
        echo resume undo
    elif [ $(($1 % 2)) = 0 ]; then
        echo resume
    else
        echo undo
    fi
}

# One cut and one way on. Ends the loop (1) when the plan ran to its end.
try() {   # KIND PLACE N WAY
    name="$1, cut off $2 $3, $4"
    stage "$1" || { ok 1 "$name"; return 1; }
    cut_apply "$2 $3"
    [ $? = 137 ] || return 1
    id=$(job_id)
    if [ -z "$id" ]; then
        is "$2 $3" "before 1" "$name: nothing was begun"
        went_back "$name"
        count_fault "kill -9" "$1: $2 $3" nothing
        return 0
    fi
    found=$(job_kind "$id") way=$4 stays=
    case $found in
    nothing | all) finish "$id" ;;
    *) if [ "$4" = resume ]; then finish "$id"; else take_back "$id" "$name"; fi ;;
    esac
    ok $? "$name: done" || diag "$(cat "$TMPDIR/way.log")"
    case $found-$way in
    nothing-*) went_back "$name" ;;
    part-undo) if [ -n "$stays" ]; then stayed "$name" "$before_undo"; else went_back "$name"; fi ;;
    *) ended_well "$name" ;;
    esac
    no_job "$name"
    count_fault "kill -9" "$1: $2 $3" "$found, $way"
}

exec 3>&1
if [ -z "${FAULTS:-}" ]; then
    [ -z "${REVERTS:-}" ] && mine=merge || mine=revert
    : "${FAULT_PLACES:=after}"
else
    mine=$(kinds | xargs -n1 | grep -vxE "$(reverts | tr ' ' '|')")
    [ -z "${REVERTS:-}" ] || mine=$(reverts)
    : "${FAULT_PLACES:=after call before}"
fi
mine=$(echo "$mine" | xargs -n1 | grep -xE "$(echo "${FAULT_KINDS:-.*}" | tr ' ' '|')")
[ -n "$mine" ] || skip_all "these kinds of plan are another script's"
cut_at() {   # KIND PLACE I
    n=$(($3 + 1))
    if [ "$2" = before ]; then   # before a step is noted as begun is after the last was noted as done
        n=$(($3 * 2 + 1))
        [ "${1#create}" = "$1" ] || n=$((n + 1))
    fi
    for way in $(ways $n); do
        try "$1" "$2" $n "$way" || return 1
    done
}
# shellcheck disable=SC2086 # several words
rounds cut_at "$FAULT_PLACES" $mine

done_testing
