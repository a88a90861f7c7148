#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The terminal goes while a merge runs: its operator leaves, its SSH session drops, its tmux server dies, its window is
# closed around sudo or over a host that is reached by ssh. The job goes on without a screen, `jobs` shows it, and the
# next start tells how it ended.
#
# RECORD=FILE writes what the operator of the SSH session sees, as docs/dropped.md has it.
# FAULTS=all merges 2 GiB each time; `make check` less, for the first two of these.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
. "$TOP/tests/lib/tmux.sh"
lab_start
. "$TOP/tests/lib/states.sh"
. "$TOP/tests/lib/faults.sh"
. "$TOP/tests/lib/sshd.sh"

if [ "${FAULTS:-}" = all ]; then mib=2048; else mib=256; fi
pool_start
guest_define_big web 4G
virsh start web >/dev/null
guest_mark web vda 0x11 3G 1M

# ---- what is the same each time --------------------------------------------------------------------

# The terminal runs this, with the program as its last words.
in_terminal() { tui_start 100x30 "$@" env HOME="$HOME" LANG=C.UTF-8 TERM=tmux-256color "$VIRT_SNAP" -c "${screen_uri:-$LAB_URI}" web; }

# What is on the screen, or what a command prints, into the record, with a sentence.
record() {   # SENTENCE [COMMAND...]
    [ -n "${RECORD:-}" ] || return 0
    record_sentence=$1
    record_folder=$(printf '%-*s' ${#LAB} /var/lib/libvirt)   # columns stay where they are
    shift
    {
        printf '\n%s\n\n```\n' "$record_sentence"
        if [ $# -gt 0 ]; then "$@"; else screen; fi |
            sed "s|$LAB/images\( *\)|/var/lib/libvirt/images\1${record_folder#/var/lib/libvirt}|g; s/ *\$//" | cat -s
        printf '```\n'
    } >>"$RECORD"
}

alive() { kill -0 "$1" 2>/dev/null; }
dead() { ! alive "$1"; }

# Before the program looks at the guest: writing makes it busy.
fill() {   # NAME BYTE
    virsh snapshot-create-as web first --disk-only >/dev/null && guest_fill web "$mib" "$2" && merge_takes "$mib" 16
    ok $? "$1: there are $mib MiB to merge"
}

# The merge is begun from the screen. Sets id and worker.
begin() {   # NAME
    sees '^│[*] first ' "$1: the program shows the snapshot" 20
    press k
    wait_for '┌─ first ─'
    press d
    wait_for '\[>Cancel<\].*Delete it'   # not the dialog that waits for the plan
    guard
    press Tab
    wait_for '\[>Delete it<\]'
    press Enter
    sees '^ merge first of web .* [0-9]+%' "$1: a merge runs"
    [ "$1" != "SSH dropped" ] || record "A merge runs, in a terminal of an SSH session."
    id=$(job_id)
    worker=$(holder "$id")
}

goes_on() {   # NAME
    alive "$worker"
    ok $? "$1: the process goes on"
    merging web
    ok $? "$1: and so does the merge"
    no_terminal() { [ "$(ps -o tty= -p "$worker")" = '?' ] || dead "$worker"; }
    tui_poll no_terminal
    ok $? "$1: without a terminal"
    like "$(vs jobs)" "^$id .* running " "$1: jobs shows it as running"
}

# The journal says how it ended, and the next start does.
ended() {   # NAME BYTE
    tui_poll dead "$worker" 120
    ok $? "$1: it comes to its end"
    like "$(vs jobs)" "^$id .* done " "$1: which the journal keeps"
    is "$(snapshots web)" "" "$1: the snapshot is merged"
    is "$(top_chain web vda)" "web-vda.qcow2" "$1: into one image"
    wrong=0 at=0
    while [ $at -lt "$mib" ]; do
        image_reads "$LAB/images/web-vda.qcow2" "$2" ${at}M 256M || wrong=1
        at=$((at + 256))
    done
    ok $wrong "$1: NOW holds what was written after the snapshot"
    image_reads "$LAB/images/web-vda.qcow2" 0x11 3G 1M
    ok $? "$1: and what was written before"
    in_terminal
    sees '^ Delete snapshot first of web: done while nobody watched' "$1: the next start tells it"
    [ "$1" != "SSH dropped" ] || record "The first start after its end tells how it ended, in the last row but one."
    tui_stop
    is "$(vs jobs)" "No job runs, and none was cut off." "$1: and the journal is empty"
    count_fault "$1" "merge-running: in the middle of the merge of $mib MiB" "done"
}

# The program as the job of a shell, with a merge that runs.
begin_in_shell() {   # NAME BYTE
    fill "$1" "$2"
    tui_start 100x30 env PS1='shell> ' ENV= sh -i
    wait_for '^shell>$'
    typed "HOME='$HOME' '$VIRT_SNAP' -c '$LAB_URI' web; echo \"left with \$?\""
    press Enter
    begin "$1"
    press q
    wait_for '┌─ Guests'
    press q
    sees 'A job still runs' "$1: quitting asks first"
    guard
    press Tab
}

# ---- left in the background ------------------------------------------------------------------------

begin_in_shell "left in the background" 0x31
wait_for '\[>To the background<\]'
press Enter
sees '^left with 0$' "the shell gets its prompt back"
like "$(screen)" '^virt-snap: goes on in the background: merge first of web\.' "and it was told what goes on"
typed 'echo "usable $((6 * 7))"'
press Enter
sees '^usable 42$' "the shell is usable meanwhile"
goes_on "left in the background"
typed exit
press Enter
wait_exit >/dev/null
ended "left in the background" 0x31

# ---- asked to stop, and left while that is waited for ---------------------------------------------------

begin_in_shell "waited for" 0x36
press Tab
wait_for '\[>Stop after '
press Enter
sees '^virt-snap: stops after its present step: merge first of web\.' "waited for: it tells for what"
wait_for 'Ctrl-C leaves it to the background'
press C-z
sees '\^Z' "waited for: Ctrl-Z is shown"
like "$(sed 's/.*) //' "/proc/$worker/stat")" '^[^T]' "waited for: but stops nothing"
press C-c
sees '^left with 0$' "waited for: Ctrl-C brings the shell back"
goes_on "waited for"
typed exit
press Enter
wait_exit >/dev/null
ended "waited for" 0x36

# ---- the SSH session drops -------------------------------------------------------------------------

# shellcheck disable=SC2046 # several words
if sshd_start; then
    fill "SSH dropped" 0x32
    in_terminal $(ssh_command) -tt
    begin "SSH dropped"
    sshd_drop
    wait_for '[Cc]onnection (to .* closed|reset)|Broken pipe|closed by'
    record "The line drops: the process that serves the session is killed, and the ssh client gives up."
    sees '[Cc]onnection (to .* closed|reset)|Broken pipe|closed by' "the SSH session is gone"
    goes_on "SSH dropped"
    record "From elsewhere on the host: the job goes on." vs jobs
    in_terminal $(ssh_command) -tt
    sees '^│[*] first ' "the operator logs in again" 20
    press J
    sees 'running +Delete snapshot first of web' "SSH dropped: the jobs page has the job"
    sees 'block commit on vda: [0-9]+%' "SSH dropped: and how far it is"
    record "He logs in again and starts virt-snap: the jobs page (J) shows how far it is."
    tui_stop
    ended "SSH dropped" 0x32
else
    ok 0 "SSH dropped # SKIP $sshd_missing"
fi

# ---- the window is closed, and the host is reached by ssh ---------------------------------------------

# What libvirt starts for qemu+ssh, but for the network.
if command -v virt-ssh-helper >/dev/null; then
    printf '#!/bin/sh\nexec "%s" exec "%s" virt-ssh-helper qemu:///system\n' "$lab" "$LAB" >"$TMPDIR/ssh"
    chmod +x "$TMPDIR/ssh"
    screen_uri="qemu+ssh://localhost/system?command=$TMPDIR/ssh"
    fill "window closed over ssh" 0x35
    in_terminal
    begin "window closed over ssh"
    transports=$(pgrep -P "$worker" | tr '\n' ' ')
    hang_up
    goes_on "window closed over ssh"
    [ -n "$transports" ] && [ "$(pgrep -P "$worker" | tr '\n' ' ')" = "$transports" ]
    ok $? "window closed over ssh: the lines are the same"
    screen_uri=
    ended "window closed over ssh" 0x35
else
    ok 0 "window closed over ssh # SKIP there is no virt-ssh-helper"
fi

if [ "${FAULTS:-}" != all ]; then
    done_testing
    exit
fi

# ---- the tmux server dies --------------------------------------------------------------------------

fill "tmux server killed" 0x33
in_terminal
begin "tmux server killed"
kill -KILL "$(tui_tmux display-message -p '#{pid}')"
goes_on "tmux server killed"
ended "tmux server killed" 0x33

# ---- it is told to end --------------------------------------------------------------------------------

fill "SIGTERM" 0x35
in_terminal
begin "SIGTERM"
kill -TERM "$(tui_pid)"
is "$(wait_exit)" 0 "SIGTERM: the shell goes on"
goes_on "SIGTERM"
ended "SIGTERM" 0x35

# ---- a command line, in an SSH session -----------------------------------------------------------------

# shellcheck disable=SC2046 # several words
if [ -n "$sshd_pid" ]; then
    fill "apply, SSH dropped" 0x36
    vs plan delete web first --json >"$TMPDIR/plan.json"
    tui_start 100x30 $(ssh_command) -tt env HOME="$HOME" "$VIRT_SNAP" apply "$TMPDIR/plan.json" --yes
    tui_poll merging web
    ok $? "apply, SSH dropped: a merge runs" || tui_diag
    id=$(job_id) worker=$(holder "$id")
    sshd_drop
    goes_on "apply, SSH dropped"
    ended "apply, SSH dropped" 0x36
fi

# ---- under sudo, which gives its command a terminal of its own -----------------------------------------

if command -v sudo >/dev/null && [ "$(id -u)" = 0 ]; then
    printf 'Defaults use_pty\nDefaults !fqdn\nroot ALL=(ALL:ALL) ALL\n' >"$TMPDIR/sudoers"
    chmod 440 "$TMPDIR/sudoers"
    printf '%s\n' '#!/bin/sh' "mount --bind '$TMPDIR/sudoers' /etc/sudoers && exec sudo -n \"\$@\"" >"$TMPDIR/as_root"
    chmod +x "$TMPDIR/as_root"
    fill "window closed around sudo" 0x34
    in_terminal unshare --mount --propagation private "$TMPDIR/as_root"
    begin "window closed around sudo"
    hang_up
    goes_on "window closed around sudo"
    ended "window closed around sudo" 0x34
else
    ok 0 "window closed around sudo # SKIP sudo is not installed, or nobody here may use it"
fi

done_testing
