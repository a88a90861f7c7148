// SPDX-License-Identifier: GPL-2.0-or-later
// --plain: its start, and the list of guests. See plain.h.
#include "tui/plain.h"

#include "engine/model/tongue.h"
#include "tui/cli_ask.h"
#include "tui/cli_verbs.h"

// A number of the list: a guest, or (NULL) a host that can be tried again.
typedef struct Choice {
    guint host;
    char *uuid;
} Choice;

static void choice_free(gpointer data)
{
    Choice *choice = data;

    g_free(choice->uuid);
    g_free(choice);
}

static void add_choice(GPtrArray *choices, guint host, const char *uuid)
{
    Choice *choice = g_new0(Choice, 1);

    choice->host = host;
    choice->uuid = g_strdup(uuid);
    g_ptr_array_add(choices, choice);
}

// ---- the list -----------------------------------------------------------------------------------

static void put_guest(const Plain *plain, const Guest *guest, guint number)
{
    g_autofree char *count = guest->snapshots < 0 ? g_strdup(_("snapshots not counted"))
                                                  : g_strdup_printf(P_("%d snapshot", "%d snapshots",
                                                                       (unsigned long) guest->snapshots),
                                                                    guest->snapshots);

    cli_printf(plain->paper, stdout, guest->persistent ? "%u. %s, %s, %s" : N_("%u. %s, %s, transient, %s"), number,
               guest->name, domain_state_word(guest->state), count);
}

static void put_host(Plain *plain, guint index, GPtrArray *choices)
{
    CliHost *host = plain->hosts->pdata[index];
    const char *uri = cli_host_uri(host);

    if (!cli_host_listed(host)) {
        cli_host_complain(host);
        add_choice(choices, index, NULL);
        cli_printf(plain->paper, stdout, "%u. Connect to %s again", choices->len, uri);
        return;
    }
    cli_host_counted(host);
    cli_printf(plain->paper, stdout, host->guests->len ? N_("Guests of %s") : N_("There are no guests on %s."), uri);
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = host->guests->pdata[i];

        add_choice(choices, index, guest->uuid);
        put_guest(plain, guest, choices->len);
    }
}

static void connect_again(Plain *plain, guint index)
{
    CliHost *lost = plain->hosts->pdata[index];

    plain->hosts->pdata[index] = cli_host_start(lost->asked, plain->options, plain->paper);
    cli_host_free(lost);
}

// Prints the guests and goes to the one that is chosen. False: somebody leaves.
static bool list_once(Plain *plain)
{
    g_autoptr(GPtrArray) choices = g_ptr_array_new_with_free_func(choice_free);
    bool any = false;
    unsigned number;

    fputc('\n', stdout);
    for (guint i = 0; i < plain->hosts->len; i++) {
        put_host(plain, i, choices);
        any |= !((const CliHost *) plain->hosts->pdata[i])->failure;
    }
    plain->status = any ? EXIT_DONE : EXIT_NO_HOST;
    add_choice(choices, 0, NULL); // so that a host without guests leaves a number to choose
    cli_printf(plain->paper, stdout, "%u. Read the list again", choices->len);
    number = plain_number(plain, _("Number (0 leaves)"), choices->len);
    if (number == 0)
        return false;
    const Choice *choice = choices->pdata[number - 1];
    if (choice->uuid)
        plain_guest(plain, plain->hosts->pdata[choice->host], choice->uuid);
    else if (number < choices->len)
        connect_again(plain, choice->host);
    return !plain->over;
}

// ---- the start ----------------------------------------------------------------------------------

// What was cut off stays in the journal until somebody decides; the verb jobs knows the ways.
static void tell_journal(const Plain *plain)
{
    g_autoptr(Failure) failure = NULL;
    g_autoptr(GPtrArray) found = engine_journal(false, &failure);

    for (guint i = 0; found && i < found->len; i++) {
        const JournalFound *job = found->pdata[i];

        if (!job->entry || job->running)
            continue;
        cli_printf(plain->paper, stdout, "%s: %s. virt-snap jobs show %s tells more.", job->entry->plan->title,
                   job->entry->outcome ? job->entry->outcome : _("it was cut off"), job->id);
    }
    if (!found && failure) {
        g_autofree char *text = failure_text(failure);
        cli_error(plain->paper, "%s", text);
    }
}

static void open_first(Plain *plain, const char *wanted)
{
    CliHost *where = NULL;
    int status;
    const Guest *guest = cli_find_guest(plain->hosts, wanted, &where, &status);
    g_autofree char *uuid = guest ? g_strdup(guest->uuid) : NULL;

    if (uuid)
        plain_guest(plain, where, uuid);
}

int plain_main(const CliOptions *options, const CliPaper *paper)
{
    g_autoptr(GPtrArray) hosts = NULL;
    Plain plain = {.paper = paper, .options = options};

    if (!cli_can_ask()) {
        cli_error(paper, "--plain asks its questions on a terminal, and there is none. For scripts and pipes there "
                         "is virt-snap list; virt-snap --help shows more.");
        return EXIT_USAGE;
    }
    cli_put(paper, stdout, _("virt-snap, plain. Answer with a number; 0 goes back, q leaves."));
    if (!options->demo)
        tell_journal(&plain);
    plain.hosts = hosts = cli_hosts_start(options, paper);
    if (options->domain)
        open_first(&plain, options->domain);
    while (!plain.over && list_once(&plain))
        continue;
    return plain.status;
}
