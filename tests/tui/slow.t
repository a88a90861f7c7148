#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A daemon that takes its time over every answer: while none comes, for as long as the test likes (tests/lib/gate.py),
# the screen says what it waits for, keys are answered, and q ends the program at once. What was asked meanwhile is
# shown when the answers come.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"

command -v python3 >/dev/null || skip_all "python3 is not installed"
lab_start
guest_define web vda
virsh snapshot-create-as web first >/dev/null

python3 "$TOP/tests/lib/gate.py" "$TMPDIR/gate.sock" "${LAB_URI##*socket=}" >>"$TMPDIR/gate" &
gate=$!
cleanup "kill $gate"
gate_said() { grep -q "^$1" "$TMPDIR/gate"; }
gate_tells() { tui_poll gate_said "$1" || bail "the gate does not say: $1"; }
gate_tells ready
gate_shut() { : >"$TMPDIR/gate"; kill -s USR1 "$gate"; gate_tells shut; }
gate_open() { : >"$TMPDIR/gate"; kill -s USR2 "$gate"; gate_tells open; }
leave() { guard; press Escape; }
far="qemu+unix:///system?socket=$TMPDIR/gate.sock"

gate_shut
tui_start 80x24 "$VIRT_SNAP" -c "$far" web
sees 'connecting\.\.\.' "while the daemon does not answer, the screen says that it connects"
press '?'
sees '^┌─ Help' "keys are answered"
press q
wait_gone '─ Help'
press q
is "$(wait_exit 3)" 0 "q quits at once"

gate_open
tui_start 80x24 "$VIRT_SNAP" -c "$far" web
sees '[*] first .*int' "with answers the guest is there"
gate_shut
press k
sees '─ first ─' "without any more of them the cursor moves"
press d
sees 'Looking at web afresh and making a plan' "a plan says what it waits for"
gate_tells held
leave
wait_gone 'Looking at web afresh'
ok $? "and is left at once"

press d
wait_for 'Looking at web afresh'
gate_open
sees '\[>Cancel<\].*Delete it' "once the answers come the plan that was asked for is there"
leave
wait_gone 'Delete it'
is "$(snapshots web)" "first" "nothing was changed"

gate_shut
press C-r
gate_tells held
sees ' READING$' "what is read anew is said to be, while the answers are held"
gate_open
wait_gone ' READING$'
ok $? "until they have come"
gate_shut
press C-r
gate_tells held
press d
wait_for 'Looking at web afresh'
leave
wait_gone 'Looking at web afresh'
press q   # to the list of guests
wait_for '┌─ Guests'
press q
is "$(wait_exit 3)" 0 "q quits at once, whatever is waited for"

done_testing
