#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The laboratory of the other tests here: a libvirtd of our own that is apart from the machine's,
# guests whose content can be written and read, and nothing left of it afterwards.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start

succeeds "the daemon answers" virsh list --all
is "$(virsh list --all --name)" "" "it starts without guests"

# Apart from the machine's: nothing of the lab is where the machine's daemon would look.
succeeds "a guest can be defined" guest_define lab-guest vda vdb
[ -e "$LAB/etc/qemu/lab-guest.xml" ]
ok $? "its configuration lies in the lab"
[ ! -e /etc/libvirt/qemu/lab-guest.xml ]
ok $? "and not in /etc/libvirt"
fails 1 "a second daemon in the same folder is refused" "$lab" start "$LAB"

# The content of a guest: marks read back from NOW and from an internal snapshot's tag.
empty=$(state_hash "$(guest_image lab-guest vda)")
succeeds "a mark can be written into a guest that is off" guest_mark lab-guest vda 0x11 0
off=$(state_hash "$(guest_image lab-guest vda)")
[ "$off" != "$empty" ]
ok $? "and changes what is read"
succeeds "an internal snapshot" virsh snapshot-create-as lab-guest tag
succeeds "the guest starts" virsh start lab-guest
succeeds "a mark can be written into a running guest" guest_mark lab-guest vda 0x22 64k
succeeds "and into its other disk" guest_mark lab-guest vdb 0x33 0
fails 1 "a mark behind the disk's end is an error" guest_mark lab-guest vdb 0x33 1G
[ "$(state_hash "$(guest_image lab-guest vda)")" != "$off" ]
ok $? "NOW has changed"
is "$(state_hash "$(guest_image lab-guest vda)" tag)" "$off" "the snapshot has not"
is "$(now_hash lab-guest | sort -u | wc -l)" 2 "the disks differ"

# The daemon may go and come; guests live on.
succeeds "the daemon can be ended" "$lab" down "$LAB"
fails 1 "then nobody answers" virsh list
succeeds "and started again" "$lab" up "$LAB"
is "$(virsh domstate lab-guest)" running "its guest went on meanwhile"

guest_pid=$(pgrep -f "guest=lab-guest.*$LAB" | head -n 1)
[ -n "$guest_pid" ]
ok $? "the guest is a process here"
succeeds "the lab can be stopped" "$lab" stop "$LAB"
[ ! -e "$LAB" ]
ok $? "its folder is gone"
! kill -0 "$guest_pid" 2>/dev/null
ok $? "its guest is gone"
is "$(grep -c "$LAB" /proc/mounts)" 0 "no mount is left"

# A test that is killed takes its lab along.
sh -c "'$lab' start '$TMPDIR/orphan' \$\$ >/dev/null && kill -KILL \$\$" 2>/dev/null
tries=200
while [ -e "$TMPDIR/orphan" ] && [ $tries -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
[ ! -e "$TMPDIR/orphan" ]
ok $? "a lab ends with its owner"

done_testing
