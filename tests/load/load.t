#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Load: many guests with many snapshots on one daemon, three jobs running and more queued, two further clients that ask
# for lists and events without a pause, and somebody who moves through it all with the keys. No message is lost, no job
# stays without an end, memory is flat; from key to frame is printed.
#
# `make check` does a little of it, `make check-load` LOAD_GUESTS=100 guests with 20 snapshots for LOAD_SECONDS=60.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
: "${LOAD_GUESTS:=10}" "${LOAD_SNAPSHOTS:=20}" "${LOAD_SECONDS:=8}" "${LOAD_RUNNING:=6}"
load=$BUILD/tests/load
sanitized=
case $BUILD in */asan | */tsan) sanitized=1 ;; esac
case $BUILD in */tsan)
    cat "$TOP/tests/lib/tsan.supp" "$TOP/tests/load/tsan.supp" >"$TMPDIR/tsan.supp"
    # The program leaves without waiting for threads that may hang in libvirt.
    export TSAN_OPTIONS="$TSAN_OPTIONS:report_thread_leaks=0:suppressions=$TMPDIR/tsan.supp" ;;
esac
lab_start
pool_start

qemu-img create -q -f qcow2 "$TMPDIR/empty.qcow2" 4M
i=0
while [ $i -lt "$LOAD_GUESTS" ]; do
    cp "$TMPDIR/empty.qcow2" "$LAB/images/$(printf 'off-%03d' $i).qcow2"
    [ $i -ge "$LOAD_RUNNING" ] || cp "$TMPDIR/empty.qcow2" "$LAB/images/$(printf 'job-%03d' $i).qcow2"
    i=$((i + 1))
done
virsh pool-refresh images >/dev/null
succeeds "$LOAD_GUESTS guests with $LOAD_SNAPSHOTS snapshots each, and $LOAD_RUNNING that run" \
    "$load/guests" "$LAB_URI" "$LAB/images" $((LOAD_GUESTS - LOAD_RUNNING)) "$LOAD_SNAPSHOTS" "$LOAD_RUNNING"

for hammer in 1 2; do
    "$load/hammer" "$LAB_URI" "$LOAD_SECONDS" >"$TMPDIR/hammer$hammer" &
    eval "hammer$hammer=$!"
done
"$load/keys" "$LOAD_SECONDS" "$VIRT_SNAP" -c "$LAB_URI" >"$TMPDIR/keys" 2>&1 &
keys=$!
# shellcheck disable=SC2086 # nothing, or one word
"$load/jobs" "$LAB_URI" "$LOAD_SECONDS" $sanitized >"$TMPDIR/jobs" 2>"$TMPDIR/jobs.err"
ok $? "jobs, plans and messages" || diag "$(grep '^not ok' "$TMPDIR/jobs"; tail -n 60 "$TMPDIR/jobs.err")"
diag "$(sed -n 's/^# //p' "$TMPDIR/jobs")"
wait $keys
ok $? "each key was answered" || diag "$(cat "$TMPDIR/keys")"
diag "$(grep 'from key to frame' "$TMPDIR/keys")"
# shellcheck disable=SC2154 # by eval
for hammer in $hammer1 $hammer2; do
    wait "$hammer"
    ok $? "a client asked all the while"
done
diag "further clients: $(cat "$TMPDIR/hammer1" "$TMPDIR/hammer2" | xargs)"
is "$(virsh list --name | grep -c '^job-')" "$LOAD_RUNNING" "all guests run on"

done_testing
