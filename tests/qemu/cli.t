#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the command line says and does while a real merge runs: progress, Ctrl-C, a reader that goes
# away; and that a plan is not run on a guest that is no longer as it was. Whether acts are right is
# tested beside this.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
lab_start
pool_start

plan() { vs plan "$@" --json >"$TMPDIR/plan.json"; }

# A guest whose overlay holds so much that merging it takes a while: SNAPSHOT and its data on top.
big_guest() {   # NAME MEGABYTES
    qemu-img create -q -f qcow2 "$LAB/images/$1-vda.qcow2" 512M &&
        guest_xml "$1" vda >"$TMPDIR/$1.xml" &&
        virsh define "$TMPDIR/$1.xml" >/dev/null && virsh start "$1" >/dev/null &&
        act create "$1" s1 --disk-only >/dev/null 2>&1 &&
        guest_mark "$1" vda 0x5a 0 "${2}M"
}

# Starts apply behind; its process is $job, what it says is in $TMPDIR/out and err.
apply_behind() {
    : >"$TMPDIR/err"
    "$VIRT_SNAP" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/out" 2>"$TMPDIR/err" &
    job=$!
    tries=600
    until grep -q '^Step 1' "$TMPDIR/err" || [ $tries = 0 ]; do
        tries=$((tries - 1))
        sleep 0.02
    done
}

# ---- What is seen -----------------------------------------------------------------------------

succeeds "a guest with a big overlay" big_guest cli-big 100
merge_takes 100 6
before=$(now_hash cli-big)
plan delete cli-big s1
like "$(cat "$TMPDIR/plan.json")" '"copy_bytes" : 10[0-9]{7}' "the plan knows how much is copied"
like "$(cat "$TMPDIR/plan.json")" '"files_removed" : \[' "and which files go"
apply_behind
like "$(vs list cli-big 2>&1)" '^cli-big  running' "the guest can be listed meanwhile"
wait $job
is $? 0 "the merge ends well"
like "$(cat "$TMPDIR/err")" '^  (vda  )?[0-9]+ %  [0-9.]+M of 10[0-9]M' "its progress was told"
is "$(now_hash cli-big)" "$before" "NOW reads the same"
is "$(top_chain cli-big vda)" cli-big-vda.qcow2 "from one image"

# ---- Ctrl-C, a line that drops ----------------------------------------------------------------

succeeds "once more" big_guest cli-stop 100
before=$(now_hash cli-stop)
plan delete cli-stop s1
apply_behind
kill -INT $job; sleep 0.1; kill -TSTP $job; kill -HUP $job; kill -PIPE $job; kill -INT $job
wait $job
status=$?
like "$(cat "$TMPDIR/err")" 'cannot be cancelled; it ends first' "Ctrl-C says what it means"
like "$(cat "$TMPDIR/err")" 'Already asked' "and means no more the second time"
like "$(cat "$TMPDIR/err")" 'Not stopped' "Ctrl-Z says why not"
is "$(now_hash cli-stop)" "$before" "NOW reads the same"
is "$(top_chain cli-stop vda),$(snapshots cli-stop)" "cli-stop-vda.qcow2," "the merge was not cut off"
[ $status = 0 ] || [ $status = 5 ]
ok $? "the exit status is a job's end, no signal" || diag "exit $status: $(cat "$TMPDIR/err")"

succeeds "and again" big_guest cli-pipe 100
plan delete cli-pipe s1
"$VIRT_SNAP" apply "$TMPDIR/plan.json" --yes 2>&1 | head -n 1 >/dev/null
tries=300
until [ "$(snapshots cli-pipe)" = "" ] || [ $tries = 0 ]; do tries=$((tries - 1)); sleep 0.1; done
is "$(top_chain cli-pipe vda)" cli-pipe-vda.qcow2 "a reader that goes away does not end a merge"

# ---- The guest changed ------------------------------------------------------------------------

guest_define cli-new vda && virsh start cli-new >/dev/null && act create cli-new s1 --disk-only >/dev/null 2>&1
plan delete cli-new s1
virsh destroy cli-new >/dev/null
chain=$(top_chain cli-new vda)
fails 4 "a guest that was stopped since the plan" "$VIRT_SNAP" apply "$TMPDIR/plan.json" --yes
is "$(top_chain cli-new vda),$(snapshots cli-new)" "$chain,s1" "is not touched"
plan create cli-new s2
echo mine >"$LAB/images/cli-new-vda.s2.qcow2"
"$VIRT_SNAP" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/out" 2>"$TMPDIR/err"
status=$?
[ $status != 0 ] && [ "$(cat "$LAB/images/cli-new-vda.s2.qcow2")" = mine ]
ok $? "a file that has come where an overlay was to go is not overwritten" ||
    diag "exit $status: $(cat "$TMPDIR/out" "$TMPDIR/err")"

# ---- Unusual names ----------------------------------------------------------------------------

guest_define 'cli ümlaut co' vda
succeeds "a guest with an unusual name" act create 'cli ümlaut co' s1
like "$(vs list)" '^cli ümlaut co +off +1 ' "is listed as it is called"

done_testing
