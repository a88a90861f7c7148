// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a settings file, and what they set. GLib's parser gives up at the first line that is none and
// tells no line numbers: so the lines are looked at one by one, and only the good ones are given to it.
#include "engine/model/tongue.h"
#include "tui/settings_inside.h"
#include "tui/text.h"

#include <string.h>

#define POLL_LEAST 0.5
#define POLL_MOST 600.0

// ---- single lines ---------------------------------------------------------------------------------

static Setting find_setting(const char *name)
{
    Setting setting = 0;

    while (setting < SETTING_N && !g_str_equal(name, setting_name(setting))) {
        setting++;
    }
    return setting;
}

static bool check_key(Reading *reading, unsigned line, const char *key)
{
    Settings *settings = reading->settings;

    if (g_str_equal(reading->group, "general") && find_setting(key) == SETTING_N) {
        settings_fault(settings, line, "there is no setting \"%s\"; settings are connect, read-only, theme, ascii, mouse, "
                  "poll, remember, keep-xml", key);
        return false;
    }
    if (g_str_equal(reading->group, "keys") && action_find(key) == ACTION_NONE) {
        settings_fault(settings, line, "there is no action \"%s\"; `virt-snap config` lists them all", key);
        return false;
    }
    return true;
}

static void read_pair(Reading *reading, unsigned line, char *text)
{
    char *equals = strchr(text, '=');
    g_autofree char *place = NULL;
    const char *value;

    if (equals == NULL || equals == text) {
        settings_fault(reading->settings, line, "\"%s\" is not of the form \"name = value\"", text);
        return;
    }
    *equals = '\0';
    value = g_strstrip(equals + 1);
    g_strchomp(text);
    if (reading->group == NULL) {
        if (!reading->group_told) {
            settings_fault(reading->settings, line, "\"%s\" stands in no section; begin one with [general], [hosts] or [keys]",
                      text);
        }
        reading->group_told = true;
        return;
    }
    if (!check_key(reading, line, text)) {
        return;
    }
    place = g_strdup_printf("%s\n%s", reading->group, text);
    if (g_hash_table_contains(reading->lines, place)) {
        settings_fault(reading->settings, line, "\"%s\" is set a second time; line %u holds", text,
                  GPOINTER_TO_UINT(g_hash_table_lookup(reading->lines, place)));
        return;
    }
    g_key_file_set_value(reading->keys, reading->group, text, value);
    g_hash_table_insert(reading->lines, g_steal_pointer(&place), GUINT_TO_POINTER(line));
}

static void read_group(Reading *reading, unsigned line, char *text)
{
    static const char *const known[] = {"general", "hosts", "keys", NULL};
    char *end = strchr(text, ']');
    bool whole = end != NULL && end[1] == '\0';

    g_clear_pointer(&reading->group, g_free);
    if (whole) {
        *end = '\0';
    }
    if (whole && g_strv_contains(known, text + 1)) {
        reading->group = g_strdup(text + 1);
        return;
    }
    reading->group_told = true; // its lines say nothing more
    settings_fault(reading->settings, line, whole ? N_("there is no section [%s]; sections are [general], [hosts] and [keys]")
                                             : N_("\"%s\" is not of the form \"[section]\""), whole ? text + 1 : text);
}

void settings_read_lines(Reading *reading, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = text_clean(g_strstrip(lines[i]), false); // clean: faults quote it

        if (*line == '[') {
            read_group(reading, i + 1, line);
        } else if (*line != '\0' && *line != '#') {
            read_pair(reading, i + 1, line);
        }
    }
}

// ---- values ---------------------------------------------------------------------------------------

unsigned settings_line_of(const Reading *reading, const char *group, const char *key)
{
    g_autofree char *place = g_strdup_printf("%s\n%s", group, key);

    return GPOINTER_TO_UINT(g_hash_table_lookup(reading->lines, place));
}

static void take_bool(Settings *settings, Setting setting, const char *value, unsigned line, bool *to)
{
    static const char *const yes[] = {"yes", "true", "on", NULL}, *const no[] = {"no", "false", "off", NULL};

    if (g_strv_contains(yes, value) || g_strv_contains(no, value)) {
        *to = g_strv_contains(yes, value);
    } else {
        *to = setting == SETTING_READ_ONLY; // a lock that cannot be read is locked
        settings_fault(settings, line, *to ? N_("%s = \"%s\" is neither yes nor no; yes is taken")
                                           : N_("%s = \"%s\" is neither yes nor no"), setting_name(setting), value);
    }
}

static void take_poll(Settings *settings, const char *value, unsigned line)
{
    char *end;
    double seconds = g_ascii_strtod(value, &end);

    if (end == value || *end != '\0' || !(seconds >= POLL_LEAST && seconds <= POLL_MOST)) {
        settings_fault(settings, line, "poll = \"%s\" is no number of seconds from 0.5 to 600", value);
        return;
    }
    settings->poll_ms = (unsigned)(seconds * 1000 + 0.5);
}

static void take_connect(Settings *settings, char **list)
{
    g_autoptr(GPtrArray) uris = g_ptr_array_new();

    for (char **uri = list; *uri != NULL; uri++) {
        if (*g_strstrip(*uri) != '\0') {
            g_ptr_array_add(uris, g_strdup(*uri));
        }
    }
    g_ptr_array_add(uris, NULL);
    g_strfreev(settings->connect);
    settings->connect = (char **)g_ptr_array_free(g_steal_pointer(&uris), FALSE);
}

static void take_setting(Settings *settings, Setting setting, const char *value, unsigned line)
{
    switch (setting) {
    case SETTING_READ_ONLY:
        take_bool(settings, setting, value, line, &settings->read_only);
        break;
    case SETTING_ASCII:
        take_bool(settings, setting, value, line, &settings->ascii);
        break;
    case SETTING_MOUSE:
        take_bool(settings, setting, value, line, &settings->mouse);
        break;
    case SETTING_REMEMBER:
        take_bool(settings, setting, value, line, &settings->remember);
        break;
    case SETTING_KEEP_XML:
        take_bool(settings, setting, value, line, &settings->keep_xml);
        break;
    case SETTING_POLL:
        take_poll(settings, value, line);
        break;
    case SETTING_THEME:
        g_free(settings->theme);
        settings->theme = g_strdup(value);
        break;
    case SETTING_CONNECT:
    case SETTING_N:
        break;
    }
}

static void take_general(Reading *reading)
{
    Settings *settings = reading->settings;

    for (Setting setting = 0; setting < SETTING_N; setting++) {
        unsigned line = settings_line_of(reading, "general", setting_name(setting));
        guint faults = settings->faults->len;
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) list = NULL;
        g_autofree char *value = NULL;

        if (line == 0) {
            continue;
        }
        value = g_key_file_get_string(reading->keys, "general", setting_name(setting), &error);
        if (value != NULL && setting == SETTING_CONNECT) {
            list = g_key_file_get_string_list(reading->keys, "general", setting_name(setting), NULL, &error);
        }
        if (error != NULL) {
            settings_fault(settings, line, "%s: a backslash begins one of \\s, \\n, \\t, \\r, \\\\ and, in a list, \\;",
                      setting_name(setting));
        } else if (list != NULL) {
            take_connect(settings, list);
        } else {
            take_setting(settings, setting, value, line);
        }
        if (settings->faults->len == faults) {
            g_autofree char *origin = g_strdup_printf("%s:%u", settings->file, line);
            settings_came_from(settings, setting, origin);
        }
    }
}

static void take_hosts(Reading *reading)
{
    g_auto(GStrv) keys = g_key_file_get_keys(reading->keys, "hosts", NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++) {
        unsigned line = settings_line_of(reading, "hosts", *key);
        g_autofree char *uri = g_key_file_get_string(reading->keys, "hosts", *key, NULL);
        HostAlias *host;

        if (uri == NULL || strchr(uri, ':') == NULL) {
            settings_fault(reading->settings, line, "\"%s\" is no URI; a URI looks like qemu+ssh://root@host/system",
                      uri != NULL ? uri : "");
            continue;
        }
        host = g_new0(HostAlias, 1);
        host->name = g_strdup(*key);
        host->uri = g_steal_pointer(&uri);
        host->origin = g_strdup_printf("%s:%u", reading->settings->file, line);
        g_ptr_array_add(reading->settings->hosts, host);
    }
}

void settings_take_values(Reading *reading)
{
    take_general(reading);
    take_hosts(reading);
}
