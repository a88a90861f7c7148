// SPDX-License-Identifier: GPL-2.0-or-later
// The verb config: every setting as it holds, and where it comes from.
#include "engine/model/tongue.h"
#include "tui/cli_verbs.h"

#include "tui/settings.h"

Settings *cli_settings(const CliOptions *options)
{
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    Settings *settings = settings_load();

    for (guint i = 0; i < options->uris->len; i++)
        g_ptr_array_add(uris, options->uris->pdata[i]);
    g_ptr_array_add(uris, NULL);
    settings_take_environment(settings);
    settings_take_arguments(settings, (const char *const *) uris->pdata, options->theme, options->read_only,
                            options->ascii);
    return settings;
}

void cli_tell_faults(const Settings *settings, const CliPaper *paper)
{
    for (guint i = 0; i < settings->faults->len; i++)
        cli_error(paper, "%s", (const char *) settings->faults->pdata[i]);
}

// What stands for no URI: what libvirt takes then.
static const char *default_uri(const Settings *settings)
{
    const char *uri = g_getenv("LIBVIRT_DEFAULT_URI");

    return g_str_equal(settings->origins[SETTING_CONNECT], "LIBVIRT_DEFAULT_URI") ? uri : _("(libvirt's default)");
}

static void add_settings(CliTable *table, const Settings *settings)
{
    for (Setting setting = 0; setting < SETTING_N; setting++) {
        g_autofree char *value = setting_value(settings, setting);
        bool empty = setting == SETTING_CONNECT && !*value;

        cli_table_cellf(table, "general.%s", setting_name(setting));
        cli_table_cell(table, empty ? default_uri(settings) : value);
        cli_table_cell(table, settings->origins[setting]);
    }
}

static void add_hosts(CliTable *table, const Settings *settings)
{
    for (guint i = 0; i < settings->hosts->len; i++) {
        const HostAlias *host = settings->hosts->pdata[i];

        cli_table_cellf(table, "hosts.%s", host->name);
        cli_table_cell(table, host->uri);
        cli_table_cell(table, host->origin);
    }
}

static void add_keys(CliTable *table, const Settings *settings)
{
    for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
        g_autofree char *keys = keymap_keys(&settings->keymap, (Action) action);
        g_auto(GStrv) names = g_strsplit(keys, ", ", -1);
        g_autofree char *words = g_strjoinv(" ", names);

        cli_table_cellf(table, "keys.%s", action_name((Action) action));
        cli_table_cell(table, *words ? words : _("none"));
        cli_table_cell(table, settings->key_origins[action]);
    }
}

int cli_config(const CliOptions *options, const CliPaper *paper)
{
    static const char *const headings[] = {N_("SETTING"), N_("VALUE"), N_("FROM"), NULL};
    g_autoptr(Settings) settings = cli_settings(options);
    g_autoptr(CliTable) table = cli_table_new(paper, headings);

    cli_printf(paper, stdout, settings->found ? N_("Settings file: %s") : N_("Settings file: %s (there is none)"), settings->file);
    add_settings(table, settings);
    add_hosts(table, settings);
    add_keys(table, settings);
    cli_table_print(table, stdout);
    cli_tell_faults(settings, paper);
    return settings->faults->len > 0 ? EXIT_FAILED : EXIT_DONE;
}
