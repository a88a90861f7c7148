# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Real QEMU guests on a libvirtd of the tests' own (tests/lab/libvirtd). Sourced after tap.sh:
#
#   lab_start                              starts the daemon, or skips the script with the reason
#   guest_define NAME [DISK...]            defines a guest that is off; disks default to vda, of DISK_SIZE (64M)
#   guest_records NAME COUNT PARENT        gives a guest that is off so many internal snapshots s00000, s00001 and so on, as
#                                          the daemon stores them; PARENT: the number of that of snapshot i, as awk
#                                          reckons it, -1 for a root
#   guest_image NAME DISK                  prints the image that NOW of the guest writes to
#   guest_mark NAME DISK BYTE OFFSET [LEN] writes LEN (64k) bytes BYTE; guest running or off
#   image_reads IMAGE BYTE OFFSET LEN      does the image hold these bytes?
#   state_hash IMAGE [TAG]                 prints a hash of what a guest would read from the image's
#                                          active content, or from its internal snapshot TAG
#   now_hash NAME                          the same of all disks of NOW; what cannot be read is like nothing else
#   in_lab CMD...                          runs a command where the daemon runs
#
#   pool_start                             makes the images' folder a storage pool, so that chains of
#                                          off guests can be learnt from here
#   vs ARGUMENT...                         virt-snap on that daemon
#   act VERB ARGUMENT...                   virt-snap plan and apply; the plan stays in $TMPDIR/plan.json
#   snapshots GUEST                        names, in one line
#   top_chain GUEST DISK                   file names from NOW's image down to the base
#   frozen GUEST SNAPSHOT DISK             the image that holds what the snapshot froze
#
# LAB is the daemon's folder, LAB_URI its address, LIBVIRT_DEFAULT_URI the same; `virsh` talks to it
# and to nothing else. Guests have no OS and are emulated: 32 MiB, disks of 64 MiB, up in 0.3 s.

lab=$TOP/tests/lab/libvirtd

lab_start() {
    LAB=$TMPDIR/lab
    export LAB_CACHE="$BUILD/lab-cache"
    LAB_URI=$("$lab" start "$LAB" $$ 2>"$TMPDIR/lab.err") || {
        lab_status=$?
        [ $lab_status != 77 ] || skip_all "$(cat "$TMPDIR/lab.err")"
        diag "$(cat "$TMPDIR/lab.err")"
        exit 1
    }
    cleanup "'$lab' stop '$LAB'"
    export LAB LAB_URI LIBVIRT_DEFAULT_URI="$LAB_URI"
}

virsh() { command virsh -q -c "$LAB_URI" "$@"; }

in_lab() { "$lab" exec "$LAB" "$@"; }

guest_define() {
    guest=$1
    shift
    [ $# -gt 0 ] || set -- vda
    for disk; do
        qemu-img create -q -f qcow2 "$LAB/images/$guest-$disk.qcow2" "${DISK_SIZE:-64M}" || return 1
    done
    guest_xml "$guest" "$@" >"$TMPDIR/$guest.xml"
    virsh define "$TMPDIR/$guest.xml" >/dev/null
}

guest_records() {
    "$lab" down "$LAB"
    folder=$LAB/lib/libvirt/qemu/snapshot/$1
    mkdir -p "$folder"
    uuid=$(sed -n 's|.*\(<uuid>.*</uuid>\).*|\1|p' "$LAB/etc/qemu/$1.xml")
    awk -v folder="$folder" -v count="$2" -v definition="$(tr -d '\n' <"$TMPDIR/$1.xml" | sed "s|<vcpu>|$uuid<vcpu>|")" '
        function parent(i) { return '"$3"' }
        function above(i) { return i < 0 ? "" : sprintf("<parent><name>s%05d</name></parent>", i) }
        BEGIN {
            for (i = 0; i < count; i++) {
                file = sprintf("%s/s%05d.xml", folder, i)
                printf "<domainsnapshot><name>s%05d</name><state>shutoff</state>%s<creationTime>%d</creationTime>" \
                       "<memory snapshot=\"no\"/><disks><disk name=\"vda\" snapshot=\"internal\"/></disks>%s" \
                       "<active>%d</active></domainsnapshot>", i, above(parent(i)), 1700000000 + i, definition,
                       i == count - 1 >file
                close(file)
            }
        }'
    "$lab" up "$LAB"
}

guest_xml() {
    cat <<XML
<domain type='qemu'>
  <name>$1</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
XML
    guest=$1
    shift
    for disk; do
        cat <<XML
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='$LAB/images/$guest-$disk.qcow2'/>
      <target dev='$disk' bus='virtio'/>
    </disk>
XML
    done
    cat <<XML
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
  </devices>
</domain>
XML
}

guest_image() { virsh domblklist "$1" | awk -v disk="$2" '$1 == disk { print $2 }'; }

# Several commands in one virsh: most of what one takes is its connection.
guest_mark() {
    mark_length=${5:-64k}
    mark_seen=$(virsh "domstate '$1'; domblklist '$1'")
    mark_image=$(printf '%s\n' "$mark_seen" | awk -v disk="$2" '$1 == disk { print $2 }')
    if [ "${mark_seen%%
*}" = "shut off" ]; then
        qemu-io -f qcow2 -c "write -P $3 $4 $mark_length" -c "read -P $3 $4 $mark_length" "$mark_image" >/dev/null 2>&1
    else
        guest_io "$1" "$2" "write -P $3 $4 $mark_length" flush && image_reads "$mark_image" "$3" "$4" "$mark_length"
    fi
}

# I/O commands in a running guest, through its own disk, as if its OS had asked for them. Whether one
# worked is told to QEMU's log only: read back what was to be written.
guest_io() {   # NAME DISK COMMAND...
    io_guest=$1
    io_device=$(virsh dumpxml "$1" | sed -n "/<target dev='$2'/,/<\/disk>/s/.*<alias name='\(.*\)'.*/\1/p")
    shift 2
    io_commands=
    for io_command; do
        io_commands="$io_commands qemu-monitor-command '$io_guest' --hmp 'qemu-io -d /machine/peripheral/$io_device/virtio-backend \"$io_command\"';"
    done
    virsh "$io_commands" >/dev/null
}

# Does the image hold LEN bytes BYTE at OFFSET? Works while a guest has it open.
image_reads() {
    qemu-io -U -r -f qcow2 -c "read -P $2 $3 $4" "$1" >/dev/null 2>&1
}

state_hash() {
    hash_raw=$(mktemp "$TMPDIR/state.XXXXXX")
    { qemu-img convert -U ${2:+-l "snapshot.name=$2"} -O raw "$1" "$hash_raw" 2>"$hash_raw.error" ||
        read_merged "$1" "${2:-}" "$hash_raw"; } && sha256sum <"$hash_raw" | cut -c1-16
    hash_status=$?
    rm -f "$hash_raw" "$hash_raw.error"
    return $hash_status
}

# A QEMU in the middle of a merge, or one that was left there, lets nobody read what it merges, not even with -U: the
# chain is opened without locks. Whoever says anything else has failed.
read_merged() {   # IMAGE TAG RAW
    if ! grep -q 'Failed to get "consistent read" lock' "$3.error"; then
        cat "$3.error" >&2
        return 1
    fi
    read_at=$1 read_level='' read_options=''
    while [ -n "$read_at" ]; do
        read_info=$(qemu-img info -U "$read_at") || return 1
        read_options="$read_options${read_level}driver=$(printf '%s\n' "$read_info" | sed -n 's/^file format: //p'),"
        read_options="$read_options${read_level}file.driver=file,${read_level}file.locking=off,${read_level}file.filename=$read_at,"
        read_at=$(printf '%s\n' "$read_info" | sed -n 's/^backing file: \([^(]*[^( ]\).*/\1/p')
        read_level="${read_level}backing."
    done
    qemu-img convert --image-opts ${2:+-l "snapshot.name=$2"} -O raw "${read_options%,}" "$3"
}

now_hash() {
    for image in $(virsh domblklist "$1" | awk 'NF { print $2 }'); do
        state_hash "$image" || mktemp -u unreadable.XXXXXX
    done
}

pool_start() {
    virsh pool-create-as images dir --target "$LAB/images" >/dev/null || bail "no storage pool"
}

vs() { "$VIRT_SNAP" -c "$LAB_URI" "$@"; }

act() { vs plan "$@" --json >"$TMPDIR/plan.json" && vs apply "$TMPDIR/plan.json" --yes; }

snapshots() { virsh snapshot-list "$1" --name | sort | xargs; }

# As the images themselves tell, whatever libvirt's records say.
top_chain() {
    chain_image=$(guest_image "$1" "$2")
    while [ -n "$chain_image" ]; do
        basename "$chain_image"
        chain_image=$(qemu-img info -U "$chain_image" | sed -n 's/^backing file: \([^(]*[^( ]\).*/\1/p')
    done | xargs
}

frozen() {
    virsh snapshot-dumpxml "$1" "$2" \
        --xpath "/domainsnapshot/domain/devices/disk[target/@dev='$3']/source/@file" |
        sed 's/.*file="\(.*\)"/\1/'
}
