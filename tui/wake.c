// SPDX-License-Identifier: GPL-2.0-or-later
// Signals of the terminal, made pollable. The static state is what a signal handler can reach.
#include "tui/wake.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int numbers[WAKE_N] = {
    [WAKE_RESIZED] = SIGWINCH,
    [WAKE_STOP] = SIGTSTP,
    [WAKE_CONTINUED] = SIGCONT,
};

static volatile sig_atomic_t came[WAKE_N];

static struct {
    bool started;
    int poll;   // epoll: stdin and `events`
    int events; // eventfd
    struct sigaction before[WAKE_N];
} wake;

static void wake_up(void)
{
    uint64_t one = 1;
    ssize_t ignored = write(wake.events, &one, sizeof one);

    (void)ignored;
}

static void handle(int number)
{
    int saved = errno;

    for (WakeSignal signal = 0; signal < WAKE_N; signal++) {
        if (numbers[signal] == number) {
            came[signal] = 1;
        }
    }
    wake_up();
    errno = saved;
}

static bool watch(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    return epoll_ctl(wake.poll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void close_files(void)
{
    close(wake.events);
    close(wake.poll);
}

bool wake_start(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};

    wake.poll = epoll_create1(EPOLL_CLOEXEC);
    wake.events = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake.poll < 0 || wake.events < 0 || !watch(STDIN_FILENO) || !watch(wake.events)) {
        int reason = errno;

        close_files();
        errno = reason;
        return false;
    }
    sigemptyset(&action.sa_mask);
    for (WakeSignal signal = 0; signal < WAKE_N; signal++) {
        came[signal] = 0;
        sigaction(numbers[signal], &action, &wake.before[signal]);
    }
    wake.started = true;
    return true;
}

void wake_stop(void)
{
    if (!wake.started) {
        return;
    }
    for (WakeSignal signal = 0; signal < WAKE_N; signal++) {
        sigaction(numbers[signal], &wake.before[signal], NULL);
    }
    close_files();
    wake.started = false;
}

int wake_fd(void)
{
    return wake.started ? wake.poll : -1;
}

void wake_drain(void)
{
    uint64_t count;
    ssize_t ignored = read(wake.events, &count, sizeof count);

    (void)ignored;
}

bool wake_take(WakeSignal signal)
{
    bool asked = came[signal] != 0;

    came[signal] = 0;
    return asked;
}

void wake_ask(WakeSignal signal)
{
    came[signal] = 1;
    wake_up();
}

void wake_forget_input(void)
{
    epoll_ctl(wake.poll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
}

// The group, as the key would where the terminal itself handles it: else a shell script around this
// program would go on waiting for it. A group without a shell is not stopped by the kernel.
bool wake_suspend_group(void)
{
    struct sigaction fall = {.sa_handler = SIG_DFL}, ours;
    sigset_t stop, mask;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &stop, &mask);
    sigaction(SIGTSTP, &fall, &ours);
    came[WAKE_CONTINUED] = 0;
    kill(0, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, NULL); // here it stops, and goes on after SIGCONT
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    came[WAKE_STOP] = 0;
    return wake_take(WAKE_CONTINUED);
}
