#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# More snapshots than libvirt hands out: 16,384 in one list (REMOTE_DOMAIN_SNAPSHOT_LIST_MAX). That is said, on the
# command line and on screen, and other guests are as they were.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"

lab_start
guest_define small vda
virsh snapshot-create-as small first >/dev/null
guest_define crowd vda
guest_records crowd 16385 -1
is "$(virsh snapshot-list crowd --name 2>&1 | grep -c 16384)" 1 "libvirt itself lists no more"

vs list crowd >"$TMPDIR/list" 2>&1
like "$(cat "$TMPDIR/list")" 'snapshots of crowd' "virt-snap says what it cannot list"
like "$(cat "$TMPDIR/list")" '16384' "and why"
unlike "$(cat "$TMPDIR/list")" 'connects again' "and not that the line broke"
fails 3 "nothing is planned on what cannot be seen" vs plan create crowd new
like "$(vs list small)" 'first' "another guest is as it was"

tui_start 140x40 "$VIRT_SNAP" -c "$LAB_URI" crowd
sees '16384' "the screen says it"
unlike "$(screen)" 'holds  *everything' "and does not say that there are none"
press q   # to the list of guests
press q
is "$(wait_exit)" 0 "q quits"

done_testing
