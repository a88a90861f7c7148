// SPDX-License-Identifier: GPL-2.0-or-later
// The pipe and its backlog. One lock is held for a few instructions by either side.

#include "engine/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

// What is in the pipe cannot be replaced by newer news any more, so few messages are let in at
// once.
#define PIPE_MESSAGES 32

typedef struct Entry Entry;
struct Entry {
    Message *message;
    Entry *next;
};

struct Channel {
    pthread_mutex_t lock;
    int fds[2];
    unsigned in_pipe;
    Entry *first; // the backlog, oldest first; not empty only while the pipe is full
    unsigned length;
};

Channel *channel_new(void)
{
    Channel *channel = g_new0(Channel, 1);

    pthread_mutex_init(&channel->lock, NULL);
    if (pipe2(channel->fds, O_NONBLOCK | O_CLOEXEC) < 0)
        g_error("cannot make a pipe: %s", g_strerror(errno));
    return channel;
}

void channel_free(Channel *channel)
{
    Message *message;

    if (!channel)
        return;
    while ((message = channel_next(channel)))
        message_free(message);
    close(channel->fds[0]);
    close(channel->fds[1]);
    pthread_mutex_destroy(&channel->lock);
    g_free(channel);
}

int channel_fd(const Channel *channel)
{
    return channel->fds[0];
}

// ---- what a newer message makes worthless -----------------------------------------------------

static bool same_guest(const Message *older, const char *uuid)
{
    return strcmp(older->picture->domain->uuid, uuid) == 0;
}

static bool same_text(const Failure *a, const Failure *b)
{
    return g_strcmp0(a->what, b->what) == 0 && g_strcmp0(a->said, b->said) == 0;
}

// May `newer` take the place of `older`, if nothing that stands between forbids it?
static bool supersedes(const Message *newer, const Message *older)
{
    if (newer->kind != older->kind)
        return false;
    switch (newer->kind) {
    case MSG_HOST:
        return true;
    case MSG_DOMAIN:
        return same_guest(older, newer->picture->domain->uuid);
    case MSG_WORK:
        return g_strcmp0(older->work.uuid, newer->work.uuid) == 0;
    case MSG_JOB_PROGRESS:
        return older->job.job == newer->job.job;
    case MSG_NOTICE:
        return same_text(older->lost.failure, newer->lost.failure);
    case MSG_LOST:
        return true;
    case MSG_CONNECTED:
    case MSG_ASK:
    case MSG_PLAN:
    case MSG_TEXT:
    case MSG_JOURNAL:
    case MSG_AUDIT:
    case MSG_KEPT:
    case MSG_JOB_QUEUED:
    case MSG_JOB_STARTED:
    case MSG_JOB_STEP:
    case MSG_JOB_ENDED:
    case MSG_STOPPED:
        return false;
    }
    return false;
}

// Does `between` forbid that `newer` replaces something older than `between`?
static bool guards(const Message *between, const Message *newer)
{
    if (newer->kind == MSG_JOB_PROGRESS || newer->kind == MSG_NOTICE)
        return false;
    if (between->kind == MSG_CONNECTED)
        return true;
    if (between->kind == MSG_LOST)
        return newer->kind != MSG_LOST;
    return newer->kind == MSG_DOMAIN && between->kind == MSG_JOB_ENDED &&
           g_strcmp0(between->job.uuid, newer->picture->domain->uuid) == 0;
}

// The link to the entry that `newer` makes worthless; NULL: there is none.
static Entry **find_superseded(Channel *channel, const Message *newer)
{
    Entry **found = NULL;

    for (Entry **link = &channel->first; *link; link = &(*link)->next) {
        if (supersedes(newer, (*link)->message))
            found = link;
        else if (guards((*link)->message, newer))
            found = NULL;
    }
    return found;
}

static void drop(Channel *channel, Entry **link)
{
    Entry *entry = *link;

    *link = entry->next;
    channel->length--;
    message_free(entry->message);
    g_free(entry);
}

// ---- sending and receiving --------------------------------------------------------------------

static bool push(Channel *channel, Message *message)
{
    ssize_t written;

    if (channel->in_pipe >= PIPE_MESSAGES)
        return false;
    do
        written = write(channel->fds[1], &message, sizeof message);
    while (written < 0 && errno == EINTR);
    if (written != (ssize_t) sizeof message)
        return false;
    channel->in_pipe++;
    return true;
}

static void append(Channel *channel, Message *message)
{
    Entry **link = find_superseded(channel, message);
    Entry *entry;

    // A list of guests keeps the older one's place: the pictures behind it belong to guests it
    // names.
    if (link && message->kind == MSG_HOST) {
        message_free((*link)->message);
        (*link)->message = message;
        return;
    }
    if (link)
        drop(channel, link);
    entry = g_new0(Entry, 1);
    entry->message = message;
    for (link = &channel->first; *link; link = &(*link)->next)
        ;
    *link = entry;
    channel->length++;
}

void channel_send(Channel *channel, Message *message)
{
    pthread_mutex_lock(&channel->lock);
    if (channel->first || !push(channel, message))
        append(channel, message);
    pthread_mutex_unlock(&channel->lock);
}

static void move_up(Channel *channel)
{
    while (channel->first && push(channel, channel->first->message)) {
        Entry *entry = channel->first;

        channel->first = entry->next;
        channel->length--;
        g_free(entry);
    }
}

Message *channel_next(Channel *channel)
{
    Message *message = NULL;
    ssize_t got;

    pthread_mutex_lock(&channel->lock);
    do
        got = read(channel->fds[0], &message, sizeof message);
    while (got < 0 && errno == EINTR);
    if (got == (ssize_t) sizeof message)
        channel->in_pipe--;
    else
        message = NULL;
    move_up(channel);
    pthread_mutex_unlock(&channel->lock);
    return message;
}

unsigned channel_backlog(Channel *channel)
{
    unsigned length;

    pthread_mutex_lock(&channel->lock);
    length = channel->length;
    pthread_mutex_unlock(&channel->lock);
    return length;
}
