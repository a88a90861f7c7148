#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Settings and themes: what the file says is on the screen, what is wrong in it is told with file and line,
# and the program starts with the rest.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/tmux.sh"

snap=$VIRT_SNAP
settings=$HOME/.config/virt-snap/config
mkdir -p "$(dirname "$settings")"

leave() { press q; wait_exit >/dev/null; }

# ---- the verb config ----------------------------------------------------------------------------

unset LIBVIRT_DEFAULT_URI
output=$("$snap" config)
is $? 0 "config without a file"
like "$output" "^Settings file: $settings \(there is none\)" "says where it would be"
like "$output" "general\.connect +\(libvirt's default\) +default" "and what holds"
like "$output" 'keys\.delete +d +default' "down to the keys"

cat >"$settings" <<'END'
[general]
connect = lab
theme = nord
read-only = yes
[hosts]
lab = test:///default
[keys]
help = F12
connect = d
refresh = F5 U
END
output=$("$snap" config 2>"$TMPDIR/errors")
is $? 1 "config with a fault in the file"
like "$output" "general\.connect +test:///default +$settings:2" "a host's name stands for its URI"
like "$output" "keys\.help +F12 +$settings:8" "a setting is told with its line"
like "$output" "keys\.connect +H +default" "what cannot be is as by default"
is "$(cat "$TMPDIR/errors")" \
    "virt-snap: $settings:9: connect: d is a key of delete too; choose another, or give delete another." "and why"
like "$(LIBVIRT_DEFAULT_URI=test:///x "$snap" config --theme mono 2>&1)" \
    'general\.connect +test:///x +LIBVIRT_DEFAULT_URI' "the environment goes before the file"
like "$("$snap" config --theme mono 2>&1)" 'general\.theme +mono +the command line' "the command line before both"

# ---- what verbs take from it ----------------------------------------------------------------------

like "$("$snap" list 2>/dev/null)" 'test ' "list looks at the host of the settings"
like "$("$snap" list -c lab 2>/dev/null)" 'test ' "a name of [hosts] is good for -c"
is "$("$snap" list --json 2>/dev/null | head -c 1)" '{' "faults leave JSON alone"

# A job knows its host, as a plan does.
id=20261122-120000-1-1
XDG_CONFIG_HOME=$TMPDIR/none "$snap" --demo plan create new-guest n --json >"$TMPDIR/plan.json" 2>/dev/null
uri=$(sed -n 's/^  "uri" : "\(.*\)",$/\1/p' "$TMPDIR/plan.json")
(umask 077 && mkdir -p "$HOME/.local/state/virt-snap" && cat >"$HOME/.local/state/virt-snap/$id.json" <<END
{"journal": 1, "id": "$id", "user": "me", "pid": 1, "began": 1790000000, "uri": "$uri", "hostname": null,
 "plan": $(cat "$TMPDIR/plan.json"), "changes": [], "uses": [], "domain_id": -1, "current": null, "disks": [], "saved": [],
 "begun": 0, "done": 0, "started_id": -1, "torn": false, "outcome": null, "story": null}
END
)
output=$("$snap" jobs show $id 2>&1)
is $? 0 "a job of another host is looked at" || diag "$output"
like "$output" "To finish it|Nothing is left to do" "and the ways on are told"
fails 3 "not on one that is named" "$snap" jobs show $id -c lab
rm "$HOME/.local/state/virt-snap/$id.json"

# ---- on the screen ---------------------------------------------------------------------------------

tui_start 80x24 "$snap" --demo
sees '^ ! connect: d is a key of delete too \(config:9\)' "the screen tells the fault"
like "$(screen)" 'READ-ONLY' "the lock of the settings holds"
like "$(screen -e | head -n 1)" '48;5;240m' "in the colours of the theme" || diag "$(screen -e | head -n 1)"
like "$(screen)" 'F12 help' "the last row names the bound key"
press F12
sees '┌─ Help' "which works"
resize 80x80
sees 'F12 +Show this help' "and stands in the help"
press Escape
wait_gone '┌─ Help'
press L
sees 'settings|config:9' "the log has the whole of it"
press Escape
leave

printf '\033]0;x\007\n\377\376\n[general]\nthema = nord\n' >"$settings"
tui_start 80x24 "$snap" --demo
sees '^ ! .*is not of the form' "rubbish does not stop it"
leave
head -c 10485760 /dev/zero | tr '\0' x >"$settings"
tui_start 80x24 "$snap" --demo
sees '^ ! The file is too big, it may have at most 256K: ' "nor do 10 MB"
leave

# ---- the mouse -------------------------------------------------------------------------------------

# What a terminal sends for a click in column $1 of row $2.
click() { typed "$(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$1" "$2" "$1" "$2")"; }
mouse_mode() { tui_tmux display-message -t tui -p '#{mouse_standard_flag}#{mouse_sgr_flag}'; }

printf '[general]\nmouse = yes\n' >"$settings"
tui_start 80x24 "$snap" --demo
wait_for 'web-01 '
is "$(mouse_mode)" 11 "the settings switch the mouse on"
click 5 14
sees 'Snapshots of web-01' "a click selects"
press q
wait_exit >/dev/null
rm "$settings"
tui_start 80x24 "$snap" --demo
wait_for 'web-01 '
is "$(mouse_mode)" 00 "it is off by default"
press q
wait_exit >/dev/null

# ---- themes ------------------------------------------------------------------------------------------

output=$("$snap" themes)
is $? 0 "themes"
is "$(printf '%s\n' "$output" | sed 's/:.*//' | tr '\n' ' ')" \
    'colour-blind dark default gruvbox high-contrast light mono nord solarized-dark solarized-light ' "lists them all"
is "$(printf '%s' "$output" | tr -d '[:print:]\n')" "" "with no colours into a pipe"
tui_start 80x24 sh -c "'$snap' themes nord; read -r _"
sees 'virt-snap  hv3  web01' "a theme is previewed"
like "$(screen -e)" '48;5;240m' "in its colours"
press Enter
wait_exit >/dev/null
mkdir -p "$HOME/.config/virt-snap/themes"
printf '# mine: my own.\ntext = blakc 1\nnow = 3 4\n' >"$HOME/.config/virt-snap/themes/mine.theme"
like "$("$snap" themes mine 2>&1)" 'mine\.theme:2: "blakc" is no colour; colours are' "a theme's fault names its line"
tui_start 80x24 "$snap" --demo --theme mine
sees '^ ! "blakc" is no colour \(mine\.theme:2\)' "on the screen too"
leave
fails 1 "a theme that is not there" "$snap" themes nosuch

done_testing
