#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/hazards.md: a row for each hazard, each says what is done about it, and each test that it names is there.
# The cases are asked of the test programs themselves, which `make check` runs as it runs this.

. "${TOP:-.}/tests/lib/tap.sh"
cd "$TOP" || exit 1

table=docs/hazards.md
last=84 # 77 that were known, and our own
nothing='H23 H64 H65 H67 H70' # not the business of a snapshot manager

rows=$(sed -n 's/^| \(H[0-9]*\) |.*/\1/p' $table)
is "$(xargs <<<"$rows")" "$(seq -f 'H%g' 1 $last | xargs)" "the table has every hazard once, in order"

is "$(awk -F ' *[|] *' '/^[|] H/ && $4 !~ /^(predicts|avoids|repairs|shows|not its business$)/ { print $2 ": " $4 }' $table)" \
    "" "each row says what is done about it"
is "$(awk -F ' *[|] *' '/^[|] H/ && $4 == "not its business" { print $2 }' $table | xargs)" "$nothing" \
    "nothing is done about those that are not its business, and about no others"
is "$(awk -F ' *[|] *' '/^[|] H/ && $4 != "not its business" && $5 !~ /^`/ { print $2 }' $table)" "" \
    "each of the others names a test"

# Built by `make check`, or here.
make --silent c-tests >/dev/null 2>&1 || bail "the C tests cannot be built"
cases=$(for program in "$BUILD"/tests/{unit,views,engine}/test_*; do
    [ ! -x "$program" ] || case $program in *.o | *.d) ;; *) "$program" -l 2>/dev/null | sed "s/^# //" ;; esac # as TAP since GLib 2.84
done)
is "$(grep '^| H' $table | grep -o '`/[^`]*`' | tr -d '`' | sort -u | grep -vxFf <(echo "$cases"))" "" "each case that is named exists"

# "`tests/qemu/x.t`: words": the words stand in the script.
missing=$(grep '^| H' $table | grep -oE '`tests/[^`]*`(: [^|,]*[^|, ])?' | sort -u | while IFS= read -r named; do
    script=${named#\`} script=${script%%\`*} words=${named#*\`: }
    [ -x "$script" ] || echo "$script is not there"
    [ "$words" = "$named" ] || grep -qF -- "$words" "$script" || echo "$script does not say: $words"
done)
is "$missing" "" "each script that is named exists, and says what it is named for"

is "$(grep -rhow 'H[0-9]\+' engine | sort -u | grep -vxFf <(echo "$rows"))" "" "the sources name no other hazard"

done_testing
