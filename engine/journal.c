// SPDX-License-Identifier: GPL-2.0-or-later
// Entries: writing, holding, listing. Two locks: journal.lock for a moment, while it is decided who may begin or take
// an entry; the entry's own for as long as its job runs.

#include "engine/journal.h"

#include "engine/json/journal_json.h"
#include "engine/model/tongue.h"
#include "engine/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".json"
#define LOCK   "journal.lock"
#define ASIDE  ".aside"
#define DONE   ".done"
#define TRIES  20         // to open an entry that is being replaced at that moment
#define OLD_S  (60 * 60)  // a temporary file that nobody writes any more

struct Hold {
    int folder;
    int fd;
    char *id;
};

static char *name_of(const char *id)
{
    return g_strconcat(id, SUFFIX, NULL);
}

static char *saved_name(const char *id, unsigned number)
{
    return g_strdup_printf("%s.%u.xml", id, number);
}

char *journal_path(const char *id, int number)
{
    g_autofree char *folder = folder_path();
    g_autofree char *name = number < 0 ? name_of(id) : saved_name(id, (unsigned) number);

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

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// ---- the lock of the folder -------------------------------------------------------------------

// Opens the folder and locks it for this moment. False and `failure`.
static bool enter(int *folder, int *lock, Failure **failure)
{
    *lock = -1;
    *folder = folder_open(failure);
    if (*folder < 0)
        return false;
    *lock = openat(*folder, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    while (*lock >= 0 && flock(*lock, LOCK_EX) < 0)
        if (errno != EINTR)
            close_fd(lock);
    if (*lock >= 0)
        return true;
    *failure = failure_new(_("The journal could not be locked"), g_strerror(errno), 0,
                           _("Look at the folder virt-snap in your state folder"));
    close_fd(folder);
    return false;
}

// ---- one entry --------------------------------------------------------------------------------

typedef enum Grip {
    GRIP_FREE, // nobody held it; now we do, as far as was asked for
    GRIP_RUNNING,
    GRIP_NONE, // it is not there, or cannot be opened: see the fault
} Grip;

// Opens an entry and tries its lock. An entry is replaced by its holder at any time: then again.
static Grip grip(int folder, const char *name, int operation, int *fd, char **fault)
{
    for (int i = 0; i < TRIES; i++) {
        bool free;

        *fd = folder_open_file(folder, name, fault);
        if (*fd < 0)
            return GRIP_NONE;
        free = flock(*fd, operation | LOCK_NB) == 0;
        if (folder_is_same(folder, name, *fd))
            return free ? GRIP_FREE : GRIP_RUNNING;
        close_fd(fd);
    }
    *fault = g_strdup(_("it changes all the time"));
    return GRIP_NONE;
}

static JournalEntry *read_entry(int fd, const char *id, bool *later, char **fault)
{
    g_autoptr(GString) text = folder_read(fd, fault);
    g_autoptr(GError) error = NULL;
    JournalEntry *entry = text ? json_read_journal(text->str, text->len, id, &error) : NULL;

    if (error) {
        *later = error->code == JSON_FAULT_FORMAT;
        *fault = g_strdup(error->message);
    }
    return entry;
}

static void set_aside(int folder, const char *name)
{
    g_autofree char *other = g_strconcat(name, ASIDE, NULL);

    (void) renameat(folder, name, folder, other);
}

static JournalFound *find_entry(int folder, const char *name, bool aside)
{
    g_autofree char *id = g_strndup(name, strlen(name) - strlen(SUFFIX));
    g_autofree char *why = NULL;
    JournalFound *found = journal_found_new(id);
    bool later = false;
    int fd = -1;
    Grip held;

    held = grip(folder, name, LOCK_SH, &fd, &why);
    found->running = held == GRIP_RUNNING;
    found->path = journal_path(id, -1);
    if (fd >= 0)
        found->entry = read_entry(fd, id, &later, &why);
    close_fd(&fd);
    if (found->entry)
        return found;
    aside = aside && !later && !found->running && why;
    if (aside)
        set_aside(folder, name);
    if (!why)
        why = g_strdup(_("it went away"));
    found->fault = aside ? g_strdup_printf(_("%s is not believed, and nothing in it is carried out: %s. It was set aside: "
                                             "%s was added to its name."), found->path, why, ASIDE)
                         : g_strdup_printf(_("%s is not believed, and nothing in it is carried out: %s."), found->path, why);
    return found;
}

// ---- all entries ------------------------------------------------------------------------------

static void free_found(gpointer found)
{
    journal_found_free(found);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static bool is_entry(const char *name)
{
    g_autofree char *id = g_str_has_suffix(name, SUFFIX) ? g_strndup(name, strlen(name) - strlen(SUFFIX)) : NULL;

    return id && journal_id_is_valid(id);
}

static GPtrArray *list_names(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = folder_path();
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void drop_old(int folder, const char *name)
{
    gint64 old = g_get_real_time() / G_USEC_PER_SEC - OLD_S;
    struct stat info;

    if (*name == '.' && g_str_has_suffix(name, ".new") && fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        info.st_mtime < old)
        (void) unlinkat(folder, name, 0);
}

static GPtrArray *find_all(int folder, bool aside)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_found);
    g_autoptr(GPtrArray) names = list_names();

    for (guint i = 0; i < names->len; i++) {
        if (aside)
            drop_old(folder, names->pdata[i]);
        if (is_entry(names->pdata[i]))
            g_ptr_array_add(all, find_entry(folder, names->pdata[i], aside));
    }
    return all;
}

GPtrArray *journal_list(bool aside, Failure **failure)
{
    g_autofree char *path = folder_path();
    GPtrArray *all;
    int folder, lock;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) // looking leaves nothing behind
        return g_ptr_array_new_with_free_func(free_found);
    if (!enter(&folder, &lock, failure))
        return NULL;
    all = find_all(folder, aside);
    close_fd(&lock);
    close_fd(&folder);
    return all;
}

JournalFound *journal_read(const char *id)
{
    g_autofree char *name = name_of(id);
    g_autoptr(Failure) failure = NULL;
    JournalFound *found;
    int folder = -1, lock = -1;

    if (journal_id_is_valid(id) && enter(&folder, &lock, &failure)) {
        found = find_entry(folder, name, false);
    } else {
        found = journal_found_new(id);
        found->fault = failure ? failure_text(failure) : g_strdup(_("That is no name of a job."));
    }
    close_fd(&lock);
    close_fd(&folder);
    return found;
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
    g_autoptr(GPtrArray) all = find_all(folder, false);

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
    name = name_of(entry->id);
    *clash = (Clash) {0};
    if (!is_readable(entry, text, failure) || !enter(&folder, &lock, failure))
        return NULL;
    if (!find_clash(folder, entry, clash))
        (void) folder_put(folder, name, text, &fd, failure);
    close_fd(&lock);
    if (fd >= 0)
        return hold_new(folder, fd, entry->id);
    close_fd(&folder);
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
    g_autofree char *name = name_of(id);
    g_autofree char *why = NULL;
    bool later = false;
    int folder, lock, fd = -1;
    Grip held;

    if (!journal_id_is_valid(id)) {
        *failure = not_taken(id, NULL);
        return NULL;
    }
    if (!enter(&folder, &lock, failure))
        return NULL;
    held = grip(folder, name, LOCK_EX, &fd, &why);
    *entry = held == GRIP_FREE ? read_entry(fd, id, &later, &why) : NULL;
    close_fd(&lock);
    if (*entry)
        return hold_new(folder, fd, id);
    *failure = not_taken(id, why_not(held, why));
    close_fd(&fd);
    close_fd(&folder);
    return NULL;
}

// ---- what is held -----------------------------------------------------------------------------

bool journal_write(Hold *hold, const JournalEntry *entry, Failure **failure)
{
    g_autofree char *text = json_write_journal(entry);
    g_autofree char *name = name_of(hold->id);
    int fd = -1;

    if (!folder_put(hold->folder, name, text, &fd, failure))
        return false;
    close_fd(&hold->fd); // the lock goes with the old file; the new one has it already
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
    close_fd(&fd);
    close_fd(&folder);
    return text ? g_string_free(text, FALSE) : NULL;
}

void journal_leave(Hold *hold)
{
    if (!hold)
        return;
    close_fd(&hold->fd);
    close_fd(&hold->folder);
    g_free(hold->id);
    g_free(hold);
}

// The entry goes first: without it nothing leads to the others, and with it nothing would be missing.
static void remove_files(int folder, const char *id)
{
    g_autofree char *name = name_of(id);
    g_autofree char *beside = g_strconcat(id, ".", NULL);
    g_autoptr(GPtrArray) names = list_names();

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
    g_autofree char *name = name_of(hold->id);
    g_autofree char *done = g_strconcat(hold->id, DONE, NULL);

    if (renameat(hold->folder, name, hold->folder, done) == 0)
        (void) fsync(hold->folder);
    journal_leave(hold);
}

bool journal_forget(const char *id, Failure **failure)
{
    g_autofree char *name = name_of(id);
    g_autofree char *why = NULL;
    int folder, lock, fd = -1;
    Grip held;

    if (!journal_id_is_valid(id) || !enter(&folder, &lock, failure)) {
        if (!*failure)
            *failure = not_taken(id, NULL);
        return false;
    }
    held = grip(folder, name, LOCK_EX, &fd, &why);
    if (held == GRIP_FREE)
        remove_files(folder, id);
    else
        *failure = not_taken(id, why_not(held, why));
    close_fd(&fd);
    close_fd(&lock);
    close_fd(&folder);
    return held == GRIP_FREE;
}
