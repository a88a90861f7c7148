// SPDX-License-Identifier: GPL-2.0-or-later
// The header of a qcow2 file. A guest cannot write there, but anybody who can place a file can: nothing is believed
// before its place and length were compared with what was read.

#include "engine/model/qcow2.h"

#include <string.h>

#define MAGIC            0x514649fbu // "QFI\xfb"
#define INCOMPATIBLE_BAD (~G_GUINT64_CONSTANT(1)) // all but "dirty", which says something about reference counts only

enum {
    V2_LENGTH = 72,
    V3_LENGTH = 104,
    NAME_LIMIT = 1023,
    EXTENSION_END = 0,
};

#define EXTENSION_FORMAT 0xe2792acau // of the backing image
#define EXTENSION_DATA   0x44415441u // another file holds the data
#define EXTENSION_CRYPT  0x0537be77u

static guint32 be32(const guint8 *at)
{
    return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static guint64 be64(const guint8 *at)
{
    return (guint64) be32(at) << 32 | be32(at + 4);
}

// The length of the header itself; 0: not one of a plain image.
static gsize header_length(const guint8 *head, gsize length)
{
    guint32 version, clusters;

    if (length < V3_LENGTH || be32(head) != MAGIC)
        return 0;
    version = be32(head + 4);
    clusters = be32(head + 20);
    if (clusters < 9 || clusters > 21 || be32(head + 32) != 0 /* encrypted */ || be32(head + 60) != 0 /* tags */)
        return 0;
    if (version == 2)
        return V2_LENGTH;
    if (version != 3 || (be64(head + 72) & INCOMPATIBLE_BAD) != 0)
        return 0;
    return be32(head + 100) >= V3_LENGTH && be32(head + 100) <= length ? be32(head + 100) : 0;
}

// A text of the file that is one: no NUL in it, and UTF-8, which all that libvirt writes is. NULL: it is not.
static char *copy_text(const guint8 *at, gsize length)
{
    if (length == 0 || memchr(at, '\0', length) || !g_utf8_validate((const char *) at, (gssize) length, NULL))
        return NULL;
    return g_strndup((const char *) at, length);
}

// Walks the extensions that lie in `head` from `at` to `end`. False: there is one that makes the image not plain.
static bool read_extensions(const guint8 *head, gsize at, gsize end, Qcow2 *facts)
{
    while (end - at >= 8) {
        guint32 type = be32(head + at);
        gsize length = be32(head + at + 4);

        at += 8;
        if (type == EXTENSION_END)
            return true;
        if (type == EXTENSION_DATA || type == EXTENSION_CRYPT || length > end - at)
            return false;
        if (type == EXTENSION_FORMAT && !facts->backing_format &&
            !(facts->backing_format = copy_text(head + at, length)))
            return false;
        at += MIN((length + 7) & ~(gsize) 7, end - at);
    }
    return true;
}

static bool read_backing(const guint8 *head, gsize length, guint64 place, Qcow2 *facts)
{
    guint32 name = be32(head + 16);

    if (place == 0)
        return true;
    if (name == 0 || name > NAME_LIMIT || place >= length || name > length - place || head[place] != '/')
        return false; // relative to the image, "json:" or a protocol: qemu-img knows how to read it
    return (facts->backing = copy_text(head + place, name)) != NULL;
}

bool qcow2_read(const guint8 *head, gsize length, Qcow2 *facts)
{
    gsize begin = header_length(head, length);
    guint64 place = begin > 0 ? be64(head + 8) : 0;
    gsize end = place > 0 ? MIN(place, length) : length;

    *facts = (Qcow2) {.capacity = begin > 0 ? be64(head + 24) : 0};
    if (begin > 0 && begin <= end && facts->capacity <= G_MAXINT64 && read_backing(head, length, place, facts) &&
        read_extensions(head, begin, end, facts))
        return true;
    qcow2_clear(facts);
    return false;
}

void qcow2_clear(Qcow2 *facts)
{
    g_free(facts->backing);
    g_free(facts->backing_format);
    *facts = (Qcow2) {0};
}
