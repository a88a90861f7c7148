// SPDX-License-Identifier: GPL-2.0-or-later
// Volumes by way of pools.

#include "engine/virt/layers.h"

#include "engine/virt/failure.h"
#include "engine/xml/compose.h"
#include "engine/xml/storage_xml.h"

#include <stdlib.h>
#include <string.h>

typedef struct Opened {
    LvPool *pool;
    char *folder;
    bool ours; // we started it: stop it again
} Opened;

struct Layers {
    Connection *connection;
    char *mark;        // NULL: none
    GPtrArray *opened; // of Opened
    GPtrArray *made;   // of char *: paths
};

static void free_opened(gpointer data)
{
    Opened *opened = data;

    // A transient pool is gone then, a defined one inactive again; the files of both stay. If it fails the
    // pool stays active, which harms nobody.
    if (opened->ours)
        (void) virStoragePoolDestroy(opened->pool);
    lv_pool_free(opened->pool);
    g_free(opened->folder);
    g_free(opened);
}

Layers *layers_new(Connection *connection, const char *mark)
{
    Layers *layers = g_new0(Layers, 1);

    layers->connection = connection_ref(connection);
    layers->mark = g_strdup(mark);
    layers->opened = g_ptr_array_new_with_free_func(free_opened);
    layers->made = g_ptr_array_new_with_free_func(g_free);
    return layers;
}

void layers_free(Layers *layers)
{
    if (!layers)
        return;
    g_ptr_array_unref(layers->opened);
    g_ptr_array_unref(layers->made);
    connection_unref(layers->connection);
    g_free(layers->mark);
    g_free(layers);
}

bool layers_made(const Layers *layers)
{
    return layers->made->len > 0;
}

// ---- pools ------------------------------------------------------------------------------------

static bool shows(LvPool *pool, const char *folder)
{
    char *xml = virStoragePoolGetXMLDesc(pool, VIR_STORAGE_XML_INACTIVE);
    g_autofree char *path = xml ? xml_read_pool_path(xml, strlen(xml), NULL) : NULL;

    free(xml);
    for (gsize n = path ? strlen(path) : 0; n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = '\0';
    return g_strcmp0(path, folder) == 0;
}

// A defined pool of that folder, inactive; NULL: none. A second one on it could not be started.
static LvPool *find_inactive(virConnectPtr raw, const char *folder)
{
    virStoragePoolPtr *pools = NULL;
    int n = virConnectListAllStoragePools(raw, &pools, VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE);
    LvPool *found = NULL;

    for (int i = 0; i < n; i++) {
        if (!found && shows(pools[i], folder))
            found = pools[i];
        else
            lv_pool_free(pools[i]);
    }
    free(pools);
    return found;
}

// How the names of our own pools begin: "virt-snap-MARK-".
static char *name_begin(const char *mark)
{
    return g_strdup_printf("virt-snap-%s%s", mark ? mark : "", mark ? "-" : "");
}

static LvPool *make_transient(const Layers *layers, const char *folder, Failure **failure)
{
    g_autofree char *uuid = g_uuid_string_random();
    g_autofree char *begin = name_begin(layers->mark);
    g_autofree char *name = g_strconcat(begin, uuid, NULL);
    g_autofree char *xml = xml_compose_pool(name, folder);
    LvPool *pool = xml ? virStoragePoolCreateXML(connection_raw(layers->connection), xml, 0) : NULL;

    if (!xml)
        *failure = failure_unread(NULL, "The folder's name %s cannot be written as XML", folder);
    else if (!pool)
        *failure = failure_last("The folder %s could not be shown as a storage pool", folder);
    return pool;
}

static LvPool *open_pool(const Layers *layers, const char *folder, bool *ours, Failure **failure)
{
    virConnectPtr raw = connection_raw(layers->connection);
    LvPool *pool = virStoragePoolLookupByTargetPath(raw, folder);

    *ours = false;
    if (pool)
        return pool;
    *ours = true;
    pool = find_inactive(raw, folder);
    if (!pool)
        return make_transient(layers, folder, failure);
    if (virStoragePoolCreate(pool, 0) == 0)
        return pool;
    *failure = failure_last("The storage pool of %s could not be started", folder);
    lv_pool_free(pool);
    return NULL;
}

void layers_clear_left(Connection *connection, const char *mark)
{
    g_autofree char *begin = name_begin(mark);
    virStoragePoolPtr *pools = NULL;
    int n = virConnectListAllStoragePools(connection_raw(connection), &pools, VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT);

    for (int i = 0; i < n; i++) {
        if (g_str_has_prefix(virStoragePoolGetName(pools[i]), begin))
            (void) virStoragePoolDestroy(pools[i]); // it stays active then, which harms nobody
        lv_pool_free(pools[i]);
    }
    free(pools);
}

// The pool that shows the folder of `path`; NULL and `failure`.
static LvPool *pool_of(Layers *layers, const char *path, Failure **failure)
{
    g_autofree char *folder = g_path_get_dirname(path);
    Opened *opened;
    LvPool *pool;
    bool ours;

    for (guint i = 0; i < layers->opened->len; i++) {
        opened = g_ptr_array_index(layers->opened, i);
        if (strcmp(opened->folder, folder) == 0)
            return opened->pool;
    }
    pool = open_pool(layers, folder, &ours, failure);
    if (!pool)
        return NULL;
    opened = g_new0(Opened, 1);
    opened->pool = pool;
    opened->folder = g_steal_pointer(&folder);
    opened->ours = ours;
    g_ptr_array_add(layers->opened, opened);
    return pool;
}

// ---- volumes ----------------------------------------------------------------------------------

Failure *layers_make(Layers *layers, const StepDisk *disk)
{
    g_autofree char *xml = xml_compose_layer(disk);
    g_autoptr(LvVolume) volume = NULL;
    g_autofree char *path = NULL;
    Failure *failure = NULL;
    LvPool *pool;
    char *said;

    if (g_ptr_array_find_with_equal_func(layers->made, disk->writes, g_str_equal, NULL))
        return NULL;
    if (!xml)
        return failure_unread(NULL, "The name of %s, or of the image below it, cannot be written as XML",
                              disk->writes);
    pool = pool_of(layers, disk->writes, &failure);
    if (!pool)
        return failure;
    volume = virStorageVolCreateXML(pool, xml, 0);
    if (!volume)
        return failure_last("The layer %s on %s could not be made", disk->writes, disk->backing);
    said = virStorageVolGetPath(volume);
    if (!said)
        failure = failure_last("Layer %s was made, but could not be looked at", disk->writes);
    path = g_strdup(said ? said : disk->writes);
    free(said);
    g_ptr_array_add(layers->made, g_strdup(path));
    if (strcmp(path, disk->writes) != 0)
        failure = failure_unread(NULL, "The layer was to be %s, but libvirt made %s", disk->writes, path);
    return failure;
}

// The pool may not have seen the file yet: one that QEMU made.
static LvVolume *find_volume(LvPool *pool, const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    LvVolume *volume = virStorageVolLookupByName(pool, name);

    if (!volume && virStoragePoolRefresh(pool, 0) == 0)
        volume = virStorageVolLookupByName(pool, name);
    return volume;
}

void layers_adopt(Layers *layers, const StepDisk *disk)
{
    g_autoptr(Failure) failure = NULL;
    LvPool *pool = pool_of(layers, disk->writes, &failure);
    g_autoptr(LvVolume) volume = pool ? find_volume(pool, disk->writes) : NULL;
    char *xml = volume ? virStorageVolGetXMLDesc(volume, 0) : NULL;
    g_auto(VolumeFacts) facts = {0};

    if (xml && xml_read_volume(xml, strlen(xml), &facts, NULL) && g_strcmp0(facts.backing, disk->backing) == 0)
        g_ptr_array_add(layers->made, g_strdup(disk->writes));
    free(xml);
}

Failure *layers_remove(Layers *layers, const char *path)
{
    g_autoptr(LvVolume) volume = NULL;
    Failure *failure = NULL;
    LvPool *pool = pool_of(layers, path, &failure);

    if (!pool)
        return failure;
    volume = find_volume(pool, path);
    if (!volume && virGetLastErrorCode() == VIR_ERR_NO_STORAGE_VOL)
        return NULL;
    if (!volume)
        return failure_last("The file %s was not found in its folder", path);
    if (virStorageVolDelete(volume, 0) < 0)
        return failure_last("The file %s could not be removed", path);
    return NULL;
}

Failure *layers_undo(Layers *layers)
{
    Failure *first = NULL;

    while (layers->made->len > 0) {
        g_autofree char *path = g_ptr_array_steal_index(layers->made, layers->made->len - 1);
        Failure *failure = layers_remove(layers, path);

        if (first)
            failure_free(failure);
        else
            first = failure;
    }
    return first;
}
