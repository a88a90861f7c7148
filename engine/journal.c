// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of our own jobs: begun or taken up, written, and what lies beside them. Two locks: journal.lock for a moment,
// while it is decided who may begin or take an entry; the entry's own for as long as its job runs.

#include "engine/journal_inside.h"

#include "engine/json/journal_json.h"
#include "engine/model/tongue.h"
#include "engine/state_folder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DONE ".done"

struct Hold {
    int folder;
    int fd;
    char *id;
};

static char *saved_name(const char *id, unsigned number)
{
    return g_strdup_printf("%s.%u.xml", id, number);
}

char *journal_path(const char *id, int number)
{
    g_autofree char *folder = folder_path();
    g_autofree char *name = number < 0 ? journal_name(id) : saved_name(id, (unsigned) number);

    return g_build_filename(folder, name, NULL);
}

static Hold *hold_new(int folder, int fd, const char *id)
{
    Hold *hold = g_new0(Hold, 1);

    hold->folder = folder;
    hold->fd = fd;
    hold->id = g_strdup(id);
    return hold;
}

// ---- beginning --------------------------------------------------------------------------------

static void name_entry(JournalEntry *entry)
{
    static atomic_uint last;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y%m%d-%H%M%S");

    entry->began = g_date_time_to_unix(now);
    entry->pid = getpid();
    g_free(entry->user);
    entry->user = g_strdup(g_get_user_name());
    g_free(entry->id);
    entry->id = g_strdup_printf("%s-%d-%u", time, (int) getpid(), atomic_fetch_add(&last, 1) + 1);
}

static bool same_host(const JournalEntry *a, const JournalEntry *b)
{
    return g_strcmp0(a->hostname, b->hostname) == 0 || g_strcmp0(a->uri, b->uri) == 0;
}

// Why the entry cannot begin beside `other`; NULL: it can.
static char *clash_with(const JournalEntry *entry, const JournalFound *other)
{
    const char *image;

    if (!other->running)
        return NULL;
    if (!other->entry)
        return g_strdup_printf(_("A job runs that this virt-snap cannot read (%s), so it might touch the same images."),
                               other->fault);
    if (!same_host(entry, other->entry))
        return NULL;
    if (strcmp(entry->plan->wish->uuid, other->entry->plan->wish->uuid) == 0)
        return g_strdup_printf(_("Job %s runs on the same guest: %s."), other->id, other->entry->plan->title);
    image = claims_clash(entry->claims, other->entry->claims);
    return image ? g_strdup_printf(_("Job %s holds %s, which this plan touches too: %s."), other->id, image,
                                   other->entry->plan->title) :
                   NULL;
}

static bool find_clash(int folder, const JournalEntry *entry, Clash *clash)
{
    g_autoptr(GPtrArray) all = journal_find_all(folder, false);

    for (guint i = 0; i < all->len && !clash->why; i++) {
        const JournalFound *other = all->pdata[i];

        clash->why = clash_with(entry, other);
        clash->ours = clash->why && other->entry && other->entry->pid == getpid();
    }
    return clash->why != NULL;
}

// What could not be read back would be of no use after a crash.
static bool is_readable(const JournalEntry *entry, const char *text, Failure **failure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JournalEntry) again = json_read_journal(text, strlen(text), entry->id, &error);

    if (!again)
        *failure = failure_new(_("The plan cannot be written into the journal"), error->message, 0,
                               _("A name in it may be of a kind that no other tool can show either; rename it first"));
    return again != NULL;
}

Hold *journal_begin(JournalEntry *entry, Clash *clash, Failure **failure)
{
    g_autofree char *text = NULL;
    g_autofree char *name = NULL;
    int folder, lock, fd = -1;

    name_entry(entry);
    text = json_write_journal(entry);
    name = journal_name(entry->id);
    *clash = (Clash) {0};
    if (!is_readable(entry, text, failure) || !journal_enter(&folder, &lock, failure))
        return NULL;
    if (!find_clash(folder, entry, clash))
        (void) folder_put(folder, name, text, &fd, failure);
    journal_close_fd(&lock);
    if (fd >= 0)
        return hold_new(folder, fd, entry->id);
    journal_close_fd(&folder);
    return NULL;
}

// `why` NULL: its name was not even looked for.
static Failure *not_taken(const char *id, const char *why)
{
    g_autofree char *what = g_strdup_printf(_("The job %s cannot be taken up"), id);

    return failure_new(why ? what : _("That is no name of a job"), why, 0, _("virt-snap jobs shows which there are"));
}

static const char *why_not(Grip held, const char *fault)
{
    return held == GRIP_RUNNING ? _("a process still runs it") : fault ? fault : _("there is no such job");
}

Hold *journal_take(const char *id, JournalEntry **entry, Failure **failure)
{
    g_autofree char *name = journal_name(id);
    g_autofree char *why = NULL;
    bool later = false;
    int folder, lock, fd = -1;
    Grip held;

    if (!journal_id_is_valid(id)) {
        *failure = not_taken(id, NULL);
        return NULL;
    }
    if (!journal_enter(&folder, &lock, failure))
        return NULL;
    held = journal_grip(folder, name, LOCK_EX, &fd, &why);
    *entry = held == GRIP_FREE ? journal_entry_of(fd, id, &later, &why) : NULL;
    journal_close_fd(&lock);
    if (*entry)
        return hold_new(folder, fd, id);
    *failure = not_taken(id, why_not(held, why));
    journal_close_fd(&fd);
    journal_close_fd(&folder);
    return NULL;
}

// ---- what is held -----------------------------------------------------------------------------

bool journal_write(Hold *hold, const JournalEntry *entry, Failure **failure)
{
    g_autofree char *text = json_write_journal(entry);
    g_autofree char *name = journal_name(hold->id);
    int fd = -1;

    if (!folder_put(hold->folder, name, text, &fd, failure))
        return false;
    journal_close_fd(&hold->fd); // the lock goes with the old file; the new one has it already
    hold->fd = fd;
    return true;
}

bool journal_save(Hold *hold, unsigned number, const char *xml, Failure **failure)
{
    g_autofree char *name = saved_name(hold->id, number);

    return folder_put(hold->folder, name, xml, NULL, failure);
}

char *journal_saved(const char *id, unsigned number, Failure **failure)
{
    g_autofree char *name = saved_name(id, number);
    g_autofree char *why = NULL;
    g_autofree char *path = journal_path(id, (int) number);
    GString *text = NULL;
    int folder = folder_open(failure);
    int fd = folder < 0 ? -1 : folder_open_file(folder, name, &why);

    if (fd >= 0)
        text = folder_read(fd, &why);
    if (!text && folder >= 0) {
        g_autofree char *what = g_strdup_printf(_("The text saved in %s cannot be used"), path);

        *failure = failure_new(what, why ? why : _("it is not there"), 0, NULL);
    }
    journal_close_fd(&fd);
    journal_close_fd(&folder);
    return text ? g_string_free(text, FALSE) : NULL;
}

void journal_leave(Hold *hold)
{
    if (!hold)
        return;
    journal_close_fd(&hold->fd);
    journal_close_fd(&hold->folder);
    g_free(hold->id);
    g_free(hold);
}

// The entry goes first: without it nothing leads to the others, and with it nothing would be missing.
static void remove_files(int folder, const char *id)
{
    g_autofree char *name = journal_name(id);
    g_autofree char *beside = g_strconcat(id, ".", NULL);
    g_autoptr(GPtrArray) names = journal_files();

    (void) unlinkat(folder, name, 0);
    (void) fsync(folder);
    for (guint i = 0; i < names->len; i++)
        if (g_str_has_prefix(names->pdata[i], beside) && g_str_has_suffix(names->pdata[i], ".xml"))
            (void) unlinkat(folder, names->pdata[i], 0);
}

void journal_close(Hold *hold)
{
    if (hold)
        remove_files(hold->folder, hold->id);
    journal_leave(hold);
}

void journal_keep(Hold *hold)
{
    g_autofree char *name = journal_name(hold->id);
    g_autofree char *done = g_strconcat(hold->id, DONE, NULL);

    if (renameat(hold->folder, name, hold->folder, done) == 0)
        (void) fsync(hold->folder);
    journal_leave(hold);
}

bool journal_forget(const char *id, Failure **failure)
{
    g_autofree char *name = journal_name(id);
    g_autofree char *why = NULL;
    int folder, lock, fd = -1;
    Grip held;

    if (!journal_id_is_valid(id) || !journal_enter(&folder, &lock, failure)) {
        if (!*failure)
            *failure = not_taken(id, NULL);
        return false;
    }
    held = journal_grip(folder, name, LOCK_EX, &fd, &why);
    if (held == GRIP_FREE)
        remove_files(folder, id);
    else
        *failure = not_taken(id, why_not(held, why));
    journal_close_fd(&fd);
    journal_close_fd(&lock);
    journal_close_fd(&folder);
    return held == GRIP_FREE;
}
