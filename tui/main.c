// SPDX-License-Identifier: GPL-2.0-or-later
// The program: decides between the command line and the terminal interface, and starts the latter.

#include "tui/app_parts.h"

#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/config_file.h"
#include "tui/demo.h"
#include "tui/language.h"
#include "tui/loop.h"
#include "tui/parent.h"
#include "tui/plain.h"
#include "tui/settings.h"
#include "tui/term.h"

#include <errno.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Arguments {
    char **uris;
    char **rest;
    char *theme;
    gboolean read_only, ascii, mouse, demo, plain, help, version;
} Arguments;

static void arguments_clear(Arguments *arguments)
{
    g_strfreev(arguments->uris);
    g_strfreev(arguments->rest);
    g_free(arguments->theme);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static bool parse_arguments(Arguments *to, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"connect", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &to->uris, NULL, NULL},
        {"readonly", 'r', 0, G_OPTION_ARG_NONE, &to->read_only, NULL, NULL},
        {"theme", 0, 0, G_OPTION_ARG_STRING, &to->theme, NULL, NULL},
        {"ascii", 0, 0, G_OPTION_ARG_NONE, &to->ascii, NULL, NULL},
        {"mouse", 0, 0, G_OPTION_ARG_NONE, &to->mouse, NULL, NULL},
        {"demo", 0, 0, G_OPTION_ARG_NONE, &to->demo, NULL, NULL},
        {"plain", 0, 0, G_OPTION_ARG_NONE, &to->plain, NULL, NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &to->help, NULL, NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &to->version, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &to->rest, NULL, NULL},
        {.long_name = NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_auto(GStrv) copy = g_strdupv(argv);

    (void) argc;
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse_strv(context, &copy, error))
        return false;
    if (to->rest && to->rest[0] && to->rest[1]) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                    _("only one guest can be opened at the start, and \"%s\" is one too many"), to->rest[1]);
        return false;
    }
    return true;
}

// The theme asked for, or the default. What is wrong with it goes to the other faults of the settings.
static Theme *open_theme(const ThemeShelf *themes, Settings *settings)
{
    Theme *theme = theme_shelf_get(themes, settings->theme, settings->faults);

    return theme ? theme : theme_builtin(false);
}

// All that is wrong in what the operator wrote, the first of it in the notice row.
static void tell_faults(App *app, const GPtrArray *faults)
{
    for (guint i = faults->len; i > 0; i--) {
        g_autoptr(Failure) failure = failure_new(faults->pdata[i - 1], NULL, 0, _("Correct it; until then it is left out, and the rest holds."));
        g_autofree char *brief = config_fault_brief(faults->pdata[i - 1]);

        app_log_as(app, NULL, true, failure, brief);
    }
}

static Settings *effective_settings(const Arguments *arguments)
{
    Settings *settings = settings_load();

    settings_take_environment(settings);
    settings_take_arguments(settings, (const char *const *) arguments->uris, arguments->theme, arguments->read_only,
                            arguments->ascii);
    return settings;
}

static int run(const Arguments *arguments, const char *demo)
{
    g_autoptr(Settings) settings = effective_settings(arguments);
    const char *const demo_only[] = {demo, NULL};
    g_autofree char *recent = g_build_filename(g_get_user_state_dir(), "virt-snap", "recent", NULL);
    g_autofree char *copy = g_build_filename(g_get_user_state_dir(), "virt-snap", "copied", NULL);
    AppOptions options = {
        .keymap = &settings->keymap,
        .uris = arguments->demo ? demo_only : (const char *const *) settings->connect,
        .read_only = settings->read_only,
        .keep_xml = settings->keep_xml,
        .poll_ms = settings->poll_ms,
        .domain = arguments->rest ? arguments->rest[0] : NULL,
        .demo = demo,
        .recent = settings->remember ? recent : NULL,
        .copy = copy,
        .theme = settings->theme,
    };
    g_autoptr(ThemeShelf) themes = theme_shelf_new(settings->theme); // before curses: Ctrl-C still ends a wait
    g_autoptr(Theme) theme = open_theme(themes, settings);
    TermOptions term = {.theme = theme, .mouse = settings->mouse || arguments->mouse, .ascii = settings->ascii};
    g_autoptr(GError) error = NULL;
    int signals = loop_hold_signals();
    App *app;
    bool good;

    if (!term_start(&term, &error)) {
        fprintf(stderr, "virt-snap: %s\n", error->message);
        return EXIT_USAGE;
    }
    options.themes = g_steal_pointer(&themes);
    app = app_new(&options);
    app_clock(app, g_get_real_time() / G_USEC_PER_SEC, g_get_monotonic_time() / 1000); // the log dates what follows
    tell_faults(app, settings->faults);
    if (!arguments->demo)
        app_tell_journal(app);
    loop_run(app, signals);
    term_stop();
    good = loop_finish(app, signals);
    fflush(NULL);
    _exit(good ? EXIT_DONE : EXIT_FAILED); // an engine that hangs in a connect must not hold us
}

// The same without a screen.
static int run_plain(const Arguments *arguments, const char *demo)
{
    g_autoptr(Settings) settings = effective_settings(arguments);
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    bool utf8 = g_get_charset(NULL);
    bool ascii = settings->ascii || !utf8;
    CliPaper paper = {.ascii = ascii, .ascii_errors = ascii, .ascii_lines = ascii};
    CliOptions options = {
        .uris = uris,
        .read_only = settings->read_only,
        .keep_xml = settings->keep_xml,
        .demo = arguments->demo,
        .domain = arguments->rest ? arguments->rest[0] : NULL,
    };

    for (char **uri = settings->connect; *uri && !arguments->demo; uri++)
        g_ptr_array_add(uris, *uri);
    if (arguments->demo)
        g_ptr_array_add(uris, (gpointer) demo);
    cli_tell_faults(settings, &paper);
    return plain_main(&options, &paper);
}

int main(int argc, char **argv)
{
    g_auto(Arguments) arguments = {0};
    g_autofree char *demo = NULL;
    g_autoptr(GError) error = NULL;

    setlocale(LC_ALL, "");
    language_bind();
    mallopt(M_ARENA_MAX, 2); // a heap for each of a dozen threads costs a sixth of the memory, and gains nothing here
    if (cli_wants(argc, argv))
        return cli_main(argc, argv);
    if (!parse_arguments(&arguments, argc, argv, &error)) {
        fprintf(stderr, _("virt-snap: %s. See virt-snap --help.\n"), error->message);
        return EXIT_USAGE;
    }
    if (arguments.help) {
        cli_usage(stdout);
        return EXIT_DONE;
    }
    if (arguments.version) {
        puts("virt-snap " VIRT_SNAP_VERSION);
        return EXIT_DONE;
    }
    demo = demo_uri();
    if (arguments.demo && !demo) {
        fprintf(stderr, _("virt-snap: the file of the demo host, data/demo.xml, was not found in %s.\n"),
                VIRT_SNAP_DATADIR);
        return EXIT_FAILED;
    }
    if (arguments.plain)
        return run_plain(&arguments, demo);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        fprintf(stderr, _("virt-snap: the terminal interface needs a terminal. For scripts and pipes there is "
                          "virt-snap list; virt-snap --help shows more.\n"));
        return EXIT_USAGE;
    }
    if (!parent_start()) {
        fprintf(stderr, _("virt-snap: no other process can be started (%s), and without one no job could go on when the "
                          "terminal goes. Free some memory or processes, then try again.\n"), g_strerror(errno));
        return EXIT_FAILED;
    }
    return run(&arguments, demo);
}
