#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules about the sources that are cheap to check. Those about rooms (docs/design.md, section 4) are
# proved by the compiler and the linker too, as far as these can see them.

. "${TOP:-.}/tests/lib/tap.sh"
cd "$TOP" || exit 1

# The C sources below the given folders.
sources() { find "$@" \( -name '*.c' -o -name '*.h' \) 2>/dev/null | sort; }

# forbid NAME REGEX FILE...: no line of the files matches (a Perl regular expression).
forbid() {
    local name=$1 regex=$2 found
    shift 2
    found=$([ $# = 0 ] || grep -HnP -e "$regex" "$@")
    [ $? -lt 2 ] || bail "the rule itself is wrong: $name"
    is "$found" "" "$name"
}

# Files of $1 (a list, one per line) whose path does not match the regex $2.
except() { grep -vE "$2" <<<"$1"; }

all=$(sources engine tui tests)
product=$(sources engine tui)

# ---- Walls ------------------------------------------------------------------------------------

includes() { printf '^\\s*#\\s*include\\s*%s' "$1"; }

# shellcheck disable=SC2046,SC2086 # no file name of ours has a blank
{
    forbid "libvirt's headers only in engine/virt/" "$(includes '<libvirt/')" \
        $(except "$all" '^(engine/virt|tests/engine|tests/qemu|tests/load)/')
    forbid "libxml2's only in engine/xml/" "$(includes '<libxml/')" $(except "$product" '^engine/xml/')
    forbid "json-glib's only in engine/json/" "$(includes '<json-glib/')" \
        $(except "$product" '^engine/json/')
    forbid "curses' only in tui/term.c and tui/canvas.c" "$(includes '<(ncursesw?/)?(n?curses|term|panel|menu|form)\.h>')" \
        $(except "$all" '^tui/(term|canvas)\.c$')
    forbid "the front end knows engine.h, message.h and the model" \
        "$(includes '"engine/(?!engine\.h|message\.h|model/)')" \
        $(except "$(sources tui)" '^tui/cli\w*\.[ch]$')
    forbid "the command line also prints and reads JSON" \
        "$(includes '"engine/(?!engine\.h|message\.h|model/|json/)')" $(sources tui)
    forbid "the engine knows no front end" "$(includes '"tui/')" $(sources engine)
    forbid "the model knows itself and GLib, and does no I/O" \
        "$(includes '+(?!"engine/model/|<(glib|errno|inttypes|limits|math|stdatomic|stdbool|stddef|stdint|string)\.h>)')" \
        $(sources engine/model)
    forbid "xml knows the model" "$(includes '"(?!engine/(xml|model)/)')" $(sources engine/xml)
    forbid "json knows the model" "$(includes '"(?!engine/(json|model)/)')" $(sources engine/json)
    forbid "virt knows no reader and no job" \
        "$(includes '"(?!engine/(virt|xml|json|model)/|engine/(message|thread)\.h)')" \
        $(sources engine/virt)
    forbid "paths of headers start at the top" "$(includes '"(?!(engine|tui|tests)/)')" $all
    forbid "no source includes another" "$(includes '.*\.c[">]')" $all
}

# ---- What libvirt is never asked for (docs/hazards.md) ------------------------------------------

# shellcheck disable=SC2046
{
    never() { forbid "$1: never $2" "$3" $(sources engine); }
    never H34 "into files that exist" 'SNAPSHOT_CREATE_REUSE_EXT'
    never H37 "a forced revert" 'SNAPSHOT_REVERT_FORCE'
    never H43 "forgetting a guest that has snapshots" 'UNDEFINE_SNAPSHOTS_METADATA|virDomainUndefine\('
    never H68 "a snapshot of the running memory" 'SNAPSHOT_CREATE_LIVE'
    never H69 "a snapshot that stops the guest" 'SNAPSHOT_CREATE_HALT'
}

# ---- Facts about libvirt -----------------------------------------------------------------------

# shellcheck disable=SC2046
is "$(grep -ow 'FACT_[A-Z_]*' engine/model/host.h | grep -v '^FACT_N$' | sort -u | while read -r fact; do
    grep -qw "$fact" $(except "$(sources engine/model)" '/host\.[ch]$') || echo "$fact"
done)" "" "each fact is asked by a rule"

# ---- Files ------------------------------------------------------------------------------------

# shellcheck disable=SC2046,SC2086
{
is "$(for file in $all; do
    awk -v file="$file" '
        NR == 1 && $0 != "// SPDX-License-Identifier: GPL-2.0-or-later" { print file ": no SPDX line" }
        NR == 2 { if ($0 !~ /^\/\/ *[^ ]/ && $0 != "//") print file ": no purpose"; exit }' "$file"
done)" "" "each source opens with its licence and its purpose"
is "$(grep -L '^#pragma once$' $(grep '\.h$' <<<"$all"))" "" "each header says #pragma once"

scripts=$(grep -lE '^#!/bin/(ba)?sh|^# shellcheck shell' -r tests tools .ci --exclude='*.md' | sort)
is "$(grep -L 'SPDX-License-Identifier: GPL-2.0-or-later' $scripts Makefile)" "" "each script names its licence"
}

# ---- Habits -----------------------------------------------------------------------------------

# shellcheck disable=SC2046,SC2086
{
    forbid "no shell is started" '(?<![\w.>])(system|popen|g_spawn_command_line_\w+)\s*\(' $all
    forbid "no unbounded copies, no unchecked numbers" \
        '(?<![\w.>])(strcpy|strcat|stpcpy|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|alloca|g_alloca|tmpnam|mktemp)\s*\(' \
        $product
    forbid "nothing is left to do later" '\b(TODO|FIXME|XXX|HACK)\b' $all $(except "$scripts" '^tests/lint\.t$') Makefile
    forbid "no tabs" '\t' $all
    forbid "no line over 120 columns, but for texts" '^(?!.*").{121}' $all
    forbid "no blanks at the end of a line" '\s+$' $all $scripts
}

# ---- Tools, where they are installed ----------------------------------------------------------

# with_tool TOOL NAME CMD...: the command says nothing and succeeds.
with_tool() {
    local tool=$1 name=$2
    shift 2
    if command -v "$tool" >/dev/null; then
        succeeds "$name" "$@"
    else
        ok 0 "$name # SKIP $tool is not installed"
    fi
}

# shellcheck disable=SC2086
with_tool cppcheck "cppcheck has nothing to say" cppcheck --quiet --std=c11 -I. \
    --enable=warning,portability,performance --inline-suppr --library=gtk --error-exitcode=1 \
    --suppress=missingInclude '-DG_DEFINE_QUARK(name,function)=' '-DG_GNUC_PRINTF(format,first)=' $product
# shellcheck disable=SC2086
with_tool shellcheck "shellcheck has nothing to say" shellcheck -x -e SC1091,SC2016 $scripts

# ---- The list of packages ---------------------------------------------------------------------

is "$(tools/deps list | awk 'NF != 6 || $1 !~ /^(build|check)$/')" "" "tools/deps names each package for each distribution"
succeeds "and finds nothing missing" tools/deps check

done_testing
