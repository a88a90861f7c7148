// SPDX-License-Identifier: GPL-2.0-or-later
// The roster: one entry per guest, in a plain table under one lock.

#include "engine/roster_inside.h"

#include <string.h>

// A guest that could not be read whole, though nothing held it, is looked at again after this time.
#define UNREADABLE_MS 30000
// From so many snapshots on, polls only glance at them, and read all names after so long for each.
#define GLANCE_FROM 500
#define GLANCE_MS   4
// So many different notices are remembered as said.
#define NOTICES 1000

static void entry_free(gpointer data)
{
    Entry *entry = data;

    guest_free(entry->guest);
    picture_unref(entry->picture);
    picture_unref(entry->reach);
    picture_unref(entry->job);
    g_free(entry->digest);
    g_clear_pointer(&entry->suspects, g_hash_table_unref);
    g_free(entry);
}

Roster *roster_new(void)
{
    Roster *roster = g_new0(Roster, 1);

    pthread_mutex_init(&roster->lock, NULL);
    roster->poll_ms = ROSTER_POLL_MS;
    roster->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    roster->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return roster;
}

void roster_free(Roster *roster)
{
    if (!roster)
        return;
    g_hash_table_unref(roster->entries);
    g_hash_table_unref(roster->said);
    g_strfreev(roster->watched);
    g_strfreev(roster->first);
    pthread_mutex_destroy(&roster->lock);
    g_free(roster);
}

static void lock(Roster *roster)
{
    pthread_mutex_lock(&roster->lock);
}

static void unlock(Roster *roster)
{
    pthread_mutex_unlock(&roster->lock);
}

Entry *roster_entry(Roster *roster, const char *uuid)
{
    return g_hash_table_lookup(roster->entries, uuid);
}

unsigned roster_place(const Roster *roster, const char *uuid)
{
    for (unsigned i = 0; roster->watched && roster->watched[i]; i++)
        if (strcmp(roster->watched[i], uuid) == 0)
            return i + 1;
    return 0;
}

// ---- what readers found -----------------------------------------------------------------------

static Guest *guest_copy(const Guest *guest)
{
    Guest *copy = guest_new(guest->uuid, guest->name);

    copy->id = guest->id;
    copy->state = guest->state;
    copy->persistent = guest->persistent;
    copy->snapshots = guest->snapshots;
    return copy;
}

static void free_guest(gpointer guest)
{
    guest_free(guest);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    const Guest *left = *(Guest *const *) a, *right = *(Guest *const *) b;
    int order = strcmp(left->name, right->name);

    return order ? order : strcmp(left->uuid, right->uuid);
}

// Sent with the lock held, so that the lists leave in the order in which they became true.
static void say_host(Roster *roster, Channel *channel)
{
    GHashTableIter iter;
    gpointer value;
    Message *message = message_new(MSG_HOST);

    message->guests = g_ptr_array_new_with_free_func(free_guest);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        g_ptr_array_add(message->guests, guest_copy(entry->guest));
    }
    g_ptr_array_sort(message->guests, by_name);
    roster->counts_changed = false;
    channel_send(channel, message);
}

static Entry *entry_new(Roster *roster, const Guest *guest)
{
    Entry *entry = g_new0(Entry, 1);

    entry->guest = guest_copy(guest);
    entry->place = roster_place(roster, guest->uuid);
    return entry;
}

// Takes over what the list says about a guest that is known already.
static void update_guest(Entry *entry, const Guest *guest)
{
    Guest *update = guest_copy(guest);

    // Started, stopped, renamed: its picture is old, even if the event was lost.
    if (update->state != entry->guest->state || update->id != entry->guest->id ||
        strcmp(update->name, entry->guest->name) != 0)
        entry->stale = true;
    if (update->snapshots == GUEST_UNCOUNTED)
        update->snapshots = entry->guest->snapshots;
    guest_free(entry->guest);
    entry->guest = update;
}

void roster_take_guests(Roster *roster, GPtrArray *guests, Channel *channel)
{
    g_autoptr(GHashTable) old = NULL;

    lock(roster);
    old = roster->entries;
    roster->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    for (guint i = 0; i < guests->len; i++) {
        const Guest *guest = g_ptr_array_index(guests, i);
        Entry *entry = g_hash_table_lookup(old, guest->uuid);

        if (entry) {
            g_hash_table_steal(old, guest->uuid);
            update_guest(entry, guest);
        } else {
            entry = entry_new(roster, guest);
        }
        entry->wanted |= roster->all_wanted;
        entry->afresh |= roster->all_wanted;
        g_hash_table_replace(roster->entries, entry->guest->uuid, entry);
    }
    roster->all_wanted = false;
    say_host(roster, channel);
    unlock(roster);
}

void roster_say_counts(Roster *roster, Channel *channel)
{
    lock(roster);
    if (roster->counts_changed)
        say_host(roster, channel);
    unlock(roster);
}

char *roster_uncounted(Roster *roster)
{
    GHashTableIter iter;
    gpointer value;
    char *uuid = NULL;

    lock(roster);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        if (entry->guest->snapshots == GUEST_UNCOUNTED) {
            uuid = g_strdup(entry->guest->uuid);
            break;
        }
    }
    unlock(roster);
    return uuid;
}

static void set_count(Roster *roster, Entry *entry, int snapshots)
{
    if (entry->guest->snapshots != snapshots)
        roster->counts_changed = true;
    entry->guest->snapshots = snapshots;
}

void roster_take_count(Roster *roster, const char *uuid, int snapshots)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        set_count(roster, entry, snapshots);
    unlock(roster);
}

// A busy guest will soon be free; what cannot be read for other reasons hardly changes by itself.
static gint64 again_after(const Picture *picture)
{
    return picture->domain->control == CONTROL_FREE ? UNREADABLE_MS : ROSTER_AGAIN_MS;
}

void roster_take_picture(Roster *roster, const char *uuid, Picture *picture, const char *digest)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->picture);
        entry->picture = picture_ref(picture);
        g_free(entry->digest);
        entry->digest = g_strdup(digest);
        if (digest) {
            set_count(roster, entry, (int) picture->snapshots->len);
            entry->names_at = thread_clock();
        }
        entry->stale |= picture->unread > 0; // broken off: what is left is read when it is wanted again
        if (!picture->details && !picture->unread && !entry->job)
            entry->again_at = thread_clock() + again_after(picture);
        entry->poll_at = thread_clock() + roster->poll_ms;
    }
    unlock(roster);
}

bool roster_look_begins(Roster *roster, const char *uuid, GHashTable **suspects)
{
    bool afresh = false;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        entry->stale = false;
        entry->looking = true;
    }
    if (entry && !entry->job) {
        afresh = entry->afresh;
        entry->afresh = false;
        *suspects = g_steal_pointer(&entry->suspects);
    }
    unlock(roster);
    return afresh;
}

// With the lock held.
static void suspect(Entry *entry, const char *name)
{
    if (!entry->suspects)
        entry->suspects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(entry->suspects, g_strdup(name));
}

void roster_look_again(Roster *roster, const char *uuid, bool afresh, GHashTable *suspects)
{
    GHashTableIter iter;
    gpointer name;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        entry->afresh |= afresh;
    if (entry && suspects) {
        g_hash_table_iter_init(&iter, suspects);
        while (g_hash_table_iter_next(&iter, &name, NULL))
            suspect(entry, name);
    }
    unlock(roster);
}

void roster_look_ended(Roster *roster, const char *uuid, bool seen)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        entry->asked = entry->looking = false;
        if (!seen)
            entry->again_at = thread_clock() + ROSTER_AGAIN_MS;
    }
    unlock(roster);
}

bool roster_is_wanted(Roster *roster, const char *uuid)
{
    const char *open = NULL;
    Entry *entry;
    bool wanted;

    lock(roster);
    entry = roster_entry(roster, uuid);
    open = roster->watched ? roster->watched[0] : NULL;
    wanted = entry && (entry->place == 1 || !open || !roster_entry(roster, open) ||
                       !(roster_entry(roster, open)->asked || roster_entry(roster, open)->looking));
    unlock(roster);
    return wanted;
}

char **roster_first(Roster *roster, const char *uuid, unsigned *number)
{
    char **names = NULL;

    lock(roster);
    if (roster->first && *number != roster->first_number && roster_place(roster, uuid) == 1) {
        names = g_strdupv(roster->first);
        *number = roster->first_number;
    }
    unlock(roster);
    return names;
}

bool roster_digest_differs(Roster *roster, const char *uuid, const char *digest, int snapshots)
{
    bool differs = false;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        // Without a digest a look is coming anyway, as soon as the guest is free.
        differs = entry->digest && strcmp(entry->digest, digest) != 0;
        set_count(roster, entry, snapshots);
        entry->names_at = thread_clock();
    }
    unlock(roster);
    return differs;
}

Picture *roster_may_glance(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->digest && entry->picture->snapshots->len >= GLANCE_FROM &&
        thread_clock() < entry->names_at + (gint64) entry->picture->snapshots->len * GLANCE_MS)
        picture = picture_ref(entry->picture);
    unlock(roster);
    return picture;
}

Picture *roster_picture(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->picture)
        picture = picture_ref(entry->picture);
    unlock(roster);
    return picture;
}

static Picture *newer(Picture *one, Picture *other)
{
    return !other || (one && one->seen >= other->seen) ? one : other;
}

Picture *roster_reach(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        picture = newer(entry->picture && entry->picture->details ? entry->picture : NULL, entry->reach);
    if (picture)
        picture_ref(picture);
    unlock(roster);
    return picture;
}

void roster_take_reach(Roster *roster, const char *uuid, const Picture *picture)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->reach);
        entry->reach = picture_ref(picture);
    }
    unlock(roster);
}

bool roster_take_working(Roster *roster, const char *uuid, bool working)
{
    bool news = false;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        news = working || entry->working;
        entry->working = working;
    }
    unlock(roster);
    return news;
}

// ---- our own jobs -----------------------------------------------------------------------------

void roster_set_job(Roster *roster, const char *uuid, Picture *before)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->job);
        entry->job = before ? picture_ref(before) : NULL;
    }
    unlock(roster);
}

void roster_suspect(Roster *roster, const char *uuid, const GPtrArray *names)
{
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    for (guint i = 0; entry && i < names->len; i++)
        suspect(entry, names->pdata[i]);
    unlock(roster);
}

Picture *roster_job(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->job)
        picture = picture_ref(entry->job);
    unlock(roster);
    return picture;
}

char **roster_uuids(Roster *roster)
{
    GHashTableIter iter;
    gpointer value;
    g_autoptr(GPtrArray) uuids = g_ptr_array_new();

    lock(roster);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        g_ptr_array_add(uuids, g_strdup(entry->guest->uuid));
    }
    unlock(roster);
    g_ptr_array_add(uuids, NULL);
    return (char **) g_ptr_array_steal(uuids, NULL);
}

char *roster_name(Roster *roster, const char *uuid)
{
    Entry *entry;
    char *name;

    lock(roster);
    entry = roster_entry(roster, uuid);
    name = g_strdup(entry ? entry->guest->name : uuid);
    unlock(roster);
    return name;
}

// A host that refuses the same call at every poll shall not fill the log.
bool roster_is_news(Roster *roster, const Failure *failure)
{
    char *text = failure_text(failure);
    bool news;

    lock(roster);
    if (g_hash_table_size(roster->said) >= NOTICES)
        g_hash_table_remove_all(roster->said);
    news = g_hash_table_add(roster->said, text);
    unlock(roster);
    return news;
}
