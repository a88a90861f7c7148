// SPDX-License-Identifier: GPL-2.0-or-later
// The crash handler. Its static state is what a signal handler can reach; it is written only while
// the signals are not caught.
#include "tui/crash.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define STACK_BYTES (64 * 1024)

static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { CAUGHT_N = sizeof caught / sizeof caught[0] };

static struct {
    volatile sig_atomic_t armed;
    bool started;
    int fd;
    struct termios modes;
    char text[CRASH_TEXT_MAX];
    size_t length;
    struct sigaction before[CAUGHT_N];
    stack_t stack_before;
    char stack[STACK_BYTES]; // the handler's own: the crash may be a stack that overflowed
} crash;

// Only async-signal-safe calls. SIGTTOU is blocked, so tcsetattr() works from the background too.
static void handle(int number)
{
    if (crash.armed) {
        ssize_t ignored;

        crash.armed = 0;
        tcsetattr(crash.fd, TCSANOW, &crash.modes);
        ignored = write(crash.fd, crash.text, crash.length);
        (void)ignored;
    }
    for (int i = 0; i < CAUGHT_N; i++) {
        if (caught[i] == number) {
            sigaction(number, &crash.before[i], NULL);
        }
    }
    raise(number); // delivered when this handler returns
}

void crash_start(int fd, const struct termios *modes, const char *text, size_t length)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
    stack_t stack = {.ss_sp = crash.stack, .ss_size = STACK_BYTES};

    crash_stop();
    crash.fd = fd;
    crash.modes = *modes;
    crash.length = length < CRASH_TEXT_MAX ? length : CRASH_TEXT_MAX;
    memcpy(crash.text, text, crash.length);
    sigaltstack(&stack, &crash.stack_before);
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGTTOU);
    for (int i = 0; i < CAUGHT_N; i++) {
        sigaction(caught[i], &action, &crash.before[i]);
    }
    crash.started = true;
}

void crash_arm(bool armed)
{
    crash.armed = armed && crash.started;
}

void crash_stop(void)
{
    crash.armed = 0;
    if (!crash.started) {
        return;
    }
    for (int i = 0; i < CAUGHT_N; i++) {
        sigaction(caught[i], &crash.before[i], NULL);
    }
    sigaltstack(&crash.stack_before, NULL);
    crash.started = false;
}
