// SPDX-License-Identifier: GPL-2.0-or-later
// The App: all that the front end knows. Two ways in: a message of an engine, a key of the operator.
//
// One App is passed along; there is no other state. Whatever changes it ends in app_settle(), which
// prepares what painting needs (where panes are, wrapped text, scroll positions), so that painting
// itself is const. It knows neither curses nor libvirt: what has to happen outside (suspend, redraw,
// end) is left in `effects` for the loop. Front end's thread only. Time is told by app_clock().
#pragma once

#include "engine/engine.h"
#include "engine/model/chains.h"
#include "engine/model/findings.h"
#include "tui/form.h"
#include "tui/keymap.h"
#include "tui/layout.h"
#include "tui/lines.h"
#include "tui/list.h"
#include "tui/query.h"
#include "tui/theme_shelf.h"
#include "tui/tree_rows.h"

typedef struct App App;
typedef struct View View;             // tui/view.h
typedef struct DialogView DialogView; // tui/view.h

typedef enum Link {
    LINK_CONNECTING, // no answer yet
    LINK_UP,
    LINK_LOST, // what is shown is old; the engine tries again
    LINK_DOWN, // never was there, or stopped
} Link;

typedef struct AppHost {
    Engine *engine;
    char *uri;        // as asked for; NULL: libvirt's default
    Host *host;       // facts; NULL until connected
    Link link;
    Failure *failure; // why it is lost or down
    gint64 lost_at;   // seconds since 1970
    gint64 retry_at;  // seconds since 1970; 0: no further try
    GPtrArray *guests; // of AppGuest, by name
    bool listed;      // the list of guests has come
    bool told;        // the operator has seen the dialog about its failure
    bool stopped;     // the engine is gone
    char *watched;    // what engine_watch() was told last
    char *first;      // what engine_first() was told last; NULL: nothing
} AppHost;

typedef struct AppGuest {
    AppHost *host;
    char *uuid;
    char *name;
    DomainState state;
    bool persistent;
    int snapshots;       // -1: not counted
    Picture *picture;    // the last one that could read the snapshots, or the last; NULL: none yet
    GPtrArray *work;     // of BlockJob: what others run on its disks, as told last; NULL: nothing
    char *incomplete;    // why a newer look could not read them; NULL: the picture is whole
    bool awaited;        // it is to be read anew, and no picture came since
    const Findings *findings;  // the picture's; NULL: no picture yet
    const GPtrArray *problems; // of Problem, the findings'
    gint64 now_bytes;    // what NOW holds that is in no snapshot; SIZE_UNKNOWN
    bool now_fresh;      // that is nothing but empty images (tui/now.h)
    const Reach *reach;  // the findings'
    GPtrArray *chains;   // of Chain, of the picture; NULL: nobody asked yet, see guest_chains()
    bool has_memory;     // some snapshot in it holds memory
    TreeRows *rows;      // of the picture
    GHashTable *folded;  // names of folded snapshots
    GHashTable *marked;  // names of marked snapshots
    Query *filter;       // only what matches it is in `rows`; NULL: all
    gint64 filter_at;    // app->wall when it was set: ages count from there
    char *selected;      // snapshot; NULL: NOW
    List list;           // cursor and scroll in `rows`
} AppGuest;

// A row of the guest list: a host's heading (guest NULL) or a guest.
typedef struct GuestRow {
    AppHost *host;
    AppGuest *guest;
} GuestRow;

// Bytes that were done at a moment of a step, for its speed.
typedef struct JobSample {
    gint64 elapsed_ms; // since the step began, by the engine's clock
    guint64 done;
} JobSample;

#define JOB_SAMPLES 16 // two a second come in

typedef struct AppJob {
    AppHost *host;
    guint64 id;
    char *uuid;
    char *guest;
    char *title; // the plan's
    char *brief; // "merge s1 of web01", for one row
    Plan *plan;
    bool merges; // the guest can't be shut down, suspended or migrated meanwhile
    bool paused; // with `merges`: it is off, and stands paused for the merge: nobody may resume or stop it
    bool running;
    bool waiting; // with `running`: for its turn
    bool cancel_asked;
    unsigned step, steps;
    StepState step_state;
    Progress progress;
    gint64 progress_at; // app->mono when it was heard
    JobSample samples[JOB_SAMPLES]; // of the last seconds, oldest first
    unsigned sampled;               // how many there are
    gint64 started;     // app->mono
    gint64 started_at;  // seconds since 1970
    gint64 ended;       // app->mono
    JobOutcome outcome;
    Failure *failure;
    char *story;
} AppJob;

typedef struct LogEntry {
    gint64 when; // seconds since 1970
    bool error;
    char *guest; // NULL: none
    Failure *failure;
} LogEntry;

typedef struct Dialog {
    const DialogView *view;
    Form *form;
    Lines *body;   // built by app_settle()
    int top;       // first visible line of the body
    gint64 opened; // app->mono; keys typed within GUARD_MS after it are ignored
    AppHost *host;
    char *uuid;     // guest; NULL: none
    guint64 ticket; // of a plan, an ask, or a job's number
    Wish *wish;
    Plan *plan;
    GPtrArray *before, *after; // of Chain: what the plan does to the images; NULL: can't be told
    char *entry;       // of the journal, that was cut off; NULL: none
    Remains *remains;  // what a look told of it
    bool turned;               // the images are shown in place of the plan
    Failure *failure;
} Dialog;

// A text view of the main screen or a page: prepared lines and how far they are scrolled.
typedef struct AppText {
    char *title;
    Lines *lines;
    int top;
    int found; // the line that was searched for, counted from 1; 0: none
} AppText;

typedef enum PromptKind {
    PROMPT_NONE,
    PROMPT_FIND,
    PROMPT_FILTER,
    PROMPT_COMMAND,
} PromptKind;

// The line that is typed in the row of the notice, and where to go back to when it is left with Esc.
typedef struct Prompt {
    PromptKind kind;
    Entry entry;
    char *fault;    // a sentence: why nothing can be found by what was typed; NULL: it can
    int cursor;     // of the guest list, or first line of the text
    char *selected; // snapshot in the tree; NULL: NOW
    char *filter;   // that held before; NULL: none
    GPtrArray *offers; // a command: the lines (char *) that what was typed may become
    gsize offers_from; // where in them that begins which is offered
    int chosen;        // which of them Tab chose; -1: none
} Prompt;

// libvirt's XML of a snapshot or of NOW, for the pages that show and compare it.
typedef struct AppXml {
    const AppHost *host; // NULL: nothing was asked for
    char *uuid;
    char *snapshot;  // NULL: NOW
    guint64 ticket;  // of the question
    bool answered;
    char *text;
    char *definition; // the configuration in it; NULL: it holds none
    Failure *failure;
} AppXml;

// A guest that was opened: the newest first in app->recent.
typedef struct Recent {
    char *uri;
    char *uuid;
    char *name;
} Recent;

#define RECENT_LIMIT 10

typedef enum Effect {
    EFFECT_SUSPEND = 1 << 0,
    EFFECT_REDRAW = 1 << 1,
    EFFECT_BEEP = 1 << 2,
    EFFECT_COPY = 1 << 3, // `clipboard` to the terminal's
    EFFECT_THEME = 1 << 4, // `theme` from now on
} Effect;

typedef struct AppOptions {
    const Keymap *keymap; // copied; NULL: the keys of the table
    unsigned poll_ms;     // between two looks at the guests on screen; 0: as the engine has it
    const char *const *uris; // NULL or empty: libvirt's default
    bool read_only;
    bool keep_xml;      // what was saved before a job stays after its good end
    const char *domain; // guest to open; NULL: none
    const char *demo;   // URI of the demo host; NULL: not installed
    const char *copy;   // file for what is copied; NULL: none
    const char *theme;  // name of the one in use; NULL: the default
    ThemeShelf *themes; // taken; NULL: read now, which may wait for a disk
    const char *recent; // file of the guests opened lately; NULL: not kept
} AppOptions;

struct App {
    bool read_only, keep_xml;
    Keymap keymap;
    unsigned poll_ms; // 0: as the engine has it
    char *demo;
    char *wanted; // guest asked for on the command line, until found
    ThemeShelf *themes;
    char *theme_name;
    Theme *theme; // chosen while it runs; NULL: that of the start

    GPtrArray *hosts;   // of AppHost
    GPtrArray *leaving; // of Engine: replaced, until they have stopped

    int rows, cols;
    gint64 wall; // seconds since 1970
    gint64 mono; // milliseconds of a clock that only runs forward

    Pane focus;
    Layout layout;
    GArray *guest_rows; // of GuestRow
    List guests;
    AppText texts[PANE_N]; // details and disks
    bool moving;           // the selection moved: they follow when it has rested for REST_MS
    gint64 moved_at;       // app->mono
    const View *page;      // help, log or jobs; NULL: the panes
    AppText page_text;
    GPtrArray *dialogs; // of Dialog, the last one on top
    int jobs_cursor;    // on the jobs page: index from the newest

    AppXml xml[2];      // the second: what the first is compared with

    Prompt prompt;
    char *sought;        // what was searched for last; NULL: nothing yet
    Query *guest_filter; // only matching guests are in guest_rows; NULL: all
    GPtrArray *recent;   // of Recent
    char *recent_file;   // NULL: not kept

    GPtrArray *jobs; // of AppJob, oldest first
    GPtrArray *log;  // of LogEntry, oldest first
    GPtrArray *journal; // of JournalFound, as last heard; NULL: never
    gint64 journal_at;  // app->mono when it was asked for
    bool journal_asked; // and not answered yet: its lock may hang
    bool journal_again; // asked for meanwhile: then once more
    bool journal_told;  // what ended meanwhile was told, or shall not be
    bool journal_failed; // it could not be read, which was told

    GPtrArray *audit;       // of AuditRecord, oldest first; NULL: not read
    Failure *audit_failure; // why not; NULL: nobody asked, or it is being read
    unsigned audit_unread;  // lines that are none
    guint64 audit_ticket;
    char *notice;
    bool notice_error;
    bool notice_stays; // a failure: until Esc, the log, or another notice
    bool notice_logged; // the log has it too
    gint64 notice_at; // app->mono

    bool named; // an act is about the selected snapshot, since the operator named it
    EntryMemory memory; // of all fields
    Key click;          // the last one; KEY_NONE: none that a second could follow
    gint64 click_at;    // app->mono
    bool pasting;    // what comes is text, until its end
    gint64 paste_at; // app->mono of the last key of a paste
    unsigned effects; // of Effect
    char *clipboard;     // what is to be copied; NULL: nothing
    char *copied;        // its name
    char *copy_file;
    guint64 copy_ticket; // the file is being written; 0: there is none
    bool copy_sent;      // the terminal has a clipboard, and got it
    bool leave;       // the screen goes; running jobs go on outside
    bool stopping;    // with `leave`: they were asked to stop after their present step
};

#define GUARD_MS 150
#define REST_MS 100

App *app_new(const AppOptions *options);
void app_free(App *app); // frees engines too, waiting for them
G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_free)

// Tells the time: seconds since 1970, and milliseconds of a monotonic clock.
void app_clock(App *app, gint64 wall, gint64 mono);
void app_resize(App *app, int rows, int cols);

// Applies one message of a host's engine and takes ownership of it.
void app_message(App *app, AppHost *host, Message *message);

// Asks for the journal, and tells what ended or was cut off since virt-snap ran last. Once, after app_clock().
void app_tell_journal(App *app);

// Applies one key.
void app_key(App *app, Key key);

// Prepares the next frame. To be called after messages and keys, before painting.
void app_settle(App *app);

// app->mono at which a frame is due though nothing happens; -1: none.
gint64 app_deadline(const App *app);

// The guest under the cursor of the guest list, or NULL; the host of that row, or NULL.
AppGuest *app_guest(const App *app);
AppHost *app_host(const App *app);

// The guest with that uuid, or NULL.
AppGuest *app_find_guest(const AppHost *host, const char *uuid);

// "qemu:///system", as libvirt resolved it where known.
const char *app_host_uri(const AppHost *host);
// A short name for the title and headings.
const char *app_host_name(const AppHost *host);

// The contexts of the keys table that hold now.
unsigned app_contexts(const App *app);
// Those of the pane or page, whatever lies above it.
unsigned app_place(const App *app);

// Messages of engines that were replaced: nobody waits for them.
void app_drain_leaving(App *app);

// Gives a host another URI (NULL: the same again) and starts to connect.
void app_connect(App *app, AppHost *host, const char *uri);

// Asks for the end: at once, or after a question if jobs run.
void app_quit(App *app);
