#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The terminal of the other tests here, tried on programs that everybody has.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

tui_start 60x16 sh -c 'stty size; printf "\033[31mred\033[0m äöü €\n"; read -r line; echo "got <$line>"; exec cat'
sees '^16 60$' "the program runs in a terminal of that size"
sees 'äöü €' "which speaks UTF-8"
screen -e | grep -q '\[31mred'
ok $? "colours can be read"
typed 'two words'
press Enter
sees '^got <two words>$' "text and keys arrive"
pasted 'from elsewhere'
sees 'from elsewhere' "pasted text arrives"
(WAIT_SECONDS=1 wait_for 'never written') 2>"$TMPDIR/diag"
ok $((! $?)) "waiting for what does not come fails"
like "$(cat "$TMPDIR/diag")" '^# \|got <two words>' "and shows the screen"
press Enter C-d
is "$(wait_exit)" 0 "the exit status can be read"
sees 'from elsewhere' "the last screen stays"

tui_start 80x24 sh -c 'trap "stty size" WINCH; echo ready; while :; do read -r line && exit 3; done'
sees ready "a second program"
resize 100x30
sees '^30 100$' "is told of a new size"
press Enter
is "$(wait_exit)" 3 "and ends with its own status"

tui_start 80x24 sh -c 'echo up; kill -TERM $$'
is "$(wait_exit)" 143 "or by a signal"

tui_start 80x24 sh -c 'trap "exit 5" HUP; echo up; while :; do sleep 0.1; done'
wait_for up
succeeds "its process is known" kill -0 "$(tui_pid)"
hang_up
is "$(wait_exit)" 5 "or after its terminal has gone"

socket=$tui_socket
tui_stop
[ -z "$(ls "$socket"* 2>/dev/null)" ]
ok $? "the terminal is gone"

done_testing
