// SPDX-License-Identifier: GPL-2.0-or-later
// Questions on /dev/tty. While nothing is echoed signals are held, so that Ctrl-C leaves a terminal
// that echoes again.
#include "tui/cli_ask.h"

#include "engine/model/tongue.h"
#include "tui/cli_signals.h"
#include "tui/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ANSWER_LIMIT 4096

static int open_terminal(void)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

bool cli_can_ask(void)
{
    int fd = open_terminal();
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static void put(int fd, const char *text)
{
    gsize left = strlen(text);
    while (left > 0) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            text += n;
            left -= (gsize) n;
        }
    }
}

// One line of the terminal; NULL at its end, after an error, or when a held signal came.
static char *read_line(int fd, const CliSignals *signals)
{
    g_autoptr(GString) line = g_string_new(NULL);
    for (;;) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = signals->fd, .events = POLLIN}};
        char c;
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno != EINTR)
            return NULL;
        if (fds[1].revents)
            return NULL;
        if (!fds[0].revents)
            continue;
        if (read(fd, &c, 1) != 1 || line->len >= ANSWER_LIMIT)
            return NULL;
        if (c == '\n')
            return g_string_free(g_steal_pointer(&line), FALSE);
        g_string_append_c(line, c);
    }
}

// Reads with echo off; ends with a line feed of our own, as that of Enter was not echoed.
static char *read_secret(int fd, const CliSignals *signals)
{
    struct termios mode, silent;
    if (tcgetattr(fd, &mode) < 0)
        return NULL;
    silent = mode;
    silent.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
    tcsetattr(fd, TCSAFLUSH, &silent);
    char *answer = read_line(fd, signals);
    tcsetattr(fd, TCSAFLUSH, &mode);
    put(fd, "\n");
    return answer;
}

char *cli_ask(const CliPaper *paper, const char *question, bool secret)
{
    CliSignals signals;
    g_autofree char *clean = text_clean(question, paper->ascii || !g_get_charset(NULL)); // on a terminal always
    int fd = open_terminal();
    if (fd < 0)
        return NULL;
    fflush(stdout);
    fflush(stderr);
    cli_signals_hold(&signals);
    put(fd, clean);
    put(fd, " ");
    char *answer = secret ? read_secret(fd, &signals) : read_line(fd, &signals);
    close(fd);
    cli_signals_release(&signals); // Ctrl-C acts here
    return answer;
}

void cli_ask_forget(void)
{
    int fd = open_terminal();
    if (fd < 0)
        return;
    tcflush(fd, TCIFLUSH);
    close(fd);
}

static char *ask_credential(const CliPaper *paper, const Credential *credential)
{
    GString *question = g_string_new(NULL);
    if (credential->challenge)
        g_string_append_printf(question, "%s ", credential->challenge);
    g_string_append(question, credential->prompt ? credential->prompt : _("Answer"));
    if (credential->preset && !credential->secret)
        g_string_append_printf(question, " [%s]", credential->preset);
    if (question->len && !strchr(":?", question->str[question->len - 1]))
        g_string_append_c(question, ':');
    char *answer = cli_ask(paper, question->str, credential->secret);
    g_string_free(question, TRUE);
    if (answer && !*answer && credential->preset) {
        g_free(answer);
        answer = g_strdup(credential->preset);
    }
    return answer;
}

char **cli_ask_credentials(const CliPaper *paper, const GPtrArray *credentials)
{
    g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < credentials->len; i++) {
        char *answer = ask_credential(paper, g_ptr_array_index(credentials, i));
        if (!answer)
            return NULL;
        g_ptr_array_add(answers, answer);
    }
    g_ptr_array_add(answers, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&answers), FALSE);
}
