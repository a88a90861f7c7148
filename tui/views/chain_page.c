// SPDX-License-Identifier: GPL-2.0-or-later
// The chain page: every image of the guest, disk by disk, base first and what NOW writes last, with its
// sizes, who froze it, after whom it was written, who reads it and which other guests stand on it.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

#define NAMES 4       // snapshots that are named; of more the number is told
#define SIZE_COLS 8
#define NUMBER_COLS 24 // size, virtual size, format
#define WIDE_COLS 60   // below: the numbers are told beneath the name

static char *title(const App *app)
{
    const AppGuest *guest = app_guest(app);

    return g_strdup_printf(_("Images of %s"), guest ? guest->name : _("no guest"));
}

// One page while it is built.
typedef struct Page {
    Lines *lines;
    AppGuest *guest;
    const Chain *chain;
    bool wide;
} Page;

static bool holds(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

// Does the state that is selected in the tree hold this image itself?
static bool is_selected(const Page *page, const ChainImage *image)
{
    const char *selected = page->guest->selected;

    return selected ? holds(image->frozen, selected) || holds(image->tags, selected) : image->live;
}

static void put_number(const Page *page, int from_right, Role role, const char *text)
{
    int col = lines_width(page->lines) - from_right - text_width(text);

    lines_put(page->lines, col, role, text);
}

static void put_numbers(const Page *page, const ChainImage *shown, const Image *image)
{
    g_autofree char *size = size_short(image ? image->allocation : SIZE_UNKNOWN);
    g_autofree char *capacity = size_short(image ? image->capacity : SIZE_UNKNOWN);
    const char *format = image && image->format ? image->format : "?";

    if (shown->missing) {
        put_number(page, NUMBER_COLS - SIZE_COLS, ROLE_PROBLEM, _("MISSING"));
        return;
    }
    put_number(page, NUMBER_COLS - SIZE_COLS, size[0] == '?' ? ROLE_UNKNOWN : ROLE_TEXT, size);
    put_number(page, NUMBER_COLS - 2 * SIZE_COLS, ROLE_DIM, capacity);
    put_number(page, 0, image && image->format ? ROLE_DIM : ROLE_UNKNOWN, format);
}

// Who reads its content: by name where they are few.
static char *readers_text(const Page *page, const ChainImage *image)
{
    g_autoptr(GPtrArray) states = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *list = NULL;

    if (image->reached > NAMES)
        return g_strdup_printf(image->reached_now ? _("read by NOW and %u snapshots") : _("read by %u snapshots"),
                               image->reached);
    states = reach_of(page->guest->reach, image->path);
    for (guint i = 0; i < states->len; i++)
        g_ptr_array_add(names, (gpointer) state_name(states->pdata[i]));
    list = text_names(names, NAMES + 1);
    return names->len > 0 ? g_strdup_printf(_("read by %s"), list) : g_strdup(_("read by nothing that is known"));
}

static void add_names(GString *facts, const char *label, const GPtrArray *names)
{
    g_autofree char *list = text_names(names, NAMES);

    if (names->len > 0)
        g_string_append_printf(facts, "%s%s %s", facts->len > 0 ? "; " : "", label, list);
}

// What it is for. That it is read by the states that hold it needs no words.
static GString *purpose(const Page *page, const ChainImage *image)
{
    GString *facts = g_string_new(NULL);

    add_names(facts, _("frozen by"), image->frozen);
    add_names(facts, _("holds inside"), image->tags);
    add_names(facts, _("written after"), image->after);
    if (!image->missing && (image->reached > image->frozen->len || image->live != image->reached_now ||
                            (image->reached == 0 && !image->live && image->tags->len == 0))) {
        g_autofree char *readers = readers_text(page, image);

        g_string_append_printf(facts, "%s%s", facts->len > 0 ? "; " : "", readers);
    }
    return facts;
}

// Which other guests, as far as they were read, have this image in a chain of theirs.
static void add_others(const Page *page, int indent, const char *path)
{
    const GPtrArray *guests = page->guest->host->guests;
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < guests->len; i++) {
        const AppGuest *other = guests->pdata[i];

        if (other != page->guest && other->picture && images_get(other->picture->images, path))
            g_ptr_array_add(names, other->name);
    }
    if (names->len > 0) {
        g_autofree char *list = text_names(names, NAMES);

        lines_printf(page->lines, indent, ROLE_WARNING, "also used by guest %s", list);
    }
}

static void add_facts(const Page *page, const ChainImage *shown, const Image *image, int indent)
{
    g_autoptr(GString) facts = purpose(page, shown);
    Lines *lines = page->lines;

    if (facts->len > 0)
        lines_add(lines, indent, ROLE_DIM, facts->str);
    add_others(page, indent, shown->path);
    if (shown->unknown)
        lines_add(lines, indent, ROLE_UNKNOWN, _("? what it stands on could not be learnt"));
    if (image && image->backing_state == BACKING_IMAGE && !image->backing_format)
        lines_add(lines, indent, ROLE_WARNING, _("the format of its backing image is not recorded"));
    if (image && image->conflict)
        lines_item(lines, "!", ROLE_PROBLEM, image->conflict);
}

static const char *folder_name(const char *path, const char *folder)
{
    gsize length = strlen(folder);

    return length > 1 && strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

static void add_image(const Page *page, const ChainImage *shown, const char *folder)
{
    const Image *image = images_get(page->guest->picture->images, shown->path);
    const char *name = folder_name(shown->path, folder);
    int indent = 4 + 2 * MIN((int) shown->depth, lines_width(page->lines) / 8);
    int room = lines_width(page->lines) - indent - (page->wide ? NUMBER_COLS + 5 : 5);
    Role role = shown->missing ? ROLE_PROBLEM : shown->live ? ROLE_NOW : ROLE_TEXT;

    lines_begin(page->lines);
    if (is_selected(page, shown))
        lines_put(page->lines, 0, ROLE_KEY, ">");
    if (shown->forked)
        lines_put_glyph(page->lines, indent - 4, ROLE_GUIDE, shown->last ? GLYPH_CORNER : GLYPH_TEE);
    if (!shown->base)
        lines_put_glyph(page->lines, indent - 2, ROLE_GUIDE, GLYPH_ARROW);
    if (text_width(name) <= room) {
        lines_put(page->lines, indent, role, name);
    } else { // whole, on lines of its own
        lines_add(page->lines, indent, role, name);
        lines_begin(page->lines);
    }
    if (shown->live)
        put_number(page, page->wide ? NUMBER_COLS + 1 : 0, ROLE_NOW, _("LIVE"));
    if (page->wide)
        put_numbers(page, shown, image);
    add_facts(page, shown, image, indent + 2);
    if (!page->wide && !shown->missing && image) {
        g_autofree char *size = size_short(image->allocation), *capacity = size_short(image->capacity);

        lines_printf(page->lines, indent + 2, ROLE_TEXT, "%s of %s, %s", size, capacity,
                     image->format ? image->format : _("format unknown"));
    } else if (!page->wide && shown->missing) {
        lines_add(page->lines, indent + 2, ROLE_PROBLEM, _("MISSING"));
    }
}

// How many images NOW reads on this disk, and where they lie.
static void add_heading(const Page *page, const char *folder)
{
    unsigned deep = 0;

    for (guint i = 0; i < page->chain->images->len; i++)
        deep += ((const ChainImage *) page->chain->images->pdata[i])->reached_now;
    lines_gap(page->lines);
    lines_begin(page->lines);
    lines_put(page->lines, 0, ROLE_HEADING, page->chain->target);
    if (page->wide) {
        put_number(page, NUMBER_COLS - SIZE_COLS, ROLE_HEADING, _("size"));
        put_number(page, NUMBER_COLS - 2 * SIZE_COLS, ROLE_HEADING, _("virtual"));
        put_number(page, 0, ROLE_HEADING, _("format"));
    }
    if (deep > 0)
        lines_printf(page->lines, 2, ROLE_DIM, P_("%u image, NOW reads %u, in %s", "%u images, NOW reads %u, in %s",
                                                  page->chain->images->len), page->chain->images->len, deep, folder);
    else
        lines_printf(page->lines, 2, ROLE_DIM, "NOW has no such disk; in %s", folder);
}

static void add_chain(const Page *page)
{
    const GPtrArray *images = page->chain->images;
    const ChainImage *live = images->pdata[images->len - 1];
    g_autofree char *folder = g_path_get_dirname(live->path);

    add_heading(page, folder);
    for (guint i = 0; i < images->len; i++)
        add_image(page, images->pdata[i], folder);
}

static void build(const App *app, Lines *lines)
{
    AppGuest *guest = app_guest(app);
    const GPtrArray *chains = guest ? guest_chains(guest) : NULL;

    if (!chains || chains->len == 0)
        lines_add(lines, 0, ROLE_DIM, chains ? _("The guest has no disk that it writes to.") : _("Not read yet."));
    for (guint i = 0; chains && i < chains->len; i++) {
        Page page = {lines, guest, chains->pdata[i], lines_width(lines) >= WIDE_COLS};

        if (page.chain->images->len > 0)
            add_chain(&page);
    }
}

const View view_chains = {
    .context = CONTEXT_PAGE,
    .title = title,
    .build = build,
};
