// SPDX-License-Identifier: GPL-2.0-or-later
// What each message of an engine does to the App. The switch has no default, so that the compiler
// lists what a new kind of message forgot.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"

#include <string.h>

static void take_connected(App *app, AppHost *host, Host *facts)
{
    Dialog *dialog = dialog_find(app, &connect_dialog, 0);
    bool again = host->host != NULL;
    bool failed = host->failure != NULL;

    host_unref(host->host);
    host->host = facts;
    host->link = LINK_UP;
    host->told = false;
    host->retry_at = 0;
    g_clear_pointer(&host->watched, g_free); // a new connection knows nothing of it
    g_clear_pointer(&host->failure, failure_free);
    if (dialog && dialog->host == host)
        dialog_close(app, dialog);
    if (again) {
        app_notice(app, false, "Connected to %s again.", app_host_name(host));
        return;
    }
    if (failed)
        g_clear_pointer(&app->notice, g_free); // the failure is over now
}

// The same failure again, as every retry brings it, is not news.
static bool is_news(const AppHost *host, const Failure *failure)
{
    return !host->failure || g_strcmp0(host->failure->said, failure->said) != 0 ||
           g_strcmp0(host->failure->what, failure->what) != 0;
}

// The notice: why, then which host, by the name that the title has.
static void log_loss(App *app, const AppHost *host, const Failure *failure)
{
    const char *why = failure->said ? failure->said : failure->what;
    g_autofree char *notice = g_strdup_printf("%s (%s)", why, app_host_name(host));

    app_log_as(app, NULL, true, failure, notice);
}

static void take_lost(App *app, AppHost *host, Message *message)
{
    Failure *failure = g_steal_pointer(&message->lost.failure);
    bool news = is_news(host, failure);

    if (host->link == LINK_UP)
        host->lost_at = app->wall;
    host->link = message->lost.fatal || !host->host ? LINK_DOWN : LINK_LOST;
    host->retry_at = message->lost.retry_ms < 0 ? 0 : app->wall + (message->lost.retry_ms + 999) / 1000;
    failure_free(host->failure);
    host->failure = failure;
    if (news)
        log_loss(app, host, failure);
    if (host->link == LINK_DOWN && !host->told) {
        host->told = true;
        open_connect_dialog(app, host);
    }
}

// A plan came: the dialog that waits for it, if it was not cancelled, gives way to the plan.
static void take_plan(App *app, AppHost *host, Message *message)
{
    Dialog *waiting = dialog_find(app, &planning_dialog, message->plan.ticket);
    const Failure *failure = message->plan.failure;

    if (message->plan.picture) {
        AppGuest *guest = app_find_guest(host, message->plan.picture->domain->uuid);

        if (guest)
            guest_take_picture(guest, g_steal_pointer(&message->plan.picture));
    }
    if (message->plan.remains || !waiting) {
        Dialog *remains = dialog_find(app, &remains_dialog, message->plan.ticket);

        if (remains && remains->host == host)
            remains_take(remains, message);
    }
    if (!waiting || waiting->host != host)
        return;
    dialog_close(app, waiting);
    if (message->plan.plan) {
        open_plan_dialog(app, host, g_steal_pointer(&message->plan.plan));
    } else if (failure) {
        app_log(app, NULL, true, failure);
        open_message_dialog(app, _("No plan could be made"), failure);
    }
}

static void take_picture(AppHost *host, Picture *picture)
{
    AppGuest *guest = app_find_guest(host, picture->domain->uuid);

    if (guest)
        guest_take_picture(guest, picture);
    else
        picture_unref(picture); // gone from the list meanwhile, or not in it yet: it will come again
}

static void take_work(App *app, AppHost *host, Message *message)
{
    AppGuest *guest = app_find_guest(host, message->work.uuid);

    if (!guest)
        return;
    if (!guest->work && message->work.jobs->len)
        app_read_journal(app); // whose is it?
    guest_take_work(guest, g_steal_pointer(&message->work.jobs));
}

static void take_stopped(AppHost *host)
{
    host->stopped = true;
    if (host->link != LINK_DOWN)
        host->link = host->host ? LINK_LOST : LINK_DOWN;
}

void app_message(App *app, AppHost *host, Message *message)
{
    switch (message->kind) {
    case MSG_CONNECTED:
        take_connected(app, host, g_steal_pointer(&message->host));
        break;
    case MSG_LOST:
        take_lost(app, host, message);
        break;
    case MSG_ASK:
        open_ask_dialog(app, host, message->ask.ticket, message->ask.credentials);
        break;
    case MSG_HOST:
        host_take_list(app, host, message->guests);
        break;
    case MSG_DOMAIN:
        take_picture(host, g_steal_pointer(&message->picture));
        break;
    case MSG_WORK:
        take_work(app, host, message);
        break;
    case MSG_PLAN:
        take_plan(app, host, message);
        break;
    case MSG_JOURNAL:
        app_take_journal(app, message);
        break;
    case MSG_AUDIT:
        app_take_audit(app, message);
        break;
    case MSG_KEPT:
        app_take_kept(app, message);
        break;
    case MSG_TEXT:
        app_take_text(app, host, message);
        break;
    case MSG_JOB_QUEUED:
    case MSG_JOB_STARTED:
    case MSG_JOB_STEP:
    case MSG_JOB_PROGRESS:
    case MSG_JOB_ENDED:
        app_take_job(app, host, message->kind, &message->job);
        break;
    case MSG_NOTICE:
        app_log(app, NULL, message->lost.failure->said != NULL, message->lost.failure);
        break;
    case MSG_STOPPED:
        take_stopped(host);
        break;
    }
    if (app->guest_filter && message->kind != MSG_JOB_PROGRESS) // other guests may match now
        app_rebuild_rows(app);
    message_free(message);
}
