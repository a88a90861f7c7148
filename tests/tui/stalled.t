#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A line that stalls: for STALL_SECONDS (60) nobody reads the terminal, while a merge runs, ends, and
# other guests change. The job does not wait for the screen; afterwards nothing is missing on it, and
# what was held back meanwhile has not piled up in memory.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
. "$TOP/tests/lib/tmux.sh"

: "${STALL_SECONDS:=60}"
overlay_mib=256

lab_start
pool_start
guest_define_big web 1G
guest_define inner vda
virsh start web >/dev/null
virsh snapshot-create-as web first --disk-only >/dev/null
guest_fill web $overlay_mib 0x33 || bail "nothing to merge"
before=$(state_hash "$(guest_image web vda)")

rss_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$(tui_worker)/status"; }
uptime_s() { cut -d. -f1 /proc/uptime; }

# Does the program stand in a write to its terminal? Its system call and the first argument tell.
blocked() { grep -Eq '^[0-9]+ 0x1 ' "/proc/$(tui_worker)/syscall"; }

# The terminal's reader is the tmux server. Stopped, it must go on before tmux can be asked anything.
stall() { kill -s STOP "$tmux_pid"; }
go_on() { kill -s CONT "$tmux_pid"; }

tui_start 140x40 "$VIRT_SNAP" -c "$LAB_URI" web
tmux_pid=$(tui_tmux display-message -p '#{pid}')
cleanup go_on
sees '^│inner +off +0 .*[*] first ' "the program shows the guest"
press k
wait_for '┌─ first ─'
press d
wait_for '\[>Cancel<\].*Delete it'   # not the dialog that waits for the plan
guard
press Tab
wait_for '\[>Delete it<\]'
merge_takes $overlay_mib $((STALL_SECONDS * 2 / 3))
press Enter
sees '^ merge first of web .* [0-9]+%' "a merge runs"
rss_before=$(rss_kib)

began=$(uptime_s)
stall
# Each SIGCONT makes the program draw its whole screen: more than a terminal takes that nobody reads.
redraw_until_blocked() {
    kill -s CONT "$(tui_worker)"
    blocked
}
if [ -r "/proc/$(tui_worker)/syscall" ]; then
    tui_poll redraw_until_blocked ""
    ok $? "the program stands in a write to its terminal"
fi
merging web
ok $? "while the merge runs"
n=0
until ! merging web || [ $(($(uptime_s) - began)) -ge $((STALL_SECONDS * 3)) ]; do
    n=$((n + 1))
    virsh snapshot-create-as inner "i$n" >/dev/null && virsh snapshot-delete inner "i$n" >/dev/null
    sleep 0.3   # leaves the processor to other tests
done
diag "$n snapshots came and went on another guest"
unmerged() { ! merging web && [ "$(snapshots web)" = "" ]; }
tui_poll unmerged "" 20
ok $? "the merge ends all the same"
is "$(top_chain web vda)" "web-vda.qcow2" "libvirt and the images are done with it"
virsh snapshot-create-as inner last >/dev/null
if [ -r "/proc/$(tui_worker)/syscall" ]; then
    blocked
    ok $? "the program still stands in that write"
fi
left=$((STALL_SECONDS - $(uptime_s) + began))
[ $left -le 0 ] || sleep $left   # the stall itself
rss_stalled=$(rss_kib)
go_on

sees '^ Delete snapshot first of web: done' "once the terminal is read again, the end of the job is told"
sees '^│inner +off +1 ' "and what became of the other guest"
unlike "$(screen)" 'merge first of web|[*] first ' "job and snapshot are gone from the screen"
press j
wait_for '┌─ NOW ─'
like "$(screen)" 'web-vda\.qcow2 +LIVE' "the chain is one image"
drawn() { screen | sed 's/^ Delete snapshot.*//'; }   # the end of the job was told long enough
shown=$(drawn)
drawn_is() { [ "$(drawn)" = "$1" ]; }
press C-l L
wait_for '─ Log'
like "$(screen)" 'Delete snapshot first of web: done' "the log has it"
press q
tui_poll drawn_is "$shown"
ok $? "drawn anew the screen is the same" || tui_diag
rss_after=$(rss_kib)
diag "RSS: $rss_before KiB before, $rss_stalled at the end of the stall, $rss_after after"
[ "$rss_stalled" -lt $((rss_before + 8192)) ] && [ "$rss_after" -lt $((rss_before + 8192)) ]
ok $? "memory stayed flat"
is "$(state_hash "$(guest_image web vda)")" "$before" "NOW holds what it held"
press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "quit"

done_testing
