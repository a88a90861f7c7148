// SPDX-License-Identifier: GPL-2.0-or-later
// What is told of a running job: how far, how fast, whether it can be cancelled, and each thing once.

#include "tests/fake/stage.h"
#include "tui/app_parts.h"

#include <string.h>

#define WEB "00000000-0000-4000-8000-000000000000"
#define MIB ((guint64) 1 << 20)

static void add_merge(Plan *plan, gint64 mebibytes, bool cancellable)
{
    Step *step = plan_add_step(plan, STEP_DELETE, "nginx-1.28");
    StepDisk *disk = step_add_disk(step, "vda", DISK_MODE_EXTERNAL);

    step->effect = g_strdup("Merge it.");
    step->cancellable = cancellable;
    disk->merges = g_strdup("/srv/images/web-01.nginx-1.28.qcow2");
    disk->bytes = mebibytes < 0 ? SIZE_UNKNOWN : mebibytes << 20;
}

static Plan *plan_of(Verb verb)
{
    g_autoptr(Wish) wish = wish_new(verb, WEB, "web-01", "nginx-1.28");

    return plan_new(wish);
}

static Plan *merge_plan(gint64 mebibytes, bool cancellable)
{
    Plan *plan = plan_of(VERB_DELETE);

    add_merge(plan, mebibytes, cancellable);
    return plan;
}

static Message *news(MessageKind kind, guint64 job)
{
    Message *message = message_new(kind);

    message->job.job = job;
    message->job.uuid = g_strdup(WEB);
    return message;
}

static void start(Stage *stage, guint64 job, Plan *plan)
{
    Message *message = news(MSG_JOB_STARTED, job);

    message->job.steps = plan->steps->len;
    message->job.plan = plan;
    stage_say(stage, message);
    stage_say(stage, news(MSG_JOB_STEP, job));
}

static void begin_step(Stage *stage, unsigned step)
{
    Message *message = news(MSG_JOB_STEP, 1);

    message->job.step = step;
    stage_say(stage, message);
}

static void tell(Stage *stage, gint64 elapsed_ms, guint64 done, guint64 total, bool finishing)
{
    Message *message = news(MSG_JOB_PROGRESS, 1);

    message->job.progress = (Progress) {.done = done * MIB, .total = total * MIB, .elapsed_ms = elapsed_ms,
                                        .finishing = finishing};
    stage_say(stage, message);
}

// The tree of web-01 has the focus, its last snapshot is selected.
static Stage *stage_at_web(int rows, int cols)
{
    Stage *stage = stage_ready(rows, cols);

    while (g_strcmp0(app_guest(stage->app)->name, "web-01") != 0)
        stage_keys(stage, "j");
    stage_keys(stage, "Enter k");
    return stage;
}

// 300M are merged on a disk of 20G: libvirt goes along the disk.
static void test_position(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);

    start(stage, 1, merge_plan(300, true));
    stage_wait(stage, 9000);
    tell(stage, 9000, 1843, 20480, false);
    stage_sees(stage, " merge nginx-1.28 of web-01  at 8% of the disk  0:09\n");
    stage_golden(stage, "job-position-80x24");
    stage_keys(stage, "J");
    stage_sees(stage, " at 8% of the disk  0:10 ");
    tell(stage, 10000, 20480, 20480, true);
    stage_sees(stage, " merge nginx-1.28 of web-01  0:10  finishing\n");
}

// Twice the bytes may be a margin; more is a disk. Where either is unknown, libvirt's share is told.
static void test_no_position(void)
{
    static const struct { gint64 bytes; guint64 total; const char *sees; } samples[] = {
        {300, 600, "  50%  "}, {300, 604, "  at 50% of the disk  0:04\n"}, {-1, 20480, "  50%  "},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(Stage) stage = stage_at_web(24, 60);

        start(stage, 1, merge_plan(samples[i].bytes, true));
        stage_wait(stage, 4000);
        tell(stage, 4000, samples[i].total / 2, samples[i].total, false);
        stage_sees(stage, samples[i].sees);
    }
}

// A step that merges nothing has no disk to be on: memory that is saved, for one.
static void test_memory(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);
    Plan *plan = plan_of(VERB_CREATE);

    plan_add_step(plan, STEP_CREATE, "nginx-1.28")->effect = g_strdup("Save it.");
    start(stage, 1, plan);
    tell(stage, 2000, 500, 2000, false);
    stage_sees(stage, " 25%  250M/s  ");
}

static gint64 speed(Stage *stage)
{
    return job_speed(stage->app->jobs->pdata[0]) / (gint64) MIB;
}

// The average of the last five seconds, not since the start.
static void test_speed(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);
    guint64 done = 0;
    gint64 at = 0;

    start(stage, 1, merge_plan(9000, true));
    tell(stage, 500, 100, 9000, false);
    stage_lacks(stage, "/s "); // half a second says nothing
    for (at = 1000; at <= 10000; at += 500)
        tell(stage, at, done = (guint64) at / 5, 9000, false);
    g_assert_cmpint(speed(stage), ==, 200);
    for (; at <= 12500; at += 500)
        tell(stage, at, done, 9000, false);
    g_assert_cmpint(speed(stage), ==, 100);
    for (; at <= 15000; at += 500)
        tell(stage, at, done, 9000, false);
    g_assert_cmpint(speed(stage), ==, 0);
    stage_sees(stage, "  0/s  ");
    tell(stage, 60000, done + 900, 9000, false); // one sample in 45 s, on a line that stalled
    g_assert_cmpint(speed(stage), ==, 900 / 45);
    for (at = 60001; at <= 60100; at++) // more than are kept
        tell(stage, at, done + 900, 9000, false);
    begin_step(stage, 0);
    tell(stage, 1000, 30, 9000, false);
    g_assert_cmpint(speed(stage), ==, 30);
    tell(stage, 1500, 10, 9000, false); // begun anew
    g_assert_cmpint(speed(stage), ==, 6);
}

// ---- cancelling

static void test_cannot_cancel(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);

    start(stage, 1, merge_plan(300, false));
    stage_keys(stage, "K");
    stage_sees(stage, "It can't be cancelled: it ends by itself.");
    stage_lacks(stage, "Cancel the job");
    stage_golden_at_all_sizes(stage, "job-cancel-not");
    stage_keys(stage, "Tab Enter");
    g_assert_cmpuint(stage->app->dialogs->len, ==, 0);
    stage_expect_calls(stage, "");
    stage_keys(stage, "J");
    stage_sees(stage, "It can't be cancelled.");
    stage_lacks(stage, "K asks");
}

// Of several steps the rest can be left undone, until the last one runs; the dialog follows.
static void test_cancel_rest(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);
    Plan *plan = plan_of(VERB_DELETE);

    add_merge(plan, 300, false);
    add_merge(plan, 300, false);
    start(stage, 1, plan);
    stage_keys(stage, "K Tab");
    stage_sees(stage, "further step is begun.");
    stage_sees(stage, "[ Let it run ]  [>Cancel the job<]");
    begin_step(stage, 1);
    stage_sees(stage, "[>Close<]");
    stage_sees(stage, "The running step is the last one and can't be cancelled");
    stage_keys(stage, "Enter");
    stage_expect_calls(stage, "");
    stage_keys(stage, "J");
    stage_lacks(stage, "K asks");
}

// ---- each thing once

static void test_told_once(void)
{
    g_autoptr(Stage) stage = stage_at_web(24, 80);

    stage_sees(stage, "revert   r asks");
    start(stage, 1, merge_plan(300, true));
    stage_sees(stage, "\n web-01: no shutdown, suspend or migration until then\n");
    stage_sees(stage, "J merge nginx-1.28 of web-01");
    stage_lacks(stage, "Until it ends");
    stage_lacks(stage, "still runs");
    stage_lacks(stage, "revert   ");
}

// Where the rows hold other jobs, the details say why nothing can be done.
static void test_told_in_details(void)
{
    g_autoptr(Stage) stage = stage_at_web(40, 140);
    g_autofree char *fault = NULL;

    for (guint64 job = 1; job <= 4; job++)
        start(stage, job, merge_plan(300, true));
    stage_sees(stage, " and 2 more: J");
    g_assert_true(keymap_bind(&stage->app->keymap, ACTION_JOBS, "F2", &fault));
    stage_sees(stage, " and 2 more: F2");
    stage_lacks(stage, "still runs");
    for (guint i = 0; i < 2; i++) // the first ones are those of another guest
        ((AppJob *) stage->app->jobs->pdata[i])->uuid[0] = '1';
    app_settle(stage->app);
    stage_sees(stage, "still runs");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/progress/position on the disk", test_position);
    g_test_add_func("/progress/share of the bytes", test_no_position);
    g_test_add_func("/progress/memory", test_memory);
    g_test_add_func("/progress/speed", test_speed);
    g_test_add_func("/progress/what can't be cancelled", test_cannot_cancel);
    g_test_add_func("/progress/cancelling the rest", test_cancel_rest);
    g_test_add_func("/progress/told once", test_told_once);
    g_test_add_func("/progress/told in the details", test_told_in_details);
    return g_test_run();
}
