// SPDX-License-Identifier: GPL-2.0-or-later
// What the files of the App share with each other, with the views and the loop. Nobody else includes it.
#pragma once

#include "tui/view.h"

// -- hosts and the list of guests (app_host.c)
void host_entry_free(gpointer host);
AppHost *host_entry_new(const App *app, const char *uri);
Engine *app_start_engine(const App *app, const char *uri);
void host_take_list(App *app, AppHost *host, GPtrArray *guests);
void app_rebuild_rows(App *app); // guest_rows; the cursor stays on its guest
void app_watch(App *app);        // tells the engines what is on screen
void app_open_wanted(App *app);

// -- guests (app_guest.c)
AppGuest *guest_entry_new(AppHost *host, const char *uuid, const char *name);
void guest_entry_free(gpointer guest);
void guest_take_picture(AppGuest *guest, Picture *picture);
void guest_take_work(AppGuest *guest, GPtrArray *jobs); // takes the array
// "block commit on vda: 41%, 412M of 1.0G"; the caller frees it.
char *guest_work_text(const BlockJob *job);
// The selected snapshot; NULL: NOW, or no picture.
const Snapshot *guest_snapshot(const AppGuest *guest);
bool guest_is_troubled(const AppGuest *guest, const char *snapshot); // NULL: NOW or the guest itself
const GPtrArray *guest_chains(AppGuest *guest); // of Chain; NULL without a picture

// -- marked snapshots (app_marks.c)
void guest_prune_marks(AppGuest *guest); // those that are gone
bool guest_acts_on_marks(const AppGuest *guest); // two or more: one alone is for comparing with
// A wish to delete or discard the marked snapshots, or the selected one. The caller frees it.
Wish *guest_wish(const AppGuest *guest, Verb verb, bool marks);

// -- the rows of its tree (app_tree.c)
void guest_list_tree(AppGuest *guest); // makes the rows; the cursor stays on the selected snapshot
void guest_select(AppGuest *guest, const char *snapshot); // NULL: NOW
void guest_select_row(AppGuest *guest); // the row under the cursor becomes the selection
bool guest_fold(AppGuest *guest, bool fold);              // false: nothing to fold there
void guest_fold_all(AppGuest *guest, bool fold); // what NOW stands on stays unfolded
bool guest_jump(AppGuest *guest, Action action); // to parent, root, siblings; false: there is none
void guest_reveal(AppGuest *guest, const TreeNode *node); // selects it, unfolding what hides it
// Shows only what matches; takes the query (NULL: all is shown).
void guest_take_filter(AppGuest *guest, Query *filter, gint64 now);
// What a snapshot (NULL: NOW) is, for searching; borrows from the picture.
Subject guest_subject(const AppGuest *guest, const Snapshot *snapshot);

// -- searching and filtering (app_find.c)
void app_prompt(App *app, PromptKind kind);
void app_seek(App *app, PromptKind kind, const char *words); // as if they were typed there, and kept
void app_prompt_key(App *app, Key key); // while app->prompt is open
void app_prompt_close(App *app);

// -- the command line (app_command.c), a prompt too
void app_command_key(App *app, Key key);
void app_command_offer(App *app); // finds what the typed line may become

// -- what follows the name of an action there (app_operand.c)
// The things of that kind that begin with what was typed (char *). The caller frees the array.
GPtrArray *operand_offers(const App *app, Action action, const char *typed);
// Does the action on what the words name. False: nothing was done, *fault says why.
bool operand_act(App *app, Action action, const char *words, char **fault);

// -- themes (app_theme.c)
void app_set_theme(App *app, const char *name);
void app_next_theme(App *app);

// -- the mouse (app_mouse.c)
void app_mouse(App *app, Key key);
void app_find_again(App *app, bool forwards);
bool app_clear_filter(App *app); // of the focused pane; false: it has none
// What a guest is, for searching; borrows its name.
Subject app_guest_subject(const App *app, const AppGuest *guest);

// -- guests opened lately (app_recent.c)
void recent_free(gpointer recent);
void app_load_recent(App *app, const char *file);
void app_note_opened(App *app, const AppGuest *guest);
void app_go_to_guest(App *app, const AppGuest *guest);

// -- jobs as heard (app_jobs.c)
void job_entry_free(gpointer job);
void app_take_job(App *app, AppHost *host, MessageKind kind, JobNews *news);
AppJob *app_job_of(const App *app, const AppHost *host, const char *uuid); // running; NULL
unsigned app_jobs_running(const App *app);
gint64 job_elapsed(const App *app, const AppJob *job); // milliseconds
double job_fraction(const AppJob *job);                // -1: unknown
gint64 job_speed(const AppJob *job);                   // bytes a second of late; -1: unknown
// Libvirt tells a place on the disk: far less than the way to its end is copied.
bool job_tells_position(const AppJob *job);
bool job_can_cancel(const AppJob *job); // the running step, or those after it

// -- notices and log (app_log.c)
void log_entry_free(gpointer entry);
// The journal beside our own jobs (app_journal.c).
// The engine that reads and writes our own files.
Engine *app_filer(const App *app);
void app_read_journal(App *app);
void app_take_journal(App *app, Message *message);
void app_rehost_journal(App *app, const AppHost *host); // it has a new engine: the old one does not answer any more
void app_read_audit(App *app);
void app_take_audit(App *app, Message *message);
void app_clear_audit(App *app);
void app_take_kept(App *app, const Message *message);
void app_settle_journal(App *app);
gint64 app_journal_deadline(const App *app); // -1: none
// The next entry from *index on that runs elsewhere or was cut off; NULL: no more.
const JournalFound *app_journal_next(const App *app, guint *index);
// Of those one that runs on the guest, or NULL.
const JournalFound *app_journal_of(const App *app, const AppGuest *guest);
// The first that was cut off on it, or NULL.
const JournalFound *app_cut_off(const App *app, const AppGuest *guest);
// It is taken up, or forgotten: not offered any more until the journal is read again.
void app_forget_cut_off(App *app, const char *id);

void app_notice(App *app, bool error, const char *format, ...) G_GNUC_PRINTF(3, 4);
void app_clear_notice(App *app);
// Puts it into the log, and its point into the notice row: what libvirt said, then what we did; or else
// the notice given. Copies it.
void app_log(App *app, const char *guest, bool error, const Failure *failure);
void app_log_as(App *app, const char *guest, bool error, const Failure *failure, const char *notice);
// Puts a notice that its row has no room for into the log, which is about to be opened.
void app_log_notice(App *app);
bool app_notice_is_cut(const App *app);

// -- acts (app_act.c)
bool app_act(App *app, Action action);
void app_do(App *app, Action action); // as its key does (app_key.c)
void app_create(App *app, const char *name); // asks for a new snapshot; NULL: of a name that is made up
// Why an act cannot be asked for now, as a sentence the caller frees; NULL: it can.
char *app_act_fault(const App *app, Action action);
// The problem that `repair` is about: the selected state's own, else the gravest that can be repaired; NULL: none.
const Problem *app_repairable(const AppGuest *guest);

// Moves the cursor of a list, or scrolls a text; false: not an action that moves.
bool app_move_list(List *list, Action action, int count, int height);
bool app_scroll_text(AppText *text, Action action, int height);

// -- dialogs (app_dialog.c)
Dialog *dialog_open(App *app, const DialogView *view, const char *title);
void dialog_close(App *app, Dialog *dialog);
void dialogs_close_all(App *app);
Dialog *dialog_top(const App *app);
Dialog *dialog_find(const App *app, const DialogView *view, guint64 ticket); // ticket 0: any
void dialog_key(App *app, Dialog *dialog, Key key);
void dialog_click(App *app, Dialog *dialog, int item); // by its index in the form
void dialog_scroll(const App *app, Dialog *dialog, int rows);
void dialog_free(gpointer dialog);
void app_rebuild_dialog(App *app, Dialog *dialog);

// -- the disks part of the details (views/details_disks.c)
void details_add_snapshot_disks(Lines *lines, const Picture *picture, const Snapshot *snapshot);
void details_add_now_disks(Lines *lines, const Picture *picture);

// -- the steps of a plan (views/plan_steps.c)
void plan_add_steps(Lines *lines, const Plan *plan);

// -- what a plan does to the images, before and after side by side (views/plan_images.c)
void plan_add_images(Lines *lines, const Plan *plan, const GPtrArray *before, const GPtrArray *after);

// -- the routes of a refused plan (views/plan_routes.c)
void plan_add_routes(Lines *lines, const Plan *plan);

// -- libvirt's XML (app_xml.c)
void app_read_xml(App *app, AppGuest *guest, bool compare); // of the selected state; or with another
void app_take_text(App *app, const AppHost *host, Message *message);
void app_clear_xml(App *app);

// -- copying (app_copy.c)
void app_copy(App *app, const char *what, const char *text); // `what`: as in "Copied: the plan"
void app_tell_copied(App *app, bool sent); // the loop did what it could: the clipboard took it, or not

// -- opening the dialogs (views/*_dialog.c)
void open_create_dialog(App *app, AppGuest *guest, const char *name); // NULL: made up
void open_revert_dialog(App *app, AppGuest *guest, const Snapshot *snapshot);
void open_discard_dialog(App *app, AppGuest *guest, Wish *wish); // takes the wish
void open_planning_dialog(App *app, AppHost *host, const Wish *wish);
void open_remains_dialog(App *app, const AppGuest *guest, const JournalFound *found);
void remains_take(Dialog *dialog, Message *message); // what engine_examine() answers
void open_plan_dialog(App *app, AppHost *host, Plan *plan);
void open_message_dialog(App *app, const char *title, const Failure *failure);
void open_ask_dialog(App *app, AppHost *host, guint64 ticket, const GPtrArray *credentials);
void open_connect_dialog(App *app, AppHost *host);
void app_connect_to(App *app, AppHost *host, const char *uri); // unless a job runs there; NULL: the same again
void open_quit_dialog(App *app);
void open_recent_dialog(App *app);
void open_copy_dialog(App *app, AppHost *host, const Plan *plan);
void open_cancel_dialog(App *app, const AppJob *job);

extern const DialogView remains_dialog, planning_dialog, connect_dialog, ask_dialog, create_dialog, revert_dialog;
