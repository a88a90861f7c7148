// SPDX-License-Identifier: GPL-2.0-or-later
// The roster: one entry per guest, in a plain table under one lock; who is listed, and how many snapshots each has.

#include "engine/roster_inside.h"

#include <string.h>

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

// ---- the list of guests -----------------------------------------------------------------------

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

    roster_lock(roster);
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
    roster_unlock(roster);
}

void roster_say_counts(Roster *roster, Channel *channel)
{
    roster_lock(roster);
    if (roster->counts_changed)
        say_host(roster, channel);
    roster_unlock(roster);
}

char *roster_uncounted(Roster *roster)
{
    GHashTableIter iter;
    gpointer value;
    char *uuid = NULL;

    roster_lock(roster);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        if (entry->guest->snapshots == GUEST_UNCOUNTED) {
            uuid = g_strdup(entry->guest->uuid);
            break;
        }
    }
    roster_unlock(roster);
    return uuid;
}

void roster_set_count(Roster *roster, Entry *entry, int snapshots)
{
    if (entry->guest->snapshots != snapshots)
        roster->counts_changed = true;
    entry->guest->snapshots = snapshots;
}

void roster_take_count(Roster *roster, const char *uuid, int snapshots)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        roster_set_count(roster, entry, snapshots);
    roster_unlock(roster);
}

char **roster_uuids(Roster *roster)
{
    GHashTableIter iter;
    gpointer value;
    g_autoptr(GPtrArray) uuids = g_ptr_array_new();

    roster_lock(roster);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        g_ptr_array_add(uuids, g_strdup(entry->guest->uuid));
    }
    roster_unlock(roster);
    g_ptr_array_add(uuids, NULL);
    return (char **) g_ptr_array_steal(uuids, NULL);
}

char *roster_name(Roster *roster, const char *uuid)
{
    Entry *entry;
    char *name;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    name = g_strdup(entry ? entry->guest->name : uuid);
    roster_unlock(roster);
    return name;
}

// A host that refuses the same call at every poll shall not fill the log.
bool roster_is_news(Roster *roster, const Failure *failure)
{
    char *text = failure_text(failure);
    bool news;

    roster_lock(roster);
    if (g_hash_table_size(roster->said) >= NOTICES)
        g_hash_table_remove_all(roster->said);
    news = g_hash_table_add(roster->said, text);
    roster_unlock(roster);
    return news;
}
