# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Merges that take as long as a test needs, however quick the disk: the daemon that is started after this was sourced tells
# QEMU their speed with the command that begins them (tests/faults/cut.c). Sourced after qemu.sh, before lab_start:
#
#   guest_define_big NAME SIZE    a guest that is off, with one disk vda of that size
#   guest_fill NAME MIB BYTE      writes that much through the running guest's vda, in the first MiB
#   merge_takes MIB SECONDS       merges that begin from now on copy so much in so many seconds
#   merging NAME                  succeeds while libvirt has a block job on vda of the guest

export LAB_PRELOAD="$BUILD/tests/faults/cut.so" MERGE_SPEED="$TMPDIR/merge-speed"
[ -e "$LAB_PRELOAD" ] || { diag "first: make ${LAB_PRELOAD#"$TOP"/}"; exit 1; }

guest_define_big() {
    qemu-img create -q -f qcow2 "$LAB/images/$1-vda.qcow2" "$2" || return 1
    guest_xml "$1" vda >"$TMPDIR/$1.xml"
    virsh define "$TMPDIR/$1.xml" >/dev/null
}

guest_fill() {
    fill_at=0
    while [ $fill_at -lt "$2" ]; do   # one request holds less than 2 GiB
        fill_mib=$(($2 - fill_at < 256 ? $2 - fill_at : 256))
        guest_io "$1" vda "write -P $3 ${fill_at}M ${fill_mib}M" || return 1
        fill_at=$((fill_at + fill_mib))
    done
    guest_io "$1" vda flush && image_reads "$(guest_image "$1" vda)" "$3" $((fill_at - fill_mib))M "${fill_mib}M"
}

merge_takes() { echo $((($1 << 20) / $2)) >"$MERGE_SPEED"; }

merging() { virsh blockjob "$1" vda --raw 2>/dev/null | grep -q '^ *cur='; }
