// SPDX-License-Identifier: GPL-2.0-or-later
// Themes: the built-in ones, and reading them from files.
//
// The built-in themes are written in the language of the files and read by the same parser, so there
// is one mechanism. What a style becomes with fewer colours is in theme_colours.c.
#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

#include "tui/text.h"

#define THEME_BYTES_MAX (64 * 1024)

#ifndef VIRT_SNAP_DATADIR
#define VIRT_SNAP_DATADIR "/usr/local/share/virt-snap"
#endif

// Only the eight basic colours, which every terminal lets its owner choose, so that this is readable on
// dark and on light backgrounds; no pair of meanings is told apart by red and green.
static const struct {
    const char *colour, *mono;
} builtin[ROLE_N] = {
    [ROLE_TEXT] = {"default default", "default default"},
    [ROLE_DIM] = {"default default dim", "default default dim"},
    [ROLE_TITLE] = {"default default bold reverse", "default default bold reverse"},
    [ROLE_BORDER] = {"default default dim", "default default dim"},
    [ROLE_BORDER_FOCUS] = {"cyan default bold", "default default bold"},
    [ROLE_HEADING] = {"default default bold", "default default bold"},
    [ROLE_SELECTED] = {"black cyan", "default default reverse"},
    [ROLE_SELECTED_AWAY] = {"black white", "default default underline"},
    [ROLE_GUIDE] = {"default default dim", "default default dim"},
    [ROLE_NOW] = {"cyan default bold", "default default bold"},
    [ROLE_RUNNING] = {"cyan default", "default default"},
    [ROLE_OFF] = {"default default dim", "default default dim"},
    [ROLE_PAUSED] = {"yellow default", "default default underline"},
    [ROLE_EXTERNAL] = {"default default", "default default"},
    [ROLE_INTERNAL] = {"magenta default", "default default"},
    [ROLE_PROBLEM] = {"yellow default bold", "default default bold"},
    [ROLE_UNKNOWN] = {"default default dim italic", "default default dim italic"},
    [ROLE_WARNING] = {"yellow default bold", "default default bold"},
    [ROLE_DANGER] = {"white red bold", "default default bold reverse"},
    [ROLE_JOB] = {"cyan default", "default default"},
    [ROLE_BAR] = {"cyan default", "default default"},
    [ROLE_GOOD] = {"cyan default bold", "default default bold"},
    [ROLE_KEY] = {"default default bold", "default default bold"},
    [ROLE_KEY_LABEL] = {"default default", "default default"},
    [ROLE_NOTICE] = {"default default", "default default"},
    [ROLE_NOTICE_ERROR] = {"white red bold", "default default bold reverse"},
    [ROLE_DIALOG] = {"default default", "default default"},
    [ROLE_DIALOG_BORDER] = {"cyan default bold", "default default bold"},
    [ROLE_BUTTON] = {"default default", "default default"},
    [ROLE_BUTTON_FOCUS] = {"black cyan", "default default bold reverse"},
    [ROLE_FIELD] = {"default default underline", "default default underline"},
    [ROLE_STALE] = {"default default dim italic", "default default dim italic"},
};

static const char *const role_names[ROLE_N] = {
#define X(id, name, purpose) [ROLE_##id] = name,
    ROLES(X)
#undef X
};

static const char *const colour_names[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

static const char *const attribute_names[] = {"bold", "dim", "reverse", "underline", "italic"};

const char *role_name(Role role)
{
    return role_names[role];
}

static G_GNUC_PRINTF(2, 3) bool fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_propagate_error(error, g_error_new_valist(g_quark_from_static_string("theme"), 0, format, args));
    va_end(args);
    return false;
}

static int index_of(const char *word, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        if (g_str_equal(word, names[i])) {
            return i;
        }
    }
    return -1;
}

static bool parse_colour(const char *word, int *colour)
{
    bool bright = g_str_has_prefix(word, "bright-");
    int i = index_of(bright ? word + strlen("bright-") : word, colour_names, G_N_ELEMENTS(colour_names));
    guint64 number;

    if (g_str_equal(word, "default")) {
        *colour = COLOUR_DEFAULT;
        return true;
    }
    if (i >= 0) {
        *colour = i + (bright ? 8 : 0);
        return true;
    }
    if (!g_ascii_string_to_unsigned(word, 10, 0, 255, &number, NULL)) {
        return false;
    }
    *colour = (int)number;
    return true;
}

// Reads "foreground background attribute...".
static bool parse_style(const char *text, Style *style, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    int count = 0;

    *style = (Style){COLOUR_DEFAULT, COLOUR_DEFAULT, 0};
    for (char **word = words; *word != NULL; word++) {
        int attribute;

        if (**word == '\0') {
            continue;
        }
        if (count++ < 2) {
            if (!parse_colour(*word, count == 1 ? &style->foreground : &style->background)) {
                return fail(error, "\"%s\" is no colour; colours are default, black, red, green, yellow, blue, "
                            "magenta, cyan, white, the same with bright- before, and 0 to 255", *word);
            }
            continue;
        }
        attribute = index_of(*word, attribute_names, G_N_ELEMENTS(attribute_names));
        if (attribute < 0) {
            return fail(error, "\"%s\" is no attribute; attributes are bold, dim, reverse, underline, italic", *word);
        }
        style->attributes |= 1u << attribute;
    }
    return count >= 2 || fail(error, "a foreground and a background colour are needed, such as \"default default\"");
}

// Reads one line that is neither empty nor a comment. `seen`: a flag per role.
static bool parse_line(Theme *theme, char *line, bool *seen, GError **error)
{
    char *equals = strchr(line, '=');
    int role;

    if (equals == NULL) {
        return fail(error, "\"%s\" is not of the form \"role = foreground background attribute...\"", line);
    }
    *equals = '\0';
    role = index_of(g_strstrip(line), role_names, ROLE_N);
    if (role < 0) {
        return fail(error, "there is no role \"%s\"; themes/default.theme lists them all", line);
    }
    if (seen[role]) {
        return fail(error, "\"%s\" is set a second time", line);
    }
    seen[role] = true;
    return parse_style(equals + 1, &theme->styles[role], error);
}

static char *name_of(const char *file)
{
    char *name = g_path_get_basename(file);

    if (g_str_has_suffix(name, ".theme")) {
        name[strlen(name) - strlen(".theme")] = '\0';
    }
    return name;
}

Theme *theme_builtin(bool mono)
{
    Theme *theme = g_new0(Theme, 1);

    theme->name = g_strdup(mono ? "mono" : "default");
    for (Role role = 0; role < ROLE_N; role++) {
        parse_style(mono ? builtin[role].mono : builtin[role].colour, &theme->styles[role], NULL);
    }
    return theme;
}

Theme *theme_parse(const char *text, const char *file, GError **error)
{
    g_autoptr(Theme) theme = theme_builtin(false);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool seen[ROLE_N] = {false};

    g_free(theme->name);
    theme->name = name_of(file);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = text_clean(g_strstrip(lines[i]), false); // clean: errors quote it
        g_autoptr(GError) reason = NULL;

        if (*line == '\0' || *line == '#' || parse_line(theme, line, seen, &reason)) {
            continue;
        }
        fail(error, "%s:%u: %s.", file, i + 1, reason->message);
        return NULL;
    }
    return g_steal_pointer(&theme);
}

// Reads a file that may be anything: of a limited size, and no device.
static char *read_file(const char *path, GError **error)
{
    g_autofree char *text = g_malloc(THEME_BYTES_MAX + 1);
    FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "re") : NULL;
    gsize length;

    if (file == NULL) {
        fail(error, "The theme cannot be read: %s.", path);
        return NULL;
    }
    length = fread(text, 1, THEME_BYTES_MAX + 1, file);
    fclose(file);
    if (length > THEME_BYTES_MAX) {
        fail(error, "The file is too big for a theme: %s.", path);
        return NULL;
    }
    text[length] = '\0';
    if (strlen(text) != length) {
        fail(error, "The file is not a text file, so no theme: %s.", path);
        return NULL;
    }
    return g_steal_pointer(&text);
}

// The path of NAME.theme where it is found first, or NULL.
static char *find_file(const char *name)
{
    const char *const folders[] = {g_get_user_config_dir(), VIRT_SNAP_DATADIR, "."};
    g_autofree char *base = g_strconcat(name, ".theme", NULL);

    if (strchr(name, '/') != NULL) {
        return g_strdup(name);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(folders[i], i == 0 ? "virt-snap/themes" : "themes", base, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

Theme *theme_load(const char *name, GError **error)
{
    g_autofree char *path = find_file(name);
    g_autofree char *text = NULL;

    if (path == NULL && (g_str_equal(name, "default") || g_str_equal(name, "mono"))) {
        return theme_builtin(g_str_equal(name, "mono"));
    }
    if (path == NULL) {
        g_autofree char *clean = text_clean(name, false);
        fail(error, "There is no theme \"%s\": no %s.theme in %s/virt-snap/themes, %s/themes or ./themes.", clean, clean,
             g_get_user_config_dir(), VIRT_SNAP_DATADIR);
        return NULL;
    }
    text = read_file(path, error);
    return text != NULL ? theme_parse(text, path, error) : NULL;
}

// Behind "FOLDER/FILE:LINE", or NULL: it is not about a line.
static const char *behind_line(const char *message)
{
    for (const char *at = message; (at = strstr(at, ": ")) != NULL; at++) {
        const char *digit = at;

        while (digit > message && g_ascii_isdigit(digit[-1])) {
            digit--;
        }
        if (digit < at && digit > message && digit[-1] == ':') {
            return at;
        }
    }
    return NULL;
}

char *theme_error_brief(const GError *error)
{
    const char *end = behind_line(error->message);
    g_autofree char *place = end != NULL ? g_strndup(error->message, (gsize)(end - error->message)) : NULL;
    g_autofree char *base = place != NULL ? g_path_get_basename(place) : NULL;
    gsize length = end != NULL ? strlen(end + 2) : 0;
    gsize first = end != NULL ? strcspn(end + 2, ";") : 0; // what could stand there instead is for the log

    if (end == NULL) {
        return g_strdup(error->message);
    }
    if (first == length && end[2 + length - 1] == '.') {
        first--;
    }
    return g_strdup_printf("%.*s (%s)", (int)first, end + 2, base);
}

void theme_free(Theme *theme)
{
    if (theme != NULL) {
        g_free(theme->name);
        g_free(theme);
    }
}
