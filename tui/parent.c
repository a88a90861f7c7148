// SPDX-License-Identifier: GPL-2.0-or-later
// The process that the shell waits for. Its static state is the line between the two processes: one pair of sockets.

#include "tui/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int line = -1; // to the other process

// ---- the parent -------------------------------------------------------------------------------

typedef struct Waiting {
    pid_t child;
    int signals;
    bool has_modes;
    struct termios modes; // of the terminal, before the child took it
} Waiting;

// All that can be, but what stops whoever reads a terminal in the background: that hits both anyway.
static sigset_t watched_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    sigdelset(&all, SIGTTIN);
    sigdelset(&all, SIGTTOU);
    return all;
}

// Lets a signal do to this process what it does by default.
static void suffer(int number)
{
    struct sigaction fall = {.sa_handler = SIG_DFL};
    sigset_t one, before;

    sigemptyset(&one);
    sigaddset(&one, number);
    sigaction(number, &fall, NULL);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &one, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// The child was killed, maybe before it could give the terminal back: its lines and its echo come back at least. In
// the background the terminal is the shell's again, which has modes of its own.
static void restore_modes(const Waiting *waiting)
{
    if (waiting->has_modes && tcgetpgrp(STDIN_FILENO) == getpgrp())
        tcsetattr(STDIN_FILENO, TCSANOW, &waiting->modes);
}

_Noreturn static void end_by(const Waiting *waiting, int number)
{
    static const struct rlimit none = {0, 0};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGTTOU, &ignore, NULL); // the shell may take the terminal back at this moment
    restore_modes(waiting);
    setrlimit(RLIMIT_CORE, &none); // the child left one, if any
    suffer(number);
    _exit(128 + number);
}

// What became of the child; returns by what it was stopped, 0: it was not. What stops whoever reads a terminal in the
// background has stopped this process too.
static int hear_child(const Waiting *waiting)
{
    int status, stopped = 0;

    while (waitpid(waiting->child, &status, WNOHANG | WUNTRACED) > 0) {
        if (WIFEXITED(status))
            _exit(WEXITSTATUS(status));
        if (WIFSIGNALED(status))
            end_by(waiting, WTERMSIG(status));
        stopped = WSTOPSIG(status) == SIGSTOP || WSTOPSIG(status) == SIGTSTP ? WSTOPSIG(status) : 0;
    }
    return stopped;
}

// Was it sent to this process by somebody else than the child? What the kernel sends, it sends to both.
static bool is_for_us(const Waiting *waiting, const struct signalfd_siginfo *info)
{
    return info->ssi_code <= 0 && (pid_t) info->ssi_pid != waiting->child;
}

static void hear_signals(const Waiting *waiting)
{
    struct signalfd_siginfo info;
    bool news = false, continued = false;
    int stop = 0, heard; // by which signal the child was stopped, or stops the whole group

    while (read(waiting->signals, &info, sizeof info) == sizeof info) {
        int number = (int) info.ssi_signo;

        if (number == SIGCHLD)
            news = true;
        else if (number == SIGCONT)
            continued = true;
        else if (number == SIGTSTP && (pid_t) info.ssi_pid == waiting->child)
            stop = SIGTSTP;
        else if (number != SIGWINCH && is_for_us(waiting, &info))
            kill(waiting->child, number);
    }
    if (continued)
        kill(waiting->child, SIGCONT);
    heard = news ? hear_child(waiting) : 0;
    if ((heard || stop) && !continued) // else it goes on with us: that it was stopped before is no news
        suffer(heard ? heard : stop);
}

// A byte: the child goes on alone, and that is our exit status.
static void hear_line(void)
{
    unsigned char status;

    if (read(line, &status, 1) == 1)
        _exit(status);
    close(line); // the child ends; how, it will be told
    line = -1;
}

_Noreturn static void wait_for_child(const Waiting *waiting)
{
    for (;;) {
        struct pollfd fds[] = {{.fd = waiting->signals, .events = POLLIN}, {.fd = line, .events = POLLIN}};

        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[1].revents)
            hear_line();
        if (fds[0].revents)
            hear_signals(waiting);
    }
}

// ---- the child --------------------------------------------------------------------------------

static void keep_line(const int *lines, int ours)
{
    line = lines[ours];
    close(lines[1 - ours]);
}

static void undo_start(const int *lines)
{
    close(lines[0]);
    close(lines[1]);
}

bool parent_start(void)
{
    Waiting waiting = {0};
    sigset_t watched = watched_signals(), before;
    int lines[2], reason;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines) < 0)
        return false;
    waiting.has_modes = tcgetattr(STDIN_FILENO, &waiting.modes) == 0;
    waiting.signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    pthread_sigmask(SIG_BLOCK, &watched, &before); // what comes meanwhile is heard by whom it was meant for
    waiting.child = waiting.signals < 0 ? -1 : fork(); // a deaf parent would hold the shell for ever
    if (waiting.child > 0) {
        keep_line(lines, 0);
        wait_for_child(&waiting);
    }
    reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (waiting.signals >= 0)
        close(waiting.signals);
    if (waiting.child == 0)
        keep_line(lines, 1);
    else
        undo_start(lines);
    errno = reason;
    return waiting.child == 0;
}

int parent_fd(void)
{
    return line;
}

bool parent_gone(void)
{
    struct pollfd fd = {.fd = line, .events = POLLIN};

    return line >= 0 && poll(&fd, 1, 0) > 0; // it never writes: what can be read is its end
}

static void leave_terminal(void)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    setsid(); // no leader of its group, so it may
    for (int fd = STDIN_FILENO; nowhere >= 0 && fd <= STDERR_FILENO; fd++)
        dup2(nowhere, fd);
    if (nowhere > STDERR_FILENO)
        close(nowhere);
}

void parent_release(int status)
{
    unsigned char byte = (unsigned char) status;

    if (line < 0)
        return;
    leave_terminal();
    (void) !send(line, &byte, 1, MSG_NOSIGNAL); // gone already: then the shell goes on already
    close(line);
    line = -1;
}
