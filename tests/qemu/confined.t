#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A host that confines its guests with AppArmor (H19), as virt-snap is made to believe: of a guest that is off, on the
# host itself and as root, a snapshot is deleted with qemu-img. Every surviving state is compared byte for byte; the
# copying is cut off in its middle, and finished after the guest has run on.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
before 12.1.0 || skip_all "from libvirt 12.1 on its AppArmor profile lets it merge"
pool_start
DISK_SIZE=8M

# Where the daemon runs, so that its files are our own.
vs() {
    in_lab env PATH="$TMPDIR/bin:$PATH" LD_PRELOAD="$BUILD/tests/faults/cut.so" CONFINED=1 "$VIRT_SNAP" \
        -c qemu:///system "$@"
}
mkdir "$TMPDIR/bin"
started() { virsh start "$1" >/dev/null && virsh destroy "$1" >/dev/null; }

# ---- an inner one, the leaf, the root ------------------------------------------------------------

guest_define web vda vdb
marked_chain web a b c d
was=$(states web) now=$(now_hash web)
like "$(vs plan delete web b)" 'with qemu-img' "the merge is done by qemu-img"
like "$(vs plan delete web b)" 'H19' "and the reason is said"
unlike "$(vs plan delete web b)" 'paused' "no QEMU is started for it"
succeeds "delete an inner snapshot" act delete web b
is "$(snapshots web)" "a c d" "it is gone"
is "$(survived web "$was" | grep -v ' b ')" "" "no other snapshot changed"
is "$(now_hash web)" "$now" "nor did NOW"
is "$(top_chain web vda)" "web-vda.d web-vda.c web-vda.a web-vda.qcow2" "the overlay is out of the chain"
unlike "$(files)" 'web-vd[ab]\.b' "and its files are gone"
sound web
succeeds "the guest starts" started web

was=$(states web)
succeeds "delete the last, which NOW stands on" act delete web d
is "$(survived web "$was" | grep -v ' d ')" "" "no other snapshot changed"
is "$(now_hash web)" "$now" "nor did NOW"
is "$(guest_image web vda)" "$LAB/images/web-vda.c" "NOW writes to the image that was merged into"
is "$(current web)" c "the one before is current"
sound web
marks_stay_above web
succeeds "the guest starts" started web

was=$(states web) now=$(now_hash web)
succeeds "delete the root" act delete web a
is "$(survived web "$was" | grep -v ' a ')" "" "no other snapshot changed"
is "$(now_hash web)" "$now" "nor did NOW"
sound web
succeeds "two more of one guest as one plan" act create web e
was=$(states web) now=$(now_hash web)
succeeds "delete all that are left" act delete web c e
is "$(snapshots web)" "" "none is left"
is "$(now_hash web)" "$now" "and NOW is as it was"
is "$(files)" "web-vda.qcow2 web-vdb.qcow2" "in the files that it began with"
sound web

# ---- a tree with branches: all that stands on the overlay is moved -------------------------------

guest_define tree vda vdb
marked_chain tree a b c
succeeds "a branch" act revert tree b
was=$(states tree) now=$(now_hash tree)
succeeds "delete what is below it" act delete tree a
is "$(survived tree "$was" | grep -v ' a ')" "" "no other snapshot changed, on no branch"
is "$(now_hash tree)" "$now" "nor did NOW"
unlike "$(files)" 'tree-vda\.a ' "the overlay is gone"
sound tree

# ---- below it lies a tag, which stays ------------------------------------------------------------

guest_define tag vda
guest_mark tag vda 0x31 0
succeeds "one inside the image" act create tag t --kind internal
guest_mark tag vda 0x32 64k
succeeds "one of its own file" act create tag e --kind external
guest_mark tag vda 0x33 128k
then=$(state_hash "$LAB/images/tag-vda.qcow2" t) now=$(now_hash tag)
like "$(vs plan delete tag e)" 'with qemu-img' "qemu-img merges above an internal one"
succeeds "delete it" act delete tag e
is "$(state_hash "$LAB/images/tag-vda.qcow2" t)" "$then" "the tag holds what it held"
is "$(now_hash tag)" "$now" "and so does NOW"
is "$(guest_image tag vda)" "$LAB/images/tag-vda.qcow2" "which writes to the image itself"
sound tag

# ---- where it cannot be --------------------------------------------------------------------------

guest_define run vda vdb
marked_chain run a b
virsh start run >/dev/null
like "$(vs plan delete run a)" "seclabel type='none' model='apparmor'" "of a guest that runs, the host's line is said"
like "$(vs plan delete run a)" 'Shut the guest down, and virt-snap' "and the other way"
virsh destroy run >/dev/null
like "$(LD_PRELOAD=$BUILD/tests/faults/cut.so CONFINED=1 "$VIRT_SNAP" -c "$LAB_URI" plan delete run a)" 'as root' \
    "from elsewhere it is said where to do it"
qemu-img rebase -u -f qcow2 -F raw -b "$LAB/images/run-vda.qcow2" "$LAB/images/run-vda.a"
fails 3 "a header that names another format is not believed" vs plan delete run a
qemu-img rebase -u -f qcow2 -F qcow2 -b "$LAB/images/run-vda.qcow2" "$LAB/images/run-vda.a"

cat >"$TMPDIR/bin/qemu-img" <<SCRIPT
#!/bin/sh
[ "\$1" != commit ] || { echo "qemu-img: no lock to be had" >&2; exit 1; }
exec /usr/bin/qemu-img "\$@"
SCRIPT
chmod 755 "$TMPDIR/bin/qemu-img"
was_all=$(everything run)
said=$(act delete run a 2>&1)
is $? 1 "qemu-img that does not begin"
unchanged run "$was_all" "touches nothing"
like "$said" 'no lock to be had' "its complaint is told"
is "$(vs jobs --json | tr -d " \\n")" '{"format":1,"jobs":[]}' "and there is nothing to come back to"
rm "$TMPDIR/bin/qemu-img"

# ---- cut off in the middle of the copying --------------------------------------------------------

DISK_SIZE=64M
guest_define slow vda vdb
marked_chain slow a
guest_mark slow vda 0x41 4M 32M
virsh snapshot-create-as slow b --disk-only >/dev/null
guest_mark slow vda 0x42 40M 1M
was=$(states slow) now=$(now_hash slow)
cat >"$TMPDIR/bin/qemu-img" <<SCRIPT
#!/bin/sh
[ "\$1" != commit ] || { shift; exec /usr/bin/qemu-img commit -r 2M "\$@"; }
exec /usr/bin/qemu-img "\$@"
SCRIPT
chmod 755 "$TMPDIR/bin/qemu-img"
vs plan delete slow a --json >"$TMPDIR/plan.json"
vs apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
base=$LAB/images/slow-vda.qcow2
until [ "$(stat -c %b "$base")" -gt 8192 ] || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
fails 1 "a start meanwhile is refused by the locks" virsh start slow
copying=$(pgrep -f "qemu-img commit .*$LAB/images/slow-vda.a")
ok $? "qemu-img is at it"
for process in $(pgrep -f "virt-snap -c qemu:///system apply $TMPDIR/plan.json"); do
    [ "$(cat "/proc/$process/comm")" != virt-snap ] || kill -9 "$process"
done
wait $!
while [ -e "/proc/$copying" ]; do sleep 0.02; done
ok 0 "and ends with virt-snap"
rm "$TMPDIR/bin/qemu-img"
is "$(now_hash slow)" "$now" "NOW is as it was"
is "$(survived slow "$was" | grep -v ' a ')" "" "and so is every other snapshot"
id=$(vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p' | head -n1)
like "$(vs jobs show "$id")" 'may be partly overwritten' "what is damaged is said"
fails 3 "there is no way back" vs jobs undo "$id" --yes
virsh start slow >/dev/null
ok $? "the guest starts on what it had"
guest_mark slow vda 0x43 50M 1M
now=$(now_hash slow)
fails 3 "while it runs the merge is not finished" vs jobs resume "$id" --yes
virsh destroy slow >/dev/null
succeeds "then it is" vs jobs resume "$id" --yes
is "$(snapshots slow)" b "the snapshot is gone"
is "$(now_hash slow)" "$now" "NOW is what the guest wrote since"
is "$(survived slow "$was" | grep -v ' a ')" "" "no other snapshot changed"
sound slow
succeeds "the guest starts" started slow

# ---- the guest runs between the copying and what comes after it ----------------------------------

DISK_SIZE=8M
guest_define again vda vdb
marked_chain again a b
was=$(states again)
cat >"$TMPDIR/meddle" <<SCRIPT
#!/bin/sh
unset LD_PRELOAD CUT CUT_DO
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
virsh -c qemu:///system start again && virsh -c qemu:///system destroy again || exit 1
[ -s "$LAB/images/again-vda.b" ] || exit 1
qemu-io -f qcow2 -c "write -P 0x77 3M 64k" "$LAB/images/again-vda.b" && echo meddled >>"$TMPDIR/meddled"
SCRIPT
chmod 755 "$TMPDIR/meddle"
# Prints what is wrong with it.
written() { qemu-io -r -f qcow2 -c "read -q -P 0x77 3M 64k" "$(guest_image again vda)" 2>&1; }
vs plan delete again b --json >"$TMPDIR/plan.json"
said=$(CUT="after 5" CUT_DO=$TMPDIR/meddle vs apply "$TMPDIR/plan.json" --yes 2>&1)
is $? 1 "a guest that wrote after its overlay had been copied"
is "$(cat "$TMPDIR/meddled")" meddled "(it did, once)"
like "$said" 'again-vda\.b was written to after it had been copied' "stays on it, and it is said why"
is "$(guest_image again vda)" "$LAB/images/again-vda.b" "NOW has what was written"
is "$(written)" "" "byte for byte"
is "$(survived again "$was" | grep -v ' b ')" "" "every other snapshot is as it was"
id=$(vs jobs --json | sed -n 's/.*"id" : "\([^"]*\)".*/\1/p' | head -n1)
succeeds "the merge is finished" vs jobs resume "$id" --yes
is "$(guest_image again vda)" "$LAB/images/again-vda.a" "NOW is led on"
is "$(written)" "" "with what was written"
is "$(survived again "$was" | grep -v ' b ')" "" "and every other snapshot is as it was"
sound again

done_testing
