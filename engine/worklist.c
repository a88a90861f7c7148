// SPDX-License-Identifier: GPL-2.0-or-later
// The work list: two plain lists (waiting and taken) under one lock.

#include "engine/worklist.h"

#include "engine/thread.h"

#include <string.h>

struct Worklist {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Work *waiting; // by kind, then by age
    Work *taken;
    bool closed;
};

Worklist *worklist_new(void)
{
    Worklist *list = g_new0(Worklist, 1);

    pthread_mutex_init(&list->lock, NULL);
    thread_cond_init(&list->changed);
    return list;
}

static Work *work_new(WorkKind kind, const char *uuid)
{
    Work *work = g_new0(Work, 1);

    work->kind = kind;
    work->uuid = g_strdup(uuid);
    return work;
}

static void work_free(Work *work)
{
    wish_free(work->wish);
    g_free(work->entry);
    g_free(work->snapshot);
    remains_free(work->shown);
    g_free(work->path);
    g_free(work->text);
    g_free(work->uuid);
    g_free(work);
}

static void free_all(Work *work)
{
    while (work) {
        Work *next = work->next;

        work_free(work);
        work = next;
    }
}

void worklist_free(Worklist *list)
{
    if (!list)
        return;
    free_all(list->waiting);
    free_all(list->taken);
    pthread_mutex_destroy(&list->lock);
    pthread_cond_destroy(&list->changed);
    g_free(list);
}

static bool is_look(WorkKind kind)
{
    return kind == WORK_LOOK_OPEN || kind == WORK_LOOK;
}

bool worklist_is_filing(WorkKind kind)
{
    return kind >= WORK_JOURNAL && kind <= WORK_KEEP;
}

// Does `waiting` make `added` needless? A look tells more than a poll.
static bool covers(const Work *waiting, const Work *added)
{
    if (added->kind == WORK_PLAN || added->kind == WORK_TEXT || added->kind == WORK_JOB_END ||
        worklist_is_filing(added->kind) || worklist_is_filing(waiting->kind))
        return false;
    if (g_strcmp0(waiting->uuid, added->uuid) != 0)
        return false;
    if (is_look(waiting->kind))
        return is_look(added->kind) || added->kind == WORK_POLL;
    return waiting->kind == added->kind;
}

static void unlink_work(Work **head, Work *work)
{
    while (*head != work)
        head = &(*head)->next;
    *head = work->next;
    work->next = NULL;
}

static void insert(Worklist *list, Work *work)
{
    Work **link = &list->waiting;

    while (*link && (*link)->kind <= work->kind)
        link = &(*link)->next;
    work->next = *link;
    *link = work;
}

static void add(Worklist *list, Work *work)
{
    pthread_mutex_lock(&list->lock);
    for (Work *other = list->waiting; other; other = other->next) {
        if (!covers(other, work))
            continue;
        if (work->kind < other->kind && is_look(work->kind)) { // more urgent than before
            unlink_work(&list->waiting, other);
            other->kind = work->kind;
            insert(list, other);
        }
        work_free(work);
        work = NULL;
        break;
    }
    if (work && list->closed)
        work_free(work);
    else if (work)
        insert(list, work);
    pthread_cond_broadcast(&list->changed);
    pthread_mutex_unlock(&list->lock);
}

void worklist_add(Worklist *list, WorkKind kind, const char *uuid)
{
    add(list, work_new(kind, uuid));
}

void worklist_add_plan(Worklist *list, guint64 ticket, const Wish *wish)
{
    Work *work = work_new(WORK_PLAN, wish->uuid);

    work->wish = wish_copy(wish);
    work->number = ticket;
    add(list, work);
}

void worklist_add_entry(Worklist *list, guint64 ticket, const char *entry, bool lose_now)
{
    Work *work = work_new(WORK_PLAN, NULL);

    work->entry = g_strdup(entry);
    work->lose_now = lose_now;
    work->number = ticket;
    add(list, work);
}

void worklist_add_text(Worklist *list, guint64 ticket, const char *uuid, const char *snapshot)
{
    Work *work = work_new(WORK_TEXT, uuid);

    work->snapshot = g_strdup(snapshot);
    work->number = ticket;
    add(list, work);
}

void worklist_add_reading(Worklist *list, WorkKind kind, guint64 ticket)
{
    Work *work = work_new(kind, NULL);

    work->number = ticket;
    add(list, work);
}

void worklist_add_take_up(Worklist *list, const char *entry, bool undo, const Remains *shown)
{
    Work *work = work_new(WORK_TAKE_UP, NULL);

    work->entry = g_strdup(entry);
    work->undo = undo;
    work->shown = remains_copy(shown);
    add(list, work);
}

void worklist_add_forget(Worklist *list, const char *entry)
{
    Work *work = work_new(WORK_FORGET, NULL);

    work->entry = g_strdup(entry);
    add(list, work);
}

void worklist_add_keep(Worklist *list, guint64 ticket, const char *path, const char *text)
{
    Work *work = work_new(WORK_KEEP, NULL);

    work->path = g_strdup(path);
    work->text = g_strdup(text);
    work->number = ticket;
    add(list, work);
}

void worklist_add_job_end(Worklist *list, guint64 job, const char *uuid)
{
    Work *work = work_new(WORK_JOB_END, uuid);

    work->number = job;
    add(list, work);
}

static bool sends_no_picture(const Work *work)
{
    return work->kind == WORK_PLAN || work->kind == WORK_TEXT || worklist_is_filing(work->kind);
}

static bool is_filed(const Worklist *list)
{
    for (const Work *other = list->taken; other; other = other->next)
        if (worklist_is_filing(other->kind))
            return true;
    return false;
}

// May it be done now, beside what others are doing? What sends no picture of its own collides with nobody.
static bool is_free(const Worklist *list, const Work *work)
{
    if (worklist_is_filing(work->kind))
        return !is_filed(list);
    if (list->closed)
        return false;
    if (sends_no_picture(work))
        return true;
    for (const Work *other = list->taken; other; other = other->next)
        if (!sends_no_picture(other) && g_strcmp0(other->uuid, work->uuid) == 0)
            return false;
    return true;
}

Work *worklist_take(Worklist *list)
{
    Work *work = NULL;

    pthread_mutex_lock(&list->lock);
    while (!work) {
        for (work = list->waiting; work && !is_free(list, work); work = work->next)
            ;
        if (!work && list->closed)
            break;
        if (!work)
            thread_wait(&list->changed, &list->lock, 0);
    }
    if (work) {
        unlink_work(&list->waiting, work);
        work->taken_at = thread_clock();
        work->next = list->taken;
        list->taken = work;
    }
    pthread_mutex_unlock(&list->lock);
    return work;
}

void worklist_done(Worklist *list, Work *work)
{
    pthread_mutex_lock(&list->lock);
    unlink_work(&list->taken, work);
    work_free(work);
    pthread_cond_broadcast(&list->changed);
    pthread_mutex_unlock(&list->lock);
}

gint64 worklist_silence(Worklist *list)
{
    gint64 now = thread_clock(), longest = 0;

    pthread_mutex_lock(&list->lock);
    for (const Work *work = list->taken; work; work = work->next)
        if (work->kind == WORK_GUESTS || work->kind == WORK_POLL)
            longest = MAX(longest, now - work->taken_at);
    pthread_mutex_unlock(&list->lock);
    return longest;
}

void worklist_close(Worklist *list)
{
    pthread_mutex_lock(&list->lock);
    list->closed = true;
    pthread_cond_broadcast(&list->changed);
    pthread_mutex_unlock(&list->lock);
}
