#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A snapshot whose record libvirt could not write has left NOW on its overlays (H48), and while they are merged down again
# virt-snap is cut off, the daemon or the guest's QEMU ends, or the storage is full: every state holds what it held, and
# the job can be taken up until the overlays are gone.
#
# `make check` takes a few of these. FAULTS=all takes them all.

# Mounts of its own, which end with it.
if [ -z "${OVERLAY_MOUNTS:-}" ] && [ "$(id -u)" = 0 ]; then
    OVERLAY_MOUNTS=own exec unshare --mount --propagation private "$0"
fi

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
mkdir "$TMPDIR/small"
[ "$(id -u)" != 0 ] || mount -t tmpfs -o size=256m tmpfs "$TMPDIR/small" || skip_all "no file system can be mounted"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
in_lab mount --bind "$TMPDIR/small" "$LAB/images" && mount --bind "$TMPDIR/small" "$LAB/images"
ok $? "there is a small file system"
cleanup "umount -l '$LAB/images'"
pool_start
records=$LAB/lib/libvirt/qemu/snapshot

all() { [ "${FAULTS:-}" = all ]; }

# left_on_overlays off|running [MIB]: s1 <- s2 <- NOW, and a job that did not get any further; so much is in the overlay
left_on_overlays() {
    unstage
    rm -f "$(journal_folder)"/*.json "$(journal_folder)"/*.xml
    DISK_SIZE=$([ -n "${2:-}" ] && echo 64M || echo 4M)
    stage_chain running || return 1
    mv "$records/web" "$records/away" && : >"$records/web"
    vs plan create web lost --json >"$TMPDIR/create.json" && ! vs apply "$TMPDIR/create.json" --yes >"$TMPDIR/out" 2>&1
    rm "$records/web" && mv "$records/away" "$records/web"
    guest_mark web vda 0x14 0 && guest_mark web vdb 0x24 0
    [ -z "${2:-}" ] || guest_fill web "$2" 0x44
    [ "$1" = running ] || virsh destroy web >/dev/null
    was=$(states web) was_now=$(now_hash web) state=$(virsh domstate web) id=$(job_id)
    [ -n "$id" ]
}

take_up() {
    vs jobs undo "$id" --yes >"$TMPDIR/way.log" 2>&1 || vs jobs resume "$id" --yes >"$TMPDIR/way.log" 2>&1
}

# NAME [STATE]: the overlays are gone, and nothing else is
taken_back() {
    is "$(survived web "$was")" "" "$1: no snapshot changed"
    is "$(now_hash web)" "$was_now" "$1: nor did NOW"
    is "$(top_chain web vda) $(top_chain web vdb)" "web-vda.s2 web-vda.s1 web-vda.qcow2 web-vdb.s2 web-vdb.s1 web-vdb.qcow2" \
        "$1: the chains are as before"
    unlike "$(files)" 'lost' "$1: the overlays are gone"
    is "$(virsh domstate web)" "${2:-$state}" "$1: the guest is in its state"
    is "$(current web)" s2 "$1: the current snapshot is the same"
    like "$(vs check web)" ' 0 problems' "$1: nothing is wrong"
    no_job "$1"
}

# ---- in the middle of the merge ----------------------------------------------------------------------

begin_taking_back() {   # NAME STATE SECONDS
    left_on_overlays "$2" 48 || diag "$1: not staged"
    merge_takes 48 "$3"
    "$VIRT_SNAP" -c "$LAB_URI" jobs undo "$id" --yes >"$TMPDIR/way.log" 2>&1 &
    apply=$!
    until merging web || ! kill -0 "$apply" 2>/dev/null; do sleep 0.02; done
    merging web
    ok $? "$1: the overlay is being merged" || diag "$(cat "$TMPDIR/way.log")"
}

end_by() {   # FAULT STATE
    case $1 in
    "kill -9") kill -KILL "$apply" ;;
    "daemon ended") "$lab" down "$LAB" && "$lab" up "$LAB" ;;
    "daemon killed") "$lab" down "$LAB" KILL && "$lab" up "$LAB" ;;
    "guest destroyed") virsh destroy web >/dev/null ;;
    "disk full") dd if=/dev/zero of="$LAB/images/ballast" bs=4k status=none 2>/dev/null || : ;;
    "merge aborted") virsh blockjob web vda --abort ;;
    esac
}

in_the_middle() {   # FAULT STATE
    name="$2, $1 in the middle of the merge"
    begin_taking_back "$name" "$2" 3
    end_by "$1" "$2"
    wait "$apply"
    ended=$?
    pool_again
    rm -f "$LAB/images/ballast" && virsh pool-refresh images >/dev/null
    is "$(survived web "$was")" "" "$name: no snapshot changed"
    merge_takes 4096 1
    if [ $ended != 0 ]; then
        is "$(job_id)" "$id" "$name: the job is there still"
        take_up
        ok $? "$name: it is taken up" || diag "$(cat "$TMPDIR/way.log")"
    fi
    [ "$1" != "guest destroyed" ] || state="shut off"
    taken_back "$name"
    found=part
    [ "$ended" != 0 ] || found='done'
    count_fault "$1" "overlay taken back, $2: in the middle of the merge" $found
}

if all; then
    for fault in "kill -9" "daemon ended" "daemon killed" "guest destroyed" "disk full" "merge aborted"; do
        for state_then in running off; do
            ! in_time || in_the_middle "$fault" $state_then
        done
    done
else
    in_the_middle "kill -9" running
    in_the_middle "guest destroyed" running
fi

# ---- virt-snap is cut off --------------------------------------------------------------------------

# 1: there is no such place.
cut_off() {   # STATE PLACE N
    name="$1, cut off $2 $3"
    left_on_overlays "$1" || { ok 1 "$name: staged"; return 1; }
    LD_PRELOAD=$cut CUT="$2 $3" vs jobs undo "$id" --yes >"$TMPDIR/way.log" 2>&1
    [ $? = 137 ] || return 1
    is "$(survived web "$was")" "" "$name: no snapshot changed"
    take_up
    ok $? "$name: the job is taken up" || diag "$(cat "$TMPDIR/way.log")"
    taken_back "$name"
    count_fault "kill -9" "overlay taken back, $1: $2 $3" part
}

# Each place in turn, as long as there is one more.
left='running:call off:call running:after off:after' n=1
while [ -n "$left" ] && { all || [ $n -le 2 ]; }; do
    next=
    for at in $left; do
        ! in_time || ! cut_off "${at%:*}" "${at#*:}" $n || next="$next $at"
    done
    left=$next n=$((n + 1))
done

done_testing
