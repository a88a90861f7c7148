# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Merges that take their time. Sourced after qemu.sh:
#
#   guest_define_big NAME SIZE    a guest that is off, with one disk vda of that size
#   guest_fill NAME MIB BYTE      writes that much through the running guest's vda, in the first MiB
#   merge_slowly NAME MIB         in the background: the guest's next merge runs at MIB per second
#   merging NAME                  succeeds while libvirt has a block job on vda of the guest
#
# libvirt lets nobody else set the speed of a merge that it runs itself; QEMU does.

guest_define_big() {
    qemu-img create -q -f qcow2 "$LAB/images/$1-vda.qcow2" "$2" || return 1
    guest_xml "$1" vda >"$TMPDIR/$1.xml"
    virsh define "$TMPDIR/$1.xml" >/dev/null
}

guest_fill() {
    fill_at=0
    while [ $fill_at -lt "$2" ]; do   # one request holds less than 2 GiB
        guest_io "$1" vda "write -P $3 ${fill_at}M 256M" || return 1
        fill_at=$((fill_at + 256))
    done
    guest_io "$1" vda flush && image_reads "$(guest_image "$1" vda)" "$3" $((fill_at - 256))M 256M
}

merge_slowly() {
    (
        trap - EXIT
        until merge_job=$(qmp "$1" '{"execute": "query-block-jobs"}' | sed -n 's/.*"device":"\([^"]*\)".*/\1/p') &&
            [ -n "$merge_job" ]; do
            sleep 0.02
        done
        qmp "$1" "{\"execute\": \"block-job-set-speed\", \"arguments\": {\"device\": \"$merge_job\", \"speed\": $(($2 << 20))}}"
    ) >/dev/null 2>&1 &
    cleanup "kill $! 2>/dev/null"
}

qmp() { virsh qemu-monitor-command "$1" "$2"; }

merging() { virsh blockjob "$1" vda --raw 2>/dev/null | grep -q '^ *cur='; }
