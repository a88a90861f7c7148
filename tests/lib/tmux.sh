# shellcheck shell=sh disable=SC2119,SC2120
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program in a real terminal. Sourced after tap.sh:
#
#   tui_start COLSxROWS CMD...    runs the command in a terminal of that size
#   press KEY...                  keys by tmux's names: j Enter Escape C-c PageDown
#   typed TEXT                    text as it is
#   pasted TEXT                   text as a terminal pastes it (bracketed, if the program asked)
#   screen                        what the terminal shows; `screen -e` with its colours
#   wait_for REGEX [SECONDS]      until a line of the screen matches; else shows the screen and fails
#   wait_gone REGEX [SECONDS]     until none does
#   sees REGEX NAME [SECONDS]     a test: wait_for
#   resize COLSxROWS              as a user does with the mouse
#   guard                         as long as a new dialog hears no keys
#   wait_exit [SECONDS]           until the program ended; prints its exit status
#   hang_up                       the terminal goes away, as when the line drops
#   tui_pid                       the program's process, as a shell has it
#   tui_worker                    of the terminal interface: that of the two processes which does the work
#   tui_stop                      ends the terminal (done at the end anyway)
#
# The terminal is tmux with a server, a socket and a configuration of its own: somebody's tmux is not
# touched. Keys are answered by screens: after `press`, wait for what it must bring about, and never
# sleep: `guard` is for what stands in no screen. WAIT_SECONDS (10) is how long, where nothing else is said.

: "${WAIT_SECONDS:=10}"
tui_socket=

tui_tmux() { env -u TMUX tmux -S "$tui_socket" -f /dev/null "$@"; }

tui_start() {
    command -v tmux >/dev/null || skip_all "tmux is not installed"
    tui_stop
    tui_size=$1
    shift
    tui_socket=$(mktemp -u "$TMPDIR/tmux.XXXXXX")
    cleanup tui_stop
    # The first session only holds the server, so that options are set before the program starts.
    tui_tmux new-session -d -s hold -x 80 -y 24 'exec sleep 86400' \; \
        set-option -g remain-on-exit on \; set-option -g status off \; \
        set-option -g default-terminal "${TUI_TERM:-tmux-256color}" \; set-option -s escape-time 0 || return 1
    tui_tmux new-session -d -s tui -x "${tui_size%x*}" -y "${tui_size#*x}" -- \
        env -u TMUX -u TMUX_PANE LANG="${LANG:-C.UTF-8}" \
        sh -c 'sh -c "$0" "$@"; exit' "$tui_wrapper" "$tui_socket" "$@" \; \
        set-option -t tui window-size manual
}

# Around the program: writes its process number and, when it has ended, its exit status (which tmux
# forgets now and then), also when the terminal has gone meanwhile. The shell around this is the
# terminal's session leader, as a login shell is: the kernel tells the program of the hang-up when
# that one has died of it.
tui_wrapper='trap : HUP
sh -c '\''echo $$ >"$0.pid"; exec "$@"'\'' "$0" "$@"
echo $? >"$0.status.new" && mv "$0.status.new" "$0.status"'

tui_stop() {
    [ -n "$tui_socket" ] || return 0
    # It may be meant to outlive its terminal.
    # shellcheck disable=SC2046 # two numbers, or one
    tui_ended || kill -KILL $(tui_worker) "$(tui_pid)" 2>/dev/null
    tui_tmux kill-server 2>/dev/null
    rm -f "$tui_socket" "$tui_socket".*
    tui_socket=
}

press() { tui_tmux send-keys -t tui "$@"; }

typed() { tui_tmux send-keys -t tui -l -- "$1"; }

pasted() { tui_tmux set-buffer -b paste -- "$1" \; paste-buffer -p -d -b paste -t tui; }

screen() { tui_tmux capture-pane -t tui -p "$@"; }

resize() { tui_tmux resize-window -t tui -x "${1%x*}" -y "${1#*x}"; }

hang_up() { tui_tmux kill-session -t tui; }

tui_pid() { cat "$tui_socket.pid"; }

tui_worker() { pgrep -P "$(tui_pid)"; }

tui_ended() { [ -e "$tui_socket.status" ]; }

# Polls until the function $1 with the argument $2 succeeds, or $3 seconds have gone.
tui_poll() {
    polls=$((${3:-$WAIT_SECONDS} * 20))
    while [ $polls -gt 0 ]; do
        "$1" "$2" && return
        polls=$((polls - 1))
        sleep 0.05
    done
    return 1
}

tui_shows() { screen | grep -Eq -e "$1"; }
tui_lacks() { ! tui_shows "$1"; }

wait_for() {
    tui_poll tui_shows "$@" && return
    diag "not seen within ${2:-$WAIT_SECONDS} s: /$1/"
    tui_diag
    return 1
}

wait_gone() {
    tui_poll tui_lacks "$@" && return
    diag "still there after ${2:-$WAIT_SECONDS} s: /$1/"
    tui_diag
    return 1
}

# Dialogs ignore keys for 150 ms, so that nobody answers what they have not seen (GUARD_MS).
guard() { sleep 0.2; }

sees() {
    wait_for "$1" "${3:-$WAIT_SECONDS}"
    ok $? "$2"
}

wait_exit() {
    tui_poll tui_ended "" "$@" || { diag "the program still runs"; tui_diag; return 1; }
    cat "$tui_socket.status"
}

tui_diag() {
    diag "$(tui_tmux display-message -t tui -p '#{pane_width}x#{pane_height}')," \
        "exit status: $(cat "$tui_socket.status" 2>/dev/null || echo "none, it runs")"
    screen | sed 's/^/# |/' >&2
}
