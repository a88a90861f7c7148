// SPDX-License-Identifier: GPL-2.0-or-later
// What other guests of the host hold: the images all their states reach, and what was not seen.

#include "engine/model/reach.h"

#include "engine/model/tongue.h"

#include <string.h>

typedef struct Unseen {
    char *folder; // NULL: the whole guest
    char *why;
} Unseen;

struct Neighbours {
    GHashTable *holders; // image -> guest
    GHashTable *strays;  // image -> file that stands on it
    GHashTable *aliases; // image, by its name without links -> a sentence: who knows it by another name
    GHashTable *own;     // image of the guest whose plan it is -> its name without links, where that is another
    GPtrArray *unseen;   // of Unseen
    GPtrArray *pictures; // of Picture
};

static void unseen_free(gpointer data)
{
    Unseen *unseen = data;

    g_free(unseen->folder);
    g_free(unseen->why);
    g_free(unseen);
}

static void unref_picture(gpointer picture)
{
    picture_unref(picture);
}

Neighbours *neighbours_new(void)
{
    Neighbours *neighbours = g_new0(Neighbours, 1);

    neighbours->holders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    neighbours->strays = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    neighbours->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    neighbours->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    neighbours->unseen = g_ptr_array_new_with_free_func(unseen_free);
    neighbours->pictures = g_ptr_array_new_with_free_func(unref_picture);
    return neighbours;
}

const GPtrArray *neighbours_pictures(const Neighbours *neighbours)
{
    return neighbours->pictures;
}

void neighbours_free(Neighbours *neighbours)
{
    if (!neighbours)
        return;
    g_hash_table_unref(neighbours->holders);
    g_hash_table_unref(neighbours->strays);
    g_hash_table_unref(neighbours->aliases);
    g_hash_table_unref(neighbours->own);
    g_ptr_array_unref(neighbours->unseen);
    g_ptr_array_unref(neighbours->pictures);
    g_free(neighbours);
}

static void add_unseen(Neighbours *neighbours, char *folder, char *why)
{
    Unseen *unseen = g_new0(Unseen, 1);

    unseen->folder = folder;
    unseen->why = why;
    g_ptr_array_add(neighbours->unseen, unseen);
}

static void add_alias(Neighbours *neighbours, const char *guest, const char *path, const char *real)
{
    if (real && !g_hash_table_contains(neighbours->aliases, real))
        g_hash_table_insert(neighbours->aliases, g_strdup(real),
                            g_strdup_printf(_("Guest %s knows the same file by the name %s. Give both guests one name for it "
                                              "first."), guest, path));
}

static void add_chain(Neighbours *neighbours, const Picture *picture, const char *path)
{
    const char *guest = picture->domain->name;
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    ChainEnd end = images_chain(picture->images, path, chain);
    const char *last = chain->pdata[chain->len - 1];

    for (guint i = 0; i < chain->len; i++) {
        const Image *image = images_get(picture->images, chain->pdata[i]);

        if (!g_hash_table_contains(neighbours->holders, chain->pdata[i]))
            g_hash_table_insert(neighbours->holders, g_strdup(chain->pdata[i]), g_strdup(guest));
        add_alias(neighbours, guest, chain->pdata[i], image ? image->real : NULL);
    }
    if (end == CHAIN_UNKNOWN)
        add_unseen(neighbours, g_path_get_dirname(path),
                   g_strdup_printf(_("What the image %s of guest %s stands on could not be seen; make "
                                     "its folder a storage pool, or start the guest."), last, guest));
}

static void add_definition(Neighbours *neighbours, const Picture *picture, const Definition *def)
{
    for (guint i = 0; def && i < def->disks->len; i++) {
        const Disk *disk = def->disks->pdata[i];

        if (disk->path && disk->device != DEVICE_CDROM && disk->device != DEVICE_FLOPPY)
            add_chain(neighbours, picture, disk->path);
    }
}

void neighbours_add(Neighbours *neighbours, const Picture *picture)
{
    if (!picture->details) {
        neighbours_add_unseen(neighbours, picture->domain->name, picture->incomplete);
        return;
    }
    g_ptr_array_add(neighbours->pictures, picture_ref(picture));
    add_definition(neighbours, picture, picture->domain->live);
    add_definition(neighbours, picture, picture->domain->inactive);
    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        add_definition(neighbours, picture, snapshot->definition);
        add_definition(neighbours, picture, snapshot->inactive);
    }
}

static const char *real_name(const Neighbours *neighbours, const char *image)
{
    const char *real = g_hash_table_lookup(neighbours->own, image);

    return real ? real : image;
}

// Two images of the guest may be one as well, of which its records would know nothing.
static void tell_own_twice(Neighbours *neighbours, GHashTable *names, const Image *image)
{
    const char *real = image->real ? image->real : image->path, *other = g_hash_table_lookup(names, real);

    if (other && !g_hash_table_contains(neighbours->aliases, real))
        g_hash_table_insert(neighbours->aliases, g_strdup(real),
                            g_strdup_printf(_("The guest knows it by two names, %s and %s, so its records do not tell who "
                                              "needs it."), other, image->path));
    g_hash_table_insert(names, (gpointer) real, image->path);
}

void neighbours_tell_own(Neighbours *neighbours, const Images *images)
{
    g_autoptr(GPtrArray) list = images_list(images);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < list->len; i++) {
        const Image *image = list->pdata[i];
        const char *holder = image->real ? g_hash_table_lookup(neighbours->holders, image->real) : NULL;

        if (image->real)
            g_hash_table_replace(neighbours->own, g_strdup(image->path), g_strdup(image->real));
        if (holder)
            add_alias(neighbours, holder, image->real, image->real);
        tell_own_twice(neighbours, names, image);
    }
}

void neighbours_add_stray(Neighbours *neighbours, const char *path, const char *backing)
{
    g_hash_table_replace(neighbours->strays, g_strdup(backing), g_strdup(path));
}

const char *neighbours_stray(const Neighbours *neighbours, const char *image)
{
    const char *stray = g_hash_table_lookup(neighbours->strays, image);

    return stray ? stray : g_hash_table_lookup(neighbours->strays, real_name(neighbours, image));
}

void neighbours_add_unseen(Neighbours *neighbours, const char *guest, const char *why)
{
    add_unseen(neighbours, NULL,
               g_strdup_printf(_("Guest %s could not be read: %s"), guest, why ? why : _("no reason known.")));
}

const char *neighbours_holder(const Neighbours *neighbours, const char *image)
{
    return g_hash_table_lookup(neighbours->holders, image);
}

const char *neighbours_unseen(const Neighbours *neighbours, const char *image)
{
    g_autofree char *folder = g_path_get_dirname(image);
    const char *alias = g_hash_table_lookup(neighbours->aliases, real_name(neighbours, image));

    if (alias)
        return alias;
    for (guint i = 0; i < neighbours->unseen->len; i++) {
        const Unseen *unseen = neighbours->unseen->pdata[i];

        if (!unseen->folder || strcmp(unseen->folder, folder) == 0)
            return unseen->why;
    }
    return NULL;
}
