// SPDX-License-Identifier: GPL-2.0-or-later
// Our own files: one piece of work at a time (see worklist.c), so that none overtakes another.

#include "engine/filing.h"

#include "engine/audit.h"
#include "engine/journal.h"
#include "engine/model/tongue.h"

#include <errno.h>

static void answer_journal(Channel *channel, const Work *work)
{
    Message *message = message_new(MSG_JOURNAL);

    message->journal.ticket = work->number;
    message->journal.found = journal_list(true, &message->journal.failure);
    channel_send(channel, message);
}

static void forget(Channel *channel, const Work *work)
{
    Failure *failure = NULL;
    Message *message;

    if (journal_forget(work->entry, &failure))
        return;
    message = message_new(MSG_NOTICE);
    message->lost.failure = failure;
    channel_send(channel, message);
}

static void answer_audit(Channel *channel, const Work *work)
{
    Message *message = message_new(MSG_AUDIT);

    message->audit.ticket = work->number;
    message->audit.records = audit_read(&message->audit.unread, &message->audit.failure);
    channel_send(channel, message);
}

static Failure *keep(const char *path, const char *text)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *what = g_strdup_printf(_("%s can't be written"), path);
    g_autoptr(GError) error = NULL;

    if (g_mkdir_with_parents(folder, 0700) < 0)
        return failure_new(what, g_strerror(errno), 0, NULL);
    if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        return failure_new(what, error->message, 0, NULL);
    return NULL;
}

static void answer_keep(Channel *channel, const Work *work)
{
    Message *message = message_new(MSG_KEPT);

    message->kept.ticket = work->number;
    message->kept.failure = keep(work->path, work->text);
    channel_send(channel, message);
}

void filing_do(Channel *channel, const Work *work)
{
    if (work->kind == WORK_JOURNAL)
        answer_journal(channel, work);
    else if (work->kind == WORK_FORGET)
        forget(channel, work);
    else if (work->kind == WORK_AUDIT)
        answer_audit(channel, work);
    else if (work->kind == WORK_KEEP)
        answer_keep(channel, work);
}
