// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON of `qemu-img info` -> facts about one image. Any thread may call; nothing is kept.
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct ImageFacts {
    char *format;         // "qcow2", "raw", ...: as probed, or as given to qemu-img
    char *backing;        // the backing image: absolute where it is a file; NULL: none
    char *backing_format; // NULL: not recorded
    gint64 allocation;    // bytes on the host; -1: not said
    gint64 capacity;      // bytes the guest sees; -1: not said
    GPtrArray *tags;      // of char *: internal snapshots; never NULL after success
} ImageFacts;

// Reads what `qemu-img info --output=json` prints for one image (without --backing-chain). `facts`
// is overwritten; after false it is empty and `error` (JSON_FAULT, or the parser's) says why.
bool json_read_qemu_img(const char *text, gsize length, ImageFacts *facts, GError **error);

void image_facts_clear(ImageFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImageFacts, image_facts_clear)
