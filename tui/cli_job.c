// SPDX-License-Identifier: GPL-2.0-or-later
// Running a plan from the command line: news on stderr, Ctrl-C as a question to the engine.
//
// From the start of the job to its end signals are held: dying in the middle of a merge is the one
// thing this program must never do. The first Ctrl-C asks the engine to cancel; where the running
// step can't be cancelled, it ends first and no other begins.
#include "engine/json/answer_json.h"
#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/cli_signals.h"
#include "tui/cli_verbs.h"
#include "tui/format.h"

#include <poll.h>

#define TELL_PERCENT 10   // a line of progress at each tenth ...
#define TELL_MS      5000 // ... or after this time

typedef struct JobWatch {
    CliHost *host;
    const Plan *plan; // as it was shown
    Plan *other;      // the one that finishes it, where that takes other steps; NULL: it does not
    CliSignals signals;
    guint64 job;
    unsigned step;    // the one that runs
    unsigned asked;   // how often somebody asked to stop
    int told_percent; // of the running step
    gint64 told_at;   // elapsed time of the step when it was told last
    bool lost;        // it was said that the connection broke
    Message *end;     // JOB_ENDED
} JobWatch;

// ---- News ------------------------------------------------------------------------------------

static const Step *running_step(const JobWatch *watch, unsigned index)
{
    const Plan *plan = watch->other ? watch->other : watch->plan;

    return index < plan->steps->len ? g_ptr_array_index(plan->steps, index) : NULL;
}

static void tell_step(JobWatch *watch, const JobNews *news)
{
    const Step *step = running_step(watch, news->step);
    if (news->step_state == STEP_RUNNING) {
        watch->step = news->step;
        watch->told_percent = 0;
        watch->told_at = 0;
        cli_printf(watch->host->paper, stderr, "Step %u of %u: %s", news->step + 1, news->steps,
                   step && step->effect ? step->effect : "");
    } else if (news->step_state == STEP_FAILED) {
        g_autofree char *text = news->failure ? failure_text(news->failure) : NULL;
        cli_printf(watch->host->paper, stderr, "Step %u of %u failed. %s", news->step + 1,
                   news->steps, text ? text : "");
    }
}

static void tell_progress(JobWatch *watch, const Progress *progress)
{
    g_autofree char *elapsed = format_duration(progress->elapsed_ms);
    int percent = progress->total ? (int) (100.0 * progress->done / progress->total) : 0;
    bool further = percent / TELL_PERCENT > watch->told_percent / TELL_PERCENT;
    bool later = progress->elapsed_ms - watch->told_at >= TELL_MS;
    if (!further && !later)
        return;
    watch->told_percent = percent;
    watch->told_at = progress->elapsed_ms;
    if (!progress->total) {
        cli_printf(watch->host->paper, stderr, "  %s", elapsed);
        return;
    }
    g_autofree char *done = size_short((gint64) progress->done);
    g_autofree char *total = size_short((gint64) progress->total);
    cli_printf(watch->host->paper, stderr, "  %s%s%d %%  %s of %s  %s%s", progress->disk,
               *progress->disk ? "  " : "", percent, done, total, elapsed,
               progress->finishing ? "  finishing" : "");
}

static void take_news(JobWatch *watch, Message *message)
{
    switch (message->kind) {
    case MSG_JOB_STEP:
        tell_step(watch, &message->job);
        break;
    case MSG_JOB_PROGRESS:
        tell_progress(watch, &message->job.progress);
        break;
    case MSG_JOB_ENDED:
        watch->end = message;
        return; // kept
    case MSG_JOB_STARTED:
        plan_free(watch->other);
        watch->other = g_steal_pointer(&message->job.plan);
        break;
    case MSG_JOB_QUEUED:
    case MSG_CONNECTED:
    case MSG_LOST:
    case MSG_ASK:
    case MSG_HOST:
    case MSG_DOMAIN:
    case MSG_WORK:
    case MSG_PLAN:
    case MSG_TEXT:
    case MSG_JOURNAL:
    case MSG_AUDIT:
    case MSG_KEPT:
    case MSG_NOTICE:
    case MSG_STOPPED:
        break;
    }
    message_free(message);
}

static bool is_ours(const JobWatch *watch, const Message *message)
{
    bool of_a_job = message->kind == MSG_JOB_STARTED || message->kind == MSG_JOB_STEP ||
                    message->kind == MSG_JOB_PROGRESS || message->kind == MSG_JOB_ENDED;
    return of_a_job && message->job.job == watch->job;
}

// The job has a connection of its own and ends in any case; this only tells why it may fail.
static void tell_loss(JobWatch *watch)
{
    if (!watch->host->failure || watch->lost)
        return;
    g_autofree char *text = failure_text(watch->host->failure);
    watch->lost = true;
    cli_printf(watch->host->paper, stderr, "%s Waiting for what became of the job.", text);
}

// Takes all messages that wait.
static void take_messages(JobWatch *watch)
{
    bool empty = false;
    while (!empty && !watch->end && !watch->host->stopped) {
        Message *message = cli_host_take(watch->host, &empty);
        if (message && is_ours(watch, message))
            take_news(watch, message);
        else
            message_free(message);
        tell_loss(watch);
    }
}

// ---- Signals ---------------------------------------------------------------------------------

static void ask_to_stop(JobWatch *watch)
{
    const Step *step = running_step(watch, watch->step);
    const CliPaper *paper = watch->host->paper;
    if (watch->asked++ > 0)
        cli_put(paper, stderr,
                _("Already asked. The running step is never cut off, because that could "
                "damage images."));
    else if (step && step->cancellable)
        cli_put(paper, stderr, _("Asking libvirt to cancel the running step ..."));
    else
        cli_put(paper, stderr,
                _("The running step cannot be cancelled; it ends first, and no other "
                "step begins."));
    engine_cancel(watch->host->engine, watch->job);
}

static void take_signals(JobWatch *watch)
{
    for (int number = cli_signals_next(&watch->signals); number;
         number = cli_signals_next(&watch->signals)) {
        if (number == SIGINT || number == SIGTERM)
            ask_to_stop(watch);
        else if (number == SIGTSTP)
            cli_put(watch->host->paper, stderr,
                    _("Not stopped: libvirt would drop the connection of a "
                    "program that stands still while its job runs."));
        else if (number == SIGHUP)
            engine_leave(watch->host->engine); // nobody reads any more; the job goes on to its end
    }
}

static void wait_for_end(JobWatch *watch)
{
    take_messages(watch);
    while (!watch->end && !watch->host->stopped) {
        struct pollfd fds[] = {
            {.fd = engine_fd(watch->host->engine), .events = POLLIN},
            {.fd = watch->signals.fd, .events = POLLIN},
        };
        poll(fds, G_N_ELEMENTS(fds), -1);
        take_signals(watch);
        take_messages(watch);
    }
}

// ---- The end ---------------------------------------------------------------------------------

static int exit_status(JobOutcome outcome)
{
    switch (outcome) {
    case JOB_DONE:
        return EXIT_DONE;
    case JOB_FAILED:
        return EXIT_FAILED;
    case JOB_REFUSED:
        return EXIT_REFUSED;
    case JOB_CHANGED:
        return EXIT_CHANGED;
    case JOB_CANCELLED:
        return EXIT_CANCELLED;
    }
    return EXIT_FAILED;
}

static void put_outcome_json(const JobWatch *watch, const JobNews *news, const char *failure)
{
    OutcomeAnswer answer = {
        .uri = cli_host_uri(watch->host),
        .uuid = watch->plan->wish->uuid,
        .guest = watch->plan->wish->domain,
        .title = watch->plan->title,
        .outcome = job_outcome_word(news->outcome),
        .story = news->story,
        .failure = failure,
    };
    g_autofree char *json = json_write_outcome(&answer);
    cli_put_json(json);
}

static int tell_end(const JobWatch *watch)
{
    const CliPaper *paper = watch->host->paper;
    if (!watch->end) {
        cli_error(paper,
                  "The engine stopped before the job's end was known. Look at the guest with "
                  "virt-snap check.");
        return EXIT_FAILED;
    }
    const JobNews *news = &watch->end->job;
    g_autofree char *failure = news->failure ? failure_text(news->failure) : NULL;
    if (paper->json)
        put_outcome_json(watch, news, failure);
    else if (news->outcome == JOB_DONE)
        cli_put(paper, stdout, news->story ? news->story : _("Done."));
    if (news->outcome != JOB_DONE)
        cli_error(paper, "%s%s%s", news->story ? news->story : job_outcome_word(news->outcome),
                  failure ? " " : "", failure ? failure : "");
    return exit_status(news->outcome);
}

static int follow(JobWatch *watch)
{
    wait_for_end(watch);
    int status = tell_end(watch);
    fflush(stdout);
    message_free(watch->end);
    plan_free(watch->other);
    return status;
}

int cli_run_job(CliHost *host, const Plan *plan)
{
    JobWatch watch = {.host = host, .plan = plan};
    fflush(stdout);
    cli_signals_hold(&watch.signals);
    watch.job = engine_run(host->engine, plan);
    int status = follow(&watch);
    cli_signals_release(&watch.signals);
    return status;
}

int cli_run_rest(CliHost *host, const Plan *whole, const char *id, bool undo, bool lose_now, const Remains *shown)
{
    JobWatch watch = {.host = host, .plan = whole};
    g_autoptr(Failure) failure = NULL;
    int status = EXIT_FAILED;
    fflush(stdout);
    cli_signals_hold(&watch.signals);
    watch.job = engine_take_up(host->engine, id, undo, lose_now, shown, &failure);
    if (watch.job) {
        status = follow(&watch);
    } else {
        g_autofree char *text = failure_text(failure);
        cli_error(host->paper, "%s", text);
    }
    cli_signals_release(&watch.signals);
    return status;
}
