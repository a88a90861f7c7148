// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan costs: milliseconds of CPU after the picture is there, by verb, shape and size of the tree.
//
// Guests with two disks, all snapshots external. chain: each stands on the one before; bushy: a quarter of the nodes
// have two children; flat: all are roots. Prints a table and asserts nothing: whether a plan is offered stands beside
// its time, since a refusal may be cheaper. Words choose: numbers are sizes, and of others each must be in a line's
// name: build/release/tests/bench/plan 10000 bushy running "delete, merge".

#include "engine/model/plan.h"
#include "tests/lib/wishes.h"
#include "tests/lib/world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BRANCH = 100, MARKED = 100, RUNS = 3 };

static const char *const disks[] = {"vda", "vdb"};

typedef enum Shape { SHAPE_CHAIN, SHAPE_BUSHY, SHAPE_FLAT } Shape;

static const char *const shapes[] = {"chain", "bushy", "flat"};

typedef struct Guest {
    int size;
    int *parent; // -1: a root
    int *child;  // the first one; -1: none
    int *below;  // snapshots in its branch, itself included
    Picture *off;
    Picture *running;
    Picture *broken; // off, and no snapshot is the current one
} Guest;

// ---- the tree ---------------------------------------------------------------------------------

static void grow(Guest *guest, Shape shape)
{
    for (int node = 0, next = 1; node < guest->size; node++) {
        int children = shape == SHAPE_FLAT ? 0 : shape == SHAPE_BUSHY && node % 4 == 0 ? 2 : 1;

        for (; children > 0 && next < guest->size; children--)
            guest->parent[next++] = node;
    }
    for (int node = guest->size - 1; node >= 0; node--) {
        int parent = guest->parent[node];

        guest->below[node]++;
        if (parent < 0)
            continue;
        guest->below[parent] += guest->below[node];
        guest->child[parent] = node;
    }
}

static void write_images(GString *text, const Guest *guest, const char *disk)
{
    g_string_append_printf(text, "image /i/%s base 10\n", disk);
    for (int i = 0; i < guest->size; i++) {
        if (guest->parent[i] < 0)
            g_string_append_printf(text, "image /i/%s.s%d on:/i/%s 10\n", disk, i, disk);
        else
            g_string_append_printf(text, "image /i/%s.s%d on:/i/%s.s%d 10\n", disk, i, disk, guest->parent[i]);
    }
    g_string_append_printf(text, "image /i/%s.now on:/i/%s.s%d 10\n", disk, disk, guest->size - 1);
}

// What was written after a leaf, other than NOW, a later revert has removed.
static void write_snapshot(GString *text, const Guest *guest, int i)
{
    g_string_append_printf(text, "snapshot s%d %d shutoff", i, 1700000000 + i);
    if (guest->parent[i] >= 0)
        g_string_append_printf(text, " parent=s%d", guest->parent[i]);
    for (size_t d = 0; d < G_N_ELEMENTS(disks); d++) {
        g_string_append_printf(text, "\next %s /i/%s.s%d /i/%s.", disks[d], disks[d], i, disks[d]);
        if (guest->child[i] >= 0)
            g_string_append_printf(text, "s%d", guest->child[i]);
        else
            g_string_append_printf(text, i == guest->size - 1 ? "now" : "left%d", i);
    }
    g_string_append_c(text, '\n');
}

static Picture *draw(const Guest *guest, const char *state, bool current)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "guest web %s\n", state);
    for (size_t d = 0; d < G_N_ELEMENTS(disks); d++) {
        g_string_append_printf(text, "disk %s /i/%s.now qcow2\n", disks[d], disks[d]);
        if (strcmp(state, "running") == 0)
            g_string_append_printf(text, "inactive %s /i/%s.now\n", disks[d], disks[d]);
    }
    for (size_t d = 0; d < G_N_ELEMENTS(disks); d++)
        write_images(text, guest, disks[d]);
    for (int i = 0; i < guest->size; i++)
        write_snapshot(text, guest, i);
    if (current)
        g_string_append_printf(text, "current s%d\n", guest->size - 1);
    g_string_append(text, "space /i 1000000\nfiles /i\n");
    return world_picture(text->str);
}

static void guest_init(Guest *guest, Shape shape, int size)
{
    guest->size = size;
    guest->parent = g_new(int, size);
    guest->child = g_new(int, size);
    guest->below = g_new0(int, size);
    for (int i = 0; i < size; i++)
        guest->parent[i] = guest->child[i] = -1;
    grow(guest, shape);
    guest->off = draw(guest, "off", true);
    guest->running = draw(guest, "running", true);
    guest->broken = draw(guest, "off", false);
}

static void guest_clear(Guest *guest)
{
    g_free(guest->parent);
    g_free(guest->child);
    g_free(guest->below);
    picture_unref(guest->off);
    picture_unref(guest->running);
    picture_unref(guest->broken);
}

// ---- subjects ---------------------------------------------------------------------------------

// An ancestor of NOW halfway up, with one child: what libvirt can merge.
static int to_merge(const Guest *guest)
{
    int at = guest->size - 1, step = 0;

    for (int up = at; up >= 0; up = guest->parent[up])
        step++;
    for (step /= 2; step > 0 && guest->parent[at] >= 0; step--)
        at = guest->parent[at];
    while (guest->parent[at] >= 0 && guest->child[at] >= 0 && guest->below[at] != guest->below[guest->child[at]] + 1)
        at = guest->parent[at];
    return at;
}

// One with two children, or else any.
static int to_drop(const Guest *guest)
{
    for (int i = guest->size / 2; i >= 0; i--)
        if (guest->child[i] >= 0 && guest->below[i] > guest->below[guest->child[i]] + 1)
            return i;
    return guest->size / 2;
}

static int to_discard(const Guest *guest)
{
    int best = 0, size = MIN(BRANCH, guest->size / 2);

    for (int i = 1; i < guest->size; i++)
        if (abs(guest->below[i] - size) < abs(guest->below[best] - size))
            best = i;
    return best;
}

// The wish `verb`, for snapshots of NOW's branch from `at` upwards.
static char *several(const Guest *guest, const char *verb, int at)
{
    GString *words = g_string_new(verb);

    for (int n = 0; n < MARKED && at >= 0; n++, at = guest->parent[at])
        g_string_append_printf(words, "%cs%d", n == 0 ? ' ' : '+', at);
    return g_string_free(words, FALSE);
}

// As many leaves as there are, but for the one that NOW stands on.
static char *leaves(const Guest *guest)
{
    GString *words = g_string_new("discard");

    for (int i = 0, n = 0; i < guest->size - 1 && n < MARKED; i++)
        if (guest->child[i] < 0)
            g_string_append_printf(words, "%cs%d", n++ == 0 ? ' ' : '+', i);
    if (guest->child[0] >= 0 && !strchr(words->str, ' '))
        g_string_append_printf(words, " s%d", guest->size - 1);
    return g_string_free(words, FALSE);
}

// ---- measuring --------------------------------------------------------------------------------

typedef struct Bench {
    const Guest *guest;
    const char *tree;
    char **wanted; // words of the command line
} Bench;

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static bool is_wanted(const Bench *bench, const char *name)
{
    for (char **word = bench->wanted; *word; word++)
        if (!g_ascii_isdigit(**word) && !strstr(name, *word))
            return false;
    return true;
}

static void measure_on(const Bench *bench, const Picture *picture, const char *what, unsigned long version,
                       const char *words)
{
    g_autoptr(Wish) wish = wishes_read(words);
    g_autoptr(Host) host = world_host(version, NULL);
    g_autoptr(Neighbours) neighbours = neighbours_new();
    g_autofree char *name = g_strdup_printf("%s, %s: %s", bench->tree,
                                            domain_is_active(picture->domain) ? "running" : "off", what);
    g_autofree char *verdict = NULL;
    double best = 0;

    for (int run = 0; run < RUNS && is_wanted(bench, name); run++) {
        double start = cpu_ms(), end;
        g_autoptr(Plan) plan = plan_make(wish, picture, neighbours, host, 1800000000);

        end = cpu_ms();
        best = run == 0 ? end - start : MIN(best, end - start);
        if (run == 0 && plan->verdict == VERDICT_OK)
            verdict = g_strdup_printf("%u steps", plan->steps->len);
        else if (run == 0)
            verdict = g_strdup_printf("refused: %s", ((const Reason *) plan->reasons->pdata[0])->rule);
    }
    if (verdict)
        g_print("%s\t%.1f\t%s\n", name, best, verdict);
}

static void measure(const Bench *bench, const char *what, unsigned long version, const char *words)
{
    measure_on(bench, bench->guest->off, what, version, words);
    measure_on(bench, bench->guest->running, what, version, words);
}

static void measure_all(const Bench *bench)
{
    const Guest *guest = bench->guest;
    unsigned long new = LIBVIRT_VERSION(12, 8, 0), old = LIBVIRT_VERSION(9, 0, 0);
    g_autofree char *merge = g_strdup_printf("delete s%d", to_merge(guest));
    g_autofree char *merges = several(guest, "delete", to_merge(guest));
    g_autofree char *drop = g_strdup_printf("delete s%d metadata", to_drop(guest));
    g_autofree char *revert = g_strdup_printf("revert s%d lose force", guest->size / 2);
    g_autofree char *keep = g_strdup_printf("revert s%d force", guest->size / 2);
    g_autofree char *discard = g_strdup_printf("discard s%d lose force", to_discard(guest));
    g_autofree char *discards = leaves(guest);

    measure(bench, "create", new, "create new");
    measure_on(bench, guest->running, "create, memory", new, "create new memory");
    measure(bench, "delete, merge", new, merge);
    measure(bench, "delete, merge many", new, merges);
    measure(bench, "delete, record", new, drop);
    measure(bench, "revert, native", new, revert);
    measure(bench, "revert, composed", old, revert);
    measure(bench, "revert, keep NOW", old, keep);
    measure(bench, "discard branch", new, discard);
    measure(bench, "discard many", new, discards);
    measure_on(bench, guest->broken, "repair", new, "repair -");
}

static void measure_tree(int size, Shape shape, char **wanted)
{
    g_autofree char *tree = g_strdup_printf("%d snapshots, %s", size, shapes[shape]);
    Guest guest;

    guest_init(&guest, shape, size);
    measure_all(&(Bench) {.guest = &guest, .tree = tree, .wanted = wanted});
    guest_clear(&guest);
}

static bool is_shape_wanted(Shape shape, char **wanted)
{
    bool others = false;

    for (char **word = wanted; *word; word++) {
        if (strcmp(*word, shapes[shape]) == 0)
            return true;
        others |= strcmp(*word, "chain") == 0 || strcmp(*word, "bushy") == 0 || strcmp(*word, "flat") == 0;
    }
    return !others;
}

int main(int argc, char **argv)
{
    static const int usual[] = {100, 1000, 10000};
    bool chosen = false;

    (void) argc;
    for (char **word = argv + 1; *word; word++)
        chosen |= atoi(*word) > 0;
    for (size_t i = 0; !chosen && i < G_N_ELEMENTS(usual); i++)
        for (Shape shape = SHAPE_CHAIN; shape <= SHAPE_FLAT; shape++)
            if (is_shape_wanted(shape, argv + 1))
                measure_tree(usual[i], shape, argv + 1);
    for (char **word = argv + 1; *word; word++)
        for (Shape shape = SHAPE_CHAIN; atoi(*word) > 0 && shape <= SHAPE_FLAT; shape++)
            if (is_shape_wanted(shape, argv + 1))
                measure_tree(atoi(*word), shape, argv + 1);
    return 0;
}
