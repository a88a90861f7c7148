// SPDX-License-Identifier: GPL-2.0-or-later
// Chains and sizes, from every source that a host has.

#include "engine/virt/look_images.h"

#include "engine/model/tongue.h"
#include "engine/virt/flight.h"
#include "engine/virt/header.h"

#include <stdlib.h>
#include <string.h>

// With fewer headers to read it is not worth a thread.
#define MANY_HEADERS 100

typedef struct Search {
    Connection *connection;
    Images *images;
    Storage *storage;
    GHashTable *seen;     // images that were asked about, themselves
    GHashTable *memories; // files that hold memory, not images
    bool tags;            // internal snapshots exist: worth looking into every header
    bool sizes;           // wanted
    GPtrArray *no_tags;   // of all images that have none
} Search;

// ---- sizes as QEMU tells them -----------------------------------------------------------------

// One field of "block.N.name", or NULL.
static const virTypedParameter *block_field(const virDomainStatsRecord *record, int block,
                                            const char *name)
{
    g_autofree char *field = g_strdup_printf("block.%d.%s", block, name);

    for (int i = 0; i < record->nparams; i++)
        if (strcmp(record->params[i].field, field) == 0)
            return &record->params[i];
    return NULL;
}

static gint64 block_size(const virDomainStatsRecord *record, int block, const char *name)
{
    const virTypedParameter *field = block_field(record, block, name);

    return field && field->type == VIR_TYPED_PARAM_ULLONG ? (gint64) field->value.ul : SIZE_UNKNOWN;
}

static void take_block(Images *images, const virDomainStatsRecord *record, int block)
{
    const virTypedParameter *path = block_field(record, block, "path");
    gint64 allocation = block_size(record, block, "physical");
    Image *image;

    if (!path || path->type != VIR_TYPED_PARAM_STRING || !images_get(images, path->value.s))
        return;
    image = images_add(images, path->value.s);
    // `allocation` is the highest offset written, which is what a block device uses of itself; for
    // files it is `physical` that counts holes out (virDomainBlockInfo).
    if (image->type == SOURCE_BLOCK)
        allocation = block_size(record, block, "allocation");
    image->allocation = allocation;
    image->capacity = block_size(record, block, "capacity");
}

// One call for all layers of all disks. Where it fails the volumes tell.
static void look_stats(Images *images, LvDomain *handle)
{
    virDomainPtr domains[] = {handle, NULL};
    virDomainStatsRecordPtr *records = NULL;
    int n = virDomainListGetStats(domains, VIR_DOMAIN_STATS_BLOCK, &records,
                                  VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING |
                                      VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);

    for (int i = 0; i < n; i++)
        for (int block = 0; block_field(records[i], block, "name"); block++)
            take_block(images, records[i], block);
    if (records)
        virDomainStatsRecordListFree(records);
}

// ---- one image --------------------------------------------------------------------------------

static void take_format(Image *image, const char *format, const char *teller)
{
    if (!format)
        return;
    if (strcmp(format, "iso") == 0)
        format = "raw"; // what is on the disc; QEMU and the domain's XML call the image raw
    if (!image->format)
        shared_text_set(&image->format, format);
    else if (strcmp(image->format, format) != 0 && !image->conflict)
        image->conflict =
            g_strdup_printf(_("its records say %s, but %s says %s"), image->format, teller, format);
}

// A record and a volume that name different backing images: one of them is old.
static bool contradicts(const Image *image, const VolumeFacts *facts)
{
    g_autofree char *backing = image_absolute_backing(image->path, facts->backing);

    return facts->path && image->backing_state != BACKING_UNKNOWN &&
           g_strcmp0(image->backing, backing) != 0;
}

static void ask_volume(Search *search, Image *image)
{
    g_auto(VolumeFacts) facts = {.allocation = SIZE_UNKNOWN, .capacity = SIZE_UNKNOWN};
    g_autofree char *backing = NULL;
    Presence presence = storage_volume(search->storage, image->path, &facts);

    if (contradicts(image, &facts))
        (void) storage_doubt(search->storage, image->path,
                             &facts); // else it stands, and is noted as a conflict
    if (presence == PRESENCE_UNKNOWN || image->presence == PRESENCE_FOUND)
        presence = image->presence; // QEMU has it open: it is there, whatever a pool says
    image->presence = presence;
    if (!facts.path)
        return;
    image->allocation = facts.allocation;
    image->capacity = facts.capacity;
    if (g_hash_table_contains(search->memories, image->path))
        return;
    take_format(image, facts.format, _("the storage volume"));
    backing = image_absolute_backing(image->path, facts.backing);
    if (facts.has_backing ? backing != NULL : facts.format != NULL)
        image_tell_backing(image, TOLD_BY_VOLUME, backing, facts.backing_format);
}

static void take_facts(const Search *search, Image *image, const ImageFacts *facts)
{
    g_autofree char *backing = image_absolute_backing(image->path, facts->backing);

    image->allocation = facts->allocation;
    image->capacity = facts->capacity;
    // A format that was only probed is not recorded: a guest can write any header into a raw disk.
    if (image->format)
        take_format(image, facts->format, _("the file"));
    image_tell_backing(image, TOLD_BY_HEADER, backing, facts->backing_format);
    g_clear_pointer(&image->tags, g_ptr_array_unref);
    image->tags = g_ptr_array_ref(facts->tags->len > 0 ? facts->tags : search->no_tags);
}

// What the file of an image says.
typedef struct Header {
    ImageFacts facts;
    Presence presence;
    bool read;
} Header;

static void read_header(const Search *search, Image *image, Header *header)
{
    if (g_hash_table_contains(search->memories, image->path))
        header->presence = header_stat(image->path, &image->allocation);
    else if (!header->read)
        header->presence = header_read(image->path, image->format, &header->facts);
}

static void ask_header(Search *search, Image *image, Header *header)
{
    Presence presence;

    read_header(search, image, header);
    presence = header->presence;
    if (presence == PRESENCE_UNKNOWN || image->presence == PRESENCE_FOUND)
        presence = image->presence;
    image->presence = presence;
    if (header->facts.tags)
        take_facts(search, image, &header->facts);
}

static bool wants_volume(const Search *search, const Image *image)
{
    return image->backing_by < TOLD_BY_VOLUME || (search->sizes && image->allocation == SIZE_UNKNOWN);
}

static bool wants_header(const Search *search, const Image *image)
{
    if (!storage_is_local(search->storage) || image->presence == PRESENCE_MISSING)
        return false;
    return search->tags || wants_volume(search, image);
}

// A pool goes on to tell what it saw when the file was another one.
static bool volume_is_damaged(Search *search, const Image *image, VolumeFacts *facts)
{
    if (!facts->format || strcmp(facts->format, "qcow2") == 0)
        return false;
    (void) storage_doubt(search->storage, image->path, facts);
    return facts->format && strcmp(facts->format, "qcow2") != 0;
}

// QEMU goes on with a file that somebody removed or overwrote, and tells of it as before. On another host it takes two
// calls to find out, for each image.
static void ask_open(Search *search, Image *image)
{
    g_auto(VolumeFacts) facts = {.allocation = SIZE_UNKNOWN, .capacity = SIZE_UNKNOWN};
    bool qcow2 = g_strcmp0(image->format, "qcow2") == 0, local = storage_is_local(search->storage);
    gint64 allocation;
    Presence presence = PRESENCE_UNKNOWN;

    if (local)
        presence = header_stat(image->path, &allocation);
    else if (storage_care(search->storage) != STORAGE_CACHED)
        presence = storage_volume(search->storage, image->path, &facts);
    if (presence == PRESENCE_MISSING)
        image->presence = presence;
    image->damaged = qcow2 && presence == PRESENCE_FOUND &&
                     (local ? header_is_lost(image->path) : volume_is_damaged(search, image, &facts));
}

static void ask_about(Search *search, Image *image, Header *header)
{
    if (wants_volume(search, image))
        ask_volume(search, image);
    if (wants_header(search, image))
        ask_header(search, image, header);
    if (search->sizes && image->open && image->type == SOURCE_FILE)
        ask_open(search, image);
    if (image->backing_state == BACKING_IMAGE) {
        Image *below = images_add(search->images, image->backing);

        if (!below->format)
            shared_text_set(&below->format, image->backing_format);
        if (*below->path != '/')
            below->type = SOURCE_OTHER;
    }
}

// The images that a round asks about, and their headers.
typedef struct Round {
    const Search *search;
    GPtrArray *images;
    Header *headers;
} Round;

static bool is_new(const Search *search, const Image *image)
{
    return source_is_local(image->type) && !g_hash_table_contains(search->seen, image);
}

static void fetch_header(void *data, guint i)
{
    const Round *round = data;
    const Image *image = round->images->pdata[i];
    Header *header = &round->headers[i];

    // Another one may be told what it is in this very round, and a pool may know all of it.
    if (g_strcmp0(image->format, "qcow2") != 0 || !wants_header(round->search, image) ||
        g_hash_table_contains(round->search->memories, image->path))
        return;
    header->presence = header_read(image->path, image->format, &header->facts);
    header->read = true;
}

static void ask_all(Search *search, Round *round)
{
    if (round->images->len >= MANY_HEADERS)
        flight_run(search->connection, round->images->len, fetch_header, round);
    for (guint i = 0; i < round->images->len; i++) {
        Image *image = round->images->pdata[i];

        g_hash_table_add(search->seen, image);
        ask_about(search, image, &round->headers[i]);
        image_facts_clear(&round->headers[i].facts);
    }
}

// Asks about every image that was not asked about yet; false when there was none.
static bool ask_round(Search *search)
{
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) asked = g_ptr_array_new();
    g_autofree Header *headers = NULL;
    Round round = {.search = search, .images = asked};

    images_sort(search->images);
    list = images_list(search->images);
    for (guint i = 0; i < list->len; i++)
        if (is_new(search, list->pdata[i]))
            g_ptr_array_add(asked, list->pdata[i]);
    round.headers = headers = g_new0(Header, asked->len);
    for (guint i = 0; i < asked->len; i++)
        headers[i].facts = (ImageFacts) {.allocation = SIZE_UNKNOWN, .capacity = SIZE_UNKNOWN};
    ask_all(search, &round);
    return asked->len > 0;
}

// ---- the whole guest --------------------------------------------------------------------------

// What the daemon can say of an off guest's own disks, where no pool holds them.
static void look_tops(Images *images, LvDomain *handle, const Domain *domain)
{
    const Definition *now = domain_now(domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);
        virDomainBlockInfo info;
        Image *image;

        if (!disk_is_writable(disk) || images_get(images, disk->path)->allocation != SIZE_UNKNOWN)
            continue;
        // The daemon cannot open it either: it stays unknown.
        if (virDomainGetBlockInfo(handle, disk->target, &info, 0) < 0)
            continue;
        image = images_add(images, disk->path);
        image->allocation = (gint64) info.allocation;
        image->capacity = (gint64) info.capacity;
        image->presence = PRESENCE_FOUND;
    }
}

// A plan that would keep what NOW holds asks whether there is anything. An overlay that is larger than this holds
// something, and finding out how much would take long.
static void look_empty(Images *images, const Domain *domain, Storage *storage)
{
    static const gint64 largest = 1 << 20;
    const Definition *now = domain_now(domain);

    if (domain_is_active(domain) || storage_care(storage) != STORAGE_FRESH || !storage_is_local(storage))
        return;
    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);
        Image *image = disk_is_writable(disk) ? images_add(images, disk->path) : NULL;

        if (image && image->backing_state == BACKING_IMAGE && g_strcmp0(image->format, "qcow2") == 0 &&
            image->allocation >= 0 && image->allocation < largest)
            image->empty = header_is_empty(image->path);
    }
}

static void look_space(Images *images, const Domain *domain, Storage *storage)
{
    const Definition *now = domain_now(domain);
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = g_ptr_array_index(now->disks, i);
        char *folder;

        if (!disk_is_writable(disk) || disk->type != SOURCE_FILE)
            continue;
        folder = g_path_get_dirname(disk->path);
        if (!g_hash_table_add(done, folder)) // which takes it
            continue;
        images_tell_free(images, folder, storage_free_space(storage, folder));
        if (storage_is_read_only(storage, folder))
            images_tell_read_only(images, folder);
    }
}

static void tell_snapshots(Search *search, const GPtrArray *snapshots)
{
    for (guint i = 0; i < snapshots->len; i++) {
        const Snapshot *snapshot = g_ptr_array_index(snapshots, i);

        images_tell_snapshot(search->images, snapshot);
        if (snapshot->memory_file)
            g_hash_table_add(search->memories, g_strdup(snapshot->memory_file));
        if (snapshot_kind(snapshot) != KIND_EXTERNAL)
            search->tags = true;
    }
}

// Other guests may know a file by another name than this one.
static void tell_real(const Search *search)
{
    g_autoptr(GPtrArray) list = NULL;

    if (storage_care(search->storage) != STORAGE_FRESH)
        return;
    list = images_list(search->images);
    for (guint i = 0; i < list->len; i++) {
        Image *image = g_ptr_array_index(list, i);

        g_free(image->real);
        image->real = source_is_local(image->type) ? storage_real_name(search->storage, image->path) : NULL;
    }
}

Images *look_images(Connection *connection, LvDomain *handle, const Domain *domain,
                    const GPtrArray *snapshots, Storage *storage, LookDepth depth)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) memories = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) no_tags = g_ptr_array_new();
    Search search = {.connection = connection, .images = images_new(), .storage = storage, .seen = seen,
                     .memories = memories, .sizes = depth == LOOK_WHOLE, .no_tags = no_tags};

    images_tell_definition(search.images, domain->live, TOLD_BY_LIVE);
    images_tell_definition(search.images, domain->inactive, TOLD_BY_RECORD);
    tell_snapshots(&search, snapshots);
    if (domain_is_active(domain) && depth == LOOK_WHOLE)
        look_stats(search.images, handle);
    while (ask_round(&search))
        ;
    tell_real(&search);
    if (depth != LOOK_WHOLE)
        return search.images;
    look_tops(search.images, handle, domain);
    look_empty(search.images, domain, storage);
    look_space(search.images, domain, storage);
    return search.images;
}
