#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A snapshot with memory is cancelled while the memory is saved: libvirt takes back what it had begun, which is verified.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
lab_start
. "$TOP/tests/lib/states.sh"
pool_start
mib=512

# A guest whose RAM is a file: what is written there by hand has to be saved, and takes its time.
qemu-img create -q -f qcow2 "$LAB/images/web-vda.qcow2" 64M
guest_xml web vda |
    sed -e "s|<memory unit='MiB'>32</memory>|<memory unit='MiB'>$mib</memory><memoryBacking><source type='file'/><access mode='shared'/></memoryBacking>|" >"$TMPDIR/web.xml"
virsh define "$TMPDIR/web.xml" >/dev/null
virsh start web >/dev/null
ram=$(in_lab sh -c 'echo /var/lib/libvirt/qemu/ram/*web*/*ram*')
in_lab dd if=/dev/urandom of="$ram" bs=1M seek=32 count=$((mib - 32)) conv=notrunc status=none
ok $? "a guest with RAM that takes its time to be saved"
guest_mark web vda 0x11 0
was=$(everything web 2>/dev/null)

slowly() {
    until virsh qemu-monitor-command web '{"execute": "query-migrate"}' 2>/dev/null | grep -q '"status":"active"'; do
        sleep 0.02
    done
    virsh qemu-monitor-command web '{"execute": "migrate-set-parameters", "arguments": {"max-bandwidth": 20971520}}'
}

vs plan create web s1 --memory --json >"$TMPDIR/plan.json"
like "$(cat "$TMPDIR/plan.json")" '"cancellable" : true' "the plan says that it can be cancelled"
slowly >"$TMPDIR/slowly.log" 2>&1 &
cleanup "kill $! 2>/dev/null"
"$VIRT_SNAP" -c "$LAB_URI" apply "$TMPDIR/plan.json" --yes >"$TMPDIR/apply.log" 2>&1 &
apply=$!
memory=$(sed -n 's/^ *"memory_file" : "\(.*\)".*/\1/p' "$TMPDIR/plan.json" | head -n1)
grown() { [ "$(stat -c %s "$memory" 2>/dev/null || echo 0)" -gt 4194304 ] || ! kill -0 $apply 2>/dev/null; }
until grown; do sleep 0.02; done
kill -0 $apply
ok $? "memory is being saved" || diag "$(cat "$TMPDIR/apply.log")"
kill -INT $apply
wait $apply
is $? 5 "cancelled" || diag "$(cat "$TMPDIR/apply.log" "$TMPDIR/slowly.log")"
like "$(cat "$TMPDIR/apply.log")" 'libvirt took back what it had begun' "which is said"
unchanged web "$was" "nothing is left of it: no record, no file, and NOW writes where it did"
sound web
succeeds "the next one is taken" act create web s2 --memory

done_testing
