// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle's eyes: records as virsh tells them, contents as qemu-img reads them, and marks. Main thread.
#include "tests/qemu/oracle.h"

#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

// ---- XML ----------------------------------------------------------------------------------------

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

static xmlDoc *xml_parse(const char *text)
{
    return text ? xmlReadMemory(text, (int) strlen(text), NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR) : NULL;
}

// The string that the path (with %s for the disk) leads to; NULL where there is none.
static char *xml_string(xmlDoc *doc, const char *path, const char *disk)
{
    g_auto(GStrv) parts = g_strsplit(path, "%s", 2);
    g_autofree char *expression = g_strjoinv(disk ? disk : "", parts), *found = NULL;
    xmlXPathContext *context = doc ? xmlXPathNewContext(doc) : NULL;
    xmlXPathObject *object = context ? xmlXPathEvalExpression((const xmlChar *) expression, context) : NULL;
    if (object) {
        xmlChar *text = xmlXPathCastToString(object);
        found = g_strdup((const char *) text);
        xmlFree(text);
    }
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
    return found && *found ? g_steal_pointer(&found) : NULL;
}

// ---- Snapshots ----------------------------------------------------------------------------------

static void seen_disk_clear(SeenDisk *disk)
{
    g_free(disk->mode);
    g_free(disk->image);
    g_free(disk->overlay);
    g_free(disk->stored);
    g_free(disk->written);
    g_free(disk->revert);
    g_free(disk->error);
}

static void seen_snapshot_free(SeenSnapshot *snapshot)
{
    g_free(snapshot->name);
    g_free(snapshot->parent);
    g_free(snapshot->state);
    g_free(snapshot->xml);
    g_free(snapshot->memory);
    g_free(snapshot->memory_print);
    for (int i = 0; i < DISKS; i++)
        seen_disk_clear(&snapshot->disks[i]);
    g_free(snapshot);
}

static char *file_print(const char *path)
{
    GStatBuf s;
    return path && g_stat(path, &s) == 0
        ? g_strdup_printf("%ld bytes of %ld.%09ld", (long) s.st_size, (long) s.st_mtim.tv_sec, s.st_mtim.tv_nsec)
        : NULL;
}

bool seen_covers(const SeenSnapshot *snapshot, int disk)
{
    const char *mode = snapshot->disks[disk].mode;
    return g_strcmp0(mode, "external") == 0 || g_strcmp0(mode, "internal") == 0;
}

static void snapshot_disk(const Stage *stage, xmlDoc *doc, SeenSnapshot *snapshot, int i)
{
    SeenDisk *disk = &snapshot->disks[i];
    const char *name = DISK_NAMES[i];
    disk->mode = xml_string(doc, "string(/domainsnapshot/disks/disk[@name='%s']/@snapshot)", name);
    disk->stored = xml_string(doc, "string(/domainsnapshot/domain/devices/disk[target/@dev='%s']/source/@file)", name);
    disk->written = xml_string(doc, "string(/domainsnapshot/disks/disk[@name='%s']/source/@file)", name);
    disk->revert = xml_string(doc, "string(/domainsnapshot/revertDisks/disk[@name='%s']/source/@file)", name);
    if (!seen_covers(snapshot, i))
        return;
    disk->image = g_strdup(disk->stored);
    disk->overlay = g_strdup(disk->revert ? disk->revert : disk->written);
    if (!disk->image)
        disk->error = g_strdup("its record names no image");
    else
        content_read(stage, disk->image, strcmp(disk->mode, "internal") == 0 ? snapshot->name : NULL, &disk->content,
                     &disk->error);
}

static SeenSnapshot *snapshot_look(const Stage *stage, const char *name, const char *xml)
{
    SeenSnapshot *snapshot = g_new0(SeenSnapshot, 1);
    g_autoptr(xmlDoc) doc = xml_parse(xml);
    snapshot->name = g_strdup(name);
    snapshot->xml = g_strdup(xml);
    snapshot->parent = xml_string(doc, "string(/domainsnapshot/parent/name)", NULL);
    snapshot->state = xml_string(doc, "string(/domainsnapshot/state)", NULL);
    snapshot->memory = xml_string(doc, "string(/domainsnapshot/memory[@snapshot='external']/@file)", NULL);
    snapshot->memory_print = file_print(snapshot->memory);
    for (int i = 0; i < DISKS; i++)
        snapshot_disk(stage, doc, snapshot, i);
    return snapshot;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp((*(SeenSnapshot *const *) a)->name, (*(SeenSnapshot *const *) b)->name);
}

static void snapshots_look(const Stage *stage, Seen *seen, const char *list)
{
    g_auto(GStrv) names = g_strsplit_set(list, " \n", -1);
    g_autoptr(GString) commands = g_string_new(NULL);
    g_auto(Said) said = {0};
    for (char **name = names; *name; name++)
        if (**name)
            g_string_append_printf(commands, "echo @@%s; snapshot-dumpxml %s %s --security-info; ", *name,
                                   stage->guest, *name);
    if (commands->len == 0)
        return;
    stage_virsh(stage, &said, commands->str);
    g_auto(GStrv) parts = g_strsplit(said.out, "@@", -1);
    for (char **part = parts + 1; *parts && *part; part++) {
        gsize length = strcspn(*part, "<\n"); // a quiet echo ends no line
        g_autofree char *name = g_strndup(*part, length);
        g_ptr_array_add(seen->snapshots, snapshot_look(stage, name, g_strstrip(*part + length)));
    }
    g_ptr_array_sort(seen->snapshots, by_name);
}

// ---- The whole ----------------------------------------------------------------------------------

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void files_look(const Stage *stage, Seen *seen)
{
    g_autoptr(GDir) folder = g_dir_open(stage->images, 0, NULL);
    for (const char *name; folder && (name = g_dir_read_name(folder));)
        g_ptr_array_add(seen->files, g_build_filename(stage->images, name, NULL));
    g_ptr_array_sort(seen->files, by_text);
    for (guint i = 0; i < seen->files->len; i++)
        g_ptr_array_add(seen->images, seen_image_look(g_ptr_array_index(seen->files, i)));
}

static void now_look(const Stage *stage, Seen *seen, const char *live_xml, const char *stored_xml)
{
    g_autoptr(xmlDoc) live = xml_parse(live_xml), stored = xml_parse(stored_xml);
    g_autoptr(GString) sources = g_string_new(NULL);
    const char *path = "string(/domain/devices/disk[target/@dev='%s']/source/@file)";
    seen->id = xml_string(live, "string(/domain/@id)", NULL);
    for (int i = 0; i < DISKS; i++) {
        SeenDisk *disk = &seen->now[i];
        seen->next[i] = xml_string(stored, path, DISK_NAMES[i]);
        disk->image = xml_string(live, path, DISK_NAMES[i]);
        seen->aliases[i] = xml_string(live, "string(/domain/devices/disk[target/@dev='%s']/alias/@name)", DISK_NAMES[i]);
        g_string_append_printf(sources, "%s %s; ", disk->image, seen->next[i]);
        if (disk->image)
            content_read(stage, disk->image, NULL, &disk->content, &disk->error);
        else
            disk->error = g_strdup("the guest has no such disk");
    }
    seen->sources = g_string_free(g_steal_pointer(&sources), FALSE);
}

Seen *seen_look(const Stage *stage, char **error)
{
    g_auto(Said) said = {0};
    const char *guest = stage->guest;
    g_autofree char *commands =
        g_strdup_printf("domstate %s; echo @@; dumpxml %s --security-info; echo @@; "
                        "dumpxml %s --inactive --security-info; echo @@; snapshot-list %s --name; echo @@; "
                        "snapshot-current %s --name; echo @@",
                        guest, guest, guest, guest, guest);
    stage_virsh(stage, &said, commands);
    g_auto(GStrv) parts = g_strsplit(said.out, "@@", -1);
    if (g_strv_length(parts) != 6 || !*g_strstrip(parts[0])) {
        *error = g_strdup_printf("libvirt does not answer: %s", said.err);
        return NULL;
    }
    Seen *seen = g_new0(Seen, 1);
    seen->snapshots = g_ptr_array_new_with_free_func((GDestroyNotify) seen_snapshot_free);
    seen->files = g_ptr_array_new_with_free_func(g_free);
    seen->images = g_ptr_array_new_with_free_func((GDestroyNotify) seen_image_free);
    seen->state = g_strdup(parts[0]);
    seen->current = *g_strstrip(parts[4]) ? g_strdup(parts[4]) : NULL;
    now_look(stage, seen, g_strstrip(parts[1]), g_strstrip(parts[2]));
    snapshots_look(stage, seen, parts[3]);
    files_look(stage, seen);
    return seen;
}

void seen_free(Seen *seen)
{
    if (!seen)
        return;
    g_ptr_array_unref(seen->snapshots);
    g_ptr_array_unref(seen->files);
    g_ptr_array_unref(seen->images);
    g_free(seen->current);
    g_free(seen->state);
    g_free(seen->id);
    g_free(seen->sources);
    for (int i = 0; i < DISKS; i++) {
        g_free(seen->aliases[i]);
        g_free(seen->next[i]);
        seen_disk_clear(&seen->now[i]);
    }
    g_free(seen);
}

const SeenSnapshot *seen_find(const Seen *seen, const char *name)
{
    for (guint i = 0; name && i < seen->snapshots->len; i++) {
        const SeenSnapshot *snapshot = g_ptr_array_index(seen->snapshots, i);
        if (strcmp(snapshot->name, name) == 0)
            return snapshot;
    }
    return NULL;
}

bool seen_is_off(const Seen *seen)
{
    return strcmp(seen->state, "shut off") == 0;
}

bool seen_has_file(const Seen *seen, const char *path)
{
    return g_ptr_array_find_with_equal_func(seen->files, path, g_str_equal, NULL);
}

bool seen_below(const Seen *seen, const char *name, const char *top)
{
    for (guint steps = 0; name && steps <= seen->snapshots->len; steps++) {
        const SeenSnapshot *snapshot = seen_find(seen, name);
        if (strcmp(name, top) == 0)
            return true;
        name = snapshot ? snapshot->parent : NULL;
    }
    return false;
}

// ---- For people ---------------------------------------------------------------------------------

static void tree_disks(GString *text, const SeenDisk *disks)
{
    for (int i = 0; i < DISKS; i++) {
        g_autofree char *file = disks[i].image ? g_path_get_basename(disks[i].image) : NULL;
        g_autofree char *holds = disks[i].error ? g_strdup(disks[i].error) : content_text(&disks[i].content);
        g_autofree char *overlay = disks[i].overlay ? g_path_get_basename(disks[i].overlay) : NULL;
        if (file)
            g_string_append_printf(text, "  %s %s%s%s (%s)", DISK_NAMES[i], file, overlay ? " then " : "",
                                   overlay ? overlay : "", holds);
        else
            g_string_append_printf(text, "  %s left out", DISK_NAMES[i]);
    }
    g_string_append_c(text, '\n');
}

static void tree_below(GString *text, const Seen *seen, const char *parent, int depth)
{
    for (guint i = 0; i < seen->snapshots->len; i++) {
        const SeenSnapshot *snapshot = g_ptr_array_index(seen->snapshots, i);
        if (g_strcmp0(snapshot->parent, parent) != 0)
            continue;
        g_string_append_printf(text, "%*s%s%s [%s%s]", depth * 2, "", snapshot->name,
                               g_strcmp0(seen->current, snapshot->name) == 0 ? " (current)" : "", snapshot->state,
                               snapshot->memory ? ", memory" : "");
        tree_disks(text, snapshot->disks);
        if (depth < 50)
            tree_below(text, seen, snapshot->name, depth + 1);
    }
}

char *seen_tree(const Seen *seen)
{
    GString *text = g_string_new(NULL);
    tree_below(text, seen, NULL, 0);
    g_string_append_printf(text, "NOW [%s]", seen->state);
    tree_disks(text, seen->now);
    return g_string_free(text, FALSE);
}

static const SeenImage *image_find(const Seen *seen, const char *path)
{
    for (guint i = 0; path && i < seen->images->len; i++) {
        const SeenImage *image = g_ptr_array_index(seen->images, i);
        if (strcmp(image->path, path) == 0)
            return image;
    }
    return NULL;
}

static bool is_held(const Seen *seen, int disk, const char *path)
{
    for (guint i = 0; i < seen->snapshots->len; i++) {
        const SeenSnapshot *snapshot = g_ptr_array_index(seen->snapshots, i);
        if (g_strcmp0(snapshot->disks[disk].image, path) == 0)
            return true;
    }
    return g_strcmp0(seen->now[disk].image, path) == 0;
}

static void chain_add(const Seen *seen, const char *path, GHashTable *reached)
{
    const SeenImage *image = image_find(seen, path);
    for (; image && g_hash_table_add(reached, image->path); image = image_find(seen, image->backing))
        ;
}

// Images that no record and no configuration leads to.
static guint strays_count(const Seen *seen)
{
    g_autoptr(GHashTable) reached = g_hash_table_new(g_str_hash, g_str_equal);
    guint images = 0;
    for (int i = 0; i < DISKS; i++) {
        chain_add(seen, seen->now[i].image, reached);
        chain_add(seen, seen->next[i], reached);
        for (guint k = 0; k < seen->snapshots->len; k++) {
            const SeenDisk *disk = &((const SeenSnapshot *) g_ptr_array_index(seen->snapshots, k))->disks[i];
            chain_add(seen, disk->stored, reached);
            chain_add(seen, disk->overlay, reached);
        }
    }
    for (guint i = 0; i < seen->files->len; i++)
        images += g_str_has_suffix(g_ptr_array_index(seen->files, i), ".mem") ? 0 : 1;
    return images - MIN(images, g_hash_table_size(reached));
}

char *seen_layers(const Seen *seen)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < DISKS; i++) {
        guint layers = 0, idle = 0;
        const SeenImage *image = image_find(seen, seen->now[i].image);
        for (; image && layers <= seen->images->len; image = image_find(seen, image->backing)) {
            layers++;
            idle += !is_held(seen, i, image->path);
        }
        g_string_append_printf(text, "%s%u/%u", i ? " " : "", layers, idle);
    }
    g_string_append_printf(text, " +%u", strays_count(seen));
    return g_string_free(text, FALSE);
}

// ---- Marks --------------------------------------------------------------------------------------

// The I/O commands that fill `block` with `byte`, through the running guest's own disk.
static void mark_running(GString *commands, const Stage *stage, const char *alias, const char *io)
{
    g_string_append_printf(commands,
                           "qemu-monitor-command %s --hmp 'qemu-io -d /machine/peripheral/%s/virtio-backend \"%s\"'; ",
                           stage->guest, alias, io);
}

static bool mark_off(const char *image, const char *first, const char *second, char **error)
{
    g_auto(Said) said = {0};
    const char *words[] = {"qemu-io", "-f", "qcow2", "-c", first, "-c", second, image, NULL};
    command_run(&said, words);
    if (said.status != 0)
        *error = g_strdup_printf("NOW cannot be written: %s%s", said.out, said.err);
    return said.status == 0;
}

bool seen_mark(Stage *stage, const Seen *seen, guint64 chance, Content now[DISKS], char **error)
{
    g_autoptr(GString) commands = g_string_new(NULL);
    g_auto(Said) said = {0};
    guint byte = 1 + stage->marks++ % 255;
    for (int i = 0; i < DISKS; i++) {
        guint a = (guint) (chance >> (16 * i)) % BLOCKS, b = (guint) (chance >> (16 * i + 8)) % BLOCKS;
        g_autofree char *first = g_strdup_printf("write -P 0x%02x %u 64k", byte, a * BLOCK_SIZE);
        g_autofree char *second = g_strdup_printf("write -P 0x%02x %u 64k", byte, b * BLOCK_SIZE);
        now[i].block[a] = now[i].block[b] = byte;
        if (!seen_is_off(seen)) {
            mark_running(commands, stage, seen->aliases[i], first);
            mark_running(commands, stage, seen->aliases[i], second);
            mark_running(commands, stage, seen->aliases[i], "flush");
        } else if (!mark_off(seen->now[i].image, first, second, error)) {
            return false;
        }
    }
    if (commands->len)
        stage_virsh(stage, &said, commands->str);
    if (said.status != 0)
        *error = g_strdup_printf("NOW cannot be written: %s", said.err);
    return said.status == 0;
}
