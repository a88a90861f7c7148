// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs on the screen, and what the App does meanwhile: the clock, suspending, quitting, cancelling.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

static Message *job_message(MessageKind kind, guint64 job)
{
    Message *message = message_new(kind);

    message->job.job = job;
    message->job.uuid = g_strdup("00000000-0000-4000-8000-000000000000");
    message->job.title = g_strdup("Delete snapshot nginx-1.28 of web-01");
    message->job.steps = 1;
    return message;
}

static Plan *merge_plan(void)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "00000000-0000-4000-8000-000000000000", "web-01", "nginx-1.28");
    Plan *plan = plan_new(wish);
    Step *step = plan_add_step(plan, STEP_DELETE, "nginx-1.28");
    StepDisk *disk;

    step->effect = g_strdup("Merge what was written after nginx-1.28 into the image it froze.");
    step->cancellable = true;
    disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);
    disk->merges = g_strdup("/srv/images/web-01.nginx-1.28.qcow2");
    disk->bytes = 300 << 20;
    return plan;
}

static void start_job_of(Stage *stage, const char *after)
{
    Message *message = job_message(MSG_JOB_STARTED, 1);

    message->job.plan = merge_plan();
    message->job.plan->after = g_strdup(after);
    stage_say(stage, message);
    stage_say(stage, job_message(MSG_JOB_STEP, 1));
}

static void start_job(Stage *stage)
{
    start_job_of(stage, "running");
}

static void progress(Stage *stage, guint64 done, gint64 elapsed, bool finishing)
{
    Message *message = job_message(MSG_JOB_PROGRESS, 1);

    message->job.progress = (Progress) {.done = done << 20, .total = 300 << 20, .elapsed_ms = elapsed,
                                        .finishing = finishing};
    stage_say(stage, message);
}

static void end_job(Stage *stage, JobOutcome outcome, const char *story)
{
    Message *message = job_message(MSG_JOB_ENDED, 1);

    message->job.outcome = outcome;
    message->job.story = g_strdup(story);
    if (outcome == JOB_FAILED)
        message->job.failure = failure_new("Merging nginx-1.28 failed.", "internal error: unable to execute QEMU command "
                                           "'block-commit': Permission denied", 1,
                                           "On hosts with AppArmor the profile, not the file mode, is the likely cause.");
    stage_say(stage, message);
}

static Stage *stage_at_web(void)
{
    Stage *stage = stage_ready(24, 80);

    while (g_strcmp0(app_guest(stage->app)->name, "web-01") != 0)
        stage_keys(stage, "j");
    stage_keys(stage, "Enter k");
    return stage;
}

static void test_running(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_wait(stage, REST_MS);
    app_settle(stage->app);
    g_assert_cmpint(app_deadline(stage->app), ==, -1);
    start_job(stage);
    stage_wait(stage, 12400);
    progress(stage, 123, 12400, false);
    stage_golden_at_all_sizes(stage, "job-running");
    g_assert_cmpint(app_deadline(stage->app), ==, stage->mono + 600);
    progress(stage, 300, 12400, true);
    stage_golden_at_all_sizes(stage, "job-finishing");
    stage_keys(stage, "J");
    stage_golden_at_all_sizes(stage, "jobs-page");
    end_job(stage, JOB_DONE, "Snapshot nginx-1.28 is deleted; 300M were merged.");
    stage_golden_at_all_sizes(stage, "jobs-page-done");
    stage_keys(stage, "Esc");
    g_assert_cmpint(app_deadline(stage->app), ==, -1);
}

// What has no code was not said by libvirt.
static void test_failed_here(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    Message *message = job_message(MSG_JOB_ENDED, 1);
    g_autofree char *text = NULL;

    start_job(stage);
    message->job.outcome = JOB_FAILED;
    message->job.failure = failure_new("The journal cannot be written", "No space left on device", 0, NULL);
    stage_say(stage, message);
    stage_keys(stage, "Esc J");
    g_assert_true(stage->app->page == &view_jobs);
    stage_sees(stage, "No space left on device");
    text = stage_text(stage);
    g_assert_null(strstr(text, "libvirt said"));
}

// QEMU stands paused under a guest that is off: whatever is on the screen says that nobody may touch it.
static void test_paused(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    start_job_of(stage, "off");
    progress(stage, 123, 12400, false);
    stage_golden_at_all_sizes(stage, "job-paused");
    stage_keys(stage, "J");
    stage_golden_at_all_sizes(stage, "job-paused-page");
    stage_keys(stage, "Esc i");
    stage_sees(stage, "don't resume or stop it");
}

static void test_failed(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    start_job(stage);
    end_job(stage, JOB_FAILED, "Nothing was changed.");
    stage_golden_at_all_sizes(stage, "job-failed");
    stage_keys(stage, "Tab Enter");
    stage_golden_at_all_sizes(stage, "job-failed-log");
}

static void test_busy_guest(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    start_job(stage);
    stage_keys(stage, "d");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    g_assert_nonnull(strstr(stage->app->notice, "merge nginx-1.28 of web-01"));
    stage_expect_calls(stage, "");
}

static void test_suspend(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "C-z");
    g_assert_cmpuint(stage->app->effects & EFFECT_SUSPEND, ==, EFFECT_SUSPEND);
    stage->app->effects = 0;
    start_job(stage);
    stage_keys(stage, "C-z");
    g_assert_cmpuint(stage->app->effects & EFFECT_SUSPEND, ==, 0);
    stage_golden_at_all_sizes(stage, "job-no-suspend");
}

static void test_quit(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    start_job(stage);
    stage_keys(stage, "C-c");
    stage_golden_at_all_sizes(stage, "job-quit");
    stage_keys(stage, "C-c Enter"); // asked twice: a job is not left by that
    g_assert_false(stage->app->leave);
    stage_keys(stage, "q q Tab Enter");
    g_assert_true(stage->app->leave);
}

static void test_quit_free(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "C-c");
    stage_golden_at_all_sizes(stage, "quit");
    stage_keys(stage, "C-c");
    g_assert_true(stage->app->leave);
    stage->app->leave = false;
    stage_keys(stage, "Esc C-c Enter");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_keys(stage, "q");
    g_assert_false(stage->app->leave);
    stage_keys(stage, "q");
    g_assert_true(stage->app->leave);
}

static void test_cancel(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_keys(stage, "K");
    g_assert_nonnull(strstr(stage->app->notice, "nothing to cancel"));
    start_job(stage);
    stage_keys(stage, "K");
    stage_golden_at_all_sizes(stage, "job-cancel");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "");
    stage_keys(stage, "K Tab Enter");
    stage_expect_calls(stage, "cancel 1\n");
    end_job(stage, JOB_CANCELLED, "The merge was cancelled; nothing is lost.");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
}

// The open guest is told first, then those on screen; scrolling tells anew.
static void test_watch(void)
{
    g_autoptr(Stage) stage = stage_ready(10, 80);
    g_auto(GStrv) uuids = NULL;

    stage_keys(stage, "j j");
    uuids = g_strsplit(fake_engine_watched(stage->engine), " ", -1);
    g_assert_cmpstr(uuids[0], ==, app_guest(stage->app)->uuid);
    g_assert_cmpuint(g_strv_length(uuids), ==, 5); // as many as the list shows
    stage_keys(stage, "G");
    g_assert_true(g_str_has_prefix(fake_engine_watched(stage->engine), app_guest(stage->app)->uuid));
}

static void test_wanted(void)
{
    AppOptions options = {.domain = "wiki"};
    g_autoptr(Stage) stage = stage_new(24, 80, &options);

    stage_say_connected(stage);
    stage_say_guests(stage);
    g_assert_cmpstr(app_guest(stage->app)->name, ==, "wiki");
    g_assert_cmpint(stage->app->focus, ==, PANE_TREE);
}

static void test_wanted_unknown(void)
{
    AppOptions options = {.domain = "web-1"};
    g_autoptr(Stage) stage = stage_new(24, 80, &options);

    stage_say_connected(stage);
    stage_say_guests(stage);
    g_assert_nonnull(strstr(stage->app->notice, "There is no guest web-1."));
    g_assert_nonnull(strstr(stage->app->notice, "web-01"));
}

// The selection stays on its snapshot when a new picture comes; NOW is selected at first.
static void test_selection(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "tls-renewed");
    stage_say_guests(stage);
    g_assert_cmpstr(app_guest(stage->app)->selected, ==, "tls-renewed");
    stage_keys(stage, "@");
    g_assert_null(app_guest(stage->app)->selected);
    stage_keys(stage, "d");
    g_assert_nonnull(strstr(stage->app->notice, "NOW is not a snapshot"));
    stage_keys(stage, "r");
    g_assert_nonnull(strstr(stage->app->notice, "NOW is where the guest is already"));
}

// A look that could not read the snapshots does not take the tree away.
static void test_incomplete(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    Message *message = message_new(MSG_DOMAIN);

    message->picture = picture_made(PICTURE_CHAIN);
    message->picture->details = false;
    message->picture->incomplete = g_strdup("web-01 is busy with a job of somebody else since 14:31.");
    stage_say(stage, message);
    g_assert_cmpint(tree_rows_count(app_guest(stage->app)->rows), ==, 4);
    stage_golden_at_all_sizes(stage, "guest-busy");
}

static void test_read_only(void)
{
    g_autoptr(Stage) stage = stage_read_only(24, 80);

    stage_keys(stage, "Enter g c r d");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    g_assert_nonnull(strstr(stage->app->notice, "read-only"));
    stage_expect_calls(stage, "");
}

// ---- the queue, and the journal ---------------------------------------------------------------

static void test_waiting(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    stage_say(stage, job_message(MSG_JOB_QUEUED, 1));
    stage_wait(stage, 4000);
    stage_golden_at_all_sizes(stage, "job-waiting");
    start_job(stage);
    stage_wait(stage, 1000);
    g_assert_cmpint(job_elapsed(stage->app, stage->app->jobs->pdata[0]), ==, 1000); // since its turn came
    g_assert_cmpuint(stage->app->jobs->len, ==, 1);
}

static JournalFound *journal_found(const char *id, const char *outcome, bool running)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "uuid", "db-01", "s1");
    g_autoptr(Plan) plan = plan_new(wish);
    JournalFound *found = journal_found_new(id);

    plan->title = g_strdup("Delete snapshot s1 of db-01");
    for (int i = 0; i < 3; i++)
        plan_add_step(plan, STEP_DELETE, "s1");
    found->running = running;
    found->entry = journal_entry_new(plan);
    found->entry->user = g_strdup("anna");
    found->entry->pid = 1;
    found->entry->done = 1;
    found->entry->outcome = g_strdup(outcome);
    found->entry->story = outcome ? g_strdup("All is as planned.") : NULL;
    return found;
}

// What ended or was cut off while nobody watched is told at the start, what others run stands on the jobs page.
static void test_journal(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    fake_engine_journal(journal_found("20261122-020000-1-1", "done", false));
    fake_engine_journal(journal_found("20261122-020000-1-2", NULL, false));
    fake_engine_journal(journal_found("20261122-020000-1-3", NULL, true));
    app_tell_journal(stage->app);
    stage_hear(stage);
    stage_golden_at_all_sizes(stage, "journal-told");
    fake_engine_journal(journal_found("20261122-020000-1-2", NULL, false));
    fake_engine_journal(journal_found("20261122-020000-1-3", NULL, true));
    stage_keys(stage, "Esc J");
    stage_hear(stage);
    stage_golden_at_all_sizes(stage, "journal-page");
    g_assert_cmpint(app_deadline(stage->app), ==, stage->app->journal_at + 2000);
    stage_wait(stage, 2000);
    app_settle(stage->app); // asks again: others may have begun one
    stage_hear(stage);
    g_assert_cmpint(app_deadline(stage->app), ==, stage->app->journal_at + 2000);
    g_assert_cmpuint(stage->app->journal->len, ==, 0);
    stage_keys(stage, "Esc");
    g_assert_cmpint(app_deadline(stage->app), ==, -1);
}

// Whoever has the journal's lock may hang: questions do not pile up behind it, and the last one is not lost.
static void test_journal_hangs(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    Engine *engine = app_filer(stage->app);

    stage_keys(stage, "J");
    stage_hear(stage);
    (void) fake_engine_hold_journal(engine, true);
    for (int i = 0; i < 30; i++) {
        stage_wait(stage, 2000);
        app_settle(stage->app);
        stage_hear(stage);
    }
    fake_engine_journal(journal_found("20261122-020000-1-3", NULL, true));
    g_assert_cmpuint(fake_engine_hold_journal(engine, false), ==, 1);
    stage_hear(stage);
    g_assert_false(stage->app->journal_asked);
    g_assert_cmpuint(stage->app->journal->len, ==, 0); // asked once more: it was not asked after the last time
}

static void free_block_job(gpointer job)
{
    block_job_free(job);
}

static void say_work(Stage *stage, const char *kind)
{
    Message *message = message_new(MSG_WORK);

    message->work.uuid = g_strdup(app_guest(stage->app)->uuid);
    message->work.jobs = g_ptr_array_new_with_free_func(free_block_job);
    if (kind) {
        BlockJob *job = block_job_new(kind, "vda");

        job->done = 3 << 20;
        job->total = 12 << 20;
        g_ptr_array_add(message->work.jobs, job);
    }
    stage_say(stage, message);
}

// What other programs do to a guest's disks stands in its view and on the jobs page.
static void test_others(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    say_work(stage, "block commit");
    stage_golden_at_all_sizes(stage, "others-view");
    stage_keys(stage, "J");
    stage_golden_at_all_sizes(stage, "others-page");
    stage_resize(stage, 10, 60); // fewer rows than guests that run
    app_settle(stage->app);
    for (guint i = 0; i < stage->host->guests->len; i++) {
        const AppGuest *guest = stage->host->guests->pdata[i];

        if (guest->state != DOMAIN_OFF)
            g_assert_nonnull(strstr(fake_engine_watched(stage->engine), guest->uuid));
    }
    say_work(stage, NULL);
    g_assert_null(app_guest(stage->app)->work);
}

static void free_record(gpointer record)
{
    audit_record_free(record);
}

static void add_record(GPtrArray *records, const char *title, const char *outcome, int code)
{
    AuditRecord *record = g_new0(AuditRecord, 1);

    record->time = PICTURES_NOW - 3600 * (10 - (gint64) records->len);
    record->user = g_strdup("anna");
    record->uri = g_strdup("qemu+ssh://hv3/system");
    record->title = g_strdup(title);
    record->guest = g_strdup("web-01");
    record->fingerprint = g_strdup("0f3a7744c1de9b5e2a61f7c80bd4935e6172a0cbb85dfe9340e1d7f26a8c9b05");
    record->outcome = g_strdup(outcome);
    record->code = code;
    g_ptr_array_add(records, record);
}

static void test_audit(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    GPtrArray *records = g_ptr_array_new_with_free_func(free_record);

    stage_keys(stage, "A");
    stage_hear(stage);
    stage_golden_at_all_sizes(stage, "audit-empty");
    add_record(records, "Create snapshot s1 of web-01", "done", 0);
    add_record(records, "Delete snapshot s1 of web-01", "failed", 9);
    add_record(records, "Revert web-01 to snapshot s0", "cancelled", 0);
    add_record(records, "Discard snapshot before-the-upgrade-of-the-database and what is below", "done", 0);
    fake_engine_audit(records);
    stage_keys(stage, "Esc A");
    stage_hear(stage);
    stage_golden_at_all_sizes(stage, "audit");
}

static void say_remains(Stage *stage, RemainsKind kind, bool loses_now)
{
    Message *message = message_new(MSG_PLAN);
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, "uuid", "db-01", "s1");

    message->plan.ticket = dialog_top(stage->app)->ticket;
    message->plan.remains = g_new0(Remains, 1);
    message->plan.remains->kind = kind;
    message->plan.remains->loses_now = loses_now;
    message->plan.remains->story = g_strdup("Step 1 of 3 is done, the others are not.");
    message->plan.remains->finish = g_strdup("Finishing it does steps 2 and 3.");
    message->plan.remains->undo = g_strdup("Taking it back removes the new layers.");
    message->plan.plan = plan_new(wish);
    stage_say(stage, message);
}

static void open_cut_off(Stage *stage)
{
    JournalFound *found = journal_found("20261122-020000-1-2", NULL, false);

    g_free(found->entry->plan->wish->uuid);
    found->entry->plan->wish->uuid = g_strdup(app_guest(stage->app)->uuid);
    fake_engine_journal(found);
    app_tell_journal(stage->app);
    stage_hear(stage);
    stage_keys(stage, "p");
}

// A job that was cut off is told in its guest's view, and each way on can be taken from there.
static void test_cut_off(void)
{
    g_autoptr(Stage) stage = stage_at_web();

    open_cut_off(stage);
    stage_golden_at_all_sizes(stage, "cut-off-looking");
    say_remains(stage, REMAINS_PART, false);
    stage_golden_at_all_sizes(stage, "cut-off");
    stage_resize(stage, 24, 80);
    stage_wait(stage, GUARD_MS);
    g_free(fake_engine_calls(stage->engine));
    stage_keys(stage, "Tab Enter");
    stage_expect_calls(stage, "finish 20261122-020000-1-2\n");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    g_assert_null(app_cut_off(stage->app, app_guest(stage->app)));
    stage_keys(stage, "p"); // nothing is left to repair
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    open_cut_off(stage);
    say_remains(stage, REMAINS_PART, true); // finishing costs what NOW wrote: not from here
    stage_golden_at_all_sizes(stage, "cut-off-loses");
    stage_wait(stage, GUARD_MS);
    g_free(fake_engine_calls(stage->engine));
    stage_keys(stage, "Tab Enter");
    stage_expect_calls(stage, "undo 20261122-020000-1-2\n");
}

// Leaving in the middle: no further step.
static void test_quit_stop(void)
{
    g_autoptr(Stage) stage = stage_at_web();
    g_autofree char *calls = NULL;

    start_job(stage);
    stage_keys(stage, "q q Tab Tab Enter");
    g_assert_true(stage->app->leave);
    calls = fake_engine_calls(((AppHost *) stage->app->hosts->pdata[0])->engine);
    g_assert_nonnull(strstr(calls, "cancel 1"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jobs/running", test_running);
    g_test_add_func("/jobs/paused", test_paused);
    g_test_add_func("/jobs/failed", test_failed);
    g_test_add_func("/jobs/failed for another reason than libvirt's", test_failed_here);
    g_test_add_func("/jobs/a busy guest takes no second act", test_busy_guest);
    g_test_add_func("/jobs/suspend", test_suspend);
    g_test_add_func("/jobs/quit while one runs", test_quit);
    g_test_add_func("/jobs/quit", test_quit_free);
    g_test_add_func("/jobs/cancel", test_cancel);
    g_test_add_func("/app/watch", test_watch);
    g_test_add_func("/app/guest asked for", test_wanted);
    g_test_add_func("/app/unknown guest asked for", test_wanted_unknown);
    g_test_add_func("/app/selection", test_selection);
    g_test_add_func("/app/incomplete look", test_incomplete);
    g_test_add_func("/app/read-only", test_read_only);
    g_test_add_func("/jobs/waiting", test_waiting);
    g_test_add_func("/jobs/journal", test_journal);
    g_test_add_func("/jobs/journal-hangs", test_journal_hangs);
    g_test_add_func("/jobs/others", test_others);
    g_test_add_func("/jobs/audit", test_audit);
    g_test_add_func("/jobs/cut off", test_cut_off);
    g_test_add_func("/jobs/quit-stop", test_quit_stop);
    return g_test_run();
}
