// SPDX-License-Identifier: GPL-2.0-or-later
// The front door of the engine: one per host.
//
// Every function returns at once and may be called from the front end's thread only; what comes of
// it arrives as messages. Inside live a connection with its readers, a second connection for jobs,
// and a thread per running job; libvirt's event loop thread is shared by all engines.
#pragma once

#include "engine/message.h"
#include "engine/model/journal_entry.h"

typedef struct Engine Engine;

typedef enum EngineFlags {
    ENGINE_READ_WRITE = 0,
    ENGINE_READ_ONLY = 1 << 0, // virConnectOpenReadOnly: nothing can be changed
    ENGINE_NO_RETRY = 1 << 1,  // one try to connect, for the command line
    ENGINE_WHOLE_PICTURES = 1 << 2, // DOMAIN is sent when a look at a guest has ended, not on the way
    ENGINE_KEEP_TEXTS = 1 << 3, // what was saved before a job stays after its good end
} EngineFlags;

// Starts an engine; connecting goes on behind. `uri` NULL: libvirt's default.
// Source of defaults and aliases: libvirt's own (LIBVIRT_DEFAULT_URI, libvirt.conf).
Engine *engine_start(const char *uri, EngineFlags flags);

// Asks it to end. Running jobs are finished first; those that wait are withdrawn, or after engine_leave() carried out
// too. STOPPED comes last.
void engine_stop(Engine *engine);

// Joins its threads and frees it. Call after STOPPED was received; before it, waits for it.
void engine_free(Engine *engine);

// Readable when a message waits: for poll().
int engine_fd(const Engine *engine);

// The next message, owned by the caller; NULL when none waits.
Message *engine_next(Engine *engine);

// Which guests are on screen (NULL-terminated uuids, the open one first): those are polled for changes made by others,
// two calls each per interval, and of one that runs one more, and one for each disk. The first also gets its full
// picture; a guest that is watched for the first time gets one read soon.
void engine_watch(Engine *engine, const char *const *uuids);

// Of the guest that is open these snapshots are on screen, or nearly (NULL-terminated names, the most wanted first):
// while its records arrive, theirs are read before the others.
void engine_first(Engine *engine, const char *const *names);

// How long an interval is, in milliseconds; 1500 unless it is told.
void engine_poll_every(Engine *engine, unsigned milliseconds);

// Reads one guest (uuid), or all (NULL), anew.
void engine_refresh(Engine *engine, const char *uuid);

// Plans from a fresh look. The answer is a PLAN message with the ticket returned here.
guint64 engine_plan(Engine *engine, const Wish *wish);

// Reads libvirt's XML of a snapshot, or for NULL of the guest. The answer is a TEXT message with the ticket
// returned here. Passwords are not in it.
guint64 engine_read_text(Engine *engine, const char *uuid, const char *snapshot);

// Runs exactly this plan: a fresh look, the same plan again, the steps. Returns the job's number,
// which JOB_STARTED and all later news carry. At most three jobs run at once, one per guest; others
// wait, and JOB_STARTED says that their turn has come. A plan that comes out different ends as
// JOB_CHANGED, one that is no longer lawful as JOB_REFUSED.
guint64 engine_run(Engine *engine, const Plan *plan);

// What is in the journal, for those that may wait for a disk (of JournalFound): jobs that run, that were cut off, or
// ended with nobody there. Reads a few small files. With `set_aside`, entries that cannot be believed are renamed, so
// that they are told once. NULL and `failure` if the journal cannot be read.
GPtrArray *engine_journal(bool set_aside, Failure **failure);

// Removes an entry and the texts saved beside it; nothing else is done about it. False and `failure`.
bool engine_forget(const char *id, Failure **failure);

// The same three without waiting for a disk: reads the journal, setting aside what cannot be believed (the answer is a
// JOURNAL message with the ticket returned here); removes an entry (a NOTICE if that fails); reads the audit log (an
// AUDIT message).
guint64 engine_list_journal(Engine *engine);
void engine_drop(Engine *engine, const char *id);
guint64 engine_read_audit(Engine *engine);

// Writes a small file of the front end's, in a folder of its own, both for this user alone. The answer is a KEPT
// message. What was asked for is still written after engine_stop().
guint64 engine_keep(Engine *engine, const char *path, const char *text);

// What a look at the guest tells about a job that was cut off. The answer is a PLAN message with the ticket returned
// here: `remains`, and with it as `plan` what finishing would do. `lose_now`: what NOW wrote since is given up.
guint64 engine_examine(Engine *engine, const char *id, bool lose_now);

// Finishes such a job, or takes it back, as engine_run() runs a plan; `shown` is what the operator was shown, and if
// that does not hold any more it ends as JOB_CHANGED. 0 and `failure` if the entry cannot be had.
guint64 engine_take_up(Engine *engine, const char *id, bool undo, bool lose_now, const Remains *shown,
                       Failure **failure);

// The same without waiting for a disk, and nothing is given up for it: a NOTICE says if the entry cannot be had.
void engine_resume(Engine *engine, const char *id, bool undo, const Remains *shown);

// From now on nobody hears how jobs end: the journal keeps it for the next start. To be called before engine_stop().
void engine_leave(Engine *engine);

// Aborts the running step where libvirt can (creating with memory), else stops before the next
// step; a merge that runs goes on to its end. A job that waits is withdrawn: it ends without having
// started.
void engine_cancel(Engine *engine, guint64 job);

// Answers an ASK. `answers` NULL: the operator declined.
void engine_answer(Engine *engine, guint64 ticket, const char *const *answers);

// Tries to connect again now instead of after the pause.
void engine_reconnect(Engine *engine);
