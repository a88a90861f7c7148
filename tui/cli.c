// SPDX-License-Identifier: GPL-2.0-or-later
// The command line's entrance: usage, options, the verb, and whether the answer could be written.
#include "tui/cli.h"

#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"
#include "tui/demo.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

// Options and verbs stand as they are typed; what they are for is translated. In columns of 80.
static const char *const usage[] = {
    N_("Usage: virt-snap [-c URI]... [-r] [--theme NAME] [--mouse] [--ascii] [--plain] [--demo] [DOMAIN]\n"
       "       virt-snap VERB ... [-c URI] [-r] [--json] [--ascii] [--demo]\n"
       "\n"
       "Without a verb: the terminal interface. DOMAIN is a guest's name or uuid.\n"),
    "\n",
    N_("  list [DOMAIN]            guests, or one guest's snapshot tree with NOW\n"
       "      --names                    names only, one in a line\n"
       "  show DOMAIN [SNAPSHOT]   one state: images per disk, sizes, what uses them\n"
       "  check [DOMAIN]           problems found; exit status 1 if there are any\n"),
    N_("  plan create DOMAIN [NAME]\n"
       "      --kind external|internal   the kind in use is the default\n"
       "      --disk-only                without memory; external\n"
       "      --memory[=FILE]            with memory; with a file: external\n"
       "      --quiesce                  the guest agent freezes file systems meanwhile\n"
       "      --disk DEV=no|PATH         leave a disk out, or name its new file; repeatable\n"
       "      --description TEXT\n"),
    N_("  plan delete DOMAIN SNAPSHOT...   what was written later stays: a merge\n"
       "      --metadata-only            libvirt's record only\n"
       "      --keep-now[=NAME]          a snapshot of NOW is taken first\n"
       "      --storage-exclusive        no other host uses the images, although their\n"
       "                                 storage is shared; for revert and discard too\n"),
    N_("  plan revert DOMAIN SNAPSHOT\n"
       "      --keep-now[=NAME]          NOW becomes a snapshot first (default)\n"
       "      --lose-now                 NOW is given up\n"
       "      --running | --paused | --off   the guest's state afterwards\n"
       "      --reset-nvram              the UEFI variables as on a first start\n"
       "      --force                    give up the memory of a running NOW, or accept\n"
       "                                 disks as after a power cut\n"
       "      --discard-children         all else that hangs below it goes, its data too\n"),
    N_("  plan discard DOMAIN SNAPSHOT...  the snapshots and all below go, their data too\n"
       "      --children-only            only what hangs below it\n"
       "      --lose-now                 NOW too, if it stands there: the guest goes back\n"
       "                                 first\n"
       "      --force                    as for revert\n"),
    N_("  plan repair DOMAIN [PROBLEM [SNAPSHOT]]   sets records right; PROBLEM as check\n"
       "                           names it\n"
       "  apply PLAN.json|-        runs exactly that plan, or nothing\n"
       "      -y, --yes                  do not ask\n"
       "  config                   the settings as they hold, and where each comes from\n"
       "  themes [NAME]            the themes, and how they look\n"),
    N_("  jobs [list]              what runs, and what was cut off\n"
       "  jobs show ID             how far it came, and what can be done about it\n"
       "  jobs resume ID           finishes it\n"
       "      --lose-now                 give up what NOW wrote since\n"
       "  jobs undo ID             takes it back\n"
       "  jobs forget ID           removes the entry, and does nothing else\n"),
    "\n",
    N_("  -c, --connect URI        the libvirt to talk to; list and check take several\n"
       "  -r, --readonly           change nothing\n"
       "      --json               answers as JSON; a plan's JSON is what apply reads\n"
       "      --ascii              no line drawing characters, no other letters\n"
       "      --demo               the demo host that comes with virt-snap\n"
       "  -h, --help               this text\n"
       "  -V, --version            the version\n"),
    "\n",
    N_("Exit status: 0 done, or the plan is possible; 1 failed; 2 usage; 3 refused;\n"
       "4 the guest changed since the plan; 5 cancelled; 6 cannot connect.\n"),
};

void cli_usage(FILE *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(usage); i++)
        fputs(_(usage[i]), out);
}

bool cli_wants(int argc, char **argv)
{
    return cli_options_verb(argc, argv) != CLI_NONE;
}

static int run_verb(const CliOptions *options, const CliPaper *paper)
{
    switch (options->verb) {
    case CLI_LIST:
        return cli_list(options, paper);
    case CLI_SHOW:
        return cli_show(options, paper);
    case CLI_CHECK:
        return cli_check(options, paper);
    case CLI_PLAN:
        return cli_plan(options, paper);
    case CLI_APPLY:
        return cli_apply(options, paper);
    case CLI_CONFIG:
        return cli_config(options, paper);
    case CLI_THEMES:
        return cli_themes(options, paper);
    case CLI_JOBS:
        return cli_jobs(options, paper);
    case CLI_NONE:
        break;
    }
    return EXIT_USAGE;
}

// What the settings say goes for verbs that talk to libvirt. A plan knows its own host, and so does a job.
static void take_settings(CliOptions *options, const CliPaper *paper)
{
    g_autoptr(Settings) settings = cli_settings(options);
    bool several = options->verb == CLI_LIST || options->verb == CLI_CHECK;
    bool chosen = options->uris->len > 0; // then only names of hosts are looked up
    bool asks = chosen || (options->verb != CLI_APPLY && options->verb != CLI_JOBS);

    if (options->verb == CLI_CONFIG || options->verb == CLI_THEMES)
        return; // they look for themselves
    cli_tell_faults(settings, paper);
    options->read_only = settings->read_only;
    options->keep_xml = settings->keep_xml;
    options->ascii = settings->ascii;
    g_ptr_array_set_size(options->uris, 0);
    for (char **uri = settings->connect; *uri && asks; uri++) {
        if (chosen || several || options->uris->len == 0)
            g_ptr_array_add(options->uris, g_strdup(*uri));
    }
}

// A terminal that does not speak UTF-8 may take the bytes of a letter for orders: 0x9b begins one.
static CliPaper choose_paper(const CliOptions *options)
{
    bool utf8 = g_get_charset(NULL);
    return (CliPaper){
        .ascii = options->ascii || (!utf8 && isatty(STDOUT_FILENO)),
        .ascii_errors = options->ascii || (!utf8 && isatty(STDERR_FILENO)),
        .ascii_lines = options->ascii || !utf8,
        .json = options->json,
    };
}

// An answer that did not get through is no answer; but what was done is done, heard or not.
static int close_answer(const CliOptions *options, const CliPaper *paper, int status)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || options->verb == CLI_APPLY)
        return status;
    cli_error(paper, "The answer could not be written.");
    return status == EXIT_DONE ? EXIT_FAILED : status;
}

static bool take_demo(CliOptions *options, const CliPaper *paper)
{
    char *uri = demo_uri();
    if (!uri) {
        cli_error(paper, "The file of the demo host, data/demo.xml, was not found in %s.",
                  VIRT_SNAP_DATADIR);
        return false;
    }
    g_ptr_array_set_size(options->uris, 0);
    g_ptr_array_add(options->uris, uri);
    return true;
}

int cli_main(int argc, char **argv)
{
    g_autofree char *error = NULL;
    setlocale(LC_ALL, "");
    CliPaper plain = choose_paper(&(CliOptions) {0});
    g_autoptr(CliOptions) options = cli_options_parse(argc, argv, &error);
    if (!options) {
        cli_error(&plain, "%s", error);
        fprintf(stderr, "%s\n", _("Try: virt-snap --help"));
        return EXIT_USAGE;
    }
    if (options->help)
        cli_usage(stdout);
    else if (options->version)
        printf("virt-snap %s\n", VIRT_SNAP_VERSION);
    if (options->help || options->version)
        return close_answer(options, &plain, EXIT_DONE);
    take_settings(options, &plain);
    CliPaper paper = choose_paper(options);
    if (options->demo && !take_demo(options, &paper))
        return EXIT_FAILED;
    return close_answer(options, &paper, run_verb(options, &paper));
}
