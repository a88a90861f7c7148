#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A daemon that is far away (tests/lib/proxy.py): a guest with many snapshots is read over two connections at once, the
# second one opened beside the first. What is read is what there is.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"

command -v python3 >/dev/null || skip_all "python3 is not installed"
lab_start
guest_define web vda
guest_records web 300 'i % 3 == 0 ? -1 : i - i % 3'

proxy=
stop_proxy() {
    [ -z "$proxy" ] || { kill "$proxy"; wait "$proxy"; } 2>/dev/null
    proxy=
}
cleanup stop_proxy

begin_proxy() {
    rm -f "$TMPDIR/far"
    python3 "$TOP/tests/lib/proxy.py" "$TMPDIR/far.sock" "${LAB_URI##*socket=}" 40 >"$TMPDIR/far" &
    proxy=$!
    until grep -qs '^ready' "$TMPDIR/far"; do kill -0 $proxy || bail "no proxy"; sleep 0.05; done
}

# Once all clients have gone.
end_proxy() {
    until grep -q '^calls' "$TMPDIR/far"; do kill -0 $proxy || bail "no proxy"; sleep 0.05; done
    stop_proxy
}

# far URI NAME: what is listed 40 ms away is what is listed here, and two connections were made for it
far() {
    begin_proxy
    "$VIRT_SNAP" -c "$1" list web --json | tee "$TMPDIR/json" | snapshots_of >"$TMPDIR/there"
    is "$(wc -l <"$TMPDIR/there")" 300 "$2: all snapshots are listed"
    like "$(cat "$TMPDIR/json")" '"incomplete" : null,' "$2: with all that there is to know"
    unlike "$(cat "$TMPDIR/json")" '"state" : "unknown"' "$2: of each"
    cmp -s "$TMPDIR/here" "$TMPDIR/there"
    ok $? "$2: names and parents are those that are listed here" || diag "$(diff "$TMPDIR/here" "$TMPDIR/there" | head)"
    end_proxy
    like "$(cat "$TMPDIR/far")" '^calls 3[0-9][0-9] clients 2 ' "$2: over two connections, and no call twice"
}

# Names and parents, a line each.
snapshots_of() { sed -n '/^      "name" : "s/{N;s/[^s0-9]*\(s[0-9]*\)",\n *"parent" : \(.*\),/\1 \2/p}'; }

vs list web --json | snapshots_of >"$TMPDIR/here"
is "$(grep -c '"s[0-9]*"$' "$TMPDIR/here")" 200 "200 of the 300 have parents"
far "qemu+unix:///system?socket=$TMPDIR/far.sock" "behind a socket"

begin_proxy
is "$("$VIRT_SNAP" -c "qemu+unix:///system?socket=$TMPDIR/far.sock" list --names -- web | sort | md5sum)" \
    "$(cut -d' ' -f1 "$TMPDIR/here" | sort | md5sum)" "names alone are listed"
end_proxy
like "$(cat "$TMPDIR/far")" '^calls [12]?[0-9]?[0-9] ' "without the records"

# What libvirt starts for qemu+ssh, but for the network.
if command -v nc >/dev/null; then
    printf '#!/bin/sh\nexec nc -U "%s"\n' "$TMPDIR/far.sock" >"$TMPDIR/ssh"
    chmod +x "$TMPDIR/ssh"
    far "qemu+ssh://localhost/system?command=$TMPDIR/ssh" "over ssh"
else
    ok 0 "over ssh # SKIP there is no nc"
fi

done_testing
