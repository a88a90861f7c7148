// SPDX-License-Identifier: GPL-2.0-or-later
// The roster's part in looks: what they found, what the next one must read again, and what our own jobs have to do with
// that.

#include "engine/roster_inside.h"

#include <string.h>

// A guest that could not be read whole, though nothing held it, is looked at again after this time.
#define UNREADABLE_MS 30000
// From so many snapshots on, polls only glance at them, and read all names after so long for each.
#define GLANCE_FROM 500
#define GLANCE_MS   4

// A busy guest will soon be free; what cannot be read for other reasons hardly changes by itself.
static gint64 again_after(const Picture *picture)
{
    return picture->domain->control == CONTROL_FREE ? UNREADABLE_MS : ROSTER_AGAIN_MS;
}

void roster_take_picture(Roster *roster, const char *uuid, Picture *picture, const char *digest)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->picture);
        entry->picture = picture_ref(picture);
        g_free(entry->digest);
        entry->digest = g_strdup(digest);
        if (digest) {
            roster_set_count(roster, entry, (int) picture->snapshots->len);
            entry->names_at = thread_clock();
        }
        entry->stale |= picture->unread > 0; // broken off: what is left is read when it is wanted again
        if (!picture->details && !picture->unread && !entry->job)
            entry->again_at = thread_clock() + again_after(picture);
        entry->poll_at = thread_clock() + roster->poll_ms;
    }
    roster_unlock(roster);
}

bool roster_look_begins(Roster *roster, const char *uuid, GHashTable **suspects)
{
    bool afresh = false;
    Entry *entry;

    roster_lock(roster);
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
    roster_unlock(roster);
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

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        entry->afresh |= afresh;
    if (entry && suspects) {
        g_hash_table_iter_init(&iter, suspects);
        while (g_hash_table_iter_next(&iter, &name, NULL))
            suspect(entry, name);
    }
    roster_unlock(roster);
}

void roster_look_ended(Roster *roster, const char *uuid, bool seen)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        entry->asked = entry->looking = false;
        if (!seen)
            entry->again_at = thread_clock() + ROSTER_AGAIN_MS;
    }
    roster_unlock(roster);
}

bool roster_is_wanted(Roster *roster, const char *uuid)
{
    const char *open = NULL;
    Entry *entry;
    bool wanted;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    open = roster->watched ? roster->watched[0] : NULL;
    wanted = entry && (entry->place == 1 || !open || !roster_entry(roster, open) ||
                       !(roster_entry(roster, open)->asked || roster_entry(roster, open)->looking));
    roster_unlock(roster);
    return wanted;
}

char **roster_first(Roster *roster, const char *uuid, unsigned *number)
{
    char **names = NULL;

    roster_lock(roster);
    if (roster->first && *number != roster->first_number && roster_place(roster, uuid) == 1) {
        names = g_strdupv(roster->first);
        *number = roster->first_number;
    }
    roster_unlock(roster);
    return names;
}

bool roster_digest_differs(Roster *roster, const char *uuid, const char *digest, int snapshots)
{
    bool differs = false;
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        // Without a digest a look is coming anyway, as soon as the guest is free.
        differs = entry->digest && strcmp(entry->digest, digest) != 0;
        roster_set_count(roster, entry, snapshots);
        entry->names_at = thread_clock();
    }
    roster_unlock(roster);
    return differs;
}

Picture *roster_may_glance(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->digest && entry->picture->snapshots->len >= GLANCE_FROM &&
        thread_clock() < entry->names_at + (gint64) entry->picture->snapshots->len * GLANCE_MS)
        picture = picture_ref(entry->picture);
    roster_unlock(roster);
    return picture;
}

Picture *roster_picture(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->picture)
        picture = picture_ref(entry->picture);
    roster_unlock(roster);
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

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry)
        picture = newer(entry->picture && entry->picture->details ? entry->picture : NULL, entry->reach);
    if (picture)
        picture_ref(picture);
    roster_unlock(roster);
    return picture;
}

void roster_take_reach(Roster *roster, const char *uuid, const Picture *picture)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->reach);
        entry->reach = picture_ref(picture);
    }
    roster_unlock(roster);
}

bool roster_take_working(Roster *roster, const char *uuid, bool working)
{
    bool news = false;
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        news = working || entry->working;
        entry->working = working;
    }
    roster_unlock(roster);
    return news;
}

// ---- our own jobs -----------------------------------------------------------------------------

void roster_set_job(Roster *roster, const char *uuid, Picture *before)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry) {
        picture_unref(entry->job);
        entry->job = before ? picture_ref(before) : NULL;
    }
    roster_unlock(roster);
}

void roster_suspect(Roster *roster, const char *uuid, const GPtrArray *names)
{
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    for (guint i = 0; entry && i < names->len; i++)
        suspect(entry, names->pdata[i]);
    roster_unlock(roster);
}

Picture *roster_job(Roster *roster, const char *uuid)
{
    Picture *picture = NULL;
    Entry *entry;

    roster_lock(roster);
    entry = roster_entry(roster, uuid);
    if (entry && entry->job)
        picture = picture_ref(entry->job);
    roster_unlock(roster);
    return picture;
}
