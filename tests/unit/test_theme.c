// SPDX-License-Identifier: GPL-2.0-or-later
// Themes: the shipped files, the parser's sentences, and what terminals with fewer colours show.

#include "tui/theme_shelf.h"

#include <glib/gstdio.h>
#include <string.h>

static void assert_style(Style style, int foreground, int background, unsigned attributes)
{
    g_assert_cmpint(style.foreground, ==, foreground);
    g_assert_cmpint(style.background, ==, background);
    g_assert_cmpuint(style.attributes, ==, attributes);
}

static char *shipped(const char *name)
{
    return g_build_filename(g_getenv("G_TEST_SRCDIR"), "..", "themes", name, NULL);
}

static GPtrArray *no_faults(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void assert_none(const GPtrArray *faults)
{
    g_assert_cmpstr(faults->len > 0 ? faults->pdata[0] : NULL, ==, NULL);
}

// A shipped file: every role is in it. Its text is left in *text.
static Theme *read_shipped(const char *name, char **text)
{
    g_autofree char *file = g_strconcat(name, ".theme", NULL);
    g_autofree char *path = shipped(file);
    g_autoptr(GPtrArray) faults = no_faults();
    Theme *theme;

    g_assert_true(g_file_get_contents(path, text, NULL, NULL));
    theme = theme_parse(*text, path, faults);
    assert_none(faults);
    g_assert_cmpstr(theme->name, ==, name);
    g_assert_cmpstr(theme->purpose, !=, "");
    for (Role role = 0; role < ROLE_N; role++) {
        g_autofree char *setting = g_strdup_printf("\n%s = ", role_name(role));

        if (strstr(*text, setting) == NULL) {
            g_error("%s says nothing about %s", name, role_name(role));
        }
    }
    return theme;
}

// The file says the same as the program, about every role.
static void assert_builtin(const char *name, bool mono)
{
    g_autofree char *text = NULL;
    g_autoptr(Theme) theme = read_shipped(name, &text);
    g_autoptr(Theme) builtin = theme_builtin(mono);

    for (Role role = 0; role < ROLE_N; role++) {
        const Style *its = &theme->styles[role];

        assert_style(builtin->styles[role], its->foreground, its->background, its->attributes);
    }
}

static void test_builtin(void)
{
    assert_builtin("default", false);
    assert_builtin("mono", true);
}

// ---- every shipped theme --------------------------------------------------------------------------

static GPtrArray *shipped_names(void)
{
    g_autofree char *path = shipped("");
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *file;

    while ((file = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_suffix(file, ".theme")) {
            g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".theme")));
        }
    }
    return names;
}

static bool both_set(Style style)
{
    return style.foreground != COLOUR_DEFAULT && style.background != COLOUR_DEFAULT;
}

// Where a theme sets both colours they stand apart, at every depth that shows them as they are. Upon
// a background of its own a theme leaves nothing to the terminal, whose colours might not fit.
static void assert_readable(const Theme *theme, int colours, double least)
{
    bool whole = theme->styles[ROLE_TEXT].background != COLOUR_DEFAULT;

    for (Role role = 0; role < ROLE_N; role++) {
        Style style = theme_style(theme, role, colours);
        double contrast = both_set(style) ? theme_contrast(style.foreground, style.background) : 21;

        if (contrast < least) {
            g_error("%s, %s, %d colours: contrast %.2f", theme->name, role_name(role), colours, contrast);
        }
        if (whole && !both_set(style)) {
            g_error("%s sets a background, but not both colours of %s", theme->name, role_name(role));
        }
        if (both_set(style) && (style.attributes & ATTRIBUTE_DIM) != 0) {
            g_error("%s, %s: dimmed, the contrast is not known", theme->name, role_name(role));
        }
    }
}

// Roles that stand side by side and mean different things: without any colour they differ all the same,
// by attributes or (role, role) by characters that the goldens show: "!", "?", "[>Cancel<]".
static void assert_told_apart(const Theme *theme)
{
    static const Role pairs[][2] = {
        {ROLE_SELECTED, ROLE_TEXT},          {ROLE_SELECTED_AWAY, ROLE_TEXT}, {ROLE_SELECTED, ROLE_SELECTED_AWAY},
        {ROLE_BUTTON_FOCUS, ROLE_BUTTON},    {ROLE_DANGER, ROLE_DIALOG},      {ROLE_DANGER, ROLE_WARNING},
        {ROLE_NOTICE_ERROR, ROLE_NOTICE},    {ROLE_FIELD, ROLE_DIALOG},       {ROLE_BORDER_FOCUS, ROLE_BORDER},
        {ROLE_TITLE, ROLE_TEXT},             {ROLE_HEADING, ROLE_TEXT},       {ROLE_NOW, ROLE_TEXT},
        {ROLE_WARNING, ROLE_TEXT},           {ROLE_KEY, ROLE_KEY_LABEL},      {ROLE_PROBLEM, ROLE_TEXT},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        Style one = theme_style(theme, pairs[i][0], 0), other = theme_style(theme, pairs[i][1], 0);

        if (one.attributes == other.attributes) {
            g_error("%s: without colours %s looks like %s", theme->name, role_name(pairs[i][0]), role_name(pairs[i][1]));
        }
    }
}

static void test_shipped(void)
{
    g_autoptr(GPtrArray) names = shipped_names();

    g_assert_cmpuint(names->len, >=, 10);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = NULL;
        g_autoptr(Theme) theme = read_shipped(names->pdata[i], &text);

        assert_readable(theme, 1 << 24, 4.5);
        assert_readable(theme, 256, 4.5);
        assert_readable(theme, 16, 3); // what these look like is not ours to say
        assert_readable(theme, 8, 3);
        assert_told_apart(theme);
    }
}

static void test_mono_has_no_colours(void)
{
    g_autoptr(Theme) mono = theme_builtin(true);

    for (Role role = 0; role < ROLE_N; role++) {
        g_assert_cmpint(mono->styles[role].foreground, ==, COLOUR_DEFAULT);
        g_assert_cmpint(mono->styles[role].background, ==, COLOUR_DEFAULT);
    }
    g_assert_cmpuint(mono->styles[ROLE_SELECTED].attributes, !=, 0);
    g_assert_cmpuint(mono->styles[ROLE_SELECTED].attributes, !=, mono->styles[ROLE_SELECTED_AWAY].attributes);
    g_assert_cmpuint(mono->styles[ROLE_DANGER].attributes, !=, mono->styles[ROLE_DIALOG].attributes);
    g_assert_cmpuint(mono->styles[ROLE_BUTTON_FOCUS].attributes, !=, mono->styles[ROLE_BUTTON].attributes);
}

static void test_parse(void)
{
    g_autoptr(GPtrArray) faults = no_faults();
    g_autoptr(Theme) builtin = theme_builtin(false);
    g_autoptr(Theme) theme = theme_parse("# comment\r\n\r\n  text = 7 default\r\n\tdanger=bright-white\t160 bold  underline",
                                         "/somewhere/night.theme", faults);

    assert_none(faults);
    g_assert_cmpstr(theme->name, ==, "night");
    assert_style(theme->styles[ROLE_TEXT], 7, COLOUR_DEFAULT, 0);
    assert_style(theme->styles[ROLE_DANGER], 15, 160, ATTRIBUTE_BOLD | ATTRIBUTE_UNDERLINE);
    g_assert_cmpint(theme->styles[ROLE_NOW].foreground, ==, builtin->styles[ROLE_NOW].foreground);
}

static void test_errors(void)
{
    static const struct {
        const char *text, *message;
    } samples[] = {
        {"text = default default\n\ntext default", "t.theme:3: \"text default\" is not of the form"},
        {"txet = default default", "t.theme:1: there is no role \"txet\""},
        {"= default default", "t.theme:1: there is no role \"\""},
        {"text = default", "t.theme:1: a foreground and a background colour are needed"},
        {"text =", "t.theme:1: a foreground and a background colour are needed"},
        {"text = bold default", "t.theme:1: \"bold\" is no colour"},
        {"text = 256 default", "t.theme:1: \"256\" is no colour"},
        {"text = -1 default", "t.theme:1: \"-1\" is no colour"},
        {"text = bright-default default", "t.theme:1: \"bright-default\" is no colour"},
        {"text = red blue blink", "t.theme:1: \"blink\" is no attribute"},
        {"text = #12345 1", "t.theme:1: \"#12345\" is no colour"},
        {"text = #12345g 1", "t.theme:1: \"#12345g\" is no colour"},
        {"text = #-12345 1", "t.theme:1: \"#-12345\" is no colour"},
        {"text = 1 2\ntext = 1 2", "t.theme:2: \"text\" is set a second time"},
        {"te\033xt = 1 2", "t.theme:1: there is no role \"te\uFFFDxt\""},
        {"\xFF\xFE", "t.theme:1: \"\uFFFD\uFFFD\" is not of the form"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GPtrArray) faults = no_faults();
        g_autoptr(Theme) theme = theme_parse(samples[i].text, "t.theme", faults);

        g_assert_nonnull(theme);
        g_assert_cmpuint(faults->len, ==, 1);
        if (!g_str_has_prefix(faults->pdata[0], samples[i].message)) {
            g_error("got: %s", (char *)faults->pdata[0]);
        }
        g_assert_true(g_str_has_suffix(faults->pdata[0], "."));
    }
}

static void assert_not_loaded(const char *name, const char *part)
{
    g_autoptr(GPtrArray) faults = no_faults();

    g_assert_null(theme_load(name, faults));
    g_assert_cmpuint(faults->len, ==, 1);
    g_assert_nonnull(strstr(faults->pdata[0], part));
}

static void test_load(void)
{
    g_autofree char *folder = g_dir_make_tmp("themes.XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "mine.theme", NULL);
    g_autoptr(GPtrArray) faults = no_faults();
    g_autoptr(Theme) mine = NULL, mono = NULL;

    g_assert_true(g_file_set_contents(path, "now = 3 4", -1, NULL));
    mine = theme_load(path, faults);
    assert_none(faults);
    g_assert_cmpstr(mine->name, ==, "mine");
    assert_style(mine->styles[ROLE_NOW], 3, 4, 0);
    mono = theme_load("mono", faults);
    assert_none(faults);
    g_assert_cmpstr(mono->name, ==, "mono");

    assert_not_loaded("no-such", "There is no theme \"no-such\"");
    assert_not_loaded("/no/such.theme", "cannot be read");
    assert_not_loaded("/dev/zero", "cannot be read");
    assert_not_loaded(folder, "cannot be read");
    g_unlink(path);
    g_rmdir(folder);
}

// What was read at the start holds, whatever becomes of the files; what is new since is not there.
static void test_shelf(void)
{
    g_autofree char *folder = g_dir_make_tmp("themes.XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "mine.theme", NULL);
    g_autofree char *later = g_build_filename(folder, "later.theme", NULL);
    g_autoptr(GPtrArray) faults = no_faults(), none = no_faults(), names = NULL;
    g_autoptr(ThemeShelf) shelf = NULL;
    g_autoptr(Theme) mine = NULL, nord = NULL;

    g_assert_true(g_file_set_contents(path, "now = 3 4\nnow = 5", -1, NULL));
    shelf = theme_shelf_new(path);
    g_unlink(path);
    g_assert_true(g_file_set_contents(later, "now = 3 4", -1, NULL));
    mine = theme_shelf_get(shelf, path, faults);
    assert_style(mine->styles[ROLE_NOW], 3, 4, 0);
    g_assert_cmpuint(faults->len, ==, 1);
    g_assert_nonnull(strstr(faults->pdata[0], "mine.theme:2: \"now\" is set a second time"));
    nord = theme_shelf_get(shelf, "nord", none);
    assert_none(none);
    g_assert_cmpstr(nord->name, ==, "nord");
    names = theme_shelf_names(shelf);
    g_assert_true(g_ptr_array_find_with_equal_func(names, "nord", g_str_equal, NULL));
    g_assert_false(g_ptr_array_find_with_equal_func(names, path, g_str_equal, NULL));
    g_assert_null(theme_shelf_get(shelf, later, none));
    g_assert_nonnull(strstr(none->pdata[0], "start again with --theme"));
    g_assert_null(theme_shelf_get(shelf, "no-such", none));
    g_assert_nonnull(strstr(none->pdata[1], "There was no theme \"no-such\" at the start"));
    g_unlink(later);
    g_rmdir(folder);
}

static Style shown(const char *style, int colours)
{
    g_autofree char *text = g_strdup_printf("danger = %s", style);
    g_autoptr(GPtrArray) faults = no_faults();
    g_autoptr(Theme) theme = theme_parse(text, "t.theme", faults);

    assert_none(faults);
    return theme_style(theme, ROLE_DANGER, colours);
}

static void test_fewer_colours(void)
{
    assert_style(shown("196 17 bold", 256), 196, 17, ATTRIBUTE_BOLD);
    assert_style(shown("196 17 bold", 1 << 24), 196, 17, ATTRIBUTE_BOLD);
    assert_style(shown("196 16", 16), 9, 0, 0);
    assert_style(shown("196 16", 88), 9, 0, 0);
    assert_style(shown("default default dim", 8), COLOUR_DEFAULT, COLOUR_DEFAULT, ATTRIBUTE_DIM);
    assert_style(shown("bright-red default", 8), 1, COLOUR_DEFAULT, ATTRIBUTE_BOLD);
    assert_style(shown("black bright-cyan", 8), 0, 6, 0);
    assert_style(shown("bright-black default", 8), COLOUR_DEFAULT, COLOUR_DEFAULT, ATTRIBUTE_DIM);
    assert_style(shown("bright-black blue", 8), 7, 4, 0);
    // shades that become one colour stay readable
    assert_style(shown("231 255", 8), 0, 7, ATTRIBUTE_BOLD);
    assert_style(shown("17 16", 8), 7, 0, 0);
}

// One bad line costs that line.
static void test_rest_holds(void)
{
    g_autoptr(GPtrArray) faults = no_faults();
    g_autoptr(Theme) builtin = theme_builtin(false);
    g_autoptr(Theme) theme = theme_parse("text = 1 2\ndim = blue\nselected = blakc white\nnow = 3 4\n", "t.theme",
                                         faults);
    const Style *selected = &builtin->styles[ROLE_SELECTED];

    g_assert_cmpuint(faults->len, ==, 2);
    assert_style(theme->styles[ROLE_SELECTED], selected->foreground, selected->background, selected->attributes);
    assert_style(theme->styles[ROLE_TEXT], 1, 2, 0);
    assert_style(theme->styles[ROLE_NOW], 3, 4, 0);
}

static void test_true_colour(void)
{
    assert_style(shown("#ff8700 #000001", 1 << 24), COLOUR_RGB + 0xFF8700, COLOUR_RGB + 1, 0);
    assert_style(shown("#ff8700 #000001", 256), 208, 16, 0);
    assert_style(shown("#fd0303 #000001", 16), 9, 0, 0);
    assert_style(shown("#fd0303 #000001", 8), 1, 0, ATTRIBUTE_BOLD);
    // what could be read still can: these two become the same grey of 16
    assert_style(shown("#f8f8f8 #606060", 16), 15, 8, 0);
    g_assert_cmphex(theme_rgb(COLOUR_RGB + 0x123456), ==, 0x123456);
    g_assert_true(theme_contrast(16, 231) > 20.9 && theme_contrast(16, 231) < 21.1);
    g_assert_true(theme_contrast(244, 244) == 1);
}

static void assert_sequence(const char *style, int colours, const char *expected)
{
    Style its = shown(style, colours);
    g_autofree char *sequence = theme_sequence(&its, colours);

    g_assert_cmpstr(sequence, ==, expected);
}

static void test_sequences(void)
{
    assert_sequence("default default", 256, "\033[0m");
    assert_sequence("red default bold italic", 8, "\033[0;1;3;31m");
    assert_sequence("15 196 underline", 256, "\033[0;4;38;5;15;48;5;196m");
    assert_sequence("#102030 7", 1 << 24, "\033[0;38;2;16;32;48;47m");
    assert_sequence("red blue dim reverse", 0, "\033[0;1;2;7m");
    g_assert_cmpint(theme_colours_told("xterm", NULL, NULL), ==, 8);
    g_assert_cmpint(theme_colours_told("xterm-256color", "", ""), ==, 256);
    g_assert_cmpint(theme_colours_told("xterm-256color", "truecolor", NULL), ==, 1 << 24);
    g_assert_cmpint(theme_colours_told("xterm-direct", NULL, NULL), ==, 1 << 24);
    g_assert_cmpint(theme_colours_told("xterm-256color", "truecolor", "1"), ==, 0);
    g_assert_cmpint(theme_colours_told("dumb", "24bit", NULL), ==, 0);
    g_assert_cmpint(theme_colours_told(NULL, NULL, NULL), ==, 0);
}

static void test_no_colours(void)
{
    static const unsigned danger = ATTRIBUTE_BOLD | ATTRIBUTE_REVERSE; // in the mono theme

    assert_style(shown("white red", 0), COLOUR_DEFAULT, COLOUR_DEFAULT, danger);
    assert_style(shown("white red italic", 0), COLOUR_DEFAULT, COLOUR_DEFAULT, danger | ATTRIBUTE_ITALIC);
    assert_style(shown("default default underline", 0), COLOUR_DEFAULT, COLOUR_DEFAULT, ATTRIBUTE_UNDERLINE);
}

// On every number of colours no role of the built-in theme is text upon its own colour.
static void test_readable(void)
{
    static const int colours[] = {0, 8, 16, 88, 256};
    g_autoptr(Theme) theme = theme_builtin(false);

    for (gsize i = 0; i < G_N_ELEMENTS(colours); i++) {
        for (Role role = 0; role < ROLE_N; role++) {
            Style style = theme_style(theme, role, colours[i]);

            g_assert_true(style.background == COLOUR_DEFAULT || style.foreground != style.background);
            g_assert_cmpint(style.foreground, <, MAX(colours[i], 1));
            g_assert_cmpint(style.background, <, MAX(colours[i], 1));
        }
    }
}

static void test_rgb(void)
{
    g_assert_cmphex(theme_rgb(9), ==, 0xFF0000);
    g_assert_cmphex(theme_rgb(16), ==, 0x000000);
    g_assert_cmphex(theme_rgb(67), ==, 0x5F87AF);
    g_assert_cmphex(theme_rgb(231), ==, 0xFFFFFF);
    g_assert_cmphex(theme_rgb(232), ==, 0x080808);
    g_assert_cmphex(theme_rgb(255), ==, 0xEEEEEE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/theme/builtin", test_builtin);
    g_test_add_func("/theme/shipped", test_shipped);
    g_test_add_func("/theme/rest-holds", test_rest_holds);
    g_test_add_func("/theme/true-colour", test_true_colour);
    g_test_add_func("/theme/sequences", test_sequences);
    g_test_add_func("/theme/mono-has-no-colours", test_mono_has_no_colours);
    g_test_add_func("/theme/parse", test_parse);
    g_test_add_func("/theme/errors", test_errors);
    g_test_add_func("/theme/load", test_load);
    g_test_add_func("/theme/read at the start", test_shelf);
    g_test_add_func("/theme/fewer-colours", test_fewer_colours);
    g_test_add_func("/theme/no-colours", test_no_colours);
    g_test_add_func("/theme/readable", test_readable);
    g_test_add_func("/theme/rgb", test_rgb);
    return g_test_run();
}
