// SPDX-License-Identifier: GPL-2.0-or-later
// The roster's part in time: what became stale, what is wanted, and when what is due.

#include "engine/roster_inside.h"

#include <string.h>

// Without lifecycle events the list of guests is read this often.
#define GUESTS_MS 5000

void roster_restart(Roster *roster, bool events)
{
    GHashTableIter iter;
    gpointer value;

    roster_lock(roster);
    roster->events = events;
    roster->guests_stale = true;
    g_hash_table_remove_all(roster->said);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        entry->stale = entry->afresh = true;
        entry->asked = false;
        entry->again_at = 0;
    }
    roster_unlock(roster);
}

void roster_mark_stale(Roster *roster, const char *uuid)
{
    Entry *entry;

    roster_lock(roster);
    entry = uuid ? roster_entry(roster, uuid) : NULL;
    if (entry)
        entry->stale = true;
    if (!uuid)
        roster->guests_stale = true;
    roster_unlock(roster);
}

void roster_watch(Roster *roster, const char *const *uuids)
{
    GHashTableIter iter;
    gpointer value;

    roster_lock(roster);
    g_strfreev(roster->watched);
    roster->watched = g_strdupv((char **) uuids);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        entry->place = roster_place(roster, entry->guest->uuid);
    }
    roster_unlock(roster);
}

void roster_tell_first(Roster *roster, const char *const *names)
{
    roster_lock(roster);
    g_strfreev(roster->first);
    roster->first = g_strdupv((char **) names);
    roster->first_number++;
    roster_unlock(roster);
}

void roster_poll_every(Roster *roster, unsigned milliseconds)
{
    roster_lock(roster);
    roster->poll_ms = milliseconds;
    roster_unlock(roster);
}

void roster_want(Roster *roster, const char *uuid)
{
    roster_lock(roster);
    if (!uuid) {
        roster->guests_stale = true;
        roster->all_wanted = true;
    } else if (roster_entry(roster, uuid)) {
        roster_entry(roster, uuid)->wanted = roster_entry(roster, uuid)->afresh = true;
    }
    roster_unlock(roster);
}

static void earliest(gint64 *next, gint64 when)
{
    if (*next == 0 || when < *next)
        *next = when;
}

// While the open guest is being read, the others wait; the end of that look wakes who schedules.
static bool open_is_read(Roster *roster)
{
    const Entry *open = roster->watched && roster->watched[0] ? roster_entry(roster, roster->watched[0]) : NULL;

    return open && open->looking;
}

// Adds what is due for one guest, and moves `next` to when it is due by itself again.
static void schedule_entry(Roster *roster, Entry *entry, Worklist *work, gint64 now, gint64 *next)
{
    bool again = entry->again_at && entry->again_at <= now;
    bool first = !entry->picture && !entry->asked && !entry->again_at;
    bool line_is_free = entry->place == 1 || !open_is_read(roster);
    bool look = entry->wanted || (entry->place && line_is_free && (entry->stale || again || first));

    if (look) {
        worklist_add(work, entry->place == 1 ? WORK_LOOK_OPEN : WORK_LOOK, entry->guest->uuid);
        entry->wanted = entry->stale = false;
        entry->asked = true;
        entry->again_at = 0;
        entry->poll_at = now + roster->poll_ms;
    }
    if (!entry->place || entry->job)
        return;
    if (entry->poll_at <= now) {
        worklist_add(work, WORK_POLL, entry->guest->uuid);
        entry->poll_at = now + roster->poll_ms;
    }
    earliest(next, entry->poll_at);
    if (entry->again_at > now) // what is overdue waits for the end of a look, which wakes by itself
        earliest(next, entry->again_at);
}

gint64 roster_schedule(Roster *roster, Worklist *work)
{
    GHashTableIter iter;
    gpointer value;
    gint64 now = thread_clock(), next = 0;
    bool uncounted = false;

    roster_lock(roster);
    if (roster->guests_stale || (!roster->events && roster->guests_at <= now)) {
        worklist_add(work, WORK_GUESTS, NULL);
        roster->guests_stale = false;
        roster->guests_at = now + GUESTS_MS;
    }
    if (!roster->events)
        earliest(&next, roster->guests_at);
    g_hash_table_iter_init(&iter, roster->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;

        schedule_entry(roster, entry, work, now, &next);
        uncounted |= entry->guest->snapshots == GUEST_UNCOUNTED;
    }
    if (uncounted)
        worklist_add(work, WORK_COUNT, NULL);
    roster_unlock(roster);
    return next;
}
