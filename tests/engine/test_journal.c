// SPDX-License-Identifier: GPL-2.0-or-later
// The journal's files: who holds an entry, what stands in a job's way, what is believed and what is not; and jobs on
// libvirt's test driver that leave nothing behind.

#include "tests/engine/heard.h"

#include "engine/journal.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- entries ----------------------------------------------------------------------------------

static JournalEntry *make_entry(const char *uuid, const char *changes)
{
    g_autoptr(Wish) wish = wish_new(VERB_DELETE, uuid, "web", "s1");
    g_autoptr(Plan) plan = NULL;
    JournalEntry *entry;

    wish->uri = g_strdup("test:///default");
    plan = plan_new(wish);
    plan->title = g_strdup("Delete snapshot s1 of web");
    plan_add_step(plan, STEP_DELETE, "s1");
    plan_seal(plan);
    entry = journal_entry_new(plan);
    entry->hostname = g_strdup("here");
    g_ptr_array_add(entry->claims->changes, g_strdup(changes));
    return entry;
}

static Hold *begin(JournalEntry *entry)
{
    Clash clash = {0};
    Failure *failure = NULL;
    Hold *hold = journal_begin(entry, &clash, &failure);

    g_assert_null(failure);
    g_assert_null(clash.why);
    g_assert_nonnull(hold);
    return hold;
}

static GPtrArray *list(bool set_aside)
{
    Failure *failure = NULL;
    GPtrArray *all = journal_list(set_aside, &failure);

    g_assert_null(failure);
    return all;
}

static const JournalFound *only(const GPtrArray *all)
{
    g_assert_cmpuint(all->len, ==, 1);
    return all->pdata[0];
}

static void assert_empty(void)
{
    g_autoptr(GPtrArray) all = list(false);

    g_assert_cmpuint(all->len, ==, 0);
}

static void test_life(void)
{
    g_autoptr(JournalEntry) entry = make_entry(WEB, "/a");
    g_autoptr(GPtrArray) running = NULL, left = NULL;
    g_autofree char *saved = NULL;
    Failure *failure = NULL;
    JournalEntry *again = NULL;
    Hold *hold = begin(entry);

    entry->begun = 1;
    g_assert_true(journal_write(hold, entry, &failure));
    g_assert_true(journal_save(hold, 0, "<domain/>", &failure));
    running = list(false);
    g_assert_true(only(running)->running);
    g_assert_cmpuint(only(running)->entry->begun, ==, 1);
    g_assert_null(journal_take(entry->id, &again, &failure)); // somebody holds it
    g_assert_nonnull(failure);
    g_clear_pointer(&failure, failure_free);

    journal_leave(hold);
    left = list(false);
    g_assert_false(only(left)->running);
    hold = journal_take(entry->id, &again, &failure);
    g_assert_nonnull(hold);
    g_assert_cmpstr(again->id, ==, entry->id);
    saved = journal_saved(entry->id, 0, &failure);
    g_assert_cmpstr(saved, ==, "<domain/>");
    journal_entry_free(again);
    journal_close(hold);
    assert_empty();
    g_assert_null(journal_saved(entry->id, 0, &failure));
    failure_free(failure);
}

// Secrets lie there.
static void test_modes(void)
{
    g_autoptr(JournalEntry) entry = make_entry(WEB, "/a");
    Hold *hold = begin(entry);
    g_autofree char *path = journal_path(entry->id, -1);
    g_autofree char *xml = journal_path(entry->id, 0);
    g_autofree char *folder = g_path_get_dirname(path);
    Failure *failure = NULL;
    GStatBuf info;

    g_assert_true(journal_save(hold, 0, "<domain/>", &failure));
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 07777, ==, 0600);
    g_assert_cmpint(g_stat(xml, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 07777, ==, 0600);
    g_assert_cmpint(g_stat(folder, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 07777, ==, 0700);
    journal_close(hold);
}

static void assert_clash(JournalEntry *entry, const char *why)
{
    Clash clash = {0};
    Failure *failure = NULL;

    g_assert_null(journal_begin(entry, &clash, &failure));
    g_assert_null(failure);
    g_assert_nonnull(strstr(clash.why, why));
    g_assert_true(clash.ours);
    g_free(clash.why);
}

static void test_claims(void)
{
    g_autoptr(JournalEntry) first = make_entry(WEB, "/a");
    g_autoptr(JournalEntry) same_guest = make_entry(WEB, "/b");
    g_autoptr(JournalEntry) same_image = make_entry(DB, "/a");
    g_autoptr(JournalEntry) other = make_entry(DB, "/b");
    Hold *hold = begin(first), *beside;

    assert_clash(same_guest, "same guest");
    assert_clash(same_image, "/a");
    beside = begin(other);
    journal_close(beside);
    journal_leave(hold); // what was cut off holds nobody up: a look tells what it left
    beside = begin(same_guest);
    journal_close(beside);
    g_assert_true(journal_forget(first->id, &(Failure *){NULL}));
    assert_empty();
}

// The lock goes with the process, however that ends.
static void test_killed(void)
{
    g_autoptr(JournalEntry) entry = make_entry(WEB, "/a");
    g_autoptr(GPtrArray) running = NULL, left = NULL;
    char byte;
    int ready[2], status;
    pid_t child;

    g_assert_cmpint(pipe(ready), ==, 0);
    child = fork();
    if (child == 0) {
        (void) begin(entry);
        (void) !write(ready[1], "x", 1);
        for (;;)
            pause();
    }
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    running = list(false);
    g_assert_true(only(running)->running);
    g_assert_cmpint(only(running)->entry->pid, ==, child);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    left = list(false);
    g_assert_false(only(left)->running);
    g_assert_true(journal_forget(only(left)->id, &(Failure *){NULL}));
    close(ready[0]);
    close(ready[1]);
}

// ---- what is not believed ---------------------------------------------------------------------

typedef void (*Spoil)(const char *path);

static void truncate_it(const char *path)
{
    g_assert_cmpint(truncate(path, 100), ==, 0);
}

static void link_it(const char *path)
{
    g_autofree char *other = g_strconcat(path, ".elsewhere", NULL);

    g_assert_cmpint(g_rename(path, other), ==, 0);
    g_assert_cmpint(symlink(other, path), ==, 0);
}

static void name_it_twice(const char *path)
{
    g_autofree char *other = g_strconcat(path, ".twice", NULL);

    g_assert_cmpint(link(path, other), ==, 0);
}

static void open_it(const char *path)
{
    g_assert_cmpint(g_chmod(path, 0666), ==, 0);
}

static void make_it_a_fifo(const char *path)
{
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
}

static void make_it_huge(const char *path)
{
    g_assert_cmpint(truncate(path, 64 << 20), ==, 0);
}

static void empty_it(const char *path)
{
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
}

static void make_it_later(const char *path)
{
    g_autofree char *text = NULL;
    char *format;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    format = strstr(text, "\"journal\" : 1");
    g_assert_nonnull(format);
    format[strlen("\"journal\" : ")] = '9';
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
}

// Removes whatever begins with that name.
static void sweep(const char *name)
{
    g_autofree char *any = journal_path("x", -1);
    g_autofree char *folder = g_path_get_dirname(any);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;

    while ((file = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, file, NULL);

        if (g_str_has_prefix(file, name))
            g_assert_cmpint(g_unlink(path), ==, 0);
    }
}

static void spoil(Spoil how, bool aside)
{
    g_autoptr(JournalEntry) entry = make_entry(WEB, "/a");
    g_autofree char *path = NULL;
    g_autofree char *name = NULL;
    g_autoptr(GPtrArray) seen = NULL, told = NULL, after = NULL;
    Failure *failure = NULL;
    JournalEntry *taken = NULL;

    journal_leave(begin(entry));
    path = journal_path(entry->id, -1);
    how(path);
    seen = list(false);
    g_assert_null(only(seen)->entry);
    g_assert_nonnull(only(seen)->fault);
    g_assert_null(journal_take(entry->id, &taken, &failure));
    g_assert_nonnull(failure);
    failure_free(failure);
    told = list(true);
    g_assert_nonnull(only(told)->fault);
    after = list(false);
    g_assert_cmpuint(after->len, ==, aside ? 0 : 1);
    name = g_path_get_basename(path);
    sweep(name);
}

static void test_hostile(void)
{
    spoil(truncate_it, true);
    spoil(empty_it, true);
    spoil(link_it, true);
    spoil(name_it_twice, true);
    spoil(open_it, true);
    spoil(make_it_a_fifo, true);
    spoil(make_it_huge, true);
    spoil(make_it_later, false); // whoever wrote it will want it back
}

static void test_folder(void)
{
    g_autoptr(JournalEntry) entry = make_entry(WEB, "/a");
    g_autofree char *path = journal_path("x", -1);
    g_autofree char *folder = g_path_get_dirname(path);
    Clash clash = {0};
    Failure *failure = NULL;

    g_assert_cmpint(g_chmod(folder, 0777), ==, 0);
    g_assert_null(journal_begin(entry, &clash, &failure));
    g_assert_nonnull(strstr(failure->what, "others may write it"));
    g_assert_nonnull(failure->advice);
    failure_free(failure);
    g_assert_cmpint(g_chmod(folder, 0700), ==, 0);
}

// ---- jobs -------------------------------------------------------------------------------------

static void test_jobs(void)
{
    Heard heard = heard_start("test:///default", 0);
    g_autofree char *base = journal_path("x", -1);
    g_autofree char *folder = g_path_get_dirname(base);
    g_autofree char *log = g_build_filename(folder, "audit.log", NULL);
    g_autofree char *text = NULL;
    g_autoptr(Wish) wish = NULL;
    const Message *listed = heard_wait(&heard, MSG_HOST);
    const Guest *guest = listed->guests->pdata[0];

    wish = wish_new(VERB_CREATE, guest->uuid, guest->name, "one");
    g_assert_cmpint(heard_run(&heard, heard_plan(&heard, wish))->outcome, ==, JOB_DONE);
    assert_empty();
    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "\"outcome\":\"done\""));
    heard_stop(&heard);
}

// Nobody is there to hear the end: the journal keeps it.
static void test_left(void)
{
    Heard heard = heard_start("test:///default", 0);
    g_autoptr(Wish) wish = NULL;
    g_autoptr(GPtrArray) all = NULL;
    const Message *listed = heard_wait(&heard, MSG_HOST);
    const Guest *guest = listed->guests->pdata[0];

    wish = wish_new(VERB_CREATE, guest->uuid, guest->name, "two");
    engine_leave(heard.engine);
    g_assert_cmpint(heard_run(&heard, heard_plan(&heard, wish))->outcome, ==, JOB_DONE);
    heard_stop(&heard);
    all = list(false);
    g_assert_false(only(all)->running);
    g_assert_cmpstr(only(all)->entry->outcome, ==, "done");
    g_assert_nonnull(strstr(only(all)->entry->story, "as planned"));
    g_assert_true(journal_forget(only(all)->id, &(Failure *){NULL}));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/life", test_life);
    g_test_add_func("/journal/modes", test_modes);
    g_test_add_func("/journal/claims", test_claims);
    g_test_add_func("/journal/killed", test_killed);
    g_test_add_func("/journal/hostile", test_hostile);
    g_test_add_func("/journal/folder", test_folder);
    g_test_add_func("/journal/jobs", test_jobs);
    g_test_add_func("/journal/left", test_left);
    return g_test_run();
}
