#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reverting to external snapshots in steps of our own, where libvirt's revert is missing (before 9.9): to inner and
# leaf snapshots, off and running, with memory, keeping NOW and losing it. After each act the content of every
# surviving state and of NOW is compared with what it held before; then what plain virsh may do afterwards.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
DISK_SIZE=8M   # every state is read back whole, often

before 9.9.0 || skip_all "libvirt $version reverts to these itself: revert.t"

# ---- off, two disks: an inner snapshot, keeping NOW ----------------------------------------------

guest_define web vda vdb
n=1
for name in a b c; do
    guest_mark web vda 0x1$n $((n * 64))k
    guest_mark web vdb 0x2$n $((n * 64))k
    succeeds "create $name" act create web $name
    n=$((n + 1))
done
guest_mark web vda 0x66 1M
was=$(states web) now=$(now_hash web | xargs)

like "$(vs plan revert web a)" 'cannot revert to external snapshots' "the plan says why it goes its own way"
like "$(vs plan revert web a)" 'H77' "and what plain virsh must not do on such a tree"
succeeds "revert to an inner snapshot, keeping NOW" act revert web a
is "$(survived web "$was")" "" "no snapshot changed"
is "$(held web "$(kept web)")" "$now" "what NOW held is kept"
is "$(now_hash web | xargs)" "$(held web a)" "NOW is what the snapshot holds"
is "$(current web)" "$(branch web)" "the new branch is current"
is "$(virsh snapshot-parent web "$(branch web)")" "a" "as a child of the snapshot"
is "$(held web "$(branch web)")" "$(held web a)" "and holds the same"
is "$(stat -c %a "$LAB"/images/*after-revert*.qcow2 | sort -u)" 600 "its files are nobody else's to read"
unlike "$(files)" "web-vda.$(kept web).qcow2" "the empty files above what was kept are gone"
sound web
marks_stay_above web
virsh start web >/dev/null
is "$(virsh domstate web)" running "the guest starts"
marks_stay_above web
virsh destroy web >/dev/null


# ---- the same guest: a leaf, then inner ones again, losing NOW -----------------------------------

was=$(states web) n_files=$(files | wc -w)
like "$(vs plan revert web c --lose-now)" 'H77' "the tree has branches: said again"
guest_mark web vda 0x67 2M
succeeds "revert to a snapshot that has no children but what NOW left" act revert web c --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$(held web c)" "NOW is what the snapshot holds"
is "$(current web)" "$(branch web)" "it has children (what was kept): so another branch"
is "$(files | wc -w)" $((n_files + 2)) "four new files, and the two that NOW wrote to are gone"
sound web
kept=$(kept web)
was=$(states web)
succeeds "revert to a leaf, losing NOW" act revert web "$kept" --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$now" "NOW is what was kept at first"
is "$(current web)" "$kept" "the leaf itself is current"
is "$(files | wc -w)" $((n_files + 2)) "two new files for the two that are gone"
sound web
marks_stay_above web
was=$(states web)
succeeds "revert to where NOW stands, losing NOW" act revert web "$kept" --lose-now
is "$(survived web "$was")" "" "no snapshot changed"
is "$(now_hash web | xargs)" "$now" "NOW is again what was kept"
sound web
guest_mark web vdb 0x69 5M
now=$(now_hash web | xargs)
succeeds "revert to where NOW stands, keeping NOW, and start" act revert web "$kept" --running
is "$(survived web "$was")" "" "no snapshot changed"
is "$(virsh domstate web)" running "the guest runs"
is "$(held web "$(kept web)")" "$now" "what NOW held is kept"
is "$(now_hash web | xargs)" "$(held web "$kept")" "NOW is what the snapshot holds"
sound web
marks_stay_above web
virsh destroy web >/dev/null
was=$(states web | grep -v "^$(branch web) ") now=$(now_hash web | xargs)
succeeds "plain virsh deletes the record of the branch" virsh snapshot-delete web "$(branch web)"
is "$(survived web "$was")" "" "and harms no snapshot"
is "$(now_hash web | xargs)" "$now" "nor NOW"

# ---- running, with memory ------------------------------------------------------------------------

guest_define run vda vdb
virsh start run >/dev/null
guest_mark run vda 0x31 0
succeeds "create with memory" act create run m1 --memory
guest_mark run vda 0x32 64k
succeeds "create disk-only" act create run d1 --disk-only
guest_mark run vdb 0x33 64k
was=$(states run) now=$(now_hash run | xargs)
succeeds "revert the running guest to its memory, keeping NOW" act revert run m1
is "$(virsh domstate run)" running "it runs"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(held run "$(kept run)")" "$now" "what NOW held is kept"
image_reads "$(guest_image run vda)" 0 64k 64k
ok $? "NOW is without what was written since"
like "$(virsh snapshot-dumpxml run "$(kept run)")" "<memory snapshot='external'" "what was kept has its memory"
like "$(virsh snapshot-dumpxml run "$(branch run)")" "<memory snapshot='no'" "the branch names no memory file"
like "$(virsh snapshot-dumpxml run "$(branch run)")" "<state>disk-snapshot<" "and says so"
sound run
marks_stay_above run
was=$(states run)
fails 3 "a running guest goes to disks as after a power cut only if agreed" vs plan revert run d1 --lose-now
succeeds "agreed" act revert run d1 --lose-now --force
is "$(virsh domstate run)" "shut off" "off, as the plan said"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(now_hash run | xargs)" "$(held run d1)" "NOW is what the snapshot holds"
sound run
was=$(states run)
succeeds "bring back what was kept, paused" act revert run "$(kept run)" --lose-now --paused
is "$(virsh domstate run)" paused "it is paused"
is "$(survived run "$was")" "" "no snapshot changed"
is "$(now_hash run | xargs)" "$now" "NOW is what was kept"
sound run
virsh destroy run >/dev/null
virsh start run >/dev/null
ok $? "and starts"
virsh destroy run >/dev/null

# ---- no storage pool, and one that is not active -------------------------------------------------

# From where the daemon runs, as root: without pools the images can be seen there only.
act_inside() {
    in_lab "$VIRT_SNAP" -c qemu:///system plan "$@" --json >"$TMPDIR/plan.json" &&
        in_lab "$VIRT_SNAP" -c qemu:///system apply "$TMPDIR/plan.json" --yes
}

virsh pool-destroy images >/dev/null
was=$(states run)
succeeds "revert without a pool" act_inside revert run m1 --lose-now --paused
is "$(survived run "$was")" "" "no snapshot changed"
is "$(virsh pool-list --all --name | xargs)" "" "none is left behind"
virsh destroy run >/dev/null
virsh pool-define-as idle dir --target "$LAB/images" >/dev/null
was=$(states run)
succeeds "revert with a pool that is not active" act_inside revert run d1 --lose-now
is "$(survived run "$was")" "" "no snapshot changed"
is "$(virsh pool-list --inactive --name | xargs)" idle "it is inactive again"
virsh pool-undefine idle >/dev/null
pool_start
DISK_SIZE=8M   # every state is read back whole, often
sound run

done_testing
