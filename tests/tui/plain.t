#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --plain on a terminal that can do nothing but print: every question of the dialogs in lines, the plans and what
# they do, on libvirt's test driver. What is typed in advance confirms nothing, and not one escape sequence is sent.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

# plain ARGUMENT...: starts it on a dumb terminal that keeps every byte it was sent in $TMPDIR/bytes.
plain() {
    rm -f "$TMPDIR/bytes"
    tui_start 100x600 sh -c "TERM=dumb exec script -qec '$VIRT_SNAP --plain $*' '$TMPDIR/bytes'"
}

# answer TEXT REGEX: the line, and what the last line is then. An older question is no answer to it.
answer() {
    shown=$(lines)
    typed "$1"
    press Enter
    tui_poll asks "$2" || { diag "after \"$1\" not asked: $2"; tui_diag; return 1; }
}
lines() { screen | grep -c .; }
shown=0
asks() { [ "$(lines)" -gt "$shown" ] && screen | grep . | tail -n 1 | grep -Eq -e "$1"; }

back='^Number \(0 goes back\):$'

# ---- the way there --------------------------------------------------------------------------------

tui_start 100x20 sh -c "TERM=dumb exec '$VIRT_SNAP' --demo"
is "$(wait_exit)" 2 "a terminal that can't place its cursor gets no screen"
like "$(screen | tr -d '\n')" 'snap *--plain' "and is told what it can have"

# ---- looking --------------------------------------------------------------------------------------

plain --demo
tui_poll asks 'Number \(0 leaves\):$'
like "$(screen)" '^3\. build-agent, off, 5 snapshots$' "guests by number"
answer 3 "$back"
like "$(screen)" '^2\.   gcc-13, based on 1 \(toolchains\); external, off; taken 2026' "the tree, based on what by number"
like "$(screen)" '^6\.   NOW, based on 1 \(toolchains\); 395M in no snapshot$' "with NOW among the states"
answer 99 "$back"
like "$(screen)" '^99 is none of the numbers 1 to [89]\.' "a number that is none is said to be none"
answer 2 "$back"
like "$(screen)" '^vda  frozen in /demo/fast/' "a state shows its images"
answer 2 '^Plan one of these instead'
like "$(screen)" 'not possible$' "a refused plan says so, and what can be planned instead"
press C-d
is "$(wait_exit)" 0 "the end of input leaves"
unlike "$(cat "$TMPDIR/bytes")" $'\e' "no escape sequence was sent"

plain --demo wiki
tui_poll asks "$back"
like "$(screen)" '^Problem: .*current snapshot is clean' "problems are told"
press C-d
wait_exit >/dev/null

plain --demo metrics
tui_poll asks "$back"
unlike "$(screen)" 'being read' "a guest with many snapshots is shown when all was read"
like "$(screen)" '^1\. nightly-06-01, based on nothing; external, disk-only; taken 2026' "with what there is to know of each"
press C-d
wait_exit >/dev/null

{
    about="<name>many</name><uuid>11111111-2222-3333-4444-555555555555</uuid><memory>1</memory><os><type>hvm</type></os>"
    echo "<node><domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
    echo "<test:runstate>5</test:runstate>"
    for ((i = 0; i < 120; i++)); do
        echo "<test:domainsnapshot><name>s$i</name><state>shutoff</state>"
        echo "<creationTime>$((1700000000 + i))</creationTime><memory snapshot='no'/>"
        echo "<domain type='test'>$about</domain><active>0</active></test:domainsnapshot>"
    done
    echo "$about</domain></node>"
} >"$TMPDIR/many.xml"
plain -c "test://$TMPDIR/many.xml"
tui_poll asks 'Number \(0 leaves\):$'
like "$(screen)" '^1\. many, off, 120 snapshots$' "a guest with very many"
answer 1 "$back"
like "$(screen)" '^Reading the 120 snapshots of many\.$' "is said to be read"
press C-d
wait_exit >/dev/null

plain --demo --readonly web-01
tui_poll asks "$back"
answer 1 "$back"
answer 2 "$back"
like "$(screen)" '^Not possible: opened read-only' "read-only stays read-only"
typed q
press Enter
is "$(wait_exit)" 0 "q leaves"

# ---- acting ---------------------------------------------------------------------------------------

# create NAME NUMBER: asks for a snapshot of NOW, which is state NUMBER of the guest.
create() {
    answer "$2" "$back"
    answer 1 '^Name \[snap-'
    answer "$1" '^Note'
    answer "for $1" '\[2\]:$'
    answer '' 'Type "yes" to do it:$'
}

# revert NUMBER: asks for a revert to that state which loses NOW.
revert() {
    answer "$1" "$back"
    answer 1 '\[1\]:$'
    like "$(screen)" '^1\. Keep NOW as a snapshot, then revert$' "a revert asks what becomes of NOW"
    answer 2 '\[1\]:$'
    answer '' '\[2\]:$'
    like "$(screen)" '^Discard all else that hangs below it' "and of what hangs below"
    answer '' "Type the guest's name, test, to do it:$"
}

plain -c test:///default test
tui_poll asks "$back"
answer 1 "$back"
answer 1 '^Name \[snap-'
answer 'bad/name' '^Name \[snap-'
like "$(screen)" 'A name may|name .*may' "a name that can't be is asked for again, and it is said why"
shown=$(lines)
pasted $'one\nfor one\n\nyes\n'
tui_poll asks 'Type "yes" to do it:$'
ok $? "a paste answers questions, but confirms nothing"
answer no "$back"
like "$(screen)" '^Not confirmed\. Nothing was touched\.$' "what is not confirmed is not done"
create one 1
answer yes "$back"
like "$(screen)" '^Step 1 of 1: Take snapshot one' "its progress is lines"
like "$(screen)" '^1\. one, based on nothing; internal, disk\+RAM; .*; for one' "a snapshot is created, with its note"
create two 2
answer yes "$back"
like "$(screen)" '^2\. two, based on 1 \(one\)' "and another on it"
revert 1
answer yes "$back"
like "$(screen)" "^Not confirmed" "where data is given up, yes is not enough"
revert 1
answer test "$back"
like "$(screen)" '^3\.   NOW, based on 1 \(one\)' "the guest's name is"
answer 2 "$back"
answer 3 "Type the guest's name, test, to do it:$"
like "$(screen)" '^- two$' "a discard lists what goes"
answer test "$back"
like "$(screen)" '^2\. NOW, based on 1 \(one\)' "and does it"
answer 1 "$back"
answer 2 "Type the guest's name, test, to do it:$"
answer test "$back"
like "$(screen | grep . | tail -n 5)" '^1\. NOW, based on nothing' "a snapshot is deleted"
press C-c
is "$(wait_exit)" 130 "Ctrl-C leaves where nothing runs"

# ---- several are one plan -------------------------------------------------------------------------

plain -c test:///default test
tui_poll asks "$back"
for name in three four five; do
    create "$name" "$(screen | grep -E '^[0-9]+\. +NOW, ' | tail -n 1 | sed 's/\..*//')"
    answer yes "$back"
done
like "$(screen | grep . | tail -n 7)" '^5\. Delete or discard several snapshots at once$' "several can be had at once"
answer 5 '^Their numbers, separated by blanks \(0 goes back\):$'
answer '1 9' '^Their numbers'
like "$(screen | grep . | tail -n 2)" '^9 is none of the numbers 1 to 4\.' "one that is none is said to be none"
answer '1 4' '^Their numbers'
like "$(screen | grep . | tail -n 2)" '^4 is NOW, which is not a snapshot' "NOW is not one of them"
answer '3  1 3' "$back"
like "$(screen | grep . | tail -n 5)" '^five and three$' "they are named, each once"
answer 1 "Type the guest's name, test, to do it:$|Type \"yes\" to do it:$"
like "$(screen)" '^Delete .*(three|five).*(three|five)' "deleted by one plan"
answer no "$back"
answer 5 '^Their numbers'
answer '2 3' "$back"
answer 2 '\[2\]:$'
like "$(screen | grep . | tail -n 8)" '^- five$' "or discarded"
like "$(screen | grep . | tail -n 8)" '^- four$' "with all below"
like "$(screen | grep . | tail -n 8)" '^NOW stands on five: it would go back to three' "and what becomes of NOW is said"
answer 1 "Type the guest's name, test, to do it:$"
answer test "$back"
like "$(screen | grep . | tail -n 9)" '^2\. +NOW, based on 1 \(three\)' "by one plan too"
typed q
press Enter
is "$(wait_exit)" 0 "q leaves"

done_testing
