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
is "$(grep -c '^msgid "The guest has no snapshot ' "$pot")" 1 "one of the rules"
is "$(grep -c '^msgid "Stop the guest and go back to snapshot %s inside the images\."$' "$pot")" 1 "a step"
is "$(grep -c '^msgid "No job ran since virt-snap was started\."$' "$pot")" 1 "the page of jobs"
is "$(grep -c '^msgid "Go to the first row\."$' "$pot")" 1 "one of the help"
is "$(grep -c '^msgid_plural "%u snapshots go' "$pot")" 1 "a plural"

# Each sentence in brackets; its line breaks stay where they are.
folder=$TMPDIR/locale/xx/LC_MESSAGES
mkdir -p "$folder"
sed 's/charset=CHARSET/charset=UTF-8/; s/nplurals=INTEGER; plural=EXPRESSION;/nplurals=2; plural=n != 1;/' "$pot" >"$TMPDIR/x.pot"
msgen --no-wrap "$TMPDIR/x.pot" 2>/dev/null | msgfilter --keep-header --no-wrap sed -e '1s/^/</; $s/$/>/' >"$TMPDIR/xx.po" 2>/dev/null
sed -i 's/"<\\n/"\\n</; s/\\n>"$/>\\n"/' "$TMPDIR/xx.po"
msgfmt --check-format -o "$folder/virt-snap.mo" "$TMPDIR/xx.po"
ok $? "every sentence keeps its place-holders"

guard() { sleep 0.2; }   # a new dialog ignores keys for 150 ms

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

# What programs read stays as it is.
env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo plan delete web-01 debian-13 --json >"$TMPDIR/plan.json"
like "$(cat "$TMPDIR/plan.json")" '"verdict" : "refused"' "the words of JSON are not translated"
"$VIRT_SNAP" --demo plan create new-guest n --json >"$TMPDIR/one.json"
env "VIRT_SNAP_LOCALE=$TMPDIR/locale" LANGUAGE=xx "$VIRT_SNAP" --demo plan create new-guest n --json >"$TMPDIR/other.json"
is "$(grep fingerprint "$TMPDIR/one.json")" "$(grep fingerprint "$TMPDIR/other.json")" "a plan is the same plan in every language"

done_testing
