#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon stands still (SIGSTOP) while the program watches a guest: keys are answered all the while, it is said that
# the host is silent, and when it goes on so does the program, with what changed meanwhile.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"
lab_start
pool_start
guest_define web vda
guest_define inner vda

tui_start 100x30 "$VIRT_SNAP" -c "$LAB_URI"
sees '│inner +off +0' "both guests are shown"
"$lab" stall "$LAB" "${SILENT_SECONDS:-20}" &
stall=$!
sees 'The host does not answer any more' "a host that is silent is told" 25
press j
sees 'Snapshots of web' "keys are answered meanwhile"
press k
wait_for 'Snapshots of inner'
wait $stall
virsh snapshot-create-as inner first >/dev/null
sees '│inner +off +1' "it goes on, with what others have done" 10
press L
wait_for '─ Log'
like "$(screen)" 'The host answers again|The connection was lost' "the log tells of its end"
press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "quit"

done_testing
