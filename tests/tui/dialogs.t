#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every dialog on real QEMU, with the names that libvirt accepts and people do not expect: text that runs from right to
# left, emoji, marks, quotes, lines, hundreds of characters. Each is shown whole and harmless, found by what is typed,
# and what is done is done to it.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"

lab_start
pool_start
guest_define web vda
esc=$(printf '\033')
rtl=$(printf '\342\200\256')
emoji=$(printf '\360\237\221\251\342\200\215\360\237\222\273')

# ---- which of them libvirt takes ------------------------------------------------------------------

accepted=
take() {   # WORD NAME: the word is what it is found by
    if virsh snapshot-create-as web "$2" >/dev/null 2>&1; then
        accepted="$accepted $1"
        diag "libvirt takes the name of $1"
    else
        diag "libvirt refuses the name of $1"
    fi
}
take plain plain
take rtl "rtl${rtl}abc"
take emoji "emoji$emoji e$(printf '\314\201')"
take quotes "quotes'\"<b>&amp;\$(date)"
take lines "lines
two"
take escape "escape${esc}[31mred"
take long "long$(printf '%0236d' 0)"
like "$accepted" ' plain rtl emoji quotes' "most are taken"

tui_start 80x24 "$VIRT_SNAP" -c "$LAB_URI" web
wait_for '^│@ NOW '

# intact NAME: a test that the frame is whole: no row is wider than the screen, nothing got out of its place.
intact() {
    shown=$(screen)
    is "$(printf '%s\n' "$shown" | wc -L) $(printf '%s\n' "$shown" | head -n1 | cut -c1-10)" "80 $first" "$1: the frame is whole"
    unlike "$shown" "$esc|$rtl" "$1: nothing that a terminal obeys"
}
first=$(screen | head -n1 | cut -c1-10)

opened() {   # KEY TITLE WHAT: the dialog comes, whole; Esc leaves it
    press "$1"
    sees "┌─ $2" "$3"
    intact "$3"
    guard
    press Escape
    wait_gone "┌─ $2"
}

for word in $accepted; do
    press /
    typed "$word"
    press Enter
    sees "^┌.*┐┌─ $word" "$word: found by its beginning"
    intact "$word in the tree"
    press r
    sees "┌─ Revert web to $word" "$word: revert"
    intact "$word: revert"
    guard
    press Enter
    sees "┌─ Revert web to snapshot $word" "$word: the plan of a revert"
    intact "$word: the plan of a revert"
    guard
    press Escape
    wait_gone '┌─ Revert web to snap' && guard
    press Escape
    wait_gone '┌─ Revert'
    opened d "Delete snapshot $word" "$word: the plan of a delete"
    opened D "Discard $word" "$word: discard"
    press i
    sees "<domainsnapshot>" "$word: its XML"
    intact "$word: its XML"
    press Escape
    wait_gone '<domainsnapshot>'
    press '='
    sees "┌─ From $word|From $word" "$word: compared with NOW"
    intact "$word: compared"
    press Escape
    wait_gone "From $word"
done

# ---- the others -----------------------------------------------------------------------------------

opened c 'New snapshot of web' "create"
opened b 'Guests opened lately' "the guests opened lately"
opened H 'Connection' "the connection"
opened C-c 'Quit virt-snap' "quitting"
press '?'
sees '┌─ Help' "help"
intact "help"
press Escape
wait_gone '┌─ Help'
press J
sees '─ Jobs|No job' "jobs"
intact "jobs"
press Escape
press L
sees '─ Log' "the log"
intact "the log"
press Escape
wait_gone '─ Log'

# ---- done to the right one ------------------------------------------------------------------------

typed ':delete quotes'
press Enter
sees '┌─ Delete snapshot quotes' ":delete and the beginning of a name"
guard
like "$(screen)" "type the guest's name|Lost for good" "its data goes: that is said"
typed web
wait_for 'Type name +web'
press Enter
wait_for '\[>Delete it<\]'
press Enter
sees 'Delete snapshot quotes.*: done' "it is deleted"
is "$(virsh snapshot-list web --name | grep -c quotes)" 0 "libvirt has it no more"
is "$(virsh snapshot-list web --name | grep -c '^plain$')" 1 "and has the others"

press c
wait_for 'New snapshot of web' && guard
press C-a C-k
pasted "evil${esc}]0;owned$(printf '\a')/name"
sees 'name +evil\]0;owned/name' "what can't be drawn can't be typed"
sees "may hold letters" "and a name with a slash is refused while it is typed"
press Escape
wait_gone 'New snapshot'

# ---- sizes, while dialogs are open ----------------------------------------------------------------

press g
press D
wait_for '┌─ Discard ' && guard
for size in 81x25 60x16 200x50 40x10 20x5 59x30 140x40 41x11 1x1 80x24; do resize $size; done
wait_for '┌─ Discard '
intact "a storm of sizes in a dialog"
press Escape
wait_gone '┌─ Discard '
press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "q quits"
done_testing
