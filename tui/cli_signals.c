// SPDX-License-Identifier: GPL-2.0-or-later
// Signals through signalfd(2): no handler, so no global state.
#include "tui/cli_signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

void cli_signals_hold(CliSignals *signals)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGTSTP);
    sigaddset(&held, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &held, &signals->old);
    signals->fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cli_signals_next(const CliSignals *signals)
{
    struct signalfd_siginfo info;
    if (signals->fd < 0 || read(signals->fd, &info, sizeof(info)) != sizeof(info))
        return 0;
    return (int) info.ssi_signo;
}

void cli_signals_release(CliSignals *signals)
{
    struct timespec none = {0, 0};
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    while (sigtimedwait(&pipe_only, NULL, &none) > 0)
        ; // lines that nobody read are no reason to die after the job
    if (signals->fd >= 0)
        close(signals->fd);
    pthread_sigmask(SIG_SETMASK, &signals->old, NULL);
}
