#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What others do to a guest's disks: a block job of virsh, and a merge of another virt-snap, stand in the guest's view
# and on the jobs page, with how far they are, until they end.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
. "$TOP/tests/lib/tmux.sh"

lab_start
pool_start
guest_define_big web 1G
virsh start web >/dev/null
virsh snapshot-create-as web first --disk-only >/dev/null
guest_fill web 256 0x31 || bail "nothing to merge"

# Is what is on screen more than it was?
percent() { screen | sed -n 's/.*block commit on vda: \([0-9]*\)%.*/\1/p' | head -n1; }
beyond() { now=$(percent); [ -n "$now" ] && [ "$now" -gt "$1" ]; }

# ---- virsh ---------------------------------------------------------------------------------------

tui_start 100x30 "$VIRT_SNAP" -c "$LAB_URI" web
sees '^│[*] first ' "the program shows the guest"
virsh blockcommit web vda --active --bandwidth 25 >/dev/null
sees '│J block commit on vda: [0-9]+%, [0-9.]+[KMG] of' "a block job of virsh is told in the guest's view" 5
like "$(screen)" 'by another program|another *│$' "and whose it is"
press J
sees 'running +web' "so it is on the jobs page"
shown=$(percent)
tui_poll beyond "${shown:-0}"
ok $? "its progress goes on"
virsh blockjob web vda --abort --async >/dev/null
wait_gone 'block commit' 5
ok $? "and it goes from the screen with its end"
press Escape
wait_for '^│[*] first '
unlike "$(screen)" 'block commit' "from the guest's view too"

# ---- another virt-snap ---------------------------------------------------------------------------

"$VIRT_SNAP" -c "$LAB_URI" plan delete web first --json >"$TMPDIR/plan.json"
merge_takes 256 10
"$VIRT_SNAP" -c "$LAB_URI" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
apply=$!
press J
sees 'running +Delete snapshot first of web' "a job of another process is on the jobs page"
like "$(screen)" "0 of 1 steps done, by .*, process $apply" "with its steps and its process"
sees 'block commit on vda: [0-9]+%, [0-9.]+[KMG] of' "and how far libvirt is with it"
wait $apply
ok $? "it ends well"
wait_gone 'running +Delete snapshot' 5
ok $? "and goes from the page"

press Escape
wait_for '@ NOW'
press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "quit"

done_testing
