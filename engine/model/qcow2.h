// SPDX-License-Identifier: GPL-2.0-or-later
// What the first bytes of a qcow2 file say, for the plain images that overlays are. Any thread may call.
//
// A tree of 10,000 external snapshots has tens of thousands of images: asking a process about each takes minutes.
// What is not plain is left to qemu-img: encryption, other data files, tags inside, names that are no absolute path.
// Source: docs/interop/qcow2.rst of QEMU.
#pragma once

#include <glib.h>
#include <stdbool.h>

// So many bytes of a file are enough: qemu-img writes names and extensions right behind the header.
#define QCOW2_HEAD 4096

typedef struct Qcow2 {
    guint64 capacity;     // bytes the guest sees
    char *backing;        // an absolute path; NULL: none
    char *backing_format; // NULL: not recorded
} Qcow2;

// Reads the `length` bytes that a file begins with. False: not a plain qcow2 image, and `facts` is empty.
bool qcow2_read(const guint8 *head, gsize length, Qcow2 *facts);

void qcow2_clear(Qcow2 *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Qcow2, qcow2_clear)
