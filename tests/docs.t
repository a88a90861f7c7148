#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pages and the completions say what the program says, and the shells take them.

. "${TOP:-.}/tests/lib/tap.sh"
cd "$TOP" || exit 1

plain() { LC_ALL=C MANWIDTH=200 man -P cat -l "$1" | col -bx; }
options=$("$VIRT_SNAP" --help | grep -oE -e '--[a-z][a-z-]+' | sort -u)
verbs=$("$VIRT_SNAP" --help | sed -nE 's/^  ((plan )?[a-z]+).*/\1/p' | sort -u)

# Which of the lines of $1 are not in the text $2.
lacking() {
    local line
    while IFS= read -r line; do grep -qF -e "$line" <<<"$2" || echo "$line"; done <<<"$1"
}

# ---- manual pages -------------------------------------------------------------------------------

if command -v man >/dev/null && command -v col >/dev/null; then
    for page in docs/virt-snap.1 docs/virt-snap-config.5; do
        is "$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$page" 2>&1 >/dev/null)" "" "$page has nothing to warn of"
    done
    is "$(lacking "$options" "$(plain docs/virt-snap.1)")" "" "virt-snap(1) names every option"
    is "$(lacking "$verbs" "$(plain docs/virt-snap.1)")" "" "and every verb"
    settings=$("$VIRT_SNAP" config | sed -nE 's/^general\.([a-z-]+) .*/\1/p')
    is "$(lacking "$settings" "$(plain docs/virt-snap-config.5 | sed -nE 's/^ {7}([a-z-]+)( .*)?$/\1/p')")" "" \
        "virt-snap-config(5) names every setting"
    is "$(lacking "$("$VIRT_SNAP" themes | sed 's/:.*//')" "$(plain docs/virt-snap-config.5)")" "" "and every theme"
    mkdir -p "$HOME/.config/virt-snap"
    plain docs/virt-snap-config.5 | sed -n '/^EXAMPLE/,/^SEE/p' | sed '1d;$d' >"$HOME/.config/virt-snap/config"
    succeeds "whose example is taken" "$VIRT_SNAP" config
    rm "$HOME/.config/virt-snap/config"
else
    ok 0 "the manual pages # SKIP man or col is not installed"
fi

# ---- completion ---------------------------------------------------------------------------------

for file in completions/virt-snap.bash completions/_virt-snap; do
    is "$(lacking "$(grep -vxE -e '--(help|version)' <<<"$options")" "$(cat $file)")" "" "$file knows every option"
    is "$(lacking "${verbs//plan /}" "$(cat $file)")" "" "and every verb"
done

# What bash offers for the words given, the last of which is being typed.
offered() {
    PATH=$(dirname "$VIRT_SNAP"):$PATH bash -c '
        . completions/virt-snap.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _virt_snap
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | tr '\n' ' '
}

is "$(offered virt-snap sh)" "show " "bash completes verbs"
is "$(offered virt-snap --demo show web)" "web-01 " "guests from the host"
is "$(offered virt-snap --demo plan delete web-01 n)" "nginx-1.28 " "snapshots of the guest on the line"
is "$(offered virt-snap plan delete web-01 --meta)" "--metadata-only " "options of the verb"
is "$(offered virt-snap --theme solar)" "solarized-dark solarized-light " "themes"
is "$(offered virt-snap -c test:///default show t)" "test " "the host on the line is asked"
is "$(offered virt-snap show x)" " " "and a host that does not answer offers nothing"

if command -v zsh >/dev/null; then
    succeeds "zsh reads its completion" zsh -n completions/_virt-snap
    # In a shell with a terminal of its own: what it makes of a line when Tab is pressed.
    . "$TOP/tests/lib/tmux.sh"
    mkdir "$TMPDIR/zsh"
    cat >"$TMPDIR/zsh/.zshrc" <<END
PROMPT='> ' fpath=($TOP/completions \$fpath) path=($(dirname "$VIRT_SNAP") \$path)
autoload -Uz compinit && compinit -u -d $TMPDIR/zsh/dump
echo ready
END
    completes() {
        typed "$1"
        press Tab
        sees "$2" "zsh: $3"
        press C-u
    }
    tui_start 80x24 env ZDOTDIR="$TMPDIR/zsh" zsh -i
    wait_for '^ready'
    completes 'virt-snap --demo show web' '^> virt-snap --demo show web-01' "guests from the host"
    completes 'virt-snap --demo plan delete web-01 n' '^> virt-snap --demo plan delete web-01 nginx-1\.28' "snapshots"
    completes 'virt-snap plan delete --meta' '^> virt-snap plan delete --metadata-only' "options of the verb"
    completes 'virt-snap themes nor' '^> virt-snap themes nord' "themes"
else
    ok 0 "zsh's completion # SKIP zsh is not installed"
fi

done_testing
