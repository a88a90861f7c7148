// SPDX-License-Identifier: GPL-2.0-or-later
// The tree: order, NOW, orphans, cycles, and trees too deep for recursion.

#include "engine/model/tree.h"

#include <string.h>

static void unref_snapshot(gpointer snapshot)
{
    snapshot_unref(snapshot);
}

static GPtrArray *snapshots_new(void)
{
    return g_ptr_array_new_with_free_func(unref_snapshot);
}

static void add(GPtrArray *snapshots, const char *name, gint64 created, const char *parent)
{
    Snapshot *snapshot = snapshot_new(name);

    snapshot->created = created;
    snapshot->parent = g_strdup(parent);
    g_ptr_array_add(snapshots, snapshot);
}

// "a(b(@)c)d": names in order, children in brackets, NOW as '@', '!' orphan, '*' cycle.
static char *draw(const Tree *tree)
{
    GString *text = g_string_new(NULL);
    const TreeNode *root = tree_root(tree);
    unsigned depth = 0;

    for (const TreeNode *node = tree_next(root, root); node; node = tree_next(root, node)) {
        for (; depth < node->depth; depth++)
            g_string_append_c(text, '(');
        for (; depth > node->depth; depth--)
            g_string_append_c(text, ')');
        g_string_append(text, node->snapshot ? node->snapshot->name : "@");
        if (node->fault)
            g_string_append_c(text, node->fault == TREE_ORPHAN ? '!' : '*');
    }
    for (; depth > 0; depth--)
        g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

static void assert_drawn(const GPtrArray *snapshots, const char *current, const char *expected)
{
    g_autoptr(Tree) tree = tree_new(snapshots, current);
    g_autofree char *drawn = draw(tree);

    g_assert_cmpstr(drawn, ==, expected);
}

static void test_empty(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();

    assert_drawn(snapshots, NULL, "@");
    assert_drawn(snapshots, "nobody", "@");
}

static void test_order(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();

    add(snapshots, "z", 1, NULL);
    add(snapshots, "c", 5, "z");
    add(snapshots, "b", 5, "z");
    add(snapshots, "late", 9, "z");
    add(snapshots, "root2", 2, NULL);
    assert_drawn(snapshots, "z", "z(bclate@)root2");
    assert_drawn(snapshots, "root2", "z(bclate)root2(@)");
    assert_drawn(snapshots, NULL, "z(bclate)root2@");
}

static void test_child_older_than_parent(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();

    add(snapshots, "child", 1, "parent");
    add(snapshots, "parent", 9, NULL);
    assert_drawn(snapshots, "child", "parent(child(@))");
}

static void test_orphan(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();

    add(snapshots, "a", 1, "gone");
    add(snapshots, "b", 2, "a");
    assert_drawn(snapshots, "b", "a!(b(@))");
}

static void test_cycles(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();

    add(snapshots, "self", 1, "self");
    add(snapshots, "x", 4, "z");
    add(snapshots, "y", 3, "x");
    add(snapshots, "z", 5, "y");
    add(snapshots, "tail", 6, "z");
    assert_drawn(snapshots, "tail", "self*y*(z(x" "tail(@)))");
}

static void test_questions(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();
    g_autoptr(Tree) tree = NULL;

    add(snapshots, "a", 1, NULL);
    add(snapshots, "b", 2, "a");
    add(snapshots, "c", 3, "b");
    tree = tree_new(snapshots, "b");
    g_assert_true(tree_is_ancestor(tree_find(tree, "a"), tree_find(tree, "c")));
    g_assert_true(tree_is_ancestor(tree_find(tree, "b"), tree_now(tree)));
    g_assert_false(tree_is_ancestor(tree_find(tree, "c"), tree_now(tree)));
    g_assert_false(tree_is_ancestor(tree_find(tree, "a"), tree_find(tree, "a")));
    g_assert_cmpuint(tree_find(tree, "b")->children, ==, 2);
    g_assert_cmpuint(tree_snapshot_children(tree_find(tree, "b")), ==, 1);
    g_assert_true(tree_has_branches(tree));
    g_assert_null(tree_find(tree, "nobody"));
    g_assert_null(tree_find(tree, NULL));
}

static void test_subtree_walk(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();
    g_autoptr(Tree) tree = NULL;
    GString *met = g_string_new(NULL);
    const TreeNode *top;

    add(snapshots, "a", 1, NULL);
    add(snapshots, "b", 2, "a");
    add(snapshots, "c", 3, "b");
    add(snapshots, "d", 4, "a");
    tree = tree_new(snapshots, NULL);
    top = tree_find(tree, "b");
    for (const TreeNode *node = tree_next(top, top); node; node = tree_next(top, node))
        g_string_append(met, node->snapshot->name);
    g_assert_cmpstr(met->str, ==, "c");
    g_string_free(met, TRUE);
}

static void test_deep(void)
{
    g_autoptr(GPtrArray) snapshots = snapshots_new();
    g_autoptr(Tree) tree = NULL;
    enum { COUNT = 20000 };

    for (int i = 0; i < COUNT; i++) {
        g_autofree char *name = g_strdup_printf("s%d", i);
        g_autofree char *parent = i > 0 ? g_strdup_printf("s%d", i - 1) : NULL;

        add(snapshots, name, i, parent);
    }
    tree = tree_new(snapshots, "s19999");
    g_assert_cmpuint(tree_now(tree)->depth, ==, COUNT);
    g_assert_false(tree_has_branches(tree));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tree/empty", test_empty);
    g_test_add_func("/tree/order", test_order);
    g_test_add_func("/tree/child-older-than-parent", test_child_older_than_parent);
    g_test_add_func("/tree/orphan", test_orphan);
    g_test_add_func("/tree/cycles", test_cycles);
    g_test_add_func("/tree/questions", test_questions);
    g_test_add_func("/tree/subtree-walk", test_subtree_walk);
    g_test_add_func("/tree/deep", test_deep);
    return g_test_run();
}
