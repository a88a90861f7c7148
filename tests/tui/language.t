#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sentences in another language: the template is made from the sources, and with a catalog in which every sentence stands
# in brackets, what is on screen stands in brackets. What does not was not marked.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"
command -v msgfilter >/dev/null || skip_all "gettext is not installed"

said=$("$TOP/tools/pot" 2>&1)
is "$said" "" "the template is made without a word"
pot=$TOP/po/virt-snap.pot
[ "$(grep -c '^msgid' "$pot")" -gt 700 ]
ok $? "with hundreds of sentences"
is "$(grep -c '^msgid "NOW holds %s that is in no snapshot\."$' "$pot")" 1 "one of a dialog"
is "$(grep -c '^msgid "The guest has no snapshot %s. Nearest: %s\."$' "$pot")" 1 "one of the rules"
is "$(grep -c '^msgid "Stop the guest and go back to snapshot %s inside the images\."$' "$pot")" 1 "a step"
is "$(grep -c '^msgid "No job ran since virt-snap was started\."$' "$pot")" 1 "the page of jobs"
is "$(grep -c '^msgid "Go to the first row\."$' "$pot")" 1 "one of the help"
is "$(grep -c '^msgid_plural "%u snapshots go' "$pot")" 1 "a plural"

# ---- every sentence is marked ------------------------------------------------------------------------------------

# unmarked FOLDER...: sentences in the sources there that the template does not have.
unmarked() {
    find "$@" -name '*.[ch]' | LC_ALL=C sort | xgettext --files-from=- --output="$TMPDIR/all.pot" --language=C \
        --from-code=UTF-8 --no-wrap --extract-all 2>/dev/null
    perl "$TOP/tests/lib/unmarked.pl" "$TMPDIR/all.pot" "$pot"
}
cd "$TOP" || exit 1
is "$(unmarked engine tui)" "" "no sentence stands in the sources without a mark"
mkdir "$TMPDIR/sources"
printf '%s\n' 'f("This is a sentence that nobody marked."); f("NOW holds %s that is in no snapshot.");' >"$TMPDIR/sources/x.c"
like "$(unmarked "$TMPDIR/sources")" '^[^ ]*x\.c:1 This is a sentence that nobody marked\.$' "one that does is found"

# ---- in another language ------------------------------------------------------------------------------------------

# Each sentence in brackets; its line breaks stay where they are.
folder=$TMPDIR/locale/xx/LC_MESSAGES
mkdir -p "$folder"
sed 's/charset=CHARSET/charset=UTF-8/; s/nplurals=INTEGER; plural=EXPRESSION;/nplurals=2; plural=n != 1;/' "$pot" >"$TMPDIR/x.pot"
msgen --no-wrap "$TMPDIR/x.pot" 2>/dev/null | msgfilter --keep-header --no-wrap sed -e '1s/^/</; $s/$/>/' >"$TMPDIR/xx.po" 2>/dev/null
sed -i 's/"<\\n/"\\n</; s/\\n>"$/>\\n"/' "$TMPDIR/xx.po"
msgfmt --check-format -o "$folder/virt-snap.mo" "$TMPDIR/xx.po"
ok $? "every sentence keeps its place-holders"

# Newer C libraries translate nothing in C.UTF-8.
mkdir "$TMPDIR/locales"
localedef -i en_US -f UTF-8 "$TMPDIR/locales/en_US.UTF-8"
ok $? "there is a locale of the test's own"
export LOCPATH="$TMPDIR/locales" LC_ALL=en_US.UTF-8

translated() {
    tui_start "$1" env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo web-01
    wait_for '@ NOW '
}

translated 140x40
sees '<create>.*<help>.*<quit>' "the last row is translated"
like "$(screen)" '<Snapshots of web-01>' "titles"
like "$(screen)" '<based on>|<holds>' "labels"
press k
sees '<taken>' "the details of a snapshot"
like "$(screen)" 'ago>' "ages"
press c
sees '<New snapshot of web-01>' "a dialog"
like "$(screen)" '\[ <Cancel> \] +\[ <Show the plan> \]' "its buttons"
like "$(screen)" '< <inside the image> >|< <external \(own file\)> >' "its choices"
guard
press Escape
wait_gone '<New snapshot'
press d
sees '<Not possible now:>|<Steps' "a plan"
guard
press Escape
wait_gone '<Not possible now:>|<Steps'
press '?'
sees '<Help>' "the help"
unmarked=$(screen | sed -n 's/^│ [^ ].\{13\}\([A-Z][a-z].*[a-z]\.\) *│$/\1/p' | grep -v '^<')
is "$unmarked" "" "each of its sentences"
press Escape
wait_gone '<Help>'
press q
press q
is "$(wait_exit)" 0 "it quits"

# ---- one column, so that what stands outside brackets is found on every page and dialog ---------------------------

outside() {   # WORD...: what is never translated on this screen, besides names, keys, states and kinds
    screen | perl "$TOP/tests/lib/outside.pl" NOW RAM ext int running off paused vda Enter Esc Tab BackTab Up Down Left Right \
        PageUp PageDown Home End Space Delete Backspace "$@"
}

# page KEY REGEX NAME WORD...: what the key opens shows the regex, and no word without a mark.
page() {
    regex=$2 name=$3
    press "$1"
    shift 3
    sees "$regex" "$name"
    is "$(outside "$@")" "" "and all of it"
    guard
    press Escape
    wait_gone "$regex"
}

tui_start 59x100 env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo web-01
wait_for '@ NOW '
is "$(outside)" "" "the tree, alone on the screen"
page c '<New snapshot of' "the dialog of a new snapshot"
page v '<Images of' "the page of images"
page H '<Connection>' "the dialog of the connection"
page b '<Guests opened lately>' "that of the guests opened lately" web
page C-c '<Quit virt-snap' "that of quitting"
page J '<Jobs' "the page of jobs"
page L '<Log' "the log"
page A '<Audit' "the audit page"
page '?' '<Help>' "the help"
press k
page d '<Not possible now:>' "a plan that is refused"
page Enter '<taken>' "the details of a state" Upgrade finished first reboot 'done' all vhosts answer
press q
press q
is "$(wait_exit)" 0 "it quits too"

# What is lost, in the dialog of a plan.
tui_start 59x100 env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo win11-desktop
wait_for '@ NOW '
press k
page d '<Lost for good:>' "a plan that loses data" installed Ticket printer
press q
press q
is "$(wait_exit)" 0 "it quits again"

# ---- the command line ----------------------------------------------------------------------------------------------

# Every sentence of these stands in brackets: no line of words without one.
said_by() { env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" "$@" 2>&1; }
is "$(said_by --help | perl "$TOP/tests/lib/outside.pl")" "" "the usage"
is "$(said_by jobs)" "<No job runs, and none was cut off.>" "the verb jobs"
is "$(said_by jobs show nothing)" "<virt-snap: <There is no job nothing in the journal. virt-snap jobs lists those there are.>>" \
    "what it says of none"
is "$(said_by --demo plan delete web-01 debian-13 | perl "$TOP/tests/lib/outside.pl" host)" "" "a plan"
gives_up=$(said_by --demo plan delete win11-desktop office-ready update-2026-04)
like "$gives_up" '<Given up: snapshot office-ready, whose data no other state holds>' "what a plan loses"
is "$(printf '%s\n' "$gives_up" | perl "$TOP/tests/lib/outside.pl" several)" "" "and all else of it"
is "$(said_by --demo plan create new-guest n | perl "$TOP/tests/lib/outside.pl")" "" "one that is possible"
like "$(said_by --demo list --no)" '^<virt-snap: <There is no option --no\. Did you mean --keep-now\?>>$' "a mistyped option"

# What programs read stays as it is.
env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo plan delete web-01 debian-13 --json >"$TMPDIR/plan.json"
like "$(cat "$TMPDIR/plan.json")" '"verdict" : "refused"' "the words of JSON are not translated"
"$VIRT_SNAP" --demo plan create new-guest n --json >"$TMPDIR/one.json"
env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo plan create new-guest n --json >"$TMPDIR/other.json"
is "$(grep fingerprint "$TMPDIR/one.json")" "$(grep fingerprint "$TMPDIR/other.json")" "a plan is the same plan in every language"
"$VIRT_SNAP" --demo plan delete win11-desktop office-ready --json >"$TMPDIR/one.json"
env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo plan delete win11-desktop office-ready --json >"$TMPDIR/other.json"
is "$(grep -A1 -E 'fingerprint|"lost"' "$TMPDIR/one.json")" "$(grep -A1 -E 'fingerprint|"lost"' "$TMPDIR/other.json")" \
    "one that loses something, too"

done_testing
