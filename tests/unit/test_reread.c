// SPDX-License-Identifier: GPL-2.0-or-later
// What is read again, and what is taken from the last picture.

#include "engine/model/reread.h"

#include <string.h>

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

// "a b<a c<b *c": names with their parents, the current one starred.
static GPtrArray *parse(const char *text, char **current, bool unread)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(unref_snapshot);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    for (int i = 0; words[i]; i++) {
        g_auto(GStrv) halves = g_strsplit(words[i], "<", 2);
        const char *name = halves[0] + (halves[0][0] == '*');
        Snapshot *snapshot = snapshot_new(name);

        snapshot->parent = g_strdup(halves[1]);
        snapshot->unread = unread;
        g_ptr_array_add(snapshots, snapshot);
        if (halves[0][0] == '*')
            *current = g_strdup(name);
    }
    return snapshots;
}

// The names that have to be read, in the order of `now`.
static char *read_again(const char *before, const char *now, bool parents, const char *suspect)
{
    g_autofree char *old_current = NULL, *current = NULL;
    GPtrArray *known = parse(before, &old_current, false);
    g_autoptr(Picture) old = picture_new(domain_new("web", "uuid"), known, old_current, images_new());
    g_autoptr(GPtrArray) listed = parse(now, &current, true);
    g_autoptr(GHashTable) suspects = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) spares = NULL;
    GString *names = g_string_new(NULL);

    if (suspect)
        g_hash_table_add(suspects, (gpointer) suspect);
    spares = reread_spare(listed, parents, current, old, suspects);
    g_assert_cmpuint(spares->len, ==, listed->len);
    for (guint i = 0; i < listed->len; i++) {
        const char *name = ((const Snapshot *) listed->pdata[i])->name;

        if (spares->pdata[i])
            g_assert_true(spares->pdata[i] == picture_snapshot(old, name));
        else
            g_string_append_printf(names, "%s%s", names->len ? " " : "", name);
    }
    return g_string_free(names, FALSE);
}

static void test_table(void)
{
    static const struct {
        const char *what, *before, *now;
        bool parents;
        const char *suspect, *read;
    } cases[] = {
        {"nothing happened: reverts write to the current one", "a b<a *c<b", "a b<a *c<b", false, NULL, "c"},
        {"an act of ours", "a b<a *c<b", "a b<a *c<b", false, "b", "b c"},
        {"one was made: its parent has another child", "a b<a *c<b", "a b<a c<b *d<c", true, NULL, "c d"},
        {"made elsewhere", "a b<a *c<b", "a b<a *c<b d<a", true, NULL, "a c d"},
        {"another became current", "a *b<a c<b", "a b<a *c<b", true, NULL, "b c"},
        {"no current one any more", "a *b<a c<b", "a b<a c<b", true, NULL, "b"},
        {"one was merged: what stands above and below it", "a b<a c<b d<c *e<d f<a", "a b<a d<b *e<d f<a", true, NULL,
         "a b d e"},
        {"a whole branch went", "a b<a c<b d<b *e<a", "a *e<a", true, NULL, "a e"},
        {"a root went", "a b<a *c<b x y<x", "b *c<b x y<x", true, NULL, "b c"},
        {"moved to another parent", "a b<a c<b *d<a", "a b<a c<a *d<a", true, NULL, "c d"},
        {"without parents nobody can tell", "a b *c", "a b *c d", false, NULL, "a b c d"},
        {"all is new", "x", "a *b<a", true, NULL, "a b"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *read = read_again(cases[i].before, cases[i].now, cases[i].parents, cases[i].suspect);

        g_test_message("%s", cases[i].what);
        g_assert_cmpstr(read, ==, cases[i].read);
    }
}

// What an earlier look did not get to is read now.
static void test_unread(void)
{
    g_autofree char *current = NULL;
    GPtrArray *known = parse("a b<a c<b", &current, true);
    g_autoptr(GPtrArray) listed = parse("a b<a c<b", &current, true), spares = NULL;
    g_autoptr(Picture) old = NULL;

    ((Snapshot *) known->pdata[1])->unread = false;
    old = picture_new(domain_new("web", "uuid"), known, NULL, images_new());
    g_assert_cmpuint(old->unread, ==, 2);
    g_assert_false(old->details);
    spares = reread_spare(listed, false, NULL, old, NULL);
    g_assert_null(spares->pdata[0]);
    g_assert_nonnull(spares->pdata[1]);
    g_assert_null(spares->pdata[2]);
}

// What could not be read last time may be readable by now; it never counts as known.
static void test_unreadable(void)
{
    g_autofree char *current = NULL;
    GPtrArray *known = parse("a b<a", &current, false);
    g_autoptr(GPtrArray) listed = parse("a b<a", &current, true), spares = NULL;
    g_autoptr(Picture) old = NULL;

    ((Snapshot *) known->pdata[1])->unreadable = true;
    old = picture_new(domain_new("web", "uuid"), known, NULL, images_new());
    spares = reread_spare(listed, false, NULL, old, NULL);
    g_assert_nonnull(spares->pdata[0]);
    g_assert_null(spares->pdata[1]);
}

static void test_nothing_known(void)
{
    g_autofree char *current = NULL;
    g_autoptr(GPtrArray) listed = parse("a *b<a", &current, true);
    g_autoptr(GPtrArray) spares = reread_spare(listed, true, current, NULL, NULL);

    g_assert_null(spares->pdata[0]);
    g_assert_null(spares->pdata[1]);
    g_assert_false(reread_same_names(listed, current, NULL));
}

// A branch of 20,000 goes: each node is walked once.
static void test_large(void)
{
    enum { N = 20000 };
    GPtrArray *known = g_ptr_array_new_with_free_func(unref_snapshot);
    g_autoptr(GPtrArray) listed = g_ptr_array_new_with_free_func(unref_snapshot), spares = NULL;
    g_autoptr(Picture) old = NULL;

    for (int i = 0; i < N; i++) {
        g_autofree char *name = g_strdup_printf("s%d", i);
        Snapshot *snapshot = snapshot_new(name);

        snapshot->parent = i ? g_strdup_printf("s%d", i - 1) : NULL;
        g_ptr_array_add(known, snapshot);
        if (i < N / 2)
            g_ptr_array_add(listed, snapshot_ref(snapshot));
    }
    old = picture_new(domain_new("web", "uuid"), known, NULL, images_new());
    spares = reread_spare(listed, true, NULL, old, NULL);
    for (guint i = 0; i < spares->len; i++)
        g_assert_null(spares->pdata[i]); // a merge rewrites records of all that it stood on
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reread/table", test_table);
    g_test_add_func("/reread/unread", test_unread);
    g_test_add_func("/reread/unreadable", test_unreadable);
    g_test_add_func("/reread/nothing-known", test_nothing_known);
    g_test_add_func("/reread/large", test_large);
    return g_test_run();
}
