// SPDX-License-Identifier: GPL-2.0-or-later
// The roster: what the engine knows of each guest, and what it still has to find out.
//
// All engine threads share it; every function locks. libvirt's callbacks mark guests stale here,
// readers leave their pictures here, and the keeper asks what is due. It makes no libvirt call.
#pragma once

#include "engine/channel.h"
#include "engine/worklist.h"

// How often watched guests are polled: what others change is on screen within 2 s. (What leaves both the number of
// thousands of snapshots and the current one as they were: see roster_may_glance().)
#define ROSTER_POLL_MS 1500
// How soon a guest that was busy is looked at again.
#define ROSTER_AGAIN_MS 2000

typedef struct Roster Roster;

Roster *roster_new(void);
void roster_free(Roster *roster);

// ---- what is due ------------------------------------------------------------------------------

// A new connection: nothing that is known holds any more. `events`: the connection tells of changed
// states; otherwise the list of guests is polled too.
void roster_restart(Roster *roster, bool events);

// Something happened to a guest (NULL: to the list of guests).
void roster_mark_stale(Roster *roster, const char *uuid);

// Which guests are on screen, the open one first (NULL-terminated; NULL: none).
void roster_watch(Roster *roster, const char *const *uuids);

// How often guests on screen are polled, in milliseconds; ROSTER_POLL_MS unless it is told.
void roster_poll_every(Roster *roster, unsigned milliseconds);

// Of the open guest these snapshots are on screen, or nearly (NULL-terminated, the most wanted first).
void roster_tell_first(Roster *roster, const char *const *names);

// Wants a guest (NULL: all of them, and the list) looked at, whether watched or not, and nothing taken as known.
void roster_want(Roster *roster, const char *uuid);

// Adds what is due to the work list. Returns when to call again (as thread_clock() counts), or 0
// when nothing will be due by itself.
gint64 roster_schedule(Roster *roster, Worklist *work);

// ---- what readers found -----------------------------------------------------------------------

// Takes over the list of guests (of Guest) and says HOST. Guests that are gone are forgotten.
void roster_take_guests(Roster *roster, GPtrArray *guests, Channel *channel);

// Says HOST if a count has changed since it was said last.
void roster_say_counts(Roster *roster, Channel *channel);

// A guest whose snapshots were never counted, or NULL. The caller frees the uuid.
char *roster_uncounted(Roster *roster);
void roster_take_count(Roster *roster, const char *uuid, int snapshots);

// Takes over a picture. `digest`: what a poll has to find for it to hold; NULL: unknown. A picture
// without details is followed by another look soon.
void roster_take_picture(Roster *roster, const char *uuid, Picture *picture, const char *digest);

// A look begins: what happened before it makes nothing stale any more. True: all is to be read again. `suspects` gets
// the names (as keys) of snapshots whose records an act of ours may have changed since the last look, NULL: none; the
// caller unrefs it. While one of our jobs holds the guest both are kept for the look after it.
bool roster_look_begins(Roster *roster, const char *uuid, GHashTable **suspects);

// Is the look that is under way still wanted? Not while another guest, the open one, waits for the same line.
bool roster_is_wanted(Roster *roster, const char *uuid);

// The snapshots of a guest that are wanted before the others (NULL-terminated; the caller frees it). NULL: nothing has
// changed since `number`, which is renewed.
char **roster_first(Roster *roster, const char *uuid, unsigned *number);

// A look found nothing out about the snapshots: what roster_look_begins() gave it is for the next one.
void roster_look_again(Roster *roster, const char *uuid, bool afresh, GHashTable *suspects);

// A look ended. A watched guest of which nothing was seen is looked at again, but not at once.
void roster_look_ended(Roster *roster, const char *uuid, bool seen);

// Thousands of names cost too much for every poll: in between their number and the current one will do, which nearly
// every change changes. `uuid`'s last picture as a new reference if that is so now, else NULL.
Picture *roster_may_glance(Roster *roster, const char *uuid);

// Does a poll's digest differ from that of the last picture? Remembers the count.
bool roster_digest_differs(Roster *roster, const char *uuid, const char *digest, int snapshots);

// The last picture of a guest, a new reference; NULL: none.
Picture *roster_picture(Roster *roster, const char *uuid);

// What was read last of a guest, for itself or for the plans of others: whose records need not be read again while its
// names are the same. A new reference; NULL: none.
Picture *roster_reach(Roster *roster, const char *uuid);
void roster_take_reach(Roster *roster, const char *uuid, const Picture *picture);

// Do others' block jobs run on a guest? Remembers it. True if that is worth a message: they run, or did so when
// this was called last.
bool roster_take_working(Roster *roster, const char *uuid, bool working);

// ---- our own jobs -----------------------------------------------------------------------------

// While one of our jobs holds a guest, only its state is read. `before` is the picture the job
// started from, or NULL when the job has ended.
void roster_set_job(Roster *roster, const char *uuid, Picture *before);

// A job of ours may change the records of these snapshots (of char *).
void roster_suspect(Roster *roster, const char *uuid, const GPtrArray *names);

// The picture our running job on the guest started from, a new reference; NULL: no job of ours.
Picture *roster_job(Roster *roster, const char *uuid);

// The uuids of all guests, NULL-terminated. The caller frees them.
char **roster_uuids(Roster *roster);

// The name of a guest, or its uuid if it is not known. The caller frees it.
char *roster_name(Roster *roster, const char *uuid);

// Was this failure not said yet since the connection was made? Remembers it as said.
bool roster_is_news(Roster *roster, const Failure *failure);
