// SPDX-License-Identifier: GPL-2.0-or-later
// What the dialogs ask, asked one after the other. What is offered is theirs too (offers.h), so the same choices
// make the same wishes. Going back gives up the whole wish.
#include "tui/plain.h"

#include "engine/model/discarded.h"
#include "engine/model/forecast.h"
#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/offers.h"

// A name for a new snapshot, asked until it will do; NULL: back.
static char *ask_name(Plain *plain, const Picture *picture, const char *question, const char *prefix)
{
    g_autofree char *minted = name_mint(picture, prefix, g_get_real_time() / G_USEC_PER_SEC);

    while (!plain->over) {
        g_autofree char *name = plain_line(plain, question, minted);
        g_autofree char *fault = name ? offer_name_fault(picture, name) : NULL;

        if (!fault)
            return g_steal_pointer(&name);
        cli_put(plain->paper, stdout, fault);
    }
    return NULL;
}

// A risk has to be agreed to, or there is no wish. True: there is none, or it was.
static bool agree_to_risk(Plain *plain, Wish *wish, const char *risk)
{
    bool back = false;

    wish->force = risk && plain_agree(plain, risk, false, &back);
    return !back;
}

// ---- create ------------------------------------------------------------------------------------

static bool ask_kind(Plain *plain, const CliHost *host, const Picture *picture, Wish *wish)
{
    static const char *const kinds[] = {N_("external, a file of its own"), N_("internal, inside the image"), NULL};
    const char *why;
    SnapshotKind preset = offer_kind(picture, host->host, &why);
    g_autofree char *question = why ? g_strdup_printf(_("Kind, %s"), why) : g_strdup(_("Kind"));
    unsigned choice = plain_choose(plain, question, kinds, preset == KIND_EXTERNAL ? 1 : 2);

    wish->kind = choice == 1 ? KIND_EXTERNAL : KIND_INTERNAL;
    return choice != 0;
}

// Asks only what can be chosen, and says why something can't.
static bool ask_if(Plain *plain, const char *question, bool offered, const char *fault, bool *back)
{
    if (!offered || *back)
        return false;
    if (fault)
        cli_printf(plain->paper, stdout, "%s: %s.", question, fault);
    return !fault && plain_agree(plain, question, false, back);
}

static bool ask_disks(Plain *plain, const Definition *now, Wish *wish)
{
    bool back = false;

    for (guint i = 0; offer_disks(now) > 1 && i < now->disks->len && !back; i++) {
        const Disk *disk = now->disks->pdata[i];
        g_autofree char *question = g_strdup_printf(_("Disk %s (%s) takes part"), disk->target,
                                                    disk->path ? disk->path : _("no file"));

        if (disk_is_writable(disk))
            wish_disk(wish, disk->target)->include = plain_agree(plain, question, disk->mode != DISK_MODE_NO, &back);
    }
    return !back;
}

// A note may be left out, so an empty line is an answer here.
static bool ask_note(Plain *plain, Wish *wish)
{
    wish->description = plain_line(plain, _("Note (may be left out)"), NULL);
    return !plain->over;
}

static bool ask_memory(Plain *plain, const Picture *picture, Wish *wish)
{
    bool inside = wish->kind == KIND_INTERNAL && domain_is_active(picture->domain); // always with its memory
    bool back = false;

    wish->memory = inside || ask_if(plain, _("Save the memory (RAM) too"), offer_memory(picture, wish->kind),
                                    offer_memory_fault(picture), &back);
    wish->quiesce = ask_if(plain, _("Freeze the file systems meanwhile"),
                           offer_quiesce(picture, wish->kind, wish->memory), offer_quiesce_fault(picture), &back);
    return !back;
}

Wish *plain_wish_create(Plain *plain, const CliHost *host, const Picture *picture)
{
    const Domain *domain = picture->domain;
    g_autofree char *name = ask_name(plain, picture, _("Name"), "snap");
    g_autoptr(Wish) wish = wish_new(VERB_CREATE, domain->uuid, domain->name, name);

    if (!name || !ask_note(plain, wish) || !ask_kind(plain, host, picture, wish) ||
        !ask_memory(plain, picture, wish) || !ask_disks(plain, domain_now(domain), wish))
        return NULL;
    cli_put(plain->paper, stdout, offer_create_effect(picture, wish->kind, wish->memory));
    return g_steal_pointer(&wish);
}

// ---- revert ------------------------------------------------------------------------------------

static void tell_now(Plain *plain, const Picture *picture)
{
    gint64 bytes = picture_now_bytes(picture);
    g_autofree char *size = size_short(bytes);

    if (bytes == SIZE_UNKNOWN)
        cli_put(plain->paper, stdout, _("NOW holds data that is in no snapshot; how much is unknown."));
    else
        cli_printf(plain->paper, stdout, "NOW holds %s that is in no snapshot.", size);
    if (domain_is_active(picture->domain))
        cli_put(plain->paper, stdout, _("The guest runs: consoles and network connections drop."));
}

static bool ask_now(Plain *plain, const Picture *picture, Wish *wish)
{
    static const char *const choices[] = {N_("Keep NOW as a snapshot, then revert"), N_("Lose NOW and revert"), NULL};
    unsigned choice = plain_choose(plain, _("What becomes of NOW"), choices, 1);

    wish->now = choice == 2 ? NOW_LOSE : NOW_KEEP;
    if (choice == 1)
        wish->keep_name = ask_name(plain, picture, _("Keep it as"), "before-revert");
    return choice == 2 || wish->keep_name;
}

static bool ask_after(Plain *plain, Wish *wish)
{
    static const char *const choices[] = {N_("as saved"), N_("running"), N_("paused"), N_("off"), NULL};
    unsigned choice = plain_choose(plain, _("The guest afterwards"), choices, 1);

    wish->after = choice ? (AfterChoice) (choice - 1) : AFTER_AS_SAVED;
    return choice != 0;
}

static bool ask_children(Plain *plain, const Picture *picture, Wish *wish)
{
    const TreeNode *node = tree_find(picture->tree, wish->snapshot);
    bool back = false;

    if (node && tree_snapshot_children(node) > 0)
        wish->discard_children = plain_agree(plain, _("Discard all else that hangs below it, with its data"), false, &back);
    return !back;
}

Wish *plain_wish_revert(Plain *plain, const Picture *picture, const Snapshot *snapshot)
{
    g_autoptr(Wish) wish = wish_new(VERB_REVERT, picture->domain->uuid, picture->domain->name, snapshot->name);

    tell_now(plain, picture);
    if (!ask_now(plain, picture, wish) || !ask_after(plain, wish) || !ask_children(plain, picture, wish) ||
        !agree_to_risk(plain, wish, offer_revert_risk(picture, snapshot)))
        return NULL;
    return g_steal_pointer(&wish);
}

// ---- discard -----------------------------------------------------------------------------------

static bool ask_what(Plain *plain, const Picture *picture, Wish *wish)
{
    static const char *const choices[] = {N_("this and all below"), N_("only what is below"), NULL};
    const TreeNode *node = tree_find(picture->tree, wish->snapshot);
    unsigned choice = node && tree_snapshot_children(node) > 0 ? plain_choose(plain, _("Discard"), choices, 0) : 1;

    wish->children_only = choice == 2;
    return choice != 0;
}

static void tell_going(Plain *plain, const GPtrArray *going)
{
    cli_printf(plain->paper, stdout, P_("%u snapshot goes, with all that only it holds:",
                                           "%u snapshots go, with all that only they hold:", going->len), going->len);
    for (guint i = 0; i < going->len; i++)
        cli_printf(plain->paper, stdout, "- %s", ((const Snapshot *) going->pdata[i])->name);
}

// NOW on what goes: it is given up by a choice of its own, or nothing is discarded.
static bool ask_refuge(Plain *plain, const Picture *picture, Wish *wish)
{
    g_autofree char *text = offer_discard_now(wish, picture, picture_now_bytes(picture));
    bool back = false;

    cli_put(plain->paper, stdout, text);
    if (!offer_refuge(wish, picture))
        return false;
    wish->now = plain_agree(plain, _("NOW is given up too"), false, &back) ? NOW_LOSE : NOW_KEEP;
    return wish->now == NOW_LOSE && agree_to_risk(plain, wish, offer_refuge_risk(wish, picture));
}

Wish *plain_wish_discard(Plain *plain, const Picture *picture, const Wish *subjects)
{
    g_autoptr(Wish) wish = wish_copy(subjects);
    g_autoptr(GPtrArray) going = NULL;

    if (wish->others->len == 0 && !ask_what(plain, picture, wish))
        return NULL;
    going = discarded_snapshots(wish, picture);
    if (going->len == 0) {
        cli_put(plain->paper, stdout, _("Nothing is below it."));
        return NULL;
    }
    tell_going(plain, going);
    if (discarded_holds_now(going, picture) && !ask_refuge(plain, picture, wish))
        return NULL;
    return g_steal_pointer(&wish);
}
