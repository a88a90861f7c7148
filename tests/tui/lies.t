#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Terminals that lie: about their size, about their colours; and a paste that does not end for a megabyte.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

snap=$VIRT_SNAP

# ---- sizes ----------------------------------------------------------------------------------------

# The program in a terminal that claims to have $1 rows and $2 columns.
claims() { tui_start 80x24 sh -c "stty rows $1 cols $2; exec '$snap' --demo"; }

claims 0 0
sees 'web-01 ' "no size at all: the terminal is taken for what TERM says"
press q
is "$(wait_exit)" 0 "and it quits"
claims 1 1
wait_for 'v'
press q
is "$(wait_exit)" 0 "one cell: q quits"
claims 60000 60000
sees "Enter open" "sixty thousand rows and columns: it is drawn"
press q
is "$(wait_exit 30)" 0 "and neither dies nor eats the memory"
tui_start 80x24 env COLUMNS=7 LINES=900 "$snap" --demo
sees '^ Enter open ' "LINES and COLUMNS are not believed"
like "$(screen)" '^ virt-snap ' "the first row is where it should be"
press q
wait_exit >/dev/null

# ---- colours --------------------------------------------------------------------------------------

for kind in "TERM=vt100" "TERM=linux" "TERM=xterm" "TERM=screen" "TERM=screen-256color" "TERM=rxvt-unicode-256color" "TERM=xterm-256color COLORTERM=truecolor" "TERM=xterm COLORTERM=nonsense"; do
    # shellcheck disable=SC2086 # one or two words
    tui_start 80x24 env $kind "$snap" --demo --theme nord
    sees 'web-01 ' "$kind: the screen is there"
    press j
    sees 'Snapshots of appliance' "and answers"
    press q
    is "$(wait_exit)" 0 "and quits"
done
if infocmp tmux-direct >/dev/null 2>&1; then
    tui_start 80x24 env COLORTERM=truecolor "$snap" --demo --theme nord
    wait_for 'web-01 '
    like "$(screen -e | head -n 1)" '48;2;67;84;112m' "true colour where COLORTERM and terminfo have it"
    press q
    wait_exit >/dev/null
else
    ok 0 "true colour # SKIP there is no terminfo entry tmux-direct"
fi

# ---- a megabyte -----------------------------------------------------------------------------------

head -c 1048576 /dev/zero | tr '\0' d >"$TMPDIR/much"
paste_much() { tui_tmux load-buffer -b much "$TMPDIR/much" \; paste-buffer -p -b much -t tui; }

tui_start 80x24 "$snap" --demo web-01
wait_for 'Snapshots of web-01'
press k
paste_much
press '?'
sees '┌─ Help' "a megabyte pasted on the main screen: the next key is heard" 30
press Escape
wait_gone '┌─ Help'
unlike "$(screen)" '┌─ Delete|Planning' "and nothing else came of it"
press /
wait_for '^/'
paste_much
wait_for '^/d' 60
press Enter
wait_gone '^/d' 60
like "$(screen)" 'Snapshots of web-01' "in a prompt it is cut to what fits"
press c
wait_for 'New snapshot'
guard
press C-a C-k
wait_for 'needs a name|name  *│'
paste_much
wait_for 'dddd' 60
press Escape
wait_gone 'New snapshot' 60
ok $? "in a dialog too, and Esc leaves"
press q q
is "$(wait_exit)" 0 "it quits"

done_testing
