// SPDX-License-Identifier: GPL-2.0-or-later
// From what somebody typed to a guest and its picture; and what to say when there is none.
#include "engine/model/naming.h"
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

#include <string.h>

const char *cli_host_uri(const CliHost *host)
{
    if (host->asked)
        return host->asked;
    return host->host && host->host->real_uri ? host->host->real_uri : _("libvirt's default host");
}

void cli_host_complain(const CliHost *host)
{
    g_autofree char *text = host->failure ? failure_text(host->failure) : NULL;
    if (!text)
        cli_error(host->paper, "The engine for %s stopped.", cli_host_uri(host));
    else if (strstr(text, cli_host_uri(host)))
        cli_error(host->paper, "%s", text);
    else
        cli_error(host->paper, "%s: %s", cli_host_uri(host), text);
}

static void no_guest(const GPtrArray *hosts, const char *wanted)
{
    const CliPaper *paper = ((const CliHost *) g_ptr_array_index(hosts, 0))->paper;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < hosts->len; i++) {
        const CliHost *host = g_ptr_array_index(hosts, i);
        for (guint j = 0; host->guests && j < host->guests->len; j++)
            g_ptr_array_add(names, ((const Guest *) g_ptr_array_index(host->guests, j))->name);
    }
    g_ptr_array_add(names, NULL);
    g_auto(GStrv) near = names_near(wanted, (const char *const *) names->pdata);
    g_autofree char *list = g_strjoinv(", ", near);
    if (near[0])
        cli_error(paper, "There is no guest %s. Nearest: %s.", wanted, list);
    else
        cli_error(paper, "There is no guest %s.", wanted);
}

void cli_no_snapshot(const CliPaper *paper, const Picture *picture, const char *wanted)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < picture->snapshots->len; i++)
        g_ptr_array_add(names, ((const Snapshot *) g_ptr_array_index(picture->snapshots, i))->name);
    g_ptr_array_add(names, NULL);
    g_auto(GStrv) near = names_near(wanted, (const char *const *) names->pdata);
    g_autofree char *list = g_strjoinv(", ", near);
    if (near[0])
        cli_error(paper, "The guest %s has no snapshot %s. Nearest: %s.", picture->domain->name, wanted, list);
    else
        cli_error(paper, "The guest %s has no snapshot %s.", picture->domain->name, wanted);
}

static bool is_called(const Guest *guest, const char *wanted)
{
    return strcmp(guest->name, wanted) == 0 || g_ascii_strcasecmp(guest->uuid, wanted) == 0;
}

static void ambiguous(const char *wanted, const CliHost *one, const Guest *first,
                      const CliHost *other, const Guest *second)
{
    cli_error(one->paper, "%s is ambiguous: %s on %s and %s on %s. Use the uuid, or one -c.",
              wanted, first->uuid, cli_host_uri(one), second->uuid, cli_host_uri(other));
}

// Looks among the guests of one host. False after an error.
static bool find_on(CliHost *host, const char *wanted, const Guest **found, CliHost **where)
{
    for (guint i = 0; i < host->guests->len; i++) {
        const Guest *guest = g_ptr_array_index(host->guests, i);
        if (!is_called(guest, wanted))
            continue;
        if (*found) {
            ambiguous(wanted, *where, *found, host, guest);
            return false;
        }
        *found = guest;
        *where = host;
    }
    return true;
}

const Guest *cli_find_guest(const GPtrArray *hosts, const char *wanted, CliHost **where,
                            int *status)
{
    const Guest *found = NULL;
    *status = EXIT_FAILED;
    for (guint i = 0; i < hosts->len; i++) {
        CliHost *host = g_ptr_array_index(hosts, i);
        if (!cli_host_listed(host)) {
            cli_host_complain(host);
            *status = EXIT_NO_HOST;
        } else if (!find_on(host, wanted, &found, where)) {
            return NULL;
        }
    }
    if (!found && *status == EXIT_FAILED)
        no_guest(hosts, wanted);
    return found;
}

Picture *cli_look_at(const GPtrArray *hosts, const char *wanted, CliHost **where, int *status)
{
    const Guest *guest = cli_find_guest(hosts, wanted, where, status);
    if (!guest)
        return NULL;
    g_autofree char *uuid = g_strdup(guest->uuid), *name = g_strdup(guest->name);
    g_autoptr(GPtrArray) pictures = cli_host_look(*where, uuid);
    if (pictures->len)
        return picture_ref(g_ptr_array_index(pictures, 0));
    if ((*where)->failure)
        cli_host_complain(*where);
    else if (!(*where)->notice) // else it was said
        cli_error((*where)->paper, "The guest %s is gone.", name);
    *status = (*where)->failure ? EXIT_NO_HOST : EXIT_FAILED;
    return NULL;
}
