// SPDX-License-Identifier: GPL-2.0-or-later
// The disks of the selected state: each one's chain from the base image down to the image the state
// holds, with sizes, who froze what, who else stands on it, and what is missing or unknown.

#include "engine/model/forecast.h"
#include "engine/model/tongue.h"
#include "tui/app_parts.h"
#include "tui/text.h"

#include <string.h>

static char *title(const App *app)
{
    const AppGuest *guest = app_guest(app);

    if (!guest)
        return g_strdup(_("Disks"));
    return g_strdup_printf(_("Disks of %s"), guest->selected ? guest->selected : "NOW");
}

// What stands in one chain, for its lines.
typedef struct DiskPane {
    const App *app;
    const AppGuest *guest;
    GPtrArray *layers; // of const char *, top first
    char *folder;      // of the top image; other folders are written out
} DiskPane;

static char *shown_name(const DiskPane *chain, const char *path)
{
    gsize length = strlen(chain->folder);

    if (length > 1 && strncmp(path, chain->folder, length) == 0 && path[length] == '/')
        return g_strdup(path + length + 1);
    return g_strdup(path);
}

static void add_fact(GString *facts, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_fact(GString *facts, const char *format, ...)
{
    va_list args;

    if (facts->len > 0)
        g_string_append(facts, ", ");
    va_start(args, format);
    g_string_append_vprintf(facts, format, args);
    va_end(args);
}

static bool is_live(const DiskPane *chain, const char *path)
{
    g_autoptr(GPtrArray) states = reach_direct(chain->guest->reach, path);

    for (guint i = 0; i < states->len; i++)
        if (!((const State *) states->pdata[i])->snapshot)
            return true;
    return false;
}

// Which snapshots read this image itself: "frozen by a, b" or "holds c".
static void add_readers(GString *facts, const DiskPane *chain, const char *path, bool internal)
{
    g_autoptr(GPtrArray) states = reach_direct(chain->guest->reach, path);
    bool first = true;

    for (guint i = 0; i < states->len; i++) {
        const State *state = states->pdata[i];

        if (!state->snapshot || (snapshot_kind(state->snapshot) == KIND_INTERNAL) != internal)
            continue;
        if (first)
            add_fact(facts, internal ? _("holds %s") : _("frozen by %s"), state->snapshot->name);
        else
            add_fact(facts, "%s", state->snapshot->name);
        first = false;
    }
}

// Which other guests, as far as they were read, have this image in a chain of theirs.
static void add_others(GString *facts, const DiskPane *chain, const char *path)
{
    const GPtrArray *guests = chain->guest->host->guests;

    for (guint i = 0; i < guests->len; i++) {
        const AppGuest *other = guests->pdata[i];

        if (other != chain->guest && other->picture && images_get(other->picture->images, path))
            add_fact(facts, _("also used by guest %s"), other->name);
    }
}

static GString *image_facts(const DiskPane *chain, const char *path, const Image *image)
{
    GString *facts = g_string_new(NULL);
    g_autoptr(GPtrArray) overlays = reach_overlays(chain->guest->reach, path);

    add_readers(facts, chain, path, false);
    add_readers(facts, chain, path, true);
    if (overlays->len > 1)
        add_fact(facts, _("under %u images"), overlays->len);
    add_others(facts, chain, path);
    if (image && image->format && strcmp(image->format, "qcow2") != 0)
        add_fact(facts, "%s", image->format);
    if (image && image->backing_state == BACKING_IMAGE && !image->backing_format)
        add_fact(facts, _("format of its backing image not recorded"));
    return facts;
}

// Size at the right edge, before it what makes the image special.
static void put_size(Lines *lines, const Image *image, bool live, bool missing)
{
    g_autofree char *size = size_short(image ? image->allocation : SIZE_UNKNOWN);
    g_autofree char *text = g_strdup_printf("%s%5s", live ? "LIVE " : "", missing ? "MISSING" : size);

    if (lines_room(lines) <= text_width(text))
        lines_begin(lines);
    lines_put_right(lines, missing ? ROLE_PROBLEM : live ? ROLE_NOW
                           : size[0] == '?' ? ROLE_UNKNOWN : ROLE_TEXT, text);
}

static void add_layer(Lines *lines, const DiskPane *chain, const char *path, bool base)
{
    const Image *image = images_get(chain->guest->picture->images, path);
    bool missing = image && image->presence == PRESENCE_MISSING;
    bool live = is_live(chain, path);
    g_autoptr(GString) facts = image_facts(chain, path, image);
    g_autofree char *name = shown_name(chain, path);
    bool beside; // there is room for the facts on the same line

    lines_begin(lines);
    if (!base)
        lines_put_glyph(lines, 1, ROLE_GUIDE, GLYPH_ARROW);
    lines_put(lines, 3, missing ? ROLE_PROBLEM : live ? ROLE_NOW : ROLE_TEXT, name);
    beside = lines_room(lines) - 14 > text_width(facts->str);
    if (beside)
        lines_put(lines, lines_width(lines) - lines_room(lines) + 2, ROLE_DIM, facts->str);
    put_size(lines, image, live, missing);
    if (facts->len > 0 && !beside)
        lines_add(lines, 5, ROLE_DIM, facts->str);
    if (image && image->conflict)
        lines_printf(lines, 5, ROLE_PROBLEM, "! %s", image->conflict);
}

static void add_end(Lines *lines, ChainEnd end)
{
    switch (end) {
    case CHAIN_COMPLETE:
    case CHAIN_MISSING: // the missing image says so itself
        break;
    case CHAIN_UNKNOWN:
        lines_add(lines, 3, ROLE_UNKNOWN, _("? what lies below is unknown"));
        break;
    case CHAIN_LOOP:
        lines_add(lines, 3, ROLE_PROBLEM, _("! goes round in a loop"));
        break;
    case CHAIN_TOO_DEEP:
        lines_add(lines, 3, ROLE_PROBLEM, _("! deeper than can be followed"));
        break;
    }
}

// The folder on a line of its own; what of it does not fit is cut at its beginning.
static void put_folder(Lines *lines, const char *folder)
{
    int room = lines_width(lines) - 6;
    int width = text_width(folder), col;
    const char *end = folder;
    TextCell cell;

    lines_begin(lines);
    col = lines_put(lines, 3, ROLE_DIM, _("in")) + 1;
    if (width > room) {
        lines_put_glyph(lines, col++, ROLE_DIM, GLYPH_ELLIPSIS);
        for (; *end && width > room - 1; width -= cell.width)
            end = text_next(end, &cell);
    }
    lines_put(lines, col, ROLE_DIM, end);
}

static void add_heading(Lines *lines, const DiskPane *chain, const char *target, const char *top, const char *tag)
{
    const Image *image = images_get(chain->guest->picture->images, top);
    g_autofree char *capacity = size_short(image ? image->capacity : SIZE_UNKNOWN);
    g_autofree char *in_folder = g_strdup_printf(_("in %s"), chain->folder);
    GString *text = g_string_new(NULL);

    lines_gap(lines);
    if (image && image->capacity != SIZE_UNKNOWN)
        add_fact(text, "%s", capacity);
    add_fact(text, P_("%u image", "%u images", chain->layers->len), chain->layers->len);
    lines_begin(lines);
    lines_put(lines, 0, ROLE_HEADING, target);
    lines_put(lines, text_width(target) + 2, ROLE_DIM, text->str);
    if (lines_room(lines) < text_width(chain->folder) + 4)
        put_folder(lines, chain->folder);
    else
        lines_put(lines, lines_width(lines) - lines_room(lines) + 1, ROLE_DIM, in_folder);
    if (tag)
        lines_printf(lines, 3, ROLE_INTERNAL, "tag %s inside the last image", tag);
    g_string_free(text, TRUE);
}

// The chain of one disk: `top` is the image the state holds, `tag` the internal snapshot in it.
static void add_chain(const App *app, Lines *lines, const AppGuest *guest, const char *target,
                      const char *top, const char *tag)
{
    g_autoptr(GPtrArray) layers = g_ptr_array_new();
    ChainEnd end = images_chain(guest->picture->images, top, layers);
    g_autofree char *folder = g_path_get_dirname(top);
    DiskPane chain = {.app = app, .guest = guest, .layers = layers, .folder = folder};

    add_heading(lines, &chain, target, top, tag);
    add_end(lines, end);
    for (guint i = layers->len; i > 0; i--)
        add_layer(lines, &chain, layers->pdata[i - 1], i == layers->len && end != CHAIN_UNKNOWN);
}

static void add_snapshot(const App *app, Lines *lines, const AppGuest *guest, const Snapshot *snapshot)
{
    for (guint i = 0; i < snapshot->disks->len; i++) {
        const SnapshotDisk *disk = snapshot->disks->pdata[i];
        const char *frozen = snapshot_frozen(snapshot, disk->target);

        if (!snapshot_covers(snapshot, disk->target))
            continue;
        if (frozen)
            add_chain(app, lines, guest, disk->target, frozen,
                      disk->mode == DISK_MODE_INTERNAL ? snapshot->name : NULL);
        else
            lines_printf(lines, 0, ROLE_UNKNOWN, "%s  unknown: the record does not say what was frozen",
                         disk->target);
    }
}

static void add_now(const App *app, Lines *lines, const AppGuest *guest)
{
    const Definition *now = domain_now(guest->picture->domain);

    for (guint i = 0; now && i < now->disks->len; i++) {
        const Disk *disk = now->disks->pdata[i];

        if (disk_is_writable(disk))
            add_chain(app, lines, guest, disk->target, disk->path, NULL);
    }
    if (now && lines_count(lines) == 0)
        lines_add(lines, 0, ROLE_DIM, _("No disk that the guest writes to."));
}

static void build(const App *app, Lines *lines)
{
    const AppGuest *guest = app_guest(app);
    const Snapshot *snapshot;

    if (!guest || !guest->picture)
        return;
    snapshot = guest_snapshot(guest);
    if (snapshot && snapshot->unread)
        return; // the details say so
    if (snapshot)
        add_snapshot(app, lines, guest, snapshot);
    else
        add_now(app, lines, guest);
    if (lines_count(lines) == 0)
        lines_add(lines, 0, ROLE_DIM, _("It holds no disk."));
}

const View view_disks = {
    .context = CONTEXT_DISKS,
    .title = title,
    .build = build,
};
