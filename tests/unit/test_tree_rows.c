// SPDX-License-Identifier: GPL-2.0-or-later
// The tree as rows, drawn with one character per guide.

#include "tui/tree_rows.h"

#include <string.h>

typedef struct Made {
    GPtrArray *snapshots;
    Tree *tree;
} Made;

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

// "a b>a c>b": snapshots in the order of their time, each with its parent.
static Made make(const char *description, const char *current)
{
    Made made = {.snapshots = g_ptr_array_new_with_free_func(unref_snapshot)};
    g_auto(GStrv) words = g_strsplit(description, " ", -1);

    for (int i = 0; words[i] != NULL && *words[0] != '\0'; i++) {
        g_auto(GStrv) names = g_strsplit(words[i], ">", 2);
        Snapshot *snapshot = snapshot_new(names[0]);

        snapshot->created = 1000 + i;
        snapshot->parent = g_strdup(names[1]);
        g_ptr_array_add(made.snapshots, snapshot);
    }
    made.tree = tree_new(made.snapshots, current);
    return made;
}

static void made_clear(Made *made)
{
    tree_free(made->tree);
    g_ptr_array_unref(made->snapshots);
}

static GHashTable *set_of(const char *names)
{
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) words = g_strsplit(names, " ", -1);

    for (int i = 0; words[i] != NULL; i++) {
        g_hash_table_add(set, g_strdup(words[i]));
    }
    return set;
}

static char *rows_text(const TreeRows *rows)
{
    static const char guides[] = {[GUIDE_BLANK] = '.', [GUIDE_LINE] = '|', [GUIDE_TEE] = '+', [GUIDE_CORNER] = '`'};
    GString *text = g_string_new(NULL);

    for (int i = 0; i < tree_rows_count(rows); i++) {
        const TreeRow *row = tree_rows_get(rows, i);

        for (unsigned level = 0; level < row->depth; level++) {
            g_string_append_c(text, guides[tree_rows_guide(rows, i, level)]);
        }
        g_string_append(text, row->node->snapshot != NULL ? row->node->snapshot->name : "@");
        if (row->folded) {
            g_string_append_printf(text, "(%u)", row->hidden);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void assert_rows(const char *description, const char *current, const char *folded, const char *expected)
{
    Made made = make(description, current);
    GHashTable *set = set_of(folded);
    g_autoptr(TreeRows) rows = tree_rows_new(made.tree, set);
    g_autofree char *text = rows_text(rows);

    g_assert_cmpstr(text, ==, expected);
    g_hash_table_unref(set);
    made_clear(&made);
}

static void test_shapes(void)
{
    assert_rows("", NULL, "", "@\n");
    assert_rows("a b>a c>b", "c", "", "a\nb\nc\n@\n"); // a chain does not indent
    assert_rows("a b>a", "a", "", "a\n+b\n`@\n");       // NOW beside a snapshot is a branch
    assert_rows("a b", NULL, "", "a\nb\n@\n");          // three roots
    assert_rows("a b>a c>b d>b e>a", "d", "",
                "a\n"
                "+b\n"
                "|+c\n"
                "|`d\n"
                "|.@\n"
                "`e\n");
    assert_rows("a b>a c>a d>c e>d f>d", "f", "",
                "a\n"
                "+b\n"
                "`c\n"
                ".d\n"
                ".+e\n"
                ".`f\n"
                "..@\n");
    assert_rows("a b>a c>b d>a", "c", "",
                "a\n"
                "+b\n"
                "|c\n" // the chain below a branch: the line of its sibling passes
                "|@\n"
                "`d\n");
}

static void test_fields(void)
{
    Made made = make("a b>a c>b d>a", "c");
    g_autoptr(TreeRows) rows = tree_rows_new(made.tree, NULL);

    g_assert_true(tree_rows_get(rows, 1)->branch);
    g_assert_false(tree_rows_get(rows, 1)->last);
    g_assert_false(tree_rows_get(rows, 2)->branch);
    g_assert_true(tree_rows_get(rows, 2)->last);
    g_assert_true(tree_rows_get(rows, 4)->branch);
    g_assert_true(tree_rows_get(rows, 4)->last);
    g_assert_cmpint(tree_rows_guide(rows, 0, 0), ==, GUIDE_BLANK);
    g_assert_cmpint(tree_rows_guide(rows, 1, 7), ==, GUIDE_BLANK);
    made_clear(&made);
}

static void test_fold(void)
{
    static const char tree[] = "a b>a c>b d>b e>a";

    assert_rows(tree, "d", "b", "a\n+b(3)\n`e\n");
    assert_rows(tree, "d", "a", "a(5)\n");
    assert_rows(tree, "d", "a b", "a(5)\n");
    assert_rows(tree, "d", "c e nowhere", "a\n+b\n|+c\n|`d\n|.@\n`e\n"); // leaves have nothing to fold
    assert_rows(tree, "d", "d", "a\n+b\n|+c\n|`d(1)\n`e\n");
    assert_rows("a b>a c d>c", "b", "a c", "a(2)\nc(1)\n");
}

static void assert_filtered(const char *description, const char *current, const char *matches, const char *expected)
{
    Made made = make(description, current);
    g_auto(GStrv) words = g_strsplit(matches, " ", -1);
    g_autofree bool *set = g_new0(bool, tree_size(made.tree));
    g_autoptr(TreeRows) rows = NULL;
    g_autofree char *text = NULL;

    for (char **word = words; *word != NULL; word++) {
        set[tree_index(made.tree, g_str_equal(*word, "@") ? tree_now(made.tree) : tree_find(made.tree, *word))] = true;
    }
    rows = tree_rows_filtered(made.tree, set);
    text = rows_text(rows);
    g_assert_cmpstr(text, ==, expected);
    for (int i = 0; i < tree_rows_count(rows); i++) {
        g_assert_cmpint(tree_rows_get(rows, i)->away, ==, !set[tree_index(made.tree, tree_rows_get(rows, i)->node)]);
    }
    made_clear(&made);
}

// What matches stays with what it stands on, and forks only where two of them part.
static void test_filter(void)
{
    static const char tree[] = "a b>a c>b d>b e>a f";

    assert_filtered(tree, "d", "", "");
    assert_filtered(tree, "d", "c", "a\nb\nc\n");
    assert_filtered(tree, "d", "@", "a\nb\nd\n@\n");
    assert_filtered(tree, "d", "c d", "a\nb\n+c\n`d\n");
    assert_filtered(tree, "d", "d e f", "a\n+b\n|d\n`e\nf\n");
    assert_filtered(tree, "d", "a b c d e f @", "a\n+b\n|+c\n|`d\n|.@\n`e\nf\n");
}

static void test_find(void)
{
    Made made = make("a b>a c>b d>a", "c");
    GHashTable *set = set_of("b");
    g_autoptr(TreeRows) rows = tree_rows_new(made.tree, NULL), folded = tree_rows_new(made.tree, set);

    g_assert_cmpint(tree_rows_find(rows, "a"), ==, 0);
    g_assert_cmpint(tree_rows_find(rows, "d"), ==, 4);
    g_assert_cmpint(tree_rows_find(rows, NULL), ==, 3);
    g_assert_cmpint(tree_rows_find(rows, "nowhere"), ==, -1);
    g_assert_cmpint(tree_rows_find(folded, "c"), ==, -1);
    g_assert_cmpint(tree_rows_find(folded, NULL), ==, -1);
    g_hash_table_unref(set);
    made_clear(&made);
}

typedef enum Shape {
    SHAPE_CHAIN, // each on the one before
    SHAPE_FLAT,  // all on the first
    SHAPE_COMB,  // a chain in which each has a leaf beside the next: a level for each
} Shape;

static Made make_big(Shape shape, int count)
{
    GString *text = g_string_new("s0");
    Made made;

    for (int i = 1; i < count; i++) {
        int parent = shape == SHAPE_CHAIN ? i - 1 : shape == SHAPE_FLAT ? 0 : MAX(i - 2 + i % 2, 0);

        g_string_append_printf(text, " s%d>s%d", i, parent);
    }
    made = make(text->str, NULL);
    g_string_free(text, TRUE);
    return made;
}

// Quadratic time would take seconds here; memory is one entry per row at most.
static void assert_linear(Shape shape, unsigned depth)
{
    enum { COUNT = 10000 };
    Made made = make_big(shape, COUNT);
    gint64 before = g_get_monotonic_time();
    g_autoptr(TreeRows) rows = tree_rows_new(made.tree, NULL);
    unsigned deepest = 0;

    g_assert_cmpint(g_get_monotonic_time() - before, <, G_USEC_PER_SEC / 5);
    g_assert_cmpint(tree_rows_count(rows), ==, COUNT + 1);
    g_assert_cmpuint(rows->guides->len, <=, COUNT + 1);
    for (int i = 0; i < tree_rows_count(rows); i++) {
        deepest = MAX(deepest, tree_rows_get(rows, i)->depth);
    }
    g_assert_cmpuint(deepest, ==, depth);
    made_clear(&made);
}

static void test_big(void)
{
    assert_linear(SHAPE_CHAIN, 0);
    assert_linear(SHAPE_FLAT, 1);
    assert_linear(SHAPE_COMB, 4999); // the last has no sibling
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tree-rows/shapes", test_shapes);
    g_test_add_func("/tree-rows/fields", test_fields);
    g_test_add_func("/tree-rows/fold", test_fold);
    g_test_add_func("/tree-rows/filter", test_filter);
    g_test_add_func("/tree-rows/find", test_find);
    g_test_add_func("/tree-rows/big", test_big);
    return g_test_run();
}
