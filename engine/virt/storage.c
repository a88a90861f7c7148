// SPDX-License-Identifier: GPL-2.0-or-later
// Asking storage pools about images.

#include "engine/virt/storage.h"

#include "engine/model/tongue.h"
#include "engine/virt/libvirt.h"
#include "engine/virt/mount.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

typedef struct Pool {
    LvPool *handle;
    char *folder;
    bool network;   // other hosts may have it too
    bool refreshed; // in this look, with success
    bool tried;
} Pool;

struct Storage {
    Connection *connection;
    pthread_mutex_t lock; // for `pools`, and what is noted in them
    GPtrArray *pools;     // of Pool: active ones that have a folder; NULL: not asked yet
    bool read_only;
    bool local;
    StorageCare care;
};

static void free_pool(gpointer data)
{
    Pool *pool = data;

    lv_pool_free(pool->handle);
    g_free(pool->folder);
    g_free(pool);
}

Storage *storage_new(Connection *connection, const Host *host, StorageCare care)
{
    Storage *storage = g_new0(Storage, 1);

    pthread_mutex_init(&storage->lock, NULL);
    storage->connection = connection_ref(connection);
    storage->read_only = host->read_only;
    storage->local = host->local;
    storage->care = care;
    return storage;
}

void storage_free(Storage *storage)
{
    if (!storage)
        return;
    if (storage->pools)
        g_ptr_array_unref(storage->pools);
    connection_unref(storage->connection);
    pthread_mutex_destroy(&storage->lock);
    g_free(storage);
}

bool storage_is_local(const Storage *storage)
{
    return storage->local;
}

StorageCare storage_care(const Storage *storage)
{
    return storage->care;
}

static void trim_slashes(char *path)
{
    for (gsize length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
}

// NULL for a pool without a folder (rbd, gluster, ...); then the handle is freed.
static Pool *read_pool(LvPool *handle)
{
    char *xml = virStoragePoolGetXMLDesc(handle, 0);
    char *folder = xml ? xml_read_pool_path(xml, strlen(xml), NULL) : NULL;
    bool network = xml && xml_pool_is_network(xml, strlen(xml));
    Pool *pool;

    free(xml);
    if (!folder) {
        lv_pool_free(handle);
        return NULL;
    }
    trim_slashes(folder);
    pool = g_new0(Pool, 1);
    pool->handle = handle;
    pool->folder = folder;
    pool->network = network;
    return pool;
}

// A host without a storage driver, or one that does not let us look, has no pools for us: what they
// would tell stays unknown.
static void need_pools(Storage *storage)
{
    virStoragePoolPtr *handles = NULL;
    int n;

    if (storage->pools)
        return;
    storage->pools = g_ptr_array_new_with_free_func(free_pool);
    n = virConnectListAllStoragePools(connection_raw(storage->connection), &handles,
                                      VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);
    for (int i = 0; i < n; i++) {
        Pool *pool = read_pool(handles[i]);

        if (pool)
            g_ptr_array_add(storage->pools, pool);
    }
    free(handles);
}

static Pool *find_pool(Storage *storage, const char *folder)
{
    Pool *found = NULL;

    pthread_mutex_lock(&storage->lock);
    need_pools(storage);
    for (guint i = 0; i < storage->pools->len && !found; i++) {
        Pool *pool = g_ptr_array_index(storage->pools, i);

        if (strcmp(pool->folder, folder) == 0)
            found = pool;
    }
    pthread_mutex_unlock(&storage->lock);
    return found;
}

// True if the pool was refreshed just now, not earlier in this look.
static bool refresh(Storage *storage, Pool *pool)
{
    bool now = false;

    pthread_mutex_lock(&storage->lock);
    if (!pool->tried && !storage->read_only) {
        pool->tried = true;
        // A pool that is busy or not ours to refresh knows no more than before.
        now = pool->refreshed = virStoragePoolRefresh(pool->handle, 0) == 0;
    }
    pthread_mutex_unlock(&storage->lock);
    return now;
}

static bool was_refreshed(Storage *storage, const Pool *pool)
{
    bool refreshed;

    pthread_mutex_lock(&storage->lock);
    refreshed = pool->refreshed;
    pthread_mutex_unlock(&storage->lock);
    return refreshed;
}

char *storage_real_name(const Storage *storage, const char *path)
{
    g_autofree char *real = NULL;
    char *found;

    if (*path != '/')
        return NULL;
    if (!storage->local)
        return image_volume_name(path);
    found = realpath(path, NULL);
    real = g_strdup(found);
    free(found);
    return real && strcmp(real, path) != 0 ? g_steal_pointer(&real) : NULL;
}

static Pool *pool_of(Storage *storage, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return find_pool(storage, folder);
}

static bool read_volume(Storage *storage, const char *path, VolumeFacts *facts)
{
    g_autoptr(LvVolume) volume =
        virStorageVolLookupByPath(connection_raw(storage->connection), path);
    char *xml = volume ? virStorageVolGetXMLDesc(volume, 0) : NULL;
    bool read = xml && xml_read_volume(xml, strlen(xml), facts, NULL);

    free(xml);
    return read;
}

// A volume lies right in the folder of its pool, so where no pool has the folder nobody needs to be asked. A logical
// volume lies in that of its group.
Presence storage_volume(Storage *storage, const char *named, VolumeFacts *facts)
{
    g_autofree char *volume = image_volume_name(named);
    const char *path = volume ? volume : named;
    Pool *pool = pool_of(storage, path);

    if (!pool)
        return PRESENCE_UNKNOWN;
    if (storage->care == STORAGE_FRESH)
        refresh(storage, pool);
    if (read_volume(storage, path, facts) || (refresh(storage, pool) && read_volume(storage, path, facts)))
        return PRESENCE_FOUND;
    return was_refreshed(storage, pool) ? PRESENCE_MISSING : PRESENCE_UNKNOWN;
}

bool storage_doubt(Storage *storage, const char *named, VolumeFacts *facts)
{
    g_autofree char *volume = image_volume_name(named);
    const char *path = volume ? volume : named;
    Pool *pool = pool_of(storage, path);

    if (!pool || !refresh(storage, pool))
        return false;
    volume_facts_clear(facts);
    return read_volume(storage, path, facts);
}

bool storage_is_read_only(const Storage *storage, const char *folder)
{
    return storage->local && mount_is_read_only(folder);
}

gint64 storage_free_space(Storage *storage, const char *folder)
{
    virStoragePoolInfo info;
    struct statvfs fs;
    Pool *pool;

    if (storage->local && statvfs(folder, &fs) == 0)
        return (gint64) fs.f_bavail * (gint64) fs.f_frsize;
    pool = find_pool(storage, folder);
    if (pool && storage->care == STORAGE_FRESH)
        refresh(storage, pool); // else it tells what was free then
    if (!pool || virStoragePoolGetInfo(pool->handle, &info) < 0)
        return SIZE_UNKNOWN;
    return (gint64) info.available;
}

// File systems that more than one host can have mounted, by the number that statfs(2) gives.
static const char *network_name(const char *folder)
{
    static const struct {
        unsigned type;
        const char *name;
    } networks[] = {
        {0x6969, "nfs"},       {0x517b, "smb"},       {0xff534d42, "cifs"},  {0xfe534d42, "smb"},
        {0x00c36400, "ceph"},  {0x01161970, "gfs2"},  {0x7461636f, "ocfs2"}, {0x0bd00bd0, "lustre"},
        {0x47504653, "gpfs"},  {0x5346414f, "afs"},   {0x01021997, "9p"},    {0x65735546, "fuse"},
        {0x6a656a63, "virtiofs"},
    };
    struct statfs fs;

    if (statfs(folder, &fs) < 0)
        return NULL; // not ours to look at: the pool may tell
    for (gsize i = 0; i < G_N_ELEMENTS(networks); i++)
        if (networks[i].type == (unsigned) fs.f_type)
            return networks[i].name;
    return NULL;
}

void storage_tell_shared(Storage *storage, Images *images, const char *folder)
{
    const Pool *pool = find_pool(storage, folder);
    const char *what = storage->local ? network_name(folder) : NULL;

    if (!what && pool && pool->network)
        what = _("a storage pool that other hosts can have too");
    if (what)
        images_tell_shared(images, folder, what);
}

static void tell_volumes(Images *images, const char *folder, virStorageVolPtr *volumes, int n)
{
    GStrvBuilder *names = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    for (int i = 0; i < n; i++) {
        g_autoptr(LvVolume) volume = volumes[i];

        g_strv_builder_add(names, virStorageVolGetName(volume)); // in a folder's pool the file name
    }
    list = g_strv_builder_end(names);
    g_strv_builder_unref(names);
    images_tell_folder(images, folder, (const char *const *) list);
}

static void tell_local(Images *images, const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    GStrvBuilder *names = NULL;
    g_auto(GStrv) list = NULL;
    const char *name;

    if (!dir)
        return; // not ours to read: then nobody could say
    names = g_strv_builder_new();
    while ((name = g_dir_read_name(dir)))
        g_strv_builder_add(names, name);
    list = g_strv_builder_end(names);
    g_strv_builder_unref(names);
    images_tell_folder(images, folder, (const char *const *) list);
}

void storage_tell_folder(Storage *storage, Images *images, const char *folder)
{
    Pool *pool = find_pool(storage, folder);
    virStorageVolPtr *volumes = NULL;
    int n = -1;

    if (storage->local)
        tell_local(images, folder);
    if (pool && storage->care == STORAGE_FRESH)
        refresh(storage, pool);
    if (pool)
        n = virStoragePoolListAllVolumes(pool->handle, &volumes, 0);
    if (n >= 0)
        tell_volumes(images, folder, volumes, n);
    free(volumes);
}
