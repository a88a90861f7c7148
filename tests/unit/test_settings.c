// SPDX-License-Identifier: GPL-2.0-or-later
// Settings: what holds, where it comes from, and what is said about what is wrong.

#include "tui/settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void assert_value(const Settings *settings, Setting setting, const char *value, const char *origin)
{
    g_autofree char *found = setting_value(settings, setting);

    g_assert_cmpstr(found, ==, value);
    g_assert_cmpstr(settings->origins[setting], ==, origin);
}

static void test_default(void)
{
    g_autoptr(Settings) settings = settings_parse(NULL, "/c/config");
    Keymap map;

    keymap_init(&map);
    g_assert_false(settings->found);
    g_assert_cmpuint(settings->faults->len, ==, 0);
    assert_value(settings, SETTING_CONNECT, "", "default");
    assert_value(settings, SETTING_READ_ONLY, "no", "default");
    assert_value(settings, SETTING_THEME, "default", "default");
    assert_value(settings, SETTING_ASCII, "no", "default");
    assert_value(settings, SETTING_MOUSE, "no", "default");
    assert_value(settings, SETTING_POLL, "1.5", "default");
    assert_value(settings, SETTING_REMEMBER, "yes", "default");
    assert_value(settings, SETTING_KEEP_XML, "no", "default");
    g_assert_cmpmem(&settings->keymap, sizeof map, &map, sizeof map);
}

static void test_whole(void)
{
    g_autoptr(Settings) settings = settings_parse("# mine\r\n"
                                                  "[general]\r\n"
                                                  "connect=hv1 ; qemu:///system;\n"
                                                  "  read-only =yes\n"
                                                  "theme = nord\n"
                                                  "ascii = on\n"
                                                  "mouse = true\n"
                                                  "poll = 10\n"
                                                  "remember = no\nkeep-xml = yes\n"
                                                  "[keys]\n"
                                                  "delete = F8 Delete\n"
                                                  "fold = none\n"
                                                  "go-now = \\\n"
                                                  "[hosts]\n"
                                                  "hv1 = qemu+ssh://root@hv1/system\n", "/c/config");
    g_autofree char *keys = keymap_keys(&settings->keymap, ACTION_DELETE);
    g_autofree char *now = keymap_keys(&settings->keymap, ACTION_GO_NOW);

    g_assert_cmpuint(settings->faults->len, ==, 0);
    assert_value(settings, SETTING_CONNECT, "qemu+ssh://root@hv1/system; qemu:///system", "/c/config:3");
    assert_value(settings, SETTING_READ_ONLY, "yes", "/c/config:4");
    assert_value(settings, SETTING_THEME, "nord", "/c/config:5");
    assert_value(settings, SETTING_ASCII, "yes", "/c/config:6");
    assert_value(settings, SETTING_MOUSE, "yes", "/c/config:7");
    assert_value(settings, SETTING_POLL, "10.0", "/c/config:8");
    assert_value(settings, SETTING_REMEMBER, "no", "/c/config:9");
    assert_value(settings, SETTING_KEEP_XML, "yes", "/c/config:10");
    g_assert_cmpstr(keys, ==, "F8, Delete");
    g_assert_cmpstr(now, ==, "\\");
    g_assert_cmpstr(settings->key_origins[ACTION_DELETE], ==, "/c/config:12");
    g_assert_cmpstr(settings->key_origins[ACTION_UP], ==, "default");
    g_assert_cmpstr(settings_uri(settings, "hv1"), ==, "qemu+ssh://root@hv1/system");
    g_assert_cmpstr(settings_uri(settings, "hv2"), ==, "hv2");
}

static void assert_fault(const char *text, const char *fault)
{
    g_autoptr(Settings) settings = settings_parse(text, "c");

    if (settings->faults->len != 1 || !g_str_has_prefix(settings->faults->pdata[0], fault)) {
        g_autofree char *found = g_strjoinv("\n", (char **)settings->faults->pdata);

        g_error("%u faults of \"%s\":\n%s", settings->faults->len, text, found);
    }
    g_assert_true(g_str_has_suffix(settings->faults->pdata[0], "."));
}

static void test_faults(void)
{
    assert_fault("\n\nnonsense", "c:3: \"nonsense\" is not of the form \"name = value\".");
    assert_fault("= 1", "c:1: \"= 1\" is not of the form");
    assert_fault("theme = nord\nmouse = yes", "c:1: \"theme\" stands in no section; begin one with [general]");
    assert_fault("[colours]\na = 1\nb = 2", "c:1: there is no section [colours]; sections are [general], [hosts]");
    assert_fault("[general\nmouse = yes", "c:1: \"[general\" is not of the form \"[section]\".");
    assert_fault("[general] x\n", "c:1: \"[general] x\" is not of the form");
    assert_fault("[general]\nthema = nord", "c:2: there is no setting \"thema\"; settings are connect, read-only, theme");
    assert_fault("[general]\nmouse = maybe", "c:2: mouse = \"maybe\" is neither yes nor no.");
    assert_fault("[general]\nmouse =", "c:2: mouse = \"\" is neither yes nor no.");
    assert_fault("[general]\nmouse = no\nmouse = yes", "c:3: \"mouse\" is set a second time; line 2 holds.");
    assert_fault("[general]\npoll = 0.4", "c:2: poll = \"0.4\" is no number of seconds from 0.5 to 600.");
    assert_fault("[general]\npoll = nan", "c:2: poll");
    assert_fault("[general]\npoll = 1s", "c:2: poll");
    assert_fault("[general]\ntheme = a\\q", "c:2: theme: a backslash begins one of");
    assert_fault("[general]\ntheme = \033[2J\n[keys]\nup\033 = k", "c:4: there is no action \"up\uFFFD\"");
    assert_fault("[hosts]\nhv = host", "c:2: \"host\" is no URI; a URI looks like qemu+ssh://root@host/system.");
    assert_fault("[keys]\nnone = k", "c:2: there is no action \"none\"; `virt-snap config` lists them all.");
    assert_fault("[keys]\nup = Upp", "c:2: up: there is no key \"Upp\"; keys are single characters, Up,");
    assert_fault("[keys]\nnext-field = x", "c:2: next-field: x could no longer be typed in a field; choose");
    assert_fault("[keys]\ndelete = Enter", "c:2: delete: Enter is pressed too easily for what loses data; choose");
    assert_fault("[keys]\ndelete = j", "c:2: delete: j is a key of down too; choose another, or give down another.");
    assert_fault("[keys]\nup = F9\ndown = F9", "c:3: down: F9 is a key of up too");
    assert_fault("[keys]\ndown = F9\nup = F9", "c:3: up: F9 is a key of down too");
    assert_fault("[keys]\ndelete = Esc", "c:2: delete: Esc is a key of back too");
}

// A lock whose line cannot be read is locked.
static void test_read_only_fails_safe(void)
{
    g_autoptr(Settings) settings = settings_parse("[general]\nread-only = ture", "c");

    g_assert_true(settings->read_only);
    g_assert_cmpuint(settings->faults->len, ==, 1);
    g_assert_cmpstr(settings->faults->pdata[0], ==, "c:2: read-only = \"ture\" is neither yes nor no; yes is taken.");
}

// What is right holds, whatever stands around it; faults come in the order of their lines.
static void test_rest_holds(void)
{
    g_autoptr(Settings) settings = settings_parse("rubbish\n[keys]\nup = d\ndown = F9\n[general]\npoll = x\ntheme = nord\n"
                                                  "\xFF\xFE\n[hosts]\nhv = test:///default\n", "c");
    static const char *const lines[] = {"c:1:", "c:3:", "c:6:", "c:8:"};
    g_autofree char *up = keymap_keys(&settings->keymap, ACTION_UP);
    g_autofree char *down = keymap_keys(&settings->keymap, ACTION_DOWN);

    g_assert_cmpuint(settings->faults->len, ==, G_N_ELEMENTS(lines));
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_assert_true(g_str_has_prefix(settings->faults->pdata[i], lines[i]));
    }
    assert_value(settings, SETTING_THEME, "nord", "c:7");
    g_assert_cmpstr(up, ==, "k, Up");
    g_assert_cmpstr(down, ==, "F9");
    g_assert_cmpstr(settings_uri(settings, "hv"), ==, "test:///default");
}

// A swap of two keys is no conflict, and a circle of conflicts ends.
static void test_swap(void)
{
    g_autoptr(Settings) swapped = settings_parse("[keys]\nup = j\ndown = k\n", "c");
    g_autoptr(Settings) circle = settings_parse("[keys]\nup = j\ndown = g\ntop = G\nbottom = d\n", "c");
    Action first, second;
    Key key;

    g_assert_cmpuint(swapped->faults->len, ==, 0);
    g_assert_cmpint(keymap_action(&swapped->keymap, 'j', CONTEXT_TREE), ==, ACTION_UP);
    g_assert_cmpuint(circle->faults->len, ==, 4);
    g_assert_false(keymap_conflict(&circle->keymap, &first, &second, &key));
}

static void test_precedence(void)
{
    static const char *const uris[] = {"hv", NULL};
    g_autoptr(Settings) settings = settings_parse("[general]\nconnect = test:///a\n[hosts]\nhv = test:///hv\n", "c");

    g_setenv("NO_COLOR", "1", TRUE);
    settings_take_environment(settings); // tests/run sets LIBVIRT_DEFAULT_URI
    assert_value(settings, SETTING_CONNECT, "", "LIBVIRT_DEFAULT_URI");
    assert_value(settings, SETTING_THEME, "mono", "NO_COLOR");
    settings_take_arguments(settings, uris, "nord", true, false);
    assert_value(settings, SETTING_CONNECT, "test:///hv", "the command line");
    assert_value(settings, SETTING_THEME, "nord", "the command line");
    assert_value(settings, SETTING_READ_ONLY, "yes", "the command line");
    assert_value(settings, SETTING_ASCII, "no", "default");
    g_unsetenv("NO_COLOR");
}

static void test_load(void)
{
    g_autofree char *folder = g_build_filename(g_get_user_config_dir(), "virt-snap", NULL);
    g_autofree char *file = g_build_filename(folder, "config", NULL);
    g_autofree char *elsewhere = g_build_filename(folder, "elsewhere", NULL);
    g_autofree char *big = g_strnfill(10 << 20, '\n');
    g_autoptr(Settings) none = settings_load();
    g_autoptr(Settings) linked = NULL, huge = NULL, device = NULL;

    g_assert_false(none->found);
    g_assert_cmpuint(none->faults->len, ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(elsewhere, "[general]\ntheme = nord\n", -1, NULL));
    g_assert_cmpint(symlink(elsewhere, file), ==, 0);
    linked = settings_load();
    g_assert_true(linked->found);
    g_assert_cmpstr(linked->theme, ==, "nord");

    g_assert_true(g_file_set_contents(elsewhere, big, 10 << 20, NULL));
    huge = settings_load();
    g_assert_cmpuint(huge->faults->len, ==, 1);
    g_assert_true(g_str_has_prefix(huge->faults->pdata[0], "The file is too big, it may have at most 256K: "));
    g_assert_nonnull(strstr(huge->faults->pdata[0], file));

    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_cmpint(symlink("/dev/zero", file), ==, 0);
    device = settings_load();
    g_assert_cmpuint(device->faults->len, ==, 1);
    g_assert_nonnull(strstr(device->faults->pdata[0], "it is no ordinary file"));
}

// Ten thousand broken lines do not fill the log.
static void test_many_faults(void)
{
    GString *text = g_string_new(NULL);
    g_autoptr(Settings) settings = NULL;

    for (int i = 0; i < 10000; i++) {
        g_string_append(text, "\033]0;title\007\n");
    }
    settings = settings_parse(text->str, "c");
    g_string_free(text, TRUE);
    g_assert_cmpuint(settings->faults->len, ==, 20);
    g_assert_null(strchr(settings->faults->pdata[0], '\033'));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/default", test_default);
    g_test_add_func("/settings/whole", test_whole);
    g_test_add_func("/settings/faults", test_faults);
    g_test_add_func("/settings/read-only-fails-safe", test_read_only_fails_safe);
    g_test_add_func("/settings/rest-holds", test_rest_holds);
    g_test_add_func("/settings/swap", test_swap);
    g_test_add_func("/settings/precedence", test_precedence);
    g_test_add_func("/settings/load", test_load);
    g_test_add_func("/settings/many-faults", test_many_faults);
    return g_test_run();
}
