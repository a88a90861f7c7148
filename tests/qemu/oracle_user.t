#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The oracle again, by a user who may talk to libvirt and can read no file of any guest, on the machine where
# these files are: what virt-snap cannot see for itself it has to learn from libvirt, or say so.

INSIDE=group PROOF=no OPERATIONS=${OPERATIONS:-20} TREE=${TREE:-external} exec "${TOP:-.}/tests/qemu/oracle.t"
