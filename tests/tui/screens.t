#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pages and what a plan offers besides running it, on a real QEMU guest: images, XML, comparing, finding,
# marking, the images a merge changes, and copying the plan.

. "${TOP:-.}/tests/lib/tap.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/tmux.sh"

lab_start
pool_start
guest_define web vda
for name in one two three; do
    virsh snapshot-create-as web $name --disk-only >/dev/null
done
virsh dumpxml --inactive web | sed 's,<vcpu[^>]*>1</vcpu>,<vcpu>2</vcpu>,' >"$TMPDIR/web.xml"
virsh define "$TMPDIR/web.xml" >/dev/null

tui_start 80x24 "$VIRT_SNAP" -c "$LAB_URI" web
sees '^│@ NOW ' "the tree of the guest is open"

press /
typed two
sees '─ two ─' "what is typed is found at once, and its details follow"
press Enter
press v
sees 'Images of web' "v shows the images"
like "$(screen)" '4 images, NOW reads 4' "all of them"
like "$(screen)" 'web-vda\.three +LIVE' "the last one is live"
like "$(screen)" '>.*web-vda\.one ' "the one that the selected snapshot froze is marked"
press Escape
wait_gone 'Images of web'

press i
sees '<domainsnapshot>' "i shows libvirt's XML"
press Escape
wait_gone 'domainsnapshot'
press '='
sees 'From two to NOW' "= compares with NOW"
sees '^│- +<vcpu.*>1</vcpu>' "what the snapshot stored"
like "$(screen)" '^│\+ +<vcpu.*>2</vcpu>' "what NOW has"
like "$(screen)" 'A revert would change' "in sentences too"
like "$(screen)" '^│\+ +<source file=".*/web-vda.three"/>' "and where NOW writes"
press Escape
wait_gone 'From two'

press d
sees 'Delete snapshot two of web' "a merge is planned"
guard
like "$(screen)" '\[>Cancel<\].*\[ Images \]  \[ Copy \]' "Cancel has the focus; images and copies are offered"
press Tab
press Tab
press Enter
sees '^.*~ > web-vda\.one ' "the image that the merge rewrites"
like "$(screen)" '- > web-vda\.two ' "and the one that goes"
press Tab
press Enter
sees 'Copy the plan' "what shall be copied?"
guard
press Tab
press Enter
sees 'Copied: the commands' "the commands are copied"
like "$(cat "$XDG_STATE_HOME/virt-snap/copied" 2>/dev/null || cat "$HOME/.local/state/virt-snap/copied")" \
    "virsh snapshot-delete --domain 'web' --snapshotname 'two'" "to a file"
guard
press Escape
wait_gone 'Delete snapshot'
is "$(snapshots web)" "one three two" "nothing was deleted"

press '&'
typed is:problem
sees 'no snapshot matches' "a filter hides what does not match"
press Escape
sees '^│o two ' "and is gone with Esc"
press q
press q
is "$(wait_exit)" 0 "q quits"
done_testing
