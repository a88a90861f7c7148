// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about the steps of a plan that was cut off. Nobody looks at the guest here.

#include "engine/model/remains_inside.h"

#include <string.h>

const Step *remains_step(const JournalEntry *entry, unsigned index)
{
    return index < entry->plan->steps->len ? entry->plan->steps->pdata[index] : NULL;
}

const Step *remains_find_step(const JournalEntry *entry, unsigned n, StepKind kind)
{
    for (unsigned i = n; i > 0; i--)
        if (remains_step(entry, i - 1)->kind == kind)
            return remains_step(entry, i - 1);
    return NULL;
}

bool remains_stopped_again(const JournalEntry *entry, unsigned n)
{
    bool stopped = false;

    for (unsigned i = 0; i < n; i++) {
        const Step *step = remains_step(entry, i);

        stopped = step->kind == STEP_STOP_STARTED || (stopped && step->kind != STEP_START_PAUSED);
    }
    return stopped;
}

const Step *remains_next_delete(const JournalEntry *entry, unsigned done)
{
    for (unsigned i = done; i < entry->plan->steps->len; i++)
        if (remains_step(entry, i)->kind == STEP_DELETE)
            return remains_step(entry, i);
    return NULL;
}

int remains_find_commit(const JournalEntry *entry, const Remains *r)
{
    for (unsigned i = r->done + (r->next != TRACE_NONE); i > 0; i--) {
        StepKind kind = remains_step(entry, i - 1)->kind;

        if (kind == STEP_COMMIT || kind == STEP_DELETE)
            return kind == STEP_COMMIT ? (int) i - 1 : -1;
    }
    return -1;
}

// Records follow right before the delete whose merge they follow.
bool remains_follows(const Plan *plan, unsigned n, const char *snapshot)
{
    bool follows = false;

    for (unsigned i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        if (step->kind == STEP_DELETE && strcmp(step->subject, snapshot) == 0)
            return follows;
        if (step->kind == STEP_FOLLOW)
            follows |= i < n;
        else if (step->kind != STEP_START_PAUSED)
            follows = false;
    }
    return false;
}

bool remains_must_follow(const Plan *plan, unsigned done, bool part)
{
    bool merged = false;

    for (unsigned i = 0; i < plan->steps->len; i++) {
        const Step *step = plan->steps->pdata[i];

        merged |= step->kind == STEP_MERGE_LAYERS && (i < done || (part && i == done));
        if (merged && i >= done && step->kind == STEP_FOLLOW)
            return true;
    }
    return false;
}

bool remains_is_stored(const JournalEntry *entry, const Remains *r)
{
    return remains_find_step(entry, r->done + (r->next != TRACE_NONE), STEP_PERSIST) &&
           !remains_find_step(entry, r->done, STEP_RELEASE);
}
