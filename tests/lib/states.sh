# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What must be as it was after a revert, and after one that failed. Sourced after qemu.sh:
#
#   before VERSION        is the daemon older than that?
#   held GUEST SNAPSHOT   hashes of what the snapshot holds, one for each disk that it covers, in one line
#   states GUEST          a line for each snapshot: its name and what it holds
#   survived GUEST STATES [PRESENT]   prints the lines of an earlier `states` that are not true any more
#   everything GUEST      all of it as text: states, NOW, records, definition, files, state, pools
#   around GUEST          the same without states and NOW
#   unchanged GUEST TEXT NAME   a test: `everything` is still TEXT
#   sound GUEST           a test: virt-snap check finds nothing
#   marked_chain GUEST NAME...    a snapshot of each name, of the disks vda and vdb with a new mark each; one in NOW
#   current, kept, branch GUEST   the current snapshot; the last one that kept NOW; that of the last branch
#   marks_stay_above GUEST        a test: what is written into NOW reaches no snapshot
#   record_files GUEST    the names of the records that libvirt keeps on its disk, in one line
#   files                 the files beside the images, in one line

version=$(virsh version --daemon | sed -n 's/^Running against daemon: //p')
before() { [ "$(printf '%s\n' "$1" "$version" | sort -V | head -n1)" != "$1" ]; }

# The disks that the snapshot covers: a line "DISK external|internal IMAGE" for each, with what it froze.
covered() {
    virsh snapshot-dumpxml "$1" "$2" | awk -v q="'" '
        { split($0, part, q) }
        /^    <disk name=.* snapshot=.(external|internal)./ { kind[part[2]] = part[4] }
        /^  <domain / { stored = 1 }
        /^  <\/domain>/ { stored = 0 }
        stored && /^      <disk / { file = "" }
        stored && /^        <source file=/ { file = part[2] }
        stored && /^        <target dev=/ { image[part[2]] = file }
        END { for (disk in kind) print disk, kind[disk], image[disk] }' | sort
}

held() {
    covered "$1" "$2" | while read -r _ held_kind held_image; do
        [ "$held_kind" = internal ] && held_tag=$2 || held_tag=
        state_hash "$held_image" "$held_tag" || echo unreadable
    done | xargs
}

states() {
    for snapshot in $(virsh snapshot-list "$1" --name | sort); do
        echo "$snapshot $(held "$1" "$snapshot")"
    done
}

survived() {
    after=${3-$(states "$1")}
    printf '%s\n' "$2" | while read -r line; do
        case $line in *unreadable*) echo "nothing to compare with: $line" ;; esac
        printf '%s\n' "$after" | grep -qxF "$line" || echo "changed: $line"
    done
}

# What libvirt keeps of the guest's records on its disk, in one line.
record_files() { in_lab ls "/var/lib/libvirt/qemu/snapshot/$1" 2>/dev/null | sed 's/\.xml$//' | sort | xargs; }

files() { (cd "$LAB/images" && echo *); }

current() { virsh snapshot-current "$1" --name; }
kept() { virsh snapshot-list "$1" --name | grep '^before-revert' | sort | tail -n1; }
branch() { virsh snapshot-list "$1" --name | grep '^after-revert' | sort | tail -n1; }
sound() { like "$(vs check "$1")" ' 0 problems' "nothing is wrong with $1"; }

marked_chain() {
    chain_guest=$1 chain_at=1
    shift
    for name; do
        guest_mark "$chain_guest" vda 0x1$chain_at $((chain_at * 64))k
        guest_mark "$chain_guest" vdb 0x2$chain_at $((chain_at * 64))k
        virsh snapshot-create-as "$chain_guest" "$name" --disk-only >/dev/null
        chain_at=$((chain_at + 1))
    done
    guest_mark "$chain_guest" vda 0x66 1M
}

marks_stay_above() {
    marks_before=$(states "$1")
    guest_mark "$1" vda 0xe1 4M
    guest_mark "$1" vda 0xe2 0
    is "$(survived "$1" "$marks_before")" "" "what NOW writes then reaches no snapshot"
}

everything() {
    states "$1"
    now_hash "$1"
    around "$1"
}

around() {
    around_asks="snapshot-current '$1' --name; dumpxml --inactive --security-info '$1';"
    for snapshot in $(virsh snapshot-list "$1" --name | sort); do
        around_asks="$around_asks snapshot-dumpxml --security-info '$1' '$snapshot';"
    done
    virsh "$around_asks domstate '$1'; pool-list --all --name"
    files
    ls "$LAB/images/second" 2>/dev/null
}

unchanged() {
    printf '%s\n' "$2" >"$TMPDIR/before"
    everything "$1" >"$TMPDIR/after"
    is "$(diff "$TMPDIR/before" "$TMPDIR/after")" "" "$3"
}
