// SPDX-License-Identifier: GPL-2.0-or-later
// Records arrive, and are shown on the way.

#include "engine/virt/reading.h"

#include "engine/model/reread.h"
#include "engine/model/tongue.h"
#include "engine/thread.h"
#include "engine/virt/errand.h"

// With fewer records to read nothing is shown on the way: all of them will be there in a moment.
#define WORTH_SHOWING 16
// So often the watcher is told how far it is.
#define TELL_MS 250

typedef struct Arrival {
    const Reading *reading;
    const Records *records;
    Images *images; // for the pictures on the way

    // For all below: an errand calls one at a time.
    GPtrArray *snapshots; // of Snapshot, one for each handle: unread, known or read; NULL: gone
    guint next;           // all before it are read, or being read
    GHashTable *places;   // name -> place of an unread one + 1; NULL: nobody asks for an order
    GArray *first;        // of guint: places that are wanted before the others, the most wanted last
    unsigned first_number;
    bool showing; // the watcher has no better picture than one on the way
    bool stopped; // the watcher has seen enough
    char *why;    // the first one in the list that cannot be read
    guint why_place;
    gint64 tell_at; // when the watcher is told next; 0: never
} Arrival;

static void unref_snapshot(gpointer snapshot)
{
    if (snapshot)
        snapshot_unref(snapshot);
}

static bool is_unread(const Arrival *arrival, guint place)
{
    const Snapshot *snapshot = arrival->snapshots->pdata[place];

    return snapshot && snapshot->unread;
}

// ---- on the way -------------------------------------------------------------------------------

static GPtrArray *take_snapshots(const Arrival *arrival)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(unref_snapshot);

    for (guint i = 0; i < arrival->snapshots->len; i++)
        if (arrival->snapshots->pdata[i])
            g_ptr_array_add(snapshots, snapshot_ref(arrival->snapshots->pdata[i]));
    return snapshots;
}

static Picture *picture_so_far(const Arrival *arrival)
{
    Picture *picture = picture_new(domain_ref(arrival->reading->domain), take_snapshots(arrival),
                                   arrival->records->current, images_ref(arrival->images));

    picture->details = false;
    picture->incomplete = g_strdup_printf(_("Its snapshots are being read: %u of %u."),
                                          picture->snapshots->len - picture->unread, picture->snapshots->len);
    return picture;
}

static void tell(Arrival *arrival)
{
    const LookWatch *watch = arrival->reading->look->watch;

    arrival->stopped = !watch->so_far(watch->data, arrival->showing ? picture_so_far(arrival) : NULL);
    arrival->tell_at = thread_clock() + TELL_MS;
}

// ---- the order --------------------------------------------------------------------------------

static void note_places(Arrival *arrival)
{
    arrival->places = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < arrival->snapshots->len; i++)
        if (is_unread(arrival, i))
            g_hash_table_insert(arrival->places, ((Snapshot *) arrival->snapshots->pdata[i])->name,
                                GUINT_TO_POINTER(i + 1));
}

static void ask_order(Arrival *arrival)
{
    const LookWatch *watch = arrival->reading->look->watch;
    g_auto(GStrv) names = arrival->places ? watch->first(watch->data, &arrival->first_number) : NULL;

    if (!names)
        return;
    g_array_set_size(arrival->first, 0);
    for (guint i = g_strv_length(names); i-- > 0;) {
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(arrival->places, names[i]));

        if (place-- > 0)
            g_array_append_val(arrival->first, place);
    }
}

// The next one to read. Its name leaves the table, which marks it as taken.
static bool take_place(Arrival *arrival, guint *place)
{
    ask_order(arrival);
    while (arrival->first->len > 0) {
        *place = g_array_index(arrival->first, guint, arrival->first->len - 1);
        g_array_set_size(arrival->first, arrival->first->len - 1);
        if (g_hash_table_remove(arrival->places, ((Snapshot *) arrival->snapshots->pdata[*place])->name))
            return true;
    }
    for (; arrival->next < arrival->snapshots->len; arrival->next++) {
        *place = arrival->next;
        if (!is_unread(arrival, *place))
            continue;
        if (!arrival->places) {
            arrival->next++;
            return true;
        }
        if (g_hash_table_remove(arrival->places, ((Snapshot *) arrival->snapshots->pdata[*place])->name))
            return true;
    }
    return false;
}

// ---- the calls --------------------------------------------------------------------------------

static void keep(Arrival *arrival, guint place, Snapshot *snapshot, char *why)
{
    const Snapshot *unread = arrival->snapshots->pdata[place];

    if (why)
        snapshot->parent = g_strdup(unread->parent); // as far as it is known
    unref_snapshot(arrival->snapshots->pdata[place]);
    arrival->snapshots->pdata[place] = snapshot;
    if (!why || (arrival->why && arrival->why_place < place)) {
        g_free(why);
        return;
    }
    g_free(arrival->why);
    arrival->why = why;
    arrival->why_place = place;
}

typedef struct Reply {
    Snapshot *snapshot; // NULL: it went meanwhile
    char *why;          // it cannot be read; NULL: it was
} Reply;

// Errand.take
static bool next_unread(void *data, guint *place)
{
    Arrival *arrival = data;

    return !arrival->stopped && take_place(arrival, place);
}

// Errand.ask
static void *read_record(LvSnapshot *handle, bool *sure)
{
    Reply *reply = g_new0(Reply, 1);

    reply->snapshot = records_read_one(handle, &reply->why);
    *sure = reply->snapshot && !reply->why;
    return reply;
}

// Errand.deliver
static void take_reply(void *data, guint place, void *result)
{
    Arrival *arrival = data;
    Reply *reply = result;

    keep(arrival, place, reply->snapshot, reply->why);
    g_free(reply);
    if (arrival->tell_at && thread_clock() >= arrival->tell_at && !arrival->stopped)
        tell(arrival);
}

// Errand.drop
static void drop_reply(void *result)
{
    Reply *reply = result;

    unref_snapshot(reply->snapshot);
    g_free(reply->why);
    g_free(reply);
}

// Until its own record says more, one that was known before stands where it stood.
static void take_old_parent(Snapshot *unread, const Picture *old)
{
    const Snapshot *before = old ? picture_snapshot(old, unread->name) : NULL;

    if (before && !unread->parent)
        unread->parent = g_strdup(before->parent);
}

// Puts in what is known; returns how many are left to read.
static guint spare_known(Arrival *arrival, bool parents)
{
    const Look *look = arrival->reading->look;
    const Picture *known = look->afresh ? NULL : look->old;
    g_autoptr(GPtrArray) spares =
        reread_spare(arrival->snapshots, parents, arrival->records->current, known, look->suspects);
    guint left = 0;

    for (guint i = 0; i < spares->len; i++) {
        if (!spares->pdata[i]) {
            take_old_parent(arrival->snapshots->pdata[i], parents ? NULL : look->old);
            left++;
            continue;
        }
        unref_snapshot(arrival->snapshots->pdata[i]);
        arrival->snapshots->pdata[i] = snapshot_ref(spares->pdata[i]);
    }
    return left;
}

// Parents are worth their calls when they spare others, or when somebody sees them before the rest is there.
static bool find_parents(Arrival *arrival, Helper *helper)
{
    const Reading *reading = arrival->reading;
    const Look *look = reading->look;
    bool seen = look_shows(look) && arrival->snapshots->len >= WORTH_SHOWING;
    bool known = look->old && reread_same_names(arrival->snapshots, arrival->records->current, look->old);

    return !known && (seen || (look->old && !look->afresh)) &&
           records_find_parents(reading->connection, helper, arrival->records, arrival->snapshots);
}

static void begin_telling(Arrival *arrival)
{
    const Domain *domain = arrival->reading->domain;
    const Picture *old = arrival->reading->look->old;

    images_tell_definition(arrival->images, domain->live, TOLD_BY_LIVE);
    images_tell_definition(arrival->images, domain->inactive, TOLD_BY_RECORD);
    note_places(arrival);
    arrival->showing = look_shows(arrival->reading->look) && (!old || old->unread);
    tell(arrival);
}

static bool is_cut_short(const Arrival *arrival)
{
    bool cut = false;

    for (guint i = 0; arrival->stopped && i < arrival->snapshots->len && !cut; i++)
        cut = is_unread(arrival, i);
    return cut;
}

static char *why_incomplete(Arrival *arrival)
{
    if (is_cut_short(arrival))
        return g_strdup(_("Not all of its snapshots were read, since another guest was opened."));
    return g_steal_pointer(&arrival->why);
}

static void arrival_clear(Arrival *arrival)
{
    g_free(arrival->why);
    g_ptr_array_unref(arrival->snapshots);
    g_array_unref(arrival->first);
    g_clear_pointer(&arrival->places, g_hash_table_unref);
    images_unref(arrival->images);
}

// About how many records have to be read, before it is known for sure.
static guint count_new(const Arrival *arrival)
{
    const Look *look = arrival->reading->look;
    guint n = arrival->snapshots->len, known = look->old && !look->afresh ? look->old->snapshots->len : 0;

    return n > known ? n - known : 0;
}

GPtrArray *reading_run(const Reading *reading, const Records *records, char **incomplete)
{
    Arrival arrival = {.reading = reading, .records = records, .images = images_new()};
    Errand errand = {&arrival, 0, next_unread, read_record, take_reply, drop_reply};
    g_autoptr(Helper) helper = NULL;
    GPtrArray *snapshots;

    arrival.snapshots = records_names(records);
    arrival.first = g_array_new(FALSE, FALSE, sizeof(guint));
    helper = helper_begin(reading->connection, reading->look->uuid, count_new(&arrival));
    errand.n = spare_known(&arrival, find_parents(&arrival, helper));
    if (errand.n >= WORTH_SHOWING && reading->look->watch)
        begin_telling(&arrival);
    errand_run(reading->connection, helper, records->handles, &errand);
    snapshots = take_snapshots(&arrival);
    if (!*incomplete)
        *incomplete = why_incomplete(&arrival);
    arrival_clear(&arrival);
    return snapshots;
}
