# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash completion for virt-snap. Guests and snapshots come from the host, asked without a question and
# read-only; what takes longer than three seconds is left.

# The names that the host knows: guests, or the snapshots of guest $1.
_virt_snap_names() {
    local i
    local -a asked=(virt-snap list --names -r)
    for ((i = 1; i < COMP_CWORD; i++)); do   # the same host as on the line
        case ${COMP_WORDS[i]} in
        -c | --connect) asked+=(-c "${COMP_WORDS[i + 1]}") ;;
        --demo) asked+=(--demo) ;;
        esac
    done
    timeout 3 "${asked[@]}" -- "$@" 2>/dev/null </dev/null
}

# Offers the lines of stdin that begin with what was typed, quoted as the line needs them.
_virt_snap_offer() {
    local name
    while IFS= read -r name; do
        [[ $name == "$current"* || $(printf %q "$name") == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done
}

_virt_snap_options() {
    local common='--connect --readonly --ascii --demo --help --version'
    case $1 in
    '') echo "$common --theme --mouse --plain" ;;
    list) echo "$common --json --names" ;;
    config) echo "$common --theme" ;;
    themes) echo "$common" ;;
    create) echo "$common --json --kind --disk-only --memory --quiesce --disk --description" ;;
    delete) echo "$common --json --metadata-only --keep-now --storage-exclusive" ;;
    revert) echo "$common --json --keep-now --lose-now --running --paused --off --reset-nvram --force --discard-children --storage-exclusive" ;;
    discard) echo "$common --json --children-only --lose-now --force --storage-exclusive" ;;
    apply) echo "$common --json --yes" ;;
    jobs) echo "$common --json --yes --lose-now" ;;
    *) echo "$common --json" ;;
    esac
}

_virt_snap() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb='' i
    local -a words=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -c | --connect | --theme | --kind | --disk | --description) i=$((i + 1)) ;;
        -*) ;;
        *) words+=("${COMP_WORDS[i]}") ;;
        esac
    done
    verb=${words[0]:-}
    [[ $verb != plan ]] || verb=${words[1]:-plan}
    case $previous in
    --kind) mapfile -t COMPREPLY < <(compgen -W 'external internal' -- "$current"); return ;;
    --theme) _virt_snap_offer < <(virt-snap themes 2>/dev/null | sed 's/:.*//'); return ;;
    -c | --connect) _virt_snap_offer < <(virt-snap config 2>/dev/null | sed -n 's/^hosts\.\([^ ]*\) .*/\1/p'); return ;;
    --disk | --description) return ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_virt_snap_options "$verb")" -- "$current")
        return
    fi
    case "$verb:${#words[@]}" in
    :0) mapfile -t COMPREPLY < <(compgen -W 'list show check plan apply jobs config themes' -- "$current")
        _virt_snap_offer < <(_virt_snap_names) ;;
    plan:1) mapfile -t COMPREPLY < <(compgen -W 'create delete revert discard repair' -- "$current") ;;
    jobs:1) mapfile -t COMPREPLY < <(compgen -W 'list show resume undo forget' -- "$current") ;;
    themes:1) _virt_snap_offer < <(virt-snap themes 2>/dev/null | sed 's/:.*//') ;;
    apply:1) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    list:1 | show:1 | check:1 | create:2 | delete:2 | revert:2 | discard:2 | repair:2) _virt_snap_offer < <(_virt_snap_names) ;;
    show:2) _virt_snap_offer < <(_virt_snap_names "${words[1]}") ;;
    delete:[3-9]* | discard:[3-9]* | revert:3) _virt_snap_offer < <(_virt_snap_names "${words[2]}") ;;
    esac
}

complete -F _virt_snap virt-snap
