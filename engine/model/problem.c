// SPDX-License-Identifier: GPL-2.0-or-later
// A problem, and its words.

#include "engine/model/problem_inside.h"

#include "engine/model/naming.h"
#include "engine/model/tongue.h"

#include <string.h>

void problem_free(Problem *problem)
{
    if (!problem)
        return;
    g_free(problem->snapshot);
    shared_text_drop(problem->target);
    shared_text_drop(problem->image);
    g_free(problem->text);
    g_free(problem);
}

void problems_add(GPtrArray *problems, ProblemKind kind, const char *snapshot, const char *target, const char *image,
                  char *text)
{
    Problem *problem = g_new0(Problem, 1);

    problem->kind = kind;
    problem->snapshot = g_strdup(snapshot);
    problem->target = shared_text_take(target);
    problem->image = shared_text_take(image);
    problem->text = text;
    g_ptr_array_add(problems, problem);
}

const char *problem_subject(const Problem *problem)
{
    return problem->snapshot ? problem->snapshot : "NOW";
}

char *problem_text(const Problem *problem)
{
    if (problem->text)
        return g_strdup(problem->text);
    if (problem->kind == PROBLEM_MISSING_IMAGE)
        return g_strdup_printf(_("%s, disk %s: the image %s is missing, so this state cannot be read. "
                                 "Bring the file back from a backup; do not delete what is above it."),
                               problem_subject(problem), problem->target, problem->image);
    if (problem->kind == PROBLEM_CONFLICT)
        return g_strdup_printf(_("%s, disk %s: the backing chain of %s never reaches a base image. "
                                 "Check it with qemu-img info."), problem_subject(problem), problem->target, problem->image);
    return g_strdup_printf(_("%s, disk %s: what %s stands on could not be learnt. Make its folder a "
                             "storage pool, or look from the host itself as root."),
                           problem_subject(problem), problem->target, problem->image);
}

static const char *const words[] = {
    [PROBLEM_MISSING_IMAGE] = "missing-image",
    [PROBLEM_UNKNOWN_CHAIN] = "unknown-chain",
    [PROBLEM_CONFLICT] = "conflict",
    [PROBLEM_CURRENT_MISMATCH] = "current-mismatch",
    [PROBLEM_NO_CURRENT] = "no-current",
    [PROBLEM_ORPHAN] = "orphan",
    [PROBLEM_CYCLE] = "cycle",
    [PROBLEM_INTERRUPTED_DELETE] = "interrupted-delete",
    [PROBLEM_MERGED_BY_HAND] = "merged-by-hand",
    [PROBLEM_SHARED_FROZEN] = "shared-frozen",
    [PROBLEM_LIVE_DIFFERS] = "live-differs",
    [PROBLEM_MANAGED_SAVE] = "managed-save",
    [PROBLEM_WRITTEN_FROZEN] = "written-frozen",
    [PROBLEM_NO_DEFINITION] = "no-definition",
    [PROBLEM_IDLE_LAYERS] = "idle-layers",
};

const char *problem_word(ProblemKind kind)
{
    return words[kind];
}

bool problem_parse(const char *word, ProblemKind *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_strcmp0(word, words[i]) == 0) {
            *kind = (ProblemKind) i;
            return true;
        }
    }
    return false;
}

bool problem_is_repairable(ProblemKind kind)
{
    return kind == PROBLEM_CURRENT_MISMATCH || kind == PROBLEM_NO_CURRENT || kind == PROBLEM_INTERRUPTED_DELETE ||
           kind == PROBLEM_ORPHAN || kind == PROBLEM_CYCLE || kind == PROBLEM_MERGED_BY_HAND ||
           kind == PROBLEM_IDLE_LAYERS;
}

char *problem_repair(const Problem *problem, const char *guest)
{
    g_autofree char *name = name_quote(guest);

    return problem_is_repairable(problem->kind) ?
               g_strdup_printf(_("plan repair %s %s"), name, problem_word(problem->kind)) : NULL;
}

bool problems_about(const GPtrArray *problems, const char *name)
{
    for (guint i = 0; i < problems->len; i++) {
        const Problem *problem = problems->pdata[i];

        if (g_strcmp0(problem->snapshot, name) == 0)
            return true;
    }
    return false;
}
