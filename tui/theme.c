// SPDX-License-Identifier: GPL-2.0-or-later
// Themes: the built-in ones, and reading them from files.
//
// The built-in themes are written in the language of the files and read by the same parser, so there
// is one mechanism. What a style becomes with fewer colours is in theme_colours.c.
#include "tui/theme.h"

#include "engine/model/tongue.h"
#include "tui/config_file.h"
#include "tui/text.h"

#include <string.h>

#define THEME_BYTES_MAX (64 * 1024)
#define FOLDERS 3 // where themes are looked for

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
    g_propagate_error(error, g_error_new_valist(g_quark_from_static_string("theme"), 0, _(format), args));
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
    if (*word == '#' && strlen(word) == 7 && g_ascii_string_to_unsigned(word + 1, 16, 0, 0xFFFFFF, &number, NULL)) {
        *colour = COLOUR_RGB + (int)number;
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
                            "magenta, cyan, white, the same with bright- before, 0 to 255, and #rrggbb", *word);
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
    Style style;
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
    if (!parse_style(equals + 1, &style, error)) {
        return false;
    }
    theme->styles[role] = style;
    return true;
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
    theme->purpose = g_strdup("");
    for (Role role = 0; role < ROLE_N; role++) {
        parse_style(mono ? builtin[role].mono : builtin[role].colour, &theme->styles[role], NULL);
    }
    return theme;
}

// "# nord: the arctic palette" tells what the theme is for.
static void take_purpose(Theme *theme, const char *comment)
{
    const char *colon = strstr(comment, ": ");

    if (colon != NULL) {
        g_free(theme->purpose);
        theme->purpose = g_strdup(colon + 2);
    }
}

Theme *theme_parse(const char *text, const char *file, GPtrArray *faults)
{
    g_autoptr(Theme) theme = theme_builtin(false);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool seen[ROLE_N] = {false};

    g_free(theme->name);
    theme->name = name_of(file);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = text_clean(g_strstrip(lines[i]), false); // clean: errors quote it
        g_autoptr(GError) reason = NULL;

        if (*line == '#' && *theme->purpose == '\0') {
            take_purpose(theme, line + 1);
        }
        if (*line == '\0' || *line == '#' || parse_line(theme, line, seen, &reason)) {
            continue;
        }
        g_ptr_array_add(faults, g_strdup_printf("%s:%u: %s.", file, i + 1, reason->message));
    }
    return g_steal_pointer(&theme);
}

// The folders with themes, the operator's own first. Caller frees.
static char *folder_of(int i)
{
    const char *const folders[FOLDERS] = {g_get_user_config_dir(), VIRT_SNAP_DATADIR, "."};

    return g_build_filename(folders[i], i == 0 ? "virt-snap/themes" : "themes", NULL);
}

// The path of NAME.theme where it is found first, or NULL.
static char *find_file(const char *name)
{
    g_autofree char *base = g_strconcat(name, ".theme", NULL);

    if (strchr(name, '/') != NULL) {
        return g_strdup(name);
    }
    for (int i = 0; i < FOLDERS; i++) {
        g_autofree char *folder = folder_of(i);
        g_autofree char *path = g_build_filename(folder, base, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

Theme *theme_load(const char *name, GPtrArray *faults)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = find_file(name);
    g_autofree char *text = NULL;

    if (path == NULL && (g_str_equal(name, "default") || g_str_equal(name, "mono"))) {
        return theme_builtin(g_str_equal(name, "mono"));
    }
    if (path == NULL) {
        g_autofree char *clean = text_clean(name, false);
        g_ptr_array_add(faults, g_strdup_printf(_("There is no theme \"%s\": no %s.theme in %s/virt-snap/themes, %s/themes or "
                                                  "./themes; `virt-snap themes` lists those that are there."), clean, clean,
                                                g_get_user_config_dir(), VIRT_SNAP_DATADIR));
        return NULL;
    }
    text = config_file_read(path, THEME_BYTES_MAX, &error);
    if (text == NULL) {
        g_ptr_array_add(faults, g_strdup(error->message));
    }
    return text != NULL ? theme_parse(text, path, faults) : NULL;
}

void theme_free(Theme *theme)
{
    if (theme != NULL) {
        g_free(theme->name);
        g_free(theme->purpose);
        g_free(theme);
    }
}

static void add_name(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
        g_ptr_array_add(names, g_strdup(name));
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *theme_names(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    add_name(names, "default");
    add_name(names, "mono");
    for (int i = 0; i < FOLDERS; i++) {
        g_autofree char *path = folder_of(i);
        g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
        const char *file;

        while (folder != NULL && (file = g_dir_read_name(folder)) != NULL) {
            g_autofree char *name = name_of(file);

            if (g_str_has_suffix(file, ".theme") && *name != '\0') {
                add_name(names, name);
            }
        }
    }
    g_ptr_array_sort(names, by_name);
    return names;
}
