#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# daemon.t for what stands still for a minute, which is waiting, most of it: side by side with the rest.

. "${TOP:-.}/tests/lib/tap.sh"
[ "${FAULTS:-}" = all ] || skip_all "takes minutes: make check-faults"
STOPPED=yes
. "$TOP/tests/faults/daemon.t"
