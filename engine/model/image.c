// SPDX-License-Identifier: GPL-2.0-or-later
// The table of images, and what is known of the folders they lie in. A copy shares what it does not change.

#include "engine/model/image.h"

#include <string.h>

struct Images {
    RefCount refs;
    GHashTable *by_path; // path -> Image
    GHashTable *free;    // folder -> gint64 *, free bytes
    GHashTable *shared;  // folder -> what: storage of several hosts
    GHashTable *read_only; // folders that nobody can write to
    GHashTable *listed;  // folders whose files are in `files`
    GHashTable *files;   // paths that exist, images or not
    GPtrArray *sorted;   // of Image, by path; NULL: to be made again
    // Of a copy; `by_path` and `files` are then what is told anew.
    Images *base;        // has all the others; NULL: there are no others
    GHashTable *gone;    // paths that the base has, and this one has not
};

static void image_free(gpointer data)
{
    Image *image = data;

    g_free(image->path);
    shared_text_drop(image->format);
    g_free(image->backing);
    shared_text_drop(image->backing_format);
    g_free(image->conflict);
    g_free(image->real);
    if (image->tags)
        g_ptr_array_unref(image->tags);
    g_free(image);
}

Images *images_new(void)
{
    Images *images = g_new0(Images, 1);

    refcount_init(&images->refs);
    images->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, image_free);
    images->free = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    images->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    images->read_only = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    images->shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    images->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    images->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return images;
}

Images *images_ref(const Images *images)
{
    Images *shared = (Images *) images;

    refcount_ref(&shared->refs);
    return shared;
}

void images_unref(Images *images)
{
    if (!images || !refcount_unref(&images->refs))
        return;
    g_hash_table_unref(images->by_path);
    g_hash_table_unref(images->free);
    g_hash_table_unref(images->listed);
    g_hash_table_unref(images->shared);
    g_hash_table_unref(images->read_only);
    g_hash_table_unref(images->files);
    g_hash_table_unref(images->gone);
    images_unref(images->base);
    g_clear_pointer(&images->sorted, g_ptr_array_unref);
    g_free(images);
}

static Image *image_copy(const Image *image)
{
    Image *copy = g_new(Image, 1);

    *copy = *image;
    copy->path = g_strdup(image->path);
    copy->format = shared_text_take(image->format);
    copy->backing = g_strdup(image->backing);
    copy->backing_format = shared_text_take(image->backing_format);
    copy->conflict = g_strdup(image->conflict);
    copy->real = g_strdup(image->real);
    copy->tags = image->tags ? g_ptr_array_new_with_free_func(g_free) : NULL;
    for (guint i = 0; image->tags && i < image->tags->len; i++)
        g_ptr_array_add(copy->tags, g_strdup(image->tags->pdata[i]));
    return copy;
}

static void copy_set(GHashTable *to, GHashTable *from)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, from);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_add(to, g_strdup(key));
}

Images *images_copy(const Images *images)
{
    Images *copy = images_new();
    GHashTableIter iter;
    gpointer key, value;

    copy->base = images_ref(images->base ? images->base : images);
    g_hash_table_iter_init(&iter, images->by_path);
    while (images->base && g_hash_table_iter_next(&iter, NULL, &value)) {
        Image *image = image_copy(value);

        g_hash_table_insert(copy->by_path, image->path, image);
    }
    g_hash_table_iter_init(&iter, images->free);
    while (g_hash_table_iter_next(&iter, &key, &value))
        images_tell_free(copy, key, *(gint64 *) value);
    g_hash_table_iter_init(&iter, images->shared);
    while (g_hash_table_iter_next(&iter, &key, &value))
        images_tell_shared(copy, key, value);
    copy_set(copy->read_only, images->read_only);
    copy_set(copy->listed, images->listed);
    copy_set(copy->gone, images->gone);
    if (images->base)
        copy_set(copy->files, images->files);
    return copy;
}

void images_drop(Images *images, const char *path)
{
    g_autofree char *own = g_strdup(path); // the table's may go with it

    g_hash_table_remove(images->files, own);
    g_hash_table_remove(images->by_path, own);
    if (images->base)
        g_hash_table_add(images->gone, g_steal_pointer(&own));
    g_clear_pointer(&images->sorted, g_ptr_array_unref);
}

// The base, if what it says of `path` holds.
static const Images *base_of(const Images *images, const char *path)
{
    return images->base && !g_hash_table_contains(images->gone, path) ? images->base : NULL;
}

static void put_image(Images *images, Image *image)
{
    g_hash_table_insert(images->by_path, image->path, image);
    g_clear_pointer(&images->sorted, g_ptr_array_unref);
}

Image *images_add(Images *images, const char *path)
{
    Image *image = g_hash_table_lookup(images->by_path, path);
    const Images *base = image ? NULL : base_of(images, path);
    const Image *shared = base ? images_get(base, path) : NULL;

    if (image)
        return image;
    if (shared) {
        image = image_copy(shared);
        put_image(images, image);
        return image;
    }
    image = g_new0(Image, 1);
    image->path = g_strdup(path);
    image->type = SOURCE_FILE;
    image->allocation = SIZE_UNKNOWN;
    image->capacity = SIZE_UNKNOWN;
    put_image(images, image);
    return image;
}

const Image *images_get(const Images *images, const char *path)
{
    const Image *image = path ? g_hash_table_lookup(images->by_path, path) : NULL;
    const Images *base = path && !image ? base_of(images, path) : NULL;

    return base ? g_hash_table_lookup(base->by_path, path) : image;
}

static gint compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Image *const *) a)->path, (*(Image *const *) b)->path);
}

static GPtrArray *sort_own(const Images *images)
{
    GPtrArray *list = g_ptr_array_sized_new(g_hash_table_size(images->by_path));
    GHashTableIter iter;
    gpointer image;

    g_hash_table_iter_init(&iter, images->by_path);
    while (g_hash_table_iter_next(&iter, NULL, &image))
        g_ptr_array_add(list, image);
    g_ptr_array_sort(list, compare_paths);
    return list;
}

// Where the path stands in an ordered list, or would.
static guint find_place(const GPtrArray *list, const char *path)
{
    guint from = 0, to = list->len;

    while (from < to) {
        guint middle = from + (to - from) / 2;

        if (strcmp(((const Image *) list->pdata[middle])->path, path) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool stands_at(const GPtrArray *list, guint place, const char *path)
{
    return place < list->len && strcmp(((const Image *) list->pdata[place])->path, path) == 0;
}

// A copy differs in few: these find their places among the others, which are in order already.
static GPtrArray *sort_images(const Images *images)
{
    g_autoptr(GPtrArray) own = sort_own(images);
    g_autoptr(GPtrArray) base = images->base ? images_list(images->base) : NULL;
    GPtrArray *list = base ? g_ptr_array_copy(base, NULL, NULL) : g_steal_pointer(&own);
    GHashTableIter iter;
    gpointer path;

    for (guint i = 0; base && i < own->len; i++) {
        Image *image = own->pdata[i];
        guint place = find_place(list, image->path);

        if (stands_at(list, place, image->path))
            list->pdata[place] = image;
        else
            g_ptr_array_insert(list, (int) place, image);
    }
    g_hash_table_iter_init(&iter, images->gone);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        guint place = find_place(list, path);

        if (stands_at(list, place, path) && !g_hash_table_contains(images->by_path, path))
            g_ptr_array_remove_index(list, place);
    }
    return list;
}

void images_sort(Images *images)
{
    if (!images->sorted)
        images->sorted = sort_images(images);
}

GPtrArray *images_list(const Images *images)
{
    return images->sorted ? g_ptr_array_ref(images->sorted) : sort_images(images);
}

void images_tell_free(Images *images, const char *folder, gint64 bytes)
{
    gint64 *value = g_new(gint64, 1);

    *value = bytes;
    g_hash_table_insert(images->free, g_strdup(folder), value);
}

gint64 images_free_space(const Images *images, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    const gint64 *value = g_hash_table_lookup(images->free, folder);

    return value ? *value : SIZE_UNKNOWN;
}

void images_tell_shared(Images *images, const char *folder, const char *what)
{
    g_hash_table_replace(images->shared, g_strdup(folder), g_strdup(what));
}

const char *images_shared(const Images *images, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return g_hash_table_lookup(images->shared, folder);
}

void images_tell_read_only(Images *images, const char *folder)
{
    g_hash_table_add(images->read_only, g_strdup(folder));
}

bool images_read_only(const Images *images, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return g_hash_table_contains(images->read_only, folder);
}

void images_tell_folder(Images *images, const char *folder, const char *const *names)
{
    g_hash_table_add(images->listed, g_strdup(folder));
    for (; *names; names++)
        g_hash_table_add(images->files, g_build_filename(folder, *names, NULL));
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *images_list_files(const Images *images)
{
    GPtrArray *files = g_ptr_array_new();
    GHashTableIter iter;
    gpointer path;

    g_hash_table_iter_init(&iter, images->files);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        g_ptr_array_add(files, path);
    if (images->base)
        g_hash_table_iter_init(&iter, images->base->files);
    while (images->base && g_hash_table_iter_next(&iter, &path, NULL))
        if (!g_hash_table_contains(images->gone, path) && !g_hash_table_contains(images->files, path))
            g_ptr_array_add(files, path);
    g_ptr_array_sort(files, compare_texts);
    return files;
}

bool images_taken(const Images *images, const char *path)
{
    const Images *base = base_of(images, path);

    return g_hash_table_contains(images->by_path, path) || g_hash_table_contains(images->files, path) ||
           (base && images_taken(base, path));
}

bool images_folder_listed(const Images *images, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return g_hash_table_contains(images->listed, folder);
}
