// SPDX-License-Identifier: GPL-2.0-or-later
// What a plan does to the images: each disk's chain now and afterwards, side by side where there is room.
// Only what changes is shown, with what stands next to it.

#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

#define NAME_COLS 9 // of a file's name, at least
#define BESIDE_COLS 60 // from here on the two stand side by side

typedef enum Change {
    CHANGE_NONE,
    CHANGE_GONE,
    CHANGE_LOST, // with what it held
    CHANGE_MADE,
    CHANGE_REWRITTEN, // something is merged into it, or it goes back
    CHANGE_READERS,   // other states hold it
} Change;

static bool same_names(const GPtrArray *a, const GPtrArray *b)
{
    for (guint i = 0; i < a->len && a->len == b->len; i++)
        if (strcmp(a->pdata[i], b->pdata[i]) != 0)
            return false;
    return a->len == b->len;
}

// What became of an image; `there`: it in the other chain, NULL if it is not in it.
static Change change_of(const ChainImage *image, const ChainImage *there, bool is_after)
{
    if (!there || there->missing != image->missing)
        return is_after ? CHANGE_MADE : CHANGE_GONE;
    if (image->rewritten || there->rewritten)
        return CHANGE_REWRITTEN;
    return there->live != image->live || !same_names(there->frozen, image->frozen) ||
                   !same_names(there->tags, image->tags) ? CHANGE_READERS : CHANGE_NONE;
}

// Does its data go with an image that is not there any more? What was merged is in another one.
static bool is_lost(const Plan *plan, const char *path)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const GPtrArray *disks = ((const Step *) plan->steps->pdata[i])->disks;

        for (guint j = 0; j < disks->len; j++)
            if (g_strcmp0(((const StepDisk *) disks->pdata[j])->merges, path) == 0)
                return false;
    }
    return plan->loses_data;
}

// A line of one side.
typedef struct Row {
    const ChainImage *image; // NULL: some that do not change
    Change change;
    guint hidden;
} Row;

static GArray *rows_of(const Plan *plan, const Chain *chain, const Chain *other, bool is_after)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));
    guint count = chain ? chain->images->len : 0;
    g_autofree Change *changes = g_new0(Change, count + 1);

    for (guint i = 0; i < count; i++) {
        const ChainImage *image = chain->images->pdata[i];

        changes[i] = change_of(image, chain_image(other, image->path), is_after);
        if (changes[i] == CHANGE_GONE && is_lost(plan, image->path))
            changes[i] = CHANGE_LOST;
    }
    for (guint i = 0; i < count; i++) {
        Row row = {.image = chain->images->pdata[i], .change = changes[i]};
        bool near = changes[i] != CHANGE_NONE || (i > 0 && changes[i - 1] != CHANGE_NONE) ||
                    changes[i + 1 < count ? i + 1 : i] != CHANGE_NONE;

        if (!near && rows->len > 0 && !g_array_index(rows, Row, rows->len - 1).image) {
            g_array_index(rows, Row, rows->len - 1).hidden++;
            continue;
        }
        if (!near)
            row = (Row) {.hidden = 1};
        g_array_append_val(rows, row);
    }
    return rows;
}

static bool any_change(const GArray *rows)
{
    for (guint i = 0; i < rows->len; i++)
        if (g_array_index(rows, Row, i).change != CHANGE_NONE)
            return true;
    return false;
}

// "keep, s1, NOW": the states that hold an image.
static char *holders(const ChainImage *image)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < image->frozen->len; i++)
        g_ptr_array_add(names, image->frozen->pdata[i]);
    for (guint i = 0; i < image->tags->len; i++)
        g_ptr_array_add(names, image->tags->pdata[i]);
    if (image->live)
        g_ptr_array_insert(names, 0, (gpointer) "NOW");
    return text_names(names, 3);
}

// Who holds it stays in sight where not all fits: the steps above name the files whole.
static char *row_text(const Row *row, int cols)
{
    g_autofree char *held = row->image ? holders(row->image) : NULL;
    g_autofree char *head = NULL, *name = NULL;
    int room;

    if (!row->image)
        return g_strdup_printf(_("    %u more, unchanged"), row->hidden);
    head = g_strdup_printf("%*s%s", 2 * (int) MIN(row->image->depth, 4), "", row->image->base ? "" : "> ");
    name = text_clean(row->image->unnamed ? _("named by libvirt") : text_base_name(row->image->path), false);
    room = MAX(cols - text_width(head) - (held[0] ? text_width(held) + 3 : 0), NAME_COLS);
    if (text_width(name) > room) {
        name[text_fit(name, room - 1, NULL)] = '\0';
        return g_strdup_printf("%s%s~%s%s", head, name, held[0] ? " = " : "", held);
    }
    return g_strdup_printf("%s%s%s%s", head, name, held[0] ? " = " : "", held);
}

static void put_row(Lines *lines, int col, int cols, const Row *row)
{
    static const struct { const char *mark; Role role; } looks[] = {
        [CHANGE_NONE] = {" ", ROLE_DIM},          [CHANGE_GONE] = {"-", ROLE_WARNING},
        [CHANGE_LOST] = {"-", ROLE_DANGER},       [CHANGE_MADE] = {"+", ROLE_GOOD},
        [CHANGE_REWRITTEN] = {"~", ROLE_WARNING}, [CHANGE_READERS] = {" ", ROLE_DIALOG},
    };
    g_autofree char *text = row_text(row, cols - 2);
    gsize fits = text_fit(text, cols - 2, NULL);

    lines_put(lines, col, looks[row->change].role, looks[row->change].mark);
    if (text[fits]) {
        text[text_fit(text, cols - 3, NULL)] = '\0';
        lines_put_glyph(lines, lines_put(lines, col + 2, looks[row->change].role, text), ROLE_DIM, GLYPH_ELLIPSIS);
    } else {
        lines_put(lines, col + 2, looks[row->change].role, text);
    }
}

static void add_beside(Lines *lines, const char *target, const GArray *before, const GArray *after)
{
    int half = (lines_width(lines) - 1) / 2;

    lines_begin(lines);
    lines_put(lines, 0, ROLE_HEADING, target);
    lines_put(lines, 6, ROLE_HEADING, _("now"));
    lines_put(lines, half + 3, ROLE_HEADING, _("afterwards"));
    for (guint i = 0; i < MAX(before->len, after->len); i++) {
        lines_begin(lines);
        if (i < before->len)
            put_row(lines, 0, half - 1, &g_array_index(before, Row, i));
        if (i < after->len)
            put_row(lines, half + 1, half, &g_array_index(after, Row, i));
    }
}

static void add_below(Lines *lines, const char *target, const char *when, const GArray *rows)
{
    lines_printf(lines, 0, ROLE_HEADING, "%s %s", target, when);
    for (guint i = 0; i < rows->len; i++) {
        lines_begin(lines);
        put_row(lines, 0, lines_width(lines), &g_array_index(rows, Row, i));
    }
}

void plan_add_images(Lines *lines, const Plan *plan, const GPtrArray *before, const GPtrArray *after)
{
    bool heading = false;

    for (guint i = 0; before && i < before->len; i++) {
        const Chain *chain = before->pdata[i];
        const Chain *then = chains_find(after, chain->target);
        g_autoptr(GArray) now_rows = rows_of(plan, chain, then, false);
        g_autoptr(GArray) then_rows = rows_of(plan, then, chain, true);

        if (!any_change(now_rows) && !any_change(then_rows))
            continue;
        if (!heading) {
            lines_gap(lines);
            lines_add(lines, 0, ROLE_HEADING, _("Images   - removed  + made  ~ rewritten  = held by"));
            heading = true;
        }
        if (lines_width(lines) >= BESIDE_COLS) {
            add_beside(lines, chain->target, now_rows, then_rows);
        } else {
            add_below(lines, chain->target, _("now"), now_rows);
            add_below(lines, chain->target, _("afterwards"), then_rows);
        }
    }
}
