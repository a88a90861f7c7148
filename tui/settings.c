// SPDX-License-Identifier: GPL-2.0-or-later
// Settings: found, read, asked for. What the lines of the file say is in settings_read.c.
#include "tui/settings.h"

#include "engine/model/tongue.h"
#include "tui/config_file.h"
#include "tui/settings_inside.h"
#include "tui/text.h"

#include <string.h>

#define BYTES_MAX (256 * 1024)
#define FAULTS_MAX 20 // then it is no settings file; the rest would only fill the log
#define POLL_MS 1500

static const char *const names[SETTING_N] = {
    [SETTING_CONNECT] = "connect", [SETTING_READ_ONLY] = "read-only", [SETTING_THEME] = "theme",
    [SETTING_ASCII] = "ascii",     [SETTING_MOUSE] = "mouse",         [SETTING_POLL] = "poll",
    [SETTING_REMEMBER] = "remember", [SETTING_KEEP_XML] = "keep-xml",
};

const char *setting_name(Setting setting)
{
    return names[setting];
}

void settings_fault(Settings *settings, unsigned line, const char *format, ...)
{
    g_autofree char *reason = NULL;
    va_list args;

    va_start(args, format);
    reason = g_strdup_vprintf(_(format), args);
    va_end(args);
    if (settings->faults->len < FAULTS_MAX) {
        g_ptr_array_add(settings->faults, g_strdup_printf("%s:%u: %s.", settings->file, line, reason));
    }
}

// ---- keys -----------------------------------------------------------------------------------------

static void bind_default(Keymap *map, Action action)
{
    g_autofree char *fault = NULL;

    keymap_bind(map, action, action_default_keys(action), &fault);
}

// Of two actions that share a key, the one whose line comes last goes back to its default keys; those of the
// table do not share any, so this ends.
static void settle_conflicts(Settings *settings, unsigned *lines)
{
    Action first, second;
    Key key;

    while (keymap_conflict(&settings->keymap, &first, &second, &key)) {
        Action loser = lines[first] > lines[second] ? first : second;
        Action other = loser == first ? second : first;
        g_autofree char *name = key_to_name(key);

        settings_fault(settings, lines[loser], "%s: %s is a key of %s too; choose another, or give %s another", action_name(loser),
                  name, action_name(other), action_name(other));
        bind_default(&settings->keymap, loser);
        lines[loser] = 0;
    }
}

static void take_keys(Reading *reading)
{
    Settings *settings = reading->settings;
    unsigned lines[ACTION_N] = {0};

    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        unsigned line = settings_line_of(reading, "keys", action_name(action));
        g_autofree char *value = line > 0 ? g_key_file_get_value(reading->keys, "keys", action_name(action), NULL) : NULL;
        g_autofree char *fault = NULL;

        if (value == NULL) {
            continue;
        }
        if (keymap_bind(&settings->keymap, action, value, &fault)) {
            lines[action] = line;
        } else {
            settings_fault(settings, line, "%s: %s", action_name(action), fault);
        }
    }
    settle_conflicts(settings, lines);
    for (Action action = ACTION_NONE + 1; action < ACTION_N; action++) {
        if (lines[action] > 0) {
            g_free(settings->key_origins[action]);
            settings->key_origins[action] = g_strdup_printf("%s:%u", settings->file, lines[action]);
        }
    }
}

// ---- where one is to connect ------------------------------------------------------------------------

const char *settings_uri(const Settings *settings, const char *word)
{
    for (guint i = 0; i < settings->hosts->len; i++) {
        const HostAlias *host = settings->hosts->pdata[i];

        if (g_str_equal(host->name, word)) {
            return host->uri;
        }
    }
    return word;
}

// Each word becomes the URI it means.
static void take_uris(Settings *settings, const char *const *words)
{
    g_autoptr(GPtrArray) uris = g_ptr_array_new();

    for (; *words != NULL; words++) {
        g_ptr_array_add(uris, g_strdup(settings_uri(settings, *words)));
    }
    g_ptr_array_add(uris, NULL);
    g_strfreev(settings->connect);
    settings->connect = (char **)g_ptr_array_free(g_steal_pointer(&uris), FALSE);
}

// ---- all together ---------------------------------------------------------------------------------

static void host_free(gpointer data)
{
    HostAlias *host = data;

    g_free(host->name);
    g_free(host->uri);
    g_free(host->origin);
    g_free(host);
}

static Settings *settings_new(const char *file)
{
    Settings *settings = g_new0(Settings, 1);

    settings->file = text_clean(file, false);
    settings->connect = g_new0(char *, 1);
    settings->theme = g_strdup("default");
    settings->poll_ms = POLL_MS;
    settings->remember = true;
    settings->hosts = g_ptr_array_new_with_free_func(host_free);
    settings->faults = g_ptr_array_new_with_free_func(g_free);
    keymap_init(&settings->keymap);
    for (Setting setting = 0; setting < SETTING_N; setting++) {
        settings->origins[setting] = g_strdup("default");
    }
    for (Action action = 0; action < ACTION_N; action++) {
        settings->key_origins[action] = g_strdup("default");
    }
    return settings;
}

static int by_line(gconstpointer a, gconstpointer b, gpointer data)
{
    gsize before = strlen(((const Settings *)data)->file) + 1;
    guint64 first = g_ascii_strtoull(*(const char *const *)a + before, NULL, 10);
    guint64 second = g_ascii_strtoull(*(const char *const *)b + before, NULL, 10);

    return first < second ? -1 : first > second;
}

Settings *settings_parse(const char *text, const char *file)
{
    Settings *settings = settings_new(file);
    Reading reading = {.settings = settings};

    if (text == NULL) {
        return settings;
    }
    settings->found = true;
    reading.keys = g_key_file_new();
    reading.lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    settings_read_lines(&reading, text);
    settings_take_values(&reading);
    take_keys(&reading);
    take_uris(settings, (const char *const *)settings->connect); // names of hosts stand for URIs
    g_key_file_free(reading.keys);
    g_hash_table_unref(reading.lines);
    g_free(reading.group);
    g_ptr_array_sort_with_data(settings->faults, by_line, settings);
    return settings;
}

Settings *settings_load(void)
{
    g_autofree char *file = g_build_filename(g_get_user_config_dir(), "virt-snap", "config", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    Settings *settings;

    if (g_file_test(file, G_FILE_TEST_EXISTS)) {
        text = config_file_read(file, BYTES_MAX, &error);
    }
    settings = settings_parse(text, file);
    if (error != NULL) {
        g_ptr_array_add(settings->faults, g_strdup(error->message));
    }
    return settings;
}

void settings_free(Settings *settings)
{
    if (settings == NULL) {
        return;
    }
    for (Setting setting = 0; setting < SETTING_N; setting++) {
        g_free(settings->origins[setting]);
    }
    for (Action action = 0; action < ACTION_N; action++) {
        g_free(settings->key_origins[action]);
    }
    g_ptr_array_unref(settings->hosts);
    g_ptr_array_unref(settings->faults);
    g_strfreev(settings->connect);
    g_free(settings->theme);
    g_free(settings->file);
    g_free(settings);
}

void settings_came_from(Settings *settings, Setting setting, const char *origin)
{
    g_free(settings->origins[setting]);
    settings->origins[setting] = g_strdup(origin);
}

void settings_take_environment(Settings *settings)
{
    static const char *const by_default[] = {NULL}; // libvirt looks at it itself
    const char *uri = g_getenv("LIBVIRT_DEFAULT_URI");
    const char *no_color = g_getenv("NO_COLOR");

    if (uri != NULL && *uri != '\0') {
        take_uris(settings, by_default);
        settings_came_from(settings, SETTING_CONNECT, "LIBVIRT_DEFAULT_URI");
    }
    if (no_color != NULL && *no_color != '\0' && g_str_equal(settings->origins[SETTING_THEME], "default")) {
        g_free(settings->theme);
        settings->theme = g_strdup("mono");
        settings_came_from(settings, SETTING_THEME, "NO_COLOR");
    }
}

void settings_take_arguments(Settings *settings, const char *const *uris, const char *theme,
                             bool read_only, bool ascii)
{
    const char *origin = _("the command line");

    if (uris != NULL && uris[0] != NULL) {
        take_uris(settings, uris);
        settings_came_from(settings, SETTING_CONNECT, origin);
    }
    if (theme != NULL) {
        g_free(settings->theme);
        settings->theme = g_strdup(theme);
        settings_came_from(settings, SETTING_THEME, origin);
    }
    if (read_only) {
        settings->read_only = true;
        settings_came_from(settings, SETTING_READ_ONLY, origin);
    }
    if (ascii) {
        settings->ascii = true;
        settings_came_from(settings, SETTING_ASCII, origin);
    }
}

static char *yes_or_no(bool value)
{
    return g_strdup(value ? "yes" : "no");
}

char *setting_value(const Settings *settings, Setting setting)
{
    switch (setting) {
    case SETTING_CONNECT:
        return g_strjoinv("; ", settings->connect);
    case SETTING_READ_ONLY:
        return yes_or_no(settings->read_only);
    case SETTING_THEME:
        return g_strdup(settings->theme);
    case SETTING_ASCII:
        return yes_or_no(settings->ascii);
    case SETTING_MOUSE:
        return yes_or_no(settings->mouse);
    case SETTING_POLL:
        return g_strdup_printf("%u.%u", settings->poll_ms / 1000, settings->poll_ms % 1000 / 100);
    case SETTING_REMEMBER:
        return yes_or_no(settings->remember);
    case SETTING_KEEP_XML:
        return yes_or_no(settings->keep_xml);
    case SETTING_N:
        break;
    }
    return g_strdup("");
}
