#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A transient guest: each verb on it, and that it and its snapshot records outlive a revert, which ends its QEMU. That
# what libvirt says of the records lies on its disk too is seen by restarting the daemon.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M

is_transient() { is "$(virsh dominfo "$1" | awk '/^Persistent/ { print $2 }') $(virsh domstate "$1")" "no $2" "$3"; }
kept_records() { is "$(record_files "$1")" "$(snapshots "$1")" "$2"; }

# A guest that its definition outlives, so a stored one of that name is not taken for this one.
guest_define web vda vdb
virsh undefine web
virsh create "$TMPDIR/web.xml" >/dev/null
is_transient web running "a transient guest"

# ---- what H79 says, by plain virsh ---------------------------------------------------------------

virsh snapshot-create-as web x --disk-only >/dev/null
is "$(record_files web)" x "a record has a file"
virsh dumpxml web --inactive --security-info >"$TMPDIR/stored.xml"
virsh define "$TMPDIR/stored.xml" >/dev/null
is "$(record_files web)" "" "storing the guest removes it (H79)"
is "$(snapshots web)" x "though the daemon knows the record"
virsh undefine web --keep-nvram
virsh snapshot-delete web x >/dev/null
is_transient web running "a guest that runs is undefined and goes on"

# ---- create, delete, discard ---------------------------------------------------------------------

n=1
for name in a b c d; do
    guest_mark web vda 0x1$n $((n * 64))k
    guest_mark web vdb 0x2$n $((n * 64))k
    succeeds "create $name" act create web $name --memory="$LAB/images/web-$name.mem"
    n=$((n + 1))
done
guest_mark web vda 0x66 1M
was=$(states web | grep -v '^d ') now=$(now_hash web | xargs)
succeeds "delete the last: a merge under the guest that runs" act delete web d
is "$(survived web "$was")" "" "no other snapshot changed"
is "$(now_hash web | xargs)" "$now" "nor did NOW"
is_transient web running "the guest is transient as before"
kept_records web "each record has its file"
sound web

# ---- refused -------------------------------------------------------------------------------------

was_all=$(everything web)
fails 3 "ending off is refused" vs plan revert web a --off
like "$(vs plan revert web a --off)" 'once it is off, libvirt forgets it' "with the reason"
like "$(vs plan revert web a --off)" 'plan revert web a --running' "and a way"
unchanged web "$was_all" "nothing was touched"

# ---- revert --------------------------------------------------------------------------------------

was=$(states web)
like "$(vs plan revert web a)" 'Store the guest.s configuration' "the plan stores the guest first"
like "$(vs plan revert web a)" 'transient as before' "and takes that back at last"
succeeds "revert to one with memory, keeping NOW" act revert web a
is "$(survived web "$was")" "" "no snapshot changed"
is "$(held web "$(kept web)")" "$now" "what NOW held is kept"
is "$(now_hash web | xargs)" "$(held web a)" "NOW is what the snapshot holds"
is_transient web running "the guest runs and is transient"
kept_records web "each record has its file"
sound web
marks_stay_above web

was=$(states web)
succeeds "revert to what was kept, losing NOW, paused" act revert web "$(kept web)" --lose-now --force --paused
is "$(survived web "$was")" "" "no snapshot changed"
is_transient web paused "the guest is paused and transient"
kept_records web "each record has its file"
virsh resume web >/dev/null
sound web

# ---- the daemon is restarted: it finds what it knew ----------------------------------------------

was_records=$(snapshots web) was_current=$(current web)
"$lab" down "$LAB" && "$lab" up "$LAB"
virsh pool-info images >/dev/null 2>&1 || pool_start
is "$(snapshots web)" "$was_records" "a new daemon knows each record"
is "$(current web)" "$was_current" "and which is current"
sound web
gone=$(branch web)
if [ -n "$gone" ]; then left="^$gone "; else gone=c left='^\(c\|before-revert-.*\) '; fi
was=$(states web | grep -v "$left")
succeeds "discard a branch" act discard web "$gone" --lose-now
is "$(survived web "$was")" "" "no other snapshot changed"
is_transient web running "the guest is transient still"

# ---- snapshots of a guest that was off -----------------------------------------------------------

guest_define once vda
guest_mark once vda 0x31 0
succeeds "a snapshot of a guest that is off" act create once s
guest_mark once vda 0x32 64k
virsh start once >/dev/null
virsh undefine once
is_transient once running "the guest is made transient while it runs"
fails 3 "going back to it would end off" vs plan revert once s --lose-now
was=$(states once)
succeeds "started, it may" act revert once s --running --lose-now
is "$(survived once "$was")" "" "the snapshot is as it was"
is "$(now_hash once)" "$(held once s)" "NOW is what it holds"
is_transient once running "the guest is transient still"
kept_records once "its record has its file"
sound once

# ---- inside the images ---------------------------------------------------------------------------

guest_define tag vda
virsh undefine tag
virsh create "$TMPDIR/tag.xml" >/dev/null
guest_mark tag vda 0x41 0
succeeds "one inside the image" act create tag t --kind internal
then=$(state_hash "$(guest_image tag vda)" t)
guest_mark tag vda 0x42 64k
succeeds "revert to it" act revert tag t
is "$(now_hash tag)" "$then" "NOW is what it holds"
is_transient tag running "the guest is transient still"
is "$(record_files tag)" "$(snapshots tag)" "both records have their file"
succeeds "delete what was kept" act delete tag "$(kept tag)"
is_transient tag running "the guest is transient still"
sound tag

# ---- what fails ----------------------------------------------------------------------------------

# A stale file of the guest's own configuration, in whose place libvirt cannot write another.
was=$(states once) was_now=$(now_hash once)
in_lab mkdir -p /etc/libvirt/qemu/once.xml/in-the-way
fails 1 "the guest cannot be stored" act revert once s --running --lose-now
is_transient once running "it runs on, transient"
is "$(survived once "$was") $(now_hash once)" " $was_now" "all states are as they were"
is "$(record_files once)" "$(snapshots once)" "its record has its file"
in_lab rm -r /etc/libvirt/qemu/once.xml
sound once

# ---- cut off while it is stored, and somebody deletes a snapshot -----------------------------------

. "$TOP/tests/lib/faults.sh"

# The journal is written twice before the first step, then before and after each.
place_of() { sed -n 's/^ *"kind" : "\([^"]*\)".*/\1/p' "$TMPDIR/plan.json" | grep -n "^$1\$" | cut -d: -f1; }

stage transient
cut_apply "after $((2 + 2 * $(place_of persist)))"
is $? 137 "virt-snap is cut off once the guest is stored"
virsh snapshot-delete web s2 >/dev/null
was=$(states web) now=$(now_hash web | xargs)
succeeds "the job is taken back" vs jobs undo "$(job_id)" --yes
is "$(snapshots web)" s1 "what was deleted since stays deleted"
is "$(survived web "$was") $(now_hash web | xargs)" " $now" "no other snapshot changed, nor NOW"
is_transient web running "the guest is transient again"
kept_records web "each record has its file"
sound web

# ---- cut off in between, and the daemon is restarted: it knows no record any more ------------------

# As if it was cut off right behind the definition, when the records have no file, and the daemon with it.
lose_records() {
    unstage
    guest_define web vda vdb
    virsh undefine web
    virsh create "$TMPDIR/web.xml" >/dev/null
    for name in s1 s2; do take $name --disk-only && guest_mark web vda 0x4${#name} 0; done
    was=$(states web)
    vs plan revert web s1 --lose-now --force --running --json >"$TMPDIR/plan.json"
    cut_apply "after $((1 + 2 * $(place_of persist)))"
    virsh dumpxml web --inactive --security-info >"$TMPDIR/stored.xml"
    virsh define "$TMPDIR/stored.xml" >/dev/null
    is "$(record_files web)" "" "the records have no file"
    "$lab" down "$LAB" && "$lab" up "$LAB"
    pool_again
}

lose_records
is "$(snapshots web)" "" "a new daemon knows no record"
succeeds "the job is taken back" vs jobs undo "$(job_id)" --yes
is "$(snapshots web) $(current web)" "s1 s2 s2" "what was lost is there again"
is "$(survived web "$was")" "" "and holds what it held"
is_transient web running "the guest is transient again"
kept_records web "each record has its file"
sound web

lose_records
virsh blockcommit web vda --active --pivot --shallow --wait >/dev/null
virsh blockcommit web vdb --active --pivot --shallow --wait >/dev/null
vs jobs undo "$(job_id)" --yes >/dev/null
is "$(snapshots web)" s1 "a snapshot that was merged meanwhile does not come back"

done_testing
