// SPDX-License-Identifier: GPL-2.0-or-later
// Finding entries: which there are, who holds them, and whether they are believed.

#include "engine/journal_inside.h"

#include "engine/json/journal_json.h"
#include "engine/model/tongue.h"
#include "engine/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".json"
#define LOCK   "journal.lock"
#define ASIDE  ".aside"
#define TRIES  20        // to open an entry that is being replaced at that moment
#define OLD_S  (60 * 60) // a temporary file that nobody writes any more

char *journal_name(const char *id)
{
    return g_strconcat(id, SUFFIX, NULL);
}

void journal_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// ---- the lock of the folder -------------------------------------------------------------------

bool journal_enter(int *folder, int *lock, Failure **failure)
{
    *lock = -1;
    *folder = folder_open(failure);
    if (*folder < 0)
        return false;
    *lock = openat(*folder, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    while (*lock >= 0 && flock(*lock, LOCK_EX) < 0)
        if (errno != EINTR)
            journal_close_fd(lock);
    if (*lock >= 0)
        return true;
    *failure = failure_new(_("The journal could not be locked"), g_strerror(errno), 0,
                           _("Look at the folder virt-snap in your state folder"));
    journal_close_fd(folder);
    return false;
}

// ---- one entry --------------------------------------------------------------------------------

Grip journal_grip(int folder, const char *name, int operation, int *fd, char **fault)
{
    for (int i = 0; i < TRIES; i++) {
        bool free;

        *fd = folder_open_file(folder, name, fault);
        if (*fd < 0)
            return GRIP_NONE;
        free = flock(*fd, operation | LOCK_NB) == 0;
        if (folder_is_same(folder, name, *fd))
            return free ? GRIP_FREE : GRIP_RUNNING;
        journal_close_fd(fd);
    }
    *fault = g_strdup(_("it changes all the time"));
    return GRIP_NONE;
}

JournalEntry *journal_entry_of(int fd, const char *id, bool *later, char **fault)
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

    held = journal_grip(folder, name, LOCK_SH, &fd, &why);
    found->running = held == GRIP_RUNNING;
    found->path = journal_path(id, -1);
    if (fd >= 0)
        found->entry = journal_entry_of(fd, id, &later, &why);
    journal_close_fd(&fd);
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

GPtrArray *journal_files(void)
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

GPtrArray *journal_find_all(int folder, bool aside)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_found);
    g_autoptr(GPtrArray) names = journal_files();

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
    if (!journal_enter(&folder, &lock, failure))
        return NULL;
    all = journal_find_all(folder, aside);
    journal_close_fd(&lock);
    journal_close_fd(&folder);
    return all;
}

JournalFound *journal_read(const char *id)
{
    g_autofree char *name = journal_name(id);
    g_autoptr(Failure) failure = NULL;
    JournalFound *found;
    int folder = -1, lock = -1;

    if (journal_id_is_valid(id) && journal_enter(&folder, &lock, &failure)) {
        found = find_entry(folder, name, false);
    } else {
        found = journal_found_new(id);
        found->fault = failure ? failure_text(failure) : g_strdup(_("That is no name of a job."));
    }
    journal_close_fd(&lock);
    journal_close_fd(&folder);
    return found;
}
