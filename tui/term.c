// SPDX-License-Identifier: GPL-2.0-or-later
// The terminal, with curses: modes, signals, keys.
//
// Nothing is written to it but by curses and through it, with known exceptions: bracketed paste, the mouse and
// the stack of titles are switched by literal sequences (no terminfo entry of this curses has them), sent through
// its putp(); so are the window's title and what is copied to its clipboard, as terminfo says (tsl, fsl, Ms); and
// the crash handler writes the string prepared here. Keys are read with read() and decoded in decode.c: get_wch()
// loses a character whose bytes arrive in two packets, and hands out the letters of sequences that it does not know
// as if they had been typed.
#include "tui/term.h"

#include "engine/model/tongue.h"
#include "tui/canvas_term.h"
#include "tui/crash.h"
#include "tui/decode.h"
#include "tui/text.h"
#include "tui/wake.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <curses.h>
#include <term.h> // last: it defines words like 'columns' as macros

#define COPY_LIMIT 74994 // bytes in base64 that xterm takes; others take more
#define SIDE_MAX 1000 // rows or columns; a terminal that claims more lies

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define TITLE_KEEP "\033[22;0t" // xterm's stack of titles
#define TITLE_BACK "\033[23;0t"
#define MOUSE_ON "\033[?1000h\033[?1006h" // presses and the wheel, in numbers
#define MOUSE_OFF "\033[?1006l\033[?1000l"

#define CTRL_Z 26

static struct {
    bool started;
    bool exit_hooked;
    bool lost;
    bool paste; // the terminal was told to mark pasted text
    bool mouse; // and to report the mouse
    bool ascii; // it is told no other letters
    SCREEN *screen;
    Decoder *decoder;
    char *title; // as sent last; NULL: none stands
} term;

// -- taking and giving -----------------------------------------------------------------------------

// The size that the line reports; curses would believe LINES and COLUMNS first.
static void fit_size(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        resizeterm(MIN(size.ws_row, SIDE_MAX), MIN(size.ws_col, SIDE_MAX));
    }
}

// The same for newterm(), which would take any size that the line claims: sixty thousand rows and columns are
// more cells than there is memory. It believes LINES and COLUMNS before the line; so these are ours, or nobody's.
static void tell_size(void)
{
    struct winsize size;
    g_autofree char *rows = NULL, *cols = NULL;

    g_unsetenv("LINES");
    g_unsetenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && (size.ws_row > SIDE_MAX || size.ws_col > SIDE_MAX)) {
        rows = g_strdup_printf("%d", CLAMP(size.ws_row, 1, SIDE_MAX));
        cols = g_strdup_printf("%d", CLAMP(size.ws_col, 1, SIDE_MAX));
        g_setenv("LINES", rows, TRUE);
        g_setenv("COLUMNS", cols, TRUE);
    }
}

// putp() writes through stdio, curses through a buffer of its own: flushed, so that their order holds.
static void send_literal(bool understood, const char *sequence)
{
    if (understood) {
        putp(sequence);
        fflush(stdout);
    }
}

// A string of terminfo; "" if this terminal has none of that name.
static const char *capability(const char *name)
{
    const char *value = tigetstr(name);

    return value != NULL && value != (const char *)-1 ? value : "";
}

// Where a window's title is meant and not a status line, the terminal keeps the one that was there.
static bool has_window_title(void)
{
    return g_str_has_prefix(capability("tsl"), "\033]");
}

static const char *title_off(void)
{
    return has_window_title() ? TITLE_BACK : capability("dsl");
}

static void give(void)
{
    crash_arm(false);
    if (term.title != NULL) {
        send_literal(true, title_off());
        g_clear_pointer(&term.title, g_free);
    }
    send_literal(term.mouse, MOUSE_OFF);
    send_literal(term.paste, PASTE_OFF);
    endwin();
}

static void take(void)
{
    crash_arm(true);
    fit_size();
    keypad(stdscr, TRUE);
    clearok(curscr, TRUE);
    refresh(); // also enters full-screen mode again
    send_literal(term.paste, PASTE_ON);
    send_literal(term.mouse, MOUSE_ON);
    wake_ask(WAKE_RESIZED); // whoever draws shall look at the size again
}

// Appends a string of terminfo without its padding ("$<2>").
static void append_capability(GString *text, const char *name)
{
    for (const char *value = capability(name); *value != '\0'; value++) {
        const char *end = g_str_has_prefix(value, "$<") ? strchr(value, '>') : NULL;

        if (end != NULL) {
            value = end;
        } else {
            g_string_append_c(text, *value);
        }
    }
}

static void guard_against_crash(void)
{
    static const char *const names[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    g_autoptr(GString) text = g_string_new(term.paste ? PASTE_OFF : "");
    struct termios modes;

    g_string_append(text, term.mouse ? MOUSE_OFF : "");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        append_capability(text, names[i]);
    }
    g_string_append(text, title_off());
    if (tcgetattr(STDOUT_FILENO, &modes) == 0) { // before curses changes them
        crash_start(STDOUT_FILENO, &modes, text->str, text->len);
    }
}

// -- start and stop --------------------------------------------------------------------------------

static G_GNUC_PRINTF(2, 3) bool fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_propagate_error(error, g_error_new_valist(g_quark_from_static_string("term"), 0, _(format), args));
    va_end(args);
    return false;
}

// The terminfo entry to use: where the terminal says by COLORTERM that it shows every colour, and an entry for that
// is installed (xterm-direct beside xterm-256color), that one; else TERM's. Caller frees; NULL: TERM is not set.
static char *terminal_kind(void)
{
    static const char suffix[] = "-256color";
    const char *kind = getenv("TERM"), *colours = getenv("COLORTERM");
    bool every = colours != NULL && (g_str_equal(colours, "truecolor") || g_str_equal(colours, "24bit"));
    int state;

    if (kind != NULL && every && g_str_has_suffix(kind, suffix)) {
        g_autofree char *direct = g_strdup_printf("%.*s-direct", (int)(strlen(kind) - strlen(suffix)), kind);

        if (setupterm(direct, STDOUT_FILENO, &state) == OK) {
            del_curterm(cur_term);
            return g_steal_pointer(&direct);
        }
    }
    return g_strdup(kind);
}

// Can this terminal show full screens? Leaves its terminfo entry loaded.
static bool check_terminal(const char *kind, GError **error)
{
    g_autofree char *clean = text_clean(kind != NULL ? kind : "", false);
    int state;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return fail(error, isatty(STDIN_FILENO)
                    ? N_("Standard output is not a terminal, so no screen can be shown. `virt-snap list` prints the guests "
                         "as text.")
                    : N_("Standard input is not a terminal, so no screen can be shown. `virt-snap list` prints the guests as "
                         "text."));
    }
    if (*clean == '\0') {
        return fail(error, "TERM is not set, so it is not known how to draw on this terminal. Set it to the kind of "
                    "terminal (TERM=xterm-256color fits most), or use `virt-snap list`.");
    }
    if (setupterm(kind, STDOUT_FILENO, &state) == ERR) {
        return fail(error, "The terminal type \"%s\" (TERM) is not known on this machine. Set TERM to one that is "
                    "(xterm-256color fits most), install its terminfo entry, or use `virt-snap list`.", clean);
    }
    if (*capability("cup") == '\0' || *capability("clear") == '\0') {
        return fail(error, "A terminal of type \"%s\" (TERM) cannot place its cursor, so no screen can be shown. "
                    "`virt-snap --plain` asks and answers in lines, `virt-snap list` prints the guests.", clean);
    }
    return true;
}

// What this terminal says its keys send; the decoder knows what most terminals send anyway.
static void teach_keys(void)
{
    static const struct {
        const char *capability;
        Key key;
    } table[] = {
        {"kcuu1", KEY_UP_ARROW},    {"kcud1", KEY_DOWN_ARROW}, {"kcub1", KEY_LEFT_ARROW}, {"kcuf1", KEY_RIGHT_ARROW},
        {"kpp", KEY_PAGE_UP},       {"knp", KEY_PAGE_DOWN},    {"khome", KEY_HOME_KEY},   {"kend", KEY_END_KEY},
        {"kfnd", KEY_HOME_KEY},     {"kslt", KEY_END_KEY},     {"kbs", KEY_ERASE},        {"kdch1", KEY_DELETE},
        {"kcbt", KEY_BACKTAB},      {"kent", KEY_RETURN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        const char *sequence = capability(table[i].capability);
        decoder_add(term.decoder, sequence, table[i].key);
    }
    for (Key key = KEY_F1; key <= KEY_F12; key++) {
        g_autofree char *name = g_strdup_printf("kf%u", key - KEY_F1 + 1);
        decoder_add(term.decoder, capability(name), key);
    }
}

static void set_modes(void)
{
    raw(); // Ctrl-C, Ctrl-Z and Ctrl-S are keys
    noecho();
    nonl();
    typeahead(-1); // curses shall not look for keys: it never reads them
}

bool term_start(const TermOptions *options, GError **error)
{
    bool utf8 = g_str_equal(nl_langinfo(CODESET), "UTF-8");
    g_autofree char *kind = terminal_kind();

    if (!check_terminal(kind, error)) {
        return false;
    }
    // Only to terminals that speak ANSI; others would show it.
    term.paste = g_str_has_prefix(capability("cup"), "\033[");
    term.mouse = term.paste && options->mouse;
    guard_against_crash();
    del_curterm(cur_term); // newterm() loads it again
    if (!wake_start()) {   // before curses, which then leaves those signals alone
        crash_stop();
        return fail(error, "The terminal cannot be listened to: %s.", g_strerror(errno));
    }
    crash_arm(true);
    tell_size();
    term.screen = newterm(kind, stdout, stdin);
    if (term.screen == NULL) {
        crash_stop();
        wake_stop();
        return fail(error, "The terminal cannot be prepared for full screens. `virt-snap list` prints the guests as text.");
    }
    term.started = true;
    if (!term.exit_hooked) {
        term.exit_hooked = atexit(term_stop) == 0;
    }
    term.decoder = decoder_new(utf8);
    teach_keys();
    set_modes();
    term.ascii = options->ascii || !utf8;
    canvas_open(options->theme, term.ascii);
    take();
    return true;
}

void term_stop(void)
{
    bool hooked = term.exit_hooked;

    if (!term.started) {
        return;
    }
    give();
    canvas_close();
    decoder_free(term.decoder);
    delscreen(term.screen);
    crash_stop();
    wake_stop();
    memset(&term, 0, sizeof term);
    term.exit_hooked = hooked;
}

// -- stopping for a while --------------------------------------------------------------------------

bool term_suspend(void)
{
    bool stopped;

    if (!term.started) {
        return false;
    }
    give();
    stopped = wake_suspend_group();
    take();
    return stopped;
}

// -- keys ------------------------------------------------------------------------------------------

// What signals brought, as keys; KEY_NONE: nothing.
static Key key_of_signal(void)
{
    wake_drain();
    if (wake_take(WAKE_CONTINUED)) { // stopped from outside, where nobody gave the terminal back
        give();
        take();
    }
    if (wake_take(WAKE_RESIZED)) {
        fit_size();
        return KEY_RESIZED;
    }
    return wake_take(WAKE_STOP) ? CTRL_Z : KEY_NONE;
}

static void lose(void)
{
    term.lost = true;
    wake_forget_input(); // it would be readable for ever
}

// Feeds the decoder with what comes within `wait` milliseconds. False: nothing came.
static bool read_bytes(int wait)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char bytes[4096];
    ssize_t length;

    if (poll(&input, 1, wait) <= 0) {
        return false;
    }
    length = read(STDIN_FILENO, bytes, sizeof bytes);
    if (length > 0) {
        decoder_feed(term.decoder, bytes, (gsize)length);
    } else if (length == 0 || (errno != EINTR && errno != EAGAIN)) {
        lose();
    }
    return length > 0;
}

int term_fd(void)
{
    return wake_fd();
}

bool term_lost(void)
{
    return term.lost;
}

Key term_key(void)
{
    Key key;

    if (!term.started || term.lost) {
        return KEY_NONE;
    }
    key = key_of_signal();
    while (key == KEY_NONE && (key = decoder_next(term.decoder, false)) == KEY_NONE) {
        int patience = decoder_patience(term.decoder);

        if (!read_bytes(patience)) {
            return patience > 0 ? decoder_next(term.decoder, true) : KEY_NONE;
        }
    }
    return key;
}

void term_redraw(void)
{
    if (term.started) {
        clearok(curscr, TRUE);
    }
}

void term_theme(const Theme *theme)
{
    canvas_theme(theme);
    term_redraw();
}

bool term_copy(const char *text)
{
    g_autofree char *ms = g_strdup("Ms"); // the type of tigetstr() knows no const
    const char *format = term.started ? tigetstr(ms) : NULL;
    g_autofree char *encoded = g_base64_encode((const guchar *)text, strlen(text));
    const char *sequence;

    if (format == NULL || format == (const char *)-1 || strlen(encoded) > COPY_LIMIT) {
        return false;
    }
    sequence = tiparm(format, "c", encoded);
    if (sequence == NULL) {
        return false;
    }
    putp(sequence);
    fflush(stdout);
    return true;
}

void term_title(const char *text)
{
    const char *begin = capability("tsl"), *end = capability("fsl");
    g_autofree char *clean = text_clean(text, term.ascii);

    if (!term.started || *begin == '\0' || *end == '\0' || g_strcmp0(clean, term.title) == 0) {
        return;
    }
    if (term.title == NULL) {
        send_literal(has_window_title(), TITLE_KEEP);
    }
    putp(tiparm(begin, 0));
    fputs(clean, stdout);
    putp(end);
    fflush(stdout);
    g_free(term.title);
    term.title = g_steal_pointer(&clean);
}

void term_beep(void)
{
    if (term.started) {
        beep();
    }
}
