#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A whole journey in a terminal, on real QEMU: look, create, write, merge with its progress, revert, lose
# the connection and find it again. The images are asked what they hold, before and after.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/merge.sh"
. "$TOP/tests/lib/tmux.sh"

lab_start
pool_start
guest_define_big web 4G
virsh start web >/dev/null
guest_mark web vda 0x11 3G 1M
guest_define inner vda
guest_mark inner vda 0x21 0

# dialog TITLE NAME: a test that it is there; then it listens.
dialog() { sees "┌─ $1 ─" "$2" && guard; }

# ---- Look ----------------------------------------------------------------------------------------

tui_start 80x24 "$VIRT_SNAP" -c "$LAB_URI"
sees '│web +running +0' "both guests are listed"
like "$(screen)" '│inner +off +0' "with their states"
press j
sees 'Snapshots of web' "one is chosen"
press Enter
sees 'Disks of NOW' "and opened"
like "$(screen)" '^│@ NOW ' "its tree is empty but for NOW"
like "$(screen)" 'holds +everything' "which holds everything"
like "$(screen)" 'web-vda\.qcow2 +LIVE' "its disk is one image"

# ---- Create --------------------------------------------------------------------------------------

# Up to the plan of creating a snapshot.
plan_create() {   # NAME
    press c
    wait_for 'New snapshot of web' && guard
    press C-u
    wait_for 'A snapshot needs a name'
    typed "$1"
    wait_for "name +$1 "
    press Enter
    wait_for '\[>Show the plan<\]'
    press Enter
    dialog "Create snapshot $1 of web" "the plan of creating it is shown"
}

plan_create first
like "$(screen)" 'web-vda\.first\.qcow2' "it names the new file"
like "$(screen)" '\[>Cancel<\]  \[ Create it \]' "Cancel has the focus"
press Enter
wait_gone 'Create snapshot'
is "$(snapshots web)" "" "Enter alone creates nothing"

plan_create first
press Tab
wait_for '\[>Create it<\]'
press Enter
sees '^│[*] first ' "the snapshot appears in the tree"
sees 'web-vda\.first\.qcow2 +LIVE' "its overlay in the chain"
like "$(screen)" 'frozen by first' "above the image that it froze"
sees '@ NOW +nothing yet' "NOW holds nothing besides yet"
is "$(snapshots web)" "first" "libvirt has it"
is "$(top_chain web vda)" "web-vda.first.qcow2 web-vda.qcow2" "and so have the images"
is "$(virsh domstate web)" running "the guest runs on"
sees '^ Create snapshot first of web: done' "the end is told"

# ---- Delete: a merge of 2 GiB --------------------------------------------------------------------

guest_fill web 2048 0x33
ok $? "the guest writes 2 GiB, into the overlay"
qemu-img convert -U -f qcow2 -O qcow2 "$(guest_image web vda)" "$TMPDIR/before.qcow2" || bail "no copy of NOW"

press k
sees '┌─ first ─' "the snapshot is selected"
press d
dialog 'Delete snapshot first of web' "deleting shows a plan first"
shown=$(screen)
like "$shown" '\[>Cancel<\]' "Cancel has the focus"
like "$shown" 'web-vda\.first\.qcow2 is merged into web-vda\.qcow2' "the plan says what merges into what"
like "$shown" 'copies +at most 2\.0G' "and how much"
like "$shown" 'Until the merge ends the guest cannot be shut down, suspended or' "the warning is on screen"
like "$shown" 'migrated\. Only a forced power-off works' "whole"
press Enter
wait_gone 'Delete snapshot'
is "$(snapshots web)" "first" "Enter alone deletes nothing"
unlike "$(screen)" 'Started|merge first' "and starts nothing"

merge_takes 2048 20
press d
dialog 'Delete snapshot first of web' "once more"
press Tab
wait_for '\[>Delete it<\]'
press Enter
sees '^ merge first of web .* [0-9]+%  [0-9.]+[KMG]/s  0:[0-9][0-9]' "progress runs: per cent, speed, time"
sees '^ web: no shutdown, suspend or migration until then' "what the merge forbids is told all the while"

percent() { screen | sed -n 's/^ merge first of web .* \([0-9]*\)%.*/\1/p'; }
libvirts_percent() {
    virsh blockjob web vda --raw | awk -F= '/cur=/ { cur = $2 } /end=/ { end = $2 } END { print int(cur * 100 / end) }'
}
beyond() { now=$(percent); [ -n "$now" ] && [ "$now" -gt "$1" ]; }

first=$(percent)
tui_poll beyond "$first"
ok $? "it grows" || tui_diag
low=$(libvirts_percent) now=$(percent) high=$(libvirts_percent)
[ "$now" -ge $((low - 15)) ] && [ "$now" -le $((high + 1)) ]   # samples are a second old at most
ok $? "and is what libvirt tells" || diag "$now% on screen, libvirt: $low% to $high%"
press C-z
sees 'A job runs: stopping would break it off' "Ctrl-Z says why it does not stop the program"
unlike "$(sed 's/.*) //' "/proc/$(tui_worker)/stat")" '^T' "which goes on"
press C-c
dialog 'A job still runs' "Ctrl-C asks first"
press Enter
wait_gone 'A job still runs'
unlike "$(screen)" 'Pane is dead' "and Enter alone stays"
merging web
ok $? "libvirt still merges"

sees '^ Delete snapshot first of web: done' "the end is told" 60
unlike "$(screen)" '^│[*o] first |merge first' "snapshot and progress are gone"
sees 'web-vda\.qcow2 +LIVE' "the chain is one image again"
is "$(snapshots web)" "" "libvirt has no snapshot"
is "$(top_chain web vda)" "web-vda.qcow2" "the images say the same"
[ ! -e "$LAB/images/web-vda.first.qcow2" ]
ok $? "the overlay is removed"
like "$(qemu-img compare -U "$TMPDIR/before.qcow2" "$LAB/images/web-vda.qcow2")" 'Images are identical' \
    "NOW holds what it held"
rm "$TMPDIR/before.qcow2"
image_reads "$LAB/images/web-vda.qcow2" 0x11 3G 1M
ok $? "what was written before the snapshot is there"
image_reads "$LAB/images/web-vda.qcow2" 0x33 1536M 512M
ok $? "and what was written after it"
is "$(virsh domstate web)" running "the guest ran all along"

# ---- What others do ------------------------------------------------------------------------------

virsh snapshot-create-as web foreign --disk-only >/dev/null
sees '^│[*] foreign ' "a snapshot that virsh makes appears by itself within 2 s" 2
sees 'web-vda\.foreign +LIVE' "and its overlay"
virsh snapshot-delete web foreign >/dev/null
wait_gone foreign 2
ok $? "one that virsh deletes disappears"

# ---- Revert: losing NOW --------------------------------------------------------------------------

virsh snapshot-create-as inner i1 >/dev/null
guest_mark inner vda 0x22 64k
i1=$(state_hash "$(guest_image inner vda)" i1)
press q
wait_for '┌─ Guests'
press k
wait_for 'Snapshots of inner'
sees '[*] i1 .* int ' "an internal snapshot"
press Enter
wait_for '┌─ NOW ─'
press k
wait_for 'kind +inside the image'

plan_lose() {
    press r
    wait_for '┌─ Revert inner to i1 ─' && guard
    press Tab
    wait_for '\[>Lose NOW and revert<\]'
    press Enter
    dialog 'Revert inner to snapshot i1' "losing NOW shows a plan"
}

plan_lose
like "$(screen)" 'Lost for good:' "which says what is lost"
like "$(screen)" "type the guest's name, inner" "and demands the guest's name"
like "$(screen)" '\[>Cancel<\]  \( Revert \)' "until then it can't be done"
press Enter
wait_gone 'Revert inner'
image_reads "$(guest_image inner vda)" 0x22 64k 64k
ok $? "Enter alone loses nothing"

plan_lose
typed inne
wait_for 'Type name +inne'
press Enter
typed x
sees 'Type name +innex' "Enter behind a wrong name goes nowhere"
like "$(screen)" '\( Revert \)' "and it still can't be done"
image_reads "$(guest_image inner vda)" 0x22 64k 64k
ok $? "nothing is lost yet"
press BSpace
wait_for 'Type name +inne '
typed r
wait_for '\[ Revert \]'
press Enter
wait_for '\[>Revert<\]'
press Enter
sees '^ Revert inner to snapshot i1: done' "with the right name it is done"
is "$(state_hash "$(guest_image inner vda)")" "$i1" "NOW is what i1 held"
is "$(state_hash "$(guest_image inner vda)" i1)" "$i1" "i1 is what it was"
is "$(snapshots inner)" "i1" "and still there"

# ---- The connection is lost and found ------------------------------------------------------------

"$lab" down "$LAB"
sees 'OLD since .*connection lost' "a lost connection is told"
like "$(screen)" '[*] i1 .* int ' "the last picture stays"
press c
sees '^ ! Not possible: not connected' "acts say why not"
"$lab" up "$LAB"
wait_gone 'OLD since' 40
ok $? "it is found again by itself"
sees '^ Connected to .* again' "which is told"
virsh snapshot-create-as inner i2 >/dev/null
sees '[*o] i2 ' "and what others do is seen again" 3

press q
wait_for '┌─ Guests'
press q
is "$(wait_exit)" 0 "quit"

# ---- Read-only -----------------------------------------------------------------------------------

tui_start 80x24 "$VIRT_SNAP" -c "$LAB_URI" -r inner
sees '[*] i1 ' "read-only shows the same"
like "$(screen)" '^ virt-snap .* READ-ONLY$' "says so"
sees '\(c create\)  \(r revert\)  \(d delete\)' "acts stand in brackets"
press k
wait_for 'kind +inside the image'
for key in c r d; do
    press $key
    sees '^ ! Not possible: opened read-only' "$key says why"
    press Escape
    wait_for '┌─ Guests'
    press Enter
    wait_gone '^ ! '
done
is "$(snapshots inner)" "i1 i2" "nothing was done"

done_testing
