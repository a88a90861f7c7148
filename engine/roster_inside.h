// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of the roster, for engine/roster*.c only.
#pragma once

#include "engine/roster.h"
#include "engine/thread.h"

typedef struct Entry {
    Guest *guest;
    Picture *picture; // the last one sent; NULL: none
    char *digest;     // of that picture; NULL: unknown
    Picture *reach;   // as it was read for the plans of others; NULL: not yet
    Picture *job;     // our running job's picture; NULL: no job of ours
    unsigned place;   // 1: open on screen, 2...: visible, 0: not watched
    bool stale;       // what was read no longer holds
    bool wanted;      // to be looked at even if nobody watches it
    bool working;     // others' block jobs were told of
    bool asked;       // a look is waiting or under way
    bool looking;     // a look is under way
    bool afresh;      // the next look takes nothing as known
    GHashTable *suspects; // names of snapshots that the next look reads again; NULL: none
    gint64 poll_at;
    gint64 names_at; // when all its snapshots' names were read last
    gint64 again_at; // 0: not
} Entry;

struct Roster {
    pthread_mutex_t lock;
    GHashTable *entries; // uuid -> Entry
    bool guests_stale;
    bool events;
    bool counts_changed;
    bool all_wanted; // once the list of guests is there
    gint64 guests_at;
    GHashTable *said; // texts of notices since the connection was made
    unsigned poll_ms;
    char **watched;   // as told, also for guests that are not listed yet
    char **first;     // snapshots of the open guest that are wanted before the others
    unsigned first_number;
};

static inline void roster_lock(Roster *roster)
{
    pthread_mutex_lock(&roster->lock);
}

static inline void roster_unlock(Roster *roster)
{
    pthread_mutex_unlock(&roster->lock);
}

// All below with the lock held.

// The entry of a guest, or NULL.
Entry *roster_entry(Roster *roster, const char *uuid);

// The guest's place on screen: see Entry.place.
unsigned roster_place(const Roster *roster, const char *uuid);

// Takes over how many snapshots a guest has; a number that is new is said with the next list.
void roster_set_count(Roster *roster, Entry *entry, int snapshots);
