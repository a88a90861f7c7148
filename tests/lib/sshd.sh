# shellcheck shell=sh disable=SC2034 # who sources it reads sshd_missing
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An SSH server of the test's own, on loopback, with its own configuration and keys. Sourced after tap.sh:
#
#   sshd_start     false where there can be none: then $sshd_missing says why
#   ssh_command    the ssh client with all it needs to log in there, as words without blanks
#   sshd_drop      the session ends as when the line drops: the process that serves it is killed

sshd_missing=
sshd_pid=

sshd_start() {
    PATH=$PATH:/usr/sbin:/sbin
    for sshd_tool in sshd ssh ssh-keygen; do
        command -v $sshd_tool >/dev/null || { sshd_missing="$sshd_tool is not installed"; return 1; }
    done
    [ "$(id -u)" = 0 ] || { sshd_missing="an SSH server needs root to open a session"; return 1; }
    mkdir -p /run/sshd "$TMPDIR/sshd"
    if ! sshd_key host || ! sshd_key user; then
        sshd_missing="no keys can be made"
        return 1
    fi
    for sshd_port in $(shuf -i 20000-60000 -n 20); do
        sshd_listens && return
    done
    sshd_missing="sshd does not start: $(tail -n 1 "$TMPDIR/sshd/log")"
    return 1
}

sshd_key() { ssh-keygen -q -t ed25519 -N '' -f "$TMPDIR/sshd/$1"; }

# Nobody tells which port is free but the attempt to take it.
sshd_listens() {
    sshd_configuration >"$TMPDIR/sshd/config"
    : >"$TMPDIR/sshd/log"
    "$(command -v sshd)" -D -f "$TMPDIR/sshd/config" -E "$TMPDIR/sshd/log" &
    sshd_pid=$!
    until grep -q 'Server listening' "$TMPDIR/sshd/log"; do
        kill -0 $sshd_pid 2>/dev/null || return 1
        sleep 0.05
    done
    cleanup "kill $sshd_pid 2>/dev/null"
}

sshd_configuration() {
    cat <<CONF
Port $sshd_port
ListenAddress 127.0.0.1
HostKey $TMPDIR/sshd/host
AuthorizedKeysFile $TMPDIR/sshd/user.pub
PidFile none
PermitRootLogin yes
PasswordAuthentication no
StrictModes no
UsePAM no
PrintMotd no
PrintLastLog no
CONF
}

ssh_command() {
    echo ssh -F none -p "$sshd_port" -i "$TMPDIR/sshd/user" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "root@127.0.0.1"
}

# All processes that serve a session, none of which can say goodbye.
sshd_drop() {
    sshd_sessions=$(pgrep -P "$sshd_pid")
    # shellcheck disable=SC2046,SC2086 # numbers
    kill -KILL $sshd_sessions $(for session in $sshd_sessions; do pgrep -P "$session" sshd; done)
}
