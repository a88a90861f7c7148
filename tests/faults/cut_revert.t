#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cut.t for the plans that take NOW somewhere, so that the two halves run side by side.

REVERTS=yes
. "${TOP:-.}/tests/faults/cut.t"
