// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what operators wrote.
#include "tui/config_file.h"

#include "engine/model/tongue.h"
#include "tui/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static G_GNUC_PRINTF(2, 3) void fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_propagate_error(error, g_error_new_valist(g_quark_from_static_string("config-file"), 0, _(format), args));
    va_end(args);
}

// Opens no device and no pipe, which might never end.
static FILE *open_regular(const char *path, const char **reason)
{
    FILE *file;

    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        *reason = _("it is no ordinary file");
        return NULL;
    }
    file = fopen(path, "re");
    *reason = file != NULL ? NULL : g_strerror(errno);
    return file;
}

char *config_file_read(const char *path, gsize most, GError **error)
{
    g_autofree char *clean = text_clean(path, false);
    g_autofree char *text = g_malloc(most + 2);
    const char *reason;
    FILE *file = open_regular(path, &reason);
    gsize length;

    if (file == NULL) {
        fail(error, "The file cannot be read (%s): %s.", reason, clean);
        return NULL;
    }
    length = fread(text, 1, most + 1, file);
    fclose(file);
    if (length > most) {
        fail(error, "The file is too big, it may have at most %uK: %s.", (unsigned) (most / 1024), clean);
        return NULL;
    }
    text[length] = '\0';
    if (strlen(text) != length) {
        fail(error, "The file is no text file: %s.", clean);
        return NULL;
    }
    return g_steal_pointer(&text);
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

// Up to what could stand there instead, which is for the log; not within a quotation.
static gsize reason_length(const char *reason)
{
    bool quoted = false;
    gsize at = 0;

    for (; reason[at] != '\0' && (quoted || reason[at] != ';'); at++) {
        quoted ^= reason[at] == '"';
    }
    return at;
}

char *config_fault_brief(const char *message)
{
    const char *end = behind_line(message);
    g_autofree char *place = end != NULL ? g_strndup(message, (gsize)(end - message)) : NULL;
    g_autofree char *base = place != NULL ? g_path_get_basename(place) : NULL;
    gsize length = end != NULL ? strlen(end + 2) : 0;
    gsize first = end != NULL ? reason_length(end + 2) : 0;

    if (end == NULL) {
        return g_strdup(message);
    }
    if (first == length && end[2 + length - 1] == '.') {
        first--;
    }
    return g_strdup_printf("%.*s (%s)", (int)first, end + 2, base);
}
