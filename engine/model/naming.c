// SPDX-License-Identifier: GPL-2.0-or-later
// Names that libvirt, QEMU and a shell can all live with.

#include "engine/model/naming.h"

#include "engine/model/tongue.h"

#include <string.h>

#define NAME_LIMIT 100

char *name_fault(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    if (!name || !*name)
        return g_strdup(_("A snapshot needs a name."));
    if (*name == '.')
        return g_strdup(_("A snapshot's name cannot start with a dot: libvirt refuses it."));
    if (*name == '-')
        return g_strdup(_("A snapshot's name should not start with a dash: virsh would take it for "
                          "an option."));
    if (name[strspn(name, allowed)])
        return g_strdup(_("A snapshot's name may hold letters (A-Z, a-z), digits, dot, dash and "
                          "underscore: it becomes part of file names and of QEMU's job names."));
    if (strlen(name) > NAME_LIMIT)
        return g_strdup_printf(_("A snapshot's name may have at most %d characters."), NAME_LIMIT);
    return NULL;
}

bool name_makes_job_id(const char *name)
{
    for (; *name; name++)
        if (!g_ascii_isalnum(*name) && !strchr("-._", *name))
            return false;
    return true;
}

char *name_quote(const char *name)
{
    static const char *const plain = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.,:/@%+";

    // A leading dash would be taken for an option, quoted or not; that is for the options' reader.
    return *name && strspn(name, plain) == strlen(name) ? g_strdup(name) : g_shell_quote(name);
}

char *name_mint(const Picture *picture, const char *prefix, gint64 now)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(now);
    g_autofree char *stamp = when ? g_date_time_format(when, "%Y%m%d-%H%M") : g_strdup("undated");
    g_autofree char *name = g_strdup_printf("%s-%s", prefix, stamp);

    for (unsigned n = 2; picture_snapshot(picture, name); n++) {
        g_free(name);
        name = g_strdup_printf("%s-%s-%u", prefix, stamp, n);
    }
    return g_steal_pointer(&name);
}

// Where a file name's suffix begins; its end if it has none.
static const char *suffix_of(const char *file)
{
    const char *dot = strrchr(file, '.');

    return dot && dot != file ? dot : file + strlen(file);
}

// Takes ".NAMEmore" off the end of the stem, if something is left before it.
static bool cut_tail(char *stem, const char *name, const char *more)
{
    gsize length = strlen(stem), named = strlen(name), tail = 1 + named + strlen(more);
    char *at = stem + length - MIN(tail, length);

    if (length <= tail || *at != '.' || strncmp(at + 1, name, named) != 0 || strcmp(at + 1 + named, more) != 0)
        return false;
    *at = '\0';
    return true;
}

// The stem of an image: its file name without ".qcow2" and the like, and without the name of the
// snapshot that made it, so that "web.s1.qcow2" gives "web" and the next overlay is "web.s2.qcow2". The images
// that a composed revert froze for its branch end in "-base".
static char *image_stem(const Picture *picture, const char *image)
{
    g_autofree char *file = g_path_get_basename(image);
    g_autofree char *stem = g_strndup(file, (gsize) (suffix_of(file) - file));

    for (guint i = 0; i < picture->snapshots->len; i++) {
        const Snapshot *snapshot = picture->snapshots->pdata[i];

        if (cut_tail(stem, snapshot->name, "") || cut_tail(stem, snapshot->name, "-base"))
            break;
    }
    return g_steal_pointer(&stem);
}

// A path that no image, memory file or listed file has.
static char *free_path(const Picture *picture, const char *folder, const char *stem,
                       const char *name, const char *suffix)
{
    g_autofree char *path = g_strdup_printf("%s/%s.%s.%s", folder, stem, name, suffix);

    for (unsigned n = 2; images_taken(picture->images, path); n++) {
        g_free(path);
        path = g_strdup_printf("%s/%s.%s-%u.%s", folder, stem, name, n, suffix);
    }
    return g_steal_pointer(&path);
}

static char *mint_beside(const Picture *picture, const char *image, const char *name,
                         const char *suffix)
{
    g_autofree char *folder = g_path_get_dirname(image);
    g_autofree char *stem = image_stem(picture, image);

    return free_path(picture, folder, stem, name, suffix);
}

char *overlay_mint(const Picture *picture, const Disk *disk, const char *name)
{
    if (disk->type != SOURCE_FILE || !disk->path || *disk->path != '/')
        return NULL;
    return mint_beside(picture, disk->path, name, "qcow2");
}

char *memory_mint(const Picture *picture, const char *name)
{
    const Definition *now = domain_now(picture->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk_is_writable(disk) && disk->type == SOURCE_FILE && *disk->path == '/')
            return mint_beside(picture, disk->path, name, "mem");
    }
    return NULL;
}

// Levenshtein's distance, case ignored, with two rows; long names are compared by their beginning.
static guint distance(const char *a, const char *b)
{
    enum { LIMIT = 64 };
    guint row[LIMIT + 1];
    guint rows = (guint) MIN(strlen(a), (gsize) LIMIT);
    guint cols = (guint) MIN(strlen(b), (gsize) LIMIT);

    for (guint j = 0; j <= cols; j++)
        row[j] = j;
    for (guint i = 1; i <= rows; i++) {
        guint diagonal = row[0];

        row[0] = i;
        for (guint j = 1; j <= cols; j++) {
            guint above = row[j];
            guint change = diagonal + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));

            row[j] = MIN(change, MIN(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[cols];
}

gint64 name_pause(const Images *images, gint64 now)
{
    g_autoptr(GPtrArray) all = images_list(images);

    for (guint i = 0; i < all->len; i++) {
        const char *suffix = strrchr(((const Image *) all->pdata[i])->path, '.');
        guint64 made;

        if (suffix && g_ascii_string_to_unsigned(suffix + 1, 10, 0, G_MAXINT64, &made, NULL) &&
            ABS((gint64) made - now) < 2)
            return G_USEC_PER_SEC;
    }
    return 0;
}

char *names_row(const GPtrArray *names, guint most)
{
    guint shown = names->len > most ? most - 1 : MAX(names->len, 1) - 1, more = names->len - shown;
    g_autoptr(GString) row = g_string_new(NULL);

    for (guint i = 0; i < shown; i++)
        g_string_append_printf(row, "%s%s", i > 0 ? ", " : "", (const char *) names->pdata[i]);
    if (names->len == 0)
        return NULL;
    if (names->len > most)
        return g_strdup_printf(P_("%s and %u more", "%s and %u more", more), row->str, more);
    return shown == 0 ? g_strdup(names->pdata[0]) :
                        g_strdup_printf(_("%s and %s"), row->str, (const char *) names->pdata[shown]);
}

char **names_near(const char *wanted, const char *const *names)
{
    enum { MOST = 3 };
    const char *best[MOST] = {NULL};
    guint near[MOST] = {0};
    GStrvBuilder *builder = g_strv_builder_new();
    char **result;

    for (; *names; names++) {
        guint far = distance(wanted, *names);
        const char *name = *names;

        if (far > MAX(2, (guint) strlen(wanted) / 2) && !strstr(name, wanted))
            continue;
        for (guint i = 0; i < MOST; i++) { // insert in order, the farthest falls out
            if (!best[i] || far < near[i]) {
                const char *moved = best[i];
                guint moved_far = near[i];

                best[i] = name;
                near[i] = far;
                name = moved;
                far = moved_far;
                if (!name)
                    break;
            }
        }
    }
    for (guint i = 0; i < MOST && best[i]; i++)
        g_strv_builder_add(builder, best[i]);
    result = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return result;
}

bool name_is_like(const char *path, const char *other)
{
    const char *name = strrchr(path, '/'), *dot = name ? strchr(name, '.') : NULL;

    return dot && dot > name + 1 && strncmp(path, other, (gsize) (dot + 1 - path)) == 0 &&
           !strchr(other + (dot - path), '/');
}

bool name_continues(const char *path, const char *base)
{
    const char *name = strrchr(base, '/'), *suffix = name ? strrchr(name, '.') : NULL;
    gsize length = suffix && suffix > name + 1 ? (gsize) (suffix - base) : strlen(base);

    return name && strncmp(path, base, length) == 0 && path[length] == '.' && !strchr(path + length, '/');
}
