// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON of `qemu-img info` and `qemu-img map` -> facts about one image. Any thread may call; nothing is kept.
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

// Reads what `qemu-img map --output=json` prints for an image that was opened without its backing image: is there
// any part that the image itself holds, be it zeroes? False and `error` when that cannot be told.
bool json_read_qemu_map(const char *text, gsize length, bool *holds, GError **error);

// The image at `path`, a qcow2 file, without its backing image, as a name for qemu-img. The caller frees it.
char *json_write_top_layer(const char *path);

void image_facts_clear(ImageFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImageFacts, image_facts_clear)
