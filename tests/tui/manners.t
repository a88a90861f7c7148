#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the program behaves towards a terminal, its user and a shell, on the demo host: leaving, crashing,
# Ctrl-Z, other sizes, terminals that can't, colours and lines, themes, pasted text, wide characters.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

# A copy with its data beside it: so --demo works wherever the build folder is.
mkdir -p "$TMPDIR/at/bin"
ln -s "$TOP/data" "$TMPDIR/at/data"
cp "$VIRT_SNAP" "$TMPDIR/at/bin/"
snap=$TMPDIR/at/bin/virt-snap
export snap

# Where the program is built with a sanitizer, that shall leave crashes to the program's own handler.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_segv=0:handle_sigbus=0" TSAN_OPTIONS="${TSAN_OPTIONS:-}:handle_segv=0:handle_sigbus=0"

# demo COMMAND...: starts it on the demo host, and waits until all of that was read.
demo() {
    tui_start 80x24 "$@" && wait_for '^│win11-desktop +paused +[0-9]|^.win11-desktop +paused +[0-9]' && still
}

# Until the screen has been the same for half a second.
still() {
    still_since=0
    while [ $still_since -lt 10 ]; do
        still_now=$(screen -e)
        [ "$still_now" = "${still_before:-}" ] && still_since=$((still_since + 1)) || still_since=0
        still_before=$still_now
        sleep 0.05
    done
}

# The text of the screen in one line, so that sentences can be found that were broken into rows.
text() { screen | sed 's/│//g' | tr '\n' ' ' | tr -s ' '; }

screen_is() { [ "$(screen)" = "$1" ]; }

# Until the screen is exactly this.
comes_back() {   # SCREEN NAME
    tui_poll screen_is "$1"
    ok $? "$2" || tui_diag
}

# Colours on the screen: the SGR parameters 30-37, 38, 40-47, 48, 90-97 and 100-107, but no attributes.
colours() {
    screen -e | grep -o "$(printf '\033')\\[[0-9;]*m" | tr -c '0-9\n' '\n' |
        grep -Ex '3[0-8]|4[0-8]|9[0-7]|10[0-7]' | sort -un | xargs
}

attributes() { screen -e | grep -o "$(printf '\033')\\[[0-9;]*m" | tr -c '0-9\n' '\n' | grep -Ex '[1-9]' | sort -un | xargs; }

# ---- The terminal, handed back -------------------------------------------------------------------

# What the terminal is told besides its stty settings.
modes() {
    tui_tmux display-message -t tui -p 'alternate #{alternate_on} cursor #{cursor_flag} keys #{keypad_flag}#{keypad_cursor_flag} insert #{insert_flag} wrap #{wrap_flag} mouse #{mouse_any_flag} title #{pane_title}'
}

run_in_shell() { typed "$1" && press Enter; }

tui_start 80x24 env PS1='shell> ' ENV= sh -i
wait_for '^shell>$'
# shellcheck disable=SC2016 # for that shell
run_in_shell "start() { sh -c 'echo \$\$ >\$TMPDIR/pid; exec \$snap --demo'; echo \"left with \$?\"; }"
run_in_shell 'clear; stty -a >$TMPDIR/stty; echo "written $((40 + 2)) before"'
wait_for '^written 42 before$'
before=$(modes)
stty_before=$(cat "$TMPDIR/stty")

# handed_back STATUS HOW: the program has ended so, and left nothing behind.
handed_back() {
    wait_for "^left with $1\$"
    ok $? "$2: exit status $1"
    is "$(modes)" "$before" "$2: the terminal's modes are those from before"
    sees '^written 42 before$' "$2: the main screen is back"
    unlike "$(screen)" 'Guests' "$2: nothing of the program is left on it"
    run_in_shell 'clear; stty -a >$TMPDIR/stty; echo "written $((40 + 2)) before"'
    wait_gone 'left with' && wait_for '^written 42 before$'
    is "$(cat "$TMPDIR/stty")" "$stty_before" "$2: stty -a tells the same as before"
}

begin() {
    run_in_shell start
    wait_for 'api-staging' && wait_for '^ Enter open'
}

begin
like "$(modes)" 'alternate 1' "the program has a screen of its own"
like "$(modes)" 'title virt-snap: api-staging$' "and its guest in the title"
press j
sees 'Snapshots of appliance' "another guest"
like "$(modes)" 'title virt-snap: appliance$' "is another title"
press q
handed_back 0 q
begin
press C-c
wait_for '┌─ Quit virt-snap\? ─'
guard
press C-c
handed_back 0 "Ctrl-C twice"
for signal in SEGV:139 ABRT:134 BUS:135 TERM:0; do
    begin
    kill -s "${signal%:*}" "$(cat "$TMPDIR/pid")"
    handed_back "${signal#*:}" "kill -${signal%:*}"
done

run_in_shell 'cat -v'
wait_for '^cat -v$|> cat -v$'
pasted 'plain text'
wait_for 'plain text'
unlike "$(screen)" '200~' "pasted text is not marked any more"
press C-c
wait_for '\^C$'

# ---- Ctrl-Z and fg -------------------------------------------------------------------------------

run_in_shell 'clear'
wait_gone 'plain text'
begin
press j
wait_for 'Snapshots of appliance'
shown=$(screen)
press C-z
sees '^left with 148$' "Ctrl-Z stops the job, as its shell sees it"
like "$(sed 's/.*) //' "/proc/$(cat "$TMPDIR/pid")/stat")" '^T' "and as the kernel does"
is "$(modes)" "$before" "the shell has its screen"
run_in_shell 'stty -a >$TMPDIR/stty; echo "usable $((6 * 7))"'
sees '^usable 42$' "and is usable"
is "$(cat "$TMPDIR/stty")" "$stty_before" "with its own settings"
run_in_shell 'stty -echo; fg; stty echo'
comes_back "$shown" "fg brings the same screen back"
press k
sees 'Snapshots of api-staging' "and keys work"
press C-z
wait_for '^usable 42$'
resize 70x20
run_in_shell fg
sees '^ Enter open .*quit$' "fg into a terminal that has changed its size meanwhile"
[ "$(screen | wc -L)" -le 70 ] && [ "$(screen | wc -l)" = 20 ]
ok $? "draws for that size"
resize 80x24
wait_for 'Snapshots of api-staging  *─'
kill -s TSTP "$(cat "$TMPDIR/pid")"
sees '^usable 42$' "SIGTSTP from outside stops it as well"
kill -s CONT "$(cat "$TMPDIR/pid")"
run_in_shell fg
sees 'Snapshots of api-staging' "and it comes back"
press q
wait_for '^usable 42$'

# ---- Sizes ---------------------------------------------------------------------------------------

demo "$snap" --demo
press Enter
wait_for 'Disks of NOW'
shown=$(screen)
for size in 81x25 60x16 140x40 40x10 39x9 20x5 3x2 1x1 200x60 79x23 41x11 100x9 39x50; do resize $size; done
resize 39x9
sees 'virt-snap needs 40 columns' "after a storm of sizes: too small"
is "$(text)" 'virt-snap needs 40 columns and 10 rows; this terminal has 39 and 9. Enlarge it, or press q. ' \
    "one line says what it needs, and nothing else is on the screen"
resize 80x9
wait_for 'has 80 and 9'
ok $? "too few rows"
resize 39x24
wait_for 'has 39 and 24'
ok $? "too few columns"
resize 40x10
sees '@ NOW' "40x10 shows the tree"
for size in 140x40 2x30 90x3 60x16 1x1 200x60 80x24; do resize $size; done
comes_back "$shown" "back at 80x24 the screen is what it was"
resize 30x5
wait_for 'needs 40'
press q
wait_for 'needs 40'   # back in the guest list, as q does in the tree
press q
is "$(wait_exit)" 0 "q leaves a terminal that is too small"

# ---- What is no terminal, or can't ---------------------------------------------------------------

tui_start 80x24 env PS1='shell> ' ENV= sh -i
wait_for '^shell>$'
for kind in dumb nonsense ''; do
    run_in_shell "clear; TERM='$kind' \$snap --demo 2>\$TMPDIR/err; echo \"left with \$?\""
    wait_for '^left with [0-9]'
    is "$(screen | grep -v '^$' | head -n1)" 'left with 2' "TERM=$kind: exit status 2, nothing on stdout"
    like "$(cat "$TMPDIR/err")" 'TERM.*virt-snap list' "TERM=$kind: a sentence says why, and points at list"
    is "$(wc -l <"$TMPDIR/err")" 1 "TERM=$kind: one line"
    run_in_shell clear
    wait_gone 'left with'
done
run_in_shell 'clear; $snap --demo >$TMPDIR/out 2>$TMPDIR/err; echo "left with $?"'
sees '^left with 2$' "stdout is a file: exit status 2"
like "$(cat "$TMPDIR/err")" 'needs a terminal.*virt-snap list' "a sentence points at list"
is "$(wc -c <"$TMPDIR/out")" 0 "nothing on stdout"
run_in_shell clear
wait_gone 'left with'
run_in_shell 'clear; $snap --demo </dev/null 2>$TMPDIR/err; echo "left with $?"'
sees '^left with 2$' "stdin is none: exit status 2"
like "$(cat "$TMPDIR/err")" 'needs a terminal.*virt-snap list' "with the same sentence"

# ---- Lines and colours ---------------------------------------------------------------------------

demo env LANG=C LC_ALL=C "$snap" --demo
press Enter
wait_for 'Disks of NOW'
like "$(screen)" '^[-+|].*[-+|]$' "LC_ALL=C: lines are ASCII"
[ "$(screen | LC_ALL=C tr -d ' -~\n' | wc -c)" = 0 ]
ok $? "LC_ALL=C: and so is all else"

# A terminal without UTF-8 reads the bytes of a letter one by one, and 0x9b begins an order.
cat >"$TMPDIR/odd.xml" <<XML
<node><domain type='test'><name>w&#x15b;31mb</name><memory unit='MiB'>32</memory><vcpu>1</vcpu><os><type>hvm</type></os>
</domain></node>
XML
tui_start 80x24 env LANG=C LC_ALL=C "$snap" -c "test://$TMPDIR/odd.xml"
wait_for '^.w[?]31mb +running'
like "$(modes)" 'title virt-snap: w[?]31mb$' "LC_ALL=C: nor is a letter of the title told in two bytes"
tui_start 80x24 env LANG=C LC_ALL=C sh -c '"$snap" -c "$0" list w31mb >/dev/null; exec sleep 100' "test://$TMPDIR/odd.xml"
sees 'Nearest: w[?]31mb\.$' "LC_ALL=C: nor one of stderr, wherever the answer goes"

demo "$snap" --demo --ascii
press Enter
wait_for 'Disks of NOW'
like "$(screen)" '^\+- Snapshots' "--ascii: lines are ASCII"
[ "$(screen | LC_ALL=C tr -d ' -~\n' | wc -c)" = 0 ]
ok $? "--ascii: and so is all else"

demo "$snap" --demo
default=$(screen -e)
like "$(screen)" '┌─ Guests' "otherwise they are drawn"
like "$(colours)" '[0-9]' "in colours"

demo env NO_COLOR=1 "$snap" --demo
is "$(colours)" "" "NO_COLOR: no colour"
like "$(attributes)" '7' "NO_COLOR: what is selected can still be told"
demo env NO_COLOR=1 "$snap" --demo --theme default
is "$(colours)" "" "NO_COLOR: nor with a theme that has some"
demo env NO_COLOR= "$snap" --demo
like "$(colours)" '[0-9]' "NO_COLOR that is empty means nothing"

# ---- Themes --------------------------------------------------------------------------------------

themes=$HOME/.config/virt-snap/themes
mkdir -p "$themes"
demo "$snap" --demo --theme mono
is "$(colours)" "" "--theme mono: no colour"
like "$(attributes)" '7' "--theme mono: attributes"

printf '# mine\ntext = default default\nselected = black 118\n' >"$themes/mine.theme"
demo "$snap" --demo --theme mine
like "$(screen -e)" '48;5;118' "a theme of one's own"
typed ':theme mono'
press Enter
sees 'Theme mono; a line theme=mono' ":theme changes it at once"
is "$(colours)" "" ":theme mono: no colour is left"
typed ':theme mine'
press Enter
sees 'Theme mine; a line' "and back"
like "$(screen -e)" '48;5;118' "with its colours"

# Past the notice and the row of a broken theme: as the default theme draws it.
same_but_notice() { screen -e | sed '/theme/d; 23d' | head -n 20; }

printf '# mine\ntext = default default\nselected = blakc white\n' >"$themes/broken.theme"
demo "$snap" --demo --theme broken
sees '^ ! "blakc" is no colour \(broken\.theme:3\)' "a broken theme is told: why, then where"
is "$(same_but_notice)" "$(printf '%s\n' "$default" | sed '/theme/d; 23d' | head -n 20)" "the default is used"
press L
wait_for '─ Log'
told=$(text)
like "$told" "broken\\.theme:3: " "the log names file and line"
like "$told" '"blakc" is no colour' "and the reason"
like "$told" 'What to do: Correct it; until then it is left out, and the rest holds' "and what to do"
press q
wait_for 'api-staging'
press q
is "$(wait_exit)" 0 "all else works"

demo "$snap" --demo --theme nosuch
sees 'There is no theme "nosuch"' "an unknown theme is named"
is "$(same_but_notice)" "$(printf '%s\n' "$default" | sed '/theme/d; 23d' | head -n 20)" "the default is used"

# ---- Pasted text ---------------------------------------------------------------------------------

demo "$snap" --demo
shown=$(screen)
pasted 'q
c
dr
y
JLRCK
GG
q'
press j
sees 'Snapshots of appliance' "keys after a paste are heard"
press k
comes_back "$shown" "text pasted on the main screen does nothing"

press c
wait_for 'New snapshot of api-staging'
guard
press C-a C-k
wait_for 'name  *│|needs a name|name'
pasted 'q-d
-c
'
sees 'name +q-d -c' "in a field it is typed, line ends as blanks"
like "$(screen)" 'New snapshot of api-staging' "and sends nothing off"
press Escape
wait_gone 'New snapshot'

press c Enter   # at once, as on a slow line: in this dialog Enter would go on to the button
wait_for 'New snapshot of api-staging'
guard
like "$(screen)" '\[ Show the plan \]' "a key typed before the dialog was there does not answer it"
press Enter
sees '\[>Show the plan<\]' "one typed after that does"
press Escape
wait_gone 'New snapshot'

# ---- A guest by name -----------------------------------------------------------------------------

tui_start 80x24 "$snap" --demo web-01
sees '┌─ Snapshots of web-01' "a guest named on the command line is opened"
like "$(screen)" '^ virt-snap  test driver  web-01 ' "by itself"
demo "$snap" --demo web-10
sees 'There is no guest web-10\. Nearest: web-01' "one that is not there is named, with the nearest"
demo "$snap" --demo zzzzzzzzzzzzz
sees 'There is no guest zzzzzzzzzzzzz\.' "also where nothing is near"
unlike "$(screen)" 'Nearest' "which is not invented"
demo "$snap" --demo "$(printf 'w\033[2J\nx')"
sees 'There is no guest w' "its name is cleaned before it is drawn"

# ---- No libvirt ----------------------------------------------------------------------------------

nowhere="qemu+unix:///system?socket=$TMPDIR/none"
tui_start 80x24 "$snap" -c "$nowhere"
sees '┌─ No connection' "no libvirt: a dialog"
told=$(text)
like "$told" "tried +$(printf '%s' "$nowhere" | sed 's/[+?]/\\&/g') " "it names the URI" || diag "$told"
like "$told" 'libvirt said: Failed to connect socket to .*\(code 38\)' "says what libvirt said"
like "$told" 'What to do: ' "and what to do"
guard
press Enter
sees '\[>Try again<\]' "trying again fails again"
guard
press Tab
wait_for '\[>Other URI<\]'
press Tab
sees '\[>Demo host<\]' "the demo is offered"
press Enter
sees '│web-01 +running' "and works from there"
unlike "$(screen)" 'NOT CONNECTED|No connection|^ !' "with no trace of the failure"
press q
is "$(wait_exit)" 0 "and quits"
tui_start 80x24 "$snap" -c "$nowhere"
wait_for '┌─ No connection'
guard
press Up
typed 'test:///default'
wait_for 'other URI +test:///default'
press Enter
sees '│test +running' "another URI can be given"

# ---- Wide characters -----------------------------------------------------------------------------

cat >"$TMPDIR/wide.xml" <<'XML'
<node>
  <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
    <test:runstate>5</test:runstate>
    <test:domainsnapshot>
      <name>更新前のスナップショット🐧</name><description>説明：é ü 한국어 e&#x301;</description><state>shutoff</state>
      <creationTime>1700000000</creationTime><memory snapshot='no'/>
      <domain type='test'><name>データベース</name><uuid>11111111-2222-3333-4444-555555555555</uuid>
        <memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>
      <active>1</active>
    </test:domainsnapshot>
    <name>データベース</name><uuid>11111111-2222-3333-4444-555555555555</uuid>
    <memory unit='MiB'>32</memory><os><type>hvm</type></os>
  </domain>
  <domain type='test'><name>e&#x301;t&#x301;e&#x301;</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>
</node>
XML

# Rows of panes end in the last column, whatever stands in them.
framed() {   # COLS NAME
    is "$(screen | grep -E '^[│┌└]' | while IFS= read -r row; do echo "$row" | wc -L; done | sort -u)" "$1" "$2" || tui_diag
}

for size in 80x24 60x16 140x40; do
    tui_start $size "$VIRT_SNAP" -c "test://$TMPDIR/wide.xml"
    sees 'データ' "wide names are drawn at $size"
    framed "${size%x*}" "the guest list has straight edges at $size"
    press j
    wait_for 'Snapshots of データ'
    press Enter
    wait_for 'NOW ─'
    press k
    wait_for '説明'
    framed "${size%x*}" "so has the tree at $size"
done
resize 41x10
wait_for '更新'
framed 41 "and at 41x10, where it is cut"

# ---- A terminal that holds frames back until they are whole ---------------------------------------

has_line() { grep -aq "$1" "$TMPDIR/bytes"; }

# frames_on TERM: how often begin and end are told to it, while the demo host is read and the cursor moves, into $told.
frames_on() {
    tui_start 80x24 env TERM="$1" TERMINFO="$TMPDIR/terminfo" sh -c \
        'read -r go; "$snap" --demo; echo all was written; read -r go'
    tui_tmux pipe-pane -t tui "cat >'$TMPDIR/bytes'"
    press Enter
    wait_for '^│win11-desktop +paused +[0-9]'
    press j
    wait_for 'Snapshots of appliance'
    press q
    tui_poll has_line 'all was written' || tui_diag
    told=$(for sequence in h l; do
        grep -ao "$(printf '\033')\[?2026$sequence" "$TMPDIR/bytes" | wc -l
    done | xargs)
}

mkdir "$TMPDIR/terminfo"
printf 'held|%s,\n\tSync=\\E[?2026%%?%%p1%%{1}%%-%%tl%%eh%%;,\n\tuse=xterm-256color,\n' 'xterm that holds frames back' |
    tic -x -o "$TMPDIR/terminfo" -
frames_on held
like "$told" '^([0-9]*[1-9]) \1$' "each frame's begin is told, and its end"
[ "${told% *}" -ge 2 ]
ok $? "for each that changes something"
frames_on xterm-256color
is "$told" "0 0" "to no other terminal"

done_testing
