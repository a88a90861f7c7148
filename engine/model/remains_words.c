// SPDX-License-Identifier: GPL-2.0-or-later
// Sentences about a job that was cut off. Each is whole by itself, so that it can be translated.

#include "engine/model/remains_words.h"

#include "engine/model/tongue.h"

void remains_add_sentence(GString *text, const char *format, ...)
{
    va_list args;

    if (text->len > 0)
        g_string_append_c(text, ' ');
    va_start(args, format);
    g_string_append_vprintf(text, _(format), args);
    va_end(args);
}

static const char *undo_sentence(RemainsUndo way)
{
    switch (way) {
    case UNDO_LAYERS:
    case UNDO_STORED_LAYERS:
        return N_("Take back what had been begun: the records and the guest's configuration as they were, the new files "
                  "removed.");
    case UNDO_STORED:
        return N_("Write the snapshot records again and, if the guest runs, take its stored configuration away: it is "
                  "transient again.");
    case UNDO_OVERLAYS:
        return N_("Merge the new overlays down and remove them: NOW goes on in the images below, and holds what it holds.");
    case UNDO_STOP:
        return N_("Stop the guest, which was started paused for the merge. What is done stays.");
    case UNDO_NOTHING:
        return N_("Nothing is taken back: what is done stays.");
    case UNDO_NOT:
        break;
    }
    return NULL;
}

char *remains_say_undo(RemainsUndo way, const char *created)
{
    GString *text;

    if (way == UNDO_NOT)
        return NULL;
    text = g_string_new(_(undo_sentence(way)));
    if (way == UNDO_STORED_LAYERS)
        remains_add_sentence(text, "If the guest runs, it is transient again.");
    if (created)
        remains_add_sentence(text, "Snapshot %s stays.", created);
    return g_string_free(text, FALSE);
}

char *remains_say_finish(const JournalEntry *entry, const Remains *r, bool half)
{
    const GPtrArray *steps = entry->plan->steps;
    GString *text = g_string_new(r->leftover ? _("Stop the guest, then do the rest:") : _("Do the rest:"));

    for (unsigned i = r->done; i < steps->len; i++) {
        const Step *step = steps->pdata[i];

        g_string_append_printf(text, " (%u) %s", i + 1, step->effect ? step->effect : "");
    }
    if (r->restarts && ((const Step *) steps->pdata[r->done])->kind != STEP_START_PAUSED)
        remains_add_sentence(text, "Before that, the guest is started paused once more.");
    if (half)
        remains_add_sentence(text, "Some disks are merged already: before that, the records are corrected for them.");
    if (r->loses_now)
        remains_add_sentence(text, "What NOW wrote since the job was cut off is lost then.");
    return g_string_free(text, FALSE);
}

static void say_next(GString *text, const JournalEntry *entry, const Remains *r, const Step *merge)
{
    const char *effect = ((const Step *) entry->plan->steps->pdata[r->done])->effect;

    if (r->torn) {
        remains_add_sentence(text, "The merge had begun: %s", merge->effect);
        remains_add_sentence(text, "What snapshot %s froze may be partly overwritten: do not go back to it, finish the merge. NOW "
                     "and the other snapshots are whole.", merge->subject);
    } else if (r->next == TRACE_PART) {
        remains_add_sentence(text, "Step %u is half done: %s", r->done + 1, effect);
    } else if (r->next == TRACE_UNKNOWN) {
        remains_add_sentence(text, "Whether step %u is done cannot be seen: %s", r->done + 1, effect);
    } else {
        remains_add_sentence(text, "Step %u is not done: %s", r->done + 1, effect);
    }
}

static void say_stands(GString *text, RemainsStands stands)
{
    switch (stands) {
    case STANDS_LEFTOVER:
        remains_add_sentence(text, "The guest stands paused, as libvirt left it: do not resume it, since QEMU would then write "
                     "under a snapshot.");
        break;
    case STANDS_PAUSED:
        remains_add_sentence(text, "The guest stands paused, as the merge needs it: do not resume it, since QEMU would then write "
                     "under a snapshot.");
        break;
    case STANDS_RESUMED:
        remains_add_sentence(text, "The guest, which was started paused for the merge, was resumed or started anew by somebody "
                     "since.");
        break;
    case STANDS_AS_EVER:
        break;
    }
}

char *remains_say_part(const JournalEntry *entry, const Remains *r, const Step *merge, RemainsStands stands,
                       bool written)
{
    unsigned steps = entry->plan->steps->len;
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, P_("It was cut off: %u of %u steps is done.", "It was cut off: %u of %u steps are done.",
                                    r->done), r->done, steps);
    say_next(text, entry, r, merge);
    say_stands(text, stands);
    if (written)
        remains_add_sentence(text, "NOW may have written to what it was given, so that is not taken back.");
    return g_string_free(text, FALSE);
}

char *remains_say_busy(const char *guest, const Step *step, bool waits)
{
    GString *text = g_string_new(NULL);

    if (step && step->effect)
        remains_add_sentence(text, "libvirt works on %s at present, most likely on this: %s", guest, step->effect);
    else
        remains_add_sentence(text, "libvirt works on %s at present.", guest);
    if (step && step->kind == STEP_MERGE_NOW)
        remains_add_sentence(text, "When all is merged it waits, and NOW is put on the images below by whoever goes on "
                             "with the job.");
    else
        remains_add_sentence(text, "What it has begun it brings to an end by itself.");
    if (waits)
        remains_add_sentence(text, "If its daemon was ended meanwhile, the merge is over: then finishing stops the guest, which "
                             "stands paused, and merges anew.");
    return g_string_free(text, FALSE);
}

char *remains_say_unseen(const JournalEntry *entry, const char *why)
{
    GString *text = g_string_new(NULL);

    remains_add_sentence(text, "It was cut off after %u of %u steps.", entry->done, entry->plan->steps->len);
    remains_add_sentence(text, "What they left cannot be seen, so nothing is done: %s",
                 why ? why : _("The guest could not be read."));
    remains_add_sentence(text, "Look again when that is over.");
    return g_string_free(text, FALSE);
}

char *remains_say_changed(const JournalEntry *entry, unsigned done, const Step *changed)
{
    GString *text = g_string_new(NULL);

    remains_add_sentence(text, "It was cut off after %u of %u steps, and somebody changed the guest since.", done,
                 entry->plan->steps->len);
    remains_add_sentence(text, "This is not as it was left: %s", changed->effect);
    remains_add_sentence(text, "Look at the guest with virt-snap check; nothing is done by itself any more.");
    return g_string_free(text, FALSE);
}
