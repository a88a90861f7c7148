// SPDX-License-Identifier: GPL-2.0-or-later
// Files that operators wrote: reading them, and their faults in a few words.

#include "tui/config_file.h"

#include <glib/gstdio.h>
#include <string.h>

static void assert_brief(const char *message, const char *brief)
{
    g_autofree char *found = config_fault_brief(message);

    g_assert_cmpstr(found, ==, brief);
}

static void test_brief(void)
{
    assert_brief("/home/a: b/c:1/mine.theme:3: \"blakc\" is no colour; colours are.", "\"blakc\" is no colour (mine.theme:3)");
    assert_brief("mine.theme:12: bad.", "bad (mine.theme:12)");
    assert_brief("a/b.theme:7: there is no role; a/c lists them.", "there is no role (b.theme:7)");
    assert_brief("c:1: \"a; b\" is wrong; c; d.", "\"a; b\" is wrong (c:1)");
    assert_brief("There is no theme \"x\": no x.theme in /a.", "There is no theme \"x\": no x.theme in /a.");
    assert_brief(": ", ": ");
    assert_brief("7: ", "7: ");
    assert_brief("a:7: ", " (a:7)");
}

static void assert_not_read(const char *path, const char *part)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(config_file_read(path, 1024, &error));
    g_assert_nonnull(error);
    if (strstr(error->message, part) == NULL) {
        g_error("not said: %s; but: %s", part, error->message);
    }
}

static void test_read(void)
{
    g_autofree char *folder = g_dir_make_tmp("config.XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "file\033", NULL);
    g_autofree char *big = g_strnfill(1025, '#');
    g_autofree char *text = NULL;

    g_assert_true(g_file_set_contents(path, big, 1024, NULL));
    text = config_file_read(path, 1024, NULL);
    g_assert_cmpuint(strlen(text), ==, 1024);
    g_assert_true(g_file_set_contents(path, big, -1, NULL));
    assert_not_read(path, "The file is too big, it may have at most 1K: ");
    assert_not_read(path, "/file\uFFFD.");
    g_assert_true(g_file_set_contents(path, "text = 1\0 2", 11, NULL));
    assert_not_read(path, "The file is no text file: ");
    g_unlink(path);
    assert_not_read(path, "(No such file or directory): ");
    assert_not_read("/dev/zero", "(it is no ordinary file): ");
    assert_not_read(folder, "(it is no ordinary file): ");
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config-file/brief", test_brief);
    g_test_add_func("/config-file/read", test_read);
    return g_test_run();
}
