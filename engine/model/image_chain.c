// SPDX-License-Identifier: GPL-2.0-or-later
// What an image stands on: facts merged by the rank of who told them, chains walked without guessing.

#include "engine/model/image.h"

#include "engine/model/shared_text.h"
#include "engine/model/tongue.h"

#include <string.h>

static const char *teller_name(ImageSource by)
{
    switch (by) {
    case TOLD_BY_NOBODY:
        return _("nobody");
    case TOLD_BY_OVERLAY:
        return _("the snapshot's record");
    case TOLD_BY_RECORD:
        return _("the stored definition");
    case TOLD_BY_VOLUME:
        return _("the storage volume");
    case TOLD_BY_HEADER:
        return _("the image itself");
    case TOLD_BY_LIVE:
        return _("the running QEMU");
    }
    return "";
}

static void note_conflict(Image *image, ImageSource by, const char *backing)
{
    g_free(image->conflict);
    image->conflict = g_strdup_printf(_("%s says that it stands on %s, but %s says %s"),
                                      teller_name(image->backing_by),
                                      image->backing ? image->backing : _("nothing"), teller_name(by),
                                      backing ? backing : _("nothing"));
}

void image_tell_backing(Image *image, ImageSource by, const char *backing, const char *format)
{
    bool known = image->backing_state != BACKING_UNKNOWN;
    bool sure = by != TOLD_BY_OVERLAY && image->backing_by != TOLD_BY_OVERLAY;

    if (known && sure && g_strcmp0(image->backing, backing) != 0)
        note_conflict(image, by, backing);
    if (known && by < image->backing_by)
        return;
    if (known && g_strcmp0(image->backing, backing) == 0 && !format)
        format = image->backing_format; // a source that knows less does not erase the format
    g_autofree char *kept_backing = g_strdup(backing);

    g_free(image->backing);
    image->backing = g_steal_pointer(&kept_backing);
    shared_text_set(&image->backing_format, format);
    image->backing_state = backing ? BACKING_IMAGE : BACKING_NONE;
    image->backing_by = by;
}

char *image_absolute_backing(const char *image, const char *backing)
{
    g_autofree char *folder = NULL;

    if (!backing || *backing == '/' || strchr(backing, ':')) // or of another kind than a file
        return g_strdup(backing);
    folder = g_path_get_dirname(image);
    return g_canonicalize_filename(backing, folder);
}

bool images_lack_tag(const Images *images, const char *path, const char *tag)
{
    const Image *image = images_get(images, path);

    for (guint i = 0; image && image->tags && i < image->tags->len; i++)
        if (strcmp(image->tags->pdata[i], tag) == 0)
            return false;
    return image && image->tags;
}

ChainEnd images_chain(const Images *images, const char *path, GPtrArray *out)
{
    return images_chain_until(images, path, NULL, out);
}

ChainEnd images_chain_until(const Images *images, const char *path, GHashTable *stops, GPtrArray *out)
{
    const Image *image = images_get(images, path);
    const Image *slow = image; // Floyd's tortoise: a loop is met without remembering the way
    unsigned depth = 0;

    if (!image) {
        if (out)
            g_ptr_array_add(out, (gpointer) path);
        return CHAIN_UNKNOWN;
    }
    for (;;) {
        if (out)
            g_ptr_array_add(out, image->path);
        if (image->presence == PRESENCE_MISSING || (stops && g_hash_table_contains(stops, image->path)))
            return CHAIN_MISSING;
        if (image->backing_state != BACKING_IMAGE)
            return image->backing_state == BACKING_NONE ? CHAIN_COMPLETE : CHAIN_UNKNOWN;
        image = images_get(images, image->backing);
        if (!image)
            return CHAIN_UNKNOWN;
        if (++depth > CHAIN_LIMIT)
            return CHAIN_TOO_DEEP;
        if (depth % 2 == 0)
            slow = images_get(images, slow->backing);
        if (image == slow)
            return CHAIN_LOOP;
    }
}

char *image_volume_name(const char *path)
{
    static const char folder[] = "/dev/mapper/";
    const char *name = g_str_has_prefix(path, folder) ? path + strlen(folder) : "";
    GString *volume = g_string_new("/dev/");
    guint groups = 0;

    for (const char *at = name; *at; at++) {
        bool doubled = at[0] == '-' && at[1] == '-';

        groups += *at == '-' && !doubled;
        g_string_append_c(volume, *at == '-' && !doubled ? '/' : *at);
        at += doubled;
    }
    // What LVM itself keeps below a volume (VG-LV_tmeta, VG-LV-real) is nobody's image.
    return g_string_free(volume, groups != 1 || g_str_has_suffix(name, "-"));
}
