// SPDX-License-Identifier: GPL-2.0-or-later
// What the engine says. Each message goes as one pointer down the pipe; ownership moves with it.
//
// The order is the order in which things happened. JOB_ENDED comes exactly once and last of its
// job; STOPPED is the last of all. Switches over the kinds have no default, so that the compiler
// lists what a new kind forgot.
#pragma once

#include "engine/model/audit.h"
#include "engine/model/host.h"
#include "engine/model/journal_entry.h"
#include "engine/model/picture.h"
#include "engine/model/remains.h"

typedef enum MessageKind {
    MSG_CONNECTED,    // host: facts are known
    MSG_LOST,         // failure: no connection (first try or later); retry_ms until the next try
    MSG_ASK,          // ask: libvirt wants credentials; answer with engine_answer()
    MSG_HOST,         // guests: the list of guests, replaces the old
    MSG_DOMAIN,       // picture: one guest, replaces the old
    MSG_WORK,         // work: block jobs on a watched guest that are none of ours, replaces the old
    MSG_PLAN,         // plan: the answer to engine_plan(), by ticket
    MSG_TEXT,         // text: the answer to engine_read_text(), by ticket
    MSG_JOURNAL,      // journal: the answer to engine_list_journal(), by ticket
    MSG_AUDIT,        // audit: the answer to engine_read_audit(), by ticket
    MSG_KEPT,         // kept: the answer to engine_keep(), by ticket
    MSG_JOB_QUEUED,   // job: others are before it; JOB_STARTED comes when its turn has come
    MSG_JOB_STARTED,  // job
    MSG_JOB_STEP,     // job: a step began (step.state running) or ended (done, failed)
    MSG_JOB_PROGRESS, // job: replaces older progress of the same job
    MSG_JOB_ENDED,    // job
    MSG_NOTICE,       // failure: something the operator should know; goes to the log view
    MSG_STOPPED,      // the engine is gone
} MessageKind;

// One guest in the list. Cheap: no snapshot is read for it beyond counting.
typedef struct Guest {
    char *uuid;
    char *name;
    int id;
    DomainState state;
    bool persistent;
    int snapshots; // or one of the two below
} Guest;

#define GUEST_UNCOUNTED   (-1) // its snapshots were not counted yet
#define GUEST_UNCOUNTABLE (-2) // they cannot be counted

// What went wrong: what we did, what libvirt said, what to do. Any text may be NULL but `what`.
typedef struct Failure {
    char *what;   // a sentence: what we were doing, and that it failed
    char *said;   // libvirt's own text; without a code the system's, or another program's
    int code;     // virErrorNumber; 0: not from libvirt
    int domain;   // virErrorDomain
    char *advice; // what to do next
} Failure;

// A block job that another program, or another virt-snap, runs on a guest.
typedef struct BlockJob {
    char *kind; // "block commit"
    char *disk; // target
    guint64 done, total; // bytes; total 0: not told
} BlockJob;

typedef struct Credential {
    char *prompt;
    char *challenge; // what is shown as context; may be NULL
    char *preset;    // default answer; may be NULL
    bool secret;     // do not echo
} Credential;

typedef enum StepState {
    STEP_RUNNING,
    STEP_DONE,
    STEP_FAILED,
} StepState;

typedef enum JobOutcome {
    JOB_DONE,
    JOB_FAILED,
    JOB_REFUSED, // the fresh look made it unlawful
    JOB_CHANGED, // the guest changed since the plan was shown: nothing was touched
    JOB_CANCELLED,
} JobOutcome;

// How far a step is. Bytes are exact where libvirt tells; else total is 0 and only time runs.
typedef struct Progress {
    guint64 done;
    guint64 total;
    bool finishing;    // all is copied; the pivot is under way
    gint64 elapsed_ms; // since the step began
    char disk[16];     // the disk it speaks of; "" for all
} Progress;

typedef struct JobNews {
    guint64 job;
    char *uuid;    // guest
    char *title;   // the plan's
    Plan *plan;    // JOB_QUEUED and JOB_STARTED, which comes once more where finishing takes other steps
    unsigned step; // index into plan->steps
    unsigned steps;
    StepState step_state; // JOB_STEP
    Progress progress;    // JOB_PROGRESS
    JobOutcome outcome;   // JOB_ENDED
    Failure *failure;     // JOB_ENDED and a failed JOB_STEP; NULL when all went well
    char *story;          // JOB_ENDED: one or two sentences; names deviations from the plan
} JobNews;

typedef struct Message {
    MessageKind kind;
    union {
        Host *host;        // CONNECTED
        GPtrArray *guests; // HOST: of Guest
        Picture *picture;  // DOMAIN
        struct {
            Failure *failure;
            gint64 retry_ms; // LOST: until the next try; -1: none will be made
            bool fatal;      // LOST: a connection never existed
        } lost;              // LOST, NOTICE (failure only)
        struct {
            guint64 ticket;
            GPtrArray *credentials; // of Credential
        } ask;
        struct {
            char *uuid;
            GPtrArray *jobs; // of BlockJob; empty: none runs any more
        } work;
        struct {
            guint64 ticket;
            Plan *plan;       // NULL when planning failed
            Remains *remains; // of a job of the journal; else NULL
            Picture *picture; // the fresh look it was made from; NULL when that failed
            Failure *failure;
        } plan;
        struct {
            guint64 ticket;
            char *text;       // libvirt's XML; NULL when it could not be read
            char *definition; // the configuration in it; NULL: it holds none
            Failure *failure;
        } text;
        struct {
            guint64 ticket;
            GPtrArray *found; // of JournalFound; NULL when it could not be read
            Failure *failure;
        } journal;
        struct {
            guint64 ticket;
            GPtrArray *records; // of AuditRecord, oldest first; NULL when it could not be read
            unsigned unread;    // lines of it that are none
            Failure *failure;
        } audit;
        struct {
            guint64 ticket;
            Failure *failure; // NULL: the file is written
        } kept;
        JobNews job;
    };
} Message;

Message *message_new(MessageKind kind);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

// One line for logs and tests: "JOB_STEP 3 1/2 running". Caller frees.
char *message_describe(const Message *message);

Failure *failure_new(const char *what, const char *said, int code, const char *advice);
Failure *failure_copy(const Failure *failure);
void failure_free(Failure *failure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Failure, failure_free)

// "What. libvirt said: TEXT (code 9). Advice."; without a code it was not libvirt who said it: "What: TEXT. Advice."
// Caller frees.
char *failure_text(const Failure *failure);

Guest *guest_new(const char *uuid, const char *name);
void guest_free(Guest *guest);
BlockJob *block_job_new(const char *kind, const char *disk);
void block_job_free(BlockJob *job);
Credential *credential_new(const char *prompt, bool secret);
void credential_free(Credential *credential);

const char *job_outcome_word(JobOutcome outcome);
