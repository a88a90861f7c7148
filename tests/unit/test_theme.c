// SPDX-License-Identifier: GPL-2.0-or-later
// Themes: the shipped files, the parser's sentences, and what terminals with fewer colours show.

#include "tui/theme.h"

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

// The file says the same as the program, about every role.
static void assert_shipped(const char *file, bool mono)
{
    g_autofree char *path = shipped(file);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Theme) theme = NULL, builtin = theme_builtin(mono);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    theme = theme_parse(text, path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(theme->name, ==, builtin->name);
    for (Role role = 0; role < ROLE_N; role++) {
        g_autofree char *setting = g_strdup_printf("\n%s = ", role_name(role));
        const Style *its = &theme->styles[role];

        g_assert_nonnull(strstr(text, setting));
        assert_style(builtin->styles[role], its->foreground, its->background, its->attributes);
    }
}

static void test_shipped(void)
{
    assert_shipped("default.theme", false);
    assert_shipped("mono.theme", true);
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
    g_autoptr(GError) error = NULL;
    g_autoptr(Theme) builtin = theme_builtin(false);
    g_autoptr(Theme) theme = theme_parse("# comment\r\n\r\n  text = 7 default\r\n\tdanger=bright-white\t160 bold  underline",
                                         "/somewhere/night.theme", &error);

    g_assert_no_error(error);
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
        {"text = 1 2\ntext = 1 2", "t.theme:2: \"text\" is set a second time"},
        {"te\033xt = 1 2", "t.theme:1: there is no role \"te\uFFFDxt\""},
        {"\xFF\xFE", "t.theme:1: \"\uFFFD\uFFFD\" is not of the form"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(theme_parse(samples[i].text, "t.theme", &error));
        g_assert_nonnull(error);
        if (!g_str_has_prefix(error->message, samples[i].message)) {
            g_error("got: %s", error->message);
        }
        g_assert_true(g_str_has_suffix(error->message, "."));
    }
}

static void assert_brief(const char *message, const char *brief)
{
    g_autoptr(GError) error = g_error_new(g_quark_from_static_string("theme"), 0, "%s", message);
    g_autofree char *found = theme_error_brief(error);

    g_assert_cmpstr(found, ==, brief);
}

static void test_brief(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *brief = NULL;

    g_assert_null(theme_parse("\n\ntext = blakc 1", "/home/a: b/c:1/mine.theme", &error));
    brief = theme_error_brief(error);
    g_assert_cmpstr(brief, ==, "\"blakc\" is no colour (mine.theme:3)");
    assert_brief("mine.theme:12: bad.", "bad (mine.theme:12)");
    assert_brief("a/b.theme:7: there is no role; a/c lists them.", "there is no role (b.theme:7)");
    assert_brief("There is no theme \"x\": no x.theme in /a.", "There is no theme \"x\": no x.theme in /a.");
    assert_brief(": ", ": ");
    assert_brief("7: ", "7: ");
    assert_brief("a:7: ", " (a:7)");
}

static void assert_not_loaded(const char *name, const char *part)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(theme_load(name, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, part));
}

static void test_load(void)
{
    g_autofree char *folder = g_dir_make_tmp("themes.XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "mine.theme", NULL);
    g_autofree char *big = g_strnfill(70000, '#');
    g_autoptr(GError) error = NULL;
    g_autoptr(Theme) mine = NULL, mono = NULL;

    g_assert_true(g_file_set_contents(path, "now = 3 4", -1, NULL));
    mine = theme_load(path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mine->name, ==, "mine");
    assert_style(mine->styles[ROLE_NOW], 3, 4, 0);
    mono = theme_load("mono", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(mono->name, ==, "mono");

    assert_not_loaded("no-such", "There is no theme \"no-such\"");
    assert_not_loaded("/no/such.theme", "cannot be read");
    assert_not_loaded("/dev/zero", "cannot be read");
    assert_not_loaded(folder, "cannot be read");
    g_assert_true(g_file_set_contents(path, big, -1, NULL));
    assert_not_loaded(path, "too big");
    g_assert_true(g_file_set_contents(path, "text = 1\0 2", 11, NULL));
    assert_not_loaded(path, "not a text file");
    g_unlink(path);
    g_rmdir(folder);
}

static Style shown(const char *style, int colours)
{
    g_autofree char *text = g_strdup_printf("danger = %s", style);
    g_autoptr(Theme) theme = theme_parse(text, "t.theme", NULL);

    g_assert_nonnull(theme);
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
    g_test_add_func("/theme/shipped", test_shipped);
    g_test_add_func("/theme/mono-has-no-colours", test_mono_has_no_colours);
    g_test_add_func("/theme/parse", test_parse);
    g_test_add_func("/theme/errors", test_errors);
    g_test_add_func("/theme/brief", test_brief);
    g_test_add_func("/theme/load", test_load);
    g_test_add_func("/theme/fewer-colours", test_fewer_colours);
    g_test_add_func("/theme/no-colours", test_no_colours);
    g_test_add_func("/theme/readable", test_readable);
    g_test_add_func("/theme/rgb", test_rgb);
    return g_test_run();
}
