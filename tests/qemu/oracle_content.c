// SPDX-License-Identifier: GPL-2.0-or-later
// What a state holds, read by qemu-img through its whole chain. A chain none of whose files changed since it
// was read (stat tells) is not read again. Main thread.
#include "tests/qemu/oracle.h"

#include <glib/gstdio.h>
#include <string.h>

// ---- Not reading twice --------------------------------------------------------------------------

// The backing file that a qcow2 header names, as seen from the folder of the image; NULL: none, or unknown.
static char *backing_of(const char *image)
{
    guint8 header[4096];
    g_autofree char *folder = g_path_get_dirname(image);
    FILE *file = g_fopen(image, "rbe");
    size_t n = file ? fread(header, 1, sizeof header, file) : 0;
    guint64 offset;
    guint32 length;
    if (file)
        fclose(file);
    if (n < 24 || memcmp(header, "QFI\xfb", 4) != 0)
        return NULL;
    memcpy(&offset, header + 8, sizeof offset);
    memcpy(&length, header + 16, sizeof length);
    offset = GUINT64_FROM_BE(offset);
    length = GUINT32_FROM_BE(length);
    if (offset == 0 || offset > n || length > n - offset)
        return NULL;
    g_autofree char *name = g_strndup((const char *) header + offset, length);
    return g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(folder, name, NULL);
}

// Names everything the content depends on: each file of the chain, and when it was written last.
static char *print_of_chain(const char *image, const char *tag)
{
    GString *print = g_string_new(tag);
    g_autofree char *file = g_strdup(image);
    for (int depth = 0; file && depth < 100; depth++) {
        GStatBuf s;
        if (g_stat(file, &s) != 0)
            memset(&s, 0, sizeof s);
        g_string_append_printf(print, "|%s %lu %ld %ld.%09ld %ld.%09ld", file, (unsigned long) s.st_ino,
                               (long) s.st_size, (long) s.st_mtim.tv_sec, s.st_mtim.tv_nsec, (long) s.st_ctim.tv_sec,
                               s.st_ctim.tv_nsec);
        char *below = backing_of(file);
        g_free(file);
        file = below;
    }
    return g_string_free(print, FALSE);
}

// ---- Reading ------------------------------------------------------------------------------------

static guint64 block_of(const guint8 *bytes)
{
    if (memcmp(bytes, bytes + 1, BLOCK_SIZE - 1) == 0)
        return bytes[0];
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (int i = 0; i < BLOCK_SIZE; i++)
        hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT(0x100000001b3);
    return hash | 256;
}

static bool convert(const char *image, const char *tag, const char *raw, char **error)
{
    g_auto(Said) said = {0};
    g_autofree char *snapshot = tag ? g_strconcat("snapshot.name=", tag, NULL) : NULL;
    const char *words[12] = {"qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw"};
    int n = 7;
    if (snapshot) {
        words[n++] = "-l";
        words[n++] = snapshot;
    }
    words[n++] = image;
    words[n] = raw;
    command_run(&said, words);
    if (said.status != 0)
        *error = g_strstrip(g_strdup(said.err));
    return said.status == 0;
}

static bool read_afresh(const Stage *stage, const char *image, const char *tag, Content *content, char **error)
{
    g_autofree char *raw = g_build_filename(stage->scratch, "content.raw", NULL), *bytes = NULL;
    gsize length = 0;
    g_unlink(raw);
    if (!convert(image, tag, raw, error))
        return false;
    if (!g_file_get_contents(raw, &bytes, &length, NULL) || length != (gsize) BLOCKS * BLOCK_SIZE) {
        *error = g_strdup_printf("%s is read as %zu bytes", image, length);
        return false;
    }
    for (int i = 0; i < BLOCKS; i++)
        content->block[i] = block_of((const guint8 *) bytes + (gsize) i * BLOCK_SIZE);
    return true;
}

bool content_read(const Stage *stage, const char *image, const char *tag, Content *content, char **error)
{
    static GHashTable *known; // print of a chain -> Content
    if (!known)
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *print = print_of_chain(image, tag);
    const Content *same = g_hash_table_lookup(known, print);
    if (same) {
        *content = *same;
        return true;
    }
    if (!read_afresh(stage, image, tag, content, error))
        return false;
    g_hash_table_insert(known, g_steal_pointer(&print), g_memdup2(content, sizeof *content));
    return true;
}

// ---- Comparing ----------------------------------------------------------------------------------

bool content_equal(const Content *a, const Content *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void block_append(GString *text, guint64 block)
{
    if (block < 256)
        g_string_append_printf(text, "0x%02x", (guint) block);
    else
        g_string_append_printf(text, "mixed bytes (%04x)", (guint) (block >> 48));
}

char *content_difference(const Content *held, const Content *holds)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < BLOCKS; i++) {
        if (held->block[i] == holds->block[i])
            continue;
        g_string_append_printf(text, "%sblock %d held ", text->len ? ", " : "", i);
        block_append(text, held->block[i]);
        g_string_append(text, " and holds ");
        block_append(text, holds->block[i]);
    }
    return g_string_free(text, FALSE);
}

char *content_text(const Content *content)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < BLOCKS; i++) {
        if (content->block[i] == 0)
            continue;
        g_string_append_printf(text, "%s%d:", text->len ? " " : "", i);
        block_append(text, content->block[i]);
    }
    return g_string_free(text, FALSE);
}
