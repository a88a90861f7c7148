// SPDX-License-Identifier: GPL-2.0-or-later
// The loop: apply what arrived, draw one frame, wait. No time-out but the next tick of a job's clock.

#include "tui/loop.h"

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/canvas.h"
#include "tui/cli.h"
#include "tui/parent.h"
#include "tui/term.h"
#include "tui/text.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define BURST 1000       // messages of one engine per frame, so that keys are heard in between
#define PATIENCE_MS 2000 // for engines that have no job but do not stop

int loop_hold_signals(void)
{
    sigset_t held;

    sigemptyset(&held);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    pthread_sigmask(SIG_BLOCK, &held, NULL);
    return signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int next_signal(int signals)
{
    struct signalfd_siginfo info;

    if (signals < 0 || read(signals, &info, sizeof info) != sizeof info)
        return 0;
    return (int) info.ssi_signo;
}

static void tell_time(App *app)
{
    app_clock(app, g_get_real_time() / G_USEC_PER_SEC, g_get_monotonic_time() / 1000);
}

static void hear_engines(App *app)
{
    for (guint i = 0; i < app->hosts->len; i++) {
        AppHost *host = app->hosts->pdata[i];
        Message *message;

        for (int n = 0; n < BURST && (message = engine_next(host->engine)); n++)
            app_message(app, host, message);
    }
    app_drain_leaving(app);
}

static void hear_keys(App *app)
{
    Key key;
    int rows, cols;

    while (!app->leave && (key = term_key()) != KEY_NONE) {
        tell_time(app);
        app_key(app, key);
    }
    canvas_size(&rows, &cols);
    app_resize(app, rows, cols);
}

// What the App asked to happen outside of it.
static void apply_effects(App *app)
{
    if (app->effects & EFFECT_SUSPEND && !term_suspend())
        app_notice(app, true, "Not suspended: there is no shell that could continue virt-snap.");
    if (app->effects & EFFECT_THEME)
        term_theme(app->theme);
    if (app->effects & EFFECT_REDRAW)
        term_redraw();
    if (app->effects & EFFECT_BEEP)
        term_beep();
    if (app->effects & EFFECT_COPY)
        app_tell_copied(app, term_copy(app->clipboard));
    app->effects = 0;
}

// Waits for any of: `first` and `second` (-1: none), the parent's end, the engines; at most `timeout` milliseconds.
static void wait_for(const App *app, int first, int second, int timeout)
{
    g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(struct pollfd));
    struct pollfd fd = {.fd = first, .events = POLLIN};

    g_array_append_val(fds, fd);
    fd.fd = second;
    g_array_append_val(fds, fd);
    fd.fd = parent_fd();
    g_array_append_val(fds, fd);
    for (guint i = 0; i < app->hosts->len; i++) {
        const AppHost *host = app->hosts->pdata[i];

        fd.fd = host->stopped ? -1 : engine_fd(host->engine);
        g_array_append_val(fds, fd);
    }
    for (guint i = 0; i < app->leaving->len; i++) {
        fd.fd = engine_fd(app->leaving->pdata[i]);
        g_array_append_val(fds, fd);
    }
    poll(&g_array_index(fds, struct pollfd, 0), fds->len, timeout);
}

static int timeout_of(const App *app)
{
    gint64 deadline = app_deadline(app);

    return deadline < 0 ? -1 : (int) CLAMP(deadline - g_get_monotonic_time() / 1000, 0, 60000);
}

// Among ten windows of a terminal the one is found that shows this guest.
static void name_window(const App *app)
{
    const AppGuest *guest = app_guest(app);
    g_autofree char *title = guest ? g_strdup_printf("virt-snap: %s", guest->name) : g_strdup("virt-snap");

    term_title(title);
}

void loop_run(App *app, int signals)
{
    while (!app->leave) {
        tell_time(app);
        hear_engines(app);
        hear_keys(app);
        if (app->leave || term_lost() || parent_gone() || next_signal(signals) != 0)
            break;
        apply_effects(app);
        app_settle(app);
        name_window(app);
        screen_draw(app);
        wait_for(app, term_fd(), signals, timeout_of(app));
    }
}

static bool all_stopped(const App *app)
{
    for (guint i = 0; i < app->hosts->len; i++)
        if (!((const AppHost *) app->hosts->pdata[i])->stopped)
            return false;
    return app->leaving->len == 0;
}

// Names, and what libvirt said, are foreign: cleaned, as on the screen.
static G_GNUC_PRINTF(1, 2) void say(const char *format, ...)
{
    g_autofree char *text = NULL, *clean = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(_(format), args);
    va_end(args);
    clean = text_clean(text, !g_get_charset(NULL));
    printf("virt-snap: %s\n", clean);
}

// `stops`: at the end of its present step; else it goes on.
static void print_running(const App *app, bool stops)
{
    for (guint i = 0; i < app->jobs->len; i++) {
        const AppJob *job = app->jobs->pdata[i];

        if (job->running)
            say(stops ? N_("stops after its present step: %s.") : N_("goes on in the background: %s."), job->brief);
    }
}

static bool print_outcome(const AppJob *job)
{
    g_autofree char *failure = job->failure ? failure_text(job->failure) : NULL;

    say("%s: %s.%s%s%s%s", job->brief, job_outcome_word(job->outcome), job->story ? " " : "",
        job->story ? job->story : "", failure ? " " : "", failure ? failure : "");
    fflush(stdout);
    return job->outcome == JOB_DONE;
}

static void for_engines(const App *app, void (*call)(Engine *))
{
    for (guint i = 0; i < app->hosts->len; i++)
        call(((AppHost *) app->hosts->pdata[i])->engine);
}

// The shell gets its prompt; what runs goes on in a session of its own, and the journal keeps how it ends.
static void go_behind(const App *app)
{
    for_engines(app, engine_leave);
    print_running(app, false);
    say("virt-snap jobs shows them; the next start tells how they ended.");
    fflush(stdout);
    parent_release(EXIT_DONE);
}

// A job runs, so Ctrl-Z shall not stop us; as a key it is read no more.
static void print_stopping(const App *app)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGTSTP, &ignore, NULL);
    print_running(app, true);
    say("Waiting for that; Ctrl-C leaves it to the background.");
    fflush(stdout);
}

// Hears what still comes. A signal, or the end of who waits for us, sends us to the background.
static void wait_for_jobs(App *app, int signals)
{
    gint64 patience = g_get_monotonic_time() / 1000 + PATIENCE_MS;

    while (!all_stopped(app)) {
        gint64 left = patience - g_get_monotonic_time() / 1000;
        bool running = app_jobs_running(app) > 0;

        if (!running && left <= 0)
            return;
        wait_for(app, -1, signals, running ? -1 : (int) left);
        if (next_signal(signals) != 0 || parent_gone())
            go_behind(app);
        tell_time(app);
        hear_engines(app);
        if (running)
            patience = g_get_monotonic_time() / 1000 + PATIENCE_MS;
    }
}

bool loop_finish(App *app, int signals)
{
    g_autoptr(GPtrArray) awaited = g_ptr_array_new();
    bool good = true;

    for (guint i = 0; i < app->jobs->len; i++)
        if (((AppJob *) app->jobs->pdata[i])->running)
            g_ptr_array_add(awaited, app->jobs->pdata[i]);
    if (awaited->len && app->stopping)
        print_stopping(app);
    else if (awaited->len)
        go_behind(app);
    for_engines(app, engine_stop);
    wait_for_jobs(app, signals);
    for (guint i = 0; i < awaited->len; i++)
        good &= print_outcome(awaited->pdata[i]);
    return good;
}
